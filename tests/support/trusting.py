"""Games with types by hand: dilemmas for two, for ever or for some years, and what their types do."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from games import repeated_game, stochastic_game
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.model.typed_game import Kind, PartyType, TypedGame, TypeRule

COMPLY, BREACH = 0, 1
NORMAL = PartyType("normal")


def dilemma(payoffs: Sequence[Fraction | int], discount: Fraction, years: int | None = None) -> StochasticGame:
    """Reward, temptation, punishment and sucker, alike for both; with ``years`` it ends after so many."""
    reward, temptation, punishment, sucker = payoffs
    table = [[[reward, reward], [sucker, temptation]], [[temptation, sucker], [punishment, punishment]]]
    labels = [["comply", "breach"], ["comply", "breach"]]
    if years is None:
        return repeated_game(table, discount, actions=labels)
    to = np.eye(years + 1)[1:]
    return stochastic_game(
        [table] * years + [[[[0, 0]]]],
        [np.broadcast_to(law, (2, 2, years + 1)) for law in to] + [np.broadcast_to(to[-1], (1, 1, years + 1))],
        discount, states=[*(f"year {k + 1}" for k in range(years)), "ended"],
        actions=[labels] * years + [[["-"], ["-"]]])


def compliance(game: StochasticGame) -> Plan:
    """Everybody complies in every state in which something can be chosen."""
    return Plan.of_profile(game, [COMPLY] * game.n_players)


def constant(game: StochasticGame, action: int, name: str, kind: Kind) -> PartyType:
    """A type that always does the same, as far as there is a choice."""
    least = game.action_counts.min(axis=1)
    return PartyType(name, TypeRule(
        ("always",), 0, np.minimum(action, least - 1)[None, :], np.zeros((1, game.n_rows), dtype=np.int64)), kind=kind)


def breacher(game: StochasticGame) -> PartyType:
    """Breaches always."""
    return constant(game, BREACH, "breaches always", "breaches")


def keeper(game: StochasticGame) -> PartyType:
    """Keeps its word whatever comes."""
    return constant(game, COMPLY, "keeps always", "keeps")


def conditional(game: StochasticGame, player: int, forgiving: bool = False) -> PartyType:
    """Complies until somebody breaches, then breaches for ever; forgiving: as long as the others did last year."""
    choice = game.action_counts.min(axis=1) > 1
    breached = ((game.own_action == BREACH) & choice[game.row_state][:, None])
    seen = np.delete(breached, player, axis=1).any(axis=1) if forgiving else breached.any(axis=1)
    after = seen.astype(np.int64)
    action = np.stack([np.zeros(game.n_states, dtype=np.int64), choice.astype(np.int64)])
    return PartyType("tit for tat" if forgiving else "grim", TypeRule(
        ("clean", "breached"), 0, action, np.stack([after, after if forgiving else np.ones_like(after)])),
        kind="conditional")


def one_sided(game: StochasticGame, player: int, *others: tuple[PartyType, Fraction]) -> TypedGame:
    """One player may be of other types, with these chances; all others are as described."""
    types: list[tuple[PartyType, ...]] = [(NORMAL,)] * game.n_players
    prior: list[tuple[Fraction, ...]] = [(Fraction(1),)] * game.n_players
    types[player] = (NORMAL, *(kind for kind, _ in others))
    prior[player] = (1 - sum((p for _, p in others), Fraction(0)), *(p for _, p in others))
    return TypedGame(game, tuple(types), tuple(prior))
