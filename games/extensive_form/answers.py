"""What can be said about a tree, by the method that fits it: backward induction, plans, Lemke's path, or a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, final

from games.certificates.trees.certificate import TreeCertificate
from games.extensive_form.beliefs import supporting_beliefs
from games.extensive_form.enumeration import PureEquilibrium, pure_equilibria
from games.extensive_form.induction import backward_induction
from games.extensive_form.mistakes import Sequentiality, sequential_beliefs
from games.extensive_form.plan_vertices import extreme_plans
from games.extensive_form.quasi_perfect import sequential_equilibrium
from games.extensive_form.refinements import refine
from games.extensive_form.sequence_form import solve_zero_sum
from games.game_trees.recall import perfect_recall
from games.game_trees.strategies import Mixture, Profile, named
from games.game_trees.subgames import subgame_roots
from games.game_trees.tree import ExtensiveGame
from games.model.stochastic_game import GameError
from games.numerics.exact import written

FORMAT = "servanda-tree-solution/1"
MOST_JUDGED = 20
"""Equilibria that are judged one by one; extreme ones beyond are counted only."""
MOST_TRIALS = 20_000
"""Pure profiles of one subgame that are looked at where one equilibrium is known already."""
NOT_LOOKED_AT = Sequentiality("undecided", None, "there are many: whether this one is sequential was not looked at")
Method = Literal["backward induction", "sequence form", "search for pure equilibria", "none"]
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
    ``profile``      the play that is told first, None if there is none.
    """

    game: ExtensiveGame
    method: Method
    status: Literal["solved", "undecided"]
    reason: str
    found: dict[str, Any]
    certificate: TreeCertificate | None
    profile: Profile | None = None

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
    """Solve a tree: by backward induction if everybody sees everything, by optimal plans if two players' payoffs always
    add up to the same, by a sequential equilibrium and all extreme Nash equilibria for two players otherwise, and for
    more by listing all subgame-perfect equilibria in pure strategies, with beliefs if some exist.
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
        }, solved.certificate, solved.profile)
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
            }, plans.certificate, plans.profile)
    return _two_players(game) if game.n_players == 2 else _pure(game)


def _two_players(game: ExtensiveGame) -> TreeAnswer:
    """A sequential equilibrium, and if the tree is small all extreme Nash equilibria and all that are pure."""
    method: Method = "sequence form"
    try:
        one = sequential_equilibrium(game)
    except GameError as error:
        return TreeAnswer(game, method, "undecided", str(error), {}, None)
    found: dict[str, Any] = {"equilibrium": {
        "payoffs": [written(x) for x in one.payoffs],
        "strategies": strategies_json(game, one.profile),
        "beliefs": beliefs_json(game, one.beliefs),
        "subgame_perfect": True,
        "sequential": True,
    }}
    try:
        found["equilibria"] = _pure_json(game, pure_equilibria(game, most=MOST_TRIALS))[0]
    except GameError as error:
        found["pure_left_out"] = str(error)
    extreme = extreme_plans(game)
    judged = [refine(game, plans, one.profile) for plans in extreme.pairs[:MOST_JUDGED]]
    found["nash_equilibria"] = {
        "complete": extreme.complete,
        "count": len(extreme.pairs) if extreme.complete else None,
        "why": extreme.why,
        "extreme": [{
            "payoffs": [written(x) for x in refined.payoffs],
            "strategies": strategies_json(game, refined.profile),
            "left_open": [_whose(game, h) for h in refined.left_open],
            "subgame_perfect": refined.subgame_perfect,
            "sequential": refined.sequential,
            "why": refined.words,
        } for refined in judged],
    }
    return TreeAnswer(game, method, "solved", "", found, one.certificate, one.profile)


def _pure(game: ExtensiveGame) -> TreeAnswer:
    """All subgame-perfect equilibria in pure strategies."""
    method: Method = "search for pure equilibria"
    try:
        pure = pure_equilibria(game)
    except GameError as error:
        return TreeAnswer(game, method, "undecided", str(error), {}, None)
    listed, certificate = _pure_json(game, pure)
    # There always is one in mixed strategies (Nash 1951; Selten 1965), which this search does not look for.
    status: Literal["solved", "undecided"] = "solved" if listed else "undecided"
    found = {"equilibria": listed}
    return TreeAnswer(
        game, method, status, "" if listed else NONE_PURE, found, certificate, pure[0].profile if pure else None)


def _pure_json(
    game: ExtensiveGame, listed: Sequence[PureEquilibrium]
) -> tuple[list[dict[str, Any]], TreeCertificate | None]:
    """Pure subgame-perfect equilibria with what justifies them, and evidence for the first."""
    out = []
    certificate: TreeCertificate | None = None
    for number, equilibrium in enumerate(listed):
        weak = supporting_beliefs(game, equilibrium.profile)
        strong = sequential_beliefs(game, equilibrium.profile) if number < MOST_JUDGED else NOT_LOOKED_AT
        out.append({
            "payoffs": [written(x) for x in equilibrium.payoffs],
            "strategies": strategies_json(game, equilibrium.profile),
            "beliefs": weak.status,
            "sequential": {"sequential": "yes", "not sequential": "no", "undecided": "open"}[strong.status],
            "why": weak.words or strong.words,
        })
        certificate = certificate or strong.assessment or weak.assessment or equilibrium.certificate
    return out, certificate


def beliefs_json(game: ExtensiveGame, beliefs: Sequence[Mixture]) -> dict[str, dict[str, dict[str, str]]]:
    """Beliefs where there is a choice of nodes, by names: {player: {information set: {place: probability}}}."""
    out: dict[str, dict[str, dict[str, str]]] = {player: {} for player in game.players}
    for known, nodes, belief in zip(game.information_sets, game.members, beliefs, strict=True):
        if len(nodes) > 1:
            out[game.players[known.player]][known.name] = {
                game.place(k): written(p) for k, p in zip(nodes, belief, strict=True) if p}
    return out


def strategies_json(game: ExtensiveGame, profile: Profile) -> dict[str, dict[str, dict[str, str]]]:
    """A profile by names, probabilities as exact text."""
    return {
        player: {name: {action: written(p) for action, p in law.items()} for name, law in sets.items()}
        for player, sets in named(game, profile).items()
    }


def _whose(game: ExtensiveGame, k: int) -> dict[str, str]:
    known = game.information_sets[k]
    return {"player": game.players[known.player], "information_set": known.name}
