"""The briefing of the Aurora file, from the file to the printed page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.browser import pages_printed
from tests.support.tellings import check, check_elsewhere, check_words
from tests.treaties.briefing.test_briefings import Page
from treaties.advising.advice import advise
from treaties.assessing.assess import Assessment, assess
from treaties.briefing.briefing import Briefing
from treaties.briefing.write import brief, render, write_briefing
from treaties.findings import verdict_words as words
from treaties.reading.treaty_file import read_treaty

FILE = Path(__file__).parents[3] / "treaties" / "cases" / "aurora.toml"
WORLDS = 24


@pytest.fixture(scope="module")
def aurora() -> Assessment:
    return assess(read_treaty(FILE), side_payments="options")


@pytest.mark.slow
def test_the_page_says_what_was_found(aurora: Assessment) -> None:
    html = render(aurora)
    page, briefing = Page(html), Briefing.of(aurora)
    assert page.open == [] and "://" not in html and str(FILE.parent) not in html
    assert briefing.headline in page.text and len(briefing.bottom_line) == 3
    assert briefing.proof.accepted and "NOT accepted" not in page.text
    link = aurora.weakest_link
    assert link is not None and link.party_name in briefing.bottom_line[1] and link.deviation in briefing.bottom_line[1]
    assert [option.name for option in briefing.options] == ["As it stands", *(v.name for v in aurora.treaty.variants)]
    assert words.VERDICTS[aurora.verdict] in page.text
    assert aurora.compiled.game.digest in html and aurora.treaty.source_hash in html
    assert {point.year for point in briefing.timeline.points} >= set(range(1, 11))
    assert any("vote on renewal" in label for _, label in briefing.timeline.marks)


@pytest.mark.slow
def test_all_that_is_told_of_it_agrees(aurora: Assessment) -> None:
    check(aurora)
    check_words(aurora)


@pytest.mark.parametrize("case", [
    pytest.param("procurement", marks=pytest.mark.slow), pytest.param("aurora", marks=pytest.mark.campaign)])
def test_assessing_and_briefing_again_in_two_processes_gives_the_same_bytes(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = FILE.with_stem(case)
    found = assess(read_treaty(file), side_payments="options")
    told = advise(found.treaty, found, worlds=WORLDS)
    check_elsewhere(found, told)
    first = write_briefing(found, advice=told)
    assert first == Path(f"{case}.briefing.html")
    assert brief(file, "again.html", worlds=WORLDS, workers=2).read_bytes() == first.read_bytes()


@pytest.mark.slow
@pytest.mark.browser
def test_it_prints_on_two_pages_and_an_annex_of_four(aurora: Assessment, tmp_path: Path) -> None:
    html = render(aurora)
    assert pages_printed(tmp_path, html.replace("</style>", ".annex { display: none }</style>")) == 2
    # Side payments and deals take half a page each, what the second page no longer tells (patience, steps) another.
    assert pages_printed(tmp_path, html) <= 6
