"""Games with types that tests share: dilemmas with one doubtful partner, and random ones that end."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.faults import Fault
from games.certificates.typed.evaluation import RuleEvaluation, evaluate_rule
from games.model.stochastic_game import StochasticGame, repeated_game, stochastic_game
from games.model.typed_game import Kind, PartyType, TypedGame, TypeRule
from games.model.typed_rule import TypedRule

F = Fraction
DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
GRIM = np.array([[0, 1, 1, 1], [1, 1, 1, 1]])
DESCRIBED = PartyType("as described")


def always(action: int, name: str, kind: Kind) -> PartyType:
    """A type that does one thing in the one state of a dilemma."""
    return PartyType(name, TypeRule(("m",), 0, np.array([[action]]), np.zeros((1, 4), dtype=np.int64)), kind=kind)


BAD = always(1, "breaches always", "breaches")
KEEPER = always(0, "keeps always", "keeps")
CONDITIONAL = PartyType(
    "complies until the other breaches",
    TypeRule(("calm", "angry"), 0, np.array([[0], [1]]), np.array([[0, 0, 1, 1], [1, 1, 1, 1]])), kind="conditional")


def dilemma(discount: str, *priors: dict[PartyType, Fraction]) -> tuple[TypedGame, TypedRule]:
    """The dilemma (2, 3, 0, -1), cooperation until somebody breaches, and what each player may be besides."""
    game = repeated_game(DILEMMA, discount, actions=[["comply", "breach"]] * 2)
    types = tuple((DESCRIBED, *prior) for prior in priors)
    chances = tuple((1 - sum(prior.values(), F(0)), *prior.values()) for prior in priors)
    play = np.array([[0], [1]])
    rule = TypedRule(
        ("calm", "breached"), 0,
        tuple(tuple(play if one.rule is None else None for one in mine) for mine in types), GRIM)
    return TypedGame(game, types, chances), rule


def three_parties(trusted: Fraction) -> tuple[TypedGame, TypedRule]:
    """Three parties with payoffs linear in how many of the others comply; two of them may be unreliable."""
    payoffs = np.zeros((2, 2, 2, 3), dtype=object)
    for profile in np.ndindex(2, 2, 2):
        for i in range(3):
            others = F(sum(1 - profile[j] for j in range(3) if j != i), 2)
            payoffs[(*profile, i)] = 3 * others - (1 - profile[i])
    bad = PartyType("bad", TypeRule(("m",), 0, np.array([[1]]), np.zeros((1, 8), dtype=np.int64)), kind="breaches")
    typed = TypedGame(repeated_game(payoffs, "1/2"), ((DESCRIBED,), (DESCRIBED, bad), (DESCRIBED, bad)),
                      ((F(1),), (trusted, 1 - trusted), (trusted, 1 - trusted)))
    play = np.array([[0], [1]])
    return typed, TypedRule(("calm", "off"), 0, ((play,), (play, None), (play, None)),
                            np.stack([np.where(np.arange(8) == 0, 0, 1), np.ones(8, dtype=np.int64)]))


def evaluated(typed: TypedGame, rule: TypedRule) -> RuleEvaluation:
    """The evaluation of a rule that makes sense."""
    found = evaluate_rule(typed, rule)
    assert not isinstance(found, Fault), found
    return found


History = tuple[int, ...]
"""The rows played so far."""


@final
@dataclass(frozen=True)
class RandomCase:
    """A random game that ends, whose modes are the histories of what was played."""

    typed: TypedGame
    rule: TypedRule
    histories: tuple[History, ...]
    periods: int


def random_case(seed: int, periods: int = 3, mixed: bool = False) -> RandomCase:
    """Two players with two actions and two or three types each; two states that are drawn in every later period."""
    draw = random.Random(seed)
    wide = periods < 3
    game = _random_game(draw, periods, 2 if wide else 1)
    types, prior = [], []
    for i in range(2):
        mine = [DESCRIBED]
        for k in range(draw.choice([1, 1, 2])):
            mine.append(_random_type(draw, game, i, f"other {k}"))
        weights = [draw.randint(1, 4) for _ in mine]
        types.append(tuple(mine))
        prior.append(tuple(F(w, sum(weights)) for w in weights))
    typed = TypedGame(game, tuple(types), tuple(prior))
    histories = _histories(game, periods)
    return RandomCase(typed, _random_rule(draw, typed, histories, mixed), histories, periods)


def _random_game(draw: random.Random, periods: int, width: int) -> StochasticGame:
    names = [f"{t}.{k}" for t in range(periods) for k in range(width if t else 1)] + ["end"]
    payoffs, laws = [], []
    for name in names[:-1]:
        after = [k for k, other in enumerate(names) if other.startswith(f"{int(name[0]) + 1}.")] or [len(names) - 1]
        payoffs.append([[[draw.randint(-4, 4) for _ in range(2)] for _ in range(2)] for _ in range(2)])
        laws.append([[_law(draw, after, len(names)) for _ in range(2)] for _ in range(2)])
    payoffs.append([[[0, 0]]])
    laws.append([[[F(int(k == len(names) - 1)) for k in range(len(names))]]])
    return stochastic_game(payoffs, laws, draw.choice([F(1), F(4, 5)]), states=names)


def _law(draw: random.Random, after: list[int], size: int) -> list[Fraction]:
    weights = {s: draw.randint(1, 3) for s in after}
    return [F(weights.get(s, 0), sum(weights.values())) for s in range(size)]


def _random_type(draw: random.Random, game: StochasticGame, player: int, name: str) -> PartyType:
    if draw.random() < 0.35:
        return PartyType(name, payoffs=np.array([float(draw.randint(-4, 4)) for _ in range(game.n_rows - 1)] + [0.0]))
    memories = draw.choice([1, 2])
    action = np.array([[draw.randrange(int(n)) for n in game.action_counts[:, player]] for _ in range(memories)])
    after = np.array([[draw.randrange(memories) for _ in range(game.n_rows)] for _ in range(memories)])
    return PartyType(name, TypeRule(tuple(map(str, range(memories))), 0, action, after), kind="breaches")


def _histories(game: StochasticGame, periods: int) -> tuple[History, ...]:
    out: list[History] = [()]
    layer: list[History] = [()]
    for t in range(periods):
        rows = [r for s, name in enumerate(game.states) if name.startswith(f"{t}.") for r in game.rows_of(s)]
        layer = [(*history, r) for history in layer for r in rows]
        out += layer
    return tuple(out)


def _random_rule(
    draw: random.Random, typed: TypedGame, histories: tuple[History, ...], mixed: bool
) -> TypedRule:
    game, number = typed.game, {history: k for k, history in enumerate(histories)}
    after = np.array([[number.get((*h, r), 0) for r in range(game.n_rows)] for h in histories])
    action = tuple(
        tuple(None if one.rule is not None else np.array(
            [[draw.randrange(int(n)) for n in game.action_counts[:, i]] for _ in histories]) for one in types)
        for i, types in enumerate(typed.types))
    mix = {}
    if mixed:
        for i, types in enumerate(typed.types):
            for t, one in enumerate(types):
                for m in range(len(histories)):
                    for s in range(game.n_states - 1):
                        if one.rule is None and draw.random() < 0.2:
                            p = F(draw.randint(1, 4), 5)
                            mix[i, t, m, s] = {0: p, 1: 1 - p}
    return TypedRule(tuple(map(str, range(len(histories)))), 0, action, after, mix=mix)


def improved(case: RandomCase, steps: int) -> RandomCase:
    """The case after so many steps in which one player in turn replaces all that it can improve by one deviation."""
    typed, rule = case.typed, case.rule
    for step in range(steps):
        found = evaluated(typed, rule)
        if found.paying(typed.prior) is None:
            break
        tables = [[None if table is None else table.copy() for table in mine] for mine in rule.action]
        mix = dict(rule.mix)
        for group in found.groups:
            low = group.bounds(typed.prior)[0]
            for k in np.flatnonzero(low < 0).tolist() if group.player == step % 2 else ():
                place = int(group.alphas.place[group.deviation[k]])
                mode, state = int(found.places.mode[place]), int(found.places.state[place])
                table = tables[group.player][group.kind]
                assert table is not None
                table[mode, state] = group.alphas.action[group.deviation[k]]
                mix.pop((group.player, group.kind, mode, state), None)
        rule = replace(rule, action=tuple(map(tuple, tables)), mix=mix)
    return RandomCase(typed, rule, case.histories, case.periods)
