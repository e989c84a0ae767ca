"""The treaty among some of its parties: the same text, read as if nobody else had signed.

Rights, duties and votes of the others lapse: they are struck from every list, a clause or an entry that is about one of
them alone goes, and numbers by party are kept for those who signed.  In matters that are no public goods the others
count for nothing; to public goods they could contribute and do not.  Who is obliged in a matter stays as it is written:
where nobody who signed owes anything, the matter is out of force.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from treaties.model.errors import Place
from treaties.model.meanings import expression_faults
from treaties.model.names import field_named
from treaties.model.provision import Provision
from treaties.model.references import GoesAlone, StaysNamed, bears, keyed_maps, references
from treaties.model.treaty import Treaty
from treaties.reading.document import faults_of
from treaties.reading.variants import document_of


class NoTreatyAmong(ValueError):
    """The text makes no treaty among these parties; the message says why."""


def among(treaty: Treaty, members: Collection[str]) -> Treaty:
    """The treaty among some of its parties, in the order of the file; without variants, facts and red lines.

    Raises ``NoTreatyAmong``.
    """
    out = tuple(party for party in treaty.signatories if party.id not in members)
    if not out:
        return treaty
    gone = frozenset(party.id for party in out)
    for matter in treaty.matters:
        if matter.table is not None:
            raise NoTreatyAmong(
                f"matter {matter.id!r} has an explicit table, which does not say what it is worth among some parties; "
                "give reward, temptation, sucker and punishment"
            )
    document = document_of(treaty)
    parties = [{k: v for k, v in block.items() if k != "red_lines"} for block in document["party"]]
    fields: dict[str, Any] = {name: document[name] for name in ("schema", "title", "payoff_unit", "exit", "note")
                              if name in document}  # fmt: skip
    try:
        fields["party"] = [block for block in parties if block["id"] not in gone]
        fields["event"] = list(_kept(zip(treaty.events, document.get("event", []), strict=True), gone))
        fields["matter"] = list(_kept(zip(treaty.matters, document["matter"], strict=True), gone))
        fields["provision"] = list(_kept(zip(treaty.provisions, document.get("provision", []), strict=True), gone))
        found = Treaty.model_validate(fields, context={"cross_checked": True})
    except ValidationError as error:
        fault = next(iter(faults_of(error, Treaty, ())))
        raise NoTreatyAmong(f"{'.'.join(map(str, fault.place))} {fault.problem}".strip()) from None
    for k, place, problem, _ in expression_faults(found):
        raise NoTreatyAmong(f"{found.provisions[k].label}: {'.'.join(map(str, place))}: {problem}")
    return found.came_from(treaty.source_name, treaty.source_hash).signed_by_others_than(out)


def _kept(blocks: Iterable[tuple[BaseModel, dict[str, Any]]], gone: frozenset[str]) -> Iterable[BaseModel]:
    for model, block in blocks:
        if _strike(model, block, gone):
            if isinstance(model, Provision):
                block = {key: value for key, value in block.items() if key != "design"}
            yield type(model).model_validate(block)


def _strike(model: BaseModel, block: dict[str, Any], gone: frozenset[str]) -> bool:
    """Strike parties from a block of the file; False if nothing is left of it."""
    for place, kind, keys in keyed_maps(model):
        if kind == "party":
            for key in gone.intersection(keys):
                _at(block, place).pop(key, None)
    struck: set[Place] = set()
    for place, kind, name in references(model):
        if kind != "party" or name not in gone or bears(StaysNamed, type(model), str(place[0])):
            continue
        if isinstance(place[-1], int):
            struck.add(place)
        elif bears(GoesAlone, type(model), str(place[0])) and len(place) == 1:
            del block[str(place[0])]
        elif len(place) > 1 and isinstance(place[-2], int):
            struck.add(place[:-1])
        else:
            return False
    for place in struck:
        _at(block, place[:-1])[place[-1]] = None
    for place in {place[:-1] for place in struck}:
        entries = _at(block, place)
        entries[:] = [entry for entry in entries if entry is not None]
        if not entries and not _may_be_empty(model, place):
            return False
    return True


def _may_be_empty(model: BaseModel, place: Place) -> bool:
    field = field_named(type(model), str(place[0]))
    return len(place) == 1 and field is not None and field.default == ()


def _at(block: Any, place: Place) -> Any:
    for step in place:
        block = block[step]
    return block
