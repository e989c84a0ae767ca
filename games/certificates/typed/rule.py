"""A public rule of play is a perfect Bayesian equilibrium: beliefs by Bayes' rule, and nowhere a deviation that pays.

By the one-shot deviation principle it is enough that no type that chooses gains by one deviation at any node that play
or any deviations reach, whatever the others believe of it there.

Sources: Fudenberg and Tirole (1991), definition 3.1; Mailath and Samuelson (2006), proposition 2.2.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

import numpy as np

from games.certificates.certificate import CheckReport
from games.certificates.claims import plan_in_words, setting
from games.certificates.faults import Fault, rounded, shown
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    mapping,
    only,
    plan_document,
    plan_json,
    rational,
    rationals,
    sequence,
    text,
)
from games.certificates.sealing import sealed
from games.certificates.typed.certificate import CONCEPT, TypedCertificate, typed_fault
from games.certificates.typed.evaluation import RuleEvaluation, Weak, evaluate_rule
from games.certificates.typed.json import FORMAT, read_rule, rule_json
from games.model.plan import Plan
from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame
from games.model.typed_rule import TypedRule
from games.numerics.exact import nearest_float, written


@final
@dataclass(frozen=True)
class StatedBelief:
    """That play comes, with some chance, to a mode and state where a player is believed to be this.

    ``posterior``  one chance per type.
    """

    mode: int
    state: int
    player: int
    posterior: tuple[Fraction, ...]


@final
@dataclass(frozen=True, eq=False)
class TypedRuleEquilibrium(TypedCertificate):
    """The rule is a perfect Bayesian equilibrium at the priors of the game.

    ``plan``     the plan's JSON form: the players as described keep to it wherever play comes while nobody has left it
                 (a type with a rule of its own may leave it); empty: nothing is claimed of play.
    ``margin``   claimed lower bound on the least slack on the path, in payoff units, or None.
    ``beliefs``  what is claimed of beliefs on the path.
    """

    kind: ClassVar[str] = "typed-rule"
    source: ClassVar[str] = (
        "Fudenberg and Tirole (1991), definition 3.1; Mailath and Samuelson (2006), proposition 2.2.1")
    typed_digest: str
    rule: TypedRule
    plan: Mapping[str, Sequence[Sequence[str]]]
    margin: Fraction | None = None
    beliefs: tuple[StatedBelief, ...] = ()
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(
        typed: TypedGame, rule: TypedRule, plan: Plan | None = None, margin: Fraction | None = None,
        beliefs: Sequence[StatedBelief] = (),
    ) -> TypedRuleEquilibrium:
        """The certificate for a game."""
        return TypedRuleEquilibrium(
            typed.digest, rule, {} if plan is None else plan.to_json(), margin, tuple(beliefs))

    def check(self, typed: TypedGame) -> CheckReport:
        """Unfold, believe by Bayes' rule, and compare every deviation of every type that chooses."""
        claim = "the rule is a perfect Bayesian equilibrium" + (" that keeps to the plan" if self.plan else "")
        fault = typed_fault(typed, self.typed_digest, self.changed)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        found = evaluate_rule(typed, self.rule)
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place, found.problem)
        return self.judged(found, claim)

    def judged(self, found: RuleEvaluation, claim: str = "the rule is a perfect Bayesian equilibrium") -> CheckReport:
        """The report on an evaluation of this rule: whoever has several questions evaluates once."""
        typed = found.typed
        worst = found.weakest(typed.prior)
        on_path = found.weakest(typed.prior, found.path_groups)
        numbers = rounded({
            "least_slack": None if worst is None else nearest_float(worst.low),
            "margin": None if on_path is None else nearest_float(on_path.low),
            "enclosure_radius": found.radius,
            "nodes": len(found.nodes.place),
        })
        fault = self._pays(found) or self._off_plan(found) or self._margin(on_path) or self._beliefs(found)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem, numbers)
        return CheckReport(True, claim, numbers=numbers)

    def _pays(self, found: RuleEvaluation) -> Fault | None:
        weak = found.paying(found.typed.prior)
        if weak is None:
            return None
        if weak.high < 0:
            problem = f"the deviation pays: it is worth {nearest_float(-weak.low):.12g} more, as a one-off gain"
        else:
            problem = ("that the deviation does not pay is not proved: its slack is zero within "
                       f"{nearest_float(weak.high - weak.low):.3g}")
        return Fault(found.words(weak, found.typed.prior), problem)

    def _off_plan(self, found: RuleEvaluation) -> Fault | None:
        """Where the players as described would leave the plan although nobody has."""
        if not self.plan:
            return None
        game, nodes, places = found.typed.game, found.nodes, found.places
        try:
            allowed = Plan.from_json(game, self.plan).allowed
        except GameError as error:
            return Fault("claim.plan", str(error))
        alive = np.ones(len(nodes.place), dtype=bool)
        for i in range(game.n_players):
            alive &= np.array([b.likelihood[0] > 0 for b in nodes.beliefs[i]])[nodes.belief[:, i]]
        kept = nodes.reached(nodes.likely & allowed[nodes.row]) & ~places.over[nodes.place]
        described = kept[nodes.source] & alive[nodes.source] & ~allowed[nodes.row]
        for i, mine in enumerate(places.moves):
            place, action = nodes.place[nodes.source], game.own_action[nodes.row, i]
            plays = (mine[0].action[place] == action[:, None]) & (
                np.arange(mine[0].action.shape[1]) < mine[0].count[place][:, None])
            described &= plays.any(axis=1)
        wrong = np.flatnonzero(described)
        if not len(wrong):
            return None
        edge = int(wrong[0])
        return Fault(places.words(int(nodes.place[nodes.source[edge]])),
                     f"the players as described play {game.place(int(nodes.row[edge]))}, which the plan forbids")

    def _margin(self, on_path: Weak | None) -> Fault | None:
        if self.margin is None or on_path is None or on_path.low >= self.margin:
            return None
        return Fault("claim.margin", f"{nearest_float(self.margin):.12g} is claimed, the path withstands only "
                     f"{nearest_float(on_path.low):.12g}")

    def _beliefs(self, found: RuleEvaluation) -> Fault | None:
        nodes, typed, places = found.nodes, found.typed, found.places
        for k, stated in enumerate(self.beliefs):
            place = f"claim.beliefs[{k}]"
            if not 0 <= stated.player < typed.game.n_players:
                return Fault(place, f"there is no player {stated.player}")
            here = np.flatnonzero(nodes.on_path & (places.mode[nodes.place] == stated.mode)
                                  & (places.state[nodes.place] == stated.state))
            right = {nodes.posterior(int(x), stated.player, typed.prior[stated.player]) for x in here}
            if stated.posterior not in right:
                said = " or ".join(sorted(f"({', '.join(map(shown, p))})" for p in right)) or "none: play never comes"
                return Fault(place, f"Bayes' rule gives {said}")
        return None

    def claim(self, typed: TypedGame) -> str:
        """What the rule is and what its path keeps to."""
        game = typed.game
        said = (f"From state {game.states[game.initial]!r} the rule in the file is an equilibrium: no type that "
                "chooses gains by a deviation at any node that play or deviations reach. "
                f"Equilibrium: {CONCEPT}. ")
        if self.plan:
            said += (f"Wherever play comes while nobody has left the plan, the players as described keep to it: "
                     f"{plan_in_words(game, self.plan)}. ")
        if self.margin is not None:
            said += (f"On its path every deviation would have to bring at least {written(self.margin)} more, once, "
                     "to pay. ")
        return said + f"{priors_in_words(typed)} {setting(game)}"

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-typed-certificate/1`` form."""
        claim: dict[str, Any] = {"plan": plan_document(self.plan)}
        if self.margin is not None:
            claim["margin"] = written(self.margin)
        if self.beliefs:
            claim["beliefs"] = [[b.mode, b.state, b.player, [written(p) for p in b.posterior]] for b in self.beliefs]
        return sealed({"format": FORMAT, "kind": self.kind, "typed_digest": self.typed_digest, "claim": claim,
                       "rule": rule_json(self.rule)})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> TypedRuleEquilibrium:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "typed_digest", "claim", "rule"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"plan", "margin", "beliefs"}, "claim")
        beliefs = []
        for k, entry in enumerate(sequence(claim.get("beliefs", []), "claim.beliefs")):
            place = f"claim.beliefs[{k}]"
            if len(sequence(entry, place)) != 4:
                raise CertificateError(f"{place}: mode, state, player and posterior are expected")
            mode, state, player = (integer(x, place) for x in entry[:3])
            beliefs.append(StatedBelief(mode, state, player, rationals(entry[3], place)))
        return TypedRuleEquilibrium(
            text(field(document, "typed_digest", ""), "typed_digest"), read_rule(field(document, "rule", "")),
            plan_json(field(claim, "plan", "claim"), "claim.plan"),
            rational(claim["margin"], "claim.margin") if "margin" in claim else None, tuple(beliefs), changed)


def priors_in_words(typed: TypedGame) -> str:
    """What the players may be, with the chances."""
    said = [f"{who} is " + ", ".join(
                f"{one.name!r} with chance {written(p)}" for one, p in zip(types, prior, strict=True))
            for who, types, prior in zip(typed.game.players, typed.types, typed.prior, strict=True) if len(types) > 1]
    return f"Types: {'; '.join(said) or 'nobody has more than one'}."
