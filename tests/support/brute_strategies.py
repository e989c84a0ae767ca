"""Strategies in repeated games by brute force: written as functions of what is remembered, judged in fractions.

Every profile is tried after every history that matters; values follow the path of play until it repeats itself.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from games.model.stochastic_game import StochasticGame

Profile = tuple[int, ...]
Memory = Hashable


@dataclass(frozen=True)
class Rule:
    """``plays(memory)`` is the profile, ``follows(memory, profile)`` what is remembered after it."""

    start: Memory
    plays: Callable[[Memory], Profile]
    follows: Callable[[Memory, Profile], Memory]


@dataclass(frozen=True)
class Found:
    """Values and least slacks by memory and player; ``least`` of all slacks, in one-off payoffs."""

    values: dict[Memory, tuple[Fraction, ...]]
    slack: dict[tuple[Memory, int], Fraction]

    @property
    def least(self) -> Fraction:
        return min(self.slack.values())


def judged(game: StochasticGame, rule: Rule) -> Found:
    """Every one-shot deviation after every history, those after errors of several at once too."""
    counts = [len(own) for own in game.actions[0]]
    profiles = list(product(*(range(count) for count in counts)))
    number = {profile: row for row, profile in enumerate(profiles)}
    n = len(counts)

    def earns(profile: Profile, player: int) -> Fraction:
        return game.exact_payoff(number[profile], player)

    memories = [rule.start]
    for memory in memories:
        for profile in profiles:
            ahead = rule.follows(memory, profile)
            if ahead not in memories:
                memories.append(ahead)
    values = {m: tuple(_value(rule, m, i, earns, game.exact_discount(i)) for i in range(n)) for m in memories}
    slack: dict[tuple[Memory, int], Fraction] = {}
    for memory in memories:
        played = rule.plays(memory)
        for i in range(n):
            d = game.exact_discount(i)
            for a in range(counts[i]):
                if a != played[i]:
                    other = (*played[:i], a, *played[i + 1:])
                    deviating = (1 - d) * earns(other, i) + d * values[rule.follows(memory, other)][i]
                    here = (values[memory][i] - deviating) / (1 - d)
                    slack[memory, i] = min(slack.get((memory, i), here), here)
    return Found(values, slack)


def _value(
    rule: Rule, memory: Memory, player: int, earns: Callable[[Profile, int], Fraction], discount: Fraction
) -> Fraction:
    seen: dict[Memory, int] = {}
    stream: list[Fraction] = []
    while memory not in seen:
        seen[memory] = len(stream)
        profile = rule.plays(memory)
        stream.append(earns(profile, player))
        memory = rule.follows(memory, profile)
    first = seen[memory]
    head = sum((discount**t * x for t, x in enumerate(stream[:first])), Fraction(0))
    loop = sum((discount**t * x for t, x in enumerate(stream[first:])), Fraction(0))
    return (1 - discount) * (head + discount**first * loop / (1 - discount ** (len(stream) - first)))


# -- strategies, told once more ---------------------------------------------------------------------------------------


def grim(c: Profile, p: Profile) -> Rule:
    def follows(m: Memory, seen: Profile) -> Memory:
        return "good" if m == "good" and seen == c else "bad"

    return Rule("good", lambda m: c if m == "good" else p, follows)


def k_period(c: Profile, p: Profile, k: int) -> Rule:
    def follows(left: Memory, seen: Profile) -> Memory:
        assert isinstance(left, int)
        if seen != (p if left else c):
            return k
        return max(left - 1, 0)

    return Rule(0, lambda left: c if left == 0 else p, follows)


def penance(c: Profile, p: Profile) -> Rule:
    def plays(sinner: Memory) -> Profile:
        return c if sinner is None else tuple(c[i] if i == sinner else p[i] for i in range(len(c)))

    def follows(sinner: Memory, seen: Profile) -> Memory:
        wrong = [i for i, (a, b) in enumerate(zip(seen, plays(sinner), strict=True)) if a != b]
        return wrong[0] if len(wrong) == 1 else None

    return Rule(None, plays, follows)


def tit_for_tat(c: Profile, p: Profile, tats: int = 1) -> Rule:
    """Remembers the last periods as they were."""

    def plays(last: Memory) -> Profile:
        assert isinstance(last, tuple)
        bad = [len(last) == tats and all(seen[j] != c[j] for seen in last) for j in range(len(c))]
        return tuple(p[i] if any(b for j, b in enumerate(bad) if j != i) else c[i] for i in range(len(c)))

    def follows(last: Memory, seen: Profile) -> Memory:
        assert isinstance(last, tuple)
        return (*last, seen)[-tats:]

    return Rule((), plays, follows)


def win_stay_lose_shift(c: Profile, p: Profile) -> Rule:
    def plays(last: Memory) -> Profile:
        assert isinstance(last, tuple)
        kept = {a == b for a, b in zip(last, c, strict=True)}
        return c if len(kept) == 1 else p

    return Rule(c, plays, lambda last, seen: seen)
