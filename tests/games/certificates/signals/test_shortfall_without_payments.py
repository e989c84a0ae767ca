"""Shortfalls of games in which nobody can pay: what fails with payments fails without."""

from __future__ import annotations

from dataclasses import replace

from games.certificates.certificate import SolutionConcept
from games.certificates.signals import PublicShortfall
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.solvers import PublicTransfers
from games.solvers.verdict import Unsustainable
from tests.support.noisy_games import noisy_dilemma
from tests.support.public_evidence import noisy

PUBLIC = SolutionConcept.PURE_PUBLIC


def shortfall(game: StochasticGame) -> PublicShortfall:
    """Of C,C, from the game with payments that balance."""
    paid = replace(game, transfers="voluntary", burning=False)
    verdict = PublicTransfers().solve(paid).verdict("C,C")
    assert isinstance(verdict, Unsustainable) and isinstance(verdict.certificate, PublicShortfall)
    return verdict.certificate


def test_it_is_accepted_for_the_game_without_payments_and_its_concept() -> None:
    game = noisy("3/4")
    found = replace(shortfall(game), game_digest=game.digest)
    for concept in SolutionConcept:
        report = replace(found, concept=concept).check(game)
        assert report.accepted is (concept is PUBLIC)
        assert report.accepted or report.place == "concept"
    assert "Nor would one if players could pay one another" in replace(found, concept=PUBLIC).claim(game)


def test_it_is_refused_for_other_games() -> None:
    game = noisy("3/4")
    found = replace(shortfall(game), concept=PUBLIC)
    assert found.check(game).place == "game_digest"
    for other in (noisy("9/10"), noisy("99/100")):
        made_out = replace(found, game_digest=other.digest)
        assert not made_out.check(other).accepted
    watched = replace(game, monitoring=None)
    assert not replace(found, game_digest=watched.digest).check(watched).accepted
    for burning in (True, False):
        paid = noisy_dilemma("3/4", burning=burning)
        assert replace(found, game_digest=paid.digest).check(paid).place == "concept"


def test_discount_factors_that_differ_are_refused() -> None:
    """Then payments over time can make all better off, and the theory says nothing."""
    game = noisy("3/4").with_discount(["3/4", "7/10"])
    found = replace(shortfall(noisy("3/4")), concept=PUBLIC, game_digest=game.digest)
    report = found.check(game)
    assert (report.accepted, report.place) == (False, "game") and "discount factors differ" in report.problem


def test_another_plan_is_not_excluded() -> None:
    game = noisy("3/4")
    found = replace(shortfall(game), concept=PUBLIC, game_digest=game.digest)
    assert not replace(found, plan=Plan.of_profile(game, "D,D").to_json()).check(game).accepted
