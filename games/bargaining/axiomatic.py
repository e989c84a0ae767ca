"""Axiomatic bargaining solutions: one payoff of a feasible set, picked by principles rather than by a procedure.

The feasible set is the convex hull of the points given (lotteries are allowed); only payoffs that give everybody at
least the disagreement payoff are agreed to.  Players who cannot gain anything from agreeing are left aside, and no
free disposal is assumed: where the defining equality of gains cannot be had, the least (relative) gain is made as
large as possible, then the next (Imai 1983), which is the same thing wherever payoffs can be thrown away.

With two players every solution is a formula on the edges of the polygon.  With more, they are linear programs, right to
about 1e-7 of the spread of payoffs, and for the Nash product steps towards better points until what is missing from its
maximum is negligible.

Sources: Nash (1950); Kalai (1977) for weights and for the egalitarian solution; Kalai and Smorodinsky (1975);
Harsanyi (1955) for the utilitarian one; Imai (1983).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats
from games.numerics.polygons import hull_of

NEAR = 1e-12
"""Gains below this share of the spread of payoffs count as none."""
MOST_STEPS = 20_000


def nash(points: ArrayLike, disagreement: ArrayLike, weights: Sequence[float] | None = None) -> Floats | None:
    """The payoff of greatest (weighted) product of gains over the disagreement payoff (Nash 1950).

    ``points``        Float[k, players]: their hull is the feasible set.
    ``disagreement``  Float[players]: what everybody gets if there is no agreement.
    ``weights``       bargaining powers, positive, one per player; equal if None.

    Returns Float[players], or None if no feasible payoff gives everybody the disagreement payoff.
    Raises ``GameError`` if the shapes do not fit, a number is not finite or a weight is not positive.

    >>> nash([[0, 0], [4, 0], [0, 2]], [0, 0]).tolist()
    [2.0, 1.0]
    >>> nash([[0, 0], [4, 0], [0, 2]], [0, 0], weights=[3, 1]).tolist()
    [3.0, 0.5]
    """
    hull, base = _problem(points, disagreement)
    power = _weights(weights, len(base))
    best = _best_gains(hull, base)
    if best is None:
        return None
    able = _able(hull, base, best)
    if not able.any():
        return _level(hull, base, np.ones(len(base)))
    if len(base) == 2 and able.all():
        return _nash_on_polygon(hull, base, power)
    if able.sum() == 1:
        return _level(hull, base, able.astype(float))
    return _nash_by_steps(hull, base, power, able, best)


def kalai_smorodinsky(points: ArrayLike, disagreement: ArrayLike) -> Floats | None:
    """The best payoff at which all gains are the same share of the largest that each could hope for (1975).

    Arguments, result and errors as in ``nash``.

    >>> kalai_smorodinsky([[0, 0], [4, 0], [2, 2], [0, 2]], [0, 0]).round(9).tolist()
    [2.666666667, 1.333333333]
    """
    hull, base = _problem(points, disagreement)
    best = _best_gains(hull, base)
    if best is None:
        return None
    return _level(hull, base, np.where(_able(hull, base, best), best, 0.0))


def egalitarian(points: ArrayLike, disagreement: ArrayLike) -> Floats | None:
    """The best payoff at which everybody gains the same (Kalai 1977).

    Arguments, result and errors as in ``nash``.

    >>> egalitarian([[0, 0], [4, 0], [0, 2]], [0, 0]).round(9).tolist()
    [1.333333333, 1.333333333]
    """
    hull, base = _problem(points, disagreement)
    if _best_gains(hull, base) is None:
        return None
    return _level(hull, base, np.ones(len(base)))


def utilitarian(
    points: ArrayLike, disagreement: ArrayLike | None = None, weights: Sequence[float] | None = None
) -> Floats | None:
    """The payoff of greatest (weighted) sum; the middle of them (the mean of the corners) if there are several.

    ``disagreement``  None: every feasible payoff counts, whatever anybody would get without agreement.
    Other arguments, result and errors as in ``nash``.

    >>> utilitarian([[0, 0], [4, 0], [0, 2]], [0, 0]).tolist()
    [4.0, 0.0]
    >>> utilitarian([[0, 0], [2, 0], [0, 2]], [0, 0]).tolist()
    [1.0, 1.0]
    """
    corners = np.asarray(points, dtype=float)
    lowest = corners.min(axis=0) if disagreement is None and corners.ndim == 2 and len(corners) else disagreement
    hull, base = _problem(points, [0.0] if lowest is None else lowest)
    power = _weights(weights, len(base))
    if len(base) == 2 or disagreement is None:
        among = hull if disagreement is None else _rational_part(hull, base)
        if not len(among):
            return None
        worth = among @ power
        ties = among[worth >= worth.max() - NEAR * float(power.max()) * _spread(hull, base)]
        return np.asarray(ties.mean(axis=0))
    found = _program(hull, base, -(hull @ power), np.zeros(len(base)))
    return None if found is None else found[0]


# -- the feasible set ------------------------------------------------------------------------------------------------


def _problem(points: ArrayLike, disagreement: ArrayLike) -> tuple[Floats, Floats]:
    """The corners of the feasible set (for two players a counter-clockwise hull) and the disagreement payoff."""
    corners, base = np.asarray(points, dtype=float), np.asarray(disagreement, dtype=float)
    if corners.ndim != 2 or not len(corners) or corners.shape[1] < 2:
        raise GameError(f"bargaining: points of shape {corners.shape}; give at least one row of two or more payoffs")
    if base.shape != (corners.shape[1],):
        raise GameError(f"bargaining: disagreement payoff of shape {base.shape} for {corners.shape[1]} players")
    if not (np.all(np.isfinite(corners)) and np.all(np.isfinite(base))):
        raise GameError("bargaining: every payoff must be a finite number")
    return (hull_of(corners) if corners.shape[1] == 2 else np.unique(corners, axis=0)), base


def _weights(weights: Sequence[float] | None, players: int) -> Floats:
    power = np.ones(players) if weights is None else np.asarray(weights, dtype=float)
    if power.shape != (players,) or not np.all(np.isfinite(power)) or np.any(power <= 0):
        raise GameError(f"bargaining: weights {weights}; give one positive number for each of {players} players")
    return power


def _spread(hull: Floats, base: Floats) -> float:
    return float(np.ptp(np.vstack([hull, base]), axis=0).max()) or 1.0


def _able(hull: Floats, base: Floats, best: Floats) -> NDArray[np.bool_]:
    """Bool[players]: who can gain at all."""
    return np.asarray(best > NEAR * _spread(hull, base))


def _best_gains(hull: Floats, base: Floats) -> Floats | None:
    """Float[players]: the most that each can gain while nobody loses; None if nothing is agreeable to all."""
    if len(base) == 2:
        part = _rational_part(hull, base)
        return np.asarray(part.max(axis=0) - base) if len(part) else None
    gains = []
    for i in range(len(base)):
        found = _program(hull, base, -hull[:, i], np.zeros(len(base)))
        if found is None:
            return None
        gains.append(max(float(found[0][i] - base[i]), 0.0))
    return np.array(gains)


def _rational_part(hull: Floats, base: Floats) -> Floats:
    """Float[m, 2]: corners, in order, of the part of a polygon in which nobody gets less than at disagreement."""
    slack = NEAR * _spread(hull, base)
    part = [corner for corner in hull]
    for axis in range(2):
        kept: list[Floats] = []
        for k, here in enumerate(part):
            before = part[k - 1]
            a, b = before[axis] - base[axis], here[axis] - base[axis]
            if (a < -slack and b > slack) or (a > slack and b < -slack):
                crossing = before + (here - before) * (a / (a - b))
                crossing[axis] = base[axis]
                kept.append(crossing)
            if b >= -slack:
                kept.append(np.where(np.arange(2) == axis, np.maximum(here, base), here))
        part = kept
    return np.array(part).reshape(-1, 2)


# -- two players: formulas on edges ----------------------------------------------------------------------------------


def _edges(corners: Floats) -> list[tuple[Floats, Floats]]:
    return [(corners[k - 1], corners[k]) for k in range(len(corners))]


def _nash_on_polygon(hull: Floats, base: Floats, power: Floats) -> Floats:
    """On an edge the product of gains has one stationary point, the root of a linear equation."""
    candidates = []
    for p, q in _edges(_rational_part(hull, base)):
        candidates.append(p)
        (x, y), (a, b) = p - base, q - p
        if a * b < 0:
            t = -(power[0] * a * y + power[1] * b * x) / ((power[0] + power[1]) * a * b)
            if 0 < t < 1:
                candidates.append(p + t * (q - p))
    gains = np.maximum(np.array(candidates) - base, 0.0)
    with np.errstate(divide="ignore"):
        worth = np.log(gains) @ power
    return np.asarray(candidates[int(worth.argmax())])


def _level(hull: Floats, base: Floats, unit: Floats) -> Floats:
    """The payoff whose least gain, in each player's ``unit``, is greatest, then the next; unit 0: comes last."""
    if len(base) > 2:
        return _level_by_programs(hull, base, unit)
    part = _rational_part(hull, base)
    candidates = list(part)
    if np.all(unit > 0):
        for p, q in _edges(part):
            here, there = ((r - base) @ (np.array([1.0, -1.0]) / unit) for r in (p, q))
            if here * there < 0:
                candidates.append(p + (q - p) * (here / (here - there)))
    size = np.where(unit > 0, unit, 1.0)
    gains = (np.array(candidates) - base) / size
    first = gains.min(axis=1) if np.all(unit > 0) or not unit.any() else gains[:, int(unit.argmax())]
    close = np.flatnonzero(first >= first.max() - NEAR * _spread(hull, base) / float(size.min()))
    return np.asarray(candidates[close[int(gains[close].sum(axis=1).argmax())]])


# -- more players: linear programs, and steps towards the greatest product ---------------------------------------------


def _program(
    hull: Floats, base: Floats, cost: Floats, unit: Floats, floor: Floats | None = None, lift: float = 0.0
) -> tuple[Floats, float] | None:
    """Minimise cost over lotteries less ``lift`` times t, where gains are at least ``floor`` + t * ``unit``.

    Returns (payoff, t), or None if there is no such lottery.
    """
    from scipy.optimize import linprog

    slack = 1e-11 * _spread(hull, base)
    need = base + (0.0 if floor is None else floor) - slack
    found = linprog(
        np.append(cost, -lift),
        A_ub=np.column_stack([-hull.T, unit]),
        b_ub=-need,
        A_eq=np.append(np.ones(len(hull)), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0, None)] * len(hull) + [(0, None) if lift else (0, 0)],
        method="highs",
    )
    if found.status != 0 or found.x is None:
        return None
    return np.asarray(found.x[:-1] @ hull), float(found.x[-1])


def _level_by_programs(hull: Floats, base: Floats, unit: Floats) -> Floats:
    """Raise all gains together; when a player can gain no more, leave it there and go on with the others."""
    near = 1e-9 * _spread(hull, base)
    players = len(base)
    floor = np.zeros(players)
    free = unit > 0
    payoff = hull[0]
    none = np.zeros(len(hull))
    while free.any():
        found = _program(hull, base, none, np.where(free, unit, 0.0), floor, lift=1.0)
        if found is None:
            break
        payoff, level = found
        floor = np.where(free, level * unit, floor)
        for i in np.flatnonzero(free):
            most = _program(hull, base, -hull[:, i], np.zeros(players), floor)
            if most is None or most[0][i] - base[i] <= floor[i] + near:
                free[i] = False
        floor = np.where(free, 0.0, floor)
    last = _program(hull, base, -hull.sum(axis=1), np.zeros(players), floor)
    return payoff if last is None else last[0]


def _nash_by_steps(hull: Floats, base: Floats, power: Floats, able: NDArray[np.bool_], best: Floats) -> Floats | None:
    """Pairwise Frank-Wolfe steps on the sum of logarithms of gains, then Newton steps on the corners in use.

    At gains u the sum of logarithms falls short of its maximum by at most max over corners of share . (gain / u), less
    one: the search ends when that is negligible.  Raises ``ArithmeticError`` if it does not get there.
    """
    usable = hull
    if not able.all():
        # Who cannot gain must not lose: the others bargain over the face where these stay at disagreement.
        usable = hull[np.all(np.abs(hull - base)[:, ~able] <= 1e-9 * _spread(hull, base), axis=1)]
        if not len(usable):
            return None
    gain = (usable[:, able] - base[able]) / best[able]
    share = power[able] / power[able].sum()
    weight = _positive_gains(gain)
    for step in range(MOST_STEPS):
        now = weight @ gain
        slope = gain @ (share / now)
        if slope.max() - 1 <= 1e-14:
            break
        if step % 50 == 49:
            weight = _newton(gain, share, weight)
            continue
        to, away = int(slope.argmax()), int(np.where(weight > 0, slope, np.inf).argmin())
        weight = _shift(gain, share, weight, to, away)
    shortfall = float((gain @ (share / (weight @ gain))).max() - 1)
    if shortfall > 1e-9:
        raise ArithmeticError(f"the Nash product was not maximised: {shortfall:.1e} short")
    return np.asarray(weight @ usable)


def _positive_gains(gain: Floats) -> Floats:
    """A lottery in which everybody gains: the mean of everybody's favourites among agreeable ones."""
    best = [_lottery(gain, gain[:, i]) for i in range(gain.shape[1])]
    return np.asarray(np.mean(best, axis=0))


def _lottery(gain: Floats, worth: Floats) -> Floats:
    from scipy.optimize import linprog

    found = linprog(-worth, A_ub=-gain.T, b_ub=np.full(gain.shape[1], 1e-12), A_eq=np.ones((1, len(gain))), b_eq=[1.0])
    weight = np.maximum(np.asarray(found.x), 0.0)
    return np.asarray(weight / weight.sum())


def _shift(gain: Floats, share: Floats, weight: Floats, to: int, away: int) -> Floats:
    """Move weight from one corner to another as far as the sum of logarithms rises."""
    along, now = gain[to] - gain[away], weight @ gain
    low, high = 0.0, float(weight[away])

    def rising(t: float) -> bool:
        then = now + t * along
        return bool(np.all(then > 0) and share @ (along / then) > 0)

    if not rising(high):
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if rising(middle) else (low, middle)
        high = low
    out = weight.copy()
    out[to] += high
    out[away] = 0.0 if high == weight[away] else out[away] - high
    return out


def _newton(gain: Floats, share: Floats, weight: Floats) -> Floats:
    """Newton steps among the corners that have weight, as long as they keep it."""
    used = np.flatnonzero(weight > 0)
    part = gain[used]
    for _ in range(20):
        now = weight[used] @ part
        curve = np.block([[(part * (share / now**2)) @ part.T, np.ones((len(used), 1))],
                          [np.ones((1, len(used))), np.zeros((1, 1))]])
        step = np.linalg.lstsq(curve, np.append(part @ (share / now), 0.0), rcond=1e-13)[0][:-1]
        falling = step < 0
        most = float(np.min(-weight[used][falling] / step[falling], initial=np.inf))
        length = min(1.0, most)
        weight = weight.copy()
        weight[used] += length * step
        if length < 1.0:
            weight[used[np.flatnonzero(falling)[np.argmin(-weight[used][falling] / step[falling])]]] = 0.0
            break
        if np.abs(step).max() < 1e-15:
            break
    weight = np.maximum(weight, 0.0)
    return np.asarray(weight / weight.sum())
