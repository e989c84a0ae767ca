"""Random two-player trees in which nobody forgets: own moves are remembered, all others are seen or not."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product
from typing import Any

from games.extensive_form import (
    ExtensiveGame,
    chance,
    decision,
    expected_payoffs,
    extensive_game,
    pure_profile,
    terminal,
)
from games.game_trees.gambit import pure_strategies

Views = tuple[tuple[str, ...], tuple[str, ...]]


def random_tree(seed: int, depth: int = 4, *, zero_sum: bool = False, most: int = 5) -> ExtensiveGame:
    """A tree with payoffs from -most to most; hidden moves, two or three actions, chance with thirds, fifths..."""
    draw = random.Random(seed)
    counts: dict[tuple[int, tuple[str, ...]], int] = {}

    def end() -> dict[str, Any]:
        own = draw.randint(-most, most)
        return terminal([own, -own if zero_sum else draw.randint(-most, most)])

    def node(left: int, views: Views) -> dict[str, Any]:
        kind = draw.random()
        if left == 0 or kind < 0.12:
            return end()
        if kind < 0.3:
            weights = [draw.randint(1, 4) for _ in range(draw.choice([2, 2, 3]))]
            branches = {}
            for j, weight in enumerate(weights):
                seen = [draw.random() < 0.5 for _ in views]
                then = node(left - 1, _after(views, [f"c{j}" if one else "" for one in seen]))
                branches[f"c{j}"] = (Fraction(weight, sum(weights)), then)
            return chance(branches)
        mover = draw.randint(0, 1)
        count = counts.setdefault((mover, views[mover]), draw.choice([2, 2, 3]))
        shown = draw.random() < 0.45
        actions = {}
        for j in range(count):
            news = ["", ""]
            news[mover], news[1 - mover] = f"m{j}", f"s{j}" if shown else ""
            actions[f"{'ab'[mover]}{j}"] = node(left - 1, _after(views, news))
        return decision("AB"[mover], actions, "." + "".join(views[mover]))

    return extensive_game(["A", "B"], node(depth, ((), ())), f"random {seed}")


def _after(views: Views, news: list[str]) -> Views:
    first, second = (view + ((new,) if new else ()) for view, new in zip(views, news, strict=True))
    return first, second


Strategies = list[dict[int, int]]
Tables = tuple[list[list[Fraction]], list[list[Fraction]]]


def normal_form(game: ExtensiveGame) -> tuple[Strategies, Strategies, Tables]:
    """Reduced strategies of both players and their payoffs [first's strategy][second's strategy]."""
    first, second = pure_strategies(game, 0), pure_strategies(game, 1)
    tables: Tables = ([[Fraction(0)] * len(second) for _ in first], [[Fraction(0)] * len(second) for _ in first])
    for (i, mine), (j, theirs) in product(enumerate(first), enumerate(second)):
        chosen = mine | theirs
        choices = [chosen.get(h, 0) for h in range(len(game.information_sets))]
        tables[0][i][j], tables[1][i][j] = expected_payoffs(game, pure_profile(game, choices))
    return first, second, tables
