"""The chain store, with replies that have a state of their own."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from games.model.typed_game import PartyType, TypedGame
from tests.support.trust_games.dilemma import Inputs, Typed
from tests.support.typed_builder import Chances, Profile, game_of, own_rule, public_rule


def chain_store(inputs: Inputs, entrants: int) -> Typed:
    """An incumbent, and entrants one after the other; the reply to an entry has a state of its own.

    The rule is that of Kreps and Wilson (1982); modes are what is believed of the incumbent.
    """
    b, a, prior = (Fraction(inputs[k]) for k in ("b", "a", "prior_strong"))
    order = range(entrants, 0, -1)
    flow = [f"{step} {n}" for n in order for step in ("entry", "reply", "idle")]

    def acts(state: str) -> list[list[str]]:
        step, _, n = state.partition(" ")
        labels = [["rest"] for _ in range(entrants + 1)]
        if step == "entry":
            labels[int(n)] = ["out", "in"]
        if step == "reply":
            labels[0] = ["fight", "yield"]
        return labels

    def pays(state: str, profile: Profile) -> list[Fraction]:
        step, _, n = state.partition(" ")
        paid = [Fraction(0)] * (entrants + 1)
        if step == "entry" and profile[int(n)] == "out":
            paid[0] = a
        if step == "reply":
            paid[0], paid[int(n)] = (Fraction(-1), b - 1) if profile[0] == "fight" else (Fraction(0), b)
        return paid

    def moves(state: str, profile: Profile) -> str:
        step, _, n = state.partition(" ")
        if step == "entry":
            return f"reply {n}" if "in" in profile else f"idle {n}"
        return f"entry {int(n) - 1}" if step in ("reply", "idle") and n != "1" else "end"

    game = game_of({state: acts(state) for state in [*flow, "end"]}, pays, moves, 1)
    strong = PartyType("strong", own_rule(game, 0, ("",), lambda _, __: "fight", lambda m, _, __: m), kind="keeps")
    typed = TypedGame(game, ((PartyType("weak"), strong), *((PartyType("entrant"),),) * entrants),
                      ((1 - prior, prior), *((Fraction(1),),) * entrants))
    beliefs = {"as at first": prior, "weak": Fraction(0), **{f"b^{n}": b**n for n in range(entrants)}}

    def does(player: int, _: str, mode: str, state: str) -> str | Chances:
        step, _, n = state.partition(" ")
        belief, left = beliefs[mode], int(n or 0)
        if step == "entry" and player == left:
            limit = b**left
            out = Fraction(1) if belief > limit else 1 / a if belief == limit else Fraction(0)
            return {"out": out, "in": 1 - out}
        if step == "reply" and player == 0:
            held = b ** (left - 1)
            if belief == 0 or left == 1:
                return "yield"
            fights = Fraction(1) if belief >= held else (1 - held) * belief / ((1 - belief) * held)
            return {"fight": fights, "yield": 1 - fights}
        return "rest"

    def then(mode: str, state: str, seen: Any) -> str:
        step, _, n = state.partition(" ")
        if step != "reply" or mode == "weak":
            return mode
        if seen[0] == "yield":
            return "weak"
        return mode if beliefs[mode] >= b ** (int(n) - 1) else f"b^{int(n) - 1}"

    return Typed(typed, public_rule(typed, tuple(beliefs), does, then))
