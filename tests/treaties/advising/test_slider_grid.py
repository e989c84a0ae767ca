"""The grid of a page's sliders: small enough to know by hand where the answer flips, and what a proof does to a lie."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from games.numerics.arrays import Floats
from tests.support.slider_treaties import LEAST, OPTIONS, dilemma
from treaties.advising import slider_grid as grids
from treaties.advising.slider_axes import Candidate, MovedText, candidates, chosen
from treaties.advising.slider_grid import SliderGrid, slider_grid
from treaties.assessing.assess import assess
from treaties.model.treaty import Treaty
from treaties.reading.worlds import with_values
from treaties.sweeping.judging import ANSWERS, DesignJudge, Outcome
from treaties.sweeping.likelihood import Likelihood


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few points and worlds, as tests are to be quick."""
    monkeypatch.setattr(grids, "MOST_POINTS", 27)
    monkeypatch.setattr(grids, "WORLD_ROWS", 200_000)
    monkeypatch.setattr(grids, "WORLDS", 8)


def made(treaty: Treaty, **options: Any) -> SliderGrid:
    return slider_grid(treaty, assess(treaty), **options)


def test_the_flip_lies_where_the_closed_form_has_it_and_both_its_sides_are_proved() -> None:
    found = made(dilemma())
    (axis,) = found.axes
    assert (axis.path, axis.values[axis.at], axis.between) == ("party.B.discount", 0.5, True)
    assert [point.verdict for point in found.points] == [
        "yes" if value >= LEAST else "no" for value in axis.values if isinstance(value, float)
    ]
    flips = [k for k, (a, b) in enumerate(pairwise(found.points)) if a.verdict != b.verdict]
    assert len(flips) == 1 and found.points[flips[0]].proved and found.points[flips[0] + 1].proved
    # A breach wins 1 at once and costs 2 from then on: at d the margin is 2 d / (1 - d) - 1.
    for value, point in zip(axis.values, found.points, strict=True):
        assert isinstance(value, float) and point.margin == pytest.approx(2 * value / (1 - value) - 1)
        assert point.timeline is not None and point.timeline[1][0] == pytest.approx(point.margin)


def test_the_point_of_the_text_tells_the_assessment_again() -> None:
    treaty = dilemma()
    assessment, known = assess(treaty), Likelihood(150, 50, 0, (0.7, 0.8), 0.03)
    found = slider_grid(treaty, assessment, likely={"": known})
    assert (found.text.verdict, found.text.margin, found.text.bound) == ("yes", assessment.margin, False)
    assert found.text.proved and found.text.likelihood == known
    assert found.text.timeline is not None
    told = {(i.party, i.year): i.stay_minus_leave for i in assessment.timeline.incentives}
    assert told == {(party.id, year): value for party, line in zip(treaty.parties, found.text.timeline, strict=True)
                    for year, value in enumerate(line)}  # fmt: skip


def test_points_agree_with_an_assessment_of_its_own() -> None:
    treaty = dilemma()
    found = made(treaty)
    for value, point in list(zip(found.axes[0].values, found.points, strict=True))[::3]:
        own = assess(with_values(treaty, {"party.B.discount": float(value)}))
        assert point.verdict == ANSWERS[own.verdict]
        assert own.margin == pytest.approx(point.margin)


def test_worlds_hold_what_is_moved_and_draw_the_rest() -> None:
    found = made(dilemma('[[provision]]\ntype = "remedy"\narticle = "3"\namount = 1\nupheld = 0.1\n'))
    discount = next(k for k, axis in enumerate(found.axes) if axis.path == "party.B.discount")
    place = [axis.at for axis in found.axes]
    place[discount] = 0
    moved = found.at(tuple(place))
    # With the discount factor held nothing is left to be drawn.
    assert moved.likelihood is not None and moved.likelihood.yes in (0, moved.likelihood.worlds)
    assert (moved.likelihood.yes > 0) == (moved.verdict == "yes")
    assert found.text.likelihood is not None and 0 < found.text.likelihood.yes < found.text.likelihood.worlds


def test_terms_of_clauses_are_among_the_axes() -> None:
    found = made(dilemma('[[provision]]\ntype = "remedy"\narticle = "3"\namount = 1\nupheld = 0.5\n'))
    assert [axis.clause for axis in found.axes] == [True, True, False]
    assert {axis.path for axis in found.axes} == {"remedy.amount", "remedy.upheld", "party.B.discount"}


def test_where_no_term_can_be_moved_the_options_of_the_file_stand_for_them() -> None:
    found = made(dilemma(OPTIONS))
    option = next(axis for axis in found.axes if axis.clause)
    assert option.words == ("as it stands", "No veto") and not option.between
    assert len(found.points) == len(option.words) * len(found.axes[1].values)


def test_a_point_that_is_an_option_of_the_file_tells_what_the_assessment_tells_of_it() -> None:
    treaty, known = dilemma(OPTIONS), Likelihood(120, 80, 0, (0.5, 0.7), 0.03)
    assessment = assess(treaty)
    found = slider_grid(treaty, assessment, likely={"No veto": known})
    place = [axis.at for axis in found.axes]
    place[next(k for k, axis in enumerate(found.axes) if axis.clause)] = 1
    point, option = found.at(tuple(place)), assessment.variants[1]
    assert (point.verdict, point.margin, point.bound) == (ANSWERS[option.verdict], option.margin, False)
    assert point.proved and point.likelihood == known


def test_the_same_file_gives_the_same_grid() -> None:
    treaty = dilemma(OPTIONS)
    assessment = assess(treaty)
    assert slider_grid(treaty, assessment).to_json() == slider_grid(treaty, assessment).to_json()


def test_a_treaty_of_which_nothing_can_be_moved_says_so() -> None:
    fixed = dilemma()
    fixed = fixed.model_copy(update={"parties": (fixed.parties[0], fixed.parties[0].model_copy(update={"id": "B"}))})
    found = made(fixed)
    assert found.points == () and "no number a range" in found.note


def test_a_wrong_verdict_beside_a_flip_is_caught_by_its_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = DesignJudge.along
    lied = []

    def along(judge: DesignJudge, world: Any) -> tuple[Outcome, Floats | None]:
        found, years = honest(judge, world)
        if found.verdict == "no" and world["party.B.discount"] > 0.25:
            lied.append(world["party.B.discount"])
            return Outcome("yes", 1.0, "1", values=found.values), years
        return found, years

    monkeypatch.setattr(DesignJudge, "along", along)
    found = made(dilemma())
    (value,) = lied
    point = found.points[found.axes[0].values.index(value)]
    assert (point.verdict, point.margin, point.proved) == ("undecided", None, False)
    assert found.refused == (f"Bland's discount factor: {value:g}: computed yes, proved no",)
    # What stands beside it differs from it now, and is proved as well.
    k = found.points.index(point)
    assert found.points[k - 1].proved and found.points[k + 1].proved


def test_a_line_has_the_margin_as_its_least() -> None:
    treaty = dilemma()
    judge = MovedText(treaty, candidates(treaty)[0], {}).judge({})
    for discount in (0.2, 0.4, 0.8):
        found, years = judge.along({"party.B.discount": discount})
        assert years is not None and years.min() == pytest.approx(found.margin)


def test_a_longer_axis_keeps_the_values_of_a_shorter_one() -> None:
    one = Candidate("x", "", 0.5, (0.1, 0.5, 0.9), number=True, clause=False)
    assert one.spread(3) == (0.1, 0.5, 0.9)
    assert set(one.spread(4)) < set(one.spread(5)) and one.spread(5) == (0.1, 0.3, 0.5, 0.7, 0.9)
    counted = Candidate("n", "", 2, (0, 1, 2, 3, "unlimited"), number=False, clause=True)
    assert counted.spread(9) == counted.values and counted.spread(4) in ((0, 1, 2, "unlimited"), (0, 2, 3, "unlimited"))


def test_axes_stay_within_the_points_and_structures_that_are_allowed() -> None:
    whole = [Candidate(f"w{k}", "", 1, (0, 1, 2, 3), number=False, clause=True) for k in range(3)]
    number = [Candidate(f"q{k}", "", 0.5, (0.1, 0.5, 0.9), number=True, clause=False) for k in range(4)]
    picked = chosen([*number, *whole], 100, 4)
    counts = [count for _, count in picked]
    assert [one.path for one, _ in picked] == ["w0", "q0", "q1", "q2"]
    assert counts[0] <= 4 and counts[0] * counts[1] * counts[2] * counts[3] <= 100
