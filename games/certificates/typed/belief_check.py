"""What proofs about beliefs that drift have in common: the rule laid over the game, and deviations in words."""

from __future__ import annotations

from games.certificates.faults import Fault
from games.certificates.typed.belief_nodes import BeliefNodes
from games.certificates.typed.belief_values import Temptation
from games.certificates.typed.learning import Learning
from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule


def laid_over(typed: TypedGame, rule: TypedRule, learning: Learning | None = None) -> BeliefNodes | Fault:
    """The nodes of a rule; a ``Fault`` where it is none for this game, or beliefs about players would hang together."""
    try:
        rule.insist_on(typed)
    except GameError as error:
        return Fault("rule", str(error))
    return BeliefNodes.of(typed, rule, learning)


def deviation_place(nodes: BeliefNodes, one: Temptation) -> str:
    """Who deviates where to what."""
    game, state = nodes.typed.game, nodes.nodes[one.node][1]
    who, label = game.players[one.player], game.actions[state][one.player][one.action]
    name = nodes.typed.types[one.player][one.kind].name
    return f"{nodes.place(one.node)}, {name!r} of {who!r}, deviation to {label!r}"


def changing_in_words(typed: TypedGame) -> str:
    """Who may change unseen, as a sentence."""
    if typed.replacement is None:
        return ""
    who = [name for name, matrix in zip(typed.game.players, typed.replacement, strict=True) if matrix is not None]
    return f"Types that change unseen: of {', '.join(who)}. " if who else ""
