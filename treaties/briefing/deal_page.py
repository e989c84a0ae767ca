"""A bargain as one HTML page in the style of the briefing: offline, printable, the same bytes for the same answer."""

from __future__ import annotations

from markupsafe import Markup

from treaties.bargaining.bargain import Bargain
from treaties.briefing import deal_figures, deal_words
from treaties.briefing.deal_panel import deal_map
from treaties.briefing.html import filled
from treaties.findings import phrases

REFERENCES = (
    "Nash (1950)", "Kalai and Smorodinsky (1975)", "Rubinstein (1982)", "Baron and Ferejohn (1989)", "Putnam (1988)",
)


def bargaining_page(found: Bargain) -> str:
    """The whole page as text."""
    parties = found.treaty.signatories
    predictions = [
        {
            "concept": one.concept,
            "note": one.note,
            "wanted": one.values,
            "deal": deal_words.terms_of(found.outcomes[one.nearest]),
            "worth": found.outcomes[one.nearest].values,
            "margin": found.outcomes[one.nearest].margin,
        }
        for one in found.predictions
    ]
    points = deal_map(found)
    terms = [
        {"term": phrases.paths(f"{one.path} = {one.value}"), "deals": one.deals, "worth": one.values}
        for one in found.terms
    ]
    return filled(
        "bargaining.html.j2",
        title=found.treaty.title,
        names=[party.name for party in parties],
        unit=found.treaty.payoff_unit,
        heading=deal_words.heading(found),
        advice=deal_words.advice(found),
        assumed=deal_words.ASSUMED,
        rights=deal_words.rights(found) if found.deals else [],
        zones=Markup(deal_figures.zones(points)),
        frontier=Markup(deal_figures.frontier(points)) if points.drawn else "",
        lines=[f"{party.name}: {phrases.paths(line)}" for party in parties for line in party.red_lines],
        predictions=predictions,
        left_out=found.left_out,
        keeping="signed, ratified and kept by all: each party gains over no agreement, and the certificate was checked",
        terms=terms,
        source_name=found.treaty.source_name,
        source_hash=found.treaty.source_hash,
        made=f"{len(found.outcomes):,} of {found.size:,}, spread over the grid; the same file gives the same ones",
        references=REFERENCES,
    )
