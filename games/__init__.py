"""Repeated and stochastic games: which payoffs and plans equilibria can sustain, with proofs that exact code checks.

Describe a game: ``repeated_game``, ``stochastic_game`` and ``stage_game`` make games from arrays; ``read_game`` and
``write_game`` read and write files.

Ask: ``solve(game)`` gives a ``Solution``, with payoff sets, and ``solution.verdict("comply,comply")`` with its proof.
``discount_region`` finds the discount factors at which a plan holds; ``choose_solver`` says which method would be used,
and why; ``read_path`` reads a plan that differs from state to state.

Check a proof: ``verdict.certificate.check(game)``; ``write_certificate`` and ``read_certificate`` keep it.

Go on: ``games.solvers`` (the methods and their options), ``games.bargaining``, ``games.coalitions``,
``games.extensive_form``, ``games.drawing``, ``games.replication`` (published results), ``games.symbolic`` (formulas).

Nothing here knows what a treaty is; see ``treaties`` for that.  All else in the folders below is internal.

>>> from games import repeated_game, solve
>>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5,
...                         actions=[["comply", "breach"], ["comply", "breach"]])
>>> verdict = solve(dilemma).verdict("comply,comply")
>>> type(verdict).__name__, verdict.certificate.check(dilemma).accepted
('Sustainable', True)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
    from games.certificates.certificate_file import read_certificate, write_certificate
    from games.files.game_file import read_game, write_game
    from games.files.path_file import read_path
    from games.model.plan import Plan
    from games.model.public_automaton import PublicAutomaton
    from games.model.public_monitoring import PublicMonitoring
    from games.model.stage_game import StageGame, stage_game
    from games.model.stochastic_game import GameError, StochasticGame, repeated_game, stochastic_game
    from games.model.strategy_automaton import StrategyAutomaton
    from games.questions.discount_region import discount_region
    from games.questions.solve import choose_solver, solve
    from games.solvers.payoff_set import EquilibriumPayoffSet
    from games.solvers.solution import Solution
    from games.solvers.solver import Solver
    from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.certificates.certificate": ("Certificate", "CheckReport", "SolutionConcept"),
        "games.certificates.certificate_file": ("read_certificate", "write_certificate"),
        "games.files.game_file": ("read_game", "write_game"),
        "games.files.path_file": ("read_path",),
        "games.model.plan": ("Plan",),
        "games.model.public_automaton": ("PublicAutomaton",),
        "games.model.public_monitoring": ("PublicMonitoring",),
        "games.model.stage_game": ("StageGame", "stage_game"),
        "games.model.stochastic_game": ("GameError", "StochasticGame", "repeated_game", "stochastic_game"),
        "games.model.strategy_automaton": ("StrategyAutomaton",),
        "games.questions.discount_region": ("discount_region",),
        "games.questions.solve": ("choose_solver", "solve"),
        "games.solvers.payoff_set": ("EquilibriumPayoffSet",),
        "games.solvers.solution": ("Solution",),
        "games.solvers.solver": ("Solver",),
        "games.solvers.verdict": ("Sustainable", "Undecided", "Unsustainable", "Verdict"),
    }, subpackages=("bargaining", "coalitions", "drawing", "extensive_form", "replication", "solvers",
                    "symbolic"))

__all__ = [
    "repeated_game", "stochastic_game", "stage_game", "StochasticGame", "StageGame", "PublicMonitoring", "GameError",
    "read_game", "write_game",
    "solve", "choose_solver", "Solver", "Solution", "EquilibriumPayoffSet",
    "Plan", "StrategyAutomaton", "PublicAutomaton", "read_path", "discount_region",
    "Verdict", "Sustainable", "Unsustainable", "Undecided", "SolutionConcept",
    "Certificate", "CheckReport", "read_certificate", "write_certificate",
]
