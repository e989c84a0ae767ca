"""Exchange programme: fewer slips taken for breaches, and slow growth of what cooperation is worth, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.random_pairs import SEEDS, dilemma, head, judged, margin, treaty
from tests.support.small_treaties import FILES, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS

TEXT = (FILES / "exchange_programme.toml").read_text().split("[[provision]]")[0]
YEARS = "article 15: years of exchange"
IMPATIENT = (
    TEXT.replace("discount = 0.5", "discount = 0.25")
    .partition("observability")[0]
    .replace("[[party]]", "exit = false\n[[party]]", 1)
)
"""R = 2, T = 3, S = -1, P = 0 in public, discount factor 1/4: 2 / (1 - 1/4) < 3, so that nothing holds by itself."""


def programme(terms: str) -> str:
    return f'type = "exchange_programme"\narticle = "15"\n{terms}'


def test_it_grows_by_equal_steps_and_pays_where_all_comply() -> None:
    compiled = compile_treaty(plus(programme("growth = 1\ngrows_over_years = 2\ncost = 0.25")))
    for years, more in ((0, 0), (1, 0.5), (2, 1)):
        here: dict[str, str | int] = {STATUS: "in force", YEARS: years}
        assert compiled.game.payoffs[row(compiled, here)].tolist() == [5.75 + more, 0.75 + more]
        breach = row(compiled, here, B={"trade": "breach"})
        assert compiled.game.payoffs[breach].tolist() == [-1.25, 3.75]
    state, seen = compiled.game.initial, []
    for _ in range(4):
        seen.append(int(compiled.state_columns.codes[YEARS][state]))
        (state,) = compiled.game.transition[[int(compiled.compliance[state])]].indices.tolist()
    assert seen == [0, 1, 2, 2]


@pytest.mark.behaviour("exchange_programme")
@pytest.mark.parametrize(
    ("years", "growth", "found"), [(1, 0, -1 / 3), (1, 1, 0), (2, 1, -1 / 8), (2, 1.6, 0), (2, 4, 1 / 2)]
)
def test_what_grows_slowly_supports_little_in_the_first_years(years: int, growth: float, found: float) -> None:
    """Complying from the start is worth 8/3 + g/3 if it has grown after a year, 8/3 + 5 g/24 after two; a breach 3."""
    found_of = judged(treaty(IMPATIENT, programme(f"growth = {growth}\ngrows_over_years = {years}")))
    assert found_of.margin == pytest.approx(found, abs=1e-9)
    assert found_of.verdict == ("sustainable" if found >= 0 else "unsustainable")


def test_misperception_falls_as_with_a_compliance_unit() -> None:
    exchanged = compile_treaty(treaty(TEXT, programme("avoids = 0.5\ncost = 0.1")))
    unit = compile_treaty(treaty(TEXT, 'type = "compliance_unit"\narticle = "15"\navoids = 0.5\ncost = 0.1'))
    assert exchanged.game.digest == unit.game.digest != compile_treaty(treaty(TEXT)).game.digest


def test_what_has_grown_is_lost_with_the_treaty() -> None:
    survives = 'type = "sunset"\nterm_years = 1\nrenewal = { rule = "automatic" }\nsurvives = "trade"'
    compiled = compile_treaty(plus(programme("growth = 1\ngrows_over_years = 1"), survives))
    assert compiled.game.payoffs[row(compiled, {STATUS: "ended"})].tolist() == [6, 1]
    assert compiled.game.payoffs[row(compiled, {STATUS: "in force", YEARS: 1})].tolist() == [7, 2]


@pytest.mark.law("exchange_programme")
@pytest.mark.parametrize("seed", SEEDS)
def test_growth_never_lowers_the_margin_where_nobody_can_leave_and_mutual_breach_is_the_harshest_answer(
    seed: int,
) -> None:
    """Complying is worth more from every year on, breaches and their answers as much as before; faster is no worse."""
    rng = np.random.default_rng(seed)
    text, growth, years = head(rng) + dilemma(rng), rng.integers(1, 20) / 10, int(rng.integers(2, 4))
    fast, slow = (programme(f"growth = {growth}\ngrows_over_years = {over}") for over in (1, years))
    found = [margin(treaty(text, *clauses)) for clauses in ((), (slow,), (fast,))]
    assert found[0] <= found[1] + 1e-9 <= found[2] + 2e-9
