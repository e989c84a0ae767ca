"""What the page of ``servanda play`` is made from: one JSON object, ``servanda-play/1``, packed into a line of text.

Everything is judged before; the page looks things up.  Texts stand once in ``strings``, named by number ("text");
parties are named by number in the order of ``parties``; a "set" is a whole number whose bit k says whether k is in it.
Numbers that are not known are null.  Amounts are in ``unit``, rounded to four significant digits.  Years count from 1,
the first after signature.

==============  ========================================================================================================
``format``      "servanda-play/1"
``title``       of the treaty; ``source``: the first 12 digits of the file's SHA-256
``unit``        such as "EUR million per year", and ``once``, the same for a one-off: "EUR million"
``period``      such as "year"
``notes``       list of sentences that say how designs were chosen and judged, for small print
``parties``     list of {id, name, outside: value per period without the treaty, discount, role}
``role``        {stakes: [{matter, label, value}], target, target_words, red_line}: what the party earns in each case
                (label: "both keep it", ...); a secret target, value per period; its red line as a sentence
``axes``        at most five, the cards of the draft: {path, article, heading, label, values: [words],
                raw: [the values as the file writes them], prose: [text per value: the clause in the treaty's words]}
``text``        number of the design that is the text as it stands
``clauses``     [{article, label}], those that were taken out in turn
``designs``     columns, each a list with one entry per design.  Designs are numbered row-major over the axes (the last
                axis moves fastest), so that design k = sum of index_a * stride_a
``strings``     list of texts
``menus``       [[text, ...], ...]: lists of moves
``tables``      situations and moves of a game, shared by designs: see below
``pays``        [[amounts of the first party, one per row], [of the second], ...]: what each row of a table brings
``autos``       how the certificate's strategies go through the nodes of a table: see below
``plays``       {auto, pay, mean: [per party], worth: [per party]}: ``mean`` is the expected average payoff per period
                over the ``years`` of the automaton if everybody follows it, undiscounted; ``worth`` the discounted
                average for ever
``lines``       [[amount or null per year], ...]: lines of margins by year
==============  ========================================================================================================

Columns of ``designs``:

==================  ====================================================================================================
``verdict``         0 no, 1 yes, 2 undecided, 3 no treaty (terms that do not go together; all else is then empty)
``proved``          1 with a certificate that exact code checked, 0 computed only
``rung``            lowest rung that holds: 1 enforces itself, 2 proportionate answers, 3 ends cooperation for good, 4
                    any credible punishment; 0 where none does or none is known.  ``length``: of rung 2, in periods
``margin``          of that same rung (of rung 4 where none holds): what the tightest departure costs (+) or wins (-)
``values``          per party, average per period if all comply from signature on: [value, ...]
``why``             text: the weakest link in plain words, without its amount, which is ``margin``
``article``         text: the article that the weakest link concerns; ``lawful`` 1 if that departure is lawful
``tempted``         party of the weakest link, -1 if not known; ``tempted_year`` the earliest year of it, 0 not known
``broken_by``       set of parties that first depart from compliance in the play below, 0 if none does within its years;
``broken_year``     in which year (0: never); of several possible breaks the likeliest.  ``broken_chance``: that it is
                    broken within its years at all
``lasts``           text, empty where everybody sees everything or compliance is kept for ever: how long the play keeps
                    to compliance before a break, as mistakes will have it, and how much of the time.  Such a treaty
                    is neither kept nor simply broken, and its margin says little
``because``         text: which clauses decide, found by taking out each in turn
``decides``         set of ``clauses`` without which the verdict would be another
``idle``            set of ``clauses`` without which nothing would change
``same``            set of axes no value of which changes anything here
``best``            -1, or the number of the design that one change of one clause leads to and that mends or improves it
``crosses``         set of parties whose red line it crosses
``hash``            12 hexadecimal digits of the certificate's SHA-256, "" without one
``kept``            per party, number of a line in ``lines``: margin of staying in each year if later years are kept
``lost``            the same given that all later years are lost already;  both -1 where there is no such line
``play``            number of the entry in ``plays`` that is lived through; -1 where there is none
``plan``            what it plays: 0 the certificate's own strategies, which keep the treaty; 1 the best stable plan
                    there is instead; 2 none
==================  ====================================================================================================

A table: ``situation`` [text per state]; ``ended`` [1 where the treaty no longer operates]; ``moves`` [[menu per party]
per state]; ``first`` [number of the state's first row].  Rows of a state are its move profiles, the last party's move
changing fastest; row = first[state] + sum of move_i * product of the later parties' numbers of moves.

An automaton: ``table``; ``years`` to live through; ``start``: a law; ``modes`` [text]; ``state``, ``mode``, ``act``,
``keeps``: per node; ``next``: per node, one law per row of its state; ``path``: nodes of the likeliest course, one per
year.  ``act`` is the profile that the strategies play there (row within the state), ``keeps`` 1 if that is compliance.
A law is a number in ``laws`` of the automaton: a flat list [node, chance, node, chance, ...].  Draw the next node from
the law of the profile that was really played; if one party alone departs it is the answer to that.  After what several
parties do at once nobody is answered; -1 in place of a law: play leaves what the strategies say (only several at once
can do that), and the game ends there.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Hashable, Sequence
from typing import Any, final

from treaties.findings.amounts import once, per_period
from treaties.findings.answer import Answer
from treaties.findings.signal_words import lasting_in_short
from treaties.model.treaty import Treaty
from treaties.playing.automaton import Lived, PlayAutomaton, PlayTable, rounded
from treaties.playing.designs import Grid
from treaties.playing.judged import NO_PLAY, DesignFound, Line
from treaties.playing.neighbours import best_change, idle_axes
from treaties.playing.reasons import Reason, clauses_of
from treaties.playing.roles import Role, crosses, role_of
from treaties.playing.words import because, heading, label, mode_words, prose, term_of, value_words, why

FORMAT = "servanda-play/1"
VERDICTS: dict[Answer | None, int] = {"unsustainable": 0, "sustainable": 1, "undecided": 2, None: 3}
NONE = -1
MOST_MOVES = 60_000
"""Moves whose answers a page can hold; strategies beyond them are left out, so that it stays below 300 KB."""
TOO_LARGE = "Not every design can be lived through: the strategies of all would be too large for one page."


def play_data(
    grid: Grid, found: Sequence[DesignFound], reasons: Sequence[Reason], notes: Sequence[str]
) -> dict[str, Any]:
    """The ``servanda-play/1`` object of a grid of designs.

    ``notes``  sentences on how designs were judged, beside those on how they were chosen.
    """
    treaty, pack = grid.treaty, _Pack(grid.treaty)
    columns: dict[str, list[Any]] = {}
    mine = found[grid.text].lived
    if mine is not None:
        pack.play(mine)
    for number, (one, reason) in enumerate(zip(found, reasons, strict=True)):
        for name, value in _row(grid, found, number, one, reason, pack).items():
            columns.setdefault(name, []).append(value)
    axes = [_axis(grid, k, pack) for k in range(len(grid.axes))]
    return {
        "format": FORMAT,
        "title": treaty.title,
        "source": treaty.source_hash[:12],
        "unit": per_period(treaty.payoff_unit, treaty.period),
        "once": once(treaty.payoff_unit, treaty.period),
        "period": treaty.period,
        "notes": [*grid.notes, *notes, *([TOO_LARGE] if pack.full else [])],
        "parties": [
            {
                "id": party.id,
                "name": party.name,
                "outside": rounded(party.outside_option.value),
                "discount": party.discount.value,
                "role": _role(role_of(treaty, party, found)),
            }
            for party in treaty.parties
        ],
        "axes": axes,
        "text": grid.text,
        "clauses": [{"article": one.article, "label": heading(one)} for one in clauses_of(treaty)],
        "designs": columns,
        **pack.shared(),
    }


def packed(data: dict[str, Any]) -> str:
    """The object as a line of text for a page: JSON, deflated (zlib), in base64."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


def unpacked(line: str) -> dict[str, Any]:
    """What was packed."""
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(line)))
    return found


def _axis(grid: Grid, k: int, pack: _Pack) -> dict[str, Any]:
    axis, treaty = grid.axes[k], grid.treaty
    term = term_of(axis)
    return {
        "path": axis.path,
        "article": axis.clause.article,
        "heading": heading(axis.clause),
        "label": label(axis),
        "values": [value_words(treaty, term, value) for value in axis.values],
        "raw": list(axis.values),
        "prose": [pack.text(prose(treaty, axis, term, value)) for value in axis.values],
    }


def _role(role: Role) -> dict[str, Any]:
    return {
        "stakes": [{"matter": s.matter, "label": s.label, "value": rounded(s.value)} for s in role.stakes],
        "target": role.target,
        "target_words": role.target_words,
        "red_line": role.red_line,
    }


def _row(
    grid: Grid, found: Sequence[DesignFound], number: int, one: DesignFound, reason: Reason, pack: _Pack
) -> dict[str, Any]:
    """The entry of each column for one design."""
    treaty, clauses = grid.treaty, clauses_of(grid.treaty)
    ids = [party.id for party in treaty.parties]
    known = one.verdict is not None
    at = NONE if one.lived is None else pack.play(one.lived)
    play = None if at == NONE else one.lived
    return {
        "verdict": VERDICTS[one.verdict],
        "proved": int(one.proved),
        "rung": one.rung,
        "length": one.length,
        "margin": None if one.margin is None else rounded(one.margin),
        "values": [rounded(value) for value in one.values],
        "why": pack.text(why(one.verdict, one.link, one.problem)),
        "article": pack.text("" if one.link is None or one.link.article == "-" else one.link.article),
        "lawful": int(one.link is not None and one.link.lawful),
        "tempted": ids.index(one.tempted) if one.tempted in ids else NONE,
        "tempted_year": one.tempted_year,
        "broken_by": 0 if play is None else _set(play.broken_by),
        "broken_year": 0 if play is None else play.broken_year,
        "broken_chance": 0.0 if play is None else rounded(play.broken_chance),
        "lasts": pack.text(
            "" if play is None or one.cooperation is None else lasting_in_short(one.cooperation, treaty.period)
        ),
        "because": pack.text(because(one.verdict, reason, clauses)),
        "decides": _set(reason.decide) if one.verdict in ("sustainable", "unsustainable") else 0,
        "idle": _set(reason.idle) if known and one.cooperation is None else 0,
        "same": _set(idle_axes(grid, found, number)) if known else 0,
        "best": best_change(grid, found, number) if known else NONE,
        "crosses": crosses(treaty, one) if known else 0,
        "hash": one.digest[:12],
        "kept": [pack.line(one.kept.get(party)) for party in ids],
        "lost": [pack.line(one.lost.get(party)) for party in ids],
        "play": at,
        "plan": NO_PLAY if play is None else one.plan,
    }


def _set(members: Sequence[int]) -> int:
    return sum(1 << k for k in members)


@final
class _Pool:
    """Things that stand once, and are named by number."""

    def __init__(self) -> None:
        self._number: dict[Hashable, int] = {}
        self.items: list[Any] = []

    def of(self, key: Hashable, item: Any) -> int:
        """The number of a thing; ``item`` as it is written."""
        if key not in self._number:
            self._number[key] = len(self.items)
            self.items.append(item)
        return self._number[key]


@final
class _Pack:
    """What designs share."""

    def __init__(self, treaty: Treaty) -> None:
        self._treaty, self._moves, self._held, self.full = treaty, 0, set[PlayAutomaton](), False
        names = ("strings", "menus", "tables", "pays", "autos", "plays", "lines")
        self._pools = {name: _Pool() for name in names}

    def shared(self) -> dict[str, list[Any]]:
        """All pools by their name."""
        return {name: pool.items for name, pool in self._pools.items()}

    def text(self, words: str) -> int:
        """The number of a text."""
        return self._pools["strings"].of(words, words)

    def line(self, line: Line | None) -> int:
        """The number of a line of margins; ``NONE`` where nothing of it is known."""
        if line is None or all(value is None for value in line):
            return NONE
        told = tuple(None if value is None else rounded(value) for value in line)
        return self._pools["lines"].of(told, list(told))

    def play(self, play: Lived) -> int:
        """The number of a play; ``NONE`` where the page has no room for its strategies."""
        size = sum(map(len, play.automaton.next))
        if play.automaton not in self._held:
            if self._held and self._moves + size > MOST_MOVES:
                self.full = True
                return NONE
            self._held.add(play.automaton)
            self._moves += size
        auto, pays = self._automaton(play.automaton), self._pools["pays"].of(play.pays, [list(p) for p in play.pays])
        item = {"auto": auto, "pay": pays, "mean": [float(f"{m:.9g}") for m in play.mean], "worth": list(play.worth)}
        return self._pools["plays"].of((auto, pays, play.mean, play.worth), item)

    def _automaton(self, automaton: PlayAutomaton) -> int:
        return self._pools["autos"].of(automaton, {
            "table": self._table(automaton.table),
            "years": automaton.years,
            "start": _flat(automaton.start),
            "modes": [self.text(mode_words(name, self._treaty)) for name in automaton.modes],
            "state": list(automaton.state),
            "mode": list(automaton.mode),
            "act": list(automaton.act),
            "keeps": [int(keeps) for keeps in automaton.keeps],
            "laws": [_flat(law) for law in automaton.laws],
            "next": [list(ahead) for ahead in automaton.next],
            "path": list(automaton.path),
        })  # fmt: skip

    def _table(self, table: PlayTable) -> int:
        return self._pools["tables"].of(table, {
            "situation": [self.text(words) for words in table.situations],
            "ended": [int(ended) for ended in table.ended],
            "moves": [[self._menu(menu) for menu in state] for state in table.moves],
            "first": list(table.first),
        })  # fmt: skip

    def _menu(self, moves: tuple[str, ...]) -> int:
        return self._pools["menus"].of(moves, [self.text(move) for move in moves])


def _flat(law: Sequence[tuple[int, float]]) -> list[float]:
    return [part for pair in law for part in pair]
