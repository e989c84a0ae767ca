"""The ladder of a treaty whose parties have types: what rungs 1 to 3 hold at the chances that the file gives.

Full compliance then means that every type that chooses complies as long as nobody has been seen to breach.  After a
breach the rung's rule is played; on rung 2 one that shows a bad type ends cooperation for good, as on rung 3.  A yes
and a no speak of these rules; rung 4 is the one of them that withstands most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.faults import Fault
from games.certificates.typed import TypedDeviation, TypedRuleEquilibrium
from games.certificates.typed.certificate import CONCEPT
from games.certificates.typed.evaluation import RuleEvaluation, Weak, evaluate_rule
from games.model.plan import Plan
from games.model.typed_game import Matrix, TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.exact import nearest_float
from games.play.rules_of_play import RuleOfPlay
from games.play.typed_replies import with_best_replies
from games.play.typed_rules import harsher_when_revealed, rule_with_types
from treaties.assessing.ladder import LONGEST_SUSPENSION, Ladder, factors_of, typed_note
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import weakest_link
from treaties.compiling.typed import typed_game, untold
from treaties.effects import Ints
from treaties.findings.records import CertificateNote, Judgement, Rung, WeakestLink

MOST_RULES = 4
"""Ways to go on after a breach or an ending that are tried on a rung, those first that lack least without types."""
ROUNDING = 1e-9
"""Of the range of payoffs: what a rule may lack without types and still be worth a look."""


NOTHING = 1e-12
NONE_DOES = "no rule of the ladder is an equilibrium at the chances that the file gives to types"


@final
@dataclass(frozen=True, eq=False)
class TypedStanding:
    """A rule of a rung, laid over the game with types; ``periods`` of suspension on rung 2."""

    number: int
    rule: TypedRule
    found: RuleEvaluation
    periods: int | None = None

    @cached_property
    def paying(self) -> Weak | None:
        """The deviation that pays most at the file's priors; None if none does."""
        return self.found.paying(self.found.typed.prior)

    def on_path(self, plan: Plan) -> Weak | None:
        """The departure from a plan of least slack as long as nobody has left it; None if nobody can leave it."""
        found, game = self.found, self.found.typed.game
        nodes, places = found.nodes, found.places
        kept = nodes.reached(nodes.likely & plan.allowed[nodes.row]) & nodes.on_path
        least: Weak | None = None
        for group in found.path_groups:
            actions = group.alphas.action[group.deviation]
            played = _rows_played(found, group.player, group.kind, nodes.place[group.node])
            state = places.state[nodes.place[group.node]]
            left = played + (actions - game.own_action[played, group.player]) * game.stride[state, group.player]
            # What changes nothing against those who may still be there is no departure.
            _, high, below = group.bounds(found.typed.prior)
            idle = game.same_outcome(left, played) & (np.abs((high / below).astype(float)) < NOTHING)
            here = np.flatnonzero(kept[group.node] & ~plan.allowed[left] & ~idle)
            if len(here):
                weak = found.weakest(
                    found.typed.prior, [replace(group, deviation=group.deviation[here], node=group.node[here])]
                )
                assert weak is not None
                least = weak if least is None or weak.low < least.low else least
        return least

    @cached_property
    def lacks(self) -> float:
        """What the rule lacks at most at the file's priors, in payoff units; 0 if it is an equilibrium."""
        return 0.0 if self.paying is None else -nearest_float(self.paying.low)


@final
@dataclass(frozen=True, eq=False)
class TypedLadder:
    """Rungs 1 to 3 of one compiled treaty; ``prior`` other chances of types than those of its file."""

    compiled: CompiledTreaty
    prior: Matrix | None = None
    _kept: dict[int, tuple[TypedStanding, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def why_not(self) -> str | None:
        """Why nothing is judged; None if it is."""
        return untold(self.compiled)

    @cached_property
    def typed(self) -> TypedGame:
        """The game with types."""
        typed = typed_game(self.compiled)
        return typed if self.prior is None else replace(typed, prior=self.prior)

    @cached_property
    def _ladder(self) -> Ladder:
        return Ladder(self.compiled)

    @cached_property
    def stands_without_types(self) -> bool:
        """Whether a rule of the ladder would do if all were known to be as described, in floating point."""
        ladder = self._ladder
        rules = [*ladder.grim(), *ladder.self_executing()]
        if not np.any(ladder.suspended[self.compiled.state_columns.in_force] < 0):
            rules += [rule for k in range(1, LONGEST_SUSPENSION + 1) for rule in ladder.proportionate(k)]
        return any(isinstance(rule, RuleOfPlay) and _lacks(rule) <= self._rounding for rule in rules)

    @cached_property
    def _rounding(self) -> float:
        return ROUNDING * float(np.ptp(self.compiled.game.payoffs) or 1.0)

    @cached_property
    def rungs(self) -> tuple[Rung, ...]:
        """Rungs 1 to 3, each proved either way or undecided."""
        return tuple(self._rung(number) for number in (1, 2, 3))

    @cached_property
    def judgement(self) -> Judgement:
        """Full compliance at the file's priors, by the rung that withstands most."""
        if self.why_not is not None:
            return self._undecided(self.why_not)
        holding = [rung for rung in self.rungs if rung.verdict == "sustainable"]
        if holding:
            best = max(holding, key=lambda rung: np.inf if rung.margin is None else rung.margin)
            return replace(best.found, detail=f"holds by the rule of rung {best.number}, which withstands most")
        if any(rung.verdict == "undecided" for rung in self.rungs):
            return self._undecided("no rule of the ladder is an equilibrium at these chances, and one is not decided")
        nearest = max(self.rungs, key=lambda rung: rung.margin_everywhere or 0.0)
        # Where nobody gains by leaving compliance, what is lacking is lacking after a breach.
        lacking = nearest.margin if nearest.margin is not None and nearest.margin < 0 else None
        return replace(nearest.found, margin=lacking, detail=NONE_DOES)

    def open_beyond(self) -> Judgement:
        """The same where only harsher answers than those of rungs 1 to 3 can hold it without types."""
        return self._undecided(
            "even without types only harsher answers to a breach than those of rungs 1 to 3 could hold it, and those "
            "are not judged with types"
        )

    def standings(self, number: int) -> tuple[TypedStanding, ...]:
        """The rules of a rung that are looked at, those that need least punishment first."""
        if number not in self._kept:
            self._kept[number] = tuple(self._laid(number))
        return self._kept[number]

    def _laid(self, number: int) -> Iterator[TypedStanding]:
        """The rules of a rung, laid over the game: on rung 2 until one is an equilibrium."""
        for periods, rule, able in self._rules(number):
            found = evaluate_rule(self.typed, rule)
            if isinstance(found, Fault):
                continue
            if able:
                found = with_best_replies(found)
            standing = TypedStanding(number, found.places.rule, found, periods)
            yield standing
            if number == 2 and standing.paying is None:
                return

    def _rules(self, number: int) -> Iterator[tuple[int | None, TypedRule, bool]]:
        """Periods of suspension, a rule, and whether it would do if all were known to be as described."""
        ladder, plan = self._ladder, self.compiled.plan
        if number != 2:
            known = _best(ladder.self_executing() if number == 1 else ladder.grim())
            standing = [one for one in known if _lacks(one) <= self._rounding]
            for one in standing or known[:1]:
                yield None, rule_with_types(self.typed, one, plan), bool(standing)
            return
        if np.any(ladder.suspended[self.compiled.state_columns.in_force] < 0) or not ladder.reversions:
            return
        # What is no equilibrium among parties as described is none where types have shown to be such.
        rules = [(k, rule) for k in range(1, LONGEST_SUSPENSION + 1) for rule in _best(ladder.proportionate(k), 1)]
        able = [(k, rule) for k, rule in rules if _lacks(rule) <= self._rounding]
        for k, rule in able or sorted(rules, key=lambda one: _lacks(one[1]))[:1]:
            harsher = harsher_when_revealed(self.typed, rule, ladder.reversions[0], plan)
            if harsher is not None:
                yield k, harsher, bool(able)

    def _rung(self, number: int) -> Rung:
        if self.why_not is not None:
            return Rung(number, self._undecided(self.why_not))
        standings = self.standings(number)
        if not standings:
            return Rung(number, self._undecided("no rule in pure actions was found to go on with, or it is too large"))
        best = min(standings, key=lambda one: one.lacks)
        holds = best.paying is None
        note = self._evidence(best)
        if not note.checked:
            return Rung(number, self._undecided(f"the exact check did not go through: {note.claim}"))
        on_path = best.on_path(self.compiled.plan)
        departs = on_path is not None and on_path.low < 0
        told = on_path if holds or departs else best.paying
        found = Judgement(
            "sustainable" if holds else "unsustainable", CONCEPT,
            None if told is None else nearest_float(told.low),
            detail=self._detail(best, told), weakest_link=None if told is None else self.link(best, told),
            certificate=note, discount=factors_of(self.compiled),
        )  # fmt: skip
        everywhere = best.found.weakest(self.typed.prior)
        return Rung(number, found, None if everywhere is None else nearest_float(everywhere.low),
                    best.periods if holds else None)  # fmt: skip

    def _evidence(self, standing: TypedStanding) -> CertificateNote:
        """That the rule is an equilibrium whose path keeps to the plan, or that a deviation pays."""
        if standing.paying is None:
            holds = TypedRuleEquilibrium.of(self.typed, standing.rule, self.compiled.plan)
            return typed_note(holds, holds.judged(standing.found))
        pays = TypedDeviation.of(standing.found, standing.paying)
        return typed_note(pays, pays.judged(standing.found))

    def link(self, standing: TypedStanding, weak: Weak) -> WeakestLink:
        """A deviation in the treaty's words."""
        state, played, row = self.rows(standing, weak)
        return weakest_link(self.compiled, state, weak.player, played, row, nearest_float(weak.low), weak.kind)

    def rows(self, standing: TypedStanding, weak: Weak) -> tuple[int, int, int]:
        """The state of a deviation, the row played by parties as described, and that of the deviation."""
        game, found = self.compiled.game, standing.found
        place = int(found.nodes.place[weak.node])
        state = int(found.places.state[place])
        played = int(_rows_played(found, weak.player, weak.kind, np.array([place]))[0])
        own = int(game.own_action[played, weak.player])
        return state, played, played + (weak.action - own) * int(game.stride[state, weak.player])

    def _detail(self, best: TypedStanding, told: Weak | None) -> str:
        if best.paying is not None and told is not None:
            after = "" if best.found.nodes.on_path[told.node] else " once somebody has deviated"
            return f"a deviation pays{after}, at the chances that the file gives to types"
        if best.number != 2:
            return "no deviation of any type pays in any situation"
        many = "1 period of suspension is" if best.periods == 1 else f"{best.periods} periods of suspension are"
        return f"{many} enough; a breach that shows a bad type ends cooperation for good, as on rung 3"

    def _undecided(self, why: str) -> Judgement:
        return Judgement("undecided", CONCEPT, None, detail=why, discount=factors_of(self.compiled))


def _best(rules: list[RuleOfPlay] | list, most: int = MOST_RULES) -> list[RuleOfPlay]:  # type: ignore[type-arg]
    """Some rules of play, those first that lack least without types."""
    plain = [rule for rule in rules if isinstance(rule, RuleOfPlay)]
    return sorted(plain, key=_lacks)[:most]


def _rows_played(found: RuleEvaluation, player: int, kind: int, place: Ints) -> Ints:
    """Int[places]: the rows in which a player is of some type and all others are as described."""
    game, places = found.typed.game, found.places
    state = places.state[place]
    rows = game.row_start[state].copy()
    for i, moves in enumerate(places.moves):
        rows += moves[kind if i == player else 0].action[place, 0] * game.stride[state, i]
    return np.asarray(rows)


def _lacks(rule: RuleOfPlay) -> float:
    least = rule.least_anywhere
    return 0.0 if least is None else -least.slack
