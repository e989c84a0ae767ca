"""Public rules of play in games with types: what each type that chooses does, as far as everyone knows where play is.

Source: Fudenberg and Tirole (1991), section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import final

import numpy as np

from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame
from games.numerics.arrays import Ints
from games.numerics.shown import Shown

UNSAID = -1
"""Stands for what a rule does not say, where play and deviations never come."""
Mix = Mapping[tuple[int, int, int, int], Mapping[int, Fraction]]


@final
@dataclass(frozen=True, eq=False, repr=False)
class TypedRule(Shown):
    """A public rule of play.

    ``modes``      names; ``start`` the one in which play begins.
    ``action``     per player and type Int[modes, states], the number of the own action; None for types that follow
                   a rule of their own.  -1 where nothing is said, because no play comes there.
    ``next_mode``  Int[modes, outcomes]: the mode after an outcome (of games without signals: a row); -1 likewise.
    ``arrival``    Int[modes, states]: the mode that this becomes on arrival in the next state; None: it stays.
    ``mix``        (player, type, mode, state) to chances by own action, where a type mixes and ``action`` is not read.
    ``shares``     per player, one chance per type that chooses, in order: what the player is believed to be after an
                   outcome that none of its living types would bring about; None: as in the prior.

    Raises ``GameError`` from ``insist_on`` where it does not fit a game.
    """

    modes: tuple[str, ...]
    start: int
    action: tuple[tuple[Ints | None, ...], ...]
    next_mode: Ints
    arrival: Ints | None = None
    mix: Mix = field(default_factory=dict)
    shares: tuple[tuple[Fraction, ...] | None, ...] | None = None

    def insist_on(self, typed: TypedGame) -> None:
        """Raises ``GameError``, naming the place, unless this is a rule for that game."""
        game, modes = typed.game, len(self.modes)
        if not modes or len(set(self.modes)) != modes:
            raise GameError("modes: at least one is needed, and every one needs a name of its own")
        if not 0 <= self.start < modes:
            raise GameError(f"start: mode {self.start} does not exist, there are {modes}")
        if len(self.action) != game.n_players:
            raise GameError(f"action: given for {len(self.action)} players, the game has {game.n_players}")
        for i, tables in enumerate(self.action):
            self._check_actions(typed, i, tables)
        _check_modes(self.next_mode, (modes, typed.n_outcomes), modes, "next_mode")
        if self.arrival is not None:
            _check_modes(self.arrival, (modes, game.n_states), modes, "arrival")
        for key, chances in self.mix.items():
            self._check_mix(typed, key, chances)
        if self.shares is not None and len(self.shares) != game.n_players:
            raise GameError(f"shares: given for {len(self.shares)} players, the game has {game.n_players}")
        for i, shares in enumerate(self.shares or ()):
            if shares is not None and (
                len(shares) != len(typed.strategic(i)) or min(shares) < 0 or sum(shares) != 1
            ):
                raise GameError(f"shares of {game.players[i]!r}: {len(typed.strategic(i))} chances that sum to 1 are "
                                "needed, one for each type that chooses")
            self._check_shares(typed, i, shares)

    def _check_shares(self, typed: TypedGame, player: int, shares: tuple[Fraction, ...] | None) -> None:
        """Nobody is taken for a type without a chance; where none that chooses has one, for the player as described."""
        who, choosing, there = typed.game.players[player], typed.strategic(player), typed.possible(player)
        able = [t for t in choosing if t in there] or [0]
        for t, share in zip(choosing, shares or (), strict=False):
            if share and t not in able:
                raise GameError(f"shares of {who!r}: type {typed.types[player][t].name!r} has no chance, so that "
                                "nothing shows it; give its share to others")

    def _check_actions(self, typed: TypedGame, player: int, tables: tuple[Ints | None, ...]) -> None:
        game, kinds = typed.game, typed.types[player]
        who = game.players[player]
        if len(tables) != len(kinds):
            raise GameError(f"action of {who!r}: given for {len(tables)} types, there are {len(kinds)}")
        for one, table in zip(kinds, tables, strict=True):
            place = f"action of {who!r}, type {one.name!r}"
            if (table is None) != (one.rule is not None):
                raise GameError(f"{place}: " + ("it chooses, and the rule says nothing of it; say what it does"
                                                if table is None else "it follows a rule of its own; write None"))
            if table is None:
                continue
            if table.shape != (len(self.modes), game.n_states):
                raise GameError(f"{place}: shape {table.shape}, expected {(len(self.modes), game.n_states)}")
            wrong = np.argwhere((table < UNSAID) | (table >= game.action_counts[:, player]))
            if len(wrong):
                mode, state = map(int, wrong[0])
                raise GameError(f"{place}, mode {self.modes[mode]!r}, state {game.states[state]!r}: action "
                                f"{int(table[mode, state])} does not exist")

    def _check_mix(self, typed: TypedGame, key: tuple[int, int, int, int], chances: Mapping[int, Fraction]) -> None:
        game = typed.game
        player, kind, mode, state = key
        place = f"mix {key}"
        if not 0 <= player < game.n_players or kind not in typed.strategic(player):
            raise GameError(f"{place}: no such type chooses")
        if not 0 <= mode < len(self.modes) or not 0 <= state < game.n_states:
            raise GameError(f"{place}: this mode and state do not exist")
        if not all(0 <= a < game.action_counts[state, player] for a in chances):
            raise GameError(f"{place}: an action does not exist in state {game.states[state]!r}")
        if not chances or min(chances.values()) <= 0 or sum(chances.values()) != 1:
            raise GameError(f"{place}: chances are exact, above 0, and sum to 1")


def _check_modes(table: Ints, shape: tuple[int, int], modes: int, place: str) -> None:
    """Raises ``GameError`` unless a table of next modes has this shape and names modes that exist."""
    if table.shape != shape:
        raise GameError(f"{place}: shape {table.shape}, expected {shape}")
    if np.any((table < UNSAID) | (table >= modes)):
        raise GameError(f"{place}: a mode that does not exist is named, there are {modes}")
