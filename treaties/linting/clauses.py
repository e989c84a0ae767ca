"""Lint: what is legal in a treaty but contradicts itself, never takes effect, or rarely is what its authors meant.

A treaty that can be read has no dangling references; here it is asked whether its clauses fit together. Nothing is
solved: every finding follows from the text alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, final

from treaties.linting.decisions import decision_remarks
from treaties.linting.signals import monitoring_remarks
from treaties.model.errors import TreatyFileError
from treaties.model.matter import Matter
from treaties.model.provision import Provision
from treaties.model.treaty import Party, Treaty
from treaties.provisions.co_investment import CoInvestment
from treaties.provisions.continuity import Continuity
from treaties.provisions.offset import Offset
from treaties.provisions.remedy import Remedy
from treaties.provisions.review import UNUSED_REVIEW, Review
from treaties.provisions.staged_derisking import StagedDerisking
from treaties.provisions.sunset import Sunset
from treaties.provisions.turnover import Turnover
from treaties.provisions.veto import Veto
from treaties.provisions.withdrawal import Withdrawal
from treaties.reading.expressions import Expression, ExpressionError, parse_expression
from treaties.reading.paths import PathError
from treaties.reading.variants import apply_variant, lookup_in, with_terms

Severity = Literal["error", "warning", "note"]
_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


@final
@dataclass(frozen=True)
class Finding:
    """One finding. ``place`` is a path as in variants; ``article`` is "-" outside provisions.

    ``error``: no sensible game can be made of it; ``warning``: probably not meant; ``note``: worth knowing.
    """

    severity: Severity
    place: str
    article: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        article = "" if self.article == "-" else f" (article {self.article})"
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.severity}: {self.place}{article}: {self.problem}{remedy}"


def lint(treaty: Treaty) -> list[Finding]:
    """Everything that the text alone shows to be wrong or odd, the gravest first, then in the order of the file."""
    found = [finding for check in CHECKS for finding in check(treaty)]
    return sorted(found, key=lambda finding: _ORDER[finding.severity])


def _at(treaty: Treaty, provision: Provision, field: str = "") -> tuple[str, str]:
    path = treaty.path_of(provision)
    return (f"{path}.{field}" if field else path), provision.article


def _terms(treaty: Treaty) -> int | None:
    """Length of the shortest term; None if no clause sets one."""
    return min((p.term_years for p in treaty.provisions if isinstance(p, Sunset)), default=None)


def clashes(treaty: Treaty) -> Iterator[Finding]:
    """Two clauses that claim the same thing."""
    for a, b in itertools.combinations(treaty.provisions, 2):
        what = None
        if isinstance(a, Sunset) and isinstance(b, Sunset):
            what = "two sunset clauses give the treaty two terms"
        elif isinstance(a, StagedDerisking) and isinstance(b, StagedDerisking):
            if None in (a.matter, b.matter) or a.matter == b.matter:
                what = "two schedules stage the same matter"
        elif isinstance(a, Turnover) and isinstance(b, Turnover) and a.party == b.party:
            what = f"two clauses change the government of {a.party}"
        elif isinstance(a, Veto) and isinstance(b, Veto) and a.matter == b.matter and set(a.holder) & set(b.holder):
            what = f"two vetoes on {a.matter} have the same holder"
        elif isinstance(a, Withdrawal) and isinstance(b, Withdrawal) and _overlap(a.holder, b.holder):
            what = "two withdrawal clauses bind the same party"
        elif isinstance(a, Offset) and isinstance(b, Offset) and a.cap and b.cap and set(a.pairs) & set(b.pairs):
            what = "two clauses limit the same payments"
        elif isinstance(a, Review) and isinstance(b, Review) and _disagree(a, b):
            what = "two reviews name different bargaining weights"
        elif type(a) is type(b) and isinstance(a, (CoInvestment, Review)) and a.article == b.article:
            what = f"two clauses of the kind {a.type} have the same article number"
        if what:
            yield Finding("error", *_at(treaty, b), what, f"keep one of articles {a.article} and {b.article}")


def _overlap(a: tuple[str, ...] | None, b: tuple[str, ...] | None) -> bool:
    return a is None or b is None or bool(set(a) & set(b))


def _disagree(a: Review, b: Review) -> bool:
    """Whether two reviews name different bargaining weights; a common factor makes no difference."""
    if a.weights is None or b.weights is None:
        return False
    totals = [sum(weight.value for weight in weights.values()) for weights in (a.weights, b.weights)]
    return any(abs(a.weights[p].value / totals[0] - b.weights[p].value / totals[1]) > 1e-12 for p in a.weights)


def red_lines(treaty: Treaty) -> Iterator[Finding]:
    """Red lines that the text itself, or one of its variants, crosses."""
    versions = [(None, treaty), *((variant.name, apply_variant(treaty, variant)) for variant in treaty.variants)]
    for party in treaty.parties:
        for text in party.red_lines:
            condition = parse_expression(text)
            crossed = [name for name, version in versions if not _holds(condition, version)]
            place = f"party.{party.id}.red_lines"
            if None in crossed:
                problem = f"the treaty itself crosses the red line of {party.name}: {text}"
                yield Finding("error", place, "-", problem, "change the clause or the red line")
            elif crossed:
                names = ", ".join(repr(name) for name in crossed)
                yield Finding("note", place, "-", f"the red line of {party.name}, {text}, is crossed by {names}")


def _holds(condition: Expression, treaty: Treaty) -> bool:
    try:
        return condition.holds(lookup_in(treaty))
    except (ExpressionError, PathError):  # a variant gave a term a kind of value that the condition cannot compare
        return False


def sunset(treaty: Treaty) -> Iterator[Finding]:
    """Stages, rights and periods that the end of the term cuts off; renewals that are none."""
    years = _terms(treaty)
    for clause in treaty.provisions:
        if isinstance(clause, Sunset):
            yield from _renewal(treaty, clause)
        elif years is None:
            if isinstance(clause, Veto) and clause.limit:
                problem = f"the treaty has no term, so {clause.limit} uses must last for ever"
                remedy = "add a sunset clause with renewal"
                yield Finding("note", *_at(treaty, clause, "uses_per_term"), problem, remedy)
        elif isinstance(clause, StagedDerisking):
            for k, stage in enumerate(clause.stages):
                if stage.year >= years:
                    problem = f"stage {k + 1} begins {stage.year} years into a term of {years}: it is never reached"
                    remedy = f"begin it before year {years}, or lengthen the term"
                    yield Finding("warning", *_at(treaty, clause, f"stages.{k}.year"), problem, remedy)
        elif isinstance(clause, Veto):
            if clause.limit is not None and clause.limit > years:
                problem = f"{clause.limit} uses in a term of {years} years are no limit"
                remedy = 'write "unlimited" or lower it'
                yield Finding("warning", *_at(treaty, clause, "uses_per_term"), problem, remedy)
            if clause.expires_year is not None and clause.expires_year > years:
                problem = f"the right lapses after year {clause.expires_year} of a first term of {years}"
                remedy = "leave it out, or choose a year"
                yield Finding("warning", *_at(treaty, clause, "expires_year"), problem, remedy)
        elif isinstance(clause, Withdrawal) and clause.notice_years >= years:
            problem = f"notice of {clause.notice_years} years is as long as the term of {years} or longer"
            yield Finding("warning", *_at(treaty, clause, "notice_years"), problem, "shorten it")


def _renewal(treaty: Treaty, clause: Sunset) -> Iterator[Finding]:
    renewal = clause.renewal
    if renewal.decide_by_year is not None and not renewal.votes:
        problem = f"has no meaning under the rule '{renewal.rule}', which takes no vote"
        yield Finding("note", *_at(treaty, clause, "renewal.decide_by_year"), problem, "leave it out")
    if renewal.probability is not None and renewal.rule == "chance" and renewal.probability.value in (0.0, 1.0):
        rule = "none" if renewal.probability.value == 0.0 else "automatic"
        problem = f"a chance of {renewal.probability.value:g} is no chance"
        yield Finding("note", *_at(treaty, clause, "renewal.probability"), problem, f'set rule = "{rule}"')


def dilemmas(treaty: Treaty) -> Iterator[Finding]:
    """Matters in which there is nothing to enforce, or nothing to gain."""
    for matter in treaty.matters:
        for party in treaty.parties if matter.table is None else ():
            name, place = party.name, f"matter.{matter.id}"
            reward, temptation = matter.payoff("reward", party.id), matter.payoff("temptation", party.id)
            sucker, punishment = matter.payoff("sucker", party.id), matter.payoff("punishment", party.id)
            if temptation <= reward:
                problem = f"{name} wins nothing by a breach ({temptation:g} against {reward:g}): nothing to enforce"
                yield Finding("warning", f"{place}.temptation.{party.id}", "-", problem, "check the two payoffs")
            if reward <= punishment:
                problem = f"{name} gains nothing from cooperation ({reward:g} against {punishment:g} without any)"
                yield Finding("warning", f"{place}.reward.{party.id}", "-", problem, "check the two payoffs")
            if sucker > punishment:
                problem = f"{name} does better complying alone ({sucker:g}) than when nobody does ({punishment:g})"
                yield Finding(
                    "note", f"{place}.sucker.{party.id}", "-", problem, "no prisoners' dilemma; check if meant"
                )
            elif temptation + sucker > 2 * reward and len(treaty.parties) == 2:
                problem = (
                    f"{name} would gain by taking turns in breach ({temptation:g} and {sucker:g}, twice {reward:g})"
                )
                yield Finding("note", f"{place}.temptation.{party.id}", "-", problem, "no prisoners' dilemma")


def participation(treaty: Treaty) -> Iterator[Finding]:
    """Parties that do better outside, or that no future can bind."""
    for party in treaty.parties:
        rewards = sum(_reward(treaty, matter, party) for matter in treaty.matters)
        if party.outside_option.value >= rewards:
            problem = (
                f"{party.name} earns {party.outside_option.value:g} outside and {rewards:g} when everybody complies: "
                "it has no reason to take part"
            )
            yield Finding("warning", f"party.{party.id}.outside_option", "-", problem, "check both numbers")
        if party.discount.value == 0.0:
            problem = f"{party.name} gives the future no weight: no later loss can hold it to the treaty"
            yield Finding("note", f"party.{party.id}.discount", "-", problem)


def _reward(treaty: Treaty, matter: Matter, party: Party) -> float:
    if matter.table is None:
        return matter.payoff("reward", party.id)
    cell = matter.table_of(party.id)
    for _ in treaty.parties:
        cell = cell[matter.conduct.index(matter.expected_option)]
    return float(cell)


def remedies(treaty: Treaty) -> Iterator[Finding]:
    """Damages so high that a breach does not pay even once."""
    for clause in treaty.provisions:
        if not isinstance(clause, Remedy):
            continue
        for matter in treaty.matters:
            if clause.matter not in (None, matter.id) or matter.table is not None:
                continue
            beaten = []
            for party in treaty.parties:
                damages = clause.amount.value * clause.upheld.value * party.discount.value**clause.delay_years
                if damages >= matter.payoff("temptation", party.id) - matter.payoff("reward", party.id):
                    beaten.append(party.name)
            if len(beaten) == len(treaty.parties):
                problem = f"expected damages exceed what a breach of {matter.id} wins in a quiet year, for every party"
                remedy = "the other clauses then matter only in bad years; check the amount"
                yield Finding("note", *_at(treaty, clause, "amount"), problem, remedy)


def chances(treaty: Treaty) -> Iterator[Finding]:
    """Events and governments that never come, never go, or change nothing."""
    grounds = {clause.grounds for clause in treaty.provisions if isinstance(clause, Veto)}
    for event in treaty.events:
        place = f"event.{event.id}"
        if event.enter.value == 0.0 and not event.starts:
            yield Finding("warning", f"{place}.enter", "-", "the event never happens", "give it a chance to begin")
        elif event.stay.value == 1.0:
            yield Finding(
                "warning", f"{place}.stay", "-", "once begun, the event never ends", "lower the chance to stay"
            )
        if event.id not in grounds and all(cost.value == 0.0 for cost in event.cost_of_complying.values()):
            problem = "the event costs nobody anything and is grounds for nothing: it changes nothing"
            yield Finding("warning", place, "-", problem, "give it a cost, or leave it out")
    for clause in treaty.provisions:
        if isinstance(clause, Turnover):
            yield from _governments(treaty, clause)


def _governments(treaty: Treaty, clause: Turnover) -> Iterator[Finding]:
    never_sceptic = clause.to_sceptic.value == 0.0 and clause.starts == "friendly"
    never_friendly = clause.to_friendly.value == 0.0 and clause.starts == "sceptic"
    if never_sceptic or never_friendly:
        problem = f"the government of {clause.party} never changes"
        yield Finding("warning", *_at(treaty, clause), problem, "give the change a chance, or leave the clause out")
    elif 0.0 in (clause.to_sceptic.value, clause.to_friendly.value):
        kind = "friendly" if clause.to_sceptic.value == 0.0 else "sceptical"
        field = "to_sceptic" if clause.to_sceptic.value == 0.0 else "to_friendly"
        problem = f"once {kind}, the government of {clause.party} stays so for ever"
        yield Finding("warning", *_at(treaty, clause, field), problem, "give the other change a chance")
    if clause.sceptic_cost_of_complying.value == 0.0 and clause.sceptic_reward_change.value == 0.0:
        problem = "a sceptical government earns what a friendly one does: the clause changes nothing"
        yield Finding(
            "warning", *_at(treaty, clause), problem, "set sceptic_cost_of_complying or sceptic_reward_change"
        )


def leaving(treaty: Treaty) -> Iterator[Finding]:
    """Clauses about leaving that meet nobody who leaves."""
    governments = {clause.party for clause in treaty.provisions if isinstance(clause, Turnover)}
    withdrawals = treaty.provisions_of("withdrawal")
    for clause in treaty.provisions:
        if isinstance(clause, Withdrawal) and not treaty.exit:
            problem = "exit = false stands beside a withdrawal clause, which then is the only way out"
            yield Finding("note", *_at(treaty, clause), problem, "remove one of the two if that is not meant")
        if not isinstance(clause, Continuity):
            continue
        bound = {clause.party} if clause.party is not None else governments
        if not bound & governments and (clause.applies_to == "sceptic" or clause.party is None):
            who = clause.party or "any party"
            problem = f"no turnover clause changes the government of {who}: the clause binds nobody"
            yield Finding("warning", *_at(treaty, clause), problem, "add a turnover clause, or name a party")
        if not withdrawals and not treaty.exit:
            problem = "nobody can leave, so there is no exit to charge or delay"
            yield Finding("warning", *_at(treaty, clause), problem, "add a withdrawal clause, or set exit = true")
        if clause.exit_cost.value == 0.0 and clause.cooling_off_years == 0:
            yield Finding("warning", *_at(treaty, clause), "neither charges nor delays anything", "set one of the two")


def rights(treaty: Treaty) -> Iterator[Finding]:
    """Vetoes and stages that cannot do what they seem to."""
    for clause in treaty.provisions:
        if isinstance(clause, Veto):
            if clause.limit == 0:
                yield Finding("note", *_at(treaty, clause, "uses_per_term"), "a right with no uses can never be used")
            if clause.plan == "always" and clause.grounds is None and clause.limit is None:
                problem = f"the plan blocks {clause.matter} in every year"
                yield Finding(
                    "warning", *_at(treaty, clause, "plan"), problem, "name grounds, limit it or change the plan"
                )
        if isinstance(clause, StagedDerisking):
            for matter in treaty.matters:
                if clause.scales == "risk" and matter.table is not None and clause.matter in (None, matter.id):
                    problem = f"{matter.id} is given by a table, which has no temptation to scale"
                    yield Finding("error", *_at(treaty, clause, "scales"), problem, 'set scales = "stakes"')
            if len(clause.stages) == 1:
                problem = f"one stage of exposure {clause.stages[0].exposure.value:g} is no schedule"
                yield Finding("note", *_at(treaty, clause, "stages"), problem, "add stages")


def payments(treaty: Treaty) -> Iterator[Finding]:
    """Side payments, reviews, investments: limits without effect, dates never reached, what solvers cannot use."""
    years = _terms(treaty)
    renewed = any(isinstance(c, Sunset) and c.renewal.rule != "none" for c in treaty.provisions)
    unlimited = any(isinstance(c, Offset) and c.cap is None for c in treaty.provisions)
    for clause in treaty.provisions:
        for caveat in clause.caveats([party.id for party in treaty.parties]):
            yield Finding("note", *_at(treaty, clause), caveat)
        if isinstance(clause, Offset) and clause.cap is not None and unlimited:
            problem = "another clause lets the parties pay without a limit, so this one limits nothing"
            yield Finding("warning", *_at(treaty, clause, "cap"), problem, "keep one of the two")
        elif isinstance(clause, Review):
            if not unlimited:
                yield Finding("note", *_at(treaty, clause), UNUSED_REVIEW, "add an offset clause without a cap")
            last = max(clause.years or (clause.every_years or 0,))
            if years is not None and last > years:
                problem = f"a review in year {last} of a term of {years} years is never held"
                yield Finding("warning", *_at(treaty, clause), problem, f"choose years from 1 to {years}")
        elif isinstance(clause, CoInvestment):
            if years is not None and clause.over_years > years and not renewed:
                problem = (
                    f"{clause.over_years} instalments in a term of {years} years: the investment is never finished"
                )
                yield Finding(
                    "warning", *_at(treaty, clause, "over_years"), problem, "pay in faster, or lengthen the term"
                )
            if not clause.returns.value and not clause.forfeitable:
                problem = "yields nothing and cannot be lost, so that it only costs"
                yield Finding("note", *_at(treaty, clause), problem, "give it returns, or let it be forfeited")


def elsewhere(treaty: Treaty) -> Iterator[Finding]:
    """Who decides (see ``treaties.linting.decisions``) and who sees what (see ``treaties.linting.signals``)."""
    for severity, clause, field, problem, remedy in (*decision_remarks(treaty), *monitoring_remarks(treaty)):
        place = (clause, "-") if isinstance(clause, str) else _at(treaty, clause, field)
        yield Finding(severity, *place, problem, remedy)


def idle_end(treaty: Treaty) -> Iterator[Finding]:
    """Treaties whose end would change neither payoffs, moves nor information."""
    survivors = {name for clause in treaty.provisions if isinstance(clause, Sunset) for name in clause.survives}
    supports = [
        c for c in treaty.provisions if not c.environment and not isinstance(c, (Sunset, Withdrawal, Continuity))
    ]
    if survivors >= {matter.id for matter in treaty.matters} and not supports:
        problem = "every matter goes on after the end and no clause supports it: the treaty only helps to coordinate"
        clause = treaty.provisions_of("sunset")[0]
        yield Finding("note", *_at(treaty, clause, "survives"), problem, "let something depend on the treaty")


def designs(treaty: Treaty) -> Iterator[Finding]:
    """Values of a design search that give no treaty."""
    for provision in treaty.provisions:
        for term, span in (provision.design or {}).items():
            path = f"{treaty.path_of(provision)}.{term}"
            impossible = [value for value in span.values[:200] if not _possible(treaty, path, value)]
            if impossible:
                severity: Severity = "warning" if len(impossible) == len(span.values) else "note"
                problem = f"these values give no treaty: {', '.join(map(str, impossible[:8]))}"
                yield Finding(severity, path, provision.article, problem, "leave them out")


def _possible(treaty: Treaty, path: str, value: object) -> bool:
    try:
        with_terms(treaty, {path: value})
    except TreatyFileError:
        return False
    return True


Check = Callable[[Treaty], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    clashes, red_lines, rights, sunset, dilemmas, participation, remedies, chances, leaving, payments,
    idle_end, designs, elsewhere,
)  # fmt: skip
