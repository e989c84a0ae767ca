"""Every kind of certificate on games with types is told in plain words."""

from __future__ import annotations

from games.certificates.typed.files import typed_kinds
from treaties.findings.proof_words import PROOFS, TYPED_PROOFS


def test_every_kind_is_told() -> None:
    assert set(TYPED_PROOFS) == set(typed_kinds())
    assert not set(TYPED_PROOFS) & set(PROOFS)
