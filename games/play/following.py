"""Strategies as tables that many paths of play are drawn from at once: what is played, and which mode comes next."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Lottery, surely
from games.numerics.arrays import Floats, Ints
from games.play.strategies.machine import Machine, Mix


@final
@dataclass(frozen=True, eq=False)
class Draws:
    """Laws over whole numbers, to draw from by numbers uniform on [0, 1).

    ``key``    Float[entries], increasing: number of the law, plus how likely this entry or one before it is.
    ``value``  Int[entries].
    """

    key: Floats
    value: Ints

    @staticmethod
    def of(start: Ints, value: Ints, chance: Floats) -> Draws:
        """Laws given by ``start`` Int[laws + 1] into their entries; chances of a law need not sum to 1."""
        if not len(value):
            return Draws(np.zeros(0), value.astype(np.int64))
        sizes = np.diff(start)
        law = np.repeat(np.arange(len(sizes)), sizes)
        share = chance / np.add.reduceat(chance, start[:-1])[law]
        total = np.cumsum(share)
        before = np.concatenate([[0.0], total])[start[:-1]]
        key = law + np.minimum(total - before[law], 1.0)
        key[start[1:] - 1] = np.arange(len(sizes)) + 1.0
        return Draws(np.maximum.accumulate(key), value.astype(np.int64))

    @staticmethod
    def of_lotteries(lotteries: Sequence[Lottery]) -> Draws:
        """Lotteries over modes, by number."""
        start = np.cumsum([0, *map(len, lotteries)])
        pairs = [pair for lottery in lotteries for pair in lottery]
        return Draws.of(start, np.array([m for m, _ in pairs], dtype=np.int64), np.array([float(p) for _, p in pairs]))

    def draw(self, law: Ints, uniform: Floats) -> Ints:
        """Int[k]: what a uniform number picks in each law."""
        return self.value[np.searchsorted(self.key, law + uniform, side="right")]


class Follower(ABC):
    """A strategy profile, to be followed on many paths.

    ``names``      of the modes.
    ``lotteries``  over modes, all of which play may need; the first is the one that play begins with.
    ``mixes``      (mode, state) -> probabilities, where actions are mixed.
    """

    names: tuple[str, ...]
    lotteries: Draws
    mixes: Mapping[tuple[int, int], Mix]

    @abstractmethod
    def rows(self, modes: Ints, states: Ints) -> Ints:
        """Int[k]: the row played; -1 where actions are mixed."""

    @abstractmethod
    def lottery(self, modes: Ints, rows: Ints, signals: Ints, ahead: Ints) -> Ints:
        """Int[k]: the lottery over next modes, after rows or signals were seen and next states have come."""


@final
class MachineFollower(Follower):
    """A machine: everybody sees the rows."""

    def __init__(self, machine: Machine) -> None:
        self.names, self.mixes, self._rows, self._after = machine.names, machine.mixes, machine.rows, machine.after
        number: dict[Lottery, int] = {machine.initial: 0}
        self._usual = np.array([number.setdefault(usual, len(number)) for usual, _ in machine.ways], dtype=np.int64)
        self._states = machine.game.n_states
        special = sorted((w * self._states + s, number.setdefault(lottery, len(number)))
                         for w, (_, at) in enumerate(machine.ways) for s, lottery in at)
        self._key = np.array([k for k, _ in special], dtype=np.int64)
        self._special = np.array([x for _, x in special], dtype=np.int64)
        self.lotteries = Draws.of_lotteries(list(number))

    def rows(self, modes: Ints, states: Ints) -> Ints:
        """Int[k]: the row played."""
        return self._rows[modes, states]

    def lottery(self, modes: Ints, rows: Ints, signals: Ints, ahead: Ints) -> Ints:
        """Int[k]: by what was done and the next state."""
        way = self._after[modes, rows]
        return _looked_up(self._key, self._special, way * self._states + ahead, self._usual[way])


@final
class PublicFollower(Follower):
    """A public automaton: everybody sees the signals, or the rows where a state has none."""

    def __init__(self, game: StochasticGame, automaton: PublicAutomaton) -> None:
        self.names = tuple(f"mode {k}" for k in range(len(automaton.modes)))
        self.mixes = {}
        self._row = np.array([mode.row for mode in automaton.modes], dtype=np.int64)
        self._states = game.n_states
        self._signals = 1 + max((y for mode in automaton.modes for y, _ in mode.then), default=0)
        number: dict[Lottery, int] = {automaton.initial: 0}
        told = sorted(
            ((k * self._signals + y) * self._states + s, number.setdefault(lottery, len(number)))
            for k, mode in enumerate(automaton.modes) for (y, s), lottery in mode.then.items())
        self._key = np.array([k for k, _ in told], dtype=np.int64)
        self._told = np.array([x for _, x in told], dtype=np.int64)
        # After what only several deviations at once bring about any mode of the next state will do: the first.
        self._any = np.zeros(game.n_states, dtype=np.int64)
        for k in reversed(range(len(automaton.modes))):
            self._any[automaton.modes[k].state] = number.setdefault(surely(k), len(number))
        self.lotteries = Draws.of_lotteries(list(number))

    def rows(self, modes: Ints, states: Ints) -> Ints:
        """Int[k]: the row played; a mode has its state."""
        return self._row[modes]

    def lottery(self, modes: Ints, rows: Ints, signals: Ints, ahead: Ints) -> Ints:
        """Int[k]: by the signal and the next state."""
        code = (modes * self._signals + np.minimum(signals, self._signals - 1)) * self._states + ahead
        code = np.where(signals < self._signals, code, -1)
        return _looked_up(self._key, self._told, code, self._any[ahead])


def _looked_up(keys: Ints, values: Ints, wanted: Ints, otherwise: Ints) -> Ints:
    """Int[k]: the value of each key wanted, among sorted keys, or what is given for others."""
    if not len(keys):
        return otherwise
    where = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[where] == wanted, values[where], otherwise)
