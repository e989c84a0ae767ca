"""Sequential equilibrium, checked exactly: best replies everywhere, and beliefs that are limits.

The first part is that of ``BayesianAssessment``; the second, consistency, is explained by the orders of mistakes that
the certificate brings along, and by products around cycles, which are computed here.  A sequential equilibrium is
subgame perfect, because a subgame's beliefs and replies are those of a sequential equilibrium of its own.

Sources: Kreps and Wilson (1982), sections 4 and 5 and appendix; Kohlberg and Reny (1997).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.reading import field, integer, only, sequence
from games.certificates.trees.bayesian_assessment import assessment_fault
from games.certificates.trees.certificate import TreeCertificate
from games.certificates.trees.consistency import products_fault, ranks_fault
from games.certificates.trees.reading import head, opened, table, table_json
from games.game_trees.strategies import Mixture, Profile
from games.game_trees.tree import ExtensiveGame


@final
@dataclass(frozen=True)
class SequentialAssessment(TreeCertificate):
    """Strategies with consistent beliefs that justify them.

    ``profile``  per information set, the probability of each action.
    ``beliefs``  per information set, the probability of being at each of its nodes, in the tree's order.
    ``ranks``    per information set, the order of the mistake that each action would be; 0 if it is played.
    """

    kind: ClassVar[str] = "sequential-assessment"
    source: ClassVar[str] = "Kreps and Wilson (1982); Kohlberg and Reny (1997)"
    game_digest: str
    profile: Profile
    beliefs: tuple[Mixture, ...]
    ranks: tuple[tuple[int, ...], ...]

    def check(self, game: ExtensiveGame) -> CheckReport:
        """Beliefs and replies, then whether the beliefs are limits."""
        claim = "the profile with these beliefs is a sequential equilibrium"
        fault = (
            assessment_fault(game, self.game_digest, self.profile, self.beliefs)
            or ranks_fault(game, self.profile, self.beliefs, self.ranks)
            or products_fault(game, self.profile, self.beliefs)
        )
        if fault is not None:
            return CheckReport(False, claim, *fault)
        return CheckReport(True, claim, numbers={"information_sets": float(len(self.beliefs))})

    def to_json(self) -> dict[str, Any]:
        """The written form."""
        return head(self.kind, self.game_digest) | {
            "profile": table_json(self.profile), "beliefs": table_json(self.beliefs),
            "ranks": [list(row) for row in self.ranks],
        }

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> SequentialAssessment:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        digest = opened(document, SequentialAssessment.kind)
        only(document, {"format", "kind", "game_digest", "profile", "beliefs", "ranks"}, "")
        ranks = tuple(
            tuple(integer(rank, f"ranks[{k}][{a}]") for a, rank in enumerate(sequence(row, f"ranks[{k}]")))
            for k, row in enumerate(sequence(field(document, "ranks", ""), "ranks")))
        return SequentialAssessment(
            digest, table(field(document, "profile", ""), "profile"), table(field(document, "beliefs", ""), "beliefs"),
            ranks)
