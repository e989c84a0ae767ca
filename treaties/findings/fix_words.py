"""What would change the answer, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from treaties.findings.amounts import money, once
from treaties.findings.fixes import BreakingOptions, Fix, OptionFix, PatienceFix, PaymentFix
from treaties.findings.payment_words import factor_words, who_pays
from treaties.findings.records import VariantFinding, first_standing
from treaties.model.treaty import Treaty


def fix_sentences(fixes: Sequence[Fix], treaty: Treaty, changes: Callable[[str], str] = str) -> list[str]:
    """A sentence for each change; ``changes`` as in ``fix_sentence``."""
    names = {party.id: party.name for party in treaty.parties}
    unit = once(treaty.payoff_unit, treaty.period)
    return [fix_sentence(fix, names, unit, treaty.period, changes) for fix in fixes]


def fix_sentence(
    fix: Fix, names: Mapping[str, str], unit: str, period: str, changes: Callable[[str], str] = str
) -> str:
    """One change and what it does.

    ``names`` of the parties by id; ``unit`` of a sum paid once; ``changes`` tells what an option changes in the file,
    as the file has it or as a reader would say it.
    """
    match fix:
        case OptionFix(option, firmer):
            does = "makes it firmer" if firmer else "makes it hold"
            standing = _standing(option, unit)
            return f"{option.name} ({changes(option.changes)}) {does}{f': {standing}' if standing else ''}."
        case BreakingOptions(broken):
            return f"These changes break it: {', '.join(broken)}."
        case PatienceFix(interval):
            if interval is None:
                return "No common discount factor that was tested makes it hold: patience alone does not mend it."
            low, high = interval
            return f"It would hold if all parties discounted at a common factor from {low:.4g} to {high:.4g}."
        case PaymentFix(found):
            paid = who_pays(() if found.schedule is None else found.schedule.cases, names, unit, period)
            told = f": {paid}" if paid else ""
            return f"Side payments make it hold at {factor_words(found.label, found.discount)}{told}."


def _standing(option: VariantFinding, unit: str) -> str:
    """Margin of an option that holds, and the mildest rung on which it stands already with the margin there."""
    told = "" if option.margin is None else money(option.margin, unit, sign=True)
    margin = f"margin {told}" if told else ""
    first = first_standing(option.ladder)
    if first is None:
        return margin
    rung = f"it stands on rung {first.number} ({first.name})"
    there = "" if first.margin is None else money(first.margin, unit, sign=True)
    if there not in ("", told):
        rung += f", there with {there}"
    return f"{margin}, and {rung}" if margin else rung
