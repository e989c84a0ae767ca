"""Outer bounds on equilibrium payoffs, and refutations from them."""

from games.solvers.outer_bounds.axes import AxisBounds, axis_bounds
from games.solvers.outer_bounds.levels import OuterLevels
from games.solvers.outer_bounds.refutation import refute, refute_and_check, threat_bounds

__all__ = ["AxisBounds", "OuterLevels", "axis_bounds", "refute", "refute_and_check", "threat_bounds"]
