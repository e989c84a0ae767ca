"""What a measure to build trust has to cost to tell types apart: too cheap convinces nobody, too dear nobody dares it.

By the rules of the ladder as they are when strategic types other than the parties as described take no measure and
breach at once, the costs at which such a rule is an equilibrium are an interval; both ends are linear programs.

Sources: Spence (1973); Kydd (2000).
"""

from __future__ import annotations

from functools import partial

import numpy as np

from games.questions.best_parameters import ParameterProgram
from treaties.assessing.answers import Version
from treaties.assessing.credibility import Effort
from treaties.assessing.drifting_ladder import DriftingLadder
from treaties.assessing.payoff_families import payoff_family, told_apart
from treaties.effects import Floats
from treaties.findings.ramps import MeasureCosts
from treaties.model.provision import Provision
from treaties.model.treaty import Treaty
from treaties.reading.variants import with_terms

RUNGS = (1, 2, 3)
MOST = 1e4
"""Times the largest payoff: a cost that may be as high as this may be any."""


def measure_costs(treaty: Treaty, effort: Effort) -> tuple[MeasureCosts, ...]:
    """Of every measure what it may cost, all others as in the text; none in a treaty without measures or other types.

    What it costs other types is in proportion, where the file says that it costs them something else.
    """
    clauses = treaty.provisions_of("trust_building")
    strategic = any(one.conduct == "strategic" for party in treaty.parties for one in party.type)
    if not clauses or not strategic:
        return ()
    ladder = Version(treaty, None, effort).trusting(tuple(p.discount.value for p in treaty.parties), "none")
    if ladder.why_not is not None or isinstance(ladder, DriftingLadder):
        return ()
    rules = [(number, *told) for number in RUNGS for standing in ladder.standings(number)
             if (told := told_apart(ladder, standing.rule)) is not None]  # fmt: skip
    out = []
    for clause in clauses:
        for k, measure in enumerate(getattr(clause, "measures", ())):
            family = payoff_family(ladder, ("cost",), partial(_at_cost, treaty, clause, k))
            found = MeasureCosts(measure.party, measure.name, measure.cost.value, None, None, None, ())
            limit = MOST * max(1.0, float(np.abs(ladder.compiled.game.payoffs).max(initial=0.0)))
            for number, shown, rule in rules:
                program = ParameterProgram(family, rule)
                least = program.best(np.array([0.0, -1.0]), [(0.0, limit)])
                greatest = program.best(np.array([0.0, 1.0]), [(0.0, limit)])
                if least is None or greatest is None:
                    continue
                most = greatest.values[0] if greatest.values[0] < limit else None
                ends = MeasureCosts(
                    measure.party, measure.name, measure.cost.value, least.values[0], most, number, shown)  # fmt: skip
                if found.rule is None or _width(ends) > _width(found) + 1e-9:
                    found = ends
            out.append(found)
    return tuple(out)


def _width(of: MeasureCosts) -> float:
    return np.inf if of.greatest is None else of.greatest - (of.least or 0.0)


def _at_cost(treaty: Treaty, clause: Provision, k: int, cost: Floats) -> Treaty:
    """The text with another cost of one measure."""
    measure = getattr(clause, "measures", ())[k]
    path, now, then = f"{treaty.path_of(clause)}.measures.{k}", measure.cost.value, float(cost[0])
    terms = {f"{path}.cost": then}
    if now:
        for name, own in measure.cost_if.items():
            terms[f"{path}.cost_if.{name}"] = own.value * then / now
    return with_terms(treaty, terms)
