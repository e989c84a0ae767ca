"""Tests lie where the code lies: every folder of games/ and treaties/ has its own under tests/, with tests in it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def folders(root: Path) -> list[str]:
    """The packages below a root, as paths from the root."""
    return sorted(str(p.parent.relative_to(root)) for p in root.rglob("__init__.py") if p.parent != root)


CODE = [f"{root}/{folder}" for root in ("games", "treaties") for folder in folders(ROOT / root)]


@pytest.mark.parametrize("folder", CODE)
def test_a_folder_of_code_has_its_folder_of_tests(folder: str) -> None:
    here = ROOT / "tests" / folder
    assert (here / "__init__.py").is_file(), f"tests/{folder}/ is missing: tests of {folder}/ go there"
    assert any(here.rglob("test_*.py")), f"tests/{folder}/ holds no test of {folder}/"


@pytest.mark.parametrize("root", ["games", "treaties"])
def test_a_folder_of_tests_has_its_folder_of_code(root: str) -> None:
    assert set(folders(ROOT / "tests" / root)) <= set(folders(ROOT / root))
