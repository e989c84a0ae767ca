"""What can be said about a tree, by the method that fits it: backward induction, plans, or a search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, final

from games.certificates.trees.certificate import TreeCertificate
from games.extensive_form.beliefs import supporting_beliefs
from games.extensive_form.enumeration import pure_equilibria
from games.extensive_form.induction import backward_induction
from games.extensive_form.sequence_form import solve_zero_sum
from games.game_trees.recall import perfect_recall
from games.game_trees.strategies import Profile, named
from games.game_trees.subgames import subgame_roots
from games.game_trees.tree import ExtensiveGame
from games.model.stochastic_game import GameError
from games.numerics.exact import written

FORMAT = "servanda-tree-solution/1"
NONE_PURE = (
    "no subgame-perfect equilibrium is in pure strategies; there is one in mixed strategies, which is not looked for"
)


@final
@dataclass(frozen=True)
class TreeAnswer:
    """The answer about one game.

    ``method``       what was used; "none" if nothing fits.
    ``status``       solved, or undecided: then ``reason`` says why.
    ``found``        what the method found, with names and exact numbers as text.
    ``certificate``  evidence for the answer (the first equilibrium listed); None if there is nothing to show.
    """

    game: ExtensiveGame
    method: Literal["backward induction", "sequence form", "search for pure equilibria", "none"]
    status: Literal["solved", "undecided"]
    reason: str
    found: dict[str, Any]
    certificate: TreeCertificate | None

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-tree-solution/1`` object."""
        recall = perfect_recall(self.game)
        total = self.game.constant_sum
        return {
            "format": FORMAT,
            "name": self.game.name,
            "players": list(self.game.players),
            "game_digest": self.game.digest,
            "nodes": len(self.game.nodes),
            "information_sets": len(self.game.information_sets),
            "subgames": len(subgame_roots(self.game)),
            "perfect_information": self.game.has_perfect_information,
            "perfect_recall": recall.perfect,
            "counter_example": recall.words,
            "constant_sum": None if total is None else written(total),
            "method": self.method,
            "status": self.status,
            "reason": self.reason,
            **self.found,
            "certificate": None if self.certificate is None else self.certificate.to_json(),
        }


def answer(game: ExtensiveGame) -> TreeAnswer:
    """Solve a tree: by backward induction if everybody sees everything, by plans if two players' payoffs always add up
    to the same, and otherwise by listing all subgame-perfect equilibria in pure strategies, with beliefs if some exist.
    """
    recall = perfect_recall(game)
    if not recall.perfect:
        return TreeAnswer(game, "none", "undecided", recall.words, {}, None)
    if game.has_perfect_information:
        solved = backward_induction(game)
        everything = solved.all_payoffs
        return TreeAnswer(game, "backward induction", "solved", "", {
            "payoffs": [written(x) for x in solved.payoffs],
            "strategies": strategies_json(game, solved.profile),
            "ties": [_whose(game, k) for k in solved.ties],
            "all_payoffs": None if everything is None else [[written(x) for x in u] for u in everything],
        }, solved.certificate)
    if game.n_players == 2 and game.constant_sum is not None:
        plans = solve_zero_sum(game)
        solved_exactly = plans.value is not None
        return TreeAnswer(
            game, "sequence form", "solved" if solved_exactly else "undecided",
            "" if solved_exactly else "the value is enclosed only", {
                "value": written(plans.lower) if solved_exactly else None,
                "bounds": [written(plans.lower), written(plans.upper)],
                "strategies": strategies_json(game, plans.profile),
                "subgame_perfect": solved_exactly,
                "unreached": [_whose(game, k) for k in plans.unreached],
            }, plans.certificate)
    try:
        listed = pure_equilibria(game)
    except GameError as error:
        return TreeAnswer(game, "search for pure equilibria", "undecided", str(error), {}, None)
    justified = [supporting_beliefs(game, equilibrium.profile) for equilibrium in listed]
    certificates: Iterator[TreeCertificate] = (
        found.assessment or equilibrium.certificate for equilibrium, found in zip(listed, justified, strict=True))
    # There always is one in mixed strategies (Nash 1951; Selten 1965), which this search does not look for.
    status: Literal["solved", "undecided"] = "solved" if listed else "undecided"
    return TreeAnswer(game, "search for pure equilibria", status, "" if listed else NONE_PURE, {
        "equilibria": [
            {
                "payoffs": [written(x) for x in equilibrium.payoffs],
                "strategies": strategies_json(game, equilibrium.profile),
                "beliefs": found.status,
                "why": found.words,
            }
            for equilibrium, found in zip(listed, justified, strict=True)
        ],
    }, next(certificates, None))


def strategies_json(game: ExtensiveGame, profile: Profile) -> dict[str, dict[str, dict[str, str]]]:
    """A profile by names, probabilities as exact text."""
    return {
        player: {name: {action: written(p) for action, p in law.items()} for name, law in sets.items()}
        for player, sets in named(game, profile).items()
    }


def _whose(game: ExtensiveGame, k: int) -> dict[str, str]:
    known = game.information_sets[k]
    return {"player": game.players[known.player], "information_set": known.name}
