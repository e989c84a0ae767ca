"""Verdicts after a change: the computed one is that of judging anew, the proof wins, and only the newest counts."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path
from typing import ClassVar

import pytest

from tests.support.studio_files import NUMBERS, REMARKED, remarked
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.studio import judging, verdict
from treaties.studio.draft import Draft
from treaties.studio.judging import JudgeService, Verdict, computed
from treaties.studio.quick import QuickJudge
from treaties.sweeping.judging import DesignJudge

LONG = 60.0


def text(**changes: str) -> Treaty:
    found = REMARKED
    for old, new in changes.items():
        found = found.replace(old, new)
    return read_treaty_text(found, "t.toml")


class Told:
    """A proof that is told at once, or never."""

    begun: ClassVar[list[Told]] = []

    def __init__(self, revision: int, treaty: Treaty) -> None:
        self.revision, self.ended = revision, threading.Event()
        self.begun.append(self)

    def answer(self, seconds: float) -> Verdict | None:
        time.sleep(min(seconds, 0.01))
        return None

    def end(self) -> None:
        self.ended.set()


@pytest.mark.slow
def test_only_numbers_are_put_into_what_was_compiled(tmp_path: Path) -> None:
    draft = Draft.open(remarked(tmp_path))
    quick = QuickJudge()
    assert draft.treaty is not None
    quick.prepare(draft.treaty)
    draw = random.Random(7)
    for path in draw.sample(sorted(NUMBERS), 3):
        draft.set(path, round(draw.uniform(*NUMBERS[path]), 2), draft.revision)
        assert draft.treaty is not None
        again, anew = quick.judge(draft.treaty).outcome, QuickJudge().judge(draft.treaty).outcome
        assert again.verdict == anew.verdict
        assert again.margin == pytest.approx(anew.margin)
        assert again.values == pytest.approx(anew.values)


def test_what_is_covered_and_what_is_not() -> None:
    quick = QuickJudge()
    quick.prepare(text())

    assert quick.covers(text())
    assert quick.covers(text(**{"value = 1.5,": "value = 1.7,", "paid late": "paid soon", "Remarked": "R"}))
    assert not quick.covers(text(**{"delay_years = 1": "delay_years = 2"}))
    assert not quick.covers(text(**{'article = "7"': 'article = "8"'}))
    assert not quick.covers(text(**{"value = 1.5, low = 1, high = 2": "value = 9, low = 1, high = 20"}))
    assert not quick.covers(text(**{"upheld = 0.75\n": ""}))


def test_a_verdict_is_computed(tmp_path: Path) -> None:
    with JudgeService(prove=False) as judge:
        judge.submit(3, text())
        found = judge.verdict(3, LONG)

    assert (found.state, found.verdict, found.revision, found.unit) == ("computed", "holds", 3, "points")
    assert [(one.name, one.outside) for one in found.values] == [("Arcadia", 0.0), ("Borduria", -0.5)]
    assert found.to_json()["certificate"] is None


def test_who_is_the_hardest_to_keep_to_it_is_told_at_once_and_when() -> None:
    holds = computed(text())
    assert holds.verdict == "holds"
    assert "the hardest to keep to it, in year " in holds.weakest and "after signature" in holds.weakest
    fails = computed(text(**{"temptation = { A = 5": "temptation = { A = 50"}))
    assert fails.verdict == "fails"
    assert fails.weakest == "Arcadia is the hardest to keep to it, in year 6 after signature at the earliest."


def test_what_only_a_long_search_can_tell_is_left_to_it_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    audit = '[[provision]]\ntype = "audit"\narticle = "30"\nmatter = "trade"\ndetection = 0.5\ncoverage = 0.5\n'
    seen = read_treaty_text(REMARKED + audit, "t.toml")
    monkeypatch.setattr(DesignJudge, "_solved", lambda *_: pytest.fail("a long search, at once"))
    monkeypatch.setattr(verdict, "QUICKLY", 0)
    found = computed(seen)
    assert (found.state, found.verdict) == ("computed", "undecided")
    assert "It may take minutes, as the game of this text has " in found.note


def test_a_text_with_faults_is_not_judged() -> None:
    with JudgeService(prove=False) as judge:
        judge.submit(1, None)
        found = judge.verdict(1, LONG)
        assert (found.state, found.verdict) == ("failed", "")
        assert "faults" in found.headline
        assert judge.verdict(2).state == "pending"


def test_a_treaty_that_is_no_game_is_said_to_be_none() -> None:
    second = '[[provision]]\ntype = "sunset"\narticle = "22"\nterm_years = 3\nrenewal = { rule = "none" }\n'
    found = computed(read_treaty_text(REMARKED + second, "t.toml"))

    assert (found.state, found.verdict) == ("failed", "")
    assert found.headline


def test_a_proof_that_differs_wins_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(Told):
        def answer(self, seconds: float) -> Verdict | None:
            return Verdict(self.revision, "proved", "fails", certificate=("kind", "digest"))

    monkeypatch.setattr(judging, "Proof", Other)
    with JudgeService() as judge:
        judge.submit(1, text())
        found = judge.verdict(1, LONG, proved=True)

    assert (found.state, found.verdict, found.certificate) == ("proved", "fails", ("kind", "digest"))
    assert "computed that it holds" in found.differs
    assert found.seconds > 0


def test_a_proof_that_agrees_says_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Same(Told):
        def answer(self, seconds: float) -> Verdict | None:
            return Verdict(self.revision, "proved", "holds")

    monkeypatch.setattr(judging, "Proof", Same)
    with JudgeService() as judge:
        judge.submit(1, text())
        assert judge.verdict(1, LONG, proved=True).differs == ""


def test_a_newer_revision_ends_the_proof_of_an_older(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "Proof", Told)
    monkeypatch.setattr(Told, "begun", [])
    with JudgeService() as judge:
        judge.submit(1, text())
        assert judge.verdict(1, LONG).state == "computed"
        while not Told.begun:
            time.sleep(0.01)
        judge.submit(2, text(**{"value = 1.5,": "value = 1.7,"}))
        assert Told.begun[0].ended.wait(LONG)
        assert judge.verdict(2, LONG).revision == 2
        assert judge.verdict(1).state == "pending"
    assert all(one.ended.is_set() for one in Told.begun)


def test_a_proof_that_ends_without_an_answer_leaves_the_computed_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Told):
        def answer(self, seconds: float) -> Verdict | None:
            raise RuntimeError("no answer")

    monkeypatch.setattr(judging, "Proof", Broken)
    monkeypatch.setattr(Told, "begun", [])
    with JudgeService() as judge:
        judge.submit(1, text())
        judge.verdict(1, LONG)
        while not (Told.begun and Told.begun[0].ended.is_set()):
            time.sleep(0.01)
        found = judge.verdict(1)
    assert (found.state, found.verdict, found.note) == ("computed", "holds", "no answer")


@pytest.mark.slow
def test_the_proof_is_found_in_another_process_and_carries_its_certificate() -> None:
    with JudgeService() as judge:
        judge.submit(1, text())
        found = judge.verdict(1, LONG, proved=True)
        assert (found.state, found.verdict, found.differs) == ("proved", "holds", "")
        assert found.certificate is not None and len(found.certificate[1]) == 64
        assert found.first_rung is not None
        judge.submit(2, text(**{"delay_years = 1": "delay_years = 2"}))
        assert judge.verdict(2, LONG, proved=True).state == "proved"
