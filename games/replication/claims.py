"""Recomputing published results with the project's own solvers, and comparing.

A claim is met when the difference is within its tolerance.  Thresholds are bracketed by bisection: above, the target is
proved sustainable; below, it is proved not to be (by any punishment, or by the simple profile at hand), or reversion
falls short.  What stays undecided leaves the bracket wide, and the claim is not met.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import singledispatch
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, final

import numpy as np
from numpy.typing import NDArray

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation, ProfitableDeviation
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import Cell, StrategyAutomaton, surely
from games.numerics.exact import written
from games.numerics.polygons import hausdorff, hull_of
from games.questions.solve import solve
from games.replication.calculations import calculate
from games.replication.papers import (
    CalculationClaim,
    Claim,
    CriticalHazardClaim,
    LimitSetClaim,
    MaximalScoreClaim,
    NegotiatedClaim,
    Paper,
    PayoffSetClaim,
    PeriodsClaim,
    SupportClaim,
    ThresholdClaim,
    TransfersClaim,
    WorstPayoffClaim,
)
from games.solvers.public_score import PublicScoreSolution
from games.solvers.public_transfers import PublicTransferSolution
from games.solvers.relational_transfers import TransferSolution
from games.solvers.repeated_negotiation import NegotiationSolution
from games.solvers.verdict import Sustainable, Undecided, Unsustainable

if TYPE_CHECKING:
    from games.solvers.solution import Solution

HIGHEST = Fraction(99, 100)
"""Thresholds are looked for in [0, HIGHEST]."""
DIGITS = 10**9
"""Discount factors tried on the way to a threshold are multiples of 1/DIGITS, so that proofs stay short."""

MOST_IN_FRACTIONS = 1000
"""Thresholds with larger denominators are written as decimals."""
LONGEST_NUMBER = 16
"""Calculated numbers that take more characters are rounded when they are shown."""

Answer = Literal["yes", "no", "undecided"]


@final
@dataclass(frozen=True)
class Replication:
    """A claim and what the solvers found.

    ``difference``  in the unit of the claim; infinite if nothing to compare with was found.
    ``note``        what went wrong, if anything did.
    """

    claim: Claim
    published: str
    computed: str
    difference: float
    note: str = ""

    @property
    def ok(self) -> bool:
        """The difference is within the claim's tolerance."""
        return self.difference <= self.claim.tolerance

    def to_json(self) -> dict[str, Any]:
        """Its part of the ``servanda-replication/1`` object."""
        claim = self.claim
        return {
            "claim": claim.id,
            "says": claim.says,
            "kind": getattr(claim, "kind", ""),
            "evidence": claim.evidence,
            "where": claim.where,
            "published": self.published,
            "computed": self.computed,
            "difference": self.difference if np.isfinite(self.difference) else None,
            "tolerance": claim.tolerance,
            "ok": self.ok,
        } | ({"note": self.note} if self.note else {})


def replicate(paper: Paper, claim: Claim) -> Replication:
    """Recompute one claim of a paper; raises ``GameError`` if it does not fit its game."""
    return compare(claim, None if isinstance(claim, CalculationClaim) else paper.game(claim))


@singledispatch
def compare(claim: Claim, game: StochasticGame | None) -> Replication:
    """Recompute a claim on its game, if it has one; one method for each kind of claim."""
    raise GameError(f"claim {claim.id}: nothing is known about recomputing a {type(claim).__name__}")


# -- numbers that are no equilibria of a game file ------------------------------------------------------------------


@compare.register
def _calculation(claim: CalculationClaim, game: None = None) -> Replication:
    published, found = claim.numbers, calculate(claim.calculation, claim.given)
    if len(found) != len(published):
        said = f"{len(published)} numbers published, {len(found)} computed"
        return Replication(claim, _listed(published), _listed(found), np.inf, said)
    off = max((abs(float(a - b)) for a, b in zip(published, found, strict=True)), default=0.0)
    return Replication(claim, _listed(published), _listed(found), off)


def _listed(numbers: Sequence[Fraction]) -> str:
    """Numbers in order, those that repeat once with their count."""
    runs = [(_fraction(number), number, len(list(same))) for number, same in groupby(numbers)]
    shown = ((text if len(text) <= LONGEST_NUMBER else f"{float(x):.9g}", count) for text, x, count in runs)
    return ", ".join(text if count == 1 else f"{count} × {text}" for text, count in shown)


# -- sets and payoffs ----------------------------------------------------------------------------------------------


@compare.register
def _payoff_set(claim: PayoffSetClaim, game: StochasticGame) -> Replication:
    return _compared(claim, solve(game.with_discount(claim.discount)))


@compare.register
def _limit_set(claim: LimitSetClaim, game: StochasticGame) -> Replication:
    return _compared(claim, solve(game, solver="public_score"))


@compare.register
def _maximal_score(claim: MaximalScoreClaim, game: StochasticGame) -> Replication:
    solution = solve(game, solver="public_score")
    assert isinstance(solution, PublicScoreSolution)
    value = solution.score(claim.direction)
    return Replication(claim, _fraction(claim.value), f"{value:.10g}", abs(value - float(claim.value)))


def _compared(claim: PayoffSetClaim | LimitSetClaim, solution: Solution) -> Replication:
    off, ours, theirs = 0.0, 0, 0  # distance, and corners counted
    for state, points in claim.vertices.items():
        listed = [*points, *((b, a) for a, b in points)] if claim.mirror else list(points)
        published = hull_of(np.array([[float(a), float(b)] for a, b in listed]))
        computed = solution.payoff_set(state).vertices
        off = max(off, hausdorff(published, computed) if len(computed) else np.inf)
        ours += corners(computed, claim.tolerance)
        theirs += corners(published, claim.tolerance)
    return Replication(claim, _points(theirs), _points(ours), off, _unsettled(solution))


@compare.register
def _support(claim: SupportClaim, game: StochasticGame) -> Replication:
    solution = solve(game.with_discount(claim.discount))
    direction = np.array([float(x) for x in claim.direction])
    value = solution.payoff_set(claim.state).support(direction)
    return Replication(
        claim, written(claim.value), f"{value:.10g}", abs(value - float(claim.value)), _unsettled(solution)
    )


@compare.register
def _worst_payoff(claim: WorstPayoffClaim, game: StochasticGame) -> Replication:
    solution = solve(game.with_discount(claim.discount))
    found = solution.payoff_set(claim.state)
    published = np.array([float(x) for x in claim.value])
    off = np.inf if found.empty else float(np.abs(found.worst - published).max())
    return Replication(
        claim, _vector(published), "none" if found.empty else _vector(found.worst), off, _unsettled(solution)
    )


@compare.register
def _transfers(claim: TransfersClaim, game: StochasticGame) -> Replication:
    with_payments = replace(game.with_discount(claim.discount), transfers="voluntary")
    solution = solve(with_payments)
    assert isinstance(solution, TransferSolution | PublicTransferSolution)
    joint, worst = solution.joint_payoff, solution.punishment_payoffs
    offs = [abs(float(value) - joint[game.state_index(state)]) for state, value in claim.joint.items()]
    for state, values in claim.punishments.items():
        if len(values) != game.n_players:
            raise GameError(f"claim {claim.id}, state {state!r}: one number per player ({game.n_players}) is needed")
        offs += np.abs(worst[game.state_index(state)] - [float(x) for x in values]).tolist()
    first, value = next(iter(claim.joint.items()))
    more = f" and {len(offs) - 1} more" if len(offs) > 1 else ""
    found = joint[game.state_index(first)]
    off = float(np.nan_to_num(offs, nan=np.inf).max())  # not a number: no equilibrium exists there
    return Replication(claim, f"{_fraction(value)}{more}", f"{found:.10g}{more}", off, _unsettled(solution))


@compare.register
def _negotiated(claim: NegotiatedClaim, game: StochasticGame) -> Replication:
    with_payments = replace(game.with_discount(claim.discount), transfers="voluntary")
    solution = solve(with_payments, concept="rne", negotiation_hazard=claim.hazard, dates=claim.dates)
    assert isinstance(solution, NegotiationSolution)
    published = [(value, float(solution.joint_payoff[game.state_index(s)])) for s, value in claim.joint.items()]
    for state, values in claim.negotiated.items():
        if len(values) != game.n_players:
            raise GameError(f"claim {claim.id}, state {state!r}: one number per player ({game.n_players}) is needed")
        published += zip(values, solution.negotiated_payoffs[game.state_index(state)].tolist(), strict=True)
    value, found = published[0]
    more = f" and {len(published) - 1} more" if len(published) > 1 else ""
    # Differences of rationals: what dies out over hundreds of dates is smaller than the rounding of anything near it.
    off = max(float(abs(Fraction(y) - x)) if np.isfinite(y) else np.inf for x, y in published)
    return Replication(claim, f"{float(value):.10g}{more}", f"{found:.10g}{more}", off, _unsettled(solution))


@compare.register
def _critical_hazard(claim: CriticalHazardClaim, game: StochasticGame) -> Replication:
    with_payments = replace(game.with_discount(claim.discount), transfers="voluntary")

    def answer(hazard: Fraction) -> Answer:
        solution = solve(with_payments, concept="rne", negotiation_hazard=hazard, method="exact")
        return _answer(solution.verdict(claim.target))

    low, high, note = Fraction(0), Fraction(1), ""
    if answer(low) != "yes" or answer(high) != "no":
        problem = "it is not so that the target holds without negotiation and fails with negotiation in every period"
        return Replication(claim, _fraction(claim.value), "no critical hazard", np.inf, problem)
    while high - low > Fraction(claim.tolerance) / 4:
        middle = Fraction(round((low + high) / 2 * DIGITS), DIGITS)
        said = answer(middle)
        if said == "undecided":
            note = f"undecided at {written(middle)}"
            break
        low, high = (middle, high) if said == "yes" else (low, middle)
    off = float(max(abs(low - claim.value), abs(high - claim.value)))
    if claim.holds_there and answer(claim.value) != "yes":
        off, note = np.inf, "not proved at the critical hazard itself"
    return Replication(claim, _fraction(claim.value), f"{float(low):.9g} to {float(high):.9g}", off, note)


def corners(polygon: NDArray[np.float64], tolerance: float) -> int:
    """How many vertices of a convex polygon Float[k, 2] are farther than ``tolerance`` from their neighbours' chord."""
    points = polygon
    while len(points) > 1:
        before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
        chord, offset = after - before, points - before
        length = np.hypot(chord[:, 0], chord[:, 1])
        area = np.abs(chord[:, 0] * offset[:, 1] - chord[:, 1] * offset[:, 0])
        away = np.hypot(offset[:, 0], offset[:, 1])  # where both neighbours are one point
        height = np.where(length > tolerance, area / np.maximum(length, tolerance), away)
        flattest = int(height.argmin())
        if height[flattest] > tolerance:
            break
        points = np.delete(points, flattest, axis=0)
    return len(points)


def _points(count: int) -> str:
    return f"{count} {'vertex' if count == 1 else 'vertices'}"


def _vector(values: NDArray[np.float64]) -> str:
    # Adding zero turns a rounded minus zero into zero.
    return "(" + ", ".join(f"{x + 0.0:.6g}" for x in values.round(9)) + ")"


def _unsettled(solution: Solution) -> str:
    return "" if solution.status == "converged" else "the payoff sets did not settle"


# -- verdicts ------------------------------------------------------------------------------------------------------


@compare.register
def _periods(claim: PeriodsClaim, game: StochasticGame) -> Replication:
    solution = solve(game.with_discount(claim.discount))
    profile = claim.target.split(",")
    answers: list[Answer] = ["yes"]  # in no period at all: nothing is asked
    for count in range(1, len(claim.states) + 1):
        plan = Plan.from_json(game, {state: [profile] for state in claim.states[:count]})
        answers.append(_answer(solution.verdict(Plan(solution.game, plan.allowed))))
        if answers[-1] == "no":
            break
    found = len(answers) - 1 - (answers[-1] == "no")
    settled = "undecided" not in answers
    note = "" if settled else f"not decided: {answers.index('undecided')} periods"
    return Replication(
        claim,
        str(claim.value),
        str(found) if settled else "undecided",
        abs(found - claim.value) if settled else np.inf,
        note,
    )


@compare.register
def _threshold(claim: ThresholdClaim, game: StochasticGame) -> Replication:
    deters = _DETERRENTS[claim.by]

    def answer(discount: Fraction) -> Answer:
        return deters(claim, game.with_discount(discount))

    low, high = Fraction(0), HIGHEST
    if answer(low) != "no" or answer(high) != "yes":
        return Replication(
            claim,
            _fraction(claim.value),
            "no threshold",
            np.inf,
            f"it is not so that the target fails at 0 and holds at {written(HIGHEST)}",
        )
    note = ""
    while high - low > Fraction(claim.tolerance) / 4:
        middle = Fraction(round((low + high) / 2 * DIGITS), DIGITS)
        said = answer(middle)
        if said == "undecided":
            note = f"undecided at {written(middle)}"
            break
        low, high = (low, middle) if said == "yes" else (middle, high)
    off = float(max(abs(low - claim.value), abs(high - claim.value)))
    if claim.holds_there and answer(claim.value) != "yes":
        off, note = np.inf, "not proved at the threshold itself"
    return Replication(claim, _fraction(claim.value), f"{float(low):.9g} to {float(high):.9g}", off, note)


def _fraction(number: Fraction) -> str:
    """As a fraction where one of small numbers says it best, else as a decimal."""
    return str(number) if number.denominator <= MOST_IN_FRACTIONS else written(number)


def _any_punishment(claim: ThresholdClaim, game: StochasticGame) -> Answer:
    return _answer(solve(game).verdict(claim.target))


def _reversion(claim: ThresholdClaim, game: StochasticGame) -> Answer:
    """Reverting to a stationary equilibrium deters, or falls short: the second is no refutation of the target."""
    verdict = solve(game, solver="nash_reversion").verdict(claim.target)
    if isinstance(verdict, Undecided):
        return "no" if verdict.bounds.get("margin_lower", 0.0) < 0 else "undecided"
    return _answer(verdict)


def _simple_profile(claim: ThresholdClaim, game: StochasticGame) -> Answer:
    automaton = simple_strategy_profile(game, [claim.target], claim.punishments)
    evidence = NoProfitableDeviation.of(game, automaton, Plan.of_profile(game, claim.target))
    if evidence.check(game).accepted:
        return "yes"
    link = evidence.weakest_link(game, on_path=False)
    refuted = link is not None and ProfitableDeviation.of(game, automaton, link).check(game).accepted
    return "no" if refuted else "undecided"


_DETERRENTS: dict[str, Callable[[ThresholdClaim, StochasticGame], Answer]] = {
    "any": _any_punishment,
    "reversion": _reversion,
    "simple": _simple_profile,
}


def _answer(verdict: Sustainable | Unsustainable | Undecided) -> Answer:
    """Verdicts are proved, so two of them settle the question."""
    if isinstance(verdict, Undecided):
        return "undecided"
    return "yes" if isinstance(verdict, Sustainable) else "no"


def simple_strategy_profile(
    game: StochasticGame, path: Sequence[str], punishments: Sequence[Sequence[str]]
) -> StrategyAutomaton:
    """A path and one punishment path per player, which begins (again) whenever that player deviates.

    Each path is a list of profiles ("C,D"), the last of which goes on for ever; the game has one state.
    Source: Abreu (1988).  Raises ``GameError`` if the game has more states or lacks a profile.
    """
    if game.n_states != 1:
        raise GameError(f"a simple strategy profile is for a game of one state; this one has {game.n_states}")
    if len(punishments) != game.n_players:
        raise GameError(f"{len(punishments)} punishment paths given for {game.n_players} players; give one for each")
    paths = [path, *punishments]
    start = np.cumsum([0, *(len(one) for one in paths)])
    punish = tuple(surely(int(start[1 + player])) for player in range(game.n_players))
    cells: dict[tuple[int, int], Cell] = {}
    for first, one in zip(start[:-1].tolist(), paths, strict=True):
        for k, profile in enumerate(one):
            row = game.row_of_labels(0, [label.strip() for label in profile.split(",")])
            cells[first + k, 0] = Cell(row, surely(first + min(k + 1, len(one) - 1)), punish)
    names = ["path", *(f"punishment of {player}" for player in game.players)]
    modes = tuple(f"{name}, period {k + 1}" for name, one in zip(names, paths, strict=True) for k in range(len(one)))
    return StrategyAutomaton(modes, cells, surely(0))
