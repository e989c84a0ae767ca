"""Strategies by name, for any game in which everyone sees what is done, and what they are worth.

>>> from games.play.strategies import evaluate, win_stay_lose_shift
>>> from games import repeated_game
>>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
>>> evaluate(dilemma, win_stay_lose_shift()).equilibrium
True

Each takes a profile to cooperate on and one to punish with; in a dilemma both can be left out.  Researchers reach all
this as ``from games import strategies``.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.play.strategies.evaluation import BestDeviation, Judged, Situation, evaluate
    from games.play.strategies.names import named
    from games.play.strategies.replies import (
        TitForTat,
        WinStayLoseShift,
        generous_tit_for_tat,
        tit_for_tat,
        tit_for_two_tats,
        win_stay_lose_shift,
    )
    from games.play.strategies.strategy import Strategy
    from games.play.strategies.triggers import (
        Always,
        Penance,
        Trigger,
        always,
        forgiving_grim,
        grim,
        k_period,
        penance,
        stick_and_carrot,
    )
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.play.strategies.evaluation": ("BestDeviation", "Judged", "Situation", "evaluate"),
        "games.play.strategies.names": ("named",),
        "games.play.strategies.replies": (
            "TitForTat", "WinStayLoseShift", "generous_tit_for_tat", "tit_for_tat", "tit_for_two_tats",
            "win_stay_lose_shift"),
        "games.play.strategies.strategy": ("Strategy",),
        "games.play.strategies.triggers": (
            "Always", "Penance", "Trigger", "always", "forgiving_grim", "grim", "k_period", "penance",
            "stick_and_carrot"),
    })

__all__ = [
    "grim", "k_period", "forgiving_grim", "stick_and_carrot", "penance", "always",
    "tit_for_tat", "tit_for_two_tats", "generous_tit_for_tat", "win_stay_lose_shift",
    "Strategy", "Trigger", "Penance", "Always", "TitForTat", "WinStayLoseShift", "named",
    "evaluate", "Judged", "Situation", "BestDeviation",
]
