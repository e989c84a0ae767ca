"""Advice on treaties whose answers are known by hand, and that it cannot disagree with the assessment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.advised_treaties import fixed_term, works
from tests.support.small_treaties import drawn
from treaties import assess, with_terms
from treaties.advising.advice import Advice, advise
from treaties.advising.in_worlds import in_worlds
from treaties.advising.packages import packages
from treaties.advising.scan import Scan
from treaties.advising.smallest_change import SmallestChange, smallest_change
from treaties.advising.words import advice_lines, smallest_sentence, worlds_lines
from treaties.assessing.answers import Answers
from treaties.assessing.assessment import Assessment
from treaties.findings.answer import Answer
from treaties.model.treaty import Treaty

TYPED = (
    '[[variant]]\nname = "Doubt"\n[[variant.set."party.B.type"]]\nname = "cheat"\nprior = 0.1\nconduct = "breaches"\n'
)
MENDED = '[[variant]]\nname = "Dearer"\nset = { "remedy.amount" = 4 }\n'

AUDIT = 'type = "audit"\narticle = "7"\nmatter = "trade"\ndetection = 0.9\nfalse_alarm = 0.1\ncoverage = 0.5\n'


def _assessed(treaty: Treaty) -> Assessment:
    return assess(treaty, region=False)


def _told(found: Assessment, verdict: Answer) -> Assessment:
    """The same with another verdict of the text."""
    top = replace(found.ladder[-1].found, verdict=verdict, margin=None, certificate=None, weakest_link=None)
    return replace(found, ladder=(*found.ladder[:-1], replace(found.ladder[-1], found=top)))


def _smallest(treaty: Treaty) -> SmallestChange:
    found = _assessed(treaty)
    return smallest_change(Scan(treaty, found), found)


def _again(treaty: Treaty, path: str, value: object) -> Answer:
    """What the methods of an assessment make of another value of a term."""
    return Answers(with_terms(treaty, {path: value})).text.verdict("none").verdict


def test_damages_of_two_are_the_smallest_change_that_mends() -> None:
    treaty = fixed_term(1.0, MENDED)
    found = _smallest(treaty)
    assert found.answer == "mends" and found.options == ("Dearer",)
    assert found.moved is not None and found.flip is not None
    assert found.moved.lever.path == "remedy.amount"
    # The breach of the last year earns 1 and costs half of the damages.
    assert float(found.flip.holds) == pytest.approx(2.0, abs=1e-6)
    assert found.flip.proved == (True, True) and found.flip.share == pytest.approx(0.1, abs=1e-6)
    assert found.flip.fails is not None
    assert _again(treaty, "remedy.amount", found.flip.holds) == "sustainable"
    assert _again(treaty, "remedy.amount", found.flip.fails) == "unsustainable"
    assert found.flip.cost == {"A": 0.0, "B": 0.0}
    told = smallest_sentence(found, treaty)
    assert "from 1 points per year to 2 points per year; proved. It costs nobody anything while all comply." in told


def test_where_it_holds_the_smallest_change_is_the_one_that_breaks_it() -> None:
    treaty = fixed_term(3.0)
    found = _smallest(treaty)
    assert found.answer == "breaks" and found.flip is not None
    assert found.flip.direction == "lower" and float(found.flip.holds) == pytest.approx(2.0, abs=1e-6)
    assert found.flip.proved == (True, True)
    assert smallest_sentence(found, treaty).startswith("The smallest change that breaks it: amount (Article 5")


def test_two_works_are_a_trade_by_which_both_gain() -> None:
    treaty = works(3.0)
    found = _assessed(treaty)
    ((package,), note) = packages(Scan(treaty, found))
    # Each of length 2 costs one party 2 a year and brings the other 6.
    assert [(one.before, one.after) for one in package.clauses] == [(0.0, 2.0), (0.0, 2.0)]
    assert package.gains == pytest.approx({"A": 4.0, "B": 4.0})
    assert [one.welcomed_by for one in package.clauses] == [("B",), ("A",)]
    assert package.proved and package.verdict == "sustainable" and note.startswith("1 of ")
    both = with_terms(treaty, {one.path: one.after for one in package.clauses})
    again = _assessed(both)
    assert again.verdict == package.verdict
    assert {value.party: value.compliance for value in again.values} == pytest.approx(dict(package.values))


def test_works_that_cost_more_than_they_bring_are_no_trade() -> None:
    treaty = works(0.5)
    found, note = packages(Scan(treaty, _assessed(treaty)))
    assert not found and note.startswith("no two changes that were tried bring every party more")


@pytest.mark.slow
def test_of_a_text_that_is_undecided_it_is_told_what_mends_it() -> None:
    treaty = fixed_term(1.0)
    found = _told(_assessed(treaty), "undecided")
    smallest = smallest_change(Scan(treaty, found), found)
    # What makes it hold still does; that it does not hold as it stands is not told.
    assert smallest.answer == "mends" and smallest.flip is not None and smallest.flip.proved[1]


@pytest.mark.slow
def test_where_each_trial_takes_long_few_are_made_and_that_is_said() -> None:
    treaty = drawn(3, AUDIT, hidden=True)
    found = _assessed(treaty)
    scan = Scan(treaty, found)
    scan.most_solved = 5
    smallest = smallest_change(scan, found)
    assert scan.slow and scan.solved == 5 and smallest.answer == "undecided"
    assert "each trial takes long, so that " in smallest_sentence(smallest, treaty)


def test_nothing_is_said_of_what_is_undecided() -> None:
    treaty = fixed_term(1.0)
    open_ = SmallestChange("undecided", terms=2, tried=9, undecided=3)
    told = smallest_sentence(open_, treaty)
    assert "is not known" in told and "3 of them could not be decided" in told


def test_worlds_are_those_of_a_sweep_and_options_with_types_are_left_out() -> None:
    treaty = fixed_term(3.0, MENDED + TYPED)
    found = in_worlds(treaty, 12)
    assert found is not None and found == in_worlds(treaty, 12)
    assert [one.name for one in found.options] == ["", "Dearer", "Doubt"]
    assert found.left_out == ("Doubt",) and found.options[2].likelihood is None
    text, dearer = (one.likelihood for one in found.options[:2])
    assert text is not None and dearer is not None
    # Damages of 4 deter in every world, as they are upheld with a chance of a half at least.
    assert dearer.yes == 12 and text.yes < 12 and text.undecided == 0
    assert worlds_lines(found, treaty)[0].startswith("It holds in ")


def test_a_text_without_ranges_has_no_worlds() -> None:
    bare = works(3.0).model_copy(update={"provisions": ()})
    fixed = with_terms(bare, {"party.A.discount": 0.7})
    assert in_worlds(fixed, 10) is None and worlds_lines(None, fixed) == []


@pytest.mark.slow
@pytest.mark.parametrize("damages", [1.0, 3.0])
def test_advice_does_not_disagree_with_its_assessment(damages: float) -> None:
    treaty = fixed_term(damages)
    found = _assessed(treaty)
    told = _advice(treaty, found)
    assert told.reasons.text.verdict == found.verdict and told.reasons.text.margin == found.margin
    assert told.smallest is not None
    assert told.smallest.answer == ("breaks" if found.verdict == "sustainable" else "mends")
    assert told == _advice(treaty, found)
    # Asked the same of the opposite verdict it speaks of that one: no answer here is its own.
    opposite: Answer = "unsustainable" if found.verdict == "sustainable" else "sustainable"
    forged = _advice(treaty, _told(found, opposite))
    assert forged.reasons.text.verdict == opposite
    assert forged.smallest is not None and forged.smallest.answer not in (told.smallest.answer,)
    assert advice_lines(told, treaty) and told.to_json()["format"] == "servanda-advice/1"


def _advice(treaty: Treaty, found: Assessment) -> Advice:
    return advise(treaty, found, worlds=8, sliders=False)


def test_payments_that_the_text_does_not_have_are_not_moved() -> None:
    treaty = fixed_term(1.0)
    found = replace(_assessed(treaty), transfers="voluntary")
    scan = Scan(treaty, found)
    assert smallest_change(scan, found).answer == "undecided"
    assert packages(scan) == ((), scan.refusal) and scan.refusal
