"""Transitional assistance in the compiled game, by hand, and a law."""

from __future__ import annotations

import numpy as np
import pytest

from games.play.markov_play import MarkovPlay
from tests.support.small_treaties import DILEMMA, FILES, chances_after, plus, row
from treaties.assessing.answers import Answers
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS, CompilationError, payment_matter
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty, read_treaty_text

KEPT = DILEMMA.replace("A = 6, B = 1", "A = 6, B = 3")
PAY = payment_matter("B")
YEARS = "years of help for B"


def helped(**terms: object) -> str:
    lines = [f"{name} = {value}" for name, value in ({"amount": 2} | terms).items()]
    return "\n".join(['type = "transitional_assistance"', 'payer = "A"', 'payee = "B"', 'matter = "trade"', *lines])


@pytest.mark.behaviour("transitional_assistance")
def test_once_help_has_run_out_the_duty_has_to_hold_by_itself() -> None:
    """Discount 0.6; B has 1 from complying and 4 from a breach: (1 − 1.6) / 0.4 = −1.5 without help.

    With help of 2 for two years if it complies: (0.4 · 3 + 0.6 · 1 − 1.6) / 0.4 = 0.5 in the second, −1.5 thereafter.
    """
    found = Answers(plus(helped(years=2, condition='"compliance"'))).text.verdict("none")
    assert found.verdict == "unsustainable" and found.margin == pytest.approx(-1.5, abs=1e-9)
    assert found.weakest_link is not None
    assert found.weakest_link.state == {"years of help for Borduria": "2"}


@pytest.mark.behaviour("transitional_assistance")
def test_help_that_depends_on_compliance_is_one_more_reason_to_comply() -> None:
    """Discount 0.6; B has 3, help of 2 in the first year only, and 4 from a breach.

    What deters least is the second year on: (3 − 1.6) / 0.4 = 3.5.  In the first year
    (0.4 · 5 + 0.6 · 3 − 0.4 · 4) / 0.4 = 5.5 if a breach loses the help, and 3.5 if it does not.  A's first year:
    0.4 · 4 + 0.6 · 6 = 5.2 against 0.4 · 7, margin 6.
    """
    for condition, first in (("compliance", 5.5), ("none", 3.5)):
        clause = helped(years=1, condition=f'"{condition}"')
        compiled = compile_treaty(read_treaty_text(f"{KEPT}[[provision]]\n{clause}"))
        start = compiled.game.initial
        breach = row(compiled, {STATUS: "in force", YEARS: 0}, B={"trade": "breach"})
        worth = MarkovPlay(compiled.game, compiled.compliance).values()[start, 1]
        assert (worth - 0.4 * compiled.game.payoffs[breach, 1]) / 0.4 == pytest.approx(first, abs=1e-9)
        found = Answers(compiled.treaty).text.verdict("none")
        assert found.margin == pytest.approx(3.5, abs=1e-9)


def test_a_duty_that_waits_for_the_money_is_no_duty_without_it() -> None:
    compiled = compile_treaty(read_treaty(FILES / "transitional_assistance.toml"))
    start: dict[str, str | int | float] = {STATUS: "in force", f"{YEARS} under article 10": 0}
    unpaid = row(compiled, start, A={PAY: "pay 0"}, B={"trade": "breach"})
    assert compiled.game.payoffs[unpaid].tolist() == [0, 0]
    assert compiled.columns.in_breach["A", PAY][unpaid] and not compiled.columns.in_breach["B", "trade"][unpaid]
    last = row(compiled, {STATUS: "in force", f"{YEARS} under article 10": 3})
    assert compiled.game.payoffs[last].tolist() == [6, 1], "help is over, and the duty goes on"


def test_a_fund_pays_what_is_left_and_nothing_to_who_does_not_comply() -> None:
    """4 in the fund, 1.5 a year, grid 0, 2, 4: 2.5 is left, which is 4 with a chance of 1/4 and 2 with 3/4."""
    compiled = compile_treaty(read_treaty(FILES / "transitional_assistance_from_a_fund.toml"))
    fund = "fund for B under article 10"
    paid = row(compiled, {STATUS: "in force", fund: 4.0})
    assert compiled.game.payoffs[paid].tolist() == [4.5, 2.5]
    assert chances_after(compiled, paid, fund) == {4.0: 0.25, 2.0: 0.75}
    kept = row(compiled, {STATUS: "in force", fund: 4.0}, B={"trade": "breach"})
    assert compiled.game.payoffs[kept].tolist() == [-1, 4] and chances_after(compiled, kept, fund) == {4.0: 1.0}
    assert compiled.game.payoffs[row(compiled, {STATUS: "in force", fund: 0.0})].tolist() == [6, 1]


@pytest.mark.law("transitional_assistance")
@pytest.mark.parametrize("seed", range(6))
def test_a_fund_pays_out_what_is_in_it_on_average_whatever_its_grid_where_it_is_rounded_by_chance(seed: int) -> None:
    """What is left on average falls by what is paid out, until nothing is left."""
    rng = np.random.default_rng(seed)
    fund, points = round(float(rng.uniform(1, 9)), 2), int(rng.integers(2, 8))
    amount = round(float(rng.uniform(0.4, 1)) * fund, 2)
    compiled = compile_treaty(plus(helped(amount=amount, fund=fund, points=points)))
    play = MarkovPlay(compiled.game, compiled.compliance)
    presence = play.occupation(compiled.game.initial, 200)
    received = compiled.game.payoffs[play.rows, 1] - 1.0
    assert float((presence @ received).sum()) == pytest.approx(fund, abs=1e-6)


def test_no_help_adds_nothing_and_two_limits_on_one_payment_are_refused() -> None:
    without = compile_treaty(plus()).game.digest
    assert compile_treaty(plus(helped(amount=0, years=3))).game.digest == without
    offset = 'type = "offset"\npayer = "A"\npayee = "B"\ncap = 2'
    with pytest.raises(CompilationError, match="each limit what A may pay B; keep one of them"):
        compile_treaty(plus(helped(years=3), offset))
    coarse = plus(helped(amount=1, fund=4, points=3, rounding='"down"'))
    assert any("empty before all of it is paid" in finding.problem for finding in lint(coarse))
    assert any("never empty a fund" in finding.problem for finding in lint(plus(helped(years=1, fund=4))))
