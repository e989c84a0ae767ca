"""Bounds on the value of a two-player zero-sum game tree: two realisation plans and what each of them guarantees.

A plan guarantees what the opponent's best reply leaves, which is one exact backward pass and no linear program.  Where
the two guarantees meet, they are the value and the plans are optimal; otherwise the value lies between them.

Sources: von Neumann (1928); Koller, Megiddo and von Stengel (1996) for plans over sequences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.faults import shown
from games.certificates.reading import field, only, rational
from games.certificates.trees.certificate import TreeCertificate
from games.certificates.trees.reading import head, opened, other_game, table, table_json
from games.certificates.trees.replies import best_reply
from games.game_trees.recall import perfect_recall
from games.game_trees.strategies import Mixture, Profile, behaviour, own_parents, weight_of
from games.game_trees.tree import ExtensiveGame
from games.numerics.exact import nearest_float, written


@final
@dataclass(frozen=True)
class ZeroSumValue(TreeCertificate):
    """Evidence that the value to the first player lies in [``lower``, ``upper``].

    ``plans``  per player, per own information set in the game's order, the weight of each sequence that ends there.
    """

    kind: ClassVar[str] = "zero-sum-value"
    source: ClassVar[str] = "von Neumann (1928); Koller, Megiddo and von Stengel (1996)"
    game_digest: str
    plans: tuple[tuple[Mixture, ...], tuple[Mixture, ...]]
    lower: Fraction
    upper: Fraction

    def check(self, game: ExtensiveGame) -> CheckReport:
        """Both are plans, and the opponent's best reply to each leaves what is claimed."""
        low, high = written(self.lower), written(self.upper)
        claim = f"the value is {low}" if self.lower == self.upper else f"the value is at least {low} and at most {high}"
        for place, problem in (
            ("game_digest", other_game(game, self.game_digest)),
            ("game", "" if game.n_players == 2 else f"it has {game.n_players} players, not two"),
            ("game", "" if game.constant_sum is not None else "payoffs do not always add up to the same"),
            ("perfect recall", perfect_recall(game).words),
            *((f"plans[{i}]", _plan_fault(game, i, self.plans[i])) for i in range(min(game.n_players, 2))),
        ):
            if problem:
                return CheckReport(False, claim, place, problem)
        lower, upper = guarantees(game, self.plans)
        if self.lower > lower:
            return CheckReport(False, claim, "lower", f"{game.players[0]}'s plan guarantees {shown(lower)} only")
        if self.upper < upper:
            return CheckReport(False, claim, "upper", f"{game.players[1]}'s plan allows {shown(upper)}")
        return CheckReport(True, claim, numbers={"gap": nearest_float(self.upper - self.lower)})

    def to_json(self) -> dict[str, Any]:
        """The written form."""
        return head(self.kind, self.game_digest) | {
            "lower": written(self.lower), "upper": written(self.upper),
            "plans": [table_json(plan) for plan in self.plans],
        }

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> ZeroSumValue:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        digest = opened(document, ZeroSumValue.kind)
        only(document, {"format", "kind", "game_digest", "lower", "upper", "plans"}, "")
        plans = field(document, "plans", "")
        given = plans if isinstance(plans, list) and len(plans) == 2 else [None, None]
        return ZeroSumValue(
            digest, (table(given[0], "plans[0]"), table(given[1], "plans[1]")),
            rational(field(document, "lower", ""), "lower"), rational(field(document, "upper", ""), "upper"),
        )


def guarantees(
    game: ExtensiveGame, plans: tuple[tuple[Mixture, ...], tuple[Mixture, ...]]
) -> tuple[Fraction, Fraction]:
    """What the first player's plan secures, and the most that the second player's plan lets the first player have."""
    first, second = (dict(zip(game.sets_of(i), plans[i], strict=True)) for i in (0, 1))
    laws = behaviour(game, 0, first) | behaviour(game, 1, second)
    profile: Profile = tuple(laws[k] for k in range(len(game.information_sets)))
    start = {0: Fraction(1)}
    total = game.constant_sum or Fraction(0)
    return total - best_reply(game, profile, 1, start).best, best_reply(game, profile, 0, start).best


def _plan_fault(game: ExtensiveGame, player: int, plan: tuple[Mixture, ...]) -> str:
    """What keeps this from being a realisation plan, "" if nothing does."""
    own = game.sets_of(player)
    if len(plan) != len(own):
        return f"{len(plan)} rows are given for {len(own)} information sets"
    rows = dict(zip(own, plan, strict=True))
    for number, last in own_parents(game, player).items():
        known = game.information_sets[number]
        if len(rows[number]) != len(known.actions):
            return f"information set {known.name!r}: {len(rows[number])} weights for {len(known.actions)} actions"
        if min(rows[number]) < 0:
            return f"information set {known.name!r}: a weight is negative"
        if sum(rows[number]) != weight_of(rows, last):
            total, right = sum(rows[number], Fraction(0)), weight_of(rows, last)
            return f"information set {known.name!r}: weights add up to {shown(total)}, not {shown(right)}"
    return ""
