"""Weak perfect Bayesian equilibrium, checked exactly: beliefs by Bayes' rule, and nowhere a better way to go on.

This is what signalling needs, where the only subgame is the whole game.  Beliefs where play never comes are free;
sequential equilibrium (Kreps and Wilson 1982) asks in addition that they be limits: see ``SequentialAssessment``.

Sources: Kreps and Wilson (1982); Mas-Colell, Whinston and Green (1995), definition 9.C.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.faults import shown
from games.certificates.reading import field, only
from games.certificates.trees.certificate import TreeCertificate
from games.certificates.trees.reading import head, opened, other_game, table, table_json
from games.certificates.trees.replies import best_reply, deviation_in_words
from games.game_trees.recall import perfect_recall
from games.game_trees.strategies import Mixture, Profile, profile_fault, reach
from games.game_trees.tree import ExtensiveGame


@final
@dataclass(frozen=True)
class BayesianAssessment(TreeCertificate):
    """Strategies with the beliefs that justify them.

    ``profile``  per information set, the probability of each action.
    ``beliefs``  per information set, the probability of being at each of its nodes, in the tree's order.
    """

    kind: ClassVar[str] = "bayesian-assessment"
    source: ClassVar[str] = "Kreps and Wilson (1982); Mas-Colell, Whinston and Green (1995), definition 9.C.3"
    game_digest: str
    profile: Profile
    beliefs: tuple[Mixture, ...]

    def check(self, game: ExtensiveGame) -> CheckReport:
        """Beliefs first, then every information set's best reply from there on."""
        claim = "the profile with these beliefs is a weak perfect Bayesian equilibrium"
        fault = assessment_fault(game, self.game_digest, self.profile, self.beliefs)
        if fault is not None:
            return CheckReport(False, claim, *fault)
        return CheckReport(True, claim, numbers={"information_sets": float(len(self.beliefs))})

    def to_json(self) -> dict[str, Any]:
        """The written form."""
        return head(self.kind, self.game_digest) | {
            "profile": table_json(self.profile), "beliefs": table_json(self.beliefs),
        }

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> BayesianAssessment:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        digest = opened(document, BayesianAssessment.kind)
        only(document, {"format", "kind", "game_digest", "profile", "beliefs"}, "")
        return BayesianAssessment(
            digest, table(field(document, "profile", ""), "profile"), table(field(document, "beliefs", ""), "beliefs"))


def assessment_fault(
    game: ExtensiveGame, digest: str, profile: Profile, beliefs: Sequence[Mixture]
) -> tuple[str, str] | None:
    """Where and why strategies and beliefs are no weak perfect Bayesian equilibrium; None if they are one."""
    for place, problem in (
        ("game_digest", other_game(game, digest)),
        ("profile", profile_fault(game, profile)),
        ("perfect recall", perfect_recall(game).words),
    ):
        if problem:
            return place, problem
    if len(beliefs) != len(game.information_sets):
        return "beliefs", f"{len(beliefs)} are given for {len(game.information_sets)} information sets"
    likely = reach(game, profile)
    for number, belief in enumerate(beliefs):
        known, nodes = game.information_sets[number], game.members[number]
        place = f"information set {known.name!r} of {game.players[known.player]}"
        if len(belief) != len(nodes) or min(belief) < 0 or sum(belief) != 1:
            return place, f"a distribution over its {len(nodes)} nodes is needed"
        total = sum((likely[k] for k in nodes), Fraction(0))
        if total and any(p * total != likely[k] for p, k in zip(belief, nodes, strict=True)):
            right = ", ".join(shown(likely[k] / total) for k in nodes)
            return place, f"Bayes' rule gives the beliefs {right}"
        reply = best_reply(game, profile, known.player, dict(zip(nodes, belief, strict=True)))
        if reply.gain > 0:
            by = deviation_in_words(game, reply)
            return place, f"{shown(reply.value)} is expected, and {shown(reply.best)} by {by}"
    return None
