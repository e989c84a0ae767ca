"""Published closed forms, derived from descriptions of games, and held against numbers at 1,000 random points."""

from __future__ import annotations

import pytest
import sympy as sp

from games.symbolic import (
    Machine,
    Threshold,
    bertrand,
    cournot,
    critical_discount,
    dilemma,
    repeated,
    stochastic,
    threshold,
)
from tests.support.symbolic_shapes import (
    BREAK,
    KEEP,
    P,
    R,
    S,
    T,
    delta,
    grim,
    horizon,
    lagging,
    suspension,
    term,
    term_rule,
    tit_for_tat,
)

POINTS = 1000
p, D, L, U = sp.symbols("p D L U")


def sound(found: Threshold) -> Threshold:
    """The threshold, which 1,000 random worlds do not contradict."""
    check = found.verify(POINTS, seed=7)
    assert check.agrees and check.points == POINTS and check.near < POINTS / 2, check
    return found


def asks(found: Threshold, published: sp.Expr) -> None:
    """The one constraint that binds is that this polynomial be at least 0, up to a positive number."""
    (bound,) = found.bounds
    ratio = sp.cancel(bound.polynomial / published)
    assert ratio.is_number and ratio > 0, (bound.polynomial, published)
    assert bound.kind == "least"


def test_reversion_in_a_dilemma() -> None:
    """Friedman (1971)."""
    found = sound(critical_discount(dilemma(), grim()))
    assert found.formula == (T - R) / (T - P)
    assert found == (T - R) / (T - P)
    assert sp.simplify(found - (T - R) / (T - P)) == 0


@pytest.mark.parametrize("k", [1, 2, 3])
def test_mutual_defection_for_k_periods(k: int) -> None:
    """T - R is at most (R - P) times the sum of the k powers of the discount factor."""
    found = sound(critical_discount(dilemma(), suspension(k)))
    asks(found, (R - P) * sum(delta**j for j in range(1, k + 1)) - (T - R))
    known = {1: 0.5, 2: 0.36602540378443865, 3: 0.34250803}[k]
    assert found.at({"T": 3, "R": 2, "P": 0}).intervals[0][0] == pytest.approx(known, abs=1e-8)
    reached = found.bounds[0].reached
    assert reached is not None and sp.expand(reached - (k * (R - P) - (T - R))) == 0


@pytest.mark.parametrize("lag", [1, 2, 4])
def test_a_breach_that_is_answered_after_a_notice_of_some_years(lag: int) -> None:
    found = sound(critical_discount(*lagging(lag)))
    assert found.formula == ((T - R) / (T - P)) ** sp.Rational(1, lag)


def test_a_renewal_by_chance_drawn_at_the_end_of_every_year() -> None:
    game = term(1, p)
    found = sound(critical_discount(game, term_rule(game)))
    # It holds from the dilemma's own threshold on, divided by the chance of renewal.
    assert sp.cancel(found.formula - (T - R) / (T - P) / p) == 0
    assert sp.cancel(sound(threshold(game, term_rule(game), "p")).formula - (T - R) / (T - P) / delta) == 0


@pytest.mark.parametrize("n", [2, pytest.param(3, marks=pytest.mark.slow), pytest.param(4, marks=pytest.mark.slow)])
def test_a_renewal_by_chance_drawn_at_the_end_of_the_last_year(n: int) -> None:
    game = term(n, p)
    found = sound(critical_discount(game, term_rule(game)))
    published = delta * p * (R - P) * (1 - delta**n) - (1 - delta) * (T - R) * (1 - p * delta**n)
    asks(found, sp.cancel(published / (1 - delta)))


@pytest.mark.parametrize(("n", "drawn"), [
    (2, 1), pytest.param(3, 1, marks=pytest.mark.slow), pytest.param(3, 2, marks=pytest.mark.slow)])
def test_a_renewal_drawn_before_the_last_year_leaves_no_threshold(n: int, drawn: int) -> None:
    game = term(n, p, drawn)
    found = sound(critical_discount(game, term_rule(game)))
    assert found.formula is None and found.failing
    assert found.why == f"there is none: P1 plays D in mode keep in state year {n}, refused, and it pays at every value"


def test_damages_for_a_breach() -> None:
    """A breach of a kept treaty costs its author D; ever after there is nothing to breach."""
    game = repeated([[[R, R], [S + D, T - D]], [[T - D, S + D], [P, P]]], delta, actions=[["C", "D"]] * 2,
                    assuming=[T - D - R, R - P, P - S - D])
    found = sound(critical_discount(game, grim()))
    assert found.formula == (T - D - R) / (T - D - P)
    amount = sound(threshold(game, grim(), "D"))
    assert [bound.kind for bound in amount.bounds if bound.value is not None]


@pytest.mark.parametrize(("audited", "published"), [("0", 0.769231), ("1/20", 0.749064), ("1/2", 0.606061), ("1", 0.5)])
def test_an_audit_with_transfers_needs_its_liquidity(audited: str, published: float) -> None:
    """Payments pool the constraints of all: by keeping back L once they together lose U for ever.

    Goldlücke and Kranz (2012); the numbers are those of a noisy dilemma in which an audit shows all.
    """
    game = stochastic([[[U], [U + L]], [[0]]], [[{"related": 1}, {"parted": 1}], [{"parted": 1}]], delta,
                      states=["related", "parted"], actions=[[["pay", "keep back"]], [["none"]]], assuming=[L, U])
    rule = Machine({"play": {"related": ("pay",), "parted": ("none",)}}, lambda mode, state, seen: "play")
    found = sound(critical_discount(game, rule))
    assert found.formula == L / (L + U)
    a = sp.Rational(audited)
    need = 2 / (sp.Rational(2, 5) + sp.Rational(3, 5) * a)
    worth = 2 - (1 - a) * need / 10
    assert found.at({"L": need, "U": worth}).intervals[0][0] == pytest.approx(published, abs=1e-6)


@pytest.mark.parametrize("n", [2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_reversion_in_cournots_oligopoly(n: int) -> None:
    found = sound(critical_discount(cournot(n), grim(("share",) * n, ("nash",) * n)))
    assert found.formula == sp.Rational((n + 1) ** 2, (n + 1) ** 2 + 4 * n)


@pytest.mark.parametrize("n", [2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_reversion_in_bertrands_oligopoly(n: int) -> None:
    found = sound(critical_discount(bertrand(n), grim(("share",) * n, ("cost",) * n)))
    assert found.formula == sp.Rational(n - 1, n)


@pytest.mark.parametrize(("n", "stick"), [
    pytest.param(2, sp.Rational(5, 12), marks=pytest.mark.slow),
    pytest.param(3, sp.Rational(1, 3), marks=pytest.mark.slow)])
def test_stick_and_carrot_in_cournots_oligopoly(n: int, stick: sp.Rational) -> None:
    """Abreu (1986): both constraints bind at the harshest stick, (n + 1)^2 / 16n."""
    q = sp.Symbol("q", positive=True)
    a = sp.Symbol("a", positive=True)
    game = cournot(n, stick=q * a)
    found = critical_discount(game, suspension(1, ("share",) * n, ("stick",) * n))
    named = {c.told(game): bound.value for bound in found.bounds for c in bound.constraints}
    carrot, whip = named["firm 1 plays best in mode keep"], named["firm 1 plays dodge in mode 1 left"]
    least = sp.Rational((n + 1) ** 2, 16 * n)
    assert carrot is not None and whip is not None
    assert carrot.subs(q, stick) == whip.subs(q, stick) == least
    assert all(value is not None and value.subs(q, stick) <= least for value in named.values())
    # A milder and a harsher stick need more patience.
    assert carrot.subs(q, stick - sp.Rational(1, 50)) > least < whip.subs(q, stick + sp.Rational(1, 50))


@pytest.mark.parametrize("k", [1, 2, pytest.param(3, marks=pytest.mark.slow)])
def test_cooperation_k_periods_before_a_known_end(k: int) -> None:
    """Benoit and Krishna (1985): the temptation is at most gamma times the sum of the powers of the discount factor."""
    game, rule = horizon(k)
    found = threshold(game, rule, "tau")
    gamma = sp.Symbol("gamma")
    (bound,) = (b for b in found.bounds if b.constraints[0].state == 0 and "D" in b.constraints[0].told(game))
    assert bound.kind == "greatest"
    assert sp.cancel(bound.value - gamma * sum(delta**j for j in range(1, k + 1))) == 0


@pytest.mark.slow
def test_how_long_before_the_end_cooperation_stops() -> None:
    """Benoit and Krishna (1985): the least k whose threat deters, undiscounted nearly the temptation over gamma."""
    gamma = sp.Symbol("gamma")
    most = []
    for k in range(1, 5):
        game, rule = horizon(k)
        found = threshold(game, rule, "tau")
        (bound,) = (b for b in found.bounds if b.constraints[0].state == 0 and b.value is not None)
        assert bound.value is not None
        most.append(bound.value)
    for factor, temptation, worth, published in (
        ("0.9", 3, 2, 2), ("0.9", 5, 2, 4), ("0.7", 3, 2, 3), ("0.999999", 1, 2, 1), ("0.999999", 5, 2, 3),
    ):
        told = [value.subs({delta: sp.Rational(factor), gamma: worth}) >= temptation for value in most]
        assert told.index(True) + 1 == published


def test_tit_for_tat_is_an_equilibrium_at_one_point_at_most() -> None:
    """Its four constraints leave a single discount factor, and that only if R + P = T + S."""
    found = sound(critical_discount(dilemma(), tit_for_tat()))
    assert found.at({"T": 4, "R": 3, "P": 1, "S": 0}).intervals == ((1 / 3, 1 / 3),)
    assert found.at({"T": 5, "R": 3, "P": 1, "S": 0}).intervals == ()
    assert "between" in found.why


def test_what_is_kept_to_is_what_the_profile_says() -> None:
    """Defection for ever needs no patience; cooperation against defection cannot be had."""
    assert critical_discount(dilemma(), grim(BREAK, BREAK)).holds_everywhere
    assert critical_discount(dilemma(), grim(KEEP, KEEP)).failing
