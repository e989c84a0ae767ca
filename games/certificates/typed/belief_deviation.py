"""A rule of play is no equilibrium: after outcomes that are named a deviation pays at the belief that they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.claims import setting
from games.certificates.faults import Fault, shown
from games.certificates.reading import CertificateError, field, integer, only, sequence, text
from games.certificates.sealing import sealed
from games.certificates.typed.belief_check import changing_in_words, deviation_place, laid_over
from games.certificates.typed.belief_nodes import BeliefNodes
from games.certificates.typed.belief_ranges import slack_at
from games.certificates.typed.belief_values import Temptation, temptation
from games.certificates.typed.certificate import CONCEPT, TypedCertificate, typed_fault
from games.certificates.typed.json import FORMAT, read_rule, rule_json
from games.certificates.typed.rule import priors_in_words
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.exact import nearest_float


@final
@dataclass(frozen=True, eq=False)
class BeliefDeviation(TypedCertificate):
    """The rule is none: after some outcomes a deviation pays at the belief that Bayes' rule gives.

    ``path``  the outcomes from the start, (signal, next state).
    ``player``, ``type``, ``action``  who deviates there to what.
    """

    kind: ClassVar[str] = "typed-belief-deviation"
    source: ClassVar[str] = "Fudenberg and Tirole (1991), definition 3.1; Sondik (1971)"
    typed_digest: str
    rule: TypedRule
    path: tuple[tuple[int, int], ...]
    player: int
    type: int
    action: int
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(nodes: BeliefNodes, path: tuple[tuple[int, int], ...], one: Temptation) -> BeliefDeviation:
        """The certificate that a deviation pays after these outcomes."""
        return BeliefDeviation(nodes.typed.digest, nodes.rule, path, one.player, one.kind, one.action)

    def check(self, typed: TypedGame) -> CheckReport:
        """Follow the outcomes, and work out what the deviation brings at the belief that they lead to."""
        claim = "the rule is no perfect Bayesian equilibrium"
        found = self._gain(typed)
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place, found.problem)
        place, gain = found
        if gain <= 0:
            return CheckReport(False, claim, place, f"the deviation does not pay: it brings {shown(gain)} more")
        return CheckReport(True, claim, numbers={"gain": nearest_float(gain)})

    def _gain(self, typed: TypedGame) -> tuple[str, Fraction] | Fault:
        """The deviation in words, and what it brings more than the rule."""
        fault = typed_fault(typed, self.typed_digest, self.changed)
        nodes = laid_over(typed, self.rule) if fault is None else fault
        if isinstance(nodes, Fault):
            return nodes
        k, beliefs = 0, {i: typed.prior[i] for i in nodes.uncertain}
        for step, outcome in enumerate(self.path):
            if outcome not in nodes.after[k]:
                return Fault(f"path[{step}]", f"no profile makes this outcome possible in {nodes.place(k)}")
            beliefs = {i: nodes.posterior(k, i, belief, outcome) for i, belief in beliefs.items()}
            k = nodes.after[k][outcome]
        if not 0 <= self.player < typed.game.n_players or self.type not in nodes.choosing(self.player):
            return Fault("type", "no such type chooses")
        one = temptation(nodes, self.player, self.type, k, self.action)
        if isinstance(one, Fault):
            return one
        return deviation_place(nodes, one), -slack_at(one, beliefs)

    def claim(self, typed: TypedGame) -> str:
        """Which deviation pays."""
        found = self._gain(typed)
        if isinstance(found, Fault):
            return "Nothing: the rule is none for this game."
        return (f"The rule in the file is no equilibrium. After {len(self.path)} outcomes, in {found[0]} brings "
                f"{nearest_float(found[1]):.9g} more than the rule, on average. Equilibrium: {CONCEPT}. "
                f"{priors_in_words(typed)} {changing_in_words(typed)}{setting(typed.game)}")

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-typed-certificate/1`` form."""
        return sealed({
            "format": FORMAT, "kind": self.kind, "typed_digest": self.typed_digest, "rule": rule_json(self.rule),
            "path": [list(outcome) for outcome in self.path], "player": self.player, "type": self.type,
            "action": self.action})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> BeliefDeviation:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        numbers = ("player", "type", "action")
        only(document, {"format", "kind", "typed_digest", "rule", "path", *numbers}, "")
        path = []
        for k, pair in enumerate(sequence(field(document, "path", ""), "path")):
            if len(sequence(pair, f"path[{k}]")) != 2:
                raise CertificateError(f"path[{k}]: a signal and the next state are expected; write [0, 1]")
            path.append((integer(pair[0], f"path[{k}]"), integer(pair[1], f"path[{k}]")))
        player, kind, action = (integer(field(document, name, ""), name) for name in numbers)
        return BeliefDeviation(text(field(document, "typed_digest", ""), "typed_digest"),
                               read_rule(field(document, "rule", "")), tuple(path), player, kind, action, changed)
