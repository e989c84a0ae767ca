"""The studio's page in a real browser: what is entered is judged, told and never lost; by keyboard, on any screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Dialog, Locator, Page, expect, sync_playwright

from tests.support.browser import BROWSER, PATIENCE
from tests.support.studio import ROOT, knowing, origin, running, served, small_file

pytestmark = [pytest.mark.browser, pytest.mark.slow]

expect.set_options(timeout=120_000)

SUNSET = "provision.0.term_years"
NOTICE = "provision.1.notice_years"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=BROWSER, args=arguments)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return small_file(tmp_path)


@pytest.fixture
def address(file: Path) -> Iterator[str]:
    with served(file) as started:
        yield started


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    return opened(context, address)


def opened(context: BrowserContext, address: str) -> Page:
    """A window on the studio, shown and judged; whatever its script fails at fails the test."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"the page's script failed: {error}"))
    page.goto(address)
    expect(page.locator("#strip")).to_have_attribute("data-state", "proved")
    return page


def control(page: Page, path: str) -> Locator:
    """The control of a field."""
    return page.locator(f"[data-path='{path}'] :is(input, select, textarea)").first


def enter(page: Page, path: str, value: str) -> None:
    """Type a value into a field and press Enter."""
    control(page, path).fill(value)
    control(page, path).press("Enter")


def text_of(page: Page) -> str:
    """The draft as a file, as the page shows it."""
    return page.locator("#text").text_content() or ""


def serious(page: Page) -> list[Any]:
    """What axe-core finds that is serious or worse."""
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["target"]) for v in found if v["impact"] in ("serious", "critical")]


def test_a_change_is_judged_at_once_then_proved_and_told_against_the_draft_before(page: Page) -> None:
    expect(page.locator("#proof")).to_have_text("proved")
    enter(page, SUNSET, "5")
    expect(page.locator("#strip[data-state=computed][data-revision='1']")).to_be_visible()
    expect(page.locator("#margin")).to_have_text("+2.5 points per year")
    expect(page.locator("#margin-change")).to_have_text("▲ +1")
    expect(page.locator(".worth")).to_contain_text("Borduria2▲ +10")
    expect(page.locator("#strip")).to_have_attribute("data-state", "proved")
    expect(page.locator("#proof")).to_have_text("proved")
    expect(page.locator("#margin-change")).to_have_text("▲ +1")
    assert "term_years = 5       # as in the mandate" in text_of(page)
    expect(page.locator(".card.sunset .prose")).to_contain_text("5")


def test_a_wrong_entry_stays_in_sight_with_its_error_at_the_field_and_outlives_the_window(page: Page) -> None:
    enter(page, SUNSET, "-3")
    field = control(page, SUNSET)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("-3")
    described = (field.get_attribute("aria-describedby") or "").split()
    [told] = [place for place in described if place.endswith("-error")]
    expect(page.locator(f"[id='{told}']")).to_be_visible()
    expect(page.locator("#wrong")).to_contain_text("One entry is not accepted")
    assert "term_years = 4" in text_of(page)
    assert not serious(page)
    page.reload()
    expect(control(page, SUNSET)).to_have_value("-3")
    expect(control(page, SUNSET)).to_have_attribute("aria-invalid", "true")
    control(page, SUNSET).press("Escape")
    expect(control(page, SUNSET)).to_have_value("4")
    expect(control(page, SUNSET)).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#wrong")).to_be_empty()


def test_everything_can_be_done_by_keyboard(page: Page, file: Path) -> None:
    keyboard = page.keyboard
    tab_to(page, lambda: at_path(page) == SUNSET)
    keyboard.press("Control+A")
    keyboard.type("6")
    keyboard.press("Enter")
    expect(page.locator("#text")).to_contain_text("term_years = 6")
    assert at_path(page) == SUNSET, "the focus stays where the reader is"
    keyboard.press("Control+Z")
    expect(page.locator("#text")).to_contain_text("term_years = 4")
    keyboard.press("Control+Y")
    expect(page.locator("#text")).to_contain_text("term_years = 6")
    page.evaluate("document.body.focus(), scrollTo(0, 0)")
    page.locator("#undo").focus()
    tab_to(page, lambda: focused(page) == "add")
    keyboard.press("Enter")
    keyboard.type("damages remedy")
    expect(page.locator("#kinds button")).to_have_count(1)
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(page.locator(".card.remedy")).to_be_visible()
    expect(page.locator(".card.remedy h2")).to_be_focused()
    keyboard.press("Shift+Tab")
    page.locator(".card.remedy h2").focus()
    keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Remove ")
    keyboard.press("Enter")
    expect(page.locator(".card.remedy")).to_have_count(0)
    keyboard.press("Control+S")
    expect(page.locator("#state")).to_have_text("Saved")
    assert "term_years = 6       # as in the mandate" in file.read_text()


def tab_to(page: Page, there: Callable[[], bool]) -> None:
    """Press Tab until the focus is where it should be."""
    for _ in range(200):
        if there():
            return
        page.keyboard.press("Tab")
    pytest.fail("Tab does not lead there")


def at_path(page: Page) -> str | None:
    """The field that has the focus."""
    found: str | None = page.evaluate("document.activeElement.closest('[data-path]')?.dataset.path")
    return found


def focused(page: Page) -> str:
    """The id of what has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def test_a_killed_server_loses_nothing_and_what_was_entered_meanwhile_is_sent_when_it_is_back(
    context: BrowserContext, file: Path
) -> None:
    before = file.read_text()
    with running(*knowing(file)) as first:
        page = opened(context, first.address)
        enter(page, SUNSET, "5")
        expect(page.locator("#text")).to_contain_text("term_years = 5")
        first.kill()
        enter(page, NOTICE, "3")
        expect(page.locator("#lost")).to_contain_text("does not answer")
        expect(page.locator("#state")).to_contain_text("1 entry waits on this page")
        expect(control(page, NOTICE)).to_have_value("3")
    with running(*knowing(file)) as second:
        assert origin(second.address) == origin(first.address), "so that the page finds it again"
        expect(page.locator("#lost")).to_be_empty()
        expect(page.locator("#text")).to_contain_text("notice_years = 3")
        expect(page.locator("#text")).to_contain_text("term_years = 5")
        expect(page.locator("#strip")).to_have_attribute("data-state", "proved")
        assert file.read_text() == before
        other = opened(context, second.address)
        assert "term_years = 5" in text_of(other) and "notice_years = 3" in text_of(other)


def test_two_windows_on_different_terms_keep_both(context: BrowserContext, address: str) -> None:
    one, other = opened(context, address), opened(context, origin(address))
    unaware(other)
    enter(one, SUNSET, "5")
    expect(one.locator("#text")).to_contain_text("term_years = 5")
    enter(other, NOTICE, "2")
    expect(other.locator("#text")).to_contain_text("notice_years = 2")
    assert "term_years = 5" in text_of(other)
    expect(other.locator(".elsewhere")).to_contain_text("Another window changed the draft")
    expect(one.locator("#text")).to_contain_text("notice_years = 2")
    expect(control(one, NOTICE)).to_have_value("2")


def test_two_windows_on_one_term_are_told_both_values_and_choose(context: BrowserContext, address: str) -> None:
    one, other = opened(context, address), opened(context, origin(address))
    unaware(other)
    enter(one, SUNSET, "5")
    expect(one.locator("#text")).to_contain_text("term_years = 5")
    enter(other, SUNSET, "9")
    conflict = other.locator(".conflict")
    expect(conflict).to_contain_text("There5Here9Before4")
    assert "term_years = 5" in text_of(other)
    assert not serious(other)
    conflict.get_by_role("button", name="Put 9").click()
    expect(other.locator("#text")).to_contain_text("term_years = 9")
    expect(one.locator("#text")).to_contain_text("term_years = 9")


def unaware(page: Page) -> None:
    """Keep a window from seeing what others change until it changes something itself."""
    page.route("**/api/draft?*", lambda route: route.fulfill(status=204))


def test_the_reader_is_asked_before_leaving_only_if_something_would_be_lost(page: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    enter(page, SUNSET, "5")
    expect(page.locator("#text")).to_contain_text("term_years = 5")
    expect(page.locator("#state")).to_contain_text("Not saved")
    page.reload()
    assert not asked, "the draft is kept on disk"
    control(page, SUNSET).press_sequentially("7")
    page.close(run_before_unload=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]


def test_two_drafts_stand_side_by_side(page: Page) -> None:
    enter(page, SUNSET, "5")
    expect(page.locator("#text")).to_contain_text("term_years = 5")
    page.click("#compare")
    table = page.locator(".sides")
    expect(table).to_contain_text("The file")
    expect(table.locator("tbody").last).to_contain_text("45")
    page.click("#keep")
    expect(table).to_contain_text("No term differs")
    assert not serious(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_usable_by_all_on_every_screen_and_asks_nobody_else(
    context: BrowserContext, address: str, scheme: Any, width: int
) -> None:
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = opened(context, address)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    assert not serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    controls = "[...document.querySelectorAll('input, select, textarea')]"
    assert page.evaluate(f"{controls}.filter(c => !c.labels.length && !c.ariaLabel).length") == 0
    page.click("#add")
    assert not serious(page)
    assert asked and all(url.startswith(f"{origin(address)}/") for url in asked)


CHANGES = {
    "provision.2.uses_per_term": "3",
    "provision.4.amount.value": "16",
    "provision.3.notice_years": "2",
    "party.0.discount.value": "0.9",
    "provision.0.term_years": "12",
    "matter.0.temptation.NOR.value": "26",
    "provision.6.exit_cost.value": "25",
    "provision.1.stages.1.year": "4",
    "event.0.enter.value": "0.1",
    "provision.5.to_sceptic.value": "0.15",
}
"""Ten changes to Aurora: numbers and terms, of clauses, parties, matters and events."""


def test_ten_changes_to_a_real_case_are_judged_one_by_one_and_the_last_is_proved(
    context: BrowserContext, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "aurora.toml"
    original = (ROOT / "treaties" / "cases" / "aurora.toml").read_text(encoding="utf-8")
    file.write_text(original, encoding="utf-8")
    took: list[float] = []
    with running("-m", "treaties.command_line.main", "studio", file, "--no-open") as started:
        page = context.new_page()
        page.goto(started.address)
        strip = page.locator("#strip")
        expect(strip).to_have_attribute("data-revision", "0", timeout=120_000)
        for number, (path, value) in enumerate(CHANGES.items(), 1):
            enter(page, path, value)
            expect(strip).to_have_attribute("data-revision", str(number), timeout=60_000)
            took.append(int(strip.get_attribute("data-latency") or "") / 1000)
        expect(strip).to_have_attribute("data-state", "proved", timeout=300_000)
        with capsys.disabled():
            print(f"\nten changes to Aurora: median {median(took):.2f} s, worst {max(took):.2f} s until computed")
        for _ in CHANGES:
            page.keyboard.press("Control+Z")
        expect(page.locator("#text")).to_have_text(original.rstrip("\n"), use_inner_text=False)
        code, said = started.interrupt()
    assert code == 0 and "Traceback" not in said
    assert file.read_text(encoding="utf-8") == original
    assert len(took) == len(CHANGES)
