"""Whether an equilibrium in plans is subgame perfect, and whether it is sequential.

Plans leave open what somebody does after a mistake of their own.  There the play of a sequential equilibrium is filled
in, and then best replies in subgames where those change only what was open.  A yes is about what was filled in; a no is
about all ways to do so: somebody gains in a subgame in which the plans leave nothing open.

Sources: Selten (1965); Kreps and Wilson (1982).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, final

from games.certificates.trees.backward_induction import EquilibriumProfile
from games.certificates.trees.replies import best_reply
from games.extensive_form.beliefs import deviating
from games.extensive_form.mistakes import sequential_beliefs
from games.game_trees.strategies import Mixture, Profile, behaviour, expected_payoffs, own_parents, weight_of
from games.game_trees.subgames import subgame_roots
from games.game_trees.tree import Decision, ExtensiveGame

Answer = Literal["yes", "no", "open"]
Plan = Mapping[int, Mixture]


@final
@dataclass(frozen=True)
class RefinedEquilibrium:
    """A Nash equilibrium of a two-player tree, and what else it is.

    ``profile``          per information set, the probability of each action; filled in at those in ``left_open``.
    ``left_open``        information sets that only a mistake of their own player leads to.
    ``subgame_perfect``  whether no player gains in any subgame.
    ``sequential``       whether consistent beliefs justify it everywhere.
    ``words``            why not, or what is open.
    """

    profile: Profile
    payoffs: tuple[Fraction, ...]
    left_open: tuple[int, ...]
    subgame_perfect: Answer
    sequential: Answer
    words: str


def refine(game: ExtensiveGame, plans: tuple[Plan, Plan], filler: Profile) -> RefinedEquilibrium:
    """Judge plans in equilibrium; ``filler`` is the play to be filled in where they leave it open."""
    laws = behaviour(game, 0, plans[0]) | behaviour(game, 1, plans[1])
    left_open = frozenset(
        h for i in (0, 1) for h, last in own_parents(game, i).items() if not weight_of(plans[i], last))
    profile = tuple(filler[h] if h in left_open else laws[h] for h in range(len(game.information_sets)))
    roots = subgame_roots(game)
    for root in reversed(roots):
        for player in (0, 1):
            reply = best_reply(game, profile, player, {root: Fraction(1)})
            if reply.gain and left_open.issuperset(reply.changes):
                profile = deviating(profile, reply)
    payoffs, gaps = expected_payoffs(game, profile), tuple(sorted(left_open))
    report = EquilibriumProfile.of(game, profile).check(game)
    if not report.accepted:
        for root in roots:
            sets = {node.information_set for node in game.nodes[root:game.ends[root]] if isinstance(node, Decision)}
            fixed = not sets & left_open
            if fixed and any(best_reply(game, profile, i, {root: Fraction(1)}).gain for i in (0, 1)):
                return RefinedEquilibrium(profile, payoffs, gaps, "no", "no", f"{report.place}: {report.problem}")
        words = f"{report.place}: {report.problem}; what the plans leave open may be played otherwise"
        return RefinedEquilibrium(profile, payoffs, gaps, "open", "open", words)
    judged = sequential_beliefs(game, profile)
    sequential: Answer = "yes" if judged.status == "sequential" else "open"
    if judged.status == "not sequential" and not left_open:
        sequential = "no"
    return RefinedEquilibrium(profile, payoffs, gaps, "yes", sequential, judged.words)
