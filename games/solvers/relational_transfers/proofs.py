"""Certificates from policy elimination: levels rounded outward where there is room, exact values at knife edges.

Nothing here is believed: a certificate counts once its own check has accepted it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, log10
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from games.certificates.certificate import CheckReport
from games.certificates.transfers.plan import TransferCell, TransferPlan
from games.certificates.transfers.shortfall import Levels, ShortfallStep, SurplusShortfall
from games.certificates.transfers.worth import ExactWorth, concept_with_transfers
from games.model.plan import Plan
from games.numerics.arrays import Bools, Floats, Ints
from games.numerics.components import components
from games.solvers.relational_transfers.elimination import Elimination, PathElimination, TransferGame, first_best

EXACT_UNKNOWNS = 150
"""Largest set of states, all reaching one another, whose values are solved for exactly."""

EXACT_BITS = 20_000
"""Longer rationals are given up."""


def rounding(laid: TransferGame) -> float:
    """How far values of policy iteration may lie from the truth, with room to spare, in payoff units."""
    return 1e-12 * laid.scale / (1 - laid.factor)


def _finer_than(off: float) -> int:
    """Decimal places that are finer than a number."""
    return max(0, ceil(-log10(off)) + 3)


def prove_plan(
    laid: TransferGame, found: Elimination, path: PathElimination, plan: Plan, exact_first: bool = False
) -> tuple[TransferPlan, CheckReport] | None:
    """A certificate that the plan's best path is that of an equilibrium, with its check; None if the check refuses.

    ``exact_first``  prefer exact payoffs to rounded ones, which take less time and fewer digits.
    """
    # Where nothing is left to share, as after a treaty's end, rounding is bound to leave less than nothing.
    surplus = (found.joint - found.worst.sum(axis=1))[reached(laid)]
    exact_first = exact_first or bool(surplus.min() <= rounding(laid))
    for exactly in (exact_first, not exact_first):
        certificate = _transfer_plan(laid, found, path, plan, exactly)
        report = None if certificate is None else certificate.check(laid.game)
        if certificate is not None and report is not None and report.accepted:
            return certificate, report
    return None


def prove_shortfall(
    laid: TransferGame, found: Elimination, path: PathElimination | None, plan: Plan | None
) -> tuple[SurplusShortfall, CheckReport] | None:
    """A certificate that no equilibrium follows the plan (None: exists), with its check; None if the check refuses."""
    for finer in (1.0, 1e-2):
        certificate = _shortfall(laid, found, path, plan, rounding(laid) * finer)
        report = certificate.check(laid.game)
        if report.accepted:
            return certificate, report
    return None


def _shortfall(
    laid: TransferGame, found: Elimination, path: PathElimination | None, plan: Plan | None, off: float
) -> SurplusShortfall:
    places = _finer_than(off)
    steps = [
        ShortfallStep(_levels(r.joint + off, r.live, places, True),
                      tuple(_levels(v - off, r.live, places, False) for v in r.worst.T))
        for r in found.rounds
    ]
    if path is not None:
        steps += [ShortfallStep(_levels(joint + off, still, places, True)) for still, joint in path.rounds]
    restricted = None if plan is None else plan.to_json()
    return SurplusShortfall(laid.game.digest, concept_with_transfers(laid.game), tuple(steps), places, restricted)


def punishment_rows(found: Elimination, laid: TransferGame) -> Ints:
    """Int[states, players]: of the admissible rows that hold a player to its least payoff the one with most slack."""
    out = []
    for replies, punishment in zip(laid.replies, found.punishments, strict=True):
        held = replies.group == punishment.group[laid.game.row_state]
        out.append(first_best(np.where(found.admissible & held, found.slack, -np.inf), laid.game.row_start[:-1]))
    return np.column_stack(out)


def reached(laid: TransferGame) -> Ints:
    """Int[k]: states that can be reached from the initial one, whoever deviates."""
    seen = np.zeros(laid.game.n_states, dtype=bool)
    seen[laid.game.initial] = True
    while True:
        more = seen | (laid.leads.T @ seen.astype(np.float64) > 0)
        if (more == seen).all():
            return np.flatnonzero(seen)
        seen = more


def _levels(values: Floats, here: Bools, places: int, up: bool) -> Levels:
    unit = 10**places
    return tuple(_units(x, unit, up) if h else None for x, h in zip(values.tolist(), here.tolist(), strict=True))


def _rounded(value: float, places: int, up: bool) -> Fraction:
    unit = 10**places
    return Fraction(_units(value, unit, up), unit)


def _units(value: float, unit: int, up: bool) -> int:
    """The float, exactly, in parts of one ``unit``-th, rounded up or down."""
    above, below = value.as_integer_ratio()
    return -(-above * unit // below) if up else above * unit // below


def _transfer_plan(
    laid: TransferGame, found: Elimination, path: PathElimination, plan: Plan, exactly: bool
) -> TransferPlan | None:
    game = laid.game
    states = reached(laid)
    punish = punishment_rows(found, laid)
    walked = path_states(laid, path.rows)
    values: list[Sequence[Fraction]]
    if exactly:
        exact = ExactWorth.of(game)
        solved = [_exact_values(exact, found.policy, states, None), _exact_values(exact, path.rows, walked, None)]
        solved += [_exact_values(exact, p.reply, states, i) for i, p in enumerate(found.punishments)]
        if any(s is None for s in solved):
            return None
        values = [s for s in solved if s is not None]
    else:
        off = rounding(laid)
        places = _finer_than(off)
        values = [[_rounded(x - off, places, False) for x in joint.tolist()] for joint in (found.joint, path.joint)]
        values += [[_rounded(x + off, places, True) for x in p.values.tolist()] for p in found.punishments]
    joint, path_joint, *worst = values
    on_path = set(walked.tolist())
    cells = tuple(
        TransferCell(
            s, int(found.policy[s]), joint[s], tuple(v[s] for v in worst), tuple(punish[s].tolist()),
            int(path.rows[s]) if s in on_path else None, path_joint[s] if s in on_path else None)
        for s in states.tolist()
    )
    return TransferPlan(game.digest, concept_with_transfers(game), plan.to_json(), cells)


def path_states(laid: TransferGame, rows: Ints) -> Ints:
    """Int[k]: states that play of ``rows[state]`` comes to from the initial one."""
    game, law = laid.game, laid.game.transition
    seen, waiting = {game.initial}, [game.initial]
    while waiting:
        row = int(rows[waiting.pop()])
        span = slice(int(law.indptr[row]), int(law.indptr[row + 1]))
        for s in law.indices[span][law.data[span] > 0].tolist():
            if s not in seen:
                seen.add(s)
                waiting.append(s)
    return np.array(sorted(seen), dtype=np.int64)


def _exact_values(exact: ExactWorth, rows: Ints, states: Ints, player: int | None) -> list[Fraction] | None:
    """Exact average payoffs of playing ``rows[state]`` for ever, 0 outside ``states``; None if that takes too long.

    ``states`` is a set that this play does not leave.  Component by component, downstream first.
    """
    count, factor = len(rows), exact.factor
    known: list[Any] = [fmpq(0)] * count
    number = {s: k for k, s in enumerate(states.tolist())}
    laws = [exact.law(int(rows[s])) for s in states.tolist()]
    pointer = np.concatenate([[0], np.cumsum([len(law) for law in laws])])
    arcs = np.array([number[t] for law in laws for t, _ in law], dtype=np.int64)
    for component in components(pointer, arcs):
        here = states[component.states].tolist()
        if len(here) > EXACT_UNKNOWNS:
            return None
        place = {s: k for k, s in enumerate(here)}
        matrix, right = fmpq_mat(len(here), len(here)), fmpq_mat(len(here), 1)
        for k, s in enumerate(here):
            matrix[k, k] = fmpq(1)
            now = (1 - factor) * exact.payoff(int(rows[s]), player)
            for t, p in laws[number[s]]:
                if t in place:
                    matrix[k, place[t]] -= factor * p
                else:
                    now += factor * p * known[t]
            right[k, 0] = now
        if len(here) == 1:
            known[here[0]] = right[0, 0] / matrix[0, 0]
        else:
            solved = matrix.solve(right)
            for k, s in enumerate(here):
                known[s] = solved[k, 0]
        if any(int(known[s].q).bit_length() > EXACT_BITS for s in here):
            return None
    return [Fraction(int(x.p), int(x.q)) for x in known]
