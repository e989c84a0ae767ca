"""The handbook's page of cases, written from the ``servanda-cases/1`` document that the command prints.

Renew it after a change to a case, with what is judged anew: servanda cases --json > papers/handbook/cases.json, then
python -m tests.support.cases_page
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.sheet import SHEET
from treaties.findings.amounts import capital, listed, sentence
from treaties.history.outcomes import FATES
from treaties.history.prediction import Prediction
from treaties.history.predictions import all_predictions
from treaties.history.words import closing, departure, met, share_told, words_of

HANDBOOK = Path(__file__).resolve().parents[2] / "papers/handbook"
PAGE = HANDBOOK / "pages/cases.md"
RECORD = HANDBOOK / "cases.json"
HIGHEST = 5
BEGIN = "<!-- written by tests/support/cases_page.py; what is below is the record of papers/handbook/cases.json -->\n"
VERDICTS = {"agrees": "agrees", "differs": "**does not agree**", "open": "cannot be told", "not scored": "not scored"}


def record() -> dict[str, Any]:
    """What ``servanda cases --json`` told of all cases."""
    told: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return told


def page(document: dict[str, Any]) -> str:
    """What the page says of a record: the table, misses, placebo, predictions free of payoffs, and designs compared."""
    cases = document["cases"]
    parts = [
        "## What the model says, and what happened",
        f"In {document['worlds']} worlds drawn from the ranges of each case (seed {document['seed']}): kept in so many "
        "of the worlds that were decided; who breaks it first where it fails, in what share of failures, and in which "
        "year after signature most often; how many predictions free of payoffs are met. In the last column payoffs "
        f"know nothing of the case: {document['placebo_draws']} draws of {document['placebo_worlds']} worlds each.",
        _table(
            ("case", "treaty", "clauses of the model", "outcome", "kept in", "first departure", "free of payoffs",
             "model", "placebo"),
            [
                (
                    f"`{case['case']}`",
                    case["title"],
                    listed(case["clauses"]) or "none",
                    f"{words_of(case['outcome_kind'])}: {case['fate']}",
                    share_told(case["model"]),
                    departure(case),
                    met(case, "structural"),
                    f"{case['model']['says']}: {VERDICTS[case['agreement']]}",
                    f"{share_told(case['placebo'])}: {case['placebo']['says']}",
                )
                for case in cases
            ],
        ),
        *closing(document),
        _one_code(cases),
        "## Where the model is wrong",
        *_misses(cases),
        "## Free of payoffs",
        "Votes, clocks, lists and notices: what the articles let one foretell, and the dates on record. How well the "
        "weakest fact is established that a prediction rests on stands behind it.",
        *_predictions(cases, "structural"),
        "## Two designs in the same worlds",
        "The variants of a case beside its text: where one is kept the other should be kept as well. Worlds in which "
        "either is undecided are counted apart.",
        *_predictions(cases, "comparative", "stylised"),
        "## Kinds of prediction",
        "Every entry has a `kind`, a `title`, and may name the `test` that it is; `evidence` says how well numbers are "
        "established that it types itself. A parameter is `kind.key` of an article, time the date of an event.",
        *map(_kind, all_predictions().items()),
        "## What counts as kept",
        _table(("outcome", "counts as", "because"), [(words_of(kind), *told) for kind, told in FATES.items()]),
    ]
    return "\n\n".join(parts) + "\n"


def _one_code(cases: list[dict[str, Any]]) -> str:
    """How well a single code of the sheet does, that of a hostile turn."""
    scored = {case["case"]: case["fate"] for case in cases if case["fate"] in ("kept", "ended")}
    hazards = {case: SHEET["cases"][case]["hazard"] for case in scored}
    right = sum((hazards[case] == HIGHEST) == (fate == "ended") for case, fate in scored.items())
    return (
        f'Who looks at one code alone, that of a hostile turn, and says "ended" where it is {HIGHEST}, the highest, is '
        f"right in {right} of {len(scored)}: the codes were set by someone who knew how the cases ended."
    )


def _kind(entry: tuple[str, type[Prediction]]) -> str:
    name, model = entry
    terms = [
        (f"`{field.alias or term}`", field.description or "")
        for term, field in model.model_fields.items()
        if term not in Prediction.model_fields
    ]
    return f"`{name}`: {(model.__doc__ or '').strip()}\n\n{_table(('term', 'meaning'), terms)}"


def _misses(cases: list[dict[str, Any]]) -> list[str]:
    missed = [case for case in cases if case["agreement"] == "differs"]
    if not missed:
        return ["In no case that is scored."]
    return [f"**{case['title']}** (`{case['case']}`). {case['discussion']}" for case in missed]


def _predictions(cases: list[dict[str, Any]], *groups: str) -> list[str]:
    rows = []
    for case in cases:
        for one in case["predictions"]:
            if one["group"] in groups:
                told = [one["test"], "depends on payoffs" if one["group"] == "stylised" else "", one["evidence"] or ""]
                told.append("disputed" if one["contested"] else "")
                remarks = ", ".join(filter(None, told))
                rows.append((
                    f"`{case['case']}`",
                    capital(one["title"]) + (f" ({remarks})" if remarks else ""),
                    sentence(one["foretold"]),
                    sentence(one["happened"]) + (f" *{one['note']}*" if one["note"] else ""),
                    VERDICTS[one["verdict"]],
                ))
    return [_table(("case", "prediction", "foretold", "what happened", ""), rows)] if rows else []


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    written = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    PAGE.write_text(written + BEGIN + "\n" + page(record()), encoding="utf-8")
