"""Legal names of fields, and the legal name nearest to a wrong one."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from treaties.model.quantity import in_words


def nearest(name: str, legal: Iterable[str]) -> str:
    """``did you mean 'x'? `` for the legal name nearest to a wrong one; empty if none is near.

    >>> nearest("uses_per_terms", ["uses_per_term", "grounds"])
    "did you mean 'uses_per_term'? "
    """
    names, wrong = list(legal), name.lower()
    close = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    close += [other for other in names if len(wrong) > 2 and other.startswith(wrong)]
    return f"did you mean {close[0]!r}? " if close else ""


def choose_from(name: object, legal: Iterable[str], what: str) -> str:
    """A remedy: the nearest legal name, then all of them."""
    names = list(legal)
    guess = nearest(name, names) if isinstance(name, str) else ""
    return f"{guess}{what}: {', '.join(names) or 'none'}"


def field_names(model: type[BaseModel]) -> list[str]:
    """Names of a model's fields as files write them: its own before what it inherits, required ones first."""
    own = inspect.get_annotations(model)
    ranked = sorted(model.model_fields.items(), key=lambda item: (item[0] not in own, not item[1].is_required()))
    return [field.alias or name for name, field in ranked]


def field_named(model: type[BaseModel], name: str) -> FieldInfo | None:
    """The field that files call ``name``, None if there is none."""
    for attribute, field in model.model_fields.items():
        if (field.alias or attribute) == name:
            return field
    return None


def inner_model(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation holds, alone, optionally, in a list or as the values of a map; None without one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = inner_model(argument)
        if found is not None:
            return found
    return None


def quoted(value: object) -> str:
    """A value as a reader would quote it: 'text', or what kind of thing it is."""
    return repr(value) if isinstance(value, str) and len(value) <= 60 else in_words(value)
