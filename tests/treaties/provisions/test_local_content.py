"""Local content in the compiled game, by hand, and a law."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.support.small_treaties import DILEMMA, FILES, chances_after, plus, row
from treaties.assessing.answers import Answers
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS, YEAR
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty, read_treaty_text

KEPT = DILEMMA.replace("A = 6, B = 1", "A = 6, B = 3")
CONTENT = "local content of B in trade under article 9"


def content(**terms: object) -> str:
    known = {"per_year": 0.5, "points": 3} | terms
    lines = [f"{name} = {value}" for name, value in known.items()]
    return "\n".join(['type = "local_content"', 'producer = "A"', 'buyer = "B"', 'matter = "trade"', *lines])


@pytest.mark.behaviour("local_content")
@pytest.mark.parametrize(("protection", "margin"), [(0, 3.5), (1, 2.0), (2, 0.5), (3, -1.0)])
def test_what_protects_the_buyer_from_a_stop_of_supply_makes_its_own_breach_cheaper(
    protection: float, margin: float
) -> None:
    """Discount 0.6; all is local from the start.  B has 3 from complying, 4 from a breach, and p once A stops.

    (3 − 0.4 · 4 − 0.6 · p) / 0.4 = 3.5 − 1.5 p.
    """
    clause = content(starts=1.0, protection=protection, unit_cost=0, points=2)
    found = Answers(read_treaty_text(f"{KEPT}[[provision]]\n{clause}")).text.verdict("none")
    assert found.margin == pytest.approx(margin, abs=1e-9)
    assert found.verdict == ("sustainable" if margin > 0 else "unsustainable")


@pytest.mark.behaviour("local_content")
def test_milestones_costs_and_protection_year_by_year() -> None:
    """A quarter a year from a quarter on; half by year 2, all by year 4; 4 for all that is missing, 2 to place all."""
    compiled = compile_treaty(read_treaty(FILES / "local_content.toml"))
    year: dict[str, str | int | float] = {STATUS: "in force", YEAR: 1, CONTENT: 0.25}
    first = row(compiled, year)
    assert compiled.game.payoffs[first].tolist() == [6 - 0.5, 1 - 0.25]
    assert chances_after(compiled, first, CONTENT) == {0.5: 1.0}
    stopped = row(compiled, year, A={"trade": "breach"})
    assert compiled.game.payoffs[stopped].tolist() == [7, -1 + 2 * 0.25]
    assert chances_after(compiled, stopped, CONTENT) == {0.25: 1.0}
    behind = row(compiled, {STATUS: "in force", YEAR: 2, CONTENT: 0.25}, A={"trade": "breach"})
    assert compiled.game.payoffs[behind].tolist() == [7 - 4 * 0.25, -1 + 2 * 0.25 + 4 * 0.25]
    caught_up = row(compiled, {STATUS: "in force", YEAR: 2, CONTENT: 0.25})
    assert compiled.game.payoffs[caught_up].tolist() == [6 - 0.5, 1 - 0.25]
    ended = row(compiled, {STATUS: "ended", CONTENT: 0.5})
    assert compiled.game.payoffs[ended].tolist() == [0, 2 * 0.5]


def test_a_waiver_costs_its_fee_adds_nothing_and_excuses_a_milestone() -> None:
    compiled = compile_treaty(read_treaty(FILES / "local_content_waived.toml"))
    second: dict[str, str | int | float] = {STATUS: "in force", YEAR: 2, CONTENT: 0.0}
    waived = row(compiled, second, A={CONTENT: "waive"})
    # The second matter is out of force, as nothing is local yet.
    assert compiled.game.payoffs[waived].tolist() == [6 - 1, 1 + 1]
    assert chances_after(compiled, waived, CONTENT) == {0.0: 1.0}
    placed = row(compiled, second)
    assert compiled.game.payoffs[placed].tolist() == [6, 1]
    assert chances_after(compiled, placed, CONTENT) == {0.5: 1.0}
    missed = row(compiled, second, A={"trade": "breach"})
    assert compiled.game.payoffs[missed].tolist() == [7 - 4 * 0.5, -1 + 4 * 0.5]


def test_relief_takes_exposure_away_in_proportion() -> None:
    """At one half of all content and a relief of 0.4, a breach wins 0.8 of 7 − 6, and being betrayed costs 0.8."""
    compiled = compile_treaty(plus(content(starts=0.5, relief=0.4)))
    half: dict[str, str | int | float] = {STATUS: "in force", "local content of B in trade": 0.5}
    stopped = row(compiled, half, A={"trade": "breach"})
    assert compiled.game.payoffs[stopped].tolist() == pytest.approx([6.8, -0.8])
    assert compiled.game.payoffs[row(compiled, half)].tolist() == [6, 1]


def test_a_matter_opens_where_there_is_enough() -> None:
    clause = content(opens='"access"', opens_at=0.5)
    access = DILEMMA[DILEMMA.index("[[matter]]") :].replace('"trade"', '"access"')
    compiled = compile_treaty(read_treaty_text(f"{DILEMMA}{access}[[provision]]\n{clause}"))
    worth = [compiled.game.payoffs[row(compiled, {"local content of B in trade": level, STATUS: "in force"})].tolist()
             for level in (0.0, 0.5)]  # fmt: skip
    assert worth == [[6, 1], [12, 2]]


@pytest.mark.law("local_content")
@pytest.mark.parametrize("seed", range(4))
def test_raising_the_protection_never_raises_the_margin_where_only_the_buyer_is_tempted(seed: int) -> None:
    """The producer gains nothing from breaking the treaty first, so that both breaking it for ever deters most."""
    rng = np.random.default_rng(seed)
    reward, extra = round(float(rng.uniform(1, 3)), 2), round(float(rng.uniform(0, 3)), 2)
    text = DILEMMA.replace("A = 6, B = 1", f"A = 6, B = {reward}")
    text = text.replace("A = 7, B = 4", f"A = 5, B = {reward + extra}")
    per_year, unit_cost = round(float(rng.uniform(0.2, 1)), 2), round(float(rng.uniform(0.1, 0.5)), 2)
    margins = []
    for protection in (0.0, 0.5, 1.5, 3.0):
        clause = content(per_year=per_year, unit_cost=unit_cost, protection=protection)
        check = Answers(read_treaty_text(f"{text}[[provision]]\n{clause}")).text.verdict("none").grid
        assert check is not None and check.margin is not None
        margins.append(check.margin)
    assert all(after <= before + 1e-9 for before, after in pairwise(margins))


def test_content_that_nothing_depends_on_adds_no_state_and_odd_terms_are_remarked_upon() -> None:
    without = compile_treaty(plus()).game.digest
    assert compile_treaty(plus(content(milestones="[{ by_year = 2, level = 1 }]"))).game.digest == without
    said = {f.place: f.problem for f in lint(plus(content(milestones="[{ by_year = 1, level = 1 }]", penalty=1)))}
    assert "it is always missed" in said["local_content.milestones.0.level"]
    late = plus(content(milestones="[{ by_year = 6, level = 1 }]"), 'type = "sunset"\nterm_years = 5')
    assert any("in year 6 of a term of 5 years: never" in f.problem for f in lint(late))
