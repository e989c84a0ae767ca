"""Tools that know nothing of games: exact rationals, polygons, linear programs, names imported on first use."""
