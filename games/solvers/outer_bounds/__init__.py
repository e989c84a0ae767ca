"""Outer bounds on equilibrium payoffs, and refutations from them."""

from games.solvers.outer_bounds.levels import OuterLevels, outer_levels
from games.solvers.outer_bounds.refutation import refute, refute_and_check, threat_bounds

__all__ = ["OuterLevels", "outer_levels", "refute", "refute_and_check", "threat_bounds"]
