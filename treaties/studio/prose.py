"""What a block of the file says, in sentences that follow its terms: each term by what its model says it means.

A clause that has words of its own (``Provision.in_own_words``) is told in them, and a term that a treaty would word
(``Provision.drafted``) as it would.  Read from the tables of the file, so
that a block that is not legal yet can be told as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from pydantic import BaseModel, ValidationError

from treaties.drafting.catalogue import unit_of
from treaties.findings import amounts, phrases
from treaties.model.errors import Place
from treaties.model.provision import Provision
from treaties.model.quantity import Quantity
from treaties.model.treaty import Variant
from treaties.studio.terms import HEADER, model_of

UNTOLD = frozenset({"type", "id", "name", "title", "article", "note", "source", "design", "schema", "period", "facts"})
"""What stands in the heading, is no term, or is told elsewhere."""


def heading(document: Mapping[str, Any], place: Place, block: Mapping[str, Any]) -> str:
    """What a block is called: "Article 17, Remedy (damages)", "Norland", "Option: No veto"."""
    model = model_of(place, block)
    if not place:
        return "The treaty"
    if place[0] == "provision":
        name = str(block.get("type", "a clause without a type")) if model is None else str(getattr(model, "title", ""))
        article = phrases.article(str(block.get("article", "-")))
        return f"{article}, {name}" if article else name
    named = str(block.get("name") or block.get("title") or block.get("id") or f"{place[0]} {int(place[1]) + 1}")
    return f"Option: {named}" if place[0] == "variant" else amounts.capital(named.replace("_", " "))


def prose(document: Mapping[str, Any], place: Place, block: Mapping[str, Any]) -> str:
    """What a block says."""
    model = model_of(place, block)
    if model is None:
        return ""
    names = names_in(document)
    own = _own_words(model, block, names)
    units = (str(document.get("payoff_unit", "")), str(document.get("period", "year")))
    told = own or list(_sentences(model, block, names, units, header=not place))
    return " ".join(amounts.sentence(sentence) for sentence in told)


def _own_words(model: type[BaseModel], block: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    """What a clause says in its own words, within its limits; nothing if it has none or is not legal."""
    if not issubclass(model, Provision):
        return []
    try:
        clause = model.model_validate(block)
    except ValidationError:
        return []
    own = list(clause.in_own_words(names))
    return [*own, limited] if own and (limited := clause.limits_in_words(names)) else own


def _sentences(
    model: type[BaseModel],
    block: Mapping[str, Any],
    names: Mapping[str, str],
    units: tuple[str, str],
    *,
    header: bool,
    clause: type[Provision] | None = None,
    within: str = "",
) -> Iterator[str]:
    """Term by term; ``units`` that of payoffs and the period; ``within`` a term of a ``clause`` that is a table."""
    clause = model if issubclass(model, Provision) else clause
    for name, of in model.model_fields.items():
        written = of.alias or name
        value = block.get(written)
        if written in UNTOLD or value is None or value == [] or (header and written not in HEADER):
            continue
        meaning = of.description or written.replace("_", " ")
        inner, term = of.annotation, f"{within}{written}"
        if clause is not None and (wording := clause.wording(term, _number(value))):
            yield wording.format(_measured(value, unit_of(written, inner, tuple(of.metadata)), meaning, names, units))
        elif clause is not None and isinstance(value, Mapping) and _is_worded_within(clause, term):
            assert isinstance(inner, type) and issubclass(inner, BaseModel)
            yield from _sentences(inner, value, names, units, header=False, clause=clause, within=f"{term}.")
        elif isinstance(value, bool):
            yield _truth(meaning, value)
        elif issubclass(model, Variant) and isinstance(value, Mapping):
            yield from (f"“{path}” becomes {in_words(item, names)}" for path, item in value.items())
        elif name == "red_lines" or issubclass(model, Variant):
            yield f"{_what(meaning)}: {amounts.listed([str(one) for one in value])}"
        else:
            yield f"{_what(meaning)}: {_amount(in_words(value, names), meaning, value, units[0])}"


def _is_worded_within(clause: type[Provision], term: str) -> bool:
    """Whether a clause has wordings for what stands in a term that is a table."""
    return any(key.startswith(f"{term}.") for key in clause.drafted)


def _number(value: Any) -> Any:
    """The value itself of a number with a range."""
    return value["value"] if is_ranged(value) else value


def _measured(
    value: Any, counts: str | None, meaning: str, names: Mapping[str, str], units: tuple[str, str]
) -> str:
    """A value as a sentence has it: shares in per cent, times in periods, amounts in their unit."""
    if counts == "years" and isinstance(value, int):
        return amounts.span(value, units[1])
    if counts != "probability":
        return _amount(in_words(value, names), meaning, value, units[0])
    told = [
        amounts.percent(end)
        for end in ([value.get(part) for part in ("value", "low", "high")] if is_ranged(value) else [value])
        if isinstance(end, int | float)
    ]
    return f"{told[0]} ({told[1]} to {told[2]})" if len(told) == 3 else told[0] if told else in_words(value, names)


def _what(meaning: str) -> str:
    """What a term is, of all that is said of it.

    >>> _what("Chance (0 to 1) that a claim is upheld; omitted = never."), _what("Damages, in the payoff unit.")
    ('Chance that a claim is upheld', 'Damages')
    """
    bare = re.sub(r" ?\([^()]*\)", "", meaning)
    bare = re.split(r";|\. |\.\Z|: |, for example |, such as |, by id|,? in the payoff unit", bare, maxsplit=1)[0]
    return bare.replace("`", "").strip()


def _truth(meaning: str, value: bool) -> str:
    """What a truth value means: "True if it binds; else …" of true "It binds"."""
    found = re.match(r"(True|False) (?:if|for|where) ([^;.]*)", meaning)
    if found is None:
        return f"{_what(meaning)}: {'yes' if value else 'no'}"
    said = found[2] if " for " not in found[0][:10] else f"this is {found[2]}"
    return amounts.capital(said) if (found[1] == "True") == value else f"It is not so that {said}"


def is_ranged(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """Whether a table is a number with its range; others may have a value among their terms, as a sale has."""
    return isinstance(value, Mapping) and "value" in value and value.keys() <= Quantity.model_fields.keys()


def in_words(value: Any, names: Mapping[str, str]) -> str:
    """A value of a file in words: numbers with their range, parties, matters and events by name."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return amounts.number(value)
    if isinstance(value, Mapping):
        if is_ranged(value):
            low, high = value.get("low"), value.get("high")
            ends = "" if low is None or high is None else f" ({in_words(low, names)} to {in_words(high, names)})"
            return f"{in_words(value['value'], names)}{ends}"
        return ", ".join(f"{in_words(key, names)} {in_words(item, names)}" for key, item in value.items())
    if isinstance(value, list):
        items = [in_words(item, names) for item in value]
        return "; ".join(items) if any(isinstance(item, (Mapping, list)) for item in value) else amounts.listed(items)
    return names.get(str(value), str(value).replace("_", " "))


def _amount(said: str, meaning: str, value: Any, unit: str) -> str:
    """A value in words with the unit of payoffs if it is in that, or with its own."""
    own = value.get("unit") if isinstance(value, Mapping) else None
    if isinstance(own, str):
        return f"{said} {own}"
    once = amounts.once(unit, "year")
    if not once or not _PAYOFF.search(meaning):
        return said
    if isinstance(value, Mapping) and not is_ranged(value):
        return f"{said}, in {once}"
    number, ends, rest = said.partition(" (")
    return f"{amounts.with_unit(number, once)}{ends}{rest}"


_PAYOFF = re.compile(r"payoff unit|[Pp]er party and year|earns per year")


def names_in(document: Mapping[str, Any]) -> dict[str, str]:
    """Parties, matters and events as readers should see them, by id."""
    found = {}
    for kind in ("matter", "event", "party"):
        blocks = document.get(kind, ())
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, Mapping) and isinstance(block.get("id"), str):
                name = block.get("name") or block.get("title") or block["id"].replace("_", " ")
                found[block["id"]] = str(name)
    return found
