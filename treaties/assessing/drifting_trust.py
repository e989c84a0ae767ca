"""How much trust a treaty needs, and how it grows, where flags tell of conduct or governments are replaced unseen."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import final

from games.certificates.typed.learning import Belief
from games.model.outcome_laws import Outcome
from games.numerics.exact import nearest_float, to_fraction
from games.play.drifting_beliefs import Unstable
from games.play.trust_at_beliefs import LeastTrust, least_common, least_trust
from games.play.trust_paths import trust_path
from treaties.assessing.drifting_ladder import DriftingLadder, DriftingStanding
from treaties.assessing.ladder import typed_note
from treaties.findings.records import CertificateNote
from treaties.findings.trust import AfterBreach, Binding, Bracket, FlagsAllowed, Range, Trust, TrustInYear, TypeTold
from treaties.model.party import Party

YEARS = 12
"""So many years are told of how trust goes."""
RUNGS = (1, 2, 3)
ENDS = "cooperation ends for good"
GOES_ON = "cooperation goes on, and nothing answers the breach but what the text provides"
MISTAKE = "cooperation goes on: what is seen may be a mistake"
SUSPENDED = "cooperation is suspended for {} years, then resumed"


@final
@dataclass(frozen=True, eq=False)
class DriftingTrust:
    """What is told of pairs of parties by the rules of a ladder."""

    ladder: DriftingLadder
    found: dict[tuple[int, int], LeastTrust] = field(default_factory=dict, repr=False)

    @cached_property
    def standings(self) -> list[DriftingStanding]:
        """The rules that are looked at."""
        return [standing for number in RUNGS for standing in self.ladder.standings(number)]

    def common(self) -> Bracket | None:
        """How much all must be trusted if all are trusted alike, by the rule that needs least; None if none does."""
        trusted = [_of_kind(self.ladder, i, breaches=False) for i in range(self.ladder.compiled.game.n_players)]
        found = [least_common(standing.beliefs, trusted).least for standing in self.standings]
        return min((Bracket(*ends) for ends in found if ends is not None), key=lambda one: one.high, default=None)

    def pair(self, i: int, j: int, types: tuple[TypeTold, ...]) -> Trust:
        """What a party needs to know of another."""
        parties, typed = self.ladder.compiled.treaty.parties, self.ladder.typed
        trusted = _of_kind(self.ladder, j, breaches=False)
        prior = sum((typed.prior[j][t] for t in trusted), Fraction(0))
        standing, found = self._best(j)
        keepers = [t for t, one in enumerate(typed.types[j]) if one.kind == "keeps"]
        greatest = None
        if standing is not None and keepers:
            most = least_trust(standing.beliefs, j, keepers).greatest
            greatest = None if most is None else most[1]
        shown = standing or next(iter(self.standings), None)
        return Trust(
            party=parties[i].id, in_=parties[j].id, types=types, prior=float(prior),
            least=None if found.least is None else found.least[1], greatest=greatest,
            why="" if standing is not None else self._why(shown, found),
            binding=None if standing is None or found.binding is None else self._binding(standing, found.binding),
            rule=None if standing is None else standing.number, no_means="rule",
            range="none" if standing is None else self._range(standing, j, parties[j]),
            path=() if shown is None else tuple(self._path(shown, j, trusted)),
            after_breach=None if shown is None else self._after_breach(shown, j, trusted),
            certificate=None if standing is None else self._certificate(standing),
            ended_by_flags=tuple(
                FlagsAllowed(one.flags, None if at.least is None else at.least[1])
                for one, at in self._bounds(j, self.ladder.ended_by_flags) if one.flags is not None),
            flags=None if standing is None else standing.flags,
        )  # fmt: skip

    def _best(self, j: int) -> tuple[DriftingStanding | None, LeastTrust]:
        """The rule that needs least trust in a party, and how much; why there is none.

        Where no rule can forgive all flags that may be mistakes, one that ends cooperation after some.
        """
        found = self._bounds(j, self.standings)
        for tried in (found, self._bounds(j, self.ladder.ended_by_flags)):
            able = [(bound[1], standing.number, k) for k, (standing, one) in enumerate(tried)
                    if (bound := one.least) is not None]  # fmt: skip
            if able:
                return tried[min(able)[-1]]
        return None, next((one for _, one in found), LeastTrust(None, None))

    def _bounds(self, j: int, standings: Sequence[DriftingStanding]) -> list[tuple[DriftingStanding, LeastTrust]]:
        """Rules with the trust that they need in a party; each is asked once for all that have to trust it."""
        trusted = _of_kind(self.ladder, j, breaches=False)
        for standing in standings:
            if (j, id(standing)) not in self.found:
                self.found[j, id(standing)] = least_trust(standing.beliefs, j, trusted)
        return [(standing, self.found[j, id(standing)]) for standing in standings]

    def _why(self, shown: DriftingStanding | None, found: LeastTrust) -> str:
        """Why no trust is enough, in the treaty's words."""
        if shown is None:
            return next(iter(self.ladder.refused), "no rule of play in pure actions was found to go on with")
        if found.binding is None:
            return found.why
        link = self.ladder.link(shown, found.binding.temptation, -1.0)
        years = len(found.binding.path)
        when = "" if not years else f" after {years} year{'s' * (years != 1)} that may come about"
        return f"{link.party_name} would gain whatever the trust at signature if it {link.deviation} instead{when}"

    def _binding(self, standing: DriftingStanding, unstable: Unstable) -> Binding:
        link = self.ladder.link(standing, unstable.temptation, -1.0)
        return Binding(len(unstable.path) + 1, link.state, link.deviation)

    def _certificate(self, standing: DriftingStanding) -> CertificateNote | None:
        evidence = standing.beliefs.certificate()
        return None if evidence is None else typed_note(evidence, evidence.check(self.ladder.typed))

    def _range(self, standing: DriftingStanding, j: int, party: Party) -> Range:
        """For how much of the ranges of a party's priors the rule is an equilibrium.

        The priors at which it is are convex, so that corners tell of the whole.
        """
        prior = self.ladder.typed.prior
        ends = [sorted({to_fraction(one.prior.lowest), to_fraction(one.prior.highest)}) for one in party.type]
        kept = []
        for corner in itertools.product(*ends):
            total = max(sum(corner, Fraction(0)), Fraction(1))
            at: Belief = (1 - sum(corner, Fraction(0)) / total, *(p / total for p in corner))
            beliefs = standing.beliefs.at((*prior[:j], at, *prior[j + 1 :]))
            kept.append(isinstance(beliefs.said, tuple))
        if all(kept):
            return "whole"
        return "part" if any(kept) or isinstance(standing.said, tuple) else "none"

    def _path(self, standing: DriftingStanding, j: int, trusted: Sequence[int]) -> Iterator[TrustInYear]:
        """How trust goes over clean years; years that only repeat the last are left out."""
        hidden = self.ladder.compiled.seen is not None
        years: list[TrustInYear] = []
        for after in trust_path(standing.beliefs.nodes, j, trusted, YEARS - 1):
            shows = nearest_float(after.shows[1]) if hidden else None
            highest = None if after.low == after.high else nearest_float(after.high)
            years.append(TrustInYear(
                after.years + 1, nearest_float(after.low), nearest_float(after.keeps[0]), highest, shows))
        while len(years) > 1 and _alike(years[-1], years[-2]):
            years.pop()
        yield from years

    def _after_breach(self, standing: DriftingStanding, j: int, trusted: Sequence[int]) -> AfterBreach | None:
        """What the outcome of the first year shows that speaks most against a party, and what is played then."""
        nodes, prior = standing.beliefs.nodes, self.ladder.typed.prior[j]
        found: list[tuple[Fraction, Outcome]] = []
        for outcome in nodes.lessons(0, j).values():
            likelihood = nodes.likelihood(0, j, outcome)
            if any(likelihood[t] > likelihood[0] and prior[t] for t in range(len(prior)) if t not in trusted):
                posterior = nodes.posterior(0, j, prior, outcome)
                found.append((sum((posterior[t] for t in trusted), Fraction(0)), outcome))
        if not found:
            return None
        trust, outcome = min(found)
        then = nodes.nodes[nodes.after[0][outcome]][0]
        if then == nodes.nodes[0][0]:
            goes_on = GOES_ON if self.ladder.compiled.seen is None else MISTAKE
            return AfterBreach(nearest_float(trust), goes_on, trust < 1)
        suspends = standing.number == 2 and standing.periods is not None
        play = SUSPENDED.format(standing.periods) if suspends else ENDS
        return AfterBreach(nearest_float(trust), play, suspends and trust < 1)


def _of_kind(ladder: DriftingLadder, player: int, *, breaches: bool) -> list[int]:
    """The types of a player that breach, or that do not."""
    return [t for t, one in enumerate(ladder.typed.types[player]) if (one.kind == "breaches") is breaches]


def _alike(one: TrustInYear, other: TrustInYear) -> bool:
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return all(a == b or (a is not None and b is not None and abs(a - b) < 1e-12) for a, b in list(pairs)[1:])
