"""Thresholds of treaties as formulas, against the closed forms of the same clauses and the exact check."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import sympy as sp

from tests.support.command_line import run_with
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms
from treaties.thresholds.finding import TreatyThreshold, treaty_threshold
from treaties.thresholds.telling import summary

CASE = "treaties/cases/procurement.toml"
discount, probability = sp.symbols("discount probability")


def renewing(years: int, **renewal: object) -> Treaty:
    """The procurement treaty of another term and renewal."""
    return with_terms(read_treaty(CASE), {"sunset.term_years": years, "sunset.renewal": renewal})


def plain() -> Treaty:
    """The procurement treaty without any clause."""
    with open(CASE, encoding="utf-8") as file:
        return read_treaty_text(file.read().split("[[provision]]")[0], "plain.toml")


def confirmed(told: TreatyThreshold) -> TreatyThreshold:
    """The threshold, which exact checks at all points agree with."""
    assert told.agrees and told.checks and all(check.proved is not None for check in told.checks), told.checks
    return told


def test_patience_in_the_names_of_the_text() -> None:
    """Friedman (1971); leaving the treaty as well as breaching it pays nothing ever after instead of the punishment."""
    told = confirmed(treaty_threshold(
        plain(), "discount", symbols=["matter.procurement.temptation", "matter.procurement.reward"]))
    temptation, reward = sp.symbols("temptation reward")
    assert told.found is not None and told.found.formula == (temptation - reward) / temptation
    assert told.region is not None and told.region.intervals[0][0] == pytest.approx(1 / 3, abs=1e-12)
    assert [verdict for _, verdict in told.verdicts] == ["unsustainable", "sustainable"]


def test_a_renewal_by_chance_every_year() -> None:
    told = confirmed(treaty_threshold(
        renewing(1, rule="chance", probability=0.8), "sunset.renewal.probability", symbols=["discount"]))
    assert told.found is not None and sp.cancel(told.found.formula - 1 / (3 * discount)) == 0


@pytest.mark.slow
def test_a_renewal_by_chance_after_a_term_of_three_years() -> None:
    """(1 - d)(T - R)(1 - p d^3) = d p (R - P)(1 - d^3), solved for p."""
    told = confirmed(treaty_threshold(
        renewing(3, rule="chance", probability=0.8), "sunset.renewal.probability", symbols=["party.*.discount"]))
    assert told.found is not None
    d, p = discount, told.found.formula
    assert sp.cancel((1 - d) * (1 - p * d**3) - d * p * 2 * (1 - d**3)) == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_formula_is_held_against_points_at_which_what_it_assumes_is_true(seed: int) -> None:
    """That temptation lies above reward is assumed, and random points would often have it below."""
    told = confirmed(treaty_threshold(
        renewing(2, rule="none"), "discount", seed=seed,
        symbols=["matter.procurement.temptation", "matter.procurement.reward"]))
    assert told.found is not None and told.found.failing
    assert len(told.checks) == 6 and all(temptation > reward for _, temptation, reward in (
        check.values for check in told.checks))


def test_a_fixed_term_has_no_threshold() -> None:
    told = confirmed(treaty_threshold(renewing(2, rule="none"), "discount"))
    assert told.found is not None and told.found.failing and told.region is not None and not told.region.intervals
    said = "\n".join(summary(told))
    assert "at every value it pays that Norland breaches its obligations on procurement in year 2" in said


@pytest.mark.slow
def test_suspension_is_the_root_of_a_polynomial() -> None:
    told = confirmed(treaty_threshold(plain(), "discount", rung=2, periods=2))
    assert told.region is not None and told.region.intervals[0][0] == pytest.approx(0.3660254037844386, abs=1e-12)
    assert told.deviations(told.found.bounds[0]) == (  # type: ignore[union-attr]
        "Norland breaches its obligations on procurement", "Sundmark breaches its obligations on procurement")


@pytest.mark.slow
def test_one_party_alone() -> None:
    told = confirmed(treaty_threshold(plain(), "party.NOR.discount"))
    assert told.symbols[0].name == "discount_NOR" and told.found is not None
    assert told.found.formula == sp.Rational(1, 3)


@pytest.mark.parametrize(
    ("case", "of", "why"),
    [
        (CASE, "sunset.term_years", "whole number or a choice"),
        pytest.param(
            "treaties/cases/aurora.toml", "party.NOR.discount", "too large for formulas", marks=pytest.mark.slow),
        ("treaties/cases/meridian_audit.toml", "discount", "signals are noisy"),
        ("treaties/cases/offset.toml", "discount", "parties may pay one another"),
        pytest.param(CASE, "matter.procurement.sucker", "there is none", marks=pytest.mark.slow),
    ],
)
def test_where_there_is_none_it_says_why(case: str, of: str, why: str) -> None:
    told = treaty_threshold(read_treaty(case), of)
    assert told.found is None or told.found.formula is None
    assert why in told.why
    assert list(summary(told))


def test_where_nothing_was_proved_nothing_is_said_to_be_confirmed() -> None:
    told = treaty_threshold(read_treaty(CASE), "discount")
    lines = list(summary(told))
    assert told.agrees is True and any("the exact check of the rule agrees at" in line for line in lines)
    assert any("pure-action subgame-perfect equilibrium" in line for line in lines)
    open_ones = replace(told, checks=tuple(replace(check, proved=None) for check in told.checks))
    assert open_ones.agrees is None and any(line.startswith("not checked") for line in summary(open_ones))
    wrong = replace(told, checks=(*open_ones.checks, replace(told.checks[0], proved=not told.checks[0].predicted)))
    assert wrong.agrees is False and any(line.startswith("not confirmed") for line in summary(wrong))


def test_the_command_and_its_refusals(capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(capsys)
    done = run("threshold", CASE, "--of", "discount", "--variant", "Automatic renewal", "--json")
    data = json.loads(done.out)
    assert data["format"] == "servanda-threshold/1" and data["agrees"] is True
    assert data["concept"] == "pure-action subgame-perfect equilibrium with public randomisation"
    assert data["threshold"]["formula"] == "1/3" and data["threshold"]["latex"] == r"\mathrm{discount} \geq \frac{1}{3}"
    for arguments, said in (
        (("--of", "discunt"), "is no number of the treaty"),
        (("--of", "party.NOR"), "names different things, discount and outside_option"),
        (("--of", "discount", "--in", "party.NOR.discount"), "is part of discount already"),
        (("--of", "discount", "--variant", "x"), "the file has no such variant"),
    ):
        refused = run("threshold", CASE, *arguments)
        assert refused.code == 2 and said in refused.err, refused.err
