"""Claims about when a profile is the path of an equilibrium: from which discount factor on, and for how many periods.

Thresholds are bracketed by bisection: on one side the target is proved sustainable; on the other it is proved not to be
(by any punishment, or by the simple profile at hand), or reversion falls short.  What stays undecided leaves the
bracket wide, and the claim is not met.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal, Self, final

import numpy as np
from pydantic import Field, model_validator

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation, ProfitableDeviation
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import Cell, StrategyAutomaton, surely
from games.numerics.exact import written
from games.questions.solve import solve
from games.replication.claims import Discount, GameClaim, Number, Profile, Replication, fraction
from games.solvers import RepeatedNegotiation
from games.solvers.verdict import Sustainable, Undecided, Verdict

HIGHEST = Fraction(99, 100)
"""Thresholds are looked for in [0, HIGHEST]."""
DIGITS = 10**9
"""Numbers tried on the way to a threshold are multiples of 1/DIGITS, so that proofs stay short."""

Answer = Literal["yes", "no", "undecided"]


@final
class ThresholdClaim(GameClaim):
    """The least discount factor at which a profile, played for ever, is the path of an equilibrium.

    ``by``  what deters: "any" credible punishment, "reversion" to a stationary equilibrium, or the "simple" strategy
    profile (Abreu 1988) whose ``punishments``, one per player, are lists of profiles, the last of them for ever.
    ``holds_there``  the profile is sustained at the threshold itself, which must then be given exactly.
    """

    kind: Literal["threshold"]
    target: Profile
    value: Number
    by: Literal["any", "reversion", "simple"] = "any"
    punishments: tuple[tuple[Profile, ...], ...] = ()
    holds_there: bool = False

    @model_validator(mode="after")
    def _punishments_fit(self) -> Self:
        if (self.by == "simple") != bool(self.punishments):
            raise ValueError('punishments are needed for by = "simple", and for nothing else')
        return self

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``; it fails below and holds above."""
        deters = _DETERRENTS[self.by]
        return _bracketed(
            self, lambda discount: deters(self, game.with_discount(discount)), HIGHEST, "threshold", above=True,
            problem=f"it is not so that the target fails at 0 and holds at {written(HIGHEST)}",
        )


@final
class CriticalHazardClaim(GameClaim):
    """The greatest chance of negotiation per period at which a relational negotiation equilibrium keeps to a profile.

    ``holds_there``  it keeps to it at that chance itself, which must then be given exactly.
    """

    kind: Literal["critical_hazard"]
    discount: Discount
    target: Profile
    value: Number
    holds_there: bool = False

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``; it holds below and fails above."""
        paying = replace(game.with_discount(self.discount), transfers="voluntary")

        def answer(hazard: Fraction) -> Answer:
            solution = RepeatedNegotiation(negotiation_hazard=hazard, method="exact").solve(paying)
            return _answer(solution.verdict(self.target))

        return _bracketed(
            self, answer, Fraction(1), "critical hazard", above=False,
            problem="it is not so that the target holds without negotiation and fails with negotiation in every period",
        )


@final
class PeriodsClaim(GameClaim):
    """In how many of the ``states``, from the first on, an equilibrium path can play the profile."""

    kind: Literal["periods"]
    discount: Discount
    target: Profile
    states: tuple[str, ...] = Field(min_length=1)
    value: int = Field(ge=0)

    def recompute(self, game: StochasticGame) -> Replication:
        """As in ``GameClaim``."""
        solution = solve(game.with_discount(self.discount))
        profile = self.target.split(",")
        answers: list[Answer] = ["yes"]  # in no period at all: nothing is asked
        for count in range(1, len(self.states) + 1):
            plan = Plan.from_json(game, {state: [profile] for state in self.states[:count]})
            answers.append(_answer(solution.verdict(Plan(solution.game, plan.allowed))))
            if answers[-1] == "no":
                break
        found = len(answers) - 1 - (answers[-1] == "no")
        settled = "undecided" not in answers
        note = "" if settled else f"not decided: {answers.index('undecided')} periods"
        return Replication(
            self,
            str(self.value),
            str(found) if settled else "undecided",
            abs(found - self.value) if settled else np.inf,
            note,
        )


def _bracketed(
    claim: ThresholdClaim | CriticalHazardClaim, answer: Callable[[Fraction], Answer], high: Fraction, what: str, *,
    above: bool, problem: str,
) -> Replication:
    """A number between 0 and ``high`` bracketed by bisection.

    ``above``    the target holds above it, or below.
    ``problem``  what it means that there is none, in words; ``what`` it is.
    """
    low, note = Fraction(0), ""
    first, last = ("no", "yes") if above else ("yes", "no")
    if answer(low) != first or answer(high) != last:
        return Replication(claim, fraction(claim.value), f"no {what}", np.inf, problem)
    while high - low > Fraction(claim.tolerance) / 4:
        middle = Fraction(round((low + high) / 2 * DIGITS), DIGITS)
        if middle in (low, high):
            if high - low > claim.tolerance:
                note = f"nothing is tried between {written(low)} and {written(high)}"
            break
        said = answer(middle)
        if said == "undecided":
            note = f"undecided at {written(middle)}"
            break
        low, high = (low, middle) if said == last else (middle, high)
    off = float(max(abs(low - claim.value), abs(high - claim.value)))
    if claim.holds_there and answer(claim.value) != "yes":
        off, note = np.inf, f"not proved at the {what} itself"
    return Replication(claim, fraction(claim.value), f"{float(low):.9g} to {float(high):.9g}", off, note)


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


def _answer(verdict: Verdict) -> Answer:
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
