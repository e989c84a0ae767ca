"""The first file of a treaty: parties, matters and clauses by name, placeholders for every number, remarks on each."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from treaties.compiling.compile import compile_treaty
from treaties.drafting.example_blocks import MOST_TRIED, example_block, placeholder
from treaties.effects import CompilationError
from treaties.linting.clauses import lint
from treaties.model.errors import Place
from treaties.model.names import nearest
from treaties.model.treaty import SCHEMA
from treaties.provisions import all_types
from treaties.reading.document import validate_document
from treaties.reading.toml_text import block_in_toml, in_toml
from treaties.reading.treaty_file import read_treaty_text

PAYOFFS = {
    "reward": (3, "everybody complies"),
    "temptation": (5, "one breaches while the others comply"),
    "sucker": (-1, "one complies while the others breach"),
    "punishment": (0, "nobody complies"),
}
LABEL = "STYLISED - placeholders, not estimates: put your own numbers in their place"


class CannotDraft(ValueError):
    """No file can be written from what was asked for; the message says why and what to do."""


def draft(
    parties: Mapping[str, str],
    matters: Mapping[str, str],
    clauses: Sequence[str] = (),
    *,
    events: Mapping[str, str] | None = None,
    others: Mapping[str, str] | None = None,
    private: bool = False,
    title: str = "A first draft",
    unit: str = "points per year",
) -> str:
    """The text of a treaty file that can be read and solved.

    ``parties``, ``matters``, ``events``  names as readers see them, by id.  ``private``: nobody sees conduct.
    ``others``   who signs nothing (``signatory = false``).
    ``clauses``  types of clauses and presets; each names the first of the parties, matters and events that it may.
                 An event or a party that signs nothing is added for a clause that needs one.

    Raises ``CannotDraft``.
    """
    document = _without_clauses(parties, matters, private=private, title=title, unit=unit)
    document["party"] += [_third_party(party, name) for party, name in (others or {}).items()]
    document["event"] = [_event(event, name, parties) for event, name in (events or {}).items()]
    found, faults = validate_document(document)
    if found is None:
        told = "; ".join(filter(None, [faults[0].problem, faults[0].remedy]))
        raise CannotDraft(f"{_in_words(faults[0].place)}: {told}")
    for kind in clauses:
        if kind not in all_types():
            guess = nearest(kind, all_types())
            raise CannotDraft(f"there is no clause {kind!r}; {guess}servanda provisions lists all of them")
        document = _with_clause(kind, document, parties)
    text = _written(document)
    treaty = read_treaty_text(text, "the draft")
    wrong = [finding for finding in lint(treaty) if finding.severity == "error"]
    together = "these clauses do not go together" if len(clauses) > 1 else "this clause cannot stand alone"
    if wrong:
        raise CannotDraft(f"{together}: {wrong[0]}")
    try:
        compile_treaty(treaty)
    except CompilationError as error:
        raise CannotDraft(f"{together}: {error}") from None
    return text


def _in_words(place: Place) -> str:
    """Where in the answers a fault is, for somebody who has not seen the file."""
    blocks = {"party": "who signs", "matter": "what they cooperate on", "event": "what may disturb it"}
    return blocks.get(str(place[0]) if place else "", "the treaty")


def _with_clause(kind: str, document: Mapping[str, Any], parties: Mapping[str, str]) -> dict[str, Any]:
    """The document with one more clause, and with what the clause needs and the document lacks."""
    fuller = dict(document)
    for name, block in blocks_for(kind, document, parties):
        fuller[name] = [*fuller.get(name, []), block]
    return fuller


def blocks_for(
    kind: str, document: Mapping[str, Any], parties: Iterable[str], *, tries: int = MOST_TRIED
) -> list[tuple[str, dict[str, Any]]]:
    """The blocks, each with the name of its kind, that add a clause to a document: the clause is the last of them.

    Before it stands what the clause needs and the document lacks: an event, or a party that signs nothing.  Numbers
    are placeholders with ranges.  ``parties``  the ids of those who sign.  ``tries`` as of ``example_block``.

    Raises ``CannotDraft``.
    """
    firm, event = _third_party("FIRM", "Firm"), _event("crisis", "crisis", parties)
    lacking: list[list[tuple[str, dict[str, Any]]]] = [[], [("event", event)], [("party", firm)]]
    for more in lacking:
        host = dict(document)
        for name, block in more:
            host[name] = [*host.get(name, []), block]
        clause = example_block(all_types()[kind], host, ranged=True, tries=tries)
        if clause is not None:
            return [*more, ("provision", clause)]
    raise CannotDraft(
        f"no placeholders were found with which {kind} can stand in this treaty; leave it out and write it by "
        f"hand: servanda provisions {kind}"
    )


def _third_party(party: str, name: str) -> dict[str, Any]:
    return {"id": party, "name": name, "signatory": False, "discount": placeholder(0.9, 0.8, 0.95)}


def _event(event: str, name: str, parties: Iterable[str]) -> dict[str, Any]:
    return {
        "id": event,
        "title": name,
        "enter": placeholder(0.1, 0.05, 0.2),
        "stay": placeholder(0.5, 0.3, 0.7),
        "cost_of_complying": {party: placeholder(1.0, 0.5, 1.5) for party in parties},
    }


def _without_clauses(
    parties: Mapping[str, str], matters: Mapping[str, str], *, private: bool, title: str, unit: str
) -> dict[str, Any]:
    """The tables of a file whose treaty has no clauses yet."""
    return {
        "schema": SCHEMA,
        "title": title,
        "payoff_unit": unit,
        "stylised": {"label": LABEL},
        "party": [
            {
                "id": party,
                "name": name,
                "discount": placeholder(0.9, 0.8, 0.95),
                "outside_option": placeholder(0.0, -1.0, 1.0),
            }
            for party, name in parties.items()
        ],
        "matter": [
            {"id": matter, "title": name}
            | ({"observability": {"detection": 0.8, "false_alarm": 0.1}} if private else {})
            | {
                payoff: {party: placeholder(float(value), value - 1.0, value + 1.0) for party in parties}
                for payoff, (value, _) in PAYOFFS.items()
            }
            for matter, name in matters.items()
        ],
    }


def _written(document: Mapping[str, Any]) -> str:
    """The file with remarks for whoever goes on with it."""
    lines = [
        "# A first draft. Every number is a placeholder: value, and the range in which you think it lies.",
        "# servanda check FILE says whether the treaty would be kept; servanda brief FILE writes it up.",
        "# servanda provisions TYPE --in FILE gives a block of another clause that fits this file.",
        *(f"{key} = {in_toml(document[key])}" for key in ("schema", "title", "payoff_unit")),
        "",
        "# What is printed wherever the numbers are shown, until they are yours.",
        "[stylised]",
        f"label = {in_toml(document['stylised']['label'])}",
        "",
        "# Who signs. A discount of 0.9: a payoff next year counts 90 per cent of one this year.",
        "# The outside option is what a party earns per year without the treaty.",
    ]
    if any(not party.get("signatory", True) for party in document["party"]):
        lines += ["# A party with signatory = false owes nothing; an outside_choice says what it may do."]
    lines += _blocks("party", document)
    if document["event"]:
        lines += ["# What may disturb cooperation, and what complying then costs more, per year."]
        lines += _blocks("event", document)
    meant = ", ".join(f"{payoff} ({what})" for payoff, (_, what) in PAYOFFS.items())
    lines += _remark(f"What is at stake, per year and party: {meant}.")
    lines += _blocks("matter", document)
    for block in document.get("provision", []):
        clause = all_types()[block["type"]]
        lines += _remark(f"{clause.title}. {clause.mechanism}")
        lines += [f"# All its terms: servanda provisions {block['type']}", block_in_toml("provision", block), ""]
    return "\n".join(lines)


def _remark(text: str) -> list[str]:
    return textwrap.wrap(text, 110, initial_indent="# ", subsequent_indent="# ")


def _blocks(name: str, document: Mapping[str, Any]) -> list[str]:
    return [line for block in document[name] for line in (_spread(name, block), "")]


def _spread(name: str, block: Mapping[str, Any]) -> str:
    """A block, with one line a party where a field is a table of ranges."""
    plain = {key: value for key, value in block.items() if not _by_party(value)}
    text = block_in_toml(name, plain)
    for key, value in block.items():
        if _by_party(value):
            text += f"\n\n[{name}.{key}]\n" + "\n".join(
                f"{party} = {in_toml(number)}" for party, number in value.items()
            )
    return text


def _by_party(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values())
