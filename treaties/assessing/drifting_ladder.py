"""The ladder of a treaty with types where beliefs drift: flags tell of conduct, or governments are replaced unseen.

The rules of rungs 1 to 3 are those that are judged elsewhere; where signals are seen a breach is answered when they
prove one.  Full compliance means that every type that chooses complies after all flags that may be mistakes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import final

import numpy as np

from games.certificates.typed.belief_ranges import least_slack, slack_at
from games.certificates.typed.belief_values import Temptation
from games.certificates.typed.certificate import CONCEPT
from games.certificates.typed.learning import Learning
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.exact import nearest_float
from games.play.drifting_beliefs import Corners, DriftingBeliefs, Unstable
from games.play.public_rules import PublicRule
from games.play.rules_of_play import RuleOfPlay
from games.play.typed_rules import ended_by_flags, harsher_when_revealed, rule_with_types, suspicious
from treaties.assessing.ladder import LONGEST_SUSPENSION, Ladder, Rule, factors_of, typed_note
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import weakest_link
from treaties.compiling.typed import typed_game, untold
from treaties.findings.records import Judgement, Rung, WeakestLink

MOST_RULES = 2
"""Ways to go on after a breach or an ending that are tried on a rung."""
MOST_LENGTHS = 3
"""Lengths of suspension that are tried on rung 2, the shortest of those that could do without types."""
MOST_FLAGS = 2
"""So many flags a rule may let pass before it ends cooperation."""
ROUNDING = 1e-9
"""Of the range of payoffs: what a rule may lack without types and still be worth a look."""


@final
@dataclass(frozen=True, eq=False)
class DriftingStanding:
    """A rule of a rung at all beliefs; ``periods`` of suspension on rung 2, ``flags`` that it lets pass; None: all."""

    number: int
    rule: TypedRule
    beliefs: DriftingBeliefs
    periods: int | None = None
    flags: int | None = None

    @cached_property
    def said(self) -> Corners | Unstable | None:
        """The verdict at the file's priors."""
        return self.beliefs.said

    @cached_property
    def pays(self) -> tuple[Temptation, Fraction] | None:
        """A deviation that pays, and its slack where it does; None if none is known."""
        if not isinstance(self.said, Unstable):
            return None
        nodes, k = self.beliefs.nodes, 0
        at = {i: self.beliefs.typed.prior[i] for i in nodes.uncertain}
        for outcome in self.said.path:
            at = {i: nodes.posterior(k, i, belief, outcome) for i, belief in at.items()}
            k = nodes.after[k][outcome]
        return self.said.temptation, slack_at(self.said.temptation, at)

    @cached_property
    def weakest(self) -> tuple[Temptation, Fraction] | None:
        """The deviation of least slack as long as all do what was agreed, as a one-off gain; None if there is none."""
        if not isinstance(self.said, tuple):
            return None
        agreed = self.beliefs.agreed
        return min(((one, one_off(self.beliefs.typed, one, least_slack(one, self.said[one.node])))
                    for one in self.beliefs.temptations if one.node in agreed and self._tells(one)),
                   key=lambda each: each[1], default=None)  # fmt: skip

    def _tells(self, one: Temptation) -> bool:
        """Whether a deviation changes anything if the others are as described."""
        played, row = self.rows(one)
        laws, typed = self.beliefs.nodes.learning.laws, self.beliefs.typed
        paid = (typed.exact_payoff(one.player, one.kind, each) for each in (played, row))
        return len(set(paid)) > 1 or laws.exact(played) != laws.exact(row)

    def rows(self, one: Temptation) -> tuple[int, int]:
        """The row that is played if the others are as described, and that of the deviation."""
        nodes = self.beliefs.nodes
        game, state, acts = nodes.typed.game, nodes.nodes[one.node][1], nodes.acts[one.node]
        actions = [next(iter(acts[i][one.kind if i == one.player else 0])) for i in range(game.n_players)]
        played = int(game.row_start[state]) + int(np.dot(actions, game.stride[state]))
        return played, played + (one.action - actions[one.player]) * int(game.stride[state, one.player])


@final
@dataclass(frozen=True, eq=False)
class DriftingLadder:
    """Rungs 1 to 3 of one compiled treaty at the priors of its file; ``refused`` says why rules could not be judged."""

    compiled: CompiledTreaty
    _kept: dict[int, tuple[DriftingStanding, ...]] = field(default_factory=dict, repr=False)
    refused: list[str] = field(default_factory=list, repr=False)

    @cached_property
    def why_not(self) -> str | None:
        """Why nothing is judged; None if it is."""
        return untold(self.compiled)

    @cached_property
    def typed(self) -> TypedGame:
        """The game with types."""
        return typed_game(self.compiled)

    @cached_property
    def _learning(self) -> Learning:
        return Learning(self.typed)

    @cached_property
    def _ladder(self) -> Ladder:
        return Ladder(self.compiled)

    @cached_property
    def rungs(self) -> tuple[Rung, ...]:
        """Rungs 1 to 3, each proved either way or undecided."""
        return tuple(self._rung(number) for number in (1, 2, 3))

    @cached_property
    def judgement(self) -> Judgement:
        """Full compliance at the file's priors, by the rung that withstands most; the lowest of several."""
        if self.why_not is not None:
            return self._undecided(self.why_not)
        holding = [rung for rung in self.rungs if rung.verdict == "sustainable"]
        if holding:
            best = max(holding, key=lambda rung: (math.inf if rung.margin is None else rung.margin, -rung.number))
            return replace(best.found, detail=f"holds by the rule of rung {best.number}")
        open_rung = next((rung for rung in self.rungs if rung.verdict == "undecided"), None)
        if open_rung is not None:
            return self._undecided(open_rung.found.detail)
        nearest = max(self.rungs, key=lambda rung: rung.margin_everywhere or 0.0)
        return replace(nearest.found, detail="no rule of the ladder is an equilibrium at all beliefs that come about")

    @cached_property
    def stands_without_types(self) -> bool:
        """Whether a rule of the ladder would be an equilibrium if all were known to be as described."""
        return any(self._ladder.rung(number).verdict == "sustainable" for number in (1, 2, 3))

    def open_beyond(self) -> Judgement:
        """The same where it may hold without types, by other answers than those of rungs 1 to 3 only."""
        return self._undecided(
            "without types it is not excluded by other answers to a breach than those of rungs 1 to 3, which alone are "
            "judged with types; by those it fails"
        )

    def standings(self, number: int) -> tuple[DriftingStanding, ...]:
        """The rules of a rung that are looked at; on rung 2 until one is an equilibrium."""
        if number not in self._kept:
            self._kept[number] = tuple(self._laid(number))
        return self._kept[number]

    @cached_property
    def ended_by_flags(self) -> tuple[DriftingStanding, ...]:
        """Rules that end cooperation after one flag, after two, after three; none where nothing is flagged."""
        out = []
        for rule in _plain(self._ladder.grim())[:1]:
            flags = suspicious(self.typed, rule.rows[0])
            for allowed in range(MOST_FLAGS + 1 if flags.any() else 0):
                found = self._lay(ended_by_flags(self.typed, rule, flags, allowed, self.compiled.plan))
                if found is not None:
                    out.append(DriftingStanding(3, found.rule, found, flags=allowed))
        return tuple(out)

    def _laid(self, number: int) -> Iterator[DriftingStanding]:
        for periods, rule in self._rules(number):
            found = self._lay(rule)
            if found is None:
                continue
            standing = DriftingStanding(number, rule, found, periods)
            yield standing
            if isinstance(standing.said, tuple):
                return

    def _lay(self, rule: TypedRule) -> DriftingBeliefs | None:
        """A rule at all beliefs; None, with the reason kept, where it cannot be judged."""
        try:
            return DriftingBeliefs(self.typed, rule, self._learning)
        except ValueError as error:
            self.refused.append(str(error))
            return None

    def _rules(self, number: int) -> Iterator[tuple[int | None, TypedRule]]:
        ladder, plan = self._ladder, self.compiled.plan
        if number != 2:
            for one in _plain(ladder.self_executing() if number == 1 else ladder.grim())[:MOST_RULES]:
                yield None, rule_with_types(self.typed, one, plan)
            return
        if np.any(ladder.suspended[self.compiled.state_columns.in_force] < 0) or not ladder.reversions:
            return
        rules = [(k, rule) for k in range(1, LONGEST_SUSPENSION + 1) for rule in _plain(ladder.proportionate(k))[:1]]
        spread = float(np.ptp(self.compiled.game.payoffs) or 1.0)
        able = [(k, rule) for k, rule in rules if _lacks(rule) <= ROUNDING * spread] or rules[:1]
        for k, rule in able[:MOST_LENGTHS]:
            harsher = None
            if self.compiled.seen is None:
                harsher = harsher_when_revealed(self.typed, rule, ladder.reversions[0], plan)
            yield k, harsher or rule_with_types(self.typed, rule, plan)

    def _rung(self, number: int) -> Rung:
        if self.why_not is not None:
            return Rung(number, self._undecided(self.why_not))
        standings = self.standings(number)
        if not standings:
            why = next(iter(self.refused), "no rule in pure actions was found to go on with")
            return Rung(number, self._undecided(why))
        holding = next((one for one in standings if isinstance(one.said, tuple)), None)
        best = holding or next((one for one in standings if one.said is None), None)
        if best is None:
            best = max(standings, key=lambda one: one.pays[1] if one.pays else Fraction(0))
        evidence = best.beliefs.certificate()
        if evidence is None:
            why = "neither beliefs that prove its rule nor a deviation that pays were found"
            return Rung(number, self._undecided(why))
        note = typed_note(evidence, evidence.check(self.typed))
        if not note.checked:
            return Rung(number, self._undecided(f"the exact check did not go through: {note.claim}"))
        told = best.weakest if holding is not None else best.pays
        slack = None if told is None else nearest_float(told[1] if holding else one_off(self.typed, *told))
        found = Judgement(
            "sustainable" if holding is not None else "unsustainable", CONCEPT, slack,
            detail=_detail(best), certificate=note, discount=factors_of(self.compiled),
            weakest_link=None if told is None or slack is None else self.link(best, told[0], slack),
        )  # fmt: skip
        return Rung(number, found, slack, best.periods if holding is not None else None)

    def link(self, standing: DriftingStanding, one: Temptation, slack: float) -> WeakestLink:
        """A deviation in the treaty's words."""
        played, row = standing.rows(one)
        state = standing.beliefs.nodes.nodes[one.node][1]
        return weakest_link(self.compiled, state, one.player, played, row, slack, one.kind)

    def _undecided(self, why: str) -> Judgement:
        return Judgement("undecided", CONCEPT, None, detail=why, discount=factors_of(self.compiled))


def one_off(typed: TypedGame, one: Temptation, slack: Fraction) -> Fraction:
    """A slack of average payoffs as a gain in one period."""
    discount = typed.exact_discount(one.player, one.kind)
    return slack if discount == 1 else slack / (1 - discount)


def _detail(best: DriftingStanding) -> str:
    if not isinstance(best.said, tuple):
        assert isinstance(best.said, Unstable)
        years = len(best.said.path)
        when = "at the chances that the file gives to types" if not years else (
            f"at what is believed after {years} year{'s' * (years != 1)} that may come about")  # fmt: skip
        return f"a deviation pays {when}"
    if best.number != 2:
        return "no deviation of any type pays at any belief that comes about"
    many = "1 period of suspension is" if best.periods == 1 else f"{best.periods} periods of suspension are"
    return f"{many} enough"


def _plain(rules: list[Rule]) -> list[RuleOfPlay]:
    """Rules of play as they are before what is seen comes in, those first that lack least without types."""
    return sorted((one.rule if isinstance(one, PublicRule) else one for one in rules), key=_lacks)


def _lacks(rule: RuleOfPlay) -> float:
    least = rule.least_anywhere
    return 0.0 if least is None else -least.slack
