"""A public rule of play is no equilibrium at the priors of the game: one deviation of one type pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

import numpy as np

from games.certificates.certificate import CheckReport
from games.certificates.claims import setting
from games.certificates.faults import Fault
from games.certificates.reading import field, integer, only, rationals, sequence, text
from games.certificates.sealing import sealed
from games.certificates.typed.certificate import CONCEPT, TypedCertificate, typed_fault
from games.certificates.typed.evaluation import RuleEvaluation, Weak, evaluate_rule
from games.certificates.typed.json import FORMAT, read_rule, rule_json
from games.certificates.typed.rule import priors_in_words
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.exact import nearest_float, written


@final
@dataclass(frozen=True, eq=False)
class TypedDeviation(TypedCertificate):
    """One deviation pays, at a node that play or deviations reach.

    ``player``, ``type``, ``action``  who deviates to what; ``mode``, ``state``, ``memory`` where.
    ``posteriors``  per player what is believed there, the chances of the types.
    """

    kind: ClassVar[str] = "typed-deviation"
    source: ClassVar[str] = "Mailath and Samuelson (2006), proposition 2.2.1"
    typed_digest: str
    rule: TypedRule
    player: int
    type: int
    action: int
    mode: int
    state: int
    memory: tuple[int, ...]
    posteriors: tuple[tuple[Fraction, ...], ...]
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(found: RuleEvaluation, weak: Weak) -> TypedDeviation:
        """The certificate that a deviation (for instance from ``found.paying(prior)``) pays."""
        typed, nodes, places = found.typed, found.nodes, found.places
        x = int(nodes.place[weak.node])
        return TypedDeviation(
            typed.digest, places.rule, weak.player, weak.kind, weak.action, int(places.mode[x]), int(places.state[x]),
            tuple(places.memory[x].tolist()),
            tuple(nodes.posterior(weak.node, i, prior) for i, prior in enumerate(typed.prior)))

    def check(self, typed: TypedGame) -> CheckReport:
        """Unfold, and show that the deviation is reached and pays."""
        claim = "the rule is no perfect Bayesian equilibrium"
        fault = typed_fault(typed, self.typed_digest, self.changed)
        found = evaluate_rule(typed, self.rule) if fault is None else fault
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place, found.problem)
        return self.judged(found)

    def judged(self, found: RuleEvaluation) -> CheckReport:
        """The report on an evaluation of this rule."""
        claim = "the rule is no perfect Bayesian equilibrium"
        node = self._node(found)
        if node is None:
            return CheckReport(False, claim, "node", "neither play nor deviations come there with these beliefs")
        alphas = found.alphas.get((self.player, self.type))
        if alphas is None:
            return CheckReport(False, claim, "type", "no such type chooses, or it has no chance")
        weak = found.slack(alphas, node, self.action, found.typed.prior)
        if weak is None:
            return CheckReport(False, claim, "action", "there is no such deviation, or it changes nothing")
        numbers = {"slack": nearest_float(weak.high)}
        if weak.high >= 0:
            problem = f"the deviation is not shown to pay: its slack is {nearest_float(weak.high):.12g}"
            return CheckReport(False, claim, found.words(weak, found.typed.prior), problem, numbers)
        return CheckReport(True, claim, numbers=numbers)

    def _node(self, found: RuleEvaluation) -> int | None:
        nodes, places = found.nodes, found.places
        there = (places.mode == self.mode) & (places.state == self.state) & ~places.over
        if places.memory.shape[1] != len(self.memory):
            return None
        for held, asked in zip(places.memory.T, self.memory, strict=True):
            there &= held == asked
        for x in np.flatnonzero(there[nodes.place]).tolist():
            if self.posteriors == tuple(nodes.posterior(x, i, p) for i, p in enumerate(found.typed.prior)):
                return int(x)
        return None

    def claim(self, typed: TypedGame) -> str:
        """Which deviation pays."""
        found = evaluate_rule(typed, self.rule)
        node = None if isinstance(found, Fault) else self._node(found)
        if isinstance(found, Fault) or node is None:
            return "Nothing: the rule is none for this game."
        weak = found.slack(found.alphas[self.player, self.type], node, self.action, typed.prior)
        assert weak is not None
        return (f"The rule in the file is no equilibrium. {found.words(weak, typed.prior)} brings "
                f"{nearest_float(-weak.high):.9g} more, as a one-off gain. Equilibrium: {CONCEPT}. "
                f"{priors_in_words(typed)} {setting(typed.game)}")

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-typed-certificate/1`` form."""
        return sealed({
            "format": FORMAT, "kind": self.kind, "typed_digest": self.typed_digest, "player": self.player,
            "type": self.type, "action": self.action, "mode": self.mode, "state": self.state,
            "memory": list(self.memory), "posteriors": [[written(p) for p in x] for x in self.posteriors],
            "rule": rule_json(self.rule)})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> TypedDeviation:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        numbers = ("player", "type", "action", "mode", "state")
        only(document, {"format", "kind", "typed_digest", "rule", "memory", "posteriors", *numbers}, "")
        player, kind, action, mode, state = (integer(field(document, name, ""), name) for name in numbers)
        return TypedDeviation(
            text(field(document, "typed_digest", ""), "typed_digest"), read_rule(field(document, "rule", "")), player,
            kind, action, mode, state,
            tuple(integer(x, "memory") for x in sequence(field(document, "memory", ""), "memory")),
            tuple(rationals(x, f"posteriors[{i}]")
                  for i, x in enumerate(sequence(field(document, "posteriors", ""), "posteriors"))), changed)
