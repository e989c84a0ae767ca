"""The enforcement ladder: how much punishment a design leans on.

1 self-executing: complying is best although nobody does more than the text provides, then returns to compliance.
2 proportionate: breach is answered by k periods of suspension, then return; the least k that works.
3 reversion: breach ends cooperation for good.
4 any credible punishment: the worst equilibrium payoffs (Abreu 1988, optimal penal codes).

Rungs 1 to 3 are single rules of play, and their "no" speaks of that rule; rung 4 speaks of all equilibria.
Where nobody sees everything a breach is answered when what all see proves that there was one: nobody is punished for a
flag that may be a mistake, so that compliance goes on after it, as full compliance means (``games.play.public_rules``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, final

import numpy as np

from games.certificates.automata.check import WeakestLink as ExactLink
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation, ProfitableDeviation
from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.signals import PublicProfitableDeviation, PublicSelfGeneration
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.arrays import Ints
from games.play.markov_equilibria import markov_equilibria
from games.play.public_rules import PublicRule
from games.play.rules_of_play import Deviation, Plays, RuleOfPlay, always, reversion, suspension
from games.solvers.verdict import Sustainable, Unsustainable
from treaties.assessing.after_end import goes_on
from treaties.assessing.ties import settled, with_ties
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import weakest_link
from treaties.effects import MEMBER, RENEWAL, Term, membership_variable
from treaties.findings.amounts import span
from treaties.findings.records import CertificateNote, Judgement, Rung, WeakestLink

if TYPE_CHECKING:
    from games.certificates.typed.certificate import TypedCertificate

LONGEST_SUSPENSION = 10
PURE = SolutionConcept.PURE_SUBGAME_PERFECT.value
PUBLIC = SolutionConcept.PURE_PUBLIC.value
Rule = RuleOfPlay | PublicRule


@final
@dataclass(frozen=True, eq=False)
class Ladder:
    """The rules of play of rungs 1 to 3 for one compiled treaty, in floating point until certified."""

    compiled: CompiledTreaty
    _plays: Plays = field(default_factory=dict, repr=False)

    @cached_property
    def elsewhere(self) -> list[Ints]:
        """Ways to fill in play after notice, exit, a refused renewal or ending: Markov equilibria given compliance.

        Of compliance with rights used as they may be: first as their holders would use them, then never.
        """
        states = self.compiled.state_columns
        bound = states.in_force
        if RENEWAL in states.codes:
            bound = bound & ~states.is_value(RENEWAL, "refused")
        for party in self.compiled.context.survived:
            bound = bound & states.is_value(membership_variable(party), MEMBER)
        uses = self.compiled.uses
        fixed = [np.where(bound, use, -1) for use in uses]
        if self.compiled.open_rights:
            # Notice and refusals may then be compliance, and what is owed after them still is.
            fixed += uses
        return [rows for one in fixed for rows in markov_equilibria(self.compiled.game, fixed_rows=one)]

    @cached_property
    def reversions(self) -> list[Ints]:
        """Markov equilibria of the compiled game, sought from the harsh side first."""
        game = self.compiled.game
        harsh = ("harsh", *(f"against {k}" for k in range(game.n_players)))
        return markov_equilibria(game, starts=harsh) or markov_equilibria(game)

    @cached_property
    def suspended(self) -> Ints:
        """Int[states]: a static equilibrium of the matters, procedural moves compliant; -1 where there is none.

        Where there are several, the one of least joint payoff: the harshest.
        """
        game = self.compiled.game
        keep = self.compiled.conduct_default_rows
        rows = np.full(game.n_states, -1, dtype=np.int64)
        joint = game.payoffs.sum(axis=1)
        stable = keep.copy()
        for i in range(game.n_players):
            # Rows that the player can bring about from one another have the same first row.
            line = np.arange(game.n_rows) - game.own_action[:, i] * game.stride[game.row_state, i]
            best = np.full(game.n_rows, -np.inf)
            np.maximum.at(best, line[keep], game.payoffs[keep, i])
            stable &= game.payoffs[:, i] >= best[line]
        for row in np.flatnonzero(stable):
            state = game.row_state[row]
            if rows[state] < 0 or joint[row] < joint[rows[state]]:
                rows[state] = row
        return rows

    def self_executing(self) -> list[Rule]:
        """Rung 1, one rule per way to fill in play elsewhere."""
        return [self._followed(always(self.compiled.game, "comply", rows)) for rows in self.elsewhere]

    def proportionate(self, periods: int) -> list[Rule]:
        """Rung 2 with a given length of suspension."""
        suspend = self.suspended
        bound = self.compiled.state_columns.in_force
        rules = []
        for rows in self.elsewhere:
            answer = np.where(bound & (suspend >= 0), suspend, rows)
            rules.append(self._followed(suspension(self.compiled.game, rows, answer, periods, self._plays)))
        return rules

    def grim(self) -> list[Rule]:
        """Rung 3, one rule per Markov equilibrium to revert to, and per way to play what survives the end."""
        plans = [*self.compiled.uses, *([] if self.after_end is None else [self.after_end])]
        return [
            self._followed(reversion(self.compiled.game, np.where(plan >= 0, plan, rows), rows))
            for plan in plans
            for rows in self.reversions
        ]

    @cached_property
    def after_end(self) -> Ints | None:
        """Int[states]: compliance with play in what survives the end, where the parties then go on by themselves."""
        term = self.compiled.context.said(Term)
        return None if term is None or not term.survives else goes_on(self.compiled, self.reversions)

    def _followed(self, rule: RuleOfPlay) -> Rule:
        """A rule as what all see lets them follow it."""
        return rule if self.compiled.game.monitoring is None else PublicRule(rule)

    @property
    def concept(self) -> str:
        """What a yes on rungs 1 to 3 says of the rule."""
        return PURE if self.compiled.game.monitoring is None else PUBLIC

    def rung(self, number: int) -> Rung:
        """One of the rungs 1 to 3, with its certificate checked."""
        if number == 1:
            rules, lengths = self.self_executing(), [None]
        elif number == 2:
            if np.any(self.suspended[self.compiled.state_columns.in_force] < 0):
                state = int(np.flatnonzero(self.compiled.state_columns.in_force & (self.suspended < 0))[0])
                where = self.compiled.game.states[state]
                return self._undecided(2, f"the matters have no static equilibrium in pure actions in state {where}")
            return self._least_suspension()
        else:
            rules, lengths = self.grim(), [None]
        if not rules:
            return self._undecided(number, "no Markov equilibrium in pure actions was found to go on with")
        return self._judge(number, rules, lengths[0])

    def reverting(self) -> Rung | None:
        """Rung 3 if it holds; None if it does not or cannot be told, without the proof of that."""
        rules = [rule for rule in self.grim() if _everywhere(rule) >= -self._tolerance]
        found = self._judge(3, rules, None) if rules else None
        return found if found is not None and found.verdict == "sustainable" else None

    def _least_suspension(self) -> Rung:
        best: tuple[float, int, list[Rule]] | None = None
        for periods in range(1, LONGEST_SUSPENSION + 1):
            rules = self.proportionate(periods)
            if not rules:
                return self._undecided(2, "no Markov equilibrium in pure actions was found for play after an ending")
            slack = max(_on_path(rule) for rule in rules)
            if slack >= -self._tolerance:
                slack = max(_everywhere(rule) for rule in rules)
            if best is None or slack > best[0]:
                best = (slack, periods, rules)
            if slack >= -self._tolerance:
                found = self._judge(2, rules, periods)
                if found.verdict == "sustainable":
                    return found
        assert best is not None
        return self._judge(2, best[2], best[1])

    @cached_property
    def _tolerance(self) -> float:
        return 1e-11 * float(np.ptp(self.compiled.game.payoffs) or 1.0)

    def _judge(self, number: int, rules: list[Rule], periods: int | None) -> Rung:
        """The best of some rules of play, proved either way or undecided."""
        game = self.compiled.game
        rule = max(rules, key=_everywhere)
        anywhere, on_path = rule.least_anywhere, rule.least_on_path
        if self.compiled.open_rights and isinstance(rule, RuleOfPlay) and on_path is not None and on_path.slack >= 0:
            # What compliance leaves to a party, a right or a choice of its own, is no departure from it.
            on_path = rule.least_departure(self.compiled.plan)
        failing = anywhere is not None and anywhere.slack < -self._tolerance
        certificate = _evidence(rule, self.compiled.plan, anywhere if failing else None)
        answer = "unsustainable" if failing else "sustainable"
        note = certificate_note(certificate, certificate.check(game))
        if not note.checked:
            return self._undecided(number, f"the exact check did not go through: {note.claim}")
        if not failing and on_path is not None and on_path.slack < 0:
            # Proved in exact arithmetic: what floating point lacks is rounding.
            on_path = replace(on_path, slack=0.0)
        if on_path is not None:
            on_path = replace(on_path, slack=settled(self.compiled, on_path.slack))
        found = Judgement(
            verdict="sustainable" if answer == "sustainable" else "unsustainable",
            concept=self.concept,
            margin=None if on_path is None else on_path.slack,
            detail=_detail(number, answer == "sustainable", periods, anywhere, self.compiled.treaty.period),
            weakest_link=self._link(rule, on_path),
            certificate=note,
            discount=factors_of(self.compiled),
        )
        return Rung(
            number=number,
            found=found,
            margin_everywhere=None if anywhere is None else anywhere.slack,
            periods=periods if answer == "sustainable" else None,
        )

    def _undecided(self, number: int, why: str) -> Rung:
        return Rung(number, Judgement("undecided", self.concept, None, detail=why, discount=factors_of(self.compiled)))

    def _link(self, rule: Rule, deviation: Deviation | None) -> WeakestLink | None:
        if deviation is None:
            return None
        link = weakest_link(
            self.compiled, deviation.state, deviation.player, deviation.played, deviation.row, deviation.slack
        )
        if not isinstance(rule, RuleOfPlay):
            return link
        slack = rule.slack(0).value
        return with_ties(self.compiled, link, slack, rule.on_path, deviation.state, deviation.player)


def _evidence(rule: Rule, plan: Plan, failing: Deviation | None) -> Certificate:
    """That a rule is an equilibrium whose path keeps to the plan, or that the deviation pays."""
    if isinstance(rule, PublicRule):
        game, seen = rule.rule.game, rule.automaton()
        if failing is None:
            return PublicSelfGeneration.of(game, seen, plan)
        return PublicProfitableDeviation.of(game, seen, rule.number(failing), failing.player, failing.row)
    automaton = rule.automaton()
    if failing is None:
        return NoProfitableDeviation.of(rule.game, automaton, plan)
    link = ExactLink(failing.mode, failing.state, failing.player, failing.row, failing.slack)
    return ProfitableDeviation.of(rule.game, automaton, link)


def verdict_note(verdict: Sustainable | Unsustainable, game: StochasticGame) -> CertificateNote:
    """The certificate of a verdict, with what came of its check; checked here if that was not kept."""
    report = verdict.report or verdict.certificate.check(game)
    return certificate_note(verdict.certificate, report)


def certificate_note(certificate: Certificate, report: CheckReport) -> CertificateNote:
    """A certificate and what came of its exact check."""
    return _noted(certificate.kind, certificate.game_digest, report, proof=certificate)


def typed_note(certificate: TypedCertificate, report: CheckReport) -> CertificateNote:
    """The same of a certificate on a game with types."""
    return _noted(certificate.kind, certificate.typed_digest, report, typed=certificate)


def _noted(
    kind: str, digest: str, report: CheckReport, proof: Certificate | None = None, typed: TypedCertificate | None = None
) -> CertificateNote:
    claim = report.claim if report.accepted else f"{report.place}: {report.problem}"
    return CertificateNote(
        kind=kind,
        checked=report.accepted,
        claim=claim,
        numbers=dict(report.numbers),
        game_digest=digest,
        proof=proof,
        typed=typed,
    )


def _everywhere(rule: Rule) -> float:
    least = rule.least_anywhere
    return np.inf if least is None else least.slack


def _on_path(rule: Rule) -> float:
    least = rule.least_on_path
    return np.inf if least is None else least.slack


def implied_by_refutation(number: int, refuted: Judgement) -> Rung:
    """A rung 1 to 3 that cannot hold because rung 4 was refuted: what those rules support is an equilibrium."""
    detail = "follows from rung 4: no equilibrium at all keeps full compliance"
    return Rung(number, Judgement("unsustainable", refuted.concept, None, detail=detail, discount=refuted.discount))


def factors_of(compiled: CompiledTreaty) -> tuple[float, ...]:
    """The discount factors of the compiled game, one per party."""
    return tuple(float(d) for d in compiled.game.discount)


def _detail(number: int, holds: bool, periods: int | None, anywhere: Deviation | None, period: str) -> str:
    if number == 2 and holds:
        return f"{span(periods or 0, period)} of suspension {'is' if periods == 1 else 'are'} enough"
    if number == 2:
        nearest = f"one of {span(periods or 0, period)} comes nearest"
        return f"no suspension of up to {span(LONGEST_SUSPENSION, period)} works; {nearest}"
    if holds:
        return "no deviation pays in any situation"
    assert anywhere is not None
    if anywhere.mode == 0:
        return "a deviation from compliance pays"
    return "complying may pay, but carrying out the answer to a breach does not"
