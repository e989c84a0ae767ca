"""Two terms together: the nearest pair of the grid that ``check`` finds to hold, narrowed and proved."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest

from tests.support.command_line import Run, run_with
from treaties import fix, read_treaty_text, with_terms
from treaties.assessing.answers import Answers
from treaties.model.treaty import Treaty
from treaties.sweeping.fix_telling import summary
from treaties.sweeping.levers import chosen
from treaties.sweeping.moves import Fixed
from treaties.sweeping.two_terms import STEPS, coarse

TEXT = """
schema = "servanda-treaty/1"
title = "Damages (fictional)"
payoff_unit = "points per year"
period = "year"

[[party]]
id = "A"
name = "Ardenia"
discount = 0.4

[[party]]
id = "B"
name = "Borduria"
discount = 0.4

[[matter]]
id = "works"
reward     = { A = 4, B = 2 }
temptation = { A = 7, B = 4.5 }
sucker     = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }

[[provision]]
type = "remedy"
article = "1"
amount = { value = 1, low = 1, high = HIGH }
upheld = { value = 0.3, low = 0.3, high = 0.6 }
"""
AMOUNT, UPHELD = "remedy.amount", "remedy.upheld"


@pytest.fixture
def servanda(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.fixture(scope="module")
def treaty() -> Treaty:
    """Damages of 4.26 would do, but 4 are the most that may be asked for."""
    return read_treaty_text(TEXT.replace("HIGH", "4"), "damages.toml")


@pytest.fixture(scope="module")
def found(treaty: Treaty) -> Fixed:
    return fix(treaty, two=True)


def _holds(treaty: Treaty, amount: float, upheld: float) -> bool:
    return Answers(with_terms(treaty, {AMOUNT: amount, UPHELD: upheld})).text.verdict("none").verdict == "sustainable"


def test_two_terms_mend_what_neither_mends_alone(treaty: Treaty, found: Fixed) -> None:
    assert all(moved.answer == "no tried value helps" for moved in found.moved)
    assert found.pairs is not None
    (pair,) = found.pairs.helping
    assert set(pair.paths) == {AMOUNT, UPHELD} and pair.proved == (True, True)
    assert pair.holds is not None and pair.fails is not None
    order = [pair.paths.index(path) for path in (AMOUNT, UPHELD)]
    amount, upheld = (float(pair.holds[k]) for k in order)
    other = [float(pair.fails[k]) for k in order]
    assert _holds(treaty, amount, upheld) and not _holds(treaty, *other)
    assert 0 < amount - other[0] < 1e-5 and 0 < upheld - other[1] < 1e-5
    assert pair.share == pytest.approx((amount - 1) / 3 + (upheld - 0.3) / 0.3)
    # On the way from the text to a point of the grid, of which no nearer one holds.
    levers = chosen(treaty, (AMOUNT, UPHELD))
    near = sorted(
        (levers[0].share(a) + levers[1].share(u), float(a), float(u))
        for a, u in product(coarse(levers[0]), coarse(levers[1]))
    )
    first = next(share for share, a, u in near if _holds(treaty, a, u))
    candidates = [(a, u) for share, a, u in near if share == pytest.approx(first) and _holds(treaty, a, u)]
    assert any((a - 1) * (upheld - 0.3) == pytest.approx((amount - 1) * (u - 0.3), abs=1e-9) for a, u in candidates)
    assert pair.share <= first


def test_a_pair_that_needs_more_than_one_term_alone_is_not_told() -> None:
    found = fix(read_treaty_text(TEXT.replace("HIGH", "5"), "damages.toml"), two=True)
    alone = found.moved[0]
    assert alone.lever.path == AMOUNT and alone.share < 1
    assert found.pairs is not None and found.pairs.count == 1
    assert all(one.share < alone.share for one in found.pairs.helping)
    assert found.pairs.helping or "No pair of terms was found" in "\n".join(summary(found))


def test_a_grid_has_four_values_a_side_with_the_end_of_the_range(treaty: Treaty) -> None:
    amount, upheld = chosen(treaty, (AMOUNT, UPHELD))
    assert coarse(amount) == pytest.approx([1.75, 2.5, 3.25, 4]) and len(coarse(upheld)) == STEPS
    delay = read_treaty_text(TEXT.replace("HIGH", "4") + "delay_years = 9\n", "delay.toml")
    (lever,) = chosen(delay, ("remedy.delay_years",))
    assert set(coarse(lever)) <= set(lever.values) - {lever.value} and len(coarse(lever)) == 2 * STEPS
    assert {lever.values[0], lever.values[-1]} <= set(coarse(lever))


def test_time_that_is_up_is_said(treaty: Treaty) -> None:
    found = fix(treaty, two=True, budget=-1.0)
    assert found.pairs is not None and found.pairs.found == () and found.pairs.count == 1
    assert "0 of 1 pairs, as many as time and number allowed" in "\n".join(summary(found))


def test_one_term_is_no_pair(treaty: Treaty) -> None:
    assert "There are no two terms to move together." in summary(fix(treaty, terms=[UPHELD], two=True))


def test_what_holds_needs_no_two_terms(treaty: Treaty) -> None:
    assert fix(with_terms(treaty, {UPHELD: 0.6, AMOUNT: 4}), terms=[AMOUNT], two=True).pairs is None
    with pytest.raises(ValueError, match="leave out the worlds, or the two"):
        fix(treaty, two=True, worlds=5)


def test_the_command_tells_the_pair(servanda: Run, found: Fixed, tmp_path: Path) -> None:
    file = tmp_path / "damages.toml"
    file.write_text(TEXT.replace("HIGH", "4"))
    told = servanda("fix", file, "--two", "--workers", "1", "--json")
    assert told.code == 0, told.err
    document = json.loads(told.out)
    assert document["pairs_tried"] == document["pairs_all"] == 1
    (pair,) = document["pairs"]
    assert found.pairs is not None
    assert pair == json.loads(json.dumps(found.pairs.helping[0].to_json()))
    assert pair["certified"] == pair["bracket"] and pair["bracket"][1] == pair["threshold"]
    lines = "\n".join(summary(found))
    assert "Together: remedy.amount from 1 to " in lines or "Together: remedy.upheld from 0.3 to " in lines
    assert "both sides proved" in lines and "the only pair that there is" in lines
