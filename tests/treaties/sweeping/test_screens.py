"""What screens tell of treaties with signals or payments is what is proved, near the edge above all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.support.command_line import ROOT
from treaties import read_treaty, sweep
from treaties.sweeping.judging import DesignJudge, Outcome
from treaties.sweeping.pairs import columns_of
from treaties.sweeping.plan import sweep_plan

CASES = ROOT / "treaties" / "cases"
ACCEPTED = ROOT / "tests" / "treaties" / "reading" / "accepted"

MERIDIAN = {
    "as it stands",
    "No audits",
    "Audits of two sites in five",
    "No payments, audits of two sites in five",
    "Audits announced a year ahead",
}
FLAGS = {"Flags prove a breach", "Flags prove a breach, the right does not end"}
STEPS = 14
"""Halvings between a world in which compliance holds and one in which it fails."""


def judges(path: Path, names: set[str] | None, worlds: int) -> list[tuple[DesignJudge, list[dict[str, float]]]]:
    """Designs of a treaty, each with some of its worlds; those whose numbers have no ranges vary by a fifth."""
    treaty = read_treaty(path)
    spread = None if any(n.low is not None for n in treaty.numbers()) else 0.2
    plan = sweep_plan(treaty, worlds, seed=4, spread=spread)
    columns = columns_of(plan.draws, tuple(plan.spans.values()))
    out = []
    for design in plan.designs:
        if names is None or design.name in names:
            judge = DesignJudge(treaty, design, plan.spans)
            assert not judge.problem
            out.append((judge, [{p: float(columns[p][w]) for p in judge.paths} for w in range(worlds)]))
    return out


def assert_agree(told: Outcome, solved: Outcome, spread: float) -> None:
    """The screen says what the methods say; where they say nothing it may."""
    if told.verdict == "undecided":
        assert solved.verdict == "undecided"
    elif solved.verdict != "undecided":
        assert told.verdict == solved.verdict
        assert told.first == solved.first
        if told.margin is not None and solved.margin is not None and told.route != "reversion":
            # A bound that is no closer than the one with a proof is a bound all the same.
            assert told.margin >= solved.margin - 2e-5 * spread
            if told.route == "public_transfers":
                assert abs(told.margin - solved.margin) <= 2e-6 * spread
    assert np.allclose(told.values, solved.values, atol=1e-8)
    assert told.concept == solved.concept


def edges(judge: DesignJudge, worlds: list[dict[str, float]], count: int) -> list[Mapping[str, float]]:
    """Worlds on both sides of where compliance begins to hold, between worlds that were judged."""
    told = [judge.judge(world, quick=True).verdict for world in worlds]
    holds = [w for w, verdict in zip(worlds, told, strict=True) if verdict == "yes"]
    fails = [w for w, verdict in zip(worlds, told, strict=True) if verdict == "no"]
    out: list[Mapping[str, float]] = []
    for yes, no in list(zip(holds, fails, strict=False))[:count]:
        for _ in range(STEPS):
            middle = {path: (yes[path] + no[path]) / 2 for path in yes}
            verdict = judge.judge(middle, quick=True).verdict
            yes, no = (middle, no) if verdict == "yes" else (yes, middle)
        out += [yes, no]
    return out


@pytest.mark.parametrize(("case", "names"), [
    pytest.param("meridian_audit", MERIDIAN, marks=pytest.mark.slow), ("offset", None)])
def test_screens_agree_with_the_methods_that_prove(case: str, names: set[str] | None) -> None:
    screened = []
    for judge, worlds in judges(CASES / f"{case}.toml", names, 2):
        for world in worlds:
            told = judge.judge(world)
            screened.append(told.route != "solver")
            assert_agree(told, judge.solve(world), 50.0)
    assert np.mean(screened) > 0.9


@pytest.mark.parametrize(
    "share", [pytest.param(0.5, marks=pytest.mark.slow), pytest.param(1.0, marks=pytest.mark.campaign)]
)
@pytest.mark.parametrize(
    ("path", "names", "worlds"),
    [
        (CASES / "meridian_audit.toml", MERIDIAN, 6),
        (CASES / "caldera_snapback.toml", FLAGS, 6),
        (CASES / "offset.toml", None, 20),
        (ACCEPTED / "audit_announced.toml", None, 12),
        (ACCEPTED / "data_exchange.toml", None, 12),
        (ACCEPTED / "transparency.toml", None, 8),
    ],
)
def test_screens_agree_in_many_worlds(path: Path, names: set[str] | None, worlds: int, share: float) -> None:
    for judge, drawn in judges(path, names, round(share * worlds)):
        for world in drawn:
            told = judge.judge(world, quick=True)
            if told.verdict != "undecided" or told.route:
                assert_agree(told, judge.solve(world), 50.0)


@pytest.mark.parametrize(
    ("case", "name"),
    [pytest.param("meridian_audit", "as it stands", marks=pytest.mark.slow),
     ("caldera_snapback", "Flags prove a breach, the right does not end"),
     ("offset", "No review")],
)
def test_what_is_told_near_the_edge_is_proved_or_undecided(case: str, name: str) -> None:
    ((judge, worlds),) = judges(CASES / f"{case}.toml", {name}, 60)
    near = edges(judge, worlds, 2)
    proofs = []
    for world in [*near, *worlds[:4]]:
        told = judge.judge(world, quick=True)
        if told.verdict in ("yes", "no") and told.screened:
            proved, certificate = judge.prove(world)
            assert proved in (told.verdict, "undecided")
            proofs.append(proved == told.verdict and certificate is not None)
    assert sum(proofs) >= max(len(proofs) - 2, 4)


def test_sweeps_of_signals_and_payments_prove_what_is_near_and_name_one_concept() -> None:
    found = sweep(read_treaty(CASES / "meridian_audit.toml"), 12, seed=2)
    assert set(found.route) <= {"public_transfers", "bounds", "reversion", "patience", "solver"}
    assert (found.route == "solver").mean() < 0.1
    paid = found[found.design == "as it stands"]
    assert len(set(paid.concept)) == 1 and "as common ones" in paid.concept.iloc[0]
    assert not found.void.any()
    undecided = found[found.route == "patience"]
    assert set(undecided.verdict) <= {"undecided"} and undecided.margin.isna().all()
    failing = found[found.verdict == "no"]
    assert set(failing.first_to_break) <= {"KAR", "VES"} and (failing.year >= 1).mean() > 0.9
