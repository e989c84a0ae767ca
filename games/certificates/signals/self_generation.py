"""Public self-generation: a public automaton is an equilibrium of a game with public signals, without payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, final

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import kept_plan, setting
from games.certificates.faults import Fault, common_fault, rounded
from games.certificates.reading import concept as read_concept
from games.certificates.reading import field, mapping, only, plan_document, plan_json, text
from games.certificates.reading import rational as read_rational
from games.certificates.sealing import sealed
from games.certificates.signals.automaton_check import PublicEvaluation, evaluate_public, public_place
from games.certificates.signals.automaton_json import public_automaton_json, read_public_automaton
from games.certificates.signals.weights import OutcomeWeights
from games.certificates.transfers.worth import about, rational
from games.model.plan import Plan
from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import nearest_float, written


@final
@dataclass(frozen=True, eq=False)
class PublicSelfGeneration(Certificate):
    """The automaton is a perfect public equilibrium that follows the plan on its path.

    ``plan``     the plan's JSON form (restricted states and the profiles allowed there; empty: no plan).
    ``margin``   claimed lower bound on the least slack on the path, in payoff units, or None.
    ``changed``  places in the file it was read from that do not match their seals.

    Every mode that is listed is checked: the payoffs of the modes of a state then are a self-generating family, so
    that each of them, and each of their lotteries, is an equilibrium payoff, for any number of players and any
    discount factors.  A deviation b of player i from row a has slack

        (1 - d_i)(g_i(a) - g_i(b)) + d_i (sum_m D(m) u_i(m) - e_i sum_m |D(m)|),

    where D(m) says how much likelier mode m comes next after a than after b, u are the written payoffs and e_i is how
    far true payoffs may lie from them.  All next states of a mode's state need a mode, those after joint deviations
    too.  Margins are lower bounds, in one-off payoffs.
    Source: Abreu, Pearce and Stacchetti (1990), theorem 1; one-shot deviations: Mailath and Samuelson (2006), 7.2.
    """

    kind: ClassVar[str] = "public-self-generation"
    source: ClassVar[str] = "Abreu, Pearce and Stacchetti (1990), theorem 1; Mailath and Samuelson (2006), section 7.2"
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
        claim = "the automaton is an equilibrium" + (" that follows the plan" if self.plan else "")
        fault = common_fault(
            game, self.game_digest, self.changed, self.concept, SolutionConcept.PURE_PUBLIC) or self._unfit(game)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        found = evaluate_public(OutcomeWeights(game), self.automaton)
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place, found.problem)
        numbers = self._numbers(found)
        fault = self._off_plan(game, found) or self._pays(game, found) or self._margin(game, found)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem, numbers)
        return CheckReport(True, claim, numbers=numbers)

    def _unfit(self, game: StochasticGame) -> Fault | None:
        if game.transfers != "none":
            return Fault("game", "players can pay one another in this game, and the automaton says nothing of payments")
        return None

    def _numbers(self, found: PublicEvaluation) -> dict[str, float]:
        anywhere, on_path = found.least(False), found.least(True)
        return rounded({
            "least_slack": about(anywhere.units) if anywhere else None,
            "margin": about(on_path.units) if on_path else None,
            "enclosure_radius": max(map(about, found.radius)),
            "cells": len(self.automaton.modes),
        })

    def _off_plan(self, game: StochasticGame, found: PublicEvaluation) -> Fault | None:
        try:
            allowed = Plan.from_json(game, self.plan).allowed
        except GameError as error:
            return Fault("claim.plan", str(error))
        for k in sorted(found.on_path):
            row = self.automaton.modes[k].row
            if not allowed[row]:
                return Fault(f"cells[{k}].row", f"the path plays {game.place(row)}, which the plan forbids")
        return None

    def _pays(self, game: StochasticGame, found: PublicEvaluation) -> Fault | None:
        worst = found.least(False)
        if worst is None or worst.low >= 0:
            return None
        if worst.high < 0:
            problem = f"the deviation pays: it is worth {-about(worst.units):.12g} more, as a one-off gain"
        else:
            problem = (f"that the deviation does not pay is not proved: its slack is zero within "
                       f"{about(worst.high - worst.low):.3g}; write payoffs that are closer to the true ones")
        return Fault(public_place(game, self.automaton, worst), problem)

    def _margin(self, game: StochasticGame, found: PublicEvaluation) -> Fault | None:
        worst = found.least(True)
        if self.margin is None or worst is None or worst.units >= rational(self.margin):
            return None
        place = public_place(game, self.automaton, worst)
        return Fault("claim.margin", f"{nearest_float(self.margin):.12g} is claimed, {place} "
                     f"withstands only {about(worst.units):.12g}")

    def claim(self, game: StochasticGame) -> str:
        """What the automaton is, and what its path keeps to."""
        said = (f"From state {game.states[game.initial]!r} the public automaton in the file is an equilibrium, in each "
                f"of its {len(self.automaton.modes)} modes. Equilibrium: {self.concept.value}. "
                f"{kept_plan(game, self.plan)} {setting(game)}")
        return said if self.margin is None else f"{said} {self._margin_in_words(game)}"

    def _margin_in_words(self, game: StochasticGame) -> str:
        found = evaluate_public(OutcomeWeights(game), self.automaton)
        least = None if isinstance(found, Fault) else found.least(True)
        worth = "any amount" if least is None else f"at least {about(least.units):.9g}"
        return f"On its path every deviation would have to bring {worth} more, once, to pay."

    def shows(self, plan: Plan) -> PublicSelfGeneration:
        """The same automaton, whose path keeps to the plan or does not."""
        return replace(self, plan=plan.to_json())

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        claim: dict[str, Any] = {"plan": plan_document(self.plan)}
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
            read_rational(claim["margin"], "claim.margin") if "margin" in claim else None, changed)
