"""A self-generating family of payoff points in a game with types: all of them are payoffs of equilibria.

A point belongs to a public state (``PublicState``).  It names a plan, an action of every player's type that chooses,
and for every outcome and next state a public lottery over points of the public state that follows: living types are
those that would have done what is seen *under this plan*.  The one lottery is what a player is promised that meets a
type with a rule and what the other gets for passing itself off as that type.  Where stated payoffs are those that plan
and lotteries bring, by each player's own beliefs, and no action of a type that chooses brings it more, wherever it is
thought not to live too, points are modes of a perfect Bayesian equilibrium by the one-shot deviation principle.

It carries as far as living types do: perfect monitoring, one type that chooses per player, types drawn once and for
all, nobody mixes but by public lotteries, discount factors below 1.

Source: Abreu, Pearce and Stacchetti (1990), theorem 1, with a law of the next public state for each player.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar, final

from games.certificates.certificate import CheckReport
from games.certificates.claims import setting, vector
from games.certificates.faults import Fault, shown
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    lottery,
    lottery_json,
    mapping,
    only,
    rationals,
    sequence,
    text,
)
from games.certificates.sealing import sealed
from games.certificates.typed.certificate import CONCEPT, TypedCertificate, typed_fault
from games.certificates.typed.json import FORMAT
from games.certificates.typed.public_states import Actions, PublicState, PublicStates, unfit_for_public_states
from games.certificates.typed.rule import priors_in_words
from games.model.strategy_automaton import Lottery
from games.model.typed_game import TypedGame
from games.numerics.exact import nearest_float, written

CLAIM = "every point is what types that choose have in an equilibrium of its public state"


@final
@dataclass(frozen=True, eq=False)
class TypedPoint:
    """One payoff of a public state.

    ``payoff``  average discounted payoffs of the types that choose, one per player.
    ``plan``    their own actions.
    ``then``    (row, next state) to a lottery over all points, by number; for every row of the state.
    """

    place: PublicState
    payoff: tuple[Fraction, ...]
    plan: Actions
    then: Mapping[tuple[int, int], Lottery]


@final
@dataclass(frozen=True, eq=False)
class PointValues:
    """What the types that choose get of a plan where continuations are points of these payoffs."""

    public: PublicStates
    payoffs: Sequence[tuple[Fraction, ...]]

    def of(self, point: TypedPoint, player: int, action: int) -> Fraction:
        """What a player's type that chooses gets by an own action now."""
        exact = self.public.exact
        keep, total = exact.discount[player], Fraction(0)
        for row, chance in self.public.faced(point.place, point.plan, player, action).items():
            ahead = sum((p * w * self.payoffs[k][player] for state, p in exact.law(row).items()
                         for k, w in point.then[row, state]), Fraction(0))
            total += chance * ((1 - keep) * exact.payoff(row, player) + keep * ahead)
        return total

    def slack(self, point: TypedPoint) -> tuple[Fraction, int, int] | None:
        """The least that an own action costs, with player and action; None where nobody has a choice."""
        least = [(self.of(point, i, point.plan[i]) - self.of(point, i, a), i, a)
                 for i, n in enumerate(self.public.typed.game.action_counts[point.place.state])
                 for a in range(int(n)) if a != point.plan[i]]
        return min(least, default=None)


@final
@dataclass(frozen=True, eq=False)
class TypedSelfGeneration(TypedCertificate):
    """Every point is what the types that choose have in a perfect Bayesian equilibrium of its public state.

    ``target``  None, or (payoff, lottery over points of the public state in which play begins).
    """

    kind: ClassVar[str] = "typed-self-generation"
    source: ClassVar[str] = "Abreu, Pearce and Stacchetti (1990), theorem 1; Fudenberg and Tirole (1991)"
    typed_digest: str
    points: tuple[TypedPoint, ...]
    target: tuple[tuple[Fraction, ...], Lottery] | None = None
    changed: tuple[str, ...] = ()

    def check(self, typed: TypedGame) -> CheckReport:
        """Re-prove that the points generate themselves."""
        fault = typed_fault(typed, self.typed_digest, self.changed)
        if fault is None and (unfit := unfit_for_public_states(typed)):
            fault = Fault("game", unfit)
        if fault is not None:
            return CheckReport(False, CLAIM, fault.place, fault.problem)
        judged = _Judged(self, PublicStates(typed))
        fault = judged.fault()
        if fault is not None:
            return CheckReport(False, CLAIM, fault.place, fault.problem)
        numbers = {"points": float(len(self.points))}
        if judged.least is not None:
            numbers["least_slack"] = nearest_float(judged.least)
        return CheckReport(True, CLAIM, numbers=numbers)

    def claim(self, typed: TypedGame) -> str:
        """Which payoffs are those of equilibria."""
        game, public = typed.game, PublicStates(typed)
        places = len({point.place for point in self.points})
        said = (f"Each of the {len(self.points)} points in the file, in {places} public states, is exactly what the "
                "types that choose have in an equilibrium of its public state")
        if self.target is not None:
            payoff, over = self.target
            first = sorted({game.profile_labels(public.row(game.initial, self.points[k].plan)) for k, _ in over})
            plays = " or ".join(f"({', '.join(labels)})" for labels in first)
            said += f"; so is {vector(payoff)} from the start, where these types play {plays} in the first period"
        return f"{said}. Equilibrium: {CONCEPT}; public lotteries. {priors_in_words(typed)} {setting(game)}"

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-typed-certificate/1`` form."""
        claim: dict[str, Any] = {}
        if self.target is not None:
            claim["target"] = {"payoff": [written(u) for u in self.target[0]], "lottery": lottery_json(self.target[1])}
        points = [sealed({
            "state": p.place.state, "memories": [list(x) for x in p.place.memories],
            "living": [list(x) for x in p.place.living], "payoff": [written(u) for u in p.payoff], "plan": list(p.plan),
            "then": [[*key, lottery_json(x)] for key, x in sorted(p.then.items())]}) for p in self.points]
        return sealed({"format": FORMAT, "kind": self.kind, "typed_digest": self.typed_digest, "claim": claim,
                       "points": points})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> TypedSelfGeneration:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "typed_digest", "claim", "points"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"target"}, "claim")
        target = None
        if "target" in claim:
            goal = mapping(claim["target"], "claim.target")
            only(goal, {"payoff", "lottery"}, "claim.target")
            target = (rationals(field(goal, "payoff", "claim.target"), "claim.target.payoff"),
                      lottery(field(goal, "lottery", "claim.target"), "claim.target.lottery"))
        points = tuple(_point(item, f"points[{k}]")
                       for k, item in enumerate(sequence(field(document, "points", ""), "points")))
        return TypedSelfGeneration(
            text(field(document, "typed_digest", ""), "typed_digest"), points, target, changed)


def _point(given: Any, place: str) -> TypedPoint:
    item = mapping(given, place)
    only(item, {"state", "memories", "living", "payoff", "plan", "then"}, place)
    then = {}
    for j, entry in enumerate(sequence(field(item, "then", place), f"{place}.then")):
        here = f"{place}.then[{j}]"
        if len(sequence(entry, here)) != 3:
            raise CertificateError(f"{here}: a row, a next state and a lottery are expected")
        then[integer(entry[0], here), integer(entry[1], here)] = lottery(entry[2], here)
    at = PublicState(integer(field(item, "state", place), f"{place}.state"),
                     _numbers(item, "memories", place), _numbers(item, "living", place))
    plan = tuple(integer(x, f"{place}.plan") for x in sequence(field(item, "plan", place), f"{place}.plan"))
    return TypedPoint(at, rationals(field(item, "payoff", place), f"{place}.payoff"), plan, then)


def _numbers(item: Mapping[str, Any], name: str, place: str) -> tuple[tuple[int, ...], ...]:
    here = f"{place}.{name}"
    return tuple(tuple(integer(x, here) for x in sequence(mine, here))
                 for mine in sequence(field(item, name, place), here))


@final
class _Judged:
    """A certificate against a game whose living types say all that is believed."""

    def __init__(self, stated: TypedSelfGeneration, public: PublicStates) -> None:
        self.stated, self.public, self.typed = stated, public, public.typed
        self.values = PointValues(public, [p.payoff for p in stated.points])
        self.least: Fraction | None = None

    def fault(self) -> Fault | None:
        """The first thing that is wrong."""
        points = self.stated.points
        if not points:
            return Fault("points", "there are none")
        for steps in (self._malformed, self._astray, self._unfounded):
            for k, point in enumerate(points):
                found = steps(f"points[{k}]", point)
                if found is not None:
                    return found
        return self._off_target()

    def _malformed(self, here: str, point: TypedPoint) -> Fault | None:
        game, place = self.typed.game, point.place
        if not 0 <= place.state < game.n_states:
            return Fault(f"{here}.state", f"state {place.state} does not exist")
        if len(point.payoff) != game.n_players:
            return Fault(f"{here}.payoff", "one number per player is needed")
        counts = game.action_counts[place.state]
        if len(point.plan) != game.n_players or not all(0 <= a < n for a, n in zip(point.plan, counts, strict=True)):
            return Fault(f"{here}.plan", f"{list(point.plan)} is no plan of state {game.states[place.state]!r}")
        if not self._living(place):
            return Fault(f"{here}.living", "types of the game with a chance, in order, or the type that chooses alone, "
                         "are expected for each player")
        return None if self._remembered(place) else Fault(
            f"{here}.memories", "a memory of every living type with a rule is expected, and 0 for all others")

    def _living(self, place: PublicState) -> bool:
        if len(place.living) != len(self.typed.types):
            return False
        return all(mine == (0,) or (mine and list(mine) == sorted(set(mine)) and mine[0] >= 0 and mine[-1] < len(prior)
                                    and all(prior[t] for t in mine))
                   for mine, prior in zip(place.living, self.typed.prior, strict=True))

    def _remembered(self, place: PublicState) -> bool:
        if [len(x) for x in place.memories] != [len(types) for types in self.typed.types]:
            return False
        return all(0 <= m < (1 if one.rule is None or t not in place.living[i] else len(one.rule.memories))
                   for i, types in enumerate(self.typed.types)
                   for t, (m, one) in enumerate(zip(place.memories[i], types, strict=True)))

    @cached_property
    def _successors(self) -> dict[tuple[PublicState, Actions, int], Mapping[int, PublicState]]:
        return {(p.place, p.plan, row): self.public.after(p.place, p.plan, row)
                for p in self.stated.points for row in self.typed.game.rows_of(p.place.state)}

    def _astray(self, here: str, point: TypedPoint) -> Fault | None:
        """Where continuations are no lotteries over points of the public state that follows under the plan."""
        game, points = self.typed.game, self.stated.points
        expected = {(row, state): follows for row in game.rows_of(point.place.state)
                    for state, follows in self._successors[point.place, point.plan, row].items()}
        if set(point.then) != set(expected):
            key = min(set(point.then) ^ set(expected))
            return Fault(f"{here}.then", f"a lottery for every row and next state is needed, and no other: {list(key)}")
        for (row, state), over in sorted(point.then.items()):
            place = f"{here}.then, {game.place(row)}, next state {game.states[state]!r}"
            if not _is_lottery(over, len(points)):
                return Fault(place, "it is no lottery over the points")
            wrong = next((k for k, _ in over if points[k].place != expected[row, state]), None)
            if wrong is not None:
                return Fault(place, f"points[{wrong}] is one of {self.public.words(points[wrong].place)}; under the "
                             f"plan this leads to {self.public.words(expected[row, state])}, with the memories that "
                             "types with a rule then have")
        return None

    def _unfounded(self, here: str, point: TypedPoint) -> Fault | None:
        """Where a payoff is another, or an action pays."""
        game = self.typed.game
        for i, stated in enumerate(point.payoff):
            right = self.values.of(point, i, point.plan[i])
            if stated != right:
                return Fault(f"{here}.payoff[{i}]", f"plan and lotteries bring {shown(right)}")
        found = self.values.slack(point)
        if found is None:
            return None
        slack, player, action = found
        if slack < 0:
            label = game.actions[point.place.state][player][action]
            return Fault(f"{here}, {self.public.words(point.place)}: of {game.players[player]!r}, deviation to {label}",
                         f"it brings {nearest_float(-slack):.12g} more on average")
        self.least = slack if self.least is None else min(self.least, slack)
        return None

    def _off_target(self) -> Fault | None:
        if self.stated.target is None:
            return None
        payoff, over = self.stated.target
        points = self.stated.points
        if not _is_lottery(over, len(points)) or any(points[k].place != self.public.first for k, _ in over):
            return Fault("claim.target.lottery", "it is no lottery over points of the first public state")
        right = tuple(sum((p * points[k].payoff[i] for k, p in over), Fraction(0))
                      for i in range(self.typed.game.n_players))
        return None if payoff == right else Fault("claim.target.payoff", f"the lottery brings {vector(right)}")


def _is_lottery(over: Lottery, count: int) -> bool:
    return all(0 <= k < count and p > 0 for k, p in over) and sum((p for _, p in over), Fraction(0)) == 1
