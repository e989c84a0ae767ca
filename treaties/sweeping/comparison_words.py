"""A comparison in the words of policy people."""

from __future__ import annotations

from treaties.bargaining.designs import AS_IT_STANDS
from treaties.findings.amounts import listed, money, once, per_period
from treaties.findings.grid_words import held_finer
from treaties.findings.signal_words import breaches_hidden, for_ever
from treaties.model.treaty import Treaty
from treaties.sweeping.comparing import Comparison, Difference, Paired, Side
from treaties.sweeping.telling import left_out, worlds_told

TEXT = {"yes": "holds", "no": "fails", "undecided": "is not decided", "no treaty": "is no treaty"}


def summary(found: Comparison) -> list[str]:
    """Each design, and each against the first."""
    draws = found.plans[0].draws
    treaties = {design.name: plan.treaty for plan in found.plans for design in plan.designs}
    count = len(found.shared)
    numbers = "1 number that varies in all" if count == 1 else f"{count} numbers that vary in all"
    drawn = f"{worlds_told(draws.worlds)} (Latin hypercube, seed {draws.seed})"
    lines = [
        f"{len(found.sides)} designs in the same {drawn}: {numbers}.",
        *_own_ranges(found),
        *_own_units(found),
        "",
    ]
    width = max(len(side.name) for side in found.sides)
    for side in found.sides:
        lines.append(f"  {side.name:<{width}}  {_side(side, treaties[side.name])}")
    for one in found.differences:
        lines += ["", *_paired(one, treaties[one.name])]
    if said := [*held_finer(*treaties.values()), *for_ever(*treaties.values())]:
        lines += ["", *said]
    return lines


def _own_ranges(found: Comparison) -> list[str]:
    """Shared quantities whose ranges are not the same."""
    first = found.plans[0]
    other = [
        path
        for path in found.shared
        if any(
            (plan.spans[path].value, plan.spans[path].low, plan.spans[path].high)
            != (first.spans[path].value, first.spans[path].low, first.spans[path].high)
            for plan in found.plans[1:]
        )
    ]
    if not other:
        return []
    return [f"Their ranges differ for {listed(other)}: a world is the same place in each range, not the same number."]


def _own_units(found: Comparison) -> list[str]:
    """Units of payoffs that are not the same."""
    units = list(dict.fromkeys(plan.treaty.payoff_unit for plan in found.plans))
    if len(units) == 1:
        return []
    return [f"They count payoffs in other units ({listed(units)}): of these, differences mean nothing."]


def _side(side: Side, treaty: Treaty) -> str:
    if side.likelihood is None:
        return "no treaty: its numbers never go together"
    unit = per_period(treaty.payoff_unit, treaty.period)
    text = f"at the text's own numbers it {TEXT[side.text.verdict]}"
    if side.text.margin is not None and not breaches_hidden(treaty):
        text += f" (margin {money(side.text.margin, once(unit, treaty.period), sign=True)})"
    undecided = f"; {side.likelihood.undecided:,} undecided" if side.likelihood.undecided else ""
    undecided += f"; {left_out(side.no_treaty)}" if side.no_treaty else ""
    means = listed([
        f"{party.name} {money(side.values[party.id], unit)}" for party in treaty.parties if party.id in side.values
    ])  # fmt: skip
    return f"holds in {side.likelihood.in_words()}{undecided}; {text}; if kept, {means} on average"


def _paired(one: Paired, treaty: Treaty) -> list[str]:
    """One design against the first."""
    if one.holds is None:
        return [f"{one.name} and {one.first} were never both decided in a world."]
    left = f"; {one.left_out:,} worlds in which one was undecided are left out" if one.left_out else ""
    first = "the text as it stands" if one.first == AS_IT_STANDS else one.first
    lines = [f"{one.name} holds in {in_words(one.holds, first)}{left}."]
    names = {party.id: party.name for party in treaty.parties}
    if one.margin is not None and not breaches_hidden(treaty):
        lines.append(f"  Margin on average {_more(one.margin, once(treaty.payoff_unit, treaty.period))}.")
    if one.values:
        unit = per_period(treaty.payoff_unit, treaty.period)
        told = [f"{names[party]} {_more(change, unit)}" for party, change in one.values.items()]
        lines.append(f"  If both are kept, on average: {'; '.join(told)}.")
    return lines


def in_words(found: Difference, first: str) -> str:
    """For a reader: "12 more of 100 worlds than a.toml (9 to 15)"."""
    mean, low, high = (round(100 * x) for x in (found.mean, *found.interval))
    if mean == 0:
        return f"as many worlds as {first} (of 100, {_side_of(low)} to {_side_of(high)})"
    sign = 1 if mean > 0 else -1
    if sign * low >= 0 and sign * high >= 0:
        least, most = sorted((abs(low), abs(high)))
        return f"{_side_of(mean)} of 100 worlds than {first} ({least} to {most})"
    return f"{_side_of(mean)} of 100 worlds than {first} ({_side_of(low)} to {_side_of(high)})"


def _side_of(end: int) -> str:
    return "0" if end == 0 else f"{abs(end)} {'more' if end > 0 else 'fewer'}"


def _more(found: Difference, unit: str) -> str:
    """A difference of amounts with its interval."""
    low, high = found.interval
    if low == high == 0:
        return "the same"
    return f"{money(found.mean, unit, sign=True)} ({money(low, '', sign=True)} to {money(high, '', sign=True)})"
