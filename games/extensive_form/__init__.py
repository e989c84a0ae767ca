"""Games in extensive form: trees with hidden information, solved with answers that exact code re-proves.

>>> from games.extensive_form import backward_induction, decision, extensive_game, terminal
>>> game = extensive_game(["Entrant", "Incumbent"], decision("Entrant", {
...     "enter": decision("Incumbent", {"fight": terminal([-1, -1]), "share": terminal([1, 1])}),
...     "stay out": terminal([0, 2]),
... }))
>>> [str(x) for x in backward_induction(game).payoffs]
['1', '1']
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.certificates.trees.backward_induction import EquilibriumProfile
    from games.certificates.trees.bayesian_assessment import BayesianAssessment
    from games.certificates.trees.files import read_tree_certificate, write_tree_certificate
    from games.certificates.trees.sequential_assessment import SequentialAssessment
    from games.certificates.trees.zero_sum_value import ZeroSumValue
    from games.extensive_form.answers import TreeAnswer, answer
    from games.extensive_form.beliefs import Justification, pure_bayesian_equilibria, supporting_beliefs
    from games.extensive_form.enumeration import PureEquilibrium, pure_equilibria
    from games.extensive_form.induction import BackwardInduction, backward_induction, subgame_perfect_payoffs
    from games.extensive_form.mistakes import Consistency, Sequentiality, consistency, sequential_beliefs
    from games.extensive_form.plan_vertices import ExtremePlans, extreme_plans
    from games.extensive_form.quasi_perfect import SequentialEquilibrium, sequential_equilibrium
    from games.extensive_form.refinements import RefinedEquilibrium, refine
    from games.extensive_form.sequence_form import ZeroSumSolution, solve_zero_sum
    from games.game_trees.gambit import to_efg, to_nfg
    from games.game_trees.recall import Recall, perfect_recall
    from games.game_trees.strategies import (
        behaviour,
        expected_payoffs,
        named,
        profile,
        pure_profile,
        realisation_plan,
        uniform_profile,
    )
    from games.game_trees.subgames import subgame_roots
    from games.game_trees.tree import Chance, Decision, ExtensiveGame, InformationSet, Terminal
    from games.game_trees.tree_file import (
        chance,
        decision,
        extensive_game,
        extensive_to_json,
        read_extensive,
        terminal,
        write_extensive,
    )
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.certificates.trees.backward_induction": ("EquilibriumProfile",),
        "games.certificates.trees.bayesian_assessment": ("BayesianAssessment",),
        "games.certificates.trees.files": ("read_tree_certificate", "write_tree_certificate"),
        "games.certificates.trees.sequential_assessment": ("SequentialAssessment",),
        "games.certificates.trees.zero_sum_value": ("ZeroSumValue",),
        "games.extensive_form.answers": ("TreeAnswer", "answer"),
        "games.extensive_form.beliefs": ("Justification", "pure_bayesian_equilibria", "supporting_beliefs"),
        "games.extensive_form.mistakes": (
            "Consistency", "Sequentiality", "consistency", "sequential_beliefs",
        ),
        "games.extensive_form.enumeration": ("PureEquilibrium", "pure_equilibria"),
        "games.extensive_form.induction": ("BackwardInduction", "backward_induction", "subgame_perfect_payoffs"),
        "games.extensive_form.plan_vertices": ("ExtremePlans", "extreme_plans"),
        "games.extensive_form.quasi_perfect": ("SequentialEquilibrium", "sequential_equilibrium"),
        "games.extensive_form.refinements": ("RefinedEquilibrium", "refine"),
        "games.extensive_form.sequence_form": ("ZeroSumSolution", "solve_zero_sum"),
        "games.game_trees.gambit": ("to_efg", "to_nfg"),
        "games.game_trees.recall": ("Recall", "perfect_recall"),
        "games.game_trees.strategies": (
            "behaviour", "expected_payoffs", "named", "profile", "pure_profile", "realisation_plan",
            "uniform_profile",
        ),
        "games.game_trees.subgames": ("subgame_roots",),
        "games.game_trees.tree": ("Chance", "Decision", "ExtensiveGame", "InformationSet", "Terminal"),
        "games.game_trees.tree_file": (
            "chance", "decision", "extensive_game", "extensive_to_json", "read_extensive", "terminal",
            "write_extensive",
        ),
    })

__all__ = [
    "ExtensiveGame", "InformationSet", "Decision", "Chance", "Terminal",
    "extensive_game", "decision", "chance", "terminal", "read_extensive", "write_extensive", "extensive_to_json",
    "perfect_recall", "Recall", "profile", "pure_profile", "uniform_profile", "named", "expected_payoffs",
    "realisation_plan", "behaviour", "subgame_roots", "to_efg", "to_nfg",
    "backward_induction", "BackwardInduction", "subgame_perfect_payoffs",
    "answer", "TreeAnswer", "read_tree_certificate", "write_tree_certificate",
    "pure_equilibria", "PureEquilibrium", "pure_bayesian_equilibria", "supporting_beliefs", "Justification",
    "sequential_equilibrium", "SequentialEquilibrium", "SequentialAssessment", "extreme_plans", "ExtremePlans",
    "refine", "RefinedEquilibrium", "consistency", "Consistency", "sequential_beliefs", "Sequentiality",
    "solve_zero_sum", "ZeroSumSolution", "EquilibriumProfile", "ZeroSumValue", "BayesianAssessment",
]
