"""A profile of behaviour strategies that nobody wants to leave, checked exactly, in all subgames or in the whole game.

The subgames are taken from the smallest to the largest, each with the smaller ones inside replaced by what they are
worth: a profile is a subgame-perfect equilibrium exactly if it is a Nash equilibrium of all these pieces.  With perfect
information every piece is one move, and the check is that no one-shot deviation pays at any node.

Sources: Selten (1965, 1975) for subgame perfection; Kuhn (1953), theorem 3, for putting equilibria of pieces together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.faults import shown
from games.certificates.reading import CertificateError, field, only, rationals
from games.certificates.trees.certificate import TreeCertificate
from games.certificates.trees.reading import head, opened, other_game, table, table_json
from games.certificates.trees.replies import best_reply, deviation_in_words
from games.game_trees.recall import perfect_recall
from games.game_trees.strategies import Profile, expected_payoffs, profile_fault, values
from games.game_trees.subgames import piece, subgame_roots
from games.game_trees.tree import Decision, ExtensiveGame
from games.numerics.exact import written


@final
@dataclass(frozen=True)
class EquilibriumProfile(TreeCertificate):
    """Evidence that a profile is an equilibrium of a game tree.

    ``profile``          per information set, the probability of each action.
    ``payoffs``          what each player gets on average.
    ``subgame_perfect``  whether all subgames are claimed, or only the game as a whole (Nash).
    """

    kind: ClassVar[str] = "equilibrium-profile"
    source: ClassVar[str] = "Selten (1965); Selten (1975); Kuhn (1953), theorem 3"
    game_digest: str
    profile: Profile
    payoffs: tuple[Fraction, ...]
    subgame_perfect: bool = True

    @staticmethod
    def of(game: ExtensiveGame, profile: Profile, subgame_perfect: bool = True) -> EquilibriumProfile:
        """The claim about a profile, to be checked; raises ``GameError`` if it is none of this game."""
        return EquilibriumProfile(game.digest, profile, expected_payoffs(game, profile), subgame_perfect)

    def check(self, game: ExtensiveGame) -> CheckReport:
        """Look for a deviation that pays, in every piece, with every player's best reply."""
        claim = f"the profile is a {'subgame-perfect' if self.subgame_perfect else 'Nash'} equilibrium"
        for place, problem in (
            ("game_digest", other_game(game, self.game_digest)),
            ("profile", profile_fault(game, self.profile)),
            ("perfect recall", perfect_recall(game).words),
        ):
            if problem:
                return CheckReport(False, claim, place, problem)
        worth = values(game, self.profile)
        if self.payoffs != worth[0]:
            right = ", ".join(map(shown, worth[0]))
            return CheckReport(False, claim, "payoffs", f"the profile is worth {right}")
        roots = subgame_roots(game) if self.subgame_perfect else (0,)
        starts = frozenset(roots)
        for root in reversed(roots):
            inside = list(piece(game, root, starts))
            stops = {k: worth[k] for k in inside if k in starts and k != root}
            movers = {
                game.information_sets[node.information_set].player
                for k in inside if k not in stops and isinstance(node := game.nodes[k], Decision)
            }
            for player in sorted(movers):
                reply = best_reply(game, self.profile, player, {root: Fraction(1)}, stops)
                if reply.gain > 0:
                    problem = (
                        f"{game.players[player]} gets {shown(reply.value)} and would get {shown(reply.best)} by "
                        f"{deviation_in_words(game, reply)}"
                    )
                    return CheckReport(False, claim, game.place(root), problem)
        return CheckReport(True, claim, numbers={"subgames": float(len(roots))})

    def to_json(self) -> dict[str, Any]:
        """The written form."""
        return head(self.kind, self.game_digest) | {
            "subgame_perfect": self.subgame_perfect,
            "profile": table_json(self.profile),
            "payoffs": [written(x) for x in self.payoffs],
        }

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> EquilibriumProfile:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        digest = opened(document, EquilibriumProfile.kind)
        only(document, {"format", "kind", "game_digest", "subgame_perfect", "profile", "payoffs"}, "")
        everywhere = field(document, "subgame_perfect", "")
        if not isinstance(everywhere, bool):
            raise CertificateError(f"subgame_perfect: {everywhere!r} given; legal are true and false")
        return EquilibriumProfile(
            digest, table(field(document, "profile", ""), "profile"),
            rationals(field(document, "payoffs", ""), "payoffs"), everywhere,
        )
