"""Stable agreements: published sizes, exact slacks, parties that differ, and foresight by brute force."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.coalitions import (
    EnvironmentalAgreement,
    PriceLeadership,
    SocialSituation,
    agreement_list,
    agreement_of,
    agreement_sizes,
    farsighted_agreements,
    stable_agreements,
    stable_sizes,
)
from games.coalitions.agreements import AgreementSize
from games.model.stochastic_game import GameError


def stable(sizes: tuple[AgreementSize, ...]) -> list[int]:
    return [size.members for size in sizes if size.stable]


# -- published models ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("c", "ten", "hundred"), [
    ("0.01", 10, 51), ("0.05", 8, 18), ("0.1", 6, 11), ("0.25", 4, 5), ("0.5", 3, 4), (1, 3, 3), (2, 3, 3),
    (5, 2, 3), (10, 2, 3), (100, 2, 2),
])
def test_environmental_agreements_by_cost_of_abatement(c: str | int, ten: int, hundred: int) -> None:
    assert stable(EnvironmentalAgreement.of(10, 100, 1, c).sizes()) == [ten]
    assert stable(EnvironmentalAgreement.of(100, 100, 1, c).sizes()) == [hundred]


def test_signatories_of_an_environmental_agreement_choose_the_best_response_to_responses() -> None:
    """By search: no other joint abatement of the signatories, answered by each outsider, pays them more."""
    model = EnvironmentalAgreement.of(10, 100, 1, "0.25")

    def payoff(each: Fraction, members: int) -> Fraction:
        # Each outsider solves (b/N)(a − Q) = c q.
        n, b, c, a = 10, model.b, model.c, model.a
        rest = (b / n) * (a - members * each) / (c + (n - members) * b / n)
        total = members * each + (n - members) * rest
        return b / n * (a * total - total**2 / 2) - c * each**2 / 2

    for members in range(1, 11):
        found = model.outcome(members)
        assert found.by_member is not None and found.member is not None
        assert payoff(found.by_member, members) == found.member
        for step in (Fraction(-1, 100), Fraction(1, 100)):
            assert payoff(found.by_member + step, members) < found.member


def test_cartels_of_three_are_stable_whatever_the_number_of_firms() -> None:
    """d'Aspremont et al. (1983): some cartel is always stable; here demand grows with the number of firms."""
    assert [stable(PriceLeadership.of(n, n, n).sizes()) for n in range(2, 13)] == [[2]] + [[3]] * 10
    assert [stable(PriceLeadership.of(n, 1, 1).sizes()) for n in range(3, 9)] == [[3], [4], [5], [3], [3], [3]]


@given(st.integers(1, 12), st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_a_stable_cartel_exists_in_the_linear_quadratic_price_leadership_model(n: int, a: int, b: int, c: int) -> None:
    model = PriceLeadership.of(n, a, b, Fraction(c, 4))
    assert stable(model.sizes())
    for k in range(1, n):
        market = model.outcome(k)
        assert market.member is not None and market.outsider is not None
        assert market.outsider >= market.member                                      # outside is the better place
        assert market.price >= model.outcome(k - 1).price


@given(st.integers(1, 10), st.integers(0, 10), st.integers(1, 9))
def test_the_cartel_price_maximises_its_profit(n: int, k: int, b: int) -> None:
    members = min(max(k, 1), n)
    model = PriceLeadership.of(n, 7, b, 2)
    best = model.outcome(members)

    def profit(price: Fraction) -> Fraction:
        left = (7 - b * price - (n - members) * price / 2) / members
        return price * left - left**2

    assert best.member == profit(best.price)
    assert all(profit(best.price + step) < profit(best.price) for step in (Fraction(-1, 1000), Fraction(1, 1000)))


# -- definitions -------------------------------------------------------------------------------------------------------


def test_slacks_are_exact_and_ends_have_one_side() -> None:
    sizes = agreement_sizes(lambda k: f"{k}/3", lambda k: Fraction(k, 2), 2)
    assert [(s.internal, s.external) for s in sizes] == [
        (None, Fraction(-1, 3)), (Fraction(1, 3), Fraction(-1, 6)), (Fraction(1, 6), None)]
    assert stable_sizes(lambda k: f"{k}/3", lambda k: Fraction(k, 2), 2) == (2,)


@settings(max_examples=50)
@given(st.integers(1, 6), st.lists(st.integers(-4, 4), min_size=14, max_size=14))
def test_parties_alike_are_a_special_case_of_parties_that_differ(n: int, numbers: list[int]) -> None:
    inside, outside = numbers[:7], numbers[7:]
    sizes = {s.members: s for s in agreement_sizes(inside.__getitem__, outside.__getitem__, n)}

    def payoff(i: int, group: frozenset[int]) -> int:
        return (inside if i in group else outside)[len(group)]

    found = agreement_list(payoff, n)
    assert len(found) == 2**n
    for agreement in found:
        size = sizes[len(agreement.members)]
        assert {x for _, x in agreement.internal} == ({size.internal} if agreement.members else set())
        assert {x for _, x in agreement.external} == ({size.external} if len(agreement.members) < n else set())
        assert agreement.stable == size.stable
        assert agreement == agreement_of(payoff, n, agreement.members)
    assert stable_agreements(payoff, n) == tuple(a.members for a in found if a.stable)


def test_the_party_that_would_leave_is_named() -> None:
    """A public good that two parties value at 3 and one at 1, at a cost of 2 to each member."""
    value = (3, 3, 1)

    def payoff(i: int, group: frozenset[int]) -> int:
        return value[i] * len(group) - (2 if i in group else 0)

    assert stable_agreements(payoff, 3) == (frozenset({0, 1}),)
    everybody = agreement_of(payoff, 3, frozenset(range(3)))
    assert [i for i, slack in everybody.internal if slack < 0] == [2]
    assert dict(everybody.internal) == {0: 1, 1: 1, 2: -1}


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(GameError, match="0 parties"):
        agreement_sizes(lambda k: 0, lambda k: 0, 0)
    with pytest.raises(GameError, match="a member of 1 is None"):
        agreement_sizes(lambda k: None, lambda k: 0, 2)
    with pytest.raises(GameError, match="30 parties"):
        agreement_list(lambda i, group: 0, 30)
    with pytest.raises(GameError, match="5 is no voter"):
        agreement_of(lambda i, group: 0, 3, frozenset({5}))
    with pytest.raises(GameError, match="must be positive"):
        EnvironmentalAgreement.of(10, 100, 1, 0)
    with pytest.raises(GameError, match="must be positive"):
        PriceLeadership.of(3, 1, -1)
    with pytest.raises(GameError, match="11 members among 10"):
        EnvironmentalAgreement.of(10, 100, 1, 1).outcome(11)
    with pytest.raises(GameError, match="cannot move from 0 to 9"):
        SocialSituation.of([[1]], lambda outcome: [((0,), 9)])
    with pytest.raises(GameError, match="one number per player"):
        SocialSituation.of([[1], [1, 2]], lambda outcome: [])
    with pytest.raises(GameError, match="11 parties"):
        farsighted_agreements(lambda i, group: 0, 11)


# -- foresight ----------------------------------------------------------------------------------------------------


def dominance_by_paths(situation: SocialSituation) -> set[tuple[int, int]]:
    """Indirect dominance by walking every chain of moves forwards, towards one given end."""
    out = set()
    for end in range(len(situation.payoffs)):
        for start in range(len(situation.payoffs)):
            reached, waiting = set(), [start]
            while waiting:
                here = waiting.pop()
                for group, after in situation.moves[here]:
                    if all(situation.payoffs[end, i] > situation.payoffs[here, i] for i in group):
                        if after not in reached:
                            waiting.append(after)
                        reached.add(after)
            if end in reached:
                out.add((start, end))
    return out


def largest_consistent_by_subsets(situation: SocialSituation) -> frozenset[int]:
    """The union of all sets that are exactly what survives given themselves (Chwe's definition)."""
    count = len(situation.payoffs)
    dominates = dominance_by_paths(situation)

    def survives(a: int, inside: frozenset[int]) -> bool:
        return all(
            any(
                (e == d or (d, e) in dominates)
                and not all(situation.payoffs[e, i] > situation.payoffs[a, i] for i in group)
                for e in inside
            )
            for group, d in situation.moves[a]
        )

    consistent: set[int] = set()
    for size in range(count + 1):
        for some in map(frozenset, combinations(range(count), size)):
            if some == {a for a in range(count) if survives(a, some)}:
                consistent |= some
    return frozenset(consistent)


@st.composite
def situations(draw: st.DrawFn) -> SocialSituation:
    count, n = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    payoffs = draw(st.lists(st.lists(st.integers(0, 3), min_size=n, max_size=n), min_size=count, max_size=count))
    group = st.sets(st.integers(0, n - 1), min_size=1)
    moves = draw(st.lists(st.lists(st.tuples(group, st.integers(0, count - 1)), max_size=4),
                          min_size=count, max_size=count))
    return SocialSituation.of(payoffs, moves.__getitem__)


@settings(max_examples=150)
@given(situations())
def test_largest_consistent_set_by_brute_force(situation: SocialSituation) -> None:
    dominates = situation.indirect_dominance()
    assert {(int(a), int(b)) for a, b in zip(*dominates.nonzero(), strict=True)} == dominance_by_paths(situation)
    found = situation.largest_consistent_set()
    assert found == largest_consistent_by_subsets(situation)
    assert found                                                                     # Chwe (1994): never empty


def test_foresight_keeps_what_myopia_leaves() -> None:
    """Leaving the grand coalition pays at once, but the other then leaves as well, and both lose."""
    worth = {0: (1, 1), 1: (0, 3), 2: (3, 0), 3: (2, 2)}

    def dilemma(i: int, group: frozenset[int]) -> int:
        return worth[sum(1 << j for j in group)][i]

    assert stable_agreements(dilemma, 2) == (frozenset(),)
    assert frozenset({0, 1}) in farsighted_agreements(dilemma, 2, together=True)
    assert frozenset({0, 1}) in farsighted_agreements(dilemma, 2)
    assert frozenset({0}) not in farsighted_agreements(dilemma, 2, together=True)


def test_foresight_widens_an_environmental_agreement() -> None:
    model = EnvironmentalAgreement.of(6, 100, 1, "0.25")
    outcomes = [model.outcome(k) for k in range(7)]

    def payoff(i: int, group: frozenset[int]) -> Fraction:
        paid = outcomes[len(group)].member if i in group else outcomes[len(group)].outsider
        assert paid is not None
        return paid

    myopic = {len(group) for group in stable_agreements(payoff, 6)}
    farsighted = {len(group) for group in farsighted_agreements(payoff, 6)}
    assert myopic == set(stable(model.sizes()))
    assert max(farsighted) > max(myopic)
