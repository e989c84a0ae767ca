"""Behaviour strategies and realisation plans, and what they are worth, in exact rationals.

Sources: Kuhn (1953); von Stengel (1996), Efficient computation of behavior strategies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from games.files.json_input import unknown
from games.game_trees.recall import last_own_moves, require_perfect_recall
from games.game_trees.tree import Chance, Decision, ExtensiveGame, Terminal, children
from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Mixture = tuple[Fraction, ...]
Profile = tuple[Mixture, ...]
"""A behaviour strategy for each player: per information set of the game, the probability of each of its actions."""
Plan = Mapping[int, Mixture]
"""A player's realisation plan: per own information set, the product of the own probabilities up to each action."""


def pure_profile(game: ExtensiveGame, choices: Sequence[int]) -> Profile:
    """The profile that takes one action for certain at each information set (numbers, in the game's order)."""
    return tuple(
        tuple(Fraction(int(a == choice)) for a in range(len(known.actions)))
        for known, choice in zip(game.information_sets, choices, strict=True)
    )


def uniform_profile(game: ExtensiveGame) -> Profile:
    """Every action at an information set equally likely."""
    return tuple((Fraction(1, len(k.actions)),) * len(k.actions) for k in game.information_sets)


def profile(game: ExtensiveGame, given: Mapping[str, Mapping[str, Any]]) -> Profile:
    """A profile from names: {player: {information set: action, or {action: probability}}}; "1/3" is exact.

    Raises ``GameError`` if a name is unknown, an information set is left out or probabilities do not add up to 1.
    """
    out: list[Mixture] = []
    for name in given:
        if name not in game.players:
            raise GameError(unknown("player", name, game.players))
    for number, player in enumerate(game.players):
        names = [game.information_sets[k].name for k in game.sets_of(number)]
        for name in given.get(player, {}):
            if name not in names:
                raise GameError(f"{player}: {unknown('information set', name, names)}")
    for known in game.information_sets:
        player = game.players[known.player]
        place = f"{player}, information set {known.name!r}"
        if known.name not in given.get(player, {}):
            raise GameError(f"{place}: nothing is said; name an action or give probabilities")
        entry = given[player][known.name]
        law = {entry: 1} if isinstance(entry, str) else entry
        for action in law:
            if action not in known.actions:
                raise GameError(f"{place}: {unknown('action', action, known.actions)}")
        out.append(tuple(to_fraction(law.get(action, 0)) for action in known.actions))
    found = tuple(out)
    fault = profile_fault(game, found)
    if fault:
        raise GameError(fault)
    return found


def profile_fault(game: ExtensiveGame, given: Profile) -> str:
    """What keeps this from being a profile of behaviour strategies, in words; "" if nothing does."""
    if len(given) != len(game.information_sets):
        return f"{len(given)} mixtures are given for {len(game.information_sets)} information sets"
    for known, mixture in zip(game.information_sets, given, strict=True):
        place = f"{game.players[known.player]}, information set {known.name!r}"
        if len(mixture) != len(known.actions):
            return f"{place}: {len(mixture)} probabilities for {len(known.actions)} actions"
        if min(mixture) < 0:
            return f"{place}: a probability is negative"
        if sum(mixture) != 1:
            return f"{place}: probabilities add up to {sum(mixture)}, not 1"
    return ""


def named(game: ExtensiveGame, given: Profile) -> dict[str, dict[str, dict[str, Fraction]]]:
    """The profile by names: {player: {information set: {action: probability}}}, zeros left out."""
    out: dict[str, dict[str, dict[str, Fraction]]] = {player: {} for player in game.players}
    for known, mixture in zip(game.information_sets, given, strict=True):
        law = {action: p for action, p in zip(known.actions, mixture, strict=True) if p}
        out[game.players[known.player]][known.name] = law
    return out


def branch_law(game: ExtensiveGame, given: Profile, node: int) -> Mixture:
    """The probability of each branch of a node; nothing at the end of a play."""
    here = game.nodes[node]
    if isinstance(here, Decision):
        return given[here.information_set]
    return here.probabilities if isinstance(here, Chance) else ()


def reach(game: ExtensiveGame, given: Profile) -> tuple[Fraction, ...]:
    """The probability that play comes to each node."""
    out = [Fraction(0)] * len(game.nodes)
    out[0] = Fraction(1)
    for k, node in enumerate(game.nodes):
        if out[k]:
            for p, child in zip(branch_law(game, given, k), children(node), strict=True):
                out[child] = out[k] * p
    return tuple(out)


def values(game: ExtensiveGame, given: Profile) -> tuple[tuple[Fraction, ...], ...]:
    """``[node][player]``: expected payoffs from every node on, if play were there."""
    out: list[tuple[Fraction, ...]] = [()] * len(game.nodes)
    for k in reversed(range(len(game.nodes))):
        node = game.nodes[k]
        if isinstance(node, Terminal):
            out[k] = node.payoffs
        else:
            law = branch_law(game, given, k)
            out[k] = tuple(
                sum((p * out[c][i] for p, c in zip(law, node.children, strict=True) if p), Fraction(0))
                for i in range(game.n_players)
            )
    return tuple(out)


def expected_payoffs(game: ExtensiveGame, given: Profile) -> tuple[Fraction, ...]:
    """What each player gets on average under a profile.  Raises ``GameError`` if it is none of this game."""
    fault = profile_fault(game, given)
    if fault:
        raise GameError(fault)
    return values(game, given)[0]


# -- realisation plans -----------------------------------------------------------------------------------------------


def realisation_plan(game: ExtensiveGame, player: int, given: Profile) -> dict[int, Mixture]:
    """The weights that a player's behaviour strategy gives to its sequences of own moves.

    Raises ``GameError`` if the player has no perfect recall.
    """
    require_perfect_recall(game, player, "a realisation plan")
    before = own_parents(game, player)
    out: dict[int, Mixture] = {}
    for number in before:
        weight = weight_of(out, before[number])
        out[number] = tuple(weight * p for p in given[number])
    return out


def behaviour(game: ExtensiveGame, player: int, plan: Plan) -> dict[int, Mixture]:
    """The behaviour strategy that a realisation plan stands for; uniform where the plan itself never comes.

    Raises ``GameError`` if the player has no perfect recall.
    """
    require_perfect_recall(game, player, "a realisation plan")
    before = own_parents(game, player)
    out: dict[int, Mixture] = {}
    for number in before:
        count = len(game.information_sets[number].actions)
        weight = weight_of(plan, before[number])
        out[number] = tuple(x / weight for x in plan[number]) if weight else (Fraction(1, count),) * count
    return out


def own_parents(game: ExtensiveGame, player: int) -> dict[int, tuple[int, int] | None]:
    """The player's own last move before each of its information sets; a set comes after those it follows.

    That there is just one is perfect recall, which the caller has to see to.
    """
    moves = last_own_moves(game)
    inside = sorted(game.sets_of(player), key=lambda number: game.members[number][0])
    return {number: moves[game.members[number][0]][player] for number in inside}


def weight_of(plan: Plan, move: tuple[int, int] | None) -> Fraction:
    """The weight of a sequence in a realisation plan, by its last move; 1 for the empty one."""
    return Fraction(1) if move is None else plan[move[0]][move[1]]
