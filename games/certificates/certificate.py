"""What every certificate promises: a claim about one game that exact code re-proves without any solver."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, final

from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame


class SolutionConcept(Enum):
    """The notion of equilibrium that a verdict speaks of.  Unsustainable in one may be sustainable in another."""

    PURE_SUBGAME_PERFECT = "pure-action subgame-perfect equilibrium with public randomisation"
    MIXED_REVERSION = "subgame-perfect equilibrium whose punishments may use a mixed stationary equilibrium"
    PURE_WITH_TRANSFERS = (
        "pure-action subgame-perfect equilibrium with voluntary transfers, money burning and public randomisation"
    )
    PURE_WITH_BALANCED_TRANSFERS = (
        "pure-action subgame-perfect equilibrium with voluntary transfers, no money burning, and public randomisation"
    )
    PURE_PUBLIC = "pure-action perfect public equilibrium with public randomisation"
    PUBLIC_WITH_TRANSFERS = (
        "pure-action perfect public equilibrium with voluntary transfers, money burning and public randomisation"
    )
    PUBLIC_WITH_BALANCED_TRANSFERS = (
        "pure-action perfect public equilibrium with voluntary transfers that balance and public randomisation"
    )
    PUBLIC_LIMIT = (
        "pure-action perfect public equilibrium with public randomisation, in the limit as the common discount factor "
        "goes to one"
    )
    RELATIONAL_NEGOTIATION = (
        "relational negotiation equilibrium: pure actions, voluntary transfers, money burning, public randomisation, "
        "and agreements that are negotiated anew with some chance"
    )


@final
@dataclass(frozen=True)
class CheckReport:
    """Outcome of an exact check.

    ``accepted``  whether the claim was re-proved.
    ``claim``     the claim in short; ``Certificate.claim`` has all of it.
    ``place``     where it fails ("" if accepted), naming state, mode, player, deviation or JSON key.
    ``problem``   what is wrong there.
    ``numbers``   exact by-products as floats: "least_slack", "enclosure_radius", ...
    """

    accepted: bool
    claim: str
    place: str = ""
    problem: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)


class Certificate(ABC):
    """Re-checkable evidence about one game and one solution concept.

    ``kind``    its name in files.
    ``source``  where the argument comes from: authors (year), theorem; separated by semicolons.

    ``check`` never raises for a wrong claim, it reports; it refuses a game whose digest is not ``game_digest``.
    """

    kind: ClassVar[str]
    """The kind's name in files; a class that its family's front door hands on is found by it."""
    source: ClassVar[str]
    game_digest: str
    concept: SolutionConcept

    @abstractmethod
    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove the claim in exact rational arithmetic."""

    @abstractmethod
    def claim(self, game: StochasticGame) -> str:
        """All that evidence which ``check`` accepts proves of the game, in sentences made from the evidence alone.

        Concept, plan or target and how loose it is, what it depends on (discount factors, payments, negotiation), and
        how far stated numbers may lie from the true ones.  Names and labels in the file do not enter.
        """

    def shows(self, plan: Plan) -> Certificate | None:
        """The same evidence put forward for the claim that an equilibrium keeps to ``plan``, to be checked anew.

        None where evidence of this kind shows no such thing, because it refutes or speaks of payoffs.
        """
        return None

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""

    @staticmethod
    @abstractmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> Certificate:
        """Read what ``to_json`` wrote; ``changed`` names places that no longer match their seals.

        Raises ``CertificateError`` where the document says nothing of this kind.
        """
