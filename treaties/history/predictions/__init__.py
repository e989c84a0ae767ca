"""Every kind of prediction, one file each, found by looking into this folder: there is no list to edit.

A folder appended to ``__path__`` is looked into as well.
"""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from treaties.history.prediction import Prediction


@cache
def _found(folders: tuple[str, ...]) -> tuple[tuple[str, type[Prediction]], ...]:
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(folders))
    kinds = (
        (kind, member)
        for module in modules
        for _, member in inspect.getmembers(module, inspect.isclass)
        if member.__module__ == module.__name__
        and issubclass(member, Prediction)
        # What several kinds have in common has no kind of its own.
        and isinstance(kind := member.model_fields["kind"].default, str)
    )
    return tuple(sorted(kinds, key=lambda found: found[0]))


def all_predictions() -> dict[str, type[Prediction]]:
    """Every kind of prediction by its ``kind``, in alphabetical order."""
    return dict(_found(tuple(__path__)))
