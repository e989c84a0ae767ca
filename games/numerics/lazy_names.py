"""Names of a package that are imported on first use, so that a command that needs no arithmetic starts at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, homes: Mapping[str, tuple[str, ...]], subpackages: tuple[str, ...] = ()
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` of a package (PEP 562).

    ``package``      its name.
    ``homes``        module -> the public names that live in it.
    ``subpackages``  those that are reached as attributes too, such as ``games.coalitions``.

    >>> getattribute, names = lazy_names("games.numerics", {"games.numerics.exact": ("to_fraction",)})
    >>> getattribute("to_fraction")("1/3")
    Fraction(1, 3)
    """
    home = {name: module for module, names in homes.items() for name in names}

    def getattribute(name: str) -> Any:
        if name in subpackages:
            return import_module(f"{package}.{name}")
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(home[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        """The public names only, for completion and help; what else a package holds is its own affair."""
        special = [name for name in vars(sys.modules[package]) if name.startswith("__")]
        return sorted({*home, *subpackages, *special})

    return getattribute, names
