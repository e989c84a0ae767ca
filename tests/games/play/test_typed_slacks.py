"""Slacks in floating point against the exact ones of certificates, in games drawn by lot, with types drawn anew."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from games.certificates.faults import Fault
from games.certificates.typed.evaluation import evaluate_rule
from games.model.stochastic_game import StochasticGame
from games.model.typed_game import PartyType, TypedGame, TypeRule
from games.model.typed_rule import TypedRule
from games.play.typed_slacks import nodes_of, typed_slacks

STATES, MODES = 3, 2


def drawn(seed: int, *, redraws: bool) -> tuple[TypedGame, TypedRule]:
    """Two players, three states, two actions; an impatient type of one, an automaton of either."""
    rng = np.random.default_rng(seed)
    rows = STATES * 4
    ahead = rng.integers(0, STATES, (rows, 2))
    law = csr_array((np.full(2 * rows, 0.5), (np.repeat(np.arange(rows), 2), ahead.ravel())), shape=(rows, STATES))
    game = StochasticGame(
        ("A", "B"), np.array([0.5, 0.75]), ("a", "b", "c"), ((("x", "y"), ("x", "y")),) * STATES,
        rng.integers(-4, 5, (rows, 2)).astype(float), law,
    )  # fmt: skip

    def automaton() -> TypeRule:
        return TypeRule(("one", "two"), 0, rng.integers(0, 2, (2, STATES)), rng.integers(0, 2, (2, rows)))

    impatient = PartyType("other", payoffs=rng.integers(-4, 5, rows).astype(float), discount=0.25)
    types = (
        (PartyType("usual"), impatient, PartyType("machine", automaton())),
        (PartyType("usual"), PartyType("machine", automaton())),
    )
    again = csr_array((rng.random((STATES, STATES)) < 0.5).astype(np.int8))
    typed = TypedGame(
        game, types, ((Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)), (Fraction(3, 5), Fraction(2, 5))),
        (again, None) if redraws else None,
    )  # fmt: skip
    tables = [rng.integers(0, 2, (MODES, STATES)) for _ in range(3)]
    action = ((tables[0], tables[1], None), (tables[2], None))
    return typed, TypedRule(("calm", "angry"), 0, action, rng.integers(0, MODES, (MODES, rows)))


@pytest.mark.parametrize("redraws", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_slacks_are_those_that_exact_arithmetic_finds(seed: int, redraws: bool) -> None:
    typed, rule = drawn(seed, redraws=redraws)
    exact, nodes = evaluate_rule(typed, rule), nodes_of(typed, rule)
    assert not isinstance(exact, Fault) and not isinstance(nodes, Fault)
    found = {}
    for of in typed_slacks(nodes, lambda i, t: columns(typed, i, t)):
        unit = 1 - float(typed.exact_discount(of.player, of.kind))
        for node, action, slack in zip(of.node.tolist(), of.action.tolist(), of.slack[:, 0], strict=True):
            found[of.player, of.kind, node, action] = slack * unit
        least, most = exact.value(of.player, of.kind, typed.prior)
        assert of.value[nodes.root, 0] * unit == pytest.approx(float(least + most) / 2, abs=1e-9)
    compared = 0
    for group in exact.groups:
        low, _, below = group.bounds(typed.prior)
        for k, node in enumerate(group.node.tolist()):
            action = int(group.alphas.action[group.deviation[k]])
            assert found[group.player, group.kind, node, action] == pytest.approx(int(low[k]) / below, abs=1e-9)
            compared += 1
    assert compared > 10


def columns(typed: TypedGame, player: int, kind: int) -> np.ndarray:
    """Float[rows, 1]: what rows pay a type."""
    own = typed.types[player][kind].payoffs
    return (typed.game.payoffs[:, player] if own is None else own.astype(float))[:, None]
