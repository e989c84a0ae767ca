"""Files of evidence about game trees: ``servanda-tree-certificate/1``, read back by kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from games.certificates import trees
from games.certificates.document import read_document
from games.certificates.reading import CertificateError, field, mapping
from games.certificates.trees.certificate import TreeCertificate
from games.files.writing import write_text


@cache
def tree_kinds() -> Mapping[str, type[TreeCertificate]]:
    """The kinds of evidence about game trees by their names: what the front door of this folder hands on.

    >>> sorted(tree_kinds())
    ['bayesian-assessment', 'equilibrium-profile', 'sequential-assessment', 'zero-sum-value']
    """
    door = vars(trees).values()
    return {kind.kind: kind for kind in door if isinstance(kind, type) and issubclass(kind, TreeCertificate)}


def read_tree_certificate(source: str | Path | Mapping[str, Any]) -> TreeCertificate:
    """Read evidence from a file or from its JSON object; raises ``CertificateError`` if it is none."""
    document = mapping(dict(source) if isinstance(source, Mapping) else read_document(Path(source)), "certificate")
    kind = field(document, "kind", "")
    if not isinstance(kind, str) or kind not in tree_kinds():
        raise CertificateError(f"kind: {kind!r} is unknown; known kinds are {', '.join(sorted(tree_kinds()))}")
    return tree_kinds()[kind].from_json(document)


def write_tree_certificate(certificate: TreeCertificate, path: str | Path) -> Path:
    """Write evidence (all of it or nothing); raises ``GameError`` if the place cannot be written."""
    return write_text(path, json.dumps(certificate.to_json(), indent=1) + "\n")
