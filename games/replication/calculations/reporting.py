"""Calculations about how often news of a partnership is released, that published results name.

Source: Abreu, Milgrom and Pearce (1991).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import exp
from typing import Any

from games.model.stochastic_game import GameError, StochasticGame
from games.replication.calculations.signals import partnership

Numbers = Sequence[Fraction]

NEAR = 2e-6
"""Payoffs that are found, and bounds on them, may differ by this."""


def reviewed(payoffs: Sequence[Any], interest: Any, rates: Sequence[Any], length: Any) -> StochasticGame:
    """The partnership whose news is released, and whose conduct can change, every ``length`` units of time.

    ``payoffs``   flows R, S, T, P of a prisoners' dilemma.
    ``interest``  r: the discount factor of a period is exp(-r length).
    ``rates``     at which news comes if both cooperate, and if anyone does not; seen is whether some came.  News is bad
                  if a breach makes it likelier, and good if cooperation does.
    """
    from games.numerics.exact import to_fraction

    time = float(to_fraction(length))
    quiet = [exp(-float(to_fraction(rate)) * time) for rate in rates]
    both, other = quiet if quiet[0] > quiet[1] else [1 - x for x in quiet]
    patience = Fraction(exp(-float(to_fraction(interest)) * time)).limit_denominator(10**12)
    return partnership(payoffs, [both, other, other], patience)


def symmetric_payoff(game: StochasticGame) -> float:
    """The greatest payoff v of strongly symmetric equilibria of a partnership, as ``reviewed`` makes it.

    Both cooperate, and continuation payoffs w are the same for both and lie between P and v: the greatest v with
    v = (1 - d) R + d E w such that no breach pays, from a linear program in v and w; P if there is none.
    Source: Abreu, Pearce and Stacchetti (1986), whose operator maps intervals to intervals here.
    """
    from scipy.optimize import linprog

    assert game.monitoring is not None
    law, d = game.monitoring.table(0), float(game.discount[0])
    reward, temptation, punishment = game.payoffs[0, 0], game.payoffs[2, 0], game.payoffs[3, 0]
    signals = law.shape[1]
    below_v = [[-1.0, *(float(k == y) for k in range(signals))] for y in range(signals)]
    found = linprog(
        [-1.0] + [0.0] * signals,
        A_ub=[[0.0, *(d * (law[2] - law[0]))], *below_v], b_ub=[-(1 - d) * (temptation - reward)] + [0.0] * signals,
        A_eq=[[1.0, *(-d * law[0])]], b_eq=[(1 - d) * reward], bounds=[(punishment, None)] * (1 + signals),
        method="highs")
    return _first(found, float(punishment))


def _reported(payoffs: Sequence[Any], interest: Any, rates: Sequence[Any], lengths: Sequence[Any]) -> Numbers:
    """Each partner's best symmetric payoff, for each period between releases of news.

    What a strongly symmetric equilibrium brings is compared with half of the greatest joint payoff of all perfect
    public equilibria, bounded from outside; S must be so low that one-sided cooperation brings the two less.
    Raises ``GameError`` if the two differ by more than ``NEAR``.
    """
    import numpy as np

    from games import solve

    found = []
    for length in lengths:
        game = reviewed(payoffs, interest, rates, length)
        best = symmetric_payoff(game)
        bound = float(solve(game, solver="public_polygons").payoff_set(0).support(np.ones(2))) / 2
        if abs(bound - best) > NEAR:
            raise GameError(f"reported: between {best} and {bound} with periods of {length}, which is too wide")
        found.append(Fraction(best))
    return found


def _reported_at_once(reward: Any, gain: Any, interest: Any, rates: Sequence[Any]) -> Numbers:
    """The best symmetric payoff v if news is released as it comes, from a linear program.

    Until news comes both cooperate for the flow ``reward``; a breach brings ``gain`` more.  News is followed by w.
    The greatest v with r (reward - v) = rate (v - w), r gain <= (rate after a breach - rate)(v - w), 0 <= w <= v; zero
    if there is none.  It is the limit of short periods.
    """
    from scipy.optimize import linprog

    from games.numerics.exact import to_fraction

    flow, more, r, quiet, breach = (float(to_fraction(x)) for x in (reward, gain, interest, *rates))
    found = linprog(
        [-1.0, 0.0],
        A_ub=[[quiet - breach, breach - quiet], [-1.0, 1.0]], b_ub=[-r * more, 0.0],
        A_eq=[[r + quiet, -quiet]], b_eq=[r * flow], bounds=[(0, None), (0, None)], method="highs")
    return [Fraction(_first(found, 0.0))]


def _first(found: Any, otherwise: float) -> float:
    """The first variable of a linear program's answer; ``otherwise`` if nothing satisfies it."""
    if found.status == 2:
        return otherwise
    if found.status != 0:
        raise GameError(f"a linear program of symmetric payoffs has no answer: {found.message}")
    return float(found.x[0])


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "reported": _reported,
    "reported_at_once": _reported_at_once,
}
