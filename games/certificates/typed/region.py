"""A public rule of play is an equilibrium exactly for these priors, of those that give every type a chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.claims import setting
from games.certificates.faults import Fault
from games.certificates.reading import field, integer, only, sequence, text
from games.certificates.sealing import sealed
from games.certificates.typed.certificate import CONCEPT, TypedCertificate, typed_fault
from games.certificates.typed.evaluation import RuleEvaluation, evaluate_rule
from games.certificates.typed.half_spaces import HalfSpace, half_spaces, needed, not_implied
from games.certificates.typed.json import FORMAT, read_rule, rule_json
from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule


@final
@dataclass(frozen=True, eq=False)
class TrustRegion(TypedCertificate):
    """The rule is an equilibrium at exactly the priors in these half-spaces, all types having a chance.

    ``half_spaces``  per player, whole numbers per type: their sum, weighted by the prior, is at least 0.
    """

    kind: ClassVar[str] = "trust-region"
    source: ClassVar[str] = "Sondik (1971); Mailath and Samuelson (2006), proposition 2.2.1"
    typed_digest: str
    rule: TypedRule
    half_spaces: tuple[tuple[HalfSpace, ...], ...]
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(found: RuleEvaluation) -> TrustRegion:
        """The certificate for an evaluated rule; raises ``GameError`` where the priors are no polytope."""
        spaces = half_spaces(found)
        if isinstance(spaces, Fault):
            raise GameError(f"{spaces.place}: {spaces.problem}")
        return TrustRegion(found.typed.digest, found.places.rule, tuple(
            needed(mine, len(types)) for mine, types in zip(spaces, found.typed.types, strict=True)))

    def check(self, typed: TypedGame) -> CheckReport:
        """Recompute what every deviation costs against every type: each half-space is one of them and implies all."""
        claim = "the rule is an equilibrium at exactly these priors"
        fault = typed_fault(typed, self.typed_digest, self.changed)
        found = evaluate_rule(typed, self.rule) if fault is None else fault
        spaces = found if isinstance(found, Fault) else half_spaces(found)
        if isinstance(spaces, Fault):
            return CheckReport(False, claim, spaces.place, spaces.problem)
        if len(self.half_spaces) != len(spaces):
            return CheckReport(False, claim, "half_spaces", f"for {len(self.half_spaces)} players of {len(spaces)}")
        for i, (claimed, all_of) in enumerate(zip(self.half_spaces, spaces, strict=True)):
            size = len(typed.types[i])
            for k, one in enumerate(claimed):
                if one not in all_of:
                    return CheckReport(False, claim, f"half_spaces[{i}][{k}]", "no deviation sets this bound")
            lost = not_implied(claimed, all_of, size)
            if lost is not None:
                return CheckReport(False, claim, f"half_spaces[{i}]",
                                   f"a deviation needs {in_words(typed, i, lost)} too, which these do not imply")
        return CheckReport(True, claim, numbers={"half_spaces": float(sum(map(len, self.half_spaces)))})

    def claim(self, typed: TypedGame) -> str:
        """At which priors the rule is an equilibrium."""
        parts = [in_words(typed, i, one) for i, mine in enumerate(self.half_spaces) for one in mine]
        said = "; ".join(parts) or "whatever they are"
        return ("The rule in the file is an equilibrium if and only if the priors, all of them above 0, satisfy: "
                f"{said}. Equilibrium: {CONCEPT}. {setting(typed.game)}")

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-typed-certificate/1`` form."""
        return sealed({
            "format": FORMAT, "kind": self.kind, "typed_digest": self.typed_digest,
            "half_spaces": [[list(one) for one in mine] for mine in self.half_spaces], "rule": rule_json(self.rule)})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> TrustRegion:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "typed_digest", "half_spaces", "rule"}, "")
        spaces = sequence(field(document, "half_spaces", ""), "half_spaces")
        return TrustRegion(
            text(field(document, "typed_digest", ""), "typed_digest"), read_rule(field(document, "rule", "")),
            tuple(tuple(tuple(integer(x, f"half_spaces[{i}][{k}]") for x in sequence(one, f"half_spaces[{i}][{k}]"))
                        for k, one in enumerate(sequence(mine, f"half_spaces[{i}]")))
                  for i, mine in enumerate(spaces)), changed)


def in_words(typed: TypedGame, player: int, one: HalfSpace) -> str:
    """A half-space in words."""
    who, names = typed.game.players[player], [t.name for t in typed.types[player]]
    parts = [f"{x} × P({name!r})" for x, name in zip(one, names, strict=True) if x]
    return f"{who}: {' + '.join(parts) or '0'} ≥ 0"
