"""Every kind of provision, one file each, found by looking into this folder: there is no list to edit.

A folder appended to ``__path__`` is looked into as well.
"""

from __future__ import annotations

import inspect
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from treaties.model.presets import preset_models
from treaties.model.provision import Provision


@cache
def _found(folders: tuple[str, ...]) -> tuple[tuple[str, type[Provision]], ...]:
    found = {kind: model for name in _files(folders) for kind, model in _kinds_in(folders, name).items()}
    return tuple(sorted(found.items()))


@cache
def _files(folders: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(module_info.name for module_info in iter_modules(folders))


@cache
def _kinds_in(folders: tuple[str, ...], name: str) -> dict[str, type[Provision]]:
    """The kinds of provision that a file of the folders holds, by their ``type``; empty if there is no such file."""
    if name not in _files(folders):
        return {}
    module = import_module(f"{__name__}.{name}")
    return {
        str(member.model_fields["type"].default): member
        for _, member in inspect.getmembers(module, inspect.isclass)
        if member.__module__ == module.__name__ and not inspect.isabstract(member) and issubclass(member, Provision)
    }


def all_provisions() -> dict[str, type[Provision]]:
    """Every kind of provision by its ``type``, in alphabetical order; without presets."""
    return dict(_found(tuple(__path__)))


def all_presets() -> dict[str, type[Provision]]:
    """Every preset of a kind of provision by its name, in alphabetical order."""
    found = {name: model for clause in all_provisions().values() for name, model in preset_models(clause).items()}
    return dict(sorted(found.items()))


def all_types() -> dict[str, type[Provision]]:
    """Everything that a file may write as the ``type`` of a provision: the kinds, then the presets."""
    return all_provisions() | all_presets()


def type_named(name: str) -> type[Provision] | None:
    """What a file means by the ``type`` of a provision; None if nothing is called so.

    A kind whose file bears its name is found without a look into all others, which takes longer than all other reading.
    """
    return _kinds_in(tuple(__path__), name).get(name) or all_types().get(name)
