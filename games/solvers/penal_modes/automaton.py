"""A table of modes as the automaton that the exact check reads."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.exact_game import ExactGame
from games.model.plan import Plan
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton, split_common, surely
from games.solvers.penal_modes.arrays import PenalGame
from games.solvers.penal_modes.play import lotteries
from games.solvers.penal_modes.search import Code

DENOMINATORS = (10**6, 10**10)
"""Of the chances in lotteries: where small ones are too coarse for the exact check, finer ones."""


def automaton_of(arrays: PenalGame, code: Code, plan: Plan, largest_denominator: int) -> StrategyAutomaton:
    """The automaton of a code, its lotteries in rationals of small denominators that sum to 1 exactly.

    ``plan``  which its path keeps to: of each class the first row that the plan allows is played, if there is one.
    """
    return _Builder(arrays, code, plan, largest_denominator).build()


@final
class _Builder:
    def __init__(self, arrays: PenalGame, code: Code, plan: Plan, largest_denominator: int) -> None:
        self.arrays, self.game, self.code = arrays, arrays.game, code
        self.table, self.worst, self.seen = code.judged.table, code.judged.worst, code.judged.seen
        self.largest = largest_denominator
        self.law = ExactGame.of(self.game).tables.law_of_row
        self.row_of = arrays.quotient.represented_by(plan.allowed)
        self.used = np.flatnonzero(self.seen.any(axis=1))
        self.number = {int(m): k for k, m in enumerate(self.used)}
        self.known: dict[Lottery, Lottery] = {}
        self.usual = [Counter(self.worst[:, i].tolist()).most_common(1)[0][0] for i in range(self.game.n_players)]
        self.sure = {m: surely(k) for m, k in self.number.items()}
        self.punishing: list[list[int]] = self.worst.tolist()
        # Modes play the same rows in many states, and mix by the same chances.
        self._deviating: dict[tuple[int, int], tuple[set[int], bool]] = {}
        self._ahead: dict[int, list[int]] = {}
        self._possible: dict[int, list[int]] = {}
        self._chances: dict[float, Fraction] = {}

    def build(self) -> StrategyAutomaton:
        cells = {(self.number[m], s): self._cell(m, s) for m, s in np.argwhere(self.seen).tolist()}
        return StrategyAutomaton(
            tuple(self._name(int(m)) for m in self.used), cells, surely(self.number[self.code.start]))

    def _name(self, mode: int) -> str:
        named, modes = self.code.named, self.code.modes
        if mode < named:
            return f"punish {self.game.players[mode]}"
        return f"point {mode - named + 1}" if mode < modes else f"path {mode - modes + 1}"

    def _next(self, law: int) -> list[int]:
        """The next states of a law, in its order."""
        if law not in self._ahead:
            game = self.arrays.classes
            self._ahead[law] = game.law_state[game.law_start[law]:game.law_start[law + 1]].tolist()
        return self._ahead[law]

    def _cell(self, mode: int, state: int) -> Cell:
        row = int(self.row_of[self.table.row[mode, state]])
        then = self._lotteries(mode, state, self._next(int(self.law[row])))
        if state not in self._possible:
            pointer, successor = self.arrays.successors
            self._possible[state] = successor[pointer[state]:pointer[state + 1]].tolist()
        sure, punishing = self.sure, self.punishing
        # Joint deviations count as none, yet may lead where play never does: there, the worst for the first player.
        for s in self._possible[state]:
            if s not in then:
                then[s] = sure[punishing[s][0]]
        common, rest = split_common(then)
        punish: list[Lottery] = []
        punish_at: dict[tuple[int, int], Lottery] = {}
        for i in range(self.game.n_players):
            after, vain = self._deviations(row, i)
            if vain:
                # No continuation makes leaving pay, so play goes on as if nothing had happened: exact without slack.
                punish.append(common)
                punish_at |= {(i, s): lottery for s, lottery in rest.items()}
                continue
            usual = self.usual[i]
            if usual not in self.number:
                usual = punishing[min(after)][i]
            punish.append(sure[usual])
            punish_at |= {(i, s): sure[punishing[s][i]] for s in after if punishing[s][i] != usual}
        return Cell(row, common, tuple(punish), rest, punish_at)

    def _deviations(self, row: int, player: int) -> tuple[set[int], bool]:
        """States that a player's deviations lead to, and whether none of them can pay whatever follows."""
        if (row, player) not in self._deviating:
            rows = np.asarray(self.game.deviation_rows(row, player))
            rows = rows[rows != row]
            law, payoff = self.law[rows], self.game.payoffs[:, player]
            vain = bool(((law == self.law[row]) & (payoff[rows] <= payoff[row])).all())
            self._deviating[row, player] = {s for known in set(law.tolist()) for s in self._next(known)}, vain
        return self._deviating[row, player]

    def _lotteries(self, mode: int, state: int, ahead: list[int]) -> dict[int, Lottery]:
        """Per next state the lottery over modes; equal ones are one object."""
        columns = np.flatnonzero(self.table.weight[mode, state] > 0)
        if len(columns) == 1:
            led = self.table.column[mode, state, columns[0], :len(ahead)].tolist()
            return {s: self.sure[m] for s, m in zip(ahead, led, strict=True)}
        out = {}
        for s, mix in lotteries(self.table, mode, state, ahead, self._rational).items():
            lottery = tuple(sorted((self.number[m], p) for m, p in mix.items()))
            out[s] = surely(lottery[0][0]) if len(lottery) == 1 else self.known.setdefault(lottery, lottery)
        return out

    def _rational(self, chance: float) -> Fraction:
        if chance not in self._chances:
            self._chances[chance] = Fraction(chance).limit_denominator(self.largest)
        return self._chances[chance]
