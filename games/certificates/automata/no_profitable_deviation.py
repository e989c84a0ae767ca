"""Certificates about one automaton: that it is an equilibrium, or that it is not."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, final

import numpy as np
from numpy.typing import NDArray

from games.certificates.automata.check import Evaluation, PathSlacks, WeakestLink, examine
from games.certificates.automata.json import automaton_json, read_automaton
from games.certificates.automata.values import GRID
from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import kept_plan, setting
from games.certificates.faults import Fault, common_fault, rounded
from games.certificates.reading import clock as read_clock
from games.certificates.reading import concept as read_concept
from games.certificates.reading import (
    field,
    integer,
    mapping,
    only,
    plan_document,
    plan_json,
    rational,
    rationals,
    text,
)
from games.certificates.sealing import sealed
from games.model.clock import Clock, TimedPlan, with_clock
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import StrategyAutomaton
from games.numerics.exact import nearest_float, written

VALUE_TOLERANCE = Fraction(1, 10**9)
"""How far, relative to the larger of 1 and the value, a claimed value may lie from the true one.

Where stage payoffs are closer to one another than that, ``ExactGame.most_tolerated`` is less, and counts."""


def _mixed_cell(automaton: StrategyAutomaton) -> int | None:
    """The number of the first cell in which actions are mixed; None if none are."""
    return next((k for k, cell in enumerate(automaton.cells.values()) if cell.mix is not None), None)


def _concept_of(automaton: StrategyAutomaton) -> SolutionConcept:
    """The notion of equilibrium that an automaton is an example of, read off its cells."""
    pure = _mixed_cell(automaton) is None
    return SolutionConcept.PURE_SUBGAME_PERFECT if pure else SolutionConcept.MIXED_REVERSION


class _OneAutomaton(ABC):
    """Evaluates one automaton on games.  Whoever has several questions asks for the ``evaluation`` once."""

    game_digest: str
    concept: SolutionConcept
    automaton: StrategyAutomaton
    changed: tuple[str, ...]

    @property
    def hands(self) -> Clock | None:
        """The clock whose hands tell states apart; None if there is none."""
        return None

    def _fault(self, game: StochasticGame) -> Fault | None:
        """What every certificate is refused for; the concept is that of the cells, which mix or do not."""
        mixed = _mixed_cell(self.automaton)
        place = "concept" if mixed is None else f"cells[{mixed}].mix"
        return common_fault(
            game, self.game_digest, self.changed, self.concept, _concept_of(self.automaton), place, ends=True)

    def evaluation(self, game: StochasticGame) -> Evaluation | Fault:
        """Reach, values and slacks of the automaton on the game, or the place where it makes no sense."""
        return examine(game, self.automaton, clock=self.hands)

    def _sound(self, game: StochasticGame) -> Evaluation:
        result = self.evaluation(game)
        if isinstance(result, Fault):
            raise GameError(f"{result.place}: {result.problem}")
        return result

    def values(self, game: StochasticGame) -> dict[tuple[int, int], NDArray[np.float64]]:
        """Average discounted payoffs Float[players] of every reached (mode, state).

        Raises ``GameError`` if the automaton does not fit the game.
        """
        return self._sound(game).values()

    def weakest_link(self, game: StochasticGame, on_path: bool = True) -> WeakestLink | None:
        """The deviation of least slack, on the path or in any reached mode and state; None if nobody can deviate.

        Raises ``GameError`` if the automaton does not fit the game.
        """
        return self._sound(game).weakest(on_path)

    def path_slacks(self, game: StochasticGame) -> PathSlacks:
        """Least slack on the path per state and player.  Raises ``GameError`` if the automaton does not fit."""
        return self._sound(game).path_slacks()


@final
@dataclass(frozen=True, eq=False)
class NoProfitableDeviation(_OneAutomaton, Certificate):
    """The automaton is an equilibrium that follows the plan on its path.

    ``plan``     the plan's JSON form (restricted states and the profiles allowed there; empty: no plan).
    ``margin``   claimed lower bound on the least slack on the path, in payoff units, or None.
    ``payoffs``  claimed payoffs at the initial state (to 9 digits), one per player, or None.
    ``clock``    None, or the clock whose hands tell the states of plan and automaton apart.
    ``changed``  places in the file it was read from that do not match their seals.

    Every (mode, state) that play or any deviation reaches, joint deviations included, must have a cell, and no
    one-shot deviation may pay there.
    """

    kind: ClassVar[str] = "no-profitable-deviation"
    source: ClassVar[str] = "Abreu (1988); Mailath and Samuelson (2006), proposition 2.4.1"
    game_digest: str
    concept: SolutionConcept
    automaton: StrategyAutomaton
    plan: Mapping[str, Sequence[Sequence[str]]]
    margin: Fraction | None = None
    payoffs: tuple[Fraction, ...] | None = None
    changed: tuple[str, ...] = ()
    clock: Clock | None = None

    @property
    def hands(self) -> Clock | None:
        """The clock whose hands tell states apart; None if there is none."""
        return self.clock

    @staticmethod
    def of(
        game: StochasticGame,
        automaton: StrategyAutomaton,
        plan: Plan | None = None,
        margin: Fraction | None = None,
        payoffs: Sequence[Fraction] | None = None,
    ) -> NoProfitableDeviation:
        """The certificate for a game; the concept is read off the cells."""
        return NoProfitableDeviation(
            game.digest, _concept_of(automaton), automaton, plan.to_json() if plan is not None else {}, margin,
            tuple(payoffs) if payoffs is not None else None)

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove that no one-shot deviation pays anywhere and that the path follows the plan."""
        claim = "the automaton is an equilibrium" + (" that follows the plan" if self.plan else "")
        fault = self._fault(game)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        found = self.evaluation(game)
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place, found.problem)
        numbers = self._numbers(found)
        fault = self._off_plan(found) or self._pays(found) or self._claims(game, found)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem, numbers)
        return CheckReport(True, claim, numbers=numbers)

    def _numbers(self, found: Evaluation) -> dict[str, float]:
        anywhere, on_path = found.weakest(False), found.weakest(True)
        return rounded({
            "least_slack": anywhere.slack if anywhere else None,
            "margin": on_path.slack if on_path else None,
            "enclosure_radius": found.slacks.values.radius,
            "cells": len(found.chain.nodes),
        })

    def _off_plan(self, found: Evaluation) -> Fault | None:
        try:
            game = found.chain.exact.game
            allowed = Plan.from_json(game, self.plan).allowed
        except GameError as error:
            return Fault("claim.plan", str(error))
        play = found.chain.play
        for k in np.flatnonzero(found.on_path).tolist():
            for row in play.row[play.start[k]:play.start[k + 1]].tolist():
                if not allowed[row]:
                    return Fault(f"cells[{k}].row", f"the path plays {game.place(row)}, which the plan forbids")
        return None

    def _pays(self, found: Evaluation) -> Fault | None:
        s = found.slacks
        k = s.least(~s.proved)
        if k is None:
            return None
        units = float(s.units[k])
        if s.high[k] < 0:
            problem = f"the deviation pays: it is worth {-units:.12g} more, as a one-off gain"
        else:
            problem = (f"that the deviation does not pay is not proved: its slack is zero within "
                       f"{nearest_float(Fraction(int(s.high[k] - s.low[k]), GRID)):.3g}")
        return Fault(found.place(k, self.automaton.modes), problem)

    def _claims(self, game: StochasticGame, found: Evaluation) -> Fault | None:
        values, s = found.slacks.values, found.slacks
        if self.margin is not None:
            mask = s.strict & found.on_path[s.node]
            for k in np.flatnonzero(mask).tolist():
                state = values.chain.nodes[int(s.node[k])][1]
                if Fraction(int(s.low[k]), GRID) < self.margin * values.chain.exact.unit(state, int(s.player[k])):
                    place = found.place(k, self.automaton.modes)
                    return Fault("claim.margin", f"{nearest_float(self.margin):.12g} is claimed, {place} "
                                 f"withstands only {float(s.units[k]):.12g}")
        if self.payoffs is not None:
            if len(self.payoffs) != game.n_players:
                return Fault("claim.payoffs", f"{len(self.payoffs)} numbers, one per player is needed")
            for i, (claimed, true) in enumerate(zip(self.payoffs, self._payoffs(game, found), strict=True)):
                near = min(VALUE_TOLERANCE * max(Fraction(1), abs(true)), values.chain.exact.most_tolerated)
                if abs(true - claimed) > near:
                    return Fault(f"claim.payoffs[{i}]", f"{nearest_float(claimed):.12g} is claimed, it is "
                                 f"{nearest_float(true):.12g}")
        return None

    def claim(self, game: StochasticGame) -> str:
        """What the automaton is, and what its path keeps to; payoffs and margin, where they are claimed."""
        said = (f"From state {game.states[game.initial]!r} the automaton in the file is an equilibrium: no player "
                "gains by a deviation in any mode and state that play or deviations reach. "
                f"Equilibrium: {self.concept.value}. {kept_plan(game, self.plan, self.clock)} {setting(game)}")
        if _mixed_cell(self.automaton) is not None:
            said += " Actions are mixed in some modes."
        if self.payoffs is None and self.margin is None:
            return said
        found = self._sound(game)
        if self.payoffs is not None:
            near = found.slacks.values.radius
            worth = ", ".join(f"{who} {nearest_float(u):.9g}" for who, u in zip(
                game.players, self._payoffs(game, found), strict=True))
            said += f" It is worth, to nine digits{f' and within {near:.3g}' if near else ''}: {worth}."
        if self.margin is not None:
            link = found.weakest(on_path=True)
            worth = "any amount" if link is None else f"at least {link.slack:.9g}"
            said += f" On its path every deviation would have to bring {worth} more, once, to pay."
        return said

    def shows(self, plan: Plan | TimedPlan) -> NoProfitableDeviation | None:
        """The same automaton, whose path keeps to the plan or does not; None where its clock is another."""
        if isinstance(plan, TimedPlan):
            return replace(self, plan=plan.plan.to_json()) if plan.clock == self.clock else None
        if self.clock is None:
            return replace(self, plan=plan.to_json())
        always = Plan(with_clock(plan.game, self.clock), np.tile(plan.allowed, self.clock.size))
        return replace(self, plan=always.to_json())

    def _payoffs(self, game: StochasticGame, found: Evaluation) -> list[Fraction]:
        """Per player what the automaton is worth at the start, from below."""
        parts = [(p, found.slacks.values.enclosed(found.chain.number[m, game.initial]))
                 for m, p in self.automaton.initial]
        return [sum((p * enclosed[i][0] for p, enclosed in parts), Fraction(0)) for i in range(game.n_players)]

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        claim: dict[str, Any] = {"plan": plan_document(self.plan)}
        if self.margin is not None:
            claim["margin"] = written(self.margin)
        if self.payoffs is not None:
            claim["payoffs"] = [written(x) for x in self.payoffs]
        if self.clock is not None:
            claim["clock"] = [self.clock.first, self.clock.cycle]
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value, "claim": claim, **automaton_json(self.automaton)})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> NoProfitableDeviation:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "modes", "start", "cells"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"plan", "margin", "payoffs", "clock"}, "claim")
        return NoProfitableDeviation(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document), read_automaton(document),
            plan_json(field(claim, "plan", "claim"), "claim.plan"),
            rational(claim["margin"], "claim.margin") if "margin" in claim else None,
            rationals(claim["payoffs"], "claim.payoffs") if "payoffs" in claim else None, changed, read_clock(claim))


@final
@dataclass(frozen=True, eq=False)
class ProfitableDeviation(_OneAutomaton, Certificate):
    """The automaton is no equilibrium: one reachable one-shot deviation pays.

    ``mode``, ``state``  where; ``player`` who; ``row`` the row that the deviation brings about.
    ``changed``          places in the file it was read from that do not match their seals.
    """

    kind: ClassVar[str] = "profitable-deviation"
    source: ClassVar[str] = "Mailath and Samuelson (2006), proposition 2.2.1"
    game_digest: str
    concept: SolutionConcept
    automaton: StrategyAutomaton
    mode: int
    state: int
    player: int
    row: int
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(game: StochasticGame, automaton: StrategyAutomaton, link: WeakestLink) -> ProfitableDeviation:
        """The certificate that ``link`` (for instance from ``weakest_link(game, on_path=False)``) pays."""
        return ProfitableDeviation(
            game.digest, _concept_of(automaton), automaton, link.mode, link.state, link.player, link.row)

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove that the deviation is reached and pays."""
        claim = "this rule of play is not an equilibrium"
        fault = self._fault(game)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        found = self.evaluation(game)
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place, found.problem)
        node = found.chain.number.get((self.mode, self.state))
        if node is None or not found.reached[node]:
            return CheckReport(False, claim, "claim", f"mode {self.mode}, state {self.state} is not reached")
        s = found.slacks
        here = np.flatnonzero((s.node == node) & (s.player == self.player) & (s.row == self.row))
        if not len(here):
            return CheckReport(False, claim, "claim", f"row {self.row} is no deviation of player {self.player} there")
        k = int(here[0])
        numbers = {"slack": float(s.units[k]), "enclosure_radius": s.values.radius}
        if s.high[k] >= 0:
            return CheckReport(False, claim, found.place(k, self.automaton.modes),
                               "that the deviation pays is not proved", numbers)
        return CheckReport(True, claim, numbers=numbers)

    def claim(self, game: StochasticGame) -> str:
        """Which deviation pays; nothing is said of other strategies."""
        deviation = ", ".join(game.profile_labels(self.row))
        return (f"The automaton in the file is no equilibrium from state {game.states[game.initial]!r}: in its mode "
                f"number {self.mode}, in state {game.states[self.state]!r}, player {game.players[self.player]!r} gains "
                f"by bringing about ({deviation}). Equilibrium: {self.concept.value}. Of other strategies nothing is "
                f"claimed. {setting(game)}")

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        claim = {"mode": self.mode, "state": self.state, "player": self.player, "row": self.row}
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value, "claim": claim, **automaton_json(self.automaton)})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> ProfitableDeviation:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "modes", "start", "cells"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"mode", "state", "player", "row"}, "claim")
        mode, state, player, row = (
            integer(field(claim, k, "claim"), f"claim.{k}") for k in ("mode", "state", "player", "row"))
        return ProfitableDeviation(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document), read_automaton(document),
            mode, state, player, row, changed)
