"""Clauses left out in turn: which decide, which change nothing, and that nothing is said twice in two ways."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.advised_treaties import IDLE, fixed_term, stock_and_levy, works
from treaties import apply_variant, assess
from treaties.advising.reason_words import because, reason_lines
from treaties.advising.reasons import Reasons, Without, reasons
from treaties.findings.cooperation import Cooperation
from treaties.model.treaty import Treaty, Variant

OPTION = '[[variant]]\nname = "No damages"\nremove = ["remedy"]\n'


def _reasons(treaty: Treaty) -> Reasons:
    return reasons(treaty, assess(treaty, region=False))


def _named(found: tuple[Without, ...]) -> list[str]:
    return [one.path for one in found]


def test_damages_alone_keep_a_term_that_is_never_renewed() -> None:
    treaty = fixed_term(3.0, IDLE)
    found = _reasons(treaty)
    assert _named(found.decisive) == ["remedy"]
    assert _named(found.idle) == ["custom"]
    assert because(found, treaty) == "It holds because of Article 5 (remedy (damages)): without it it would fail."
    assert any("changes nothing here" in line and "Article 1" in line for line in reason_lines(found, treaty))


def test_the_term_breaks_what_damages_are_too_small_for() -> None:
    treaty = fixed_term(1.0)
    found = _reasons(treaty)
    assert _named(found.decisive) == ["sunset"] and not found.idle
    assert because(found, treaty) == "It fails because of Article 12 (sunset and renewal): without it it would hold."
    (remedy,) = (one for one in found.removed if one.path == "remedy")
    # In the last year the breach earns 1, of which half of the damages, 0.5, is lost.
    assert remedy.margin == pytest.approx(-1.0) and found.text.margin == pytest.approx(-0.5)


def test_where_no_clause_decides_none_is_named() -> None:
    treaty = works(3.0)
    found = _reasons(treaty)
    assert not found.decisive and because(found, treaty) == ""
    assert reason_lines(found, treaty)[0] == "No clause decides it alone: it holds without any one of them."


@pytest.mark.slow
@pytest.mark.parametrize("damages", [1.0, 2.5])
def test_the_answer_without_a_clause_is_that_of_the_text_that_leaves_it_out(damages: float) -> None:
    treaty = fixed_term(damages, IDLE)
    for one in _reasons(treaty).removed:
        changed = apply_variant(treaty, Variant(name="w", remove=(one.path,)))
        again = assess(changed, region=False)
        assert (one.verdict, one.first_rung) == (again.verdict, again.first_rung)
        assert one.margin == pytest.approx(again.margin)
        assert one.values == pytest.approx({value.party: value.compliance for value in again.values})


def test_an_option_that_leaves_out_the_same_clause_is_not_asked_again() -> None:
    treaty = fixed_term(3.0, OPTION)
    found = assess(treaty, region=False)
    (removed,) = (one for one in found.variants if one.name == "No damages")
    # Whatever the assessment says of the option, the reasons say the same.
    top = replace(removed.ladder[-1].found, verdict="undecided", margin=None)
    told = replace(removed, ladder=(*removed.ladder[:-1], replace(removed.ladder[-1], found=top)))
    forged = replace(found, variants=(found.variants[0], told))
    (one,) = (one for one in reasons(treaty, forged).removed if one.path == "remedy")
    assert one.verdict == "undecided" and not one.decides and not one.idle


def test_an_undecided_text_rests_on_nothing_that_is_told() -> None:
    treaty = fixed_term(3.0)
    found = assess(treaty, region=False)
    top = replace(found.ladder[-1].found, verdict="undecided", margin=None, certificate=None)
    open_ = replace(found, ladder=(*found.ladder[:-1], replace(found.ladder[-1], found=top)))
    why = reasons(treaty, open_)
    assert not why.decisive and because(why, treaty) == ""
    assert not any("because" in line or "verdict stays" in line for line in reason_lines(why, treaty))


def test_a_clause_that_another_needs_is_said_to_stay() -> None:
    treaty = stock_and_levy()
    found = _reasons(treaty)
    assert _named(found.bound) == ["custom[3]"]
    assert "names 'stock', which there is not" in found.bound[0].problem
    told = reason_lines(found, treaty)
    assert "Cannot be left out alone: Article 3 (stock), as other clauses need it." in told


def test_noisy_treaties_are_compared_by_years_of_cooperation() -> None:
    lasting = Cooperation(4.0, 8.0, 1.0, None, 0.0, 0.9)
    text = Without("", "-", "the text", "unsustainable", -1.0, None, {"A": 2.0}, lasting)
    shorter = replace(text, path="remedy", article="5", cooperation=replace(lasting, keeps=3.0, share=0.4))
    lines = reason_lines(Reasons(text, (shorter,), noisy=True), fixed_term(1.0))
    assert any("3 years of cooperation (40% of the time), with it 8 years" in line for line in lines)

