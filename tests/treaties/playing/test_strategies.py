"""Strategies as a play follows them: what comes next after every move, by conduct or by signals."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.strategy_automaton import surely
from games.play.rules_of_play import suspension
from tests.support.small_treaties import drawn
from treaties.compiling.compile import compile_treaty
from treaties.playing.automaton import first_break, lived
from treaties.playing.strategies import ByConduct, BySignals


def test_one_who_departs_is_answered_and_two_at_once_are_not() -> None:
    compiled = compile_treaty(drawn(1, 'type = "sunset"\nterm_years = 3\nrenewal = { rule = "automatic" }'))
    game = compiled.game
    comply = np.maximum(compiled.unused, game.row_start[:-1])
    breach = game.row_start[1:] - 1
    rule = ByConduct(compiled, suspension(game, comply, breach, 2).automaton())
    start = (0, game.initial)
    kept = rule.row(start)
    assert {mode for mode, _, _ in rule.after(start, kept)} == {0}
    for row in range(int(game.row_start[game.initial]), int(game.row_start[game.initial + 1])):
        who, steps = rule.departing(start, row), list(rule.after(start, row))
        assert sum(chance for _, _, chance in steps) == pytest.approx(1)
        assert {mode for mode, _, _ in steps} <= ({2} if len(who) == 1 else {0, None})


def test_a_flag_that_may_be_wrong_ends_cooperation_with_its_chance() -> None:
    """A rule that ends cooperation at the first flag: chances of a break are those of a flag in each of the years."""
    compiled = compile_treaty(drawn(3, 'type = "audit"\nmatter = "trade"\ncoverage = 1\ndetection = 0.8\n'
                                       'false_alarm = 0.1', hidden=True))  # fmt: skip
    game = compiled.game
    assert game.monitoring is not None and (game.initial, game.n_states) == (0, 2)
    kept, last = int(compiled.unused[0]), int(game.row_start[1]) - 1
    calm = int(np.argmax(game.monitoring.chances(0, kept)))
    signals = range(len(game.monitoring.signals[0]))
    zero = (Fraction(0),) * game.n_players
    ended = {(y, 1): surely(2) for y in signals}
    comply = PublicMode(0, kept, zero, {(y, 0): surely(0 if y == calm else 1) for y in signals} | ended)
    over = PublicMode(0, last, zero, {(y, 0): surely(1) for y in signals} | ended)
    gone = PublicMode(1, last + 1, zero, {(0, 1): surely(2)})
    play = lived(BySignals(compiled, PublicAutomaton((comply, over, gone), surely(0))), 4)
    still = float(game.monitoring.chances(0, kept)[calm])
    chance, year, node = first_break(play.automaton)
    assert chance == pytest.approx(1 - still**3)
    assert (year, play.automaton.keeps[node]) == (2, False)
    assert play.broken_by == (0, 1)
    assert play.automaton.modes[0] == "comply"
