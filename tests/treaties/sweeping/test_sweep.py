"""Sweeps: every answer that of a check in that world, files that are whole, runs that go on where they were."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from games.model.stochastic_game import GameError
from tests.support.command_line import ROOT, Run, run_with
from treaties import read_treaty, sweep
from treaties.assessing.answers import Answers
from treaties.bargaining.designs import Design
from treaties.model.treaty import Treaty, Variant
from treaties.reading.worlds import with_values
from treaties.sweeping.chunks import Chunks
from treaties.sweeping.plan import plan_told, sweep_plan
from treaties.sweeping.proving import reprove
from treaties.sweeping.sweep import run_sweep
from treaties.sweeping.telling import summary

EXPORT = Path(__file__).with_name("consent_to_exports.toml")
TOLD = {"sustainable": "yes", "unsustainable": "no", "undecided": "undecided"}


@pytest.fixture(scope="module")
def export() -> Treaty:
    return read_treaty(EXPORT)


@pytest.fixture
def servanda(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("plan", "pairs", "sweep"):
        monkeypatch.setattr(f"treaties.sweeping.{module}.BLOCK", 8)


def test_answers_are_those_of_a_check_in_the_same_world(export: Treaty) -> None:
    found = sweep(export, 40, seed=3)
    spans = sweep_plan(export, 1).spans
    own = found[found.design == "as it stands"]
    assert len(own) == 40
    for row in own.to_dict("records")[:12]:
        text = Answers(with_values(export, {path: row[path] for path in spans})).text
        judgement = text.verdict("none")
        assert row["verdict"] == TOLD[judgement.verdict]
        assert row["concept"] == judgement.concept
        assert np.allclose([row[f"value.{p.id}"] for p in export.parties], text.values)
        if judgement.margin is not None and row["verdict"] == "no" and not np.isnan(row["margin"]):
            assert judgement.margin - 1e-6 <= row["margin"] < 0 or judgement.margin <= row["margin"] + 1e-6


def test_designs_are_judged_in_the_same_worlds(export: Treaty) -> None:
    found = sweep(export, 10, seed=3)
    spans = list(sweep_plan(export, 1).spans)
    designs = list(found.design.unique())
    assert len(designs) == 1 + len(export.variants)
    for design in designs[1:]:
        assert np.array_equal(found[found.design == design][spans], found[found.design == designs[0]][spans])


def test_a_file_holds_what_the_frame_holds_and_tells_what_was_swept(export: Treaty, tmp_path: Path) -> None:
    out = tmp_path / "x.parquet"
    found = sweep(export, 12, seed=1, out=out)
    pd.testing.assert_frame_equal(pd.read_parquet(out), found)
    about = json.loads(pq.read_schema(out).metadata[b"servanda-about"])
    assert about["seed"] == 1 and about["file_sha256"] == export.source_hash
    assert plan_told(about).spans == sweep_plan(export, 12, seed=1).spans
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.usefixtures("small_blocks")
def test_a_run_goes_on_from_the_pieces_that_are_whole(export: Treaty, tmp_path: Path) -> None:
    plan = sweep_plan(export, 20, seed=2)
    whole = run_sweep(plan, tmp_path / "whole.parquet")
    cut = run_sweep(plan, tmp_path / "cut.parquet", budget=1e-9)
    assert cut.blocks[0] < cut.blocks[1] and not (tmp_path / "cut.parquet").exists()
    chunks = Chunks(tmp_path / "cut.parquet", plan.key, plan.about())
    chunks.write(0, 1, whole.table.slice(8, 8))
    (chunks.folder / chunks.place(1, 0).name).write_bytes(b"PAR1 half a piece")
    again = run_sweep(plan, tmp_path / "cut.parquet")
    assert again.table.equals(whole.table)
    assert pd.read_parquet(tmp_path / "cut.parquet").equals(pd.read_parquet(tmp_path / "whole.parquet"))


@pytest.mark.usefixtures("small_blocks")
def test_a_piece_that_was_changed_is_judged_anew(export: Treaty, tmp_path: Path) -> None:
    plan = sweep_plan(export, 8, seed=2)
    whole = run_sweep(plan)
    chunks = Chunks(tmp_path / "x.parquet", plan.key, plan.about())
    chunks.start(fresh=False)
    chunks.write(0, 0, whole.table.slice(0, 8))
    place = chunks.place(0, 0)
    forged = pq.read_table(place)
    verdict = forged.schema.get_field_index("verdict")
    others = forged.column(verdict).to_pylist()
    others[0] = "no" if others[0] == "yes" else "yes"
    pq.write_table(forged.set_column(verdict, "verdict", [others]), place)
    assert chunks.read(0, 0) is None
    chunks.end()
    assert run_sweep(plan, tmp_path / "x.parquet").table.equals(whole.table)


def test_a_sweep_that_is_whole_is_read_unless_it_was_changed(
    export: Treaty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, plan = tmp_path / "x.parquet", sweep_plan(export, 12, seed=1)
    first = run_sweep(plan, out)
    with monkeypatch.context() as judging:
        judging.setattr("treaties.sweeping.sweep.judge_block", lambda *_: pytest.fail("judged anew"))
        assert run_sweep(plan, out).table.equals(first.table)
    table = pq.read_table(out)
    at = table.column_names.index("margin")
    changed = table.set_column(at, "margin", pa.array([1.0] * table.num_rows))
    pq.write_table(changed.replace_schema_metadata(table.schema.metadata), out)
    assert run_sweep(plan, out).table.equals(first.table)


def test_two_runs_do_not_write_one_sweep(export: Treaty, tmp_path: Path) -> None:
    out, plan = tmp_path / "x.parquet", sweep_plan(export, 5, seed=1)
    other = Chunks(out, plan.key, plan.about())
    other.start(fresh=False)
    with pytest.raises(GameError, match="another run is writing"):
        run_sweep(plan, out)
    other.end()
    assert run_sweep(plan, out).table.num_rows == 5 * len(plan.designs)


def test_a_row_whose_numbers_were_changed_is_not_proved(export: Treaty, tmp_path: Path) -> None:
    out = tmp_path / "x.parquet"
    sweep(export, 3, seed=1, out=out)
    table = pq.read_table(out)
    path = next(iter(sweep_plan(export, 1).spans))
    at = table.column_names.index(path)
    moved = pa.array(np.roll(table.column(at).to_numpy(), 1))
    pq.write_table(table.set_column(at, path, moved), out)
    with pytest.raises(GameError, match="was changed"):
        reprove(out, 1)


def test_another_sweep_is_not_written_over(export: Treaty, tmp_path: Path) -> None:
    out = tmp_path / "x.parquet"
    sweep(export, 5, seed=1, out=out)
    with pytest.raises(GameError, match="holds another sweep"):
        sweep(export, 5, seed=2, out=out)
    run_sweep(sweep_plan(export, 5, seed=2), out, fresh=True)
    assert json.loads(pq.read_schema(out).metadata[b"servanda-about"])["seed"] == 2


def test_a_wrong_answer_voids_its_block(export: Treaty, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from treaties.sweeping import judging

    honest = judging.DesignJudge.prove
    monkeypatch.setattr(judging.DesignJudge, "prove", lambda self, world: (
        {"yes": "no", "no": "yes"}.get(honest(self, world)[0], "undecided"), None))
    found = run_sweep(sweep_plan(export, 6, seed=1, rate=1.0), tmp_path / "x.parquet")
    assert found.refused and all("proved" in line for line in found.refused)
    assert found.table["void"].to_pylist().count(True) == found.table.num_rows
    assert all(likely is None for likely in found.likelihoods().values())
    assert not (tmp_path / "x.parquet").exists()


def test_a_close_answer_that_cannot_be_proved_is_undecided(export: Treaty, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others stay as floating point tells them, and are not called proved."""
    from treaties.sweeping import judging

    monkeypatch.setattr(judging.DesignJudge, "prove", lambda self, world: ("undecided", None))
    plan = sweep_plan(export, 6, seed=1, rate=1.0)
    apart = run_sweep(plan)
    assert apart.unproved == apart.table.num_rows and apart.proved == 0
    assert "undecided" not in apart.table["verdict"].to_pylist()
    monkeypatch.setattr(judging, "NEARLY", 1e9)
    close = run_sweep(sweep_plan(export, 7, seed=1))
    assert set(close.table["verdict"].to_pylist()) == {"undecided"}
    assert set(close.table["first_to_break"].to_pylist()) == {None}


@pytest.mark.usefixtures("small_blocks")
def test_what_was_proved_before_a_run_was_ended_counts_when_it_goes_on(export: Treaty, tmp_path: Path) -> None:
    plan = sweep_plan(export, 16, seed=2, rate=1.0)
    whole = run_sweep(plan)
    chunks = Chunks(tmp_path / "x.parquet", plan.key, plan.about())
    chunks.start(fresh=False)
    chunks.write(0, 0, whole.table.slice(0, 8))
    chunks.end()
    assert whole.proved > 8
    for _ in range(2):
        assert run_sweep(plan, tmp_path / "x.parquet").proved == whole.proved


@pytest.mark.slow
def test_processes_find_the_same(export: Treaty) -> None:
    plan = sweep_plan(export, 600, seed=4)
    assert run_sweep(plan, workers=2).table.equals(run_sweep(plan).table)


def test_the_command_tells_counts_and_proves_rows(servanda: Run, tmp_path: Path) -> None:
    out = tmp_path / "x.parquet"
    told = servanda("sweep", str(EXPORT), "--worlds", "40", "--seed", "3", "--out", str(out),
                    "--workers", "1", "--json")
    assert told.code == 0
    data = json.loads(told.out)
    assert data["pairs"] == 40 * len(data["designs"])
    for design in data["designs"]:
        assert design["yes"] + design["no"] + design["undecided"] == 40
        assert design["interval"][0] <= design["likelihood"] <= design["interval"][1]
    proved = servanda("sweep", "--prove", str(out), "3", "--json")
    assert proved.code == 0 and json.loads(proved.out)["agrees"]
    both = servanda("sweep", str(EXPORT), "--prove", str(out), "3")
    assert both.code == 2 and "leave out the treaty" in both.err
    said = servanda("sweep", str(EXPORT), "--worlds", "40", "--seed", "3", "--out", str(out),
                    "--workers", "1")
    assert "of 100 worlds" in said.out


def test_who_breaks_first_is_told_without_a_year_that_nobody_knows(export: Treaty) -> None:
    found = run_sweep(sweep_plan(export, 20, seed=3))
    assert any("mostly in year" in line for line in summary(found))
    unknown = pa.array([None] * found.table.num_rows, pa.int32())
    at = found.table.column_names.index("year")
    told = summary(replace(found, table=found.table.set_column(at, "year", unknown)))
    assert any("breaks first in" in line for line in told) and not any("mostly" in line for line in told)


def test_what_was_not_judged_in_time_is_not_called_no_treaty(export: Treaty) -> None:
    found = run_sweep(sweep_plan(export, 20, seed=3), budget=-1.0)
    assert found.blocks[0] == 0
    told = "\n".join(summary(found))
    assert "not judged" in told and "no treaty" not in told


def test_a_row_or_a_form_that_is_not_whole_is_not_proved(export: Treaty, tmp_path: Path) -> None:
    out, other = tmp_path / "x.parquet", tmp_path / "y.parquet"
    sweep(export, 3, seed=1, out=out)
    table = pq.read_table(out)
    path = next(iter(sweep_plan(export, 1).spans))
    at = table.column_names.index(path)
    pq.write_table(table.set_column(at, path, pa.array([None] * table.num_rows, pa.float64())), other)
    with pytest.raises(GameError, match=f"row 1 has nothing under {path}"):
        reprove(other, 1)
    pq.write_table(table.drop_columns(["verdict"]), other)
    with pytest.raises(GameError, match="row 1 has nothing under verdict"):
        reprove(other, 1)
    meta = table.schema.metadata
    for about, problem in [
        (json.loads(meta[b"servanda-about"]) | {"format": "servanda-sweep/9"}, "servanda-sweep/9"),
        ([], "is no sweep"),
        ({"format": "servanda-sweep/1"}, "does not tell what was swept"),
    ]:
        pq.write_table(table.replace_schema_metadata(meta | {b"servanda-about": json.dumps(about).encode()}), other)
        with pytest.raises(GameError, match=problem) as error:
            reprove(other, 1)
        assert str(error.value).startswith(f"{other}: ") and str(error.value).count(str(other)) == 1


def test_another_file_is_not_called_a_sweep(export: Treaty, tmp_path: Path) -> None:
    out = tmp_path / "notes.txt"
    out.write_text("mine")
    with pytest.raises(GameError, match="is no sweep"):
        sweep(export, 5, out=out)
    assert out.read_text() == "mine"


def test_the_command_tells_what_matters_and_draws_it(servanda: Run, tmp_path: Path) -> None:
    treaty, out = str(EXPORT), str(tmp_path / "x.parquet")
    words = ("sweep", treaty, "--worlds", "200", "--seed", "3", "--workers", "1", "--out", out)
    first, again = tmp_path / "a.svg", tmp_path / "b.svg"
    told = servanda(*words, "--json", "--plot", str(first))
    assert told.code == 0, told.err
    data = json.loads(told.out)
    names = {design["name"] for design in data["designs"]}
    assert set(data["influence"]) == set(data["discovery"]) == set(data["robustness"]["designs"]) == names
    assert data["influence"]["as it stands"][0]["path"] == "party.DEU.discount"
    said = servanda(*words, "--plot", str(again))
    assert "What matters most" in said.out and "Germany's discount factor: 100 below" in said.out
    assert "it fails in fewer than 5 of 100 worlds" in said.out
    assert first.read_bytes() == again.read_bytes() and first.read_bytes().startswith(b"<?xml")
    assert servanda(*words, "--plot", str(tmp_path / "x.gif")).code == 2


@pytest.mark.parametrize(("arguments", "problem"), [
    ((), "names no treaty"),
    (("t.toml", "--spread", "many"), "is no share"),
    (("t.toml", "--budget", "soon"), "is no time"),
    (("t.toml", "--worlds", "10", "--sampling", "sobol"), "ask for 8"),
])  # fmt: skip
def test_bad_input_is_told_with_its_remedy(
    servanda: Run, tmp_path: Path, arguments: tuple[str, ...], problem: str
) -> None:
    path = tmp_path / "t.toml"
    path.write_text(EXPORT.read_text())
    told = servanda("sweep", *(str(path) if a == "t.toml" else a for a in arguments))
    assert told.code == 2 and problem in told.err


def test_a_treaty_without_ranges_is_offered_a_spread(servanda: Run, tmp_path: Path) -> None:
    path = ROOT / "tests" / "treaties" / "reading" / "accepted" / "co_investment.toml"
    told = servanda("sweep", str(path), "--out", str(tmp_path / "x.parquet"))
    assert told.code == 2 and "--spread 10%" in told.err
    told = servanda("sweep", str(path), "--spread", "10%", "--worlds", "20", "--workers", "1", "--out",
                    str(tmp_path / "x.parquet"))
    assert told.code == 0 and "of 100 worlds" in told.out


@pytest.mark.slow
def test_a_run_that_is_killed_twice_finds_the_same_rows(export: Treaty, tmp_path: Path) -> None:
    out, plan = tmp_path / "x.parquet", sweep_plan(export, 2_000, seed=5)
    command = [sys.executable, "-m", "treaties.command_line.main", "sweep", str(EXPORT),
               "--worlds", "2000", "--seed", "5", "--workers", "2", "--out", str(out)]
    folder = tmp_path / ".x.parquet.parts"
    for pieces in (3, 9):
        running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   start_new_session=True)
        while running.poll() is None and len(list(folder.glob("0*.parquet"))) < pieces:
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert not out.exists()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert pq.read_table(out).replace_schema_metadata(None).equals(run_sweep(plan).table)


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_finds_the_same_rows(export: Treaty, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    plan = sweep_plan(export, 2_000, seed=6)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        victim = next(iter(cluster.workers.values())).process.pid
        lost = False

        def lose(_what: str, share: float) -> None:
            nonlocal lost
            if not lost and share > 0.1:
                os.kill(victim, signal.SIGKILL)
                lost = True

        found = run_sweep(plan, tmp_path / "x.parquet", scheduler=cluster.scheduler_address, progress=lose)
    assert lost
    assert found.table.equals(run_sweep(plan).table)


def test_designs_of_one_name_are_refused_as_their_answers_could_not_be_told_apart(
    servanda: Run, tmp_path: Path, export: Treaty
) -> None:
    text = EXPORT.read_text()
    name = export.variants[0].name
    path = tmp_path / "named.toml"
    path.write_text(text.replace(f'name = "{name}"', 'name = "as it stands"', 1))
    for command in ("sweep", "compare", "design"):
        told = servanda(command, str(path), "--worlds", "4", "--workers", "1")
        assert told.code == 2 and "2 designs are called 'as it stands'" in told.err and "another name" in told.err


def test_why_a_design_is_no_treaty_is_told_again_by_a_run_that_judges_nothing(export: Treaty, tmp_path: Path) -> None:
    wrong = Design("wrong", Variant(name="wrong", set={"party.FRA.discount": 2.0}))
    plan, out = sweep_plan(export, 4, designs=[Design("text"), wrong]), tmp_path / "w.parquet"
    first = run_sweep(plan, out)
    assert "discount" in first.problems["wrong"] and "text" not in first.problems
    again = run_sweep(plan, out)
    assert again.problems == first.problems and summary(again)[3] == summary(first)[3]


def test_a_file_whose_rows_cannot_be_read_is_told_and_judged_anew(export: Treaty, tmp_path: Path) -> None:
    plan, out = sweep_plan(export, 40, designs=[Design("text")]), tmp_path / "d.parquet"
    first = run_sweep(plan, out)
    whole = out.read_bytes()
    out.write_bytes(whole[:4] + b"\xff" * 600 + whole[604:])
    with pytest.raises(GameError, match=r"d.parquet: its rows cannot be read, as .*; sweep the treaty again"):
        reprove(out, 0)
    again = run_sweep(plan, out)
    assert again.seconds_cpu > 0 and again.table.equals(first.table) and out.read_bytes() == whole


def test_a_fresh_run_leaves_the_pieces_of_one_that_is_writing(export: Treaty, tmp_path: Path) -> None:
    plan, out = sweep_plan(export, 4, designs=[Design("text")]), tmp_path / "f.parquet"
    running = Chunks(out, plan.key, plan.about())
    running.start(fresh=False)
    running.write(0, 0, run_sweep(plan).table)
    with pytest.raises(GameError, match="another run is writing this sweep"):
        run_sweep(plan, out, fresh=True)
    assert running.read(0, 0) is not None
    running.end()
    assert run_sweep(plan, out, fresh=True).seconds_cpu > 0


def test_a_run_that_wrote_nothing_is_no_other_sweep(export: Treaty, tmp_path: Path) -> None:
    """As one that is ended before its first block, or that finds no cluster."""
    plan, out = sweep_plan(export, 4, designs=[Design("text")]), tmp_path / "n.parquet"
    ended = Chunks(out, "another key", plan.about())
    ended.start(fresh=False)
    ended.end()
    assert run_sweep(plan, out).blocks == (1, 1)


def test_behind_a_link_the_file_that_it_leads_to_is_written(export: Treaty, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "real.parquet", tmp_path / "link.parquet"
    link.symlink_to(real)
    run_sweep(sweep_plan(export, 4, designs=[Design("text")]), link)
    assert link.is_symlink() and pq.read_table(real).num_rows == 4
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["link.parquet", "real.parquet", "there"]


def test_answers_are_kept_where_the_whole_file_cannot_be_written(
    export: Treaty, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan, out = sweep_plan(export, 4, designs=[Design("text")]), tmp_path / "k.parquet"
    with monkeypatch.context() as full:

        def no_space(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        full.setattr(pq, "ParquetWriter", no_space)
        with pytest.raises(GameError, match=r"k.parquet: cannot be written: No space left .* answers are kept in"):
            run_sweep(plan, out)
    again = run_sweep(plan, out)
    assert again.seconds_cpu == 0 and pq.read_table(out).num_rows == 4
