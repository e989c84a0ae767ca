"""What a briefing says and how its page behaves, on assessments made by hand.

Golden files are written anew by ``SERVANDA_RECORD=1 pytest tests/treaties/briefing``; look at the pages first.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from games.model.stochastic_game import GameError
from games.questions.discount_region import DiscountRegion
from games.replication.bibliography import bibliography
from tests.support import briefings as fixtures
from treaties.briefing.briefing import Briefing
from treaties.briefing.terminal import summary
from treaties.briefing.write import render, write_briefing
from treaties.findings.records import PartyValue, SidePayments, Timeline
from treaties.model.red_lines import RedLine

HERE = Path(__file__).parent
CASES = {"holds": fixtures.holds, "fails": fixtures.fails, "undecided": fixtures.undecided}
EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Page(HTMLParser):
    """A page as a browser reads it: elements with their attributes, text, and whether every element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))


@pytest.fixture(scope="module", params=sorted(CASES))
def html(request: pytest.FixtureRequest) -> str:
    return render(CASES[request.param]())


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_page_says_what_its_golden_file_says(name: str) -> None:
    found = CASES[name]()
    # Figures are outlines; what they say is in their labels, which stay.
    said = re.sub(r"(<svg [^>]*>).*?</svg>", r"\1</svg>", render(found), flags=re.DOTALL)
    data = json.dumps(Briefing.of(found).to_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    for path, text in ((HERE / f"{name}.golden.html", said), (HERE / f"{name}.golden.json", data)):
        if os.environ.get("SERVANDA_RECORD"):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text, f"{path.name} differs; if that is meant, record it anew"


def test_the_page_is_byte_identical_in_another_process_place_and_configuration(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 20\nsvg.fonttype: none\naxes.facecolor: red\n", encoding="utf-8")
    code = (
        "import sys, locale; from tests.support import briefings as fixtures; "
        "from treaties.briefing.write import write_briefing;"
        "write_briefing(fixtures.holds(), 'other.html')"
    )
    root = HERE.parents[2]
    env = {**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "9"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, check=True, timeout=600)
    here = write_briefing(fixtures.holds(), tmp_path / "here.html")
    assert here.read_bytes() == (tmp_path / "other.html").read_bytes()


def test_the_page_asks_nothing_of_the_outside_world(html: str) -> None:
    assert "://" not in html
    assert "@import" not in html
    assert all(target.startswith("#") for target in re.findall(r"url\(\s*['\"]?([^)'\"]*)", html))
    page = Page(html)
    assert not {tag for tag, _ in page.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
    }
    for tag, attributes in page.elements:
        assert "src" not in attributes and "srcset" not in attributes
        assert not [name for name in attributes if name.startswith("on")], f"{tag} runs code"
        assert (attributes.get("href") or "#").startswith("#")


def test_every_element_is_closed_every_id_is_unique_and_every_reference_resolves(html: str) -> None:
    page = Page(html)
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    wanted = set(re.findall(r'href="#([^"]+)"', html)) | set(re.findall(r"url\(#([^)]+)\)", html))
    wanted |= set(re.findall(r'aria-labelledby="([^"]+)"', html))
    assert wanted <= set(ids)


def test_figures_have_words_tables_have_headers_and_colour_is_never_alone(html: str) -> None:
    page = Page(html)
    figures = [attributes for tag, attributes in page.elements if tag == "svg"]
    assert figures and all(a.get("role") == "img" and len(a.get("aria-label") or "") > 40 for a in figures)
    for table in re.findall(r"<table.*?</table>", html, flags=re.DOTALL):
        head = re.search(r"<thead>.*?</thead>", table, flags=re.DOTALL)
        assert head and "<td" not in head[0] and head[0].count("<th ") == head[0].count("scope=")
    for verdict, mark, word in (
        ("sustainable", "✓", "holds"),
        ("unsustainable", "✗", "does not hold"),
        ("undecided", "?", "not decided"),
    ):
        for rung in re.findall(rf'<li class="{verdict}.*?</li>', html, flags=re.DOTALL):
            assert mark in rung and word in rung
    assert [a["lang"] for tag, a in page.elements if tag == "html"] == ["en"]


def test_the_bottom_line_is_three_plain_sentences() -> None:
    jargon = re.compile(r"equilibri|nash|subgame|automat|payoff|discount|markov|randomis|stochastic|state space", re.I)
    for make in CASES.values():
        briefing = Briefing.of(make())
        assert len(briefing.bottom_line) == 3
        for said in briefing.bottom_line:
            assert said.endswith(".") and not re.search(r"[.!?] [A-Z]", said), said
            assert not jargon.search(said), said
            assert len(said.split()) <= 45, said
        for step in briefing.ladder:
            assert not jargon.search(step.gloss)


def test_the_bottom_line_says_who_when_which_article_and_how_much() -> None:
    held, broken, changed = Briefing.of(fixtures.holds()).bottom_line
    assert held.startswith("Yes, it holds") and "harshest punishment" in held
    for part in (
        "Norland",
        "in year 3 after signature (year 3 of the term)",
        "Article 14(2)",
        "vetoes technology",
        "as the text allows",
        "EUR 0.103",
    ):
        assert part in broken
    for part in (
        "fail with “No renewal” (−4.5)",
        "“No veto” (−0.512, crosses a red line)",
        "less punishment with “Breach ends treaty” (+0.3)",
    ):
        assert part in changed
    held, broken, changed = Briefing.of(fixtures.fails()).bottom_line
    assert held.startswith("No, it does not hold") and "it gains EUR 0.512 million in all" in broken
    assert broken.endswith("the best stable plan keeps full compliance for 2.4 years on average.")
    assert changed == "It would hold with “Breach ends treaty” (+0.3); margins in EUR million."
    assert Briefing.of(fixtures.undecided()).bottom_line[0].startswith("Not decided")


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (1, "it enforces itself"),
        (2, "suspend cooperation for 3 years"),
        (3, "ends cooperation for good"),
        (4, "harshest punishment"),
    ],
)
def test_the_first_sentence_says_how_hard_the_treaty_leans_on_punishment(first: int, said: str) -> None:
    ladder = tuple(
        replace(fixtures.rung(n, "sustainable" if n >= first else "unsustainable", 1.0), periods=3)
        for n in range(1, 5)
    )
    briefing = Briefing.of(fixtures.holds(ladder=ladder, first_rung=first))
    assert said in briefing.bottom_line[0]
    assert [step.first for step in briefing.ladder] == [n == first for n in range(1, 5)]


def test_a_wide_margin_is_not_called_narrow() -> None:
    narrow, wide = (
        Briefing.of(fixtures.holds(weakest_link=fixtures.link(margin))).bottom_line[1] for margin in (0.1, 84.0)
    )
    assert "it loses only EUR 0.1 million" in narrow
    assert "it loses EUR 84 million" in wide


def test_an_option_that_mends_the_treaty_by_crossing_a_red_line_says_so() -> None:
    crossing = replace(
        fixtures.VARIANTS[4],
        name="Bold",
        ladder=(fixtures.rung(1, "sustainable", 9.0), fixtures.rung(4, "sustainable", 9.0)),
        red_lines_crossed=(RedLine("NOR", "Norland", "veto.uses_per_term >= 1"),),
    )
    options = (*fixtures.fails().variants[:2], crossing, fixtures.VARIANTS[4])
    changed = Briefing.of(fixtures.fails(variants=options)).bottom_line[2]
    assert changed == (
        "It would hold with “Breach ends treaty” (+0.3) or “Bold” (+9, crosses a red line); margins in EUR million."
    )


def test_an_undecided_option_is_not_counted_as_one_that_holds() -> None:
    holds, undecided = fixtures.VARIANTS[0], fixtures.VARIANTS[-1]
    changed = Briefing.of(fixtures.holds(variants=(holds, undecided))).bottom_line[2]
    assert changed == "None of the options in the file (1) was shown to break it."


def test_nothing_stable_at_all_is_not_a_breach_that_pays() -> None:
    briefing = Briefing.of(fixtures.fails(weakest_link=None, margin=None))
    assert briefing.headline == "It does not hold: nothing stable exists"
    assert "no stable way of playing" in briefing.bottom_line[0]


def test_a_lawful_way_out_is_not_called_a_breach() -> None:
    briefing = Briefing.of(fixtures.fails(weakest_link=fixtures.link(-2.0, deviation="leaves the treaty", lawful=True)))
    assert briefing.headline == "It does not hold: a lawful way out pays"
    assert "if it leaves the treaty, as the text allows, it gains EUR 2 million" in briefing.bottom_line[1]


def test_an_unchecked_certificate_is_shouted() -> None:
    found = fixtures.holds()
    page = Page(render(fixtures.holds(certificate=replace(found.certificate, checked=False))))
    assert "did NOT accept" in page.text and "(NOT accepted)" in page.text
    assert "did NOT accept" not in Page(render(found)).text


def test_every_number_of_the_file_is_in_the_annex_with_its_source() -> None:
    found = fixtures.holds()
    briefing = Briefing.of(found)
    numbers = list(found.treaty.numbers())
    assert [(a.value, a.low, a.high, a.source) for a in briefing.assumptions] == [
        (n.value, n.low, n.high, n.source or "") for n in numbers
    ]
    assert all(item.unit for item in briefing.assumptions)
    assert briefing.assumptions[0].unit == "weight of next year"
    assert {a.unit for a in briefing.assumptions if a.name in ("upheld", "begins", "goes on")} == {"chance"}
    html = render(found)
    table = re.search(r'<table class="assumptions">.*?</table>', html, flags=re.DOTALL)
    assert table and table[0].count("<tr>") == len(numbers) + 1
    assert "analyst judgement" in table[0] and "0.82 to 0.95" in table[0]


def test_every_source_of_a_clause_is_listed_in_full() -> None:
    found = fixtures.holds()
    used = Briefing.of(found).references
    assert bibliography()["judd2003"].startswith("Judd, K. L., Yeltekin, Ş. and Conklin, J. (2003). Computing")
    for provision in found.treaty.provisions:
        for short in provision.reference.split(";"):
            surname, year = re.split(r"[\s,]", short.strip())[0], short.strip()[-5:-1]
            assert any(r.startswith(surname) and f"({year})" in r and len(r) > 40 for r in used), short


def test_facts_and_stylised_payoffs_of_a_real_treaty_are_kept_apart() -> None:
    known = {
        "name": "Real agreement",
        "sources": {"s1": "https://example.org/text"},
        "article": [
            {
                "article": "3",
                "kind": "de minimis",
                "fact": "Below 20 per cent.",
                "evidence": "verified",
                "sources": ["s1"],
            }
        ],
        "date": [{"date": "1972", "event": "Understanding.", "evidence": "recalled"}],
    }
    found = fixtures.holds(treaty=fixtures.treaty(facts=known, stylised={"label": "Stylised: judgements, not data"}))
    html = render(found)
    text = Page(html).text
    assert "://" not in html and "example.org/text" in text
    assert text.index("Stylised: judgements, not data.") < text.index("How firmly it stands")
    for part in ("Facts about the treaty", "verified", "recalled", "Stylised numbers used"):
        assert part in text
    assert "Stylised" not in Page(render(fixtures.holds())).text


def test_text_from_a_file_cannot_become_markup_or_mathematics() -> None:
    evil = '<script>alert("1")</script> & $\\frac{1}{2$'
    treaty = fixtures.treaty(title=evil)
    parties = tuple(party.model_copy(update={"name": evil}) for party in treaty.parties)
    values = tuple(replace(value, name=evil) for value in fixtures.holds().values)
    found = fixtures.holds(treaty=treaty.model_copy(update={"parties": parties}), values=values)
    html = render(found)
    page = Page(html)
    assert "script" not in {tag for tag, _ in page.elements} and page.open == []
    assert evil in page.text


def test_references_are_of_the_certificates_and_methods_behind_the_answers_told() -> None:
    def cited(**changes: Any) -> str:
        return "\n".join(Briefing.of(fixtures.holds(**changes)).references)

    without = cited(side_payments=None)
    assert "Abreu, D. and Sannikov, Y. (2014)" in without and "Voluntary Transfers" not in without
    paid = fixtures.LADDER[-1]
    proved = fixtures.certificate("transfer-plan")
    paid = replace(paid, found=replace(paid.found, concept=fixtures.PAYING, certificate=proved))
    alone: dict[str, Any] = {"transfers": "voluntary", "ladder": (paid,), "certificate": paid.certificate}
    compared = cited(**alone)
    assert "Voluntary Transfers" in compared and "Abreu, D. and Sannikov, Y. (2014)" in compared
    # Where nothing was told of play without payments, its method is not named.
    only = cited(**alone, side_payments=SidePayments((), (), None, None, (), "refused"))
    assert "Voluntary Transfers" in only and "Sannikov" not in only and "Stacchetti" not in only
    first = fixtures.side_payments().compared[0]
    reviewed = replace(fixtures.side_payments(), compared=(replace(first, reviewed=first.paid),))
    assert "Repeated Negotiations" in cited(**alone, side_payments=reviewed)


def test_side_payments_say_who_pays_whom_how_much_when_and_what_that_buys() -> None:
    panel = Briefing.of(fixtures.holds()).payments
    assert panel is not None
    assert panel.said == (
        "At the lower factor (0.88) Norland would pay Sundmark EUR 4.33 million on average (2.63 to 4.82) "
        "after year 6 of a term, if there was a sceptic government of Sundmark.",
        "At the higher factor (0.9) no payment is needed, it holds without any.",
        "With payments it holds at common factors from 0.858, without from 0.897.",
        "Payments would mend “Unlimited veto”; they cannot mend “No renewal”.",
    )
    details = " ".join(panel.details)
    for part in (
        "all but 7% of the expected total; the rest falls due otherwise (year 8)",
        "if Sundmark pays EUR 0.671 million then, nobody is better or worse off",
        "EUR 38 million (Norland, year 4) and EUR 27.4 million (Sundmark, year 2)",
        "payments add nothing to what all can have together in a stable plan: EUR 20.1 million per year",
        "that is not full compliance, which brings 16.8",
    ):
        assert part in details
    page = Page(render(fixtures.holds())).text
    for part in (*panel.said, "−4.4", "+14.6", "20.1", "16.8", "Side payments, option by option"):
        assert part in page
    assert [(row.option, row.label) for row in panel.options][:3] == [
        ("As it stands", "lowest"), ("As it stands", "highest"), ("Unlimited veto", "lowest")]


def test_a_page_without_the_comparison_or_with_a_refusal_says_no_more_than_that() -> None:
    assert "side payments buy" not in Page(render(fixtures.fails())).text
    refused = Page(render(fixtures.undecided())).text
    assert "side payments buy" in refused and "players see public signals" in refused.lower()


def test_an_answer_with_payments_is_not_told_as_one_without() -> None:
    ladder = (replace(fixtures.LADDER[3], found=replace(fixtures.LADDER[3].found, concept=fixtures.PAYING)),)
    briefing = Briefing.of(fixtures.holds(transfers="voluntary", ladder=ladder, concept=fixtures.PAYING))
    assert briefing.headline == "It holds with side payments"
    assert "with the side payments that the parties may make" in briefing.bottom_line[0]
    assert "EUR 0.103 million is left to spare" in briefing.bottom_line[1]
    assert "Rungs 1 to 3" in briefing.renewal_note and "may pay one another" in briefing.concept
    lost = fixtures.fails(transfers="voluntary", side_payments=fixtures.side_payments())
    assert Briefing.of(lost).headline == "It fails even with side payments"
    assert "exceed what they have to lose by EUR 0.512 million" in Briefing.of(lost).bottom_line[1]


def test_the_terminal_does_not_tell_open_discount_factors_as_a_no() -> None:
    for intervals, told in (((), "none that could be told; open at 2"), (((0.6, 0.98),), "0.980000]; open at 2")):
        region = DiscountRegion(intervals, 1e-6, (0.02, 0.98, 0.04), (0.5, 0.54))
        said = "\n".join(summary(fixtures.holds(discount_region=region)))
        assert f"{told} of the factors tried" in said


def test_discount_factors_above_the_highest_tried_are_not_claimed() -> None:
    briefing = Briefing.of(fixtures.holds(discount_region=DiscountRegion(((0.9, 0.98),), 1e-6, (0.02, 0.98, 0.04))))
    assert "from 0.9 to 0.98, the highest tried" in briefing.patience.text
    assert "narrower than a step could have been missed" in briefing.patience.text
    two = Briefing.of(fixtures.fails()).patience
    assert "from 0.3 to 0.5 and from 0.93" in two.text and "More patience does not always help" in two.text
    assert "At 1 of the factors tried" in two.text


@pytest.mark.parametrize("count", [3, 7])
def test_more_parties_and_long_terms_still_draw(count: int) -> None:
    parties = [f"P{k}" for k in range(count)]
    name = {party: f"The very long name of party {party}" for party in parties}
    base = fixtures.holds()
    treaty = base.treaty.model_copy(
        update={"parties": tuple(base.treaty.parties[0].model_copy(update={"id": p, "name": name[p]}) for p in parties)}
    )
    incentives = tuple(
        replace(base.timeline.incentives[0], party=p, year=year, stay_minus_leave=(-1) ** k * 1e5 * (k + 1) + year)
        for k, p in enumerate(parties)
        for year in range(40)
    )
    marks = tuple((year, f"vote on renewal number {year}") for year in range(0, 40, 3))
    values = tuple(
        PartyValue(p, name[p], 0.9, -3.0 * k, 1.0, None if k % 2 else -2.0, None) for k, p in enumerate(parties)
    )
    story = Timeline(incentives, marks)
    found = fixtures.holds(treaty=treaty, timeline=story, values=values, variants=(), side_payments=None)
    html = render(found)
    assert Page(html).open == []
    assert html.count('<table class="timeline">') == 3


def test_writing_is_atomic_and_the_default_name_follows_the_treaty_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    treaty = fixtures.treaty().came_from("some/where/borealis.toml", "5e" * 32)
    written = write_briefing(fixtures.holds(treaty=treaty))
    assert written == Path("borealis.briefing.html") and [p.name for p in tmp_path.iterdir()] == [written.name]
    assert "some/where" not in written.read_text(encoding="utf-8")
    before = written.read_bytes()
    with pytest.raises(GameError, match="disk"):
        monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk")))
        write_briefing(fixtures.fails(treaty=treaty))
    assert written.read_bytes() == before and len(list(tmp_path.iterdir())) == 1
