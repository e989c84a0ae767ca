"""All equilibrium payoffs of two players who see everything, as polygons (Abreu and Sannikov 2014)."""

from games.solvers.equilibrium_polygons.extraction import ATTEMPTS, extract_automaton
from games.solvers.equilibrium_polygons.iteration import PolygonSolution
from games.solvers.equilibrium_polygons.sets import payoff_sets, solve_payoff_sets
from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons, PolygonEquilibria

__all__ = [
    "ATTEMPTS", "EquilibriumPolygons", "PolygonEquilibria", "PolygonSolution", "extract_automaton",
    "payoff_sets", "solve_payoff_sets",
]
