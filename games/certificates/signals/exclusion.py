"""Public exclusion: after public signals and without payments no equilibrium follows the plan, or none exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import excluded, setting
from games.certificates.faults import Fault, common_fault
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    mapping,
    only,
    plan_document,
    plan_json,
    rational,
    sequence,
    text,
)
from games.certificates.reading import concept as read_concept
from games.certificates.sealing import sealed
from games.certificates.signals.automaton_json import pair
from games.certificates.signals.levels import FAMILIES, Family, Fan, Multipliers, PublicLevels, Vector
from games.certificates.signals.weights import OutcomeWeights
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import written


@final
@dataclass(frozen=True)
class RowBound:
    """How a row's payoffs are bounded, or that it cannot be enforced at all.

    ``row``          the profile.
    ``multipliers``  (player, row that its deviation brings about, number >= 0) triples; none is a bound as well.
    ``never``        the multipliers show that nothing that may follow deters these deviations.
    """

    row: int
    multipliers: Multipliers = ()
    never: bool = False


@final
@dataclass(frozen=True)
class Cut:
    """One step: lower a level of one state, or show that nothing can be played there.

    ``family``     "all" equilibrium payoffs, or those of the plan's "path".
    ``state``      the state; ``direction`` the number of the direction whose level is lowered, None: the set is empty.
    ``rows``       what is known of the state's rows.  A row not listed must be impossible already, or have been
                   listed in an earlier cut of the same state and direction, whose multipliers are then used again
                   with the levels of now (on the path also those listed for all play).
    """

    family: Family
    state: int
    direction: int | None
    rows: tuple[RowBound, ...]


@final
@dataclass(frozen=True, eq=False)
class PublicExclusion(Certificate):
    """Cuts that shrink polygons around the payoffs of perfect public equilibria until nothing is left.

    ``directions``  normals (l1, l2), integers, counter-clockwise, each less than half a turn from the next.
    ``cuts``        in order.
    ``plan``        the JSON form of the plan that no equilibrium follows; empty: no equilibrium exists at all.
    ``changed``     places in the file it was read from that do not match their seals.

    Levels are never claimed: the check computes every one from those before, as ``public_levels`` explains, so that a
    set's mere consistency with itself proves nothing.  Two players, any discount factors, no payments.
    Source: Abreu, Pearce and Stacchetti (1990), and weak duality of linear programs.
    """

    kind: ClassVar[str] = "public-exclusion"
    source: ClassVar[str] = "Abreu, Pearce and Stacchetti (1990), theorem 2; Judd, Yeltekin and Conklin (2003)"
    game_digest: str
    concept: SolutionConcept
    directions: tuple[Vector, ...]
    cuts: tuple[Cut, ...]
    plan: Mapping[str, Sequence[Sequence[str]]]
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(
        game: StochasticGame, directions: Sequence[Vector], cuts: Sequence[Cut], plan: Plan | None = None
    ) -> PublicExclusion:
        """The certificate for a game; without a plan, that no equilibrium exists."""
        return PublicExclusion(
            game.digest, SolutionConcept.PURE_PUBLIC, tuple(directions), tuple(cuts),
            plan.to_json() if plan is not None else {})

    def check(self, game: StochasticGame) -> CheckReport:
        """Compute every level anew, and whether the cuts leave room for what is excluded."""
        claim = "no equilibrium follows the plan" if self.plan else "no equilibrium exists from the initial state"
        fault = common_fault(game, self.game_digest, self.changed, self.concept, SolutionConcept.PURE_PUBLIC)
        found = fault if fault is not None else self._levels(game)
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place, found.problem)
        numbers = {f"rows_left_{family}": float(sum(
            int(found.alive[family][game.rows_of(s)].sum()) for s in found.reached)) for family in FAMILIES}
        if not found.empty["path"][game.initial]:
            problem = "all cuts hold, but they leave room for what is excluded"
            return CheckReport(False, claim, "cuts", problem, numbers)
        return CheckReport(True, claim, numbers=numbers)

    def levels(self, game: StochasticGame) -> dict[int, tuple[Fraction, ...]]:
        """Per state that can be reached and is not shown to be empty: the proved level of every direction.

        Every payoff w of a perfect public equilibrium from the state on has l.w <= level for each direction l.
        Raises ``GameError`` if a cut does not hold.
        """
        found = self._levels(game)
        if isinstance(found, Fault):
            raise GameError(f"{found.place}: {found.problem}")
        return {s: tuple(_fraction(found.level["all", s, k]) for k in range(len(self.directions)))
                for s in sorted(found.reached) if not found.empty["all"][s]}

    def _levels(self, game: StochasticGame) -> PublicLevels | Fault:
        if game.transfers != "none":
            return Fault("game", "players can pay one another in this game, and the cuts say nothing of payments")
        if game.n_players != 2:
            return Fault("game", f"levels of polygons are for two players, this game has {game.n_players}")
        try:
            allowed = Plan.from_json(game, self.plan).allowed
        except GameError as error:
            return Fault("claim.plan", str(error))
        try:
            fan = Fan(self.directions)
        except ValueError as error:
            return Fault("directions", str(error))
        levels = PublicLevels(OutcomeWeights(game), fan, allowed)
        for k, cut in enumerate(self.cuts):
            if wrong := _apply(levels, cut, f"cuts[{k}]"):
                return wrong
        return levels

    def claim(self, game: StochasticGame) -> str:
        """What no equilibrium does."""
        return f"{excluded(game, self.plan, self.concept.value)} {setting(game)}"

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value,
            "claim": {"plan": plan_document(self.plan)},
            "directions": [list(v) for v in self.directions], "cuts": [sealed(_cut_json(cut)) for cut in self.cuts]})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> PublicExclusion:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "directions", "cuts"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"plan"}, "claim")
        directions = []
        for k, vector in enumerate(sequence(field(document, "directions", ""), "directions")):
            x, y = pair(vector, f"directions[{k}]")
            directions.append((integer(x, f"directions[{k}]"), integer(y, f"directions[{k}]")))
        cuts = sequence(field(document, "cuts", ""), "cuts")
        return PublicExclusion(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document), tuple(directions),
            tuple(_read_cut(mapping(item, f"cuts[{k}]"), f"cuts[{k}]") for k, item in enumerate(cuts)),
            plan_json(field(claim, "plan", "claim"), "claim.plan"), changed)


def _apply(levels: PublicLevels, cut: Cut, place: str) -> Fault | None:
    """Do what a cut does; the place and the problem if it does not hold."""
    game, family, state = levels.game, cut.family, cut.state
    if family not in FAMILIES:
        return Fault(f"{place}.family", f"{family!r} is unknown; write one of {list(FAMILIES)}")
    if state not in levels.reached:
        return Fault(f"{place}.state", f"the game has no state {state} that can be reached")
    if cut.direction is not None and not 0 <= cut.direction < len(levels.fan.directions):
        return Fault(f"{place}.direction", f"there is no direction {cut.direction}")
    for k, bound in enumerate(cut.rows):
        here = f"{place}.rows[{k}]"
        if bound.row not in game.rows_of(state):
            return Fault(here, f"row {bound.row} is no profile of state {game.states[state]!r}")
        if problem := levels.misused(bound.row, bound.multipliers):
            return Fault(here, f"{game.place(bound.row)}: {problem}")
        if bound.never:
            if not levels.never(family, bound.row, bound.multipliers):
                return Fault(here, f"{game.place(bound.row)}: these multipliers leave room for it")
        elif cut.direction is None:
            return Fault(here, f"{game.place(bound.row)}: a cut without direction is about rows that are never played")
        else:
            levels.give(family, cut.direction, bound.row, bound.multipliers)
    left: int | None
    if cut.direction is not None:
        left = levels.cut(family, state, cut.direction)
    else:
        left = next((row for row in game.rows_of(state) if levels.alive[family][row]), None)
    if left is not None:
        return Fault(f"{place}.rows", f"nothing is said of {game.place(left)}, which may still be played")
    return None


def _cut_json(cut: Cut) -> dict[str, Any]:
    out: dict[str, Any] = {"family": cut.family, "state": cut.state}
    if cut.direction is not None:
        out["direction"] = cut.direction
    return {**out, "rows": [
        [b.row, [[i, to, written(m)] for i, to, m in b.multipliers], *(["never"] if b.never else [])]
        for b in cut.rows]}


def _read_cut(item: Mapping[str, Any], place: str) -> Cut:
    only(item, {"family", "state", "direction", "rows"}, place)
    family = text(field(item, "family", place), f"{place}.family")
    if family not in FAMILIES:
        raise CertificateError(f"{place}.family: {family!r} is unknown; write one of {list(FAMILIES)}")
    rows = sequence(field(item, "rows", place), f"{place}.rows")
    return Cut(
        "all" if family == "all" else "path", integer(field(item, "state", place), f"{place}.state"),
        integer(item["direction"], f"{place}.direction") if "direction" in item else None,
        tuple(_read_bound(entry, f"{place}.rows[{k}]") for k, entry in enumerate(rows)))


def _read_bound(value: Any, place: str) -> RowBound:
    entry = sequence(value, place)
    if len(entry) not in (2, 3) or (len(entry) == 3 and entry[2] != "never"):
        raise CertificateError(f'{place}: a row and its multipliers are expected; write [3, [[0, 1, "1/2"]]] or, if it '
                               'is never played, [3, [[0, 1, "1/2"]], "never"]')
    given = []
    for k, triple in enumerate(sequence(entry[1], f"{place}[1]")):
        here = f"{place}[1][{k}]"
        if len(sequence(triple, here)) != 3:
            raise CertificateError(f"{here}: a player, a row and a multiplier are expected; write [0, 1, \"1/2\"]")
        given.append((integer(triple[0], here), integer(triple[1], here), rational(triple[2], here)))
    return RowBound(integer(entry[0], f"{place}[0]"), tuple(given), len(entry) == 3)


def _fraction(number: Any) -> Fraction:
    return Fraction(int(number.p), int(number.q))
