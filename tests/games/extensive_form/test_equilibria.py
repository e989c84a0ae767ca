"""Backward induction, pure equilibria and beliefs: published results, brute force on random trees, forged claims."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from games import GameError
from games.certificates.reading import CertificateError
from games.extensive_form import (
    BayesianAssessment,
    Decision,
    EquilibriumProfile,
    ExtensiveGame,
    Terminal,
    backward_induction,
    chance,
    decision,
    expected_payoffs,
    extensive_game,
    perfect_recall,
    profile,
    pure_bayesian_equilibria,
    pure_equilibria,
    pure_profile,
    realisation_plan,
    subgame_perfect_payoffs,
    supporting_beliefs,
    terminal,
    uniform_profile,
)
from games.extensive_form import behaviour as behaviour_of
from games.extensive_form.classics import (
    beer_quiche,
    chain_store,
    inspection_game,
    kuhn_poker,
    ratification_game,
    selten_horse,
)
from tests.support.example_trees import forgetful


def fractions(*values: str | int) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, values))


# -- published results ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entrants", [1, 2, 3])
def test_every_entrant_is_let_in_although_fighting_all_would_pay_if_it_deterred(entrants: int) -> None:
    """Selten (1978): the chain store paradox."""
    game = chain_store(entrants)
    found = backward_induction(game)
    assert found.payoffs == fractions(*[2 * entrants, *[2] * entrants])
    assert found.all_payoffs == (found.payoffs,)
    assert found.ties == ()
    assert found.certificate.check(game).accepted


def test_deterrence_is_a_nash_equilibrium_of_the_chain_store_and_not_subgame_perfect() -> None:
    game = chain_store(1)
    entrant, chain = (next(k for k, s in enumerate(game.information_sets) if s.player == i) for i in (1, 0))
    choices = [0, 0]
    choices[entrant], choices[chain] = 1, 1
    threat = pure_profile(game, choices)
    assert EquilibriumProfile.of(game, threat, subgame_perfect=False).check(game).accepted
    report = EquilibriumProfile.of(game, threat).check(game)
    assert not report.accepted
    assert report.place == "after in"
    assert report.problem == "Chain gets 0 and would get 2 by 'share' at 'after in'"


def test_ratification_threshold_is_offered_and_at_indifference_one_more_step_may_be_demanded() -> None:
    """Putnam (1988): the legislature's reservation value of .6 shifts the deal; at exactly .6 it may refuse."""
    found = backward_induction(ratification_game("0.6"))
    assert found.payoffs == fractions("2/5", 0)
    assert found.all_payoffs == (fractions("3/10", "1/10"), fractions("2/5", 0))
    assert [ratification_game().information_sets[k].name for k in found.ties] == ["after 3/5"]
    # Between two offers nobody is indifferent, and the next one up is made.
    assert backward_induction(ratification_game("0.55")).all_payoffs == (fractions("2/5", "1/20"),)
    # A slack constraint changes nothing: the weak legislature accepts whatever is offered.
    assert backward_induction(ratification_game("-0.1")).all_payoffs == (fractions(1, "1/10"),)


def test_a_floor_at_home_helps_the_negotiator_who_has_to_bring_the_deal_back() -> None:
    """Two rounds of offers in steps of .02, discount .9; what the first party gets below its floor is not ratified.

    In the second round B offers A just the floor, so B can wait for .9(1 - floor), and A keeps 1 - .9(1 - floor): .64
    at a floor of .6 (Rubinstein with ratification floors), and .1 at none.
    """
    def talks(floor: Fraction) -> dict[str, Any]:
        shares = [Fraction(k, 50) for k in range(51)]

        def deal(share: Fraction, weight: Fraction) -> dict[str, Any]:
            return terminal([weight * share, weight * (1 - share)] if share >= floor else [0, 0])

        def last() -> dict[str, Any]:
            return decision("B", {str(x): decision("A", {
                "accept": deal(x, Fraction(9, 10)), "refuse": terminal([0, 0])}) for x in shares})

        return decision("A", {str(x): decision("B", {
            "accept": deal(x, Fraction(1)), "refuse": last()}) for x in shares})

    for floor, kept in ((Fraction(3, 5), Fraction(16, 25)), (Fraction(0), Fraction(1, 10))):
        game = extensive_game(["A", "B"], talks(floor))
        found = backward_induction(game)
        assert found.payoffs == (kept, 1 - kept)
        assert found.certificate.check(game).accepted


def test_seltens_horse_has_two_pure_equilibria_and_only_one_survives_beliefs() -> None:
    game = selten_horse()
    found = pure_equilibria(game)
    assert {e.payoffs for e in found} == {fractions(3, 3, 2), fractions(1, 1, 1)}
    assert all(e.certificate.check(game).accepted for e in found)
    first = next(e for e in found if e.payoffs == fractions(3, 3, 2))
    answer = supporting_beliefs(game, first.profile)
    assert answer.status == "unsupported"
    assert answer.words == "2 would do better by 'd' at '2'"
    only, = pure_bayesian_equilibria(game)
    assert expected_payoffs(game, only.profile) == fractions(1, 1, 1)
    assert only.check(game).accepted


def test_beliefs_in_seltens_horse_hold_up_to_one_third() -> None:
    """Player 3 answers R as long as the left node has probability at most 1/3."""
    game = selten_horse()
    assessment, = pure_bayesian_equilibria(game)
    third = next(k for k, known in enumerate(game.information_sets) if known.name == "3")

    def believing(left: Fraction) -> bool:
        beliefs = [*assessment.beliefs]
        beliefs[third] = (left, 1 - left)
        return replace(assessment, beliefs=tuple(beliefs)).check(game).accepted

    assert believing(Fraction(0)) and believing(Fraction(1, 3))
    assert not believing(Fraction(1, 3) + Fraction(1, 10**9))


def test_beer_and_quiche_has_two_pooling_equilibria() -> None:
    """Cho and Kreps (1987)."""
    game = beer_quiche()
    found = pure_bayesian_equilibria(game)
    payoffs = {expected_payoffs(game, assessment.profile) for assessment in found}
    assert payoffs == {fractions("29/10", "9/10"), fractions("21/10", "9/10")}
    for assessment in found:
        assert assessment.check(game).accepted
        # On the path the receiver learns nothing.
        assert fractions("9/10", "1/10") in assessment.beliefs


def test_beliefs_must_follow_bayes_rule_on_the_path() -> None:
    game = beer_quiche()
    assessment = pure_bayesian_equilibria(game)[0]
    reached = assessment.beliefs.index(fractions("9/10", "1/10"))
    beliefs = [*assessment.beliefs]
    beliefs[reached] = fractions("89/100", "11/100")
    report = replace(assessment, beliefs=tuple(beliefs)).check(game)
    assert not report.accepted
    assert report.problem == "Bayes' rule gives the beliefs 9/10, 1/10"


def test_no_beliefs_justify_what_a_mixture_of_actions_beats_at_every_node() -> None:
    """After "in", m is never best: l beats it at one node, r at the other, and their mixture at both."""
    def after(left: int, right: int) -> dict[str, Any]:
        return decision("B", {"l": terminal([0, left]), "m": terminal([-1, 1]), "r": terminal([0, right])}, "b")

    game = extensive_game(["A", "B"], decision("A", {
        "out": terminal([0, 0]), "x": after(4, 0), "y": after(0, 4)}, "a"))
    middle = profile(game, {"A": {"a": "out"}, "B": {"b": "m"}})
    assert EquilibriumProfile.of(game, middle).check(game).accepted
    answer = supporting_beliefs(game, middle)
    assert answer.status == "unsupported" and answer.information_set == 1
    # With 2 instead of 4 the middle is just as good as the mixture, at even beliefs only.
    even = extensive_game(["A", "B"], decision("A", {
        "out": terminal([0, 0]), "x": after(2, 0), "y": after(0, 2)}, "a"))
    found = supporting_beliefs(even, profile(even, {"A": {"a": "out"}, "B": {"b": "m"}}))
    assert found.assessment is not None and found.assessment.beliefs[1] == fractions("1/2", "1/2")


def test_beliefs_on_the_boundary_are_found() -> None:
    """Only a belief of exactly 2/3 makes both other actions no better."""
    def after(left: int, middle: int, right: int) -> dict[str, Any]:
        return decision("B", {"l": terminal([0, left]), "m": terminal([-1, middle]), "r": terminal([0, right])}, "b")

    game = extensive_game(["A", "B"], decision("A", {
        "out": terminal([0, 0]), "x": after(1, 0, -1), "y": after(-2, 0, 2)}, "a"))
    found = supporting_beliefs(game, profile(game, {"A": {"a": "out"}, "B": {"b": "m"}}))
    assert found.assessment is not None
    assert found.assessment.beliefs[1] == fractions("2/3", "1/3")
    assert found.assessment.check(game).accepted


# -- mixed profiles, refusals -----------------------------------------------------------------------------------------


def test_mixed_equilibrium_of_an_inspection_subgame_is_checked_exactly() -> None:
    game = inspection_game(2, 1)
    laws = {"Inspector": {"day ": {"wait": "2/3", "inspect": "1/3"}, "day 0": "inspect", "day 1": "wait"},
            "Inspectee": {"day ": {"act": "2/3", "violate": "1/3"}, "day 0": "act", "day 1": "violate"}}
    found = profile(game, laws)
    assert EquilibriumProfile.of(game, found).check(game).accepted
    assert expected_payoffs(game, found) == fractions("-1/3", "1/3")
    laws["Inspector"]["day "] = {"wait": "1/2", "inspect": "1/2"}
    report = EquilibriumProfile.of(game, profile(game, laws)).check(game)
    assert not report.accepted and report.place == "the start"


def test_a_game_without_pure_equilibria_says_so() -> None:
    pennies = extensive_game(["A", "B"], decision("A", {
        a: decision("B", {b: terminal([1, -1] if a == b else [-1, 1]) for b in "ht"}, "b") for a in "ht"}))
    assert pure_equilibria(pennies) == ()
    assert pure_bayesian_equilibria(pennies) == ()


def test_refusals_name_the_reason() -> None:
    with pytest.raises(GameError, match="information set 'J' has 2 nodes"):
        backward_induction(kuhn_poker())
    with pytest.raises(GameError, match="needs perfect recall"):
        pure_equilibria(forgetful())
    with pytest.raises(GameError, match=r"has 4096 pure profiles to look at, more than 100"):
        pure_equilibria(kuhn_poker(), most=100)
    with pytest.raises(GameError, match="mixtures are given for"):
        supporting_beliefs(selten_horse(), ())


def test_certificates_refuse_other_games_other_payoffs_and_forgetful_players() -> None:
    game = chain_store(1)
    certificate = backward_induction(game).certificate
    assert certificate.check(chain_store(2)).place == "game_digest"
    assert replace(certificate, payoffs=fractions(3, 2)).check(game).place == "payoffs"
    broken = (fractions(1, 1), *certificate.profile[1:])
    assert replace(certificate, profile=broken).check(game).place == "profile"
    unsure = EquilibriumProfile.of(forgetful(), uniform_profile(forgetful()))
    assert unsure.check(forgetful()).place == "perfect recall"


def test_certificates_survive_being_written() -> None:
    certificate = backward_induction(chain_store(2)).certificate
    assert EquilibriumProfile.from_json(certificate.to_json()) == certificate
    assessment = pure_bayesian_equilibria(beer_quiche())[0]
    assert BayesianAssessment.from_json(assessment.to_json()) == assessment
    with pytest.raises(CertificateError):
        EquilibriumProfile.from_json(assessment.to_json())
    with pytest.raises(CertificateError):
        EquilibriumProfile.from_json({**certificate.to_json(), "subgame_perfect": 1})


def test_realisation_plans_and_behaviour_are_two_forms_of_one_strategy() -> None:
    game = inspection_game(3, 1)
    mixed = tuple(
        (Fraction(1),) if len(m) == 1 else (Fraction(k + 1, k + 3), Fraction(2, k + 3))
        for k, m in enumerate(uniform_profile(game)))
    for player in (0, 1):
        plan = realisation_plan(game, player, mixed)
        back = behaviour_of(game, player, plan)
        assert all(back[k] == mixed[k] for k in game.sets_of(player))
    with pytest.raises(GameError, match="needs perfect recall"):
        realisation_plan(forgetful(), 0, uniform_profile(forgetful()))


# -- brute force ------------------------------------------------------------------------------------------------------


@st.composite
def trees(draw: st.DrawFn, hidden: bool) -> ExtensiveGame:
    """Up to three players, chance, few payoffs so that ties abound; with ``hidden``, some moves are not seen."""
    players = ["A", "B", "C"][:draw(st.integers(2, 3))]

    def end() -> dict[str, Any]:
        return terminal([draw(st.integers(0, 2)) for _ in players])

    def node(depth: int, place: str) -> dict[str, Any]:
        kind = draw(st.integers(0, 5))
        if depth == 0 or kind == 0:
            return end()
        if kind == 1:
            return chance({"l": ("1/3", node(depth - 1, place + "l")), "r": ("2/3", node(depth - 1, place + "r"))})
        mover = draw(st.integers(0, len(players) - 1))
        if hidden and kind in (2, 3):
            # The next player moves without having seen this move.
            other = players[(mover + 1) % len(players)]

            def unseen(a: str) -> dict[str, Any]:
                then = {b: node(depth - 2, place + a + b) if depth > 1 else end() for b in "xy"}
                return decision(other, then, place + "?")

            return decision(players[mover], {a: unseen(a) for a in "lr"}, place)
        return decision(players[mover], {a: node(depth - 1, place + a) for a in "lr"}, place)

    return extensive_game(players, node(3, "."))


def worth(game: ExtensiveGame, choices: tuple[int, ...], k: int) -> tuple[Fraction, ...]:
    """Payoffs of a pure profile from a node on, by plain recursion."""
    node = game.nodes[k]
    if isinstance(node, Terminal):
        return node.payoffs
    if isinstance(node, Decision):
        return worth(game, choices, node.children[choices[node.information_set]])
    parts = [(p, worth(game, choices, c)) for p, c in zip(node.probabilities, node.children, strict=True)]
    return tuple(sum((p * w[i] for p, w in parts), Fraction(0)) for i in range(game.n_players))


def separate(game: ExtensiveGame, root: int) -> bool:
    """Whether a subgame starts at a node, straight from the definition."""
    inside = set(range(root, game.ends[root]))
    node = game.nodes[root]
    alone = not isinstance(node, Decision) or len(game.members[node.information_set]) == 1
    return alone and all(set(nodes) <= inside or not set(nodes) & inside for nodes in game.members)


def brute_equilibria(game: ExtensiveGame, everywhere: bool) -> set[tuple[int, ...]]:
    """Pure profiles that no player's other pure strategy beats, from the root or from every subgame's root."""
    counts = [range(len(known.actions)) for known in game.information_sets]
    roots = [k for k in range(len(game.nodes)) if (everywhere or k == 0) and separate(game, k)]
    out = set()
    for choices in product(*counts):
        stable = all(
            worth(game, other, root)[player] <= worth(game, choices, root)[player]
            for player in range(game.n_players)
            for other in product(*(
                counts[k] if game.information_sets[k].player == player else [choices[k]] for k in range(len(counts))))
            for root in roots
        )
        if stable:
            out.add(choices)
    return out


@settings(max_examples=80, deadline=None)
@given(trees(hidden=False))
def test_backward_induction_finds_the_payoffs_of_all_subgame_perfect_equilibria(game: ExtensiveGame) -> None:
    found = backward_induction(game)
    assert found.certificate.check(game).accepted
    right = brute_equilibria(game, everywhere=True) if len(game.information_sets) <= 7 else None
    if right is not None:
        assert found.actions in right
        assert found.all_payoffs == tuple(sorted({worth(game, choices, 0) for choices in right}))
        assert {e.actions for e in pure_equilibria(game)} == right
        if not found.ties:
            assert len(right) == 1


@settings(max_examples=80, deadline=None)
@given(trees(hidden=True))
def test_pure_equilibria_are_all_that_brute_force_finds_and_all_certificates_are_accepted(game: ExtensiveGame) -> None:
    assume(len(game.information_sets) <= 6 and perfect_recall(game).perfect)
    for everywhere in (False, True):
        found = pure_equilibria(game, subgame_perfect=everywhere)
        assert {e.actions for e in found} == brute_equilibria(game, everywhere)
        assert all(e.certificate.check(game).accepted for e in found)
        assert all(e.payoffs == worth(game, e.actions, 0) for e in found)


@settings(max_examples=60, deadline=None)
@given(trees(hidden=True), st.randoms(use_true_random=False))
def test_a_profile_is_accepted_exactly_if_brute_force_finds_no_better_strategy(game: ExtensiveGame, rng: Any) -> None:
    assume(0 < len(game.information_sets) <= 6 and perfect_recall(game).perfect)
    choices = tuple(rng.randrange(len(known.actions)) for known in game.information_sets)
    for everywhere in (False, True):
        report = EquilibriumProfile.of(game, pure_profile(game, choices), everywhere).check(game)
        assert report.accepted == (choices in brute_equilibria(game, everywhere))


@settings(max_examples=60, deadline=None)
@given(trees(hidden=True))
def test_weak_perfect_bayesian_equilibria_are_nash_and_their_beliefs_are_accepted(game: ExtensiveGame) -> None:
    assume(len(game.information_sets) <= 6 and perfect_recall(game).perfect)
    nash = {e.profile for e in pure_equilibria(game, subgame_perfect=False)}
    for assessment in pure_bayesian_equilibria(game):
        assert assessment.profile in nash
        assert assessment.check(game).accepted


def test_too_many_payoffs_are_given_up_and_not_guessed() -> None:
    def tie(k: int) -> dict[str, Any]:
        return decision("A", {"l": terminal([0, k]), "r": terminal([0, -k])})

    game = extensive_game(["A", "B"], chance({str(k): ("1/8", tie(3**k)) for k in range(8)}))
    assert len(subgame_perfect_payoffs(game) or ()) == 2**8
    assert subgame_perfect_payoffs(game, most=100) is None
    assert backward_induction(game, most=100).all_payoffs is None
