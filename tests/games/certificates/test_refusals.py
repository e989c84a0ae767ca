"""Evidence with side payments that does not fit its game, or falls short of it by little, is refused by its meaning."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.certificates.certificate import Certificate, SolutionConcept
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.negotiation.plan import NegotiatedCell, NegotiatedPlan
from games.certificates.transfers.plan import TransferCell, TransferPlan
from games.certificates.transfers.shortfall import ShortfallStep, SurplusShortfall
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame
from tests.support.example_certificates import PURE, examples
from tests.support.forging import resealed

F = Fraction
WITH_TRANSFERS = SolutionConcept.PURE_WITH_TRANSFERS
BALANCED = SolutionConcept.PURE_WITH_BALANCED_TRANSFERS

RESEALED: list[tuple[str, tuple[Any, ...], Any, str]] = [
    ("transfer plan", ("concept",), BALANCED.value, "concept"),
    ("transfer plan", ("claim", "plan"), {"s0": [["X", "D"]]}, "claim.plan"),
    ("transfer plan", ("claim", "plan"), {"s0": [["a1", "b1"]]}, "cells[0].path"),
    ("transfer plan", ("cells",), [], "cells"),
    ("transfer plan", ("cells", 0, "state"), 1, "cells[0].state"),
    ("transfer plan", ("cells", 0, "state"), -1, "cells[0].state"),
    ("transfer plan", ("cells", 0, "row"), 4, "cells[0].row"),
    ("transfer plan", ("cells", 0, "punish"), [3], "cells[0].punish"),
    ("transfer plan", ("cells", 0, "punish"), [3, 4], "cells[0].punish"),
    ("transfer plan", ("cells", 0, "worst"), ["0"], "cells[0].worst"),
    ("transfer plan", ("cells", 0, "path"), 4, "cells[0].path"),
    ("transfer plan", ("cells", 0, "path"), 1, "cells[0].path"),
    ("shortfall of a plan", ("concept",), BALANCED.value, "concept"),
    ("shortfall of a plan", ("claim", "plan"), {"s0": [["X", "D"]]}, "claim.plan"),
    ("shortfall of a plan", ("claim",), {"empty": True}, "steps"),
    ("shortfall of a plan", ("steps", 0, "joint"), [], "steps[0].joint"),
    ("shortfall of a plan", ("steps", 0, "worst"), [["0"]], "steps[0].worst"),
    ("shortfall of a plan", ("steps", 0, "worst"), [["0"], [None]], "steps[0].worst[1]"),
    ("shortfall of a plan", ("steps", 0, "worst"), [["0"], ["0.01"]], "steps[0].worst[1]"),
    ("shortfall of all", ("steps",), [], "steps"),
    ("negotiated plan", ("concept",), PURE.value, "concept"),
    ("negotiated plan", ("hazard",), [], "hazard"),
    ("negotiated plan", ("hazard",), ["6/5"], "hazard"),
    ("negotiated plan", ("hazard",), ["-1/5"], "hazard"),
    ("negotiated plan", ("weights",), ["1"], "weights"),
    ("negotiated plan", ("weights",), ["1/3", "1/3"], "weights"),
    ("negotiated plan", ("weights",), ["4/3", "-1/3"], "weights"),
    ("negotiated plan", ("claim", "plan"), {"s0": [["X", "D"]]}, "claim.plan"),
    ("negotiated plan", ("claim", "plan"), {"s0": [["a1", "b1"]]}, "claim.kept"),
    ("negotiated plan", ("claim", "kept"), False, "claim.kept"),
    ("plan lost to negotiation", ("claim", "kept"), True, "claim.kept"),
    ("negotiated plan", ("cells",), [], "cells"),
    ("negotiated plan", ("cells", 0, "state"), 1, "cells[0].state"),
    ("negotiated plan", ("cells", 0, "state"), -1, "cells[0].state"),
    ("negotiated plan", ("cells", 0, "row"), 4, "cells[0].row"),
    ("negotiated plan", ("cells", 0, "row"), 3, "cells[0].row"),
    ("negotiated plan", ("cells", 0, "punish"), [3], "cells[0].punish"),
    ("negotiated plan", ("cells", 0, "punish"), [3, 4], "cells[0].punish"),
    ("negotiated plan", ("cells", 0, "punish"), [3, 0], "cells[0].punish"),
    ("negotiated plan", ("cells", 0, "worst"), ["0"], "cells[0].worst"),
    ("negotiated plan", ("cells", 0, "rounds"), [["4", "0"]], "cells[0].rounds"),
    ("negotiated plan", ("cells", 0, "rounds"), [["3.99", "-10", "-10"]], "cells[0].rounds[0]"),
    ("negotiated plan", ("cells", 0, "rounds"), [["10", "0.5", "-10"]], "cells[0].rounds[0]"),
    ("negotiated plan", ("cells", 0, "joint"), "3.99", "cells[0]"),
    ("negotiated plan", ("cells", 0, "joint"), "4.01", "cells[0]"),
]


@pytest.mark.parametrize(("name", "path", "value", "place"), RESEALED, ids=[f"{r[0]}: {r[3]}" for r in RESEALED])
def test_what_does_not_fit_is_refused_with_its_place(name: str, path: tuple[Any, ...], value: Any, place: str) -> None:
    game, certificate = examples()[name]
    document: dict[str, Any] = json.loads(certificate_text(certificate))
    parent: Any = document
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    report = read_certificate(resealed(document)).check(game)
    assert not report.accepted
    assert report.place == place or report.place.startswith((f"{place} (", f"{place}.", f"{place}[")), report.place
    assert report.claim and len(report.problem.split()) > 3


@pytest.mark.parametrize("name", ["transfer plan", "shortfall of a plan", "negotiated plan"])
def test_games_that_the_theory_does_not_speak_of_are_refused(name: str) -> None:
    game, certificate = examples()[name]
    unequal = game.with_discount(["1/2", "1/3"])
    seen = replace(game, monitoring=PublicMonitoring((("like", "unlike"),), (np.array([[0.8, 0.2], [0.3, 0.7]] * 2),)))
    for other, said in (
        (replace(game, transfers="none"), "cannot pay"), (unequal, "discount factors differ"), (seen, "public signals"),
    ):
        forged: Certificate = replace(certificate, game_digest=other.digest)  # type: ignore[type-var]
        report = forged.check(other)
        assert not report.accepted and report.place == "game" and said in report.problem


# -- more than one state ---------------------------------------------------------------------------------------------


def road() -> StochasticGame:
    """The dilemma at 1/2; then, after (D, D) or with a chance of 1/2 otherwise, a rest of 1 each for good."""
    stage = np.array([[2.0, 2.0], [-1.0, 3.0], [3.0, -1.0], [0.0, 0.0], [1.0, 1.0]])
    law = np.array([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0, 1], [0, 1]])
    return StochasticGame(
        ("A", "B"), np.full(2, 0.5), ("now", "rest"), ((("C", "D"), ("C", "D")), (("-",), ("-",))), stage,
        csr_array(law), transfers="voluntary")


def rest(path: bool) -> TransferCell:
    return TransferCell(1, 4, F(2), (F(1), F(1)), (4, 4), 4 if path else None, F(2) if path else None)


# (D, D) brings 1/2 each in the end; so does the best reply to it.
DEFECT = TransferCell(0, 3, F(1), (F(1, 2), F(1, 2)), (3, 3), 3, F(1))


def road_plan(*cells: TransferCell, plan: dict[str, list[list[str]]] | None = None) -> TransferPlan:
    return TransferPlan(road().digest, WITH_TRANSFERS, plan or {}, cells)


def test_every_state_that_may_follow_needs_a_cell_and_those_of_the_path_a_path() -> None:
    game = road()
    assert road_plan(DEFECT, rest(True)).check(game).accepted
    assert road_plan(rest(True), DEFECT).check(game).accepted
    lost = road_plan(DEFECT).check(game)
    assert not lost.accepted and lost.place == "cells" and "'rest'" in lost.problem and "cells[0]" in lost.problem
    unfinished = road_plan(DEFECT, rest(False)).check(game)
    assert unfinished.place == "cells[0].path" and "'rest'" in unfinished.problem
    nowhere = road_plan(replace(DEFECT, path=None, path_joint=None), rest(True)).check(game)
    assert nowhere.place == "cells" and "'now'" in nowhere.problem
    half = road_plan(replace(DEFECT, path_joint=None), rest(True)).check(game)
    assert half.place == "cells[0]" and "go together" in half.problem
    twice = road_plan(DEFECT, rest(True), rest(True)).check(game)
    assert twice.place == "cells[2].state"
    elsewhere = road_plan(DEFECT, replace(rest(True), row=3)).check(game)
    assert elsewhere.place == "cells[1].row" and "'rest'" in elsewhere.problem


@pytest.mark.parametrize(("change", "place"), [
    ({"joint": F(1) + F(1, 10**30)}, "cells[0].joint"),
    ({"path_joint": F(1) + F(1, 10**30)}, "cells[0].path_joint"),
    ({"worst": (F(1, 2) - F(1, 10**30), F(1, 2))}, "cells[0].worst[0]"),
    ({"worst": (F(1, 2), F(1, 2) - F(1, 10**30))}, "cells[0].worst[1]"),
])
def test_a_plan_short_of_its_numbers_by_very_little_is_refused(change: dict[str, Any], place: str) -> None:
    report = road_plan(replace(DEFECT, **change), rest(True)).check(road())
    assert not report.accepted and report.place == place and len(report.problem.split()) > 3


def test_the_least_slack_is_over_states_with_a_choice_on_the_path() -> None:
    """At (D, D) nobody gains, and the rest leaves no choice: slack 1 - 2 (1/2)."""
    report = road_plan(DEFECT, rest(True)).check(road())
    assert report.numbers == {"least_slack": 0.0}
    game = replace(road(), initial=1)
    only_rest = TransferPlan(game.digest, WITH_TRANSFERS, {}, (rest(True),))
    assert only_rest.check(game).accepted and only_rest.check(game).numbers == {}


# -- shortfalls ------------------------------------------------------------------------------------------------------


def test_a_shortfall_by_hand_on_the_road() -> None:
    """(C, C) for ever brings U = 2 + (U + 2) / 4, so 10/3; deterring the two costs twice 3/2 + (v + 1) / 4, v = 1/2."""
    game = road()
    all_play, path = ShortfallStep((34, 20), ((5, 10), (5, 10))), ShortfallStep((34, 20))
    claim = SurplusShortfall(game.digest, WITH_TRANSFERS, (all_play, path), 1, {"now": [["C", "C"]]})
    report = claim.check(game)
    assert report.accepted and report.numbers == {"rows_left": 1.0}
    for step, place in (
        (replace(all_play, joint=(33, 20)), "steps[0].joint"), (replace(all_play, joint=(34, 19)), "steps[0].joint"),
        (replace(all_play, worst=((6, 10), (5, 10))), "steps[0].worst[0]"),
        (replace(all_play, worst=((5, 10), (5, 11))), "steps[0].worst[1]"),
        (replace(all_play, worst=((5,), (5,))), "steps[0].worst[0]"), (replace(all_play, worst=None), "steps[0]"),
        (replace(all_play, joint=(34,)), "steps[0].joint"), (replace(all_play, joint=(34, None)), "steps[0].joint"),
    ):
        report = replace(claim, steps=(step, path)).check(game)
        assert not report.accepted and report.place == place and len(report.problem.split()) > 1, (place, report)
    loose = replace(all_play, joint=(400, 20), worst=((-40, 10), (-40, 10)))
    report = replace(claim, steps=(loose, path)).check(game)
    assert not report.accepted and report.place == "steps" and report.problem.startswith("all rounds hold")
    assert report.numbers == {"rows_left": 2.0}
    report = replace(claim, steps=(loose, replace(path, joint=(33, 20)))).check(game)
    assert not report.accepted and report.place == "steps[1].joint"


def test_the_negotiated_plan_of_rest_alone() -> None:
    """One row for good: nothing is left to negotiate about, whatever the hazard."""
    game = replace(road(), initial=1)
    cell = NegotiatedCell(1, 4, F(2), (F(1), F(1)), (4, 4), ())
    plan = NegotiatedPlan(
        game.digest, SolutionConcept.RELATIONAL_NEGOTIATION, {}, True, (F(1, 2), F(1, 2)), (F(1, 3), F(2, 3)), (cell,))
    report = plan.check(game)
    assert report.accepted and report.claim == "a relational negotiation equilibrium exists"
    assert report.numbers == {"joint_payoff": 2.0, "surplus": 0.0}
    assert replace(plan, hazard=(F(1, 2),)).check(game).place == "hazard"
    assert replace(plan, cells=(replace(cell, row=3),)).check(game).place == "cells[0].row"
    lost = replace(plan, cells=(replace(cell, joint=F(199, 100)),)).check(game)
    assert not lost.accepted and lost.place.startswith("cells[0]")
