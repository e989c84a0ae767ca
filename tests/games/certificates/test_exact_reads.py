"""Nothing in the folder of certificates decides anything on a floating-point array of the game."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from games import certificates

ARRAYS = {"transition", "next_law", "stage_payoffs"}
"""Attributes of games and of what is seen in them that hold floats, whatever they are read from."""

OF_GAMES = {"payoffs", "discount", "monitoring", "law", "outcome_class", "common_discount"}
"""Attributes that hold floats when they are read from a game, its monitoring or its ``OutcomeLaws``, not elsewhere."""

ALLOWED = {
    ("exact_game.py", "ExactTables", "payoffs"): "decimals of the payoffs are read once, with the exact entries",
    ("exact_game.py", "_distinct_laws", "transition"): "decimals of the laws are read once, with the exact entries",
    ("one_player.py", "_Builder", "payoffs"): "decimals become those of a game of one player, with the exact entries",
    ("places.py", "_Unfolding", "transition"): "decimals become those of a game of one player, with the exact entries",
    ("places.py", "_Unfolding", "payoffs"): "whether a payoff is zero, which the exact entries are asked as well",
    ("learning.py", "Learning", "monitoring"): "names of signals",
}
"""File, function or class, attribute: why it may be read there."""

FILES = sorted(Path(certificates.__path__[0]).rglob("*.py"))


def reads(tree: ast.AST) -> Iterator[tuple[str, ast.Attribute]]:
    """Attributes that are read, with the outermost class or function they are read in."""
    for top in ast.iter_child_nodes(tree):
        name = getattr(top, "name", "")
        for node in ast.walk(top):
            if isinstance(node, ast.Attribute):
                yield name, node


def is_game(node: ast.expr) -> bool:
    """``game``, ``self.game``, ``exact.game``, and what everyone sees: ``game.monitoring``, ``seen``."""
    last = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return last in ("game", "monitoring", "seen", "laws", "_laws")


def only_whether_there_is_any(tree: ast.AST) -> set[ast.Attribute]:
    """``game.monitoring`` in ``game.monitoring is None``: whether there are signals at all, which is no number."""
    return {
        node.left for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Attribute) and node.left.attr == "monitoring"
        and isinstance(node.ops[0], ast.Is | ast.IsNot)}


def floats_read(source: str, file: str) -> list[str]:
    tree = ast.parse(source)
    harmless = only_whether_there_is_any(tree)
    found = []
    for where, node in reads(tree):
        if node in harmless or (file, where, node.attr) in ALLOWED:
            continue
        if node.attr in ARRAYS or (node.attr in OF_GAMES and is_game(node.value)):
            found.append(f"{file}:{node.lineno} {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FILES[0].parent)))
def test_no_float_array_of_a_game_is_read(path: Path) -> None:
    assert floats_read(path.read_text(encoding="utf-8"), path.name) == []


@pytest.mark.parametrize("line", [
    "game.transition.data[3] > 0", "self.game.payoffs.max()", "exact.game.discount[0]", "game.monitoring.law[0]",
    "game.outcome_class", "self._laws.law(0)", "seen.next_law.indices", "game.common_discount",
])
def test_the_line_is_held(line: str) -> None:
    assert floats_read(f"def check(game):\n    return {line}\n", "plan.py")


def test_every_exception_is_used() -> None:
    read = [(path, found) for path in FILES for found in reads(ast.parse(path.read_text(encoding="utf-8")))]
    used = {(path.name, where, node.attr) for path, (where, node) in read}
    assert set(ALLOWED) <= used
