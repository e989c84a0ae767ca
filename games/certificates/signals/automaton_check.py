"""Public automata on a game: whether they make sense, what they bring, and what deviations from them bring.

Payoffs are enclosed, not solved for.  Let r be the largest residual of the written payoffs of a player in the
equations that define its payoffs.  Those equations are a contraction with the discount factor d for its modulus, so
that the true payoffs differ from the written ones by at most r/(1 - d) (Banach).  Where play stays among modes without
residuals the written payoffs are the true ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, final

from flint import fmpq

from games.certificates.faults import Fault
from games.certificates.signals.weights import OutcomeWeights
from games.certificates.transfers.worth import rational
from games.model.outcome_laws import Outcome
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Lottery


@final
@dataclass(frozen=True)
class PublicSlack:
    """What complying is worth more than one deviation, average discounted (python-flint rationals).

    ``mode``, ``player``, ``row``  who deviates where, and the row that this brings about.
    ``low``, ``high``              the slack lies between them.
    ``units``                      ``low`` as a one-off gain, in payoff units.
    """

    mode: int
    player: int
    row: int
    low: Any
    high: Any
    units: Any


@final
@dataclass(frozen=True, eq=False)
class PublicEvaluation:
    """A public automaton on a game.

    ``radius``   per player, how far true payoffs may lie from the written ones (python-flint rationals).
    ``on_path``  modes that play reaches when nobody deviates.
    ``slacks``   of every deviation that changes a payoff or what is seen.
    """

    radius: tuple[Any, ...]
    on_path: frozenset[int]
    slacks: tuple[PublicSlack, ...]

    def least(self, on_path: bool) -> PublicSlack | None:
        """The deviation of least slack, on the path or in any mode; None if nobody can deviate."""
        return min((x for x in self.slacks if not on_path or x.mode in self.on_path),
                   key=lambda x: x.units, default=None)


def evaluate_public(weights: OutcomeWeights, automaton: PublicAutomaton) -> PublicEvaluation | Fault:
    """Payoffs, path and slacks of an automaton, or the place where it makes no sense for the game."""
    if fault := public_fault(weights, automaton):
        return fault
    return _Evaluation(weights, automaton).all()


def public_place(game: StochasticGame, automaton: PublicAutomaton, slack: PublicSlack) -> str:
    """A deviation's place in words, and in the file."""
    mode = automaton.modes[slack.mode]
    return (f"cells[{slack.mode}] ({game.place(mode.row)}), player {game.players[slack.player]!r}, "
            f"deviation to ({', '.join(game.profile_labels(slack.row))})")


def public_fault(weights: OutcomeWeights, automaton: PublicAutomaton) -> Fault | None:
    """The first mode or lottery that makes no sense for the game; None if all do."""
    game, modes = weights.game, automaton.modes
    sound: set[tuple[int, int]] = set()

    def lottery_fault(lottery: Lottery, state: int) -> str:
        if (id(lottery), state) in sound:
            return ""
        for m, p in lottery:
            if not 0 <= m < len(modes):
                return f"mode {m} does not exist"
            if modes[m].state != state:
                return f"mode {m} is no mode of state {game.states[state]!r}"
            if p <= 0:
                return f"probability {p} is not positive"
        if len({m for m, _ in lottery}) < len(lottery):
            return "a mode appears twice"
        if sum((p for _, p in lottery), Fraction(0)) != 1:
            return "probabilities do not sum to 1"
        sound.add((id(lottery), state))
        return ""

    if not modes:
        return Fault("cells", "there are none")
    for k, mode in enumerate(modes):
        if problem := _mode_fault(game, mode):
            return Fault(f"cells[{k}].{problem[0]}", problem[1])
    if problem_there := lottery_fault(automaton.initial, game.initial):
        return Fault("start", problem_there)
    for k, mode in enumerate(modes):
        for z, lottery in mode.then.items():
            if not 0 <= z[1] < game.n_states:
                return Fault(f"cells[{k}].then", f"state {z[1]} does not exist")
            if problem_there := lottery_fault(lottery, z[1]):
                return Fault(f"cells[{k}].then", f"after outcome {list(z)}: {problem_there}")
        if lost := weights.possible(mode.row) - mode.then.keys():
            z = min(lost)
            return Fault(f"cells[{k}].then", f"outcome {list(z)} is possible, and nothing is said of what follows it")
    known = {mode.state for mode in modes}
    for k, mode in enumerate(modes):
        if beyond := weights.ahead(mode.state) - known:
            return Fault("cells", f"state {game.states[min(beyond)]!r} can be reached from that of cells[{k}], "
                                  "and no mode belongs to it")
    return None


def _mode_fault(game: StochasticGame, mode: PublicMode) -> tuple[str, str] | None:
    if not 0 <= mode.state < game.n_states:
        return "state", f"state {mode.state} does not exist"
    if mode.row not in game.rows_of(mode.state):
        return "row", f"row {mode.row} is no profile of state {game.states[mode.state]!r}"
    if len(mode.payoffs) != game.n_players:
        return "payoffs", f"{len(mode.payoffs)} numbers, one per player is needed"
    return None


@final
class _Evaluation:
    """An automaton that makes sense, with everything in numbers that add up quickly."""

    def __init__(self, weights: OutcomeWeights, automaton: PublicAutomaton) -> None:
        self.weights, self.game, self.modes = weights, weights.game, automaton.modes
        self.initial = automaton.initial
        self.payoffs = [[rational(x) for x in mode.payoffs] for mode in automaton.modes]
        self.factor = [rational(d) for d in weights.exact.discount]
        # Every outcome's lottery by number, and lotteries in whole numbers over one denominator per mode.
        self.number: list[dict[Outcome, int]] = []
        self.lotteries: list[list[list[tuple[int, int]]]] = []
        self.below: list[int] = []
        for mode in automaton.modes:
            number: dict[int, int] = {}
            distinct: list[Lottery] = []
            where: dict[Outcome, int] = {}
            for z, lottery in mode.then.items():
                if id(lottery) not in number:
                    number[id(lottery)] = len(distinct)
                    distinct.append(lottery)
                where[z] = number[id(lottery)]
            below = lcm(*(p.denominator for lottery in distinct for _, p in lottery))
            self.number.append(where)
            self.below.append(below)
            self.lotteries.append(
                [[(m, p.numerator * (below // p.denominator)) for m, p in lottery] for lottery in distinct])

    def all(self) -> PublicEvaluation:
        n = self.game.n_players
        residual: list[list[Any]] = [[] for _ in range(n)]
        before: list[list[int]] = [[] for _ in self.modes]
        for k, mode in enumerate(self.modes):
            law, below = self.weights.law(mode.row)
            follows = list(self._follows(k, law).items())
            below *= self.below[k]
            for m, w in follows:
                if w:
                    before[m].append(k)
            for i in range(n):
                d, own = self.factor[i], self.payoffs[k][i]
                later = sum((self.payoffs[m][i] * w for m, w in follows), fmpq(0)) / below
                residual[i].append(abs(own - (1 - d) * self._stage(mode.row, i) - d * later))
        radius = tuple(max(r) / (1 - d) for r, d in zip(residual, self.factor, strict=True))
        errors = [
            [widest if off else fmpq(0) for off in _ever([r != 0 for r in mine], before)]
            for mine, widest in zip(residual, radius, strict=True)
        ]
        return PublicEvaluation(radius, self._path(), tuple(self._slacks(errors)))

    def _stage(self, row: int, player: int) -> Any:
        t = self.weights.exact.tables
        return fmpq(t.payoff[row, player], t.payoff_unit)

    def _follows(self, mode: int, law: dict[Outcome, int]) -> dict[int, int]:
        """Whole numbers by next mode: a law, or a difference of laws, passed through the lotteries of a mode."""
        number, lotteries = self.number[mode], self.lotteries[mode]
        mass = [0] * len(lotteries)
        for z, p in law.items():
            mass[number[z]] += p
        out: dict[int, int] = {}
        for p, lottery in zip(mass, lotteries, strict=True):
            if p:
                for m, w in lottery:
                    out[m] = out.get(m, 0) + p * w
        return out

    def _slacks(self, errors: list[list[Any]]) -> Iterator[PublicSlack]:
        """``errors``  per player and mode, how far its true payoff may lie from the written one."""
        game, t = self.game, self.weights.exact.tables
        for k, mode in enumerate(self.modes):
            for i in range(game.n_players):
                d = self.factor[i]
                for b in game.deviation_rows(mode.row, i):
                    if b == mode.row:
                        continue
                    law, below = self.weights.difference(mode.row, b)
                    now = fmpq(t.payoff[mode.row, i] - t.payoff[b, i], t.payoff_unit)
                    if not law and now == 0:
                        continue
                    # Equal continuations cancel before payoffs come in, so that their errors cannot matter.
                    follows = self._follows(k, law)
                    below *= self.below[k]
                    later = sum((self.payoffs[m][i] * w for m, w in follows.items()), fmpq(0)) / below
                    wide = sum((errors[i][m] * abs(w) for m, w in follows.items()), fmpq(0)) / below
                    middle = (1 - d) * now + d * later
                    low = middle - d * wide
                    yield PublicSlack(k, i, b, low, middle + d * wide, low / (1 - d))

    def _path(self) -> frozenset[int]:
        seen = {m for m, _ in self.initial}
        waiting = list(seen)
        while waiting:
            k = waiting.pop()
            for m, p in self._follows(k, self.weights.law(self.modes[k].row)[0]).items():
                if p and m not in seen:
                    seen.add(m)
                    waiting.append(m)
        return frozenset(seen)


def _ever(marked: list[bool], before: list[list[int]]) -> list[bool]:
    """From which modes play may come to a marked one; ``before[m]`` are the modes that m may follow."""
    out = list(marked)
    waiting = [k for k, mark in enumerate(marked) if mark]
    while waiting:
        for k in before[waiting.pop()]:
            if not out[k]:
                out[k] = True
                waiting.append(k)
    return out
