"""Whether a single state leaves room for more than one vector of negotiated payoffs, in exact arithmetic.

Everything downstream is known.  In the state itself an equilibrium plays some row on the path, and for each player some
conduct of the others that punishes it.  Such a combination settles the payoffs: with S = U - sum of v the punishment
payoff v_i is the greatest of (a + b S) / (1 - c) over the replies, b, c >= 0, so that U = S + sum of v_i has one
solution.  Where only one vector of payoffs is consistent with the profiles that can be played given it, it is unique.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

from flint import fmpq

from games.certificates.transfers.worth import ExactWorth, rational

MOST_COMBINATIONS = 5_000
"""How many combinations are tried before nothing is said."""


def another_payoff(
    exact: ExactWorth, state: int, hazard: Fraction, weights: Sequence[Fraction],
    joint: Mapping[int, Any], ahead: Sequence[Mapping[int, Any]], known: tuple[Any, ...],
) -> str | None:
    """Why payoffs other than ``known`` (U, v_1, ..., v_n) might be an equilibrium's in a state; None if they cannot.

    ``joint``, ``ahead`` per player: U, and (1 - hazard) v + hazard r, of the other states that can be reached.
    """
    game, d, n = exact.exact.game, exact.factor, exact.exact.game.n_players
    rows, zero = list(game.rows_of(state)), fmpq(0)
    laws = {row: dict(exact.law(row)) for row in rows}
    stay = {row: d * laws[row].pop(state, zero) for row in rows}
    share = [rational(hazard * w) for w in weights]

    def worth(row: int, player: int | None, later: Mapping[int, Any]) -> Any:
        return (1 - d) * exact.payoff(row, player) + d * sum((p * later[t] for t, p in laws[row].items()), zero)

    brings = {row: worth(row, None, joint) for row in rows}
    own = [{row: worth(row, i, ahead[i]) for row in rows} for i in range(n)]
    groups = [sorted({tuple(game.deviation_rows(row, i)) for row in rows}) for i in range(n)]
    joints = {brings[row] / (1 - stay[row]) for row in rows}
    count = len(joints)
    for some in groups:
        count *= len(some)
    if count > MOST_COMBINATIONS:
        return f"{count} combinations of what is played in state {game.states[state]!r} are too many to be compared"
    for together in joints:
        for chosen in product(*groups):
            lines = [[(own[i][b] / (1 - stay[b]), stay[b] * share[i] / (1 - stay[b])) for b in group]
                     for i, group in enumerate(chosen)]
            found = _payoffs(together, lines)
            if found == known or found[0] < sum(found[1:], zero):
                continue
            if _consistent(found, brings, own, stay, share, groups, rows):
                return f"state {game.states[state]!r} leaves room for other payoffs"
    return None


def _payoffs(joint: Any, lines: Sequence[Sequence[tuple[Any, Any]]]) -> tuple[Any, ...]:
    """U, v_1, ..., v_n with v_i the greatest of a + b (U - sum of v) over ``lines[i]``: Newton on a convex function."""
    surplus: Any = None
    while True:
        at = fmpq(0) if surplus is None else surplus
        best = [max(line, key=lambda ab: (ab[0] + ab[1] * at, ab[1])) for line in lines]
        after = (joint - sum((a for a, _ in best), fmpq(0))) / (1 + sum((b for _, b in best), fmpq(0)))
        if after == surplus:
            return (joint, *(a + b * after for a, b in best))
        surplus = after


def _consistent(
    found: tuple[Any, ...], brings: Mapping[int, Any], own: Sequence[Mapping[int, Any]], stay: Mapping[int, Any],
    share: Sequence[Any], groups: Sequence[Sequence[tuple[int, ...]]], rows: Sequence[int],
) -> bool:
    """Whether U is the most, and v the least, that the profiles bring which can be played given these payoffs."""
    joint, worst = found[0], found[1:]
    surplus = joint - sum(worst, fmpq(0))
    held: list[dict[int, Any]] = []
    for i, some in enumerate(groups):
        level = worst[i] + share[i] * surplus
        worth = {row: own[i][row] + stay[row] * level for row in rows}
        held.append({row: max(worth[b] for b in group) for group in some for row in group})
    total = {row: brings[row] + stay[row] * joint for row in rows}
    played = [row for row in rows if total[row] >= sum((h[row] for h in held), fmpq(0))]
    return bool(played) and max(total[row] for row in played) == joint and all(
        min(h[row] for row in played) == v for h, v in zip(held, worst, strict=True))
