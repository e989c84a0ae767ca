"""What would change the answer, from what was tested and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from treaties.findings.amounts import money, once
from treaties.findings.payment_words import factor_words, who_pays
from treaties.findings.records import DiscountRegion, Rung, SidePayments, VariantFinding
from treaties.model.treaty import Treaty


def fixes(
    treaty: Treaty,
    top: Rung,
    options: Sequence[VariantFinding],
    region: DiscountRegion,
    pays: SidePayments | None = None,
) -> list[str]:
    """Sentences on what would change the answer, from what was tested and nothing else."""
    out = []
    tested = options[1:]
    if top.verdict == "sustainable":
        better = [o for o in tested if o.verdict == "sustainable" and (o.margin or 0.0) > (top.margin or 0.0)]
        for o in sorted(better, key=lambda o: -(o.margin or 0.0)):
            out.append(f"{o.name} ({o.changes}) makes it firmer: {_standing(treaty, o)}.")
        broken = [o.name for o in tested if o.verdict == "unsustainable"]
        if broken:
            out.append(f"These changes break it: {', '.join(broken)}.")
    else:
        for o in tested:
            if o.verdict == "sustainable":
                out.append(f"{o.name} ({o.changes}) makes it hold: {_standing(treaty, o)}.")
        if region.intervals:
            low, high = region.intervals[0]
            out.append(f"It would hold if both parties discounted at a common factor from {low:.4g} to {high:.4g}.")
        elif region.grid[1] > 0:
            out.append("No common discount factor that was tested makes it hold: patience alone does not mend it.")
        out += _mended_by_payments(treaty, pays)
    return out


def _mended_by_payments(treaty: Treaty, pays: SidePayments | None) -> list[str]:
    """That side payments make full compliance hold, and which, where they do."""
    names = {party.id: party.name for party in treaty.parties}
    out = []
    for found in pays.compared if pays is not None else ():
        if found.schedule is not None and found.without.verdict == "unsustainable":
            paid = who_pays(found.schedule.cases, names, once(treaty.payoff_unit, treaty.period), treaty.period)
            where = factor_words(found.label, found.discount)
            out.append(f"Side payments make it hold at {where}{f': {paid}' if paid else ''}.")
    return out


def _standing(treaty: Treaty, option: VariantFinding) -> str:
    """Margin and rung of an option that holds."""
    margin = "" if option.margin is None else money(option.margin, once(treaty.payoff_unit, treaty.period), sign=True)
    rung = "" if option.first_rung is None else f"it stands on rung {option.first_rung} ({option.first_rung_name})"
    return ", ".join(part for part in (f"margin {margin}" if margin else "", rung) if part)
