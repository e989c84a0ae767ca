"""Repeated and stochastic games: which payoffs and plans equilibria can sustain, with proofs that exact code checks.

Describe a game: ``repeated_game``, ``stochastic_game`` and ``stage_game`` make games from arrays, of which
``from_bimatrix`` makes one from two matrices; ``read_game`` and ``write_game`` read and write files.

Ask: ``solve(game)`` gives a ``Solution``, with payoff sets, and ``solution.verdict("comply,comply")`` with its proof.
``discount_region`` finds the discount factors at which a plan holds; ``choose_solver`` says which method would be used,
and why; ``read_path`` reads a plan that differs from state to state, ``timed_plan`` makes one that varies over
time; ``minmax`` and ``folk_theorem_set`` say what patient players can have.

Show: games and answers have ``to_frame()``, ``to_latex()`` and ``plot()``.

Play: ``strategies`` has strategies by name (``strategies.grim()``); ``evaluate`` says what one is worth and whether it
is an equilibrium, ``critical_discount`` from which discount factor on, for thousands of games at once, and
``simulate`` draws paths of play.  ``read_strategy`` reads a player's own strategy file.

Check a proof: ``verdict.certificate.check(game)``; ``write_certificate`` and ``read_certificate`` keep it.

Doubt: a ``TypedGame`` says what its players may be (``PartyType``, with a ``TypeRule`` where it does not choose), a
``TypedRule`` what each type does.  ``least_trust`` says how sure of a partner one must be, ``trust_region`` at which
priors the rule is an equilibrium; other proofs are in ``games.certificates.typed``.  ``read_typed_game``,
``write_typed_game``, ``read_typed_certificate`` and ``write_typed_certificate`` keep them.

Go on: ``games.solvers`` (the methods and their options), ``games.bargaining``, ``games.coalitions``,
``games.strategic_form`` (one round: all equilibria), ``games.extensive_form``, ``games.symbolic`` (formulas),
``games.drawing``, ``games.tables``, ``games.replication`` (published results).

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
    from games.certificates.typed.files import read_typed_certificate, write_typed_certificate
    from games.files.game_file import read_game, write_game
    from games.files.path_file import read_path
    from games.files.strategy_file import read_strategy
    from games.files.typed_file import read_typed_game, write_typed_game
    from games.model.clock import TimedPlan, timed_plan
    from games.model.plan import Plan
    from games.model.public_automaton import PublicAutomaton
    from games.model.public_monitoring import PublicMonitoring
    from games.model.stage_game import StageGame, stage_game
    from games.model.stochastic_game import GameError, StochasticGame, from_bimatrix, repeated_game, stochastic_game
    from games.model.strategy_automaton import StrategyAutomaton
    from games.model.typed_game import PartyType, TypedGame, TypeRule
    from games.model.typed_rule import TypedRule
    from games.play import strategies
    from games.play.simulation import simulate
    from games.play.strategies.evaluation import evaluate
    from games.questions.critical_discount import critical_discount
    from games.questions.discount_region import discount_region
    from games.questions.folk_theorem import FolkTheoremSet, folk_theorem_set, minmax
    from games.questions.solve import choose_solver, solve
    from games.questions.trust_needed import least_trust, trust_region
    from games.solvers.payoff_set import EquilibriumPayoffSet
    from games.solvers.solution import Solution
    from games.solvers.solver import Solver
    from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.certificates.certificate": ("Certificate", "CheckReport", "SolutionConcept"),
        "games.certificates.certificate_file": ("read_certificate", "write_certificate"),
        "games.certificates.typed.files": ("read_typed_certificate", "write_typed_certificate"),
        "games.files.game_file": ("read_game", "write_game"),
        "games.files.path_file": ("read_path",),
        "games.files.strategy_file": ("read_strategy",),
        "games.files.typed_file": ("read_typed_game", "write_typed_game"),
        "games.model.clock": ("TimedPlan", "timed_plan"),
        "games.model.plan": ("Plan",),
        "games.model.public_automaton": ("PublicAutomaton",),
        "games.model.public_monitoring": ("PublicMonitoring",),
        "games.model.stage_game": ("StageGame", "stage_game"),
        "games.model.stochastic_game": (
            "GameError", "StochasticGame", "from_bimatrix", "repeated_game", "stochastic_game"),
        "games.model.strategy_automaton": ("StrategyAutomaton",),
        "games.model.typed_game": ("PartyType", "TypeRule", "TypedGame"),
        "games.model.typed_rule": ("TypedRule",),
        "games.play": ("strategies",),
        "games.play.simulation": ("simulate",),
        "games.play.strategies.evaluation": ("evaluate",),
        "games.questions.critical_discount": ("critical_discount",),
        "games.questions.discount_region": ("discount_region",),
        "games.questions.folk_theorem": ("FolkTheoremSet", "folk_theorem_set", "minmax"),
        "games.questions.solve": ("choose_solver", "solve"),
        "games.questions.trust_needed": ("least_trust", "trust_region"),
        "games.solvers.payoff_set": ("EquilibriumPayoffSet",),
        "games.solvers.solution": ("Solution",),
        "games.solvers.solver": ("Solver",),
        "games.solvers.verdict": ("Sustainable", "Undecided", "Unsustainable", "Verdict"),
    }, subpackages=(
        "bargaining", "coalitions", "drawing", "extensive_form", "replication", "solvers", "strategic_form", "symbolic",
        "tables"))

__all__ = [
    "repeated_game", "stochastic_game", "stage_game", "from_bimatrix", "StochasticGame", "StageGame",
    "PublicMonitoring", "GameError",
    "read_game", "write_game",
    "TypedGame", "PartyType", "TypeRule", "TypedRule", "read_typed_game", "write_typed_game",
    "least_trust", "trust_region",
    "solve", "choose_solver", "Solver", "Solution", "EquilibriumPayoffSet",
    "Plan", "TimedPlan", "timed_plan", "StrategyAutomaton", "PublicAutomaton", "read_path", "discount_region",
    "strategies", "evaluate", "critical_discount", "simulate", "read_strategy",
    "minmax", "folk_theorem_set", "FolkTheoremSet",
    "Verdict", "Sustainable", "Unsustainable", "Undecided", "SolutionConcept",
    "Certificate", "CheckReport", "read_certificate", "write_certificate",
    "read_typed_certificate", "write_typed_certificate",
]
