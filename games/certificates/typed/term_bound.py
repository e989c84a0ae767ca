"""How many of the last years of a fixed term can fail in a perfect Bayesian equilibrium of any kind, mixed or not.

What follows once the plan is left is settled (``Settled``).  While all have kept to it, a type that chooses and does
not know the others can keep to the plan until somebody leaves it; whoever knows that the others choose can keep to it
once more and then leave.  What that brings at least, where others who choose do what is worst unless they are shown to
keep to the plan, is compared with what leaving at once brings at most.  Where the former is more, whatever the chance
that types that choose would have come so far, the type keeps to the plan surely in every equilibrium.  Going backward
from the end, types that are shown to keep to the plan help the others.

For the dilemma with one possible conditional complier (chance p; reward R, temptation T, sucker S, punishment 0): with
n years left p R (1 + δ + ... + δ^(n-1)) + (1 - p) S > T is enough, and R + δ T > T one year earlier.  The bound is no
tight one.

Source: the argument of Kreps, Milgrom, Roberts and Wilson (1982), as in Fudenberg and Tirole (1991), section 9.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.claims import plan_in_words
from games.certificates.reading import field, integer, mapping, only, plan_document, plan_json, text
from games.certificates.sealing import sealed
from games.certificates.typed.certificate import TypedCertificate, typed_fault
from games.certificates.typed.clean_path import CleanNode, CleanPath
from games.certificates.typed.json import FORMAT
from games.certificates.typed.settled import Kinds, Unsettled
from games.certificates.typed.shortfall import unfit_for_shortfall
from games.model.plan import Plan
from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame

CLAIM = "at most so many of the last years fail, in every equilibrium"
Who = tuple[int, int]


@final
class TermBound:
    """At which nodes of the clean path each type that chooses keeps to the plan in every equilibrium.

    ``sure``  per node the (player, type) pairs that surely do.  Raises ``Unsettled`` where the argument does not carry.
    """

    def __init__(self, path: CleanPath) -> None:
        self.path, self.settled, self.typed = path, path.settled, path.settled.typed
        self.sure: dict[CleanNode, frozenset[Who]] = {}
        self._kept: dict[tuple[CleanNode, int, Kinds], Fraction] = {}
        for node in path.backward:
            self.sure[node] = frozenset[Who]()
            while (more := self._shown(node)) - self.sure[node]:
                self.sure[node] |= more
            for i, kinds in path.cells(node):
                self._kept[node, i, kinds] = self._least(node, i, kinds)

    @property
    def sure_periods(self) -> int:
        """In how many periods from the first on everybody who chooses surely keeps to the plan, if all have so far."""
        everybody = {(i, t) for i in range(self.typed.game.n_players) for t in self.path.players_types(i)}
        failing = [self.path.period[node] for node, sure in self.sure.items() if not everybody <= sure]
        return min(failing, default=self.path.periods)

    def _shown(self, node: CleanNode) -> frozenset[Who]:
        """Who is shown to keep to the plan at a node, given what is shown there already."""
        return frozenset((i, t) for i in range(self.typed.game.n_players) for t in self.path.players_types(i)
                         if self._keeps(node, i, t))

    def _keeps(self, node: CleanNode, player: int, kind: int) -> bool:
        cells = [kinds for i, kinds in self.path.cells(node) if i == player and kinds[player] == kind]
        known = not any((j, t) in self.settled.number for kinds in cells for j, t in enumerate(kinds) if j != player)
        plans = [{kinds: self._least(node, player, kinds) for kinds in cells}]
        if known:
            plans += [{kinds: self._least(node, player, kinds, once) for kinds in cells} for once in
                      self._ways_to_leave(node, player)]
        leaves = [{kinds: self._most_leaving(node, player, kinds, a) for kinds in cells}
                  for a in self.path.other_actions(node, player)]
        corners = list(self._corners(node, player, cells))
        return all(any(all(sum((w * (keeps[kinds] - leave[kinds]) for kinds, w in weights.items()), Fraction(0)) > 0
                           for weights in corners) for keeps in plans) for leave in leaves)

    def _corners(self, node: CleanNode, player: int, cells: Sequence[Kinds]) -> Iterator[dict[Kinds, Fraction]]:
        """Weights of the others' types, for each choice of which of those that choose would have come so far, or not.

        What is compared is linear in the chance of each of having come, so that these are the worst cases.
        """
        choosing = sorted({(j, t) for kinds in cells for j, t in enumerate(kinds)
                           if j != player and (j, t) not in self.settled.number})
        for came in product((True, False), repeat=len(choosing)):
            gone = {who for who, here in zip(choosing, came, strict=True) if not here}
            weights = {kinds: self.path.chance(kinds, player) for kinds in cells
                       if not any((j, t) in gone for j, t in enumerate(kinds) if j != player)}
            if any(weights.values()):
                yield weights

    def _ways_to_leave(self, node: CleanNode, player: int) -> Iterator[Mapping[CleanNode, int]]:
        """Own actions at the nodes that follow if all keep to the plan, none of them the plan's."""
        ahead = [x for x in self.path.next_nodes(node)]
        ways = [self.path.other_actions(x, player) for x in ahead]
        if ahead and all(ways):
            most = max(map(len, ways))
            for k in range(most):
                yield {x: way[min(k, len(way) - 1)] for x, way in zip(ahead, ways, strict=True)}

    def _rows(self, node: CleanNode, player: int, kinds: Kinds, own: int) -> list[int]:
        """Rows that can come where the player takes an action, and who is shown to keep to the plan does."""
        return self.path.rows(node, kinds, own, player, self.sure[node])

    def _least(
        self, node: CleanNode, player: int, kinds: Kinds, once: Mapping[CleanNode, int] | None = None
    ) -> Fraction:
        """The least from keeping to the plan until it is left; or now, and then leaving it by the actions ``once``."""
        path, own = self.path, self.path.own(node, player)
        discount = self.typed.exact_discount(player, kinds[player])
        found = []
        for row in self._rows(node, player, kinds, own):
            if row != path.row(node):
                found.append(self.settled.brings(row, node.memories, (player, kinds)))
                continue
            ahead = Fraction(0)
            for state, p in self.settled.exact.law(row).items():
                follows = path.follows(node, state)
                if follows is None:
                    after = self.settled.after(row, node.memories)
                    ahead += p * self.settled.worth((state, after))[player, kinds]
                elif once is None or follows not in once:
                    ahead += p * self._kept[follows, player, kinds]
                else:
                    ahead += p * min(self.settled.brings(r, follows.memories, (player, kinds))
                                     for r in self._rows(follows, player, kinds, once[follows]))
            found.append(self.settled.pays(player, kinds[player], row) + discount * ahead)
        return min(found)

    def _most_leaving(self, node: CleanNode, player: int, kinds: Kinds, own: int) -> Fraction:
        """The most from leaving the plan by an own action."""
        return max(self.settled.brings(row, node.memories, (player, kinds))
                   for row in self._rows(node, player, kinds, own))


def term_bound(typed: TypedGame, plan: Plan) -> TermBound | str:
    """The bound of a game with types whose plan has an end, or why the argument does not carry to it, in words."""
    if problem := unfit_for_shortfall(typed):
        return problem
    try:
        return TermBound(CleanPath(typed, plan))
    except Unsettled as why:
        return str(why)


@final
@dataclass(frozen=True, eq=False)
class FailingYears(TypedCertificate):
    """In every equilibrium all types that choose keep to a plan but for so many of its last periods.

    ``plan``   the plan's JSON form, one row in each state that it does not leave free.
    ``years``  periods at the end in which it may be left; before, it is kept as long as all have.
    """

    kind: ClassVar[str] = "typed-term-bound"
    source: ClassVar[str] = "Kreps, Milgrom, Roberts and Wilson (1982); Fudenberg and Tirole (1991)"
    typed_digest: str
    plan: Mapping[str, Sequence[Sequence[str]]]
    years: int
    changed: tuple[str, ...] = ()

    def check(self, typed: TypedGame) -> CheckReport:
        """Go backward from the end once more."""
        fault = typed_fault(typed, self.typed_digest, self.changed)
        if fault is not None:
            return CheckReport(False, CLAIM, fault.place, fault.problem)
        try:
            found = term_bound(typed, Plan.from_json(typed.game, self.plan))
        except GameError as error:
            return CheckReport(False, CLAIM, "plan", str(error))
        if isinstance(found, str):
            return CheckReport(False, CLAIM, "game", found)
        shown = found.path.periods - found.sure_periods
        if not shown <= self.years < found.path.periods:
            problem = f"that many years are not shown: {shown} of {found.path.periods} years may fail"
            return CheckReport(False, CLAIM, "years", problem)
        return CheckReport(True, CLAIM, numbers={"sure_years": float(found.sure_periods)})

    def claim(self, typed: TypedGame) -> str:
        """What every equilibrium does."""
        return ("In every perfect Bayesian equilibrium, mixed ones among them, all types that choose keep to the plan "
                f"as long as all have, but for the last {self.years} years at most: "
                f"{plan_in_words(typed.game, self.plan)}.")

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-typed-certificate/1`` form."""
        return sealed({"format": FORMAT, "kind": self.kind, "typed_digest": self.typed_digest,
                "plan": plan_document(self.plan), "years": self.years})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> FailingYears:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "typed_digest", "plan", "years"}, "")
        return FailingYears(text(field(document, "typed_digest", ""), "typed_digest"),
                            plan_json(mapping(field(document, "plan", ""), "plan"), "plan"),
                            integer(field(document, "years", ""), "years"), changed)
