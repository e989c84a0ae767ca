"""The JSON object of a certificate file: no field twice, no number that is none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from games.certificates.reading import CertificateError, mapping
from games.files.json_input import HALF_CHARACTER, has_half_characters, not_json
from games.files.reading import UnreadableFile, read_bytes


def read_document(path: Path) -> Mapping[str, Any]:
    """What a certificate file holds; raises ``CertificateError`` if it cannot be read, or is no JSON object."""
    try:
        content = read_bytes(path).decode("utf-8-sig")
    except UnreadableFile as error:
        raise CertificateError(f"{path}: {error}") from None
    except UnicodeDecodeError as error:
        raise CertificateError(f"{path}: cannot be read ({error}); give the name of a certificate file") from None
    try:
        document = json.loads(content, object_pairs_hook=_unique, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise CertificateError(f"{path}, {not_json(error)}; write the file again") from None
    except CertificateError:
        raise
    except (RecursionError, ValueError) as error:
        raise CertificateError(f"{path}: {error}; write the certificate again") from None
    if has_half_characters(content, document):
        raise CertificateError(f"{path}: {HALF_CHARACTER}")
    return mapping(document, "certificate")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        names = [k for k, _ in pairs]
        twice = next(k for k in names if names.count(k) > 1)
        raise CertificateError(f"certificate: field {twice!r} appears twice; keep one of them")
    return out


def _no_constant(name: str) -> Any:
    raise CertificateError(f"certificate: {name} is no number; write an exact number in quotes")
