"""The figures of a briefing, by name: as a page holds them, and as files of their own."""

from __future__ import annotations

import re

from treaties.briefing import deal_figures, figures, payment_figure, rights_figure, trust_figure
from treaties.briefing.briefing import Briefing

FRONTIER_HEIGHT = 2.5
"""Inches, where it shares a page with other figures."""
NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
"""Which formats a file of its own is in; a page knows."""


def drawings(briefing: Briefing) -> dict[str, str]:
    """Every figure as SVG for a page, "" where there is nothing to draw."""
    b = briefing
    deals = b.deals.map if b.deals else None
    return {
        "timeline": figures.timeline(b.timeline) if b.timeline.points else "",
        "gains": figures.gains(b.gains) if b.gains.rows else "",
        "patience": figures.patience(b.patience),
        "payments": payment_figure.payments(b.payments) if b.payments is not None and b.payments.options else "",
        "rights": rights_figure.rights(b.rights) if b.rights is not None else "",
        "trust": trust_figure.trust(b.trust) if b.trust is not None else "",
        "zones": deal_figures.zones(deals) if deals else "",
        "frontier": deal_figures.frontier(deals, FRONTIER_HEIGHT) if deals and deals.drawn else "",
    }


def alone(svg: str) -> str:
    """A figure as a file of its own: colours as printed, which a page may change, and the name of its format."""
    printed = re.sub(r"var\(--[\w-]+, ([^()]+)\)", r"\1", svg)
    return printed.replace("<svg ", f"<svg {NAMES} ", 1)
