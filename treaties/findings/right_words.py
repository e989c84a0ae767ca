"""What use is made of rights at will, and how gains are divided before a stake is sunk and after, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from treaties.findings.amounts import capital, factor, listed, money, number, once, per_period
from treaties.findings.phrases import under
from treaties.findings.rights import SMALL, Division, RightsUsed, RightUsed, Worth
from treaties.model.treaty import Treaty

BINDING = (
    "All of this takes for granted that obligations are kept: only rights are threats in these talks, and what they "
    "bring is proved of the game without breaches (repeated negotiation equilibrium)."
)
MOST_SITUATIONS = 4
"""Situations in which a right is used that a sentence names one by one."""


def right_sentences(found: RightsUsed | None, treaty: Treaty) -> Iterator[str]:
    """Which rights are used and when, and what they bring."""
    if found is None or not found.rights:
        return
    names = {party.id: party.name for party in treaty.parties}
    yield from (_use(right, names) for right in found.rights)
    if not found.found:
        yield "This is what pays the holders as long as all comply; whether such use is stable the verdict says."
    flow = per_period(treaty.payoff_unit, treaty.period)
    gains = {party: gain for party, gain in found.gains.items() if abs(gain) > SMALL * _largest(found.values)}
    if gains:
        told = [f"{names[party]} {money(gain, flow, sign=True)}" for party, gain in gains.items()]
        yield f"Against compliance in which no such right is ever used this brings {listed(told)}."


def _use(right: RightUsed, names: Mapping[str, str]) -> str:
    if not right.when:
        return f"{names[right.party]} never {right.right}{under(right.article)}, although it may at will."
    if len(right.when) == right.of:
        return f"{names[right.party]} {right.right}{under(right.article)} whenever it may."
    where = "; ".join(right.when[:MOST_SITUATIONS])
    more = len(right.when) - MOST_SITUATIONS
    where += f"; and {more} more" if more > 0 else ""
    return (
        f"{names[right.party]} {right.right}{under(right.article)} at will, in {len(right.when)} of {right.of} "
        f"situations in which it may: {where}."
    )


def division_sentences(found: Sequence[Division], treaty: Treaty) -> Iterator[str]:
    """How the gains are divided before a stake is sunk and after, version by version."""
    names = {party.id: party.name for party in treaty.parties}
    flow, unit = per_period(treaty.payoff_unit, treaty.period), once(treaty.payoff_unit, treaty.period)
    for k, one in enumerate(found):
        option = f"Option “{one.name}”" if one.name else "As the text stands"
        if one.detail:
            yield f"{option}: how talks would divide the gains is not told, because {one.detail}."
            continue
        yield f"{option}: {_divided(one, names, flow, treaty.period)}"
        if k == 0:
            stakes = [f"{names[party]} {money(amount, unit)}" for party, amount in one.stakes.items() if amount]
            yield f"Sunk are then {listed(stakes)}, at one discount factor of {factor(one.discount)} for all."
            yield BINDING
            if third := [party.name for party in treaty.third_parties]:
                sign = "signs" if len(third) == 1 else "sign"
                yield f"{capital(listed(third))}, which {sign} nothing, counts in them as if it could pay and be paid."
        yield from (_deterred(party, one, names, flow) for party in one.deterred)


def _divided(one: Division, names: Mapping[str, str], flow: str, period: str) -> str:
    before = f"talks before anything is sunk would bring {_shares(one.before, names)} ({flow})"
    if one.after is None or one.taken is None:
        return f"{before}."
    later = f"from {period} {one.year} on, when all is sunk,"
    if not one.reviews:
        return f"{before}; {later} nothing is negotiated anew, and the text brings {_shares(one.written, names)}."
    takes = {party: x for party, x in one.taken.items() if x > 0}
    if not takes:
        return f"{before}; {later} talks change nothing: they bring what the text does, {_shares(one.written, names)}."
    said = listed([f"{names[party]} takes {number(x)}" for party, x in takes.items()])
    return (
        f"{before}; {later} talks bring {_shares(one.after, names)}, where the text alone would bring "
        f"{_shares(one.written, names)}: by what it may do with its rights {said} a {period} of what the others have."
    )


def _deterred(party: str, one: Division, names: Mapping[str, str], flow: str) -> str:
    assert one.expected is not None
    return (
        f"{names[party]}, expecting that, would not sink its stake: it can count on "
        f"{money(one.expected[party], flow)}, and has {money(one.outside[party], flow)} without the treaty."
    )


def _shares(worth: Worth, names: Mapping[str, str]) -> str:
    return listed([f"{names[party]} {number(value)}" for party, value in worth.items()])


def _largest(worth: Worth) -> float:
    return max([1.0, *map(abs, worth.values())])
