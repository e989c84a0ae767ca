"""A real browser opens the page, without a network, and prints it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.support import briefings as fixtures
from tests.support.advice import advice
from tests.support.browser import BROWSER, PATIENCE, browse, pages_printed
from treaties.briefing.write import render

pytestmark = pytest.mark.browser


def test_a_browser_shows_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(render(fixtures.holds()), encoding="utf-8")
    shown = browse(tmp_path / "profile", page, "--dump-dom").decode()
    assert "<title>Briefing: Borealis co-production agreement (fictional)</title>" in shown
    assert shown.count("<svg") == 6 and "It holds, but leans on the harshest credible punishment" in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        fixtures.holds,
        fixtures.fails,
        fixtures.undecided,
        pytest.param(lambda: fixtures.fails(side_payments=fixtures.side_payments()), id="fails, with payments"),
    ],
)
def test_the_briefing_prints_on_two_pages_and_its_annex_on_two_and_one_more_for_payments_and_for_deals(
    tmp_path: Path, make: object
) -> None:
    # Who would pay whom in every option takes half a page, where a deal is possible another half, and what is technical
    # (patience, tightest steps, what "holds" means) the rest: the assumptions leave no room for them on theirs.
    assert callable(make)
    found = make()
    html = render(found)
    paying = found.side_payments is not None and bool(found.side_payments.compared)
    assert pages_printed(tmp_path, html.replace("</style>", ".annex { display: none }</style>")) <= 2
    assert pages_printed(tmp_path, html) <= 4 + paying + (len(found.variants) > 1)


LONG = "北方と南方の航空機共同開発に関する非常に長い名前の締約国連合体" * 2


def _noted(asked: list[str], request: Any) -> None:
    asked.append(request.url)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_asks_nothing_fits_a_phone_and_serves_a_screen_reader(
    tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    base = fixtures.fails(side_payments=fixtures.side_payments())
    values = (replace(base.values[0], name=LONG), *base.values[1:])
    first = base.treaty.parties[0].model_copy(update={"name": LONG})
    treaty = base.treaty.model_copy(update={"parties": (first, *base.treaty.parties[1:])})
    page = tmp_path / "page.html"
    page.write_text(render(fixtures.fails(treaty=treaty, values=values), advice("mends")), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        for width in (390, 1280):
            shown = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme).new_page()
            shown.set_default_timeout(PATIENCE)
            asked: list[str] = []
            shown.on("request", partial(_noted, asked))
            shown.goto(page.as_uri())
            assert asked == [page.as_uri()]
            assert shown.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(shown).response["violations"]
            assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
        browser.close()
