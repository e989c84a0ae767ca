"""One computation, one record: whatever tells a fact about a treaty tells the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import final

import pytest

from games.questions.discount_region import DiscountRegion
from treaties.assessing.assess import Assessment, assess
from treaties.briefing.briefing import Briefing
from treaties.briefing.terminal import explain, summary
from treaties.compiling.compile import compile_treaty
from treaties.findings.records import Judgement, PaymentComparison, Transfers, VariantFinding, VariantPayments
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty, read_treaty_text

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "treaties" / "cases").glob("*.toml"))
ACCEPTED = sorted((ROOT / "tests" / "treaties" / "reading" / "accepted").glob("*.toml"))
QUICK = ("procurement", "offset")
"""Cases that are assessed within seconds."""


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
    assert (page.breaks is None) == (found.weakest_link is None)
    if page.breaks is not None and found.weakest_link is not None:
        assert page.breaks.margin == found.weakest_link.margin
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
            assert point.values == tuple(option.values.values())
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
        margin = "" if option.margin is None else f", margin {option.margin:+.3g}"
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


def check(found: Assessment) -> None:
    """All tellings of an assessment agree."""
    check_regions(found, check_judgements(found))
    check_rungs(found.variants)
    check_page(found)
    check_lines(found)


@pytest.mark.parametrize("path", [path for path in CASES if path.stem in QUICK], ids=lambda path: path.stem)
def test_all_that_is_told_of_a_case_agrees(path: Path) -> None:
    check(assess(read_treaty(path), side_payments="options"))


def assessed(treaty: Treaty, transfers: Transfers | None = None) -> Assessment:
    """The whole assessment, but for the scan of discount factors where signals hide conduct: it takes minutes."""
    hidden = compile_treaty(treaty).seen is not None
    return assess(treaty, side_payments="options", transfers=transfers, region=not hidden)


@pytest.mark.slow
@pytest.mark.parametrize("transfers", [None, "voluntary"])
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_all_that_is_told_of_every_case_agrees_as_its_text_says_and_with_payments(
    path: Path, transfers: Transfers | None
) -> None:
    check(assessed(read_treaty(path), transfers))


@pytest.mark.slow
@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.stem)
def test_all_that_is_told_of_every_small_file_agrees(path: Path) -> None:
    check(assess(read_treaty(path), side_payments="text", region=False))


# -- random treaties ------------------------------------------------------------------------------------------------

PARTY = '[[party]]\nid = "{id}"\nname = "{name}"\ndiscount = {discount}\noutside_option = {outside}\n{lines}'
CLAUSES = (
    '[[provision]]\ntype = "sunset"\narticle = "9"\nterm_years = {years}\nrenewal = {{ rule = "{rule}" }}\n',
    '[[provision]]\ntype = "remedy"\narticle = "7"\namount = {amount}\n',
    '[[provision]]\ntype = "withdrawal"\narticle = "8"\nnotice_years = {years}\n',
)
PAYING = (
    '[[provision]]\ntype = "co_investment"\narticle = "5"\namount = 2\nshares = {{ A = 0.5, B = 0.5 }}\n'
    "over_years = 2\nreturns = 1\n"
)
AUDIT = (
    '[[provision]]\ntype = "audit"\narticle = "3"\nmatter = "trade"\ncoverage = {coverage}\n'
    "detection = 0.9\nfalse_alarm = 0.1\n"
)


def small_treaty(seed: int) -> Treaty:
    """Two parties, one matter, a clause or two and two variants; every third with payments, every third with audits."""
    draw = random.Random(seed)
    common = draw.choice((True, False))
    patience = [draw.choice((0.3, 0.45, 0.6, 0.75, 0.9)) for _ in range(2)]
    gain = [draw.choice((1, 2, 4)) for _ in range(2)]
    kind = ("plain", "payments", "signals")[seed % 3]
    text = 'schema = "servanda-treaty/1"\ntitle = "Drawn by lot"\npayoff_unit = "points per year"\n'
    for k, (id_, name) in enumerate((("A", "Arcadia"), ("B", "Borduria"))):
        lines = 'red_lines = ["party.A.discount <= 0.8"]\n' if k and draw.random() < 0.5 else ""
        text += PARTY.format(
            id=id_, name=name, discount=patience[0 if common else k], outside=draw.choice((0, -1)), lines=lines
        )
    text += '[[matter]]\nid = "trade"\n'
    if kind == "signals":
        text += "observability = { detection = 0.8, false_alarm = 0.1 }\n"
    for field, values in (
        ("reward", (3, draw.choice((1, 3)))), ("temptation", (3 + gain[0], 3 + gain[1])), ("sucker", (-1, -1)),
        ("punishment", (0, 0)),
    ):  # fmt: skip
        text += f"{field} = {{ A = {values[0]}, B = {values[1]} }}\n"
    clause = draw.choice(CLAUSES) if kind != "signals" else AUDIT
    text += clause.format(
        years=draw.choice((1, 2, 3)),
        rule=draw.choice(("none", "automatic", "mutual")),
        amount=draw.choice((0.5, 1, 3)),
        coverage=draw.choice((0.3, 0.8)),
    )  # fmt: skip
    if kind == "payments":
        text += PAYING.format()
    for name, path, value in (
        ("More patience", "party.A.discount", 0.85), ("Less to gain", "matter.trade.temptation.A", 3.5)
    ):  # fmt: skip
        text += f'[[variant]]\nname = "{name}"\nset = {{ "{path}" = {value} }}\n'
    return read_treaty_text(text, f"seed_{seed}.toml")


@pytest.mark.parametrize("seed", [*range(5), pytest.param(5, marks=pytest.mark.slow)])
def test_all_that_is_told_of_small_treaties_agrees(seed: int) -> None:
    check(assessed(small_treaty(seed)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6, 12))
def test_all_that_is_told_of_many_small_treaties_agrees(seed: int) -> None:
    treaty = small_treaty(seed)
    check(assessed(treaty))
    check(assess(treaty, side_payments="text", transfers="none" if seed % 2 else "voluntary", region=False))
