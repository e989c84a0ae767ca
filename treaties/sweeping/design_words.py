"""The best designs of a treaty, in the words of policy people."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from math import isclose

from rich import box
from rich.console import Console
from rich.table import Table

from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.findings.amounts import capital, listed, money, number, per_period
from treaties.findings.grid_words import held_finer
from treaties.model.treaty import Treaty
from treaties.sweeping.designing import JOINT, LIKELIHOOD, Designed, Tried, terms_of
from treaties.sweeping.fronts import ROUNDING
from treaties.sweeping.telling import in_what_sense, told_checks, worlds_told

WIDTH = 118
SHOWN = 20
"""Designs of a front that are told."""
NAMED = 3
"""Designs that are named as about even."""
LEFT_OUT = {
    "no treaty": "no treaty, as their terms do not go together",
    "red line": "across a red line",
    "refused at home": "refused at home",
    "less than without": "worth less to a party, on average, than no agreement",
    "never holds": "failing in every world",
    "undecided": "seen to hold in no world, but undecided in some",
    "void": "void, as exact arithmetic refuses what was computed",
}


def summary(found: Designed) -> list[str]:
    """The front, what it was found in, and what it does not say."""
    lines = [f"{found.treaty.title}: {_worlds(found)}.", _tried(found), ""]
    if found.front:
        lines += [_heading(found), "", *_table(found), ""]
    lines += [*_rest(found), *_robust(found), *_even(found), *_notes(found)]
    return lines


def _worlds(found: Designed) -> str:
    draws, count = found.plan.draws, len(found.plan.spans)
    if not found.varied:
        return (
            "no number has a range, so designs are judged at the text's own numbers: each holds there or does not "
            "(vary every number with --spread 10%)"
        )
    numbers = "1 number" if count == 1 else f"{count} numbers"
    return f"{worlds_told(draws.worlds)} (Latin hypercube, seed {draws.seed}) drawn from the ranges of {numbers}"


def _tried(found: Designed) -> str:
    tried = len(found.tried)
    if found.designs_all == 1:
        return "The text is the only design: it opens no term to a design search and has no variants."
    if not found.thinned:
        return f"All {found.designs_all:,} designs were tried: the text, its variants, and the grid that it opens."
    named = sum(variant.name in {one.design.name for one in found.tried} for variant in found.treaty.variants)
    variants = {0: "the text", 1: "the text, 1 variant"}.get(named, f"the text, {named} variants")
    if not tried:
        return f"None of {found.designs_all:,} designs was tried."
    why = "" if found.on_time else "; time was up"
    count = tried - named - 1
    grid = f"{count:,} of the grid, spread evenly over it" if count > 0 else "none of the grid"
    return (
        f"{tried:,} of {found.designs_all:,} designs were tried: {variants} and {grid}{why}. "
        "The best of all designs may be among the others."
    )


def _heading(found: Designed) -> str:
    told = {LIKELIHOOD: "likelihood", JOINT: "joint value"} | {p.id: f"{p.name}'s value" for p in found.treaty.parties}
    return f"Designs that no other tried design beats in {listed([told[name] for name in found.objectives])}:"


def _table(found: Designed) -> Iterator[str]:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("design", overflow="fold", ratio=1)
    for column in ("holds in", *found.parties, "joint"):
        table.add_column(column, justify="right", no_wrap=True)
    for k in found.front[:SHOWN]:
        one = found.tried[k]
        values = [number(one.values[party]) for party in found.parties]
        table.add_row(changed(found.treaty, one.design), _holds(found, one), *values, number(one.joint))
    console = Console(file=StringIO(), width=WIDTH, color_system=None, force_terminal=False, emoji=False, markup=False)
    console.print(table)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    yield from (line.rstrip() for line in text.splitlines() if line.strip())
    more = len(found.front) - SHOWN
    if more > 0:
        yield f"and {more:,} more (--out FILE.csv, or --json)."


def _holds(found: Designed, one: Tried) -> str:
    assert one.likelihood is not None
    if not found.varied:
        return "yes"
    low, high = (round(100 * end) for end in one.likelihood.interval)
    least, most = (round(100 * end) for end in one.likelihood.share)
    return f"{least if least == most else f'{least} to {most}'} of 100 ({low} to {high})"


def changed(treaty: Treaty, design: Design) -> str:
    """A design by what it changes in the text."""
    if design.variant is None or design.variant in treaty.variants:
        return design.name
    here = terms_of(treaty, Design(AS_IT_STANDS))
    changes = [f"{path} = {value}" for path, value in design.variant.set.items() if here.get(path) != value]
    return ", ".join(changes)


def _rest(found: Designed) -> Iterator[str]:
    """What became of the other designs."""
    same = sum(len(others) for others in found.same.values())
    if same:
        reach = "reaches" if same == 1 else "reach"
        yield f'{_designs(same)} {reach} the same as one of these in every respect ("same" in --json).'
    if found.dominated:
        verb = "is" if found.dominated == 1 else "are"
        yield f"{_designs(found.dominated)} {verb} beaten by one of these{_close(found.nearly)}."
    reasons = [one.standing for one in found.tried if one.standing != "candidate"]
    if reasons:
        told = [f"{reasons.count(reason):,} {LEFT_OUT[reason]}" for reason in dict.fromkeys(reasons)]
        yield f"Left out: {listed(told)}."
    if not found.front and found.tried:
        yield "No design is left that was seen to be kept in some world and would be signed."
    if not found.tried:
        yield "Time was up before one design was judged in all its worlds; allow more with --budget."


def _close(count: int) -> str:
    if not count:
        return ""
    told = "1 of them is" if count == 1 else f"{count:,} of them are"
    return f"; {told} about even with all that beat it, within the error of sampling"


def _designs(count: int) -> str:
    return "1 other design" if count == 1 else f"{count:,} other designs"


def _robust(found: Designed) -> Iterator[str]:
    """Which design is best by each measure that does not trust odds."""
    measures = found.robustness.measures
    if not found.varied or not found.front or not measures:
        return
    unit = per_period(found.treaty.payoff_unit, found.treaty.period)
    tried = {one.design.name: one.design for one in found.tried}
    worlds = f"{worlds_told(found.robustness.worlds)} in which all of them were decided"
    best = max(measures, key=lambda name: measures[name].all_satisfied)
    share = round(100 * measures[best].all_satisfied)
    yield (
        f"Satisficing: {changed(found.treaty, tried[best])} is kept with every party at or above its outside option in "
        f"{share} of 100 worlds, the most of all designs ({worlds})."
    )
    names = {party.id: party.name for party in found.treaty.parties}
    for what, head in (("maximin", "Maximin (the most in its worst world)"), ("regret", "Regret (the least at worst)")):
        told = []
        for i, party in enumerate(found.robustness.parties):
            amounts = {name: float(getattr(one, what)[i]) for name, one in measures.items()}
            best = max(amounts, key=amounts.__getitem__) if what == "maximin" else min(amounts, key=amounts.__getitem__)
            alike = all(isclose(amount, amounts[best], abs_tol=ROUNDING) for amount in amounts.values())
            whose = "with every design" if alike else f"with {changed(found.treaty, tried[best])}"
            told.append(f"{names[party]} {money(amounts[best], unit)} {whose}")
        yield f"{head}: {'; '.join(told)}."


def _even(found: Designed) -> Iterator[str]:
    """Members of the front between which sampling does not tell."""
    pairs = [(k, [j for j in others if j > k]) for k, others in found.even.items()]
    told = [
        f"{changed(found.treaty, found.tried[k].design)} and {changed(found.treaty, found.tried[j].design)}"
        for k, others in pairs
        for j in others
    ]
    if told:
        more = f", and {len(told) - NAMED:,} pairs more" if len(told) > NAMED else ""
        yield f"About even, as they differ by no more than the error of sampling: {'; '.join(told[:NAMED])}{more}."


def _notes(found: Designed) -> Iterator[str]:
    if not found.tried:
        return
    unit = per_period(found.treaty.payoff_unit, found.treaty.period)
    missing = [found.tried[k].no_treaty for k in found.front[:SHOWN] if found.tried[k].no_treaty]
    if missing:
        many = f"{min(missing):,} to {max(missing):,}" if min(missing) < max(missing) else f"{missing[0]:,}"
        yield (
            f"Counted are worlds in which the numbers of a design go together: {many} of {found.plan.draws.worlds:,} "
            "are left out of some designs of the front (no_treaty in --json)."
        )
    mean = "mean over the worlds of the " if found.varied else ""
    yield f"Values: {mean}average payoff under full compliance, {unit}."
    yield from in_what_sense(found.concepts)
    yield from held_finer(found.treaty)
    yield capital(f"{told_checks(found.proved, found.unproved)}; {found.seconds_cpu:.0f} s of processor time.")
