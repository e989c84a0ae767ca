"""Presets: names for a clause with some of its terms filled in, where two clauses differ only in numbers.

A clause lists its presets in ``Provision.presets``.  A file writes the name of one as ``type``; the block is then read
as the clause itself, with the terms of the preset where the author gives no others, and keeps the name for paths.
"""

from __future__ import annotations

import copy
import copyreg
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, final

from pydantic import Field, create_model, model_validator
from pydantic_core import PydanticUndefined

if TYPE_CHECKING:
    from treaties.model.provision import Provision


@final
@dataclass(frozen=True)
class Preset:
    """A clause under a name of its own.

    ``title``        what readers see instead of the title of the clause.
    ``terms``        values of terms as a file would write them, used where the author gives none.
    ``mechanism``    one sentence: what these terms do to incentives.
    ``real_treaty``  a real treaty that has such a clause, with the article.
    ``required``     terms that the author must give, though the clause can do without them.
    """

    title: str
    terms: Mapping[str, Any]
    mechanism: str
    real_treaty: str
    required: tuple[str, ...] = ()


@cache
def preset_models(clause: type[Provision]) -> Mapping[str, type[Provision]]:
    """The presets of a kind of clause by name, as models: the clause with other defaults, title and mechanism.

    Raises ``TypeError`` if a preset speaks of a term that the clause does not have.
    """
    return {name: _model(clause, name, preset) for name, preset in clause.presets.items()}


def _by_name(clause: Provision) -> tuple[Any, ...]:
    """How a clause under a preset's name is pickled: no module holds its class."""
    return _blank, (type(clause).__mro__[1], clause.type), clause.__getstate__()


def _blank(clause: type[Provision], name: str) -> Provision:
    """A clause under a preset's name that its state is about to be put into."""
    model = preset_models(clause)[name]
    return model.__new__(model)


def _beneath(written: Mapping[str, Any], terms: Mapping[str, Any]) -> dict[str, Any]:
    """What is written, and below it the terms that it leaves open; a table is filled in entry by entry.

    >>> _beneath({"renewal": {"decide_by_year": 3}}, {"term_years": 16, "renewal": {"rule": "mutual"}})
    {'term_years': 16, 'renewal': {'rule': 'mutual', 'decide_by_year': 3}}
    """
    filled = copy.deepcopy(dict(terms))
    for term, value in written.items():
        below = filled.get(term)
        is_number = isinstance(below, dict) and "value" in below
        filled[term] = (
            _beneath(value, below) if isinstance(value, dict) and isinstance(below, dict) and not is_number else value
        )
    return filled


def _model(clause: type[Provision], name: str, preset: Preset) -> type[Provision]:
    unknown = sorted({*preset.terms, *preset.required} - set(clause.model_fields))
    if unknown:
        raise TypeError(f"preset {name!r} of {clause.__name__} speaks of terms it does not have: {', '.join(unknown)}")
    fields: dict[str, Any] = {}
    for term in dict.fromkeys([*preset.required, *preset.terms]):
        told = clause.model_fields[term]
        default = PydanticUndefined if term in preset.required else preset.terms[term]
        said: dict[str, Any] = {"alias": told.alias, "description": told.description, "validate_default": True}
        fields[term] = (told.rebuild_annotation(), Field(default=default, **said))
    fields["type"] = (Literal[name], name)

    def filled_in(data: Any) -> Any:
        return _beneath(data, preset.terms) if isinstance(data, dict) else data

    validators: dict[str, Any] = {"_filled_in": model_validator(mode="before")(filled_in)}
    words = "".join(part.capitalize() for part in name.split("_"))
    made: Any = create_model  # for type checkers: the class is known when this runs, and no sooner
    model = made(
        words,
        __base__=clause,
        __module__=clause.__module__,
        __doc__=clause.__doc__,
        __validators__=validators,
        **fields,
    )
    model.title, model.mechanism, model.real_treaty = preset.title, preset.mechanism, preset.real_treaty
    model.presets, model.preset_of = {}, str(clause.model_fields["type"].default)
    copyreg.pickle(model, _by_name)
    found: type[Provision] = model
    return found
