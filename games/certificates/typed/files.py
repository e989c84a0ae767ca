"""Files of evidence about games with types: ``servanda-typed-certificate/1``, read back by kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from games.certificates import typed
from games.certificates.document import read_document
from games.certificates.reading import CertificateError, field, mapping
from games.certificates.sealing import changed_places
from games.certificates.typed.certificate import TypedCertificate
from games.certificates.typed.json import FORMAT
from games.files.reading import path_of
from games.files.writing import write_text


@cache
def typed_kinds() -> Mapping[str, type[TypedCertificate]]:
    """The kinds of evidence about games with types by their names: what the front door of this folder hands on.

    >>> typed_kinds()["typed-rule"].__name__
    'TypedRuleEquilibrium'
    """
    door = vars(typed).values()
    return {kind.kind: kind for kind in door if isinstance(kind, type) and issubclass(kind, TypedCertificate)
            and hasattr(kind, "kind")}


def read_typed_certificate(source: str | Path | Mapping[str, Any]) -> TypedCertificate:
    """Read evidence from a file or from its JSON object; raises ``CertificateError`` if it is none.

    Changed numbers do not stop the reading: the certificate remembers their places and its check refuses them.
    """
    document = mapping(dict(source) if isinstance(source, Mapping) else read_document(path_of(source)), "certificate")
    if field(document, "format", "") != FORMAT:
        raise CertificateError(f"format: {document['format']!r} cannot be read; this version reads {FORMAT!r}")
    kind = field(document, "kind", "")
    if not isinstance(kind, str) or kind not in typed_kinds():
        raise CertificateError(f"kind: {kind!r} is unknown; known kinds are {', '.join(sorted(typed_kinds()))}")
    return typed_kinds()[kind].from_json(document, tuple(changed_places(document)))


def write_typed_certificate(certificate: TypedCertificate, path: str | Path) -> Path:
    """Write evidence (all of it or nothing); raises ``GameError`` if the place cannot be written."""
    return write_text(path, json.dumps(certificate.to_json(), separators=(",", ":")) + "\n")
