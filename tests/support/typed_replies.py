"""A fixed term with a partner that may play tit for tat: replies off the path found by improvement.

After a breach it can pay to return to a partner that forgives, so that what is played there depends on what is believed
and on what was done last.  Source: Kreps, Milgrom, Roberts and Wilson (1982).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from tests.support.brute_typed import Brute
from tests.support.trust_games.dilemma import NORMAL, C, D, Dilemma, Inputs, Typed, with_types
from tests.support.trust_games.terms import term
from tests.support.typed_builder import public_rule

MODES = tuple(f"{who}, {last}" for who in ("unknown", "normal", "tit for tat") for last in (C, D))
"""What player 1 is taken for, and what tit for tat would do now."""
Acts = Mapping[tuple[int, str, str], str]
MOST_ROUNDS = 200


def tit_for_tat_term(inputs: Inputs, chance: Fraction, years: int) -> Typed:
    """The rule that complies until player 1 breaches with two years left, with replies that are best everywhere.

    Raises ``ValueError`` if improvement does not come to rest.
    """
    game = term(inputs, [Dilemma.of(inputs)] * years)
    typed = with_types(game, [{"normal": 1 - chance, "tit for tat": chance}, NORMAL])
    acts = {(i, mode, state): C if mode == MODES[0] and k < until else D
            for i, until in ((0, years - 2), (1, years - 1)) for mode in MODES for k, state in enumerate(game.states)}
    for _ in range(MOST_ROUNDS):
        rule = _rule(typed, acts)
        better = Brute(typed, rule).deviations()
        if not better:
            return Typed(typed, rule)
        best = max(better, key=lambda x: (x.node[1], x.gain))
        state = game.states[best.node[1]]
        acts[best.player, rule.modes[best.node[0]], state] = game.actions[best.node[1]][best.player][best.action]
    raise ValueError("replies off the path go round in circles")


def same_replies(typed: Typed, chance: Fraction) -> Typed:
    """The same rule where player 1 is tit for tat with another chance."""
    prior = ((1 - chance, chance), typed.game.prior[1])
    return Typed(TypedGame(typed.game.game, typed.game.types, prior), typed.rule)


def _rule(typed: TypedGame, acts: Acts) -> TypedRule:
    def then(mode: str, state: str, seen: Any) -> str:
        who, last = mode.split(", ")
        normal = acts[0, mode, state]
        if who == "unknown" and normal != last:
            who = "tit for tat" if seen[0] == last else "normal"
        elif who != "normal" and seen[0] != last:
            who = "normal"
        return f"{who}, {seen[1] if seen[1] in (C, D) else C}"

    return public_rule(typed, MODES, lambda i, _, mode, state: acts[i, mode, state], then)
