"""Surplus shortfalls: even with side payments no equilibrium follows the plan, or none exists at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

import numpy as np

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import excluded, setting
from games.certificates.exact_game import ExactGame
from games.certificates.faults import common_fault
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    mapping,
    only,
    plan_document,
    plan_json,
    rational,
    sequence,
    text,
)
from games.certificates.reading import concept as read_concept
from games.certificates.sealing import sealed
from games.certificates.transfers.worth import concept_with_transfers, unfit_for_transfers
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import Integers, as_integers, divide_down, divide_up, written

MAX_PLACES = 60
FINER = 10**8
"""The checker's grid is finer than the levels' own by this, so that their rounding absorbs the checker's."""

Levels = tuple[int | None, ...]


@final
@dataclass(frozen=True)
class ShortfallStep:
    """One round of deleting profiles.

    ``joint``  per state, at least what all can have together (an integer over ``10 ** places`` of the certificate);
               None where nothing can be played any more.
    ``worst``  per player and state, at most what the player can be held to; None: the round looks at the plan's path
               only, and the punishments of the round before stand.
    """

    joint: Levels
    worst: tuple[Levels, ...] | None = None


@final
@dataclass(frozen=True, eq=False)
class SurplusShortfall(Certificate):
    """Rounds of deleting profiles that cost more to deter deviations from than they bring.

    ``steps``    in order; the rounds on the path come last.
    ``places``   decimal places of the levels.
    ``plan``     None (no equilibrium exists from the initial state), or the JSON form of a plan that none follows.
    ``changed``  places in the file it was read from that do not match their seals.

    A level of the joint payoff is valid if no profile left brings more, the levels following; a punishment level if
    the best reply to every profile left brings as much, the levels following: both operators contract, so the true
    values lie on the right side.  Where money cannot be burnt there are fewer equilibria, and the proof holds all the
    more.  Source: Goldlücke and Kranz (2018).
    """

    kind: ClassVar[str] = "surplus-shortfall"
    source: ClassVar[str] = "Goldlücke and Kranz (2018)"
    game_digest: str
    concept: SolutionConcept
    steps: tuple[ShortfallStep, ...]
    places: int
    plan: Mapping[str, Sequence[Sequence[str]]] | None = None
    changed: tuple[str, ...] = ()

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove every level, and that the last round leaves no room for what is excluded."""
        what = "exists from the initial state" if self.plan is None else "follows the plan"
        claim = f"even with side payments no equilibrium {what}"
        fault = common_fault(game, self.game_digest, self.changed, self.concept, concept_with_transfers(game))
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        if problem := unfit_for_transfers(game, needs_burning=False):
            return CheckReport(False, claim, "game", problem)
        if not 0 <= self.places <= MAX_PLACES:
            return CheckReport(False, claim, "places", f"{self.places} is not between 0 and {MAX_PLACES}")
        try:
            plan = None if self.plan is None else Plan.from_json(game, self.plan)
        except GameError as error:
            return CheckReport(False, claim, "claim.plan", str(error))
        left = _Left(ExactGame.of(game), FINER * 10**self.places)
        for k, step in enumerate(self.steps):
            if wrong := left.apply(step, plan, f"steps[{k}]"):
                return CheckReport(False, claim, *wrong)
        numbers = {"rows_left": float(left.alive.sum())}
        if left.live[game.initial] and not (left.on_path and not left.open[game.initial]):
            problem = "all rounds hold, but they leave room for what is excluded"
            return CheckReport(False, claim, "steps", problem, numbers)
        return CheckReport(True, claim, numbers=numbers)

    def claim(self, game: StochasticGame) -> str:
        """What no equilibrium does."""
        return f"{excluded(game, self.plan, self.concept.value)} {setting(game)}"

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        claim: dict[str, Any] = {"empty": True} if self.plan is None else {
            "plan": plan_document(self.plan)}
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value, "claim": claim, "places": self.places,
            "steps": [sealed(self._step_json(step)) for step in self.steps]})

    def _step_json(self, step: ShortfallStep) -> dict[str, Any]:
        out: dict[str, Any] = {"joint": _levels_json(step.joint, self.places)}
        if step.worst is not None:
            out["worst"] = [_levels_json(levels, self.places) for levels in step.worst]
        return out

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> SurplusShortfall:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "places", "steps"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"empty", "plan"}, "claim")
        if len(claim) != 1 or ("empty" in claim and claim["empty"] is not True):
            raise CertificateError('claim: write {"empty": true} or a "plan"')
        places = integer(field(document, "places", ""), "places")
        if not 0 <= places <= MAX_PLACES:
            raise CertificateError(f"places: {places} is not possible; write a number from 0 to {MAX_PLACES}")
        steps = sequence(field(document, "steps", ""), "steps")
        return SurplusShortfall(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            tuple(_read_step(mapping(x, f"steps[{k}]"), places, f"steps[{k}]") for k, x in enumerate(steps)), places,
            plan_json(claim["plan"], "claim.plan") if "plan" in claim else None, changed)


@final
class _Left:
    """What the rounds so far have left: profiles, states, and rows of the path."""

    def __init__(self, exact: ExactGame, grid: int) -> None:
        self.exact, self.game, self.grid = exact, exact.game, grid
        self.alive = np.ones(self.game.n_rows, dtype=bool)
        self.live = np.ones(self.game.n_states, dtype=bool)
        self.open = self.live
        self.on_path = False
        self.tempted: Integers | None = None

    def apply(self, step: ShortfallStep, plan: Plan | None, place: str) -> tuple[str, str] | None:
        """Check one round and delete what it deletes; the place and the problem if it does not hold."""
        if step.worst is None and not self.on_path:
            if plan is None:
                return place, "the path is looked at without a plan"
            if self.tempted is None:
                return place, "the path is looked at before any punishment is known"
            self.on_path = True
            self.alive = self.alive & plan.allowed
            self._close()
        elif step.worst is not None and self.on_path:
            return place, "punishments cannot be computed from the rows of a path"
        joint = self._numbers(step.joint)
        if joint is None:
            return f"{place}.joint", "one number per state in which something can be played is needed"
        brings = self._brings([1] * self.game.n_players, joint, True)
        if (row := self._first(self.alive & (brings > joint[self.game.row_state]))) is not None:
            return f"{place}.joint", f"{self.game.place(row)}: this brings more"
        if step.worst is not None and (wrong := self._punish(step.worst, place)):
            return wrong
        if self.tempted is None:
            return f"{place}.worst", "it is missing"
        self.alive = self.alive & ~(brings < self.tempted).astype(bool)
        self._close()
        return None

    def _punish(self, worst: tuple[Levels, ...], place: str) -> tuple[str, str] | None:
        game = self.game
        if len(worst) != game.n_players:
            return f"{place}.worst", f"one list per player ({game.n_players}) is needed"
        tempted: Integers = np.zeros(game.n_rows, dtype=object)
        for i, levels in enumerate(worst):
            level = self._numbers(levels)
            if level is None:
                return f"{place}.worst[{i}]", "one number per state in which something can be played is needed"
            brings = self._brings([int(j == i) for j in range(game.n_players)], level, False)
            base = np.arange(game.n_rows) - game.own_action[:, i] * game.stride[game.row_state, i]
            first, group = np.unique(base, return_inverse=True)
            order = np.argsort(group, kind="stable")
            best = np.maximum.reduceat(brings[order], np.searchsorted(group[order], np.arange(len(first))))[group]
            if (row := self._first(self.alive & (best < level[game.row_state]))) is not None:
                return f"{place}.worst[{i}]", f"{game.place(row)}: player {game.players[i]!r} can be held to less"
            tempted = tempted + best
        self.tempted = tempted
        return None

    def _close(self) -> None:
        """Give up states without a profile, and whatever leads there: any row for play, the row itself for a path."""
        game = self.game
        played = np.logical_or.reduceat(self.alive, game.row_start[:-1])
        while True:
            astray = self.exact.may_reach(~played)
            if self.on_path:
                self.alive = self.alive & ~astray
            else:
                self.alive = self.alive & ~np.logical_or.reduceat(astray, game.row_start[:-1])[game.row_state]
            now = np.logical_or.reduceat(self.alive, game.row_start[:-1])
            if (now == played).all():
                break
            played = now
        self.open = played
        if not self.on_path:
            self.live = played

    def _numbers(self, levels: Levels) -> Integers | None:
        """Levels on the checker's grid, 0 where nothing is played; None if they do not fit."""
        if len(levels) != self.game.n_states or any(
            x is None and here for x, here in zip(levels, self.open.tolist(), strict=True)
        ):
            return None
        return as_integers([0 if x is None else x * FINER for x in levels])

    def _brings(self, weights: list[int], level: Integers, up: bool) -> Integers:
        """Integers[rows]: weighted payoff now and the level from the next period on, rounded outward."""
        factor = self.exact.discount[0]
        ahead = self.exact.expected(level, up) * factor.numerator
        later = divide_up(ahead, factor.denominator) if up else divide_down(ahead, factor.denominator)
        now = self.exact.scaled_payoff([(1 - factor) * w for w in weights], self.grid, up)
        out: Integers = now + later[self.exact.tables.law_of_row]
        return out

    @staticmethod
    def _first(rows: Any) -> int | None:
        found = np.flatnonzero(rows.astype(bool))
        return int(found[0]) if len(found) else None


def _levels_json(levels: Levels, places: int) -> list[str | None]:
    return [None if x is None else written(Fraction(x, 10**places)) for x in levels]


def _read_levels(value: Any, places: int, place: str) -> Levels:
    out: list[int | None] = []
    for k, item in enumerate(sequence(value, place)):
        if item is None:
            out.append(None)
            continue
        x = rational(item, f"{place}[{k}]") * 10**places
        if x.denominator != 1:
            raise CertificateError(f"{place}[{k}]: {item} has more than {places} decimal places; write so many")
        out.append(x.numerator)
    return tuple(out)


def _read_step(item: Mapping[str, Any], places: int, place: str) -> ShortfallStep:
    only(item, {"joint", "worst"}, place)
    worst = None
    if "worst" in item:
        lists = sequence(item["worst"], f"{place}.worst")
        worst = tuple(_read_levels(x, places, f"{place}.worst[{i}]") for i, x in enumerate(lists))
    return ShortfallStep(_read_levels(field(item, "joint", place), places, f"{place}.joint"), worst)
