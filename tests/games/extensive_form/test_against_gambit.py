"""What Gambit says about the files written for it; its own tests are left out where pygambit is not installed."""

from __future__ import annotations

import io
from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest

from games.extensive_form import (
    Decision,
    ExtensiveGame,
    perfect_recall,
    sequential_equilibrium,
    solve_zero_sum,
    to_efg,
    to_nfg,
)
from games.extensive_form.classics import (
    beer_quiche,
    chain_store,
    inspection_game,
    kuhn_poker,
    ratification_game,
    selten_horse,
)
from tests.support.example_trees import forgetful
from tests.support.random_trees import random_tree

EXAMPLES = [
    kuhn_poker(), selten_horse(), chain_store(2), inspection_game(3, 1), ratification_game(),
    beer_quiche(), forgetful(),
]


def test_files_for_gambit_hold_only_what_its_reader_takes() -> None:
    for game in EXAMPLES:
        text = to_efg(game)
        assert text.isascii()
        assert text.count('\nt "') == sum(1 for _ in game.terminals())
        assert text.count('\np "') == sum(isinstance(node, Decision) for node in game.nodes)


@pytest.fixture
def gambit() -> Any:
    return import_module("pygambit")


def read(gambit: Any, game: ExtensiveGame) -> Any:
    return gambit.read_efg(io.BytesIO(to_efg(game).encode()))


@pytest.mark.gambit
def test_gambit_reads_every_tree_as_it_is(gambit: Any) -> None:
    for game in EXAMPLES:
        found = read(gambit, game)
        assert [p.label for p in found.players] == list(game.players)
        assert found.is_perfect_recall == perfect_recall(game).perfect
        assert len(found.outcomes) == sum(1 for _ in game.terminals())
        strategic = gambit.read_nfg(io.BytesIO(to_nfg(game).encode()))
        assert [len(p.strategies) for p in strategic.players] == [len(p.strategies) for p in found.players]


@pytest.mark.gambit
def test_gambit_finds_the_same_values(gambit: Any) -> None:
    for game in (kuhn_poker(), *(inspection_game(n, m) for n in (2, 3) for m in (1, 2))):
        # By the strategic form: pygambit 16.7's own sequence form returned a profile with regret for (3, 1).
        found = read(gambit, game)
        equilibrium = gambit.nash.lp_solve(found, use_strategic=True).equilibria[0]
        value = Fraction(str(equilibrium.payoff(next(iter(found.players)))))
        assert value == solve_zero_sum(game).value


@pytest.mark.gambit
def test_gambit_finds_no_regret_in_the_profiles_found_here(gambit: Any) -> None:
    for game in (kuhn_poker(), inspection_game(3, 1), inspection_game(4, 2)):
        found, solution = read(gambit, game), solve_zero_sum(game)
        laws = found.mixed_behavior_profile(rational=True)
        for number, player in enumerate(found.players):
            for infoset, k in zip(player.infosets, game.sets_of(number), strict=True):
                for action, p in zip(infoset.actions, solution.profile[k], strict=True):
                    laws[action] = gambit.Rational(p.numerator, p.denominator)
        assert laws.max_regret() == 0


@pytest.mark.gambit
def test_gambit_finds_no_regret_in_sequential_equilibria_of_random_trees(gambit: Any) -> None:
    for game in (beer_quiche(), *(random_tree(seed, 4) for seed in range(20))):
        found, solution = read(gambit, game), sequential_equilibrium(game)
        laws = found.mixed_behavior_profile(rational=True)
        for number, player in enumerate(found.players):
            for infoset, k in zip(player.infosets, game.sets_of(number), strict=True):
                for action, p in zip(infoset.actions, solution.profile[k], strict=True):
                    laws[action] = gambit.Rational(p.numerator, p.denominator)
        assert laws.max_regret() == 0
