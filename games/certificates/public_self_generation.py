"""Public self-generation: a public automaton is an equilibrium of a game with public signals, without payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.public_automaton_json import public_automaton_json, read_public_automaton
from games.certificates.reading import concept as read_concept
from games.certificates.reading import field, mapping, only, plan_json, rational, text
from games.certificates.sealing import sealed
from games.numerics.exact import written
from games.plan import Plan
from games.public_automaton import PublicAutomaton
from games.stochastic_game import StochasticGame


@final
@dataclass(frozen=True, eq=False)
class PublicSelfGeneration(Certificate):
    """The automaton is a perfect public equilibrium that follows the plan on its path.

    ``plan``     the plan's JSON form (restricted states and the profiles allowed there; empty: no plan).
    ``margin``   claimed lower bound on the least slack on the path, in payoff units, or None.
    ``changed``  places in the file it was read from that do not match their seals.
    """

    kind: ClassVar[str] = "public-self-generation"
    game_digest: str
    concept: SolutionConcept
    automaton: PublicAutomaton
    plan: Mapping[str, Sequence[Sequence[str]]]
    margin: Fraction | None = None
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(
        game: StochasticGame, automaton: PublicAutomaton, plan: Plan | None = None, margin: Fraction | None = None
    ) -> PublicSelfGeneration:
        """The certificate for a game."""
        return PublicSelfGeneration(
            game.digest, SolutionConcept.PURE_PUBLIC, automaton, plan.to_json() if plan is not None else {}, margin)

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove that no one-shot deviation pays in any mode and that the path follows the plan."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        claim: dict[str, Any] = {"plan": {s: [list(p) for p in rows] for s, rows in self.plan.items()}}
        if self.margin is not None:
            claim["margin"] = written(self.margin)
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value, "claim": claim, **public_automaton_json(self.automaton)})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> PublicSelfGeneration:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "start", "cells"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"plan", "margin"}, "claim")
        return PublicSelfGeneration(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            read_public_automaton(document), plan_json(field(claim, "plan", "claim"), "claim.plan"),
            rational(claim["margin"], "claim.margin") if "margin" in claim else None, changed)
