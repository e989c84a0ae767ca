"""No forged certificate is accepted: evidence for another game, target, factor or concept, and altered structures."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from games.certificates.certificate import Certificate
from games.certificates.certificate_file import certificate_text, kinds
from games.certificates.trees.files import tree_kinds
from games.extensive_form import solve_zero_sum
from games.extensive_form.classics import inspection_game
from games.model.stochastic_game import StochasticGame, repeated_game
from games.questions.solve import solve
from games.solvers.verdict import certificate_of
from tests.games.certificates.trees.test_tree_certificates import examples as tree_examples
from tests.support.example_certificates import PENNIES, dilemma, examples
from tests.support.forging import FALSE, Truth, campaign, doubled, forged, plans
from tests.support.forging_trees import deviates, tree_campaign, value
from tests.support.noisy_games import noisy_dilemma

Donors = dict[str, tuple[StochasticGame, Certificate]]


@cache
def donors() -> Donors:
    """Evidence of every kind, and of games in two states."""
    out = dict(examples())
    for name, game in {
        "perfect": dilemma("1/2"), "impatient": dilemma("1/5"), "paying": solvable("1/2"), "poor": solvable("1/5"),
        "noisy": noisy_dilemma("1/2"),
    }.items():
        two = doubled(game)
        for act in "CD":
            evidence = certificate_of(solve(two).verdict({s: [[act, act]] for s in two.states}))
            assert evidence is not None
            out[f"{name}, {act}, in two states"] = two, evidence
    return out


def solvable(discount: str) -> StochasticGame:
    """The dilemma with side payments."""
    game = dilemma(discount)
    return repeated_game(game.stage_payoffs(0), discount, actions=game.actions[0], transfers="voluntary")


def told(counts: Counter[str]) -> str:
    """How many forgeries of each kind were tried."""
    return f"{counts.total()} forgeries refused: " + ", ".join(f"{kind} {n}" for kind, n in sorted(counts.items()))


def test_every_kind_is_forged() -> None:
    assert set(FALSE) == set(kinds()) == {certificate.kind for _, certificate in donors().values()}
    assert set(tree_kinds()) == {certificate.kind for _, certificate in tree_examples().values()}


def test_no_forgery_is_accepted() -> None:
    counts, accepted = campaign(examples(), 8, 1)
    assert not accepted, certificate_text(accepted[0].certificate)
    assert all(counts[kind] >= 8 for kind in kinds()), counts
    print(told(counts))


def test_no_forgery_about_a_tree_is_accepted() -> None:
    inspections = inspection_game(2, 1)
    small = {"zero-sum-value": (inspections, solve_zero_sum(inspections).certificate)}
    counts, accepted = tree_campaign({**tree_examples(), **small}, 15, 1)
    assert not accepted, accepted[0][1].to_json()
    assert all(counts[kind] == 15 for kind in tree_kinds()), counts
    print(told(counts))


@pytest.mark.slow
def test_no_forgery_of_thousands_is_accepted() -> None:
    counts, accepted = campaign(donors(), 40, 2)
    assert not accepted, certificate_text(accepted[0].certificate)
    trees, in_trees = tree_campaign(tree_examples(), 40, 2)
    assert not in_trees, in_trees[0][1].to_json()
    assert (counts + trees).total() >= 1500
    print(told(counts + trees))


# -- what brute force knows -----------------------------------------------------------------------------------------


def test_what_is_right_is_no_forgery() -> None:
    """Else the campaign would call false what is true, and pass by chance."""
    for game, certificate in donors().values():
        assert certificate.check(game).accepted
        assert not FALSE[certificate.kind](Truth(game), certificate)


def test_known_facts_of_the_dilemma_and_of_matching_pennies() -> None:
    cooperate, defect = {"s0": [["C", "C"]]}, {"s0": [["D", "D"]]}
    for discount, kept in (("1/4", False), ("3333/10000", False), ("1/3", True), ("1/2", True)):
        truth = Truth(dilemma(discount))
        assert truth.kept(cooperate) == kept and truth.broken(cooperate) != kept
        assert truth.kept(defect) and not truth.broken(defect)
    assert Truth(dilemma("1/10")).no_payoff((2, 2)) and not Truth(dilemma("1/10")).no_payoff((0, 0))  # type: ignore[arg-type]
    pennies = Truth(repeated_game(PENNIES, "1/10"))
    assert pennies.alive == set() and not pennies.kept(None) and pennies.broken({})
    poker = tree_examples()["zero-sum-value"][0]
    assert value(poker) == pytest.approx(-1 / 18)
    chain, certificate = tree_examples()["equilibrium-profile"]
    profile = dict(enumerate(certificate.profile))  # type: ignore[attr-defined]
    assert not deviates(chain, profile)
    assert deviates(chain, {k: (Fraction(1, 2),) * 2 for k in profile})


def test_a_checker_that_believes_everything_is_found_out() -> None:
    game, certificate = donors()["grim"]
    impatient = Truth(game.with_discount("1/10"))
    found = [forged("grim", certificate, impatient, plan, np.random.default_rng(k)) for k in range(5)
             for plan in plans(game)]
    assert any(one is not None and one.certificate.game_digest == impatient.game.digest for one in found)
