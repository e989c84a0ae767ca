"""Numerical tools that know nothing of games: exact rationals, polygons, linear programs."""
