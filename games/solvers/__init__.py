"""Solvers, one folder per method.  A folder put here is found; nothing else needs to change.

The folder bears the solver's name, and its ``__init__`` hands on the solver class and the few verbs of the method that
other folders may use.  The classes can be had from here; their fields are their options.

>>> from games.solvers import EquilibriumPolygons
>>> EquilibriumPolygons(attempts=3).attempts
3
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from games.solvers.discovery import discover, solver_names
    from games.solvers.equilibrium_polygons import EquilibriumPolygons
    from games.solvers.finite_horizon import FiniteHorizon
    from games.solvers.nash_reversion import NashReversion
    from games.solvers.public_automata import PublicAutomata
    from games.solvers.public_polygons import PublicPolygons
    from games.solvers.public_score import PublicScore
    from games.solvers.public_transfers import PublicTransfers
    from games.solvers.relational_transfers import RelationalTransfers
    from games.solvers.repeated_negotiation import RepeatedNegotiation
    from games.solvers.undetected_deviation import UndetectedDeviations
else:
    from games.solvers.discovery import discover, solver_names

    def __getattr__(name: str) -> Any:
        """A solver by the name of its class (PEP 562): no method is imported before one is asked for."""
        if not name.startswith("_"):
            for solver in discover():
                if solver.__name__ == name:
                    return solver
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        """The public names, for completion and help."""
        return sorted({*globals(), *__all__})

__all__ = [
    "EquilibriumPolygons", "FiniteHorizon", "NashReversion", "PublicAutomata", "PublicPolygons", "PublicScore",
    "PublicTransfers", "RelationalTransfers", "RepeatedNegotiation", "UndetectedDeviations", "discover", "solver_names",
]
