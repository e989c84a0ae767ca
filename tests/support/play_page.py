"""A pair of students, as a test plays them: what they click, or type, on the page of a play."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, final

from playwright.sync_api import Page

EXAMPLE = Path(__file__).parents[1] / "treaties" / "playing" / "example.json"


def example() -> dict[str, Any]:
    """The ``servanda-play/1`` object of ``example.toml``."""
    found: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return found


def terms_of(data: dict[str, Any], design: int) -> list[int]:
    """Index of the chosen value per axis."""
    terms = list[int]()
    for axis in reversed(data["axes"]):
        design, k = divmod(design, len(axis["values"]))
        terms.insert(0, k)
    return terms


def neighbour(data: dict[str, Any], design: int) -> int:
    """A design that differs in one term, and can be signed."""
    here = terms_of(data, design)
    return next(
        k for k, verdict in enumerate(data["designs"]["verdict"])
        if verdict < 3 and sum(a != b for a, b in zip(here, terms_of(data, k), strict=True)) == 1
    )


@final
class Pair:
    """Goes through the screens one after the other."""

    def __init__(self, page: Page, data: dict[str, Any]) -> None:
        self.page, self.data = page, data

    @property
    def heading(self) -> str:
        """What the screen is called."""
        return self.page.locator("h1").inner_text()

    @property
    def missing(self) -> str:
        """What the page says is missing before it goes on."""
        return self.page.locator(".missing").inner_text()

    def pick(self, name: str, value: int) -> None:
        """Click an answer of a question, by its place."""
        self.page.locator(f"input[name='{name}']").nth(value).check(force=True)

    def on(self) -> None:
        """Click the way on."""
        self.page.click("#onward")

    def take_role(self, pair: int = 2, party: int = 0, partner: int = 0) -> None:
        """``partner`` is the place of the answer: 0 for the computer."""
        self.page.select_option("#pair", str(pair))
        self.pick("party", party)
        self.pick("partner", partner)
        self.on()

    def set_terms(self, terms: Sequence[int]) -> None:
        """Choose a value on every card."""
        for k, value in enumerate(terms):
            self.pick(f"axis-{k}", value)

    def draft(self, design: int) -> None:
        """Write a design and hand it on."""
        self.set_terms(terms_of(self.data, design))
        self.on()

    def foretell(self, *, who: int | None, year: int = 1, sure: int = 3) -> None:
        """``who`` None: it is kept."""
        self.pick("kept", 0 if who is None else 1)
        if who is not None:
            self.pick("who", who)
            self.page.select_option("#year", str(year))
        self.pick("sure", sure)
        self.on()

    def live(self) -> None:
        """Follow the strategies to the end."""
        if self.page.locator("#rest").count():
            self.page.click("#rest")
        self.on()

    def to_verdict(self, design: int) -> None:
        """From the first screen to the verdict on a design, foretold to be kept."""
        self.take_role()
        self.draft(design)
        self.foretell(who=None)
        if self.data["designs"]["play"][design] >= 0:
            self.live()

    def to_signature(self, design: int) -> str:
        """From the first screen to the code of a design that is signed as it is."""
        self.to_verdict(design)
        self.page.get_by_text("Sign as it is").click()
        return self.page.locator("#code").inner_text()
