"""``servanda game ...`` and ``servanda papers``: commands about games, which need no treaty."""
