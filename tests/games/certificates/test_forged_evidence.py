"""Forged evidence: claims that are false of their games and would pass if one condition were not checked."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.exclusion.exclusion import DropStep, Exclusion, LevelStep, PathStep, Step
from games.certificates.exclusion.outer_sets import Bound
from games.certificates.signals.exclusion import Cut, PublicExclusion, RowBound
from games.certificates.signals.shortfall import PublicShortfall
from games.certificates.signals.shortfall_steps import PublicStep
from games.certificates.signals.transfer_plan import CONCEPTS, PublicCell, PublicTransferPlan, SharedPlay
from games.certificates.transfers.plan import TransferCell, TransferPlan
from games.certificates.transfers.shortfall import ShortfallStep, SurplusShortfall
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame, repeated_game
from games.questions.solve import solve
from games.solvers.verdict import certificate_of
from tests.support.example_certificates import PURE, dilemma, self_generation
from tests.support.noisy_games import noisy_dilemma, seen_in_full
from tests.support.public_evidence import OCTAGON

F = Fraction
ALL_ROWS = (0, 1, 2, 3)
COOPERATE = {"s0": [["C", "C"]]}


def refused(certificate: Certificate, game: StochasticGame) -> CheckReport:
    """The report of a certificate that is not accepted; its words and claim are there."""
    report = certificate.check(game)
    assert not report.accepted
    assert report.claim and report.problem
    return report


# -- exclusion after perfect monitoring: at 1/2 the dilemma is kept, and (8/3, 0) is the best for the first player -----


def exclusion(
    *steps: Step, places: int = 0, plan: bool = False, point: tuple[Fraction | int, Fraction | int] | None = None
) -> Exclusion:
    """Steps against the dilemma at 1/2: that (C, C) for ever, or a payoff, is no equilibrium."""
    at = None if point is None else (0, (F(point[0]), F(point[1])))
    return Exclusion(dilemma("1/2").digest, PURE, (), steps, places, COOPERATE if plan else None, at)


def test_a_direction_counted_in_full_for_itself_does_not_lose_its_level() -> None:
    """e_0 / 2 = 1 e_0 - 1/2 e_0: with its level of now the option is a bound, without it 2 would do for everybody."""
    game, best = self_generation()
    assert best.check(game).accepted                       # (8/3, 0) is an equilibrium payoff
    option = Bound({0: F(1)}, {0: F(1, 2)}, ALL_ROWS)
    claims_two = exclusion(LevelStep(0, (2,), (option,)), point=(F(8, 3), 0))
    assert refused(claims_two, game).place.startswith("steps[0].levels[0]")
    more_than_all = replace(option, multipliers={0: F(3, 2)}, cuts={0: F(1)})
    claims_two = exclusion(LevelStep(0, (2,), (more_than_all,)), point=(F(8, 3), 0))
    assert refused(claims_two, game).place.startswith("steps[0].levels[0]")


def test_what_holds_on_the_path_only_tightens_no_threat() -> None:
    """On the path of (C, C) nobody has less than 2; a deviator has, and is deterred by it."""
    path_is_worth_two = LevelStep(2, (-2,)), LevelStep(3, (-2,)), LevelStep(0, (2,)), LevelStep(1, (2,))
    after = exclusion(PathStep(), *path_is_worth_two, DropStep((0, 1)), plan=True)
    assert refused(after, dilemma("1/2")).place == "steps"
    known = LevelStep(2, (0,)), LevelStep(3, (0,))
    threats_first = exclusion(*known, PathStep(), *path_is_worth_two, DropStep((0, 1)), plan=True)
    assert refused(threats_first, dilemma("1/2")).place == "steps"
    more_than_two = exclusion(PathStep(), LevelStep(2, (-225,)), places=2, plan=True)
    assert refused(more_than_two, dilemma("1/2")).place.startswith("steps[1].levels[0]")


def test_a_continuation_set_is_not_empty_by_negative_multipliers() -> None:
    """0 = -e_0 + e_0 would be at most minus the width of the box."""
    claim = exclusion(DropStep((), (Bound({0: F(-1), 2: F(-1)}, {}, ALL_ROWS),)))
    assert refused(claim, dilemma("1/2")).place == "steps[0].farkas[0].multipliers"


def test_a_payoff_is_not_bounded_by_the_worst_that_deterrence_needs() -> None:
    """The cut -1/2 would turn "at least the best alternative" into "at most"."""
    option = Bound({}, {0: F(-1, 2)}, ALL_ROWS)
    claim = exclusion(LevelStep(0, (1,), (option,)), point=(2, 2))
    assert refused(claim, dilemma("1/2")).place == "steps[0].options[0].cuts"


# -- exclusion after public signals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("multiplier", [1, 2, 3, 10])
def test_a_level_that_counts_once_or_more_for_itself_does_not_come_down_by_that(multiplier: int) -> None:
    """With (1 + m) / 2 >= 1 of the level on the right, solving for it would put it below (8/3, 0), an equilibrium."""
    game = dilemma("1/2")
    rows = tuple(RowBound(row, ((0, row ^ 2, F(multiplier)),)) for row in ALL_ROWS)
    levels = PublicExclusion.of(game, OCTAGON, [Cut("all", 0, 0, rows)]).levels(game)[0]
    assert OCTAGON[0] == (1, 0) and levels[0] >= F(8, 3)


def test_levels_of_the_path_do_not_bind_who_deviates() -> None:
    """(C, C) for ever is worth 2; a deviator who had as much afterwards could not be deterred."""
    game = dilemma("1/2")
    path = [Cut("path", 0, k, (RowBound(0),)) for k in range(8)]
    never = Cut("path", 0, None, (RowBound(0, ((0, 2, F(1)),), True),))
    claim = PublicExclusion.of(game, OCTAGON, [*path, never], Plan.of_profile(game, "C,C"))
    assert refused(claim, game).place == "cuts[8].rows[0]"
    assert [int(x) for x in PublicExclusion.of(game, OCTAGON, path, Plan.of_profile(game, "C,C")).levels(game)[0]] == [
        3, 6, 3, 4, 1, 2, 1, 4]                                        # the box's: cuts on the path lower no others


def test_no_row_is_given_up_by_negative_multipliers() -> None:
    """At 1/10 only (D, D) is played; that it costs to leave it would count as that it pays."""
    game = dilemma("1/10")
    honest = [RowBound(row, ((i, b, F(1)),), True) for row, i, b in ((0, 0, 2), (1, 0, 3), (2, 1, 3))]
    forged = RowBound(3, ((0, 1, F(-1)),), True)
    claim = PublicExclusion.of(game, OCTAGON, [Cut("all", 0, None, (*honest, forged))])
    report = refused(claim, game)
    assert report.place == "cuts[0].rows[3]" and "negative" in report.problem


# -- with side payments ----------------------------------------------------------------------------------------------


def with_self_harm(discount: str) -> StochasticGame:
    """A dilemma in which each can also harm the other (-5), at a cost to itself (-20) that nothing makes up for."""
    own = np.array([[2.0, -1, -5], [3, 0, -5], [-20, -20, -25]])
    payoffs = np.stack([own, own.T], axis=-1)
    return repeated_game(payoffs, discount, actions=[["C", "D", "H"]] * 2, transfers="voluntary")


def kept_by(worst: Fraction, punish: tuple[int, int], game: StochasticGame) -> TransferPlan:
    """(C, C), worth 4 to the two, kept by punishments that bring ``worst``."""
    cell = TransferCell(0, 0, F(4), (worst, worst), punish, 0, F(4))
    return TransferPlan(game.digest, SolutionConcept.PURE_WITH_TRANSFERS, COOPERATE, (cell,))


def test_a_punishment_must_itself_be_deterred_from() -> None:
    """Whoever has to harm the other would rather not: mutual defection is the worst, and deters too little at 1/5."""
    game = with_self_harm("1/5")
    no = certificate_of(solve(game).verdict("C,C"))
    assert isinstance(no, SurplusShortfall) and no.check(game).accepted
    report = refused(kept_by(F(-5), (5, 7), game), game)
    assert report.place.startswith("cells[0].punish[0]") and "deterring deviations" in report.problem
    assert refused(kept_by(F(0), (4, 4), game), game).place.startswith("cells[0].row")
    patient = with_self_harm("1/2")
    assert kept_by(F(0), (4, 4), patient).check(patient).accepted


def test_a_public_punishment_must_itself_be_deterred_from() -> None:
    game = seen_in_full(with_self_harm("1/5"))
    no = certificate_of(solve(game).verdict("C,C"))
    assert isinstance(no, PublicShortfall) and no.check(game).accepted

    def plan(worst: int, punish: tuple[int, int], game: StochasticGame) -> PublicTransferPlan:
        keep = SharedPlay(0, ((((0, 0),), (F(1, 2), F(1, 2))),))
        cell = PublicCell(
            0, keep, F(4), tuple(SharedPlay(row, ((((row, 0),), tuple(F(int(i != j)) for j in (0, 1))),))
                                 for i, row in enumerate(punish)), (F(worst), F(worst)), keep, F(4))
        return PublicTransferPlan(game.digest, CONCEPTS[True], COOPERATE, (cell,))

    report = refused(plan(-5, (5, 7), game), game)
    assert report.place.startswith("cells[0].punish[0]") and "gains" in report.problem
    patient = seen_in_full(with_self_harm("1/2"))
    assert plan(0, (4, 4), patient).check(patient).accepted


@pytest.mark.parametrize("name", ["joint", "path_joint"])
def test_together_players_have_at_least_what_each_is_held_to(name: str) -> None:
    """Both outcomes are equilibria of one period; but nobody is held to 5 in a state where the two share 1."""
    payoffs = np.array([[[0.5, 0.5], [0, 0]], [[0, 0], [5, 5]]])
    game = repeated_game(payoffs, 0, actions=[["poor", "rich"]] * 2, transfers="voluntary")
    (row, joint), (path, path_joint) = ((0, 1), (3, 10)) if name == "joint" else ((3, 10), (0, 1))
    cell = TransferCell(0, row, F(joint), (F(5), F(5)), (3, 3), path, F(path_joint))
    plan = TransferPlan(game.digest, SolutionConcept.PURE_WITH_TRANSFERS, {}, (cell,))
    assert refused(plan, game).place == f"cells[0].{name}"
    assert replace(plan, cells=(replace(cell, row=3, joint=F(10), path=3, path_joint=F(10)),)).check(game).accepted
    nothing = [SharedPlay(r, ()) for r in range(4)]
    public = PublicCell(
        0, nothing[row], F(joint), (nothing[3],) * 2, (F(5), F(5)), nothing[path], F(path_joint))
    seen = seen_in_full(game)
    of_signals = PublicTransferPlan(seen.digest, CONCEPTS[True], {}, (public,))
    assert refused(of_signals, seen).place == f"cells[0].{name}"


def test_the_worst_is_not_computed_from_the_path() -> None:
    """On the path of (C, C) the best reply to what is left would always bring 3: nobody could be deterred."""
    game = replace(dilemma("1/2"), transfers="voluntary")
    everything, path = ShortfallStep((6,), ((0,), (0,))), ShortfallStep((4,))
    forged = ShortfallStep((4,), ((3,), (3,)))
    claim = SurplusShortfall(
        game.digest, SolutionConcept.PURE_WITH_TRANSFERS, (everything, path, forged), 0, COOPERATE)
    assert refused(claim, game).place == "steps[2]"
    assert refused(replace(claim, steps=(everything, path)), game).place == "steps"
    assert refused(replace(claim, steps=(path, forged)), game).place == "steps[0]"


def test_the_public_worst_is_not_computed_from_the_path() -> None:
    """(C, C) brings 1 each for ever; held to that by what is left of the path, nobody could be deterred."""
    game = noisy_dilemma("9/10")
    assert (yes := certificate_of(solve(game).verdict("C,C"))) is not None and yes.check(game).accepted
    path = PublicStep((), (), (0,), (F(2),))
    forged = PublicStep((), (), (0,), (F(2),), ((F(1),), (F(1),)))
    drop = PublicStep((), ((0, ((2, F(1)),)),), (0,), (F(2),))
    claim = PublicShortfall(game.digest, CONCEPTS[True], (path, forged, drop), COOPERATE)
    assert refused(claim, game).place == "steps[1].worst"
    assert refused(replace(claim, steps=(path, drop)), game).place == "steps[1].dropped[0]"
