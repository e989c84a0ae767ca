"""Lint of committees, votes, lists, ratification and accession: what clashes, binds nobody or is never reached."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Literal

from treaties.model.provision import Provision
from treaties.model.treaty import Treaty
from treaties.model.voting import VotingRule
from treaties.provisions.accession import Accession
from treaties.provisions.consent_rule import ConsentRule
from treaties.provisions.joint_committee import JointCommittee
from treaties.provisions.majority_ratchet import MajorityRatchet
from treaties.provisions.ratification import Ratification
from treaties.provisions.reversed_veto import ReversedVeto
from treaties.provisions.staged_derisking import StagedDerisking
from treaties.provisions.sunset import Sunset
from treaties.provisions.veto import Veto

Remark = tuple[Literal["error", "warning", "note"], Provision, str, str, str]
"""Severity, clause, field of the clause ("" for the whole of it), problem, remedy."""

MOST_VOTERS = 12
"""Up to so many voters every division is tried to find members that never decide."""


def decision_remarks(treaty: Treaty) -> Iterator[Remark]:
    """Everything that the text alone shows to be wrong or odd about who decides and who takes part."""
    yield from _clashes(treaty)
    yield from _gates(treaty)
    for clause in treaty.provisions:
        if isinstance(clause, JointCommittee):
            yield from _committee(treaty, clause)
        elif isinstance(clause, MajorityRatchet):
            yield from _ratchet(treaty, clause)
        elif isinstance(clause, ConsentRule):
            if clause.scales == "risk" and treaty.matter(clause.matter).table is not None:
                problem = f"{clause.matter} is given by a table, which has no temptation to scale"
                yield "error", clause, "scales", problem, 'set scales = "stakes"'
            if clause.plan == "keep" and clause.listed == 0:
                yield "warning", clause, "listed", "the list is empty and the plan keeps it so", "list something"
        elif isinstance(clause, Ratification):
            yield from _ratifiers(treaty, clause)
        elif isinstance(clause, Veto) and clause.override_votes is not None and clause.override_by is None:
            yield "note", clause, "override_votes", "has no meaning without override_by", "leave it out"
    yield from _dates(treaty)


def _clashes(treaty: Treaty) -> Iterator[Remark]:
    """Two clauses that claim the same thing."""
    for a, b in itertools.combinations(treaty.provisions, 2):
        what = None
        if isinstance(a, JointCommittee) and isinstance(b, JointCommittee):
            if a.decides == b.decides == "stages":
                what = "two committees open the stages"
            elif a.decides == b.decides == "release" and a.matter == b.matter:
                what = f"two committees release {a.matter}"
        elif isinstance(a, MajorityRatchet) and isinstance(b, MajorityRatchet) and a.committee == b.committee:
            what = f"two clauses change how the committee of article {a.committee} decides"
        elif isinstance(a, ReversedVeto) and isinstance(b, ReversedVeto) and a.article == b.article:
            what = "two reversed vetoes have the same article number"
        elif isinstance(a, ConsentRule) and isinstance(b, ConsentRule) and a.matter == b.matter:
            what = f"two lists belong to {a.matter}"
        elif isinstance(a, Accession) and isinstance(b, Accession) and a.party == b.party:
            what = f"two clauses let {a.party} join"
        elif isinstance(a, Ratification) and isinstance(b, Ratification):
            what = "two clauses say how the treaty is ratified"
        if what:
            yield "error", b, "", what, f"keep one of articles {a.article} and {b.article}"


def _gates(treaty: Treaty) -> Iterator[Remark]:
    """Stages that wait for a committee, and committees for which no stages wait."""
    waiting = [c for c in treaty.provisions if isinstance(c, StagedDerisking) and c.gate == "committee"]
    opening = [c for c in treaty.provisions if isinstance(c, JointCommittee) and c.decides == "stages"]
    if waiting and not opening:
        remedy = 'add a joint_committee with decides = "stages"'
        yield "error", waiting[0], "gate", "no committee opens the stages", remedy
    if opening and not waiting:
        remedy = 'set gate = "committee" in a staged_derisking clause'
        yield "error", opening[0], "decides", "no stages wait for the committee", remedy


def _committee(treaty: Treaty, clause: JointCommittee) -> Iterator[Remark]:
    rule = clause.voting_rule
    ratchets = [c for c in treaty.provisions if isinstance(c, MajorityRatchet) and c.committee == clause.article]
    if clause.chair is not None and clause.rule != "majority" and not ratchets:
        problem = f"there are no ties to decide under the rule '{clause.rule}'"
        yield "note", clause, "chair", problem, "leave it out, unless bargaining is to know who proposes"
    if clause.quota is not None and clause.rule != "quota":
        yield "note", clause, "quota", f"has no meaning under the rule '{clause.rule}'", "leave it out"
    for k, member in enumerate(clause.members):
        if member.veto and clause.rule == "unanimity":
            problem = f"under unanimity {member.party} holds a veto anyway"
            yield "note", clause, f"members.{k}.veto", problem, "leave it out"
        elif len(rule.voters) <= MOST_VOTERS and not _ever_decides(rule, member.party):
            problem = f"the vote of {member.party} never decides anything"
            yield "warning", clause, f"members.{k}", problem, "change the weights or the quota, or leave the member out"


def _ever_decides(rule: VotingRule, voter: str) -> bool:
    """Whether some division of the others leaves the motion to one voter."""
    others = [name for name in rule.voters if name != voter]
    for cast in itertools.product((True, False), repeat=len(others)):
        votes: dict[str, Literal["yes", "no", "abstain"]] = {
            name: "yes" if yes else "no" for name, yes in zip(others, cast, strict=True)
        }
        if rule.decide({**votes, voter: "yes"}) and not rule.decide({**votes, voter: "no"}):
            return True
    return False


def _ratchet(treaty: Treaty, clause: MajorityRatchet) -> Iterator[Remark]:
    committees = [c for c in treaty.provisions if isinstance(c, JointCommittee)]
    named = [c for c in committees if c.article == clause.committee]
    if not named:
        known = ", ".join(c.article for c in committees) or "none"
        problem = f"no joint committee has the article {clause.committee!r}"
        yield "error", clause, "committee", problem, f"articles of committees: {known}"
    for committee in named:
        if committee.rule != "unanimity":
            problem = f"the committee of article {committee.article} needs no unanimity anyway"
            yield "error", clause, "committee", problem, 'set rule = "unanimity" there, or leave this clause out'
        elif len(committee.members) == 2 and committee.chair is None and committee.neutral is None:
            problem = "two members without a chair: a majority of them is unanimity"
            yield "warning", clause, "committee", problem, "name a chair, or give the members unequal weights"


def _ratifiers(treaty: Treaty, clause: Ratification) -> Iterator[Remark]:
    """Ratifiers to whom not even full compliance with everything is worth as much as no treaty."""
    for k, ratifier in enumerate(clause.ratifiers):
        if any(matter.table is not None for matter in treaty.matters):
            return
        national = sum(matter.payoff("reward", ratifier.party) for matter in treaty.matters)
        if ratifier.surplus(national) < 0:
            problem = f"{ratifier.name} loses by every year in which everybody complies: it would not approve"
            yield "warning", clause, f"ratifiers.{k}", problem, "check gain, cost, share and reservation"


def _dates(treaty: Treaty) -> Iterator[Remark]:
    """Votes and steps after the end of the first term."""
    years = min((c.term_years for c in treaty.provisions if isinstance(c, Sunset)), default=None)
    if years is None:
        return
    for clause in treaty.provisions:
        if isinstance(clause, ReversedVeto):
            if clause.years is not None and clause.years[-1] > years:
                problem = f"a vote in year {clause.years[-1]} of a term of {years} years is never taken"
                yield "warning", clause, "years", problem, f"choose years from 1 to {years}"
            if clause.expires_year is not None and clause.expires_year > years:
                problem = f"the right lapses after year {clause.expires_year} of a first term of {years}"
                yield "warning", clause, "expires_year", problem, "leave it out, or choose a year"
        elif isinstance(clause, MajorityRatchet) and clause.from_year >= years:
            problem = f"begins {clause.from_year} years into a term of {years}: it is never reached"
            yield "warning", clause, "from_year", problem, f"choose a year before {years}"
        elif isinstance(clause, Accession):
            for k, step in enumerate(clause.steps):
                if step.year >= years:
                    problem = f"step {k + 1} begins {step.year} years into a term of {years}: it is never reached"
                    yield "warning", clause, f"steps.{k}.year", problem, f"choose a year before {years}"
