"""A treaty's game with types for all values of some of its amounts, and rules by which types tell themselves apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from games.model.payoff_family import PayoffFamily
from games.model.typed_rule import TypedRule
from treaties.assessing.typed_ladder import TypedLadder
from treaties.compiling.base_game import brought_by
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.payoffs import period_payoffs
from treaties.compiling.typed import breach_actions, own_payoffs
from treaties.effects import Floats
from treaties.model.treaty import Treaty

KEPT = 10
"""Decimals of what a row pays per unit of an amount."""


def payoff_family(ladder: TypedLadder, names: Sequence[str], text: Callable[[Floats], Treaty]) -> PayoffFamily:
    """The game for all values of amounts that payoffs rise evenly with, and nothing else depends on.

    ``text``  the treaty for values of the amounts, Float[names].
    """
    typed, count = ladder.typed, len(names)
    there = [_with_amounts(ladder.compiled, text(x)) for x in (np.zeros(count), *np.eye(count))]
    base, *unit = [_paid(of) for of in there]
    own = {(i, t) for i, types in enumerate(typed.types) for t, one in enumerate(types) if one.payoffs is not None}
    mine = {(i, t): [own_payoffs(of, i, of.treaty.parties[i].type[t - 1]) for of in there] for i, t in own}
    kept = {key: value for key, value in typed.game.rationals.items() if key[0] != "payoff"}
    types = tuple(
        tuple(replace(one, payoffs=mine[i, t][0]) if (i, t) in own else one for t, one in enumerate(of))
        for i, of in enumerate(typed.types)
    )
    still = replace(typed, game=replace(typed.game, payoffs=base, rationals=kept), types=types)
    rises = {key: np.stack([(of - first).round(KEPT) for of in rest]) for key, (first, *rest) in mine.items()}
    return PayoffFamily(still, tuple(names), np.stack([(of - base).round(KEPT) for of in unit]), rises)


def _with_amounts(compiled: CompiledTreaty, treaty: Treaty) -> CompiledTreaty:
    """The same game with the amounts of another text, as far as payoffs go."""
    brought = brought_by(treaty, compiled.context)
    return replace(compiled, treaty=treaty, effects=tuple(effect for of in brought for effect in of))


def _paid(compiled: CompiledTreaty) -> Floats:
    """Float[rows, parties]."""
    discount = compiled.game.discount.tolist()
    return period_payoffs(compiled.treaty, compiled.effects, compiled.paid.columns, discount)[compiled.paid_row]


def told_apart(ladder: TypedLadder, rule: TypedRule) -> tuple[tuple[str, ...], TypedRule] | None:
    """The rule by which strategic types other than the parties as described do not keep to what these do.

    They breach, and take no measure to build trust, wherever the rule has all comply; so they show themselves at once.
    None where there are no such types.  With it their names, such as "opportunist of Sundmark".
    """
    typed, compiled = ladder.typed, ladder.compiled
    own = typed.game.own_action[np.maximum(compiled.unused, typed.game.row_start[:-1])]
    usual = [tables[0] for tables in rule.action]
    complying = np.logical_and.reduce([table == own[:, i] for i, table in enumerate(usual)]) & (compiled.unused >= 0)
    shown, action = [], []
    for i, (party, tables, types) in enumerate(zip(compiled.treaty.parties, rule.action, typed.types, strict=True)):
        breach = breach_actions(compiled, i)
        shown += [f"{one.name} of {party.name}" for one in types[1:] if one.rule is None]
        apart = [table if table is None else np.where(complying, breach, table) for table in tables[1:]]
        action.append((tables[0], *apart))
    return (tuple(shown), replace(rule, action=tuple(action))) if shown else None
