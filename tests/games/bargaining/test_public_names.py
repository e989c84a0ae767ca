"""The public names of games.bargaining: all can be had, and having the package costs nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import games.bargaining


def test_every_public_name_can_be_had() -> None:
    assert set(games.bargaining.__all__) == set(games.bargaining._HOME)
    for name in games.bargaining.__all__:
        assert getattr(games.bargaining, name).__name__ == name
        assert name in dir(games.bargaining)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = games.bargaining.no_such_name


def test_importing_the_package_imports_no_arithmetic() -> None:
    code = "import games.bargaining, sys; print({'numpy', 'scipy', 'flint'} & set(sys.modules) or 'none')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                         cwd=Path(__file__).parents[3])
    assert run.stdout.strip() == "none"


def test_no_name_is_hidden_by_a_module_of_the_same_name() -> None:
    """Importing a submodule sets an attribute of the package: a function must not share its name with one."""
    modules = {path.stem for path in Path(games.bargaining.__file__).parent.glob("*.py")}
    assert modules.isdisjoint(games.bargaining.__all__)


def test_the_shares_of_alternating_offers_can_be_unpacked() -> None:
    first, second = games.bargaining.alternating_offers((0.9, 0.8))
    assert (first, second) == pytest.approx((5 / 7, 2 / 7), abs=1e-15)
