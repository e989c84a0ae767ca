"""Strategies by their names, for command lines and files."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from games.files.json_input import unknown
from games.model.stochastic_game import GameError
from games.play.strategies.replies import generous_tit_for_tat, tit_for_tat, tit_for_two_tats, win_stay_lose_shift
from games.play.strategies.strategy import Strategy
from games.play.strategies.triggers import always, forgiving_grim, grim, k_period, penance, stick_and_carrot

STRATEGIES: dict[str, Callable[..., Strategy]] = {
    make.__name__: make for make in (
        grim, tit_for_tat, tit_for_two_tats, generous_tit_for_tat, win_stay_lose_shift, k_period, forgiving_grim,
        penance, stick_and_carrot, always,
    )
}


def named(name: str, **options: Any) -> Strategy:
    """A strategy by its name; options that are None are left out.

    Raises ``GameError`` with the nearest legal name, and if an option is missing or does not belong to it.

    >>> named("k_period", k=3).name
    'k_period'
    """
    if name not in STRATEGIES:
        raise GameError(unknown("strategy", name, tuple(STRATEGIES)).replace("strategys", "strategies"))
    make = STRATEGIES[name]
    legal = inspect.signature(make).parameters
    given = {key: value for key, value in options.items() if value is not None}
    for key in given:
        if key not in legal:
            raise GameError(f"strategy {name} has no {key!r}; it has {', '.join(legal)}")
    for key, option in legal.items():
        if option.default is inspect.Parameter.empty and key not in given:
            raise GameError(f"strategy {name} needs {key!r}; give it")
    return make(**given)
