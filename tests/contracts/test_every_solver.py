"""What every solver must keep, whatever its method: found by folder, not listed."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import games.solvers
from games import GameError, Sustainable, Undecided, Unsustainable, read_game, repeated_game, solve
from games.model.stochastic_game import StochasticGame
from games.questions.solve import choose_solver
from games.solvers import discover
from games.solvers.payoff_set import SupportBounds
from games.solvers.solution import Solution
from games.solvers.solver import Solver
from games.solvers.verdict import certificate_of
from tests.support.random_games import random_game

FOLDER = Path(games.solvers.__file__).parent
SCHEMA = json.loads((FOLDER.parent / "files" / "servanda-solution.schema.json").read_text())
SOLVERS = discover()


def some_games() -> list[StochasticGame]:
    """Small games of many kinds; each solver is run on those that it accepts."""
    rng = np.random.default_rng(5)
    dilemma = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
    pennies = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]
    signals = read_game({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.9, "states": [{
            "name": "s", "actions": [["c", "d"], ["c", "d"]], "payoffs": dilemma, "signals": ["good", "bad"],
            "signal_probabilities": [[[0.9, 0.1], [0.4, 0.6]], [[0.4, 0.6], [0.2, 0.8]]],
        }],
    })
    return [
        repeated_game(dilemma, discount=0.5),
        repeated_game(dilemma, discount=[0.5, 0.9]),
        repeated_game(dilemma, discount=0.0),
        repeated_game(pennies, discount=0.5),
        repeated_game([[[1, 1]]], discount=0.9),
        repeated_game(dilemma, discount=0.5, transfers="voluntary"),
        repeated_game(pennies, discount=0.5, transfers="voluntary"),
        replace(random_game(rng, 3, 2, (1, 3)), transfers="voluntary"),
        repeated_game(rng.random((2, 2, 2, 3)), discount=0.6),
        random_game(rng, 2, 3, (1, 3)),
        random_game(rng, 1, 2, 2),
        repeated_game(dilemma, discount=1, periods=2),
        repeated_game(dilemma, discount=0.5, periods=2),
        signals,
    ]


@cache
def solved(kind: type[Solver]) -> list[tuple[StochasticGame, Solution]]:
    """The games that a solver accepts, with what it finds."""
    return [(game, kind().solve(game)) for game in some_games() if kind().accepts(game) is None]


def test_solvers_are_found() -> None:
    names: list[str] = [solver.name for solver in SOLVERS]
    assert {"nash_reversion", "equilibrium_polygons"} <= set(names)
    assert sorted(set(names)) == sorted(names)


def test_every_solver_is_named_after_its_folder() -> None:
    for solver in SOLVERS:
        assert solver.__module__.startswith(f"games.solvers.{solver.name}.")


@pytest.mark.parametrize("kind", SOLVERS, ids=lambda kind: kind.name)
class TestEverySolver:
    def test_it_says_what_it_is(self, kind: type[Solver]) -> None:
        for words in (kind.exact_for, kind.cost, kind.source):
            assert len(words) > 10
        assert any(c.isdigit() for c in kind.source), "name author and year"
        anything: Any = kind
        assert is_dataclass(anything)
        assert kind.__doc__
        for option in fields(anything):
            assert f"``{option.name}``" in kind.__doc__, f"the docstring does not say what {option.name} is"
        kind()

    def test_it_refuses_in_words_what_it_does_not_accept(self, kind: type[Solver]) -> None:
        for game in some_games():
            refusal = kind().accepts(game)
            if refusal is not None:
                assert len(refusal.split()) > 3
                with pytest.raises(GameError, match=kind.name):
                    kind().solve(game)

    def test_it_answers_what_it_accepts(self, kind: type[Solver]) -> None:
        assert solved(kind), "add a game of the kind that this solver is for"
        for game, solution in solved(kind):
            assert solution.solver == kind.name
            assert solution.status in ("converged", "undecided")
            assert len(solution.payoff_sets) == game.n_states
            assert not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(solution.to_json()))
            json.dumps(solution.to_json(), allow_nan=False)
            for s, name in enumerate(game.states):
                found = solution.payoff_sets[s]
                if isinstance(found, SupportBounds):
                    assert solution.support_bounds(name) is found
                    assert np.all(found.inner <= found.outer + 1e-9)
                else:
                    assert solution.payoff_set(name) is found
                    assert all(np.isfinite(v).all() for v in (found.outer, found.inner))
            with pytest.raises(GameError):
                solution._state("no such state")

    def test_no_answer_without_a_checked_certificate(self, kind: type[Solver]) -> None:
        for game, solution in solved(kind):
            for row in {int(game.row_start[game.initial]), int(game.row_start[game.initial + 1]) - 1}:
                target = {game.states[game.initial]: [list(game.profile_labels(row))]}
                verdict = solution.verdict(target)
                evidence = certificate_of(verdict)
                if isinstance(verdict, Undecided):
                    assert verdict.reason
                    assert evidence is None
                else:
                    assert evidence is not None
                    assert evidence.check(game).accepted
                    assert evidence.concept is verdict.concept
                    negative = verdict.margin is not None and verdict.margin < 0
                    assert negative == (isinstance(verdict, Unsustainable) and verdict.margin is not None)
                automaton = solution.automaton(target)
                if isinstance(verdict, Sustainable):
                    assert (automaton is None) == (game.transfers == "voluntary"), "automata have no place for payments"
                if isinstance(verdict, Unsustainable):
                    assert automaton is None

    def test_targets_that_the_game_lacks_are_refused(self, kind: type[Solver]) -> None:
        _, solution = solved(kind)[0]
        for target in ("no,such", "one", {"nowhere": [["a0", "b0"]]}):
            with pytest.raises(GameError):
                solution.verdict(target)

    def test_solving_twice_gives_the_same_to_the_last_bit(self, kind: type[Solver]) -> None:
        for game, solution in solved(kind):
            first, second = solution.to_json(), kind().solve(game).to_json()
            first["seconds"] = second["seconds"] = 0
            assert first == second


def test_the_choice_comes_with_its_reason() -> None:
    solver, why = choose_solver(some_games()[0])
    assert solver.name == "equilibrium_polygons"
    assert why.startswith("exact for two players")
    three = repeated_game(np.zeros((2, 2, 2, 3)), discount=0.5)
    solver, why = choose_solver(three)
    assert "equilibrium_polygons (it draws payoff sets in the plane" in why or solver.preference < 90


def test_a_game_that_no_solver_takes_is_refused_with_every_reason() -> None:
    for game in some_games():
        if all(kind.by_name_only or kind().accepts(game) is not None for kind in SOLVERS):
            with pytest.raises(GameError) as caught:
                solve(game)
            assert all(kind.name in str(caught.value) for kind in SOLVERS)


def test_a_solver_can_be_given_by_name_by_class_and_ready_made() -> None:
    game = some_games()[0]
    kind = next(kind for kind in SOLVERS if kind.name == "nash_reversion")
    for given in ("nash_reversion", kind, kind()):
        assert solve(game, solver=given).solver == "nash_reversion"
