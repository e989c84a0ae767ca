"""A rendered page as a reader has it: its parts, their text without figures, and tables row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import final

EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
SILENT = {"style", "script", "svg"}


@final
@dataclass
class Element:
    """An element with what it holds, in order."""

    tag: str
    attributes: dict[str, str | None]
    inside: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        """Its classes."""
        return (self.attributes.get("class") or "").split()

    @property
    def text(self) -> str:
        """All that it says, on one line; figures say nothing here."""
        said = " ".join(self._said()).replace("\N{NO-BREAK SPACE}", " ")
        return re.sub(r"\s+([,.;:)])", r"\1", re.sub(r"\s+", " ", said)).strip()

    def _said(self) -> Iterator[str]:
        for one in self.inside:
            if isinstance(one, str):
                yield one
            elif one.tag not in SILENT:
                yield one.text

    def all(self, tag: str = "", name: str = "") -> Iterator[Element]:
        """Elements below of a tag and a class, in order of the page."""
        for one in self.inside:
            if isinstance(one, Element):
                if tag in ("", one.tag) and (not name or name in one.classes):
                    yield one
                yield from one.all(tag, name)

    def one(self, tag: str = "", name: str = "") -> Element:
        """The only such element."""
        (found,) = self.all(tag, name)
        return found

    def rows(self) -> list[list[Element]]:
        """Cells of the body's rows of a table."""
        (body,) = (one for one in self.all("tbody"))
        return [[cell for cell in row.inside if isinstance(cell, Element)] for row in body.all("tr")]


@final
class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.top = Element("", {})
        self.open = [self.top]
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.open[-1].inside.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(page: str) -> Element:
    """The page as a tree."""
    return _Reader(page).top


def by_label(cells: list[Element]) -> dict[str, str]:
    """A row of a table by the names of its columns."""
    return {str(cell.attributes["data-label"]): cell.text for cell in cells if cell.attributes.get("data-label")}
