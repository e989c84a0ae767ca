"""The whole claim in words: built from the evidence alone, whatever the file calls it, and only what it proves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.automata.self_generation import Point, SelfGeneration
from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.certificate_file import certificate_text, read_certificate
from games.certificates.claims import plan_in_words, setting
from games.certificates.negotiation.plan import NegotiatedPlan
from games.certificates.reading import CertificateError
from games.certificates.transfers.plan import TransferPlan
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame, repeated_game
from games.model.strategy_automaton import Cell, StrategyAutomaton, surely
from tests.support.example_certificates import (
    PENNIES,
    PURE,
    dilemma,
    examples,
    grim,
    self_generation,
    two_state_dilemma,
)
from tests.support.resealing import resealed

F = Fraction
NAMES = list(examples())
LABELS = {"concept", "margin", "tolerance", "modes", "game_digest", "kind", "format", "payoffs"}
"""Fields that name the evidence or say how good it is.  The others are evidence, or what the claim is about."""


def relabelled(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The document with one label altered, sealed again."""
    for key in LABELS & document.keys():
        others: list[Any] = [c.value for c in SolutionConcept if c.value != document[key]] if key == "concept" else (
            [[f"another {k}" for k, _ in enumerate(document[key])]] if key == "modes" else ["0" * 64])
        for other in others:
            yield f"{key}: {other}", resealed(document | {key: other})
    for key in LABELS & document["claim"].keys():
        old = document["claim"][key]
        for by in (F(-1), F(-1, 10**12), F(1, 10**12), F(100)):
            new = [str(F(x) + by) for x in old] if isinstance(old, list) else str(F(old) + by)
            yield f"claim.{key}: {by}", resealed(document | {"claim": document["claim"] | {key: new}})


@pytest.mark.parametrize("name", NAMES)
def test_labels_do_not_enter_the_claim(name: str) -> None:
    game, certificate = examples()[name]
    said = certificate.claim(game)
    seen: set[str] = set()
    for what, document in relabelled(json.loads(certificate_text(certificate))):
        try:
            other = read_certificate(document)
        except CertificateError:
            continue
        seen.add(what.split(":")[0])
        report = other.check(game)
        assert not report.accepted or other.claim(game) == said, what
        assert not (report.accepted and what.startswith(("concept", "game_digest"))), what
    assert {"concept", "game_digest"} <= seen


@pytest.mark.parametrize("name", NAMES)
def test_the_claim_names_concept_factors_payments_and_plan(name: str) -> None:
    game, certificate = examples()[name]
    said = certificate.claim(game)
    assert (certificate.concept.value in said and setting(game) in said) or "at every common discount factor" in said
    assert ("no side payments" in said) == (game.transfers == "none")
    plan = getattr(certificate, "plan", None)
    if plan:
        assert plan_in_words(game, plan, getattr(certificate, "clock", None)) in said
    hazard = getattr(certificate, "hazard", None)
    if hazard is not None:
        assert "negotiations with chance" in said and "1/3" in said and "2/3" in said
    elif plan == {}:
        assert "empty claim" in said or "at all" in said


def test_concepts_are_those_of_the_evidence() -> None:
    """Mixed actions are no pure equilibrium of any kind, and pure ones without payments none with payments."""
    for name in ("grim", "pennies", "impatient", "generated"):
        game, certificate = examples()[name]
        document: Any = json.loads(certificate_text(certificate))
        for concept in SolutionConcept:
            report = read_certificate(resealed(document | {"concept": concept.value})).check(game)
            assert report.accepted == (concept is certificate.concept), (name, concept)
            assert report.accepted or report.place in ("concept", "cells[0].mix")
            assert report.accepted or concept.value in report.problem
    game, certificate = examples()["grim"]
    paid = replace(game, transfers="voluntary")
    document = json.loads(certificate_text(certificate)) | {"game_digest": paid.digest}
    for concept in SolutionConcept:
        assert not read_certificate(resealed(document | {"concept": concept.value})).check(paid).accepted


# -- how far stated numbers may lie from the true ones -----------------------------------------------------------------


def point_of_a_dilemma(
    payoff: Fraction, tolerance: Fraction, scale: float = 1
) -> tuple[StochasticGame, SelfGeneration]:
    """Mutual defection for ever, worth 0, said to be worth ``payoff``."""
    game = dilemma("1/5")
    game = replace(game, payoffs=game.payoffs * scale)
    point = Point((payoff, payoff), 3, {0: surely(0)})
    return game, SelfGeneration(
        game.digest, PURE, {0: (point,)}, tolerance, (0, (payoff, payoff), surely(0)))


@pytest.mark.parametrize(("payoff", "tolerance", "scale"), [
    (F(2), F(100), 1), (F(1, 1000), F(100), 1), (F(1, 10**5), F(1, 10**4), 1), (F(1, 10**9), F(1, 10**9), 1e-9),
    (F(1, 10**9), F(-1), 1),
])
def test_a_file_does_not_choose_what_is_tolerated(payoff: Fraction, tolerance: Fraction, scale: float) -> None:
    game, certificate = point_of_a_dilemma(payoff, tolerance, scale)
    report = certificate.check(game)
    assert not report.accepted and report.place == "points[0].payoff"


def test_the_radius_is_worked_out_and_told() -> None:
    game, certificate = point_of_a_dilemma(F(0), F(100))
    assert certificate.check(game).accepted and "exactly an equilibrium payoff" in certificate.claim(game)
    game, certificate = point_of_a_dilemma(F(1, 10**9), F(100))
    said = certificate.claim(game)
    assert certificate.check(game).accepted and said.count("within 1.0000000000000003e-09 of") == 2
    game, certificate = point_of_a_dilemma(F(1, 10**400), F(100))
    assert certificate.check(game).accepted and "within 4.9406564584124654e-324 of" in certificate.claim(game)
    game, certificate = self_generation()
    assert "exactly an equilibrium payoff" in certificate.claim(game)       # 8/3 is on no decimal grid
    half = ((0, F(1, 2)), (2, F(1, 2)))
    off = replace(certificate, tolerance=F(1), target=(0, (F(4, 3) + F(1, 10**5), F(0)), half))
    assert off.check(game).place == "claim.target.payoff[0]"


# -- chances below all floats ------------------------------------------------------------------------------------------


def leading_astray(pure: bool = True) -> StochasticGame:
    """One thing to do, worth 1; with a chance of 1e-400 pennies are matched for ever, or (D, D) is all there is."""
    payoffs = np.array([[1.0, 1], *np.array(PENNIES, dtype=float).reshape(4, 2)])
    law = csr_array(np.array([[1.0, 0]] + [[0.0, 1]] * 4))
    tiny = {("transition", 0, 1): F(1, 10**400)}
    actions = ((("C",), ("C",)), (("H", "T"), ("H", "T")))
    game = StochasticGame(
        ("A", "B"), np.full(2, 0.5), ("s0", "s1"), actions, payoffs, law, rationals=tiny, transfers="voluntary")
    return replace(game, transfers="none") if pure else game


def test_a_chance_below_all_floats_is_a_chance() -> None:
    """Whoever leaves the second state out of the evidence has not looked at all that play may come to."""
    paid, unpaid = leading_astray(False), leading_astray()
    assert paid.exact_transition(0)[1] == F(1, 10**400) / (1 + F(1, 10**400))
    one = F(1)
    transfers = TransferPlan(paid.digest, SolutionConcept.PURE_WITH_TRANSFERS, {}, ())
    cell: Any = {"state": 0, "row": 0, "joint": "2", "worst": ["1", "1"], "punish": [0, 0]}
    document: Any = json.loads(certificate_text(transfers))
    kept = read_certificate(resealed(document | {"cells": [cell | {"path": 0, "path_joint": "2"}]}))
    negotiated: Any = document | {
        "kind": NegotiatedPlan.kind, "concept": SolutionConcept.RELATIONAL_NEGOTIATION.value,
        "claim": {"plan": {}, "kept": True}, "hazard": ["0", "0"], "weights": ["1/2", "1/2"],
        "cells": [cell | {"rounds": []}]}
    stays = {(0, 0): Cell(0, surely(0), (surely(0),) * 2)}
    reports: list[CheckReport] = [
        kept.check(paid), read_certificate(resealed(negotiated)).check(paid),
        NoProfitableDeviation.of(unpaid, StrategyAutomaton(("m",), stays, surely(0))).check(unpaid),
        SelfGeneration(unpaid.digest, PURE, {0: (Point((one, one), 0, {0: surely(0)}),)}).check(unpaid),
    ]
    for report in reports:
        assert not report.accepted and "'s1'" in report.place + report.problem, report


# -- plans -------------------------------------------------------------------------------------------------------------


def test_a_plan_that_forbids_nothing_where_play_can_come_to_is_told_to_be_empty() -> None:
    game = two_state_dilemma("0.9")
    stays = replace(game, transition=csr_array(np.repeat(np.eye(2), 4, axis=0)), rationals={})
    best = {"low": [["C", "C"]], "high": [["C", "C"]]}
    nowhere = {"high": [["C", "C"]]}
    keep, stop = surely(0), surely(1)
    cells = {(m, s): Cell(4 * s + 3 * m, surely(m), (stop, stop)) for m in (0, 1) for s in (0, 1)}
    automaton = StrategyAutomaton(("keep", "stop"), cells, keep)
    for plan, empty in ((best, False), (nowhere, True), ({}, True)):
        certificate = NoProfitableDeviation.of(stays, automaton, Plan.from_json(stays, plan))
        assert certificate.check(stays).accepted
        assert ("empty claim" in certificate.claim(stays)) == empty
    assert plan_in_words(stays, best) == "only (C, C) in 'low'"
    assert plan_in_words(game, best) == "only (C, C) in 'low', 'high'"
    loose = {"low": [["C", "C"], ["D", "D"]]}
    assert plan_in_words(game, loose) == (
        "only 2 of 4 profiles, (C, C) or (D, D) in 'low'; 1 more state that play can come to left free")


def shown(certificate: Certificate, plan: Plan) -> bool:
    other = certificate.shows(plan)
    return other is not None and other.check(plan.game).accepted


def test_evidence_shows_what_its_play_keeps_to_and_no_more() -> None:
    kinds = "grim", "forgiving", "transfer plan", "negotiated plan", "public plan", "balanced plan", "public grim"
    for name in kinds:
        game, certificate = examples()[name]
        first = game.profile_labels(0)
        last = game.profile_labels(game.n_rows - 1)
        assert shown(certificate, Plan.of_profile(game, list(first))), name
        assert not shown(certificate, Plan.of_profile(game, list(last))), name
        assert shown(certificate, Plan.free(game)), name
    game, certificate = examples()["public automaton"]
    assert shown(certificate, Plan.from_json(game, {"s0": [["C", "C"], ["D", "D"]]}))
    assert not shown(certificate, Plan.of_profile(game, "C,C"))       # after a bad signal nobody cooperates
    for name in ("impatient", "excluded plan", "shortfall of a plan", "plan lost to negotiation", "score of a plan"):
        game, certificate = examples()[name]
        assert certificate.shows(Plan.free(game)) is None, name


def test_points_show_the_play_behind_their_target() -> None:
    game, certificate = self_generation()
    two = replace(certificate, target=(0, (F(2), F(2)), surely(1)))
    assert shown(two, Plan.of_profile(game, "C,C")) and not shown(two, Plan.of_profile(game, "D,D"))
    assert replace(certificate, target=None).shows(Plan.free(game)) is None
    broken = replace(two, points={0: ()})
    assert broken.shows(Plan.free(game)) is None
    with pytest.raises(GameError, match=r"points|cells"):
        replace(two, points={0: (Point((F(0), F(0)), 9, {}),)}).claim(game)


def test_unequal_factors_are_named_and_their_players() -> None:
    game = repeated_game(PENNIES, ["1/3", "0.9"], players=["ann", "bob"])
    assert setting(game) == (
        "Game: ann, bob; discount factors 1/3 of ann, 0.9 of bob; no side payments; everyone sees what is done.")


def test_the_largest_payoffs_end_in_a_report() -> None:
    """Grim trigger in the dilemma in units of 3e99: values and slacks are worked out, and told as floats can."""
    game = dilemma("0.999999")
    huge = replace(game, payoffs=game.payoffs * 3e99)
    certificate = NoProfitableDeviation.of(huge, grim(huge), Plan.of_profile(huge, "C,C"), margin=F(1))
    report = certificate.check(huge)
    assert report.accepted and np.isfinite(list(report.numbers.values())).all() and report.numbers["margin"] > 6e99
    assert "only (C, C) in 's0'" in certificate.claim(huge)
