"""Rules of the repository that no other tool watches."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1].parent

TOP_LEVEL = {
    ".ci", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE",
    "Makefile", "README.md", "games", "papers", "pyproject.toml", "requirements.lock", "tests", "treaties",
}

# Written in pieces, so that this file does not break its own rule.
FOLDERS = "|".join(("work", "root", "home", "Users", "tmp", "opt", "mnt"))
MACHINE_PATH = re.compile(rf"(?<![A-Za-z0-9_.~*])/(?:{FOLDERS})/" + r"|[A-Z]:\\\\?" + r"Users|\.\./" + "shared")


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the project, as git knows them; in an unpacked archive, every file that is there."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
        return tuple(sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()))
    built = {".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "build", "dist"}
    files = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(path.as_posix() for path in files if not built & set(path.parts)))


def text_of(name: str) -> str:
    return (ROOT / name).read_bytes().decode("utf-8", errors="replace")


def python_files(*folders: str) -> list[str]:
    return [name for name in tracked() if name.endswith(".py") and name.split("/")[0] in folders]


def test_nothing_is_added_at_the_top() -> None:
    found = {name.split("/")[0] for name in tracked()}
    assert found <= TOP_LEVEL, f"put these inside games, treaties, tests or papers: {sorted(found - TOP_LEVEL)}"


def test_lock_holds_no_address() -> None:
    assert "://" not in text_of("requirements.lock")


def test_every_locked_package_has_hashes() -> None:
    blocks = re.split(r"\n(?=\S)", text_of("requirements.lock").strip())
    assert len(blocks) > 20
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_lock_meets_what_pyproject_asks_for() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    asked = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        asked += extra
    locked: dict[str, list[Version]] = {}
    for name, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", text_of("requirements.lock"), flags=re.MULTILINE):
        locked.setdefault(name, []).append(Version(version))
    for line in asked:
        requirement = Requirement(line)
        versions = locked.get(requirement.name, [])
        assert versions, f"{line}: not in requirements.lock; run make lock"
        assert all(version in requirement.specifier for version in versions), f"{line}: locked at {versions}"


def test_no_file_names_a_path_of_some_machine() -> None:
    named = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name in tracked() if name != "requirements.lock"
        for number, line in enumerate(text_of(name).splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert named == []


@pytest.mark.parametrize("path", [
    "see /" + "work/x", "'/" + "home/me'", "C:" + r"\Users\me", "in ../" + "shared/oracles",
])
def test_a_path_of_some_machine_is_recognised(path: str) -> None:
    assert MACHINE_PATH.search(path)


def test_every_public_module_says_what_it_is() -> None:
    silent = [
        name for name in python_files("games", "treaties")
        if not ast.get_docstring(ast.parse(text_of(name)))
        and not Path(name).name.removesuffix(".py").removeprefix("__init__").startswith("_")
    ]
    assert silent == []


def test_every_class_below_and_above_the_waterline_is_abstract_or_final() -> None:
    """Abstract: it has ABC among its bases, or is a Protocol; enumerations and exceptions speak for themselves."""
    free = []
    for name in python_files("games", "treaties"):
        for node in ast.walk(ast.parse(text_of(name))):
            if not isinstance(node, ast.ClassDef):
                continue
            marks = {ast.unparse(mark).split("(")[0].split(".")[-1] for mark in node.decorator_list}
            bases = {ast.unparse(base).split("[")[0].split(".")[-1] for base in node.bases}
            spoken = {"ABC", "Protocol", "Enum", "IntEnum", "StrEnum", "TypedDict", "NamedTuple"}
            if "final" in marks or bases & spoken or any(b.endswith(("Error", "Exception")) for b in bases):
                continue
            free.append(f"{name}:{node.lineno}: {node.name}")
    assert free == []


@pytest.mark.parametrize(("reason", "ci", "status"), [
    ("because", "", 1),
    ("needs a browser", "", 0),
    ("needs a browser", "true", 1),
])
def test_a_skipped_test_fails_unless_something_is_needed_here(
    reason: str, ci: str, status: int, tmp_path: Path
) -> None:
    (tmp_path / "test_skipped.py").write_text(f"import pytest\n\ndef test_it():\n    pytest.skip({reason!r})\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "tests.conftest",
         "-c", os.devnull, "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}, check=False,
    )
    assert run.returncode == status, run.stdout
    assert status == 0 or "A skipped test proves nothing" in run.stdout
