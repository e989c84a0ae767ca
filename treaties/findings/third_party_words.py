"""What parties that sign nothing do beside the treaty, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from treaties.findings.amounts import capital, listed, money, per_period
from treaties.findings.third_parties import Taken, ThirdParty
from treaties.model.treaty import Treaty

MOST_SITUATIONS = 3
"""In which an option is taken that a sentence names."""


def third_party_sentences(found: Iterable[ThirdParty], treaty: Treaty) -> Iterator[str]:
    """For each what it does, what it is deterred from, and what it would do without the treaty."""
    flow = per_period(treaty.payoff_unit, treaty.period)
    for one in found:
        given = "" if one.found else "as long as the treaty is kept, "
        does = f"{given}{one.name} {_does(one, treaty.period)}"
        yield f"{capital(does)}; that is worth {money(one.value, flow)} to it."
        if one.without is not None:
            never = "" if one.without else f"never {listed([o.option for o in one.options], 'or')}"
            yield f"Without the treaty, if nobody cooperates, {one.name} {listed(list(one.without)) or never}."


def _does(one: ThirdParty, period: str) -> str:
    never = listed(list(one.deterred), "or")
    if not one.takes:
        return f"is deterred: it never {never}, but {one.idle}"
    said = listed([_takes(option, period) for option in one.takes])
    return f"{said}, and never {never}" if never else said


def in_short(one: ThirdParty) -> str:
    """What it does in one phrase, for a table."""
    if one.takes:
        return f"{one.name} {listed([option.option for option in one.takes])}"
    return f"{one.name} is deterred: it {one.idle}"


def _takes(option: Taken, period: str) -> str:
    first = option.when[:MOST_SITUATIONS]
    more = f"; and {len(option.when) - len(first)} more" if len(option.when) > len(first) else ""
    where = f" (situation: {'; '.join(first)}{more})" if first != ("as at signature",) else ""
    return f"{option.option}, at the earliest in {period} {option.year}{where}"
