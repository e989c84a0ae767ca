"""Calculations about agreements under public signals that published results name, for `calculations`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import erf, exp, log, pi, sqrt
from typing import TYPE_CHECKING, Any, final

from games.model.stochastic_game import GameError

if TYPE_CHECKING:
    from games.model.public_automaton import PublicAutomaton
    from games.model.stochastic_game import StochasticGame

Numbers = Sequence[Fraction]

LONGEST_WAR = 200
"""Price wars of more periods than this are not tried."""


# -- a prisoners' dilemma with a good and a bad signal -----------------------------------------------------------------


def _partnership(payoffs: Sequence[Any], good: Sequence[Any], discount: Any) -> StochasticGame:
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

    game = _partnership(payoffs, good, discount)
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

    game = _partnership(payoffs, good, discount)
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


# -- Green and Porter (1984): a continuous price -----------------------------------------------------------------------


@final
@dataclass(frozen=True)
class _Cartel:
    """``firms`` of unit cost ``cost`` sell at ``intercept`` - Q times a lognormal shock of mean 1, log-sd ``sigma``.

    A price below ``trigger`` starts ``periods`` - 1 periods of Cournot outputs (None: for ever).
    """

    discount: float
    firms: int
    intercept: float
    cost: float
    sigma: float
    trigger: float
    periods: int | None

    @property
    def cournot(self) -> float:
        """Output of each firm in the equilibrium of one period."""
        return (self.intercept - self.cost) / (self.firms + 1)

    @property
    def stake(self) -> float:
        """Discounted share of the future that a price war takes: d - d^T."""
        return self.discount - (0.0 if self.periods is None else self.discount**self.periods)

    def profit(self, own: float, other: float) -> float:
        """Expected profit of a firm in one period, if each of the others makes ``other``."""
        return own * (self.intercept - self.cost - own - (self.firms - 1) * other)

    def war(self, own: float, other: float) -> float:
        """Chance that the price falls below the trigger."""
        return (1 + erf(self._score(own, other) / sqrt(2))) / 2

    def _score(self, own: float, other: float) -> float:
        mean = self.intercept - own - (self.firms - 1) * other
        return (log(self.trigger / mean) + self.sigma**2 / 2) / self.sigma

    def slope(self, output: float) -> float:
        """What is wrong with the first-order condition of a collusive output."""
        mean, score = self.intercept - self.firms * output, self._score(output, output)
        density = exp(-score**2 / 2) / sqrt(2 * pi) / (self.sigma * mean)
        keep = 1 - self.discount + self.stake * self.war(output, output)
        marginal = self.intercept - self.cost - (self.firms + 1) * output
        gain = self.profit(output, output) - self.profit(self.cournot, self.cournot)
        return keep * marginal - self.stake * density * gain

    def value(self, output: float) -> float:
        """Average payoff of a firm while all make ``output``."""
        base = self.profit(self.cournot, self.cournot)
        keep = 1 - self.discount + self.stake * self.war(output, output)
        return base + (self.profit(output, output) - base) * (1 - self.discount) / keep

    def best_reply_pays(self, output: float) -> bool:
        """Whether some other output, once, is worth more than ``output``: the condition that is not only local."""
        base, value = self.profit(self.cournot, self.cournot), self.value(output)
        top = self.intercept - (self.firms - 1) * output
        for k in range(1, 400):
            own = top * k / 400
            after = self.discount * value - self.stake * self.war(own, output) * (value - base)
            if (1 - self.discount) * self.profit(own, output) + after > value + 1e-9:
                return True
        return False

    def output(self) -> float | None:
        """The collusive output of greatest value; None if only Cournot outputs are an equilibrium."""
        from scipy.optimize import brentq

        low, high = (self.intercept - self.cost) / (2 * self.firms), self.cournot
        grid = [low + (high - low) * k / 200 for k in range(200)]
        slopes = [self.slope(q) for q in grid]
        roots = [
            float(brentq(self.slope, a, b, xtol=1e-13))
            for a, b, f, g in zip(grid, grid[1:], slopes, slopes[1:], strict=False) if f * g < 0]
        stable = [q for q in roots if not self.best_reply_pays(q)]
        return max(stable, key=self.value, default=None)


def _cartel(discount: Any, sigma: Any, periods: int | None, firms: int, intercept: Any, cost: Any) -> _Cartel:
    return _Cartel(float(Fraction(discount)), firms, float(intercept), float(cost), float(sigma), 1.0, periods)


def _trigger_price(
    discount: Any, sigma: Any, trigger: Any, periods: int | None = None, firms: int = 2, intercept: Any = 10,
    cost: Any = 1,
) -> Numbers:
    """Output of each firm, average payoff of collusion, chance of a price war, periods of collusion on average."""
    cartel = replace(_cartel(discount, sigma, periods, firms, intercept, cost), trigger=float(trigger))
    found = cartel.output()
    if found is None:
        raise GameError(f"trigger_price: nothing but Cournot outputs is an equilibrium with trigger {trigger}")
    war = cartel.war(found, found)
    return [Fraction(x) for x in (found, cartel.value(found), war, 1 / war)]


def _best_trigger_price(
    discount: Any, sigma: Any, between: Sequence[Any], periods: int | None = None, firms: int = 2, intercept: Any = 10,
    cost: Any = 1,
) -> Numbers:
    """Of triggers in steps of .01: the best, each firm's output, average payoff; no numbers if none sustains any."""
    base = _cartel(discount, sigma, periods, firms, intercept, cost)
    low, high = (round(float(x) * 100) for x in between)
    found = []
    for cents in range(low, high + 1):
        cartel = replace(base, trigger=cents / 100)
        output = cartel.output()
        if output is not None:
            found.append((cartel.value(output), output, cents))
    if not found:
        return []
    value, output, cents = max(found)
    return [Fraction(cents, 100), Fraction(output), Fraction(value)]


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "noisy_partnership": _noisy_partnership,
    "shortest_price_war": _shortest_price_war,
    "trigger_price": _trigger_price,
    "best_trigger_price": _best_trigger_price,
}
