"""What a stochastic game refuses, what it reads otherwise than it was written, and what its digest tells apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from games import GameError, read_game
from games.model.outcome_laws import OutcomeLaws
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import to_fraction
from games.numerics.remarks import Remark


def two_states(law: csr_array, monitoring: PublicMonitoring | None = None) -> StochasticGame:
    """One player with two actions in the first of two states; ``law`` Float[3 rows, 2 states]."""
    return StochasticGame(
        ("A",), np.array([0.5]), ("s", "t"), ((("a", "b"),), (("c",),)), np.zeros((3, 1)), law, monitoring=monitoring)


def sparse(cells: list[list[tuple[int, float]]]) -> csr_array:
    """Rows of (state, probability) as they stand, repeated ones too."""
    flat = [cell for row in cells for cell in row]
    return csr_array(
        ([p for _, p in flat], [s for s, _ in flat], np.cumsum([0, *map(len, cells)])), shape=(len(cells), 2))


PLAIN = [[(0, 1.0)], [(0, 0.5), (1, 0.5)], [(1, 1.0)]]


def signals(second: list[float], after: csr_array | None = None) -> PublicMonitoring:
    """Two signals in the first state; ``second`` their law after the second action."""
    return PublicMonitoring((("x", "y"), ()), (np.array([[1.0, 0.0], second]), np.zeros((1, 0))), after)


def test_a_next_state_that_is_given_twice_is_refused_with_its_place() -> None:
    twice = sparse([[(0, 1.0)], [(0, 0.25), (1, 0.5), (0, 0.25)], [(1, 1.0)]])
    with pytest.raises(GameError, match=r"state 's', profile \(b\), transition: state 's' is given more than once"):
        two_states(twice)
    after = sparse([[(0, 1.0)], [(0, 1.0)], [(0, 1.0)], [(1, 0.5), (1, 0.5)]])
    with pytest.raises(GameError, match=r"profile \(b\), signal 'y', transition: state 't' is given more than once"):
        two_states(sparse(PLAIN), signals([0.5, 0.5], after))
    backwards = sparse([[(0, 1.0)], [(1, 0.5), (0, 0.5)], [(1, 1.0)]])
    assert two_states(backwards).digest == two_states(sparse(PLAIN)).digest


@pytest.mark.parametrize("kind", ["transition", "signal", "next"])
def test_what_rounding_left_below_zero_is_zero_and_told(kind: str) -> None:
    def build(p: float) -> StochasticGame:
        law = sparse([[(0, 1.0), (1, p)] if kind == "transition" else [(0, 1.0)], *PLAIN[1:]])
        if kind == "transition":
            return two_states(law)
        after = sparse([[(0, 1.0)], [(0, 1.0)], [(0, 1.0), (1, p)], [(1, 1.0)]]) if kind == "next" else None
        return two_states(law, signals([1.0, p] if kind == "signal" else [0.5, 0.5], after))

    with pytest.warns(Remark, match=r"profile \([ab]\).*is read as 0"):
        rounded = build(-1e-13)
    plain = build(0.0)
    for row in range(3):
        assert OutcomeLaws(rounded).exact(row) == OutcomeLaws(plain).exact(row)
        assert rounded.exact_transition(row) == plain.exact_transition(row)
    with pytest.raises(GameError, match=r"profile \([ab]\).*a probability is negative"):
        build(-1e-12)
    with pytest.raises(GameError, match="not a number"):
        build(float("nan"))


def test_a_law_that_needs_no_mending_stays_the_same_object() -> None:
    law = sparse(PLAIN)
    seen = signals([0.5, 0.5])
    game = two_states(law, seen)
    assert game.transition is law and game.monitoring is seen and replace(game, name="again").transition is law


CHANCES = ["1/3", 0.3333333333333333, "0.33333333333333331", "0.3333333333333333000001", "1e-400", "1e-401", 0, 0.5]
AMOUNTS = ["1/3", 0.3333333333333333, "1e-400", "0.1", "0.1000000000000000055511151231257827", -0.0, 0, 3]


def written(chances: list[Any], amounts: list[Any], factor: Any, seen: bool) -> StochasticGame:
    """A game file of one player in two states, whose numbers many floats do not tell apart."""
    rows = [{"s": p, "t": 1 - to_fraction(p)} for p in chances[:2]]
    state: dict[str, Any] = {"name": "s", "actions": [["a", "b"]], "payoffs": [[x] for x in amounts[:2]]}
    if seen:
        state |= {"signals": ["x", "y"], "transitions": [{"x": rows[0], "y": rows[1]}, {"x": rows[0], "y": rows[0]}],
                  "signal_probabilities": [[p, 1 - to_fraction(p)] for p in chances[2:]]}
    else:
        state |= {"transitions": rows}
    other = {"name": "t", "actions": [["c"]], "payoffs": [[amounts[2]]]}
    return read_game({"format": "servanda-game/1", "players": ["A"], "discount": factor, "states": [state, other]})


def meaning(game: StochasticGame) -> Any:
    """All exact numbers of a game."""
    laws = OutcomeLaws(game)
    return (
        game.exact_discount(0), [game.exact_payoff(row, 0) for row in range(3)],
        [game.exact_transition(row) for row in range(3)], game.monitoring is None,
        [laws.exact(row) for row in range(3)],
    )


@given(st.data(), st.booleans())
@settings(max_examples=150)
def test_games_of_other_exact_numbers_have_other_digests(data: st.DataObject, seen: bool) -> None:
    def numbers(pool: list[Any], count: int) -> list[Any]:
        return [data.draw(st.sampled_from(pool)) for _ in range(count)]

    chances, amounts, factor = numbers(CHANCES, 4), numbers(AMOUNTS, 3), data.draw(st.sampled_from(CHANCES))
    first = written(chances, amounts, factor, seen)
    place = data.draw(st.integers(0, 7))
    changed = [*chances, *amounts, factor]
    changed[place] = data.draw(st.sampled_from(AMOUNTS if 4 <= place < 7 else CHANCES))
    second = written(changed[:4], changed[4:7], changed[7], seen)
    if first.digest == second.digest:
        assert meaning(first) == meaning(second)
    if (chances, amounts, factor) == (changed[:4], changed[4:7], changed[7]):
        assert first.digest == second.digest
