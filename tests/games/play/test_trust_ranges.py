"""For how much of a range nothing pays: where only its middle is good too, and as regions of trust say."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from games.certificates.faults import Fault
from games.certificates.typed.evaluation import evaluate_rule
from games.certificates.typed.half_spaces import half_spaces, lowest, rays
from games.model.stochastic_game import GameError
from games.model.typed_game import PartyType, TypedGame
from games.play.trust_ranges import part_of_range
from tests.support.random_typed import endless, improved
from tests.support.typed_builder import game_of, own_rule, public_rule

F = Fraction


@pytest.mark.parametrize(("low", "high", "part"), [
    (F(2, 5), F(3, 5), "whole"), (F(1, 5), F(1, 2), "part"), (F(1, 10), F(9, 10), "part"),
    (F(1, 10), F(1, 5), "none"), (F(7, 10), F(1), "none"), (F(1, 3), F(2, 3), "whole"), (F(1, 3), F(1, 3), "whole")])
def test_a_range_of_which_the_middle_alone_is_good_is_not_told_to_be_bad(
    low: Fraction, high: Fraction, part: str
) -> None:
    """To guess x brings 1 and costs 2 if it is y, and so the other way round: not to guess is best from 1/3 to 2/3."""
    guess: dict[tuple[str, ...], int] = {("x", "x"): 1, ("x", "y"): -2, ("y", "y"): 1, ("y", "x"): -2}
    game = game_of({"once": [["none", "x", "y"], ["x", "y"]], "end": [["-"], ["-"]]},
                   lambda _, seen: [F(guess.get(seen, 0)), F(0)], lambda *_: "end", 0)
    other = PartyType("other", own_rule(game, 1, ["-"], lambda *_: "y", lambda *_: "-"))
    typed = TypedGame(game, ((PartyType("A"),), (PartyType("B"), other)), ((F(1),), (F(4, 5), F(1, 5))))
    found = evaluate_rule(typed, public_rule(typed, ["-"], lambda i, *_: "x" if i else "none", lambda *_: "-"))
    assert not isinstance(found, Fault)
    assert part_of_range(found, 0, 1, [low], [high]) == part


@pytest.mark.parametrize("batch", range(2))
def test_what_is_told_is_what_regions_say(batch: int) -> None:
    told = set()
    for seed in range(1 + 20 * batch, 21 + 20 * batch):
        case = improved(endless(seed), 4)
        found = evaluate_rule(case.game, case.rule)
        if isinstance(found, Fault):
            continue
        spaces = half_spaces(replace(found, alphas={who: own for who, own in found.alphas.items() if who[0] == 0}))
        if isinstance(spaces, Fault):
            with pytest.raises(GameError, match="drawn anew"):
                part_of_range(found, 0, 1, [F(1, 4)], [F(1, 2)])
            continue
        if len(case.game.types[1]) == 1:
            continue
        draw = Random(seed)
        low, high = sorted(F(draw.randint(1, 99), 100) for _ in range(2))
        part = part_of_range(found, 0, 1, [low], [high])
        ends = [lowest([-low, 1 - low]), lowest([high, high - 1])]
        good = [all(sum(h * p for h, p in zip(one, (1 - end, end), strict=True)) >= 0 for one in spaces[1])
                for end in (low, high)]
        meets = bool(rays([*ends, *spaces[1]], 2))
        assert part == ("whole" if all(good) else "part" if meets else "none")
        told.add(part)
    assert len(told) > 1
