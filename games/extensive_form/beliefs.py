"""Beliefs that justify a profile where play never comes, or a proof that no beliefs do.

At an information set that play reaches, Bayes' rule leaves no choice.  Elsewhere a belief has to make every other way
to go on a loss on average; each such way is one linear inequality, and they are brought in one by one.  If there is no
such belief, some mixture of deviations pays at every node of the information set (Farkas 1902), which is exact.

Source: Kreps and Wilson (1982), Sequential equilibria, section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, final

import numpy as np
import scipy

from games.certificates.trees.bayesian_assessment import BayesianAssessment
from games.certificates.trees.replies import Reply, best_reply, deviation_in_words
from games.extensive_form.enumeration import MOST_TRIALS, pure_equilibria
from games.game_trees.recall import require_perfect_recall
from games.game_trees.strategies import Mixture, Profile, profile_fault, reach, values
from games.game_trees.tree import ExtensiveGame
from games.model.stochastic_game import GameError

ROUNDS = 60
"""Deviations brought in at one information set before the search is given up."""


@final
@dataclass(frozen=True)
class Justification:
    """Whether some beliefs make a profile a weak perfect Bayesian equilibrium.

    ``status``           undecided only if the search for beliefs did not come to an end.
    ``assessment``       the profile with beliefs, for the exact check; None unless supported.
    ``information_set``  where no beliefs help, or where the search stopped; None if supported.
    ``words``            what would be better there.
    """

    status: Literal["supported", "unsupported", "undecided"]
    assessment: BayesianAssessment | None = None
    information_set: int | None = None
    words: str = ""


def supporting_beliefs(game: ExtensiveGame, profile: Profile) -> Justification:
    """Look for beliefs under which nobody wants to leave a profile at any information set.

    Raises ``GameError`` if this is no profile of the game, or somebody has no perfect recall.
    """
    fault = profile_fault(game, profile)
    if fault:
        raise GameError(fault)
    require_perfect_recall(game, what="a belief")
    likely = reach(game, profile)
    beliefs: list[Mixture] = []
    for number, nodes in enumerate(game.members):
        total = sum((likely[k] for k in nodes), Fraction(0))
        if total or len(nodes) == 1:
            belief = tuple(likely[k] / total for k in nodes) if total else (Fraction(1),)
            reply = _reply(game, profile, number, belief)
            if reply.gain > 0:
                return Justification("unsupported", None, number, _words(game, number, reply))
        else:
            found = _off_path(game, profile, number)
            if isinstance(found, Justification):
                return found
            belief = found
        beliefs.append(belief)
    return Justification("supported", BayesianAssessment(game.digest, profile, tuple(beliefs)))


def pure_bayesian_equilibria(game: ExtensiveGame, most: int = MOST_TRIALS) -> tuple[BayesianAssessment, ...]:
    """All weak perfect Bayesian equilibria in pure strategies, with beliefs for each.

    Raises ``GameError`` as ``pure_equilibria`` does, and if the search for some beliefs did not come to an end.
    """
    out = []
    for equilibrium in pure_equilibria(game, subgame_perfect=False, most=most):
        found = supporting_beliefs(game, equilibrium.profile)
        if found.status == "undecided":
            raise GameError(f"{found.words}; ask supporting_beliefs about one profile at a time")
        if found.assessment is not None:
            out.append(found.assessment)
    return tuple(out)


def _reply(game: ExtensiveGame, profile: Profile, number: int, belief: Mixture) -> Reply:
    start = dict(zip(game.members[number], belief, strict=True))
    return best_reply(game, profile, game.information_sets[number].player, start)


def _off_path(game: ExtensiveGame, profile: Profile, number: int) -> Mixture | Justification:
    """A belief at an information set that play never reaches, or why there is none."""
    nodes, player = game.members[number], game.information_sets[number].player
    now = values(game, profile)
    belief: Mixture = (Fraction(1, len(nodes)),) * len(nodes)
    gains: list[Mixture] = []
    reply = _reply(game, profile, number, belief)
    for _ in range(ROUNDS):
        if reply.gain == 0:
            return belief
        other = values(game, deviating(profile, reply))
        row = tuple(other[k][player] - now[k][player] for k in nodes)
        if row in gains:
            break
        gains.append(row)
        guess, mixture = _program(gains)
        if any(_pays_everywhere(gains, weights) for weights in mixture):
            return Justification("unsupported", None, number, _words(game, number, reply))
        for belief in guess:
            reply = _reply(game, profile, number, belief)
            if reply.gain == 0:
                return belief
    known = game.information_sets[number]
    return Justification("undecided", None, number, f"no beliefs were settled on at information set {known.name!r}")


def deviating(profile: Profile, reply: Reply) -> Profile:
    """The profile with the changes that a best reply makes."""
    return tuple(
        tuple(Fraction(int(a == reply.changes[k])) for a in range(len(mixture))) if k in reply.changes else mixture
        for k, mixture in enumerate(profile)
    )


def _program(gains: Sequence[Mixture]) -> tuple[list[Mixture], list[Mixture]]:
    """Beliefs under which deviations lose as much as possible, and weights of deviations that gain as much, rounded."""
    table = np.array([[float(x) for x in row] for row in gains])
    scale = float(np.abs(table).max()) or 1.0
    deviations, nodes = table.shape
    # Least t with every deviation's expected gain at most t.
    found = scipy.optimize.linprog(
        np.append(np.zeros(nodes), 1.0),
        A_ub=np.hstack([table / scale, -np.ones((deviations, 1))]), b_ub=np.zeros(deviations),
        A_eq=np.append(np.ones(nodes), 0.0)[None, :], b_eq=[1.0],
        bounds=[(0, None)] * nodes + [(None, None)], method="highs-ds",
    )
    if found.status != 0:
        return [], []
    weights = -np.asarray(found.ineqlin.marginals)
    return _rationals(np.asarray(found.x)[:nodes]), _rationals(weights)


def _rationals(shares: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[Mixture]:
    """Distributions near a numerical one, those with small denominators first."""
    out = []
    for most in (12, 1000, 10**6, 10**9):
        parts = [Fraction(max(float(x), 0.0)).limit_denominator(most) for x in shares]
        total = sum(parts, Fraction(0))
        if total:
            out.append(tuple(x / total for x in parts))
    return out


def _pays_everywhere(gains: Sequence[Mixture], weights: Mixture) -> bool:
    """Whether a mixture of deviations gains at every node, so that no belief makes it a loss."""
    return all(sum((w * x for w, x in zip(weights, column, strict=True)), Fraction(0)) > 0
               for column in zip(*gains, strict=True))


def _words(game: ExtensiveGame, number: int, reply: Reply) -> str:
    known = game.information_sets[number]
    return f"{game.players[known.player]} would do better by {deviation_in_words(game, reply)}"
