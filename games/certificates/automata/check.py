"""What certificates about automata have in common: reach, values and slacks, or the place where they fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from games.certificates.automata.chain import AutomatonChain
from games.certificates.automata.faults import automaton_fault
from games.certificates.automata.slacks import Slacks, evaluate, leads_to
from games.certificates.automata.values import GRID
from games.certificates.exact_game import ExactGame
from games.certificates.faults import Fault
from games.certificates.restated import Factors, judged
from games.model.clock import Clock
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import StrategyAutomaton
from games.numerics.arrays import Ints
from games.numerics.exact import quotient


@final
@dataclass(frozen=True)
class WeakestLink:
    """The deviation with the least slack.

    ``slack``  in payoff units: the extra one-off temptation it withstands (negative if it pays).
    """

    mode: int
    state: int
    player: int
    row: int
    slack: float


@final
@dataclass(frozen=True, eq=False)
class PathSlacks:
    """Least slack on the path per state and player, for a timeline.

    ``slack``  Float[states, players] in payoff units; NaN off the path or where a player has no alternative.
    ``row``    Int[states, players]: the deviation's row; -1 likewise.
    """

    slack: NDArray[np.float64]
    row: Ints


@final
@dataclass(frozen=True, eq=False)
class Evaluation:
    """An automaton on a game: which nodes are reached, which lie on the path, and every slack.

    ``share``  per state and player what a value of 1 has been where payoffs were restated; None where they were not.
    """

    slacks: Slacks
    reached: NDArray[np.bool_]
    on_path: NDArray[np.bool_]
    share: Factors | None = None

    @property
    def chain(self) -> AutomatonChain:
        """The automaton laid over the game."""
        return self.slacks.values.chain

    def values(self) -> dict[tuple[int, int], NDArray[np.float64]]:
        """Float[players] per reached (mode, state)."""
        low, share = self.slacks.values.low, self.share
        out = {key: np.array([quotient(x, GRID) for x in low[k].tolist()])
               for k, key in enumerate(self.chain.nodes) if self.reached[k]}
        return out if share is None else {key: u * [float(x) for x in share[key[1]]] for key, u in out.items()}

    def weakest(self, on_path: bool) -> WeakestLink | None:
        """The strict deviation of least slack, on the path or anywhere; None if nobody can deviate."""
        s = self.slacks
        k = s.least(s.strict & self.on_path[s.node] if on_path else s.strict)
        if k is None:
            return None
        mode, state = self.chain.nodes[int(s.node[k])]
        return WeakestLink(mode, state, int(s.player[k]), int(s.row[k]), float(s.units[k]))

    def path_slacks(self) -> PathSlacks:
        """Least slack per on-path state and player."""
        game, s = self.chain.exact.game, self.slacks
        slack = np.full((game.n_states, game.n_players), np.nan)
        row = np.full((game.n_states, game.n_players), -1, dtype=np.int64)
        units = s.units
        state = np.array([x for _, x in self.chain.nodes], dtype=np.int64)[s.node]
        mask = np.flatnonzero(s.strict & self.on_path[s.node])
        # Later assignments win, so the least slack comes last.
        order = mask[np.argsort(-units[mask], kind="stable")]
        where = state[order], s.player[order]
        slack[where], row[where] = units[order], s.row[order]
        return PathSlacks(slack, row)

    def place(self, position: int, modes: tuple[str, ...]) -> str:
        """A slack's place in words, and in the file."""
        game, s = self.chain.exact.game, self.slacks
        k = int(s.node[position])
        mode, state = self.chain.nodes[k]
        labels = ", ".join(game.profile_labels(int(s.row[position])))
        return (f"cells[{k}] (mode {modes[mode]!r}, state {game.states[state]!r}), "
                f"player {game.players[int(s.player[position])]!r}, deviation to ({labels})")


def examine(
    game: StochasticGame, automaton: StrategyAutomaton, all_cells: bool = False, clock: Clock | None = None
) -> Evaluation | Fault:
    """Lay the automaton over the game and evaluate what is reached from the start (or from ``all_cells``).

    ``clock``  whose hands the automaton's states tell, if any.
    """
    form = judged(game, clock)
    if isinstance(form, Fault):
        return form
    game = form.game
    exact = ExactGame.of(game, form.scale)
    if game.monitoring is not None:
        return Fault("game", "actions are not seen by everyone, and this certificate needs that they are")
    if game.transfers != "none":
        return Fault("game", "players can pay one another in this game, and the automaton says nothing of payments")
    if wrong := automaton_fault(exact, automaton):
        return Fault(*wrong)
    if not automaton.cells:
        return Fault("cells", "there are none")
    chain = AutomatonChain.of(exact, automaton.cells)
    roots = list(range(len(chain.nodes)))
    if not all_cells:
        starts = [(mode, game.initial) for mode, _ in automaton.initial]
        lost = [mode for mode, state in starts if (mode, state) not in chain.number]
        if lost:
            return Fault("start", f"mode {automaton.modes[lost[0]]!r} has no cell in the initial state")
        roots = [chain.number[key] for key in starts]
    seen = chain.reached(roots, on_path=False)
    absent = np.flatnonzero(seen[len(chain.nodes):])
    if len(absent):
        mode, state = chain.missing[int(absent[0])]
        return Fault(
            f"cells (mode {automaton.modes[mode]!r}, state {game.states[state]!r})",
            f"there is none, although it is reached from {leads_to(chain, seen, int(absent[0]))}",
        )
    reached = seen[:len(chain.nodes)]
    on_path = chain.reached(roots, on_path=True)[:len(chain.nodes)]
    return Evaluation(evaluate(chain, reached), reached, on_path, form.share)
