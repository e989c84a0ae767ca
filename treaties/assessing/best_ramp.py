"""The stages that are best for the trust that a file states: linear programs over the rules of the ladder.

Who moves where does not depend on exposures, and what rows pay rises evenly with them; so for a given rule the
exposures at which it is an equilibrium are a polytope, and the best of them the answer of a linear program.
Besides the rungs' rules, by which every type that chooses complies, those are tried by which other strategic types
breach at once and so show themselves.

Source: Watson (1999), starting small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from scipy.sparse import eye_array
from scipy.sparse.linalg import spsolve

from games.certificates.typed import TypedRuleEquilibrium
from games.model.payoff_family import PayoffFamily
from games.model.typed_rule import TypedRule
from games.play.markov_play import MarkovPlay
from games.play.trust_values import trust
from games.questions.best_parameters import Binding, ParameterProgram, ProvedParameters
from treaties.assessing.answers import Version
from treaties.assessing.credibility import Effort
from treaties.assessing.drifting_ladder import DriftingLadder
from treaties.assessing.ladder import typed_note
from treaties.assessing.payoff_families import payoff_family, told_apart
from treaties.assessing.typed_ladder import TypedLadder
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import weakest_link
from treaties.effects import STAGE, Floats
from treaties.findings.ramps import Aim, Ramp, RampLimit, RampStage
from treaties.model.provision import Provision
from treaties.model.treaty import Treaty
from treaties.reading.variants import with_terms

RUNGS = (1, 2, 3)
DIGITS = 4
"""Decimals of exposures that are proposed."""
APART = 0.00137
"""By how much stages are told apart while the game is made: equal ones would become one state."""
SAME = 9
"""Digits to which one ramp has to be better than another."""
TOLD = 6
"""Limits that are told."""


class NoRamp(ValueError):
    """The treaty has no stages that could be varied, or none that types could be told of; the message says why."""


def staged_clause(treaty: Treaty) -> Provision | None:
    """The clause that stages exposures, if there is one with stages to vary and no other."""
    found = [clause for clause in treaty.provisions_of("staged_derisking") if len(_stages(clause)) > 1]
    return found[0] if len(found) == 1 else None


def at_once(text: Version) -> Version | None:
    """The same text with the greatest of its exposures from the first year on; None if it stages nothing."""
    clause = staged_clause(text.treaty)
    if clause is None:
        return None
    most = max(stage.exposure.value for stage in _stages(clause))
    treaty = with_terms(text.treaty, {f"{text.treaty.path_of(clause)}.stages": _listed([0], [most])})
    return Version(treaty, text.variant, text.effort)


def no_ramp(treaty: Treaty, why: str) -> Ramp:
    """The record of a treaty that has no stages to vary."""
    described = {party.id: 1.0 - sum(one.prior.value for one in party.type) for party in treaty.parties}
    trusted = {
        party.id: 1.0 - sum(one.prior.value for one in party.type if one.conduct == "breaches")
        for party in treaty.parties
    }
    return Ramp((), "value", trusted, described, {}, why=why)


def best_ramp(treaty: Treaty, effort: Effort, steps: int | None = None) -> Ramp:
    """The best exposures of the stages of a treaty with types, none above the text's greatest, the last as in the text.

    ``steps``  stages of a year each before the last, in place of the text's; None: the text's years.

    Raises ``NoRamp`` where there is nothing to vary or to trust in, ``CompilationError`` and ``TreatyFileError`` as
    compiling does.
    """
    if not treaty.has_types:
        raise NoRamp("no party has types, so that nothing is doubted; add a [[party.type]]")
    clauses = treaty.provisions_of("staged_derisking")
    if len(clauses) != 1 or (steps is None and len(_stages(clauses[0])) < 2):
        problem = "has no staged_derisking clause" if not clauses else "has several staged_derisking clauses"
        problem = "has a single stage" if len(clauses) == 1 else problem
        raise NoRamp(f"it {problem}; give it one clause with two stages or more")
    (clause,) = clauses
    path, written = treaty.path_of(clause), {s.year: s.exposure.value for s in _stages(clause)}
    last, most = _stages(clause)[-1].exposure.value, max(written.values())
    years = tuple(written) if steps is None else tuple(range(steps + 1))
    count = len(years)
    drafts = [(1 - APART * count) * written.get(year, last) + APART * (k + 1) * most for k, year in enumerate(years)]
    text = with_terms(treaty, {f"{path}.stages": _listed(years, drafts)})
    ladder = Version(text, None, effort).trusting(tuple(party.discount.value for party in text.parties), "none")
    if ladder.why_not is not None:
        raise NoRamp(ladder.why_not)
    if isinstance(ladder, DriftingLadder):
        raise NoRamp("what is believed drifts where conduct is flagged or governments change unseen; leave that out")
    return _Ramps(ladder, path, years, tuple(written.get(year) for year in years), last, most).best()


def _stages(clause: Provision) -> Sequence:  # type: ignore[type-arg]
    return getattr(clause, "stages", ())


def _listed(years: Sequence[int], exposures: Sequence[float]) -> list[dict[str, float]]:
    return [{"year": year, "exposure": float(e)} for year, e in zip(years, exposures, strict=True)]


@final
@dataclass(frozen=True, eq=False)
class _Ramps:
    """The ramps of one treaty: the game with types at some exposures, and what it is at all others."""

    ladder: TypedLadder
    path: str
    years: tuple[int, ...]
    written: tuple[float | None, ...]
    last: float
    most: float

    @property
    def order(self) -> int:
        """1 where exposures are to grow, -1 where they are to fall."""
        return 1 if self.last == self.most else -1

    @property
    def compiled(self) -> CompiledTreaty:
        return self.ladder.compiled

    @property
    def aim(self) -> Aim:
        """Where exposure scales risks only, the least of it is worth most: then as much of it as trust allows."""
        scaled = getattr(self.compiled.treaty.provisions_of("staged_derisking")[0], "scales", "risk")
        return "value" if scaled == "stakes" else "exposure"

    def best(self) -> Ramp:
        """The best ramp of all rules that is proved; of equally good ones that of the mildest rung."""
        parties, typed = self.compiled.treaty.parties, self.ladder.typed
        trusted = {party.id: float(trust(typed, j)) for j, party in enumerate(parties)}
        described = {party.id: float(prior[0]) for party, prior in zip(parties, typed.prior, strict=True)}
        bounds = [(0.0, self.most)] * (len(self.years) - 1) + [(self.last, self.last)]
        found = self._best_proved(bounds)
        if isinstance(found, str):
            return Ramp((), self.aim, trusted, described, {}, why=found)
        number, shown, program, best = found
        values = [float(value) for value in best.values]
        stages = tuple(RampStage(*of) for of in zip(self.years, values, self.written, strict=True))
        proof = TypedRuleEquilibrium.of(best.typed, program.rule)
        told: dict[tuple[str | None, ...], RampLimit] = {}
        for limit in self._limits(program.rule, best.best.binding):
            told.setdefault((limit.party, limit.kind, limit.deviation, limit.state.get(STAGE)), limit)
        limits = tuple(told.values())
        return Ramp(
            stages, self.aim, trusted, described, self._worth(program, values), self._as_written(program), number,
            shown, limits[:TOLD], certificate=typed_note(proof, proof.check(best.typed)),
        )  # fmt: skip

    def _best_proved(
        self, bounds: Sequence[tuple[float, float]]
    ) -> tuple[int, tuple[str, ...], ParameterProgram, ProvedParameters] | str:
        """The rung, the types that show themselves, the program and its answer; or why there is none."""
        able: list[tuple[float, int, tuple[str, ...], ParameterProgram, Floats]] = []
        for number, shown, rule in self._rules():
            program = ParameterProgram(self._family, rule)
            objective = self._exposure if self.aim == "exposure" else self._joint(program)
            best = program.best(objective, bounds, order=self.order)
            if best is not None:
                able.append((best.worth, number, shown, program, objective))
        spread = max((abs(worth) for worth, *_ in able), default=0.0) or 1.0
        for _, number, shown, program, objective in sorted(able, key=lambda one: -round(one[0] / spread, SAME)):
            proved = program.proved(objective, bounds, order=self.order, digits=DIGITS)
            if isinstance(proved, ProvedParameters):
                return number, shown, program, proved
        if able:
            return "a rule was found to hold at some exposures, but not proved"
        return "at no exposures of these stages is a rule of the ladder an equilibrium"

    @cached_property
    def _family(self) -> PayoffFamily:
        """The game at all exposures."""
        names = tuple(f"stage {k}" for k in range(1, len(self.years) + 1))
        return payoff_family(self.ladder, names, self._text)

    def _text(self, exposures: Floats) -> Treaty:
        return with_terms(self.compiled.treaty, {f"{self.path}.stages": _listed(self.years, exposures.tolist())})

    # -- rules -------------------------------------------------------------------------------------------------------

    def _rules(self) -> Iterator[tuple[int, tuple[str, ...], TypedRule]]:
        """Rules of the rungs: by which all types that choose comply, and by which the other ones breach at once."""
        for number in RUNGS:
            for standing in self.ladder.standings(number):
                yield number, (), standing.rule
                told = told_apart(self.ladder, standing.rule)
                if told is not None:
                    yield number, *told

    # -- what is best ------------------------------------------------------------------------------------------------

    def _joint(self, program: ParameterProgram) -> Floats:
        """Float[1 + stages]: what the treaty is worth to the parties as described together."""
        return np.asarray(np.sum([program.worth(i) for i in range(len(self.compiled.treaty.parties))], axis=0))

    @cached_property
    def _exposure(self) -> Floats:
        """Float[1 + stages]: the discounted years that compliance spends in each stage."""
        game, states = self.compiled.game, self.compiled.state_columns
        law = MarkovPlay(game, np.maximum(self.compiled.unused, game.row_start[:-1])).law
        start = np.zeros(game.n_states)
        start[game.initial] = 1.0
        spent = spsolve((eye_array(game.n_states) - game.discount.mean() * law.T).tocsc(), start)
        spent = np.where(states.operating, spent, 0.0)
        stage = states.code(STAGE)
        return np.array([0.0, *(spent[stage == k].sum() for k in range(len(self.years)))])

    def _worth(self, program: ParameterProgram, exposures: Sequence[float]) -> dict[str, float]:
        """By party what the treaty is worth per period at some exposures."""
        at = np.array([1.0, *exposures])
        factors = [1.0 - d if d < 1 else 1.0 for d in self.compiled.game.discount.tolist()]
        return {party.id: float(program.worth(i) @ at * factors[i])
                for i, party in enumerate(self.compiled.treaty.parties)}  # fmt: skip

    def _as_written(self, program: ParameterProgram) -> dict[str, float] | None:
        written = [x for x in self.written if x is not None]
        if len(written) < len(self.years):
            return None
        at = [(x, x) for x in written]
        return self._worth(program, written) if program.best(self._exposure, at) is not None else None

    def _limits(self, rule: TypedRule, binding: Sequence[Binding]) -> Iterator[RampLimit]:
        game, typed = self.compiled.game, self.ladder.typed
        for bound in binding:
            own = [tables[bound.kind if i == bound.player else 0] for i, tables in enumerate(rule.action)]
            played = int(game.row_start[bound.state])
            for i, table in enumerate(own):
                assert table is not None
                played += int(table[bound.mode, bound.state] * game.stride[bound.state, i])
            taken = int(game.own_action[played, bound.player])
            other = played + (bound.action - taken) * int(game.stride[bound.state, bound.player])
            link = weakest_link(self.compiled, bound.state, bound.player, played, other, 0.0)
            yield RampLimit(link.party_name, typed.types[bound.player][bound.kind].name, link.state, link.deviation)
