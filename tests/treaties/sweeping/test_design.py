"""Designs: what is on the front is what brute force over the same sweep finds, and what is left out is said to be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.support.command_line import ROOT, Run, run_with
from treaties import design, read_treaty, read_treaty_text, sweep
from treaties.bargaining.designs import AS_IT_STANDS, Design, grid_size
from treaties.model.treaty import Treaty, Variant
from treaties.reading.worlds import World
from treaties.sweeping.design_words import changed, summary
from treaties.sweeping.designing import Designed, Tried, designs_of, objectives_of
from treaties.sweeping.judging import DesignJudge, Outcome
from treaties.sweeping.likelihood import likelihood
from treaties.sweeping.plan import sweep_plan
from treaties.sweeping.sample import Sample

CASES = ROOT / "treaties" / "cases"
ACCEPTED = ROOT / "tests" / "treaties" / "reading" / "accepted"

SHARING = """
schema = "servanda-treaty/1"
title = "Sharing (fictional)"
payoff_unit = "points per year"
period = "year"

[[party]]
id = "A"
name = "Ardenia"
discount = { value = 0.6, low = 0.3, high = 0.8 }
outside_option = 1

[[party]]
id = "B"
name = "Borduria"
discount = { value = 0.6, low = 0.3, high = 0.8 }
outside_option = 1
red_lines = ["offset.agreed <= 1.5"]

[[matter]]
id = "works"
reward     = { A = 4, B = 2 }
temptation = { A = 5, B = 4 }
sucker     = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }

[[provision]]
type = "offset"
article = "3"
payer = "A"
payee = "B"
cap = 2
steps = 4
agreed = 0
design = { agreed = [0, 0.5, 1, 1.5, 2] }

[[variant]]
name = "Half"
set = { "offset.agreed" = 0.5 }
"""
POINTS = {0.0, 0.5, 1.0, 1.5}


@pytest.fixture
def servanda(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.fixture(scope="module")
def sharing() -> Treaty:
    return read_treaty_text(SHARING, "sharing.toml")


@pytest.fixture(scope="module")
def found(sharing: Treaty) -> Designed:
    return design(sharing, 60, seed=2)


@pytest.fixture(scope="module")
def swept(sharing: Treaty) -> pd.DataFrame:
    """The same designs in the same worlds, by way of a sweep."""
    return sweep(sharing, 60, seed=2, designs=designs_of(sharing)[0])


def test_likelihoods_and_values_are_those_of_a_sweep_in_the_same_worlds(found: Designed, swept: pd.DataFrame) -> None:
    for one in found.tried:
        rows = swept[swept.design == one.design.name]
        if one.standing == "red line":
            continue
        assert one.likelihood is not None
        assert (one.likelihood.yes, one.likelihood.no) == ((rows.verdict == "yes").sum(), (rows.verdict == "no").sum())
        for party, mean in one.values.items():
            assert mean == pytest.approx(rows[f"value.{party}"].mean())


def test_the_front_is_what_brute_force_finds_in_a_sweep(found: Designed, swept: pd.DataFrame) -> None:
    points = {}
    for name, rows in swept.groupby("design"):
        if name != "offset.agreed = 2":
            values = [round(rows[f"value.{party}"].mean(), 6) for party in ("A", "B")]
            points[name] = ((rows.verdict == "yes").mean(), *values)
    best = {
        name for name, mine in points.items()
        if points[name][0] and not any(
            other != mine and all(a >= b for a, b in zip(other, mine, strict=True)) for other in points.values()
        )
    }  # fmt: skip
    assert {found.tried[k].design.name for k in found.front} == best
    assert found.dominated == len(points) - len(best)


def test_a_red_line_leaves_a_design_out_and_the_variant_stands_for_its_point(found: Designed) -> None:
    standing = {found.tried[k].terms["offset.agreed"]: found.standing(k) for k in range(len(found.tried))}
    assert set(standing) == POINTS | {2.0} and standing[2.0] == "red line"
    assert [one.design.name for one in found.tried[:2]] == [AS_IT_STANDS, "Half"]
    assert len(found.tried) == found.designs_all == grid_size(found.treaty) == 5 and not found.thinned
    crossing = next(one for one in found.tried if one.standing == "red line")
    assert crossing.why == "Borduria: offset.agreed <= 1.5" and crossing.likelihood is None


def test_a_design_that_leaves_a_party_less_than_it_has_without_is_left_out() -> None:
    ranged = SHARING.replace("outside_option = 1", "outside_option = { value = 2.7, low = 0, high = 5.4 }", 1)
    told = design(read_treaty_text(ranged, "ranged.toml"), 60)
    short = {one.terms["offset.agreed"]: one for one in told.tried if one.standing == "less than without"}
    assert set(short) == {1.5}
    assert short[1.5].why == "Ardenia would on average have more without an agreement"
    assert short[1.5].likelihood is not None and short[1.5].likelihood.yes


def test_a_design_that_is_open_in_some_world_is_not_said_to_fail(
    sharing: Treaty, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = DesignJudge.judge

    def hesitant(self: DesignJudge, world: World) -> Outcome:
        found = honest(self, world)
        return replace(found, verdict="undecided" if found.verdict == "yes" else found.verdict)

    monkeypatch.setattr(DesignJudge, "judge", hesitant)
    told = design(sharing, 20)
    open_ = [one for one in told.tried if one.standing == "undecided"]
    assert open_ and not told.front
    assert all(one.likelihood is not None and one.likelihood.undecided for one in open_)
    assert all(one.likelihood is not None and not one.likelihood.undecided
               for one in told.tried if one.standing == "never holds")  # fmt: skip
    assert "undecided in some" in "\n".join(summary(told)) and told.to_json()["left_out"]["undecided"] == len(open_)


def test_a_frame_has_a_row_for_each_design(found: Designed) -> None:
    frame = found.to_frame()
    assert list(frame.name) == [one.design.name for one in found.tried]
    front = frame[frame.standing == "front"]
    assert set(front.name) == {found.tried[k].design.name for k in found.front}
    assert np.allclose(front.joint, front["value.A"] + front["value.B"])
    assert (front.low <= front.likelihood).all() and (front.likelihood <= front.high).all()
    assert frame.yes.dtype == "Int64" and frame[frame.standing == "red line"].yes.isna().all()


def test_without_ranges_designs_are_judged_at_the_text_s_own_numbers(sharing: Treaty) -> None:
    plain = read_treaty_text(SHARING.replace("{ value = 0.6, low = 0.3, high = 0.8 }", "0.6"), "plain.toml")
    told = design(plain)
    assert told.plan.draws.worlds == 1 and not told.varied
    judged = [one for one in told.tried if one.likelihood is not None]
    assert {one.likelihood.share[0] for one in judged if one.likelihood} <= {0.0, 1.0}
    assert told.proved == len(judged)  # one world a design, each answer proved
    assert len(told.concepts) == 1 and told.to_json()["concepts"] == list(told.concepts)
    lines = "\n".join(summary(told))
    assert told.concepts[0] in lines
    assert "no number has a range" in lines and "--spread 10%" in lines and "About even" not in lines
    assert design(plain, 20, spread=0.1).varied


def _synthetic(treaty: Treaty, verdicts: dict[str, list[bool]], values: dict[str, list[list[float]]]) -> Designed:
    """Designs of which it is given in which worlds they hold and what each party has."""
    worlds = len(next(iter(verdicts.values())))
    plan = sweep_plan(treaty, worlds)
    tried = []
    for name, held in verdicts.items():
        yes, columns = np.array(held), {p: np.array(v) for p, v in zip("AB", values[name], strict=True)}
        nothing = {p: np.zeros(worlds) for p in "AB"}
        sample = Sample(name, np.arange(worlds), {}, yes, ~yes, np.zeros(worlds), columns, nothing)
        means = {p: float(v.mean()) for p, v in columns.items()}
        tried.append(
            Tried(Design(name), {}, likelihood=likelihood(yes, ~yes, "latin", len(yes)), values=means, sample=sample)
        )
    return Designed(plan, len(tried), tuple(tried), objectives_of(treaty, ()), 0.0)


def test_what_differs_by_no_more_than_sampling_is_said_to_be_about_even(sharing: Treaty) -> None:
    rng = np.random.default_rng(1)
    base = rng.random(200) < 0.6
    other = base.copy()
    other[np.flatnonzero(base)[0]] = False  # one world of 200
    noise = rng.normal(0, 1, (2, 200))
    told = _synthetic(
        sharing,
        {"a": base.tolist(), "b": other.tolist(), "c": (rng.random(200) < 0.1).tolist(), "d": base.tolist()},
        {
            "a": [[5.0] * 200, [5.0] * 200],
            "b": [(5 + noise[0] - noise[0].mean() + 0.01).tolist(), [5.0] * 200],
            "c": [[9.0] * 200, [5.0] * 200],
            "d": [(5 + noise[1] - noise[1].mean() - 0.01).tolist(), [5.0] * 200],
        },
    )
    assert [told.tried[k].design.name for k in told.front] == ["a", "b", "c"]
    assert told.even == {0: (1,), 1: (0,), 2: ()}
    assert told.dominated == told.nearly == 1  # d, by a: by .01 with a standard error of .07
    lines = "\n".join(summary(told))
    assert "About even, as they differ by no more than the error of sampling" in lines
    clear = replace(told, tried=(*told.tried[:3], replace(told.tried[3], values={"A": 4.0, "B": 5.0}, sample=replace(
        told.tried[3].sample, values={"A": np.full(200, 4.0), "B": np.full(200, 5.0)}))))  # type: ignore[type-var]  # fmt: skip
    assert clear.dominated == 1 and clear.nearly == 0


def test_designs_that_reach_the_same_are_told_once(sharing: Treaty) -> None:
    held = [True, False] * 20
    told = _synthetic(
        sharing,
        {"a": held, "b": held, "c": [False] * 39 + [True]},
        {"a": [[2.0] * 40] * 2, "b": [[2.0 + 1e-13] * 40] * 2, "c": [[1.0] * 40] * 2},
    )
    assert told.front == (0,) and told.same == {0: (1,)} and told.dominated == 1
    assert [told.standing(k) for k in range(3)] == ["front", "same as one on the front", "dominated"]


def test_a_grid_is_thinned_evenly_and_said_to_be() -> None:
    aurora = read_treaty(CASES / "aurora.toml")
    designs, size = designs_of(aurora, 400)
    # The text, and "No veto", "Unlimited veto" and "Three years' notice", which the grid need not say again.
    assert size == grid_size(aurora) + len(aurora.variants) - 3 and len(designs) == 400
    grid = designs[1 + len(aurora.variants) :]
    for path, values in (("remedy.amount", 7), ("sunset.term_years", 8), ("veto.uses_per_term", 6)):
        counts = pd.Series([one.variant.set[path] for one in grid if one.variant]).value_counts()
        assert len(counts) == values and counts.max() - counts.min() <= 0.1 * len(grid)
    assert designs_of(aurora, 100)[0] == designs[:100]  # what more time adds comes after what there was


def test_time_that_is_up_leaves_a_first_part_of_the_designs(sharing: Treaty) -> None:
    told = design(sharing, 5, budget=0.0)
    assert not told.on_time and told.thinned and len(told.tried) < told.designs_all == 5
    assert "allow more with --budget" in "\n".join(summary(told)) or "time was up" in "\n".join(summary(told))
    some = design(sharing, 5, most=3)
    assert some.on_time and some.thinned and len(some.tried) == 3
    assert "3 of 5 designs were tried" in "\n".join(summary(some))


def test_only_the_objectives_that_are_asked_for_count(sharing: Treaty, found: Designed) -> None:
    told = design(sharing, 60, seed=2, objectives=["likelihood", "joint"])
    best = max(one.objective("likelihood") for one in found.tried if one.likelihood)
    (member,) = told.front  # all bring the same together
    assert told.tried[member].objective("likelihood") == best
    with pytest.raises(ValueError, match="'C' is no objective"):
        design(sharing, 5, objectives=["C"])


def test_robustness_is_told_of_all_candidates(found: Designed) -> None:
    measures = found.robustness.measures
    assert set(measures) == {found.tried[k].design.name for k in found.candidates}
    for k in found.candidates:
        one = found.tried[k]
        assert one.likelihood is not None
        if not one.likelihood.undecided:
            assert measures[one.design.name].all_satisfied <= one.likelihood.share[0] + 1e-12


def test_a_design_is_named_by_what_it_changes(sharing: Treaty) -> None:
    terms = {"offset.agreed": 1}
    assert changed(sharing, Design("offset.agreed = 1", Variant(name="7", set=terms))) == "offset.agreed = 1"
    assert changed(sharing, designs_of(sharing)[0][1]) == "Half"


def test_the_command_tells_the_same_as_its_json_and_writes_all_designs(servanda: Run, tmp_path: Path) -> None:
    file = tmp_path / "sharing.toml"
    file.write_text(SHARING, encoding="utf-8")
    words = ("design", file, "--worlds", "40", "--seed", "2", "--workers", "1")
    table, picture, again = tmp_path / "all.parquet", tmp_path / "a.svg", tmp_path / "b.svg"
    told = servanda(*words, "--json", "--out", table, "--plot", picture)
    assert told.code == 0, told.err
    document = json.loads(told.out)
    assert document["format"] == "servanda-design/1" and document["thinned"] is False
    assert document["designs_tried"] == document["designs_all"] == 5
    assert document["left_out"] == {"red line": 1}
    frame = pd.read_parquet(table)
    assert list(frame.name) == document["tried"]
    front = {entry["name"]: entry for entry in document["front"]}
    assert set(front) == set(frame[frame.standing == "front"].name)
    for row in frame[frame.standing == "front"].to_dict("records"):
        entry = front[row["name"]]
        assert entry["likelihood"] == row["likelihood"] and entry["interval"] == [row["low"], row["high"]]
        assert entry["terms"] == {"offset.agreed": row["offset.agreed"]}
        assert entry["joint"] == row["joint"] == sum(entry["values"].values())
    said = servanda(*words, "--out", tmp_path / "all.csv", "--plot", again)
    assert "All 5 designs were tried" in said.out and "Left out: 1 across a red line." in said.out
    assert pd.read_csv(tmp_path / "all.csv").name.tolist() == document["tried"]
    assert picture.read_bytes() == again.read_bytes() and picture.read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(("arguments", "problem"), [
    (("--objective", "peace"), "is no objective"),
    (("--budget", "soon"), "is no time"),
    (("--out", "x.txt"), "must end in .parquet or .csv"),
    (("--plot", "x.gif"), "must end in .svg"),
])  # fmt: skip
def test_bad_input_is_told_with_its_remedy(servanda: Run, arguments: tuple[str, ...], problem: str) -> None:
    told = servanda("design", CASES / "procurement.toml", *arguments)
    assert told.code == 2 and problem in told.err


@pytest.mark.parametrize("taken", ["likelihood", "joint"])
def test_a_party_with_the_id_of_an_objective_is_refused(taken: str) -> None:
    """Else its value would be told as the other."""
    text = SHARING.replace('id = "A"', f'id = "{taken}"').replace('payer = "A"', f'payer = "{taken}"')
    with pytest.raises(ValueError, match=f"party '{taken}' has the id of an objective; give the party another id"):
        objectives_of(read_treaty_text(text.replace("A = ", f"{taken} = "), "t.toml"), ())


def test_that_nothing_was_tried_is_not_told_as_the_text_was(found: Designed) -> None:
    nothing = replace(found, tried=(), on_time=False)
    assert f"None of {found.designs_all} designs was tried." in summary(nothing)
