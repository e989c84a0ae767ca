"""Reversion to a stationary equilibrium after any deviation (Friedman 1971)."""

from games.solvers.nash_reversion.solver import NashReversion

__all__ = ["NashReversion"]
