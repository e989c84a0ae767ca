"""Perfect recall: nobody forgets what they knew or did.  Behaviour strategies lose nothing exactly then.

Source: Kuhn (1953), Extensive games and the problem of information, definition 17 and theorem 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from games.game_trees.tree import Decision, ExtensiveGame, children
from games.model.stochastic_game import GameError

Sequence = tuple[int, int] | None
"""A player's last own move: (information set, action); None before the first."""


@final
@dataclass(frozen=True)
class Recall:
    """Whether nobody forgets anything.

    ``perfect``          the answer.
    ``player``           who forgets, None if nobody does.
    ``information_set``  where.
    ``nodes``            two nodes of that information set with different own pasts.
    ``words``            the counter-example in a sentence, "" if there is none.
    """

    perfect: bool
    player: int | None = None
    information_set: int | None = None
    nodes: tuple[int, ...] = ()
    words: str = ""


def last_own_moves(game: ExtensiveGame) -> tuple[tuple[Sequence, ...], ...]:
    """``[node][player]``: the last move that each player has made before the node."""
    start: tuple[Sequence, ...] = (None,) * game.n_players
    out: list[tuple[Sequence, ...]] = [start] * len(game.nodes)
    for k, node in enumerate(game.nodes):
        for branch, child in enumerate(children(node)):
            if isinstance(node, Decision):
                player = game.information_sets[node.information_set].player
                before = out[k]
                out[child] = (*before[:player], (node.information_set, branch), *before[player + 1:])
            else:
                out[child] = out[k]
    return tuple(out)


def perfect_recall(game: ExtensiveGame, player: int | None = None) -> Recall:
    """Whether a player (None: every player) never forgets, with a counter-example in words otherwise.

    It is enough to compare the last own move at the nodes of each information set: if these agree everywhere, so do,
    by induction, the whole own pasts.
    """
    moves = last_own_moves(game)
    for number, known in enumerate(game.information_sets):
        if player is not None and known.player != player:
            continue
        first, *others = game.members[number]
        for other in others:
            if moves[other][known.player] != moves[first][known.player]:
                return Recall(False, known.player, number, (first, other), _words(game, number, first, other))
    return Recall(True)


def require_perfect_recall(game: ExtensiveGame, player: int | None = None, what: str = "this") -> None:
    """Raise ``GameError`` with the counter-example if somebody forgets."""
    found = perfect_recall(game, player)
    if not found.perfect:
        raise GameError(f"{found.words}; {what} needs perfect recall: split the information set")


def _words(game: ExtensiveGame, number: int, first: int, other: int) -> str:
    known = game.information_sets[number]
    who = game.players[known.player]
    if first < other < game.ends[first]:
        return (
            f"{who} does not have perfect recall: information set {known.name!r} is met "
            f"{game.place(first) if game.path(first) else 'at the start'} and again "
            f"on the same way, {game.place(other)}, as if it had not been met before"
        )

    def past(node: int) -> list[str]:
        return [
            f"{game.labels(at)[branch]!r} at {game.information_sets[here.information_set].name!r}"
            for at, branch in game.path(node)
            if isinstance(here := game.nodes[at], Decision)
            and game.information_sets[here.information_set].player == known.player
        ]

    def told(node: int) -> str:
        return ", then ".join(past(node)) or "nothing"

    return (
        f"{who} does not have perfect recall: at information set {known.name!r} it has played {told(first)} "
        f"({game.place(first)}) or {told(other)} ({game.place(other)}) and no longer knows which"
    )
