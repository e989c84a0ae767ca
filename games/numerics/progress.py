"""How long computations tell how far they are."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done, in a few words, and the share of it that is done, from 0 to 1."""
