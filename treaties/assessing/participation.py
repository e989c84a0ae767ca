"""Who would sign: the treaty among every group that brings it into force, and the participation game between them.

The treaty among a group is the text read as if nobody else had signed (``treaties.reading.among``), judged as the
treaty of all is.  If it would be kept, its members get what compliance is worth; if not, all get what they have without
a treaty.  Who stays out has its outside option, and from public goods what a party in breach gains from what the
members do.  Where it is not decided whether it would be kept, both are possible, and nothing is concluded from either.

Source: Barrett (1994), Self-enforcing international environmental agreements; Carraro, Marchiori and Oreffice (2009).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import floor, log10
from typing import final

import numpy as np
from scipy.sparse import eye_array
from scipy.sparse.linalg import splu

from games.coalitions import Rule, Signatories, shapley_shubik, signing_equilibria
from games.coalitions.agreements import MOST_PARTIES
from games.numerics.progress import Progress
from treaties.assessing.answers import Answers, Version
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.payoffs import spillover
from treaties.effects import CompilationError, Scale
from treaties.findings.participation import Coalition, Participation, Threshold
from treaties.findings.records import Judgement, Transfers
from treaties.model.entry_into_force import EntryIntoForce
from treaties.model.treaty import Treaty
from treaties.reading.among import NoTreatyAmong, among

MOST_JUDGED, MOST_READ = 64, 512
"""Different treaties among groups that are judged, and groups that are looked at, the largest first."""
DIGITS = 9
"""Digits of payoffs that are compared, from the first of the largest: the rest is what floating point leaves."""


def who_would_sign(answers: Answers, transfers: Transfers, progress: Progress | None = None) -> Participation | None:
    """The groups that bring a treaty into force and which of them are equilibria; None if it does not say what does.

    ``transfers``  judge the treaties with or without side payments; values are those before any are paid.
    """
    entry = answers.treaty.entry_into_force
    return None if entry is None else _Signing(answers, entry, transfers, progress).found()


@final
@dataclass(frozen=True)
class _Brought:
    """What a group brings about: whether its treaty would be kept, and the payoffs of all in every possible case."""

    judgement: Judgement
    lapsed: tuple[str, ...]
    kept: tuple[float, ...] | None

    def cases(self, without: tuple[float, ...]) -> list[tuple[float, ...]]:
        """``without``  payoffs where there is no treaty."""
        if self.judgement.verdict == "unsustainable":
            return [without]
        if self.kept is None:
            return []
        return [self.kept] if self.judgement.verdict == "sustainable" else [self.kept, without]


@final
class _Signing:
    """The participation game of one treaty."""

    def __init__(
        self, answers: Answers, entry: EntryIntoForce, transfers: Transfers, progress: Progress | None
    ) -> None:
        self.answers = answers
        self.treaty = answers.treaty
        self.entry = entry
        self.transfers = transfers
        self.progress = progress or (lambda what, share: None)
        self.ids = [party.id for party in self.treaty.signatories]
        self.rule = entry.rule(self.ids)
        self.without = tuple(party.outside_option.value for party in self.treaty.signatories)
        self.judged: dict[tuple[str, bytes, str], Judgement] = {}

    def found(self) -> Participation:
        count = len(self.ids)
        if count > MOST_PARTIES:
            raise CompilationError(
                f"{self.treaty.title}: who of {count} parties would sign is not sought; leave entry_into_force out, or "
                f"name up to {MOST_PARTIES} parties"
            )
        sizes = range(count, 1, -1)
        groups = [frozenset(group) for size in sizes for group in combinations(range(count), size) if self.rule(group)]
        brought = {}
        for k, group in enumerate(groups):
            self.progress("asking who would sign", k / len(groups))
            brought[group] = self.bring(group) if k < MOST_READ else _Brought(_not_judged(MOST_READ), (), None)
        told = self.signing(brought, self.rule)
        weights, needed = self.entry.weights, max(self.entry.parties or 2, 2)
        return Participation(
            everybody=tuple(self.ids),
            parties=needed,
            share=None if self.entry.share is None else self.entry.share.value,
            weights=None if weights is None else {party: weights[party].value for party in self.ids},
            coalitions=tuple(self.coalition(told[group], brought[group]) for group in groups),
            raised=tuple(self.raised(parties, brought) for parties in range(needed + 1, count + 1)),
            power={party: float(p) for party, p in zip(self.ids, shapley_shubik(self.rule), strict=True)},
            needed=self.named(i for i in range(count) if not self.rule(set(range(count)) - {i})),
            spills=tuple(matter.id for matter in self.treaty.matters if not matter.excludable),
        )

    def signing(self, brought: Mapping[frozenset[int], _Brought], rule: Rule) -> dict[frozenset[int], Signatories]:
        """The participation game where these groups bring it into force, as far as a rule lets them."""
        paid = [abs(value) for one in brought.values() for case in one.cases(self.without) for value in case]
        digits = DIGITS - floor(log10(max(paid, default=0.0) or 1.0))

        def outcomes(group: frozenset[int]) -> list[list[float]]:
            known = brought[group].cases(self.without) if rule(group) else [self.without]
            # What floating point leaves is cut off, so that those who are indifferent are so.
            return [[round(value, digits) + 0.0 for value in case] for case in known]

        return {found.members: found for found in signing_equilibria(outcomes, len(self.ids))}

    def coalition(self, found: Signatories, brought: _Brought) -> Coalition:
        """What is told of a group."""
        judgement, known = brought.judgement, brought.cases(self.without)
        group = self.named(found.members)
        return Coalition(
            members=group,
            share=None if self.entry.share is None else float(self.entry.share_of(group, self.ids)),
            verdict=judgement.verdict,
            margin=judgement.margin,
            detail=judgement.detail,
            proved_by=judgement.proved_by,
            lapsed=brought.lapsed,
            values=dict(zip(self.ids, known[0], strict=True)) if len(known) == 1 else None,
            pivotal=self.named(i for i in found.members if not self.rule(found.members - {i})),
            stable=found.stable,
            leaving=self.named(found.leaving),
            joining=self.named(found.joining),
        )

    def raised(self, parties: int, brought: Mapping[frozenset[int], _Brought]) -> Threshold:
        """What would come of asking for more signatures."""
        rule = self.entry.model_copy(update={"parties": parties}).rule(self.ids)
        signing = [found for found in self.signing(brought, rule).values() if rule(found.members)]
        stable = [f for f in signing if f.stable and brought[f.members].judgement.verdict != "unsustainable"]
        return Threshold(parties, tuple(self.named(f.members) for f in stable), any(f.stable is None for f in signing))

    def named(self, group: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.ids[i] for i in sorted(group))

    def bring(self, group: frozenset[int]) -> _Brought:
        """What a group brings about, or why nothing is known of it."""
        try:
            treaty = among(self.treaty, self.named(group))
            alone = self.answers.text if treaty is self.treaty else Version(treaty, None, self.answers.text.effort)
            judgement = self.judge(alone)
        except (NoTreatyAmong, CompilationError) as error:
            return _Brought(Judgement("undecided", "", None, detail=str(error)), (), None)
        here = [clause.label for clause in treaty.provisions]
        lapsed = tuple(clause.label for clause in self.treaty.provisions if clause.label not in here)
        inside = dict(zip((party.id for party in treaty.parties), alone.values.tolist(), strict=True))
        kept = (inside.get(p) if p in inside else _outside(self.treaty, alone, p) for p in self.ids)
        return _Brought(judgement, lapsed, tuple(float(value) for value in kept if value is not None))

    def judge(self, alone: Version) -> Judgement:
        """Whether a treaty would be kept; treaties that differ in the names of parties only are judged once."""
        key = _content(alone.compiled)
        if key not in self.judged:
            if len(self.judged) >= MOST_JUDGED:
                return _not_judged(MOST_JUDGED)
            self.judged[key] = alone.verdict(self.transfers)
        return self.judged[key]


def _not_judged(most: int) -> Judgement:
    why = f"not judged: more than {most} different groups would bring it into force"
    return Judgement("undecided", "", None, detail=why)


def _content(compiled: CompiledTreaty) -> tuple[str, bytes, str]:
    """A game, its plan and the types of players, apart from the names of players and the title."""
    players = tuple(f"player {k}" for k in range(compiled.game.n_players))
    return replace(compiled.game, players=players, name="").digest, compiled.plan.allowed.tobytes(), repr(
        [party.type for party in compiled.treaty.parties])


def _outside(treaty: Treaty, alone: Version, party_id: str) -> float:
    """What a party that has not signed gets, average per period, while the members comply."""
    compiled, party = alone.compiled, treaty.party(party_id)
    play, discount = alone.credible(alone.own).compliance, party.discount.value
    scales = [effect for effect in compiled.effects if isinstance(effect, Scale)]
    gained = [spillover(alone.treaty, scales, party, matter, compiled.columns)[play.rows] for matter in treaty.matters]
    system = (eye_array(compiled.game.n_states) - discount * play.law).tocsc()
    spilled = (1.0 - discount) * splu(system).solve(np.sum(gained, axis=0))
    return party.outside_option.value + float(spilled[compiled.game.initial])
