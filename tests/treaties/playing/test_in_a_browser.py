"""The page of a play in a real browser, without a network: every screen, by clicks and by keys."""

from __future__ import annotations

import json
import math
import re
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser import BROWSER, PATIENCE
from tests.support.play_page import Pair, example, neighbour, terms_of
from treaties.playing.page import write_play_page

pytestmark = pytest.mark.browser

DATA = example()
DESIGNS = DATA["designs"]
KEPT, BROKEN = (DESIGNS["verdict"].index(verdict) for verdict in (1, 0))
SUSPENDED = DESIGNS["rung"].index(2)
GAMES = 1000
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=BROWSER, args=OPTIONS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_play_page(DATA, tmp_path_factory.mktemp("play") / "play.html")


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    """The page on a laptop; the test fails if it asks for anything or stumbles."""
    yield from opened(browser, file, 1280, 800)


def opened(browser: Browser, file: Path, width: int, height: int, scheme: Any = "light") -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    context.set_default_timeout(PATIENCE)
    shown = context.new_page()
    asked, said = list[str](), list[str]()
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("pageerror", lambda error: said.append(str(error)))
    shown.on("console", lambda message: said.append(message.text))
    shown.goto(file.as_uri())
    shown.wait_for_selector("h1")
    yield shown
    context.close()
    assert {url.partition("#")[0] for url in asked if not url.startswith("blob:")} == {file.as_uri()}
    assert said == []


@pytest.fixture
def pair(page: Page) -> Pair:
    return Pair(page, DATA)


def test_a_pair_goes_through_every_screen(pair: Pair) -> None:
    page = pair.page
    assert pair.heading == DATA["title"]
    pair.on()
    assert pair.missing == "Choose the letter of your pair first."
    page.select_option("#pair", "2")
    pair.on()
    assert pair.missing == "Choose a side first."
    pair.pick("party", 0)
    assert page.locator(".secret").count() == 0
    page.click("#card-0")
    card, role = page.locator(".secret").inner_text(), DATA["parties"][0]["role"]
    assert role["target_words"] in card and role["red_line"] in card
    assert page.locator(".stakes li").count() == len(role["stakes"]) and page.locator(".stakes circle").count() > 3
    assert DATA["parties"][1]["role"]["target_words"] not in card
    pair.on()

    assert pair.heading == "Write the treaty"
    pair.set_terms(terms_of(DATA, BROKEN))
    shown = page.locator(".prose li, .prose p").all_inner_texts()
    chosen = zip(DATA["axes"], terms_of(DATA, BROKEN), strict=True)
    assert shown == [DATA["strings"][axis["prose"][k]] for axis, k in chosen]
    pair.on()

    assert pair.heading == "Will it be kept?"
    pair.foretell(who=1, year=2)
    assert re.fullmatch(r"Year 1 of \d+", pair.heading)
    page.click("#move-0")
    assert page.locator(".strip li").count() == 1
    pair.live()

    assert pair.heading == "It is broken."
    told = page.locator("#page").inner_text()
    assert DATA["strings"][DESIGNS["because"][BROKEN]] in told
    assert "Broken by Sundmark in year 2 (80 % sure)." in told
    pair.on()

    assert pair.heading == "Amend one clause"
    pair.on()
    assert pair.missing == "Change one clause, or sign your draft as it is."
    then = neighbour(DATA, BROKEN)
    here, there = terms_of(DATA, BROKEN), terms_of(DATA, then)
    changed = next(k for k, value in enumerate(there) if value != here[k])
    pair.pick(f"axis-{changed}", there[changed])
    pair.on()
    assert pair.heading == "And now: will it be kept?"
    pair.foretell(who=None, sure=5)
    assert pair.heading == ["It is broken.", "It is kept."][DESIGNS["verdict"][then]]
    assert page.locator("circle.ghost").count() == 1
    pair.on()

    assert pair.heading == "Sign, and hand in the code"
    read = "code => servanda.Codes.read(code, servanda.table.mark)"
    said = page.evaluate(read, page.locator("#code").inner_text())
    assert said == {"pair": 2, "drafted": BROKEN, "signed": then, "who": 2, "year": 2, "sure": 4,
                    "whoThen": 0, "yearThen": 0, "sureThen": 6}  # fmt: skip


def test_every_screen_can_be_reached_by_keys(pair: Pair) -> None:
    page = pair.page
    keys = page.keyboard

    def to(selector: str) -> None:
        for _ in range(80):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            keys.press("Tab")
        raise AssertionError(f"Tab does not reach {selector}")

    def press_on() -> None:
        to("#onward")
        keys.press("Enter")

    to("#pair")
    keys.type("C")
    to("[name=party]")
    keys.press("Space")
    to("#card-0")
    keys.press("Enter")
    assert page.locator(".secret").count() == 1
    press_on()
    for k, value in enumerate(terms_of(DATA, KEPT)):
        chosen = page.evaluate("n => [...document.getElementsByName(n)].findIndex((one) => one.checked)", f"axis-{k}")
        to(f"[name=axis-{k}]")
        for _ in range(abs(value - chosen)):
            keys.press("ArrowRight" if value > chosen else "ArrowLeft")
    press_on()
    to("[name=kept]")
    keys.press("Space")
    to("[name=sure]")
    keys.press("Space")
    press_on()
    to("#move-0")
    keys.press("Enter")
    to("#rest")
    keys.press("Enter")
    press_on()
    assert pair.heading == "It is kept."
    press_on()
    assert pair.heading == "Amend one clause"
    to(".onward button:last-child")
    keys.press("Enter")
    assert pair.heading == "Sign, and hand in the code"
    assert page.locator("h1").evaluate("heading => heading === document.activeElement")


def test_without_a_prediction_there_is_no_answer(pair: Pair) -> None:
    pair.take_role()
    pair.draft(BROKEN)
    for ask, answer in (
        ("Say first whether it is kept or broken.", ("kept", 1)),
        ("Say who breaks it first.", ("who", 0)),
        ("Say in which year it is broken.", None),
    ):
        pair.on()
        assert pair.missing == ask
        if answer is not None:
            pair.pick(*answer)
    pair.page.select_option("#year", "1")
    pair.on()
    assert pair.missing == "Say how sure you are."
    assert pair.heading == "Will it be kept?"


def test_terms_that_do_not_go_together_cannot_be_played(browser: Browser, tmp_path: Path) -> None:
    *others, _ = DESIGNS["verdict"]
    data = {**DATA, "designs": {**DESIGNS, "verdict": [*others, 3]}}
    for page in opened(browser, write_play_page(data, tmp_path / "play.html"), 1280, 800):
        pair = Pair(page, data)
        pair.take_role()
        pair.draft(len(others))
        assert pair.heading == "Write the treaty"
        assert pair.missing.startswith("These terms do not go together.")


def with_design(design: int, **said: Any) -> dict[str, Any]:
    """The example with other things said of one design; texts are added to ``strings``."""
    strings, columns = list(DATA["strings"]), {name: list(column) for name, column in DESIGNS.items()}
    for name, value in said.items():
        text = isinstance(value, str) and name != "hash"
        columns[name][design] = len(strings) if text else value
        strings += [value] if text else []
    return {**DATA, "strings": strings, "designs": columns}


def test_what_mistakes_break_off_is_told_by_how_long_it_lasts(browser: Browser, tmp_path: Path) -> None:
    lasts = "8 years of cooperation before a break"
    data = with_design(BROKEN, lasts=lasts, broken_chance=0.3)
    for page in opened(browser, write_play_page(data, tmp_path / "play.html"), 1280, 800):
        pair = Pair(page, data)
        pair.to_verdict(BROKEN)
        told = page.locator("#page").inner_text()
        assert pair.heading == "It is kept for a while."
        assert lasts in told and "with a chance of 30 %" in told and page.locator(".beside > figure").count() == 0
        assert page.locator(".marks li").all_inner_texts() == ["Right: kept or broken"]


def test_what_a_good_plan_seldom_breaks_is_not_told_as_broken(browser: Browser, tmp_path: Path) -> None:
    data = with_design(BROKEN, broken_chance=0.04, broken_by=2, broken_year=3, tempted=0, tempted_year=2)
    for page in opened(browser, write_play_page(data, tmp_path / "play.html"), 1280, 800):
        pair = Pair(page, data)
        pair.to_verdict(BROKEN)
        told = page.locator(".lead").inner_text()
        assert pair.heading == "It cannot be kept in every case."
        assert told.startswith("Norland breaks it first in year 2") and "with a chance of 4 %" in told


def test_what_is_not_decided_is_told_as_open_and_judges_nobody(browser: Browser, tmp_path: Path) -> None:
    data = with_design(BROKEN, verdict=2, play=-1, hash="", because="")
    for page in opened(browser, write_play_page(data, tmp_path / "play.html"), 1280, 800):
        pair = Pair(page, data)
        pair.to_verdict(BROKEN)
        assert pair.heading == "It is not known."
        assert page.locator(".marks li").count() == 0 and "not a no" in page.locator(".lead").inner_text()
        page.evaluate("window.location.hash = '#class'")
        page.locator("input[name=view]").nth(1).check(force=True)
        assert any("not known" in words for words in page.locator(".share").all_inner_texts())


def test_a_draft_off_the_grid_is_a_block_for_the_teacher(pair: Pair) -> None:
    page = pair.page
    pair.take_role()
    pair.set_terms(terms_of(DATA, KEPT))
    page.locator("details summary").first.click()
    page.fill("#other-0", "7")
    (variant,) = tomllib.loads(page.locator(".block").inner_text())["variant"]
    raw = [axis["raw"][k] for axis, k in zip(DATA["axes"], terms_of(DATA, KEPT), strict=True)]
    assert variant["set"] == dict(zip([axis["path"] for axis in DATA["axes"]], [7, *raw[1:]], strict=True))
    pair.on()
    assert pair.missing.startswith("This page has not worked out this draft.")
    page.click("text=Keep this block for your teacher")
    assert page.evaluate("JSON.parse(Object.values(sessionStorage)[0]).log.at(-1).what") == "off the grid"


def test_a_breach_is_answered_as_the_strategies_say(pair: Pair) -> None:
    # The design is held by suspension: who breaches finds the other side breaching in the next year.
    page = pair.page
    pair.take_role()
    pair.draft(SUSPENDED)
    pair.foretell(who=None)
    page.locator(".moves button", has_text=re.compile("^Breaches")).first.click()
    assert "not as agreed" in page.locator(".card h2").inner_text()
    assert "Sundmark: complies" in page.locator(".card").inner_text()
    page.click("#move-0")
    assert "Sundmark: breaches" in page.locator(".card").inner_text()


def test_a_partner_at_the_same_laptop_moves_for_itself(pair: Pair) -> None:
    page = pair.page
    pair.take_role(partner=1)
    pair.draft(KEPT)
    pair.foretell(who=None)
    assert "Norland" in page.locator(".moves legend").inner_text()
    page.click("#move-0")
    assert "Sundmark" in page.locator(".moves legend").inner_text()
    assert page.locator(".card").count() == 0
    page.click("#move-1")
    card = page.locator(".card").inner_text()
    assert "Norland: complies" in card and "Sundmark: breaches" in card


def test_a_reload_keeps_what_was_done(pair: Pair) -> None:
    page = pair.page
    pair.take_role()
    pair.draft(SUSPENDED)
    pair.foretell(who=0, year=2)
    page.click("#move-0")
    page.click("#move-1")
    before = page.locator("#page").inner_text()
    page.reload()
    page.wait_for_selector("h1")
    assert page.locator("#page").inner_text() == before
    pair.live()
    assert "Broken by Norland in year 2" in page.locator("#page").inner_text()


def test_what_a_pair_did_is_saved_without_names_and_read_by_the_teacher(
    pair: Pair, file: Path, tmp_path: Path
) -> None:
    page = pair.page
    code = pair.to_signature(KEPT)
    with page.expect_download() as saved:
        page.click("text=Save what we did")
    log = tmp_path / saved.value.suggested_filename
    saved.value.save_as(log)
    found = json.loads(log.read_text(encoding="utf-8"))
    assert found["format"] == "servanda-play-log/1" and found["code"] == code.replace("-", "")
    steps = [entry["what"] for entry in found["log"] if entry["what"] != "year"]
    assert steps == ["role", "draft", "prediction", "verdict"]
    assert [entry["year"] for entry in found["log"] if entry["what"] == "year"] == list(range(1, 1 + years(KEPT)))

    other = tmp_path / "other.json"
    other.write_text('{"format": "else"}', encoding="utf-8")
    page.evaluate("window.location.hash = '#class'")
    page.set_input_files("input[type=file]", [log, other])
    page.wait_for_selector(".problems li")
    assert page.locator(".problems").inner_text() == "other.json: this is no file saved by this page."
    assert page.input_value("#codes").strip() == code
    assert page.locator(".tag-text").all_text_contents() == ["C"]


def years(design: int) -> int:
    found = DATA["autos"][DATA["plays"][DESIGNS["play"][design]]["auto"]]["years"]
    assert isinstance(found, int)
    return found


def twelve_codes(page: Page) -> list[str]:
    """Pairs A to L: half sign what is kept, half what is broken; nine say that Norland breaks it in year 1."""
    said = [{
        "pair": k, "drafted": BROKEN, "signed": KEPT if k % 2 else BROKEN,
        "who": 1 if k < 9 else 0, "year": 1 if k < 9 else 0, "sure": 1 + k % 6,
        "whoThen": 0, "yearThen": 0, "sureThen": 5 if k % 2 else 0,
    } for k in range(12)]  # fmt: skip
    code = "servanda.Codes.grouped(servanda.Codes.written(said, servanda.table.mark))"
    found: list[str] = page.evaluate(f"all => all.map((said) => {code})", said)
    return found


def test_the_teacher_sees_the_class(page: Page) -> None:
    codes = twelve_codes(page)
    page.evaluate("window.location.hash = '#class'")
    page.fill("#codes", "\n".join(codes[:6]) + "\n" + "  ".join(code.lower() for code in codes[6:]))
    assert page.locator(".problems li").count() == 0
    assert "12 pairs handed in." in page.locator("#page").inner_text()
    assert sorted(" ".join(page.locator(".tag-text").all_text_contents()).split()) == list("ABCDEFGHIJKL")
    assert page.locator("circle.point:not(.pair)").count() == sum(len(values) > 0 for values in DESIGNS["values"])

    show = {name: k for k, name in enumerate(("frontier", "map", "sure", "who", "pairs", "block"))}
    views = page.locator("input[name=view]")
    views.nth(show["map"]).check(force=True)
    here, there = terms_of(DATA, BROKEN), terms_of(DATA, KEPT)
    differing = next(k for k, value in enumerate(there) if value != here[k])
    page.select_option("#axis-0", str(differing))
    letters = page.locator(".letters").all_inner_texts()
    assert sorted(filter(None, letters)) == ["A C E G I K", "B D F H J L"]

    views.nth(show["sure"]).check(force=True)
    assert sum(int(text) for text in page.locator(".disc-text").all_text_contents()) == 12 + 6

    views.nth(show["who"]).check(force=True)
    shown = page.locator(".shown").inner_text()
    truth = set(k for k in (0, 1) if DESIGNS["broken_by"][BROKEN] >> k & 1)
    if 0 in truth:  # then the three that say it is kept are wrong, and nobody else
        assert "The commonest wrong answer: nobody" in shown
    else:
        assert "The commonest wrong answer: Norland" in shown and "9 predictions" in shown

    views.nth(show["block"]).check(force=True)
    page.fill("#raw-0", "7")
    (variant,) = tomllib.loads(page.locator("#block").inner_text())["variant"]
    assert variant["set"][DATA["axes"][0]["path"]] == 7 and len(variant["set"]) == len(DATA["axes"])
    assert DATA["axes"][1]["raw"][terms_of(DATA, DATA["text"])[1]] == variant["set"][DATA["axes"][1]["path"]]

    page.reload()
    page.wait_for_selector("#codes", state="attached")
    assert "12 pairs handed in." in page.locator("#page").inner_text()


def test_wrong_codes_are_told_with_their_place(page: Page) -> None:
    good, *others = twelve_codes(page)
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    page.evaluate("window.location.hash = '#class'")
    page.fill("#codes", f"{good}\n{wrong}\n{others[0][:8]}\n{good}")
    assert page.locator(".problems li").all_inner_texts() == [
        f"Line 2, “{wrong}”: a sign is wrong, or it is the code of another treaty’s page. "
        "Compare it with the pair’s screen.",
        f"Line 3, “{others[0][:8]}”: a code has 12 signs, this has 7.",
        f"Line 4, “{good}”: pair A handed in more than once; the last code counts.",
    ]
    assert "1 pair handed in." in page.locator("#page").inner_text()


def test_codes_say_what_was_written_and_notice_every_wrong_sign(page: Page) -> None:
    faults = page.evaluate("""() => {
      const { Codes } = servanda, signs = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", faults = [];
      let state = 1;
      const random = (n) => {
        state = (state * 1103515245 + 12345) % 2147483648;
        return Math.floor(state / 2147483648 * n);
      };
      for (let k = 0; k < 200; k++) {
        const said = {
          pair: random(64), drafted: random(1024), signed: random(1024), who: random(8), year: random(64),
          sure: random(8), whoThen: random(8), yearThen: random(64), sureThen: random(8),
        };
        const code = Codes.written(said, "this file");
        if (code.length !== 12) faults.push("length");
        const read = Codes.read(Codes.grouped(code).toLowerCase(), "this file");
        if (JSON.stringify(read) !== JSON.stringify(said)) faults.push(code);
        if (Codes.read(code, "another file")) faults.push(`${code} is read with another file`);
        for (let at = 0; at < 12; at++) {
          for (const sign of signs) {
            const other = code.slice(0, at) + sign + code.slice(at + 1);
            if (other !== code && Codes.read(other, "this file")) faults.push(`${code} is read as ${other}`);
          }
          for (let to = at + 1; to < 12; to++) {
            const exchanged = [...code];
            [exchanged[at], exchanged[to]] = [exchanged[to], exchanged[at]];
            const other = exchanged.join("");
            if (other !== code && Codes.read(other, "this file")) faults.push(`${code} is read as ${other}`);
          }
        }
      }
      return faults;
    }""")
    assert faults == []


@pytest.mark.slow
def test_qr_codes_are_those_of_an_independent_library(page: Page) -> None:
    codes: list[str] = page.evaluate("""() => Array.from({ length: 100 }, (_, k) => servanda.Codes.written({
      pair: k % 64, drafted: 10 * k, signed: 7 * k, who: k % 8, year: k % 63, sure: k % 8, sureThen: 1,
    }, "file"))""")
    matrix_of = "(code, mask) => servanda.QR.matrix(code, mask).map((row) => row.map(Number))"
    drawn = page.evaluate(f"codes => codes.map((code) => ({matrix_of})(code))", codes)
    for code, matrix in zip(codes, drawn, strict=True):
        known = segno.make(code, version=1, error="q", boost_error=False, micro=False)
        assert [list(row) for row in known.matrix] == matrix, code
    for mask in range(8):
        known = segno.make(codes[mask], version=1, error="q", boost_error=False, micro=False, mask=mask)
        drawn = page.evaluate(f"([code, mask]) => ({matrix_of})(code, mask)", [codes[mask], mask])
        assert [list(row) for row in known.matrix] == drawn, mask


@pytest.mark.slow
def test_a_thousand_games_in_the_page_meet_the_exact_values(page: Page) -> None:
    spread = 0
    for play, exact in enumerate(DATA["plays"]):
        design = DESIGNS["play"].index(play)
        play_all = "([games, design]) => Array.from({ length: games }, (_, k) => servanda.play(k + 1, design))"
        games = page.evaluate(play_all, [GAMES, design])
        for party, mean in enumerate(exact["mean"]):
            found = [game[party] for game in games]
            error = statistics.stdev(found) / math.sqrt(GAMES)
            spread += error > 0
            assert abs(statistics.fmean(found) - mean) <= 4 * error + 1e-6, (play, party, mean, error)
    assert spread > 4, "chance must matter in some of the plays"


def test_the_same_seed_plays_the_same_game(page: Page) -> None:
    assert page.evaluate(f"servanda.play(7, {SUSPENDED})") == page.evaluate(f"servanda.play(7, {SUSPENDED})")
    averages = f"Array.from({{ length: 40 }}, (_, k) => servanda.play(k, {SUSPENDED})[0])"
    assert page.evaluate(f"new Set({averages}).size") > 1


def screens(page: Page) -> Iterator[str]:
    """Every screen once, ready to be looked at."""
    pair = Pair(page, DATA)
    page.select_option("#pair", "2")
    pair.pick("party", 0)
    page.click("#card-0")
    yield "role"
    pair.on()
    pair.set_terms(terms_of(DATA, SUSPENDED))
    yield "draft"
    pair.on()
    pair.pick("kept", 1)
    yield "predict"
    pair.foretell(who=1)
    yield "first year"
    page.click("#move-1")
    yield "second year"
    pair.live()
    for summary in page.locator("summary").all():
        summary.click()
    yield "verdict"
    pair.on()
    yield "amend"
    page.get_by_text("Sign the draft as it is").click()
    yield "sign"
    codes = twelve_codes(page)
    page.evaluate("window.location.hash = '#class'")
    page.fill("#codes", "\n".join([*codes, "wrong"]))
    for k in range(page.locator("input[name=view]").count()):
        page.locator("input[name=view]").nth(k).check(force=True)
        yield f"class {k}"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1280, 800, "light"), (390, 844, "light"), (1280, 800, "dark")]
)
def test_no_screen_shuts_anybody_out_or_runs_off_the_side(
    browser: Browser, file: Path, width: int, height: int, scheme: str
) -> None:
    for page in opened(browser, file, width, height, scheme):
        axe = Axe()
        for screen in screens(page):
            found = axe.run(page).response["violations"]
            serious = [
                (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")
            ]
            assert serious == [], screen
            assert page.evaluate("document.documentElement.scrollWidth") <= width, screen


def test_the_code_prints_on_one_sheet_without_buttons(pair: Pair) -> None:
    pair.to_signature(KEPT)
    page = pair.page
    page.emulate_media(media="print")
    assert page.locator("#code").is_visible() and page.locator("svg.qr").is_visible()
    assert not any(one.is_visible() for one in page.locator("button").all())
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4"))) == 1
