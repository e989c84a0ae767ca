"""Dilemmas without end, in which one partner may be something else."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from games.model.typed_game import PartyType, TypedGame
from tests.support.trust_games.dilemma import (
    BROKEN,
    CLEAN,
    NORMAL,
    C,
    D,
    Dilemma,
    Inputs,
    Prior,
    Typed,
    reversion,
    with_types,
)
from tests.support.typed_builder import game_of, public_rule


def repeated(inputs: Inputs, priors: Sequence[Prior]) -> Typed:
    """The dilemma for ever, with as many players as there are priors."""
    stage = Dilemma.of(inputs)
    labels = {"on": [[C, D]] * len(priors)}
    game = game_of(labels, lambda _, profile: stage.pays(profile), lambda state, _: state, inputs["discount"])
    typed = with_types(game, priors, full=("on",))
    return Typed(typed, reversion(typed))


def staged(inputs: Inputs, exposures: Sequence[Fraction], priors: Sequence[Prior]) -> Typed:
    """The dilemma for ever, exposure rising from year to year to the last one."""
    stage = Dilemma.of(inputs)
    names = [f"stage {k + 1}" for k in range(len(exposures))]
    stages = dict(zip(names, map(stage.exposed, exposures), strict=True))
    after = dict(zip(names, [*names[1:], names[-1]], strict=True))
    game = game_of({name: [[C, D]] * 2 for name in names}, lambda state, profile: stages[state].pays(profile),
                   lambda state, _: after[state], inputs["discount"])
    typed = with_types(game, priors, full=names[-1:])
    return Typed(typed, reversion(typed))


def first_year(inputs: Inputs, prior: Prior) -> Typed:
    """Only the first year is sure to be kept: later a coin that all see says whether both comply or player 1 exploits.

    The odds give player 2 no more than keeps it from breaching, so that player 1, who bears the risk, has the most.
    """
    stage, d = Dilemma.of(inputs), Fraction(inputs["discount"])
    promised = stage.punishment + (1 - d) / d * (stage.temptation - stage.reward)      # keeps player 2 from breaching
    endured = stage.punishment + (1 - d) / d * (stage.punishment - stage.sucker)       # lets it be exploited for a year
    odds = {where: (least - stage.punishment) / (stage.reward - stage.punishment)
            for where, least in (("first", promised), ("together", promised), ("exploited", endured))}
    game = game_of(
        {name: [[C, D]] * 2 for name in odds}, lambda _, profile: stage.pays(profile),
        lambda state, _: {"together": odds[state], "exploited": 1 - odds[state]} if state == "exploited" or
        state == "first" else state, inputs["discount"])
    typed = with_types(game, [NORMAL, prior])

    def does(player: int, _: str, mode: str, state: str) -> str:
        return D if mode == BROKEN or (state == "exploited" and player == 0) else C

    def then(mode: str, state: str, seen: Any) -> str:
        return mode if seen == (D if state == "exploited" else C, C) else BROKEN

    return Typed(typed, public_rule(typed, (CLEAN, BROKEN), does, then))


def signalled(inputs: Inputs, prior_patient: Fraction, cost: Fraction) -> Typed:
    """A costly measure at signature that the patient government takes and the impatient does not, then the dilemma."""
    stage = Dilemma.of(inputs)
    patient, impatient = Fraction(inputs["discount_patient"]), Fraction(inputs["discount_impatient"])
    game = game_of(
        {"signature": [["take", "omit"], ["wait"]], "on": [[C, D]] * 2},
        lambda state, profile: stage.pays(profile) if state == "on" else [-cost * (profile[0] == "take"), Fraction(0)],
        lambda state, _: "on", patient)
    types = ((PartyType("patient"), PartyType("impatient", discount=impatient)), (PartyType("normal"),))
    typed = TypedGame(game, types, ((prior_patient, 1 - prior_patient), (Fraction(1),)))

    def does(_: int, name: str, mode: str, state: str) -> str:
        if state == "signature":
            return "take" if name == "patient" else "omit"
        return C if mode == CLEAN and name != "impatient" else D

    def then(mode: str, _: str, seen: Any) -> str:
        return BROKEN if "omit" in seen or D in seen else mode

    return Typed(typed, public_rule(typed, (CLEAN, BROKEN), does, then))
