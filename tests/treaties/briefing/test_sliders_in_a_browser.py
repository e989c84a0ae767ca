"""A real browser opens pages with sliders from a file, moves them, and asks nobody for anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import briefings as fixtures
from tests.support.browser import BROWSER, PATIENCE
from tests.support.slider_treaties import advice, grid
from treaties.briefing.write import render

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = ("零円の補償額", "百万円の補償額" * 6, "三百万円")
LATENCY = """() => {
  const input = document.getElementById("slider-0"), shown = document.getElementById("sliders"), times = [];
  for (let k = 0; k < 100; k++) {
    input.value = String(((k % 9) * 0.25) % Number(input.max));
    const began = performance.now();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    shown.getBoundingClientRect();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return [times[50], times[99]];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as engine:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = engine.chromium.launch(executable_path=BROWSER, args=options)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages with plain words and with long ones of another script."""
    found = {"plain": grid(), "long": grid("情報共有と技術移転に関する包括的な補償の金額" * 4, LONG)}
    folder = tmp_path_factory.mktemp("pages")
    for name, sliders in found.items():
        (folder / f"{name}.html").write_text(render(fixtures.holds(), advice(sliders)), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in found}


@dataclass
class Opened:
    """A page, and what it asked for and complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def opened(browser: Browser, path: Path, **options: Any) -> Opened:
    found = Opened(browser.new_context(**options).new_page())
    found.page.set_default_timeout(PATIENCE)
    found.page.on("request", lambda request: found.asked.append(request.url))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("console", lambda said: found.complaints.append(said.text))
    found.page.goto(path.as_uri())
    return found


def test_the_page_starts_with_the_text_and_asks_nobody(browser: Browser, pages: dict[str, Path]) -> None:
    found = opened(browser, pages["plain"])
    expect(found.page.locator("#sliders-headline")).to_have_text("As the text stands: It does not hold (proved)")
    expect(found.page.locator("#sliders-reset")).to_be_disabled()
    expect(found.page.locator("#sliders-still")).to_be_hidden()
    assert found.asked == [pages["plain"].as_uri()] and found.complaints == []


def test_keys_move_a_slider_over_points_and_between_them(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["plain"]).page
    amount, said = page.get_by_label("Amount (Article 3)"), page.locator("#sliders-said")
    amount.focus()
    page.keyboard.press("ArrowRight")
    expect(amount).to_have_attribute("aria-valuetext", "between 2 and 3")
    expect(said).to_contain_text("Between two computed points: the answer changes here")
    expect(said).to_contain_text("At 2: does not hold, proved, margin at most EUR −1 million.")
    expect(said).to_contain_text("At 3: holds, proved, margin at least EUR +1.5 million.")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(amount).to_have_attribute("aria-valuetext", "3")
    expect(said).to_contain_text("It holds (proved) Margin: at least EUR +1.5 million. In worlds: 75 to 80 of 100")
    page.get_by_label("Uses of the veto").focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("there is no such treaty")
    page.get_by_role("button", name="Back to the text").click()
    expect(page.locator("#sliders-headline")).to_have_text("As the text stands: It does not hold (proved)")
    expect(amount).to_be_focused()


def test_between_points_of_one_answer_nothing_is_made_up(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["plain"]).page
    page.get_by_label("Amount (Article 3)").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#sliders-headline")).to_have_text("Between two computed points: all around, does not hold")
    assert page.locator("#sliders-answer").get_attribute("class") == "undecided"
    # The lines of both points around, and no third.
    assert page.locator("#sliders-line path.around").count() == 4


def test_every_move_redraws_at_once(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["plain"]).page
    before = page.locator("#sliders-line path").first.get_attribute("d")
    median, most = page.evaluate(LATENCY)
    print(f"input to redrawn: median {median:.2f} ms, at most {most:.2f} ms")
    page.get_by_label("Amount (Article 3)").focus()
    page.keyboard.press("End")
    assert page.locator("#sliders-line path").first.get_attribute("d") != before


@pytest.mark.parametrize("name", ["plain", "long"])
@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 800}}])
def test_nothing_serious_for_those_who_hear_the_page_and_nothing_wider_than_a_phone(
    browser: Browser, pages: dict[str, Path], name: str, options: dict[str, Any]
) -> None:
    page = opened(browser, pages[name], **options).page
    found = Axe().run(page, context="#sliders").response["violations"]
    assert [(one["id"], one["impact"]) for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.getElementById('sliders').scrollWidth <= document.body.clientWidth")


def test_print_shows_a_table_instead(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["plain"]).page
    page.emulate_media(media="print")
    expect(page.locator("#sliders")).to_be_hidden()
    expect(page.locator("#moved")).to_contain_text("As the text stands: It does not hold (proved).")
    assert page.locator("#moved tbody tr").count() == 5


def test_without_script_the_page_still_gives_the_answer(browser: Browser, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["plain"], java_script_enabled=False).page
    expect(page.locator("#sliders-live")).to_be_hidden()
    expect(page.locator("#sliders-still")).to_contain_text("told in the annex")
    expect(page.locator("#moved")).to_contain_text("As the text stands: It does not hold (proved).")


def test_no_other_script_runs(browser: Browser, pages: dict[str, Path], tmp_path: Path) -> None:
    text = pages["plain"].read_text(encoding="utf-8")
    forged = tmp_path / "forged.html"
    forged.write_text(text.replace("</body>", "<script>document.title = 'forged'</script></body>"), encoding="utf-8")
    found = opened(browser, forged)
    assert found.page.title() != "forged" and len(found.complaints) == 1
