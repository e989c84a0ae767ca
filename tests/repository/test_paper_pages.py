"""Pages of papers in the handbook, built from their folders; and the table of their symbols in ``notation.md``."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

from games.replication import papers
from games.replication.bibliography import bibliography
from games.replication.paper_file import THEMES
from tests.repository.test_repository import ROOT, text_of
from tests.support.paper_symbols import BEGIN, symbols_of_papers

PAPERS = papers()


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("paper_pages", ROOT / "papers/handbook/paper_pages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def pages(builder: ModuleType) -> dict[str, str]:
    found: dict[str, str] = builder.pages()
    return found


def rows(text: str, heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    section = text.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [re.split(r"(?<!\\) \| ", line[2:-2]) for line in lines[2:]]


def test_every_paper_has_a_page_with_all_its_claims_and_symbols(pages: dict[str, str]) -> None:
    assert set(pages) == {"papers/index.md"} | {f"papers/{paper.name}.md" for paper in PAPERS}
    for paper in PAPERS:
        text = pages[f"papers/{paper.name}.md"]
        claims = rows(text, "Claims")
        assert [line[0].replace("\\", "") for line in claims] == [claim.says for claim in paper.claims], paper.name
        assert {len(line) for line in claims} == {5}
        assert [line[1].replace("\\", "") for line in claims] == [claim.stated for claim in paper.claims]
        assert f"$ servanda papers {paper.name}\n" in text
        assert bibliography()[paper.reference].split(" (")[0] in text.replace("\\", "")
        assert text.count("\n- ") == len(paper.conventions) + max(len(paper.not_replicated), 1)
        assert [line[0].replace("\\", "") for line in rows(text, "Symbols")] == list(paper.symbols)


def test_the_index_lists_every_paper_once_under_its_theme(pages: dict[str, str]) -> None:
    text = pages["papers/index.md"]
    listed = {
        theme: re.findall(r"\]\((\w+)\.md\)", text.split(f"\n## {theme[0].upper()}{theme[1:]}\n")[1].split("\n## ")[0])
        for theme in THEMES
        if any(paper.theme == theme for paper in PAPERS)
    }
    assert listed == {theme: [paper.name for paper in PAPERS if paper.theme == theme] for theme in listed}
    assert sum(map(len, listed.values())) == len(PAPERS) == len(set(re.findall(r"\]\((\w+)\.md\)", text)))


def test_links_of_the_pages_lead_to_pages_and_headings(pages: dict[str, str]) -> None:
    headings = {
        line[3:].lower().replace(" ", "-") for line in pages["papers/index.md"].splitlines() if line[:3] == "## "
    }
    for text in pages.values():
        for name, anchor in re.findall(r"\]\(([\w.]+)(?:#([\w-]+))?\)", text):
            assert f"papers/{name}" in pages
            assert not anchor or anchor in headings
    assert re.search(r"^ +- Papers: papers/index\.md$", text_of("papers/handbook/mkdocs.yml"), flags=re.MULTILINE)
    assert "paper_pages.py" in text_of("papers/handbook/mkdocs.yml")


def test_what_is_in_a_cell_stays_in_it(builder: ModuleType) -> None:
    assert builder.cell("a | b_c\n*d* <e> [f]") == r"a \| b\_c \*d\* &lt;e\> \[f\]"
    assert builder.cell("p < bⁿ & q ~ 1") == "p &lt; bⁿ &amp; q ~ 1"
    assert builder.cell("`a_b` of c_d and `x|y`") == r"`a_b` of c\_d and \`x\|y\`"


def test_every_paper_tells_its_symbols() -> None:
    assert [paper.name for paper in PAPERS if not paper.symbols] == []


def test_the_symbols_of_papers_in_the_notation_are_those_of_their_folders() -> None:
    written = text_of("papers/notation.md").partition(BEGIN)[2]
    assert written.strip() == symbols_of_papers().strip(), "renew it: python -m tests.support.paper_symbols"


def test_names_of_code_beside_the_symbols_exist() -> None:
    code = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "games").rglob("*.py"))
    words = set(re.findall(r"\w+", code))
    missing = {}
    for paper in PAPERS:
        known = words | set(re.findall(r"\w+", text_of(f"papers/{paper.name}/published.toml")))
        named = [name for symbol in paper.symbols.values() for name in re.findall(r"`([^`]+)`", symbol.ours)]
        missing[paper.name] = {word for name in named for word in re.findall(r"[A-Za-z_]\w+", name)} - known
    assert {name: words for name, words in missing.items() if words} == {}
