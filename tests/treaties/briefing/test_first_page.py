"""The first page: what readers ask, in their order and in plain words, and nothing that the records do not say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.support import briefings as fixtures
from tests.support.advice import advice, smallest, worlds
from tests.support.rendered import Element, by_label, read
from tests.support.slider_treaties import grid
from tests.support.tellings import check_elsewhere, check_rendered
from treaties import assess, read_treaty_text
from treaties.advising.advice import Advice
from treaties.briefing.briefing import Briefing
from treaties.briefing.figures import recoloured
from treaties.briefing.options_panel import bands
from treaties.briefing.stacking import labelled
from treaties.briefing.write import render
from treaties.findings.cooperation import Cooperation
from treaties.findings.records import Judgement, VariantFinding
from treaties.sweeping.likelihood import Likelihood

BARRED = re.compile(
    r"discount factor|equilibri|\bautomat(on|a)\b|markov|subgame|stage game|\bnash\b|payoff|randomi[sz]|stochastic"
    r"|\bcertificate|self-generation|no-profitable|exclusion|transfer-plan|\brungs?\b|one-off|off-path|on-path"
    r"|\blottery\b|folk theorem|best response|minmax|\bPPE\b|\bSPE\b|perfect public|perfect Bayesian|\bprior\b"
    r"|posterior|state space"
    r"|\bsolver\b|convex|vertex|bracket|\bislands?\b|\blinear program",
    flags=re.IGNORECASE,
)
"""Words that readers who are no game theorists did not understand, or would not."""
MADE: dict[str, Callable[[], tuple[Any, Advice | None]]] = {
    "holds": lambda: (fixtures.holds(), advice("breaks")),
    "fails": lambda: (fixtures.fails(), advice("mends")),
    "undecided": lambda: (fixtures.undecided(), advice("none found", smallest=None, packages=())),
    "not asked": lambda: (fixtures.fails(side_payments=fixtures.side_payments()), None),
}
ORDER = ("In how many of 100 worlds", "break", "change", "What can be traded?")

NOISY = """schema = "servanda-treaty/1"
title = "Watched trade"
payoff_unit = "points per year"
[[party]]
id = "A"
name = "Arcadia"
discount = 0.9
[[party]]
id = "B"
name = "Borduria"
discount = 0.9
[[matter]]
id = "trade"
reward = { A = 3, B = 3 }
temptation = { A = 4, B = 4 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }
observability = { detection = 0.8, false_alarm = 0.1 }
[[variant]]
name = "Better eyes"
set = { "matter.trade.observability.detection" = 0.95 }
"""


def first(page: str) -> Element:
    """The first page with its heading."""
    return read(page).one("div", "first-page")


@pytest.fixture(scope="module", params=sorted(MADE))
def page(request: pytest.FixtureRequest) -> str:
    return render(*MADE[request.param]())


def test_the_first_page_asks_in_the_order_of_its_readers(page: str) -> None:
    said = first(page)
    asked = [term.text for term in said.one("dl", "replies").all("dt")]
    assert len(asked) == len(ORDER) and all(part in question for part, question in zip(ORDER, asked, strict=True))
    heading, signs = page.index('id="bottom-line"'), page.index('id="who-signs"')
    assert heading < page.index('class="replies"') < signs < page.index('class="ladder"') < page.index('class="annex"')


def test_the_first_page_uses_no_word_of_the_theory(page: str) -> None:
    main = read(page).one("main")
    for part in (main.one("header"), first(page)):
        assert not (found := BARRED.search(part.text)), f"“{found[0]}” in: {part.text}"


@pytest.mark.slow
@pytest.mark.parametrize("text", [NOISY], ids=["noisy"])
def test_nor_does_that_of_a_treaty_where_signals_can_be_mistaken(text: str) -> None:
    found = assess(read_treaty_text(text), region=False)
    check_rendered(found)
    html = render(found)
    assert not BARRED.search(first(html).text)
    # Its options are ranked by years, and no margin of never breaking off stands beside them.
    rows = [by_label(cells) for cells in first(html).one("table", "options").rows()]
    assert all("Lasts until a break" in row and not any(name.startswith("Withstands") for name in row) for row in rows)
    years = [float(row["Lasts until a break"].split()[0]) for row in rows if row["Lasts until a break"][0].isdigit()]
    assert years == sorted(years, reverse=True)


def test_every_part_alone_says_something_true_and_useful(page: str) -> None:
    whole = read(page)
    (bottom,) = whole.all("section", "bottom")
    # The bottom line alone: an answer, and that it is one on the numbers of the file or none at all.
    assert re.search(r"on these numbers|Not decided", bottom.text)
    # The first page alone: who, when, what it costs, and what it is not.
    said = first(page).text
    assert "incentives, not intentions" in said
    for party in ("Norland", "Sundmark"):
        assert party in said
    # The annex alone: every number with its source, what was computed, and of which file.
    annex = whole.one("section", "annex").text
    for part in ("Numbers used", "The articles as read", "Made from", "SHA-256", "How patient the parties must be"):
        assert part in annex


def test_no_record_is_contradicted_by_the_page() -> None:
    for make in MADE.values():
        check_rendered(*make())


def test_nor_by_what_is_told_beside_it() -> None:
    for make in MADE.values():
        check_elsewhere(*make())


def test_sliders_that_start_from_another_answer_than_the_page_are_found_out() -> None:
    # The grid is that of another treaty.
    with pytest.raises(AssertionError):
        check_elsewhere(fixtures.holds(), advice(sliders=grid()))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("62 to 72 of 100", "63 of 100"),
        ("in year 3 after signature", "in year 4 after signature"),
        ("✗</span> 1. Self-executing", "✓</span> 1. Self-executing"),
        ("“No veto” (−0.512", "“No veto” (−0.6"),
        ('data-label="If all comply EUR million per year Norland" class="num">6.9<', '>9.6<'),
    ],
)
def test_a_page_that_contradicts_a_record_is_found_out(
    was: str, becomes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support import tellings

    found, asked = MADE["holds"]()
    html = render(found, asked)
    assert was in html
    forged = html.replace(was, becomes if "data-label" not in was else was.replace(">6.9<", becomes))
    if "Self-executing" in was:
        forged = forged.replace('<li class="unsustainable">', '<li class="sustainable">', 1)
    monkeypatch.setattr(tellings, "render", lambda *_: forged)
    with pytest.raises(AssertionError):
        check_rendered(found, asked)


def test_what_is_not_decided_is_never_told_as_a_no() -> None:
    briefing = Briefing.of(fixtures.undecided(), advice("undecided", smallest=replace(smallest(), answer="undecided",
                                                                                     moved=None)))
    assert briefing.headline == "Not decided"
    for party in briefing.first.parties:
        assert party.keeps == ("undecided", "not decided")
    replies = {reply.question: " ".join(reply.said) for reply in briefing.first.replies}
    assert replies["What change would make it hold?"].startswith("Whether a small change")
    assert "is not known" in replies["What change would make it hold?"]
    assert "20 of the worlds tested are not decided" in replies["In how many of 100 worlds does it hold?"]
    held = Briefing.of(fixtures.holds(), advice())
    (group,) = held.option_groups
    places = {option.name: place for place, option in group.rows}
    assert places["Volatile Sundmark"] == "" and places["As it stands"] == "2"
    # It stands between those that hold and those that fail, as it may be either.
    names = [option.name for _, option in group.rows]
    assert names.index("As it stands") < names.index("Volatile Sundmark") < names.index("Unlimited veto")


def test_worlds_that_say_otherwise_than_the_numbers_of_the_file_are_told_so() -> None:
    few = Likelihood(20, 180, 0, (0.06, 0.15), 0.02)
    said = Briefing.of(fixtures.holds(), advice(worlds=worlds(few))).first.replies[0].said
    assert said[0].startswith("It holds in 10 of 100 worlds") and "fails in most of the worlds around them" in said[1]
    none = Briefing.of(fixtures.holds(), advice(worlds=None)).first.replies[0].said
    assert none == ("No number of the file has a range, so only the one world that it describes was looked at.",)


def test_the_smallest_change_says_what_it_costs_whom() -> None:
    mended = Briefing.of(fixtures.fails(), advice("mends")).first.replies[2]
    assert mended.question == "What is the smallest change that fixes it?"
    for part in ("Article 17", "EUR 14.2 million", "Norland EUR 0.2 million per year less", "Sundmark EUR 0.1 million"):
        assert part in mended.said[0]
    broken = Briefing.of(fixtures.holds(), advice()).first.replies[2]
    assert "to EUR 10.3 million" in broken.said[0] and "proved" in broken.said[0]


# -- options ----------------------------------------------------------------------------------------------------------


def lasting(name: str, keeps: float | None, share: float, **changes: Any) -> VariantFinding:
    """An option where signals can be mistaken, all with the same margin of never breaking off."""
    base = fixtures.variant(name, f"{name} = 1", (fixtures.rung(4, "unsustainable", -5.0),), 5.0, 6.0)
    return replace(base, cooperation=Cooperation(11.0, keeps, 1.0, 2.0, 1.0, share), **changes)


def test_noisy_options_are_ranked_by_years_and_then_by_time_in_compliance() -> None:
    concept = "pure-action perfect public equilibrium"
    unknown = replace(fixtures.rung(4, "undecided", None), found=Judgement("undecided", concept, None))
    options = (
        lasting("", 8.0, 0.8), lasting("Jumpy", 2.0, 0.4), lasting("Wise", 20.0, 0.9), lasting("As long", 8.2, 0.95),
        replace(lasting("Unknown", 1.0, 0.1), cooperation=None, ladder=(unknown,)),
    )  # fmt: skip
    (group,) = Briefing.of(fixtures.fails(variants=options, monitoring=None)).option_groups
    assert [(place, option.name) for place, option in group.rows] == [
        ("1", "Wise"), ("2", "As long"), ("3", "As it stands"), ("4", "Jumpy"), ("", "Unknown")]  # fmt: skip
    assert group.measured == ""
    table = first(render(fixtures.fails(variants=options))).one("table", "options")
    assert "−5" not in table.text and "20 years" in table.text and "with breaks" in table.text


def test_ties_are_told_as_ties() -> None:
    assert bands([9.0, 8.9, 8.5, 2.0], 0.2) == [1, 1, 3, 4]
    base = fixtures.VARIANTS[4]
    even = replace(base, name="Nearly the same", ladder=(*base.ladder[:1], fixtures.rung(4, "sustainable", 0.31)))
    (group,) = Briefing.of(fixtures.holds(variants=(*fixtures.VARIANTS, even), matters=0.05)).option_groups
    assert [place for place, _ in group.rows][:3] == ["1=", "1=", "3"]
    assert "about even" in group.order


def test_margins_of_different_kinds_never_stand_in_one_column() -> None:
    paying = replace(fixtures.VARIANTS[4], name="Paid", ladder=tuple(
        replace(rung, found=replace(rung.found, transfers="voluntary")) for rung in fixtures.VARIANTS[4].ladder))
    trusting = replace(fixtures.VARIANTS[4], name="Trusting", trust="Norland needs no trust in Sundmark")
    found = fixtures.holds(variants=(*fixtures.VARIANTS, paying, trusting))
    groups = Briefing.of(found).option_groups
    assert [[option.name for _, option in group.rows] for group in groups[1:]] == [["Paid"], ["Trusting"]]
    check_rendered(found)


# -- looks ------------------------------------------------------------------------------------------------------------


def test_cells_carry_the_names_of_their_columns() -> None:
    table = (
        '<table><thead><tr><th rowspan="2">Option</th><th colspan="2">Worth</th></tr><tr><th>A</th><th>B &amp; C</th>'
        '</tr></thead><tbody><tr><th rowspan="2">x</th><td class="num">1</td><td>2</td></tr><tr><td>3</td><td>4</td>'
        "</tr></tbody></table>"
    )
    said = labelled(table)
    assert said.count('data-label="Worth A"') == 2 and said.count('data-label="Worth B &amp; C"') == 2
    assert '<td data-label="Worth A" class="num">1</td>' in said


def test_every_colour_of_a_figure_follows_the_page() -> None:
    assert recoloured("fill: #0072b2") == "fill: var(--figure-holds, #0072b2)"
    html = render(fixtures.fails(side_payments=fixtures.side_payments()))
    figures = "".join(re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL))
    assert not re.findall(r"(?<!, )#[0-9a-fA-F]{6}\b(?!\))", figures)
