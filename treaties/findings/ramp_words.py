"""The stages that are best for the trust that a file states, in the words of policy people."""

from __future__ import annotations

from collections.abc import Iterator

from treaties.findings.amounts import capital, listed, money, number, per_period, percent
from treaties.findings.phrases import situation
from treaties.findings.ramps import Ramp
from treaties.findings.verdict_words import RUNG_NAMES
from treaties.model.party_type import AS_DESCRIBED
from treaties.model.treaty import Treaty

AIMS = {
    "value": "Best is what complying is worth to the parties together.",
    "exposure": "Exposure scales only what a breach wins and costs here, so that less of it is always worth more; told "
    "is the most exposure, the earlier the better, that this trust allows.",
}


def ramp_summary(ramp: Ramp, treaty: Treaty) -> list[str]:
    """The best stages, what limits them, and what they are worth."""
    names = {party.id: party.name for party in treaty.parties}
    doubted = [f"{party.name} with {percent(ramp.described[party.id])}" for party in treaty.parties if party.type]
    lines = [f"{treaty.title}: chance of being as described, as the file states it: {listed(doubted)}."]
    if not ramp.stages:
        return [*lines, f"No ramp: {ramp.why}.", *_measures(ramp, treaty)]
    lines += ["", *_table(ramp), "", AIMS[ramp.aim], *_limits(ramp, treaty)]
    if ramp.shown:
        one = len(ramp.shown) == 1
        show = "breaches at once and so shows itself" if one else "breach at once and so show themselves"
        lines.append(f"By this rule {listed([f'the {name}' for name in ramp.shown])} {show}.")
    unit = per_period(treaty.payoff_unit, treaty.period)
    worth = [f"{money(value, unit)} to {names[party]}" for party, value in ramp.values.items()]
    lines.append(f"The treaty is then worth {listed(worth)}, where each is as described.")
    if ramp.as_written is not None:
        worth = [f"{number(value)} to {names[party]}" for party, value in ramp.as_written.items()]
        lines.append(f"With the stages as written it is worth {listed(worth)}.")
    elif all(stage.written is not None for stage in ramp.stages):
        lines.append("With the stages as written this rule is no equilibrium.")
    assert ramp.rule is not None
    note = ramp.certificate
    proved = "proved in exact arithmetic" if note is not None and note.checked else "not proved"
    lines.append(f"Rule: {RUNG_NAMES[ramp.rule].lower()}; that it is an equilibrium at these stages is {proved}.")
    return [*lines, *_measures(ramp, treaty)]


def _measures(ramp: Ramp, treaty: Treaty) -> Iterator[str]:
    """What every measure has to cost to tell types apart."""
    names = {party.id: party.name for party in treaty.parties}
    for of in ramp.measures:
        what = f"The measure {of.name} of {names[of.party]}"
        if of.least is None:
            yield f"{what} tells no type apart by these rules, whatever it costs."
            continue
        unit = treaty.payoff_unit
        ends = f"from {number(of.least)} to {number(of.greatest)}" if of.greatest is not None else (
            f"of {number(of.least)} or more")
        yield (f"{what} tells {listed([f'the {name}' for name in of.shown])} apart at a cost {ends}; the text has "
               f"{number(of.cost)} (unit of payoffs: {unit}).")


def _table(ramp: Ramp) -> Iterator[str]:
    yield "  from year   best exposure   as written"
    before = None
    for stage in ramp.stages:
        if stage.written is None and stage.exposure == before:
            continue
        before = stage.exposure
        written = "-" if stage.written is None else percent(stage.written)
        yield f"  {stage.year + 1:>9}   {percent(stage.exposure):>13}   {written:>10}"


def _limits(ramp: Ramp, treaty: Treaty) -> Iterator[str]:
    """What would pay if the stages were set otherwise, one sentence per deviation."""
    for limit in ramp.limits:
        who = limit.party if limit.kind == AS_DESCRIBED else f"{limit.party}, if it is of the type {limit.kind},"
        where = situation(limit.state)
        yield f"{capital(who)} just does not gain if it {limit.deviation}{f' ({where})' if where else ''}."
