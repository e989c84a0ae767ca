"""Games in extensive form: trees with hidden information, solved with answers that exact code re-proves.

The public names are imported on first use.

>>> from games.extensive_form import backward_induction, decision, extensive_game, terminal
>>> game = extensive_game(["Entrant", "Incumbent"], decision("Entrant", {
...     "enter": decision("Incumbent", {"fight": terminal([-1, -1]), "share": terminal([1, 1])}),
...     "stay out": terminal([0, 2]),
... }))
>>> [str(x) for x in backward_induction(game).payoffs]
['1', '1']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from games.certificates.trees.backward_induction import EquilibriumProfile
    from games.certificates.trees.bayesian_assessment import BayesianAssessment
    from games.certificates.trees.files import read_tree_certificate, write_tree_certificate
    from games.certificates.trees.zero_sum_value import ZeroSumValue
    from games.extensive_form.answers import TreeAnswer, answer
    from games.extensive_form.beliefs import Justification, pure_bayesian_equilibria, supporting_beliefs
    from games.extensive_form.enumeration import PureEquilibrium, pure_equilibria
    from games.extensive_form.induction import BackwardInduction, backward_induction, subgame_perfect_payoffs
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

_HOME = {
    "ExtensiveGame": "game_trees.tree", "InformationSet": "game_trees.tree", "Decision": "game_trees.tree",
    "Chance": "game_trees.tree", "Terminal": "game_trees.tree",
    "extensive_game": "game_trees.tree_file", "decision": "game_trees.tree_file", "chance": "game_trees.tree_file",
    "terminal": "game_trees.tree_file", "read_extensive": "game_trees.tree_file",
    "write_extensive": "game_trees.tree_file", "extensive_to_json": "game_trees.tree_file",
    "perfect_recall": "game_trees.recall", "Recall": "game_trees.recall",
    "profile": "game_trees.strategies", "pure_profile": "game_trees.strategies",
    "uniform_profile": "game_trees.strategies", "named": "game_trees.strategies",
    "expected_payoffs": "game_trees.strategies", "realisation_plan": "game_trees.strategies",
    "behaviour": "game_trees.strategies", "subgame_roots": "game_trees.subgames",
    "to_efg": "game_trees.gambit", "to_nfg": "game_trees.gambit",
    "backward_induction": "extensive_form.induction", "BackwardInduction": "extensive_form.induction",
    "subgame_perfect_payoffs": "extensive_form.induction",
    "solve_zero_sum": "extensive_form.sequence_form", "ZeroSumSolution": "extensive_form.sequence_form",
    "answer": "extensive_form.answers", "TreeAnswer": "extensive_form.answers",
    "read_tree_certificate": "certificates.trees.files",
    "write_tree_certificate": "certificates.trees.files",
    "pure_equilibria": "extensive_form.enumeration", "PureEquilibrium": "extensive_form.enumeration",
    "supporting_beliefs": "extensive_form.beliefs", "Justification": "extensive_form.beliefs",
    "pure_bayesian_equilibria": "extensive_form.beliefs",
    "BayesianAssessment": "certificates.trees.bayesian_assessment",
    "EquilibriumProfile": "certificates.trees.backward_induction", "ZeroSumValue": "certificates.trees.zero_sum_value",
}

__all__ = [
    "ExtensiveGame", "InformationSet", "Decision", "Chance", "Terminal",
    "extensive_game", "decision", "chance", "terminal", "read_extensive", "write_extensive", "extensive_to_json",
    "perfect_recall", "Recall", "profile", "pure_profile", "uniform_profile", "named", "expected_payoffs",
    "realisation_plan", "behaviour", "subgame_roots", "to_efg", "to_nfg",
    "backward_induction", "BackwardInduction", "subgame_perfect_payoffs",
    "answer", "TreeAnswer", "read_tree_certificate", "write_tree_certificate",
    "pure_equilibria", "PureEquilibrium", "pure_bayesian_equilibria", "supporting_beliefs", "Justification",
    "solve_zero_sum", "ZeroSumSolution", "EquilibriumProfile", "ZeroSumValue", "BayesianAssessment",
]


def __getattr__(name: str) -> Any:
    """Import a public name from the module it lives in (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"games.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, for completion and help."""
    return sorted({*globals(), *__all__})
