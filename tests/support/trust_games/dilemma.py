"""The dilemma, what parties in it may be, and reversion to breach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from games.model.stochastic_game import StochasticGame
from games.model.typed_game import Kind, PartyType, TypedGame, TypeRule
from games.model.typed_rule import TypedRule
from tests.support.typed_builder import Profile, own_rule, public_rule

Inputs = Mapping[str, Any]
Prior = Mapping[str, Fraction]
"""Chances of types by name, the first the one that the game describes."""
C, D = "C", "D"
NORMAL: Prior = {"normal": Fraction(1)}
CLEAN, BROKEN = "clean", "broken"


@final
@dataclass(frozen=True)
class Typed:
    """A game with types and a rule of play for it."""

    game: TypedGame
    rule: TypedRule


@final
@dataclass(frozen=True)
class Dilemma:
    """Payoffs of a prisoners' dilemma; with more than two players interpolated in the share of others that comply."""

    reward: Fraction
    temptation: Fraction
    punishment: Fraction
    sucker: Fraction

    @staticmethod
    def of(inputs: Inputs) -> Dilemma:
        """From the names, or the letters, of a case."""
        letters = ("R", "T", "P", "S")
        names = ("reward", "temptation", "punishment", "sucker")
        return Dilemma(*(Fraction(inputs[name] if name in inputs else inputs[letter])
                         for name, letter in zip(names, letters, strict=True)))

    def exposed(self, share: Fraction) -> Dilemma:
        """What breach gains and costs, scaled."""
        gain, loss = self.temptation - self.reward, self.punishment - self.sucker
        return Dilemma(self.reward, self.reward + share * gain, self.punishment, self.punishment - share * loss)

    def times(self, share: Fraction) -> Dilemma:
        """All payoffs, scaled."""
        return Dilemma(*(share * x for x in (self.reward, self.temptation, self.punishment, self.sucker)))

    def pays(self, profile: Profile) -> list[Fraction]:
        """What a period pays each."""
        found = []
        for i, own in enumerate(profile):
            others = profile[:i] + profile[i + 1:]
            share = Fraction(others.count(C), len(others))
            low, high = (self.sucker, self.reward) if own == C else (self.punishment, self.temptation)
            found.append(low + share * (high - low))
        return found


def conduct(game: StochasticGame, player: int, name: str, full: Sequence[str] = ()) -> PartyType:
    """A type by its name in the cases; ``full`` are the states of full exposure."""
    def rule(
        does: Callable[[str, str], str], then: Callable[[str, str, Any], str] = lambda memory, _, __: memory,
        memories: Sequence[str] = ("",),
    ) -> TypeRule:
        return own_rule(game, player, memories, does, then)

    def grim(memory: str, _: str, seen: Any) -> str:
        return "breached" if D in seen else memory

    def tit_for_tat(_: str, __: str, seen: Any) -> str:
        return "breached" if D in seen[:player] + seen[player + 1:] else "kept"

    def reply(memory: str, _: str) -> str:
        return C if memory == "kept" else D

    made: dict[str, Callable[[], tuple[TypeRule | None, Kind]]] = {
        "normal": lambda: (None, "strategic"),
        "breaches always": lambda: (rule(lambda _, __: D), "breaches"),
        "keeps always": lambda: (rule(lambda _, __: C), "keeps"),
        "breaches at full exposure": lambda: (rule(lambda _, state: D if state in full else C), "breaches"),
        "grim": lambda: (rule(reply, grim, ("kept", "breached")), "conditional"),
        "tit for tat": lambda: (rule(reply, tit_for_tat, ("kept", "breached")), "conditional"),
    }
    made["complies until the other breaches"] = made["grim"]
    own, kind = made[name]()
    return PartyType(name, own, kind=kind)


def with_types(game: StochasticGame, priors: Sequence[Prior], full: Sequence[str] = (), **more: Any) -> TypedGame:
    """A game whose players have these types."""
    types = tuple(tuple(conduct(game, i, name, full) for name in prior) for i, prior in enumerate(priors))
    return TypedGame(game, types, tuple(tuple(prior.values()) for prior in priors), **more)


def reversion(typed: TypedGame, keeps: Callable[[int, str], bool] = lambda player, state: True) -> TypedRule:
    """Comply, where ``keeps(player, state)``, until anybody breaches; then breach for good."""
    def does(player: int, _: str, mode: str, state: str) -> str:
        return C if mode == CLEAN and keeps(player, state) else D

    def then(mode: str, _: str, seen: Any) -> str:
        return BROKEN if D in seen else mode

    return public_rule(typed, (CLEAN, BROKEN), does, then)
