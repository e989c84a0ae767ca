"""A self-generating family of payoff points: all of them are equilibrium payoffs.

Source: Abreu, Pearce and Stacchetti (1990), theorem 1; for stochastic games Mailath and Samuelson (2006), section 5.7.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf, nextafter
from typing import Any, ClassVar, final

from games.certificates.automata.check import Evaluation, examine
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import setting, vector
from games.certificates.faults import Fault, common_fault, rounded
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    lottery,
    lottery_json,
    mapping,
    only,
    rational,
    rationals,
    sequence,
    text,
)
from games.certificates.reading import concept as read_concept
from games.certificates.sealing import sealed
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import Cell, Lottery, StrategyAutomaton, surely
from games.numerics.exact import nearest_float, written


@final
@dataclass(frozen=True)
class Point:
    """One point of a state's set.

    ``payoff``  its average discounted payoffs as stated, one per player.
    ``row``     the row that is played.
    ``then``    per next state of that row, the lottery over the points of that state's set (by number).
    """

    payoff: tuple[Fraction, ...]
    row: int
    then: Mapping[int, Lottery]


@final
@dataclass(frozen=True, eq=False)
class SelfGeneration(Certificate):
    """Every point is an equilibrium payoff of its state.

    ``points``     state -> its points; a state for everything that play or any deviation reaches from the first.
    ``tolerance``  claimed: no stated payoff lies further from the one that its row and lotteries define.  The check
                   works out how far they lie, which the claim says; more than a millionth of the range of stage
                   payoffs is refused, whatever the file tolerates.
    ``target``     None, or (state, payoff, lottery over the state's points): the payoff is in the set's hull.
    ``changed``    places in the file it was read from that do not match their seals.

    A player who deviates alone is given its worst point of the next state's set.
    """

    kind: ClassVar[str] = "self-generation"
    source: ClassVar[str] = "Abreu, Pearce and Stacchetti (1990), theorem 1; Mailath and Samuelson (2006), section 5.7"
    game_digest: str
    concept: SolutionConcept
    points: Mapping[int, tuple[Point, ...]]
    tolerance: Fraction = Fraction(1, 10**9)
    target: tuple[int, tuple[Fraction, ...], Lottery] | None = None
    changed: tuple[str, ...] = ()

    def automaton(self, game: StochasticGame) -> StrategyAutomaton:
        """The strategies that the points describe: mode k in a state plays the state's point k."""
        worst = {
            (i, s): surely(min(range(len(points)), key=lambda k: points[k].payoff[i]))
            for s, points in self.points.items() for i in range(game.n_players)
        }
        first = surely(0)
        worst = {key: x for key, x in worst.items() if x != first}
        cells = {
            (k, s): Cell(row=p.row, then=first, punish=(first,) * game.n_players, then_at=p.then, punish_at=worst)
            for s, points in self.points.items() for k, p in enumerate(points)
        }
        modes = max((len(points) for points in self.points.values()), default=0)
        return StrategyAutomaton(tuple(f"point {k}" for k in range(modes)), cells, first)

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove that the points generate themselves."""
        claim = "every point is an equilibrium payoff of its state"
        fault = common_fault(
            game, self.game_digest, self.changed, self.concept, SolutionConcept.PURE_SUBGAME_PERFECT
        ) or self._malformed(game)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        found = examine(game, self.automaton(game), all_cells=True)
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place.replace("cells", "points").replace(".then_at", ".then"),
                               found.problem)
        radius, furthest = self._radius(found)
        anywhere = found.weakest(False)
        numbers = rounded({"least_slack": anywhere.slack if anywhere else None, "radius": nearest_float(radius),
                           "enclosure_radius": found.slacks.values.radius, "points": len(found.chain.nodes)})
        fault = self._pays(found)
        near = min(self.tolerance, found.chain.exact.most_tolerated)
        if fault is None and radius > near:
            fault = Fault(f"points[{furthest}].payoff", f"it lies {nearest_float(radius):.3g} from the payoff that the "
                          f"row and the lotteries define, more than {nearest_float(near):.3g}, which is tolerated")
        fault = fault or self._off_target(game, found, near)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem, numbers)
        return CheckReport(True, claim, numbers=numbers)

    def _malformed(self, game: StochasticGame) -> Fault | None:
        count = 0
        for s, points in self.points.items():
            if not 0 <= s < game.n_states:
                return Fault(f"points[{count}].state", f"state {s} does not exist")
            if not points:
                return Fault("points", f"the set of state {game.states[s]!r} is empty")
            for p in points:
                if len(p.payoff) != game.n_players:
                    return Fault(f"points[{count}].payoff", "one number per player is needed")
                count += 1
        if game.initial not in self.points:
            return Fault("points", f"the initial state {game.states[game.initial]!r} has none")
        return None

    def _pays(self, found: Evaluation) -> Fault | None:
        s = found.slacks
        k = s.least(~s.proved)
        if k is None:
            return None
        place = found.place(k, tuple(f"point {m}" for m in range(1 + max(m for m, _ in found.chain.nodes))))
        return Fault(place.replace("cells", "points", 1).replace("mode 'point", "'point", 1),
                     f"the deviation is not proved to be worth no more: slack {float(s.units[k]):.6g}")

    def _radius(self, found: Evaluation) -> tuple[Fraction, int]:
        """How far a stated payoff may lie from the true one, and the point that lies furthest."""
        worst, where = Fraction(0), 0
        stated = [p.payoff for points in self.points.values() for p in points]
        for x, payoff in enumerate(stated):
            for u, enclosed in zip(payoff, found.slacks.values.enclosed(x), strict=True):
                far = max(abs(u - bound) for bound in enclosed)
                if far > worst:
                    worst, where = far, x
        return worst, where

    def _off_target(self, game: StochasticGame, found: Evaluation, near: Fraction) -> Fault | None:
        if self.target is None:
            return None
        state, payoff, weights = self.target
        points = self.points.get(state, ())
        if any(not 0 <= k < len(points) or p <= 0 for k, p in weights) or sum(
                (p for _, p in weights), Fraction(0)) != 1:
            return Fault("claim.target.lottery", "it is no lottery over the points of the state")
        if len(payoff) != game.n_players:
            return Fault("claim.target.payoff", "one number per player is needed")
        far, i = self._target_radius(found)
        if far > near:
            return Fault(f"claim.target.payoff[{i}]", f"it lies {nearest_float(far):.3g} from what the lottery gives, "
                         f"more than {nearest_float(near):.3g}, which is tolerated")
        return None

    def _target_radius(self, found: Evaluation) -> tuple[Fraction, int]:
        """How far the payoff of the target may lie from what its lottery brings, and whose does."""
        assert self.target is not None
        state, payoff, weights = self.target
        parts = [(p, found.slacks.values.enclosed(found.chain.number[k, state])) for k, p in weights]

        def far(i: int, side: int) -> Fraction:
            return abs(payoff[i] - sum((p * enclosed[i][side] for p, enclosed in parts), Fraction(0)))

        return max((max(far(i, 0), far(i, 1)), i) for i in range(len(payoff)))

    def claim(self, game: StochasticGame) -> str:
        """Which payoffs are those of equilibria, and how far from the stated ones they may lie."""
        found = examine(game, self.automaton(game), all_cells=True)
        if isinstance(found, Fault):
            raise GameError(f"{found.place}: {found.problem}")
        at = ", ".join(f"{len(points)} in state {game.states[s]!r}" for s, points in self.points.items())
        said = f"Every point in the file ({at}) is {_near(self._radius(found)[0])} an equilibrium payoff of its state"
        if self.target is not None:
            state, payoff, _ = self.target
            said += (f", and so is the payoff {vector(payoff)} of state {game.states[state]!r}: it is "
                     f"{_near(self._target_radius(found)[0])} that of an equilibrium")
        return f"{said}. Equilibrium: {self.concept.value}. {setting(game)}"

    def shows(self, plan: Plan) -> NoProfitableDeviation | None:
        """The strategies behind the target, whose path keeps to the plan or does not; None without a target."""
        if self.target is None or self.target[0] != plan.game.initial or self._malformed(plan.game) is not None:
            return None
        automaton = replace(self.automaton(plan.game), initial=self.target[2])
        return NoProfitableDeviation(
            self.game_digest, self.concept, automaton, plan.to_json(), changed=self.changed)

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        claim: dict[str, Any] = {"tolerance": written(self.tolerance)}
        if self.target is not None:
            state, payoff, weights = self.target
            claim["target"] = {"state": state, "payoff": [written(u) for u in payoff],
                               "lottery": lottery_json(weights)}
        points = [
            sealed({"state": s, "payoff": [written(u) for u in p.payoff], "row": p.row,
                    "then": [[t, lottery_json(x)] for t, x in sorted(p.then.items())]})
            for s, those in self.points.items() for p in those
        ]
        return sealed({"format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
                       "concept": self.concept.value, "claim": claim, "points": points})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> SelfGeneration:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "points"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"tolerance", "target"}, "claim")
        points: dict[int, list[Point]] = {}
        for k, item in enumerate(sequence(field(document, "points", ""), "points")):
            place = f"points[{k}]"
            only(mapping(item, place), {"state", "payoff", "row", "then"}, place)
            then = {}
            for j, entry in enumerate(sequence(field(item, "then", place), f"{place}.then")):
                here = f"{place}.then[{j}]"
                if len(sequence(entry, here)) != 2:
                    raise CertificateError(f"{here}: a pair [next state, lottery] is expected")
                then[integer(entry[0], here)] = lottery(entry[1], here)
            points.setdefault(integer(field(item, "state", place), f"{place}.state"), []).append(Point(
                rationals(field(item, "payoff", place), f"{place}.payoff"),
                integer(field(item, "row", place), f"{place}.row"), then))
        target = None
        if "target" in claim:
            goal = mapping(claim["target"], "claim.target")
            only(goal, {"state", "payoff", "lottery"}, "claim.target")
            target = (integer(field(goal, "state", "claim.target"), "claim.target.state"),
                      rationals(field(goal, "payoff", "claim.target"), "claim.target.payoff"),
                      lottery(field(goal, "lottery", "claim.target"), "claim.target.lottery"))
        return SelfGeneration(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            {s: tuple(those) for s, those in points.items()},
            rational(field(claim, "tolerance", "claim"), "claim.tolerance"), target, changed)


def _near(radius: Fraction) -> str:
    """Whether a stated payoff is exact; if not, how far at most it lies from the true one, rounded up."""
    return "exactly" if radius == 0 else f"within {nextafter(nearest_float(radius), inf):.17g} of"
