"""Calculations about punishments that nobody wants to renegotiate, for `calculations`.

Source: Farrell and Maskin (1989).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]


def punished_least(highest_price: float, monopoly: float) -> float:
    """The payoff above which a duopolist's share of the monopoly profit can be weakly renegotiation-proof.

    Price is ``highest_price`` minus outputs, nothing costs anything.  A cheater is to be held, by outputs at which the
    other has at least its own share, below its share whatever it does (Farrell and Maskin 1989, for patient players):
    the least of the larger of what the cheater can get, and the monopoly profit without what the other gets, while
    the cheater produces nothing.
    """
    from scipy.optimize import minimize_scalar

    def least(output: float) -> float:
        replies = minimize_scalar(
            lambda own: -own * (highest_price - own - output), bounds=(0, highest_price), method="bounded",
            options={"xatol": 1e-10},
        )
        return max(float(-replies.fun), monopoly - output * (highest_price - output))

    found = minimize_scalar(least, bounds=(0, highest_price), method="bounded", options={"xatol": 1e-12})
    return float(found.fun)


def _renegotiation_proof_share(highest_price: int) -> Numbers:
    """The payoff above which points of the frontier of a Cournot duopoly are weakly renegotiation-proof."""
    from scipy.optimize import minimize_scalar

    monopoly = minimize_scalar(
        lambda output: -output * (highest_price - output), bounds=(0, highest_price), method="bounded",
        options={"xatol": 1e-10},
    )
    return [Fraction(punished_least(highest_price, float(-monopoly.fun)))]


def _ranked_continuations(dilemma: Sequence[Any], discount: Any, penance: int) -> Numbers:
    """How many pairs of continuations both players rank alike, so that they would renegotiate the worse of the two.

    Cooperation in a dilemma R, T, P, S for ever.  A cheater cooperates alone for ``penance`` periods, then both
    cooperate again; 0: both defect for ever.  Raises ``GameError`` if that is no equilibrium at the discount factor.
    """
    from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
    from games.model.plan import Plan
    from games.model.stochastic_game import repeated_game
    from games.replication.thresholds import simple_strategy_profile

    r, t, p, s = map(to_fraction, dilemma)
    game = repeated_game([[[r, r], [s, t]], [[t, s], [p, p]]], discount=to_fraction(discount), actions=[["C", "D"]] * 2)
    alone = [[one] * penance + ["C,C"] for one in ("C,D", "D,C")] if penance else [["D,D"]] * 2
    evidence = NoProfitableDeviation.of(
        game, simple_strategy_profile(game, ["C,C"], alone), Plan.of_profile(game, "C,C"))
    if not evidence.check(game).accepted:
        raise GameError("ranked continuations: the punishments do not deter; ask for more patience")
    pairs = combinations(evidence.values(game).values(), 2)
    return [Fraction(sum(bool((a > b).all() or (a < b).all()) for a, b in pairs))]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "renegotiation_proof_share": _renegotiation_proof_share,
    "ranked_continuations": _ranked_continuations,
}
