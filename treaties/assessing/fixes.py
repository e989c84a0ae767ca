"""What would change the answer, from what was tested and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from games.questions.discount_region import DiscountRegion
from treaties.findings.fixes import BreakingOptions, Fix, OptionFix, PatienceFix, PaymentFix
from treaties.findings.records import Judgement, SidePayments, VariantFinding


def fixes(
    top: Judgement,
    options: Sequence[VariantFinding],
    region: DiscountRegion,
    pays: SidePayments | None = None,
) -> Iterator[Fix]:
    """What would make the answer firmer or break it where it holds, and what would mend it where it does not.

    ``top``  the headline; ``options`` the options table, whose first line is the file as it stands.
    """
    tested = options[1:]
    holding = [option for option in tested if option.verdict == "sustainable"]
    if top.verdict == "sustainable":
        better = [option for option in holding if (option.margin or 0.0) > (top.margin or 0.0) + _rounding(top)]
        for option in sorted(better, key=lambda option: -(option.margin or 0.0)):
            yield OptionFix(option, firmer=True)
        broken = tuple(option.name for option in tested if option.verdict == "unsustainable")
        if broken:
            yield BreakingOptions(broken)
        return
    for option in holding:
        yield OptionFix(option, firmer=False)
    if region.intervals:
        # A factor that holds alone, between such as are open, is little to aim for.
        wide = [interval for interval in region.intervals if interval[0] < interval[1]]
        yield PatienceFix((wide or region.intervals)[0])
    elif region.grid[1] > 0:
        yield PatienceFix(None)
    for found in pays.compared if pays is not None else ():
        if found.schedule is not None and found.without.verdict == "unsustainable":
            yield PaymentFix(found)


def _rounding(judgement: Judgement) -> float:
    """By how much two margins that were computed apart may differ without being different."""
    return 1e-6 * abs(judgement.margin or 0.0)
