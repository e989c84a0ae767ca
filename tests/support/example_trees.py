"""A tree that the classics do not have: a player who forgets."""

from __future__ import annotations

from typing import Any

from games.extensive_form import ExtensiveGame, decision, extensive_game, terminal


def forgetful() -> ExtensiveGame:
    """A player who no longer knows what it has done a moment ago."""
    def second(left: int, right: int) -> dict[str, Any]:
        return decision("A", {"l": terminal([left, -left]), "r": terminal([right, -right])}, "later")

    return extensive_game(["A", "B"], decision("A", {"L": second(1, 0), "R": second(0, 1)}, "first"))
