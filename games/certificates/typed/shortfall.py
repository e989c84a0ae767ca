"""No equilibrium of any kind, mixed or not, has this path: leaving it brings more, whatever others do then.

While all types that choose keep to a plan, what it is worth to one of them is known against every profile of the
others' types but for what follows once a rule has left the plan; that is at most what the best play would bring.  A
type that leaves the plan and then follows safe actions of its own has a certain amount against rules, and against
others that choose at least what they can hold it to.  Beliefs on the path are the prior over the types that would have
kept to it, whatever the equilibrium is.  If the least of leaving exceeds the most of keeping, the plan is on the path
of no Nash equilibrium, hence of no perfect Bayesian one.

Sources: the argument of Abreu (1988) on harshest punishments, with what Kreps and Wilson (1982) say of types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

import numpy as np

from games.certificates.certificate import CheckReport
from games.certificates.claims import plan_in_words
from games.certificates.faults import shown
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    mapping,
    only,
    plan_document,
    plan_json,
    sequence,
    text,
)
from games.certificates.sealing import sealed
from games.certificates.typed.certificate import TypedCertificate, typed_fault
from games.certificates.typed.json import FORMAT
from games.certificates.typed.opponents import Memories, Opponents, allowed_rows, profiles_of_others
from games.model.plan import Plan
from games.model.stochastic_game import GameError
from games.model.typed_game import TypedGame
from games.numerics.arrays import Ints
from games.numerics.exact import nearest_float

CLAIM = "no equilibrium of any kind keeps to the plan"
MOST_NUMBERED = 2**31
"""No game has so many states or actions."""


@final
@dataclass(frozen=True, eq=False)
class TrustShortfall(TypedCertificate):
    """A type of a player that would leave the plan in every equilibrium that keeps to it.

    ``plan``      the plan's JSON form: what types that choose do as long as all players have kept to it.
    ``player``, ``type``  numbers of who leaves it; a type that chooses and has a positive chance.
    ``history``   numbers of the states from the initial one on, in all but the last of which the plan allows one row.
    ``action``    the number of the own action in the last of them.
    ``safe``      Int[states], the own action from the next period on.
    """

    kind: ClassVar[str] = "trust-shortfall"
    source: ClassVar[str] = "Abreu (1988); Kreps and Wilson (1982)"
    typed_digest: str
    plan: Mapping[str, Sequence[Sequence[str]]]
    player: int
    type: int
    history: tuple[int, ...]
    action: int
    safe: Ints
    changed: tuple[str, ...] = ()

    def check(self, typed: TypedGame) -> CheckReport:
        """Work out what keeping to the plan brings at most, and what leaving it brings at least."""
        fault = typed_fault(typed, self.typed_digest, self.changed)
        if fault is not None:
            return CheckReport(False, CLAIM, fault.place, fault.problem)
        if problem := unfit_for_shortfall(typed):
            return CheckReport(False, CLAIM, "game", problem)
        try:
            plan = Plan.from_json(typed.game, self.plan)
        except GameError as error:
            return CheckReport(False, CLAIM, "claim.plan", str(error))
        if wrong := self._misnamed(typed) or self._not_on_path(plan):
            return CheckReport(False, CLAIM, *wrong)
        keeps, leaves, weight = self._worth(typed, plan)
        if not weight:
            return CheckReport(False, CLAIM, "history", "no profile of types would have kept to the plan so far")
        numbers = {"keeping_at_most": nearest_float(keeps / weight), "leaving_at_least": nearest_float(leaves / weight)}
        if leaves <= keeps:
            said = (f"leaving brings {shown(leaves / weight)} at least, and keeping to the plan may bring "
                    f"{shown(keeps / weight)}, in total")
            return CheckReport(False, CLAIM, "action", said, numbers)
        return CheckReport(True, CLAIM, numbers=numbers)

    def _misnamed(self, typed: TypedGame) -> tuple[str, str] | None:
        """Numbers that name nothing in the game."""
        game = typed.game
        if not 0 <= self.player < game.n_players:
            return "player", f"there is no player {self.player}"
        if self.type not in typed.strategic(self.player):
            return "type", f"no type {self.type} of {game.players[self.player]!r} chooses"
        if not typed.prior[self.player][self.type]:
            return "type", f"{typed.types[self.player][self.type].name!r} has no chance, so that no path shows its play"
        if not self.history or not all(0 <= s < game.n_states for s in self.history):
            return "history", "it names a state that does not exist, or none"
        if not 0 <= self.action < game.action_counts[self.history[-1], self.player]:
            return "action", f"there is no action {self.action} in state {game.states[self.history[-1]]!r}"
        safe = np.asarray(self.safe)
        if safe.shape != (game.n_states,) or np.any((safe < 0) | (safe >= game.action_counts[:, self.player])):
            return "safe", "one of the player's own actions in every state is needed"
        return None

    def _not_on_path(self, plan: Plan) -> tuple[str, str] | None:
        """Why play that keeps to the plan does not surely come along the history."""
        game = plan.game
        if self.history[0] != game.initial:
            return "history", "it does not begin in the initial state"
        if self.action not in leaving_actions(plan, self.player, self.history[-1]):
            return "action", "the plan allows it"
        for before, state in zip(self.history, self.history[1:], strict=False):
            rows = allowed_rows(plan, before)
            if len(rows) > 1:
                return "history", f"the plan leaves open what is played in state {game.states[before]!r}"
            if not game.exact_transition(rows[0]).get(state):
                return "history", f"state {game.states[state]!r} does not follow {game.states[before]!r}"
        return None

    def _worth(self, typed: TypedGame, plan: Plan) -> tuple[Fraction, Fraction, Fraction]:
        """The most of keeping and the least of leaving, summed over profiles by their chances; the sum of these."""
        keeps = leaves = weight = Fraction(0)
        state = self.history[-1]
        for kinds in profiles_of_others(typed, self.player, self.type):
            others = Opponents(typed, self.player, kinds)
            memories = kept_memories(others, plan, self.history)
            if memories is None or not others.chance:
                continue
            weight += others.chance
            keeps += others.chance * others.most_kept(plan, [(state, memories)])[state, memories]
            leaves += others.chance * others.least_leaving(plan, [((state, memories), self.action)], self.safe)[0]
        return keeps, leaves, weight

    def claim(self, typed: TypedGame) -> str:
        """What no equilibrium does, and who would leave the plan where."""
        game = typed.game
        return (
            f"No equilibrium of any kind, mixed ones among them, keeps to the plan for as long as everybody has: "
            f"{plan_in_words(game, self.plan)}. {typed.types[self.player][self.type].name!r} of "
            f"{game.players[self.player]!r} would leave it after {len(self.history) - 1} periods, in state "
            f"{game.states[self.history[-1]]!r}, by {game.actions[self.history[-1]][self.player][self.action]!r}."
        )

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-typed-certificate/1`` form."""
        return sealed({
            "format": FORMAT, "kind": self.kind, "typed_digest": self.typed_digest,
            "plan": plan_document(self.plan), "player": self.player, "type": self.type, "history": list(self.history),
            "action": self.action, "safe": self.safe.tolist()})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> TrustShortfall:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "typed_digest", "plan", "player", "type", "history", "action", "safe"}, "")

        def numbers(name: str) -> list[int]:
            found = [integer(x, f"{name}[{k}]") for k, x in enumerate(sequence(field(document, name, ""), name))]
            if wrong := [x for x in found if not 0 <= x < MOST_NUMBERED]:
                raise CertificateError(f"{name}: {wrong[0]:.6g} is the number of nothing; numbers go from 0 on")
            return found

        return TrustShortfall(
            text(field(document, "typed_digest", ""), "typed_digest"),
            plan_json(mapping(field(document, "plan", ""), "plan"), "plan"),
            integer(field(document, "player", ""), "player"), integer(field(document, "type", ""), "type"),
            tuple(numbers("history")), integer(field(document, "action", ""), "action"),
            np.array(numbers("safe"), dtype=np.int64), changed)


def unfit_for_shortfall(typed: TypedGame) -> str:
    """Why the argument does not carry to a game, "" if it does."""
    if typed.game.monitoring is not None:
        return "players see public signals, and the argument needs that everyone sees what is done"
    if any(x is not None for x in typed.redraws or ()) or any(x is not None for x in typed.replacement or ()):
        return "types change in the course of play, and the argument needs types that stay"
    return ""


def leaving_actions(plan: Plan, player: int, state: int) -> list[int]:
    """A player's own actions in a state that no row has which a plan allows there."""
    game = plan.game
    kept = {int(game.own_action[row, player]) for row in allowed_rows(plan, state)}
    return [a for a in range(int(game.action_counts[state, player])) if a not in kept]


def kept_memories(others: Opponents, plan: Plan, history: Sequence[int]) -> Memories | None:
    """What the others' rules remember after a history on which all kept to the plan; None if a rule would not have."""
    memories = others.start
    for state in history[:-1]:
        row = allowed_rows(plan, state)[0]
        if others.obeyed(row, memories) != row:
            return None
        memories = others.after(row, memories)
    return memories
