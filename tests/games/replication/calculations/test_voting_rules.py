"""Voting rules: worth by the binomial law, the game itself for three members, and the order of things."""

from __future__ import annotations

from fractions import Fraction as F
from math import comb

import pytest

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.files.game_file import read_game
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import Cell, StrategyAutomaton, surely
from games.replication.bibliography import FOLDER
from games.replication.calculations import calculate
from games.replication.calculations.voting_rules import worth


@pytest.mark.parametrize("chance", [F(1, 2), F(3, 5), F(1, 3)])
def test_the_worth_of_a_rule_follows_the_binomial_law(chance: F) -> None:
    for members in (1, 3, 4, 6):
        for majority in range(1, members + 1):
            law = sum(comb(members, k) * chance**k * (1 - chance) ** (members - k) * F(2 * k - members, members)
                      for k in range(majority, members + 1))
            assert worth(members, chance, majority) == law


def majority_until_refused(game: StochasticGame) -> StrategyAutomaton:
    """Everyone follows; after a refusal the action is taken only where all are for it."""
    cells = {}
    for state, name in enumerate(game.states):
        follow = game.row_of_labels(state, ["follow"] * 3)
        agreed = name == "+++" or len(game.actions[state][0]) == 1
        refuse = follow if agreed else game.row_of_labels(state, ["refuse"] * 3)
        cells[0, state] = Cell(follow, surely(0), (surely(1),) * 3)
        cells[1, state] = Cell(refuse, surely(1), (surely(1),) * 3)
    return StrategyAutomaton(("majority", "unanimity"), cells, surely(0))


def test_reversion_to_unanimity_deters_from_its_threshold_on() -> None:
    game = read_game(FOLDER / "maggi_morelli_2006" / "majority_of_three.json")
    least, = calculate("rule_patience", {"rules": [[3, "1/2", 2]], "fallback": "unanimity"})
    for patience, holds in ((least - F(1, 10**6), False), (least, True), (least + F(1, 10**6), True)):
        patient = game.with_discount(patience)
        plan = Plan.of_profile(patient, "follow,follow,follow")
        evidence = NoProfitableDeviation.of(patient, majority_until_refused(patient), plan)
        assert evidence.check(patient).accepted == holds


def test_unanimity_needs_no_patience_and_milder_punishments_need_more() -> None:
    for members in (3, 5, 7):
        rules = [[members, "1/2", m] for m in range(members // 2 + 1, members + 1)]
        hard, mild = (calculate("rule_patience", {"rules": rules, "fallback": x}) for x in ("nothing", "unanimity"))
        assert hard[-1] == mild[-1] == 0
        assert all(0 < a < b < 1 for a, b in zip(hard[:-1], mild[:-1], strict=True))
    likely = calculate("rule_patience", {"rules": [[5, F(k, 10), 3] for k in range(5, 9)]})
    assert list(likely) == sorted(likely, reverse=True)


@pytest.mark.parametrize(("given", "said"), [
    ({"rules": [[3, "1/2", 4]]}, "a majority"),
    ({"rules": [[3, "1/10", 1]]}, "no more than what follows"),
    ({"rules": [[3, "1/2", 2]], "fallback": "war"}, "nothing' or 'unanimity"),
])
def test_what_makes_no_sense_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(GameError, match=said):
        calculate("rule_patience", given)
