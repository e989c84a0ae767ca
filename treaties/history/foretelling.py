"""The predictions of a case file: read, and worked out against its facts.

A file's entries are any terms beside a kind (``treaties.model.facts.Foretold``); what the kind makes of them is known
here, so that an entry that cannot be read is refused with its place, as everything else in a file is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from treaties.history.lookup import Lookup
from treaties.history.prediction import Finding, Prediction
from treaties.history.predictions import all_predictions
from treaties.model.errors import Place, TreatyError, TreatyFileError
from treaties.model.facts import Facts
from treaties.model.names import choose_from
from treaties.model.treaty import Treaty
from treaties.reading.document import Fault, faults_of
from treaties.reading.toml_lines import line_numbers
from treaties.sweeping.sample import Sample


def facts_of(treaty: Treaty) -> Facts:
    """The facts of a case; raises ``TreatyFileError`` if the file has none."""
    if treaty.facts is None:
        problem, remedy = "states no facts, and only cases of history are told", "add [facts], or name another file"
        raise refusal(treaty, [Fault(("facts",), problem, remedy)])
    return treaty.facts


def predictions_of(treaty: Treaty) -> tuple[Prediction, ...]:
    """The predictions of a case, in the order of its file; raises ``TreatyFileError`` with everything wrong in them."""
    found: list[Prediction] = []
    faults: list[Fault] = []
    kinds = all_predictions()
    names = {variant.name for variant in treaty.variants} | {""}
    for k, entry in enumerate(facts_of(treaty).predictions):
        place: Place = ("facts", "prediction", k)
        model = kinds.get(entry.kind)
        if model is None:
            remedy = choose_from(entry.kind, kinds, "kinds of prediction")
            faults.append(Fault((*place, "kind"), f"unknown kind {entry.kind!r}", remedy))
            continue
        try:
            one = model.model_validate(entry.terms)
        except ValidationError as error:
            faults += faults_of(error, model, place)
            continue
        faults += _unknown_designs(one, names, place)
        found.append(one)
    if faults:
        raise refusal(treaty, faults)
    return tuple(found)


def _unknown_designs(one: Prediction, names: set[str], place: Place) -> Iterator[Fault]:
    for name in one.designs:
        if name not in names:
            remedy = choose_from(name, sorted(names - {""}), "variants of the file")
            yield Fault(place, f"compares the variant {name!r}, which the file does not have", remedy)


def findings(
    treaty: Treaty, predictions: tuple[Prediction, ...], worlds: Mapping[str, Sample] | None = None
) -> tuple[Finding, ...]:
    """What each prediction comes to; raises ``TreatyFileError`` where one refers to facts that the file does not have.

    ``worlds``  what became of the designs that predictions compare, by name, "" for the text; None if not judged.
    """
    facts = facts_of(treaty)
    found: list[Finding] = []
    faults: list[Fault] = []
    for k, one in enumerate(predictions):
        looked = Lookup(facts)
        try:
            told = one.told(looked, worlds)
        except PydanticCustomError as error:
            context = error.context or {}
            place = ("facts", "prediction", k, *context.get("at", ()))
            faults.append(Fault(place, context.get("problem", str(error)), context.get("remedy", "")))
            continue
        evidence = looked.weakest(one.evidence)
        # What authors say of comparisons is about what came out of them.
        note = one.note if one.group == "structural" or worlds is not None else ""
        found.append(Finding(one.kind, one.title, one.test, one.group, told, evidence, looked.contested, note))
    if faults:
        raise refusal(treaty, faults)
    return tuple(found)


def refusal(treaty: Treaty, faults: list[Fault]) -> TreatyFileError:
    """Faults with their lines, where the file can still be read."""
    name = treaty.source_name or treaty.title
    try:
        lines = line_numbers(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        lines = {}
    return TreatyFileError(
        [
            TreatyError(name, _line(fault.place, lines), None, _field(fault.place), fault.problem, fault.remedy)
            for fault in faults
        ]
    )


def _line(place: Place, lines: Mapping[Place, int]) -> int | None:
    return next((lines[place[:k]] for k in range(len(place), 0, -1) if place[:k] in lines), None)


def _field(place: Place) -> str:
    return ".".join(str(step) for step in place)
