"""Lint of what lies outside the clauses: matters, parties and events that leave nothing to enforce or change nothing.

Every remark comes with the path of what it speaks of, to which its own field is joined.
"""

from __future__ import annotations

from collections.abc import Iterator

from treaties.effects import Examined
from treaties.effects.expressions import parse
from treaties.findings.amounts import listed
from treaties.model.matter import Matter
from treaties.model.party import Party
from treaties.model.references import references
from treaties.model.remark import Remark, Severity
from treaties.model.treaty import Treaty


def dilemmas(treaty: Treaty) -> Iterator[tuple[str, Remark]]:
    """Matters in which there is nothing to enforce, or nothing to gain."""
    for matter in treaty.matters:
        for party in treaty.signatories if matter.table is None else ():
            for remark in _dilemma(matter, party, len(treaty.signatories)):
                yield f"matter.{matter.id}", remark


def _dilemma(matter: Matter, party: Party, parties: int) -> Iterator[Remark]:
    """What of a prisoners' dilemma a party's four payoffs lack."""
    name, who = party.name, party.id
    reward, temptation = matter.payoff("reward", who), matter.payoff("temptation", who)
    sucker, punishment = matter.payoff("sucker", who), matter.payoff("punishment", who)
    if not matter.owes(who):
        if reward <= sucker:
            problem = f"{name} owes nothing and gains nothing when others comply ({reward:g} against {sucker:g})"
            yield Remark("warning", f"reward.{who}", problem, "check the two payoffs")
        return
    if temptation <= reward:
        problem = f"{name} wins nothing by a breach ({temptation:g} against {reward:g}): nothing to enforce"
        # Of many parties some may be there for the sake of others, as guarantors and customers are.
        severity: Severity = "note" if parties > 2 and _tempts(matter) else "warning"
        yield Remark(severity, f"temptation.{who}", problem, "check the two payoffs")
    if reward <= punishment:
        problem = f"{name} gains nothing from cooperation ({reward:g} against {punishment:g} without any)"
        yield Remark("warning", f"reward.{who}", problem, "check the two payoffs")
    if sucker > punishment:
        problem = f"{name} does better complying alone ({sucker:g}) than when nobody does ({punishment:g})"
        yield Remark("note", f"sucker.{who}", problem, "no prisoners' dilemma; check if meant")
    elif temptation + sucker > 2 * reward and parties == 2:
        problem = f"{name} would gain by taking turns in breach ({temptation:g} and {sucker:g}, twice {reward:g})"
        yield Remark("note", f"temptation.{who}", problem, "no prisoners' dilemma")


def _tempts(matter: Matter) -> bool:
    """Whether anybody wins by a breach of its own."""
    return any(matter.payoff("temptation", who) > matter.payoff("reward", who) for who in matter.reward or ())


def participation(treaty: Treaty) -> Iterator[tuple[str, Remark]]:
    """Parties that do better outside, or that no future can bind."""
    for party in treaty.signatories:
        rewards = sum(_reward(treaty, matter, party) for matter in treaty.matters)
        if party.outside_option.value >= rewards:
            problem = (
                f"{party.name} earns {party.outside_option.value:g} outside and {rewards:g} when everybody complies: "
                "it has no reason to take part"
            )
            yield f"party.{party.id}", Remark("warning", "outside_option", problem, "check both numbers")
        if party.discount.value == 0.0:
            problem = f"{party.name} gives the future no weight: no later loss can hold it to the treaty"
            yield f"party.{party.id}", Remark("note", "discount", problem)


def entry(treaty: Treaty) -> Iterator[tuple[str, Remark]]:
    """Entry into force by a share of weights that the file does not give."""
    needed = treaty.entry_into_force
    if needed is not None and needed.share is not None and needed.weights is None:
        problem = "a share is asked for, but no weights are given: each party counts the same"
        yield "entry_into_force", Remark("note", "weights", problem, "add weights = { … } with one number per party")


def _reward(treaty: Treaty, matter: Matter, party: Party) -> float:
    if matter.table is None:
        return matter.payoff("reward", party.id)
    cell = matter.table_of(party.id)
    for _ in treaty.obliged(matter):
        cell = cell[matter.conduct.index(matter.expected_option)]
    return float(cell)


def events(treaty: Treaty) -> Iterator[tuple[str, Remark]]:
    """Events that never come, never go, or change nothing."""
    named = {name for clause in treaty.provisions for _, kind, name in references(clause) if kind == "event"}
    for clause in treaty.provisions:
        for stated in clause.expressions():
            named |= {step for path in parse(stated.text).paths for step in path.split(".")}
    for event in treaty.events:
        place = f"event.{event.id}"
        if event.enter.value == 0.0 and not event.starts:
            yield place, Remark("warning", "enter", "the event never happens", "give it a chance to begin")
        elif event.stay.value == 1.0:
            yield place, Remark("warning", "stay", "once begun, the event never ends", "lower the chance to stay")
        if event.id not in named and all(cost.value == 0.0 for cost in event.cost_of_complying.values()):
            problem = "the event costs nobody anything and is grounds for nothing: it changes nothing"
            yield place, Remark("warning", "", problem, "give it a cost, or leave it out")


def unseen(treaty: Treaty) -> Iterator[tuple[str, Remark]]:
    """Matters of which nobody learns anything."""
    examined = {said.matter for said in treaty.context.all_said(Examined)}
    for matter in treaty.matters:
        dark = [p for p in treaty.signatories if matter.hides(p.id) and matter.flag(p.id) is None]
        if dark and matter.id not in examined:
            whose = "" if len(dark) == len(treaty.obliged(matter)) else f" of {listed([p.name for p in dark])}"
            problem = f"nobody ever learns anything of conduct{whose} in it: no later loss can follow a breach"
            yield f"matter.{matter.id}", Remark("warning", "observability", problem, "add an audit or a report, say")
