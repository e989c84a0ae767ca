"""Random machines in random games of two states: what is solved in symbols is what numbers say of them."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from games.symbolic import Machine, SymbolicGame, critical_discount, stochastic, threshold

a, p = sp.symbols("a p")


def drawn(seed: int) -> tuple[SymbolicGame, Machine]:
    """A game whose payoffs are linear in ``a`` and whose chances are p, 1 - p, 0 or 1, and a machine of two modes."""
    generator = np.random.default_rng(seed)
    laws = [{"x": 1}, {"y": 1}, {"x": p, "y": 1 - p}, {"x": 1 - p, "y": p}]

    def payoff() -> sp.Expr:
        return sp.Integer(int(generator.integers(-3, 4))) + a * int(generator.integers(-1, 2))

    payoffs = [[[[payoff(), payoff()] for _ in range(2)] for _ in range(2)] for _ in range(2)]
    chances = [[[laws[int(generator.integers(4))] for _ in range(2)] for _ in range(2)] for _ in range(2)]
    game = stochastic(payoffs, chances, states=["x", "y"])
    plays = {m: {s: (f"a{generator.integers(2)}", f"b{generator.integers(2)}") for s in "xy"} for m in "mn"}
    after = {f"{m}{s}a{i}b{j}": "mn"[int(generator.integers(2))]
             for m in "mn" for s in "xy" for i in range(2) for j in range(2)}
    return game, Machine(plays, lambda mode, state, seen: after[f"{mode}{state}{''.join(seen)}"])


@pytest.mark.parametrize("seed", [8, *(pytest.param(k, marks=pytest.mark.slow) for k in (0, 1, 4, 5))])
def test_random_machines_are_equilibria_where_the_bounds_say(seed: int) -> None:
    game, machine = drawn(seed)
    found = critical_discount(game, machine)
    assert found.verify(200, seed).disagreements == 0
    if "a" in map(str, game.symbols):
        assert threshold(game, machine, "a").verify(200, seed).disagreements == 0
