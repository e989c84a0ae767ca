"""What everyone sees of a period: moves that are public, and signals about conduct that is not.

Procedural moves (votes, notice, vetoes, payments) and conduct in public matters are seen as they are.  Conduct in other
matters is not; what is seen of it are the matter's own yearly flag, if it has one, and the signals of articles.  All
are independent of one another given the state and what was done.  An accident is a slip that looks like a breach when
conduct is examined; each examination meets its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import prod
from typing import NoReturn, final

import numpy as np
from scipy.sparse import csr_array

from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame
from treaties.compiling import size
from treaties.compiling.conduct import does_comply
from treaties.compiling.merging import MergedChoice
from treaties.effects import (
    AccidentsLeft,
    Bools,
    Columns,
    CompilationError,
    Effect,
    Floats,
    Ints,
    ProvisionContext,
    Signal,
)
from treaties.model.matter import Matter
from treaties.model.treaty import Treaty

FLAGGED, UNFLAGGED = "flagged", "not flagged"
TOLERANCE = 1e-9


@final
@dataclass(frozen=True, eq=False)
class Observation:
    """The signals of a treaty and what they can say together; no arrays of the size of the game.

    ``unseen``  the matters in which nobody sees conduct itself.
    ``signals`` those that are drawn on their own first, then those that follow a flag; else in the file's order of
                matters and parties, then by name.
    ``codes``   Int[combinations, signals]: what each signal says in each combination of their values.
    """

    treaty: Treaty
    context: ProvisionContext
    choices: tuple[MergedChoice, ...]
    unseen: frozenset[str]
    signals: tuple[Signal, ...]
    codes: Ints

    @staticmethod
    def of(
        treaty: Treaty, context: ProvisionContext, choices: tuple[MergedChoice, ...], signals: tuple[Signal, ...]
    ) -> Observation:
        """What is seen of a treaty with these signals, few enough for a table of all that they can say together."""
        unseen = frozenset(matter.id for matter in treaty.matters if matter.unseen)
        sizes = [len(signal.values) for signal in signals]
        codes = np.stack(np.unravel_index(np.arange(prod(sizes)), sizes), axis=1) if sizes else np.zeros((1, 0))
        return Observation(treaty, context, choices, unseen, signals, codes.astype(np.int64))

    @property
    def width(self) -> int:
        """Number of combinations of the values of all signals."""
        return len(self.codes)

    @cached_property
    def accused(self) -> dict[tuple[str, str], Bools]:
        """By (party, matter), Bool[combinations]: some signal accuses the party and none takes that back."""
        return {key: self._says(key, "flags") & ~self._says(key, "clears") for key in self._subjects}

    @cached_property
    def certified(self) -> dict[tuple[str, str], Bools]:
        """By (party, matter), Bool[combinations]: some signal certifies its conduct and none accuses it."""
        return {
            key: (self._says(key, "clean") | self._says(key, "clears")) & ~self.accused[key] for key in self._subjects
        }

    @property
    def _subjects(self) -> list[tuple[str, str]]:
        return sorted({(signal.party, signal.matter) for signal in self.signals})

    def _says(self, subject: tuple[str, str], what: str, but: Signal | None = None) -> Bools:
        out = np.zeros(self.width, dtype=bool)
        for k, signal in enumerate(self.signals):
            if (signal.party, signal.matter) == subject and signal is not but:
                out |= np.isin(self.codes[:, k], [signal.values.index(value) for value in getattr(signal, what)])
        return out

    def with_appearance(self, columns: Columns) -> Columns:
        """Rows with what their conduct looks like to whoever examines it."""
        seeming = {}
        for matter in self.treaty.matters:
            for party in self.context.parties:
                slips = np.where(columns.operating, matter.mishap * self._left(party, matter.id), matter.mishap)
                seeming[party, matter.id] = np.where(does_comply(matter, party, columns), slips, 1.0)
        return replace(columns, seeming=seeming, unseen=self.unseen)

    def _left(self, party: str, matter: str) -> float:
        """Share of a party's accidents in a matter that compliance units leave."""
        left = 1.0
        for unit in self.context.all_said(AccidentsLeft):
            if (unit.parties is None or party in unit.parties) and (unit.matters is None or matter in unit.matters):
                left *= unit.share
        return left

    def law(self, columns: Columns) -> Floats:
        """Float[rows, combinations]: how likely each combination of signals is."""
        out = np.ones((columns.size, self.width))
        for k, signal in enumerate(self.signals):
            law = signal.law(columns)
            off = np.abs(law.sum(axis=1) - 1) > TOLERANCE
            if law.shape != (columns.size, len(signal.values)) or np.any(law < 0) or np.any(off):
                raise CompilationError(
                    f"article {signal.article}: the chances of what {signal.name!r} may say are negative or do not add "
                    "up to 1; correct its probabilities"
                )
            said = law[:, self.codes[:, k]]
            if signal.after_flag:
                asked = self._says((signal.party, signal.matter), "flags", but=signal)
                said = np.where(asked, said, np.equal(self.codes[:, k], 0)[None, :])
            out *= said
        return out

    def with_signals(self, columns: Columns) -> Columns:
        """Rows repeated once for every combination of signals, in C order, with what the signals say."""
        width = self.width

        def spread(values: dict[tuple[str, str], Bools]) -> dict[tuple[str, str], Bools]:
            return {key: np.tile(said, columns.size) for key, said in values.items()}

        return Columns(
            columns.size * width,
            {key: np.repeat(value, width) for key, value in columns.codes.items()},
            columns.values,
            {key: np.repeat(value, width) for key, value in columns.chosen.items()},
            columns.options,
            {key: np.repeat(value, width) for key, value in columns.in_breach.items()},
            {key: np.repeat(value, width) for key, value in columns.complies.items()},
            {key: np.repeat(value, width) for key, value in columns.vetoed.items()},
            {key: np.repeat(value, width) for key, value in columns.absent.items()},
            {key: np.repeat(value, width) for key, value in columns.seeming.items()},
            columns.unseen,
            spread(self.accused),
            spread(self.certified),
        )

    def seen(self, columns: Columns) -> Ints:
        """Int[rows, choices]: the option taken as everyone sees it; -2 for conduct that nobody sees."""
        out = np.empty((columns.size, len(self.choices)), dtype=np.int64)
        for k, choice in enumerate(self.choices):
            taken = columns.chosen[choice.party, choice.matter]
            if choice.matter in self.unseen and not choice.procedural:
                hidden = np.array([not option.suspends for option in choice.options] + [False])
                taken = np.where(hidden[taken], -2, taken)
            out[:, k] = taken
        return out

    def moves_in_short(self, seen: Ints) -> str:
        """What is seen of the moves of a row, defaults of procedure left out."""
        words = []
        for choice, taken in zip(self.choices, seen.tolist(), strict=True):
            if taken >= 0 and not (choice.procedural and taken == choice.default):
                words.append(f"{choice.party} {choice.matter}: {choice.names[taken]}")
        return "; ".join(words)

    def said_in_short(self, combination: int) -> str:
        """What the signals of a combination say, what goes without saying left out."""
        words = [
            f"{signal.name}: {signal.values[code]}"
            for signal, code in zip(self.signals, self.codes[combination].tolist(), strict=True)
            if code
        ]
        return "; ".join(words)


@final
@dataclass(frozen=True, eq=False)
class SeenByAll:
    """The signals of a compiled treaty, state by state, in the order of ``game.monitoring``.

    ``seen``   per state Int[classes, choices]: moves as everyone sees them (``Observation.seen``).
    ``moves``  per state Int[signals]: the class of moves.
    ``said``   per state Int[signals]: the combination of the values of the signals.
    """

    observation: Observation
    seen: tuple[Ints, ...]
    moves: tuple[Ints, ...]
    said: tuple[Ints, ...]


def signals_of(treaty: Treaty, context: ProvisionContext, effects: Iterable[Effect]) -> tuple[Signal, ...] | None:
    """The signals of articles and the yearly flags, in order; None if everyone sees everything and nobody signals.

    Raises ``CompilationError`` when two articles send one signal.
    """
    signals = [effect for effect in effects if isinstance(effect, Signal)]
    if not signals and not any(matter.unseen for matter in treaty.matters):
        return None
    for matter in treaty.matters:
        if matter.flag is not None:
            signals += [_yearly_flag(matter, party) for party in context.parties]
    signals.sort(key=lambda s: (s.after_flag, context.matters.index(s.matter), context.parties.index(s.party), s.name))
    names = Counter(signal.name for signal in signals)
    for name, times in names.items():
        if times > 1:
            raise CompilationError(f"two articles send the signal {name!r}; give them different article numbers")
    return tuple(signals)


def _yearly_flag(matter: Matter, party: str) -> Signal:
    return Signal(
        f"report on {party} in {matter.id}",
        (UNFLAGGED, FLAGGED),
        partial(_flag_law, matter, party),
        party,
        matter.id,
        flags=(FLAGGED,),
        words=f"report on {{{party}}} in {{{matter.id}}}",
    )


def _flag_law(matter: Matter, party: str, columns: Columns) -> Floats:
    assert matter.flag is not None
    flagged = np.where(columns.acts(party, matter.id), columns.flag_chance(party, matter.id, *matter.flag), 0.0)
    return np.stack([1.0 - flagged, flagged], axis=1)


After = Iterable[tuple[Ints, Ints, Floats]]
"""Int[n] rows, Int[n, combinations, k] next states and Float[n, combinations, k] their chances given the signals."""


def monitoring_of(
    observation: Observation,
    game: StochasticGame,
    columns: Columns,
    after: After | None,
    refuse: Callable[[int], NoReturn],
) -> tuple[PublicMonitoring, SeenByAll]:
    """The public monitoring of a game compiled without it, and what its signals mean.

    ``after``  the law of the next state given row and signals; None where signals move nothing.
    ``refuse``  is called with the entries of the table of signals by rows where it would be too large.
    """
    law, seen = observation.law(columns), observation.seen(columns)
    classes, which, kept = [], np.empty(game.n_rows, dtype=np.int64), []
    known: dict[bytes, tuple[Ints, Ints]] = {}
    for s in range(game.n_states):
        rows = game.rows_of(s)
        key = seen[rows.start : rows.stop].tobytes()
        if key not in known:
            found, index = np.unique(seen[rows.start : rows.stop], axis=0, return_inverse=True)
            known[key] = found, index.ravel()
        classes.append(known[key][0])
        which[rows.start : rows.stop] = known[key][1]
        kept.append(np.flatnonzero(law[rows.start : rows.stop].any(axis=0)))
    sizes = np.diff(game.row_start)
    plain = [len(classes[s]) == sizes[s] and len(kept[s]) == 1 for s in range(game.n_states)]
    entries = sum(int(n) * len(c) * len(k) for n, c, k, p in zip(sizes, classes, kept, plain, strict=True) if not p)
    if entries > size.ENTRY_LIMIT:
        refuse(entries)
    labels: list[tuple[str, ...]] = []
    tables, moves, said = [], [], []
    for s in range(game.n_states):
        rows = game.rows_of(s)
        n_classes, here = len(classes[s]), kept[s]
        if plain[s]:
            labels.append(())
            tables.append(np.zeros((len(rows), 0)))
            moves.append(np.zeros(0, dtype=np.int64))
            said.append(np.zeros(0, dtype=np.int64))
            continue
        table = np.zeros((len(rows), n_classes, len(here)))
        table[np.arange(len(rows)), which[rows.start : rows.stop]] = law[rows.start : rows.stop][:, here]
        labels.append(_labels(observation, classes[s], here))
        tables.append(table.reshape(len(rows), -1))
        moves.append(np.repeat(np.arange(n_classes), len(here)))
        said.append(np.tile(here, n_classes))
    monitoring = PublicMonitoring(tuple(labels), tuple(tables))
    if after is not None:
        monitoring = replace(monitoring, next_law=_next_law(monitoring, game, which, kept, after))
    return monitoring, SeenByAll(observation, tuple(classes), tuple(moves), tuple(said))


def _labels(observation: Observation, classes: Ints, kept: Ints) -> tuple[str, ...]:
    moves = [observation.moves_in_short(seen) for seen in classes]
    said = [observation.said_in_short(int(k)) for k in kept]
    return tuple("; ".join(part for part in (a, b) if part) or "nothing to report" for a in moves for b in said)


def _next_law(
    monitoring: PublicMonitoring, game: StochasticGame, which: Ints, kept: list[Ints], after: After
) -> csr_array:
    """csr_array[pairs, states]: the next state given row and signal; where the row never has the signal, it stays."""
    sizes = np.array([table.size for table in monitoring.law])
    n_pairs = int(sizes.sum())
    place = np.full((game.n_states, max((int(k.max()) for k in kept), default=0) + 1), -1, dtype=np.int64)
    count = np.array([len(k) for k in kept])
    for s, here in enumerate(kept):
        place[s, here] = np.arange(len(here))
    pairs, targets, chances = [], [], []
    moved = np.zeros(n_pairs, dtype=bool)
    for rows, states, probability in after:
        at = game.row_state[rows]
        local = rows - game.row_start[at]
        width = np.array([len(labels) for labels in monitoring.signals])[at]
        r, y, k = np.nonzero(probability > 0)
        here = place[at[r], np.minimum(y, place.shape[1] - 1)]
        use = (width[r] > 0) & (here >= 0) & (y < place.shape[1])
        r, y, k, here = r[use], y[use], k[use], here[use]
        pair = monitoring.pair_start[at[r]] + local[r] * width[r] + which[rows[r]] * count[at[r]] + here
        moved[pair] = True
        pairs.append(pair)
        targets.append(states[r, y, k])
        chances.append(probability[r, y, k])
    idle = np.flatnonzero(~moved)
    pairs.append(idle)
    targets.append(np.repeat(np.arange(game.n_states), sizes)[idle])
    chances.append(np.ones(len(idle)))
    out = csr_array(
        (np.concatenate(chances), (np.concatenate(pairs), np.concatenate(targets))), shape=(n_pairs, game.n_states)
    )
    out.sum_duplicates()
    out.sort_indices()
    return out


def alike(observation: Observation, columns: Columns, profiles: int) -> Ints:
    """Int[rows]: rows of one state that everyone sees alike share a number; states have ``profiles`` rows each."""
    _, which = np.unique(observation.seen(columns)[:profiles], axis=0, return_inverse=True)
    states = np.arange(columns.size // profiles)
    return np.asarray((states[:, None] * profiles + which.ravel()).ravel(), dtype=np.int64)


def refuse_telling(variable: str, articles: Iterable[str], codes: Ints, probability: Floats, groups: Ints) -> None:
    """Raise ``CompilationError`` if what follows tells apart what everyone sees alike (``groups`` Int[entries])."""
    weights = np.random.default_rng(2).random(int(codes.max()) + 1)
    mark = (weights[codes] * probability).sum(axis=1)
    low = np.full(int(groups.max()) + 1, np.inf)
    high = -low
    np.minimum.at(low, groups, mark)
    np.maximum.at(high, groups, mark)
    if np.any((high - low)[groups] > TOLERANCE):
        raise CompilationError(
            f"article {', '.join(sorted(set(articles)))}: {variable!r} follows conduct that nobody sees, and would "
            "give it away; make conduct in the matter public, or let the clause follow what audits and reports flag"
        )
