"""The automaton whose modes are vertices of payoff polygons: what it plays there, and what follows.

Each vertex is an action profile followed by a public lottery over vertices of the sets of the next states; deviations
are followed by the vertex that is worst for whoever deviates.

Source: Abreu, Pearce and Stacchetti (1990), self-generation; Abreu (1988), one punishment per player and state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton, split_common, surely
from games.numerics.arrays import Bools, Floats, Ints
from games.solvers.equilibrium_polygons.iteration import PolygonSolution
from games.solvers.equilibrium_polygons.layout import PolygonGame
from games.solvers.equilibrium_polygons.lotteries import MinkowskiSum, Mix, minkowski_lottery, minkowski_sum
from games.solvers.equilibrium_polygons.operator import Sets, generating_rows


@final
@dataclass(frozen=True, eq=False)
class _Family:
    """Polygons whose vertices are modes: ``offset`` is the mode number of vertex 0."""

    label: str
    polygons: Floats
    sizes: Ints
    allowed: Bools
    offset: int


@final
@dataclass(frozen=True)
class _Recipe:
    """How a vertex is made: a row, and per next state a lottery over vertices."""

    row: int
    then: dict[int, Mix]


@final
class AutomatonBuilder:
    """Collects the cells that play and deviations reach; its verbs give None where some vertex cannot be made.

    ``solution``  sets with some slack in every incentive, ``tighten`` Float[states, 2], scaled.
    """

    def __init__(self, arrays: PolygonGame, solution: PolygonSolution, tighten: Floats) -> None:
        self.arrays = arrays
        self.game = arrays.game
        self.tighten = tighten
        n = self.game.n_states
        sizes = np.array([len(p) for p in solution.polygons], dtype=np.int64)
        polygons = np.zeros((n, int(sizes.max()) + 1, 2))
        self.threat = np.zeros((n, 2))
        self.worst = np.zeros((n, 2), dtype=np.int64)
        for s, polygon in enumerate(solution.polygons):
            if len(polygon):
                scaled = (polygon - arrays.centre) / arrays.scale
                polygons[s, : len(polygon)] = scaled
                self.threat[s] = scaled.min(axis=0)
                # Of equally bad vertices the best one for the other player.
                for i in range(2):
                    low = np.flatnonzero(scaled[:, i] <= self.threat[s, i] + 1e-12)
                    self.worst[s, i] = low[np.argmax(scaled[low, 1 - i])]
        self.punishing = _Family("vertex", polygons, sizes, solution.alive, 2)
        self.names: dict[int, str] = {0: f"punish {self.game.players[0]}", 1: f"punish {self.game.players[1]}"}
        self.cells: dict[tuple[int, int], Cell] = {}
        self.queue: list[tuple[int, int]] = []
        self.queued: set[tuple[int, int]] = set()
        self.paths: list[_Family] = []
        self.markov: Ints | None = None
        self.path_mode = -1
        self.successors = [[int(s) for s in arrays.graph.successors(k)] for k in range(n)]
        self.lotteries: dict[tuple[tuple[int, int, int], ...], Lottery] = {}
        self.known_deviations: dict[tuple[int, int], tuple[list[int], bool]] = {}
        self.sums: dict[tuple[int, int], MinkowskiSum] = {}

    # -- entry points --------------------------------------------------------------------------------------------

    def along_markov_path(self, rows: Ints) -> StrategyAutomaton | None:
        """One row per state for ever."""
        self.markov = rows
        mode = 2 + self.punishing.polygons.shape[1]
        self.names[mode] = "path"
        self.path_mode = mode
        return self._finish(surely(mode))

    def along_path(self, polygons: Floats, sizes: Ints, allowed: Bools) -> StrategyAutomaton | None:
        """The vertex of greatest joint payoff of sets that keep to a plan."""
        family = _Family("path", polygons, sizes, allowed, 2 + self.punishing.polygons.shape[1])
        self.paths.append(family)
        return self._finish(surely(self._mode(family, self._best_vertex(family), self.game.initial)))

    def best(self) -> StrategyAutomaton | None:
        """The vertex of greatest joint payoff."""
        return self._finish(surely(self._mode(self.punishing, self._best_vertex(self.punishing), self.game.initial)))

    def _best_vertex(self, family: _Family) -> int:
        s = self.game.initial
        joint = family.polygons[s, : family.sizes[s]] @ self.arrays.scale
        return int(np.flatnonzero(joint >= joint.max() - 1e-9 * self.arrays.scale.max())[0])

    # -- closing under play and deviations -----------------------------------------------------------------------

    def _finish(self, initial: Lottery) -> StrategyAutomaton | None:
        for mode, _ in initial:
            self._visit(mode, self.game.initial)
        while self.queue:
            mode, state = self.queue.pop()
            cell = self._cell(mode, state)
            if cell is None:
                return None
            self.cells[mode, state] = cell
            self._spread(cell)
        used = sorted({mode for mode, _ in self.cells})
        number = {mode: k for k, mode in enumerate(used)}
        known: dict[int, Lottery] = {}
        return StrategyAutomaton(
            modes=tuple(self.names[mode] for mode in used),
            cells={
                (number[mode], state): _renumber(cell, number, known)
                for (mode, state), cell in sorted(self.cells.items())
            },
            initial=tuple((number[mode], p) for mode, p in initial),
        )

    def _visit(self, mode: int, state: int) -> None:
        if (mode, state) not in self.cells and (mode, state) not in self.queued:
            self.queued.add((mode, state))
            self.queue.append((mode, state))

    def _spread(self, cell: Cell) -> None:
        for s in self.successors[int(self.game.row_state[cell.row])]:
            for mode, _ in cell.continuation(s):
                self._visit(mode, s)
        for i in range(2):
            for s in self._after_deviation(cell.row, i)[0]:
                for mode, _ in cell.punishment(i, s):
                    self._visit(mode, s)

    def _next(self, row: int) -> list[int]:
        rows = self.arrays.rows
        law = rows.law[row]
        return [int(s) for s in rows.law_state[rows.law_pointer[law] : rows.law_pointer[law + 1]]]

    def _after_deviation(self, row: int, player: int) -> tuple[list[int], bool]:
        """States that a player's deviations lead to, and whether none of them can pay whatever follows."""
        key = (row, player)
        if key not in self.known_deviations:
            rows = self.arrays.rows
            deviations = [r for r in self.game.deviation_rows(row, player) if rows.outcome[r] != rows.outcome[row]]
            vain = all(
                rows.payoff[r, player] <= rows.payoff[row, player]
                and (rows.law[r] == rows.law[row] or rows.discount[player] == 0.0)
                for r in deviations
            )
            self.known_deviations[key] = sorted({s for r in deviations for s in self._next(r)}), vain
        return self.known_deviations[key]

    # -- one cell ------------------------------------------------------------------------------------------------

    def _cell(self, mode: int, state: int) -> Cell | None:
        if self.markov is not None and mode == self.path_mode:
            row = int(self.markov[state])
            return self._with_punishments(row, {s: surely(mode) for s in self._next(row)})
        family, vertex = self._locate(mode, state)
        recipe = self._recipe(family, vertex, state)
        if recipe is None:
            return None
        then = {s: self._lottery(family, mix, s) for s, mix in recipe.then.items()}
        return self._with_punishments(recipe.row, then)

    def _lottery(self, family: _Family, mix: Mix, state: int) -> Lottery:
        """The lottery over modes; equal ones are one object, so that they can be told apart by identity."""
        modes = [(self._mode(family, k, state), p) for k, p in mix]
        if len(modes) == 1:
            return surely(modes[0][0])
        key = tuple((mode, p.numerator, p.denominator) for mode, p in modes)
        return self.lotteries.setdefault(key, tuple(modes))

    def _locate(self, mode: int, state: int) -> tuple[_Family, int]:
        if mode < 2:
            return self.punishing, int(self.worst[state, mode])
        for family in self.paths:
            if mode >= family.offset:
                return family, mode - family.offset
        return self.punishing, mode - 2

    def _mode(self, family: _Family, vertex: int, state: int) -> int:
        """The mode of a vertex: worst vertices are called punishments, so that cells are not kept twice."""
        if family is self.punishing:
            for i in range(2):
                if vertex == self.worst[state, i]:
                    return i
        mode = family.offset + vertex
        self.names[mode] = f"{family.label} {vertex + 1}"
        return mode

    def _with_punishments(self, row: int, then: dict[int, Lottery]) -> Cell:
        # Joint deviations count as none, yet may lead where play never does: there, the worst for the first player.
        state = int(self.game.row_state[row])
        then = then | {s: surely(0) for s in self.successors[state] if s not in then}
        common, rest = split_common(then)
        punish: list[Lottery] = []
        punish_at: dict[tuple[int, int], Lottery] = {}
        for i in range(2):
            after, vain = self._after_deviation(row, i)
            if vain:
                # No continuation makes leaving pay, so play goes on as if nothing had happened: exact without slack.
                punish.append(common)
                punish_at |= {(i, s): lottery for s, lottery in rest.items()}
            else:
                punish.append(surely(i))
                if i == 1:
                    # One vertex may be the worst for both; it is then filed under the first player's punishment.
                    punish_at |= {(1, s): surely(0) for s in after if self.worst[s, 0] == self.worst[s, 1]}
        return Cell(row=row, then=common, punish=tuple(punish), then_at=rest, punish_at=punish_at)

    # -- one vertex ----------------------------------------------------------------------------------------------

    def _recipe(self, family: _Family, vertex: int, state: int) -> _Recipe | None:
        rows = self.arrays.rows
        wanted = family.polygons[state, vertex : vertex + 1].copy()
        row = np.empty(1, dtype=np.int64)
        miss = np.empty(1)
        sets = Sets(family.polygons, family.sizes, self.threat, family.allowed)
        generating_rows(state, rows, sets, self.tighten[state], True, wanted, row, miss)
        if row[0] < 0:
            return None
        law = int(rows.law[row[0]])
        part = slice(int(rows.law_pointer[law]), int(rows.law_pointer[law + 1]))
        ahead = rows.law_state[part].tolist()
        total = self.sums.get((family.offset, law))
        if total is None:
            total = minkowski_sum([family.polygons[s, : family.sizes[s]] for s in ahead], rows.law_weight[part])
            self.sums[family.offset, law] = total
        then = minkowski_lottery(total, wanted[0] - rows.stage[row[0]], rows.discount)
        return _Recipe(int(row[0]), dict(zip(ahead, then, strict=True)))


def _renumber(cell: Cell, number: dict[int, int], known: dict[int, Lottery]) -> Cell:
    """Modes are numbered anew once it is known which are used; a punishment nobody can trigger is replaced by play.

    ``known``  lotteries made before, by identity: equal ones are kept once, which makes files and checks shorter.
    """

    def new(lottery: Lottery) -> Lottery:
        if id(lottery) not in known:
            known[id(lottery)] = tuple((number[mode], p) for mode, p in lottery if mode in number)
        return known[id(lottery)]

    return Cell(
        row=cell.row,
        then=new(cell.then),
        punish=tuple(new(x) or new(cell.then) for x in cell.punish),
        then_at={s: new(x) for s, x in cell.then_at.items()},
        punish_at={key: new(x) for key, x in cell.punish_at.items() if new(x)},
    )
