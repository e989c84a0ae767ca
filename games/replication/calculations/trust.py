"""Calculations about conditional partners, reassurance and starting small, for `calculations`.

All are exact: constraints that are linear in the probability that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import count, pairwise
from typing import Any

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]

LONGEST_TERM = 100_000
"""Terms of more years than this are not tried."""


def _root(linear: Callable[[Fraction], Fraction]) -> Fraction:
    """Where what is linear in a number is zero, from its values at 0 and at 1."""
    none, one = linear(Fraction(0)), linear(Fraction(1))
    return none / (none - one)


# -- a fixed term with a partner that may be conditional ---------------------------------------------------------------


def _conditional_partner(reward: Any, temptation: Any, punishment: Any, sucker: Any, discount: Any) -> Numbers:
    """Least probability of a partner that complies until it is breached, for compliance but at the end of a fixed term.

    First where one side may be so and the strategic one breaches in the last two years, the other in the last: the
    other complies in the last year but one, and in the year before.  Then where either side may be so and both breach
    in the last year only.  Raises ``GameError`` if the informed side would breach earlier whatever the chance.
    """
    r, t, p, s, d = map(to_fraction, (reward, temptation, punishment, sucker, discount))
    if r + d * t < t + d * p:
        raise GameError("conditional_partner: the informed side breaches earlier; ask for more patience")

    earned = {"CC": r, "CD": s, "DC": t, "DD": p}

    def worth(own: str, other: str) -> Fraction:
        return sum((d**year * earned[a + b] for year, (a, b) in enumerate(zip(own, other, strict=True))), Fraction(0))

    def least(conditional: str, strategic: str) -> Fraction:
        """From when on a breach in the last year only beats one now, after which all breach.

        What either kind of partner does in the years that are left.
        """
        wait, after = "C" * (len(strategic) - 1) + "D", "D" * (len(strategic) - 1)

        def gains(chance: Fraction) -> Fraction:
            kinds = (chance, conditional), (1 - chance, strategic)
            more = (x * (worth(wait, does) - worth("D" + after, does[0] + after)) for x, does in kinds)
            return sum(more, Fraction(0))

        return _root(gains)

    return [max(least("CC", "DD"), least("CCC", "CDD")), least("CC", "CD")]


def _failing_years(
    reward: Any, temptation: Any, punishment: Any, sucker: Any, discount: Any, chances: Sequence[Any]
) -> Numbers:
    """How many years at the end of a fixed term can fail in any equilibrium, for chances of a conditional partner.

    With n years left and no breach so far, to comply until it breaches is worth at least p R(1 + d + ... + d^(n-1)) +
    (1 - p) S to the side that does not know, with payoffs counted from P; a breach at most T, since everybody breaches
    afterwards.  The first n for which the former is more is the answer: the informed side complies a year longer.
    Raises ``GameError`` for a chance at which there is no such n.
    """
    r, t, p, s, d = map(to_fraction, (reward, temptation, punishment, sucker, discount))
    r, t, s = r - p, t - p, s - p
    found = []
    for chance in map(to_fraction, chances):
        if d < 1 and chance * r / (1 - d) + (1 - chance) * s <= t:
            raise GameError(f"failing_years: with {chance} no number of years is enough; ask for less patience or more")
        total = Fraction(0)
        for years in range(1, LONGEST_TERM):
            total += r * d ** (years - 1)
            if chance * total + (1 - chance) * s > t:
                found.append(Fraction(years))
                break
    return found


def _least_for_long_terms(reward: Any, temptation: Any, punishment: Any, sucker: Any, discount: Any) -> Numbers:
    """The chance of a conditional partner above which `_failing_years` bounds the years that fail, however long."""
    r, t, p, s, d = map(to_fraction, (reward, temptation, punishment, sucker, discount))
    return [(1 - d) * (t - s) / ((r - p) - (1 - d) * (s - p))]


# -- reassurance -------------------------------------------------------------------------------------------------------


def _trust_threshold(seeker: Sequence[Any]) -> Numbers:
    """The trust from which a security seeker with payoffs R, T, P, S cooperates in one round of the trust game."""
    r, t, p, s = map(to_fraction, seeker)
    return [(p - s) / ((r - t) + (p - s))]


def _reassurance(seeker: Sequence[Any], greedy: Sequence[Any]) -> Numbers:
    """Two rounds: the least trust at which some share of the stakes in the first separates the types, and that share.

    The share, over what is left, must make the seeker dare and the greedy not wait; both bounds meet at the least.
    """
    (r, t, p, s), (gr, gt, gp, gs) = (list(map(to_fraction, one)) for one in (seeker, greedy))
    # t (T' - P') ((1 - t)(P - S) - t (R - T)) = t (R - P) (t (T' - R') + (1 - t)(P' - S')), divided by t
    slope = (gt - gp) * ((p - s) + (r - t)) + (r - p) * ((gt - gr) - (gp - gs))
    trust = ((gt - gp) * (p - s) - (r - p) * (gp - gs)) / slope
    return [trust, _shares(seeker, greedy, trust)[1]]


def _shares(seeker: Sequence[Any], greedy: Sequence[Any], trust: Any) -> Numbers:
    """Two rounds: the least and the largest share of the stakes in the first that separates the types."""
    (r, t, p, s), (gr, gt, gp, gs) = (list(map(to_fraction, one)) for one in (seeker, greedy))
    x = to_fraction(trust)
    least = x * (gt - gp) / (x * (gt - gr) + (1 - x) * (gp - gs))
    risk = (1 - x) * (p - s) - x * (r - t)
    most = x * (r - p) / (risk + x * (r - p)) if risk > 0 else Fraction(1)
    return [least / (1 + least), most]


# -- starting small ----------------------------------------------------------------------------------------------------


def _ramp(numbers: Sequence[Any], trust: Fraction, steps: int) -> list[Fraction]:
    """Stakes that rise in so many steps to 1 and leave an opportunist indifferent when to betray.

    ``numbers``  what betrayal gains, what cooperation yields each period, what the betrayed loses, discount factor.

    Opportunists betray at once, so that from the second period on partners are reliable.  Each stake follows from the
    last: betraying now and a period later must be worth the same, which is linear in it.
    """
    gain, flow, loss, d = map(to_fraction, numbers)
    stakes = [Fraction(1)]
    for step in range(steps):
        reliable = Fraction(1) if step else trust

        def gains_by_waiting(following: Fraction, stake: Fraction = stakes[-1], sure: Fraction = reliable) -> Fraction:
            later = sure * (stake * flow + d * following * gain) - (1 - sure) * stake * loss
            return later - sure * stake * gain

        stakes.append(_root(gains_by_waiting))
    return [stake / stakes[-1] for stake in stakes]


def _ramp_values(numbers: Sequence[Any], trust: Fraction, steps: int) -> tuple[Fraction, Fraction]:
    """What the reliable side has from the ramp, and the opportunist."""
    gain, flow, loss, d = map(to_fraction, numbers)
    stakes = _ramp(numbers, trust, steps)
    kept = sum((d**k * stake for k, stake in enumerate(stakes)), Fraction(0)) + d ** (steps + 1) / (1 - d)
    return trust * flow * kept - (1 - trust) * loss * stakes[0], trust * stakes[0] * gain


def _starting_small(numbers: Sequence[Any], trust: Any, steps: int) -> Numbers:
    """The ramp of so many steps: its first stake, what the reliable side has, what the opportunist has."""
    chance = to_fraction(trust)
    return [_ramp(numbers, chance, steps)[0], *_ramp_values(numbers, chance, steps)]


def _stakes(numbers: Sequence[Any], trust: Any, steps: int) -> Numbers:
    """The stakes of the ramp of so many steps."""
    return _ramp(numbers, to_fraction(trust), steps)


def _growth_of_stakes(numbers: Sequence[Any], trust: Any) -> Numbers:
    """By how much the stake of a ramp grows in its first step, and in every later one."""
    stakes = _ramp(numbers, to_fraction(trust), 3)
    first, *later = (after / before for before, after in pairwise(stakes))
    if len(set(later)) != 1:
        raise GameError("growth_of_stakes: later steps differ")
    return [first, later[0]]


def _least_trust_of_ramps(numbers: Sequence[Any], steps: Sequence[int]) -> Numbers:
    """The least trust at which the reliable side has nothing to lose from a ramp of so many steps, each.

    Divided by the first stake, what the reliable side has is linear in trust: it is computed at 1 and at 1/2.
    """
    def per_stake(trust: Fraction, length: int) -> Fraction:
        return _ramp_values(numbers, trust, length)[0] / _ramp(numbers, trust, length)[0]

    found = []
    for length in steps:
        sure, even = per_stake(Fraction(1), length), per_stake(Fraction(1, 2), length)
        at_zero = 2 * even - sure
        found.append(at_zero / (at_zero - sure))
    return found


def _best_ramp(numbers: Sequence[Any], trust: Any, longest: int) -> Numbers:
    """What the reliable side has from the best ramp that leaves the opportunist indifferent, and its steps."""
    value, steps = max((_ramp_values(numbers, to_fraction(trust), n)[0], -n) for n in range(longest + 1))
    return [value, Fraction(-steps)]


# -- other partners ----------------------------------------------------------------------------------------------------


def _probation(matches: Sequence[Sequence[Any]]) -> Numbers:
    """Least periods of probation that deter breach where a new partner is always at hand, for T, R and discount factor.

    Raises ``GameError`` where none does.
    """
    found = []
    for temptation, reward, discount in (map(to_fraction, one) for one in matches):
        once = (1 - discount) * temptation
        if once >= reward:
            raise GameError(f"probation: T = {temptation}, R = {reward}: no probation deters; ask for more patience")
        # After a breach a new pair earns nothing for n periods, and R from then on.
        found.append(Fraction(next(n for n in count() if once + discount * discount**n * reward <= reward)))
    return found


def _starting_over(dilemma: Sequence[Any], discount: Any, stake: Any, share: Any) -> Numbers:
    """A pool of partners, a test period at a stake: what a new partner is worth, and the slack at full stakes.

    Payoffs R, T, 0, S; a share of the partners is good, the others breach at once and are left.
    """
    r, t, _, s = map(to_fraction, dilemma)
    d, test, good = map(to_fraction, (discount, stake, share))
    fresh = (good * ((1 - d) * test * r + d * r) + (1 - good) * (1 - d) * test * s) / (1 - d * (1 - good))
    return [fresh, r - (1 - d) * t - d * fresh]


def _greatest_share(dilemma: Sequence[Any], discount: Any, stakes: Sequence[Any]) -> Numbers:
    """The greatest share of good partners at which full cooperation survives the chance to start over, by test stake.

    Multiplied by 1 - d(1 - share) the slack of `_starting_over` is linear in the share.
    """
    def scaled(stake: Any, share: int) -> Fraction:
        return _starting_over(dilemma, discount, stake, share)[1] * (1 - to_fraction(discount) * (1 - share))

    found = []
    for stake in stakes:
        none, every = scaled(stake, 0), scaled(stake, 1)
        found.append(none / (none - every) if every < 0 else Fraction(1))
    return found


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "conditional_partner": _conditional_partner,
    "failing_years": _failing_years,
    "least_for_long_terms": _least_for_long_terms,
    "trust_threshold": _trust_threshold,
    "reassurance": _reassurance,
    "reassurance_shares": _shares,
    "starting_small": _starting_small,
    "stakes": _stakes,
    "growth_of_stakes": _growth_of_stakes,
    "least_trust_of_ramps": _least_trust_of_ramps,
    "best_ramp": _best_ramp,
    "probation": _probation,
    "starting_over": _starting_over,
    "greatest_share": _greatest_share,
}
