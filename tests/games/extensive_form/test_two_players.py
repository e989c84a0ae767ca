"""General-sum trees of two players: one sequential equilibrium always, all extreme ones of small trees, told apart."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import prod
from pathlib import Path

import numpy as np
import pytest
import scipy

from games import GameError
from games.extensive_form import (
    EquilibriumProfile,
    ExtensiveGame,
    answer,
    behaviour,
    chance,
    decision,
    expected_payoffs,
    extensive_game,
    extreme_plans,
    named,
    read_extensive,
    realisation_plan,
    refine,
    sequential_beliefs,
    sequential_equilibrium,
    solve_zero_sum,
    terminal,
)
from games.extensive_form.classics import beer_quiche, chain_store, inspection_game, kuhn_poker, selten_horse
from games.game_trees.strategies import Mixture, Profile, own_parents, weight_of
from games.model.mixed_equilibria import ExtremeEquilibria, extreme_equilibria, is_equilibrium
from tests.support.example_trees import forgetful
from tests.support.random_trees import Strategies, normal_form, random_tree

CASES = Path(__file__).parents[2] / "field" / "cases"
F = Fraction


def mixed(game: ExtensiveGame, player: int, profile: Profile, strategies: Strategies) -> Mixture:
    """The mixed strategy that draws every action of a behaviour strategy by itself (Kuhn 1953)."""
    return tuple(prod((profile[h][a] for h, a in one.items()), start=F(1)) for one in strategies)


def proved(game: ExtensiveGame) -> None:
    """The equilibrium found is accepted as sequential, subgame perfect, and by the strategic form."""
    found = sequential_equilibrium(game)
    assert found.certificate.check(game).accepted
    assert EquilibriumProfile.of(game, found.profile).check(game).accepted
    assert sequential_beliefs(game, found.profile).status != "not sequential"


@pytest.mark.parametrize("seed", range(12))
def test_one_equilibrium_of_a_random_tree_is_proved_sequential(seed: int) -> None:
    proved(random_tree(seed, 4))


@pytest.mark.slow
def test_equilibria_of_three_hundred_random_trees_are_proved_sequential() -> None:
    for seed in range(300):
        game = random_tree(1000 + seed, 4)
        found = sequential_equilibrium(game)
        assert found.certificate.check(game).accepted, seed
        assert EquilibriumProfile.of(game, found.profile).check(game).accepted, seed


@pytest.mark.parametrize("seed", range(8))
def test_what_is_found_in_sequences_is_an_equilibrium_of_the_strategic_form(seed: int) -> None:
    game = random_tree(200 + seed, 3)
    first, second, (one, two) = normal_form(game)
    profile = sequential_equilibrium(game).profile
    assert is_equilibrium(one, two, (mixed(game, 0, profile, first), mixed(game, 1, profile, second)))


def plan_of(game: ExtensiveGame, player: int, mixture: Mixture, strategies: Strategies) -> dict[int, Mixture]:
    """The realisation plan of a mixed strategy."""
    before = own_parents(game, player)

    def comes(strategy: Mapping[int, int], move: tuple[int, int] | None) -> bool:
        return move is None or (strategy.get(move[0]) == move[1] and comes(strategy, before[move[0]]))

    return {h: tuple(sum((p for p, one in zip(mixture, strategies, strict=True) if comes(one, (h, a))), F(0))
                     for a in range(len(game.information_sets[h].actions))) for h in before}


def small_trees(seeds: range) -> list[ExtensiveGame]:
    return [game for seed in seeds if 1 < len((game := random_tree(seed, 3)).information_sets) <= 5]


def row(plan: Mapping[int, Mixture]) -> Mixture:
    """A plan's weights in one row."""
    return tuple(w for h in sorted(plan) for w in plan[h])


def in_hull(point: Mixture, points: tuple[Mixture, ...]) -> bool:
    """Whether a point is an average of others."""
    if point in points:
        return True
    table = np.array([[*map(float, other), 1.0] for other in points]).T
    _, rest = scipy.optimize.nnls(table, np.array([*map(float, point), 1.0]))
    return bool(rest < 1e-9)


def agree(game: ExtensiveGame) -> None:
    """Every extreme equilibrium in mixed strategies is in a product of hulls of plans that go together, and no plan is
    listed but what one of them stands for.
    """
    listed = extreme_plans(game)
    assert listed.complete
    plans = [(row(x), row(y)) for x, y in listed.pairs]
    assert len(set(plans)) == len(plans)
    for x, y in listed.pairs:
        laws = behaviour(game, 0, x) | behaviour(game, 1, y)
        profile = tuple(laws[h] for h in range(len(game.information_sets)))
        assert EquilibriumProfile.of(game, profile, subgame_perfect=False).check(game).accepted
        assert realisation_plan(game, 0, profile) == x and realisation_plan(game, 1, profile) == y
    first, second, (one, two) = normal_form(game)
    peers = {(row(plan_of(game, 0, x, first)), row(plan_of(game, 1, y, second)))
             for x, y in extreme_equilibria(one, two).profiles}
    # A corner of the plans is what some corner of the mixed strategies stands for.
    assert set(plans) <= peers
    own, other = sorted({x for x, _ in plans}), sorted({y for _, y in plans})
    together = ExtremeEquilibria(
        tuple(own), tuple(other), tuple((own.index(x), other.index(y)) for x, y in plans), False).nash_subsets()
    for corner, reply in peers:
        assert any(in_hull(corner, xs) and in_hull(reply, ys) for xs, ys in together)


@pytest.mark.parametrize("game", small_trees(range(60))[:12], ids=lambda game: game.name)
def test_extreme_equilibria_are_those_of_the_strategic_form(game: ExtensiveGame) -> None:
    agree(game)


@pytest.mark.slow
def test_extreme_equilibria_of_many_trees_are_those_of_the_strategic_form() -> None:
    for game in small_trees(range(100, 300)):
        agree(game)


@pytest.mark.parametrize("seed", range(8))
def test_where_payoffs_add_up_to_zero_both_methods_have_the_same_value(seed: int) -> None:
    game = random_tree(400 + seed, 4, zero_sum=True)
    value = solve_zero_sum(game).value
    assert sequential_equilibrium(game).payoffs[0] == value
    listed = extreme_plans(game)
    for x, y in listed.pairs[:20]:
        laws = behaviour(game, 0, x) | behaviour(game, 1, y)
        assert expected_payoffs(game, tuple(laws[h] for h in range(len(game.information_sets))))[0] == value


def test_kuhn_poker_and_inspections_have_their_values() -> None:
    assert sequential_equilibrium(kuhn_poker()).payoffs == (F(-1, 18), F(1, 18))
    assert sequential_equilibrium(inspection_game(3, 1)).payoffs[0] == solve_zero_sum(inspection_game(3, 1)).value


def test_an_entry_after_a_signal_has_one_subgame_perfect_equilibrium_and_one_that_rests_on_a_threat() -> None:
    game = read_extensive(CASES / "tree_no_pure.json")
    found = answer(game).to_json()
    assert found["status"] == "solved"
    assert found["equilibrium"]["payoffs"] == ["7/3", "7/3"]
    assert found["equilibrium"]["strategies"]["1"]["1:1"] == {"S": "2/3", "T": "1/3"}
    assert found["equilibrium"]["strategies"]["2"]["2:1"] == {"E": "2/3", "O": "1/3"}
    assert found["equilibria"] == []
    nash = found["nash_equilibria"]
    assert nash["complete"] and nash["count"] == 3
    told = {(tuple(one["payoffs"]), one["subgame_perfect"], one["sequential"]) for one in nash["extreme"]}
    assert told == {(("3", "1"), "no", "no"), (("7/3", "7/3"), "yes", "yes")}


def test_plans_that_leave_a_subgame_open_are_filled_in() -> None:
    """The incumbent's threat is settled by its plan; what the entrant would do after its own mistake is not."""
    game = extensive_game(["E", "I"], decision("E", {
        "out": terminal([0, 3]),
        "in": decision("E", {
            a: decision("I", {b: terminal(cells) for b, cells in row.items()}, "post") for a, row in {
                "strong": {"fight": [-1, -1], "share": [2, 1]}, "weak": {"fight": [-2, 0], "share": [1, 1]}}.items()
        }, "entry"),
    }, "start"))
    one = sequential_equilibrium(game)
    judged = [refine(game, plans, one.profile) for plans in extreme_plans(game).pairs]
    assert {(r.payoffs, r.subgame_perfect) for r in judged} >= {((F(2), F(1)), "yes")}
    stays_out = [r for r in judged if r.payoffs == (F(0), F(3))]
    assert stays_out and all(r.left_open for r in stays_out)
    # Fighting is no best reply to anything that is best for the entrant after "in".
    assert all(r.subgame_perfect != "yes" for r in stays_out)


def test_signalling_has_two_outcomes_which_are_sequential() -> None:
    game = beer_quiche()
    judged = [refine(game, plans, sequential_equilibrium(game).profile) for plans in extreme_plans(game).pairs]
    assert {r.payoffs for r in judged} == {(F("2.9"), F("0.9")), (F("2.1"), F("0.9"))}
    assert {r.sequential for r in judged} == {"yes"}


def test_ties_everywhere_and_nothing_to_choose_are_no_trouble() -> None:
    same = decision("A", {a: decision("B", {b: terminal([1, 1]) for b in "xyz"}, "b") for a in "xyz"}, "a")
    tied = extensive_game(["A", "B"], chance({"l": ("1/2", same), "r": ("1/2", terminal([0, 2]))}))
    proved(tied)
    assert extreme_plans(tied).complete and len(extreme_plans(tied).pairs) == 9
    proved(extensive_game(["A", "B"], terminal([1, 2])))
    assert extreme_plans(extensive_game(["A", "B"], terminal([1, 2]))).complete
    proved(chain_store(1))


def test_actions_that_weigh_the_same_in_pennies_are_found_exactly() -> None:
    cells = {"hh": [1, -1], "ht": [-1, 2], "th": [-1, 1], "tt": [1, -1]}
    game = extensive_game(["A", "B"], decision("A", {
        a: decision("B", {b: terminal(cells[a + b]) for b in "ht"}, "b") for a in "ht"}, "a"))
    found = named(game, sequential_equilibrium(game).profile)
    assert found == {"A": {"a": {"h": F(2, 5), "t": F(3, 5)}}, "B": {"b": {"h": F(1, 2), "t": F(1, 2)}}}
    assert len(extreme_plans(game).pairs) == 1


@pytest.mark.parametrize(("game", "said"), [(selten_horse(), "3 players"), (forgetful(), "no longer knows which")])
def test_what_sequences_cannot_hold_is_refused_with_the_reason(game: ExtensiveGame, said: str) -> None:
    for method in (sequential_equilibrium, extreme_plans):
        with pytest.raises(GameError, match=said):
            method(game)


def test_too_large_a_tree_is_refused_or_listed_as_incomplete() -> None:
    game = beer_quiche()
    with pytest.raises(GameError, match="8 sequences, more than 7"):
        sequential_equilibrium(game, most=7)
    for limited in (extreme_plans(game, most_moves=3), extreme_plans(game, most_rays=4), extreme_plans(game, most=2)):
        assert not limited.complete and not limited.pairs and limited.why


def test_an_open_information_set_is_one_that_only_an_own_mistake_leads_to() -> None:
    game = random_tree(0, 4)
    one = sequential_equilibrium(game)
    for plans in extreme_plans(game).pairs[:10]:
        refined = refine(game, plans, one.profile)
        before = own_parents(game, 0) | own_parents(game, 1)
        owner = {h: known.player for h, known in enumerate(game.information_sets)}
        assert set(refined.left_open) == {h for h, last in before.items() if not weight_of(plans[owner[h]], last)}
