"""Where things lie: folders are the pipeline, a root holds its front door, a paper is a folder with a paper.toml."""

from __future__ import annotations

import pytest

from tests.repository.test_repository import tracked

ROOTS = ("games", "treaties")


def inside(root: str) -> list[list[str]]:
    """The parts of every file's path below a root."""
    return [name.split("/")[1:] for name in tracked() if name.startswith(f"{root}/")]


@pytest.mark.parametrize("root", ROOTS)
def test_a_root_holds_its_front_door_and_folders_only(root: str) -> None:
    assert {parts[0] for parts in inside(root) if len(parts) == 1} == {"__init__.py", "py.typed"}


@pytest.mark.parametrize("root", ROOTS)
def test_no_folder_lies_deeper_than_two_levels(root: str) -> None:
    assert [parts for parts in inside(root) if len(parts) > 3] == []


@pytest.mark.parametrize("root", ROOTS)
def test_tests_lie_in_folders_named_after_what_they_test(root: str) -> None:
    folders = {parts[0] for parts in inside(root) if len(parts) > 1}
    tested = {parts[1] for parts in inside("tests") if parts[0] == root and len(parts) > 2}
    assert tested - folders == set()


def test_what_lies_among_the_papers_is_a_paper_or_the_handbook() -> None:
    found = {parts[0] for parts in inside("papers") if len(parts) > 1}
    papers = {parts[0] for parts in inside("papers") if parts[1:] == ["paper.toml"]}
    assert found - papers <= {"handbook"}
