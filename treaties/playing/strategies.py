"""Strategies of either kind as a play follows them: by what everybody did, or by what everybody saw.

A place is a mode and a state of the game.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import final

import numpy as np

from games.model.public_automaton import PublicAutomaton
from games.model.strategy_automaton import StrategyAutomaton
from treaties.compiling.compiled_treaty import CompiledTreaty

Place = tuple[int, int]
Step = tuple[int | None, int, float]
"""Mode (None: whatever mode there is), state and chance of what comes next."""
COMPLY = "comply"


class Strategies(ABC):
    """A strategy profile of a compiled treaty."""

    compiled: CompiledTreaty

    @property
    @abstractmethod
    def start(self) -> tuple[tuple[int, float], ...]:
        """Modes and chances at signature."""

    @abstractmethod
    def row(self, place: Place) -> int:
        """What is played, a row of the game."""

    @abstractmethod
    def name(self, mode: int) -> str:
        """What a mode is called by whoever found the strategies."""

    @abstractmethod
    def after(self, place: Place, row: int) -> Iterator[Step]:
        """What comes next after a row was played; in whatever mode after what only several do at once."""

    def departing(self, place: Place, row: int) -> tuple[int, ...]:
        """The parties whose moves in a row are not those of the strategies."""
        own = self.compiled.game.own_action
        return tuple(np.flatnonzero(own[row] != own[self.row(place)]).tolist())


@final
class ByConduct(Strategies):
    """Everybody sees what everybody does."""

    def __init__(self, compiled: CompiledTreaty, automaton: StrategyAutomaton) -> None:
        self.compiled, self._automaton = compiled, automaton

    @property
    def start(self) -> tuple[tuple[int, float], ...]:
        """As above."""
        return tuple((mode, float(chance)) for mode, chance in self._automaton.initial)

    def row(self, place: Place) -> int:
        """As above."""
        return self._automaton.cells[place].row

    def name(self, mode: int) -> str:
        """As above."""
        return self._automaton.modes[mode]

    def after(self, place: Place, row: int) -> Iterator[Step]:
        """As above; what several do at once is answered as if nobody had departed, and so is what comes to the same."""
        cell, who, game = self._automaton.cells[place], self.departing(place, row), self.compiled.game
        law, alike = game.transition, bool(game.same_outcome(np.array([row]), np.array([cell.row]))[0])
        for k in range(int(law.indptr[row]), int(law.indptr[row + 1])):
            state = int(law.indices[k])
            answered = len(who) == 1 and not alike
            for mode, share in cell.punishment(who[0], state) if answered else cell.continuation(state):
                there = (mode, state) in self._automaton.cells
                yield mode if there else None, state, float(law.data[k]) * float(share)


@final
class BySignals(Strategies):
    """Everybody sees signals alone, and the next state."""

    def __init__(self, compiled: CompiledTreaty, automaton: PublicAutomaton) -> None:
        self.compiled, self._automaton = compiled, automaton

    @property
    def start(self) -> tuple[tuple[int, float], ...]:
        """As above."""
        return tuple((mode, float(chance)) for mode, chance in self._automaton.initial)

    def row(self, place: Place) -> int:
        """As above."""
        return self._automaton.modes[place[0]].row

    def name(self, mode: int) -> str:
        """A mode that plays as the treaty asks, or another."""
        return COMPLY if self.compiled.plan.allowed[self._automaton.modes[mode].row] else f"mode {mode}"

    def after(self, place: Place, row: int) -> Iterator[Step]:
        """As above, over all signals that may come."""
        mode, game = self._automaton.modes[place[0]], self.compiled.game
        seen, local = game.monitoring, row - int(game.row_start[place[1]])
        told = seen is not None and len(seen.signals[place[1]]) > 0
        chances = seen.chances(place[1], local) if seen is not None and told else np.ones(1)
        for signal in np.flatnonzero(chances).tolist():
            law, line = game.transition, row
            if seen is not None and told and seen.next_law is not None:
                law, line = seen.next_law, int(seen.pair_start[place[1]]) + local * len(chances) + signal
            for k in range(int(law.indptr[line]), int(law.indptr[line + 1])):
                state, chance = int(law.indices[k]), float(law.data[k]) * float(chances[signal])
                lottery = mode.then.get((signal if told else local, state))
                if lottery is None:
                    yield None, state, chance
                else:
                    yield from ((m, state, chance * float(share)) for m, share in lottery)
