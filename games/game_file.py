"""The ``servanda-game/1`` file: a stochastic game as JSON, read with every fault named and written back exactly.

Numbers may be JSON numbers or strings holding exact rationals ("1/3"); both are kept as the rationals they name.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, final

import numpy as np
from scipy.sparse import csr_array

from games.game_writing import FORMAT, game_to_json, write_game
from games.monitoring import PublicMonitoring
from games.numerics.exact import to_fraction
from games.stochastic_game import PROBABILITY_TOLERANCE, GameError, StochasticGame

__all__ = ["read_game", "write_game", "game_to_json", "parse_json", "FORMAT"]

GAME_KEYS = ("format", "name", "players", "discount", "transfers", "burning", "initial", "states")
STATE_KEYS = ("name", "actions", "payoffs", "transitions", "signals", "signal_probabilities")
MOST_ERRORS = 25
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?|[+-]?\d+/\d+")
_LONGEST_NUMBER = 400

Exact = dict[tuple[str, int, int], Fraction]
Law = dict[int, Fraction]


def read_game(source: str | Path | Mapping[str, Any]) -> StochasticGame:
    """Read a game from a file, or from the object that the JSON text describes.

    Raises ``GameError`` listing every fault found, each with its place ("state 'peace', profile (comply, breach),
    player 'A'"), the problem and the remedy.
    """
    if isinstance(source, Mapping):
        return _Reader().game(source)
    path = Path(source)
    try:
        return _Reader().game(parse_json(path))
    except GameError as error:
        raise GameError(f"{path}: {error}") from None


def parse_json(path: Path) -> Any:
    """The content of a JSON file: numbers as the exact rationals they name, repeated keys remembered.

    Raises ``GameError`` when the file cannot be read or is not JSON.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise GameError(f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise GameError("is not UTF-8 text; a game file is JSON") from None
    try:
        return json.loads(text, parse_float=_Number, parse_int=_Number, parse_constant=_Raw, object_pairs_hook=_Object)
    except json.JSONDecodeError as error:
        raise GameError(f"line {error.lineno}, column {error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise GameError("not a game: nested too deeply") from None


@final
class _Number(str):
    """A JSON number as it was written, so that no digit is lost."""

    __slots__ = ()


@final
class _Raw(str):
    """NaN or Infinity as the JSON text spelt it."""

    __slots__ = ()


@final
class _Object(dict[str, Any]):
    """A JSON object that remembers which keys were given more than once."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        listed = list(pairs)
        super().__init__(listed)
        keys = [key for key, _ in listed]
        self.repeated = sorted({key for key in keys if keys.count(key) > 1}) if len(self) < len(keys) else []


@final
class _Reader:
    """One reading of one game; collects faults so that all can be told at once."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.players: tuple[str, ...] = ()
        self.states: tuple[str, ...] = ()
        self.actions: list[tuple[tuple[str, ...], ...]] = []

    def fault(self, place: str, problem: str) -> None:
        self.errors.append(f"{place}: {problem}" if place else problem)
        if len(self.errors) >= MOST_ERRORS:
            self.errors.append(f"... reading stopped after {MOST_ERRORS} faults")
            self.stop()

    def stop(self) -> None:
        """Raise what has been found, if anything."""
        if self.errors:
            raise GameError("\n".join(self.errors))

    # -- the game ------------------------------------------------------------------------------------------------

    def game(self, data: Any) -> StochasticGame:
        if not isinstance(data, Mapping):
            raise GameError(f"a game is a JSON object, this is {_kind(data)}")
        if data.get("format") != FORMAT:
            given = f"{data['format']!r} given" if "format" in data else "missing"
            raise GameError(f'format: {given}; this reader knows "format": "{FORMAT}"')
        self.keys(data, "", GAME_KEYS)
        self.players = self.labels(data.get("players"), "players")
        states = data.get("states")
        if not _is_list(states) or not states:
            self.fault("states", "a list of at least one state is needed")
            states = []
        if not all(isinstance(s, Mapping) for s in states):
            self.fault("states", "every state is an object with name, actions and payoffs")
            self.stop()
        self.states = self.labels([s.get("name") for s in states], "states, name")
        transfers = data.get("transfers", "none")
        if transfers not in ("none", "voluntary"):
            self.fault("transfers", f'{_show(transfers)} given; legal are "none" and "voluntary"')
        burning = data.get("burning", True)
        if not isinstance(burning, bool):
            self.fault("burning", f"{_show(burning)} given; legal are true and false")
        title = data.get("name", "")
        if not _is_text(title):
            self.fault("name", f"{_show(title)} given; text is needed")
        initial = data.get("initial", self.states[0] if self.states else "")
        if initial not in self.states:
            self.fault("initial", _unknown("state", initial, self.states))
        discount = self.discount(data.get("discount"))
        self.stop()
        self.actions = [self.state_actions(state, name) for state, name in zip(states, self.states, strict=True)]
        self.stop()
        return self.assemble(states, discount, {
            "initial": self.states.index(initial), "transfers": transfers, "burning": burning, "name": title,
        })

    def keys(self, data: Mapping[str, Any], place: str, legal: tuple[str, ...]) -> None:
        """Refuse unknown and repeated keys."""
        for key in data:
            if key not in legal:
                near = difflib.get_close_matches(str(key), legal, n=1, cutoff=0.5)
                hint = f"; did you mean {near[0]!r}?" if near else f"; legal keys are {', '.join(legal)}"
                self.fault(place, f"unknown key {key!r}{hint}")
        for key in getattr(data, "repeated", ()):
            self.fault(place, f"key {key!r} is given more than once; keep one")

    def labels(self, given: Any, place: str) -> tuple[str, ...]:
        """A non-empty list of distinct, non-empty texts."""
        if not _is_list(given) or not given:
            self.fault(place, f"a list of names is needed, {_kind(given)} given")
            return ()
        seen: set[str] = set()
        for k, label in enumerate(given):
            if not _is_text(label) or not label.strip():
                self.fault(place, f"entry {k + 1} is {_show(label)}; a name is non-empty text")
                return ()
            if label in seen:
                self.fault(place, f"{label!r} appears twice; give every one a name of its own")
            seen.add(label)
        return tuple(given)

    def discount(self, given: Any) -> list[Fraction]:
        n = len(self.players)
        per_player = _is_list(given)
        entries = list(given) if per_player else [given] * n
        if per_player and len(entries) != n:
            self.fault("discount", f"{len(entries)} numbers given for {n} players; give one for all or one for each")
            return []
        out: list[Fraction] = []
        for i, entry in enumerate(entries):
            place = f"discount of {self.players[i]!r}" if per_player else "discount"
            value = self.number(entry, place)
            if value is not None and not 0 <= value < 1:
                self.fault(place, f"{_show(entry)} is not in [0, 1)")
            out.append(value if value is not None else Fraction(0))
            if not per_player and value is None:
                break
        return out

    def number(self, given: Any, place: str) -> Fraction | None:
        """The rational that an entry names, or None after noting the fault."""
        if isinstance(given, str):
            text = given.strip()
            if type(given) is _Raw or len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
                self.fault(place, f'{_show(given)} is not a number; write 0.25, or "1/3" for an exact fraction')
                return None
            try:
                value = Fraction(text)
                float(value)
            except ZeroDivisionError:
                self.fault(place, f"{_show(given)} divides by zero")
                return None
            except OverflowError:
                self.fault(place, f"{_show(given)} is too large")
                return None
            return value
        if isinstance(given, bool) or not isinstance(given, (int, float, Fraction, np.integer, np.floating)):
            self.fault(place, f"a number is needed, {_kind(given)} given")
            return None
        if isinstance(given, (float, np.floating)):
            if not math.isfinite(given):
                self.fault(place, f"{given} is not a finite number")
                return None
            return to_fraction(float(given))
        value = Fraction(given) if isinstance(given, Fraction) else Fraction(int(given))
        try:
            float(value)
        except OverflowError:
            self.fault(place, "the number is too large")
            return None
        return value

    # -- a state -------------------------------------------------------------------------------------------------

    def state_actions(self, state: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], ...]:
        place = f"state {name!r}"
        self.keys(state, place, STATE_KEYS)
        for key in ("actions", "payoffs"):
            if key not in state:
                self.fault(place, f"{key!r} is missing")
        given = state.get("actions", [])
        if not _is_list(given) or len(given) != len(self.players):
            if "actions" in state:
                self.fault(f"{place}, actions", f"one list of labels per player ({len(self.players)}) is needed")
            return ()
        return tuple(
            self.labels(labels, f"{place}, actions of player {player!r}")
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
                if inner is not None and not (_is_list(node) and len(node) == inner):
                    size = f"{len(node)} numbers" if _is_list(node) else _kind(node)
                    self.fault(f"{place}, {what}", f"{inner} numbers are needed, {size} given")
                    return False
                out.append((place, node))
                return True
            if not _is_list(node) or len(node) != len(actions[level]):
                size = f"{len(node)} entries" if _is_list(node) else _kind(node)
                where = f" after ({', '.join(prefix)})" if prefix else ""
                self.fault(f"state {name!r}, {what}{where}", (
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
            self.fault(f"{place}, {what}", f"an object {{state: probability}} is needed, {_kind(given)} given")
            return None
        for key in getattr(given, "repeated", ()):
            self.fault(f"{place}, {what}", f"state {key!r} is given more than once; add the probabilities up")
        out: Law = {}
        for key, entry in given.items():
            if key not in self.number_of_state:
                self.fault(f"{place}, {what}", _unknown("state", key, self.states))
                return None
            value = self.number(entry, f"{place}, {what}, state {key!r}")
            if value is None:
                return None
            if value < 0:
                self.fault(f"{place}, {what}, state {key!r}", f"the probability {_show(entry)} is negative")
                return None
            if value:
                out[self.number_of_state[key]] = value
        return out if self.sums_to_one(out.values(), f"{place}, {what}") else None

    def sums_to_one(self, values: Iterable[Fraction], place: str) -> bool:
        total = sum(values, Fraction(0))
        if abs(total - 1) > PROBABILITY_TOLERANCE:
            self.fault(place, f"probabilities sum to {float(total):.12g}, not 1")
            return False
        return True

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
                values = [self.number(x, f"{place}, player {p!r}") for p, x in zip(self.players, entry, strict=True)]
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
        self.stop()
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
                np.array([[float(p) for p in values] for values in table]).reshape(len(table), len(labels))
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
                self.fault(place, "'signal_probabilities' without 'signals'; name the signals")
            return (), []
        labels = self.labels(state["signals"], f"{place}, signals")
        if "signal_probabilities" not in state:
            self.fault(place, "'signals' without 'signal_probabilities'; give [a1][a2]...[an] -> one per signal")
            return (), []
        table: list[list[Fraction]] = []
        what = "signal_probabilities"
        for where, entry in self.entries(state[what], s, what, len(labels)) or ():
            values = [self.number(x, f"{where}, {what}, {y!r}") for y, x in zip(labels, entry, strict=True)]
            clean = [v for v in values if v is not None]
            if any(v < 0 for v in clean):
                self.fault(f"{where}, {what}", "a probability is negative")
            elif len(clean) == len(values):
                self.sums_to_one(clean, f"{where}, {what}")
            table.append([v if v is not None else Fraction(0) for v in values])
        return labels, table

    def signal_laws(self, entry: Any, place: str, labels: tuple[str, ...]) -> list[Law] | None:
        """One law per signal when ``entry`` maps signals to laws; None when it is a law itself."""
        if not labels or not isinstance(entry, Mapping) or not any(isinstance(v, Mapping) for v in entry.values()):
            return None
        for key in getattr(entry, "repeated", ()):
            self.fault(f"{place}, transitions", f"signal {key!r} is given more than once; keep one")
        for key in entry:
            if key not in labels:
                self.fault(f"{place}, transitions", _unknown("signal", key, labels))
        missing = [label for label in labels if label not in entry]
        if missing:
            self.fault(f"{place}, transitions", f"no law is given after signal {missing[0]!r}; give one for each")
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
    cells = [(t, float(p)) for law in laws for t, p in sorted(law.items())]
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
    return {key: value for key, value in exact.items() if to_fraction(float(value)) != value}


def _is_text(node: Any) -> bool:
    return isinstance(node, str) and not isinstance(node, (_Number, _Raw))


def _is_list(node: Any) -> bool:
    return isinstance(node, Sequence) and not isinstance(node, (str, bytes))


def _kind(given: Any) -> str:
    """What was given, in words."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return "true or false"
    if isinstance(given, Mapping):
        return "an object"
    if _is_text(given):
        return f"text {_show(given)}"
    if _is_list(given):
        return f"a list of {len(given)}"
    return f"the number {_show(given)}"


def _show(given: Any) -> str:
    text = repr(given) if _is_text(given) else str(given) if isinstance(given, str) else json.dumps(given, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _unknown(what: str, given: Any, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(str(given), known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"{what}s are {', '.join(known[:12])}"
    return f"{what} {_show(given)} does not exist; {hint}"
