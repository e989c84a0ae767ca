"""How large a game may be that is read from a file."""

MOST_PLAYERS = 60
"""Games of more players are refused: a table of profiles has a dimension for each, and arrays have 64 at most."""

MOST_ROWS = 2_000_000
"""Games of more rows (a state and a profile) than this are refused: they would take about 2 GB."""
