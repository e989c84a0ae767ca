"""Exclusion certificates: no equilibrium follows the plan, gives the payoff, or exists at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

import numpy as np

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import excluded, plan_in_words, setting, vector
from games.certificates.exact_game import ExactGame
from games.certificates.exclusion.enforcement import Multipliers
from games.certificates.exclusion.outer_sets import Bound, Direction, OuterSets, axis_directions
from games.certificates.faults import Fault, common_fault
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    mapping,
    only,
    plan_document,
    plan_json,
    rational,
    rationals,
    sequence,
    text,
)
from games.certificates.reading import clock as read_clock
from games.certificates.reading import concept as read_concept
from games.certificates.restated import judged
from games.certificates.sealing import sealed
from games.model.clock import Clock, with_clock
from games.model.full_observation import seen_by_all
from games.model.outcome_laws import OutcomeLaws
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import as_integers, written

MAX_PLACES = 60
WHY_SEEN = (
    "Whatever is an equilibrium on public signals gives one of the game in which everyone sees everything, where "
    "public randomisation does what the signals do here, so that bounds on that game hold."
)


@final
@dataclass(frozen=True)
class LevelStep:
    """Lower the level of one direction in all states at once.

    ``levels``   per state, an integer over ``10 ** places`` of the certificate, or None: the level stays.
    ``options``  bounds for rows whose default bound (recursion, incentive) is not low enough.
    """

    direction: int
    levels: tuple[int | None, ...]
    options: tuple[Bound, ...] = ()


@final
@dataclass(frozen=True)
class DropStep:
    """Kill rows that no equilibrium can play.

    ``directions``  directions with no negative entry: a row dies if its incentive lines meet beyond such a level.
    ``farkas``      explicit proofs that the continuation set of some rows is empty.
    """

    directions: tuple[int, ...]
    farkas: tuple[Bound, ...] = ()


@final
@dataclass(frozen=True)
class UnenforceableStep:
    """Kill rows that nothing which may follow the signals enforces, by multipliers of the deviations from them."""

    rows: tuple[tuple[int, Multipliers], ...]


@final
@dataclass(frozen=True)
class PathStep:
    """Turn to the path: threats stay as they are, only the plan's rows are played."""


Step = LevelStep | DropStep | UnenforceableStep | PathStep


@final
@dataclass(frozen=True, eq=False)
class Exclusion(Certificate):
    """Steps of outer approximation that prove a negative.

    ``directions``  beyond the axis directions e_i and -e_i, which always come first.
    ``steps``       in order; levels begin at the box of the stage payoffs.
    ``places``      decimal places of the levels.
    ``plan``        None, or the plan's JSON form: no equilibrium follows it from the initial state;
    ``point``       None, or (state, payoff): the payoff is that of no equilibrium (that follows the plan, if any);
                    with neither, no equilibrium exists from the initial state.
    ``changed``     places in the file it was read from that do not match their seals.
    ``clock``       None, or the clock whose hands tell the states of plan and steps apart.

    The concept is pure-action equilibrium with public randomisation; equilibria that mix are not excluded.

    With public signals the concept is perfect public equilibrium in pure actions, and the steps are those of the game
    in which everyone sees everything (``seen_by_all``).  They bound the payoffs of the game with signals as well: let
    w(y, s') be what follows, after signal y and next state s', a row of an equilibrium after some public history.  As
    payoff sets with public randomisation are convex, the mean w'(b, s') of w given that b was played and s' came is an
    equilibrium payoff of s', of the path if b is the row, and with w' in place of w the row and every deviation of one
    player bring what they brought.  So all that bounds payoffs by recursion and incentives holds; rows that the
    signals leave too little to enforce may die as well (``UnenforceableStep``).
    """

    kind: ClassVar[str] = "exclusion"
    source: ClassVar[str] = "Abreu, Pearce and Stacchetti (1990), theorem 2; Judd, Yeltekin and Conklin (2003)"
    game_digest: str
    concept: SolutionConcept
    directions: tuple[Direction, ...]
    steps: tuple[Step, ...]
    places: int
    plan: Mapping[str, Sequence[Sequence[str]]] | None = None
    point: tuple[int, tuple[Fraction, ...]] | None = None
    changed: tuple[str, ...] = ()
    clock: Clock | None = None

    @property
    def uses_signals(self) -> bool:
        """Whether a step rests on what signals do not tell; else the claim holds even if everyone sees everything."""
        return any(isinstance(step, UnenforceableStep) for step in self.steps)

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove every step, and that the last one leaves no room for what is excluded."""
        words = "no equilibrium" + (" that follows the plan" if self.plan is not None else "")
        claim = words + (" gives this payoff" if self.point is not None else " exists from the initial state")
        fault = common_fault(game, self.game_digest, self.changed, self.concept, _proved(game), ends=True)
        form = fault or judged(game, self.clock)
        if isinstance(form, Fault):
            return CheckReport(False, claim, form.place, form.problem)
        if form.share is not None and self.point is not None:
            return CheckReport(False, claim, "claim.point", "payoffs without discounting are not excluded one by one")
        game = form.game
        if wrong := self._unfit(game):
            return CheckReport(False, claim, *wrong)
        # A finer grid than the levels' own leaves their rounding slack to absorb the checker's.
        grid = 10 ** (self.places + 8)
        sets = OuterSets(
            ExactGame.of(seen_by_all(game)), [*axis_directions(game.n_players), *self.directions], grid)
        for k, step in enumerate(self.steps):
            if wrong := self._apply(step, sets, game, f"steps[{k}]"):
                return CheckReport(False, claim, *wrong, numbers=_numbers(sets))
        state = game.initial if self.point is None else self.point[0]
        if not (sets.empty[state] if self.point is None else sets.excludes(*self.point)):
            return CheckReport(False, claim, "steps", "all steps hold, but they leave room for what is excluded",
                               _numbers(sets))
        return CheckReport(True, claim, numbers=_numbers(sets))

    def _unfit(self, game: StochasticGame) -> tuple[str, str] | None:
        if game.transfers != "none":
            return "game", "players can pay one another in this game, and the exclusion says nothing of payments"
        if not 0 <= self.places <= MAX_PLACES:
            return "places", f"{self.places} is not between 0 and {MAX_PLACES}"
        for k, direction in enumerate(self.directions):
            if len(direction) != game.n_players or not any(direction):
                return f"directions[{k}]", "a nonzero vector with one entry per player is needed"
        if self.point is not None:
            state, payoff = self.point
            if not 0 <= state < game.n_states or len(payoff) != game.n_players:
                return "claim.point", "a state of the game and one number per player are needed"
        return None

    def _apply(self, step: Step, sets: OuterSets, game: StochasticGame, place: str) -> tuple[str, str] | None:
        if isinstance(step, PathStep):
            if self.plan is None:
                return place, "the path is looked at without a plan"
            if sets.on_path:
                return place, "it is on the path already"
            try:
                sets.look_at_path(Plan.from_json(game, self.plan).allowed)
            except GameError as error:
                return "claim.plan", str(error)
            return None
        if isinstance(step, DropStep):
            return sets.drop(step.directions, step.farkas, place)
        if isinstance(step, UnenforceableStep):
            return sets.drop_unenforceable(OutcomeLaws(game), step.rows, place)
        if not 0 <= step.direction < len(sets.directions):
            return f"{place}.direction", f"direction {step.direction} does not exist"
        if len(step.levels) != game.n_states:
            return f"{place}.levels", f"{len(step.levels)} levels, one per state ({game.n_states}) is needed"
        old = sets.level[step.direction]
        level = as_integers([o if x is None else x * 10**8 for x, o in zip(step.levels, old.tolist(), strict=True)])
        return sets.lower(step.direction, level, step.options, place)

    def claim(self, game: StochasticGame) -> str:
        """What no equilibrium does."""
        why = "" if game.monitoring is None else f" {WHY_SEEN}"
        if self.point is None:
            return f"{excluded(game, self.plan, self.concept.value, self.clock)} {setting(game)}{why}"
        state, payoff = self.point
        there = game if self.clock is None else with_clock(game, self.clock)
        keeping = "" if self.plan is None else f" and keeps to the plan ({plan_in_words(game, self.plan, self.clock)})"
        return (f"No equilibrium from state {there.states[state]!r} gives exactly {vector(payoff)}{keeping}. "
                f"Equilibrium: {self.concept.value}. {setting(game)}{why}")

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        claim: dict[str, Any] = {}
        if self.plan is not None:
            claim["plan"] = plan_document(self.plan)
        if self.point is not None:
            claim["point"] = {"state": self.point[0], "payoff": [written(u) for u in self.point[1]]}
        if not claim:
            claim["empty"] = True
        if self.clock is not None:
            claim["clock"] = [self.clock.first, self.clock.cycle]
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value, "claim": claim, "places": self.places,
            "directions": [[written(x) for x in d] for d in self.directions],
            "steps": [sealed(self._step_json(step)) for step in self.steps]})

    def _step_json(self, step: Step) -> dict[str, Any]:
        if isinstance(step, PathStep):
            return {"step": "path"}
        if isinstance(step, DropStep):
            out: dict[str, Any] = {"step": "drop", "directions": list(step.directions)}
            return out | ({"farkas": [_bound_json(b) for b in step.farkas]} if step.farkas else {})
        if isinstance(step, UnenforceableStep):
            return {"step": "unenforceable",
                    "rows": [[row, [[i, b, written(m)] for i, b, m in given]] for row, given in step.rows]}
        levels = [None if x is None else _decimal(x, self.places) for x in step.levels]
        out = {"step": "level", "direction": step.direction, "levels": levels}
        return out | ({"options": [_bound_json(b) for b in step.options]} if step.options else {})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> Exclusion:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "places", "directions", "steps"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"empty", "plan", "point", "clock"}, "claim")
        said = claim.keys() - {"clock"}
        if not said or ("empty" in said and (len(said) > 1 or claim["empty"] is not True)):
            raise CertificateError('claim: write {"empty": true}, or a "plan", or a "point"')
        point = None
        if "point" in claim:
            goal = mapping(claim["point"], "claim.point")
            only(goal, {"state", "payoff"}, "claim.point")
            point = (integer(field(goal, "state", "claim.point"), "claim.point.state"),
                     rationals(field(goal, "payoff", "claim.point"), "claim.point.payoff"))
        places = integer(field(document, "places", ""), "places")
        if not 0 <= places <= MAX_PLACES:
            raise CertificateError(f"places: {places} is not possible; write a number from 0 to {MAX_PLACES}")
        directions = sequence(field(document, "directions", ""), "directions")
        steps = sequence(field(document, "steps", ""), "steps")
        return Exclusion(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            tuple(rationals(d, f"directions[{k}]") for k, d in enumerate(directions)),
            tuple(_read_step(mapping(x, f"steps[{k}]"), places, f"steps[{k}]") for k, x in enumerate(steps)), places,
            plan_json(claim["plan"], "claim.plan") if "plan" in claim else None, point, changed, read_clock(claim))


def _proved(game: StochasticGame) -> SolutionConcept:
    """What evidence of this kind proves of a game."""
    return SolutionConcept.PURE_SUBGAME_PERFECT if game.monitoring is None else SolutionConcept.PURE_PUBLIC


def _numbers(sets: OuterSets) -> dict[str, float]:
    return {"rows_left": float(np.count_nonzero(sets.alive)), "empty_states": float(np.count_nonzero(sets.empty))}


def _decimal(x: int, places: int) -> str:
    digits = str(abs(x)).rjust(places + 1, "0")
    cut = len(digits) - places
    decimals = digits[cut:].rstrip("0")
    return ("-" if x < 0 else "") + digits[:cut] + ("." + decimals if decimals else "")


def _integer(value: Any, places: int, place: str) -> int | None:
    if value is None:
        return None
    x = rational(value, place) * 10**places
    if x.denominator != 1:
        raise CertificateError(f"{place}: {value} has more than {places} decimal places; write at most {places}")
    numerator: int = x.numerator
    return numerator


def _bound_json(bound: Bound) -> dict[str, Any]:
    return {"multipliers": [[k, written(w)] for k, w in sorted(bound.multipliers.items())],
            "cuts": [[j, written(w)] for j, w in sorted(bound.cuts.items())], "rows": list(bound.rows)}


def _read_bound(item: Mapping[str, Any], place: str) -> Bound:
    only(item, {"multipliers", "cuts", "rows"}, place)

    def weights(name: str) -> dict[int, Fraction]:
        out: dict[int, Fraction] = {}
        for k, pair in enumerate(sequence(field(item, name, place), f"{place}.{name}")):
            here = f"{place}.{name}[{k}]"
            if len(sequence(pair, here)) != 2:
                raise CertificateError(f'{here}: a pair is expected; write [0, "1/2"]')
            out[integer(pair[0], here)] = rational(pair[1], here)
        return out

    rows = sequence(field(item, "rows", place), f"{place}.rows")
    return Bound(weights("multipliers"), weights("cuts"),
                 tuple(integer(r, f"{place}.rows[{k}]") for k, r in enumerate(rows)))


def _read_bounds(value: Any, place: str) -> tuple[Bound, ...]:
    items = enumerate(sequence(value, place))
    return tuple(_read_bound(mapping(x, f"{place}[{k}]"), f"{place}[{k}]") for k, x in items)


def _read_step(item: Mapping[str, Any], places: int, place: str) -> Step:
    name = field(item, "step", place)
    if name == "path":
        only(item, {"step"}, place)
        return PathStep()
    if name == "drop":
        only(item, {"step", "directions", "farkas"}, place)
        directions = sequence(field(item, "directions", place), f"{place}.directions")
        return DropStep(tuple(integer(d, f"{place}.directions[{k}]") for k, d in enumerate(directions)),
                        _read_bounds(item.get("farkas", []), f"{place}.farkas"))
    if name == "unenforceable":
        only(item, {"step", "rows"}, place)
        rows = sequence(field(item, "rows", place), f"{place}.rows")
        return UnenforceableStep(tuple(_read_unenforceable(x, f"{place}.rows[{k}]") for k, x in enumerate(rows)))
    if name == "level":
        only(item, {"step", "direction", "levels", "options"}, place)
        levels = sequence(field(item, "levels", place), f"{place}.levels")
        return LevelStep(
            integer(field(item, "direction", place), f"{place}.direction"),
            tuple(_integer(x, places, f"{place}.levels[{k}]") for k, x in enumerate(levels)),
            _read_bounds(item.get("options", []), f"{place}.options"))
    raise CertificateError(f"{place}.step: {name!r} is unknown; write 'level', 'drop', 'unenforceable' or 'path'")


def _read_unenforceable(value: Any, place: str) -> tuple[int, Multipliers]:
    entry = sequence(value, place)
    if len(entry) != 2:
        raise CertificateError(f'{place}: a row and its multipliers are expected; write [3, [[0, 1, "1/2"]]]')
    given = []
    for k, triple in enumerate(sequence(entry[1], f"{place}[1]")):
        here = f"{place}[1][{k}]"
        if len(sequence(triple, here)) != 3:
            raise CertificateError(f'{here}: a player, a row and a multiplier are expected; write [0, 1, "1/2"]')
        given.append((integer(triple[0], here), integer(triple[1], here), rational(triple[2], here)))
    return integer(entry[0], f"{place}[0]"), tuple(given)
