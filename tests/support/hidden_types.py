"""Games in which a partner may secretly be of a bad type, as in the trust cases, and a slow way to value rules."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from games.certificates.typed.belief_nodes import BeliefNodes
from games.certificates.typed.learning import Belief
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame, repeated_game, stochastic_game
from games.model.typed_game import Matrix, PartyType, TypedGame, TypeRule
from games.model.typed_rule import TypedRule

F = Fraction
REWARD, TEMPTATION, PUNISHMENT, SUCKER = 2, 3, 0, -1
STAGE = [[[REWARD, REWARD], [SUCKER, TEMPTATION]], [[TEMPTATION, SUCKER], [PUNISHMENT, PUNISHMENT]]]
FLAGS = ("clean", "flag", "A breaches", "A breaches, flag")


def dilemma(discount: str) -> StochasticGame:
    """The dilemma of the cases, all seen."""
    return repeated_game(STAGE, discount=F(discount))


def flagged(discount: str, detection: float = 0.8, false_alarm: float = 0.1) -> StochasticGame:
    """The same; of B only a flag is seen, of A all."""
    law = np.array([[round(1 - p, 12), p] for p in (false_alarm, detection)])
    table = np.kron(np.eye(2), np.ones((2, 1))).repeat(2, axis=1) * np.tile(law, (2, 2))
    return replace(dilemma(discount), monitoring=PublicMonitoring(signals=(FLAGS,), law=(table,)))


def cheap_first_year(detection: float) -> StochasticGame:
    """A year at a quarter of the stakes in which B is caught breaching with some chance, then all is seen."""
    first = [[[x * F(1, 4) for x in cell] for cell in row] for row in STAGE]
    then = np.zeros((2, 2, 2))
    then[..., 1] = 1
    game = stochastic_game([first, STAGE], [then, then], discount=F(1, 2), states=["first", "full"])
    law = np.array([[1, 0], [round(1 - detection, 12), detection]])
    table = np.kron(np.eye(2), np.ones((2, 1))).repeat(2, axis=1) * np.tile(law, (2, 2))
    return replace(game, monitoring=PublicMonitoring(signals=(FLAGS, ()), law=(table, np.zeros((4, 0)))))


def with_bad_partner(game: StochasticGame, trust: Fraction, replacement: Matrix | None = None) -> TypedGame:
    """B is as described with the chance ``trust``, else it breaches always."""
    outcomes = sum(len(x) or 4 for x in game.monitoring.signals) if game.monitoring else game.n_rows
    breaches = TypeRule(("-",), 0, np.ones((1, game.n_states), dtype=np.int64), np.zeros((1, outcomes), dtype=np.int64))
    types = (PartyType("as described"),), (PartyType("as described"), PartyType("bad", breaches, kind="breaches"))
    changing = None if replacement is None else (None, replacement)
    return TypedGame(game, types, ((F(1),), (trust, 1 - trust)), replacement=changing)


def strikes(typed: TypedGame, allowed: int) -> TypedRule:
    """Both comply until A breaches or the last flag allowed has come, then nobody does."""
    end = allowed + 1
    outcomes = np.tile(np.arange(4), typed.n_outcomes // 4)
    next_mode = np.full((end + 1, typed.n_outcomes), end)
    for k in range(end):
        next_mode[k, outcomes == 0] = k
        next_mode[k, outcomes == 1] = k + 1
    action = np.repeat(np.array([[0]] * end + [[1]]), typed.game.n_states, axis=1)
    names = tuple(f"{k} flags" for k in range(end))
    return TypedRule((*names, "over"), 0, tuple(
        tuple(None if one.rule else action for one in types) for types in typed.types), next_mode)


def worth_over_years(nodes: BeliefNodes, player: int, kind: int, years: int, belief: Belief, deviation: int | None,
                     partner: int, node: int = 0) -> Fraction:
    """What a type expects over so many years, beliefs followed outcome by outcome: total payoffs discounted from now.

    ``deviation``  its own action in the first year, None for the rule's.  Only the ``partner`` has several types.
    """
    if not years or nodes.over[node]:
        return F(0)
    typed, state = nodes.typed, nodes.nodes[node][1]
    rows = []
    for t in range(len(belief)):
        acts = [next(iter(nodes.acts[node][j][kind if j == player else t if j == partner else 0]))
                for j in range(typed.game.n_players)]
        if deviation is not None:
            acts[player] = deviation
        rows.append(int(typed.game.row_start[state]) + sum(a * int(d) for a, d in zip(
            acts, typed.game.stride[state], strict=True)))
    total = sum((b * typed.exact_payoff(player, kind, row) for b, row in zip(belief, rows, strict=True)), F(0))
    for outcome, after in nodes.after[node].items():
        likely = sum((b * nodes.learning.laws.exact(row).get(outcome, F(0))
                      for b, row in zip(belief, rows, strict=True)), F(0))
        if likely:
            new = nodes.posterior(node, partner, belief, outcome)
            total += typed.exact_discount(player, kind) * likely * worth_over_years(
                nodes, player, kind, years - 1, new, None, partner, after)
    return total
