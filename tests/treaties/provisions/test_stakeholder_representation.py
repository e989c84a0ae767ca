"""Stakeholder representation: what a visible breach costs at home, and whose consent is needed, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.random_pairs import SEEDS, dilemma, head, judged, treaty
from tests.support.small_treaties import FILES, chances_after, row
from treaties.assessing.ratifiers import refused_at_home
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS

TEXT = (FILES / "stakeholder_representation.toml").read_text().split("[[provision]]")[0]
"""R = 2, T = 3, S = -1, P = 0, discount factor 1/2; nobody can leave."""
UNSEEN = (FILES / "stakeholder_representation_unseen.toml").read_text().split("[[provision]]")[0]
"""The same where nobody sees conduct: a breach is flagged with chance 3/4, compliance, slips included, with 0.35."""
OUTCRY = "outcry in A under article 13"


def stakeholders(terms: str) -> str:
    return f'type = "stakeholder_representation"\narticle = "13"\n{terms}'


def test_a_government_pays_in_the_year_in_which_it_is_seen_to_be_in_breach() -> None:
    compiled = compile_treaty(treaty(TEXT, stakeholders('audience_cost = 1.5\nparty = "A"')))
    here = {STATUS: "in force"}
    found = [compiled.game.payoffs[row(compiled, here, A={"trade": a}, B={"trade": b})].tolist()
             for a in ("comply", "breach") for b in ("comply", "breach")]  # fmt: skip
    assert found == [[2, 2], [-1, 3], [1.5, -1], [-1.5, 0]]


def test_where_nobody_sees_conduct_it_pays_a_year_after_a_flag() -> None:
    compiled = compile_treaty(treaty(UNSEEN, stakeholders('audience_cost = 1.5\nparty = "A"')))
    calm, outcry = ({STATUS: "in force", OUTCRY: said} for said in ("no", "yes"))
    assert compiled.game.payoffs[row(compiled, calm, A={"trade": "breach"})].tolist() == [3, -1]
    assert compiled.game.payoffs[row(compiled, outcry)].tolist() == [0.5, 2]
    assert chances_after(compiled, row(compiled, calm), OUTCRY) == pytest.approx({"no": 0.65, "yes": 0.35})
    broken = chances_after(compiled, row(compiled, outcry, A={"trade": "breach"}), OUTCRY)
    assert broken == pytest.approx({"no": 0.25, "yes": 0.75})


@pytest.mark.behaviour("stakeholder_representation")
@pytest.mark.parametrize(("cost", "found"), [(0, -1), (0.5, -0.5), (1, 0), (3, 2)])
def test_an_audience_at_home_makes_a_breach_dear(cost: float, found: float) -> None:
    """B would win 5 by a breach that is answered for good: 2 / (1 - 1/2) = 4 is enough once its audience costs 1.

    What answers it is mutual breach, in which B pays its audience as well; complying alone would bring it -1 a year,
    so that it can be held to -min(c, 1) a year from then on.
    """
    tempted = TEXT.replace("temptation = { A = 3, B = 3 }", "temptation = { A = 3, B = 5 }")
    judgement = judged(treaty(tempted, stakeholders(f'party = "B"\naudience_cost = {cost}')))
    assert judgement.verdict == ("sustainable" if found + min(cost, 1) >= 0 else "unsustainable")


def test_an_audience_that_forgives_no_answer_can_undo_what_deters() -> None:
    """With 5 to pay at home for every breach A would sooner be betrayed (-1) than answer (-5): B then breaches."""
    verdicts = [judged(treaty(TEXT, stakeholders(f'party = "A"\naudience_cost = {cost}'))).verdict for cost in (0.5, 5)]
    assert verdicts == ["sustainable", "unsustainable"]


def test_a_seat_is_one_more_that_has_to_be_better_off() -> None:
    """Half of 2 a year less a cost of its own, against nothing."""
    for cost, refuse in ((0.5, ()), (1, ()), (1.5, ("B",))):
        seat = f'ratifiers = [{{ party = "B", name = "steelworkers", share = 0.5, cost = {cost} }}]'
        compiled = compile_treaty(treaty(TEXT, stakeholders(seat)))
        assert refused_at_home(compiled) == refuse
        assert compiled.game.digest == compile_treaty(treaty(TEXT)).game.digest, "ratifiers are no players"


@pytest.mark.law("stakeholder_representation")
@pytest.mark.parametrize("seed", SEEDS)
def test_in_one_public_matter_without_exit_an_audience_of_all_is_a_lower_temptation_and_punishment(seed: int) -> None:
    """The game is the same one, to the last bit."""
    rng = np.random.default_rng(seed)
    text, cost = head(rng) + dilemma(rng), int(rng.integers(1, 20))
    plain = treaty(text)
    lower = text
    for kind in ("temptation", "punishment"):
        a, b = (round(10 * plain.matters[0].payoff(kind, party)) for party in "AB")
        old = next(line for line in text.splitlines() if line.startswith(kind))
        lower = lower.replace(old, f"{kind} = {{ A = {(a - cost) / 10:g}, B = {(b - cost) / 10:g} }}")
    watched = compile_treaty(treaty(text, stakeholders(f"audience_cost = {cost / 10:g}")))
    assert watched.game.digest == compile_treaty(treaty(lower)).game.digest != compile_treaty(plain).game.digest
