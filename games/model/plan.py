"""What is to be played on the path of play: a restriction that leaves everything else free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from games.model.stochastic_game import GameError, StochasticGame, insist_on_game


@final
@dataclass(frozen=True, eq=False)
class Plan:
    """The action profiles that a plan of play allows on its path, state by state.

    ``allowed``   Bool[rows]; a state all of whose rows are allowed is left free.  At least one row per state.

    A plan speaks of the path only: what follows a deviation is for the equilibrium to choose.
    """

    game: StochasticGame
    allowed: NDArray[np.bool_]

    def __post_init__(self) -> None:
        game = self.game
        insist_on_game(game)
        given: Any = self.allowed
        if not isinstance(given, np.ndarray) or given.shape != (game.n_rows,) or given.dtype != bool:
            raise GameError(f"plan: {given!r:.60} given; an array of true and false is needed, one for each of "
                            f"the game's {game.n_rows} rows")
        asked = np.logical_or.reduceat(self.allowed, game.row_start[:-1])
        if not asked.all():
            state = int(np.argmin(asked))
            raise GameError(f"plan: no action profile is allowed in state {game.states[state]!r}")

    @cached_property
    def restricted_states(self) -> tuple[int, ...]:
        """States in which the plan forbids at least one profile."""
        free = np.logical_and.reduceat(self.allowed, self.game.row_start[:-1])
        return tuple(np.flatnonzero(~free).tolist())

    @cached_property
    def is_markov(self) -> bool:
        """Exactly one profile per state, so the path (but for chance) is settled."""
        return int(self.allowed.sum()) == self.game.n_states

    def to_json(self) -> dict[str, list[list[str]]]:
        """Restricted states with the profiles allowed there, as action labels."""
        game, out = self.game, {}
        for s in self.restricted_states:
            rows = game.rows_of(s)
            allowed = rows.start + np.flatnonzero(self.allowed[rows.start : rows.stop])
            out[game.states[s]] = [list(game.profile_labels(row)) for row in allowed.tolist()]
        return out

    @staticmethod
    def from_json(game: StochasticGame, data: Mapping[str, Sequence[Sequence[str | int]]]) -> Plan:
        """Read what ``to_json`` wrote; numbers of states and actions will do.

        Raises ``GameError`` on an unknown state or action, and if profiles are not lists of actions.
        """
        if not isinstance(data, Mapping):
            raise GameError(f"plan: {data!r:.60} given; a mapping from states to lists of profiles is needed")
        allowed = np.ones(game.n_rows, dtype=bool)
        for name, profiles in data.items():
            state = game.state_index(name)
            if isinstance(profiles, str) or not hasattr(profiles, "__len__"):
                raise GameError(f"plan, state {game.states[state]!r}: {profiles!r:.60} given; a list of profiles is "
                                f"needed, for instance {[list(game.profile_labels(int(game.row_start[state])))]}")
            allowed[game.row_start[state] : game.row_start[state + 1]] = False
            for profile in profiles:
                allowed[game.row_of_labels(state, profile)] = True
        return Plan(game, allowed)

    @staticmethod
    def free(game: StochasticGame) -> Plan:
        """The plan that asks for nothing: any equilibrium will do."""
        return Plan(game, np.ones(game.n_rows, dtype=bool))

    @staticmethod
    def of_profile(game: StochasticGame, target: str | Sequence[str | int]) -> Plan:
        """The profile named by ``target`` ("comply,comply") in every state that has it; other states stay free.

        Whole numbers stand for actions by their place, text for actions by their label.

        Raises ``GameError`` if no state has the profile.
        """
        if isinstance(target, Mapping) or not hasattr(target, "__len__"):
            raise GameError(f"target {target!r:.60}: a profile is needed, one action for each of {game.n_players} "
                            f"players, for instance {','.join(game.profile_labels(0))!r}")
        labels = [part.strip() for part in target.split(",")] if isinstance(target, str) else list(target)
        told = ",".join(map(str, labels))
        if len(labels) != game.n_players:
            raise GameError(
                f"target {told!r}: {len(labels)} action{'s' * (len(labels) != 1)} named, the game has "
                f"{game.n_players} players; write one action for each, separated by commas"
            )
        allowed = np.ones(game.n_rows, dtype=bool)
        found = False
        for state in range(game.n_states):
            if all(game.action_index(state, i, label) is not None for i, label in enumerate(labels)):
                allowed[game.row_start[state] : game.row_start[state + 1]] = False
                allowed[game.row_of_labels(state, labels)] = True
                found = True
        if not found:
            known = sorted({",".join(game.profile_labels(r)) for r in range(min(game.n_rows, 12))})
            raise GameError(
                f"target {told!r}: no state has this profile; profiles are for instance {known}"
            )
        return Plan(game, allowed)
