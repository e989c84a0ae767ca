"""Who pays whom, when: a schedule of payments that carries out a transfer plan.

Payments are due at the start of a period, once its state is seen, according to where play comes from.  Whoever does not
pay is punished from that period on, as is whoever deviates from the profile.
Source: Goldlücke and Kranz (2018), simple equilibria.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from flint import fmpq

from games.certificates.transfers.plan import TransferPlan, stated_payoffs
from games.certificates.transfers.worth import Ahead, ExactWorth
from games.model.stochastic_game import StochasticGame


@final
@dataclass(frozen=True)
class Payment:
    """Net payments at the start of a period.

    ``after``  the row played in the period before, without anybody deviating; ``punished`` None, or the player whose
               punishment that row was.
    ``state``  the state that is seen now.
    ``net``    per player, in payoff units of one period: positive pays, negative receives.  A positive sum is burnt.
    ``worth``  per player, the average discounted payoff from here on, the payment included.
    """

    after: int
    punished: int | None
    state: int
    net: tuple[Fraction, ...]
    worth: tuple[Fraction, ...]


def payments(plan: TransferPlan, game: StochasticGame) -> tuple[Payment, ...]:
    """The schedule of an accepted transfer plan: on its path, and after every punishment, path first.

    What deterring leaves over is shared equally on the path; a punished player has none of it.
    """
    exact = ExactWorth.of(game)
    joint, path, worst = stated_payoffs(exact, plan)
    rows: dict[bool, dict[int, int]] = {True: {}, False: {}}
    for cell in plan.cells:
        rows[False][cell.state] = cell.row
        if cell.path is not None:
            rows[True][cell.state] = cell.path
    out = []
    for on_path, ahead in ((True, path), (False, joint)):
        due = {s: _after_payment(exact, row, None, ahead, worst) for s, row in rows[on_path].items()}
        played: list[tuple[int, int | None]] = [(row, None) for row in rows[True].values()] if on_path else [
            (row, i) for cell in plan.cells for i, row in enumerate(cell.punish)]
        for row, punished in played:
            share = _shares(exact, row, punished, ahead, worst)
            for s, _ in exact.law(row):
                least = sum((w[s] for w in worst), fmpq(0))
                worth = [w[s] + part * (ahead[s] - least) for w, part in zip(worst, share, strict=True)]
                net = [(x - w) / (1 - exact.factor) for x, w in zip(due[s], worth, strict=True)]
                out.append(Payment(row, punished, s, _fractions(net), _fractions(worth)))
    return tuple(out)


def _after_payment(
    exact: ExactWorth, row: int, punished: int | None, ahead: Ahead, worst: Sequence[Ahead]
) -> list[Any]:
    """What each player has once payments are made: its best reply and a share of what that leaves over."""
    n = exact.exact.game.n_players
    due = [exact.best_reply(row, i, worst[i]) for i in range(n)]
    rest = exact.worth(row, None, ahead) - sum(due, fmpq(0))
    sharing = [i for i in range(n) if i != punished] or [0]
    return [d + rest / len(sharing) if i in sharing else d for i, d in enumerate(due)]


def _shares(
    exact: ExactWorth, row: int, punished: int | None, ahead: Ahead, worst: Sequence[Ahead]
) -> list[Any]:
    """How the next period's surplus over punishment payoffs is shared, so that each player has what it is due."""
    n = exact.exact.game.n_players
    due = _after_payment(exact, row, punished, ahead, worst)
    needed = [x - exact.worth(row, i, worst[i]) for i, x in enumerate(due)]
    total = sum(needed, fmpq(0))
    return [x / total for x in needed] if total > 0 else [fmpq(1, n)] * n


def _fractions(numbers: Sequence[Any]) -> tuple[Fraction, ...]:
    return tuple(Fraction(int(x.p), int(x.q)) for x in numbers)
