"""Governments that change unseen, and signals instead of what is done."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from tests.support.trust_games.dilemma import BROKEN, CLEAN, NORMAL, C, D, Dilemma, Inputs, Typed, with_types
from tests.support.trust_games.endless import repeated
from tests.support.typed_builder import Chances, Profile, game_of, public_rule


def replaced(inputs: Inputs, trust: Fraction, reliable: Fraction) -> Typed:
    """The dilemma for ever; player 2's government is new every year, unseen, and then reliable with that chance."""
    once = repeated(inputs, [NORMAL, {"normal": trust, "breaches always": 1 - trust}])
    unseen = ((reliable, 1 - reliable),) * 2
    return Typed(replace(once.game, replacement=(None, unseen)), once.rule)


def transparent(inputs: Inputs, trust: Fraction, detection: Fraction) -> Typed:
    """A first year of small exposure in which player 2's breach is seen with some chance; then all, and all is seen."""
    stage = Dilemma.of(inputs)
    stages = {"first": stage.exposed(Fraction(inputs["first_year_exposure"])), "full": stage}

    def signals(state: str, profile: Profile) -> Chances:
        if state == "full":
            return {}
        return _noticed(profile, detection, Fraction(0))

    game = game_of({state: [[C, D]] * 2 for state in stages}, lambda state, profile: stages[state].pays(profile),
                   lambda _, __: "full", inputs["discount"], signals=signals)
    typed = with_types(game, [NORMAL, {"normal": trust, "breaches always": 1 - trust}])

    def does(_: int, __: str, mode: str, ___: str) -> str:
        return C if mode == CLEAN else D

    def then(mode: str, state: str, seen: Any) -> str:
        fair = seen == (C, C) if state == "full" else seen == f"{C} quiet"
        return mode if fair else BROKEN

    return Typed(typed, public_rule(typed, (CLEAN, BROKEN), does, then))


def flagged(inputs: Inputs, trust: Fraction, flags: int) -> Typed:
    """The dilemma for ever, where of player 2 only flags are seen, right and wrong ones; so many end it."""
    stage = Dilemma.of(inputs)
    detection, alarm = Fraction(inputs["detection"]), Fraction(inputs["false_alarm"])
    game = game_of({"on": [[C, D]] * 2}, lambda _, profile: stage.pays(profile), lambda state, _: state,
                   inputs["discount"], signals=lambda _, profile: _noticed(profile, detection, alarm))
    typed = with_types(game, [NORMAL, {"normal": trust, "breaches always": 1 - trust}])
    modes = (*(f"{k} flags" for k in range(flags)), BROKEN)

    def does(_: int, __: str, mode: str, ___: str) -> str:
        return D if mode == BROKEN else C

    def then(mode: str, _: str, seen: Any) -> str:
        if mode == BROKEN or seen.startswith(D):
            return BROKEN
        return modes[modes.index(mode) + ("flag" in seen)]

    return Typed(typed, public_rule(typed, modes, does, then))


def watched(trust: Fraction, shows: Fraction, years: int) -> Typed:
    """Years in which nothing tempts who chooses, and one that breaches always shows itself with some chance a year."""
    stage = Dilemma(Fraction(1), Fraction(0), Fraction(0), Fraction(0))
    names = [f"year {k + 1}" for k in range(years)]
    after = dict(zip(names, [*names[1:], "end"], strict=True))
    game = game_of(
        {**{name: [[C, D]] * 2 for name in names}, "end": [["rest"]] * 2},
        lambda state, profile: [Fraction(0)] * 2 if state == "end" else stage.pays(profile),
        lambda state, _: after.get(state, "end"), 1,
        signals=lambda state, profile: {} if state == "end" else _noticed(profile, shows, Fraction(0)))
    typed = with_types(game, [NORMAL, {"normal": trust, "breaches always": 1 - trust}])
    return Typed(typed, public_rule(typed, (CLEAN, BROKEN), lambda _, __, ___, ____: C,
                                    lambda mode, _, seen: BROKEN if "flag" in seen else mode))


def _noticed(profile: Profile, detection: Fraction, alarm: Fraction) -> Chances:
    """What is seen: player 1's action, and a flag or none of player 2."""
    chance = detection if profile[1] == D else alarm
    return {f"{profile[0]} flag": chance, f"{profile[0]} quiet": 1 - chance}
