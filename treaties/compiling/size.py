"""How large a game would be, counted before it is made, and what to leave out of the treaty to make it small enough.

Every number is counted, none is a rule of thumb: the states that were found when a limit was met are counted again
without each clause, matter, event and party, and the one whose absence leaves least is named; and the game is made
anew with each stock on a grid half as fine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import prod
from typing import NoReturn, final

import numpy as np

from games.numerics.counts import counted
from treaties.compiling.equivalence import Merged, Moves
from treaties.compiling.merging import MergedChoice
from treaties.compiling.scopes import Offer
from treaties.effects import EXIT, Bools, Choice, Effect, GameTooLarge, Ints, Signal, StateVariable, event_variable
from treaties.model.treaty import Treaty

ROW_LIMIT = 2_000_000
"""More rows (a state and what everyone does) than this are refused: they would take about 2 GB."""
STATE_LIMIT = 2**62
"""More combinations of the values of state variables than this cannot be numbered."""
TABLE_LIMIT = 2_000_000
"""More combinations of states with the moves that one clause looks at than this are refused."""
AHEAD_LIMIT = 20_000_000
"""More laws of states found together, with what chance may bring to the state, than this are refused."""
SIGNAL_LIMIT = 4_096
ENTRY_LIMIT = 20_000_000
"""More combinations of signals, or entries of the tables of signals by rows, than this are refused."""
EFFORT = 2_000_000
"""States times parts that are counted again, at most, in search of what to leave out."""
MOST_CUTS, NAMED = 60, 3
"""How many things are left out one after another, at most, and how many of them are told by name."""


@final
@dataclass(frozen=True, eq=False)
class Part:
    """Something that could be left out of a treaty.

    ``name``   as a reader knows it.
    ``takes``  whether an effect goes when it is left out.
    """

    name: str
    takes: Callable[[Effect], bool]


def parts_of(treaty: Treaty, brought: Iterable[tuple[str, Iterable[Effect]]]) -> tuple[Part, ...]:
    """What the treaty could do without: clauses, with the effects that each has ``brought``, and all that is not last.

    A treaty keeps one matter and two parties at least.
    """
    parts = [Part(label, frozenset(effects).__contains__) for label, effects in brought]
    if len(treaty.matters) > 1:
        parts += [Part(f"matter {matter.id!r}", partial(_is_on, matter.id)) for matter in treaty.matters]
    parts += [Part(f"event {event.id!r}", partial(_is_event, event_variable(event.id))) for event in treaty.events]
    if len(treaty.parties) > 2:
        parts += [Part(f"party {party.id!r}", partial(_is_of, party.id)) for party in treaty.parties[2:]]
    if treaty.exit:
        parts.append(Part("the right of every party to leave (exit = false)", _is_exit))
    return tuple(parts)


def _is_exit(effect: Effect) -> bool:
    return isinstance(effect, Choice) and effect.procedural and effect.matter == EXIT


def _is_on(matter: str, effect: Effect) -> bool:
    return isinstance(effect, (Choice, Signal)) and effect.matter == matter


def _is_event(variable: str, effect: Effect) -> bool:
    return isinstance(effect, StateVariable) and effect.name == variable


def _is_of(party: str, effect: Effect) -> bool:
    return isinstance(effect, (Choice, StateVariable, Signal)) and effect.party == party


@final
@dataclass(frozen=True, eq=False)
class Kept:
    """What is left of a game in which some things are left out.

    ``variables``, ``options``, ``signals``  Bool, one per state variable, per option of all choices, per signal.
    """

    variables: Bools
    options: Bools
    signals: Bools

    def __and__(self, other: Kept) -> Kept:
        """Without what either leaves out."""
        return Kept(
            self.variables & other.variables, self.options & other.options, self.signals & other.signals
        )


Measure = Callable[[Kept], float]
"""What a limit is about, counted over what is kept."""


@final
class Size:
    """The counts of one treaty: its state variables, choices and signals, and the parts that they come from.

    ``radix``  Int[variables]: a state's number is its codes times these.
    ``coarser``  what coarser grids would leave, in sentences without their full stops.

    Raises ``GameTooLarge`` if states or signals are too many to be numbered.
    """

    def __init__(
        self,
        title: str,
        parts: tuple[Part, ...],
        effects: Iterable[Effect],
        variables: tuple[StateVariable, ...],
        choices: tuple[MergedChoice, ...],
        signals: tuple[Signal, ...],
        coarser: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.title = title
        self.coarser = coarser
        self.parts = parts
        self.variables = variables
        self.signals = signals
        self.starts = np.cumsum([0, *(len(choice.options) for choice in choices)])[:-1]
        offered: dict[tuple[str, str, str], list[Choice]] = {}
        for effect in effects:
            if isinstance(effect, Choice):
                for option in effect.options:
                    offered.setdefault((effect.party, effect.matter, option.name), []).append(effect)
        self.offers = [offered[c.party, c.matter, option.name] for c in choices for option in c.options]
        sizes = [len(v.values) for v in variables]
        if prod(sizes) > STATE_LIMIT:
            self.refuse(prod(sizes), STATE_LIMIT, "combinations of state variables", self.numbering())
        self.radix = np.array([prod(sizes[k + 1 :]) for k in range(len(sizes))], dtype=np.int64)
        self.width_of_all = prod(len(signal.values) for signal in signals)
        if self.width_of_all > SIGNAL_LIMIT:
            self.refuse(self.width_of_all, SIGNAL_LIMIT, "combinations of signals in every state", self.width())

    def _without(self, part: Part) -> Kept:
        """What is left when one part is left out."""
        return Kept(
            np.array([not part.takes(variable) for variable in self.variables], dtype=bool),
            np.array([not all(part.takes(choice) for choice in offers) for offers in self.offers], dtype=bool),
            np.array([not part.takes(signal) for signal in self.signals], dtype=bool),
        )

    @property
    def whole(self) -> Kept:
        """Nothing left out."""
        return Kept(*(np.ones(len(of), dtype=bool) for of in (self.variables, self.offers, self.signals)))

    def numbering(self) -> Measure:
        """How many combinations of values the state variables have."""
        return lambda kept: self._product([len(v.values) for v in self.variables], kept.variables)

    def width(self) -> Measure:
        """How many combinations of values the signals have."""
        return lambda kept: self._product([len(s.values) for s in self.signals], kept.signals)

    def profiles(self, available: Bools) -> int:
        """Action profiles where these options, Bool[options], are there; a choice without any does not count."""
        return prod(max(int(count), 1) for count in np.add.reduceat(available, self.starts, dtype=np.int64))

    def rows(self, states: Ints, available: Bools) -> Measure:
        """Rows of some states, Int[states, variables], with the options that there are, Bool[states, options]."""

        def count(kept: Kept) -> float:
            options = np.maximum(np.add.reduceat(available & kept.options, self.starts, axis=1, dtype=np.int64), 1)
            profiles = np.prod(options, axis=1, dtype=float)
            _, which = np.unique(states[:, kept.variables] @ self.radix[kept.variables], return_inverse=True)
            most = np.zeros(int(which.max()) + 1)
            np.maximum.at(most, which, profiles)
            return float(most.sum())

        return count

    def merged(self, found: Sequence[Merged], states: Ints, clocks: Bools) -> Measure:
        """Rows of some states, Int[states, variables], whose equivalent moves are merged.

        With a part of the treaty left out, what is left of the moves is counted by their classes of today.
        ``clocks``  Bool[variables]: states that differ in these only are counted once.
        """

        def count(kept: Kept) -> float:
            told = kept.variables & ~clocks
            rows = np.zeros(len(states))
            for group in found:
                rows[group.at] = group.rows_with([self._kept_moves(group.offer, of, kept) for of in group.moves])
            _, which = np.unique(states[:, told] @ self.radix[told], return_inverse=True)
            most = np.zeros(int(which.max()) + 1)
            np.maximum.at(most, which.ravel(), rows)
            return float(most.sum())

        return count

    def _kept_moves(self, offer: Offer, moves: Moves, kept: Kept) -> Bools:
        """Bool[moves]: moves whose options are all kept; where none of a choice is, the first of them counts."""
        out = np.ones(len(moves.taken), dtype=bool)
        for k, c in enumerate(moves.choices):
            here = kept.options[self.starts[c] + np.array(offer.options[c])] if offer.options[c] != (-1,) else ()
            allowed = np.array(here, dtype=bool) if np.any(here) else np.arange(len(offer.options[c])) == 0
            out &= allowed[moves.taken[:, k]]
        return out

    def ahead(self, rows: Measure, widths: Mapping[str, int]) -> Measure:
        """Rows with all that chance may bring to the state variables, of each as many as ``widths`` says."""
        ways = [widths.get(variable.name, 1) for variable in self.variables]
        return lambda kept: rows(kept) * self._product(ways, kept.variables)

    def with_signals(self, rows: Measure) -> Measure:
        """Rows with all that signals may say."""
        width = self.width()
        return lambda kept: rows(kept) * width(kept)

    @staticmethod
    def _product(sizes: list[int], kept: Bools) -> float:
        return float(np.prod([float(size) for size, here in zip(sizes, kept, strict=True) if here]))

    def refuse(self, count: float, limit: int, what: str, measure: Measure, states: int = 1) -> NoReturn:
        """Raise ``GameTooLarge`` with the count, the limit, and what to leave out; ``states`` are to be counted."""
        advice = ".  ".join([self._advice(measure, limit, states), *self.coarser()])
        raise GameTooLarge(f"{self.title}: {counted(count)} {what}, more than {counted(limit)}.  {advice}")

    def _advice(self, measure: Measure, limit: float, states: int) -> str:
        """Which part to leave out, how much that would leave, and what more until the limit is kept."""
        pieces = [(part.name, self._without(part)) for part in self.parts]
        kept = self.whole
        left, cuts = measure(kept), list[tuple[str, float]]()
        tries = min(max(EFFORT // (states * max(len(pieces), 1)), 1), MOST_CUTS)
        while pieces and left > limit and len(cuts) < tries:
            counts = [measure(kept & without) for _, without in pieces]
            k = int(np.argmin(counts))
            if counts[k] >= left:
                break
            name, without = pieces.pop(k)
            kept, left = kept & without, counts[k]
            cuts.append((name, left))
        if not cuts:
            return "No clause, matter, event or party alone makes it so large; it takes a shorter treaty"
        said = f"Most comes of {cuts[0][0]}: without it {counted(cuts[0][1])} would be left"
        if others := [name for name, _ in cuts[1:]]:
            more = f" and {len(others) - NAMED} more" if len(others) > NAMED else ""
            said += f", and {counted(left)} without {', '.join(others[:NAMED])}{more} as well"
        return said if left <= limit else f"{said}, which is still too many"

