"""Calculations about how long a suspension should be when partners may have good reasons, that papers name.

In each period a government's temptation is high with chance q, else low, and seen by itself alone; a breach costs the
other ``harm``, low < harm < high.  The agreement: breach only if tempted much; any breach is answered by so many
periods in which both always breach, and then all is forgiven.  Breaches are seen by both, temptations are not: before
they are drawn a government chooses what it will do, and who breached is a public signal.
Source: Downs and Rocke (1995), in a reduced form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import to_fraction

Numbers = Sequence[Fraction]

CHOICES = ("never", "if high", "if low", "always")
"""When to breach."""
LONGEST = 60
"""Suspensions of more periods are not tried."""
FOR_EVER = "for ever"


def temptations(numbers: Sequence[Any], discount: Any) -> StochasticGame:
    """The repeated game of low, high, q and harm, with public signals "00", "01", "10", "11": who breached."""
    import numpy as np

    from games import repeated_game
    from games.model.public_monitoring import PublicMonitoring

    less, more, q, cost = map(to_fraction, numbers)
    if not less < cost < more or not 0 < q < 1:
        raise GameError("temptations: low < harm < high, and a chance between 0 and 1")
    breach = dict(zip(CHOICES, (Fraction(0), q, 1 - q, Fraction(1)), strict=True))
    reward = dict(zip(CHOICES, (Fraction(0), q * more, (1 - q) * less, q * more + (1 - q) * less), strict=True))
    table = [[[reward[a] - cost * breach[b], reward[b] - cost * breach[a]] for b in CHOICES] for a in CHOICES]
    law = [
        [float(x * y) for x in (1 - breach[a], breach[a]) for y in (1 - breach[b], breach[b])]
        for a in CHOICES for b in CHOICES]
    game = repeated_game(table, to_fraction(discount), actions=[CHOICES] * 2, name="temptations")
    return replace(game, monitoring=PublicMonitoring((("00", "01", "10", "11"),), (np.array(law),)))


def suspension(game: StochasticGame, periods: int | None) -> PublicAutomaton:
    """Breach if tempted much; after any breach always, for so many periods (None: for ever).

    Payoffs solve the automaton's own equations exactly.
    """
    from flint import fmpq, fmpq_mat

    from games.model.strategy_automaton import surely

    keep, war = (game.row_of_labels(0, [label] * 2) for label in ("if high", "always"))
    count = 1 if periods is None else periods
    after = [None, *((k + 1) % (count + 1) if periods is not None else k for k in range(1, count + 1))]
    rows = [keep] + [war] * count
    assert game.monitoring is not None
    quiet = to_fraction(float(game.monitoring.chances(0, keep)[0]))
    d = game.exact_discount(0)

    def rational(x: Fraction) -> Any:
        return fmpq(x.numerator, x.denominator)

    left = fmpq_mat(count + 1, count + 1)
    right = fmpq_mat(count + 1, 1)
    for k, row in enumerate(rows):
        left[k, k] += 1
        for to, share in [(0, quiet), (1, 1 - quiet)] if k == 0 else [(int(after[k] or 0), Fraction(1))]:
            left[k, to] -= rational(d * share)
        right[k, 0] = rational((1 - d) * game.exact_payoff(row, 0))
    solved = left.solve(right)
    worth = [Fraction(int(solved[k, 0].p), int(solved[k, 0].q)) for k in range(count + 1)]
    then = [{(y, 0): surely(0 if y == 0 else 1) for y in range(4)}]
    then += [{(y, 0): surely(int(after[k] or 0)) for y in range(4)} for k in range(1, count + 1)]
    modes = [PublicMode(0, row, (u, u), t) for row, u, t in zip(rows, worth, then, strict=True)]
    return PublicAutomaton(tuple(modes), surely(0))


def _periods(given: Any) -> int | None:
    if given == FOR_EVER:
        return None
    if not isinstance(given, int) or not 1 <= given <= LONGEST:
        raise GameError(f"suspension: {given!r} periods; a whole number from 1 to {LONGEST}, or {FOR_EVER!r}")
    return given


def _suspension_worth(numbers: Sequence[Any], discount: Any, periods: Sequence[Any]) -> Numbers:
    """What the agreement is worth to each, for each length."""
    game = temptations(numbers, discount)
    return [suspension(game, _periods(length)).modes[0].payoffs[0] for length in periods]


def _deterrent(numbers: Sequence[Any], discount: Any, periods: Sequence[Any]) -> Numbers:
    """What a breach costs a government of low temptation, as a one-off amount, for each length.

    The other one may breach anyway: only if it does not is the suspension the breach's.
    """
    game = temptations(numbers, discount)
    d, q = game.exact_discount(0), to_fraction(numbers[2])
    found = []
    for length in periods:
        modes = suspension(game, _periods(length)).modes
        found.append(d / (1 - d) * (1 - q) * (modes[0].payoffs[0] - modes[1].payoffs[0]))
    return found


def _shortest_suspension(numbers: Sequence[Any], discount: Any) -> Numbers:
    """The fewest periods that deter, proved exactly with one fewer refused, and what the agreement is worth then."""
    from games.certificates.signals.self_generation import PublicSelfGeneration

    game = temptations(numbers, discount)
    for length in range(1, LONGEST + 1):
        automaton = suspension(game, length)
        if PublicSelfGeneration.of(game, automaton).check(game).accepted:
            return [Fraction(length), automaton.modes[0].payoffs[0]]
    raise GameError(f"shortest_suspension: none of up to {LONGEST} periods is an equilibrium")


def _nash_payoff(numbers: Sequence[Any]) -> Numbers:
    """What each has in a period in which both always breach."""
    game = temptations(numbers, "1/2")
    return [game.exact_payoff(game.row_of_labels(0, ["always"] * 2), 0)]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "suspension_worth": _suspension_worth,
    "deterrent": _deterrent,
    "shortest_suspension": _shortest_suspension,
    "always_breached": _nash_payoff,
}
