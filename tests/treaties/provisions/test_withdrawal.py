"""Withdrawal: who may give notice, and what binds until it has run out, by hand."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import chances_after, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import EXIT, STATUS, YEAR

NOTICE = 'type = "withdrawal"\narticle = "22"\nnotice_years = 2\n'


@pytest.mark.parametrize(
    ("holder", "parties"), [("", {"A", "B"}), ('holder = "A"', {"A"}), ('holder = "B"', {"B"}),
                            ('holder = ["A", "B"]', {"A", "B"})]
)  # fmt: skip
def test_only_holders_can_give_notice(holder: str, parties: set[str]) -> None:
    compiled = compile_treaty(plus(NOTICE + holder))
    assert {choice.party for choice in compiled.choices if choice.matter == EXIT} == parties
    for party in parties:
        k = row(compiled, {STATUS: "in force"}, **{party: {EXIT: "give notice"}})
        assert chances_after(compiled, k, STATUS) == {"notice, 2 left": 1.0}
    assert "leave" not in {name for choice in compiled.choices for name in choice.names}


def test_notice_runs_out_whatever_is_done_and_can_be_given_but_once() -> None:
    compiled = compile_treaty(plus(NOTICE))
    for status, after in (("notice, 2 left", "notice, 1 left"), ("notice, 1 left", "ended"), ("ended", "ended")):
        (state,) = [s for s, name in enumerate(compiled.game.states) if name == f"status={status}"]
        for k in compiled.game.rows_of(state):
            assert chances_after(compiled, k, STATUS) == {after: 1.0}
            assert not compiled.columns.any_takes(EXIT, "give notice")[k]


def test_obligations_bind_during_notice_and_the_clock_stands_still() -> None:
    voting = 'type = "reversed_veto"\nmembers = [{ party = "A" }]\nyears = [3]'
    compiled = compile_treaty(plus(NOTICE, 'type = "sunset"\nterm_years = 3\nrenewal = { rule = "automatic" }', voting))
    start: dict[str, str | int] = {STATUS: "notice, 2 left", YEAR: 3, "continuation": "continues"}
    breach = row(compiled, start, B={"trade": "breach"})
    assert compiled.columns.in_breach["B", "trade"][breach]
    assert compiled.game.payoffs[breach].tolist() == [-1, 4]
    assert chances_after(compiled, breach, YEAR) == {3: 1.0}
    assert compiled.game.payoffs[row(compiled, start)].tolist() == [6, 1]


def test_without_notice_the_treaty_ends_with_the_year() -> None:
    compiled = compile_treaty(plus(NOTICE.replace("= 2", "= 0")))
    k = row(compiled, {STATUS: "in force"}, A={EXIT: "give notice"})
    assert chances_after(compiled, k, STATUS) == {"ended": 1.0}
    assert compiled.game.payoffs[k].tolist() == [6, 1]
    assert chances_after(compiled, row(compiled, {STATUS: "in force"}), STATUS) == {"in force": 1.0}


def test_full_compliance_gives_no_notice() -> None:
    compiled = compile_treaty(plus(NOTICE))
    assert int(compiled.compliance[compiled.game.initial]) == row(compiled, {STATUS: "in force"})
