"""A real browser opens the page, without a network, and prints it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import briefings as fixtures
from tests.support.browser import browse, pages_printed
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
def test_the_briefing_prints_on_two_pages_and_its_annex_on_one_and_one_more_for_payments_and_for_deals(
    tmp_path: Path, make: object
) -> None:
    # Who would pay whom in every option takes half a page, where a deal is possible another half: the assumptions
    # leave no room for either on theirs.
    assert callable(make)
    found = make()
    html = render(found)
    paying = found.side_payments is not None and bool(found.side_payments.compared)
    assert pages_printed(tmp_path, html.replace("</style>", ".annex { display: none }</style>")) <= 2
    assert pages_printed(tmp_path, html) <= 3 + paying + (len(found.variants) > 1)
