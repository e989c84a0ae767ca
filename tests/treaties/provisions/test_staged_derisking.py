"""Staged de-risking: what a stage scales, what opens the next one, and what a breach does to it, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.one_deviation import start, worth
from tests.support.small_treaties import chances_after, drawn, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import STAGE, STATUS, YEAR

STAGES = (
    'type = "staged_derisking"\narticle = "9"\n'
    "stages = [{ year = 0, exposure = 1 }, { year = 1, exposure = 0.5 }, { year = 2, exposure = 0 }]\n"
)


@pytest.mark.parametrize(("on_breach", "after"), [("hold", [1, 2, 3]), ("roll_back", [1, 1, 2])])
@pytest.mark.parametrize("breach", [{"A"}, {"B"}, {"A", "B"}])
def test_a_breach_holds_the_stage_or_takes_one_step_back_but_never_below_the_first(
    on_breach: str, after: list[int], breach: set[str]
) -> None:
    compiled = compile_treaty(plus(STAGES + f'on_breach = "{on_breach}"\n'))
    moves = {party: {"trade": "breach"} for party in breach}
    for stage, then in zip((1, 2, 3), after, strict=True):
        k = row(compiled, {STATUS: "in force", STAGE: stage, YEAR: 3}, **moves)
        assert chances_after(compiled, k, STAGE) == {then: 1.0}
        assert chances_after(compiled, k, STATUS) == {"in force": 1.0}
        kept = row(compiled, {STATUS: "in force", STAGE: stage, YEAR: 3})
        assert chances_after(compiled, kept, STAGE) == {min(stage + 1, 3): 1.0}


def test_a_breach_may_end_the_treaty() -> None:
    compiled = compile_treaty(plus(STAGES + 'on_breach = "end"\n'))
    start: dict[str, str | int] = {STATUS: "in force", STAGE: 1, YEAR: 1}
    assert chances_after(compiled, row(compiled, start, B={"trade": "breach"}), STATUS) == {"ended": 1.0}
    assert chances_after(compiled, row(compiled, start), STATUS) == {"in force": 1.0}


@pytest.mark.parametrize(("gate", "after_breach"), [("calendar", 1), ("compliance", 1)])
def test_no_stage_opens_before_its_year(gate: str, after_breach: int) -> None:
    late = STAGES.replace("year = 1", "year = 2").replace("year = 2, exposure = 0 }", "year = 3, exposure = 0 }")
    compiled = compile_treaty(plus(late + f'gate = "{gate}"\n'))
    for year, opens in ((1, 1), (2, 2)):
        start: dict[str, str | int] = {STATUS: "in force", STAGE: 1, YEAR: year}
        assert chances_after(compiled, row(compiled, start), STAGE) == {opens: 1.0}
        assert chances_after(compiled, row(compiled, start, A={"trade": "breach"}), STAGE) == {after_breach: 1.0}


@pytest.mark.parametrize("votes", list(itertools.product(["advance", "wait"], repeat=2)))
def test_the_mutual_gate_opens_only_if_nobody_waits(votes: tuple[str, str]) -> None:
    compiled = compile_treaty(plus(STAGES + 'gate = "mutual"\n'))
    k = row(compiled, {STATUS: "in force", STAGE: 1, YEAR: 1}, A={STAGE: votes[0]}, B={STAGE: votes[1]})
    assert chances_after(compiled, k, STAGE) == {2 if votes == ("advance", "advance") else 1: 1.0}


@pytest.mark.parametrize(
    ("scales", "exposure", "expected"),
    [
        # Of A: reward 6, temptation 7, sucker -1, punishment 0; of B: reward 1, temptation 4, sucker -1, punishment 0.
        ("risk", 1, [[6, 1], [-1, 4], [7, -1], [0, 0]]),
        ("risk", 0.5, [[6, 1], [-0.5, 2.5], [6.5, -0.5], [0, 0]]),
        ("risk", 0, [[6, 1], [0, 1], [6, 0], [0, 0]]),
        ("stakes", 0.5, [[3, 0.5], [-0.5, 2], [3.5, -0.5], [0, 0]]),
        ("stakes", 0, [[0, 0]] * 4),
    ],
)
@pytest.mark.behaviour("staged_derisking")
def test_exposure_scales_risk_or_stakes(scales: str, exposure: float, expected: list[list[float]]) -> None:
    clause = f'stages = [{{ year = 0, exposure = {exposure} }}]\nscales = "{scales}"\n'
    compiled = compile_treaty(plus('type = "staged_derisking"\n' + clause))
    rows = [
        row(compiled, {STATUS: "in force"}, A={"trade": a}, B={"trade": b})
        for a, b in itertools.product(("comply", "breach"), repeat=2)
    ]
    assert compiled.game.payoffs[rows].tolist() == expected


def test_a_new_term_does_not_start_the_stages_again() -> None:
    term = 'type = "sunset"\nterm_years = 3\nrenewal = { rule = "automatic" }\n'
    compiled = compile_treaty(plus(STAGES, term))
    k = row(compiled, {STATUS: "in force", STAGE: 3, YEAR: 3})
    assert chances_after(compiled, k, STAGE) == {3: 1.0} and chances_after(compiled, k, YEAR) == {1: 1.0}


EXPOSED = "stages = [{{ year = 0, exposure = {} }}, {{ year = 1, exposure = 1 }}]"
STAKES = 'type = "staged_derisking"\nscales = "stakes"\n' + EXPOSED


@pytest.mark.behaviour("staged_derisking")
def test_a_first_year_at_a_quarter_of_the_stakes_wins_a_breach_a_quarter_and_delays_the_rest() -> None:
    """B complies: 0.25, then 1 for ever: 0.25 + 0.6 / 0.4 = 1.75.  Its breach wins 4 / 4, and the first year again."""
    compiled = compile_treaty(plus(STAKES.format(0.25)))
    assert start(compiled)[1] == pytest.approx(1.75, abs=1e-9)
    breach = row(compiled, {STATUS: "in force", STAGE: 1}, B={"trade": "breach"})
    assert worth(compiled, breach)[1] == pytest.approx(1 + 0.6 * 1.75, abs=1e-9)


@pytest.mark.law("staged_derisking")
@pytest.mark.parametrize("exposure", [0.25, 0.5])
@pytest.mark.parametrize("seed", range(3))
def test_a_schedule_of_one_stage_scales_all_values_by_its_exposure_where_outside_options_are_nothing(
    seed: int, exposure: float
) -> None:
    """Of all stakes, whatever is played: compliance, and a breach of either party."""
    one = f'type = "staged_derisking"\nscales = "stakes"\nstages = [{{ year = 0, exposure = {exposure} }}]'
    compiled, bare = compile_treaty(drawn(seed, one, outside=False)), compile_treaty(drawn(seed, outside=False))
    assert start(compiled) == pytest.approx(exposure * start(bare), abs=1e-9)
    for party in "AB":
        moves = {party: {"trade": "breach"}}
        small, full = (worth(c, row(c, {STATUS: "in force"}, **moves)) for c in (compiled, bare))
        assert small == pytest.approx(exposure * full, abs=1e-9)


def test_where_a_breach_does_nothing_the_calendar_goes_on_whatever_is_done() -> None:
    compiled = compile_treaty(plus(STAGES + 'on_breach = "nothing"\ngate = "calendar"\n'))
    for a, b in itertools.product(("comply", "breach"), repeat=2):
        k = row(compiled, {STATUS: "in force", STAGE: 1, YEAR: 1}, A={"trade": a}, B={"trade": b})
        assert chances_after(compiled, k, STAGE) == {2: 1.0} and chances_after(compiled, k, STATUS) == {"in force": 1.0}
