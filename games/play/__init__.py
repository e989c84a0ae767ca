"""What a given rule of play is worth, period after period."""

from games.play import strategies

__all__ = ["strategies"]
