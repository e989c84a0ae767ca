"""Cases of history in words, from the ``servanda-cases/1`` document that is also the JSON answer and the page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from treaties.findings.amounts import listed, percent, sentence
from treaties.history.prediction import Group

Document = Mapping[str, Any]

COLUMNS = (
    "case",
    "clauses",
    "outcome",
    "counts as",
    "kept in",
    "first departure",
    "free of payoffs",
    "model",
    "placebo",
)
MARKS = {"agrees": "agrees", "differs": "DIFFERS", "open": "open", "not scored": "-"}
GROUPS: dict[Group, str] = {
    "structural": "free of payoffs",
    "comparative": "two designs compared",
    "stylised": "two designs compared, depends on payoffs",
}
PLURAL: dict[Group, str] = {
    "structural": "free of payoffs",
    "comparative": "that compare two designs",
    "stylised": "that compare two designs and depend on stylised payoffs",
}
PLACEBOS = {
    "placebo": "payoffs drawn one by one from those of all cases",
    "exchanged": "all payoffs of another case, picked at random,",
}


def words_of(kind: str) -> str:
    """The word of a closed list as text."""
    return kind.replace("_", " ")


def met(case: Document, group: Group) -> str:
    """How many predictions of a group are met, in a few characters; "-" of none."""
    told = [one["verdict"] for one in case["predictions"] if one["group"] == group]
    cannot = told.count("open")
    if not told:
        return "-"
    known = [f"{told.count('agrees')} of {len(told) - cannot}"] if len(told) > cannot else []
    return ", ".join([*known, f"{cannot} open"] if cannot else known)


def share_told(kept: Document | None) -> str:
    """In how many of the worlds that were decided a case is kept, and how many were not."""
    if kept is None:
        return "-"
    decided = kept["kept"] + kept["not_kept"]
    undecided = f", {kept['undecided']} undecided" if kept["undecided"] else ""
    return f"{kept['kept']} of {decided}{undecided}"


def departure(case: Document) -> str:
    """Who breaks it first, and when, most often; "-" where it is not known or never broken."""
    first = case["first_departure"]
    if first is None:
        return "-"
    year = f", year {first['year']}" if first["year"] else ""
    return f"{first['party']} ({first['share']:.0%}{year})"


def row(case: Document) -> tuple[str, ...]:
    """One line of the table."""
    chance = case["placebo"]
    return (
        case["case"],
        listed(case["clauses"]) if case["clauses"] else "none",
        words_of(case["outcome_kind"]),
        case["fate"],
        share_told(case["model"]),
        departure(case),
        met(case, "structural"),
        MARKS[case["agreement"]],
        "-" if chance is None else f"{share_told(chance)}: {chance['says']}",
    )


def rows(document: Document) -> list[tuple[str, ...]]:
    """The table, case by case."""
    return [row(case) for case in document["cases"]]


def summary(document: Document, whole: Sequence[str] = ()) -> list[str]:
    """The table and what it comes to; ``whole`` names the cases of which everything is told.

    Clauses and outcome stand below the line of a case, as they would not fit into it.
    """
    lines: list[str] = []
    for case in document["cases"]:
        if case["case"] in whole:
            lines += [*case_lines(case), ""]
    every = [COLUMNS, *rows(document)]
    short = [(line[0], *line[3:]) for line in every]
    widths = [max(len(line[k]) for line in short) for k in range(len(short[0]))]
    for k, (line, cells) in enumerate(zip(every, short, strict=True)):
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())
        if k:
            lines.append(f"    {line[2]}; {line[1]}")
    return [*lines, "", *closing(document)]


def wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    """Lines for a terminal of so many columns; what does not fit goes on below, as far in.

    >>> list(wrapped(["  kept by all"], 9))
    ['  kept by', '  all']
    """
    for line in lines:
        inward = " " * (len(line) - len(line.lstrip()))
        yield from textwrap.wrap(
            line, width, subsequent_indent=inward, break_long_words=False, break_on_hyphens=False
        ) or [""]


def case_lines(case: Document) -> Iterator[str]:
    """Everything about one case."""
    yield f"{case['title']} ({case['case']})"
    yield f"  {words_of(case['outcome_kind'])}, counts as {case['fate']}: {case['fate_because']}. {case['outcome']}"
    yield f"  clauses of the model: {listed(case['clauses']) if case['clauses'] else 'none'}"
    for one in case["predictions"]:
        test = f"{one['test']}, " if one["test"] else ""
        disputed = ", what happened is disputed" if one["contested"] else ""
        evidence = f", {one['evidence']}" if one["evidence"] else ""
        yield f"  {MARKS[one['verdict']]:<7}  {one['title']} ({test}{GROUPS[one['group']]}{evidence}{disputed})"
        yield f"           {sentence(one['foretold'])}"
        yield f"           {sentence(one['happened'])}{' ' + one['note'] if one['note'] else ''}"
    if case["discussion"]:
        yield f"  {case['discussion']}"


def closing(document: Document) -> Iterator[str]:
    """Hits of the model, of the placebo and of one who always says the same; the order; what it is worth."""
    for group, told in PLURAL.items():
        verdicts = [
            one["verdict"] for case in document["cases"] for one in case["predictions"] if one["group"] == group
        ]
        if verdicts:
            cannot = f"; {verdicts.count('open')} cannot be told" if "open" in verdicts else ""
            yield f"Predictions {told}: {verdicts.count('agrees')} met, {verdicts.count('differs')} not{cannot}."
    if document["worlds"]:
        yield from _hits(document)
    if document["order"] is not None:
        yield from _order(document["order"])
    yield document["caution"]


def _hits(document: Document) -> Iterator[str]:
    scored = document["scored"]
    left = len(document["cases"]) - scored
    yield (
        f"The model over {document['worlds']} worlds of each case (seed {document['seed']}) says what happened in "
        f"{document['hits']} of {scored} cases"
        + (f"; {left} {'is' if left == 1 else 'are'} neither kept nor ended, and not scored." if left else ".")
    )
    cases = document["cases"]
    proved, refused = sum(case["proved"] for case in cases), sum(len(case["refused"]) for case in cases)
    yield (
        "Each is judged by the solution concept that servanda check names of its file; of the answers "
        f"{proved:,} were proved in exact arithmetic and {refused or 'none'} refused. The placebo's are not proved."
    )
    yield f'Who says "kept" of every case is right in {document["always_kept"]} of {scored}.'
    for name, told in PLACEBOS.items():
        mean = document[f"{name}_mean"]
        if mean is not None:
            yield (
                f"The same clauses with {told} are right in {mean:.1f} on average (standard deviation "
                f"{document[f'{name}_deviation']:.1f}, {document['placebo_draws']} draws of "
                f"{document['placebo_worlds']} worlds): the payoffs of the cases add {document['hits'] - mean:+.1f} to "
                f"their clauses and chance; {document[f'{name}_no_worse']:.0%} of the draws do at least as well."
            )
    yield f"What the model adds to always saying kept: {document['hits'] - document['always_kept']:+d}."


def _order(found: Document) -> Iterator[str]:
    told = ", ".join(f"{case} {percent(share)}" for case, share in zip(found["cases"], found["shares"], strict=True))
    rank = "is not told, as all are the same" if found["correlation"] is None else f"{found['correlation']:+.2f}"
    yield f"From the most lasting to the least (F16), and the share of worlds in which each is kept: {told}."
    turned = [f"{a} below {b}" for a, b in found["inversions"]]
    same = [f"{a} and {b}" for a, b in found["ties"]]
    open_pairs = [f"{a} and {b}" for a, b in found["undecided_pairs"]]
    yield (
        f"Correlation of ranks (Spearman): {rank}; the wrong way round: {listed(turned) if turned else 'none'}"
        + (f"; alike: {listed(same)}" if same else "")
        + (f"; undecided worlds could turn {listed(open_pairs)}" if open_pairs else "")
        + "."
    )
