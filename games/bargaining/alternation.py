"""Alternating offers (Rubinstein 1982) with unequal patience, outside and inside options and risk of breakdown.

One player proposes a split; the other accepts, ends the talks, or waits, and then proposes in the next period.
What each gets is known exactly: play is stationary, and its equations are linear once it is known which options bind;
every combination is tried in rationals, and a solution counts only if nobody gains by departing from it once.

Sources: Rubinstein (1982); Binmore, Rubinstein and Wolinsky (1986) for breakdown, inside options and short periods;
Binmore, Shaked and Sutton (1989) for the principle that an outside option matters only if it is better than bargaining.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any, final

from games.bargaining.axiomatic import nash
from games.bargaining.exact_linear import solve_exactly
from games.bargaining.frontier import Frontier, Pair
from games.bargaining.rational_input import Number, Numbers, Points, floats, rational, rationals
from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats

PIE = ((1, 0), (0, 1))


@final
@dataclass(frozen=True)
class Table:
    """What the two players face; see ``alternating_offers`` for the meaning of each part."""

    discounts: Pair
    outside: Pair
    inside: Pair
    breakdown: Fraction
    broken: Pair
    frontier: Frontier

    def waiting(self, player: int, ahead: Fraction) -> Fraction:
        """What a refusal is worth to a player who has ``ahead`` in the next period."""
        stay = (1 - self.discounts[player]) * self.inside[player] + self.discounts[player] * ahead
        return self.breakdown * self.broken[player] + (1 - self.breakdown) * stay

    def turns(self, proposer: int, waiting: Pair) -> list[tuple[Pair, Fraction, bool]]:
        """What can come of a turn: (payoffs, least that is accepted, agreed); two only where somebody is indifferent.

        ``waiting``  what each has if the offer is refused and nobody ends the talks.
        """
        other = 1 - proposer
        least = max(self.outside[other], waiting[other])
        offered = self.frontier.most(proposer, least)
        refused = [end for end, taken in ((self.outside, self.outside[other] >= waiting[other]),
                                          (waiting, waiting[other] >= self.outside[other])) if taken]
        out = []
        for end in refused:
            if offered is not None and offered >= end[proposer]:
                given = max(least, self.frontier.favourite(proposer)[other])
                out.append((_pair(proposer, offered, given), least, True))
            else:
                out.append((_pair(proposer, end[proposer], least), least, False))
        return out


@final
@dataclass(frozen=True, eq=False)
class AlternatingOffers:
    """Equilibrium of alternating offers.

    ``values``      Float[2]: payoffs when talks begin, ``first`` proposing.
    ``proposals``   Float[proposer, player]: payoffs in a period in which that player proposes.
    ``thresholds``  Float[2]: the least that each accepts.
    ``agrees``      whether the offer of each proposer is accepted; if not, the responder ends the talks or waits.
    ``opts_out``    whether each, having refused, would rather end the talks than wait: its outside option binds.
    ``exact``       ``proposals`` as rationals.
    ``periods``     number of periods, after which talks end; None without a deadline.
    ``others``      further stationary equilibria, which there can be only if options are worth more than agreement.
    """

    table: Table
    exact: tuple[Pair, Pair]
    accepted: Pair
    agrees: tuple[bool, bool]
    first: int
    periods: int | None
    others: tuple[tuple[Pair, Pair], ...] = ()

    @property
    def values(self) -> Floats:
        """Float[2]: payoffs when talks begin."""
        return floats(self.exact[self.first])

    @property
    def proposals(self) -> Floats:
        """Float[proposer, player]."""
        return floats(self.exact)

    def __iter__(self) -> Iterator[float]:
        """The payoffs when talks begin, so that ``first, second = alternating_offers(...)`` reads them."""
        return iter(self.values.tolist())

    @property
    def thresholds(self) -> Floats:
        """Float[2]."""
        return floats(self.accepted)

    @property
    def opts_out(self) -> tuple[bool, bool]:
        """Whether each would end the talks rather than wait."""
        if self.periods == 1:
            return True, True
        ahead = self.exact if self.periods is None else _backwards(self.table, self.periods - 1)[0]
        first, second = (self.table.outside[j] > self.table.waiting(j, ahead[j][j]) for j in range(2))
        return first, second

    def check(self) -> bool:
        """Whether, in rationals, nobody gains by departing once from this (with a deadline: it is recomputed)."""
        if self.periods is not None:
            return _backwards(self.table, self.periods) == (self.exact, self.accepted, self.agrees)
        return all(
            (self.exact[k], self.accepted[1 - k], self.agrees[k])
            in self.table.turns(k, _waiting(self.table, self.exact[1 - k]))
            for k in range(2)
        )


def alternating_offers(
    discounts: Numbers,
    outside: Numbers = (0, 0),
    breakdown: Number = 0,
    *,
    inside: Numbers = (0, 0),
    broken: Numbers | None = None,
    frontier: Points = PIE,
    first: int = 0,
    periods: int | None = None,
) -> AlternatingOffers:
    """The subgame-perfect equilibrium of alternating offers over a pie of size 1, or over any frontier.

    ``discounts``  of the two players, in [0, 1]; refusing for ever must be costly to at least one of them.
    ``outside``    what each gets if talks end, by the choice of a responder who has refused, by chance or by deadline.
    ``breakdown``  probability that talks end by chance after a refusal.
    ``inside``     what disagreeing for ever is worth to each: this times 1 - discount comes in each period of waiting.
    ``broken``     what each gets if talks end by chance, where that is not ``outside``.
    ``frontier``   points whose hull is the feasible set of payoffs, which may be thrown away.
    ``first``      who proposes first, 0 or 1.
    ``periods``    a deadline: talks end after so many refusals; None for none.

    Raises ``GameError`` for numbers that do not fit and if delay costs nobody anything.

    >>> alternating_offers((0.5, 0.5)).exact[0]
    (Fraction(2, 3), Fraction(1, 3))
    >>> alternating_offers((0.9, 0.9), outside=(0, 0.4)).values.round(6).tolist()
    [0.526316, 0.473684]
    >>> alternating_offers((0.9, 0.9), outside=(0, 0.6)).values.round(6).tolist()
    [0.4, 0.6]
    >>> alternating_offers((1, 1), outside=(0.2, 0.1), breakdown=0.001).values.round(6).tolist()
    [0.550175, 0.449825]
    """
    table = _table(discounts, outside, breakdown, inside, broken, frontier)
    if first not in {0, 1}:
        raise GameError(f"bargaining: first proposer {first!r}; give 0 or 1")
    if periods is not None:
        if periods < 1 or periods != int(periods):
            raise GameError(f"bargaining: {periods!r} periods; give a whole number from 1 on, or None")
        return AlternatingOffers(table, *_backwards(table, periods), first, periods)
    if (1 - table.breakdown) ** 2 * table.discounts[0] * table.discounts[1] == 1:
        raise GameError("bargaining: delay costs nobody anything; give a discount below 1 or a risk of breakdown")
    found: dict[tuple[Pair, Pair], AlternatingOffers] = {}
    for exact in _candidates(table):
        for turn in product(*(table.turns(k, _waiting(table, exact[1 - k])) for k in range(2))):
            if exact == (turn[0][0], turn[1][0]) and exact not in found:
                found[exact] = AlternatingOffers(
                    table, exact, (turn[1][1], turn[0][1]), (turn[0][2], turn[1][2]), first, None)
    if not found:
        raise ArithmeticError("no stationary equilibrium was found, although there is always one")
    answer = min(found.values(), key=lambda one: -sum(one.agrees))
    return replace(answer, others=tuple(exact for exact in found if exact != answer.exact))


def short_periods(
    rates: Numbers,
    outside: Numbers = (0, 0),
    breakdown_rate: Number = 0,
    *,
    inside: Numbers = (0, 0),
    broken: Numbers | None = None,
    frontier: Points = PIE,
) -> Floats | None:
    """What alternating offers come to as periods shrink: a weighted Nash solution (Binmore-Rubinstein-Wolinsky 1986).

    With discounts exp(-rate * length) and breakdowns at ``breakdown_rate`` per unit of time, powers are
    1 / (rate + breakdown_rate) and each player's disagreement payoff mixes ``inside`` and ``broken`` at those rates;
    an outside option that is better than this is all that its owner gets.
    Returns Float[2], or None if no agreement gives both their options.  Other arguments as in ``alternating_offers``.

    >>> short_periods((0.1, 0.2)).round(6).tolist()
    [0.666667, 0.333333]
    >>> short_periods((0, 0), outside=(0.2, 0.1), breakdown_rate=1).round(6).tolist()
    [0.55, 0.45]
    """
    speed = rationals(rates, "rates", 2, least=0)
    risk = rational(breakdown_rate, "breakdown rate", least=0)
    if min(speed) + risk == 0:
        raise GameError("bargaining: delay costs somebody nothing; give positive rates or a breakdown rate")
    table = _table((0, 0), outside, 0, inside, broken, frontier)
    base = [(risk * table.broken[i] + speed[i] * table.inside[i]) / (risk + speed[i]) for i in range(2)]
    points = [[float(x) for x in corner] for corner in table.frontier.corners]
    found = nash(points, [float(x) for x in base], [float(1 / (risk + r)) for r in speed])
    if found is None:
        return None
    for j in range(2):
        left = table.frontier.most(1 - j, table.outside[j])
        if left is None or left < table.outside[1 - j]:
            return None
        if found[j] < table.outside[j]:
            found = floats(_pair(j, table.outside[j], left))
    return found


def _table(
    discounts: Any, outside: Any, breakdown: Any, inside: Any, broken: Any, frontier: Any
) -> Table:
    patience = rationals(discounts, "discounts", 2, 0, 1)
    options = rationals(outside, "outside options", 2)
    return Table(
        (patience[0], patience[1]),
        (options[0], options[1]),
        _pair(0, *rationals(inside, "inside options", 2)),
        rational(breakdown, "breakdown probability", 0, 1),
        _pair(0, *(options if broken is None else rationals(broken, "payoffs after breakdown", 2))),
        Frontier.of(frontier),
    )


def _pair(first: int, one: Fraction, other: Fraction) -> Pair:
    return (one, other) if first == 0 else (other, one)


def _backwards(table: Table, periods: int) -> tuple[tuple[Pair, Pair], Pair, tuple[bool, bool]]:
    """Backward induction from the deadline; who is indifferent lets the proposer have its way."""
    waiting = (table.outside, table.outside)
    for _ in range(periods):
        turn = [_first_choice(table.turns(k, waiting[k]), k) for k in range(2)]
        waiting = _waiting(table, turn[1][0]), _waiting(table, turn[0][0])
    return (turn[0][0], turn[1][0]), (turn[1][1], turn[0][1]), (turn[0][2], turn[1][2])


def _first_choice(
    turns: list[tuple[Pair, Fraction, bool]], proposer: int
) -> tuple[Pair, Fraction, bool]:
    return max(turns, key=lambda turn: turn[0][proposer])


def _waiting(table: Table, ahead: Pair) -> Pair:
    """What each has, discounted, if an offer is refused and the next period brings ``ahead``."""
    return table.waiting(0, ahead[0]), table.waiting(1, ahead[1])


def _candidates(table: Table) -> Iterator[tuple[Pair, Pair]]:
    """Solutions of the linear systems, one for each guess of what binds; unknowns (0 and 1 proposing, responding)."""
    for guesses in product(*(_guesses(table, k) for k in range(2))):
        rows = [row for guess in guesses for row in guess]
        found = solve_exactly([row[0] for row in rows], [row[1] for row in rows])
        if found is not None:
            yield (found[0], found[3]), (found[2], found[1])


def _guesses(table: Table, proposer: int) -> list[list[tuple[list[Fraction], Fraction]]]:
    """Pairs of equations for a turn.  Unknowns in order: proposing[0], proposing[1], responding[0], responding[1]."""
    other = 1 - proposer
    mine, theirs = proposer, 2 + other                       # what the two have in this turn

    def row(about: int, right: Fraction, minus: dict[int, Fraction] | None = None) -> tuple[list[Fraction], Fraction]:
        out = [Fraction(0)] * 4
        out[about] += 1
        for k, factor in (minus or {}).items():
            out[k] -= factor
        return out, right

    def waits(player: int, about: int, ahead: int) -> tuple[list[Fraction], Fraction]:
        none = table.waiting(player, Fraction(0))
        return row(about, none, {ahead: table.waiting(player, Fraction(1)) - none})

    best = table.frontier.favourite(proposer)
    held = (row(theirs, table.outside[other]), waits(other, theirs, other))     # the option binds, or waiting does
    out = [[row(mine, base, {theirs: slope}), end] for base, slope in table.frontier.lines(proposer) for end in held]
    out.append([row(mine, best[proposer]), row(theirs, best[other])])
    out += [[row(mine, table.outside[proposer]), held[0]], [waits(proposer, mine, 2 + proposer), held[1]]]
    return out
