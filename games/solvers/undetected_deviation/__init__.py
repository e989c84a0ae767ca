"""Refutation of plans on whose path a departure pays and shows nothing."""

from games.solvers.undetected_deviation.search import undetected_deviation
from games.solvers.undetected_deviation.solver import UndetectedDeviations, UndetectedDeviationSolution

__all__ = ["UndetectedDeviationSolution", "UndetectedDeviations", "undetected_deviation"]
