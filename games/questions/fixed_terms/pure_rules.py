"""The best rules without mixing: everybody keeps to the plan but for so many last years, each for its own number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import final

import numpy as np

from games.certificates.faults import Fault
from games.certificates.typed.clean_path import CleanPath
from games.certificates.typed.evaluation import RuleEvaluation, evaluate_rule
from games.model.typed_rule import TypedRule
from games.play.trust_values import Line, bracket, line_to, point_of, range_on
from games.questions.fixed_terms.rules import leaving_action, rule_of

MOST_LAST_YEARS = 4
"""Rules in which somebody leaves the plan earlier, but not from the start, are not tried."""
MOST_RULES = 200
"""Nor are more than so many."""


@final
@dataclass(frozen=True, eq=False)
class PureRule:
    """A rule of play in which each player keeps to the plan until it has so many periods left (``last``)."""

    last: tuple[int, ...]
    rule: TypedRule
    found: RuleEvaluation

    @property
    def failing(self) -> int:
        """How many last periods fail."""
        return max(self.last)

    @property
    def holds(self) -> bool:
        """Whether it is an equilibrium at the priors."""
        return self.found.paying(self.found.typed.prior) is None


def pure_rules(path: CleanPath) -> Iterator[PureRule]:
    """Rules in order of the periods that fail; the last is that nobody ever keeps to the plan."""
    typed, players = path.typed, path.game.n_players
    least = [int(_leaves_last(path, i)) for i in range(players)]
    lasts = [last for m in range(min(MOST_LAST_YEARS, path.periods - 1) + 1)
             for last in product(*(range(k, m + 1) for k in least)) if max(last) == m][:MOST_RULES]
    for last in [*lasts, (path.periods,) * players]:
        conduct = {(i, node.state): Fraction(0) for node, left in path.left.items() for i in range(players)
                   if left <= last[i]}
        rule = rule_of(path, conduct)
        found = evaluate_rule(typed, rule)
        if not isinstance(found, Fault):
            yield PureRule(last, rule, found)


def _leaves_last(path: CleanPath, player: int) -> bool:
    """Whether leaving the plan in its last period brings a player more than keeping to it, whatever the others do."""
    settled, game = path.settled, path.game
    for node in path.backward:
        if path.left[node] > 1:
            continue
        own, leaves = path.own(node, player), leaving_action(path, player, node.state)
        step = (leaves - own) * int(game.stride[node.state, player])
        for i, kinds in path.cells(node):
            if i == player:
                for row in path.rows(node, kinds, own, player, ()):
                    if settled.brings(row + step, node.memories, (i, kinds)) <= settled.brings(
                            row, node.memories, (i, kinds)):
                        return False
    return True


def least_conditional(one: PureRule) -> Fraction | None:
    """The least chance of conditional kinds, the same for all players that may be of one, at which a rule holds.

    Other types in the proportions of the priors.  Exact with two players; with more an upper end of a bracket of 1e-9.
    None if no chance is enough, or nobody can be of such a kind in more or less of all cases.
    """
    typed = one.found.typed
    lines = [line_to(typed, i, ("conditional",)) for i in range(typed.game.n_players)]
    if not any(lines):
        return None
    if typed.game.n_players == 2 and not any(x is not None for x in typed.redraws or ()):
        return _exact(one, lines)
    found = bracket(typed, one.rule, lambda at: tuple(
        typed.prior[i] if line is None else point_of(line, at) for i, line in enumerate(lines)))
    return None if found is None else found.value


def _exact(one: PureRule, lines: list[Line | None]) -> Fraction | None:
    """With two players the constraints of each are linear in the prior of the other."""
    least = Fraction(0)
    for player, line in ((1, lines[0]), (0, lines[1])):
        if line is None:
            if _pays(one.found, player):
                return None
            continue
        found = range_on(one.found, player, 1 - player, line)
        if found.empty:
            return None
        if found.least is not None:
            least = max(least, found.least.value)
    return least


def _pays(found: RuleEvaluation, player: int) -> bool:
    """Whether some deviation of a player is not shown to cost at least nothing."""
    prior = found.typed.prior
    for group in found.groups:
        if group.player == player:
            low, _, _ = group.bounds(prior)
            for k in np.flatnonzero(low < 0).tolist():
                slack = group.exact(k, prior)
                if slack is None or slack < 0:
                    return True
    return False
