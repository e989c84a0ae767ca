"""Stochastic games: stage games joined by transitions.  A repeated game is the one-state case.

Source: Shapley (1953), Stochastic games.
"""

from __future__ import annotations

import hashlib
import json
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from typing import Any, Literal, final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, issparse

from games.model.horizon import horizon_of
from games.model.public_monitoring import PublicMonitoring, SignalTable
from games.model.row_tables import RowTables
from games.numerics.exact import LEAST_CHANCE, Numbers, chance, exact_array, to_fraction
from games.numerics.remarks import Remark
from games.numerics.shown import Shown

PROBABILITY_TOLERANCE = 1e-9
LARGEST = 10**100
"""Larger payoffs are refused: their products leave floating point."""
BELOW_ONE = "a discount factor is at least 0 and below 1, for instance 0.9"
SMALLER = "numbers go up to 1e100, count in a larger unit"
MOST_PERIODS = 1000
REST = "rest"
"""The one action at the end of a game that has one."""
BIMATRIX = "of two matrices A and B, one for each player, from_bimatrix(A, B) makes the payoffs"
CHUNK = 100_000
"""Rows that are written together for a digest."""
ROUNDING = 1e-12
"""A probability below zero by less than this is what other software's rounding left of zero."""


class GameError(ValueError):
    """The description is not a game; the message names the place, the problem and the remedy."""


@final
@dataclass(frozen=True, eq=False, repr=False)
class StochasticGame(Shown):
    """A finite stochastic game with perfect or public monitoring.

    ``players``     names, one per player.
    ``discount``    Float[players], each in [0, 1); 1 where play surely ends, whatever is done.
    ``states``      names, one per state.
    ``actions``     labels, ``actions[state][player]``; ragged, at least one each.
    ``payoffs``     Float[rows, players], payoff per period.  One row per (state, action profile), states in
                    order, profiles in C order (the last player's action moves fastest).
    ``transition``  csr_array[rows, states], each row a distribution over the next state.
    ``initial``     index of the initial state.
    ``transfers``   whether voluntary side payments are possible; ``burning`` whether money may be burnt.
    ``monitoring``  None means that everyone sees the profile.
    ``rationals``   exact values of the few entries that the shortest decimal of the float does not name,
                    keyed ("payoff", row, player), ("transition", row, state) or ("discount", player, 0).
    ``_tables``  what is known already of the rows of a game that differs in other things; left out if nothing is.

    Payoffs of play are average discounted: (1 - discount) * sum of discount**t * payoff; with the discount factor 1
    they are the average per period that is left.  Play ends in a state that keeps itself for certain and pays nothing.
    Probabilities below zero by less than 1e-12 are read as zero, with a ``Remark``.
    Raises ``GameError`` when the arrays do not describe a game.
    """

    players: tuple[str, ...]
    discount: NDArray[np.float64]
    states: tuple[str, ...]
    actions: tuple[tuple[tuple[str, ...], ...], ...]
    payoffs: NDArray[np.float64]
    transition: csr_array
    initial: int = 0
    transfers: Literal["none", "voluntary"] = "none"
    burning: bool = True
    monitoring: PublicMonitoring | None = None
    name: str = ""
    rationals: Mapping[tuple[str, int, int], Fraction] = field(default_factory=dict)
    _tables: RowTables | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        n = self.n_players
        if n < 1:
            raise GameError("players: at least one is needed")
        for what, names in (("players", self.players), ("states", self.states)):
            if len(set(names)) != len(names):
                twice = sorted({x for x in names if names.count(x) > 1})
                raise GameError(f"{what}: {twice[0]!r} appears twice; give every one a name of its own")
        if self.discount.shape != (n,):
            raise GameError(f"discount: {self.discount.shape} given, one number per player ({n}) is needed")
        for i, d in enumerate(self.discount):
            if not 0 <= d < 1 and not (d == 1 and self.exact_discount(i) == 1):
                problem = f"{d} is not in [0, 1); {BELOW_ONE}"
                if d == 1 and self.exact_discount(i) < 1:
                    problem = "it is so close to 1 that floating point cannot tell them apart; write a lower one"
                raise GameError(f"discount of {self.players[i]!r}: {problem}")
        if len(self.actions) != self.n_states:
            raise GameError(f"actions: given for {len(self.actions)} states, the game has {self.n_states}")
        known = self._tables
        if known is None or known.layout.actions is not self.actions or known.payoffs.table.shape[1] != n:
            self._check_actions()
        if not 0 <= self.initial < self.n_states:
            raise GameError(f"initial: state {self.initial} does not exist")
        self._check_arrays()
        if self.undiscounted:
            why = horizon_of(self)
            if isinstance(why, str):
                who = self.players[int(np.argmax(self.discount == 1))]
                raise GameError(f"discount of {who!r}: 1.0 is not in [0, 1), and only games that surely end can do "
                                f"with it: {why}; {BELOW_ONE}")

    def _check_actions(self) -> None:
        for s, per_player in enumerate(self.actions):
            if len(per_player) != self.n_players or any(len(labels) == 0 for labels in per_player):
                raise GameError(f"state {self.states[s]!r}: every player needs at least one action")
            for i, labels in enumerate(per_player):
                if len(set(labels)) != len(labels):
                    raise GameError(f"state {self.states[s]!r}, player {self.players[i]!r}: an action appears twice")

    def _check_arrays(self) -> None:
        """Refuse arrays that describe no game, as far as they were not looked at in a game that shares them."""
        known = self._tables
        new = RowTables.of(self.actions, self.payoffs, self.transition, self.rationals, known)
        object.__setattr__(self, "_tables", new)
        if known is None or new.payoffs is not known.payoffs:
            self._check_payoffs()
        if known is None or new.laws is not known.laws:
            self._check_laws()
        self._check_signals()

    def _check_payoffs(self) -> None:
        if self.payoffs.shape != (self.n_rows, self.n_players):
            raise GameError(f"payoffs: shape {self.payoffs.shape}, expected {(self.n_rows, self.n_players)}")
        bad = np.argwhere(~np.isfinite(self.payoffs))
        if len(bad):
            row, player = map(int, bad[0])
            who = self.players[player]
            raise GameError(f"{self.place(row)}: the payoff of {who!r} is not a finite number; write one")
        large = np.argwhere(np.abs(self.payoffs) > float(LARGEST))
        if len(large):
            row, player = map(int, large[0])
            raise GameError(f"{self.place(row)}: the payoff of {self.players[player]!r} is too large; {SMALLER}")

    def _check_laws(self) -> None:
        """Refuse what is no law of motion; what rounding left below zero becomes zero."""
        if self.transition.shape != (self.n_rows, self.n_states):
            raise GameError(f"transition: shape {self.transition.shape}, expected {(self.n_rows, self.n_states)}")
        law, rationals = self._law_read(self.transition, self.place), _without_negatives(self.rationals, "transition")
        if law is not self.transition or rationals is not self.rationals:
            object.__setattr__(self, "transition", law)
            object.__setattr__(self, "rationals", rationals)
            mended = RowTables.of(self.actions, self.payoffs, law, rationals, self.tables)
            object.__setattr__(self, "_tables", mended)
        sums = np.asarray(law.sum(axis=1)).ravel()
        off = np.flatnonzero(np.abs(sums - 1) > PROBABILITY_TOLERANCE)
        if len(off):
            row = int(off[0])
            raise GameError(f"{self.place(row)}: transition probabilities sum to {sums[row]:.12g}, not 1")

    def _check_signals(self) -> None:
        """The same of the laws of signals, and of next states after signals."""
        seen = self.monitoring
        if seen is None:
            return
        tables = tuple(self._table_read(s, table) for s, table in enumerate(seen.law))
        after = None if seen.next_law is None else self._law_read(seen.next_law, self._place_of_pair)
        exact = _without_negatives(seen.rationals, "signal", "next")
        if after is not seen.next_law or exact is not seen.rationals or any(map(operator.is_not, tables, seen.law)):
            object.__setattr__(self, "monitoring", replace(seen, law=tables, next_law=after, rationals=exact))

    def _table_read(self, state: int, table: SignalTable) -> SignalTable:
        """A state's table of signals without what rounding left below zero."""
        if not issparse(table):
            return _read_probabilities(table, partial(self._place_of_chance, state))
        width = table.shape[1]
        data = _read_probabilities(
            table.data,
            lambda entry: self._place_of_chance(
                state, int(_row_of_entry(table)[entry]) * width + int(table.indices[entry])),
        )
        return table if data is table.data else csr_array((data, table.indices, table.indptr), shape=table.shape)

    def _law_read(self, law: csr_array, place: Callable[[int], str]) -> csr_array:
        """A sparse law without what rounding left below zero; ``place`` puts one of its rows in words."""
        if not law.has_canonical_format:
            rows = _row_of_entry(law)
            order = np.lexsort((law.indices, rows))
            twice = (np.diff(rows[order]) == 0) & (np.diff(law.indices[order]) == 0)
            if np.any(twice):
                entry = int(order[np.argmax(twice)])
                state = self.states[int(law.indices[entry])]
                raise GameError(f"{place(int(rows[entry]))}, transition: state {state!r} is given more than once; "
                                "add its probabilities up")
        data = _read_probabilities(law.data, lambda entry: f"{place(int(_row_of_entry(law)[entry]))}, transition")
        return law if data is law.data else csr_array((data, law.indices, law.indptr), shape=law.shape)

    def _place_of_chance(self, state: int, entry: int) -> str:
        """An entry of a state's table of signals in words, for messages."""
        assert self.monitoring is not None
        k, signal = divmod(entry, len(self.monitoring.signals[state]))
        return f"{self.place(int(self.row_start[state]) + k)}, signal {self.monitoring.signals[state][signal]!r}"

    def _place_of_pair(self, pair: int) -> str:
        """A (row, signal) pair in words, for messages."""
        seen = self.monitoring
        assert seen is not None
        s = int(np.searchsorted(seen.pair_start, pair, side="right")) - 1
        return self._place_of_chance(s, pair - int(seen.pair_start[s]))

    # -- sizes and indices ---------------------------------------------------------------------------------------

    @property
    def n_players(self) -> int:
        """Number of players."""
        return len(self.players)

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.states)

    @property
    def n_rows(self) -> int:
        """Number of (state, action profile) pairs."""
        return int(self.row_start[-1])

    @property
    def tables(self) -> RowTables:
        """What does not depend on discount factors: games that differ in these only share it."""
        assert self._tables is not None
        return self._tables

    @property
    def action_counts(self) -> NDArray[np.int64]:
        """Int[states, players]: how many actions each player has in each state."""
        return self.tables.layout.counts

    @property
    def row_start(self) -> NDArray[np.int64]:
        """Int[states + 1]: first row of each state."""
        return self.tables.layout.row_start

    @property
    def row_state(self) -> NDArray[np.int64]:
        """Int[rows]: the state that each row belongs to."""
        return self.tables.layout.row_state

    @property
    def stride(self) -> NDArray[np.int64]:
        """Int[states, players]: how far apart two rows are that differ by one in a player's action."""
        return self.tables.layout.stride

    @property
    def own_action(self) -> NDArray[np.int64]:
        """Int[rows, players]: the action index that each player takes in each row."""
        return self.tables.layout.own_action

    def rows_of(self, state: int) -> range:
        """The rows of a state."""
        return range(int(self.row_start[state]), int(self.row_start[state + 1]))

    def deviation_rows(self, row: int, player: int) -> range:
        """All rows that a player can bring about alone from ``row``, ``row`` itself included, in action order."""
        state = int(self.row_state[row])
        step = int(self.stride[state, player])
        first = row - int(self.own_action[row, player]) * step
        return range(first, first + step * int(self.action_counts[state, player]), step)

    @property
    def law_number(self) -> NDArray[np.int64]:
        """Int[rows]: rows share a number when they have the same law of the next state, exactly."""
        return self.tables.laws.number

    @property
    def payoff_number(self) -> NDArray[np.int64]:
        """Int[rows]: rows share a number when they give all players the same payoffs, exactly."""
        return self.tables.payoffs.number

    @property
    def outcome_class(self) -> NDArray[np.int64]:
        """Int[rows]: rows of one state share a number when they give the same payoffs and the same next-state law."""
        return self.tables.outcome_class

    def same_outcome(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Bool[k]: whether pairs of rows of one state give the same payoffs and the same law, exactly."""
        same = self.law_number[one] == self.law_number[other]
        if self.tables.payoffs.exact:
            return np.asarray(same & (self.payoff_number[one] == self.payoff_number[other]))
        return np.asarray(same & (self.payoffs[one] == self.payoffs[other]).all(axis=1))

    def profile_labels(self, row: int) -> tuple[str, ...]:
        """Action labels of a row, one per player."""
        state = int(self.row_state[row])
        return tuple(self.actions[state][i][int(a)] for i, a in enumerate(self.own_action[row]))

    def state_index(self, name: str | int) -> int:
        """Index of a state by name, or by its number; raises ``GameError`` with the known names."""
        number = as_index(name)
        if number is not None and 0 <= number < self.n_states:
            return number
        found = self._state_number.get(name) if isinstance(name, str) else None
        if found is None:
            known = ", ".join(self.states[:12]) + (" ..." if self.n_states > 12 else "")
            raise GameError(f"state {name!r} does not exist; states are {known}")
        return found

    @cached_property
    def _state_number(self) -> dict[str, int]:
        return {name: s for s, name in enumerate(self.states)}

    def row_of_labels(self, state: int, labels: Sequence[str | int]) -> int:
        """Row of a profile by its action labels, or their numbers; raises ``GameError`` naming the unknown one."""
        if isinstance(labels, str) or not hasattr(labels, "__len__"):
            raise GameError(f"state {self.states[state]!r}: {labels!r} given; a profile is a list of actions, one for "
                            f"each of {self.n_players} players")
        if len(labels) != self.n_players:
            raise GameError(f"state {self.states[state]!r}: {len(labels)} actions named for {self.n_players} players")
        row = int(self.row_start[state])
        for i, label in enumerate(labels):
            action = self.action_index(state, i, label)
            if action is None:
                raise GameError(
                    f"state {self.states[state]!r}: player {self.players[i]!r} has no action {label!r}; "
                    f"actions are {', '.join(self.actions[state][i])}"
                )
            row += action * int(self.stride[state, i])
        return row

    def action_index(self, state: int, player: int, label: str | int) -> int | None:
        """The number of an action that its label or its number names; None if a player has no such action."""
        known = self.actions[state][player]
        number = as_index(label)
        if number is not None:
            return number if 0 <= number < len(known) else None
        return known.index(label) if isinstance(label, str) and label in known else None

    def place(self, row: int) -> str:
        """A row in words, for messages."""
        state = int(self.row_state[row])
        return f"state {self.states[state]!r}, profile ({', '.join(self.profile_labels(row))})"

    @property
    def undiscounted(self) -> bool:
        """Whether some player has the discount factor 1, so that play surely ends (``games/model/horizon.py``)."""
        return bool(np.any(self.discount == 1))

    @property
    def common_discount(self) -> bool:
        """Whether all players share one discount factor."""
        return bool(np.all(self.discount == self.discount[0]))

    # -- exact values --------------------------------------------------------------------------------------------

    def exact_discount(self, player: int) -> Fraction:
        """The discount factor as the rational that was written."""
        return self.rationals.get(("discount", player, 0)) or to_fraction(float(self.discount[player]))

    def exact_payoff(self, row: int, player: int) -> Fraction:
        """A payoff as the rational that was written."""
        key = ("payoff", row, player)
        return self.rationals[key] if key in self.rationals else to_fraction(float(self.payoffs[row, player]))

    def exact_transition(self, row: int) -> dict[int, Fraction]:
        """The next-state law of a row in exact rationals, divided by its exact sum."""
        t = self.transition
        span = slice(int(t.indptr[row]), int(t.indptr[row + 1]))
        law = {s: to_fraction(p) for s, p in zip(t.indices[span].tolist(), t.data[span].tolist(), strict=True)}
        law |= self.tables.laws.exact_by_row.get(row, {})
        total = sum(law.values(), Fraction(0))
        return {state: p / total for state, p in sorted(law.items()) if p}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the game's content: names, actions, discount factors, payoffs, laws (not its title)."""
        t = self.transition.copy()
        t.sum_duplicates()
        for row, chances in self.tables.laws.exact_by_row.items():
            for state, p in chances.items():
                if t[row, state] == LEAST_CHANCE and not float(p):
                    t[row, state] = 0.0  # what stands for a chance below all floats says nothing: rationals tell it
        t.eliminate_zeros()
        names = {
            "players": self.players,
            "states": self.states,
            "actions": self.actions,
            "initial": self.initial,
            "transfers": self.transfers,
            "burning": self.burning,
            "discount": [str(self.exact_discount(i)) for i in range(self.n_players)],
        }
        rest = {
            "rationals": sorted((*key, str(value)) for key, value in self.rationals.items()),
            "monitoring": None if self.monitoring is None else self.monitoring.digest,
        }
        told = hashlib.sha256(json.dumps(names, separators=(",", ":"))[:-1].encode())
        # Rows are many and what they say is little: each payoff vector and law is written once, and never all at once.
        told.update(b',"payoffs":[')
        paid, led = self.tables.payoffs, self.tables.laws
        _told_rows(told, paid.number, paid.first, lambda row: self.payoffs[row] + 0.0)
        told.update(b'],"law":[[')
        for start in range(0, self.n_rows + 1, CHUNK):
            piece = ",".join(map(str, t.indptr[start : start + CHUNK].tolist()))
            told.update((("," if start else "") + piece).encode())
        told.update(b"],[")
        _told_rows(told, led.number, led.first, lambda row: t.indices[t.indptr[row] : t.indptr[row + 1]])
        told.update(b"],[")
        _told_rows(told, led.number, led.first, lambda row: t.data[t.indptr[row] : t.indptr[row + 1]])
        told.update(b"]]," + json.dumps(rest, separators=(",", ":"))[1:].encode())
        return told.hexdigest()

    # -- variations ----------------------------------------------------------------------------------------------

    def with_discount(
        self,
        discount: float | Fraction | str | Sequence[float | Fraction | str],
        payoffs: NDArray[np.float64] | None = None,
    ) -> StochasticGame:
        """The same game with other discount factors (one number, or one per player).

        ``payoffs``  Float[rows, players], if they change with patience as well; exact payoffs are then the decimals.

        Raises ``GameError`` unless they are numbers of at least 0 and below 1, or 1 where the game surely ends.
        """
        exact = _factors(discount, self.players)
        kept = {key: value for key, value in self.rationals.items() if key[0] != "discount"}
        kept |= _unnamed_by_float({("discount", i, 0): d for i, d in enumerate(exact)})
        factors = np.array([float(d) for d in exact])
        if payoffs is None:
            return replace(self, discount=factors, rationals=kept)
        kept = {key: value for key, value in kept.items() if key[0] != "payoff"}
        return replace(self, discount=factors, payoffs=payoffs, rationals=kept)

    def stage_payoffs(self, state: int) -> NDArray[np.float64]:
        """Float[n1, ..., nn, players]: the payoff tensor of one state."""
        shape = (*self.action_counts[state].tolist(), self.n_players)
        return self.payoffs[self.row_start[state] : self.row_start[state + 1]].reshape(shape)


def insist_on_game(given: Any) -> None:
    """Raise ``GameError`` if something else is given where a game is needed."""
    if not isinstance(given, StochasticGame):
        raise GameError(f"{given!r:.60} given where a game is needed; make one by repeated_game, stochastic_game or "
                        "read_game")


def number_given(given: Any, what: str) -> float:
    """The float that a caller gave, as a number, a fraction or text; raises ``GameError`` if it is no finite one."""
    try:
        return float(to_fraction(given))
    except (TypeError, ValueError, ArithmeticError):
        raise GameError(f"{what}: {given!r:.60} given; a finite number is needed, or text such as '1/3'") from None


def as_index(given: Any) -> int | None:
    """The number that stands for a label; None where a label, or nothing of use, is given."""
    return int(given) if isinstance(given, (int, np.integer)) and not isinstance(given, bool) else None


def _factors(given: Any, players: Sequence[str]) -> list[Fraction]:
    """Discount factors as rationals, one per player; raises ``GameError`` naming whose is no number from 0 to 1."""
    listed = bool(given.shape) if isinstance(given, np.ndarray) else (
        isinstance(given, Sequence) and not isinstance(given, (str, bytes)))
    entries = list(given) if listed else [given] * len(players)
    if len(entries) != len(players):
        raise GameError(f"discount: {len(entries)} numbers given for {len(players)} players; give one for all, or one "
                        "for each")
    out = []
    for player, entry in zip(players, entries, strict=True):
        try:
            number = to_fraction(entry.item() if isinstance(entry, np.ndarray) else entry)
        except (TypeError, ValueError, ArithmeticError):
            raise GameError(f"discount of {player!r}: {entry!r:.60} given; {BELOW_ONE} or '1/3'") from None
        if not 0 <= number <= 1:
            raise GameError(f"discount of {player!r}: {entry} is not in [0, 1); {BELOW_ONE}")
        out.append(number)
    return out


def _named(given: Any, place: str) -> tuple[str, ...]:
    """A list of names; raises ``GameError`` if it is none."""
    if isinstance(given, str) or not hasattr(given, "__len__") or isinstance(given, Mapping):
        raise GameError(f"{place}: {given!r:.60} given; a list of names is needed")
    for one in given:
        if not isinstance(one, str) or not one.strip():
            raise GameError(f"{place}: {one!r:.60} given; a name is text that is not empty, such as 'a0' or '3'")
    # Entries of an array of texts are made plain text.
    return tuple(map(str, given))


def _labels(given: Any, counts: Sequence[int], place: str) -> tuple[tuple[str, ...], ...]:
    """Labels of actions, one list per player; numbered where they are left out."""
    if given is None:
        return action_labels(counts)
    if isinstance(given, str) or not hasattr(given, "__len__") or isinstance(given, Mapping):
        raise GameError(f"{place}: {given!r:.60} given; a list of labels for each player is needed")
    # A text stands for its letters: "CD" are two labels.
    labels = tuple(
        _named(list(own) if isinstance(own, str) else own, f"{place} of player {i + 1}") for i, own in enumerate(given))
    if tuple(map(len, labels)) != tuple(counts):
        raise GameError(f"{place}: {[len(own) for own in labels]} labels given, the payoffs have {list(counts)}")
    return labels


def _texts(title: Any, transfers: Any) -> None:
    """Refuse what is no title, and what transfers cannot be."""
    if not isinstance(title, str):
        raise GameError(f"name: {title!r:.60} given; text is needed")
    if not isinstance(transfers, str) or transfers not in ("none", "voluntary"):
        raise GameError(f"transfers: {transfers!r:.60} given; legal are 'none' and 'voluntary'")


def _told_rows(
    told: hashlib._Hash, number: NDArray[np.int64], first: NDArray[np.int64], entries: Callable[[int], NDArray[Any]]
) -> None:
    """Write the entries of all rows, one after another, as JSON: whole numbers, or shortest decimals as texts.

    ``number``  Int[rows]: rows with the same number have the same entries, those of the row ``first[number]``.
    """
    texts = np.empty(len(first), dtype=object)
    for k, row in enumerate(first.tolist()):
        values = entries(row).tolist()
        texts[k] = ",".join(f'"{x!r}"' if isinstance(x, float) else str(x) for x in values)
    for start in range(0, len(number), CHUNK):
        piece = ",".join(texts[number[start : start + CHUNK]].tolist())
        told.update((("," if start else "") + piece).encode())


def _unnamed_by_float(exact: Mapping[tuple[str, int, int], Fraction]) -> dict[tuple[str, int, int], Fraction]:
    """The entries whose exact value is not what the float's shortest decimal says."""
    return {key: value for key, value in exact.items() if to_fraction(float(value)) != value}


def _row_of_entry(law: csr_array) -> NDArray[np.int64]:
    """Int[entries]: the row of each entry of a sparse law."""
    return np.repeat(np.arange(law.shape[0]), np.diff(law.indptr))


def _read_probabilities(given: NDArray[np.float64], place: Callable[[int], str]) -> NDArray[np.float64]:
    """Probabilities with zero in place of what rounding left below it, the same array where there is nothing to mend.

    ``place``  an entry in words, by its number in C order.  Raises ``GameError`` where an entry is no probability.
    """
    wrong = ~np.isfinite(given) | (given <= -ROUNDING)
    if np.any(wrong):
        raise GameError(f"{place(int(np.argmax(wrong)))}: a probability is negative or not a number")
    below = given < 0
    if not np.any(below):
        return given
    remark_rounding(place(int(np.argmax(below))), f"{given[below][0]:.3g}", int(below.sum()) - 1)
    return np.maximum(given, 0.0)


def remark_rounding(place: str, probability: str, others: int) -> None:
    """Warn that a probability below zero, and so many others, are read as zero."""
    more = f" (and {others} more)" if others else ""
    warnings.warn(f"{place}: the probability {probability} is zero but for rounding and is read as 0{more}", Remark, 2)


def _without_negatives(exact: Mapping[tuple[str, int, int], Fraction], *kinds: str) -> Mapping[
    tuple[str, int, int], Fraction
]:
    """The exact entries without negative ones of some kinds, the same where there are none."""
    below = {key for key, value in exact.items() if value < 0 and key[0] in kinds}
    return {key: value for key, value in exact.items() if key not in below} if below else exact


def from_bimatrix(first: Numbers, second: Numbers) -> NDArray[Any]:
    """The payoff array of a two-player game that is given as two matrices, as most books and nashpy have it.

    ``first``, ``second``  Float[n1, n2]: what player 1, who chooses the row, and player 2 earn; entries may be exact.

    Returns Float[n1, n2, 2], of rationals where entries are exact, for ``repeated_game``, ``stochastic_game`` and
    ``stage_game``.  Raises ``GameError`` if these are not two matrices of one shape.

    >>> from_bimatrix([[2, -1], [3, 0]], [[2, 3], [-1, 0]])[1, 0].tolist()
    [3.0, -1.0]
    """
    tables = []
    for what, given in (("first", first), ("second", second)):
        floats, exact = _numbers(given, f"the {what} matrix")
        if floats.ndim != 2 or 0 in floats.shape:
            raise GameError(f"the {what} matrix: shape {floats.shape}; a row for each action of player 1 and a column "
                            "for each of player 2 are needed")
        if exact:
            floats = floats.astype(object)
            for index, number in exact.items():
                floats[index] = number
        tables.append(floats)
    if tables[0].shape != tables[1].shape:
        raise GameError(f"the matrices have shapes {tables[0].shape} and {tables[1].shape}; both have a row for each "
                        "action of player 1 and a column for each of player 2")
    return np.stack(tables, axis=-1)


def repeated_game(
    payoffs: Numbers,
    discount: float | str | Fraction | Sequence[float | str | Fraction],
    *,
    periods: int | None = None,
    actions: Sequence[Sequence[str]] | None = None,
    players: Sequence[str] | None = None,
    transfers: Literal["none", "voluntary"] = "none",
    name: str = "",
) -> StochasticGame:
    """The repeated game of one stage game: without end, or of so many periods.

    ``payoffs``   Float[n1, ..., nn, n]: ``payoffs[a1, ..., an, i]`` is what player i earns per period; entries may be
                  exact (``Fraction`` or "1/3").
    ``discount``  one factor for all, or one per player; of a game with an end it may be 1: payoffs are then averages
                  per period.  Otherwise T periods of a payoff of 1 are worth 1 - discount**T, as an end pays nothing.
    ``periods``   how often the stage game is played; None: for ever.  The states are then "period 1", "period 2", ...
                  and "end", so that a target names what is played in each.

    Raises ``GameError`` if the shape does not fit.

    >>> game = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> game.n_players, game.n_states, game.n_rows
    (2, 1, 4)
    >>> repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=1, periods=2).states
    ('period 1', 'period 2', 'end')
    """
    array, exact = stage_payoffs(payoffs, "payoffs")
    counts = array.shape[:-1]
    labels = _labels(actions, counts, "actions")
    _texts(name, transfers)
    rows = int(np.prod(counts))
    n = array.shape[-1]
    times = 1 if periods is None else _insist_on_periods(periods)
    table, after = np.tile(array.reshape(rows, n), (times, 1)), np.zeros(rows, dtype=np.int64)
    states: tuple[str, ...] = ("s0",)
    if periods is not None:
        table, after = np.vstack([table, np.zeros((1, n))]), np.append(np.repeat(np.arange(1, times + 1), rows), times)
        states = (*(f"period {t + 1}" for t in range(times)), "end")
    base = StochasticGame(
        players=_player_names(players, n),
        discount=np.zeros(n),
        states=states,
        actions=(labels,) * times + (((REST,),) * n,) * (periods is not None),
        payoffs=table,
        transition=csr_array((np.ones(len(table)), (np.arange(len(table)), after)), shape=(len(table), len(states))),
        transfers=transfers,
        name=name,
        rationals={("payoff", t * rows + _row(index, counts), index[-1]): value
                   for t in range(times) for index, value in exact.items()},
    )
    return base.with_discount(discount)


def _insist_on_periods(periods: object) -> int:
    """The number of periods; raises ``GameError`` unless it is a whole number that a game can have."""
    if isinstance(periods, bool) or not isinstance(periods, (int, np.integer)) or not 1 <= periods <= MOST_PERIODS:
        raise GameError(f"periods: {periods!r} is no whole number from 1 to {MOST_PERIODS}; write for instance 10, or "
                        "leave it out for a game without end")
    return int(periods)


def stochastic_game(
    payoffs: Sequence[Numbers],
    transitions: Sequence[Numbers],
    discount: float | str | Fraction | Sequence[float | str | Fraction],
    *,
    states: Sequence[str] | None = None,
    actions: Sequence[Sequence[Sequence[str]]] | None = None,
    players: Sequence[str] | None = None,
    initial: int | str = 0,
    transfers: Literal["none", "voluntary"] = "none",
    name: str = "",
) -> StochasticGame:
    """A stochastic game from arrays, one of each kind per state; states may differ in their numbers of actions.

    ``payoffs``      per state Float[n1, ..., nn, n]: ``payoffs[s][a1, ..., an, i]`` is what player i earns in a period.
    ``transitions``  per state Float[n1, ..., nn, states]: the distribution of the next state.
    ``discount``     one factor for all, or one per player.
    ``states``, ``players``  names; ``actions[state][player]`` labels; numbered where left out.
    ``initial``      the state in which play begins, by number or name.

    Numbers may be exact (``Fraction`` or "1/3").  Raises ``GameError``, naming the state, if this is no game.
    Source: Shapley (1953).

    Two countries fish; if both fish hard the stock collapses, and there is nothing left to choose:

    >>> game = stochastic_game(
    ...     payoffs=[[[[2, 2], [1, 3]], [[3, 1], [2, 2]]], [[[0, 0]]]],
    ...     transitions=[[[[1, 0], [1, 0]], [[1, 0], [0, 1]]], [[[0, 1]]]],
    ...     discount=0.9,
    ...     states=["stock", "collapse"],
    ... )
    >>> game.n_rows, game.exact_transition(3), game.place(4)
    (5, {1: Fraction(1, 1)}, "state 'collapse', profile (a0, b0)")
    """
    asked: tuple[tuple[str, Any], ...] = (
        ("payoffs", payoffs), ("transitions", transitions), ("actions", () if actions is None else actions))
    for what, given in asked:
        if isinstance(given, (str, Mapping)) or not hasattr(given, "__getitem__") or not getattr(given, "shape", (1,)):
            raise GameError(f"{what}: {given!r:.60} given; a list with an entry for each state is needed")
    _texts(name, transfers)
    names = _named(states, "states") if states is not None else tuple(f"s{s}" for s in range(len(payoffs)))
    for what, given in asked if actions is not None else asked[:2]:
        if len(given) != len(names):
            raise GameError(f"{what}: given for {len(given)} states, the game has {len(names)}; give one for each")
    if not names:
        raise GameError("payoffs: at least one state is needed")
    rationals: dict[tuple[str, int, int], Fraction] = {}
    tables: list[NDArray[np.float64]] = []
    laws, labels = [], []
    first = 0
    for s, (state, stage, law) in enumerate(zip(names, payoffs, transitions, strict=True)):
        given_labels = None if actions is None else actions[s]
        table, chances, own, exact = _state_arrays(stage, law, given_labels, f"state {state!r}", len(names))
        if tables and table.shape[1] != tables[0].shape[1]:
            raise GameError(f"state {state!r}, payoffs: of {table.shape[1]} players, of {tables[0].shape[1]} in state "
                            f"{names[0]!r}; every state needs all players")
        rationals |= {(kind, first + row, column): value for (kind, row, column), value in exact.items()}
        tables.append(table)
        laws.append(chances)
        labels.append(own)
        first += len(table)
    begin = names.index(initial) if isinstance(initial, str) and initial in names else as_index(initial)
    if begin is None:
        raise GameError(f"initial: state {initial!r} does not exist; states are {', '.join(names)}")
    n = tables[0].shape[1]
    base = StochasticGame(
        players=_player_names(players, n),
        discount=np.zeros(n),
        states=names,
        actions=tuple(labels),
        payoffs=np.concatenate(tables),
        transition=csr_array(np.concatenate(laws)),
        initial=begin,
        transfers=transfers,
        name=name,
        rationals=rationals,
    )
    return base.with_discount(discount)


def _state_arrays(
    stage: Numbers, law: Numbers, labels: Sequence[Sequence[str]] | None, place: str, n_states: int
) -> tuple[
    NDArray[np.float64], NDArray[np.float64], tuple[tuple[str, ...], ...], dict[tuple[str, int, int], Fraction]
]:
    """One state's Float[rows, players] payoffs, Float[rows, states] laws, labels and exact entries, rows from 0."""
    table, exact = stage_payoffs(stage, f"{place}, payoffs")
    counts, n = table.shape[:-1], table.shape[-1]
    chances, exact_chances = _numbers(law, f"{place}, transitions")
    if chances.shape != (*counts, n_states):
        raise GameError(f"{place}, transitions: shape {chances.shape}; every profile needs one probability per state, "
                        f"shape {(*counts, n_states)}")
    for index, value in exact_chances.items():
        if value > 0:
            chances[index] = chance(value)
    own = _labels(labels, counts, f"{place}, actions")
    rationals = {
        (kind, _row(index, counts), index[-1]): value
        for kind, entries in (("payoff", exact), ("transition", exact_chances)) for index, value in entries.items()
    }
    return table.reshape(-1, n), chances.reshape(-1, n_states), own, rationals


def _numbers(given: Numbers, place: str) -> tuple[NDArray[np.float64], dict[tuple[int, ...], Fraction]]:
    """An array as floats and its exact entries; raises ``GameError`` naming the place."""
    try:
        return exact_array(given)
    except ValueError as error:
        raise GameError(f"{place}: not an array of numbers: {error}") from None


def stage_payoffs(given: Numbers, place: str) -> tuple[NDArray[np.float64], dict[tuple[int, ...], Fraction]]:
    """Float[n1, ..., nn, n] of one state, and its exact entries; raises ``GameError`` naming the place."""
    if _is_pair_of_matrices(given):
        raise GameError(f"{place}: two matrices given; {BIMATRIX}")
    array, exact = _numbers(given, place)
    n = array.shape[-1] if array.ndim else 0
    if array.ndim != n + 1 or 0 in array.shape:
        pair = f"; {BIMATRIX}" if array.ndim == 3 and len(array) == 2 else ""
        raise GameError(f"{place}: shape {array.shape}; n players need n + 1 axes, the last of length n, for instance "
                        f"(2, 2, 2){pair}")
    return array, exact


def _is_pair_of_matrices(given: Any) -> bool:
    """Whether someone gave a list of two arrays, or a pair of two lists of lists, for one array of payoffs."""
    if not isinstance(given, (list, tuple)) or len(given) != 2:
        return False
    if all(getattr(one, "ndim", None) == 2 for one in given):
        return True
    return isinstance(given, tuple) and all(isinstance(one, list) and isinstance(one[:1], list) for one in given)


def _player_names(given: Sequence[str] | None, n: int) -> tuple[str, ...]:
    """Names of players; numbered where they are left out."""
    if given is None:
        return tuple(f"P{i + 1}" for i in range(n))
    names = _named(given, "players")
    if len(names) != n:
        raise GameError(f"players: {len(names)} names given, the payoffs have {n} players")
    return names


def action_labels(counts: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """Labels of actions that nobody named: a0, a1, ... of the first player, b0, b1, ... of the second."""
    return tuple(tuple(f"{'abcdefgh'[i % 8]}{k}" for k in range(count)) for i, count in enumerate(counts))


def _row(index: Sequence[int], counts: Sequence[int]) -> int:
    """The row within its state of an entry ``[a1, ..., an, i]``."""
    return int(np.ravel_multi_index(tuple(index[:-1]), tuple(counts)))
