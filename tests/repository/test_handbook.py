"""What README, handbook and CONTRIBUTING show is so: commands are run, files are read, names exist.

Their Python examples run as doctests (see pyproject.toml).  A page is a session in one folder: its blocks with a title
(``json title="game.json"``) are files there, beside the repository's treaty cases, and its commands run in their order.
"""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from games import read_certificate, read_game, read_path, read_strategy
from games.extensive_form import read_extensive
from tests.repository.test_repository import ROOT, text_of
from tests.support import cases_page
from tests.support.clauses_page import BEGIN, reference
from treaties import read_treaty
from treaties.command_line.main import app

HANDBOOK = "papers/handbook/pages"
LESSONS = "papers/handbook/lessons"
LESSON_PAGES = tuple(sorted(f"{LESSONS}/{path.name}" for path in (ROOT / LESSONS).glob("*.md")))
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    *sorted(f"{HANDBOOK}/{path.name}" for path in (ROOT / HANDBOOK).glob("*.md")),
    *LESSON_PAGES,
)
SLOW_PAGES = {f"{HANDBOOK}/{name}.md" for name in ("analyst", "researcher", "teacher", "trust")} | set(LESSON_PAGES)
SERVING = ("studio",)
"""Commands that go on until they are ended; their own tests run them."""
BLOCK = re.compile(r'^```(\w+)(?: title="([\w.-]+)")?\n(.*?)^```$', flags=re.MULTILINE | re.DOTALL)

each_page = pytest.mark.parametrize("page", PAGES)


def blocks(page: str, language: str) -> list[tuple[str, str]]:
    """The (title, text) of a page's blocks in a language."""
    return [(title, text) for found, title, text in BLOCK.findall(text_of(page)) if found == language]


def commands(page: str, program: str) -> list[tuple[list[str], str]]:
    """The commands of a page's console blocks, without remarks, each with the output that is shown."""
    found = []
    for _, block in blocks(page, "console"):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = shown.partition("\n")
            words = shlex.split(line, comments=True)
            if words[0] == program:
                found.append((words[1:], output))
    return found


def laid_out(page: str, folder: Path) -> None:
    """A page's files, those that the page on files shows, and the treaty cases, in a folder."""
    shutil.copytree(ROOT / "treaties/cases", folder / "treaties/cases")
    for source in (f"{HANDBOOK}/game-files.md", page):
        for title, text in [*blocks(source, "toml"), *blocks(source, "json"), *blocks(source, "text")]:
            if title:
                (folder / title).write_text(text, encoding="utf-8")


def test_there_is_something_to_check() -> None:
    assert len(PAGES) >= 12
    assert [words for words, _ in commands("README.md", "make")] == [["brief"], ["test"]]
    assert len(blocks("README.md", "python")) >= 2
    assert sum(len(commands(page, "servanda")) for page in PAGES) >= 30
    assert text_of("README.md").count("\n") <= 200


@each_page
def test_every_block_says_what_it_is_and_every_line_of_the_console_is_a_known_command(page: str) -> None:
    fences = re.findall(r"^```(.*)$", text_of(page), flags=re.MULTILINE)
    assert len(fences) == 2 * len(BLOCK.findall(text_of(page))), "a block that no test recognises"
    assert {found[0] for found in BLOCK.findall(text_of(page))} <= {"console", "json", "python", "text", "toml"}
    for _, block in blocks(page, "console"):
        assert re.match(r"\$ ", block)
        assert set(re.findall(r"^\$ (\w+)", block, flags=re.MULTILINE)) <= {"servanda", "make"}


@each_page
def test_every_make_target_shown_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), flags=re.MULTILINE))
    asked = {word for words, _ in commands(page, "make") for word in words if "=" not in word}
    asked |= set(re.findall(r"`make ([a-z-]+)", text_of(page)))
    assert asked <= targets


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=[pytest.mark.slow] if page in SLOW_PAGES else []) for page in PAGES]
)
def test_every_command_shown_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out(page, tmp_path)
    monkeypatch.chdir(tmp_path)
    for words, output in commands(page, "servanda"):
        if words[0] in SERVING:
            continue
        run = CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERMINAL_WIDTH": "200"})
        assert run.exit_code == 0, f"servanda {shlex.join(words)}\n{run.output}{run.exception or ''}"
        flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
        assert not output or doctest.OutputChecker().check_output(output, run.stdout, flags), run.stdout


@each_page
def test_every_command_named_exists_with_its_options(page: str) -> None:
    """Commands in running text and tables, and those of slow pages."""
    named = [shlex.split(text) for text in re.findall(r"`servanda ([^`]+)`", text_of(page))]
    for words in [*named, *(words for words, _ in commands(page, "servanda"))]:
        options = [word.split("=")[0] for word in words if word.startswith("--")]
        if words[0].startswith("-") or words == ["game"]:
            continue
        path = words[:2] if words[0] == "game" else words[:1]
        shown = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200", "TERMINAL_WIDTH": "200"})
        assert shown.exit_code == 0, f"servanda {' '.join(path)}: {shown.output}"
        assert [option for option in options if option not in shown.output] == [], f"servanda {' '.join(path)}"


@each_page
def test_every_file_shown_is_read(page: str, tmp_path: Path) -> None:
    laid_out(page, tmp_path)
    for number, (title, text) in enumerate(blocks(page, "toml")):
        path = tmp_path / (title or f"{number}.toml")
        path.write_text(text, encoding="utf-8")
        assert read_treaty(path).title
    for title, text in blocks(page, "json"):
        data = json.loads(text)
        match data["format"]:
            case "servanda-game/1":
                assert read_game(data).n_rows
            case "servanda-extensive/1":
                assert read_extensive(data).players
            case "servanda-path/1":
                assert read_path(data, read_game(tmp_path / "game.json")).allowed is not None
            case "servanda-strategy/1":
                assert read_strategy(data, read_game(tmp_path / "game.json")).cells
            case "servanda-certificate/1":
                assert read_certificate(data).kind
            case other:
                pytest.fail(f"{title}: nobody reads {other}")


@each_page
def test_every_file_and_page_that_is_named_exists(page: str) -> None:
    text = text_of(page)
    inside = re.findall(r"`((?:games|treaties|tests|papers|\.ci)/[\w./-]*)`", text)
    missing = [name for name in inside if not (ROOT / name).exists()]
    for target, anchor in re.findall(r"\]\(([\w./-]+)(?:#([\w-]+))?\)", text):
        path = (ROOT / page).parent / target
        heading = rf"^#+ {anchor.replace('-', '[ -]')}[?]?$"
        made = path.suffix in (".svg", ".html") and f" {path.name}" in text  # by a command of the page
        if made:
            continue
        if not path.exists() or (anchor and not re.search(heading, path.read_text(encoding="utf-8"), re.M | re.I)):
            missing.append(target + (anchor and f"#{anchor}"))
    assert missing == []


def test_every_page_is_in_the_contents() -> None:
    contents = set(re.findall(r"- ([\w/-]+\.md)$", text_of("papers/handbook/mkdocs.yml"), flags=re.MULTILINE))
    listed = {f"{'papers/handbook' if name.startswith('lessons/') else HANDBOOK}/{name}" for name in contents}
    assert listed == {page for page in PAGES if page.startswith("papers/")}


def test_the_treaty_shown_is_the_file_that_the_example_reads() -> None:
    assert text_of("treaties/cases/procurement.toml") in [text for _, text in blocks("README.md", "toml")]


def test_the_reference_of_clauses_is_what_the_provisions_say() -> None:
    written = text_of(f"{HANDBOOK}/clauses.md").partition(BEGIN)[2]
    assert written.strip() == reference().strip(), "renew it: python -m tests.support.clauses_page"


def test_the_page_of_cases_is_what_their_record_says() -> None:
    written = text_of(f"{HANDBOOK}/cases.md").partition(cases_page.BEGIN)[2]
    assert written.strip() == cases_page.page(cases_page.record()).strip(), "renew it: see tests/support/cases_page.py"


def test_the_folders_of_both_packages_are_explained() -> None:
    told = set(re.findall(r"\*\*`(\w+)`\*\*", text_of(f"{HANDBOOK}/how-it-is-built.md")))
    folders = {path.name for root in ("games", "treaties") for path in (ROOT / root).iterdir() if path.is_dir()}
    assert told == folders - {"__pycache__"}
