"""What compilation says of a treaty that cannot become a game."""

from __future__ import annotations

from typing import final


class CompilationError(ValueError):
    """The treaty is well formed but cannot become a game; the message names articles, problem and remedy."""


@final
class GameTooLarge(CompilationError):
    """The game would be larger than can be held; the message counts, and says what to leave out."""
