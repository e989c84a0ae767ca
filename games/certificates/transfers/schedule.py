"""The whole schedule of payments of an equilibrium: up front, on its path, after a deviation and after punishment.

Play is in one of three phases.  On the path nobody has deviated.  Whoever deviates from a profile or does not pay is
punished, from the next period on or at once: its punishment profile is played for one period, and begins again if it
deviates again.  Then joint payoffs are restored: it pays its fine, and play of greatest joint payoff goes on.
Source: Goldlücke and Kranz (2018), simple equilibria.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, final

from games.certificates.transfers.payments import Payment, payments
from games.certificates.transfers.plan import TransferPlan
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import written

Phase = Literal["start", "path", "punishment", "restored"]


@final
@dataclass(frozen=True)
class DuePayment:
    """Payments due at the start of a period, once its state is seen.

    ``phase``     "start": before anything is played; "path": after a profile of the path; "punishment": after the
                  punishment profile of ``punished``, its fine; "restored": later on, where that is not the path.
    ``after``     the row played in the period before; None at the start.
    ``state``     the state that is seen now.
    ``net``       per player, in payoff units of one period: positive pays, negative receives; a positive sum is burnt.
    ``worth``     per player, the average discounted payoff from here on, the payment included.
    """

    phase: Phase
    after: int | None
    punished: int | None
    state: int
    net: tuple[Fraction, ...]
    worth: tuple[Fraction, ...]

    @property
    def burnt(self) -> Fraction:
        """What nobody receives."""
        return sum(self.net, Fraction(0))

    @property
    def transfers(self) -> tuple[tuple[int, int, Fraction], ...]:
        """(payer, receiver, amount): payers in order fill the receivers in order; what they pay more is burnt."""
        owed = {i: -x for i, x in enumerate(self.net) if x < 0}
        out = []
        for payer, left in enumerate(self.net):
            for receiver in owed:
                amount = min(left, owed[receiver])
                if amount > 0:
                    out.append((payer, receiver, amount))
                    left -= amount
                    owed[receiver] -= amount
        return tuple(out)

    def to_json(self, game: StochasticGame) -> dict[str, Any]:
        """Its entry in the ``payments`` of ``servanda-solution/1``."""
        return {
            "phase": self.phase,
            "after": None if self.after is None else {
                "state": game.states[int(game.row_state[self.after])],
                "profile": list(game.profile_labels(self.after))},
            "punished": None if self.punished is None else game.players[self.punished],
            "state": game.states[self.state],
            "transfers": [{"from": game.players[a], "to": game.players[b], "amount": written(x)}
                          for a, b, x in self.transfers],
            "burnt": written(self.burnt),
            "worth": [written(x) for x in self.worth],
        }


@final
@dataclass(frozen=True)
class TransferSchedule:
    """Who plays what and who pays whom.

    ``path``, ``restored``  the row of each state; ``punish`` per player the row of each state.
    ``due``                 payments: start, path, punishment, restored.
    """

    path: dict[int, int]
    restored: dict[int, int]
    punish: tuple[dict[int, int], ...]
    due: tuple[DuePayment, ...]

    @staticmethod
    def of(plan: TransferPlan, game: StochasticGame) -> TransferSchedule:
        """The schedule of an accepted transfer plan; what the players have to spare is shared equally.

        Where the path is the play of greatest joint payoff in every state that it comes to, restored play is the path.
        """
        same = all(cell.path in (None, cell.row) for cell in plan.cells)
        if same:
            plan = replace(plan, cells=tuple(
                cell if cell.path is None else replace(cell, path_joint=cell.joint) for cell in plan.cells))
        whole = replace(plan, cells=tuple(replace(cell, path=cell.row, path_joint=cell.joint) for cell in plan.cells))
        found = payments(plan, game)
        path = {cell.state: cell.path for cell in plan.cells if cell.path is not None}
        onwards = {cell.state: cell.row for cell in plan.cells if not same or cell.path is None}
        due = [_start(plan, game, path[game.initial], found)]
        due += [_due("path", p) for p in found if p.punished is None]
        due += [_due("punishment", p) for p in found if p.punished is not None]
        due += [_due("restored", p) for p in payments(whole, game)
                if p.punished is None and int(game.row_state[p.after]) in onwards]
        punish = tuple({cell.state: cell.punish[i] for cell in plan.cells} for i in range(game.n_players))
        return TransferSchedule(path, onwards, punish, tuple(due))

    def to_json(self, game: StochasticGame) -> dict[str, Any]:
        """The ``payments`` of ``servanda-solution/1``; amounts are rationals in payoff units of one period."""

        def named(rows: dict[int, int]) -> dict[str, list[str]]:
            return {game.states[s]: list(game.profile_labels(row)) for s, row in sorted(rows.items())}

        return {
            "path": named(self.path),
            "restored": named(self.restored),
            "punishments": {name: named(rows) for name, rows in zip(game.players, self.punish, strict=True)},
            "due": [payment.to_json(game) for payment in self.due],
        }


def _due(phase: Phase, payment: Payment) -> DuePayment:
    return DuePayment(phase, payment.after, payment.punished, payment.state, payment.net, payment.worth)


def _start(plan: TransferPlan, game: StochasticGame, row: int, found: Sequence[Payment]) -> DuePayment:
    """Shares out equally, before anything is played, what the path is worth above the punishment payoffs."""
    d = game.exact_discount(0)
    later = {p.state: p.worth for p in found if p.punished is None and p.after == row}
    law = game.exact_transition(row)
    due = [(1 - d) * game.exact_payoff(row, i) + d * sum((q * later[s][i] for s, q in law.items()), Fraction(0))
           for i in range(game.n_players)]
    worst = next(cell.worst for cell in plan.cells if cell.state == game.initial)
    share = (sum(due, Fraction(0)) - sum(worst, Fraction(0))) / game.n_players
    worth = tuple(v + share for v in worst)
    net = tuple((x - w) / (1 - d) for x, w in zip(due, worth, strict=True))
    return DuePayment("start", None, None, game.initial, net, worth)
