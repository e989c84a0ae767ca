"""What a terminal says of a briefing in twelve lines: the first answer to each question, and the best options.

The sentences are those of the page; what they leave out is told on request (``terminal``).
"""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from games.numerics.visible import visible
from treaties.advising.words import COMPUTED, PROVED
from treaties.briefing.briefing import Briefing
from treaties.briefing.parts import Option
from treaties.findings import verdict_words as words
from treaties.findings.amounts import money, signed

LINES = 12
"""As many as are read at a glance."""
ANSWERED = 3
"""Columns of options that are told in any case: place, name, answer."""
FEWEST = 1
"""Options that are shown, however long the answers are."""
REMARKS = 2
"""Remarks on the text that are told."""
OPEN = ("unsustainable", "undecided")
"""What is told of signing."""
MORE, FEWER, SHORT = " …", 20, 60
"""What stands where an answer is cut for want of lines, about as many letters a time, and what is short enough."""
NARROW, WIDE = 40, 120
"""Columns that are used, however few or many there are."""


def short(briefing: Briefing, width: int, *, advised: bool, concept: str = "") -> list[str]:
    """The answers in lines of at most ``width`` columns, options as many as twelve lines leave room for.

    ``concept``  the solution concept of the verdict.
    ``advised``  worlds and the smallest change were asked for; else what was not asked for is not told.
    """
    width = min(max(width, NARROW), WIDE)
    lines = _printed(_answers(briefing, advised, concept), width)
    if briefing.option_groups:
        # Those of the first kind: what others withstand may not stand in the same column.
        ranked, every = briefing.option_groups[0].rows, sum(len(group.rows) for group in briefing.option_groups)
        # The heading takes a line, and so does what the command says last.
        room = max(LINES - len(lines) - 2, FEWEST)
        shown = min(room, len(ranked))
        more = f"  ({shown} of {every})" if every > shown else ""
        table = _printed(_options(briefing, ranked[:room], width - len(more)), width)
        lines += [table[0] + more, *table[1:]]
    return lines


def _answers(briefing: Briefing, advised: bool, concept: str) -> Table:
    rows: list[tuple[str, str]] = []

    def row(head: str, said: str) -> None:
        rows.append((head, visible(said)))

    likely, breaks, smallest, _ = briefing.first.replies
    row("Holds?", f"{words.MARKS[briefing.verdict]} {briefing.headline}.{_margin_told(briefing)}")
    if advised:
        row("Worlds", likely.said[0])
    row("Breaks", breaks.said[0])
    if smallest.said[0]:
        row("Change", smallest.said[0])
    if briefing.trust is not None:
        row("Trust", briefing.trust.said[0][1][0])
    if briefing.rights is not None and briefing.rights.said:
        row("Rights", briefing.rights.said[0])
    unwilling = [f"{party.name}: {party.signs[1]}" for party in briefing.first.parties if party.signs[0] in OPEN]
    if unwilling:
        row("Signs?", "; ".join(unwilling))
    odd = [fault for fault in briefing.faults if fault.severity != "note"]
    if odd:
        more = f" ({len(odd) - REMARKS} more)" if len(odd) > REMARKS else ""
        row("Remark", " ".join(f"{fault.place}: {fault.problem}" for fault in odd[:REMARKS]) + more)
    # What the command says last takes a line, and so does the heading of options.
    room = LINES - 1 - (1 + FEWEST if briefing.option_groups else 0)
    while len(_printed(_titled(briefing, rows, concept), WIDE)) > room:
        longest = max(range(1, len(rows)), key=lambda k: len(rows[k][1]))
        head, said = rows[longest]
        if len(said) < SHORT:
            break
        rows[longest] = head, _shorter(said)
    return _titled(briefing, rows, concept)


def _titled(briefing: Briefing, rows: Sequence[tuple[str, str]], concept: str) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column()
    for head, said in rows:
        table.add_row(head, said)
    grid = Table.grid()
    checked = ""
    if briefing.verdict != "undecided":
        checked = f", {'' if briefing.proof.accepted else 'NOT '}checked by exact arithmetic"
    sense = f" ({concept})" if concept else ""
    grid.add_row(visible(f"{briefing.title}: full compliance is {briefing.verdict}{sense}{checked}."))
    grid.add_row(table)
    return grid


def _margin_told(briefing: Briefing) -> str:
    """Of the verdict; with noisy signals it is of never breaking off, which tells nothing."""
    margin = briefing.ladder[-1].margin
    if margin is None or briefing.monitoring:
        return ""
    return f" Margin {money(margin, briefing.unit_once, sign=True)}, as a one-off."


def _shorter(said: str) -> str:
    """An answer without its last sentence, or with fewer words if it is one sentence; the page tells it whole.

    How a flip is known is told all the same.
    """
    rest = said.removesuffix(MORE)
    end = rest.rfind(". ")
    if end >= 0:
        return rest[: end + 1] + MORE
    known = next((f"; {how}." for how in (COMPUTED, PROVED) if rest.endswith(f"; {how}.")), "")
    rest = rest.removesuffix(known).removesuffix(MORE)
    return rest[: len(rest) - FEWER].rpartition(" ")[0] + MORE + known


def _options(briefing: Briefing, ranked: Sequence[tuple[str, Option]], width: int) -> Table:
    """Columns that say nothing of any option are left out, and from the last on those for which there is no room."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    columns: list[tuple[str, list[str]]] = [
        ("", [place for place, _ in ranked]),
        ("option", [one.name for _, one in ranked]),
        ("", [f"{words.MARKS[one.verdict]} {words.ANSWERS[one.verdict]}" for _, one in ranked]),
        ("of 100 worlds", [one.worlds for _, one in ranked]),
        (briefing.unit_once, [_margin(one) for _, one in ranked]),
        ("lasts", [one.lasts for _, one in ranked]),
        ("tightest", [one.tightest for _, one in ranked]),
    ]
    told = [(head, cells) for head, cells in columns if any(cells)]
    while len(told) > ANSWERED and sum(_width(head, cells) for head, cells in told) > width:
        told.pop()
    for head, _ in told:
        table.add_column(visible(head), no_wrap=True, overflow="ellipsis")
    for cells in zip(*(cells for _, cells in told), strict=True):
        table.add_row(*map(visible, cells))
    return table


def _width(head: str, cells: Sequence[str]) -> int:
    """Columns of the terminal that a column of the table takes, with the space behind it."""
    return max(map(cell_len, (head, *cells))) + 2


def _margin(option: Option) -> str:
    return "" if option.margin is None or option.lasts else signed(option.margin)


def _printed(table: Table, width: int) -> list[str]:
    """A table as lines; nothing in it is taken for markup."""
    text = StringIO()
    Console(
        file=text, width=width, color_system=None, force_terminal=False, emoji=False, markup=False, highlight=False
    ).print(table)
    return [line.rstrip() for line in text.getvalue().splitlines()]
