"""Negotiated plans: stationary relational negotiation equilibria, and whether their play keeps to a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, final

import numpy as np
from flint import fmpq

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import excluded, kept_plan, setting
from games.certificates.exact_game import ExactGame
from games.certificates.faults import common_fault
from games.certificates.negotiation.alternatives import another_payoff
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
from games.certificates.transfers.worth import ExactWorth, rational, unfit_for_transfers
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.components import components
from games.numerics.exact import nearest_float, written

Wrong = tuple[str, str]


@final
@dataclass(frozen=True)
class NegotiatedCell:
    """One state.

    ``row``     played on the path, which brings ``joint``, U, exactly.
    ``worst``   v, per player; ``punish`` the rows that hold each player to it, exactly.
    ``rounds``  per round of elimination an upper bound of U and lower bounds of v, given what is negotiated.
    """

    state: int
    row: int
    joint: Fraction
    worst: tuple[Fraction, ...]
    punish: tuple[int, ...]
    rounds: tuple[tuple[Fraction, ...], ...]


@final
@dataclass(frozen=True, eq=False)
class NegotiatedPlan(Certificate):
    """Payoffs U, v and hence r = v + weight (U - sum of v) of every state that can be reached, and why they are right.

    ``plan``     the plan's JSON form.   ``kept`` whether play in the equilibrium can keep to it.
    ``hazard``   per state of the game;  ``weights`` per player.   ``cells`` one per state.
    ``changed``  places in the file it was read from that do not match their seals.

    Given r, no play until the next negotiation can bring more than the bounds of the first round; profiles that these
    rule out are deleted, which gives the bounds of the next.  After the last round every profile left brings at most U
    and lets each player have at least v, and the rows named attain both and can be played.  So U and v are what play
    until the next negotiation brings, r follows from them, and it is what was expected.

    That no equilibrium keeps to the plan is proved only where there is one vector of payoffs alone, in games that never
    come back to a state, once left.  If the chance to stay in a state does not depend on what is done, then the surplus
    of play until the next negotiation does not depend on what is negotiated, and all else follows from it; if it does,
    all combinations of what could be played are compared.
    Source: Goldlücke and Kranz (2023).
    """

    kind: ClassVar[str] = "negotiated-plan"
    source: ClassVar[str] = "Goldlücke and Kranz (2023)"
    game_digest: str
    concept: SolutionConcept
    plan: Mapping[str, Sequence[Sequence[str]]]
    kept: bool
    hazard: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    cells: tuple[NegotiatedCell, ...]
    changed: tuple[str, ...] = ()

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove every inequality."""
        claim = ("no relational negotiation equilibrium keeps to the plan" if not self.kept else
                 "a relational negotiation equilibrium keeps to the plan" if self.plan else
                 "a relational negotiation equilibrium exists")
        fault = common_fault(game, self.game_digest, self.changed, self.concept, SolutionConcept.RELATIONAL_NEGOTIATION)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        wrong = self._unfit(game) or self._misplaced(game)
        if wrong:
            return CheckReport(False, claim, *wrong)
        proof = _Proof(self, game)
        if wrong := proof.payoffs() or proof.path():
            return CheckReport(False, claim, *wrong)
        here = next(cell for cell in self.cells if cell.state == game.initial)
        surplus = here.joint - sum(here.worst, Fraction(0))
        numbers = {"joint_payoff": nearest_float(here.joint), "surplus": nearest_float(surplus)}
        return CheckReport(True, claim, numbers=numbers)

    def _unfit(self, game: StochasticGame) -> Wrong | None:
        if problem := unfit_for_transfers(game):
            return "game", problem
        if len(self.hazard) != game.n_states:
            return "hazard", f"one number per state ({game.n_states}) is needed"
        if any(not 0 <= h <= 1 for h in self.hazard):
            return "hazard", "every number must be a probability"
        if len(self.weights) != game.n_players or any(w < 0 for w in self.weights) or sum(self.weights) != 1:
            return "weights", f"one number per player ({game.n_players}) is needed, none negative, with sum 1"
        return None

    def _misplaced(self, game: StochasticGame) -> Wrong | None:
        """A cell that does not fit its state, or a state that is needed and has none."""
        seen: set[int] = set()
        for k, cell in enumerate(self.cells):
            if not 0 <= cell.state < game.n_states or cell.state in seen:
                return f"cells[{k}].state", "a state of the game that no other cell has is needed"
            seen.add(cell.state)
            for name, given in (("worst", cell.worst), ("punish", cell.punish)):
                if len(given) != game.n_players:
                    return f"cells[{k}].{name}", f"one entry per player ({game.n_players}) is needed"
            here = game.rows_of(cell.state)
            for name, rows in (("row", (cell.row,)), ("punish", cell.punish)):
                if any(row not in here for row in rows):
                    return f"cells[{k}].{name}", f"it is no row of state {game.states[cell.state]!r}"
            if len(cell.rounds) != len(self.cells[0].rounds) or any(
                    len(bounds) != game.n_players + 1 for bounds in cell.rounds):
                return f"cells[{k}].rounds", "as many rounds as in other cells, each of one bound more than players"
        if game.initial not in seen:
            return "cells", f"there is none for the initial state {game.states[game.initial]!r}"
        exact = ExactGame.of(game)
        for k, cell in enumerate(self.cells):
            if lost := sorted(exact.next_states(game.rows_of(cell.state)) - seen):
                return "cells", f"state {game.states[lost[0]]!r} can be reached from cells[{k}] and has none"
        return None

    def claim(self, game: StochasticGame) -> str:
        """What the equilibrium keeps to or no equilibrium does, and the rules of negotiation that this holds under."""
        here = f"from state {game.states[game.initial]!r}"
        said = excluded(game, self.plan, self.concept.value) if not self.kept else (
            f"There is an equilibrium {here}. Equilibrium: {self.concept.value}. {kept_plan(game, self.plan)}")
        hazards = {written(h) for h in self.hazard}
        chance = next(iter(hazards)) if len(hazards) == 1 else ", ".join(
            f"{written(h)} in {name!r}" for name, h in zip(game.states, self.hazard, strict=True))
        shares = ", ".join(f"{who} {written(w)}" for who, w in zip(game.players, self.weights, strict=True))
        return (f"{said} On arrival in a state there are negotiations with chance {chance}, and of what agreement adds "
                f"the players have these shares: {shares}. {setting(game)}")

    def shows(self, plan: Plan) -> NegotiatedPlan | None:
        """The same payoffs, whose play keeps to the plan or does not; None for the proof that it does not."""
        return replace(self, plan=plan.to_json()) if self.kept else None

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value,
            "claim": {"plan": plan_document(self.plan), "kept": self.kept},
            "hazard": [written(h) for h in self.hazard], "weights": [written(w) for w in self.weights],
            "cells": [sealed({
                "state": c.state, "row": c.row, "joint": written(c.joint), "worst": [written(v) for v in c.worst],
                "punish": list(c.punish), "rounds": [[written(x) for x in bounds] for bounds in c.rounds],
            }) for c in self.cells]})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> NegotiatedPlan:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "hazard", "weights", "cells"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"plan", "kept"}, "claim")
        kept = field(claim, "kept", "claim")
        if not isinstance(kept, bool):
            raise CertificateError("claim.kept: write true or false")
        cells = sequence(field(document, "cells", ""), "cells")
        return NegotiatedPlan(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            plan_json(field(claim, "plan", "claim"), "claim.plan"), kept,
            rationals(field(document, "hazard", ""), "hazard"), rationals(field(document, "weights", ""), "weights"),
            tuple(_read_cell(mapping(x, f"cells[{k}]"), f"cells[{k}]") for k, x in enumerate(cells)), changed)


def _read_cell(item: Mapping[str, Any], place: str) -> NegotiatedCell:
    only(item, {"state", "row", "joint", "worst", "punish", "rounds"}, place)
    punish = sequence(field(item, "punish", place), f"{place}.punish")
    rounds = sequence(field(item, "rounds", place), f"{place}.rounds")
    return NegotiatedCell(
        integer(field(item, "state", place), f"{place}.state"), integer(field(item, "row", place), f"{place}.row"),
        read_rational(field(item, "joint", place), f"{place}.joint"),
        rationals(field(item, "worst", place), f"{place}.worst"),
        tuple(integer(row, f"{place}.punish[{k}]") for k, row in enumerate(punish)),
        tuple(rationals(bounds, f"{place}.rounds[{k}]") for k, bounds in enumerate(rounds)))


@final
class _Proof:
    """The numbers of a certificate at work on its game."""

    def __init__(self, plan: NegotiatedPlan, game: StochasticGame) -> None:
        self.plan, self.game, self.exact = plan, game, ExactWorth.of(game)
        self.alive = {cell.state: list(game.rows_of(cell.state)) for cell in plan.cells}
        self.brings: dict[int, Any] = {}
        self.slack: dict[int, Any] = {}
        self.best: list[dict[int, Any]] = []

    def payoffs(self) -> Wrong | None:
        """Show that U and v are what play until the next negotiation brings; the place and the problem if not."""
        plan, game = self.plan, self.game
        for j in range(len(plan.cells[0].rounds)):
            if wrong := self._round([cell.rounds[j] for cell in plan.cells], f"rounds[{j}]", f"rounds[{j}]"):
                return wrong
        if wrong := self._round([(cell.joint, *cell.worst) for cell in plan.cells], "joint", "worst"):
            return wrong
        for k, cell in enumerate(plan.cells):
            if cell.joint < sum(cell.worst, Fraction(0)):
                return f"cells[{k}].joint", "it is less than the players' punishment payoffs together"
            if self.brings[cell.row] != rational(cell.joint):
                return f"cells[{k}].row", f"{game.place(cell.row)}: this does not bring the joint payoff"
            for name, row in (("row", cell.row), *(("punish", row) for row in cell.punish)):
                if self.slack[row] < 0 or row not in self.alive[cell.state]:
                    return f"cells[{k}].{name}", f"{game.place(row)}: somebody would deviate"
            for i, row in enumerate(cell.punish):
                if self.best[i][row] != rational(cell.worst[i]):
                    return f"cells[{k}].punish", f"{game.place(row)}: it does not hold {game.players[i]!r} to this"
        return None

    def _round(self, bounds: Sequence[Sequence[Fraction]], up: str, down: str) -> Wrong | None:
        """Check one round of bounds (U, v_1, ..., v_n per cell), then delete the profiles that they rule out."""
        plan, game, n = self.plan, self.game, self.game.n_players
        ahead: list[list[Any]] = [[fmpq(0)] * game.n_states for _ in range(n + 1)]
        for cell, bound in zip(plan.cells, bounds, strict=True):
            chance, surplus = plan.hazard[cell.state], cell.joint - sum(cell.worst, Fraction(0))
            agreed = [cell.joint, *(v + w * surplus for v, w in zip(cell.worst, plan.weights, strict=True))]
            for kind in range(n + 1):
                ahead[kind][cell.state] = rational((1 - chance) * bound[kind] + chance * agreed[kind])
        later = [self.exact.ahead(values) for values in ahead]
        self.brings, self.slack, self.best = {}, {}, [{} for _ in range(n)]
        for k, (cell, bound) in enumerate(zip(plan.cells, bounds, strict=True)):
            rows = game.rows_of(cell.state)
            tempted = dict.fromkeys(rows, fmpq(0))
            for i in range(n):
                own = {row: self.exact.worth(row, i, later[i + 1]) for row in rows}
                for row in rows:
                    group = game.deviation_rows(row, i)
                    known = self.best[i].get(group[0])
                    self.best[i][row] = max(own[b] for b in group) if known is None else known
                    tempted[row] += self.best[i][row]
            self.brings |= {row: self.exact.worth(row, None, later[0]) for row in rows}
            self.slack |= {row: self.brings[row] - tempted[row] for row in rows}
            for row in self.alive[cell.state]:
                if self.brings[row] > rational(bound[0]):
                    return f"cells[{k}].{up}", f"{game.place(row)}: this brings more"
                for i in range(n):
                    if self.best[i][row] < rational(bound[i + 1]):
                        who = game.players[i]
                        return f"cells[{k}].{down}", f"{game.place(row)}: player {who!r} can be held to less"
        for state, rows_left in self.alive.items():
            self.alive[state] = [row for row in rows_left if self.slack[row] >= 0]
        return None

    def path(self) -> Wrong | None:
        """Whether play that brings U in every state keeps to the plan, as claimed."""
        plan, game = self.plan, self.game
        try:
            allowed = Plan.from_json(game, plan.plan).allowed
        except GameError as error:
            return "claim.plan", str(error)
        keep = {cell.state: [row for row in self.alive[cell.state]
                             if allowed[row] and self.brings[row] == rational(cell.joint)] for cell in plan.cells}
        while True:
            left = {s: [row for row in rows if all(keep[t] for t, _ in self.exact.law(row))]
                    for s, rows in keep.items()}
            if left == keep:
                break
            keep = left
        if plan.kept:
            problem = "no play that brings the joint payoff keeps to the plan"
            return None if keep[game.initial] else ("claim.kept", problem)
        if keep[game.initial]:
            return "claim.kept", "play that brings the joint payoff keeps to the plan"
        return self._several()

    def _several(self) -> Wrong | None:
        """Where there might be equilibria with other payoffs."""
        plan, game, n = self.plan, self.game, self.game.n_players
        number = {cell.state: k for k, cell in enumerate(plan.cells)}
        arcs = [sorted({number[t] for row in game.rows_of(cell.state) for t, _ in self.exact.law(row)})
                for cell in plan.cells]
        pointer = np.concatenate([[0], np.cumsum([len(a) for a in arcs])])
        joint: dict[int, Any] = {}
        ahead: list[dict[int, Any]] = [{} for _ in range(n)]
        for component in components(pointer, np.array([t for a in arcs for t in a], dtype=np.int64)):
            cell = plan.cells[int(component.states[0])]
            if len(component.states) > 1:
                return "claim.kept", (f"play can come back to state {game.states[cell.state]!r}, so that there might "
                                      "be equilibria with other payoffs")
            known = (rational(cell.joint), *(rational(v) for v in cell.worst))
            stays = {str(dict(self.exact.law(row)).get(cell.state, fmpq(0))) for row in game.rows_of(cell.state)}
            hazard = plan.hazard[cell.state]
            if len(stays) > 1 and (
                    problem := another_payoff(self.exact, cell.state, hazard, plan.weights, joint, ahead, known)):
                return "claim.kept", problem
            joint[cell.state] = known[0]
            surplus = known[0] - sum(known[1:], fmpq(0))
            for i, weight in enumerate(plan.weights):
                ahead[i][cell.state] = known[i + 1] + rational(hazard * weight) * surplus
        return None
