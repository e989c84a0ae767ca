"""Certificates packed into a line of text, as a store of designs keeps them."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from bz2 import BZ2Decompressor, compress

from games.certificates.certificate import Certificate
from games.certificates.certificate_file import certificate_text, read_certificate

MOST_BYTES = 200_000_000
"""No certificate is larger than this once it is unpacked: a few bytes may claim to be very many."""


def packed(certificate: Certificate) -> str:
    """The certificate's file, compressed, in letters that JSON holds as they are."""
    return b64encode(compress(certificate_text(certificate).encode())).decode("ascii")


def unpacked(text: str) -> Certificate | None:
    """The certificate that was packed; None if there is none that can be read.

    Whether it proves anything is for its check to say.
    """
    try:
        opened = BZ2Decompressor()
        content = opened.decompress(b64decode(text, validate=True), MOST_BYTES)
        return read_certificate(json.loads(content)) if opened.eof else None
    except (ValueError, TypeError, OSError, RecursionError):
        return None
