"""Games in which the others do not know what a player is: types, drawn once with stated chances and known to oneself.

Types are independent across players.  A type either chooses (it is strategic) or follows a fixed rule with finite
memory, which never errs.  Priors are common knowledge, as is what each type would do.

Sources: Harsanyi (1967-68); Kreps, Milgrom, Roberts and Wilson (1982).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from games.model.horizon import horizon_of
from games.model.stochastic_game import BELOW_ONE, LARGEST, SMALLER, GameError, StochasticGame
from games.numerics.arrays import Ints
from games.numerics.exact import to_fraction
from games.numerics.shown import Shown

Kind = Literal["strategic", "keeps", "conditional", "breaches"]
Matrix = tuple[tuple[Fraction, ...], ...]


@final
@dataclass(frozen=True, eq=False)
class TypeRule:
    """What a type that does not choose does: an automaton that sees every outcome.

    ``memories``     names, one per memory; ``start`` the one it begins with, also after its type was drawn anew.
    ``action``       Int[memories, states]: the number of its own action.
    ``next_memory``  Int[memories, outcomes]: what it remembers after an outcome.  Outcomes are the rows of the game; in
                     states with public signals, the signals (``TypedGame.outcome_start``).
    """

    memories: tuple[str, ...]
    start: int
    action: Ints
    next_memory: Ints


@final
@dataclass(frozen=True, eq=False)
class PartyType:
    """One thing that a player may be.

    ``rule``      None for a type that chooses.
    ``payoffs``   [rows], floats or rationals: what a period pays this type; None: what the game says.
    ``discount``  its discount factor; None: what the game says.
    ``kind``      what it is called where results are told; nothing is concluded from it.
    """

    name: str
    rule: TypeRule | None = None
    payoffs: NDArray[Any] | None = None
    discount: float | Fraction | None = None
    kind: Kind = "strategic"


@final
@dataclass(frozen=True, eq=False, repr=False)
class TypedGame(Shown):
    """A stochastic game whose players have types.

    ``types``        per player; the first is the player as the game describes it.
    ``prior``        per player the chances of its types, which sum to 1.
    ``redraws``      None, or per player None or csr_array[states, states], not zero where play that moves from the one
                     state to the other draws the player's type anew from the prior, and all see that it does.
    ``replacement``  None, or per player None or a matrix [types, types]: after every period the type changes by these
                     chances, and nobody but the player sees it; or one such matrix for periods in each state.  What a
                     type has seen is handed on to the next.

    Raises ``GameError`` where this is no such game, or players can pay one another.
    """

    game: StochasticGame
    types: tuple[tuple[PartyType, ...], ...]
    prior: Matrix
    redraws: tuple[csr_array | None, ...] | None = None
    replacement: tuple[Matrix | tuple[Matrix, ...] | None, ...] | None = None

    def __post_init__(self) -> None:
        game = self.game
        if game.transfers != "none":
            raise GameError("types: players can pay one another in this game, and a payment would tell something of "
                            "the type of who makes it; leave out the payments or the types")
        per_player: tuple[tuple[str, Sequence[Any] | None], ...] = (
            ("types", self.types), ("prior", self.prior), ("redraws", self.redraws), ("replacement", self.replacement))
        for what, given in per_player:
            if given is not None and len(given) != game.n_players:
                raise GameError(f"{what}: given for {len(given)} players, the game has {game.n_players}; give one "
                                "entry for each")
        for i, (who, types) in enumerate(zip(game.players, self.types, strict=True)):
            self._check_types(who, types)
            _insist_on_chances(self.prior[i], len(types), f"prior of {who!r}")
            again = None if self.redraws is None else self.redraws[i]
            if again is not None and again.shape != (game.n_states, game.n_states):
                raise GameError(f"redraws of {who!r}: shape {again.shape}, expected {(game.n_states, game.n_states)}")
            self._check_replacement(i, who)

    def _check_replacement(self, player: int, who: str) -> None:
        types, given = self.types[player], None if self.replacement is None else self.replacement[player]
        if given is None:
            return
        if not given or not given[0]:
            raise GameError(f"replacement of {who!r}: it is empty; give a row of chances for each type, or None")
        by_state = isinstance(given[0][0], tuple)
        if by_state and len(given) != self.game.n_states:
            raise GameError(f"replacement of {who!r}: {len(given)} matrices for {self.game.n_states} states; give one "
                            "for each, or one for all")
        for state in range(self.game.n_states if by_state else 1):
            matrix = self.replaced(player, state)
            assert matrix is not None
            if len(matrix) != len(types):
                raise GameError(f"replacement of {who!r}: {len(matrix)} rows for {len(types)} types; give one each")
            for name, row in zip((t.name for t in types), matrix, strict=True):
                _insist_on_chances(row, len(types), f"replacement of {who!r}, type {name!r}")

    def _check_types(self, who: str, types: tuple[PartyType, ...]) -> None:
        if not types or types[0].rule is not None or types[0].payoffs is not None or types[0].discount is not None:
            raise GameError(f"types of {who!r}: the first is the player as the game describes it, which chooses and "
                            "has no numbers of its own; put it first")
        names = [t.name for t in types]
        if len(set(names)) != len(names):
            twice = next(x for x in names if names.count(x) > 1)
            raise GameError(f"types of {who!r}: {twice!r} appears twice; give every one a name of its own")
        for one in types:
            place = f"type {one.name!r} of {who!r}"
            self._check_numbers(one, place)
            if one.rule is not None:
                self._check_rule(one.rule, self.game.players.index(who), place)

    def _check_numbers(self, one: PartyType, place: str) -> None:
        game = self.game
        if one.payoffs is not None:
            if one.payoffs.shape != (game.n_rows,):
                raise GameError(f"{place}: payoffs of shape {one.payoffs.shape}, expected {(game.n_rows,)}")
            if not np.all(np.abs(one.payoffs) <= LARGEST):
                raise GameError(f"{place}: a payoff is not a number, or too large; {SMALLER}")
        if one.discount is not None and not 0 <= one.discount < 1 and not (one.discount == 1 and game.undiscounted):
            raise GameError(f"{place}: discount: {one.discount} is not in [0, 1); {BELOW_ONE}")
        if one.payoffs is not None and game.undiscounted:
            ended = horizon_of(game)
            assert not isinstance(ended, str)
            paid = game.row_state[one.payoffs != 0]
            if len(late := paid[ended.left[paid] == 0]):
                raise GameError(f"{place}: it is paid for ever in state {game.states[int(late[0])]!r}, in which play "
                                "has ended; write 0 there")

    def _check_rule(self, rule: TypeRule, player: int, place: str) -> None:
        game, memories = self.game, len(rule.memories)
        if not 0 <= rule.start < memories:
            raise GameError(f"{place}: memory {rule.start} to start with does not exist, there are {memories}")
        for what, table, width in (
            ("action", rule.action, game.n_states), ("next_memory", rule.next_memory, self.n_outcomes),
        ):
            if table.shape != (memories, width):
                raise GameError(f"{place}: {what} of shape {table.shape}, expected {(memories, width)}")
        wrong = np.argwhere((rule.action < 0) | (rule.action >= game.action_counts[:, player]))
        if len(wrong):
            memory, state = map(int, wrong[0])
            raise GameError(f"{place}, memory {rule.memories[memory]!r}, state {game.states[state]!r}: action "
                            f"{int(rule.action[memory, state])} does not exist")
        wrong = np.argwhere((rule.next_memory < 0) | (rule.next_memory >= memories))
        if len(wrong):
            memory, outcome = map(int, wrong[0])
            raise GameError(f"{place}, memory {rule.memories[memory]!r}, outcome {outcome}: memory "
                            f"{int(rule.next_memory[memory, outcome])} does not exist")

    # -- sizes and numbers ---------------------------------------------------------------------------------------

    @cached_property
    def outcome_start(self) -> Ints:
        """Int[states + 1]: the first outcome of each state.

        Outcomes of a state are its signals, or its rows where everyone sees the profile; without signals anywhere they
        are the rows of the game.
        """
        seen = self.game.monitoring
        if seen is None:
            return self.game.row_start
        rows = np.diff(self.game.row_start)
        sizes = [len(labels) or int(rows[s]) for s, labels in enumerate(seen.signals)]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @property
    def n_outcomes(self) -> int:
        """Number of public outcomes, those of different states told apart."""
        return int(self.outcome_start[-1])

    def strategic(self, player: int) -> tuple[int, ...]:
        """The numbers of a player's types that choose."""
        return tuple(t for t, one in enumerate(self.types[player]) if one.rule is None)

    @property
    def draws_anew(self) -> bool:
        """Whether some player's type is drawn anew in the course of play."""
        return any(again is not None for again in self.redraws or ())

    def replaced(self, player: int, state: int) -> Matrix | None:
        """How a player's type changes unseen after a period in a state; None if it does not."""
        given = None if self.replacement is None else self.replacement[player]
        if given is None or not isinstance(given[0][0], tuple):
            return given
        return given[state]

    def possible(self, player: int, states: Iterable[int] | None = None) -> frozenset[int]:
        """The types of a player that have a chance, at the start or once types were replaced (in some states only)."""
        there = {t for t, p in enumerate(self.prior[player]) if p}
        matrices = {self.replaced(player, state) for state in (range(self.game.n_states) if states is None else states)}
        while new := {u for m in matrices if m is not None for t in there for u, p in enumerate(m[t]) if p} - there:
            there |= new
        return frozenset(there)

    def exact_payoff(self, player: int, kind: int, row: int) -> Fraction:
        """What a row pays a player's type, as the rational that was written."""
        own = self.types[player][kind].payoffs
        return self.game.exact_payoff(row, player) if own is None else to_fraction(own[row])

    def exact_discount(self, player: int, kind: int) -> Fraction:
        """The discount factor of a player's type, as the rational that was written."""
        own = self.types[player][kind].discount
        return self.game.exact_discount(player) if own is None else to_fraction(own)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that is said here: the game, types with their rules and numbers, priors, how types change."""
        content = [
            self.game.digest,
            [[_told(one) for one in types] for types in self.types],
            [list(map(str, row)) for row in self.prior],
            None if self.redraws is None else [
                None if m is None else np.argwhere(m.toarray()).tolist() for m in self.redraws],
            None if self.replacement is None else [
                None if m is None else [
                    [list(map(str, row)) for row in x] if isinstance(x[0], tuple) else list(map(str, x)) for x in m]
                for m in self.replacement],
        ]
        return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()


def _insist_on_chances(given: Sequence[Fraction], count: int, place: str) -> None:
    """Raises ``GameError`` unless these are exact chances, one per type, that sum to 1."""
    if len(given) != count:
        raise GameError(f"{place}: {len(given)} chances for {count} types; give one for each")
    if not all(isinstance(p, (int, Fraction)) for p in given):
        raise GameError(f"{place}: chances are exact; write for instance Fraction(1, 4)")
    if min(given) < 0 or sum(given) != 1:
        raise GameError(f"{place}: the chances {', '.join(map(str, given))} are not at least 0 with the sum 1")


def _told(one: PartyType) -> list[Any]:
    """What a type says, for a digest."""
    rule = one.rule
    return [
        one.name,
        one.kind,
        None if rule is None else [list(rule.memories), rule.start, rule.action.tolist(), rule.next_memory.tolist()],
        None if one.payoffs is None else [str(to_fraction(x)) for x in one.payoffs.tolist()],
        None if one.discount is None else str(to_fraction(one.discount)),
    ]
