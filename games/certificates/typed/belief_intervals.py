"""A rule of play is an equilibrium whatever signals say and however often types change unseen, checked exactly.

The file gives the rule, and for every node the beliefs that may be held there.  Everything else is worked out: nodes,
what outcomes say of each player, values against each type, that beliefs stay where they are said to be, and that at
none of them a deviation pays any type that chooses, also where the public believes that there is none of its kind.

Sources: Fudenberg and Tirole (1991), definition 3.1, for perfect Bayesian equilibrium; Mailath and Samuelson (2001) for
types that are replaced; Sondik (1971) for values that are linear in beliefs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.claims import setting
from games.certificates.faults import Fault, rounded, shown
from games.certificates.reading import CertificateError, field, integer, mapping, only, rationals, sequence, text
from games.certificates.sealing import sealed
from games.certificates.typed.belief_check import changing_in_words, deviation_place, laid_over
from games.certificates.typed.belief_nodes import BeliefNodes, Node
from games.certificates.typed.belief_ranges import Ranges, least_slack, ranges_fault
from games.certificates.typed.belief_values import temptations
from games.certificates.typed.certificate import CONCEPT, TypedCertificate, typed_fault
from games.certificates.typed.json import FORMAT, read_rule, rule_json
from games.certificates.typed.learning import Belief
from games.certificates.typed.rule import priors_in_words
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.exact import nearest_float, written

CLAIM = "the rule is a perfect Bayesian equilibrium at all beliefs that come about"


@final
@dataclass(frozen=True, eq=False)
class BeliefIntervals(TypedCertificate):
    """The rule is a perfect Bayesian equilibrium, with public signals and types that may change unseen.

    ``beliefs``  per node, and player with more than one type, corners of the beliefs that may be held about it: of two
                 types the ends of an interval.
    """

    kind: ClassVar[str] = "typed-belief-intervals"
    source: ClassVar[str] = (
        "Fudenberg and Tirole (1991), definition 3.1; Mailath and Samuelson (2001); Sondik (1971)")
    typed_digest: str
    rule: TypedRule
    beliefs: Mapping[Node, Mapping[int, tuple[Belief, ...]]]
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(nodes: BeliefNodes, ranges: Ranges) -> BeliefIntervals:
        """The certificate for a rule laid over a game, with beliefs per node."""
        return BeliefIntervals(nodes.typed.digest, nodes.rule, {
            node: dict(by_player) for node, by_player, over in zip(nodes.nodes, ranges, nodes.over, strict=True)
            if not over})

    def check(self, typed: TypedGame) -> CheckReport:
        """Unfold the rule, follow beliefs from corner to corner, and look for a deviation that pays at one of them."""
        fault = typed_fault(typed, self.typed_digest, self.changed)
        nodes = laid_over(typed, self.rule) if fault is None else fault
        if isinstance(nodes, Fault):
            return CheckReport(False, CLAIM, nodes.place, nodes.problem)
        ranges = [self.beliefs.get(node, {}) for node in nodes.nodes]
        fault = ranges_fault(nodes, ranges)
        if fault is not None:
            return CheckReport(False, CLAIM, fault.place, fault.problem)
        slacks: list[Fraction] = []
        for i in range(typed.game.n_players):
            for kind in nodes.choosing(i):
                found = temptations(nodes, i, kind)
                if isinstance(found, Fault):
                    return CheckReport(False, CLAIM, found.place, found.problem)
                for one in found:
                    slacks.append(least_slack(one, ranges[one.node]))
                    if slacks[-1] < 0:
                        more = f"{shown(-slacks[-1])} more than the rule, on average"
                        return CheckReport(False, CLAIM, deviation_place(nodes, one),
                                           f"at a belief that is said to come about it brings {more}")
        least = nearest_float(min(slacks)) if slacks else None
        return CheckReport(True, CLAIM, numbers=rounded({"nodes": len(nodes.nodes), "least_slack": least}))

    def claim(self, typed: TypedGame) -> str:
        """What the rule is, and at which beliefs."""
        game = typed.game
        return (f"From state {game.states[game.initial]!r} the rule in the file is an equilibrium, whatever is seen: "
                "no type that chooses gains by a deviation at any belief that Bayes' rule leads to after any outcomes. "
                f"Equilibrium: {CONCEPT}. {priors_in_words(typed)} {changing_in_words(typed)}{setting(game)}")

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-typed-certificate/1`` form."""
        return sealed({
            "format": FORMAT, "kind": self.kind, "typed_digest": self.typed_digest, "rule": rule_json(self.rule),
            "beliefs": [sealed({
                "node": [mode, state, list(memories)],
                "corners": [[i, [[written(p) for p in corner] for corner in corners]]
                            for i, corners in sorted(by_player.items())],
            }) for (mode, state, memories), by_player in self.beliefs.items()]})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> BeliefIntervals:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "typed_digest", "rule", "beliefs"}, "")
        beliefs: dict[Node, Mapping[int, tuple[Belief, ...]]] = {}
        for k, entry in enumerate(sequence(field(document, "beliefs", ""), "beliefs")):
            place = f"beliefs[{k}]"
            item = mapping(entry, place)
            only(item, {"node", "corners"}, place)
            node = _node(field(item, "node", place), f"{place}.node")
            if node in beliefs:
                raise CertificateError(f"{place}: this node appears twice; keep one of them")
            beliefs[node] = dict(_corners(pair, f"{place}.corners[{n}]")
                                 for n, pair in enumerate(sequence(field(item, "corners", place), f"{place}.corners")))
        return BeliefIntervals(text(field(document, "typed_digest", ""), "typed_digest"),
                               read_rule(field(document, "rule", "")), beliefs, changed)


def _node(given: Any, place: str) -> Node:
    parts = sequence(given, place)
    if len(parts) != 3:
        raise CertificateError(f"{place}: mode, state and memories are expected; write [0, 0, []]")
    memories = tuple(integer(x, place) for x in sequence(parts[2], place))
    return integer(parts[0], place), integer(parts[1], place), memories


def _corners(given: Any, place: str) -> tuple[int, tuple[Belief, ...]]:
    parts = sequence(given, place)
    if len(parts) != 2:
        raise CertificateError(f'{place}: a player and beliefs about it are expected; write [1, [["1/2", "1/2"]]]')
    return integer(parts[0], place), tuple(
        rationals(x, f"{place}[1][{n}]") for n, x in enumerate(sequence(parts[1], f"{place}[1]")))
