"""Every kind of provision, one file each, found by looking into this folder: there is no list to edit.

A folder appended to ``__path__`` is looked into as well.
"""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from treaties.model.provision import Provision


@cache
def _found(folders: tuple[str, ...]) -> tuple[tuple[str, type[Provision]], ...]:
    found: dict[str, type[Provision]] = {}
    for module_info in iter_modules(folders):
        module = import_module(f"{__name__}.{module_info.name}")
        for _, member in inspect.getmembers(module, inspect.isclass):
            if member.__module__ != module.__name__ or inspect.isabstract(member):
                continue
            if issubclass(member, Provision):
                found[str(member.model_fields["type"].default)] = member
    return tuple(sorted(found.items()))


def all_provisions() -> dict[str, type[Provision]]:
    """Every kind of provision by its ``type``, in alphabetical order."""
    return dict(_found(tuple(__path__)))
