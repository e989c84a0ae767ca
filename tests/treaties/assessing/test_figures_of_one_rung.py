"""What is said of how firmly a treaty stands: each figure from one rung, ties as ties, what is even as even."""

from __future__ import annotations

import numpy as np
import pytest

from treaties.assessing.assess import assess
from treaties.assessing.assessment import Assessment
from treaties.briefing.briefing import Briefing
from treaties.briefing.terminal import summary
from treaties.compiling.compile import compile_treaty
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

HEAD = 'schema = "servanda-treaty/1"\ntitle = "Some years"\npayoff_unit = "points per year"\nexit = false\n'


def treaty(reward: float = 2, temptation: float = 3, factor: float = 0.7, more: str = "", seen: str = "") -> Treaty:
    """Both earn ``reward``, a breach wins ``temptation``, who complies alone gets -1, nobody's cooperation brings 0."""
    text = HEAD + "".join(f'[[party]]\nid = "{p}"\nname = "{p}land"\ndiscount = {factor}\n' for p in "AB")
    text += '[[matter]]\nid = "trade"\n' + seen
    for name, value in (("reward", reward), ("temptation", temptation), ("sucker", -1), ("punishment", 0)):
        text += f"{name} = {{ A = {value}, B = {value} }}\n"
    return read_treaty_text(text + more)


def found(**terms: float | str) -> Assessment:
    return assess(treaty(**terms), variants=False, region=False)  # type: ignore[arg-type]


def test_a_sentence_on_suspensions_tells_what_a_breach_loses_by_them() -> None:
    """One year of suspension costs .7 x 2 and a breach wins 1: .4 is lost; the end of cooperation costs 2 / .3 - 3."""
    told = found()
    said = Briefing.of(told).bottom_line
    assert told.leans_on.number == 2 and told.margin == pytest.approx(2 / 0.3 - 3)
    assert "leans on the threat to suspend cooperation for 1 year" in said[0]
    assert "it loses only 0.4 points in all, later losses counted, under that threat." in said[1]
    assert "Under the harshest credible answers no breach or exit would lose less than 3.67 points." in said[1]
    stated = Briefing.of(told).breaks
    assert stated is not None and stated.margin == pytest.approx(0.4)


def test_parties_in_the_same_position_are_told_as_such() -> None:
    told = found()
    assert told.weakest_link is not None and told.weakest_link.alike == ("Bland",)
    assert told.weakest_link.sentence.endswith("Bland is in the same position.")


def test_years_that_tie_are_told_together() -> None:
    """What survives is kept after five years as before, so that every year is alike."""
    told = found(more='[[provision]]\ntype = "sunset"\narticle = "9"\nterm_years = 5\nsurvives = "trade"\n')
    link = told.weakest_link
    assert link is not None and link.years == (1, 2, 3, 4, 5)
    assert "In this years 1 to 5 of the term are alike." in link.sentence
    assert "in any year alike" in Briefing.of(told).bottom_line[1]


@pytest.mark.parametrize(("factor", "even"), [(1 / 3 - 0.001, True), (1 / 3 + 0.001, True), (0.3, False), (0.4, False)])
def test_what_is_less_than_half_a_percent_of_the_range_is_told_as_about_even(factor: float, even: bool) -> None:
    told = found(factor=factor)
    assert told.matters == pytest.approx(0.005 * 4) and told.verdict != "undecided"
    assert ("about even" in Briefing.of(told).headline) is even
    assert any("That is about even" in line for line in summary(told)) is even


def test_rounding_is_told_as_nothing() -> None:
    told = found(factor=0.5)
    margins = [rung.margin for rung in told.ladder] + [point.stay_minus_leave for point in told.timeline.incentives]
    assert all(margin is None or margin == 0 or abs(margin) > 1e-9 for margin in margins)
    assert not any("e−" in line for line in summary(told))


def test_leaving_without_a_clause_on_it_is_told_as_what_it_is() -> None:
    free = treaty().model_copy(update={"exit": True})
    said = {words for choice in compile_treaty(free).choices for words in (o.words for o in choice.options) if words}
    assert "walks out (no article forbids it)" in said and not any("leaves the treaty" in words for words in said)


AUDIT = (
    '[[provision]]\ntype = "audit"\narticle = "7"\nmatter = "trade"\ndetection = 0.9\nfalse_alarm = 0.05\n'
    "coverage = 0.5\n"
)
HIDDEN = 'observability = "private"\n'


def test_a_term_renewed_automatically_and_no_term_at_all_are_one_game() -> None:
    """So that years of cooperation, and all else, are the same."""
    term = '[[provision]]\ntype = "sunset"\narticle = "9"\nterm_years = 5\nrenewal = { rule = "automatic" }\n'
    bare, renewed = (compile_treaty(treaty(seen=HIDDEN, more=AUDIT + clause)).game for clause in ("", term))
    assert (bare.n_states, bare.n_rows) == (renewed.n_states, renewed.n_rows)
    assert np.array_equal(bare.payoffs, renewed.payoffs)
    assert np.array_equal(bare.transition.toarray(), renewed.transition.toarray())
    assert bare.monitoring is not None and renewed.monitoring is not None
    assert bare.monitoring.digest == renewed.monitoring.digest


def test_where_audits_are_announced_the_first_year_is_audited_too() -> None:
    compiled = compile_treaty(treaty(seen=HIDDEN, more=AUDIT + 'timing = "announced"\n'))
    monitoring, start = compiled.game.monitoring, compiled.game.initial
    assert monitoring is not None
    flagged = [k for k, signal in enumerate(monitoring.signals[start]) if "audited, flagged" in str(signal)]
    chance = monitoring.chances(start, int(compiled.compliance[start]) - int(compiled.game.row_start[start]))
    assert chance[flagged].sum() == pytest.approx(1 - (1 - 0.025) ** 2)
