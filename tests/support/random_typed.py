"""Random games with types, for ever or for some years, with rules of play that are made better where they are bad."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from games.model.stochastic_game import StochasticGame
from games.model.typed_game import PartyType, TypedGame
from games.model.typed_rule import TypedRule
from tests.support.brute_typed import Brute
from tests.support.trust_games.dilemma import Typed
from tests.support.typed_builder import Profile, game_of, own_rule, public_rule, redrawn

F = Fraction
ACTIONS = ("a", "b")
MODES = ("m0", "m1")


def endless(seed: int, players: int = 2) -> Typed:
    """One or two states for ever; governments may change where all see it, and types draw anew with them."""
    draw = random.Random(seed)
    states = [f"s{k}" for k in range(draw.choice([1, 2]))]
    labels = {state: [ACTIONS] * players for state in states}
    paid = _payoffs(draw, labels)
    laws = {(state, profile): _law(draw, states) for state in states for profile in product(ACTIONS, repeat=players)}
    game = game_of(labels, lambda s, profile: paid[s, profile], lambda s, profile: laws[s, profile],
                   draw.choice([F(1, 2), F(4, 5)]))
    types, prior = _types(draw, game, [draw.choice([1, 2]) for _ in range(players)])
    redraws: list[Any] = [None] * players
    if len(states) == 2 and draw.random() < 0.5:
        redraws[draw.randrange(players)] = redrawn(game, [("s0", "s1")])
    return _with_rule(draw, TypedGame(game, types, prior, redraws=tuple(redraws)), MODES)


def drifting(seed: int) -> Typed:
    """Two years in which flags speak of the second player, and its type may change unseen; two types each."""
    draw = random.Random(seed)
    years = ["y0", "y1"]
    labels: dict[str, Sequence[Sequence[str]]] = {**{year: [ACTIONS] * 2 for year in years}, "end": [["rest"]] * 2}
    paid = _payoffs(draw, {year: labels[year] for year in years}) | {("end", ("rest", "rest")): [F(0)] * 2}
    flag = {action: F(draw.randint(1, 4), 5) for action in ACTIONS}
    after = dict(zip(years, [*years[1:], "end"], strict=True))

    def signals(state: str, profile: Profile) -> Mapping[str, Fraction]:
        if state == "end":
            return {}
        return {f"{profile[0]} flag": flag[profile[1]], f"{profile[0]} quiet": 1 - flag[profile[1]]}

    game = game_of(labels, lambda s, profile: paid[s, profile], lambda s, _: after.get(s, "end"), F(4, 5),
                   signals=signals)
    types, prior = _types(draw, game, (2, 2))
    unseen: list[Any] = [None, None]
    if draw.random() < 0.5:
        chance = F(draw.randint(1, 3), 4)
        unseen[1] = ((F(1), F(0)), (chance, 1 - chance))
    return _with_rule(draw, TypedGame(game, types, prior, replacement=tuple(unseen)), MODES)


def improved(case: Typed, rounds: int) -> Typed:
    """The same with what pays most done instead, again and again; it need not come to rest."""
    for _ in range(rounds):
        better = Brute(case.game, case.rule).deviations()
        if not better:
            break
        best = max(better, key=lambda one: one.gain)
        tables = [[None if t is None else t.copy() for t in mine] for mine in case.rule.action]
        table = tables[best.player][best.kind]
        assert table is not None
        table[best.node[0], best.node[1]] = best.action
        case = Typed(case.game, replace(case.rule, action=tuple(map(tuple, tables))))
    return case


def _payoffs(draw: random.Random, labels: Mapping[str, Sequence[Sequence[str]]]) -> dict[tuple[str, Profile], Any]:
    return {(state, profile): [F(draw.randint(-4, 4)) for _ in own]
            for state, own in labels.items() for profile in product(*own)}


def _law(draw: random.Random, states: Sequence[str]) -> dict[str, Fraction]:
    weights = {state: draw.randint(1, 3) for state in states}
    return {state: F(weight, sum(weights.values())) for state, weight in weights.items()}


def _types(
    draw: random.Random, game: StochasticGame, counts: Sequence[int]
) -> tuple[tuple[tuple[PartyType, ...], ...], tuple[tuple[Fraction, ...], ...]]:
    types, prior = [], []
    for i in range(game.n_players):
        mine = [PartyType("as described")]
        mine += [_type(draw, game, i, f"other {k}") for k in range(1, counts[i])]
        weights = [draw.randint(1, 4) for _ in mine]
        types.append(tuple(mine))
        prior.append(tuple(F(w, sum(weights)) for w in weights))
    return tuple(types), tuple(prior)


def _type(draw: random.Random, game: StochasticGame, player: int, name: str) -> PartyType:
    if draw.random() < 0.3:
        quiet = np.array([game.states[s] == "end" for s in game.row_state])
        own = np.array([draw.randint(-4, 4) for _ in range(game.n_rows)], dtype=float)
        return PartyType(name, payoffs=np.where(quiet, 0.0, own), discount=draw.choice([None, F(2, 3)]))
    memories = ("x", "y")[:draw.choice([1, 2])]
    does: dict[Any, str] = {}
    then: dict[Any, str] = {}
    rule = own_rule(game, player, memories,
                    lambda memory, state: does.setdefault((memory, state), draw.choice(ACTIONS)),
                    lambda memory, state, seen: then.setdefault((memory, state, seen), draw.choice(memories)))
    return PartyType(name, rule, kind="breaches")


def _with_rule(draw: random.Random, typed: TypedGame, modes: Sequence[str]) -> Typed:
    rule: TypedRule = public_rule(typed, modes, lambda *_: draw.choice(ACTIONS), lambda *_: draw.choice(modes))
    return Typed(typed, rule)
