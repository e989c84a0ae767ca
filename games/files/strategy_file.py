"""Strategy files: an automaton as JSON (``servanda-strategy/1``), read with every fault named."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, final

from games.files.json_input import Findings, is_list, is_text, kind_of, parse_json, unknown
from games.files.reading import path_of
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton, surely
from games.numerics.exact import written

FORMAT = "servanda-strategy/1"
KEYS = ("format", "name", "start", "modes")
MODE_KEYS = ("play", "then", "deviation", "deviation_of")


def read_strategy(source: str | Path | Mapping[str, Any], game: StochasticGame) -> StrategyAutomaton:
    """Read an automaton for a game, from a file or from the object that the JSON text describes.

    Every mode says what is played (``play``: labels, for all states, or an object of labels by state), which mode comes
    next when nobody deviates (``then``) and after a deviation of one player (``deviation``, or for each of some players
    ``deviation_of``).  A mode that comes next is a name, or an object of probabilities by name.

    Raises ``GameError`` listing every fault found with its place ("mode 'punish', then").

    >>> from games import repeated_game
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> read_strategy({"format": "servanda-strategy/1", "modes": {
    ...     "keep": {"play": ["a0", "b0"], "then": "keep", "deviation": "end"},
    ...     "end": {"play": ["a1", "b1"], "then": "end", "deviation": "end"}}}, dilemma).modes
    ('keep', 'end')
    """
    if isinstance(source, Mapping):
        return _Reader(game).automaton(source)
    path = path_of(source)
    try:
        return _Reader(game).automaton(parse_json(path))
    except GameError as error:
        raise GameError(f"{path}: {error}") from None


def strategy_to_json(game: StochasticGame, automaton: StrategyAutomaton) -> dict[str, Any]:
    """What ``read_strategy`` reads.

    Raises ``GameError`` for an automaton that mixes actions, or whose next mode depends on states as well: the format
    has no place for these.
    """
    if len(set(automaton.modes)) < len(automaton.modes):
        raise GameError("strategy: two modes have one name; give every mode a name of its own")
    modes: dict[str, Any] = {}
    for k, name in enumerate(automaton.modes):
        cells = {s: cell for (mode, s), cell in automaton.cells.items() if mode == k}
        if not cells:
            continue
        told = {(cell.then, cell.punish) for cell in cells.values()}
        if len(told) > 1 or any(c.then_at or c.punish_at or c.mix is not None for c in cells.values()):
            raise GameError(f"strategy: mode {name!r} mixes actions, or goes on differently in different states, which "
                            "a strategy file does not say; write a certificate")
        then, punish = next(iter(told))
        plays = {game.states[s]: list(game.profile_labels(cell.row)) for s, cell in sorted(cells.items())}
        mode = {"play": plays if game.n_states > 1 else plays[game.states[0]], "then": _told(automaton, then)}
        if len(set(punish)) == 1:
            mode["deviation"] = _told(automaton, punish[0])
        else:
            mode["deviation_of"] = {
                who: _told(automaton, lottery) for who, lottery in zip(game.players, punish, strict=True)}
        modes[name] = mode
    return {"format": FORMAT, "start": _told(automaton, automaton.initial), "modes": modes}


def _told(automaton: StrategyAutomaton, lottery: Lottery) -> Any:
    if len(lottery) == 1:
        return automaton.modes[lottery[0][0]]
    return {automaton.modes[mode]: written(p) for mode, p in lottery}


@final
class _Reader:
    """One reading of one strategy; collects faults so that all can be told at once."""

    def __init__(self, game: StochasticGame) -> None:
        self.game, self.found = game, Findings()
        self.modes: tuple[str, ...] = ()

    def automaton(self, data: Any) -> StrategyAutomaton:
        if not isinstance(data, Mapping):
            raise GameError(f"a strategy is a JSON object, this is {kind_of(data)}")
        if data.get("format") != FORMAT:
            given = f"{data['format']!r} given" if "format" in data else "missing"
            raise GameError(f'format: {given}; this reader knows "format": "{FORMAT}"')
        self.found.keys(data, "", KEYS)
        if not is_text(data.get("name", "")):
            self.found.fault("name", f"text is needed, {kind_of(data['name'])} given")
        modes = data.get("modes")
        if not isinstance(modes, Mapping) or not modes:
            self.found.fault("modes", f"an object of at least one mode is needed, {kind_of(modes)} given")
            modes = {}
        for key in getattr(modes, "repeated", ()):
            self.found.fault("modes", f"mode {key!r} is given more than once; keep one")
        self.found.stop()
        self.modes = tuple(modes)
        start = self.lottery(data.get("start", self.modes[0]), "start")
        cells: dict[tuple[int, int], Cell] = {}
        for k, (name, mode) in enumerate(modes.items()):
            cells |= {(k, s): cell for s, cell in self.mode(mode, f"mode {name!r}").items()}
        self.found.stop()
        assert start is not None
        return StrategyAutomaton(self.modes, cells, start)

    def mode(self, data: Any, place: str) -> dict[int, Cell]:
        """The cells of a mode by state."""
        if not isinstance(data, Mapping):
            self.found.fault(place, f"an object with play, then and deviation is needed, {kind_of(data)} given")
            return {}
        self.found.keys(data, place, MODE_KEYS)
        rows = self.plays(data.get("play"), f"{place}, play")
        then = self.lottery(data.get("then"), f"{place}, then")
        punish = self.answers(data, place)
        if then is None or punish is None:
            return {}
        return {s: Cell(row, then, punish) for s, row in rows.items()}

    def plays(self, given: Any, place: str) -> dict[int, int]:
        """The rows that are played, by state."""
        game = self.game
        if isinstance(given, Mapping):
            for key in getattr(given, "repeated", ()):
                self.found.fault(place, f"state {key!r} is given more than once; keep one")
            out = {}
            for name, labels in given.items():
                if name not in game.states:
                    self.found.fault(place, unknown("state", name, game.states))
                elif (row := self.row(game.state_index(name), labels, place)) is not None:
                    out[game.state_index(name)] = row
            return out
        # States in which nobody has a choice need not be named.
        states = [s for s in range(game.n_states) if len(game.rows_of(s)) > 1] or list(range(game.n_states))
        found = {s: self.row(s, given, place) for s in states[:1]}
        if None in found.values():
            return {}
        found |= {s: self.row(s, given, place) for s in states[1:]}
        found |= {s: int(game.row_start[s]) for s in range(game.n_states) if s not in found}
        return {s: row for s, row in found.items() if row is not None}

    def row(self, state: int, given: Any, place: str) -> int | None:
        """The row of a profile in a state."""
        if not is_list(given) or not all(is_text(label) for label in given):
            self.found.fault(place, f"one label for each player is needed, {kind_of(given)} given")
            return None
        try:
            return self.game.row_of_labels(state, given)
        except GameError as error:
            self.found.fault(place, str(error))
            return None

    def answers(self, data: Mapping[str, Any], place: str) -> tuple[Lottery, ...] | None:
        """Per player the lottery after its deviation."""
        players = self.game.players
        usual = self.lottery(data["deviation"], f"{place}, deviation") if "deviation" in data else None
        each = data.get("deviation_of", {})
        if not isinstance(each, Mapping):
            self.found.fault(f"{place}, deviation_of", f"an object of modes by player is needed, {kind_of(each)} given")
            return None
        for key in getattr(each, "repeated", ()):
            self.found.fault(f"{place}, deviation_of", f"player {key!r} is given more than once; keep one")
        for who in each:
            if who not in players:
                self.found.fault(f"{place}, deviation_of", unknown("player", who, players))
        out = [self.lottery(each[who], f"{place}, deviation_of {who!r}") if who in each else usual for who in players]
        missing = [who for who in players if who not in each]
        if missing and "deviation" not in data:
            self.found.fault(place, f"nothing is said of a deviation of {missing[0]!r}; add 'deviation', or the player "
                             "to 'deviation_of'")
        return None if None in out else tuple(x for x in out if x is not None)

    def lottery(self, given: Any, place: str) -> Lottery | None:
        """A mode, or probabilities of modes."""
        if is_text(given):
            if given in self.modes:
                return surely(self.modes.index(given))
            self.found.fault(place, unknown("mode", given, self.modes))
            return None
        if not isinstance(given, Mapping) or not given:
            self.found.fault(place, f"the name of a mode, or probabilities by name, are needed, {kind_of(given)} given")
            return None
        for key in getattr(given, "repeated", ()):
            self.found.fault(place, f"mode {key!r} is given more than once; keep one")
        out: list[tuple[int, Fraction]] = []
        for name, entry in given.items():
            if name not in self.modes:
                self.found.fault(place, unknown("mode", name, self.modes))
                return None
            p = self.found.probability(entry, f"{place}, mode {name!r}")
            if p is None:
                return None
            if p:
                out.append((self.modes.index(name), p))
        total = sum((p for _, p in out), Fraction(0))
        if total != 1:
            problem = f"probabilities sum to {written(total)}, not 1"
            self.found.fault(place, f'{problem}; write for instance "1/3" for what no decimal says')
            return None
        return tuple(out)
