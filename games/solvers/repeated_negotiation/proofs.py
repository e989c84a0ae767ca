"""Certificates of stationary relational negotiation equilibria: exact payoffs of the policies found, and why no more.

Nothing here is believed: a certificate counts once its own check has accepted it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor, log10
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from scipy.sparse import csr_array, hstack, vstack

from games.certificates.certificate import SolutionConcept
from games.certificates.negotiation.plan import NegotiatedCell, NegotiatedPlan
from games.certificates.transfers.worth import ExactWorth, rational
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Ints
from games.numerics.components import components
from games.solvers.relational_transfers import (
    EXACT_BITS,
    EXACT_UNKNOWNS,
    KNIFE_EDGE,
    Elimination,
    Round,
    TransferGame,
    eliminate,
    first_best,
    path_states,
    reached,
)
from games.solvers.repeated_negotiation.fixed_points import FixedPoint
from games.solvers.repeated_negotiation.terms import NegotiationTerms

CONCEPT = SolutionConcept.RELATIONAL_NEGOTIATION


def prove_negotiated(
    laid: TransferGame, terms: NegotiationTerms, found: FixedPoint, plan: Plan
) -> NegotiatedPlan | None:
    """A checked certificate that an equilibrium keeps to the plan, or that none does; None if neither is proved."""
    states = reached(laid)
    if not found.played.standing.live[states].all():
        return None
    solved = _exact(laid.game, terms, found, states)
    if solved is None:
        return None
    rounds = _until_negotiation(laid, terms, found).rounds
    for finer in (1e-12, 1e-14):
        off = finer * laid.scale / (1 - laid.factor)
        cells = [_cell(found, s, solved[s], rounds, off) for s in states.tolist()]
        for kept in (True, False):
            certificate = NegotiatedPlan(
                laid.game.digest, CONCEPT, plan.to_json(), kept, terms.hazard, terms.weights, tuple(cells))
            report = certificate.check(laid.game)
            if report.accepted:
                return certificate
            if report.place != "claim.kept":
                break
    return None


def _cell(
    found: FixedPoint, state: int, exact: tuple[Fraction, ...], rounds: Sequence[Round], off: float
) -> NegotiatedCell:
    """Bounds rounded outward by ``off`` in payoff units; those after the last round are U and v themselves."""
    unit = 10 ** max(0, ceil(-log10(off)) + 3)
    bounds = tuple(
        (Fraction(ceil(Fraction(float(r.joint[state]) + off) * unit), unit),
         *(Fraction(floor(Fraction(float(v) - off) * unit), unit) for v in r.worst[state])) for r in rounds[:-1])
    return NegotiatedCell(state, int(found.played.rows[state]), exact[0], exact[1:],
                          tuple(found.played.punish[state].tolist()), bounds)


def path_shortfall(laid: TransferGame, terms: NegotiationTerms, found: FixedPoint, plan: Plan) -> float | None:
    """Payoff units of one period: what is to spare on the best path within a plan, or, negative, what it lacks.

    A profile lacks what it brings less than U, or what deterring deviations needs more than is at stake.  The least
    over the states of the path of the best profile that the plan allows; None if nobody can deviate.
    """
    game, played = laid.game, found.played
    standing, edge = played.standing, KNIFE_EDGE * laid.scale
    short = laid.worth(laid.total, standing.joint) - standing.joint[game.row_state]
    spare = np.where(np.abs(short) <= edge, played.slack, np.minimum(played.slack, short))
    spare = np.where(plan.allowed, spare, -np.inf)
    best = first_best(spare, game.row_start[:-1])
    choices = [float(spare[best[s]]) for s in path_states(laid, best).tolist()
               if (game.action_counts[s] > 1).any() or spare[best[s]] < -edge]
    return min(choices) / (1 - laid.factor) if choices else None


def _until_negotiation(laid: TransferGame, terms: NegotiationTerms, found: FixedPoint) -> Elimination:
    """Policy elimination for play until the next negotiation, in all states, with one more in which play has ended."""
    game, standing = laid.game, found.played.standing
    worth = laid.factor / (1 - laid.factor)
    agreed = terms.chance[:, None] * terms.negotiated(standing.worst, standing.surplus)
    own = game.payoffs + worth * (game.transition @ agreed)
    total = laid.total + worth * (game.transition @ (terms.chance * standing.joint))
    going_on = csr_array(game.transition * (1 - terms.chance)[None, :])
    stop = 1 - np.asarray(going_on.sum(axis=1)).ravel()
    stop[stop < 1e-15] = 0.0
    end = csr_array(([1.0], ([0], [game.n_states])), shape=(1, game.n_states + 1))
    law = vstack([hstack([going_on, csr_array(stop[:, None])]), end]).tocsr()
    n = game.n_players
    inner = StochasticGame(
        game.players, np.full(n, laid.factor), (*game.states, ""), (*game.actions, (("end",),) * n),
        np.vstack([own, np.zeros((1, n))]), csr_array(law), transfers="voluntary")
    return eliminate(TransferGame(inner, np.append(total, 0.0)))


def _exact(
    game: StochasticGame, terms: NegotiationTerms, found: FixedPoint, states: Ints
) -> dict[int, tuple[Fraction, ...]] | None:
    """U and v of the policies found, exactly, per state; None if that takes too long.  Downstream components first."""
    exact, n = ExactWorth.of(game), game.n_players
    number = {s: k for k, s in enumerate(states.tolist())}
    played = {s: (int(found.played.rows[s]), *found.reply[s].tolist()) for s in number}
    laws = {row: exact.law(row) for rows in played.values() for row in rows}
    arcs = [sorted({number[t] for row in played[s] for t, _ in laws[row]}) for s in number]
    pointer = np.concatenate([[0], np.cumsum([len(a) for a in arcs])])
    weights = [rational(w) for w in terms.weights]
    known: dict[int, list[Any]] = {}
    for component in components(pointer, np.array([t for a in arcs for t in a], dtype=np.int64)):
        here = states[component.states].tolist()
        if len(here) * n > EXACT_UNKNOWNS:
            return None
        joint = _solved(here, [[(t, 0, 1 * p) for t, p in laws[played[s][0]]] for s in here],
                        [exact.payoff(played[s][0], None) for s in here], exact.factor,
                        {s: values[:1] for s, values in known.items()}, 1)
        ahead = {s: values[1:] for s, values in known.items()}
        terms_of, now = [], []
        for i in range(n):
            for s in here:
                row = played[s][i + 1]
                entries, extra = [], exact.payoff(row, i) * (1 - exact.factor)
                for t, p in laws[row]:
                    reset = p * rational(terms.hazard[t]) * weights[i]
                    entries += [(t, j, (p if i == j else fmpq(0)) - reset) for j in range(n)]
                    level = joint[t, 0] if t in here else known[t][0]
                    extra += exact.factor * reset * level
                terms_of.append(entries)
                now.append(extra / (1 - exact.factor))
        worst = _solved(here, terms_of, now, exact.factor, ahead, n)
        for s in here:
            known[s] = [joint[s, 0], *(worst[s, i] for i in range(n))]
            if any(int(x.q).bit_length() > EXACT_BITS for x in known[s]):
                return None
    return {s: tuple(Fraction(int(x.p), int(x.q)) for x in values) for s, values in known.items()}


def _solved(
    here: list[int], terms: Sequence[Sequence[tuple[int, int, Any]]], now: Sequence[Any], factor: Any,
    known: dict[int, list[Any]], kinds: int,
) -> dict[tuple[int, int], Any]:
    """x[s, j] for s in ``here``, j < ``kinds``: (1 - factor) now + factor * sum of coefficients times x[t, j']."""
    place = {(s, j): j * len(here) + k for j in range(kinds) for k, s in enumerate(here)}
    matrix = [[fmpq(int(a == b)) for b in range(len(place))] for a in range(len(place))]
    right = []
    for k, entries in enumerate(terms):
        level = (1 - factor) * now[k]
        for t, j, p in entries:
            if (t, j) in place:
                matrix[k][place[t, j]] -= factor * p
            else:
                level += factor * p * known[t][j]
        right.append([level])
    solved = fmpq_mat(matrix).solve(fmpq_mat(right))
    return {key: solved[k, 0] for key, k in place.items()}
