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


def locked() -> dict[str, dict[str, list[Version]]]:
    """The versions locked for the core and for every extra, by package, as the Makefile cuts the lock into sections."""
    found: dict[str, dict[str, list[Version]]] = {}
    for section in text_of("requirements.lock").split("\n# for ")[1:]:
        needed_by, packages = section.split("\n", 1)
        for name, version in re.findall(r"^([a-z0-9.-]+)==(\S+)", packages, re.MULTILINE):
            for extra in needed_by.split():
                found.setdefault(extra, {}).setdefault(name, []).append(Version(version))
    return found


def test_every_locked_package_has_hashes() -> None:
    blocks = re.split(r"\n(?=[^\s#])", text_of("requirements.lock").strip())[1:]
    assert len(blocks) > 20
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_lock_meets_what_pyproject_asks_for() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    asked = {"core": project["project"]["dependencies"] + project["build-system"]["requires"]}
    asked |= project["project"]["optional-dependencies"]
    sections = locked()
    assert set(sections) == set(asked), "run make lock"
    for extra, lines in asked.items():
        for requirement in map(Requirement, lines):
            if requirement.name == project["project"]["name"]:
                assert all(set(sections[one]) <= set(sections[extra]) for one in requirement.extras)
                continue
            versions = sections["core"].get(requirement.name, []) + sections[extra].get(requirement.name, [])
            assert versions, f"{requirement}: not in requirements.lock for {extra}; run make lock"
            assert all(one in requirement.specifier for one in versions), f"{requirement}: locked at {versions}"


@pytest.mark.parametrize(("target", "extras"), [
    ("brief", []), ("test", ["test"]), ("test-slow", ["test"]), ("bench", ["test"]), ("setup", ["dev"]),
    ("lint", ["dev"]), ("types", ["dev"]), ("lock", ["dev"]), ("handbook", ["handbook"]), ("mutants", ["mutants"]),
    ("fuzz", ["test"]),
])
def test_a_target_installs_the_core_and_what_it_needs(target: str, extras: list[str]) -> None:
    plan = subprocess.run(
        ["make", "--dry-run", "VENV=nowhere", target], cwd=ROOT, capture_output=True, text=True, check=True)
    cuts = re.findall(r"^(awk .*) > nowhere/(\w+)\.lock$", plan.stdout, re.MULTILINE)
    assert [extra for _, extra in cuts] == ["core", *extras]
    for command, extra in cuts:
        cut = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert set(re.findall(r"^([a-z0-9.-]+)==", cut, re.MULTILINE)) == {*locked()["core"], *locked()[extra]}


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


def pytest_on(folder: Path, text: str, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a file of tests with the settings that all tests share, in a process of its own."""
    (folder / "test_it.py").write_text(text)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "tests.conftest", "-c", os.devnull,
         "--rootdir", str(folder), str(folder), *options],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=False,
    )


@pytest.mark.parametrize("ci", ["", "true"])
def test_a_skipped_test_fails_whatever_its_reason(ci: str, tmp_path: Path) -> None:
    run = pytest_on(tmp_path, "import pytest\n\ndef test_it():\n    pytest.skip('needs a browser')\n", CI=ci)
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout
    assert "needs a browser\nA skipped test proves nothing" in run.stdout


BROWSING = """\
import pytest

@pytest.mark.browser
def test_with_a_browser():
    raise AssertionError("a browser is asked")

def test_without():
    pass
"""


def test_browser_tests_are_left_out_where_there_is_none_run_where_there_is_one_and_can_be_demanded(
    tmp_path: Path
) -> None:
    nothing, something = tmp_path / "nothing", tmp_path / "something"
    nothing.mkdir()
    something.mkdir()
    (something / "chromium").write_text("")
    (something / "chromium").chmod(0o755)
    left_out = pytest_on(tmp_path, BROWSING, PATH=str(nothing))
    assert left_out.returncode == pytest.ExitCode.OK, left_out.stdout
    assert "tests marked browser are left out" in left_out.stdout and "1 passed, 1 deselected" in left_out.stdout
    demanded = pytest_on(tmp_path, BROWSING, "--require=browser", PATH=str(nothing))
    assert demanded.returncode == pytest.ExitCode.USAGE_ERROR, demanded.stdout
    assert "--require=browser: there is no Chromium or Chrome on the path" in demanded.stderr
    asked = pytest_on(tmp_path, BROWSING, "--require=browser", PATH=str(something))
    assert asked.returncode == pytest.ExitCode.TESTS_FAILED, asked.stdout
    assert "a browser is asked" in asked.stdout and "1 failed, 1 passed" in asked.stdout


def test_examples_are_the_same_every_time_and_a_search_draws_more_from_its_seed(tmp_path: Path) -> None:
    text = """\
from hypothesis import given, settings, strategies as st

drawn = []

@settings(max_examples=9)
@given(st.integers())
def test_it(number):
    drawn.append(number)

def test_what_was_drawn():
    print("drawn", len(drawn), *drawn)
"""

    def drawn(*options: str, **environment: str) -> list[str]:
        run = pytest_on(tmp_path, text, "-s", *options, **environment)
        return str(re.findall(r"drawn (.*)", run.stdout)[0]).split()

    usual = drawn()
    assert usual == drawn(CI="true") and usual[0] == "9"
    search = [drawn("--hypothesis-profile=search", f"--hypothesis-seed={seed}") for seed in (1, 2, 1)]
    assert search[0] == search[2] != search[1] and search[0][0] == str(4 * 9)
