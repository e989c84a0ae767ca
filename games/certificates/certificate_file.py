"""Certificate files: ``servanda-certificate/1``, JSON, every item sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from games import certificates
from games.certificates.certificate import Certificate
from games.certificates.document import read_document
from games.certificates.reading import CertificateError, field, mapping
from games.certificates.sealing import changed_places
from games.files.reading import path_of
from games.files.writing import write_text

FORMAT = "servanda-certificate/1"


@cache
def kinds() -> Mapping[str, type[Certificate]]:
    """The kinds of certificate by their names: what the front doors of the families of proofs hand on.

    >>> kinds()["exclusion"].__name__
    'Exclusion'
    """
    found: dict[str, type[Certificate]] = {}
    for module in iter_modules(certificates.__path__, f"{certificates.__name__}."):
        if module.ispkg:
            for thing in vars(import_module(module.name)).values():
                if isinstance(thing, type) and issubclass(thing, Certificate):
                    found[thing.kind] = thing
    return found


def read_certificate(source: str | Path | Mapping[str, Any]) -> Certificate:
    """Read a certificate from a file or from its JSON object.

    Changed numbers do not stop the reading: the certificate remembers their places and its check refuses them.
    Raises ``CertificateError`` if the source is no certificate.
    """
    document = source if isinstance(source, Mapping) else read_document(path_of(source))
    document = mapping(dict(document), "certificate")
    if field(document, "format", "") != FORMAT:
        raise CertificateError(f"format: {document['format']!r} cannot be read; this version reads {FORMAT!r}")
    kind = field(document, "kind", "")
    if not isinstance(kind, str) or kind not in kinds():
        raise CertificateError(f"kind: {kind!r} is unknown; known kinds are {', '.join(sorted(kinds()))}")
    return kinds()[kind].from_json(document, tuple(changed_places(document)))


def write_certificate(certificate: Certificate, path: str | Path) -> Path:
    """Write a certificate, all of it or nothing; raises ``GameError`` if the place cannot be written."""
    return write_text(path, certificate_text(certificate))


def certificate_text(certificate: Certificate) -> str:
    """The file's text: one line per field, and per item of a list of items."""
    lines = []
    for key, value in certificate.to_json().items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            items = ",\n  ".join(json.dumps(x, separators=(",", ":")) for x in value)
            lines.append(f'"{key}": [\n  {items}\n ]')
        else:
            lines.append(f'"{key}": {json.dumps(value, separators=(",", ":"))}')
    return "{" + ",\n ".join(lines) + "}\n"
