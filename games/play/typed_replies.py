"""Best replies wherever cooperation is over: what to do against somebody who has shown what it is.

A mode that a rule never leaves once it is there is an equilibrium among players as described; against a type that
follows a rule of its own something else may pay.  Here the rule's modes are told apart by all that everyone knows, and
in those that are never left every type that chooses changes to what pays most, over and over: policy improvement
(Howard 1960) where one player alone still chooses, a search where several do.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from games.certificates.faults import Fault
from games.certificates.typed.evaluation import RuleEvaluation, evaluate_rule
from games.model.typed_rule import UNSAID, TypedRule
from games.numerics.arrays import Bools, Ints

ROUNDS = 12
MOST_NODES = 20_000
MOST_MODES = 400
TINY = 1e-9
"""In payoff units: gains that are no more than rounding."""


def with_best_replies(found: RuleEvaluation) -> RuleEvaluation:
    """The rule with better replies where it never leaves its mode; the same where there is nothing to gain.

    Left as it is, too, where types are drawn anew, or the rule is too large.
    """
    again = found.typed.redraws
    last = final_modes(found.places.rule)
    if (again is not None and any(one is not None for one in again)) or len(found.nodes.place) > MOST_NODES:
        return found
    if not _gains(found, last[found.places.mode]):
        return found
    told = told_apart(found)
    if told is None:
        return found
    rule, mode_before = told
    last = last[mode_before]
    best = found
    for _ in range(ROUNDS):
        now = evaluate_rule(found.typed, rule)
        if isinstance(now, Fault):
            return best
        best = now
        gains = _gains(now, last[now.places.mode])
        if not gains:
            return now
        rule = _changed(rule, gains)
    return best


def final_modes(rule: TypedRule) -> Bools:
    """Bool[modes]: those that are never left, but for the one in which play begins."""
    own = np.arange(len(rule.modes))[:, None]
    out: Bools = np.all((rule.next_mode == own) | (rule.next_mode == UNSAID), axis=1)
    out[rule.start] = False
    return out


def told_apart(found: RuleEvaluation) -> tuple[TypedRule, Ints] | None:
    """The same rule with a mode for everything that everyone can know, and Int[modes] the mode of the rule before.

    None where that would be more than ``MOST_MODES`` modes.
    """
    nodes, places, rule = found.nodes, found.places, found.places.rule
    at = nodes.place
    known = np.column_stack([places.mode[at], places.memory[at], nodes.belief])
    known, mode = np.unique(known, axis=0, return_inverse=True)
    mode = mode.ravel()
    if len(known) > MOST_MODES:
        return None
    before = known[:, 0]
    ahead = np.full((len(known), rule.next_mode.shape[1]), UNSAID, dtype=np.int64)
    # Where play is over any mode will do: what follows elsewhere counts.
    for over in (True, False):
        edges = np.flatnonzero(places.over[at[nodes.target]] == over)
        ahead[mode[nodes.source[edges]], nodes.row[edges]] = mode[nodes.target[edges]]
    names = tuple(f"{rule.modes[m]} [{k}]" for k, m in enumerate(before.tolist()))
    actions = tuple(tuple(None if one is None else one[before] for one in of) for of in rule.action)
    return replace(rule, modes=names, start=int(mode[nodes.root]), action=actions, next_mode=ahead), before


def _gains(found: RuleEvaluation, where: Bools) -> dict[tuple[int, int, int, int], int]:
    """(player, type, mode, state) to the own action that pays most, where one pays; ``where`` Bool[places]."""
    best: dict[tuple[int, int, int, int], tuple[float, int]] = {}
    places, prior = found.places, found.typed.prior
    for group in found.groups:
        place = found.nodes.place[group.node]
        if not np.any(where[place]):
            continue
        _, high, below = group.bounds(prior)
        unit = float(group.alphas.unit)
        slack = (high / below).astype(float) / unit
        for k in np.flatnonzero(where[place] & (slack < -TINY)).tolist():
            key = group.player, group.kind, int(places.mode[place[k]]), int(places.state[place[k]])
            if key not in best or slack[k] < best[key][0]:
                best[key] = float(slack[k]), int(group.alphas.action[group.deviation[k]])
    return {key: action for key, (_, action) in best.items()}


def _changed(rule: TypedRule, gains: dict[tuple[int, int, int, int], int]) -> TypedRule:
    actions = [[None if one is None else one.copy() for one in of] for of in rule.action]
    for (player, kind, mode, state), action in gains.items():
        table = actions[player][kind]
        assert table is not None
        table[mode, state] = action
    return replace(rule, action=tuple(tuple(of) for of in actions))
