"""Calculations about bargaining that published results name; see `games.replication.calculations`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from math import exp
from typing import TYPE_CHECKING, Any

from games.model.stochastic_game import GameError

if TYPE_CHECKING:
    from games.bargaining import LegislativeEquilibrium

Numbers = Sequence[Fraction]


def _fractions(found: Any) -> Numbers:
    """Of an array of floats; nothing found is no number."""
    return [] if found is None else [Fraction(float(x)) for x in found]


# -- two players ---------------------------------------------------------------------------------------------------


def _nash(points: Any, disagreement: Any, weights: Any = None) -> Numbers:
    from games.bargaining import nash

    return _fractions(nash(_floats(points), _floats(disagreement), weights))


def _kalai_smorodinsky(points: Any, disagreement: Any) -> Numbers:
    from games.bargaining import kalai_smorodinsky

    return _fractions(kalai_smorodinsky(_floats(points), _floats(disagreement)))


def _floats(given: Any) -> Any:
    if isinstance(given, list):
        return [_floats(one) for one in given]
    return float(Fraction(given)) if isinstance(given, str) else float(given)


def _barter(first: Any, second: Any, money: bool = False, solution: str = "nash") -> Numbers:
    """Gains of two owners from exchanging things, each worth (to the first, to the second); lotteries are allowed.

    ``money``  gains can also be shared in any way.
    """
    from games.bargaining import kalai_smorodinsky, nash

    solutions: dict[str, Callable[..., Any]] = {"nash": nash, "kalai_smorodinsky": kalai_smorodinsky}
    if solution not in solutions:
        raise GameError(f"barter: {solution!r} is no solution; known are {', '.join(solutions)}")
    things = [*first, *second]
    alone = [sum(a for a, _ in first), sum(b for _, b in second)]
    gains = [
        [sum(thing[0] for thing, mine in zip(things, whose, strict=True) if mine) - alone[0],
         sum(thing[1] for thing, mine in zip(things, whose, strict=True) if not mine) - alone[1]]
        for whose in product((True, False), repeat=len(things))
    ]
    if money:
        total = max(a + b for a, b in gains)
        gains = [[0, 0], [total, 0], [0, total]]
    return _fractions(solutions[solution](gains, [0, 0]))


def _risk_averse(power: Any, parts: int) -> Numbers:
    """A pie of 1 for a player to whom x is worth x, and one to whom 1 - x is worth (1 - x)^power: Nash's payoffs.

    The frontier is that of divisions into equal parts, and of lotteries over them.
    """
    from games.bargaining import nash

    if not 0 < Fraction(power) <= 1:
        raise GameError("risk_averse: the power is above 0 and at most 1, so that nobody gains by a lottery")
    points = [[k / parts, (1 - k / parts) ** float(Fraction(power))] for k in range(parts + 1)]
    return _fractions(nash(points, [0, 0]))


def _alternating_offers(**given: Any) -> Numbers:
    from games.bargaining import alternating_offers

    found = alternating_offers(**given)
    return found.exact[found.first]


def _alternating_offers_in_periods(rates: Sequence[Any], length: Any) -> Numbers:
    """With discount factors exp(-rate * length)."""
    return _alternating_offers(discounts=[exp(-float(rate) * float(length)) for rate in rates])


def _short_periods(**given: Any) -> Numbers:
    from games.bargaining import short_periods

    return _fractions(short_periods(**given))


# -- legislatures --------------------------------------------------------------------------------------------------


def _solved(*arguments: Any, **given: Any) -> LegislativeEquilibrium:
    from games.bargaining import legislative

    found = legislative(*arguments, **given)
    if found is None or not found.check():
        raise GameError("legislative: no equilibrium was proved")
    return found


def _legislative(**given: Any) -> Numbers:
    return _solved(**given).exact


def _closed_rule(members: int, quota: int, discount: Any) -> Numbers:
    """Equal members: their value, what a proposer keeps, and what each that it pays gets."""
    found = _solved([Fraction(1, members)] * members, discount, quota)
    return [found.exact[0], found.evidence.paid(0)[0], found.evidence.prices[0]]


def _open_rule(discount: Any, members: int = 3) -> Numbers:
    """What the proposer keeps, and how many others it pays."""
    from games.bargaining import open_rule

    found = open_rule(discount, members)
    if not found.check():
        raise GameError("open rule: no equilibrium was proved")
    return [found.share, Fraction(found.paid)]


def _veto_players(members: int, vetoes: int, quota: int, discount: Any, who: str = "both") -> Numbers:
    """Equal recognition: values of a veto player and of any other member."""
    found = _solved([Fraction(1, members)] * members, discount, quota, range(vetoes)).exact
    return [found[0]] if who == "veto" else [found[0], found[-1]]


def _veto_proposals(members: int, vetoes: int, quota: int, discount: Any) -> Numbers:
    """Equal recognition: what a veto player keeps when it proposes, and what any other member keeps."""
    found = _solved([Fraction(1, members)] * members, discount, quota, range(vetoes)).evidence
    return [found.paid(0)[0], found.paid(members - 1)[members - 1]]


def _deadline(members: int, vetoes: int, quota: int, discount: Any, sessions: int) -> Numbers:
    """Equal recognition: value of a member without a veto before the first session."""
    from games.bargaining import legislative_with_deadline

    found = legislative_with_deadline(
        [Fraction(1, members)] * members, discount, quota, range(vetoes), sessions=sessions)
    return [found[0][-1]]


def _executive_veto(recognised: Any, legislators: int, needed: int, discount: Any, override: int = 0) -> Numbers:
    """Values of an executive, whose consent is needed besides so many legislators', and of each legislator.

    ``override``  so many legislators can pass a proposal without the executive; 0: never.
    """
    own = Fraction(recognised)

    def passes(votes: frozenset[int]) -> bool:
        for_it = len(votes - {0})
        return (0 in votes and for_it >= needed) or (override > 0 and for_it >= override)

    found = _solved([own, *[(1 - own) / legislators] * legislators], discount, winning=passes).exact
    return [found[0], found[-1]]


def _veto_ratchet(veto_recognition: Any, discount: Any, periods: int) -> Numbers:
    """What is conceded, values of who holds 1 and who holds nothing, and what others are expected to hold later."""
    from games.bargaining import veto_ratchet

    found = veto_ratchet(veto_recognition, discount)
    return [found.conceded, found.holder, found.other, found.others_hold(periods)]


def _veto_on_a_grid(parts: int, discount: Any) -> Numbers:
    """A dollar in equal parts, all held by one without a veto: what the veto player proposes on average, and slack."""
    from games.bargaining import endogenous_status_quo

    grid = [[Fraction(k, parts) for k in (parts - a - b, a, b)] for a in range(parts + 1) for b in range(parts + 1 - a)]
    found = endogenous_status_quo(grid, [Fraction(1, 3)] * 3, discount, 2, [0])
    if found is None or not found.check():
        raise GameError("status quo: no equilibrium was proved")
    start = found.policies.index((Fraction(0), Fraction(1), Fraction(0)))
    proposed = found.strategies[0][start].items()
    shares = [sum((chance * found.policies[y][i] for y, chance in proposed), Fraction(0)) for i in range(3)]
    return [*shares, found.slack]


# -- cakes and shadows -----------------------------------------------------------------------------------------------


def _independent_cakes(cakes: Sequence[Any], chances: Sequence[Any], discount: Any) -> Numbers:
    """Two players, equal recognition, a new cake each period: payoffs of proposer and responder for each cake."""
    from games.bargaining import stochastic_bargaining

    law = [Fraction(p) / 2 for p in chances for _ in range(2)]
    found = stochastic_bargaining(
        [cake for cake in cakes for _ in range(2)], [0, 1] * len(cakes), [law] * len(law), discount)
    return [] if found is None or not found.check() else [x for row in found.exact[::2] for x in row]


def _growing_cake(discount: Any, together: bool = False) -> Numbers:
    """Alternating proposers; a cake of 1 becomes 2 for good with probability 1/5: payoffs at 1, or their sum."""
    from games.bargaining import stochastic_bargaining

    stay, grow = Fraction(4, 5), Fraction(1, 5)
    law: list[list[Any]] = [[0, stay, 0, grow], [stay, 0, grow, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
    found = stochastic_bargaining([1, 1, 2, 2], [0, 1, 0, 1], law, discount)
    if found is None or not found.check():
        return []
    return [sum(found.exact[0], Fraction(0))] if together else found.exact[0]


def _shadow_of_enforcement(rate: Any, high: Any, low: Any, cost: Any) -> Numbers:
    """The rate at which each party gives way, and the expected delay."""
    from games.bargaining import shadow_of_enforcement

    found = shadow_of_enforcement(rate, high, low, cost)
    return [found.concession_rate, found.expected_delay]


def _enforceable(rates: Sequence[Any], dilemma: Any, lag: Any) -> Numbers:
    """For each rate of discount 1 if cooperation can be enforced, else 0."""
    from games.bargaining import shadow_of_enforcement

    return [Fraction(shadow_of_enforcement(r, 2, 1, 1, dilemma=dilemma, lag=lag).enforceable) for r in rates]


def _gradual_concessions(**given: Any) -> Numbers:
    """How many stages it takes, the first, the largest and the last step; 0 alone if no schedule holds."""
    from games.bargaining import gradual_concessions

    found = gradual_concessions(**given)
    if not found.check():
        raise GameError("gradual concessions: the schedule was not proved")
    if not found.steps:
        return [Fraction(0)]
    return [Fraction(len(found.steps)), found.steps[0], max(found.steps), found.steps[-1]]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "nash": _nash,
    "kalai_smorodinsky": _kalai_smorodinsky,
    "barter": _barter,
    "risk_averse": _risk_averse,
    "alternating_offers": _alternating_offers,
    "alternating_offers_in_periods": _alternating_offers_in_periods,
    "short_periods": _short_periods,
    "legislative": _legislative,
    "closed_rule": _closed_rule,
    "open_rule": _open_rule,
    "veto_players": _veto_players,
    "veto_proposals": _veto_proposals,
    "deadline": _deadline,
    "executive_veto": _executive_veto,
    "veto_ratchet": _veto_ratchet,
    "veto_on_a_grid": _veto_on_a_grid,
    "independent_cakes": _independent_cakes,
    "growing_cake": _growing_cake,
    "shadow_of_enforcement": _shadow_of_enforcement,
    "enforceable": _enforceable,
    "gradual_concessions": _gradual_concessions,
}
