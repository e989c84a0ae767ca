"""Calculations about a prisoners' dilemma with a good and a bad public signal that published results name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from games.model.stochastic_game import GameError

if TYPE_CHECKING:
    from games.model.public_automaton import PublicAutomaton
    from games.model.stochastic_game import StochasticGame

Numbers = Sequence[Fraction]

LONGEST_WAR = 60
"""Price wars of more periods than this are not tried."""


def partnership(payoffs: Sequence[Any], good: Sequence[Any], discount: Any) -> StochasticGame:
    """``payoffs`` R, S, T, P; ``good`` the chance of the good signal if both, one or none of the two cooperate."""
    import numpy as np

    from games import repeated_game
    from games.model.public_monitoring import PublicMonitoring
    from games.numerics.exact import to_fraction

    reward, sucker, temptation, punishment = (float(to_fraction(x)) for x in payoffs)
    both, one, none = (float(to_fraction(x)) for x in good)
    table = np.array([[[reward, reward], [sucker, temptation]], [[temptation, sucker], [punishment, punishment]]])
    law = np.array([[both, 1 - both], [one, 1 - one], [one, 1 - one], [none, 1 - none]]).round(12)
    game = repeated_game(table, to_fraction(discount), actions=[["C", "D"]] * 2, name="noisy partnership")
    return replace(game, monitoring=PublicMonitoring((("good", "bad"),), (law,)))


def _noisy_partnership(payoffs: Sequence[Any], good: Sequence[Any], discount: Any) -> Numbers:
    """Of the equilibrium of greatest joint payoff that is found and proved: what each has, and for how many periods on
    average both cooperate before they first do something else.
    """
    from games import solve

    game = partnership(payoffs, good, discount)
    automaton = solve(game, solver="public_polygons").best_automaton()
    if automaton is None:
        raise GameError("noisy_partnership: no equilibrium is proved")
    return [*_worth(automaton), _periods_together(game, automaton)]


def _worth(automaton: PublicAutomaton) -> Numbers:
    parts = [(chance, automaton.modes[k].payoffs) for k, chance in automaton.initial]
    return [sum((chance * payoffs[i] for chance, payoffs in parts), Fraction(0)) for i in range(2)]


def _periods_together(game: StochasticGame, automaton: PublicAutomaton) -> Fraction:
    """Periods, on average, until a profile other than C,C is played; raises ``GameError`` if that never happens."""
    import numpy as np

    from games.model.outcome_laws import OutcomeLaws

    law = OutcomeLaws(game).exact(0)
    count = len(automaton.modes)
    together = [k for k, mode in enumerate(automaton.modes) if mode.row == 0]
    stay = np.zeros((count, count))
    for k in together:
        for outcome, chance in law.items():
            for after, share in automaton.modes[k].then[outcome]:
                stay[k, after] += float(chance * share)
    start = np.zeros(count)
    for k, share in automaton.initial:
        start[k] = float(share)
    kept = stay[np.ix_(together, together)]
    if max(abs(np.linalg.eigvals(kept)), default=0.0) >= 1:
        raise GameError("noisy_partnership: cooperation never ends")
    return Fraction(float(start[together] @ np.linalg.solve(np.eye(len(together)) - kept, np.ones(len(together)))))


def _shortest_price_war(payoffs: Sequence[Any], good: Sequence[Any], discount: Any) -> Numbers:
    """Trigger strategies without lotteries: a low price starts a war of so many periods, and then all is forgiven.

    The fewest periods of war with which this is an equilibrium (proved exactly, one fewer refused), each firm's
    payoff, and how many periods collusion lasts on average.
    """
    from games.certificates.signals.self_generation import PublicSelfGeneration
    from games.numerics.exact import to_fraction

    game = partnership(payoffs, good, discount)
    patience, stay = to_fraction(discount), to_fraction(good[0])
    reward, punishment = to_fraction(payoffs[0]), to_fraction(payoffs[3])
    for length in range(1, LONGEST_WAR + 1):
        automaton = _price_war(length, patience, stay, reward, punishment)
        if PublicSelfGeneration.of(game, automaton).check(game).accepted:
            return [Fraction(length), automaton.modes[0].payoffs[0], 1 / (1 - stay)]
    raise GameError(f"shortest_price_war: none of up to {LONGEST_WAR} periods is an equilibrium")


def _price_war(
    length: int, patience: Fraction, stay: Fraction, reward: Fraction, punishment: Fraction
) -> PublicAutomaton:
    from games.model.public_automaton import PublicAutomaton, PublicMode
    from games.model.strategy_automaton import surely

    pause = patience**length
    collusion = (1 - patience) * reward + patience * (1 - stay) * (1 - pause) * punishment
    collusion /= 1 - patience * stay - patience * (1 - stay) * pause
    modes = [PublicMode(0, 0, (collusion,) * 2, {(0, 0): surely(0), (1, 0): surely(1)})]
    for k in range(1, length + 1):
        left = patience ** (length + 1 - k)
        worth, after = (1 - left) * punishment + left * collusion, surely((k + 1) % (length + 1))
        modes.append(PublicMode(0, 3, (worth,) * 2, {(0, 0): after, (1, 0): after}))
    return PublicAutomaton(tuple(modes), surely(0))


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "noisy_partnership": _noisy_partnership,
    "shortest_price_war": _shortest_price_war,
}
