"""The briefing: what is said, before how it looks.

``Briefing`` holds every sentence, number and source of the page; ``html`` lays it out.  Nothing here depends
on the clock or the machine, so that the same treaty file gives the same bytes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from treaties.advising.reason_words import reason_lines
from treaties.advising.words import package_lines
from treaties.briefing.advice_replies import sampled_sentence
from treaties.briefing.break_in_time import break_in_time
from treaties.briefing.deal_panel import DealPanel, deal_panel
from treaties.briefing.duties import Duty, duties
from treaties.briefing.first_page import first_page
from treaties.briefing.members_panel import members_panel
from treaties.briefing.options_panel import option_groups, options
from treaties.briefing.parts import (
    BestPlan,
    Break,
    Fault,
    FirstPage,
    Gain,
    Gains,
    MembersPanel,
    Option,
    OptionGroup,
    Patience,
    PaymentsPanel,
    Point,
    Proof,
    RightsPanel,
    Step,
    StocksPanel,
    TimelinePanel,
    TrustPanel,
)
from treaties.briefing.payment_panel import RUNGS_WITH_PAYMENTS, payments_panel, tightest_with_payments
from treaties.briefing.references import references_used
from treaties.briefing.rights_panel import rights_panel
from treaties.briefing.sliders_panel import SlidersPanel, sliders_panel
from treaties.briefing.sources import (
    Assumption,
    Clause,
    Fact,
    assumptions,
    clauses,
    fact_notes,
    fact_sources,
    facts,
    on_record,
    stylised,
)
from treaties.briefing.trust_panel import trust_panel
from treaties.effects import YEAR_IN_WORDS
from treaties.findings import amounts, phrases, proof_words, signal_words
from treaties.findings import verdict_words as words
from treaties.findings.answer import Answer
from treaties.findings.fix_words import fix_sentences
from treaties.findings.grid_words import grid_sentences, stock_table
from treaties.findings.records import (
    Departure,
    PartyValue,
    Rung,
    Timeline,
    WeakestLink,
    comparable,
)
from treaties.findings.third_party_words import third_party_sentences
from treaties.findings.unravelling_words import kept_to, unravelling_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from treaties.advising.advice import Advice
    from treaties.assessing.assess import Assessment
    from treaties.linting.clauses import Finding


@final
@dataclass(frozen=True)
class Briefing:
    """Everything a briefing says.  A ``margin`` is a sum paid once (``unit_once``); other amounts are per period."""

    title: str
    parties: tuple[str, ...]
    period: str
    unit: str
    unit_once: str
    verdict: Answer
    headline: str
    bottom_line: tuple[str, str, str]
    first: FirstPage
    incentives_note: str
    margin_note: str
    concept: str
    ladder: tuple[Step, ...]
    renewal_note: str
    breaks: Break | None
    timeline: TimelinePanel
    options: tuple[Option, ...]
    option_groups: tuple[OptionGroup, ...]
    gains: Gains
    patience: Patience
    payments: PaymentsPanel | None
    stocks: StocksPanel | None
    rights: RightsPanel | None
    trust: TrustPanel | None
    third_parties: tuple[str, ...]
    monitoring: tuple[str, ...]
    members: MembersPanel | None
    deals: DealPanel | None
    sliders: SlidersPanel | None
    best_plan: BestPlan | None
    fixes: tuple[str, ...]
    reasons: tuple[str, ...]
    packages: tuple[str, ...]
    sampled: str
    note: str
    stylised_label: str
    on_record: str
    stylised: str
    assumptions: tuple[Assumption, ...]
    duties: tuple[Duty, ...]
    clauses: tuple[Clause, ...]
    facts: tuple[Fact, ...]
    fact_notes: tuple[str, ...]
    fact_sources: tuple[tuple[str, str], ...]
    faults: tuple[Fault, ...]
    proof: Proof
    references: tuple[str, ...]
    source_name: str
    source_hash: str
    game_digest: str
    game_size: str
    versions: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """The briefing as plain data (``servanda-briefing/1``); the same words and numbers as the page."""
        return {"format": "servanda-briefing/1", **asdict(self)}

    @property
    def assumption_groups(self) -> tuple[tuple[str, tuple[Assumption, ...]], ...]:
        """The assumptions by party, matter, event or article, in the order of the file."""
        return tuple((group, tuple(items)) for group, items in groupby(self.assumptions, key=lambda item: item.group))

    @classmethod
    def of(cls, found: Assessment, advice: Advice | None = None) -> Briefing:
        """Put what an assessment found into words, and what else readers ask (``advice``; None leaves it out)."""
        treaty, game = found.treaty, found.compiled.game
        period = treaty.period
        unit, unit_once = amounts.per_period(treaty.payoff_unit, period), amounts.once(treaty.payoff_unit, period)
        names = {party.id: party.name for party in treaty.parties}
        fixes = tuple(fix_sentences(found.fixes, treaty, phrases.paths))
        headline, holds = _answer(found)
        bottom_line = (
            holds,
            _breaks_first(found, unit_once),
            _changes(found, fixes, unit_once),
        )
        told = options(found, None if advice is None else advice.worlds)
        return cls(
            title=treaty.title,
            parties=tuple(names.values()),
            period=period,
            unit=unit,
            unit_once=unit_once,
            verdict=found.verdict,
            headline=headline,
            bottom_line=bottom_line,
            first=first_page(found, advice, bottom_line),
            incentives_note=words.INCENTIVES,
            margin_note=words.MARGIN,
            concept=proof_words.concept(found.concept),
            ladder=tuple(_step(rung, found.first_rung, period) for rung in found.ladder),
            renewal_note=_rungs_note(found),
            breaks=_break(found.tightest, period),
            timeline=_timeline(found.timeline, names, unit_once, period),
            options=told,
            option_groups=option_groups(found, told),
            gains=_gains(found.values, unit),
            patience=_patience(found, period),
            payments=payments_panel(found.side_payments, names, unit_once, unit, period),
            stocks=_stocks(found, unit_once),
            rights=rights_panel(found, unit, unit_once),
            trust=trust_panel(found),
            third_parties=tuple(third_party_sentences(found.third_parties, treaty)),
            monitoring=_monitoring(found, unit),
            members=members_panel(found),
            deals=deal_panel(found),
            sliders=sliders_panel(
                treaty,
                None if advice is None else advice.sliders,
                lasting=found.monitoring is not None and found.transfers == "none",
            ),
            best_plan=_best_plan(found.departure, names, period),
            fixes=fixes,
            reasons=() if advice is None else tuple(reason_lines(advice.reasons, treaty)),
            packages=() if advice is None else tuple(package_lines(advice, treaty)),
            sampled="" if advice is None or advice.worlds is None else sampled_sentence(advice.worlds),
            note=amounts.sentence(treaty.note) if treaty.note else "",
            stylised_label=amounts.sentence(treaty.stylised.label) if treaty.stylised else "",
            on_record=on_record(treaty),
            stylised=stylised(treaty),
            assumptions=assumptions(treaty),
            duties=duties(treaty),
            clauses=clauses(treaty),
            facts=facts(treaty),
            fact_notes=fact_notes(treaty),
            fact_sources=fact_sources(treaty),
            faults=tuple(_fault(lint) for lint in found.lints),
            proof=_proof(found, unit_once),
            references=references_used(found),
            source_name=Path(treaty.source_name).name or "built in memory",
            source_hash=treaty.source_hash,
            game_digest=game.digest,
            game_size=words.game_size(game.n_states, game.n_rows),
            versions=tuple(sorted((str(name), str(version)) for name, version in found.versions.items())),
        )


def _answer(found: Assessment) -> tuple[str, str]:
    """The heading and the first sentence of the bottom line: does it hold, and how hard does it lean on punishment."""
    period, paying = found.treaty.period, found.transfers == "voluntary"
    if found.monitoring is not None:
        lasts = found.monitoring.stances[0].cooperation
        return (
            signal_words.headline(found.verdict, paying, lasts, period),
            signal_words.held(found.verdict, paying, lasts, period),
        )
    suspension = next((rung.periods for rung in found.ladder if rung.number == 2), None)
    return (
        words.headline(found.verdict, found.first_rung, found.weakest_link, paying, found.matters,
                       kept_to(found.timeline), period),
        words.held(found.verdict, found.first_rung, suspension, found.weakest_link, period, paying,
                   typed=found.trust is not None),
    )


def _changes(found: Assessment, fixes: Sequence[str], unit: str) -> str:
    """The third sentence of the bottom line: what would change the answer, or where cooperation lasts longest."""
    options = comparable(found.variants, found.treaty.has_types)
    longest = signal_words.longest_lasting(options, found.treaty.period)
    return longest or words.changes(found.verdict, options, fixes, unit)


def _breaks_first(found: Assessment, unit: str) -> str:
    """The second sentence of the bottom line: what breaks first, who, when, under which article."""
    link, period = found.tightest, found.treaty.period
    if found.monitoring is not None:
        return signal_words.tightest(found.weakest_link)
    if found.transfers == "voluntary":
        return tightest_with_payments(found.verdict, found.weakest_link, unit, period)
    worth = next((value.compliance for value in found.values if link and value.party == link.party), None)
    lasting = found.departure.expected_years if found.departure else None
    milder = found.leans_on.number if found.leans_on.weakest_link is not None and found.leans_on.number < 4 else None
    at = "" if link is None else break_in_time(link, found.timeline, period, found.matters)
    return words.breaks(found.verdict, link, worth, lasting, unit, period, found.matters, milder, found.margin, at)


def _rungs_note(found: Assessment) -> str:
    """Why rungs are missing, or whether the answer leans on refusing a renewal that all want."""
    if found.monitoring is not None:
        return signal_words.rungs_words(found.transfers)
    if found.transfers == "voluntary":
        return RUNGS_WITH_PAYMENTS
    return words.renewal(found.leans_on_refused_renewal)


def _stocks(found: Assessment, unit: str) -> StocksPanel | None:
    if not found.stocks:
        return None
    said = tuple(grid_sentences(found.stocks, found.grid, unit))
    return StocksPanel(said, tuple(amounts.capital(path.name) for path in found.stocks), stock_table(found.stocks))


def _monitoring(found: Assessment, unit: str) -> tuple[str, ...]:
    if found.monitoring is None:
        return ()
    return tuple(signal_words.report_lines(found.monitoring, unit, found.treaty.period))


def _fault(found: Finding) -> Fault:
    return Fault(
        str(found.severity),
        found.place,
        phrases.article(found.article or ""),
        amounts.sentence(found.problem),
        amounts.sentence(found.remedy),
    )


def _step(rung: Rung, first_rung: int | None, period: str) -> Step:
    return Step(
        number=rung.number,
        name=words.RUNG_NAMES.get(rung.number, rung.name),
        verdict=rung.verdict,
        margin=rung.margin,
        no_margin=words.no_margin(rung),
        gloss=words.rung_gloss(rung, period),
        outcome=words.rung_outcome(rung),
        first=rung.number == first_rung,
    )


def _break(link: WeakestLink | None, period: str) -> Break | None:
    if link is None:
        return None
    return Break(
        amounts.capital(link.party_name) + (f", and alike {amounts.listed(link.alike)}" if link.alike else ""),
        amounts.capital(phrases.when(link.year, period, link.years)),
        phrases.article(link.article),
        phrases.situation({name: value for name, value in link.state.items() if name != YEAR_IN_WORDS}),
        link.deviation,
        link.lawful,
        link.margin,
    )


def _timeline(found: Timeline, names: dict[str, str], unit: str, period: str) -> TimelinePanel:
    points = tuple(
        Point(point.party, point.year + 1, point.stay_minus_leave, phrases.situation(point.state), point.deviation,
              point.if_later_lost)
        for point in found.incentives
    )
    said = []
    for party, name in names.items():
        mine = [point for point in points if point.party == party]
        if mine:
            worst = min(mine, key=lambda point: point.value)
            said.append(
                f"{name} is least keen to stay in {period} {worst.year}: {amounts.money(worst.value, unit, sign=True)}"
            )
    # Findings count periods since signature, from 0; readers count from 1, as treaties count the years of a term.
    marks = tuple((year + 1, label) for year, label in found.marks)
    alt = "Value of staying minus value of leaving, per party and " + period + ". " + ". ".join(said) + "."
    if marks:
        alt += f" Marked: {'; '.join(f'{period} {year}, {label}' for year, label in marks)}."
    backwards = tuple(unravelling_sentences(found, period))
    if found.term is not None:
        alt += f" Hollow marks: the same if later {period}s of the term are lost already. {' '.join(backwards)}"
    return TimelinePanel(points, tuple(names.items()), marks, unit, period, found.note, alt, backwards)


def _gains(values: Sequence[PartyValue], unit: str) -> Gains:
    rows = tuple(
        Gain(
            value.party,
            value.name,
            value.compliance,
            value.outside_option,
            value.no_treaty,
            value.worst_credible,
            amounts.less(value.compliance, value.outside_option),
            None if value.no_treaty is None else amounts.less(value.compliance, value.no_treaty),
        )
        for value in values
    )
    said = [
        f"{row.name}: {amounts.signed(row.over_outside)} over its outside option, "
        + (
            f"{amounts.signed(row.over_no_treaty)} over no treaty"
            if row.over_no_treaty is not None
            else "gain over no treaty not known"
        )
        for row in rows
    ]
    return Gains(rows, unit, f"Gain under full compliance, in {unit}. {'; '.join(said)}.")


def _patience(assessment: Assessment, period: str) -> Patience:
    found = assessment.discount_region
    parties = tuple((value.party, value.name, value.discount) for value in assessment.values)
    own = amounts.listed([f"{name} {amounts.factor(discount)}" for _, name, discount in parties])
    sought = found.grid[1] > 0 or (assessment.monitoring is None and assessment.trust is None)
    text = words.region(found) if sought else amounts.sentence(f"discount factors at which it holds: {found.note}")
    return Patience(
        found.intervals,
        found.grid,
        found.undecided,
        parties,
        period,
        text,
        tuple(f"{name}: {phrases.patience(discount, period)}." for _, name, discount in parties),
        f"{text} The parties’ own factors: {own}.",
        "The answer above is for one factor for all, the lowest and the highest of theirs."
        if assessment.transfers == "voluntary" and len({discount for *_, discount in parties}) > 1
        else "The answer above uses each party’s own factor.",
    )


def _best_plan(found: Departure | None, names: dict[str, str], period: str) -> BestPlan | None:
    if found is None:
        return None
    return BestPlan(
        amounts.sentence(found.first_departure),
        words.lasts(found.expected_years, period),
        _told(found.path),
        tuple((names.get(party, party), value) for party, value in found.values.items()),
    )


def _told(path: Sequence[tuple[int, str, str]]) -> tuple[tuple[str, str, str], ...]:
    """A history with runs of years in which the same is done told once: ("1 to 7", situation at first, acts)."""
    told = []
    for acts, run in groupby(path, key=lambda item: item[2]):
        years = list(run)
        first, last = years[0][0] + 1, years[-1][0] + 1
        told.append((str(first) if first == last else f"{first} to {last}", years[0][1], acts))
    return tuple(told)


def _proof(assessment: Assessment, unit: str) -> Proof:
    note, verdict = assessment.certificate, assessment.verdict
    name, plain = proof_words.proof(note, verdict)
    return Proof(
        kind=note.kind if note else "none",
        name=name,
        plain=plain,
        claim=amounts.sentence(note.claim) if note else "",
        accepted=verdict == "undecided" or (note is not None and note.checked),
        check=proof_words.check(note, verdict, unit),
        digest=note.game_digest if note else "",
    )
