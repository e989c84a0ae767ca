"""What every piece of evidence about a game with types promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from games.certificates.certificate import CheckReport
from games.certificates.faults import Fault
from games.model.typed_game import TypedGame

CONCEPT = ("perfect Bayesian equilibrium in public strategies, types independent; what no living type would do shows a "
           "type that chooses")


class TypedCertificate(ABC):
    """Re-checkable evidence about one game with types.

    ``check`` never raises for a wrong claim, it reports; it refuses a game whose digest is not ``typed_digest``.
    """

    kind: ClassVar[str]
    """The kind's name in files; a class that the front door of this folder hands on is found by it."""
    source: ClassVar[str]
    typed_digest: str

    @abstractmethod
    def check(self, typed: TypedGame) -> CheckReport:
        """Re-prove the claim in exact rational arithmetic."""

    @abstractmethod
    def claim(self, typed: TypedGame) -> str:
        """All that evidence which ``check`` accepts proves of the game, in sentences made from the evidence alone."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The ``servanda-typed-certificate/1`` form."""

    @staticmethod
    @abstractmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> TypedCertificate:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""


def typed_fault(typed: TypedGame, digest: str, changed: tuple[str, ...]) -> Fault | None:
    """What all evidence about games with types is refused for: a changed file, another game."""
    if changed:
        return Fault(changed[0], "this has been changed since the certificate was written: it does not match its seal")
    if digest != typed.digest:
        return Fault("typed_digest", "the certificate speaks of another game, other types or other priors")
    return None
