"""Public transfer plans: with side payments after public signals the plan is the path of an equilibrium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, final

from flint import fmpq

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import kept_plan, setting
from games.certificates.faults import common_fault
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    mapping,
    only,
    plan_document,
    plan_json,
    rationals,
    sequence,
    text,
)
from games.certificates.reading import concept as read_concept
from games.certificates.reading import rational as read_rational
from games.certificates.sealing import sealed
from games.certificates.signals.outcomes import ExactOutcomes, unfit_for_public_transfers
from games.certificates.transfers.worth import about, rational
from games.model.outcome_laws import Outcome
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import written

CONCEPTS = {
    True: SolutionConcept.PUBLIC_WITH_TRANSFERS,
    False: SolutionConcept.PUBLIC_WITH_BALANCED_TRANSFERS,
}
"""By whether money can be burnt."""


@final
@dataclass(frozen=True)
class SharedPlay:
    """A row and how what is left over after it is shared out.

    ``row``     the profile played.
    ``shares``  ((signal, next state) pairs, share of each player): of what the next state's joint payoff leaves above
                all punishments, each player has its share on top of its punishment.  Outcomes that are not listed
                give nothing to anyone.
    """

    row: int
    shares: tuple[tuple[tuple[Outcome, ...], tuple[Fraction, ...]], ...]


@final
@dataclass(frozen=True)
class PublicCell:
    """What is played in one state.

    ``play``    when nobody is being punished; ``joint`` at most what all have together from then on.
    ``punish``  per player, played when it is being punished; ``worst`` at least what it then has.
    ``path``    None, or what is played on the plan's path; ``path_joint`` at most what all have together on it.
    """

    state: int
    play: SharedPlay
    joint: Fraction
    punish: tuple[SharedPlay, ...]
    worst: tuple[Fraction, ...]
    path: SharedPlay | None = None
    path_joint: Fraction | None = None


@final
@dataclass(frozen=True, eq=False)
class PublicTransferPlan(Certificate):
    """Joint payoffs, punishment payoffs, the rows that bring them and what follows every outcome.

    ``plan``     the plan's JSON form; ``cells`` one per state that can be reached.
    ``changed``  places in the file it was read from that do not match their seals.

    Payoffs that sum to at most ``joint`` and give every player i at least ``worst[i]`` are then equilibrium payoffs:
    after every outcome they are made from the payoffs of what is played next by payments at the start of the period,
    which nobody refuses since refusing brings the punishment.  Without burning payments must balance: then shares sum
    to one and joint payoffs are exact.  Source: Goldlücke and Kranz (2012); Abreu, Pearce and Stacchetti (1990).
    """

    kind: ClassVar[str] = "public-transfer-plan"
    source: ClassVar[str] = "Goldlücke and Kranz (2012); Abreu, Pearce and Stacchetti (1990), theorem 1"
    game_digest: str
    concept: SolutionConcept
    plan: Mapping[str, Sequence[Sequence[str]]]
    cells: tuple[PublicCell, ...]
    changed: tuple[str, ...] = ()

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove every inequality."""
        claim = "with side payments the plan is the path of an equilibrium" if self.plan else "an equilibrium exists"
        fault = common_fault(game, self.game_digest, self.changed, self.concept, CONCEPTS[game.burning])
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        if problem := unfit_for_public_transfers(game):
            return CheckReport(False, claim, "game", problem)
        outcomes = ExactOutcomes.of(game)
        wrong = self._unfit(game) or self._misplaced(outcomes)
        if wrong:
            return CheckReport(False, claim, *wrong)
        return _Check(outcomes, self.cells).prove(claim)

    def _unfit(self, game: StochasticGame) -> tuple[str, str] | None:
        seen: set[int] = set()
        for k, cell in enumerate(self.cells):
            if not 0 <= cell.state < game.n_states or cell.state in seen:
                return f"cells[{k}].state", "a state of the game that no other cell has is needed"
            seen.add(cell.state)
            for name, entries in (("worst", len(cell.worst)), ("punish", len(cell.punish))):
                if entries != game.n_players:
                    return f"cells[{k}].{name}", f"one entry per player ({game.n_players}) is needed"
            if (cell.path is None) != (cell.path_joint is None):
                return f"cells[{k}]", "a path and its joint payoff go together"
            for name, play in _plays(cell):
                if play.row not in game.rows_of(cell.state):
                    return f"cells[{k}].{name}", f"it is no row of state {game.states[cell.state]!r}"
                listed = [z for outcomes, _ in play.shares for z in outcomes]
                if len(set(listed)) < len(listed):
                    return f"cells[{k}].{name}", "an outcome is listed twice"
                for _, shares in play.shares:
                    if len(shares) != game.n_players or min(shares) < 0 or sum(shares) > 1:
                        return f"cells[{k}].{name}", "shares, one per player, are not negative and sum to at most 1"
        return None

    def _misplaced(self, outcomes: ExactOutcomes) -> tuple[str, str] | None:
        """A state that is needed and has no cell, or a path that leaves the plan."""
        game = outcomes.game
        try:
            allowed = Plan.from_json(game, self.plan).allowed
        except GameError as error:
            return "claim.plan", str(error)
        known = {cell.state for cell in self.cells}
        on_path = {cell.state for cell in self.cells if cell.path is not None}
        if game.initial not in on_path:
            return "cells", f"there is no path in the initial state {game.states[game.initial]!r}"
        for k, cell in enumerate(self.cells):
            ahead = {z[1] for row in game.rows_of(cell.state) for z in outcomes.law(row)}
            if lost := sorted(ahead - known):
                return "cells", f"state {game.states[lost[0]]!r} can be reached from cells[{k}] and has none"
            if cell.path is None:
                continue
            if not allowed[cell.path.row]:
                return f"cells[{k}].path", f"{game.place(cell.path.row)}: the plan does not allow this"
            if lost := sorted({z[1] for z in outcomes.law(cell.path.row)} - on_path):
                return f"cells[{k}].path", f"it may lead to state {game.states[lost[0]]!r}, which has no path"
        return None

    def claim(self, game: StochasticGame) -> str:
        """What the path of the equilibrium keeps to."""
        return (f"From state {game.states[game.initial]!r} there is an equilibrium. Equilibrium: {self.concept.value}. "
                f"{kept_plan(game, self.plan)} {setting(game)}")

    def shows(self, plan: Plan) -> PublicTransferPlan:
        """The same cells, whose path keeps to the plan or does not."""
        return replace(self, plan=plan.to_json())

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value,
            "claim": {"plan": plan_document(self.plan)},
            "cells": [sealed(_cell_json(cell)) for cell in self.cells]})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> PublicTransferPlan:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "cells"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"plan"}, "claim")
        cells = sequence(field(document, "cells", ""), "cells")
        return PublicTransferPlan(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            plan_json(field(claim, "plan", "claim"), "claim.plan"),
            tuple(_read_cell(mapping(x, f"cells[{k}]"), f"cells[{k}]") for k, x in enumerate(cells)), changed)


@final
class _Check:
    """The cells' numbers, and what their rows bring."""

    def __init__(self, outcomes: ExactOutcomes, cells: tuple[PublicCell, ...]) -> None:
        self.outcomes, self.game, self.cells = outcomes, outcomes.game, cells
        self.worst = {c.state: [rational(v) for v in c.worst] for c in cells}
        self.joint = {c.state: rational(c.joint) for c in cells}
        self.path = {c.state: rational(c.path_joint) for c in cells if c.path_joint is not None}
        self.left = {s: joint - sum(self.worst[s], fmpq(0)) for s, joint in self.joint.items()}
        self.path_left = {s: joint - sum(self.worst[s], fmpq(0)) for s, joint in self.path.items()}

    def prove(self, claim: str) -> CheckReport:
        least: Any = None
        for k, cell in enumerate(self.cells):
            for amount, left in (("joint", self.left), ("path_joint", self.path_left)):
                if left.get(cell.state, fmpq(0)) < 0:
                    return CheckReport(False, claim, f"cells[{k}].{amount}",
                                       "it is less than the players' punishment payoffs together")
            for name, play in _plays(cell):
                found = self._payoffs(play, name == "path", f"cells[{k}].{name}")
                if isinstance(found, CheckReport):
                    return CheckReport(False, claim, found.place, found.problem)
                payoffs, slack = found
                if wrong := self._amount(k, cell, name, payoffs):
                    return CheckReport(False, claim, *wrong)
                if name == "path" and slack is not None:
                    least = slack if least is None else min(least, slack)
        return CheckReport(True, claim, numbers={} if least is None else {"least_slack": about(least)})

    def _amount(self, k: int, cell: PublicCell, name: str, payoffs: list[Any]) -> tuple[str, str] | None:
        """Whether what is stated of a row's payoffs is what it brings."""
        if name in ("play", "path"):
            amount = "joint" if name == "play" else "path_joint"
            stated = (self.joint if name == "play" else self.path)[cell.state]
            total = sum(payoffs, fmpq(0))
            if stated > total:
                return f"cells[{k}].{amount}", f"the row brings {about(stated - total):.6g} less than this"
            if not self.game.burning and stated != total:
                return f"cells[{k}].{amount}", "without burning it must be what the row brings, exactly"
            return None
        i = int(name[name.index("[") + 1:-1])
        if self.worst[cell.state][i] < payoffs[i]:
            where = self.game.place(cell.punish[i].row)
            return f"cells[{k}].worst[{i}]", f"player {self.game.players[i]!r} has more in {where}"
        return None

    def _payoffs(self, play: SharedPlay, path: bool, place: str) -> tuple[list[Any], Any] | CheckReport:
        """Payoffs of a row and the least slack of a deviation from it (None: nobody can deviate)."""
        game, outcomes, factor = self.game, self.outcomes, self.outcomes.factor
        own = outcomes.law(play.row)
        shares = {z: [rational(x) for x in given] for numbers, given in play.shares for z in numbers}
        if not game.burning:
            for z in sorted(outcomes.possible(play.row)):
                if sum(shares.get(z, []), fmpq(0)) != 1:
                    return CheckReport(False, "", f"{place} ({game.place(play.row)})",
                                       f"after outcome {list(z)}: without burning shares sum to 1")

        def follows(z: Outcome, i: int) -> Any:
            s = z[1]
            left = self.path_left[s] if path and z in own else self.left[s]
            return self.worst[s][i] + (shares[z][i] * left if z in shares else 0)

        def worth(row: int, i: int) -> Any:
            later = sum((p * follows(z, i) for z, p in outcomes.law(row).items()), fmpq(0))
            return (1 - factor) * outcomes.payoff(row, i) + factor * later

        payoffs = [worth(play.row, i) for i in range(game.n_players)]
        least: Any = None
        for i in range(game.n_players):
            for other in game.deviation_rows(play.row, i):
                if other == play.row:
                    continue
                slack = payoffs[i] - worth(other, i)
                if slack < 0:
                    action = game.profile_labels(other)[i]
                    problem = f"player {game.players[i]!r} gains {about(-slack):.6g} by {action!r}"
                    return CheckReport(False, "", f"{place} ({game.place(play.row)})", problem)
                least = slack if least is None else min(least, slack)
        return payoffs, least


def _plays(cell: PublicCell) -> list[tuple[str, SharedPlay]]:
    out = [("play", cell.play), *((f"punish[{i}]", p) for i, p in enumerate(cell.punish))]
    return out if cell.path is None else [*out, ("path", cell.path)]


def _play_json(play: SharedPlay) -> dict[str, Any]:
    return {"row": play.row, "shares": [
        [[list(z) for z in outcomes], [written(x) for x in shares]] for outcomes, shares in play.shares]}


def _cell_json(cell: PublicCell) -> dict[str, Any]:
    out: dict[str, Any] = {
        "state": cell.state, "play": _play_json(cell.play), "joint": written(cell.joint),
        "punish": [_play_json(p) for p in cell.punish], "worst": [written(v) for v in cell.worst]}
    if cell.path is not None and cell.path_joint is not None:
        out |= {"path": _play_json(cell.path), "path_joint": written(cell.path_joint)}
    return out


def _read_outcome(value: Any, place: str) -> Outcome:
    pair = sequence(value, place)
    if len(pair) != 2:
        raise CertificateError(f"{place}: a signal and a next state are expected; write for instance [0, 3]")
    return integer(pair[0], f"{place}[0]"), integer(pair[1], f"{place}[1]")


def _read_play(value: Any, place: str) -> SharedPlay:
    item = mapping(value, place)
    only(item, {"row", "shares"}, place)
    shares = []
    for k, pair in enumerate(sequence(field(item, "shares", place), f"{place}.shares")):
        here = f"{place}.shares[{k}]"
        outcomes, given = (*sequence(pair, here), None, None)[:2]
        pairs = [_read_outcome(z, f"{here}[0][{m}]") for m, z in enumerate(sequence(outcomes, f"{here}[0]"))]
        shares.append((tuple(pairs), rationals(given, f"{here}[1]")))
    return SharedPlay(integer(field(item, "row", place), f"{place}.row"), tuple(shares))


def _read_cell(item: Mapping[str, Any], place: str) -> PublicCell:
    only(item, {"state", "play", "joint", "punish", "worst", "path", "path_joint"}, place)
    punish = sequence(field(item, "punish", place), f"{place}.punish")
    return PublicCell(
        integer(field(item, "state", place), f"{place}.state"),
        _read_play(field(item, "play", place), f"{place}.play"),
        read_rational(field(item, "joint", place), f"{place}.joint"),
        tuple(_read_play(x, f"{place}.punish[{k}]") for k, x in enumerate(punish)),
        rationals(field(item, "worst", place), f"{place}.worst"),
        _read_play(item["path"], f"{place}.path") if "path" in item else None,
        read_rational(item["path_joint"], f"{place}.path_joint") if "path_joint" in item else None)
