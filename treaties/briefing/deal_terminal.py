"""What the terminal says of a bargain, from the record that its page is written from."""

from __future__ import annotations

from treaties.bargaining.bargain import Bargain
from treaties.briefing.deal_words import ASSUMED, advice, keeping, rights, shares, terms_of
from treaties.findings.grid_words import held_finer


def bargain_summary(found: Bargain) -> list[str]:
    """A bargain: what to expect, what rights are worth in the talks, and what each theory predicts."""
    lines = [found.treaty.title, "", *advice(found)]
    if found.deals:
        lines += ["", "What rights are worth in the talks:", *(f"  {said}" for said in rights(found))]
    if found.predictions:
        lines += ["", f"Predictions ({found.treaty.payoff_unit}):"]
    for one in found.predictions:
        deal = found.outcomes[one.nearest]
        lines += [
            f"  {one.concept}: {shares(found, one.values)} ({one.note})",
            f"    nearest deal: {terms_of(deal)}: {shares(found, deal.values)}",
            f"    {keeping(found, one)}",
        ]
    if found.left_out:
        lines.append(f"  {found.left_out}")
    return [*lines, "", *held_finer(found.treaty), ASSUMED]
