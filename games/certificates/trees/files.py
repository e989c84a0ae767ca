"""Files of evidence about game trees: ``servanda-tree-certificate/1``, read back by kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from games.certificates.reading import CertificateError, field, mapping
from games.certificates.trees.backward_induction import EquilibriumProfile
from games.certificates.trees.bayesian_assessment import BayesianAssessment
from games.certificates.trees.zero_sum_value import ZeroSumValue
from games.files.writing import write_text

TreeCertificate = EquilibriumProfile | BayesianAssessment | ZeroSumValue

_READERS: dict[str, Callable[[Mapping[str, Any]], TreeCertificate]] = {
    EquilibriumProfile.kind: EquilibriumProfile.from_json,
    BayesianAssessment.kind: BayesianAssessment.from_json,
    ZeroSumValue.kind: ZeroSumValue.from_json,
}


def read_tree_certificate(source: str | Path | Mapping[str, Any]) -> TreeCertificate:
    """Read evidence from a file or from its JSON object; raises ``CertificateError`` if it is none."""
    document = mapping(dict(source) if isinstance(source, Mapping) else _load(Path(source)), "certificate")
    kind = field(document, "kind", "")
    if not isinstance(kind, str) or kind not in _READERS:
        raise CertificateError(f"kind: {kind!r} is unknown; known kinds are {', '.join(sorted(_READERS))}")
    return _READERS[kind](document)


def write_tree_certificate(certificate: TreeCertificate, path: str | Path) -> Path:
    """Write evidence (all of it or nothing); raises ``GameError`` if the place cannot be written."""
    return write_text(path, json.dumps(certificate.to_json(), indent=1) + "\n")


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CertificateError(f"{path}: cannot be read ({error}); give the name of a certificate file") from None
    except (ValueError, RecursionError) as error:
        raise CertificateError(f"{path}: {error}; this is no JSON, write the file again") from None
