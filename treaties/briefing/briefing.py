"""The briefing: what is said, before how it looks.

``Briefing`` holds every sentence, number and source of the page; ``briefing_html`` lays it out.  Nothing here depends
on the clock or the machine, so that the same treaty file gives the same bytes.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from games.files.writing import write_text
from treaties.briefing.deal_panel import DealPanel, deal_panel
from treaties.briefing.parts import (
    BestPlan,
    Break,
    Fault,
    Gain,
    Gains,
    Option,
    Patience,
    PaymentsPanel,
    Point,
    Proof,
    Step,
    TimelinePanel,
)
from treaties.briefing.payment_panel import RUNGS_WITH_PAYMENTS, payments_panel, tightest_with_payments
from treaties.briefing.sources import (
    Assumption,
    Clause,
    Fact,
    assumptions,
    clauses,
    fact_notes,
    fact_sources,
    facts,
    references_used,
    stylised,
)
from treaties.findings import amounts, proof_words
from treaties.findings import signal_words as monitoring_words
from treaties.findings import verdict_words as words
from treaties.findings.records import Answer, Departure, PartyValue, Rung, Timeline, VariantFinding, WeakestLink

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from treaties.assessing.assess import Assessment
    from treaties.model.treaty import Treaty


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
    incentives_note: str
    margin_note: str
    concept: str
    ladder: tuple[Step, ...]
    renewal_note: str
    breaks: Break | None
    timeline: TimelinePanel
    options: tuple[Option, ...]
    gains: Gains
    patience: Patience
    payments: PaymentsPanel | None
    monitoring: tuple[str, ...]
    deals: DealPanel | None
    best_plan: BestPlan | None
    fixes: tuple[str, ...]
    stylised_label: str
    stylised: str
    assumptions: tuple[Assumption, ...]
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
    def of(cls, assessment: Assessment) -> Briefing:
        """Put what an assessment found into words."""
        treaty = assessment.treaty
        unit = amounts.per_period(treaty.payoff_unit, treaty.period)
        unit_once = amounts.once(treaty.payoff_unit, treaty.period)
        period = treaty.period
        names = {party.id: party.name for party in treaty.parties}
        suspension = next((rung.periods for rung in assessment.ladder if rung.number == 2), None)
        link = assessment.weakest_link
        options = [found.name for found in assessment.variants if found.name]

        def tidy(text: str) -> str:
            return words.tidy(text, options, treaty.payoff_unit, unit_once)

        worth = next((value.compliance for value in assessment.values if link and value.party == link.party), None)
        lasting = assessment.departure.expected_years if assessment.departure else None
        paying = assessment.transfers == "voluntary"
        hidden = assessment.monitoring
        head = words.headline(assessment.verdict, assessment.first_rung, link, paying)
        first = words.held(assessment.verdict, assessment.first_rung, suspension, link, period, paying)
        if hidden is not None:
            punishing = hidden.stances[0].cooperation
            head = monitoring_words.headline(assessment.verdict, paying, punishing, period)
            first = monitoring_words.held(assessment.verdict, paying, punishing, period)
            second = monitoring_words.tightest(link)
        elif paying:
            second = tightest_with_payments(assessment.verdict, link, unit_once, period)
        else:
            second = words.breaks(assessment.verdict, link, worth, lasting, unit_once, period)
        rungs_note = RUNGS_WITH_PAYMENTS if paying else words.renewal(assessment.leans_on_refused_renewal)
        return cls(
            title=treaty.title,
            parties=tuple(names.values()),
            period=period,
            unit=unit,
            unit_once=unit_once,
            verdict=assessment.verdict,
            headline=head,
            bottom_line=(
                first,
                second,
                words.changes(
                    assessment.verdict, assessment.variants, [tidy(fix) for fix in assessment.fixes], unit_once
                ),
            ),
            incentives_note=words.INCENTIVES,
            margin_note=words.MARGIN,
            concept=proof_words.concept(assessment.concept),
            ladder=tuple(_step(rung, assessment.first_rung, period) for rung in assessment.ladder),
            renewal_note=rungs_note if hidden is None else monitoring_words.RUNGS,
            breaks=_break(link, period),
            timeline=_timeline(assessment.timeline, names, unit_once, period),
            options=tuple(_option(found, tuple(names), period) for found in assessment.variants),
            gains=_gains(assessment.values, unit),
            patience=_patience(assessment, period),
            payments=payments_panel(assessment.side_payments, names, unit_once, unit, period),
            monitoring=() if hidden is None else tuple(monitoring_words.report_lines(hidden, unit, period)),
            deals=deal_panel(assessment),
            best_plan=_best_plan(assessment.departure, names, period),
            fixes=tuple(tidy(fix) for fix in assessment.fixes),
            stylised_label=amounts.sentence(treaty.stylised.label) if treaty.stylised else "",
            stylised=stylised(treaty),
            assumptions=assumptions(treaty),
            clauses=clauses(treaty),
            facts=facts(treaty),
            fact_notes=fact_notes(treaty),
            fact_sources=fact_sources(treaty),
            faults=tuple(
                Fault(
                    str(lint.severity),
                    lint.place,
                    words.article(lint.article or ""),
                    tidy(lint.problem),
                    tidy(lint.remedy),
                )
                for lint in assessment.lints
            ),
            proof=_proof(assessment, unit_once),
            references=references_used(assessment),
            source_name=Path(treaty.source_name).name or "built in memory",
            source_hash=treaty.source_hash,
            game_digest=assessment.compiled.game.digest,
            game_size=words.game_size(assessment.compiled.game.n_states, assessment.compiled.game.n_rows),
            versions=tuple(sorted((str(name), str(version)) for name, version in assessment.versions.items())),
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
        link.party_name,
        amounts.capital(words.when(link.year, period)),
        words.article(link.article),
        words.situation({name: value for name, value in link.state.items() if name != "year of the term"}),
        words.step(link.deviation),
        link.lawful,
        link.margin,
    )


def _timeline(found: Timeline, names: dict[str, str], unit: str, period: str) -> TimelinePanel:
    points = tuple(
        Point(point.party, point.year + 1, point.stay_minus_leave, words.situation(point.state), point.deviation)
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
    return TimelinePanel(points, tuple(names.items()), marks, unit, period, found.note, alt)


def _option(found: VariantFinding, parties: Sequence[str], period: str) -> Option:
    return Option(
        found.name or "As it stands",
        words.paths(found.changes),
        found.verdict,
        words.stands_on(found.first_rung, found.first_rung_name, found.verdict),
        found.margin,
        words.short_of(found.weakest_link, period) if found.weakest_link else "",
        tuple(found.values.get(party) for party in parties),
        tuple(words.paths(line) for line in found.red_lines_crossed),
        found.note,
    )


def _gains(values: Sequence[PartyValue], unit: str) -> Gains:
    rows = tuple(
        Gain(
            value.party,
            value.name,
            value.compliance,
            value.outside_option,
            value.no_treaty,
            value.worst_credible,
            value.compliance - value.outside_option,
            None if value.no_treaty is None else value.compliance - value.no_treaty,
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
    sought = found.grid[1] > 0 or assessment.monitoring is None
    text = words.region(found) if sought else amounts.sentence(f"discount factors at which it holds: {found.note}")
    return Patience(
        found.intervals,
        found.grid,
        found.undecided,
        parties,
        period,
        text,
        tuple(f"{name}: {words.patience(discount, period)}." for _, name, discount in parties),
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


def render(found: Assessment) -> str:
    """The briefing as one HTML page; no clock, no machine and no outside address in it."""
    # Imported here because drawing takes half a second that a caller who only wants the words should not wait for.
    from treaties.briefing.html import page

    return page(Briefing.of(found))


def write_briefing(found: Assessment, out: str | os.PathLike[str] | None = None) -> Path:
    """Write the briefing of an assessment; see ``brief``."""
    target = Path(out) if out is not None else Path(f"{Path(found.treaty.source_name or 'treaty').stem}.briefing.html")
    return write_text(target, render(found), folders=True)


def brief(
    treaty_or_path: Treaty | str | os.PathLike[str],
    out: str | os.PathLike[str] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Path:
    """Assess a treaty and write its briefing as one HTML file, offline and printable; return where it was written.

    ``out`` defaults to ``<stem of the treaty file>.briefing.html`` in the current directory.  The file appears whole
    or not at all.  Raises ``TreatyFileError`` for a file that is not a treaty, ``GameError`` if it cannot be written.
    """
    from treaties.assessing.assess import assess
    from treaties.reading.treaty_file import read_treaty

    treaty = read_treaty(Path(treaty_or_path)) if isinstance(treaty_or_path, (str, os.PathLike)) else treaty_or_path
    return write_briefing(assess(treaty, progress=progress, side_payments="options"), out)
