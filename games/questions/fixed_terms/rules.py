"""Rules of play for a fixed term: the plan is kept surely, with some chance, or not; then comes what is settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np

from games.certificates.typed.clean_path import CleanPath
from games.certificates.typed.settled import Memories
from games.model.typed_rule import UNSAID, TypedRule

Conduct = Mapping[tuple[int, int], Fraction]
"""By player and state, the chance with which types that choose keep to the plan while all have; left out: surely."""


def leaving_action(path: CleanPath, player: int, state: int) -> int:
    """How a player leaves the plan in a state: what is best if everybody else chooses and keeps to it."""
    settled, game = path.settled, path.game
    node = next(x for x in path.backward if x.state == state)
    kinds = tuple(path.typed.strategic(i)[0] for i in range(game.n_players))
    step = int(game.stride[state, player])

    def worth(action: int) -> Fraction:
        row = path.row(node) + (action - path.own(node, player)) * step
        return settled.brings(row, node.memories, (player, kinds))

    return max(path.other_actions(node, player), key=worth, default=path.own(node, player))


@final
@dataclass(frozen=True)
class _Mode:
    """Whether the plan was kept so far, and what all rules remember."""

    kept: bool
    memories: Memories


def rule_of(path: CleanPath, conduct: Conduct) -> TypedRule:
    """The public rule; raises ``Unsettled`` where more than one thing can follow once the plan is left."""
    settled, game, typed = path.settled, path.game, path.typed
    planned = {node.state: path.row(node) for node in path.backward}
    first = _Mode(True, settled.start)
    number = {first: 0}
    waiting = [(first, game.initial)]
    seen = set(waiting)
    does: dict[tuple[int, int, int, int], int] = {}
    mix: dict[tuple[int, int, int, int], Mapping[int, Fraction]] = {}
    then: dict[tuple[int, int], int] = {}
    while waiting:
        mode, state = waiting.pop()
        m = number[mode]
        kept = mode.kept and state in planned
        for i in range(game.n_players):
            own = int(game.own_action[planned[state], i]) if kept else 0
            chance = conduct.get((i, state), Fraction(1))
            for t in typed.strategic(i):
                key = (i, t, m, state)
                if not kept:
                    does[key] = settled.action((state, mode.memories), i, t)
                elif chance == 1:
                    does[key] = own
                else:
                    leaves = leaving_action(path, i, state)
                    does[key] = leaves
                    if chance:
                        mix[key] = {own: chance, leaves: 1 - chance}
        for row in game.rows_of(state):
            after = _Mode(kept and row == planned[state], settled.after(row, mode.memories))
            then[m, row] = number.setdefault(after, len(number))
            for s in settled.exact.law(row):
                if (after, s) not in seen:
                    seen.add((after, s))
                    waiting.append((after, s))
    action = [[np.full((len(number), game.n_states), UNSAID, dtype=np.int64) if kind.rule is None else None
               for kind in kinds] for kinds in typed.types]
    for (i, t, m, state), a in does.items():
        table = action[i][t]
        assert table is not None
        table[m, state] = a
    next_mode = np.full((len(number), game.n_rows), UNSAID, dtype=np.int64)
    for (m, row), k in then.items():
        next_mode[m, row] = k
    names = tuple(("kept" if mode.kept else "left") + "".join(
        f", {rule.memories[x]}" for (_, _, rule), x in zip(settled.rules, mode.memories, strict=True))
        + f" ({k})" for k, mode in enumerate(number))
    return TypedRule(names, 0, tuple(tuple(tables) for tables in action), next_mode, mix=mix)
