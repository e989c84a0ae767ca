"""Lint of what is seen: examinations that tell nothing, matters of which nobody learns anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from treaties.model.provision import Provision
from treaties.model.treaty import Treaty
from treaties.provisions.audit import Audit
from treaties.provisions.compliance_unit import ComplianceUnit
from treaties.provisions.crisis_channel import CrisisChannel
from treaties.provisions.data_exchange import DataExchange
from treaties.provisions.end_use_monitoring import EndUseMonitoring
from treaties.provisions.remedy import Remedy
from treaties.provisions.staged_derisking import StagedDerisking
from treaties.provisions.transparency import Transparency

Remark = tuple[Literal["error", "warning", "note"], Provision | str, str, str, str]
"""Severity, clause (or path of a matter), field of the clause ("" for the whole of it), problem, remedy."""

Examination = Audit | Transparency | EndUseMonitoring | DataExchange
EXAMINATIONS = (Audit, Transparency, EndUseMonitoring, DataExchange)


def monitoring_remarks(treaty: Treaty) -> Iterator[Remark]:
    """Everything that the text alone shows to be wrong or odd about who sees what."""
    matters = {matter.id: matter for matter in treaty.matters}
    examined = {clause.matter for clause in treaty.provisions if isinstance(clause, EXAMINATIONS)}
    flagged = examined | {matter.id for matter in treaty.matters if matter.flag is not None}
    for matter in treaty.matters:
        if matter.unseen and matter.id not in flagged:
            problem = "nobody ever learns anything of conduct in it: no later loss can follow a breach"
            yield "warning", f"matter.{matter.id}.observability", "", problem, "add an audit or a report, say"
    for clause in treaty.provisions:
        if isinstance(clause, EXAMINATIONS):
            if not matters[clause.matter].unseen:
                problem = f"everyone sees conduct on {clause.matter} anyway: it tells nothing new"
                yield "warning", clause, "matter", problem, 'leave it out, or set observability = "private" there'
            field, problem = _tells_nothing(clause)
            if field:
                yield "warning", clause, field, problem, "let breach and compliance differ in what is seen"
        elif isinstance(clause, CrisisChannel):
            if clause.matter not in flagged:
                problem = f"nobody is ever flagged on {clause.matter}: there is nothing to clarify"
                yield "warning", clause, "matter", problem, "add an audit or a report, say"
            elif clause.clears.value == clause.excuses.value and clause.clears.value > 0:
                problem = "clears a breach as often as compliance: it only makes flags rarer"
                yield "note", clause, "excuses", problem, "lower it if that is not meant"
        elif isinstance(clause, ComplianceUnit):
            seen_to = [clause.matter] if clause.matter is not None else list(matters)
            if not any(matters[name].mishap for name in seen_to):
                problem = "no matter that it sees to has accidents: it changes nothing"
                yield "warning", clause, "matter", problem, "give the matter a chance of accident"
        elif isinstance(clause, Remedy):
            hidden = [name for name in matters if matters[name].unseen and clause.matter in (None, name)]
            if hidden:
                problem = (
                    f"damages follow a breach on {hidden[0]} although nobody sees it: the tribunal is taken to find "
                    "out by itself, as often as `upheld` says, and what it awards tells the parties nothing"
                )
                yield "note", clause, "upheld", problem, "lower upheld to the chance that a breach is found out"
        elif isinstance(clause, StagedDerisking):
            hidden = [name for name in matters if matters[name].unseen and clause.matter in (None, name)]
            if hidden and (clause.gate == "compliance" or clause.on_breach != "hold"):
                problem = f"nobody sees conduct on {hidden[0]}: a flag that is not cleared counts as the breach"
                yield "note", clause, "gate", problem, ""


def _tells_nothing(clause: Examination) -> tuple[str, str]:
    """The field that makes an examination tell nothing, and why; empty if it tells something."""
    if isinstance(clause, (Audit, EndUseMonitoring)):
        if clause.coverage.value == 0.0:
            return "coverage", "never takes place"
        if clause.detection.value == clause.false_alarm.value:
            return "detection", "flags compliance as often as a breach: it costs and tells nothing"
    if isinstance(clause, Transparency) and clause.precision.value == 0.5:
        return "precision", "what is published is right as often as it is wrong: it tells nothing"
    if isinstance(clause, DataExchange) and clause.verifiable_share.value == 0.0:
        return "verifiable_share", "nothing can be verified: it tells nothing"
    return "", ""
