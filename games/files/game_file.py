"""Game files: ``servanda-game/1``, a stochastic game as JSON, read with every fault named and written back exactly.

The door to other software's games of one round as well, ``.nfg`` and ``.csv``.

Numbers may be JSON numbers or strings holding exact rationals ("1/3"); both are kept as the rationals they name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, final

import numpy as np
from scipy.sparse import csr_array

from games.files.gambit_words import read_words
from games.files.game_writing import FORMAT, game_to_json, write_game
from games.files.json_input import Findings, is_list, is_text, kind_of, parse_json, shown, unknown
from games.files.limits import MOST_PLAYERS, MOST_ROWS
from games.files.reading import path_of, read_text
from games.files.strategic_file import parse_nfg
from games.files.table_file import parse_table
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import BELOW_ONE, PROBABILITY_TOLERANCE, GameError, StochasticGame
from games.numerics.counts import counted
from games.numerics.exact import chance, to_fraction

__all__ = ["read_game", "write_game", "game_to_json", "FORMAT"]

GAME_KEYS = ("format", "name", "players", "discount", "transfers", "burning", "initial", "states")
STATE_KEYS = ("name", "actions", "payoffs", "transitions", "signals", "signal_probabilities")

Exact = dict[tuple[str, int, int], Fraction]
Law = dict[int, Fraction]


def read_game(source: str | Path | Mapping[str, Any]) -> StochasticGame:
    """Read a game from a file, or from the object that the JSON text describes.

    A file is ``servanda-game/1``; one whose name ends in .nfg is a strategic form of Gambit, one in .csv a table:
    games of one round, read as repeated games with discount factor 0 until ``with_discount`` says otherwise.

    Raises ``GameError`` listing every fault found, each with its place ("state 'peace', profile (comply, breach),
    player 'A'"), the problem and the remedy.
    """
    if isinstance(source, Mapping):
        return _Reader().game(source)
    path = path_of(source)
    try:
        match path.suffix.lower():
            case ".nfg":
                return parse_nfg(read_words(path))
            case ".csv":
                return parse_table(read_text(path))
            case ".efg":
                raise GameError("is a game tree: read it by games.extensive_form.read_extensive or `servanda game "
                                "tree`, or make a strategic form of it by `servanda game convert FILE.efg --to nfg`")
        return _Reader().game(parse_json(path))
    except GameError as error:
        raise GameError(f"{path}: {error}") from None


@final
class _Reader:
    """One reading of one game; collects faults so that all can be told at once."""

    def __init__(self) -> None:
        self.found = Findings()
        self.players: tuple[str, ...] = ()
        self.states: tuple[str, ...] = ()
        self.actions: list[tuple[tuple[str, ...], ...]] = []
        self.laws: dict[tuple[tuple[str, str], ...], Law] = {}

    # -- the game ------------------------------------------------------------------------------------------------

    def game(self, data: Any) -> StochasticGame:
        if not isinstance(data, Mapping):
            raise GameError(f"a game is a JSON object, this is {kind_of(data)}")
        if data.get("format") != FORMAT:
            given = f"{data['format']!r} given" if "format" in data else "missing"
            typed = "; games with types are for servanda game certify" if "typed-game" in given else ""
            raise GameError(f'format: {given}; this reader knows "format": "{FORMAT}"{typed}')
        self.found.keys(data, "", GAME_KEYS)
        self.players = self.found.labels(data.get("players"), "players")
        if len(self.players) > MOST_PLAYERS:
            self.found.fault("players", f"{len(self.players)} players, more than {MOST_PLAYERS}; merge some into one")
            self.found.stop()
        states = data.get("states")
        if not is_list(states) or not states:
            self.found.fault("states", "a list of at least one state is needed")
            states = []
        if not all(isinstance(s, Mapping) for s in states):
            self.found.fault("states", "every state is an object with name, actions and payoffs")
            self.found.stop()
        self.states = self.found.labels([s.get("name") for s in states], "states, name")
        transfers = data.get("transfers", "none")
        if transfers not in ("none", "voluntary"):
            self.found.fault("transfers", f'{shown(transfers)} given; legal are "none" and "voluntary"')
        burning = data.get("burning", True)
        if not isinstance(burning, bool):
            self.found.fault("burning", f"{shown(burning)} given; legal are true and false")
        title = data.get("name", "")
        if not is_text(title):
            self.found.fault("name", f"{shown(title)} given; text is needed")
        initial = data.get("initial", self.states[0] if self.states else "")
        if initial not in self.states:
            self.found.fault("initial", unknown("state", initial, self.states))
        discount = self.discount(data.get("discount"))
        self.found.stop()
        self.actions = [self.state_actions(state, name) for state, name in zip(states, self.states, strict=True)]
        self.found.stop()
        self.insist_on_size()
        return self.assemble(states, discount, {
            "initial": self.states.index(initial), "transfers": transfers, "burning": burning, "name": title,
        })

    def discount(self, given: Any) -> list[Fraction]:
        n = len(self.players)
        per_player = is_list(given)
        entries = list(given) if per_player else [given] * n
        if per_player and len(entries) != n:
            count = len(entries)
            self.found.fault("discount", f"{count} numbers given for {n} players; give one for all or one for each")
            return []
        out: list[Fraction] = []
        for i, entry in enumerate(entries):
            place = f"discount of {self.players[i]!r}" if per_player else "discount"
            value = self.found.number(entry, place)
            if value is not None and not 0 <= value <= 1:  # of 1 the game says whether it ends
                self.found.fault(place, f"{shown(entry)} is not in [0, 1); {BELOW_ONE}")
                value = None
            out.append(value if value is not None else Fraction(0))
            if not per_player and value is None:
                break  # the same number once more would have the same fault
        return out

    # -- a state -------------------------------------------------------------------------------------------------

    def state_actions(self, state: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], ...]:
        place = f"state {name!r}"
        self.found.keys(state, place, STATE_KEYS)
        for key in ("actions", "payoffs"):
            if key not in state:
                self.found.fault(place, f"{key!r} is missing")
        given = state.get("actions", [])
        if not is_list(given) or len(given) != len(self.players):
            if "actions" in state:
                self.found.fault(f"{place}, actions", f"one list of labels per player ({len(self.players)}) is needed")
            return ()
        return tuple(
            self.found.labels(labels, f"{place}, actions of player {player!r}")
            for player, labels in zip(self.players, given, strict=True)
        )

    def entries(self, table: Any, state: int, what: str, inner: int | None) -> list[tuple[str, Any]] | None:
        """The (place, entry) of every profile of a nested table [a1][a2]...[an], in C order.

        ``inner`` is the length of the list that each entry must be, None when it need not be a list.
        """
        actions = self.actions[state]
        name = self.states[state]
        out: list[tuple[str, Any]] = []

        def walk(level: int, node: Any, prefix: tuple[str, ...]) -> bool:
            if level == len(actions):
                place = f"state {name!r}, profile ({', '.join(prefix)})"
                if inner is not None and not (is_list(node) and len(node) == inner):
                    size = f"{len(node)} numbers" if is_list(node) else kind_of(node)
                    self.found.fault(f"{place}, {what}", f"{inner} numbers are needed, {size} given")
                    return False
                out.append((place, node))
                return True
            if not is_list(node) or len(node) != len(actions[level]):
                size = f"{len(node)} entries" if is_list(node) else kind_of(node)
                where = f" after ({', '.join(prefix)})" if prefix else ""
                self.found.fault(f"state {name!r}, {what}{where}", (
                    f"player {self.players[level]!r} has {len(actions[level])} actions, {size} given; "
                    f"nest the list as [action of {self.players[0]}]...[action of {self.players[-1]}]"
                ))
                return False
            done = [walk(level + 1, child, (*prefix, label)) for label, child in zip(actions[level], node, strict=True)]
            return all(done)

        return out if walk(0, table, ()) else None

    def law(self, given: Any, place: str, what: str = "transitions") -> Law | None:
        """A distribution over next states from {"state": probability}."""
        if not isinstance(given, Mapping):
            self.found.fault(f"{place}, {what}", f"an object {{state: probability}} is needed, {kind_of(given)} given")
            return None
        for key in getattr(given, "repeated", ()):
            self.found.fault(f"{place}, {what}", f"state {key!r} is given more than once; add the probabilities up")
        # Rows share laws; one that was read without a fault need not be read again.
        written = tuple(given.items()) if all(isinstance(entry, str) for entry in given.values()) else None
        if written is not None and written in self.laws:
            return self.laws[written]
        out: Law = {}
        for key, entry in given.items():
            if key not in self.number_of_state:
                self.found.fault(f"{place}, {what}", unknown("state", key, self.states))
                return None
            value = self.found.probability(entry, f"{place}, {what}, state {key!r}")
            if value is None:
                return None
            if value:
                out[self.number_of_state[key]] = value
        if not self.sums_to_one(out.values(), f"{place}, {what}"):
            return None
        if written is not None:
            self.laws[written] = out
        return out

    def sums_to_one(self, values: Iterable[Fraction], place: str) -> bool:
        total = sum(values, Fraction(0))
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            self.found.fault(place, f"probabilities sum to {float(total):.12g}, not 1")
            return False
        return True

    def insist_on_size(self) -> None:
        """Refuse, before any table is read, more profiles than can be held."""
        sizes = [math.prod(len(labels) for labels in own) for own in self.actions]
        if sum(sizes) > MOST_ROWS:
            s = sizes.index(max(sizes))
            widest = max(range(len(self.players)), key=lambda i: len(self.actions[s][i]))
            count = len(self.actions[s][widest])
            self.found.fault(
                f"state {self.states[s]!r}",
                f"{counted(sizes[s])} profiles of actions ({counted(sum(sizes))} in all states), more than "
                f"{MOST_ROWS:,}; player {self.players[widest]!r} has most actions there ({count}): without it "
                f"{counted(sizes[s] // count)} would be left",
            )
            self.found.stop()

    # -- the arrays ----------------------------------------------------------------------------------------------

    def assemble(
        self, states: Sequence[Mapping[str, Any]], discount: list[Fraction], rest: dict[str, Any]
    ) -> StochasticGame:
        self.number_of_state = {name: s for s, name in enumerate(self.states)}
        n = len(self.players)
        payoffs: list[list[Fraction]] = []
        laws: list[Law] = []
        signals: list[tuple[str, ...]] = []
        probabilities: list[list[list[Fraction]]] = []
        next_laws: list[Law] = []
        depends = False
        for s, state in enumerate(states):
            size = math.prod(len(labels) for labels in self.actions[s])
            for place, entry in self.entries(state["payoffs"], s, "payoffs", n) or ():
                values = [
                    self.found.number(x, f"{place}, player {p!r}") for p, x in zip(self.players, entry, strict=True)
                ]
                payoffs.append([v if v is not None else Fraction(0) for v in values])
            labels, table = self.signal_table(state, s)
            signals.append(labels)
            probabilities.append(table)
            listed = self.entries(state["transitions"], s, "transitions", None) if "transitions" in state else [
                ("", {self.states[s]: "1"})] * size
            for k, (place, entry) in enumerate(listed or ()):
                per_signal = self.signal_laws(entry, place, labels)
                if per_signal is None:
                    law = self.law(entry, place) or {s: Fraction(1)}
                    per_signal = [law] * len(labels)
                elif k < len(table):
                    depends = True
                    law = _marginal(per_signal, table[k])
                laws.append(law)
                next_laws.extend(per_signal)
        self.found.stop()
        self.found.remark()
        exact: Exact = {("discount", i, 0): d for i, d in enumerate(discount)}
        exact |= {("payoff", r, i): x for r, values in enumerate(payoffs) for i, x in enumerate(values)}
        exact |= {("transition", r, t): p for r, law in enumerate(laws) for t, p in law.items()}
        return StochasticGame(
            players=self.players,
            discount=np.array([float(d) for d in discount]),
            states=self.states,
            actions=tuple(self.actions),
            payoffs=np.array([[float(x) for x in values] for values in payoffs]),
            transition=_sparse(laws, len(self.states)),
            monitoring=self.monitoring(signals, probabilities, next_laws if depends else None),
            rationals=_unnamed(exact),
            **rest,
        )

    def monitoring(
        self, signals: list[tuple[str, ...]], probabilities: list[list[list[Fraction]]], next_laws: list[Law] | None
    ) -> PublicMonitoring | None:
        if not any(signals):
            return None
        exact: Exact = {}
        first = 0
        for s, table in enumerate(probabilities):
            exact |= {("signal", first + k, y): p for k, values in enumerate(table) for y, p in enumerate(values)}
            first += math.prod(len(labels) for labels in self.actions[s])
        if next_laws is not None:
            exact |= {("next", k, t): p for k, law in enumerate(next_laws) for t, p in law.items()}
        return PublicMonitoring(
            signals=tuple(signals),
            law=tuple(
                np.array([[chance(p) for p in values] for values in table]).reshape(len(table), len(labels))
                for labels, table in zip(signals, probabilities, strict=True)
            ),
            next_law=None if next_laws is None else _sparse(next_laws, len(self.states)),
            rationals=_unnamed(exact),
        )

    def signal_table(self, state: Mapping[str, Any], s: int) -> tuple[tuple[str, ...], list[list[Fraction]]]:
        """Signal labels of a state and the probability of each in every row; nothing when monitoring is perfect."""
        place = f"state {self.states[s]!r}"
        if "signals" not in state:
            if "signal_probabilities" in state:
                self.found.fault(place, "'signal_probabilities' without 'signals'; name the signals")
            return (), []
        labels = self.found.labels(state["signals"], f"{place}, signals")
        if "signal_probabilities" not in state:
            self.found.fault(place, "'signals' without 'signal_probabilities'; give [a1][a2]...[an] -> one per signal")
            return (), []
        table: list[list[Fraction]] = []
        what = "signal_probabilities"
        for where, entry in self.entries(state[what], s, what, len(labels)) or ():
            values = [self.found.probability(x, f"{where}, {what}, {y!r}") for y, x in zip(labels, entry, strict=True)]
            clean = [v for v in values if v is not None]
            if len(clean) == len(values):
                self.sums_to_one(clean, f"{where}, {what}")
            table.append([v if v is not None else Fraction(0) for v in values])
        return labels, table

    def signal_laws(self, entry: Any, place: str, labels: tuple[str, ...]) -> list[Law] | None:
        """One law per signal when ``entry`` maps signals to laws; None when it is a law itself."""
        if not labels or not isinstance(entry, Mapping) or not any(isinstance(v, Mapping) for v in entry.values()):
            return None
        for key in getattr(entry, "repeated", ()):
            self.found.fault(f"{place}, transitions", f"signal {key!r} is given more than once; keep one")
        for key in entry:
            if key not in labels:
                self.found.fault(f"{place}, transitions", unknown("signal", key, labels))
        missing = [label for label in labels if label not in entry]
        if missing:
            self.found.fault(f"{place}, transitions", f"no law is given after signal {missing[0]!r}; give one for each")
        stays = {0: Fraction(1)}
        return [
            self.law(entry[y], place, f"transitions after signal {y!r}") or stays if y in entry else stays
            for y in labels
        ]


# -- pieces ------------------------------------------------------------------------------------------------------


def _marginal(laws: Sequence[Law], weights: Sequence[Fraction]) -> Law:
    """The law of the next state when the signal is not seen."""
    out: Law = {}
    for law, weight in zip(laws, weights, strict=True):
        for state, p in law.items():
            out[state] = out.get(state, Fraction(0)) + weight * p
    return {state: p for state, p in out.items() if p}


def _sparse(laws: Sequence[Law], states: int) -> csr_array:
    """Laws as a canonical CSR matrix: columns in order, no zeros."""
    cells = [(t, chance(p)) for law in laws for t, p in sorted(law.items())]
    return csr_array(
        (
            np.array([p for _, p in cells]),
            np.array([t for t, _ in cells], dtype=np.int64),
            np.cumsum([0, *(len(law) for law in laws)]).astype(np.int64),
        ),
        shape=(len(laws), states),
    )


def _unnamed(exact: Exact) -> Exact:
    """The entries whose exact value is not what the float's shortest decimal says."""
    unnamed = {value: to_fraction(float(value)) != value for value in set(exact.values())}
    return {key: value for key, value in exact.items() if unnamed[value]}
