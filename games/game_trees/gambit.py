"""Game trees in the forms that Gambit reads: ``.efg``, and ``.nfg`` of the reduced strategic form.

Source: the file formats of Gambit 16 (Savani and Turocy), "EFG 2 R" and "NFG 1 R"; numbers stay exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Literal

from games.files.conversions import gambit_labels, strategic_form
from games.files.table_file import to_table
from games.game_trees.recall import perfect_recall
from games.game_trees.strategies import own_parents
from games.game_trees.tree import Chance, Decision, ExtensiveGame, Terminal
from games.model.stochastic_game import GameError

MOST_PROFILES = 100_000
"""Strategic forms larger than this are refused."""

Strategy = dict[int, int]
"""What a pure strategy does, by information set; sets that its own earlier moves exclude are left out."""


def to_efg(game: ExtensiveGame) -> str:
    """The tree as a Gambit extensive game: nodes in depth-first order, one a line, every number exact."""
    title, names = gambit_labels([game.name])[0], " ".join(gambit_labels(game.players))
    lines = [f"EFG 2 R {title} {{ {names} }}", '""', ""]
    own = {k: 1 + i for player in range(game.n_players) for i, k in enumerate(game.sets_of(player))}
    chances = outcomes = 0
    for node in game.nodes:
        if isinstance(node, Decision):
            known = game.information_sets[node.information_set]
            number = own[node.information_set]
            name, actions = gambit_labels([known.name])[0], " ".join(gambit_labels(known.actions))
            lines.append(f'p "" {known.player + 1} {number} {name} {{ {actions} }} 0')
        elif isinstance(node, Chance):
            chances += 1
            law = " ".join(f"{x} {p}" for x, p in zip(gambit_labels(node.labels), node.probabilities, strict=True))
            lines.append(f'c "" {chances} "" {{ {law} }} 0')
        else:
            outcomes += 1
            payoffs = ", ".join(map(str, node.payoffs))
            lines.append(f't "" {outcomes} {gambit_labels([node.outcome])[0]} {{ {payoffs} }}')
    return "\n".join(lines) + "\n"


def pure_strategies(game: ExtensiveGame, player: int, most: int = MOST_PROFILES) -> list[Strategy]:
    """A player's reduced pure strategies; with imperfect recall, all of them.

    Raises ``GameError`` if there are more than ``most``.
    """
    before = own_parents(game, player) if perfect_recall(game, player).perfect else dict.fromkeys(game.sets_of(player))
    out: list[Strategy] = [{}]
    for number, last in before.items():
        out = [
            strategy if last is not None and strategy.get(last[0]) != last[1] else strategy | {number: action}
            for strategy in out
            for action in range(
                1 if last is not None and strategy.get(last[0]) != last[1]
                else len(game.information_sets[number].actions))
        ]
        if len(out) > most:
            raise GameError(f"{game.players[player]} has more than {most} pure strategies; solve the tree instead")
    return out


def pure_payoffs(game: ExtensiveGame, strategies: Sequence[Strategy]) -> list[Fraction]:
    """Expected payoffs when each player follows a pure strategy."""
    out = [Fraction(0)] * game.n_players
    waiting = [(0, Fraction(1))]
    while waiting:
        k, weight = waiting.pop()
        node = game.nodes[k]
        if isinstance(node, Terminal):
            for i, x in enumerate(node.payoffs):
                out[i] += weight * x
        elif isinstance(node, Decision):
            player = game.information_sets[node.information_set].player
            waiting.append((node.children[strategies[player][node.information_set]], weight))
        else:
            waiting += [(c, weight * p) for c, p in zip(node.children, node.probabilities, strict=True) if p]
    return out


def to_nfg(game: ExtensiveGame) -> str:
    """The reduced strategic form; a strategy is named by its actions, "*" where it cannot come.

    Raises ``GameError`` if it has more than 100,000 profiles.
    """
    return strategic(game, "nfg")


def strategic(game: ExtensiveGame, form: Literal["nfg", "csv"]) -> str:
    """The reduced strategic form as Gambit's file or as a table; see ``to_nfg``."""
    strategies = [pure_strategies(game, player) for player in range(game.n_players)]
    size = prod(map(len, strategies))
    if size > MOST_PROFILES:
        raise GameError(f"the strategic form has {size} profiles, more than {MOST_PROFILES}; use efg")
    labels = []
    for player, own in enumerate(strategies):
        sets = game.sets_of(player)
        labels.append([
            "/".join(game.information_sets[k].actions[s[k]] if k in s else "*" for k in sets) or "-" for s in own
        ])

    def payoffs(profile: tuple[int, ...]) -> list[Fraction]:
        return pure_payoffs(game, [own[s] for own, s in zip(strategies, profile, strict=True)])

    if form == "nfg":
        return strategic_form(game.name, game.players, labels, payoffs)
    profiles = product(*(range(len(own)) for own in strategies))
    return to_table(game.players, labels, {profile: payoffs(profile) for profile in profiles})
