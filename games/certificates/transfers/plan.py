"""Transfer plans: with side payments the plan is the path of an equilibrium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, final

from flint import fmpq

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import kept_plan, setting
from games.certificates.exact_game import ExactGame
from games.certificates.faults import common_fault
from games.certificates.reading import concept as read_concept
from games.certificates.reading import (
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
from games.certificates.reading import rational as read_rational
from games.certificates.sealing import sealed
from games.certificates.transfers.worth import (
    Ahead,
    ExactWorth,
    about,
    concept_with_transfers,
    rational,
    unfit_for_transfers,
)
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import written


@final
@dataclass(frozen=True)
class TransferCell:
    """What is played in one state.

    ``row``     played when nobody is being punished; ``joint``: at most what all have together from then on.
    ``worst``   per player, at least what it has when it is being punished; ``punish`` the rows played then.
    ``path``    None, or the row of the plan's path; ``path_joint`` at most what all have together on the path.
    """

    state: int
    row: int
    joint: Fraction
    worst: tuple[Fraction, ...]
    punish: tuple[int, ...]
    path: int | None = None
    path_joint: Fraction | None = None


@final
@dataclass(frozen=True, eq=False)
class TransferPlan(Certificate):
    """Joint payoffs, punishment payoffs and the rows that bring them, for every state that can be reached.

    ``plan``     the plan's JSON form; ``cells`` one per state.
    ``changed``  places in the file it was read from that do not match their seals.

    It proves an equilibrium if every row played leaves something of the joint payoff after each player's best reply
    has been matched, the stated joint payoffs are no more than the rows bring and the stated punishments no less than
    the best replies to them.  Payments then share the rest; whoever does not pay is punished.  They balance: joint
    payoffs are those of the rows, exactly, and what a punished player does not have the others share, so that the
    proof is as good where money cannot be burnt.
    Source: Goldlücke and Kranz (2018).
    """

    kind: ClassVar[str] = "transfer-plan"
    source: ClassVar[str] = "Goldlücke and Kranz (2018)"
    game_digest: str
    concept: SolutionConcept
    plan: Mapping[str, Sequence[Sequence[str]]]
    cells: tuple[TransferCell, ...]
    changed: tuple[str, ...] = ()

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove every inequality."""
        claim = "with side payments the plan is the path of an equilibrium" if self.plan else "an equilibrium exists"
        fault = common_fault(game, self.game_digest, self.changed, self.concept, concept_with_transfers(game))
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        wrong = self._unfit(game) or self._misplaced(game)
        if wrong:
            return CheckReport(False, claim, *wrong)
        return self._prove(game, claim)

    def _unfit(self, game: StochasticGame) -> tuple[str, str] | None:
        if problem := unfit_for_transfers(game, needs_burning=False):
            return "game", problem
        seen: set[int] = set()
        for k, cell in enumerate(self.cells):
            if not 0 <= cell.state < game.n_states or cell.state in seen:
                return f"cells[{k}].state", "a state of the game that no other cell has is needed"
            seen.add(cell.state)
            if len(cell.worst) != game.n_players or len(cell.punish) != game.n_players:
                name = "worst" if len(cell.worst) != game.n_players else "punish"
                return f"cells[{k}].{name}", f"one entry per player ({game.n_players}) is needed"
            here = game.rows_of(cell.state)
            for name, rows in (("row", (cell.row,)), ("punish", cell.punish), ("path", (cell.path,))):
                if any(row is not None and row not in here for row in rows):
                    return f"cells[{k}].{name}", f"it is no row of state {game.states[cell.state]!r}"
            if (cell.path is None) != (cell.path_joint is None):
                return f"cells[{k}]", "a path row and its joint payoff go together"
        return None

    def _misplaced(self, game: StochasticGame) -> tuple[str, str] | None:
        """A state that is needed and has no cell, or a path that leaves the plan."""
        try:
            allowed = Plan.from_json(game, self.plan).allowed
        except GameError as error:
            return "claim.plan", str(error)
        known = {cell.state for cell in self.cells}
        on_path = {cell.state for cell in self.cells if cell.path is not None}
        if game.initial not in on_path:
            return "cells", f"there is no path in the initial state {game.states[game.initial]!r}"
        exact = ExactGame.of(game)
        for k, cell in enumerate(self.cells):
            if lost := sorted(exact.next_states(game.rows_of(cell.state)) - known):
                return "cells", f"state {game.states[lost[0]]!r} can be reached from cells[{k}] and has none"
            if cell.path is None:
                continue
            if not allowed[cell.path]:
                return f"cells[{k}].path", f"{game.place(cell.path)}: the plan does not allow this"
            if lost := sorted(exact.next_states(range(cell.path, cell.path + 1)) - on_path):
                return f"cells[{k}].path", f"it may lead to state {game.states[lost[0]]!r}, which has no path"
        return None

    def _prove(self, game: StochasticGame, claim: str) -> CheckReport:
        exact = ExactWorth.of(game)
        joint, path, worst = stated_payoffs(exact, self)
        least: Any = None
        for k, cell in enumerate(self.cells):
            least_sum = sum((w[cell.state] for w in worst), fmpq(0))
            played = [("row", "joint", cell.row, joint)]
            if cell.path is not None:
                played.append(("path", "path_joint", cell.path, path))
            for name, amount, row, ahead in played:
                place = f"cells[{k}].{name} ({game.place(row)})"
                if ahead[cell.state] > exact.worth(row, None, ahead):
                    return CheckReport(False, claim, f"cells[{k}].{amount}", "the row brings less than this")
                if ahead[cell.state] < least_sum:
                    return CheckReport(False, claim, f"cells[{k}].{amount}",
                                       "it is less than the players' punishment payoffs together")
                slack = exact.slack(row, ahead, worst)
                if slack < 0:
                    return CheckReport(False, claim, place, f"deterring deviations needs {about(-slack):.6g} more than "
                                                            "the joint payoff")
                if name == "path" and any(n > 1 for n in game.action_counts[cell.state].tolist()):
                    least = slack if least is None else min(least, slack)
            for i, row in enumerate(cell.punish):
                if worst[i][cell.state] < exact.best_reply(row, i, worst[i]):
                    return CheckReport(False, claim, f"cells[{k}].worst[{i}]",
                                       f"player {game.players[i]!r} can have more in {game.place(row)}")
                slack = exact.slack(row, joint, worst)
                if slack < 0:
                    return CheckReport(False, claim, f"cells[{k}].punish[{i}] ({game.place(row)})",
                                       f"deterring deviations needs {about(-slack):.6g} more than the joint payoff")
        numbers = {} if least is None else {"least_slack": about(least)}
        return CheckReport(True, claim, numbers=numbers)

    def claim(self, game: StochasticGame) -> str:
        """What the path of the equilibrium keeps to."""
        return (f"From state {game.states[game.initial]!r} there is an equilibrium. Equilibrium: {self.concept.value}. "
                f"{kept_plan(game, self.plan)} {setting(game)}")

    def shows(self, plan: Plan) -> TransferPlan:
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
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> TransferPlan:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "cells"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"plan"}, "claim")
        cells = sequence(field(document, "cells", ""), "cells")
        return TransferPlan(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            plan_json(field(claim, "plan", "claim"), "claim.plan"),
            tuple(_read_cell(mapping(x, f"cells[{k}]"), f"cells[{k}]") for k, x in enumerate(cells)), changed)


def stated_payoffs(exact: ExactWorth, plan: TransferPlan) -> tuple[Ahead, Ahead, list[Ahead]]:
    """Joint payoffs, joint payoffs on the path, punishment payoffs per player: as the cells state them, 0 elsewhere."""
    count = exact.exact.game.n_states
    joint: list[Any] = [fmpq(0)] * count
    path: list[Any] = [fmpq(0)] * count
    worst: list[list[Any]] = [[fmpq(0)] * count for _ in range(exact.exact.game.n_players)]
    for cell in plan.cells:
        joint[cell.state] = rational(cell.joint)
        if cell.path_joint is not None:
            path[cell.state] = rational(cell.path_joint)
        for i, v in enumerate(cell.worst):
            worst[i][cell.state] = rational(v)
    return exact.ahead(joint), exact.ahead(path), [exact.ahead(values) for values in worst]


def _cell_json(cell: TransferCell) -> dict[str, Any]:
    out: dict[str, Any] = {
        "state": cell.state, "row": cell.row, "joint": written(cell.joint),
        "worst": [written(v) for v in cell.worst], "punish": list(cell.punish)}
    if cell.path is not None and cell.path_joint is not None:
        out |= {"path": cell.path, "path_joint": written(cell.path_joint)}
    return out


def _read_cell(item: Mapping[str, Any], place: str) -> TransferCell:
    only(item, {"state", "row", "joint", "worst", "punish", "path", "path_joint"}, place)
    punish = sequence(field(item, "punish", place), f"{place}.punish")
    return TransferCell(
        integer(field(item, "state", place), f"{place}.state"), integer(field(item, "row", place), f"{place}.row"),
        read_rational(field(item, "joint", place), f"{place}.joint"),
        rationals(field(item, "worst", place), f"{place}.worst"),
        tuple(integer(row, f"{place}.punish[{k}]") for k, row in enumerate(punish)),
        integer(item["path"], f"{place}.path") if "path" in item else None,
        read_rational(item["path_joint"], f"{place}.path_joint") if "path_joint" in item else None)
