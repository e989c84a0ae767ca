"""Payments along the path of a transfer plan, chosen by whoever likes, and an exact check that they carry it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq

from games.certificates.transfers.payments import Payment
from games.certificates.transfers.plan import TransferPlan, stated_payoffs
from games.certificates.transfers.worth import ExactWorth, rational
from games.model.stochastic_game import StochasticGame


def path_payments(
    plan: TransferPlan, game: StochasticGame, worth: Mapping[tuple[int, int], Sequence[Fraction]]
) -> tuple[Payment, ...]:
    """Payments on the path of a plan that leave each player what is wished; see ``fault_in_path`` for a check.

    ``worth``  for every row of the path and every next state, per player, what it has from there on before it pays.
    """
    exact = ExactWorth.of(game)
    wished = {key: [rational(x) for x in given] for key, given in worth.items()}
    due = _due(exact, plan, wished)
    out = []
    for (row, s), mine in wished.items():
        net = [(x - w) / (1 - exact.factor) for x, w in zip(due[s], mine, strict=True)]
        out.append(Payment(row, None, s, _fractions(net), tuple(worth[row, s])))
    return tuple(out)


def fault_in_path(found: Sequence[Payment], plan: TransferPlan, game: StochasticGame) -> str | None:
    """Why payments do not carry out the path of an accepted transfer plan; None if they do: all is computed exactly.

    They do if every player has at least what its best deviation would leave it after each payment and at least its
    punishment payoff before it, and if nobody is paid more than the others pay.
    """
    exact, n = ExactWorth.of(game), game.n_players
    _, _, worst = stated_payoffs(exact, plan)
    wished = {(p.after, p.state): [rational(x) for x in p.worth] for p in found if p.punished is None}
    path = [cell for cell in plan.cells if cell.path is not None]
    missing = {(cell.path, s) for cell in path if cell.path is not None for s, _ in exact.law(cell.path)} - set(wished)
    if missing:
        row, s = min(missing)
        return f"{game.place(row)}: nothing is said of the payment when state {game.states[s]!r} follows"
    due = _due(exact, plan, wished)
    for cell in path:
        assert cell.path is not None
        for i in range(n):
            if due[cell.state][i] < exact.best_reply(cell.path, i, worst[i]):
                return f"{game.place(cell.path)}: player {game.players[i]!r} would gain by deviating"
    for payment in found:
        net, s = [rational(x) for x in payment.net], payment.state
        if sum(net, fmpq(0)) < 0:
            return f"{game.place(payment.after)}, then {game.states[s]!r}: more is received than is paid"
        for i, mine in enumerate(wished[payment.after, s]):
            if mine != due[s][i] - (1 - exact.factor) * net[i]:
                return f"{game.place(payment.after)}, then {game.states[s]!r}: payment and worth do not agree"
            if mine < worst[i][s]:
                return f"{game.place(payment.after)}, then {game.states[s]!r}: {game.players[i]!r} would not pay"
    return None


def _due(
    exact: ExactWorth, plan: TransferPlan, wished: Mapping[tuple[int, int], Sequence[Any]]
) -> dict[int, list[Any]]:
    """Per state of the path, what each player has once payments are made there."""
    factor, out = exact.factor, {}
    for cell in plan.cells:
        if cell.path is not None:
            law = exact.law(cell.path)
            out[cell.state] = [
                (1 - factor) * exact.payoff(cell.path, i)
                + factor * sum((q * wished[cell.path, s][i] for s, q in law), fmpq(0))
                for i in range(exact.exact.game.n_players)]
    return out


def _fractions(numbers: Sequence[Any]) -> tuple[Fraction, ...]:
    return tuple(Fraction(int(x.p), int(x.q)) for x in numbers)
