"""Games with types from functions on names: what is paid, where play goes, what types and rules of play do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame, stochastic_game
from games.model.typed_game import TypedGame, TypeRule
from games.model.typed_rule import UNSAID, TypedRule

Profile = tuple[str, ...]
Chances = Mapping[str, Fraction]


def game_of(
    actions: Mapping[str, Sequence[Sequence[str]]],
    pays: Callable[[str, Profile], Sequence[Fraction]],
    moves: Callable[[str, Profile], str | Chances],
    discount: Any,
    *,
    signals: Callable[[str, Profile], Chances] | None = None,
) -> StochasticGame:
    """A game from functions; play begins in the first state.

    ``actions``  labels by state and player.  ``signals``  the law of what everyone sees; None: the profile.
    """
    names = list(actions)
    payoffs, laws = [], []
    for state, labels in actions.items():
        shape = tuple(map(len, labels))
        table = np.empty((*shape, len(labels)), dtype=object)
        law = np.full((*shape, len(names)), Fraction(0), dtype=object)
        for index in np.ndindex(*shape):
            profile = tuple(labels[i][a] for i, a in enumerate(index))
            for i, x in enumerate(pays(state, profile)):
                table[(*index, i)] = Fraction(x)
            for target, chance in sure(moves(state, profile)).items():
                law[(*index, names.index(target))] = Fraction(chance)
        payoffs.append(table)
        laws.append(law)
    game = stochastic_game(payoffs, laws, discount, states=names, actions=list(actions.values()))
    return game if signals is None else replace(game, monitoring=_monitoring(actions, signals))


def own_rule(
    game: StochasticGame, player: int, memories: Sequence[str],
    does: Callable[[str, str], str], then: Callable[[str, str, Any], str],
) -> TypeRule:
    """What a type does: ``does(memory, state)``, ``then(memory, state, outcome)``; the first memory is the start.

    Where a state has not the action named, it does the only one there is.
    """
    acts = [[_number(game, s, player, does(m, state)) for s, state in enumerate(game.states)] for m in memories]
    after = [[list(memories).index(then(m, state, seen)) for state, seen in outcomes(game)] for m in memories]
    return TypeRule(tuple(memories), 0, np.array(acts), np.array(after))


def public_rule(
    typed: TypedGame, modes: Sequence[str],
    does: Callable[[int, str, str, str], str | Chances], then: Callable[[str, str, Any], str],
) -> TypedRule:
    """A rule: ``does(player, type, mode, state)``, ``then(mode, state, outcome)``; it starts in the first mode."""
    game, mix = typed.game, {}
    tables: list[list[Any]] = []
    for i, kinds in enumerate(typed.types):
        mine: list[Any] = []
        for t, one in enumerate(kinds):
            table = np.full((len(modes), game.n_states), UNSAID)
            for (m, mode), (s, state) in product(enumerate(modes), enumerate(game.states)):
                if one.rule is not None:
                    continue
                asked = does(i, one.name, mode, state)
                chances = {_number(game, s, i, a): Fraction(x) for a, x in sure(asked).items() if x}
                table[m, s] = next(iter(chances))
                if len(chances) > 1:
                    mix[i, t, m, s] = chances
            mine.append(table if one.rule is None else None)
        tables.append(mine)
    after = [[list(modes).index(then(m, state, seen)) for state, seen in outcomes(game)] for m in modes]
    return TypedRule(tuple(modes), 0, tuple(map(tuple, tables)), np.array(after), mix=mix)


def outcomes(game: StochasticGame) -> list[tuple[str, Any]]:
    """State and what everyone sees, outcome by outcome: a profile, or a signal where there are some."""
    found: list[tuple[str, Any]] = []
    for s, state in enumerate(game.states):
        seen = game.monitoring.signals[s] if game.monitoring is not None else ()
        found += [(state, one) for one in seen] or [(state, game.profile_labels(row)) for row in game.rows_of(s)]
    return found


def sure(chances: str | Chances) -> Chances:
    """A name as a lottery."""
    return {chances: Fraction(1)} if isinstance(chances, str) else chances


def _number(game: StochasticGame, state: int, player: int, action: str) -> int:
    labels = game.actions[state][player]
    return labels.index(action) if action in labels or len(labels) > 1 else 0


def _monitoring(
    actions: Mapping[str, Sequence[Sequence[str]]], signals: Callable[[str, Profile], Chances]
) -> PublicMonitoring:
    labels, laws, rationals, row = [], [], {}, 0
    for state, own in actions.items():
        found = [signals(state, profile) for profile in product(*own)]
        seen = tuple(dict.fromkeys(s for one in found for s in one))
        law = np.zeros((len(found), len(seen)))
        for k, one in enumerate(found):
            for signal, chance in one.items():
                law[k, seen.index(signal)] = float(chance)
                if Fraction(repr(float(chance))) != chance:
                    rationals["signal", row + k, seen.index(signal)] = Fraction(chance)
        row += len(found)
        labels.append(seen)
        laws.append(law)
    return PublicMonitoring(tuple(labels), tuple(laws), rationals=rationals)


def redrawn(game: StochasticGame, pairs: Sequence[tuple[str, str]]) -> csr_array:
    """Moves of play, by the names of states, at which a type is drawn anew."""
    table = np.zeros((game.n_states, game.n_states))
    for source, target in pairs:
        table[game.states.index(source), game.states.index(target)] = 1
    return csr_array(table)
