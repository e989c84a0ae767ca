"""Dispute ladders: where a breach leads year by year, what it costs in the end, and what that holds together."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.dilemmas import Dilemma, drawn, worth_of
from tests.support.small_treaties import chances_after, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import STATUS
from treaties.reading.treaty_file import read_treaty_text

FOUR = (3.0, 4.0, -1.0, 0.0)
TWO = Dilemma({"A": FOUR, "B": FOUR}, 0.5, exit=False)
THREE = Dilemma({"A": FOUR, "B": FOUR, "C": FOUR}, 0.5)
DISPUTE = "dispute with A on trade"


def clause(respondent: str | None = "A", **terms: float) -> str:
    told = "".join(f"{name} = {value}\n" for name, value in terms.items())
    against = "" if respondent is None else f'respondent = "{respondent}"\n'
    return f'type = "dispute_ladder"\narticle = "20"\nmatter = "trade"\n{against}{told}'


def step(compiled: CompiledTreaty, at: str, a: str = "comply") -> dict[str | int | float, float]:
    return chances_after(compiled, row(compiled, {STATUS: "in force", DISPUTE: at}, A={"trade": a}), DISPUTE)


@pytest.mark.behaviour("dispute_ladder")
def test_a_breach_leads_from_consultations_to_the_panel_to_retaliation_and_out() -> None:
    """Settled with chance 1/4 after two years, else a panel of one year that is right with chance 4/5."""
    compiled = TWO.compiled(
        clause(consultation_years=2, settled=0.25, panel_years=1, accuracy=0.8, cap=5, retaliation_years=2)
    )
    assert step(compiled, "none") == {"none": 1}
    assert step(compiled, "none", "breach") == {"consultation, 2 left": 1}
    for conduct in ("comply", "breach"):
        assert step(compiled, "consultation, 2 left", conduct) == {"consultation, 1 left": 1}
        assert step(compiled, "consultation, 1 left", conduct) == pytest.approx({"panel, 1 left": 0.75, "none": 0.25})
        assert step(compiled, "panel, 1 left", conduct) == pytest.approx({"retaliation, 2 left": 0.8, "none": 0.2})
    assert step(compiled, "retaliation, 2 left") == {"retaliation, 1 left": 1}
    assert step(compiled, "retaliation, 1 left") == {"none": 1}
    for at in ("retaliation, 2 left", "retaliation, 1 left"):
        assert step(compiled, at, "breach") == {"retaliation, 2 left": 1}


def test_with_three_parties_the_one_in_breach_pays_and_the_others_share_what_is_recovered() -> None:
    """A pays the cap of 5, of which B and C get 2/5 together: 3 - 5, and 3 + 1 each; there is no suit against B."""
    compiled = THREE.compiled(clause(panel_years=0, cap=5, recovered=0.4))
    assert step(compiled, "none", "breach") == {"retaliation, 1 left": 1}
    k = row(compiled, {STATUS: "in force", DISPUTE: "retaliation, 1 left"})
    assert compiled.game.payoffs[k].tolist() == [-2, 4, 4]
    b_breaches = row(compiled, {STATUS: "in force", DISPUTE: "none"}, B={"trade": "breach"})
    assert chances_after(compiled, b_breaches, DISPUTE) == {"none": 1}
    assert len(compiled.game.states) == 3, "none, retaliation, ended"


def test_complying_whatever_has_happened_is_an_equilibrium_exactly_from_its_threshold_on() -> None:
    """A panel at once, right with chance 1/2, one year at a cap of 4: a breach wins 1 and loses δ · 4 / 2, from 1/2.

    In the year of retaliation a breach wins 1 and loses δ · 4: that holds sooner.
    """
    for discount, kept in ((0.49, False), (0.51, True)):
        compiled = TWO.at(discount).compiled(clause(None, panel_years=0, accuracy=0.5, cap=4))
        best = -np.inf
        for s in range(compiled.game.n_states):
            stays = worth_of(compiled, int(compiled.compliance[s]))
            for i, party in enumerate("AB"):
                deviates = worth_of(compiled, compiled.row_of(s, {(party, "trade"): "breach"}))
                best = max(best, deviates[i] - stays[i])
        assert bool(best <= 0) is kept


def test_in_a_matter_that_nobody_sees_the_panel_clears_most_of_the_innocent() -> None:
    """Who complies is flagged with chance 0.1 and then found in breach with 0.2; who breaches, with 0.8 and 0.8."""
    text = TWO.text + "observability = { detection = 0.8, false_alarm = 0.1 }\n"
    clauses = f"[[provision]]\n{clause(panel_years=1, accuracy=0.8, cap=5)}"
    compiled = compile_treaty(read_treaty_text(text + clauses))
    for conduct, begins in (("comply", 0.1 * 0.2), ("breach", 0.8 * 0.8)):
        assert step(compiled, "none", conduct) == pytest.approx({"panel, 1 left": begins, "none": 1 - begins})
        assert step(compiled, "panel, 1 left", conduct) == {"retaliation, 1 left": 1}


@pytest.mark.law("dispute_ladder")
@pytest.mark.parametrize("seed", range(6))
def test_a_surer_dearer_longer_or_earlier_remedy_never_makes_a_seen_breach_cheaper_where_all_comply_later(
    seed: int,
) -> None:
    """A breach loses (1 - s) q cap δ^(1 + c + d) (1 - δ^r) / (1 - δ) as a one-off, and wins T - R.

    In per-year averages, (1 - δ) times that; the dearest retaliation is still only what the cap allows.
    """
    draw = np.random.default_rng(seed)
    dilemma = drawn(seed, "ABC"[: 2 + seed % 2])
    base = {
        "consultation_years": int(draw.integers(0, 3)), "panel_years": int(draw.integers(0, 3)),
        "accuracy": float(draw.integers(2, 4)) / 4, "cap": float(draw.integers(1, 9)),
        "retaliation_years": int(draw.integers(1, 4)),
    }  # fmt: skip
    if base["consultation_years"]:
        base["settled"] = float(draw.integers(0, 4)) / 4

    def loses(terms: dict[str, float]) -> float:
        compiled = dilemma.compiled(clause("A", **terms))
        start = {STATUS: "in force", DISPUTE: "none"}
        kept, breach = (worth_of(compiled, row(compiled, start, A={"trade": c}))[0] for c in ("comply", "breach"))
        won = dilemma.payoffs["A"][1] - dilemma.payoffs["A"][0]
        return float((kept - breach) / (1 - dilemma.discount) + won)

    d, c, p, r = dilemma.discount, base["consultation_years"], base["panel_years"], base["retaliation_years"]
    lost = loses(base)
    formula = base["accuracy"] * base["cap"] * d ** (1 + c + p) * (1 - d**r) / (1 - d) * (1 - base.get("settled", 0))
    assert lost == pytest.approx(formula, abs=1e-9)
    for term, more in itertools.product(("accuracy", "cap", "retaliation_years"), (0.25, 1)):
        if term == "accuracy" or more == 1:
            assert (
                loses(base | {term: min(base[term] + more, 1.0) if term == "accuracy" else base[term] + more}) >= lost
            )
    for term in ("consultation_years", "panel_years"):
        assert loses(base | {term: base[term] + 1}) <= lost + 1e-12
