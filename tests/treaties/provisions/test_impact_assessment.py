"""Impact assessment: what is learned of a treaty's worth, and whose vote follows it, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.random_pairs import SEEDS, dilemma, treaty
from tests.support.small_treaties import FILES, chances_after, row
from treaties.assessing.answers import Answers
from treaties.compiling.compile import compile_treaty
from treaties.effects import RENEWAL, STATUS, YEAR
from treaties.model.treaty import Treaty

TEXT = (FILES / "impact_assessment.toml").read_text().split("[[provision]]")[0]
"""R = 2, T = 3, S = -1, P = 0, discount factor 1/2; outside the treaty A has 1 a year, B nothing."""
TERM = 'type = "sunset"\nterm_years = 2\nrenewal = { rule = "mutual" }'
FOUND = "assessment of trade"


def assessed(precision: float, more: str = "", likely: float = 0.5, spread: float = 6) -> str:
    return (
        f'type = "impact_assessment"\narticle = "35"\nmatter = "trade"\nspread = {{ A = {spread}, B = 0 }}\n'
        f"likely = {likely}\nprecision = {precision}\nyear = 1\n{more}"
    )


def value(text: Treaty) -> float:
    """What A has a year on average, under full compliance from signature on."""
    return float(Answers(text).text.values[0])


@pytest.mark.parametrize(("precision", "likely", "good", "of_good", "of_bad"), [
    (1, 0.5, 0.5, 3, -3), (0.75, 0.5, 0.5, 1.5, -1.5), (0.8, 0.25, 0.35, 6 * (4 / 7 - 0.25), 6 * (1 / 13 - 0.25))
])  # fmt: skip
def test_it_is_published_once_and_moves_what_is_expected_by_bayes(
    precision: float, likely: float, good: float, of_good: float, of_bad: float
) -> None:
    compiled = compile_treaty(treaty(TEXT, TERM, assessed(precision, "cost = 0.5", likely)))
    first = row(compiled, {STATUS: "in force", YEAR: 1, FOUND: "not yet published"})
    assert compiled.game.payoffs[first].tolist() == [1.75, 1.75]
    found = chances_after(compiled, first, FOUND)
    assert found == pytest.approx({"worth more": good, "worth less": 1 - good})
    assert good * of_good + (1 - good) * of_bad == pytest.approx(0)
    for said, more in (("worth more", of_good), ("worth less", of_bad)):
        for year in (1, 2):
            here: dict[str, str | int] = {STATUS: "in force", YEAR: year, FOUND: said}
            assert compiled.game.payoffs[row(compiled, here)].tolist() == pytest.approx([2 + more, 2])
            breach = row(compiled, here, B={"trade": "breach"})
            assert compiled.game.payoffs[breach].tolist() == [-1, 3]
            assert chances_after(compiled, row(compiled, here), FOUND) == {said: 1.0}


@pytest.mark.behaviour("impact_assessment")
def test_a_vote_that_follows_it_is_worth_what_the_mistake_of_staying_would_cost() -> None:
    """In year 2 A knows whether trade is worth 5 or -1 to it.

    Renewed for ever: 2 + 1/2 (1/2 10 - 1/2 2) = 4 in all, 2 a year on average, as without the assessment.  If A
    refuses when it is worth -1, and then has 1 outside: 2 + 1/2 (1/2 10 + 1/2 (-1 + 1/2 2)) = 4.5, 2.25 a year.
    """
    assert value(treaty(TEXT, TERM)) == pytest.approx(2)
    assert value(treaty(TEXT, TERM, assessed(1))) == pytest.approx(2)
    assert value(treaty(TEXT, TERM, assessed(1, 'refuse_if_bad = "A"'))) == pytest.approx(2.25)
    costly = treaty(TEXT, TERM, assessed(1, 'refuse_if_bad = "A"\ncost = 0.4'))
    assert value(costly) == pytest.approx(2.25 - 0.5 * 0.2), "paid once, in the first of all years, in two parts"


def test_the_plan_refuses_where_it_is_found_to_be_worth_less_and_only_there() -> None:
    compiled = compile_treaty(treaty(TEXT, TERM, assessed(1, 'refuse_if_bad = "A"')))
    last: dict[str, str | int] = {STATUS: "in force", YEAR: 2}
    for said, after in (("worth more", "in force"), ("worth less", "ended")):
        (state,) = {int(compiled.game.row_state[row(compiled, {**last, FOUND: said})])}
        planned = int(compiled.compliance[state])
        assert compiled.columns.takes("A", RENEWAL, "refuse")[planned] == (said == "worth less")
        assert not compiled.columns.takes("B", RENEWAL, "refuse")[planned]
        assert chances_after(compiled, planned, STATUS) == {after: 1.0}


def test_an_assessment_that_tells_nothing_is_no_clause() -> None:
    bare, silent = (compile_treaty(treaty(TEXT, *clauses)) for clauses in ((TERM,), (TERM, assessed(0.5))))
    assert bare.game.digest == silent.game.digest


@pytest.mark.law("impact_assessment")
@pytest.mark.parametrize("seed", SEEDS)
def test_what_no_vote_follows_changes_no_value_and_what_one_follows_is_worth_more_the_more_precise_it_is(
    seed: int,
) -> None:
    """Of an assessment without cost: expectations are a martingale, and information is worth something (Blackwell).

    The second of the better of two plans, renewing always or as the assessment says, where renewal is worth having
    before anything is known: R is at least the outside option.
    """
    rng = np.random.default_rng(seed)
    text = TEXT.partition("[[matter]]")[0] + dilemma(rng)
    likely, spread = rng.integers(1, 10) / 10, float(rng.integers(1, 100) / 10)
    reward = treaty(text).matters[0].payoff("reward", "A")
    text = text.replace("outside_option = 1", f"outside_option = {reward - rng.integers(0, 20) / 10:g}")
    before, best = value(treaty(text, TERM)), -np.inf
    for precision in (0.6, 0.8, 1):
        always, follows = (
            value(treaty(text, TERM, assessed(precision, more, likely, spread))) for more in ("", 'refuse_if_bad = "A"')
        )
        assert always == pytest.approx(before, abs=1e-9)
        assert max(always, follows) >= best - 1e-9
        best = max(always, follows)
