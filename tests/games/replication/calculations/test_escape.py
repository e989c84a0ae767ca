"""Escape clauses: worth by drawing types from a grid, one-shot deviations, and the order of things."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from games.model.stochastic_game import GameError
from games.replication.calculations import calculate
from games.replication.calculations.escape import Escape, greatest_price

GRID = [F(2 * k + 1, 600) for k in range(300)]


@pytest.mark.parametrize("burnt", [False, True])
@pytest.mark.parametrize(("loss", "price"), [(F(3, 5), F(1, 3)), (F(4, 5), F(4, 5)), (F(7, 10), F(0))])
def test_the_worth_is_the_mean_over_draws_of_both(loss: F, price: F, burnt: bool) -> None:
    own = sum((t - price if t > price else F(0)) for t in GRID) / 300
    others = sum(((F(0) if burnt else price) - loss if t > price else F(0)) for t in GRID) / 300
    assert float(Escape(loss, burnt=burnt).worth(price)) == pytest.approx(float(own + others), abs=1e-5)


@pytest.mark.parametrize(("loss", "upheld", "discount"), [
    ("3/5", 1, "7/10"), ("3/5", "4/5", "7/10"), ("4/5", "1/2", "4/5"), ("7/10", 1, "2/3")])
def test_at_the_greatest_price_ending_the_agreement_saves_what_it_costs(loss: str, upheld: str, discount: str) -> None:
    escape = Escape(F(loss), F(upheld))
    price, d = greatest_price(escape, F(discount)), F(discount)
    assert 0 < price < 1
    lost = sum(d**k * escape.kept(price) for k in range(1, 200))
    assert float(lost) == pytest.approx(float(price / escape.upheld), abs=1e-9)
    for other in (price - F(1, 100), price + F(1, 100)):
        assert (escape.slack(other, d) >= 0) == (other < price)


def test_the_best_price_is_neither_free_nor_prohibitive_and_holds_where_a_rigid_agreement_fails() -> None:
    for k in range(11, 20):
        loss = F(k, 20)
        price, worth = calculate("best_price", {"loss": loss})
        assert (price, worth) == (loss, (1 - loss) ** 2 / 2)
        assert all(Escape(loss).worth(F(m, 50)) <= worth for m in range(51))
        some, = calculate("escape_patience", {"loss": loss})
        first, = calculate("price_patience", {"loss": loss})
        rigid, = calculate("rigid_patience", {"loss": loss})
        assert some < first < rigid
        worst, = calculate("worst_burnt_price", {"loss": loss})
        assert all(Escape(loss, burnt=True).worth(F(m, 50)) >= Escape(loss, burnt=True).worth(worst) for m in range(51))


def test_likelier_rulings_and_patience_raise_the_price_that_is_kept() -> None:
    found = [[greatest_price(Escape(F(3, 5), F(r, 10)), F(d, 20)) for d in range(10, 20)] for r in range(4, 11)]
    assert all(row == sorted(row) for row in found)
    assert all(column == sorted(column) for column in map(list, zip(*found, strict=True)))
    for r in range(4, 11):
        least, = calculate("escape_patience", {"loss": "3/5", "upheld": F(r, 10)})
        assert greatest_price(Escape(F(3, 5), F(r, 10)), least) == 0
        assert greatest_price(Escape(F(3, 5), F(r, 10)), least + F(1, 1000)) > 0


@pytest.mark.parametrize(("name", "given", "said"), [
    ("best_price", {"loss": "1/2"}, "above 1/2"),
    ("escape_price", {"loss": "3/5", "discount": 1}, "between 0 and 1"),
    ("escape_patience", {"loss": "3/5", "upheld": 0}, "upheld"),
])
def test_what_makes_no_sense_is_refused(name: str, given: dict[str, object], said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate(name, given)
