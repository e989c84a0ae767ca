"""Eight lessons: each with one treaty file, one figure, questions with answers; notebooks that can be opened."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import nbformat
import pytest

from tests.repository.test_handbook import LESSON_PAGES, blocks, commands
from tests.repository.test_repository import ROOT, text_of


@pytest.fixture(scope="module")
def lessons() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lessons", ROOT / "papers/handbook/lessons.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_eight() -> None:
    assert [page.split("/")[-1][0] for page in LESSON_PAGES] == list("12345678")


@pytest.mark.parametrize("page", LESSON_PAGES)
def test_a_lesson_has_a_goal_one_treaty_one_figure_a_plan_exercises_and_answers(page: str) -> None:
    text = text_of(page)
    assert text.startswith(f"# {page.split('/')[-1][0]}. ") and "\n*Goal:*" in text
    assert len(blocks(page, "toml")) == 1
    for heading in ("The treaty", "The figure", "Fifty minutes", "Exercises", "Questions that will come"):
        assert text.count(f"\n## {heading}\n") == 1, heading
    figure = text.split("## The figure\n")[1].split("\n## ")[0]
    assert len(re.findall(r"^\$ servanda", figure, flags=re.MULTILINE)) == 1
    assert len(re.findall(r"\]\([\w.-]+\.(?:svg|html)\)", figure)) == 1
    asked = text.split("## Exercises\n")[1].split("\n## ")[0].split("???")[0]
    answered = text.split('??? success "Answers"\n')[1].split("\n## ")[0]
    assert len(re.findall(r"^\d\. ", asked, flags=re.MULTILINE)) == len(re.findall(r"^    \d\. ", answered, re.M)) == 3
    minutes = re.findall(r"^\| (\d+)–(\d+) \|", text, flags=re.MULTILINE)
    assert minutes[0][0] == "0" and minutes[-1][1] == "50"
    assert [end for _, end in minutes[:-1]] == [begin for begin, _ in minutes[1:]]


@pytest.mark.parametrize("page", LESSON_PAGES)
def test_its_notebook_is_valid_holds_all_of_it_and_is_the_same_twice(page: str, lessons: ModuleType) -> None:
    text = text_of(page)
    book = lessons.notebook(text)
    nbformat.validate(book)
    code = [cell["source"] for cell in book.cells if cell["cell_type"] == "code"]
    assert sum(source.startswith("%%writefile") for source in code) == 1
    assert sum(source.startswith("!servanda") for source in code) == len(commands(page, "servanda"))
    assert dict(book) == dict(lessons.notebook(text))
