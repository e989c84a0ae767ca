"""Relational negotiation equilibria against the reference payoffs kept next to this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest

import games.files.game_file
from games import Plan, Sustainable, read_certificate, read_game, solve
from games.certificates.certificate_file import certificate_text

FILES = sorted(Path(__file__).parent.glob("transfer_*.json"))
CASES = [
    (path, expected)
    for path in FILES
    for expected in json.loads(path.read_text())["expected"]
    if expected["concept"] == "rne"
]
SCHEMA = json.loads((Path(games.files.game_file.__file__).parent / "servanda-solution.schema.json").read_text())
# Here the profile that reveals has no slack at all: the exact method decides that, a recursion in floats says so.
KNIFE_EDGE = ("transfer_brinkmanship", 0.5, 0.9)

each_case = pytest.mark.parametrize(
    ("path", "expected"), CASES, ids=[f"{p.stem} {e['discount']} {e['negotiation_hazard']}" for p, e in CASES])


def test_the_reference_games_are_there() -> None:
    assert len(CASES) >= 25
    assert {path.stem for path, _ in CASES} >= {
        "transfer_gangsta", "transfer_holdup", "transfer_mutual_gift", "transfer_two_state_pd", "transfer_brinkmanship"}


@each_case
@pytest.mark.parametrize("method", ["auto", "truncated"])
def test_negotiated_payoffs_are_the_reference_payoffs(
    path: Path, expected: dict[str, Any], method: Literal["auto", "truncated"]
) -> None:
    game = read_game(json.loads(path.read_text())["game"]).with_discount(expected["discount"])
    first = expected["bargaining_weight_first"]
    solution = solve(game, concept="rne", negotiation_hazard=expected["negotiation_hazard"],
                     bargaining_weights=(first, 1 - first), method=method)
    told = solution.to_json()
    assert not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(told))
    edge = (path.stem, expected["discount"], expected["negotiation_hazard"]) == KNIFE_EDGE
    assert told["status"] == ("undecided" if edge and method == "truncated" else "converged")
    assert told["empty"] is False
    assert told["method"] == ("exact" if method == "auto" else "truncated")
    assert set(told["states"]) == set(expected["states"])
    for name, reference in expected["states"].items():
        for key in ("joint_payoff", "punishment_payoffs", "negotiated_payoffs"):
            assert told["states"][name][key] == pytest.approx(reference[key], abs=1e-9), (name, key)
    if method == "auto":
        verdict = solution.verdict(Plan.free(game))
        assert isinstance(verdict, Sustainable)
        assert read_certificate(json.loads(certificate_text(verdict.certificate))).check(game).accepted
