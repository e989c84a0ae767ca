"""Who would sign, and what is left of a treaty when a party leaves, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from treaties.findings.amounts import listed, money, number, once, per_period, percent
from treaties.findings.answer import Answer
from treaties.findings.participation import AfterExit, Coalition, Participation, Threshold
from treaties.model.treaty import Treaty

AMONG: dict[Answer, str] = {
    "sustainable": "would be kept",
    "unsustainable": "would not be kept",
    "undecided": "whether it would be kept is not decided",
}
NOBODY = "That nobody signs is an equilibrium as well: no party brings it into force alone."
MOST_TOLD = 6
"""Equilibria that a sentence names one by one."""
MOST_SHOWN = 12
"""Groups that are told one by one."""


def participation_lines(found: Participation | None, treaty: Treaty) -> Iterator[str]:
    """All of it: what entry into force needs, who would sign, and group by group why."""
    if found is None:
        return
    names = _names(treaty)
    yield f"Entry into force: {rule_sentence(found)}"
    yield from participation_sentences(found, treaty)
    flow = per_period(treaty.payoff_unit, treaty.period)
    for group in shown(found):
        share = "" if group.share is None else f" ({percent(group.share)} of the weight)"
        yield f"  {listed(_of(group.members, names))}{share}: {AMONG[group.verdict]}; {stability(group, names)}"
        if group.values is not None:
            worth = ", ".join(f"{names[party]} {number(value)}" for party, value in group.values.items())
            yield f"    {worth} ({flow})"
        if group.verdict == "undecided":
            yield f"    {group.detail}"
    yield from not_shown(found)


def shown(found: Participation) -> list[Coalition]:
    """The groups to tell one by one: stable and open ones first, then the largest."""
    return sorted(found.coalitions, key=lambda group: group.stable is False)[:MOST_SHOWN]


def not_shown(found: Participation) -> Iterator[str]:
    """That there are more."""
    if len(found.coalitions) > MOST_SHOWN:
        yield f"These are {MOST_SHOWN} of {len(found.coalitions)} groups that would bring it into force."


def participation_sentences(found: Participation, treaty: Treaty) -> Iterator[str]:
    """Who would sign, whose signature it takes, and what that rests on."""
    names = _names(treaty)
    yield equilibria_sentence(found, names)
    yield NOBODY
    yield from (raised_sentence(one, names) for one in found.raised)
    if found.needed:
        yield f"Needed in any case: {listed(_of(found.needed, names))}."
    if len({round(power, 9) for power in found.power.values()}) > 1:
        power = ", ".join(f"{names[party]} {percent(share)}" for party, share in found.power.items())
        yield f"Share of the power to bring it into force (Shapley-Shubik): {power}."
    if found.spills:
        matters = {matter.id: matter.title or matter.id.replace("_", " ") for matter in treaty.matters}
        good = f", and gains from {listed([matters[one] for one in found.spills])} as a party in breach does"
    else:
        good = ""
    yield (
        f"Who does not sign has its outside option{good}; a treaty that those who sign would not keep counts as none, "
        "and then all have their outside options."
    )
    lapsed = {clause: None for group in found.coalitions for clause in group.lapsed}
    if lapsed:
        yield f"Where those they are about have not signed, these lapse: {', '.join(lapsed)}."


def rule_sentence(found: Participation) -> str:
    """What it takes."""
    count = len(found.everybody)
    said = f"it binds those who sign once {found.parties} of the {count} parties have signed"
    if found.share is not None:
        said += f", with at least {percent(found.share)} of the weight"
    equal = found.share is not None and found.weights is None
    return f"{said}.{' No weights are given: each party counts the same.' if equal else ''}"


def equilibria_sentence(found: Participation, names: Mapping[str, str]) -> str:
    """Which groups would sign."""
    groups = [
        listed(_of(group.members, names)) + (" (" + AMONG["undecided"] + ")" if group.verdict == "undecided" else "")
        for group in found.equilibria
    ]
    undecided = len(found.open)
    rest = "" if not undecided else f" Of {undecided} more group{'s' * (undecided > 1)} that is not decided."
    if not groups:
        if undecided:
            return f"Who would sign is not decided: {undecided} of {len(found.coalitions)} groups are open."
        if found.idle:
            return "Nobody would sign for anything: no group that would keep it is stable."
        return (
            "No group that would bring it into force is stable: in each of them somebody gains by staying out, or "
            "somebody outside gains by signing."
        )
    if len(groups) > MOST_TOLD:
        sizes = sorted({len(group.members) for group in found.equilibria})
        said = f"{len(groups)} groups, of {listed([str(size) for size in sizes], 'or')} parties"
    else:
        said = "; or ".join(groups)
    always = _of((party for party in found.everybody if found.signs(party) == "always"), names)
    sure = f" {listed(always)} sign{'s' * (len(always) == 1)} in each of them." if always and len(groups) > 1 else ""
    return f"Who would sign (nobody gains by deciding otherwise alone): {said}.{sure}{rest}"


def raised_sentence(found: Threshold, names: Mapping[str, str]) -> str:
    """What would come of a higher threshold."""
    said = f"If {found.parties} parties had to sign: "
    if found.open:
        return f"{said}not decided."
    if not found.equilibria:
        return f"{said}no group that would keep it is stable."
    if len(found.equilibria) > MOST_TOLD:
        return f"{said}any of {len(found.equilibria)} groups."
    return f"{said}{'; or '.join(listed(_of(group, names)) for group in found.equilibria)}."


def stability(group: Coalition, names: Mapping[str, str]) -> str:
    """Whether a group is an equilibrium, and why not."""
    if group.stable is None:
        return "whether it is stable is not decided"
    if group.stable:
        return "stable, as nothing would come of it" if group.verdict == "unsustainable" else "stable"
    leave, join = _of(group.leaving, names), _of(group.joining, names)
    why = [f"{listed(leave)} would gain by not signing"] if leave else []
    why += [f"{listed(join)} would gain by signing"] if join else []
    return f"not stable: {'; '.join(why) or 'somebody would gain by deciding otherwise, whatever is true'}"


def after_exit_sentences(found: Sequence[AfterExit], treaty: Treaty) -> Iterator[str]:
    """What becomes of it after each exit that it survives."""
    names = _names(treaty)
    flow, unit = per_period(treaty.payoff_unit, treaty.period), once(treaty.payoff_unit, treaty.period)
    for one in found:
        rest = [name for party, name in names.items() if party not in one.left]
        margin = "" if one.margin is None else f" (margin {money(one.margin, unit, sign=True)}, as a one-off)"
        said = f"When {listed(_of(one.left, names))} {'has' if len(one.left) == 1 else 'have'} left, the treaty among "
        said += f"{listed(rest)} {AMONG[one.verdict] if one.verdict != 'undecided' else 'is not decided'}{margin}"
        if one.verdict == "sustainable":
            worth = ", ".join(f"{names[party]} {number(value)}" for party, value in one.values.items())
            said += f"; it is then worth, {flow}: {worth}"
        elif one.verdict == "undecided" or one.weakest_link is None:
            said += f": {one.detail}"
        else:
            said += f": {one.weakest_link.party_name} {one.weakest_link.deviation}"
        yield f"{said}."


def _names(treaty: Treaty) -> dict[str, str]:
    return {party.id: party.name for party in treaty.parties}


def _of(parties: Iterable[str], names: Mapping[str, str]) -> list[str]:
    return [names[party] for party in parties]
