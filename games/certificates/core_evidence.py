"""Evidence about the core of a coalitional game, checked exactly: a point of it, or balancing weights that empty it.

These speak of a characteristic function and not of a stochastic game, so they are no ``Certificate``; they promise the
same: a check that imports no solver and reports instead of raising.

Sources: Gillies (1959) for the core; Bondareva (1963) and Shapley (1967), On balanced sets and cores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.faults import shown
from games.certificates.reading import CertificateError, field, integer, only, rational, rationals, sequence
from games.numerics.exact import nearest_float, written

Worth = Callable[[frozenset[int]], Fraction]
"""What a coalition can secure."""


@final
@dataclass(frozen=True)
class CorePoint:
    """Payoffs that share out what all can secure together and that no coalition can improve on."""

    kind: ClassVar[str] = "core-point"
    source: ClassVar[str] = "Gillies (1959)"
    payoffs: tuple[Fraction, ...]

    def check(self, worth: Worth) -> CheckReport:
        """Look at every coalition."""
        n = len(self.payoffs)
        claim = "the core is not empty"
        if sum(self.payoffs) != worth(frozenset(range(n))):
            return CheckReport(False, claim, "payoffs", "they do not add up to what all can secure together")
        slack: Fraction | None = None
        for size in range(1, n):
            for members in combinations(range(n), size):
                over = sum((self.payoffs[i] for i in members), Fraction(0)) - worth(frozenset(members))
                if over < 0:
                    return CheckReport(False, claim, f"coalition {list(members)}", f"it can secure {shown(-over)} more")
                slack = over if slack is None else min(slack, over)
        return CheckReport(True, claim, numbers={} if slack is None else {"least_slack": nearest_float(slack)})

    def to_json(self) -> dict[str, Any]:
        """The written form."""
        return {"kind": self.kind, "payoffs": [written(x) for x in self.payoffs]}

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> CorePoint:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        _of_kind(document, CorePoint.kind)
        only(document, {"kind", "payoffs"}, "")
        return CorePoint(rationals(field(document, "payoffs", ""), "payoffs"))


@final
@dataclass(frozen=True)
class BalancedCollection:
    """Coalitions with positive weights; the weights of those that a player belongs to add up to 1, for every player.

    If each player gives each of its coalitions that share of its time, the coalitions secure Σ weight · worth in all;
    where that exceeds what everybody together can secure, no payoffs content them all.
    """

    kind: ClassVar[str] = "balanced-collection"
    source: ClassVar[str] = "Bondareva (1963); Shapley (1967)"
    n: int
    weights: tuple[tuple[frozenset[int], Fraction], ...]

    def check(self, worth: Worth) -> CheckReport:
        """Whether the weights balance, and what the coalitions secure exceeds the worth of all."""
        claim = "the core is empty"
        named = frozenset[int]().union(*(members for members, _ in self.weights))
        if len(named) < self.n:
            problem = f"{self.n} are claimed, and {len(named)} belong to some coalition; every one has to"
            return CheckReport(False, claim, "players", problem)
        everybody = frozenset(range(self.n))
        for k, (members, weight) in enumerate(self.weights):
            if not members or not members <= everybody:
                return CheckReport(False, claim, f"weights[{k}]", "this is no coalition of the players")
            if weight <= 0:
                return CheckReport(False, claim, f"weights[{k}]", "weights are positive")
        for i in sorted(everybody):
            total = sum((weight for members, weight in self.weights if i in members), Fraction(0))
            if total != 1:
                problem = f"the weights of its coalitions add up to {shown(total)}"
                return CheckReport(False, claim, f"player {i}", problem)
        secured = sum((weight * worth(members) for members, weight in self.weights), Fraction(0))
        missing = secured - worth(everybody)
        if missing <= 0:
            return CheckReport(False, claim, "weights", "the coalitions secure no more than all can together")
        return CheckReport(True, claim, numbers={"shortfall": nearest_float(missing)})

    def to_json(self) -> dict[str, Any]:
        """The written form."""
        listed = [[sorted(members), written(weight)] for members, weight in self.weights]
        return {"kind": self.kind, "players": self.n, "weights": listed}

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> BalancedCollection:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        _of_kind(document, BalancedCollection.kind)
        only(document, {"kind", "players", "weights"}, "")
        out = []
        for k, pair in enumerate(sequence(field(document, "weights", ""), "weights")):
            place = f"weights[{k}]"
            if len(sequence(pair, place)) != 2:
                raise CertificateError(f'{place}: write the players and the weight, such as [[0, 1], "1/2"]')
            members = frozenset(integer(i, f"{place}[0]") for i in sequence(pair[0], f"{place}[0]"))
            out.append((members, rational(pair[1], f"{place}[1]")))
        return BalancedCollection(integer(field(document, "players", ""), "players"), tuple(out))


def _of_kind(document: Mapping[str, Any], kind: str) -> None:
    if field(document, "kind", "") != kind:
        raise CertificateError(f"kind: {document['kind']!r} is not {kind!r}; read it as what it is")
