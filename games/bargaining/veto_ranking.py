"""Endogenous status quo with one veto player among three: policies solved one by one, the best for it first.

Nothing passes that the veto player likes less than the default, so what happens at a default depends only on policies
that it likes at least as much: they are settled in the order of what enacting them is worth to it, the highest of all
tentative values next.  At a default each of the two others proposes what is best for itself among the settled ones,
or the default or its twin (with their shares exchanged).  The veto player goes down the list to the first policy that
either of the others accepts.

Whom it buys decides what each of them loses by waiting, and hence its price: whoever is bought becomes expensive, and
whoever is not becomes cheap.  That is why iterating on values goes round in circles on fine grids.  Here the veto
player offers a policy to one and its twin to the other, with chances at which both just accept and accept nothing that
it would like better; such chances form an interval and are chosen in it, so that all remains rational.

That a solution is found this way is proved nowhere; what is found is judged as every other equilibrium is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, final

from games.bargaining.voting_rules import QuotaRule

Row = tuple[Fraction, ...]
Worth = tuple[Fraction, Fraction, Fraction]
"""Of enacting a policy, to the veto player and the two others."""
Strategies = tuple[tuple[dict[int, Fraction], ...], ...]
ZERO, ONE, HALF = Fraction(0), Fraction(1), Fraction(1, 2)


class _Rung(NamedTuple):
    """A settled policy that is worth more to the first other than all those before it, and its twin."""

    worth: Worth
    policy: int
    twin: int


class _Found(NamedTuple):
    """What a default is worth, what the veto player proposes there (None: it stays), and where the others go."""

    worth: Worth
    offers: dict[int | None, Fraction]
    best: _Rung | None


def ranked_by_veto(
    policies: tuple[Row, ...], recognition: Row, discounts: Row, rule: QuotaRule
) -> tuple[Strategies, tuple[Row, ...]] | None:
    """Strategies and what enacting each policy is worth, [member][policy]; None if this way leads nowhere.

    It needs three members, two votes and one veto, two others who are recognised equally often and equally patient,
    and with every policy the one that exchanges their shares.
    """
    if rule.members != 3 or rule.quota != 2 or len(rule.veto) != 1:
        return None
    veto, = rule.veto
    first, second = (k for k in range(3) if k != veto)
    where = {(row[veto], row[first], row[second]): k for k, row in enumerate(policies)}
    alike = recognition[first] == recognition[second] and discounts[first] == discounts[second]
    if not alike or any((a, c, b) not in where for a, b, c in where):
        return None
    swap = {one: where[a, c, b] for (a, b, c), one in where.items()}
    table = _Table(recognition[veto], recognition[first], discounts[veto], discounts[first])
    open_ = {shares: k for shares, k in where.items() if shares[1] >= shares[2]}
    rungs: list[_Rung] = []
    moves: list[list[dict[int, Fraction]]] = [[{} for _ in policies] for _ in range(3)]
    worths: list[Worth] = [(ZERO, ZERO, ZERO)] * len(policies)
    tentative: dict[Worth, list[_Found]] = {}
    level: Fraction | None = None
    while open_:
        if not tentative:
            tentative = {shares: table.at(shares, rungs) for shares in open_}
        fit = [(one.worth[0], max(one.worth[1:]), shares, one) for shares in open_ for one in tentative[shares]
               if level is None or one.worth[0] <= level]
        if not fit:
            return None
        level, most, shares, found = max(fit, key=lambda each: each[:2])
        here = open_.pop(shares)
        twin = swap[here]
        offers = {here if y is None else y: chance for y, chance in found.offers.items()}
        goals = (here, twin) if found.best is None else (found.best.policy, found.best.twin)
        for at, proposed in ((twin, {swap[y]: chance for y, chance in offers.items()}), (here, offers)):
            moves[veto][at], moves[first][at], moves[second][at] = proposed, {goals[0]: ONE}, {goals[1]: ONE}
        a, b, c = found.worth
        worths[twin], worths[here] = (a, c, b), (a, b, c)
        if not rungs or most > rungs[-1].worth[1]:
            rungs.append(_Rung((a, b, c), here, twin) if b >= c else _Rung((a, c, b), twin, here))
            tentative = {}                                    # what is no rung is never the first to be accepted
    place = {veto: 0, first: 1, second: 2}
    enacted = tuple(tuple(worth[place[i]] for worth in worths) for i in range(3))
    return tuple(tuple(row) for row in moves), enacted


@final
@dataclass(frozen=True)
class _Table:
    """Recognition of the veto player and of each other, and their discounts."""

    own: Fraction
    each: Fraction
    patience: Fraction
    others: Fraction

    def at(self, shares: Worth, rungs: list[_Rung]) -> list[_Found]:
        """Everything that can happen at a default and its twin, given the rungs above it."""
        out = []
        for best in ([rungs[-1], None] if rungs else [None]):
            map_ = self._map(shares, best)
            for found in _offers(map_, rungs, best):
                most, least = max(found.worth[1:]), min(found.worth[1:])
                top = rungs[-1].worth[1] if rungs else None
                # Either the best rung is best for both, or each prefers the default or its twin, whichever suits it.
                if (most <= best.worth[1]) if best else ((top is None or most >= top) and found.worth[2] == least):
                    out.append(found)
        return out

    def _map(self, shares: Worth, best: _Rung | None) -> _Map:
        d, e, p = self.patience, self.others, self.each
        now = ((1 - d) * shares[0], (1 - e) * (shares[1] + shares[2]), (1 - e) * (shares[1] - shares[2]))
        if best is not None:
            together = best.worth[1] + best.worth[2]
            return _Map((now[0] + 2 * d * p * best.worth[0], now[1] + 2 * e * p * together, now[2]),
                        (d * self.own, e * self.own, e * self.own))
        keep, share = 1 / (1 - 2 * d * p), 1 / (1 - 2 * e * p)
        return _Map((now[0] * keep, now[1] * share, now[2]),
                    (d * self.own * keep, e * self.own * share, e * self.own))


@final
@dataclass(frozen=True)
class _Map:
    """What a default is worth, given what the veto player's proposal is: (to it, sum and difference of the others)."""

    constant: Worth
    factor: Worth

    def __call__(self, offer: Worth) -> Worth:
        given = (offer[0], offer[1] + offer[2], offer[1] - offer[2])
        return _split([c + k * y for c, k, y in zip(self.constant, self.factor, given, strict=True)])

    def together(self, offer: Worth) -> Fraction:
        """What both others get."""
        return self.constant[1] + self.factor[1] * (offer[1] + offer[2])

    def staying(self) -> Worth:
        """If the default itself is proposed."""
        return _split([c / (1 - k) for c, k in zip(self.constant, self.factor, strict=True)])


def _split(row: list[Fraction]) -> Worth:
    return row[0], (row[1] + row[2]) / 2, (row[1] - row[2]) / 2


def _offers(map_: _Map, rungs: list[_Rung], best: _Rung | None) -> list[_Found]:
    """Best proposals of the veto player: to the first, to the second, to both with some chance, or to stay."""
    out = []
    passed: Fraction | None = None                            # neither may accept anything better for the veto player
    for rung in rungs:
        worth, policy, twin = rung
        if passed is not None and map_.together(worth) <= 2 * passed:
            passed = worth[1]
            continue
        turned = (worth[0], worth[2], worth[1])
        for offer, at in ((worth, policy), (turned, twin)):
            x = map_(offer)
            if x[0] <= worth[0] and _above(x, passed) and (offer[1] >= x[1] or offer[2] >= x[2]):
                out.append(_Found(x, {at: ONE}, best))
        x, y = map_(worth), map_(turned)
        if policy != twin and (chance := _chance(x, y, passed, worth[1])) is not None:
            mixed = tuple(chance * a + (1 - chance) * b for a, b in zip(x, y, strict=True))
            if mixed[0] <= worth[0] and _above(mixed, passed):
                out.append(_Found((mixed[0], mixed[1], mixed[2]), {policy: chance, twin: 1 - chance}, best))
        passed = worth[1]
    stays = map_.staying()
    if _above(stays, passed) and (not rungs or stays[0] <= rungs[-1].worth[0]):
        out.append(_Found(stays, {None: ONE}, best))
    return out


def _above(worth: tuple[Fraction, ...], passed: Fraction | None) -> bool:
    return passed is None or min(worth[1:]) > passed


def _chance(x: Worth, y: Worth, passed: Fraction | None, most: Fraction) -> Fraction | None:
    """A chance of x rather than y inside (0, 1) at which both others' worth is in (``passed``, ``most``]."""
    low, high = ZERO, ONE
    for i in (1, 2):
        slope, start = x[i] - y[i], y[i]
        if slope == 0:
            if start > most:
                return None
            continue
        ends = [(most - start) / slope]
        if passed is not None:
            ends.append((passed - start) / slope)
        upper, lower = (ends[:1], ends[1:]) if slope > 0 else (ends[1:], ends[:1])
        low, high = max([low, *lower]), min([high, *upper])
    if low > high:
        return None
    found = HALF if low <= HALF <= high else (low + high) / 2
    return found if 0 < found < 1 else None
