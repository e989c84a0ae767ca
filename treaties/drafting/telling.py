"""The list of clauses and the page of one of them, as lines for a terminal."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator, Sequence

from treaties.drafting.catalogue import ClauseEntry, Term
from treaties.reading.toml_text import in_toml

WIDTH = 110


def listed(entries: Sequence[ClauseEntry]) -> Iterator[str]:
    """One line a clause, group by group; presets below the clause that they are made of."""
    widest = max(len(entry.type) for entry in entries) + 4
    for group, members in itertools.groupby(entries, key=lambda entry: entry.group):
        yield f"{group[0].upper()}{group[1:]}"
        for entry in members:
            name = entry.type if entry.preset_of is None else f"- {entry.type}"
            what = f"a preset of {entry.preset_of}" if entry.preset_of is not None else entry.about.partition(". ")[0]
            yield f"  {name:<{widest}}{entry.title}: {what[0].lower()}{what[1:].rstrip('.')}"
    yield ""
    yield "servanda provisions NAME tells what one of them does, and how it is written."


def page(entry: ClauseEntry, host: str | None = None) -> Iterator[str]:
    """What there is to say of one clause or preset; ``host`` names the treaty in which the example can stand."""
    yield f'{entry.title}   type = "{entry.type}"'
    if entry.preset_of is not None:
        filled = ", ".join(f"{term} = {in_toml(value)}" for term, value in entry.filled_in.items())
        how = f", with {filled} unless the file says otherwise" if filled else ""
        yield from _paragraph(f"A preset of {entry.preset_of}{how}.")
    yield ""
    yield from _paragraph(entry.about)
    yield from _paragraph(entry.mechanism, "Incentives: ")
    yield ""
    yield "Terms"
    for term in entry.terms:
        yield from _term(term)
    shared = ", ".join(term.name for term in entry.shared_terms)
    yield from _paragraph(f"Every clause may also have: {shared}.", "  ")
    if entry.example:
        yield ""
        yield "Example (a legal block; its numbers are placeholders)" if host is None else f"A block that fits {host}"
        yield from (f"  {line}" for line in entry.example.splitlines())
        if host is None:
            yield from _paragraph(
                "Put your own ids in the place of A and B (parties), FIRM (signs nothing), trade (a matter) and shock "
                f"(an event), or let servanda provisions {entry.type} --in my_treaty.toml do it.",
                "  ",
            )
    yield ""
    if entry.presets:
        yield from _paragraph(f"Presets: {', '.join(entry.presets)}.")
    yield from _paragraph(entry.cannot_say, "What it cannot say: ")
    yield from _paragraph(_neutral(entry), "When it changes nothing: ")
    yield from _paragraph(f"{entry.real_treaty}.", "A real treaty that has it: ")
    yield from _paragraph(f"{entry.reference}.", "Sources: ")


def _neutral(entry: ClauseEntry) -> str:
    if entry.neutral_terms:
        return "with " + ", ".join(f"{term} = {in_toml(value)}" for term, value in entry.neutral_terms.items()) + "."
    return f"never: {entry.no_neutral_terms}."


def _term(term: Term) -> Iterator[str]:
    said = ["needed" if term.needed else f"default {term.default}" if term.default is not None else "may be left out"]
    if term.choices:
        said.append(f"one of {', '.join(term.choices)}" if len(term.choices) > 1 else f"a number or {term.choices[0]}")
    if term.least is not None and term.most is not None:
        said.append(f"{term.least:g} to {term.most:g}")
    elif term.least is not None:
        said.append(f"{term.least:g} or more")
    if term.unit:
        said.append(f"in {term.unit}" if term.unit in ("payoff unit", "years") else f"a {term.unit}")
    yield f"  {term.name}   ({'; '.join(said)})"
    yield from _paragraph(term.meaning, "      ")


def _paragraph(text: str, head: str = "") -> Iterator[str]:
    """A text in lines of moderate width; a head of blanks is kept before every line."""
    if text:
        rest = head if not head.strip() else "  "
        yield from textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=rest, break_on_hyphens=False)
