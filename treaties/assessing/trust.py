"""How much trust a treaty needs, how it grows, and what a first breach destroys.

Trust of one party in another is the chance that the other is of no type that breaches; other things are in the
proportions of the file.  What is told of a pair is told of the rule of the ladder that needs least.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import final

import numpy as np
from scipy.sparse import csr_array

from games.certificates.faults import Fault
from games.certificates.typed import TrustRegion, TypedRuleEquilibrium
from games.certificates.typed.evaluation import RuleEvaluation, Weak, evaluate_rule
from games.model.stochastic_game import GameError
from games.model.typed_game import Matrix, TypedGame
from games.numerics.exact import to_fraction
from games.play.markov_play import MarkovPlay
from games.play.trust_ranges import LITTLE, part_of_range, paying_deviation
from games.play.trust_values import (
    Range,
    bracket,
    keepers_range,
    least_common,
    least_trust,
    point_of,
    trust,
    trust_line,
)
from games.play.typed_rules import REVEALED
from treaties.assessing.answers import Version
from treaties.assessing.best_ramp import NoRamp, at_once, best_ramp
from treaties.assessing.drifting_ladder import DriftingLadder
from treaties.assessing.drifting_trust import DriftingTrust
from treaties.assessing.fixed_terms import no_means, term_of
from treaties.assessing.ladder import typed_note
from treaties.assessing.typed_ladder import TypedLadder, TypedStanding
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import Bools, Floats, Ints
from treaties.findings.phrases import situation
from treaties.findings.records import CertificateNote
from treaties.findings.trust import (
    AfterBreach,
    Binding,
    Bracket,
    FixedTerm,
    Staging,
    Trust,
    TrustInYear,
    TrustReport,
    TypeTold,
)
from treaties.findings.trust import (
    Range as HowMuch,
)
from treaties.model.party import Party

YEARS = 12
"""So many years are told of how trust goes."""
RUNGS = (1, 2, 3)
MOST_NODES_OF_A_REGION, MOST_NODES_OF_A_BRACKET = 400, 800
MOST_STATES_OF_A_RAMP = 60
TOO_LARGE = "it holds at the chances of the file, and the game is too large to try others where types are drawn anew"


def trust_report(text: Version) -> TrustReport:
    """What is told of trust in a treaty with types, at the parties' own discount factors without side payments."""
    ladder = text.trusting(text.own, "none")
    parties = text.treaty.parties
    pairs = [(i, j) for j, other in enumerate(parties) if other.type
             for i in range(len(parties)) if i != j]  # fmt: skip
    if ladder.why_not is not None:
        return TrustReport(tuple(_untold(parties[i], parties[j], ladder.why_not) for i, j in pairs), why=ladder.why_not)
    if isinstance(ladder, DriftingLadder):
        drifting = DriftingTrust(ladder)
        alike = drifting.common() if len(parties) > 2 else None
        return TrustReport(tuple(drifting.pair(i, j, _types(parties[j])) for i, j in pairs), alike)
    standings = [standing for number in RUNGS for standing in ladder.standings(number)]
    told = _Told(ladder, standings)
    common = _common(ladder.typed, standings) if len(parties) > 2 else None
    found = tuple(told.pair(i, j) for i, j in pairs)
    possible = _possible(ladder.typed)
    if possible != ladder.typed.prior:
        doubts = TypedLadder(ladder.compiled, possible)
        doubted = _Told(doubts, [standing for number in RUNGS for standing in doubts.standings(number)])
        found = tuple(_as_if(pair, doubted.pair(i, j)) if possible[j] != ladder.typed.prior[j] else pair
                      for pair, (i, j) in zip(found, pairs, strict=True))  # fmt: skip
    return TrustReport(tuple(_staged(text, dict(zip(pairs, found, strict=True)))), common)


def _possible(typed: TypedGame) -> Matrix:
    """The chances of types, where a party could not be trusted more or less with a little chance for who has none."""
    out = []
    for types, prior in zip(typed.types, typed.prior, strict=True):
        chances = list(prior)
        for kind in ("breaches", "keeps"):
            mine = [t for t, one in enumerate(types) if one.kind == kind]
            share = sum((prior[t] for t in mine), Fraction(0))
            for t in mine if not share else [0] if share == 1 else []:
                chances[t] = LITTLE
        whole = sum(chances, Fraction(0))
        out.append(tuple(p / whole for p in chances))
    return tuple(out)


def _as_if(pair: Trust, other: Trust) -> Trust:
    """What is told of a pair, but for how much trust is needed, which is that of another telling."""
    return replace(
        pair, least=other.least, greatest=other.greatest, why=other.why, binding=other.binding, rule=other.rule,
        no_means=other.no_means, range=other.range, certificate=other.certificate)


def _staged(text: Version, found: Mapping[tuple[int, int], Trust]) -> Iterator[Trust]:
    """What is told of pairs, with what stages do to the least trust, where the text has stages."""
    exposed = at_once(text)
    if exposed is None:
        yield from found.values()
        return
    ladder = exposed.trusting(exposed.own, "none")
    if isinstance(ladder, DriftingLadder):
        yield from found.values()
        return
    possible = _possible(ladder.typed)
    if possible != ladder.typed.prior:
        ladder = TypedLadder(ladder.compiled, possible)
    told = _Told(ladder, [standing for number in RUNGS for standing in ladder.standings(number)])
    ramp = _ramp(text)
    for (i, j), pair in found.items():
        _, range_, _ = told.best(i, j)
        least = None if range_ is None else Fraction(0) if range_.least is None else range_.least.value
        yield replace(pair, staging=Staging(least, pair.least, ramp))


def _ramp(text: Version) -> tuple[float, ...]:
    """The exposures that are best at the file's priors, stage by stage; none where the game is too large for that."""
    if text.compiled.game.n_states > MOST_STATES_OF_A_RAMP:
        return ()
    try:
        return tuple(stage.exposure for stage in best_ramp(text.treaty, text.effort).stages)
    except NoRamp:
        return ()


def _untold(party: Party, other: Party, why: str) -> Trust:
    prior = 1.0 - sum(one.prior.value for one in other.type if one.conduct == "breaches")
    return Trust(party.id, other.id, _types(other), prior, None, None, why, None, None, "rule", None, (), None)


def _types(party: Party) -> tuple[TypeTold, ...]:
    return tuple(
        TypeTold(one.name, one.conduct, one.prior.value, one.prior.low, one.prior.high, one.prior.source)
        for one in party.type
    )


def _common(typed: TypedGame, standings: Sequence[TypedStanding]) -> Bracket | None:
    """How much all must be trusted if all are trusted alike, by the rule that needs least."""
    if not any(trust_line(typed, i) for i in range(typed.game.n_players)):
        return Bracket(Fraction(0), Fraction(0)) if any(one.paying is None for one in standings) else None
    found = []
    for standing in standings:
        bound = least_common(typed, standing.rule)
        if bound is not None:
            found.append(Bracket(bound.value if bound.refused is None else bound.refused, bound.value))
    return min(found, key=lambda one: one.high, default=None)


@final
@dataclass(frozen=True, eq=False)
class _Told:
    """What is told of pairs of parties by the rules of a ladder."""

    ladder: TypedLadder
    standings: Sequence[TypedStanding]

    @property
    def compiled(self) -> CompiledTreaty:
        return self.ladder.compiled

    @cached_property
    def arrival(self) -> Ints:
        """Int[states]: the year in which full compliance comes there first; 0 where it never does."""
        game = self.compiled.game
        rows = np.maximum(self.compiled.unused, game.row_start[:-1])
        return np.asarray(MarkovPlay(game, rows).arrival(game.initial) + 1)

    def pair(self, i: int, j: int) -> Trust:
        """What a party needs to know of another."""
        party, other = self.compiled.treaty.parties[i], self.compiled.treaty.parties[j]
        typed = self.ladder.typed
        standing, range_, why = self.best(i, j)
        least = None if range_ is None else Fraction(0) if range_.least is None else range_.least.value
        binding = None if range_ is None or range_.least is None else range_.least.binding
        greatest = None
        if standing is not None and (keepers := _ranged(standing.found, i, j, "keeps")) is not None:
            greatest = None if keepers.empty else _end(keepers)
        if standing is None:
            ranges = [_ranged(one.found, i, j, "keeps") for one in self.standings]
            greatest = max((_end(one) for one in ranges if one is not None and not one.empty), default=None)
        return Trust(
            party=party.id,
            in_=other.id,
            types=_types(other),
            prior=float(trust(typed, j)),
            least=least,
            greatest=greatest,
            why=why,
            binding=None if binding is None or standing is None else self._binding(standing, binding),
            rule=None if standing is None else standing.number,
            no_means=no_means(self.compiled, typed, i, j, least),
            range="none" if standing is None else _how_much(standing.found, i, j, other),
            path=tuple(self._path(standing, i, j)),
            after_breach=None if standing is None else self._after_breach(standing, j),
            term=self._term,
            certificate=None if standing is None else self._certificate(standing, j, least),
        )

    @cached_property
    def _term(self) -> FixedTerm | None:
        return term_of(self.compiled, self.ladder.typed)

    def best(self, i: int, j: int) -> tuple[TypedStanding | None, Range | None, str]:
        """The rule that needs least trust of one party in another, where it does, and why there is none.

        Rules by which the others would comply at the file's priors come first.
        """
        found: list[tuple[bool, Fraction, int, int, TypedStanding, Range | None]] = []
        why = "no rule of play in pure actions was found to go on with"
        for standing in self.standings:
            range_ = _ranged(standing.found, i, j, "trust")
            never = _pays(standing.found, standing.found.typed.prior, (i,)) if range_ is None else range_.never
            if never is not None:
                why = self._never(standing, never)
                continue
            if range_ is None and trust_line(self.ladder.typed, j) is None:
                range_ = Range(None, None, None)
            elif range_ is not None and range_.empty:
                why = "where there is enough trust for one situation there is too much for another"
                continue
            others = [k for k in range(self.compiled.game.n_players) if k != i]
            refused = _pays(standing.found, standing.found.typed.prior, others) is not None
            low = trust(self.ladder.typed, j) if range_ is None else Fraction(0)
            low = low if range_ is None or range_.least is None else range_.least.value
            found.append((refused, low, standing.number, len(found), standing, range_))
        if not found:
            return None, None, why
        *_, standing, range_ = min(found, key=lambda one: one[:4])
        return standing, range_, TOO_LARGE if range_ is None else ""

    def _never(self, standing: TypedStanding, weak: Weak) -> str:
        """Why no trust is enough for a rule, in the treaty's words."""
        link = self.ladder.link(standing, weak)
        after = "" if standing.found.nodes.on_path[weak.node] else ", once somebody has deviated"
        where = situation(link.state)
        trusting = "at all trust that was tried" if self.ladder.typed.draws_anew else "whatever the trust"
        return (f"{link.party_name} would gain {trusting} if it {link.deviation} instead"
                f"{f' ({where})' if where else ''}{after}")  # fmt: skip

    def _certificate(self, standing: TypedStanding, j: int, least: Fraction | None) -> CertificateNote | None:
        """At which priors the rule is an equilibrium; where that is too much to tell, that it is one at the least."""
        typed, found = self.ladder.typed, standing.found
        if len(found.nodes.place) <= MOST_NODES_OF_A_REGION:
            try:
                region = TrustRegion.of(found)
            except GameError:
                pass
            else:
                return typed_note(region, region.check(typed))
        line = trust_line(typed, j)
        if not least or line is None:
            return None
        # Where another party needs more trust in the same one, the rule is an equilibrium from there on only.
        others = (_ranged(found, k, j, "trust") for k in range(self.compiled.game.n_players) if k != j)
        needed = [least, *(one.least.value for one in others if one is not None and one.least is not None)]
        for trusted in dict.fromkeys((least, max(needed))):
            at = replace(typed, prior=(*typed.prior[:j], point_of(line, trusted), *typed.prior[j + 1 :]))
            holds = TypedRuleEquilibrium.of(at, standing.rule, self.compiled.plan)
            note = typed_note(holds, holds.check(at))
            if note.checked:
                break
        return note

    def _binding(self, standing: TypedStanding, weak: Weak) -> Binding:
        link = self.ladder.link(standing, weak)
        state = int(standing.found.places.state[standing.found.nodes.place[weak.node]])
        return Binding(int(self.arrival[state]) or None, link.state, link.deviation)

    # -- how trust goes --------------------------------------------------------------------------------------------

    @cached_property
    def _law(self) -> csr_array:
        """csr_array[states, states]: where full compliance leads."""
        game = self.compiled.game
        return csr_array(game.transition[np.maximum(self.compiled.unused, game.row_start[:-1])])

    def _complies(self, j: int) -> Bools:
        """Bool[types, states]: whether a party's type does what was agreed as long as nobody has breached."""
        game, typed = self.compiled.game, self.ladder.typed
        planned = game.own_action[np.maximum(self.compiled.unused, game.row_start[:-1]), j]
        free = self.compiled.unused < 0
        return np.array([
            np.ones(game.n_states, dtype=bool) if one.rule is None
            else free | (one.rule.action[one.rule.start] == planned)
            for one in typed.types[j]
        ])  # fmt: skip

    def _clean_years(self, j: int, chances: Floats | None = None) -> Iterator[Floats]:
        """Float[types, states] year by year: the chance of types and states, and that nobody has breached before.

        ``chances``  Float[types] at signature, those of the file if None.
        """
        game, typed = self.compiled.game, self.ladder.typed
        prior = np.array([float(p) for p in typed.prior[j]]) if chances is None else chances
        complies, law = self._complies(j), self._law
        again = None if typed.redraws is None else typed.redraws[j]
        anew = None if again is None else csr_array(law.multiply(again.astype(bool)))
        mass = np.zeros((len(prior), game.n_states))
        mass[:, game.initial] = prior
        for _ in range(YEARS):
            yield mass
            clean = mass * complies
            mass = np.asarray((law.T @ clean.T).T)
            if anew is not None:
                moved = np.asarray((anew.T @ clean.T).T)
                mass = mass - moved + prior[:, None] * moved.sum(axis=0)[None, :]

    def _path(self, standing: TypedStanding | None, i: int, j: int) -> Iterator[TrustInYear]:
        """How trust goes while nobody breaches and the treaty binds; last years that are alike are told once."""
        needed = {} if standing is None else self._needed(standing, i, j)
        ends = [self._posteriors(j, chances) for chances in self._ends(j)]
        years = []
        for year, (posterior, kept) in enumerate(self._posteriors(j), start=1):
            low, high = (end[min(year, len(end)) - 1][0] for end in ends) if ends else (0.0, 0.0)
            by_range = (low, high) if ends else None
            years.append(TrustInYear(year, posterior, kept, needed=needed.get(year), by_range=by_range))
        while len(years) > 1 and _alike(years[-1], years[-2]):
            years.pop()
        yield from years

    def _posteriors(self, j: int, chances: Floats | None = None) -> list[tuple[float, float]]:
        """Trust at the beginning of each year without a breach, and the chance that there is none in it."""
        trusted = np.array([one.kind != "breaches" for one in self.ladder.typed.types[j]])
        complies, bound = self._complies(j), self.compiled.state_columns.operating
        years = []
        for mass in self._clean_years(j, chances):
            total = float(mass.sum())
            if total <= 0 or not np.any(mass.sum(axis=0)[bound] > 0):
                break
            years.append((float(mass[trusted].sum()) / total, float((mass * complies).sum()) / total))
        return years

    def _ends(self, j: int) -> list[Floats]:
        """The chances of types with which trust at signature is least and greatest, of those that the file names."""
        types = self.compiled.treaty.parties[j].type
        if all(one.prior.lowest == one.prior.highest for one in types):
            return []
        out = []
        for least in (True, False):
            listed = [one.prior.highest if (one.conduct == "breaches") == least else one.prior.lowest for one in types]
            whole = max(1.0, sum(listed))
            out.append(np.array([1.0 - sum(listed) / whole, *(chance / whole for chance in listed)]))
        return out

    def _needed(self, standing: TypedStanding, i: int, j: int) -> dict[int, float]:
        """By year the least trust at its beginning with which no departure of a party in it pays."""
        found = standing.found
        nodes, places = found.nodes, found.places
        line = trust_line(found.typed, j)
        if line is None or found.typed.draws_anew:
            return {}
        trusted = [one.kind != "breaches" for one in found.typed.types[j]]
        clean = nodes.on_path & (places.mode[nodes.place] == standing.rule.start)
        first = self.arrival[places.state[nodes.place]]
        told = {}
        for year in range(1, YEARS + 1):
            here = clean & (first == year)
            range_ = least_trust(found, i, j, here) if here.any() else None
            if range_ is None or range_.never is not None:
                continue
            bound = range_.least
            if bound is None:
                told[year] = 0.0
            elif bound.binding is not None:
                at = nodes.posterior(bound.binding.node, j, point_of(line, bound.value))
                told[year] = float(sum(p for p, x in zip(at, trusted, strict=True) if x))
        return told

    def _after_breach(self, standing: TypedStanding, j: int) -> AfterBreach | None:
        """What a breach shows in the first year in which a type may breach, in the first year if none ever does."""
        game, typed = self.compiled.game, self.ladder.typed
        complies, operating = self._complies(j), self.compiled.state_columns.operating & (self.compiled.unused >= 0)
        state, living, first = game.initial, np.array([float(p) for p in typed.prior[j]]), None
        for mass in self._clean_years(j):
            breaching = np.where(~complies & operating, mass, 0.0)
            if breaching.any():
                state = int(np.argmax(breaching.sum(axis=0)))
                living, first = mass[:, state], breaching[:, state]
                break
        planned = int(self.compiled.unused[state])
        if planned < 0:
            return None
        own = int(game.own_action[planned, j])
        if first is not None:
            rule = typed.types[j][int(np.argmax(first))].rule
            assert rule is not None
            action = int(rule.action[rule.start, state])
        else:
            rows = np.array(list(game.deviation_rows(planned, j)), dtype=np.int64)
            breach = rows[self._in_breach(j)[rows]]
            if not len(breach):
                return None
            action = int(game.own_action[breach[0], j])
        does = np.array([
            own == action if one.rule is None else one.rule.action[one.rule.start, state] == action
            for one in typed.types[j]
        ])  # fmt: skip
        shown = living * does
        # What no living type would do shows a party that chooses.
        shown = shown if shown.sum() > 0 else living * np.array([one.rule is None for one in typed.types[j]])
        if shown.sum() <= 0:
            return None
        trusted = np.array([one.kind != "breaches" for one in typed.types[j]])
        posterior = float(shown[trusted].sum() / shown.sum())
        row = planned + (action - own) * int(game.stride[state, j])
        mode = int(standing.rule.next_mode[standing.rule.start, row])
        over = not np.any(self.compiled.state_columns.operating[game.transition[[row]].indices])
        ends = over or standing.number == 3 or (mode >= 0 and standing.rule.modes[mode].startswith(REVEALED))
        years = "1 year" if standing.periods == 1 else f"{standing.periods} years"
        play = OVER if over else ENDS if ends else GOES_ON if standing.number == 1 else SUSPENDED.format(years)
        return AfterBreach(posterior, play, not ends and posterior < 1)

    def _in_breach(self, j: int) -> Bools:
        columns, party = self.compiled.columns, self.compiled.treaty.parties[j].id
        return np.asarray(np.logical_or.reduce([columns.in_breach[k] for k in columns.in_breach if k[0] == party]))


OVER = "the treaty ends"
ENDS = "cooperation ends for good"
GOES_ON = "cooperation goes on, and nothing answers the breach but what the text provides"
SUSPENDED = "cooperation is suspended for {}, then resumed"


def _alike(one: TrustInYear, other: TrustInYear) -> bool:
    moved = one.posterior - other.posterior, one.chance_of_compliance - other.chance_of_compliance
    return max(map(abs, moved)) < 1e-12 and one.needed in (None, other.needed)


def _end(range_: Range) -> Fraction:
    """Where a range ends."""
    return Fraction(1) if range_.greatest is None else range_.greatest.value


def _ranged(found: RuleEvaluation, i: int, j: int, of: str) -> Range | None:
    """The trust, or chance of types that keep their word, at which nothing that a party does pays; None if fixed."""
    if found.typed.draws_anew:
        return _bracketed(found, j) if of == "trust" else None
    return least_trust(found, i, j) if of == "trust" else keepers_range(found, i, j)


@lru_cache(maxsize=8)
def _bracketed(found: RuleEvaluation, j: int) -> Range | None:
    """The same of trust where types are drawn anew by the same chances, in which slacks are not linear.

    What the others do counts as well, so that it is one answer for all who trust the same partner.  None where the rule
    is too large to be laid over the game dozens of times.
    """
    typed, line = found.typed, trust_line(found.typed, j)
    if line is None or len(found.nodes.place) > MOST_NODES_OF_A_BRACKET:
        return None

    def prior(at: Fraction) -> Matrix:
        return (*typed.prior[:j], point_of(line, at), *typed.prior[j + 1 :])

    bound = bracket(typed, found.places.rule, prior)
    if bound is not None:
        return Range(None if bound.refused is None else bound, None, None)
    half = prior(Fraction(1, 2))
    there = evaluate_rule(replace(typed, prior=half), found.places.rule)
    assert not isinstance(there, Fault)
    return Range(None, None, there.paying(half))


def _pays(found: RuleEvaluation, prior: Matrix, players: Sequence[int]) -> Weak | None:
    """A deviation of one of some players that is not proved to cost nothing less than 0; None if there is none."""
    pays = paying_deviation(found, prior, players)
    if pays is None:
        return None
    group, k = pays
    return found.slack(group.alphas, int(group.node[k]), int(group.alphas.action[group.deviation[k]]), prior)


def _how_much(found: RuleEvaluation, i: int, j: int, other: Party) -> HowMuch:
    """For how much of the ranges of a partner's priors nothing that the party could do pays."""
    low, high = ([to_fraction(x) for x in ends] for ends in zip(*(
        (one.prior.lowest, one.prior.highest) for one in other.type), strict=True))  # fmt: skip
    if not found.typed.draws_anew:
        return part_of_range(found, i, j, low, high)
    # Corners do not tell of the whole then: the middle of the range is looked at as well.
    middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    corners = itertools.product(*(sorted({a, b}) for a, b in zip(low, high, strict=True)))
    kept = {_pays(found, found.typed.prior, (i,)) is None}
    if low != high and len(found.nodes.place) > MOST_NODES_OF_A_BRACKET:
        return "part"
    for chances in () if low == high else (*corners, middle):
        rest = 1 - sum(chances, Fraction(0))
        at = [max(p, LITTLE) for p in (rest, *chances)]
        prior = (*found.typed.prior[:j], tuple(p / sum(at) for p in at), *found.typed.prior[j + 1 :])
        there = evaluate_rule(replace(found.typed, prior=prior), found.places.rule)
        assert not isinstance(there, Fault)
        kept.add(_pays(there, prior, (i,)) is None)
    return "whole" if kept == {True} else "part" if True in kept else "none"
