"""Slow, obvious negotiation in rationals.  It imports no solver and no certificate, and shares no code with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from games.model.stochastic_game import StochasticGame
from tests.support.brute_force import transfer_payoffs

Payoffs = tuple[Fraction, list[Fraction], list[Fraction]]


@dataclass(frozen=True)
class Date:
    """U, v and r per state, None where there is no equilibrium; and why: (state, row that comes nearest, slack)."""

    payoffs: list[Payoffs | None]
    failing: list[tuple[int, int, Fraction]]


def shared(joint: Fraction, worst: list[Fraction], weights: Sequence[Fraction]) -> list[Fraction]:
    surplus = joint - sum(worst)
    return [v + w * surplus for v, w in zip(worst, weights, strict=True)]


def negotiation_dates(
    game: StochasticGame, hazard: Sequence[Fraction], weights: Sequence[Fraction], dates: int
) -> list[Date]:
    """The dates of a truncated negotiation, the last one first."""
    joint, worst = transfer_payoffs(game)
    out = [Date([None if u is None else (u, v, shared(u, v, weights)) for u, v in zip(joint, worst, strict=True)], [])]
    while len(out) < dates:
        then = out[-1].payoffs
        now: list[Payoffs | None] = []
        failing = []
        for s in range(game.n_states):
            rows = game.rows_of(s)
            if any(then[t] is None for row in rows for t in game.exact_transition(row)):
                now.append(None)
                continue
            kept = []
            nearest: tuple[Fraction, int] | None = None
            for row in rows:
                brings = _worth(game, row, None, then, hazard)
                held = [max(_worth(game, b, i, then, hazard) for b in game.deviation_rows(row, i))
                        for i in range(game.n_players)]
                slack = brings - sum(held)
                if nearest is None or slack > nearest[0]:
                    nearest = slack, row
                if slack >= 0:
                    kept.append((brings, held))
            if not kept:
                assert nearest is not None
                failing.append((s, nearest[1], nearest[0]))
                now.append(None)
                continue
            u = max(brings for brings, _ in kept)
            v = [min(held[i] for _, held in kept) for i in range(game.n_players)]
            now.append((u, v, shared(u, v, weights)))
        out.append(Date(now, failing))
    return out


def _worth(
    game: StochasticGame, row: int, player: int | None, then: list[Payoffs | None], hazard: Sequence[Fraction]
) -> Fraction:
    """Payoff of one player now and later, or of all together; what is agreed replaces what was, where it strikes."""
    d = game.exact_discount(0)
    total = Fraction(0)
    for s, p in game.exact_transition(row).items():
        after = then[s]
        assert after is not None
        u, v, r = after
        before, agreed = (u, sum(r, Fraction(0))) if player is None else (v[player], r[player])
        total += p * ((1 - hazard[s]) * before + hazard[s] * agreed)
    who = range(game.n_players) if player is None else [player]
    return (1 - d) * sum((game.exact_payoff(row, i) for i in who), Fraction(0)) + d * total
