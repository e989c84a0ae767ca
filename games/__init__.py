"""Stochastic games and their equilibria: payoff sets, verdicts and certificates.  Nothing here knows what a treaty is.

The public names are imported on first use, so that a command that needs no arithmetic starts at once.

>>> from games import repeated_game
>>> repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5).n_rows
4
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from games.certificates.certificate import SolutionConcept
    from games.certificates.certificate_file import read_certificate
    from games.files.game_file import read_game, write_game
    from games.model.plan import Plan
    from games.model.stochastic_game import GameError, StochasticGame, repeated_game
    from games.model.strategy_automaton import StrategyAutomaton
    from games.questions.solve import solve
    from games.solvers.payoff_set import EquilibriumPayoffSet
    from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict

__all__ = [
    "StochasticGame", "GameError", "repeated_game",
    "solve", "Plan", "StrategyAutomaton", "EquilibriumPayoffSet",
    "Verdict", "Sustainable", "Unsustainable", "Undecided", "SolutionConcept",
    "read_game", "write_game", "read_certificate",
]

_HOME = {
    "StochasticGame": "games.model.stochastic_game",
    "GameError": "games.model.stochastic_game",
    "repeated_game": "games.model.stochastic_game",
    "solve": "games.questions.solve",
    "Plan": "games.model.plan",
    "StrategyAutomaton": "games.model.strategy_automaton",
    "EquilibriumPayoffSet": "games.solvers.payoff_set",
    "Verdict": "games.solvers.verdict",
    "Sustainable": "games.solvers.verdict",
    "Unsustainable": "games.solvers.verdict",
    "Undecided": "games.solvers.verdict",
    "SolutionConcept": "games.certificates.certificate",
    "read_game": "games.files.game_file",
    "write_game": "games.files.game_file",
    "read_certificate": "games.certificates.certificate_file",
}

_PACKAGES = ("bargaining", "coalitions", "extensive_form")
"""Subpackages with public names of their own, such as ``games.coalitions.shapley_shubik``."""


def __getattr__(name: str) -> Any:
    """Import a public name from the module it lives in (PEP 562)."""
    if name in _PACKAGES:
        return import_module(f"games.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion and help."""
    return sorted({*globals(), *__all__, *_PACKAGES})
