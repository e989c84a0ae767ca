"""One computation, one record: checks that whatever tells a fact about an assessed treaty tells the same."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import pytest

from games.questions.discount_region import DiscountRegion
from tests.support.rendered import Element, by_label, read
from treaties.advising.advice import Advice
from treaties.assessing.assess import Assessment
from treaties.briefing import pdf
from treaties.briefing.briefing import Briefing
from treaties.briefing.short import short
from treaties.briefing.tables import tables
from treaties.briefing.terminal import explain, summary
from treaties.briefing.write import render
from treaties.effects import YEAR_IN_WORDS
from treaties.findings import verdict_words as words
from treaties.findings.amounts import capital, money, number, once, signed
from treaties.findings.records import Judgement, PaymentComparison, Transfers, VariantFinding, VariantPayments
from treaties.findings.signal_words import lasting_in_short


@final
@dataclass(frozen=True)
class Question:
    """What a verdict answers: of which version, at which factor of each party, with which side payments."""

    version: str
    discount: tuple[float, ...]
    transfers: Transfers


def tellings(found: Assessment) -> Iterator[tuple[Question, str, Judgement]]:
    """Every judgement that an assessment tells, with the question it answers and the place where it is told."""

    def told(version: str, place: str, judgement: Judgement) -> Iterator[tuple[Question, str, Judgement]]:
        if judgement.discount:  # else it sums up judgements at several discount factors
            yield Question(version, judgement.discount, judgement.transfers), place, judgement

    yield from told("", "headline", found.judgement)
    yield from told("", "ladder", found.ladder[-1].judgement)
    for option in found.variants:
        yield from told(option.name, "options table", option.judgement)
    if found.side_payments is not None:
        for c in found.side_payments.compared:
            assert set(c.without.discount) == set(c.paid.discount) == {c.discount}
            yield from told("", "side payments, without", c.without)
            yield from told("", "side payments, with", c.paid)
        for v in found.side_payments.variants:
            assert set(v.without.discount) == set(v.paid.discount) == {v.discount}
            yield from told(v.name, "side payments of options, without", v.without)
            yield from told(v.name, "side payments of options, with", v.paid)
    if found.monitoring is not None:
        for stance in found.monitoring.stances:
            yield from told("", "what nobody sees", stance.judgement)


def regions(found: Assessment) -> Iterator[tuple[Transfers, DiscountRegion]]:
    """Every discount region that was sought, with the kind of payments."""
    told: list[tuple[Transfers, DiscountRegion | None]] = [(found.transfers, found.discount_region)]
    if found.side_payments is not None:
        told += [("voluntary", found.side_payments.region), ("none", found.side_payments.region_without)]
    yield from ((kind, region) for kind, region in told if region is not None and region.grid[1] > 0)


def check_judgements(found: Assessment) -> dict[Question, Judgement]:
    """One judgement to a question, wherever it is told, and what sums several up says no more than they do."""
    answers: dict[Question, tuple[str, Judgement]] = {}
    for question, place, judgement in tellings(found):
        first, known = answers.setdefault(question, (place, judgement))
        assert judgement == known, f"{place} and {first} tell {question} differently"
        proved = judgement.certificate is not None and judgement.certificate.checked
        assert proved == (judgement.verdict != "undecided"), f"{place}: {question}"
        if judgement.margin is not None and judgement.verdict != "undecided":
            assert (judgement.margin >= 0) == (judgement.verdict == "sustainable"), f"{place}: {question}"
        if judgement.weakest_link is not None and judgement.margin is not None:
            assert judgement.weakest_link.margin == pytest.approx(judgement.margin, abs=1e-9), f"{place}: {question}"
    known_ones = {question: judgement for question, (_, judgement) in answers.items()}
    for version, told in [("", found.judgement), *((option.name, option.judgement) for option in found.variants)]:
        if not told.discount:
            parts = [j for q, j in known_ones.items() if (q.version, q.transfers) == (version, told.transfers)]
            if parts:
                alike = {part.verdict for part in parts}
                assert told.verdict == (alike.pop() if len(alike) == 1 else "undecided")
    return known_ones


def check_regions(found: Assessment, answers: dict[Question, Judgement]) -> None:
    """Where a common factor was judged, the discount region says the same of it."""
    for kind, region in regions(found):
        for question, judgement in answers.items():
            factors = set(question.discount)
            if question.version or question.transfers != kind or len(factors) > 1:
                continue
            (factor,) = factors
            inside = any(low <= factor <= high for low, high in region.intervals)
            if judgement.verdict == "undecided":
                assert factor in region.undecided
            else:
                assert inside == (judgement.verdict == "sustainable"), (kind, factor, region.intervals)


def check_rungs(options: tuple[VariantFinding, ...]) -> None:
    """The first rung is the lowest of the ladder that holds, and what a milder rung holds rung 4 holds."""
    for option in options:
        holding = [rung.number for rung in option.ladder if rung.verdict == "sustainable"]
        assert option.first_rung == min(holding, default=None)
        assert (option.verdict == "sustainable") == bool(holding)


def check_page(found: Assessment) -> None:
    """The briefing's panels tell what the records say."""
    page = Briefing.of(found)
    assert page.verdict == found.verdict
    assert [(s.number, s.verdict, s.margin) for s in page.ladder] == [
        (rung.number, rung.verdict, rung.margin) for rung in found.ladder
    ]
    assert [(o.verdict, o.margin) for o in page.options] == [(o.verdict, o.margin) for o in found.variants]
    assert page.proof.kind == (found.judgement.proved_by or "none")
    assert (page.breaks is None) == (found.tightest is None)
    if page.breaks is not None and found.tightest is not None:
        # What is told of one rung is told of it alone: who, when and how much.
        assert page.breaks.margin == found.tightest.margin
        assert found.leans_on.margin is None or page.breaks.margin == pytest.approx(found.leans_on.margin, abs=1e-9)
    assert page.patience.intervals == found.discount_region.intervals
    if page.payments is not None and found.side_payments is not None:
        pays = found.side_payments
        told: list[PaymentComparison | VariantPayments] = [*pays.compared, *pays.variants]
        assert [(row.without, row.paid) for row in page.payments.options] == [
            ((c.without.verdict, c.without.margin), (c.paid.verdict, c.paid.margin)) for c in told
        ]
    if page.deals is not None:
        kept = [o.verdict == "sustainable" for o in found.variants]
        assert [point.kept for point in page.deals.map.points] == kept
        for point, option in zip(page.deals.map.points, found.variants, strict=True):
            # Who signs nothing has no seat in talks.
            assert point.values == tuple(option.values[party.id] for party in found.treaty.signatories)
            assert not point.deal or (not option.red_lines_crossed and not option.refused_at_home)
        if any(o.verdict == "undecided" for o in found.variants):
            assert "would not be kept, or not be signed" not in " ".join(page.deals.said)


def check_lines(found: Assessment) -> None:
    """The terminal and the JSON tell what the records say."""
    lines = summary(found)
    assert f"full compliance is {found.verdict} ({found.concept})" in lines[0]
    assert f"Answer: {found.verdict}." in explain(found)
    for option in found.variants[1:]:
        (line,) = [line for line in lines if line.startswith(f"  option {option.name}: ") and " without, " not in line]
        if option.cooperation is not None and option.verdict == "unsustainable":
            assert line.endswith(lasting_in_short(option.cooperation, found.treaty.period))
            continue
        margin = "" if option.margin is None else f", margin {signed(option.margin)}"
        assert line.startswith(f"  option {option.name}: {option.verdict}{margin}")
    data = found.to_json()
    top = data["ladder"][-1]
    for name in ("verdict", "concept", "margin", "weakest_link"):
        assert data[name] == top[name]
    assert (data["certificate"] or {}).get("kind") == (top["certificate"] or {}).get("kind")
    assert [v["verdict"] for v in data["variants"]] == [option.verdict for option in found.variants]
    if data["variants"]:
        first = data["variants"][0]
        assert [first[name] for name in ("verdict", "margin", "first_rung")] == [
            data[name] for name in ("verdict", "margin", "first_rung")
        ]


def check_rendered(found: Assessment, advice: Advice | None = None) -> None:
    """Every verdict, margin, likelihood and year that the rendered page tells is that of the records."""
    page = read(render(found, advice))
    _check_answers(found, page, advice)
    _check_options(found, page, advice)
    _check_tables(found, page)
    # Wherever an option is named with a number, the number is its margin.
    margins = {option.name: option.margin for option in found.variants}
    for name, value in re.findall(r"“([^”]+)” \(([+−][\d.,]+)\b", page.one("div", "first-page").text):
        margin = margins[name]
        assert margin is not None and value == signed(margin), name


def _check_answers(found: Assessment, page: Element, advice: Advice | None) -> None:
    """The heading, the rungs, and the answers of the first page."""
    (bottom,) = page.all("section", "bottom")
    assert found.verdict in bottom.classes and words.MARKS[found.verdict] in bottom.text
    opening = {"sustainable": "Yes, ", "unsustainable": "No, ", "undecided": "Not decided"}
    assert bottom.one("p", "held").text.startswith(opening[found.verdict])
    unit = once(found.treaty.payoff_unit, found.treaty.period)
    for rung, step in zip(found.ladder, page.one("ol", "ladder").all("li"), strict=True):
        assert rung.verdict in step.classes and words.VERDICTS[rung.verdict] in step.text
        if rung.margin is not None:
            assert money(rung.margin, unit, sign=True) in step.text
    first = page.one("div", "first-page")
    worlds, breaks, *_ = first.one("dl", "replies").all("dd")
    if advice is None or advice.worlds is None or advice.worlds.text.likelihood is None:
        assert not re.search(r"\d", worlds.text)
    else:
        likely = advice.worlds.text.likelihood
        assert likely.in_words().partition(" worlds")[0] in worlds.text
        assert ("not decided" in worlds.text) == (likely.undecided > 0)
    link = found.tightest
    for year in re.findall(rf"in {found.treaty.period} (\d+) after signature", breaks.text):
        assert link is not None
        (point,) = (p for p in found.timeline.incentives if (p.party, p.year + 1) == (link.party, int(year)))
        if "the first time" in breaks.text:  # a step under milder answers, placed by the clock of the term
            assert point.state[YEAR_IN_WORDS] in map(str, link.years or (link.year,))
        else:
            assert point.stay_minus_leave == pytest.approx(link.margin)


def _check_options(found: Assessment, page: Element, advice: Advice | None) -> None:
    """The options on the first page, once each, whatever table or line tells them."""
    first = page.one("div", "first-page")
    told = []
    likely = {} if advice is None or advice.worlds is None else {o.name: o.likelihood for o in advice.worlds.options}
    flow = {value.party: value.name for value in found.values}
    for table in first.all("table", "options"):
        kinds = set()
        for cells in table.rows():
            row = by_label(cells)
            named = next(part for part in cells[1].inside if isinstance(part, str))
            (option,) = (o for o in found.variants if (o.name or "As it stands") == named.strip())
            told.append(option.name)
            typed = bool(option.trust) if option.name else found.treaty.has_types  # the text's trust is told elsewhere
            kinds.add((option.judgement.transfers, typed))
            answer = row["Answer"]
            assert words.ANSWERS[option.verdict] in answer or (option.cooperation and "with breaks" in answer)
            for margin in [said for label, said in row.items() if label.startswith("Withstands")]:
                assert margin == ("not known" if option.margin is None else signed(option.margin))
            if (chances := likely.get(option.name)) is not None:
                assert row["Of 100 worlds"] == chances.in_words().partition(" of ")[0]
            for party, name in flow.items():
                column = re.compile(f"If all comply.* {re.escape(name)}")
                (value,) = [said for label, said in row.items() if column.fullmatch(label)]
                assert value == number(option.values[party])
        assert len(kinds) == 1, "margins of different kinds stand in one column"
    alone = [line.text for line in first.all("p", "alone")]
    told += [o.name for said in alone for o in found.variants if o.name and f": {o.name}" in said]
    if len(found.variants) > 1:
        assert sorted(told) == sorted(option.name for option in found.variants)


def _check_tables(found: Assessment, page: Element) -> None:
    """What each party gets, the timeline in figures, and side payments."""
    (gains,) = (one for one in page.all("section") if one.attributes.get("aria-labelledby") == "gains")
    for value, cells in zip(found.values, gains.one("table", "values").rows(), strict=True):
        amounts = (value.compliance, value.outside_option, value.no_treaty, value.worst_credible)
        said = ["not known" if one is None else number(one) for one in amounts]
        assert [cell.text for cell in cells] == [value.name, *said]
    year = capital(found.treaty.period)
    told: dict[tuple[str, int], str] = {}
    for table in page.all("table", "timeline"):
        columns = [int(cell.text) for cell in next(table.all("thead")).all("th") if cell.text != year]
        for cells in table.rows():
            told |= {(cells[0].text, at): cell.text for at, cell in zip(columns, cells[1:], strict=True)}
    names = {party.id: party.name for party in found.treaty.parties}
    for point in found.timeline.incentives:
        if found.timeline.incentives and told:
            assert told[names[point.party], point.year + 1] == signed(point.stay_minus_leave)
    if found.side_payments is not None and found.side_payments.compared:
        (payments,) = page.all("table", "payments")
        for one, cells in zip(found.side_payments.compared, payments.rows(), strict=True):
            said = [cell.text for cell in cells]
            for judged, (answer, margin) in ((one.without, said[1:3]), (one.paid, said[3:5])):
                assert words.ANSWERS[judged.verdict] in answer
                assert margin == ("not known" if judged.margin is None else signed(judged.margin))


def check_elsewhere(found: Assessment, advice: Advice | None = None) -> None:
    """What is told beside the page: by sliders where they start, by a terminal in short, by tables and by the PDF."""
    briefing = Briefing.of(found, advice)
    if advice is not None and advice.sliders is not None and advice.sliders.points:
        _check_start(found, read(render(found, advice)), advice)
    _check_short(found, briefing, advice)
    made = tables(briefing)
    printed = pdf.told(briefing)["tables"]
    margins = [rung.margin for rung in found.ladder]
    assert [row[3] for row in made["ladder"].rows] == margins
    known = [signed(margin) for margin in margins if margin is not None]
    assert [row[2] for row in printed["ladder"] if row[2][-1].isdigit()] == known
    values = [(value.name, value.compliance, value.outside_option, value.no_treaty) for value in found.values]
    assert [row[:4] for row in made["parties"].rows] == values
    shown = [(name, *("not known" if one is None else number(one) for one in rest)) for name, *rest in values]
    assert list(printed["gains"]) == shown
    if "timeline" in made:
        told = [(point.year + 1, point.stay_minus_leave) for point in found.timeline.incentives]
        assert [row[1:3] for row in made["timeline"].rows] == told
    if "options" in made:
        options = {option.name or "As it stands": option for option in found.variants}
        rows = [dict(zip(made["options"].heads, row, strict=True)) for row in made["options"].rows]
        assert {row["option"]: row["answer"] for row in rows} == {name: one.verdict for name, one in options.items()}
        assert all(row[f"margin, {briefing.unit_once}"] == options[str(row["option"])].margin for row in rows)
        for group in printed["options"]:
            for cells in group["rows"]:
                row = dict(zip(group["heads"], cells, strict=True))
                margin = options[row["Option"]].margin
                measured = [said for head, said in row.items() if head.startswith("Withstands")]
                assert measured in ([], ["not known" if margin is None else signed(margin)])


def _check_start(found: Assessment, page: Element, advice: Advice) -> None:
    """Where the sliders start, and in the annex, the text is told as on the first page."""
    (script,) = (one for one in page.all("script") if one.attributes.get("id") == "slider-points")
    data = json.loads("".join(one for one in script.inside if isinstance(one, str)))
    here = 0
    for axis in data["axes"]:
        here = here * len(axis["words"]) + axis["at"]
    # Scripts keep the spaces that hold an amount together on a line; what is read of a page does not.
    point = data["points"][here]
    start = {key: " ".join(said.split()) if isinstance(said, str) else said for key, said in point.items()}
    unit = once(found.treaty.payoff_unit, found.treaty.period)
    assert start["a"] == found.verdict
    assert start["m"] in ("", "" if found.margin is None else money(found.margin, unit, sign=True))
    likely = None if advice.worlds is None else advice.worlds.text.likelihood
    assert likely is None or start["w"] == likely.in_words()
    own = [" ".join(row.text.split()) for row in page.one("section", "moved").one("table", "moved").all("tr", "own")]
    assert own and all((start["m"] or "–") in said and (start["w"] or "–") in said for said in own)


def _check_short(found: Assessment, briefing: Briefing, advice: Advice | None) -> None:
    """Options in the lines of a terminal, as far as they are shown, with their margins and worlds."""
    lines = short(briefing, 120, advised=advice is not None)
    assert briefing.headline in " ".join(" ".join(lines).split())
    heads = [k for k, line in enumerate(lines) if " option " in line]
    ranked = [one for _, one in briefing.option_groups[0].rows] if briefing.option_groups else []
    for one, line in zip(ranked, lines[heads[-1] + 1 :] if heads else [], strict=False):
        assert words.ANSWERS[one.verdict] in line and (not one.worlds or f" {one.worlds} " in f"{line} ")
        if one.margin is not None and not one.lasts:
            assert f" {signed(one.margin)} " in f"{line} "
    assert not heads or len(lines) > heads[-1] + 1


def check_words(found: Assessment) -> None:
    """The briefing names parties, clauses and options, and prints no number or word that is none."""
    treaty = found.treaty
    said = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", render(found)))).replace("\N{NO-BREAK SPACE}", " ")
    named = [treaty.title, *(party.name for party in treaty.parties), *(variant.name for variant in treaty.variants)]
    named += [one.heading for one in treaty.provisions]
    assert [word for word in named if " ".join(word.split()) not in said] == []
    said = re.sub(r"\S+/\S+", "", said)  # addresses are made of other words
    assert not re.search(r"\bnan\b|(?<![.:] )\bNone\b(?! (?:needed|of|is)\b)|\{'|\binf\b", said)


def check(found: Assessment) -> None:
    """All tellings of an assessment agree."""
    check_regions(found, check_judgements(found))
    check_rungs(found.variants)
    check_page(found)
    check_rendered(found)
    check_elsewhere(found)
    check_lines(found)
