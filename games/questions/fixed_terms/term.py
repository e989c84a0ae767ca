"""How long a treaty with a fixed term holds where a partner may be a conditional complier.

Between the ends that are told lies what is not known: in the best rule of play found so many years hold surely, and in
every equilibrium at most so many of the last ones fail.  Rules without mixing are tried first, then reputations.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.typed import FailingYears, TypedRuleEquilibrium
from games.certificates.typed.clean_path import CleanPath
from games.certificates.typed.settled import Unsettled
from games.certificates.typed.shortfall import unfit_for_shortfall
from games.certificates.typed.term_bound import TermBound
from games.model.plan import Plan
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.questions.fixed_terms.posteriors import Reputation
from games.questions.fixed_terms.pure_rules import PureRule, least_conditional, pure_rules
from games.questions.fixed_terms.rules import rule_of

MOST_MIXED_YEARS = 12
"""Mixed rules in which more last years fail are not looked for."""


@final
@dataclass(frozen=True, eq=False)
class FixedTerm:
    """What is found of a plan with an end; chances are those of the game's priors.

    ``periods``       of the plan, at most.
    ``sure_years``    from the first on in which all types that choose keep to the plan surely, as long as all have, in
                      the best rule found; None if no rule is found that is an equilibrium.
    ``least_conditional``  the least chance of conditional kinds, other types in proportion, at which that many hold by
                      rules like those tried; None for no years, or where the chance cannot vary.
    ``failing_years_at_least``  the other years, in the best rule found.
    ``failing_years_at_most``   how many of the last years can fail in an equilibrium of any kind; None if of no year
                      of the term it is shown that it cannot.
    ``mixed``         whether types mix in the rule.
    ``equilibrium``, ``bound``  the evidence, checked.
    """

    periods: int
    sure_years: int | None
    least_conditional: Fraction | None
    failing_years_at_least: int | None
    failing_years_at_most: int | None
    mixed: bool
    rule: TypedRule | None
    equilibrium: TypedRuleEquilibrium | None
    bound: FailingYears | None


def fixed_term(typed: TypedGame, plan: Plan) -> FixedTerm | str:
    """The answer, or in words why there is none: the plan has no end, or what follows a breach is not settled.

    ``plan``  says one row in each state that it does not leave free.
    """
    if problem := unfit_for_shortfall(typed):
        return problem
    try:
        path = CleanPath(typed, plan)
        shown = TermBound(path)
        best = _best(path)
    except Unsettled as why:
        return str(why)
    failing = path.periods - shown.sure_periods
    bound = FailingYears(typed.digest, plan.to_json(), failing) if shown.sure_periods else None
    if best is None:
        return FixedTerm(path.periods, None, None, None, failing if bound else None, False, None, None, bound)
    return FixedTerm(
        path.periods, best.sure, best.least, path.periods - best.sure, failing if bound else None, bool(best.rule.mix),
        best.rule, best.equilibrium, bound)


@final
@dataclass(frozen=True, eq=False)
class _Best:
    sure: int
    least: Fraction | None
    rule: TypedRule
    equilibrium: TypedRuleEquilibrium


def _best(path: CleanPath) -> _Best | None:
    """The rule in which the fewest last years fail; with as many, one that does not mix."""
    tried: list[PureRule] = []
    pure: PureRule | None = None
    for one in pure_rules(path):
        # Others in which as many years fail may hold for less.
        if pure is not None and one.failing > pure.failing:
            break
        tried.append(one)
        pure = one if pure is None and one.holds else pure
    try:
        reputation = Reputation(path)
    except Unsettled:
        reputation = None
    fewest = path.periods + 1 if pure is None else pure.failing
    mixed = None if reputation is None else _mixed(path, reputation, fewest)
    if mixed is not None:
        return mixed
    if pure is None:
        return None
    least = None
    if pure.failing < path.periods:
        chances = [x for one in tried if (x := least_conditional(one)) is not None]
        by_mixing = reputation.least_chance(pure.failing) if reputation is not None else None
        least = min([*chances, *([] if by_mixing is None else [by_mixing])], default=None)
    return _proved(path, pure.rule, pure.failing, least)


def _mixed(path: CleanPath, reputation: Reputation, fewest: int) -> _Best | None:
    """A mixed rule in which fewer last years fail than so many."""
    chance = path.typed.prior[reputation.informed][reputation.kind]
    tried = list(range(1, min(fewest, path.periods, MOST_MIXED_YEARS + 1)))
    for failing in [*tried, path.periods] if fewest > path.periods else tried:
        least = reputation.least_chance(failing) if failing < path.periods else None
        part = reputation.surely(failing, chance)
        if part is not None:
            found = _proved(path, rule_of(path, reputation.conduct(part, chance)), failing, least)
            if found is not None:
                return found
    return None


def _proved(path: CleanPath, rule: TypedRule, failing: int, least: Fraction | None) -> _Best | None:
    """The rule with the evidence that it is an equilibrium whose sure years keep to the plan; None if it is none."""
    typed, game = path.typed, path.game
    allowed = np.ones(game.n_rows, dtype=bool)
    for node, left in path.left.items():
        if left > failing:
            rows = game.rows_of(node.state)
            allowed[rows.start:rows.stop] = False
            allowed[path.row(node)] = True
    evidence = TypedRuleEquilibrium.of(typed, rule, Plan(game, allowed))
    if not evidence.check(typed).accepted:
        return None
    sure = min((path.period[node] for node, left in path.left.items() if left <= failing), default=path.periods)
    return _Best(sure, least, rule, evidence)
