"""Payoffs that are negotiated anew with chance h in the dilemma R=2, T=3, P=0, S=-1 at d = 1/2, by hand.

Together the players have U = 4.  Held to nothing until the next negotiation, player i has
v_i = d (h r_i + (1 - h) v_i) with r_i = v_i + w_i S, so that v_i = h w_i S at d = 1/2.  As S = U - v_1 - v_2, the
surplus is 4 / (1 + h).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from games.certificates.negotiation.plan import NegotiatedPlan
from games.model.stochastic_game import StochasticGame
from tests.support.example_certificates import negotiation_examples

F = Fraction
HAZARDS = {"negotiated plan": F(1, 5), "plan lost to negotiation": F(9, 10)}


def example(name: str) -> tuple[StochasticGame, NegotiatedPlan]:
    game, certificate = negotiation_examples()[name]
    assert isinstance(certificate, NegotiatedPlan)
    return game, certificate


@pytest.mark.parametrize("name", HAZARDS)
def test_payoffs_are_those_of_the_hand_where_everybody_can_be_held_to_nothing(name: str) -> None:
    game, certificate = example(name)
    cell, hazard = certificate.cells[0], HAZARDS[name]
    report = certificate.check(game)
    assert report.accepted
    if certificate.kept:
        surplus = 4 / (1 + hazard)
        assert cell.joint == 4
        assert cell.worst == tuple(hazard * w * surplus for w in (F(1, 3), F(2, 3)))
        assert report.numbers["surplus"] == pytest.approx(float(surplus))


@pytest.mark.parametrize("name", HAZARDS)
def test_the_other_answer_is_refused(name: str) -> None:
    game, certificate = example(name)
    report = replace(certificate, kept=not certificate.kept).check(game)
    assert (report.accepted, report.place) == (False, "claim.kept")


@pytest.mark.parametrize(("change", "place"), [
    ({"hazard": (F(1, 4),)}, "cells[0]"),
    ({"hazard": (F(6, 5),)}, "hazard"),
    ({"hazard": ()}, "hazard"),
    ({"weights": (F(1, 2), F(1, 2))}, "cells[0]"),
    ({"weights": (F(1, 3), F(1, 3))}, "weights"),
    ({"weights": (F(4, 3), F(-1, 3))}, "weights"),
    ({"cells": ()}, "cells"),
])
def test_what_is_negotiated_must_be_what_the_terms_bring(change: dict[str, Any], place: str) -> None:
    game, certificate = example("negotiated plan")
    report = replace(certificate, **change).check(game)
    assert not report.accepted
    assert report.place.startswith(place)


@pytest.mark.parametrize("entry", ["joint", "worst", "row", "punish"])
def test_no_payoff_and_no_row_of_a_cell_may_be_another(entry: str) -> None:
    game, certificate = example("negotiated plan")
    cell = certificate.cells[0]
    forged = {
        "joint": replace(cell, joint=cell.joint - F(1, 100)),
        "worst": replace(cell, worst=(cell.worst[0] + F(1, 100), cell.worst[1])),
        "row": replace(cell, row=3),
        "punish": replace(cell, punish=(0, cell.punish[1])),
    }[entry]
    report = replace(certificate, cells=(forged,)).check(game)
    assert not report.accepted
    assert report.place.startswith("cells[0]")
