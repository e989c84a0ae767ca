"""A briefing as one HTML page: styles and figures inside, no script, no outside address, made to print on A4."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from games.numerics.visible import visible_lines
from treaties.briefing import deal_figures, figures, payment_figure
from treaties.briefing.briefing import Briefing
from treaties.briefing.parts import PaymentsPanel
from treaties.findings import amounts, phrases
from treaties.findings import verdict_words as words

FRONTIER_HEIGHT = 2.5
"""Inches, where it shares a page with other figures."""


@cache
def environment() -> Environment:
    """Templates with the filters that pages use."""
    environment = Environment(
        loader=PackageLoader("treaties.briefing", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        {
            "number": amounts.number,
            "signed": amounts.signed,
            "money": amounts.money,
            "factor": amounts.factor,
            "mark": words.MARKS.__getitem__,
            "verdict": words.VERDICTS.__getitem__,
            "answer": words.ANSWERS.__getitem__,
            "plain": phrases.without_scheme,
        }
    )
    return environment


def filled(template: str, **content: Any) -> str:
    """A template with its content, which is text: markup is escaped, characters that act are shown as marks."""
    return visible_lines(environment().get_template(template).render(content))


def _payments(panel: PaymentsPanel | None) -> str:
    """The figure of side payments, empty if there is nothing to draw."""
    return Markup(payment_figure.payments(panel)) if panel is not None and panel.options else ""


def page(briefing: Briefing) -> str:
    """The whole page as text; the same briefing gives the same bytes."""
    deals = briefing.deals.map if briefing.deals else None
    text = filled(
        "briefing.html.j2",
        b=briefing,
        timeline=Markup(figures.timeline(briefing.timeline)) if briefing.timeline.points else "",
        gains=Markup(figures.gains(briefing.gains)) if briefing.gains.rows else "",
        patience=Markup(figures.patience(briefing.patience)),
        payments=_payments(briefing.payments),
        zones=Markup(deal_figures.zones(deals)) if deals else "",
        frontier=Markup(deal_figures.frontier(deals, FRONTIER_HEIGHT)) if deals and deals.drawn else "",
    )
    # Keep what belongs together on one line: "Article 9", "EUR 0.1 million".
    text = re.sub(r"\b(Articles?) (?=\d)", "\\1\N{NO-BREAK SPACE}", text)
    return re.sub(r"\b([A-Z]{3}) ([+−]?[\d.,]+) (?=[a-z])", "\\1\N{NO-BREAK SPACE}\\2\N{NO-BREAK SPACE}", text)
