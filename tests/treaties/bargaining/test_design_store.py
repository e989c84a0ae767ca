"""A search over designs that is interrupted goes on where it stopped, and ends with the same answer."""

from __future__ import annotations

import json
from base64 import b64encode
from bz2 import compress
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from games.certificates.automata import NoProfitableDeviation
from games.certificates.exclusion import Exclusion
from games.model.stochastic_game import GameError
from games.play.markov_equilibria import markov_equilibria
from games.play.rules_of_play import always
from games.solvers.outer_bounds.refutation import refute
from tests.support.command_line import run_with
from tests.treaties.bargaining.test_bargain import SHARING
from treaties.assessing.answers import Answers
from treaties.assessing.credibility import Effort
from treaties.bargaining import bargain as bargaining
from treaties.bargaining import workers
from treaties.bargaining.designs import Design, DesignOutcome, from_grid, judge
from treaties.bargaining.evidence import packed, unpacked
from treaties.bargaining.store import FIRST_LINE, DesignStore
from treaties.command_line.main import app
from treaties.model.treaty import Treaty, Variant
from treaties.reading.treaty_file import read_treaty


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sharing.toml").write_text(SHARING, encoding="utf-8")
    return tmp_path / "sharing.toml"


def answer(path: Path, *options: str) -> dict[str, Any]:
    run = CliRunner().invoke(app, ["bargain", str(path), "--json", "--workers", "1", *options])
    assert run.exit_code == 0, run.output
    found: dict[str, Any] = json.loads(run.stdout)
    return {name: value for name, value in found.items() if name != "seconds"}


def counting(monkeypatch: pytest.MonkeyPatch, stop_after: int | None = None) -> list[str]:
    """Names of the designs that are solved from here on; the user presses Ctrl-C after so many."""
    judged: list[str] = []

    def judge_one(treaty: Treaty, design: Design, evidence: str = "") -> DesignOutcome:
        if len(judged) == stop_after:
            raise KeyboardInterrupt
        one = judge(treaty, design, evidence)
        if not one.reproved:
            judged.append(design.name)
        return one

    monkeypatch.setattr(workers, "judge", judge_one)
    return judged


@pytest.mark.parametrize("done", [1, 3])
def test_an_interrupted_search_goes_on_and_gives_the_same_json(
    path: Path, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    whole = answer(path, "--out", "whole.html")
    with monkeypatch.context() as patch:
        counting(patch, stop_after=done)
        treaty = read_treaty(path)
        with pytest.raises(KeyboardInterrupt):
            bargaining.bargain(
                treaty, from_grid(treaty, 100), size=5, store=DesignStore(Path("sharing.bargain.jsonl"), treaty)
            )
    # A crash in the middle of writing leaves half a line.
    with Path("sharing.bargain.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"key": "12')
    with monkeypatch.context() as patch:
        judged = counting(patch)
        assert answer(path) == whole and len(judged) == 5 - done
    with monkeypatch.context() as patch:
        judged = counting(patch)
        assert answer(path) == whole and judged == []
        assert answer(path, "--fresh") == whole and len(judged) == 5


def test_what_was_found_for_another_text_program_or_effort_is_not_used(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    treaty = read_treaty(path)
    design = from_grid(treaty, 2)[1]
    one = judge(treaty, design)
    DesignStore(Path("store.jsonl"), treaty).add(one)
    again = DesignStore(Path("store.jsonl"), treaty)
    assert again.evidence(design) == one.evidence != "" and again.evidence(from_grid(treaty, 1)[0]) == ""
    path.write_text(SHARING.replace("discount = 0.8", "discount = 0.85"), encoding="utf-8")
    assert DesignStore(Path("store.jsonl"), read_treaty(path)).evidence(design) == ""
    monkeypatch.setattr("treaties.bargaining.store.program", lambda: "other code")
    assert again.evidence(design) == ""
    monkeypatch.undo()
    monkeypatch.setattr("treaties.bargaining.store.EFFORT", Effort(attempts=1))
    assert again.evidence(design) == ""


@pytest.fixture
def some_hold(path: Path) -> Treaty:
    """A treaty of which some designs are sustainable and some are not."""
    path.write_text(SHARING.replace("discount = 0.8", "discount = 0.6"), encoding="utf-8")
    return read_treaty(path)


def test_an_outcome_told_from_its_certificate_is_the_one_that_was_found(some_hold: Treaty) -> None:
    found = [judge(some_hold, design) for design in from_grid(some_hold, 100)]
    assert {one.verdict for one in found} == {"sustainable", "unsustainable"}
    for one in found:
        again = judge(some_hold, one.design, one.evidence)
        assert again == one and again.reproved and not one.reproved and again.evidence == one.evidence


def forgeries(treaty: Treaty, one: DesignOutcome, other: DesignOutcome) -> Iterator[str]:
    """Evidence made out for the design of ``one``: of ``other``, damaged, and true of its game but no answer."""
    theirs, own = unpacked(other.evidence), unpacked(one.evidence)
    assert theirs is not None and own is not None
    answers = Answers(treaty)
    version = answers.text if one.design.variant is None else answers.variant(one.design.variant)
    game = version.compiled.game
    nobody = always(game, "nobody complies", markov_equilibria(game)[0]).automaton()
    yield packed(NoProfitableDeviation.of(game, nobody))
    too_much = refute(game, point=(game.initial, ["1000"] * 2))
    assert too_much is not None and too_much.check(game).accepted
    yield packed(too_much)
    yield other.evidence
    yield packed(replace(theirs, game_digest=own.game_digest))  # type: ignore[type-var]
    if isinstance(theirs, (NoProfitableDeviation, Exclusion)):
        yield packed(replace(theirs, game_digest=own.game_digest, plan={}))
    yield own.kind
    yield other.evidence[:-8]
    yield b64encode(compress(b"[" * 100_000)).decode()
    yield b64encode(compress(bytes(300_000_000))).decode()


def test_an_altered_store_is_never_believed(some_hold: Treaty) -> None:
    treaty = some_hold
    found = [judge(treaty, design) for design in from_grid(treaty, 100)]
    holds = next(one for one in found if one.verdict == "sustainable")
    fails = next(one for one in found if one.verdict == "unsustainable")
    for one, other in ((holds, fails), (fails, holds)):
        for k, forged in enumerate(forgeries(treaty, one, other)):
            store = DesignStore(Path(f"{one.verdict}{k}.jsonl"), treaty)
            store.add(replace(one, evidence=forged))
            again = DesignStore(store.path, treaty)
            assert again.evidence(one.design) == forged
            told = bargaining.bargain(treaty, [one.design], size=1, store=again)
            assert told.outcomes == (one,) and again.reused == 0
            # The certificate that was found instead is what the next run reads.
            assert DesignStore(store.path, treaty).evidence(one.design) == one.evidence


def test_what_cannot_be_told_from_a_certificate_is_judged_anew(path: Path) -> None:
    treaty = read_treaty(path)
    store = DesignStore(Path("store.jsonl"), treaty)
    one = judge(treaty, Design("no step", Variant(name="no step", set={"offset.agreed": 0.3})))
    assert one.verdict == "no treaty" and one.evidence == ""
    store.add(one)
    store.add(one)
    assert len(store.path.read_text(encoding="utf-8").splitlines()) == 2
    assert not judge(treaty, one.design, DesignStore(store.path, treaty).evidence(one.design)).reproved


@pytest.mark.parametrize("lines", [
    "[]", "null", "{}", "not json", '{"key": "%s", "certificate": "x"}', '{"key": [], "certificate": "", "seal": "1"}',
])
def test_a_line_that_is_no_entry_is_no_obstacle(path: Path, lines: str) -> None:
    treaty = read_treaty(path)
    design = from_grid(treaty, 1)[0]
    key = DesignStore(Path("none.jsonl"), treaty).key(design)
    Path("store.jsonl").write_bytes(FIRST_LINE + lines.replace("%s", key).encode())
    store = DesignStore(Path("store.jsonl"), treaty)
    assert store.evidence(design) == ""
    one = judge(treaty, design)
    store.add(one)
    assert DesignStore(Path("store.jsonl"), treaty).evidence(design) == one.evidence


def test_a_line_that_was_damaged_is_not_read(path: Path) -> None:
    treaty = read_treaty(path)
    one = judge(treaty, from_grid(treaty, 1)[0])
    store = DesignStore(Path("store.jsonl"), treaty)
    store.add(one)
    text = store.path.read_text(encoding="utf-8")
    store.path.write_text(text.replace(one.evidence[:20], one.evidence[:19] + "~"), encoding="utf-8")
    assert DesignStore(store.path, treaty).evidence(one.design) == ""


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("content", [b"my notes\n", b'{"format": "servanda-designs/2"}\n', b"[]\n" + FIRST_LINE])
def test_a_file_that_is_no_store_is_refused_and_left_as_it_is(path: Path, content: bytes, fresh: bool) -> None:
    Path("notes.jsonl").write_bytes(content)
    with pytest.raises(GameError, match=r"notes\.jsonl: this is no store of designs"):
        DesignStore(Path("notes.jsonl"), read_treaty(path), fresh)
    assert Path("notes.jsonl").read_bytes() == content


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("length", [0, 7, len(FIRST_LINE)])
def test_a_store_that_was_only_begun_is_one(path: Path, length: int, fresh: bool) -> None:
    treaty = read_treaty(path)
    Path("store.jsonl").write_bytes(FIRST_LINE[:length])
    store = DesignStore(Path("store.jsonl"), treaty, fresh)
    assert store.path.exists() != fresh
    one = judge(treaty, from_grid(treaty, 1)[0])
    store.add(one)
    assert DesignStore(Path("store.jsonl"), treaty).evidence(one.design) == one.evidence


def test_a_place_where_nothing_can_be_kept_is_named(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("page.jsonl").mkdir()
    told = run_with(capsys)("bargain", path, "--out", "page.html")
    assert told.code == 2 and "page.jsonl: this is a folder" in told.err
    Path("page.jsonl").rmdir()
    Path("page.jsonl").symlink_to("/dev/zero")
    told = run_with(capsys)("bargain", path, "--out", "page.html", "--fresh")
    assert told.code == 2 and "page.jsonl: this is a device" in told.err and Path("page.jsonl").is_symlink()
