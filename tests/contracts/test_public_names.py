"""Front doors: what they hand out is a promise, kept in public_names.toml, the same for Python and type checkers.

A package is a front door when it is listed there.
"""

from __future__ import annotations

import ast
import inspect
import pydoc
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import pytest

LISTED: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("public_names.toml").read_text(encoding="utf-8")
)["doors"]

ARITHMETIC = {"numpy", "scipy", "numba", "pydantic"}

each_door = pytest.mark.parametrize("door", [import_module(name) for name in LISTED], ids=list(LISTED))


@each_door
def test_no_public_name_comes_or_goes_unseen(door: ModuleType) -> None:
    assert sorted(door.__all__) == sorted(LISTED[door.__name__]), (
        f"the public names of {door.__name__} have changed: put that into tests/contracts/public_names.toml, "
        "and a line about it into CHANGELOG.md"
    )


@each_door
def test_every_public_name_can_be_had(door: ModuleType) -> None:
    for name in door.__all__:
        assert getattr(door, name) is not None
        assert name in dir(door)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = door.no_such_name


@each_door
def test_type_checkers_see_the_same_names(door: ModuleType) -> None:
    assert door.__file__ is not None
    blocks = [
        node for node in ast.parse(Path(door.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    shown = {
        alias.name: line.module
        for block in blocks for line in block.body if isinstance(line, ast.ImportFrom) for alias in line.names
    }
    assert set(shown) == set(door.__all__)
    for name, module in shown.items():
        assert module is not None
        assert getattr(import_module(module), name) is getattr(door, name), name


@each_door
def test_no_public_name_is_also_a_module_inside(door: ModuleType) -> None:
    """Importing that module would put it in the place of the name."""
    assert set(door.__all__) & {module.name for module in iter_modules(door.__path__)} == set()


@each_door
def test_help_begins_with_an_example(door: ModuleType) -> None:
    shown = pydoc.plain(pydoc.render_doc(door))
    assert f">>> from {door.__name__} import " in shown.split("PACKAGE CONTENTS")[0]


@pytest.mark.parametrize("name", ["games", "treaties"])
def test_help_begins_with_what_one_can_do(name: str) -> None:
    door = import_module(name)
    first = inspect.getdoc(door) or ""
    untold = [what for what in door.__all__ if inspect.isfunction(getattr(door, what)) and f"``{what}" not in first]
    assert untold == []


def test_importing_the_packages_imports_no_arithmetic() -> None:
    code = f"import {', '.join(LISTED)}, sys; print({ARITHMETIC} & set(sys.modules) or 'none')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "none"


def test_a_package_says_where_it_is_typed() -> None:
    for name in ("games", "treaties"):
        assert (Path(str(import_module(name).__file__)).parent / "py.typed").is_file()
