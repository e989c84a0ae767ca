"""From which value of a number on a rule of play keeps a treaty: the formula, and what numbers say of it.

The rule of play is one of the enforcement ladder's, found at the values of the text: an automaton of fixed shape.  Its
one-shot deviation system is solved in symbols (``games.symbolic``); what comes out is held against the exact check of
the same automaton in games compiled at other values.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import sympy as sp

from games.certificates.automata.check import WeakestLink as ExactLink
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation, ProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.model.stochastic_game import StochasticGame
from games.play.rules_of_play import RuleOfPlay
from games.symbolic import Bound, Region, Threshold, threshold
from treaties.assessing.assess import assess
from treaties.assessing.ladder import Ladder
from treaties.compiling.provenance import weakest_link
from treaties.model.treaty import Treaty
from treaties.thresholds.numbers import Moved, NoFormula, moved
from treaties.thresholds.tracing import Traced, traced, treaty_at

CONCEPT = SolutionConcept.PURE_SUBGAME_PERFECT
"""What the rule of play is asked to be."""
RUNGS = {1: "self-executing", 2: "proportionate", 3: "reversion"}
MOST_SYMBOLS = 4
POINTS = 6
"""Random points at which a formula is held against the exact check, besides both sides of every end."""
MOST_DRAWN = 500
"""Points that are drawn for these; those at which something assumed is false are passed over."""
ASIDE = 1e-6
"""How far to either side of an end, as a share of the range, the exact check is asked."""
BESIDE = 1e-3
"""The same for the verdict on the treaty, which is undecided very near to an edge."""
MOST_JUDGED = 400
"""Profiles of games whose treaty is judged as a whole as well."""
MOST_CELLS = 150
"""Cells of an automaton whose system is solved in symbols."""


@final
@dataclass(frozen=True)
class Check:
    """One point at which the exact check was asked.

    ``values``     of the symbols, the one asked about first.
    ``predicted``  what the formula says;  ``proved`` what was proved in exact arithmetic, None if neither was.
    """

    values: tuple[float, ...]
    predicted: bool
    proved: bool | None


@final
@dataclass(frozen=True, eq=False)
class TreatyThreshold:
    """The threshold of a treaty in one of its numbers, or why there is none in symbols.

    ``asked``   the path;  ``symbols`` the numbers that are symbols, the one asked about first; empty if none could be.
    ``rung``    of the ladder, whose rule of play is asked about.
    ``found``   the threshold; None where ``why`` says that there is none.
    ``region``  where it holds with the other symbols at the values of the text; None if these differ by party.
    ``checks``  what the exact check said.
    ``verdicts``  what ``check`` says of the treaty itself, under the harshest punishments, a little to either side of
                  the only end of the region: (value, verdict) pairs.
    """

    treaty: Treaty
    asked: str
    rung: int
    why: str
    symbols: tuple[Moved, ...] = ()
    traced: Traced | None = None
    found: Threshold | None = None
    region: Region | None = None
    checks: tuple[Check, ...] = ()
    verdicts: tuple[tuple[float, str], ...] = ()

    @property
    def agrees(self) -> bool | None:
        """Whether every point at which something was proved confirms the formula; None where nothing was proved."""
        proved = [check for check in self.checks if check.proved is not None]
        return all(check.proved == check.predicted for check in proved) if proved else None

    def deviations(self, bound: Bound) -> tuple[str, ...]:
        """Who is kept from what by a bound, in the treaty's words, each once."""
        assert self.traced is not None and self.found is not None
        told = []
        for c in bound.constraints:
            link = weakest_link(self.traced.compiled, c.state, c.player, c.played, c.row, 0.0)
            year = "" if link.year is None else f" in year {link.year}"
            mode = "" if c.mode == "comply" else f" while the answer to a breach is carried out ({c.mode})"
            told.append(f"{link.party_name} {link.deviation}{year}{mode}")
        return tuple(dict.fromkeys(told))

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-threshold/1`` form."""
        found = self.found
        return {
            "format": "servanda-threshold/1",
            "treaty": self.treaty.title,
            "of": self.asked,
            "rule": RUNGS[self.rung],
            "concept": CONCEPT.value,
            "why": self.why,
            "symbols": [
                {"name": m.name, "paths": list(m.paths), "text": list(m.values), "low": m.low, "high": m.high}
                for m in self.symbols
            ],
            "threshold": None if found is None else found.to_json() | {
                "in_words": [list(self.deviations(bound)) for bound in found.bounds],
                "latex": found.to_latex(),
            },
            "holds_in": None if self.region is None else [list(interval) for interval in self.region.intervals],
            "checks": [
                {"values": list(c.values), "predicted": c.predicted, "proved": c.proved} for c in self.checks
            ],
            "agrees": self.agrees,
            "verdicts": [{"value": value, "verdict": verdict} for value, verdict in self.verdicts],
        }


def treaty_threshold(
    treaty: Treaty, of: str, *, symbols: Sequence[str] = (), rung: int = 3, periods: int = 1, seed: int = 0
) -> TreatyThreshold:
    """From which value of a number on a rule of play keeps the treaty.

    ``of``       a path to an amount, chance or discount factor, or to several that are moved together
                 (``party.*.discount``, ``matter.procurement.reward``).
    ``symbols``  further numbers that stay symbols in the formula.
    ``rung``     1 self-executing, 2 suspension for ``periods``, 3 reversion.

    Raises ``ValueError`` if a path leads to no number of the treaty or there is no such rung; that there is no formula
    is an answer.
    """
    if rung not in RUNGS:
        raise ValueError(f"rung {rung}: write {', '.join(f'{k} ({name})' for k, name in RUNGS.items())}")
    try:
        numbers = _distinct([moved(treaty, path) for path in (of, *symbols)])
        if treaty.has_types:
            raise NoFormula("parties have types, and rules of play with types are not solved in symbols; "
                            "servanda check tells the least trust exactly")
        told = traced(treaty, numbers)
        rule = _rule(told, rung, periods)
    except NoFormula as reason:
        return TreatyThreshold(treaty, of, rung, f"there is no formula: {reason}")
    first = numbers[0]
    if first.name not in {str(s) for s in told.game.symbols}:
        why = f"there is no threshold: {of} makes no difference to anybody"
        return TreatyThreshold(treaty, of, rung, why, tuple(numbers), told)
    automaton = rule.automaton()
    if len(automaton.cells) > MOST_CELLS:
        why = (f"there is no formula: the rule of play has {len(automaton.cells)} situations, {MOST_CELLS} are the "
               "most that are solved in symbols")
        return TreatyThreshold(treaty, of, rung, why, tuple(numbers), told)
    ends = tuple(sp.Rational(repr(end)) for end in (first.low, first.high))
    found = threshold(told.game, automaton, first.name, (ends[0], ends[1]),
                      shares=[n.name for n in numbers[1:] if n.share])
    values = [n.value for n in numbers[1:]]
    region = None
    if None not in values:
        region = found.at({n.name: repr(v) for n, v in zip(numbers[1:], values, strict=True)})
    checks = _checks(told, found, rule, seed)
    verdicts = () if region is None or None in values else _verdicts(told, region, [v for v in values if v is not None])
    return TreatyThreshold(treaty, of, rung, found.why, tuple(numbers), told, found, region, checks, verdicts)


def _distinct(numbers: list[Moved]) -> list[Moved]:
    if len(numbers) > MOST_SYMBOLS:
        raise NoFormula(f"{len(numbers)} symbols were asked for, {MOST_SYMBOLS} are the most")
    seen: dict[str, str] = {}
    for number in numbers:
        for path in number.paths:
            if path in seen:
                raise ValueError(f"{number.asked}: {path} is part of {seen[path]} already")
            seen[path] = number.asked
    names = [number.name for number in numbers]
    if len(set(names)) < len(names):
        raise ValueError(f"{' and '.join(n.asked for n in numbers if names.count(n.name) > 1)} would both be called "
                         f"{max(names, key=names.count)}; write one of them out in full")
    return numbers


def _rule(told: Traced, rung: int, periods: int) -> RuleOfPlay:
    """The rule of play of a rung at the values of the text that has most slack; raises ``NoFormula``."""
    ladder = Ladder(told.compiled)
    if rung == 2:
        if np.any(ladder.suspended[told.compiled.state_columns.in_force] < 0):
            raise NoFormula("suspension is not defined: the matters have no static equilibrium in pure actions")
        rules = ladder.proportionate(periods)
    else:
        rules = ladder.self_executing() if rung == 1 else ladder.grim()
    plain = [rule for rule in rules if isinstance(rule, RuleOfPlay)]
    if not plain:
        raise NoFormula("no equilibrium in pure actions was found for play after a breach or an ending")
    return max(plain, key=lambda rule: np.inf if rule.least_anywhere is None else rule.least_anywhere.slack)


def _checks(told: Traced, found: Threshold, rule: RuleOfPlay, seed: int) -> tuple[Check, ...]:
    """Random points at which what is assumed is true, and both sides of the ends at the values of the text."""
    first, *others = told.moved
    generator = np.random.default_rng(seed)
    points: list[tuple[float, ...]] = []
    for _ in range(MOST_DRAWN):
        point = tuple(
            float(f"{n.low + (n.high - n.low) * generator.uniform(0.02, 0.98):.4g}") for n in told.moved)
        if found.allows({n.name: repr(v) for n, v in zip(others, point[1:], strict=True)}):
            points.append(point)
        if len(points) == POINTS:
            break
    text = [n.value for n in others]
    if None not in text:
        at_text = [v for v in text if v is not None]
        region = found.at({n.name: repr(v) for n, v in zip(others, at_text, strict=True)})
        step = ASIDE * (first.high - first.low)
        for end in sorted(set(itertools.chain.from_iterable(region.intervals)) - {first.low, first.high}):
            points += [(end - step, *at_text), (end + step, *at_text)]
    out = []
    for point in points:
        inside = found.at({n.name: repr(v) for n, v in zip(others, point[1:], strict=True)}).intervals
        predicted = any(low <= point[0] <= high for low, high in inside)
        game = told.at(point) if first.low < point[0] < first.high else None
        out.append(Check(point, predicted, None if game is None else _proved(game, rule)))
    return tuple(out)


def _verdicts(told: Traced, region: Region, others: list[float]) -> tuple[tuple[float, str], ...]:
    """What the headline is to either side of the only end of a region."""
    first = told.moved[0]
    ends = sorted(set(itertools.chain.from_iterable(region.intervals)) - {first.low, first.high})
    if len(ends) != 1 or told.game.n_rows > MOST_JUDGED:
        return ()
    step = BESIDE * (first.high - first.low)
    out = []
    for value in (ends[0] - step, ends[0] + step):
        if first.low < value < first.high:
            there = treaty_at(told.treaty, told.moved, (value, *others))
            out.append((value, assess(there, variants=False, region=False).verdict))
    return tuple(out)


def _proved(game: StochasticGame, rule: RuleOfPlay) -> bool | None:
    """What exact arithmetic says of the automaton in a game that differs in its numbers."""
    automaton = rule.automaton()
    holds = NoProfitableDeviation.of(game, automaton)
    if holds.check(game).accepted:
        return True
    link = holds.weakest_link(game, on_path=False)
    if link is None:
        return None
    pays = ProfitableDeviation.of(game, automaton, ExactLink(link.mode, link.state, link.player, link.row, link.slack))
    return False if pays.check(game).accepted else None
