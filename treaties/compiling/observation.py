"""What everyone sees of a period: moves that are public, and signals about conduct that is not.

Procedural moves (votes, notice, vetoes, payments) and conduct that is public are seen as they are.  Other conduct is
not; what is seen of it are the matter's own yearly flag, if it has one, and the signals of articles.  All
are independent of one another given the state and what was done.  An accident is a slip that looks like a breach when
conduct is examined; each examination meets its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from math import prod
from typing import NoReturn, TypeVar, final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from games.model.public_monitoring import PublicMonitoring, SignalTable, packed
from games.model.stochastic_game import StochasticGame
from games.numerics.on_demand import OnDemand
from treaties.compiling import size
from treaties.compiling.conduct import does_comply
from treaties.compiling.merging import MergedChoice
from treaties.compiling.rows import moves_of
from treaties.compiling.scopes import Offer
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

K = TypeVar("K")
T = TypeVar("T", bound=np.generic)

FLAGGED, UNFLAGGED = "flagged", "not flagged"
TOLERANCE = 1e-9


@final
@dataclass(frozen=True, eq=False)
class Observation:
    """The signals of a treaty and what they can say together; no arrays of the size of the game.

    ``unseen``  by (party, matter): whose conduct in what nobody sees.
    ``signals`` those that are drawn on their own first, then those that follow a flag; else in the file's order of
                matters and parties, then by name.
    ``codes``   Int[combinations, signals]: what each signal says in each combination of their values.
    """

    treaty: Treaty
    context: ProvisionContext
    choices: tuple[MergedChoice, ...]
    unseen: frozenset[tuple[str, str]]
    signals: tuple[Signal, ...]
    codes: Ints

    @staticmethod
    def of(
        treaty: Treaty, context: ProvisionContext, choices: tuple[MergedChoice, ...], signals: tuple[Signal, ...]
    ) -> Observation:
        """What is seen of a treaty with these signals, few enough for a table of all that they can say together."""
        unseen = frozenset((party, matter.id) for matter in treaty.matters for party in hidden_parties(treaty, matter))
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
        keys = tuple((party, matter.id) for matter in self.treaty.matters for party in self.context.parties)
        seen = replace(columns, seeming=OnDemand(keys, partial(self._seeming, columns)), unseen=self.unseen)
        return replace(seen, suspected=OnDemand(keys, partial(self._suspected, seen)))

    def _suspected(self, columns: Columns, key: tuple[str, str]) -> Floats:
        """Float[rows]: chance that the signals on a party's conduct in a matter accuse it and none takes that back."""
        about = tuple(signal for signal in self.signals if (signal.party, signal.matter) == key)
        if not about:
            return columns.constant(0.0)
        sizes = [len(signal.values) for signal in about]
        codes = np.stack(np.unravel_index(np.arange(prod(sizes)), sizes), axis=1).astype(np.int64)
        alone = replace(self, signals=about, codes=codes)
        return np.asarray(alone.law(columns) @ alone.accused[key])

    def _seeming(self, columns: Columns, key: tuple[str, str]) -> Floats:
        matter = self.treaty.matter(key[1])
        mishap = matter.mishap(key[0])
        slips = np.where(columns.operating, mishap * self._left(columns, *key), mishap)
        return np.where(does_comply(matter, key[0], columns), slips, 1.0)

    def _left(self, columns: Columns, party: str, matter: str) -> Floats:
        """Float[rows]: share of a party's accidents in a matter that compliance units leave."""
        shares = [columns.constant(1.0)]
        for unit in self.context.all_said(AccidentsLeft):
            if (unit.parties is None or party in unit.parties) and (unit.matters is None or matter in unit.matters):
                share = columns.constant(unit.share)
                shares.append(share if unit.where is None else np.where(unit.where(columns), share, 1.0))
        # Multiplying in the order of size makes the result independent of the order of articles.
        return np.asarray(np.sort(np.array(shares), axis=0).prod(axis=0))

    def law(self, columns: Columns) -> Floats:
        """Float[rows, combinations]: how likely each combination of signals is."""
        out = np.ones((columns.size, self.width))
        for k, signal in enumerate(self.signals):
            said = chances_of(signal, columns)[:, self.codes[:, k]]
            if signal.after_flag:
                said = np.where(self.asks(signal), said, np.equal(self.codes[:, k], 0)[None, :])
            out *= said
        return out

    def asks(self, signal: Signal) -> Bools:
        """Bool[combinations]: where a signal that follows flags is drawn."""
        return self._says((signal.party, signal.matter), "flags", but=signal)

    def with_signals(self, columns: Columns) -> Columns:
        """Rows repeated once for every combination of signals, in C order, with what the signals say."""
        width = self.width

        def spread(values: Mapping[tuple[str, str], Bools]) -> dict[tuple[str, str], Bools]:
            return {key: np.tile(said, columns.size) for key, said in values.items()}

        def repeated(values: Mapping[K, NDArray[T]]) -> Mapping[K, NDArray[T]]:
            return OnDemand(values, lambda key: np.repeat(values[key], width))

        return Columns(
            columns.size * width,
            repeated(columns.codes),
            columns.values,
            repeated(columns.chosen),
            columns.options,
            repeated(columns.in_breach),
            repeated(columns.complies),
            repeated(columns.vetoed),
            repeated(columns.absent),
            repeated(columns.released),
            repeated(columns.seeming),
            columns.unseen,
            spread(self.accused),
            spread(self.certified),
        )

    def seen_of(self, choice: int, taken: Ints) -> Ints:
        """Options of a choice as everyone sees them: as they are, -2 for conduct that nobody sees."""
        of = self.choices[choice]
        if (of.party, of.matter) not in self.unseen or of.procedural:
            return taken
        concealed = np.array([not option.suspends and not option.releases for option in of.options] + [False])
        return np.where(concealed[taken], -2, taken)

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


def chances_of(signal: Signal, columns: Columns) -> Floats:
    """Float[rows, values]: how likely a signal is to say what; raises ``CompilationError`` if that is no law."""
    law = signal.law(columns)
    off = np.abs(law.sum(axis=1) - 1) > TOLERANCE
    if law.shape != (columns.size, len(signal.values)) or np.any(law < 0) or np.any(off):
        raise CompilationError(
            f"article {signal.article}: the chances of what {signal.name!r} may say are negative or do not add "
            "up to 1; correct its probabilities"
        )
    return law


@final
@dataclass(frozen=True, eq=False)
class SeenByAll:
    """The signals of a compiled treaty, state by state, in the order of ``game.monitoring``.

    ``seen``   per state Int[classes, choices]: moves as everyone sees them (``Observation.seen_of``).
    ``moves``  per state Int[signals]: the class of moves.
    ``said``   per state Int[signals]: the combination of the values of the signals.
    """

    observation: Observation
    seen: tuple[Ints, ...]
    moves: tuple[Ints, ...]
    said: tuple[Ints, ...]


def hidden_parties(treaty: Treaty, matter: Matter) -> tuple[str, ...]:
    """The parties whose conduct in a matter nobody sees."""
    return tuple(party.id for party in treaty.signatories if matter.hides(party.id))


def signals_of(treaty: Treaty, context: ProvisionContext, effects: Iterable[Effect]) -> tuple[Signal, ...] | None:
    """The signals of articles and the yearly flags, in order; None if everyone sees everything and nobody signals.

    Raises ``CompilationError`` when two articles send one signal.
    """
    signals = [effect for effect in effects if isinstance(effect, Signal)]
    if not signals and not any(hidden_parties(treaty, matter) for matter in treaty.matters):
        return None
    for matter in treaty.matters:
        signals += [_yearly_flag(matter, party) for party in context.parties if matter.flag(party) is not None]
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
    flag = matter.flag(party)
    assert flag is not None
    flagged = np.where(columns.acts(party, matter.id), columns.flag_chance(party, matter.id, *flag), 0.0)
    return np.stack([1.0 - flagged, flagged], axis=1)


@final
@dataclass(frozen=True, eq=False)
class SeenMoves:
    """States in which the same moves are seen alike.

    ``states``  Int[states], in order.
    ``seen``    per party Int[moves, choices of the party]: each move as everyone sees it (``Observation.seen_of``).
    ``law``     Int[states, profiles]: the number of the law of signals after each profile.
    """

    states: Ints
    seen: tuple[Ints, ...]
    law: Ints


@final
class _Tables:
    """The tables of signals of a game, state by state: a row fills the block of what is seen of its moves, no more."""

    def __init__(self, n_states: int) -> None:
        nothing = np.zeros(0, dtype=np.int64)
        self.labels: list[tuple[str, ...]] = [()] * n_states
        self.tables: list[SignalTable] = [np.zeros((0, 0))] * n_states
        self.classes: list[Ints] = [nothing.reshape(0, 0)] * n_states
        self.moves: list[Ints] = [nothing] * n_states
        self.said: list[Ints] = [nothing] * n_states
        self.which: list[Ints] = [nothing] * n_states
        self.kept: list[Ints] = [nothing] * n_states


def monitoring_of(
    observation: Observation,
    game: StochasticGame,
    blocks: Iterable[SeenMoves],
    laws: Floats,
    after: Callable[[int], tuple[Ints, Floats]] | None,
    refuse: Callable[[int], NoReturn],
) -> tuple[PublicMonitoring, SeenByAll]:
    """The public monitoring of a game compiled without it, and what its signals mean.

    ``laws``    Float[laws, combinations]: the distinct laws of signals.
    ``after``   by state: Int[rows, combinations, k] next states and Float[rows, combinations, k], their chances given
                the signals; None where signals move nothing.
    ``refuse``  is called with the entries of the tables of signals where they would be too many.
    """
    out = _Tables(game.n_states)
    entries = 0
    for block in blocks:
        classes, which = seen_classes(block.seen)
        kept_laws = laws[block.law] > 0 if block.law.size * laws.shape[1] <= size.ENTRY_LIMIT else None
        known: dict[bytes, tuple[str, ...]] = {}
        for k, s in enumerate(block.states.tolist()):
            used = laws[np.unique(block.law[k])].any(axis=0) if kept_laws is None else kept_laws[k].any(axis=0)
            kept = np.flatnonzero(used)
            out.classes[s], out.which[s], out.kept[s] = classes, which, kept
            if len(classes) == len(which) and len(kept) == 1:
                out.tables[s] = np.zeros((len(which), 0))
                continue
            entries += max(len(which), len(classes)) * len(kept)
            pairs = len(which) * len(classes) * len(kept)
            if entries > size.ENTRY_LIMIT or (after is not None and pairs > size.ENTRY_LIMIT):
                refuse(entries if after is None else pairs)
            if used.tobytes() not in known:
                known[used.tobytes()] = _labels(observation, classes, kept)
            out.labels[s] = known[used.tobytes()]
            out.tables[s] = _table(which, len(classes), laws[block.law[k]][:, kept])
            out.moves[s] = np.repeat(np.arange(len(classes)), len(kept))
            out.said[s] = np.tile(kept, len(classes))
    monitoring = PublicMonitoring(tuple(out.labels), tuple(out.tables))
    if after is not None:
        monitoring = replace(monitoring, next_law=_next_law(monitoring, game, out.which, out.kept, after))
    return monitoring, SeenByAll(observation, tuple(out.classes), tuple(out.moves), tuple(out.said))


def seen_classes(seen: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Int[classes, choices], what can be seen of all moves together, and Int[profiles], which of them each gives."""
    found = [np.unique(moves, axis=0, return_inverse=True) for moves in seen]
    distinct, whose = moves_of([len(kinds) for kinds, _ in found]), moves_of([len(moves) for moves in seen])
    classes = np.concatenate([kinds[k] for (kinds, _), k in zip(found, distinct, strict=True)], axis=1)
    which = np.zeros(len(whose[0]), dtype=np.int64)
    for (kinds, number), k in zip(found, whose, strict=True):
        which = which * len(kinds) + number.ravel()[k]
    return classes, which


def _table(which: Ints, classes: int, law: Floats) -> SignalTable:
    """The table of a state from Float[rows, kept combinations]: each row fills the block of its class."""
    rows, kept = law.shape
    at = which[:, None] * kept + np.arange(kept)
    pointer = kept * np.arange(rows + 1)
    return packed(csr_array((law.ravel(), at.ravel(), pointer), shape=(rows, classes * kept)))


def _labels(observation: Observation, classes: Ints, kept: Ints) -> tuple[str, ...]:
    moves = [observation.moves_in_short(seen) for seen in classes]
    said = [observation.said_in_short(int(k)) for k in kept]
    return tuple("; ".join(part for part in (a, b) if part) or "nothing to report" for a in moves for b in said)


def _next_law(
    monitoring: PublicMonitoring,
    game: StochasticGame,
    which: Sequence[Ints],
    kept: Sequence[Ints],
    after: Callable[[int], tuple[Ints, Floats]],
) -> csr_array:
    """csr_array[pairs, states]: the next state given row and signal; where the row never has the signal, it stays."""
    start = monitoring.pair_start
    # Begun with nothing: where no state has signals to tell apart there are no pairs.
    pairs, targets, chances = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for s, labels in enumerate(monitoring.signals):
        if not labels:
            continue
        states, given = after(s)
        r, y, k = np.nonzero(given[:, kept[s]] > 0)
        pair = start[s] + r * len(labels) + which[s][r] * len(kept[s]) + y
        idle = np.ones(int(start[s + 1] - start[s]), dtype=bool)
        idle[pair - start[s]] = False
        pairs += [pair, start[s] + np.flatnonzero(idle)]
        targets += [states[:, kept[s]][r, y, k], np.full(int(idle.sum()), s)]
        chances += [given[:, kept[s]][r, y, k], np.ones(int(idle.sum()))]
    out = csr_array(
        (np.concatenate(chances), (np.concatenate(pairs), np.concatenate(targets))),
        shape=(int(start[-1]), game.n_states),
    )
    out.sum_duplicates()
    out.sort_indices()
    return out


def alike(observation: Observation, offer: Offer, scope: tuple[int, ...]) -> Ints:
    """Int[rows]: rows of one state that everyone sees alike share a number; rows are those of ``Scopes.over``."""
    sizes = offer.sizes(scope)
    which = np.zeros(int(np.prod(sizes)), dtype=np.int64)
    for c, place in zip(scope, moves_of(sizes) if scope else (), strict=True):
        seen = observation.seen_of(c, np.array(offer.options[c], dtype=np.int64))[place]
        which = which * (len(observation.choices[c].options) + 2) + seen + 2
    _, which = np.unique(which, return_inverse=True)
    states = np.arange(len(offer.states))
    return np.asarray((states[:, None] * len(which) + which.ravel()).ravel(), dtype=np.int64)


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
