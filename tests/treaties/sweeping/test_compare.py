"""Texts side by side: the same draws, paired differences, words."""

from __future__ import annotations

import json
import re
from math import isclose, sqrt
from pathlib import Path

import numpy as np
import pytest

from tests.support.command_line import ROOT, Run, run_with
from treaties import read_treaty, sweep
from treaties.bargaining.designs import Design
from treaties.model.treaty import Treaty, Variant
from treaties.sweeping.comparing import Difference, compare, difference_of_shares, paired, renamed, shared_paths
from treaties.sweeping.comparison_words import in_words, summary
from treaties.sweeping.plan import sweep_plan
from treaties.sweeping.sample import Sample
from treaties.sweeping.sweep import run_sweep

CASES = ROOT / "treaties" / "cases"
EXPORT = Path(__file__).with_name("consent_to_exports.toml")


@pytest.fixture(scope="module")
def export() -> Treaty:
    return read_treaty(EXPORT)


@pytest.fixture
def servanda(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def test_the_error_is_that_of_matched_pairs() -> None:
    """Agresti and Min (2005): half a pair added to each cell of the table."""
    first = np.array([True] * 40 + [False] * 60)
    second = np.array([True] * 35 + [False] * 5 + [True] * 20 + [False] * 40)
    found = difference_of_shares(first, second)
    assert found is not None and found.mean == (20 - 5) / 100
    assert isclose(found.standard_error, sqrt(20.5 + 5.5 - 15**2 / 102) / 102)
    same = difference_of_shares(first, first)
    assert same is not None and same.mean == 0 < same.standard_error < 0.02
    never = difference_of_shares(np.ones(50, dtype=bool), np.zeros(50, dtype=bool))
    assert never is not None and never.interval[0] == never.mean == -1
    assert difference_of_shares(first[:0], second[:0]) is None


def test_intervals_of_paired_differences_cover_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(600):
        luck = rng.random((3, 200))
        first = luck[0] < 0.6
        second = np.where(luck[1] < 0.7, first, luck[2] < 0.8)  # true difference .3 * (.8 - .6)
        found = difference_of_shares(first, second)
        assert found is not None
        covered += found.interval[0] <= 0.06 <= found.interval[1]
    assert 0.93 <= covered / 600 <= 0.98


def test_worlds_in_which_one_is_undecided_are_left_out_and_counted() -> None:
    def sample(name: str, worlds: list[int], verdicts: str, values: list[float]) -> Sample:
        told = np.array(list(verdicts))
        column = np.array(values, dtype=float)
        return Sample(name, np.array(worlds), {}, told == "y", told == "n", column, {"NOR": column}, {})

    found = paired(
        sample("a", [0, 1, 2, 3, 4], "ynyun", [1, 2, 3, 4, np.nan]),
        sample("b", [1, 2, 3, 4, 5], "yyyny", [5, 5, 5, 5, 5]),
    )
    assert (found.worlds, found.left_out, found.gained, found.lost) == (3, 1, 1, 0)
    assert found.holds is not None and found.holds.mean == 1 / 3
    assert found.margin is not None and found.margin.mean == (3 + 2 + 1) / 3 and found.margin.pairs == 3


@pytest.mark.parametrize(("mean", "error", "told"), [
    (0.12, 0.0153, "12 more of 100 worlds than A (9 to 15)"),
    (-0.12, 0.0153, "12 fewer of 100 worlds than A (9 to 15)"),
    (0.01, 0.0153, "1 more of 100 worlds than A (2 fewer to 4 more)"),
    (0.0, 0.0153, "as many worlds as A (of 100, 3 fewer to 3 more)"),
])  # fmt: skip
def test_a_difference_is_told_with_its_error(mean: float, error: float, told: str) -> None:
    assert in_words(Difference(mean, error, 1000), "A") == told


def test_a_design_keeps_the_numbers_that_it_sets(export: Treaty) -> None:
    """They are not drawn: a party that does not care for the future is tempted in every world."""
    careless = Variant(name="careless", set={"party.DEU.discount": 0.0})
    found = sweep(export, 30, seed=1, designs=[Design("text"), Design("careless", careless)])
    share = found.groupby("design").verdict.agg(lambda told: (told == "yes").mean())
    assert share["careless"] == 0 < share["text"]


def test_texts_share_the_draws_of_the_paths_that_they_share(export: Treaty, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    lines = EXPORT.read_text().replace("{ value = 0.90, low = 0.80, high = 0.96,", "{ value = 0.90,", 1).splitlines()
    other.write_text("\n".join(lines))  # France's discount factor is certain here
    plans = [renamed(sweep_plan(treaty, 40, seed=2), name) for treaty, name in
             ((export, "a.toml"), (read_treaty(other), "b.toml"))]  # fmt: skip
    one, two = (run_sweep(plan).samples[0] for plan in plans)
    assert set(one.columns) - set(two.columns) == {"party.FRA.discount"}
    assert all(np.array_equal(one.columns[path], two.columns[path]) for path in two.columns)
    found = compare(plans, run_sweep)
    assert set(found.shared) == set(two.columns)
    assert [side.text.verdict for side in found.sides] == ["yes", "yes"] and found.sides[1].own == ()
    assert found.sides[0].text.margin == found.sides[1].text.margin
    (change,) = found.differences
    assert change.worlds + change.left_out == 40
    assert set(found.robustness.measures) == {"a.toml", "b.toml"}


def test_a_text_against_itself_differs_nowhere(export: Treaty) -> None:
    plans = [renamed(sweep_plan(export, 40, seed=2), name) for name in ("a.toml", "b.toml")]
    found = compare(plans, run_sweep)
    (change,) = found.differences
    assert (change.gained, change.lost) == (0, 0)
    assert change.margin is not None and change.margin.mean == 0
    assert all(one.regret.tolist() == [0, 0] for one in found.robustness.measures.values())


def test_texts_without_a_shared_number_are_refused_with_a_remedy(export: Treaty) -> None:
    other = read_treaty(CASES / "offset.toml")
    plans = [renamed(sweep_plan(export, 10), "a.toml"), renamed(sweep_plan(other, 10), "b.toml")]
    with pytest.raises(ValueError, match=r"a.toml and b.toml share no number .* give a number the same name"):
        shared_paths(plans)


def test_the_command_compares_a_text_with_its_variants(servanda: Run) -> None:
    told = servanda("compare", str(EXPORT), "--worlds", "60", "--seed", "3", "--workers", "1", "--json")
    assert told.code == 0
    data = json.loads(told.out)
    names = ["as it stands", *(variant.name for variant in read_treaty(EXPORT).variants)]
    assert [design["name"] for design in data["designs"]] == names
    assert [one["name"] for one in data["differences"]] == names[1:]
    for design, one in zip(data["designs"][1:], data["differences"], strict=True):
        if not one["left_out"]:
            assert isclose(one["likelihood"]["difference"], design["likelihood"] - data["designs"][0]["likelihood"])
        assert one["likelihood"]["difference"] * one["worlds"] == pytest.approx(one["gained"] - one["lost"])
    assert set(data["robustness"]["designs"]) == set(names)
    said = servanda("compare", str(EXPORT), "--worlds", "60", "--seed", "3", "--workers", "1")
    assert "of 100 worlds than the text as it stands" in said.out or "as many worlds as the text" in said.out


def test_the_command_compares_files_and_names_other_ranges(servanda: Run, tmp_path: Path) -> None:
    other = tmp_path / "patient.toml"
    text = EXPORT.read_text().replace("low = 0.80,", "low = 0.85,", 1)
    other.write_text(text.replace('payoff_unit = "EUR million', 'payoff_unit = "EUR billion', 1))
    told = servanda("compare", str(EXPORT), str(other), "--worlds", "20", "--workers", "1")
    assert told.code == 0, told.err
    assert "patient.toml holds in" in told.out and "ranges differ for party.FRA.discount:" in told.out
    assert "payoffs in other units" in told.out


@pytest.mark.parametrize(("files", "problem"), [
    ((str(EXPORT), "offset.toml"), "share no number that varies"),
    ((str(EXPORT), str(EXPORT)), "is named twice"),
    (("procurement.toml",), "nothing to vary"),
])  # fmt: skip
def test_bad_input_is_told_with_its_remedy(servanda: Run, files: tuple[str, ...], problem: str) -> None:
    told = servanda("compare", *(str(CASES / name) for name in files), "--worlds", "10", "--workers", "1")
    assert told.code == 2 and problem in told.err


def test_a_text_alone_without_variants_is_refused(servanda: Run) -> None:
    path = ROOT / "tests" / "treaties" / "reading" / "accepted" / "co_investment.toml"
    told = servanda("compare", str(path), "--spread", "10%", "--worlds", "10")
    assert told.code == 2 and "has no variants" in told.err


def test_a_margin_is_a_sum_paid_once_and_a_value_one_a_year(export: Treaty) -> None:
    """As ``check`` tells them."""
    found = compare([sweep_plan(export, 4, seed=2)], run_sweep)
    told = "\n".join(summary(found))
    assert export.payoff_unit == "EUR million per year (stylised)" and export.period == "year"
    pattern = r"\(margin EUR [−+][\d.]+ million \(stylised\)\); if kept, France EUR [\d.]+ million per year "
    assert re.search(pattern, told)
    (margin,) = [line for line in told.splitlines() if line.startswith("  Margin on average")][:1]
    assert "per year" not in margin
