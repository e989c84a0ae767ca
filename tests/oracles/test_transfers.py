"""Games with voluntary transfers against the reference payoffs kept next to this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from games import Sustainable, Undecided, Unsustainable, read_game, solve
from games.model.plan import Plan

FILES = sorted(Path(__file__).parent.glob("transfer_*.json"))
CASES = [
    (path, expected)
    for path in FILES
    for expected in json.loads(path.read_text())["expected"]
    if expected["concept"] == "spe"
]

# Rounding in the files decides these (0.3333333333333333 lies below the threshold 1/3, 0.19500000000000003 above what
# was meant): the reference keeps the profiles by its tolerance, and so do we, saying so.
KNIFE_EDGES = {("transfer_gangsta", 0.3333333333333333), ("transfer_mutual_gift", 0.3)}


def test_the_reference_games_are_there() -> None:
    assert len(FILES) >= 17
    assert len(CASES) >= 70


@pytest.mark.parametrize(("path", "expected"), CASES, ids=[f"{p.stem} {e['discount']}" for p, e in CASES])
def test_joint_and_punishment_payoffs_are_the_reference_payoffs(path: Path, expected: dict[str, Any]) -> None:
    game = read_game(json.loads(path.read_text())["game"]).with_discount(expected["discount"])
    solution = solve(game)
    assert solution.solver == "relational_transfers"
    edge = (path.stem, expected["discount"]) in KNIFE_EDGES
    assert solution.status == ("undecided" if edge else "converged")
    assert not solution.empty
    states = solution.to_json()["states"]
    assert set(states) == set(expected["states"])
    for name, reference in expected["states"].items():
        assert states[name]["joint_payoff"] == pytest.approx(reference["joint_payoff"], abs=1e-9)
        assert states[name]["punishment_payoffs"] == pytest.approx(reference["punishment_payoffs"], abs=1e-9)
    verdict = solution.verdict(Plan.free(game))
    if edge:
        assert isinstance(verdict, Undecided)
        assert "knife edge" in verdict.reason
        return
    assert isinstance(verdict, Sustainable)
    assert verdict.certificate.kind == "transfer-plan"


def test_a_knife_edge_written_exactly_is_decided() -> None:
    path = next(path for path in FILES if path.stem == "transfer_gangsta")
    game = read_game(json.loads(path.read_text())["game"])
    at, below = (solve(game.with_discount(d)) for d in ("1/3", "0.33333333"))
    assert at.status == below.status == "converged"
    assert isinstance(at.verdict("C,C"), Sustainable)
    assert isinstance(below.verdict("C,C"), Unsustainable)
