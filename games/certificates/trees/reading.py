"""The parts that evidence about game trees has in common: the game's digest, strategies as lists of exact numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from games.certificates.reading import CertificateError, field, rationals, sequence, text
from games.game_trees.tree import ExtensiveGame
from games.numerics.exact import written

FORMAT = "servanda-tree-certificate/1"


def table(given: Any, place: str) -> tuple[tuple[Fraction, ...], ...]:
    """A list of lists of exact numbers."""
    return tuple(rationals(row, f"{place}[{k}]") for k, row in enumerate(sequence(given, place)))


def table_json(given: Sequence[Sequence[Fraction]]) -> list[list[str]]:
    """What ``table`` reads."""
    return [[written(x) for x in row] for row in given]


def head(kind: str, digest: str) -> dict[str, Any]:
    """The first fields of every such document."""
    return {"format": FORMAT, "kind": kind, "game_digest": digest}


def opened(document: Mapping[str, Any], kind: str) -> str:
    """The game's digest, after format and kind were found to be right; raises ``CertificateError``."""
    for name, right in (("format", FORMAT), ("kind", kind)):
        if field(document, name, "") != right:
            raise CertificateError(f"{name}: {document[name]!r} is not {right!r}; read it as what it is")
    return text(field(document, "game_digest", ""), "game_digest")


def other_game(game: ExtensiveGame, digest: str) -> str:
    """Why the evidence does not speak of this game, "" if it does."""
    return "" if game.digest == digest else f"it speaks of the game {digest[:12]}, this one is {game.digest[:12]}"
