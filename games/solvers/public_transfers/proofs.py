"""Certificates from bounds under public signals: rounded outward, or with incentives to spare.

Nothing here is believed: a certificate counts once its own check has accepted it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from games.certificates.signals.shortfall import PublicShortfall
from games.certificates.signals.shortfall_steps import Multipliers, PublicStep
from games.certificates.signals.transfer_plan import CONCEPTS, PublicTransferPlan, SharedPlay
from games.model.outcome_laws import OutcomeLaws
from games.model.plan import Plan
from games.numerics.arrays import Floats
from games.solvers.public_transfers.balance import BalancedPlay, SettledPath
from games.solvers.public_transfers.bounds import Aim, BoundStep, PublicBounds
from games.solvers.public_transfers.claims import PublicClaims, places_finer_than, rounded
from games.solvers.public_transfers.outcomes import PublicOutcomes
from games.solvers.public_transfers.paths import PublicPath
from games.solvers.public_transfers.plays import Play, levels, path_levels
from games.solvers.relational_transfers import TransferGame, path_states, reached

SPARE = (1e3, math.inf)
"""Payoffs are claimed as rounded where more than so many roundings are left to share; first so, then as exact."""


def shortfall(
    laid: TransferGame, outcomes: PublicOutcomes, steps: Sequence[BoundStep], outward: float, plan: Plan | None
) -> PublicShortfall | None:
    """A checked certificate that no equilibrium follows the plan (None: exists); None if the check refuses."""
    places = places_finer_than(outward * laid.scale)
    certificate = PublicShortfall(
        laid.game.digest, CONCEPTS[laid.game.burning],
        tuple(_step(outcomes, step, places) for step in steps),
        None if plan is None else plan.to_json())
    return certificate if certificate.check(laid.game).accepted else None


def _step(outcomes: PublicOutcomes, step: BoundStep, places: int) -> PublicStep:
    multipliers = tuple(
        (row, aim, _given(outcomes, row, m)) for (row, aim), m in step.found.items() if aim > 0 or m.any())
    return PublicStep(
        multipliers, tuple((row, _given(outcomes, row, m)) for row, m in step.dropped.items()),
        tuple(step.states.tolist()), tuple(rounded(x, places, True) for x in step.joint.tolist()),
        None if step.worst is None else tuple(
            tuple(rounded(x, places, False) for x in levels) for levels in step.worst.T.tolist()))


def _given(outcomes: PublicOutcomes, row: int, multipliers: Floats) -> Multipliers:
    to = outcomes.incentives(row).to
    return tuple((int(to[j]), Fraction(repr(float(multipliers[j])))) for j in np.flatnonzero(multipliers).tolist())


def transfer_plan(
    laid: TransferGame, outcomes: PublicOutcomes, found: PublicBounds, path: PublicPath, plan: Plan
) -> PublicTransferPlan | None:
    """A checked certificate that the plan's best path is that of an equilibrium; None if the check refuses.

    ``found`` and ``path`` come from incentives that were tightened, so that all slacks survive rounding.
    """
    plays: dict[tuple[int, Aim], Play] = {}
    for s in reached(laid).tolist():
        for aim in range(laid.game.n_players + 1):
            play = Play.of(found.bounds, int(found.rows[s, aim]), aim, found.joint, found.worst)
            if play is None:
                return None
            plays[s, aim] = play
    ways: dict[int, Play] = {}
    for s in path_states(laid, path.rows).tolist():
        play = Play.of(path.bounds, int(path.rows[s]), 0, path.joint, found.worst)
        if play is None:
            return None
        ways[s] = play
    return _plan_of_plays(laid, outcomes, plays, ways, plan)


def balanced_plan(
    laid: TransferGame, outcomes: PublicOutcomes, found: BalancedPlay, path: SettledPath | None, plan: Plan
) -> PublicTransferPlan | None:
    """The same without burning, from play whose payments balance; no ``path``: that of ``found``."""
    if path is None:
        rows = laid.game.row_start[:-1].copy()
        for (s, aim), play_of_state in found.plays.items():
            if aim == 0:
                rows[s] = play_of_state.row
        path = SettledPath(path_states(laid, rows), rows, found.joint)
        if not plan.allowed[rows[path.states]].all():
            return None
    ways: dict[int, Play] = {}
    for s in path.states.tolist():
        play = Play.of(found.bounds, int(path.rows[s]), 0, path.joint, found.worst, unseen=found.joint)
        if play is None:
            return None
        ways[s] = play
    return _plan_of_plays(laid, outcomes, found.plays, ways, plan)


def balanced_shortfall(
    laid: TransferGame, outcomes: PublicOutcomes, steps: Sequence[BoundStep], outward: float, path: SettledPath,
    row: int, multipliers: Floats, plan: Plan
) -> PublicShortfall | None:
    """A checked certificate that balanced payments cannot enforce a row of a plan that settles its path."""
    laws = OutcomeLaws(laid.game)
    to_one = (Fraction(1), *[Fraction(0)] * (laid.game.n_players - 1))
    plays = {s: SharedPlay(int(path.rows[s]), ((tuple(laws.exact(int(path.rows[s]))), to_one),))
             for s in path.states.tolist()}
    claims = PublicClaims(laid, outcomes, {(s, 0): play for s, play in plays.items()}, 0.0)
    claims.settle_path(plays, path.joint)
    places = places_finer_than(outward * laid.scale)
    states = tuple(path.states.tolist())
    last = (
        PublicStep((), (), states, tuple(claims.path_joint[s] for s in states), settled=True),
        PublicStep((), ((row, _given(outcomes, row, multipliers)),), (), ()))
    certificate = PublicShortfall(
        laid.game.digest, CONCEPTS[False], (*(_step(outcomes, step, places) for step in steps), *last), plan.to_json())
    return certificate if certificate.check(laid.game).accepted else None


def _plan_of_plays(
    laid: TransferGame, outcomes: PublicOutcomes, plays: dict[tuple[int, Aim], Play], ways: dict[int, Play], plan: Plan
) -> PublicTransferPlan | None:
    states, walked = np.array(sorted({s for s, _ in plays})), np.array(sorted(ways))
    joint, worst = levels(laid, outcomes, states, plays)
    path_joint = path_levels(laid, outcomes, walked, ways, worst)
    shared = {key: play.shared(outcomes) for key, play in plays.items()}
    way = {s: play.shared(outcomes) for s, play in ways.items()}
    for spare in SPARE:
        claims = PublicClaims(laid, outcomes, shared, spare)
        claims.settle(joint, worst)
        claims.settle_path(way, path_joint)
        certificate = PublicTransferPlan(laid.game.digest, CONCEPTS[laid.game.burning], plan.to_json(), claims.cells())
        if certificate.check(laid.game).accepted:
            return certificate
    return None
