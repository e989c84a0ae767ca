"""Texts and their variants side by side, in the same worlds.

Each quantity's column comes from a stream keyed by its path and the seed, so that texts that share a path share its
draws (the same share of the range, where ranges differ): a difference is seen world by world, with a far smaller error
than that of two sweeps apart.

Sources: McNemar (1947) for pairs of shares; Agresti and Min (2005) for the error of their difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import Any, final

import numpy as np

from games.numerics.arrays import Bools, Floats
from treaties.bargaining.designs import Design
from treaties.findings.grid_words import held_finer
from treaties.sweeping.judging import DesignJudge, Outcome
from treaties.sweeping.likelihood import Likelihood, likelihood
from treaties.sweeping.plan import SweepPlan
from treaties.sweeping.robustness import Ranking, ranking
from treaties.sweeping.sample import Sample, common
from treaties.sweeping.sweep import Swept

ROUNDING = 1e-9
"""Amounts that differ by no more, absolutely or as a share, are the same but for rounding."""
REACH = 1.959963984540054
"""Standard errors of an interval at the 95 % level."""


@final
@dataclass(frozen=True)
class Difference:
    """A mean difference over pairs, its standard error, and how many pairs there are.

    ``most``  how large it can be at all.
    """

    mean: float
    standard_error: float
    pairs: int
    most: float = inf

    @property
    def interval(self) -> tuple[float, float]:
        """At the 95 % level."""
        reach = REACH * self.standard_error
        return max(self.mean - reach, -self.most), min(self.mean + reach, self.most)

    def to_json(self) -> dict[str, Any]:
        """Mean, error, interval and count."""
        return {
            "difference": self.mean,
            "standard_error": self.standard_error,
            "interval": list(self.interval),
            "worlds": self.pairs,
        }


@final
@dataclass(frozen=True)
class Side:
    """One text or variant.

    ``text``    what becomes of it at the values that the text itself gives.
    ``values``  by party, the mean over worlds of what it earns per period under full compliance.
    ``own``     quantities that vary here and not in the first.
    ``no_treaty``  worlds that are left out because its numbers do not go together there.
    """

    name: str
    title: str
    likelihood: Likelihood | None
    text: Outcome
    parties: tuple[str, ...]
    values: Mapping[str, float]
    own: tuple[str, ...]
    no_treaty: int = 0

    def to_json(self) -> dict[str, Any]:
        """One entry of ``designs``."""
        return {
            "name": self.name,
            "title": self.title,
            "no_treaty": self.no_treaty,
            **({} if self.likelihood is None else self.likelihood.to_json()),
            "text": {
                "verdict": self.text.verdict,
                "margin": self.text.margin,
                "values": dict(zip(self.parties, self.text.values, strict=False)),
            },
            "mean_values": dict(self.values),
            "own_quantities": list(self.own),
        }


@final
@dataclass(frozen=True)
class Paired:
    """One text against the first, in the worlds in which both were decided.

    ``gained``  worlds in which it holds and the first does not; ``lost`` the other way round.
    ``holds``   difference of the shares;  ``margin`` and ``values`` of what is known of both; None if nothing is.
    """

    name: str
    first: str
    worlds: int
    left_out: int
    gained: int
    lost: int
    holds: Difference | None
    margin: Difference | None
    values: Mapping[str, Difference]

    def to_json(self) -> dict[str, Any]:
        """One entry of ``differences``."""
        return {
            "name": self.name,
            "against": self.first,
            "worlds": self.worlds,
            "left_out": self.left_out,
            "gained": self.gained,
            "lost": self.lost,
            "likelihood": None if self.holds is None else self.holds.to_json(),
            "margin": None if self.margin is None else self.margin.to_json(),
            "values": {party: found.to_json() for party, found in self.values.items()},
        }


@final
@dataclass(frozen=True)
class Comparison:
    """Texts or variants side by side.

    ``shared``  quantities that vary in all of them.
    """

    plans: tuple[SweepPlan, ...]
    shared: tuple[str, ...]
    sides: tuple[Side, ...]
    differences: tuple[Paired, ...]
    robustness: Ranking
    seconds_cpu: float
    refused: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-compare/1`` document."""
        draws = self.plans[0].draws
        return {
            "format": "servanda-compare/1",
            "worlds": draws.worlds,
            "seed": draws.seed,
            "sampling": draws.sampling,
            "seconds_cpu": self.seconds_cpu,
            "shared_quantities": list(self.shared),
            "designs": [side.to_json() for side in self.sides],
            "differences": [one.to_json() for one in self.differences],
            "robustness": self.robustness.to_json(),
            "refused": list(self.refused),
            "notes": held_finer(*(plan.treaty for plan in self.plans)),
        }


def renamed(plan: SweepPlan, name: str) -> SweepPlan:
    """The text of a plan alone, under a name of its own."""
    return replace(plan, designs=(Design(name),))


def shared_paths(plans: Sequence[SweepPlan]) -> tuple[str, ...]:
    """Quantities that vary in every text.

    Raises ``ValueError`` if a text shares none with the first.
    """
    first = plans[0]
    for other in plans[1:]:
        if not set(first.spans) & set(other.spans):
            names = [plan.designs[0].name for plan in (first, other)]
            example = next(iter(first.spans))
            raise ValueError(
                f"{names[0]} and {names[1]} share no number that varies, so there are no worlds to compare them in; "
                f"give a number the same name and a range in both, for instance {example}"
            )
    return tuple(path for path in first.spans if all(path in plan.spans for plan in plans))


def compare(plans: Sequence[SweepPlan], run: Callable[[SweepPlan], Swept]) -> Comparison:
    """The designs of plans with the same draws, each against the first design of the first.

    ``run``  how a plan is swept.
    Raises ``ValueError`` if a text shares no quantity that varies with the first.
    """
    shared = shared_paths(plans)
    swept = [run(plan) for plan in plans]
    samples = [one for found in swept for one in found.samples]
    owners = [(plan, design) for plan in plans for design in plan.designs]
    sides = [_side(plan, design, sample, samples[0]) for (plan, design), sample in zip(owners, samples, strict=True)]
    return Comparison(
        tuple(plans),
        shared,
        tuple(sides),
        tuple(paired(samples[0], other) for other in samples[1:]),
        ranking(samples),
        sum(found.seconds_cpu for found in swept),
        tuple(line for found in swept for line in found.refused),
    )


def _side(plan: SweepPlan, design: Design, sample: Sample, first: Sample) -> Side:
    judge = DesignJudge(plan.treaty, design, plan.spans)
    means = {party: values[~np.isnan(values)] for party, values in sample.values.items()}
    return Side(
        design.name,
        plan.treaty.title,
        likelihood(sample.yes, sample.no, plan.draws.sampling, plan.draws.worlds),
        judge.judge({path: plan.spans[path].value for path in judge.paths}),
        tuple(party.id for party in plan.treaty.parties),
        {party: float(known.mean()) for party, known in means.items() if len(known)},
        tuple(path for path in sample.columns if path not in first.columns),
        sample.no_treaty,
    )


def paired(first: Sample, other: Sample) -> Paired:
    """One design against another in the worlds that both have."""
    both = common((first, other), decided=False)
    one, two = first.places(both), other.places(both)
    decided = first.decided[one] & other.decided[two]
    held = first.yes[one][decided], other.yes[two][decided]
    values = {
        party: found
        for party in other.values
        if party in first.values and (found := _of_means(first.values[party][one], other.values[party][two]))
    }
    return Paired(
        other.name,
        first.name,
        int(decided.sum()),
        len(both) - int(decided.sum()),
        int((~held[0] & held[1]).sum()),
        int((held[0] & ~held[1]).sum()),
        difference_of_shares(*held),
        _of_means(first.margin[one], other.margin[two]),
        values,
    )


def difference_of_shares(first: Bools, second: Bools) -> Difference | None:
    """How much more often the second is true, from Bool[pairs]; None without any pair.

    The error is that of matched pairs with half a pair added to each of the four cells, so that it is not none where no
    pair differs.
    """
    pairs = len(first)
    if not pairs:
        return None
    gained, lost = float((~first & second).sum()), float((first & ~second).sum())
    b, c, n = gained + 0.5, lost + 0.5, pairs + 2.0
    return Difference((gained - lost) / pairs, sqrt(b + c - (b - c) ** 2 / n) / n, pairs, most=1.0)


def _of_means(first: Floats, second: Floats) -> Difference | None:
    known = ~np.isnan(first) & ~np.isnan(second)
    first, second = first[known], second[known]
    change = np.where(np.isclose(first, second, rtol=ROUNDING, atol=ROUNDING), 0.0, second - first)
    if len(change) < 2:
        return None
    return Difference(float(change.mean()), float(change.std(ddof=1)) / sqrt(len(change)), len(change))
