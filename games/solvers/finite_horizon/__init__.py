"""Games that end and in which some player does not discount (Benoit and Krishna 1985)."""

from games.solvers.finite_horizon.solver import FiniteHorizon

__all__ = ["FiniteHorizon"]
