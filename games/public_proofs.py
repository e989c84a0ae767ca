"""Certificates from bounds under public signals: rounded outward, or with incentives to spare.

Nothing here is believed: a certificate counts once its own check has accepted it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from math import floor

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.linalg import spsolve

from games.certificates.public_shortfall import Multipliers, PublicShortfall, PublicStep
from games.certificates.public_transfer_plan import CONCEPTS, PublicTransferPlan, SharedPlay
from games.numerics.enforcement_programs import enforce
from games.plan import Plan
from games.public_bounds import Aim, DualBounds
from games.public_claims import PublicClaims, places_finer_than, rounded
from games.public_iteration import BoundStep, PublicBounds
from games.public_outcomes import PublicOutcomes
from games.public_paths import PublicPath
from games.transfer_elimination import TransferGame
from games.transfer_proofs import path_states, reached

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SNAP = 1e-13
"""Shares nearer to 0 or 1 than this are 0 or 1."""

SHARE_PLACES = 15

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
    states = reached(laid)
    plays: dict[tuple[int, Aim], _Play] = {}
    for s in states.tolist():
        for aim in range(laid.game.n_players + 1):
            play = _Play.of(found.bounds, int(found.rows[s, aim]), aim, found.joint, found.worst)
            if play is None:
                return None
            plays[s, aim] = play
    walked = path_states(laid, path.rows)
    ways: dict[int, _Play] = {}
    for s in walked.tolist():
        play = _Play.of(path.bounds, int(path.rows[s]), 0, path.joint, found.worst)
        if play is None:
            return None
        ways[s] = play
    joint, worst = _levels(laid, outcomes, states, plays)
    path_joint = _path_levels(laid, outcomes, walked, ways, worst)
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


class _Play:
    """A row with the shares that enforce it, per group of outcomes."""

    def __init__(self, row: int, shares: Floats) -> None:
        self.row, self.shares = row, shares

    @staticmethod
    def of(bounds: DualBounds, row: int, aim: Aim, joint: Floats, worst: Floats) -> _Play | None:
        inc = bounds.outcomes.incentives(row)
        need, budget = bounds.need(inc, worst), bounds.budget(inc, joint, worst)
        found = enforce(bounds.weights[aim], inc.share, inc.gain, inc.who, budget, need)
        if not found.feasible:
            return None
        shares = np.divide(found.shares, budget, out=np.zeros_like(found.shares), where=budget > 0)
        shares[shares < SNAP] = 0.0
        shares[shares > 1 - SNAP] = 1.0
        return _Play(row, shares)

    def weights(self, outcomes: PublicOutcomes) -> Floats:
        """Float[players, states ahead]: how much of each next state's surplus each player expects."""
        inc = outcomes.incentives(self.row)
        return np.asarray((self.shares * inc.share) @ inc.spread)

    def shared(self, outcomes: PublicOutcomes) -> SharedPlay:
        """The same with exact shares, outcome by outcome."""
        inc, unit = outcomes.incentives(self.row), 10**SHARE_PLACES
        width = len(inc.ahead)
        shares = []
        for k in np.flatnonzero(self.shares.any(axis=0) & (inc.share > 0)).tolist():
            given = [floor(Fraction(x) * unit) for x in self.shares[:, k].tolist()]
            given[int(np.argmax(given))] -= max(sum(given) - unit, 0)
            pairs = tuple((z // width, int(inc.ahead[z % width])) for z in np.flatnonzero(inc.group == k).tolist())
            shares.append((pairs, tuple(Fraction(x, unit) for x in given)))
        return SharedPlay(self.row, tuple(shares))


def _levels(
    laid: TransferGame, outcomes: PublicOutcomes, states: Ints, plays: dict[tuple[int, Aim], _Play]
) -> tuple[Floats, Floats]:
    """Joint payoffs Float[states] and punishment payoffs Float[states, players] that the plays bring, 0 elsewhere."""
    game, factor = laid.game, laid.factor
    n, count = game.n_players, len(states)
    number = np.zeros(game.n_states, dtype=np.int64)
    number[states] = np.arange(count)
    entries: list[tuple[int, int, float]] = [(k, k, 1.0) for k in range(count * (n + 1))]
    right = np.zeros(count * (n + 1))
    for (s, aim), play in plays.items():
        here = int(number[s]) * (n + 1) + aim
        inc = outcomes.incentives(play.row)
        shares = play.weights(outcomes)
        rewarded = shares.sum(axis=0) if aim == 0 else shares[aim - 1]
        payoff = game.payoffs[play.row]
        right[here] = (1 - factor) * float(payoff.sum() if aim == 0 else payoff[aim - 1])
        for t, law, share in zip(number[inc.ahead].tolist(), inc.law.tolist(), rewarded.tolist(), strict=True):
            entries.append((here, t * (n + 1), -factor * share))
            entries += [(here, t * (n + 1) + i + 1, factor * (share - law * (aim in (0, i + 1)))) for i in range(n)]
    rows, columns, values = zip(*entries, strict=True)
    matrix = csc_array((np.array(values), (np.array(rows), np.array(columns))), shape=(len(right), len(right)))
    found = np.asarray(spsolve(matrix, right)).reshape(count, n + 1)
    joint, worst = np.zeros(game.n_states), np.zeros((game.n_states, n))
    joint[states], worst[states] = found[:, 0], found[:, 1:]
    return joint, worst


def _path_levels(
    laid: TransferGame, outcomes: PublicOutcomes, states: Ints, plays: dict[int, _Play], worst: Floats
) -> Floats:
    """Float[states]: what the path brings, refusals bringing ``worst``; 0 off the path."""
    game, factor = laid.game, laid.factor
    number = np.zeros(game.n_states, dtype=np.int64)
    number[states] = np.arange(len(states))
    matrix, right = np.eye(len(states)), np.zeros(len(states))
    for s, play in plays.items():
        here = int(number[s])
        inc = outcomes.incentives(play.row)
        share = play.weights(outcomes).sum(axis=0)
        right[here] = (1 - factor) * float(game.payoffs[play.row].sum())
        right[here] += factor * float((inc.law - share) @ worst[inc.ahead].sum(axis=1))
        seen = inc.law > 0
        np.add.at(matrix[here], number[inc.ahead[seen]], -factor * share[seen])
    out = np.zeros(game.n_states)
    out[states] = np.linalg.solve(matrix, right)
    return out
