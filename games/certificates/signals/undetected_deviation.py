"""Undetected deviations: wherever play keeps to the plan it comes to where a departure pays and shows nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar, final

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import excluded, setting
from games.certificates.faults import Fault, common_fault
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    mapping,
    only,
    plan_document,
    plan_json,
    sequence,
    text,
)
from games.certificates.reading import concept as read_concept
from games.certificates.sealing import sealed
from games.certificates.signals.transfer_plan import CONCEPTS
from games.model.outcome_laws import OutcomeLaws
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame


@final
@dataclass(frozen=True)
class PaysUnseen:
    """A row is never played: one player gains by bringing ``deviation`` about, and outcomes have the same law."""

    row: int
    deviation: int


@final
@dataclass(frozen=True)
class LeadsThere:
    """A row is not played on the path: ``state`` may come next, and all of its allowed rows were struck out before."""

    row: int
    state: int


Step = PaysUnseen | LeadsThere


@final
@dataclass(frozen=True, eq=False)
class UndetectedDeviation(Certificate):
    """Steps that strike out rows which the plan allows, until none is left in the initial state.

    ``steps``    in order; each rests on those before it.
    ``plan``     the JSON form of the plan that no equilibrium follows; empty: no equilibrium exists at all.
    ``changed``  places in the file it was read from that do not match their seals.

    Any number of players, any discount factors below one, with voluntary transfers or without, burning or not.
    Theorem: let b differ from a by the action of player i alone, let a and b have the same law of (signal, next state)
    and g_i(b) > g_i(a).  Then no perfect public equilibrium in pure actions plays a after any public history.  For
    play and payments depend on public histories only: if i brings b about once and keeps to its strategy otherwise, the
    payments of the period and the law of all that follows are what they were, and i gains (1 - d_i)(g_i(b) - g_i(a)).
    So a state all of whose allowed rows are of this kind is on the path of no equilibrium that follows the plan, nor is
    a row that leads to such a state with positive chance.  That mixed actions would not help is not claimed.
    Source: Abreu, Pearce and Stacchetti (1990), theorem 2: what an equilibrium plays, continuations that depend on
    outcomes alone must enforce.
    """

    kind: ClassVar[str] = "undetected-deviation"
    source: ClassVar[str] = "Abreu, Pearce and Stacchetti (1990), theorem 2"
    game_digest: str
    concept: SolutionConcept
    steps: tuple[Step, ...]
    plan: Mapping[str, Sequence[Sequence[str]]]
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(game: StochasticGame, steps: Sequence[Step], plan: Plan) -> UndetectedDeviation:
        """The certificate for a game; with a plan that allows everything, that no equilibrium exists."""
        return UndetectedDeviation(game.digest, concept_of(game), tuple(steps), plan.to_json())

    def check(self, game: StochasticGame) -> CheckReport:
        """Compare laws and payoffs of every step in exact arithmetic, and see that the initial state is struck out."""
        paid = "even with side payments " if game.transfers != "none" else ""
        claim = f"{paid}no equilibrium {'follows the plan' if self.plan else 'exists from the initial state'}"
        fault = common_fault(game, self.game_digest, self.changed, self.concept, concept_of(game))
        found = fault or self._gains(game)
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place, found.problem)
        return CheckReport(True, claim, numbers={"least_gain": float(min(found)), "steps": float(len(self.steps))})

    def _gains(self, game: StochasticGame) -> list[Fraction] | Fault:
        """What every deviation gains, or where the steps fail."""
        try:
            allowed = Plan.from_json(game, self.plan).allowed
        except GameError as error:
            return Fault("claim.plan", str(error))
        laws, gains = OutcomeLaws(game), list[Fraction]()

        @cache
        def left(state: int) -> set[int]:
            return {row for row in game.rows_of(state) if allowed[row]}

        for k, step in enumerate(self.steps):
            if not 0 <= step.row < game.n_rows or step.row not in left(int(game.row_state[step.row])):
                return Fault(f"steps[{k}].row", f"row {step.row} is not allowed, or an earlier step struck it out")
            if isinstance(step, PaysUnseen):
                gain = _gain(laws, step, f"steps[{k}].deviation")
                if isinstance(gain, Fault):
                    return gain
                gains.append(gain)
            elif all(state != step.state for _, state in laws.exact(step.row)):
                return Fault(f"steps[{k}].next", f"{game.place(step.row)}: state {step.state} cannot come next")
            elif left(step.state):
                row = min(left(step.state))
                return Fault(f"steps[{k}].next", f"{game.place(row)} is allowed, and no earlier step struck it out")
            left(int(game.row_state[step.row])).remove(step.row)
        if left(game.initial):
            row = min(left(game.initial))
            return Fault("steps", f"{game.place(row)} is allowed, and no step strikes it out")
        return gains

    def claim(self, game: StochasticGame) -> str:
        """What no equilibrium does."""
        return f"{excluded(game, self.plan, self.concept.value)} {setting(game)}"

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value,
            "claim": {"plan": plan_document(self.plan)},
            "steps": [sealed(_step_json(step)) for step in self.steps]})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> UndetectedDeviation:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "steps"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"plan"}, "claim")
        steps = sequence(field(document, "steps", ""), "steps")
        return UndetectedDeviation(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            tuple(_read_step(mapping(item, f"steps[{k}]"), f"steps[{k}]") for k, item in enumerate(steps)),
            plan_json(field(claim, "plan", "claim"), "claim.plan"), changed)


def concept_of(game: StochasticGame) -> SolutionConcept:
    """The notion of equilibrium that undetected deviations speak of: it follows from who can pay in the game."""
    return SolutionConcept.PURE_PUBLIC if game.transfers == "none" else CONCEPTS[game.burning]


def deviator(game: StochasticGame, step: PaysUnseen) -> int | None:
    """The one player who can bring a deviation about alone; None if nobody can, or nothing is changed."""
    if step.deviation == step.row:
        return None
    return next((i for i in range(game.n_players) if step.deviation in game.deviation_rows(step.row, i)), None)


def _gain(laws: OutcomeLaws, step: PaysUnseen, place: str) -> Fraction | Fault:
    """What the player who brings a deviation about gains in its period, or why it is none or shows."""
    game, row, other = laws.game, step.row, step.deviation
    player = deviator(game, step)
    if player is None:
        return Fault(place, f"{game.place(row)}: no player brings row {other} about alone")
    gain = game.exact_payoff(other, player) - game.exact_payoff(row, player)
    if gain <= 0:
        return Fault(place, f"{game.place(row)}: {game.players[player]!r} gains nothing by it")
    if laws.exact(other) != laws.exact(row):
        return Fault(place, f"{game.place(row)}: what is seen and what comes next have another law after row {other}")
    return gain


def _step_json(step: Step) -> dict[str, Any]:
    if isinstance(step, PaysUnseen):
        return {"row": step.row, "deviation": step.deviation}
    return {"row": step.row, "next": step.state}


def _read_step(item: Mapping[str, Any], place: str) -> Step:
    only(item, {"row", "deviation", "next"}, place)
    row = integer(field(item, "row", place), f"{place}.row")
    if ("deviation" in item) == ("next" in item):
        raise CertificateError(f"{place}: exactly one of 'deviation' and 'next' is expected; write one of them")
    if "deviation" in item:
        return PaysUnseen(row, integer(item["deviation"], f"{place}.deviation"))
    return LeadsThere(row, integer(item["next"], f"{place}.next"))
