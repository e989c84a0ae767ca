"""Consistent beliefs: orders of mistakes, products around cycles, and profiles that no consistent beliefs justify."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from games import GameError
from games.certificates.trees.consistency import ways
from games.extensive_form import (
    ExtensiveGame,
    SequentialAssessment,
    consistency,
    decision,
    extensive_game,
    profile,
    pure_equilibria,
    pure_profile,
    sequential_beliefs,
    sequential_equilibrium,
    supporting_beliefs,
    terminal,
)
from games.extensive_form.classics import beer_quiche, selten_horse
from games.game_trees.strategies import Mixture, Profile
from tests.support.random_trees import random_tree

F = Fraction


def two_witnesses(after: dict[str, tuple[int, int]] | None = None) -> ExtensiveGame:
    """A leaves out, or makes one of two mistakes that neither B nor C, who moves after B's "on", can tell apart.

    ``after``  what B earns by "on" and by "stop" after each mistake.
    """
    worth = after or {"x": (0, 0), "y": (0, 0)}

    def witness(mistake: str) -> dict[str, Any]:
        on, stop = worth[mistake]
        return decision("B", {
            "on": decision("C", {"l": terminal([-1, on, 0]), "r": terminal([-1, on, 0])}, "c"),
            "stop": terminal([-1, stop, 0]),
        }, "b")

    return extensive_game(["A", "B", "C"], decision("A", {
        "out": terminal([0, 0, 0]), "x": witness("x"), "y": witness("y")}, "a"))


def believing(b: tuple[Any, Any], c: tuple[Any, Any]) -> tuple[Mixture, ...]:
    return ((F(1),), (F(b[0]), F(b[1])), (F(c[0]), F(c[1])))


def staying(game: ExtensiveGame, b: str) -> Profile:
    return profile(game, {"A": {"a": "out"}, "B": {"b": b}, "C": {"c": "l"}})


@pytest.mark.parametrize("b", ["on", "stop"])
def test_both_witnesses_of_the_same_mistakes_believe_the_same(b: str) -> None:
    """B's own move tells C nothing about A's mistakes: whatever B does, their ratio stays as it is."""
    game = two_witnesses()
    play = staying(game, b)
    assert consistency(game, play, believing(("1/3", "2/3"), ("1/3", "2/3"))).consistent
    for other in (("1/2", "1/2"), ("2/3", "1/3")):
        found = consistency(game, play, believing(("1/3", "2/3"), other))
        assert not found.consistent and found.ranks is None
        assert "the product around the cycle is" in found.words
    for certain in ((1, 0), (0, 1)):
        found = consistency(game, play, believing(("1/3", "2/3"), certain))
        assert not found.consistent and "no orders of mistakes" in found.words
    assert not consistency(game, play, believing((1, 0), (0, 1))).consistent
    assert consistency(game, play, believing((0, 1), (0, 1))).consistent


def test_a_weak_perfect_bayesian_equilibrium_that_needs_contradicting_beliefs_is_not_sequential() -> None:
    """B stays with "on" only if x is likelier, C with l only if y is: no mistakes explain both."""
    def witness(b_on: int, c_left: int) -> dict[str, Any]:
        return decision("B", {
            "on": decision("C", {"l": terminal([-1, b_on, c_left]), "r": terminal([-1, b_on, 0])}, "c"),
            "stop": terminal([-1, 0, 0]),
        }, "b")

    game = extensive_game(["A", "B", "C"], decision("A", {
        "out": terminal([0, 0, 0]), "x": witness(1, -2), "y": witness(-2, 1)}, "a"))
    play = staying(game, "on")
    weak = supporting_beliefs(game, play)
    assert weak.status == "supported" and weak.assessment is not None and weak.assessment.check(game).accepted
    judged = sequential_beliefs(game, play)
    assert judged.status == "not sequential" and "limits of mistakes" in judged.words
    # No claim of a sequential equilibrium with those beliefs passes, whatever ranks it brings.
    for ranks in (((0, 1, 1), (0, 1), (0, 1)), ((0, 1, 2), (0, 1), (0, 1)), ((0, 2, 1), (0, 1), (0, 1))):
        claim = SequentialAssessment(game.digest, play, weak.assessment.beliefs, ranks)
        assert not claim.check(game).accepted


def test_a_profile_that_needs_opposite_certainties_is_not_sequential() -> None:
    """Here B must be certain of x and C of y, which no orders of mistakes allow: every pattern is gone through."""
    def witness(b_stop: int, c_right: int) -> dict[str, Any]:
        return decision("B", {
            "on": decision("C", {"l": terminal([-1, 0, 0]), "r": terminal([-1, 0, c_right])}, "c"),
            "stop": terminal([-1, b_stop, 0]),
        }, "b")

    game = extensive_game(["A", "B", "C"], decision("A", {
        "out": terminal([0, 0, 0]), "x": witness(0, 1), "y": witness(1, 0)}, "a"))
    play = staying(game, "on")
    assert supporting_beliefs(game, play).status == "supported"
    judged = sequential_beliefs(game, play)
    assert judged.status == "not sequential" and judged.assessment is None
    assert judged.words == "no beliefs that justify it are limits of mistakes"


def test_seltens_horse_and_beer_and_quiche_are_judged_as_published() -> None:
    told = {tuple(map(int, e.payoffs)): sequential_beliefs(selten_horse(), e.profile).status
            for e in pure_equilibria(selten_horse())}
    assert told == {(3, 3, 2): "not sequential", (1, 1, 1): "sequential"}
    for equilibrium in pure_equilibria(beer_quiche()):
        assert sequential_beliefs(beer_quiche(), equilibrium.profile).status == "sequential"


def limits(game: ExtensiveGame, play: Profile, draw: random.Random) -> tuple[Mixture, ...]:
    """Beliefs by Bayes' rule from mistakes c eps^k, as eps goes to 0."""
    mistakes = {(h, a): (draw.randint(1, 3), F(draw.randint(1, 5), draw.randint(1, 5)))
                for h, law in enumerate(play) for a, p in enumerate(law) if not p}
    reached, out = ways(game, play), []
    for nodes in game.members:
        terms = []
        for k in nodes:
            order, weight = 0, reached[k].weight
            for mistake in reached[k].mistakes:
                order, weight = order + mistakes[mistake][0], weight * mistakes[mistake][1]
            terms.append((order, weight))
        least = min(order for order, _ in terms)
        total = sum((w for order, w in terms if order == least), F(0))
        out.append(tuple(w / total if order == least else F(0) for order, w in terms))
    return tuple(out)


@pytest.mark.parametrize("seed", range(20))
def test_limits_of_mistakes_are_consistent(seed: int) -> None:
    draw = random.Random(seed)
    game = random_tree(500 + seed, 4)
    play = pure_profile(game, [draw.randrange(len(known.actions)) for known in game.information_sets])
    beliefs = limits(game, play, draw)
    assert consistency(game, play, beliefs).consistent


def test_a_sequential_assessment_is_refused_when_anything_is_changed() -> None:
    game = beer_quiche()
    right = sequential_equilibrium(game).certificate
    assert right.check(game).accepted
    ranks = [list(row) for row in right.ranks]
    for h, row in enumerate(ranks):
        for a, rank in enumerate(row):
            for wrong in {0, -1, 1} - {rank}:
                changed = [list(other) for other in ranks]
                changed[h][a] = wrong
                played = right.profile[h][a] > 0
                if (wrong == 0) != played or wrong < 0:
                    report = replace(right, ranks=tuple(map(tuple, changed))).check(game)
                    assert not report.accepted and "rank" in report.problem
    assert not replace(right, ranks=right.ranks[1:]).check(game).accepted
    unreached = next(h for h, nodes in enumerate(game.members) if len(nodes) > 1 and sum(right.ranks[h]) == 0)
    beliefs = list(right.beliefs)
    beliefs[unreached] = (F(1), F(0))
    assert not replace(right, beliefs=tuple(beliefs)).check(game).accepted


def test_what_are_no_beliefs_is_refused_in_words() -> None:
    game = two_witnesses()
    play = staying(game, "on")
    with pytest.raises(GameError, match="a probability for each of its nodes"):
        consistency(game, play, believing((1, 0), (1, 0))[:2])
    with pytest.raises(GameError, match="add up to 1"):
        consistency(game, play, believing((1, 1), (1, 0)))
    with pytest.raises(GameError, match="mixtures are given"):
        sequential_beliefs(game, ())


def test_too_many_patterns_are_given_up_and_not_guessed() -> None:
    game = two_witnesses()
    assert sequential_beliefs(game, staying(game, "on"), most=2).status == "undecided"
