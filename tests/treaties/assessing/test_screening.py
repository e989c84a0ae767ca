"""The screen that is asked first says what slower methods say, and what is told of it is proved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from games.certificates.automata import NoProfitableDeviation
from games.certificates.exclusion import Exclusion
from games.solvers.verdict import Sustainable, Unsustainable
from treaties.assessing.answers import Answers, Version
from treaties.assessing.credibility import Credibility
from treaties.assessing.ladder import Ladder
from treaties.assessing.screening import Screening
from treaties.compiling.compile import compile_treaty
from treaties.reading.treaty_file import read_treaty

ACCEPTED = Path(__file__).parents[1] / "reading" / "accepted"
TWO = ("offset.toml", "remedy_delayed.toml", "sunset_mutual.toml")
MORE = ("three_parties_table.toml",)
FACTORS = (0.05, 0.3, 0.6, 0.8, 0.95)


def text_of(name: str) -> Version:
    return Answers(read_treaty(ACCEPTED / name)).text


@pytest.mark.parametrize("name", TWO + MORE)
def test_slower_methods_say_what_the_screen_says(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = text_of(name)
    asked = [text.at(text.alike(factor), "none") for factor in FACTORS]
    told = [Credibility(at, Ladder(at), quick=True).scanned_margin() for at in asked]
    screened = [found.found.answer for at in asked if (found := Screening.of(at)) is not None]
    monkeypatch.setattr(Credibility, "screening", None)
    slow = [Credibility(at, Ladder(at), quick=True).scanned_margin() for at in asked]
    assert {"yes", "no"} <= set(screened)
    assert [x is not None and x >= 0 for x in told] == [x is not None and x >= 0 for x in slow]


@pytest.mark.parametrize("name", TWO + MORE)
def test_the_region_is_that_of_slower_methods(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = text_of(name).region("none")
    monkeypatch.setattr(Credibility, "screening", None)
    slow = text_of(name).region("none")
    assert quick.undecided == slow.undecided and len(quick.intervals) == len(slow.intervals)
    for one, other in zip(quick.intervals, slow.intervals, strict=True):
        assert one == pytest.approx(other, abs=2 * quick.tolerance)


@pytest.mark.parametrize("name", TWO + MORE)
def test_margins_and_weakest_links_are_those_that_are_told_without_a_screen(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = text_of(name).verdict("none")
    monkeypatch.setattr(Credibility, "screening", None)
    slow = text_of(name).verdict("none")
    assert quick.verdict == slow.verdict
    assert quick.margin == pytest.approx(slow.margin, rel=1e-12)
    links = [None if of.weakest_link is None else replace(of.weakest_link, margin=0.0) for of in (quick, slow)]
    assert links[0] == links[1]
    assert quick.certificate is not None and quick.certificate.checked


def test_what_the_screen_says_is_proved_on_demand() -> None:
    text = text_of("offset.toml")
    seen = set()
    for factor in FACTORS:
        found = Screening.of(text.at(text.alike(factor), "none"))
        assert found is not None
        holds = found.found.answer == "yes"
        verdict = found.prove(5.0)
        assert isinstance(verdict, Sustainable if holds else Unsustainable)
        assert isinstance(verdict.certificate, NoProfitableDeviation if holds else Exclusion)
        assert verdict.certificate.check(found.compiled.game).accepted
        seen.add(holds)
    assert seen == {True, False}


def test_other_discount_factors_share_the_structure_and_are_told_as_if_they_did_not() -> None:
    # A remedy that comes late is worth less to the impatient: payoffs change with the factors.
    text = text_of("remedy_delayed.toml")
    own = Screening.of(text.compiled)
    assert own is not None
    for factor in FACTORS:
        at = text.at(text.alike(factor), "none")
        like, fresh = Screening.of(at, own), Screening.of(at)
        assert like is not None and fresh is not None and like.screen is own.screen
        assert like.found.answer == fresh.found.answer
        assert like.found.margin == pytest.approx(fresh.found.margin, abs=1e-9)


def test_a_screen_takes_neither_signals_nor_payments() -> None:
    assert Screening.of(compile_treaty(read_treaty(ACCEPTED / "observed_with_noise.toml"))) is None
    paying = text_of("offset.toml").compiled.with_transfers("voluntary")
    assert Screening.of(paying) is None
