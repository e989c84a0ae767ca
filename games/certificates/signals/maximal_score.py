"""Maximal scores: half-spaces that hold the payoffs of every perfect public equilibrium, at any patience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import excluded, setting
from games.certificates.faults import common_fault, shown
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
from games.certificates.reading import concept as read_concept
from games.certificates.sealing import sealed
from games.model.outcome_laws import OutcomeLaws
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import nearest_float, written

Multipliers = tuple[tuple[int, Fraction], ...]
"""(row that a single player's deviation brings about, multiplier) pairs."""
OfRows = tuple[tuple[int, Multipliers], ...]

ZERO = Fraction(0)


@final
@dataclass(frozen=True)
class HalfSpace:
    """All equilibrium payoffs v have direction . v <= level.

    ``direction``    one number per player.
    ``weight``       how much it counts in the sum that excludes the claim; not negative.
    ``multipliers``  (row, multipliers) that bound the score of the row.  A row that is not named has the bound that no
                     multipliers give, its payoffs in the direction.
    ``dropped``      (row, multipliers): a mixture of deviations, each player's leaving the law of what is seen as it
                     is, that together gain, so that nothing enforces the row.
    """

    direction: tuple[Fraction, ...]
    level: Fraction
    weight: Fraction
    multipliers: OfRows = ()
    dropped: OfRows = ()


@final
@dataclass(frozen=True, eq=False)
class MaximalScore(Certificate):
    """Half-spaces whose weighted sum leaves no payoff of the plan, or none at all: sum w (l . g - level) > 0.

    ``steps``    the half-spaces.
    ``plan``     None (no equilibrium exists), or the JSON form of a plan that none follows.
    ``changed``  places in the file it was read from that do not match their seals.

    For the best equilibrium in direction l, with profile a and continuations w(y), x(y) = d / (1 - d) (w(y) - v) has
    l . x <= 0, v = g(a) + E x, and keeps players from deviating.  Weak duality bounds l . v: for multipliers m >= 0 of
    deviations b with sum over those of player i of m (p_yb - p_ya) = l_i (p_ya - c_y) for every player i and signal y,
    some c_y >= 0, it is at most l . g(a) - sum m (g_i(b) - g_i(a)).  This is so at every discount factor, and a path
    of the plan is worth a mixture of the payoffs of its profiles.  Source: Fudenberg and Levine (1994), Theorem 3.1.
    """

    kind: ClassVar[str] = "maximal-score"
    source: ClassVar[str] = "Fudenberg and Levine (1994), theorem 3.1"
    game_digest: str
    concept: SolutionConcept
    steps: tuple[HalfSpace, ...]
    plan: Mapping[str, Sequence[Sequence[str]]] | None = None
    changed: tuple[str, ...] = ()

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove every half-space, and that they leave nothing of what is excluded."""
        what = "exists" if self.plan is None else "follows the plan"
        claim = f"at no common discount factor a perfect public equilibrium {what}"
        fault = common_fault(game, self.game_digest, self.changed, self.concept, SolutionConcept.PUBLIC_LIMIT)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        if problem := unfit_for_scores(game):
            return CheckReport(False, claim, "game", problem)
        try:
            plan = Plan.free(game) if self.plan is None else Plan.from_json(game, self.plan)
        except GameError as error:
            return CheckReport(False, claim, "claim.plan", str(error))
        laws = OutcomeLaws(game)
        for k, step in enumerate(self.steps):
            if wrong := _fault(game, laws, step, f"steps[{k}]"):
                return CheckReport(False, claim, *wrong)
        left = min(
            sum((s.weight * (in_direction(game, row, s.direction) - s.level) for s in self.steps), ZERO)
            for row in range(game.n_rows) if plan.allowed[row])
        numbers = {"excess": nearest_float(left)}
        if left <= 0:
            return CheckReport(
                False, claim, "steps", "the half-spaces hold, but they leave room for what is excluded", numbers)
        return CheckReport(True, claim, numbers=numbers)

    def claim(self, game: StochasticGame) -> str:
        """What no equilibrium does, however patient the players are."""
        return f"{excluded(game, self.plan, self.concept.value)} {setting(game, patience=False)}"

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        claim: dict[str, Any] = {"empty": True} if self.plan is None else {
            "plan": plan_document(self.plan)}
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value, "claim": claim, "steps": [sealed(_step_json(step)) for step in self.steps]})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> MaximalScore:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "steps"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"empty", "plan"}, "claim")
        if len(claim) != 1 or ("empty" in claim and claim["empty"] is not True):
            raise CertificateError('claim: write {"empty": true} or a "plan"')
        steps = sequence(field(document, "steps", ""), "steps")
        return MaximalScore(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            tuple(_read_step(mapping(x, f"steps[{k}]"), f"steps[{k}]") for k, x in enumerate(steps)),
            plan_json(claim["plan"], "claim.plan") if "plan" in claim else None, changed)


def unfit_for_scores(game: StochasticGame) -> str | None:
    """Why maximal scores do not bound the equilibria of a game; None if they do."""
    if game.n_states > 1:
        return (
            f"scores are those of a repeated game, and this game has {game.n_states} states; with states they would "
            "have to be those of Hörner, Sugaya, Takahashi and Vieille (2011)"
        )
    if game.transfers != "none":
        return "side payments are possible, and scores know none"
    if len({game.exact_discount(i) for i in range(game.n_players)}) > 1:
        return "discount factors differ, and that scores bound all equilibria needs a common one"
    return None


def in_direction(game: StochasticGame, row: int, direction: Sequence[Fraction]) -> Fraction:
    """The payoffs of a row in a direction, exactly."""
    return sum((x * game.exact_payoff(row, i) for i, x in enumerate(direction)), ZERO)


def score_bound(
    game: StochasticGame, laws: OutcomeLaws, row: int, direction: Sequence[Fraction], given: Multipliers,
    enforced: bool = True,
) -> Fraction | str:
    """What the multipliers prove of a row's score in a direction; a problem in words if they prove nothing.

    ``enforced``  False: weigh the incentives only.  A result below zero then shows that nothing enforces the row.
    """
    n = game.n_players
    player_of = {b: i for i in range(n) for b in game.deviation_rows(row, i) if b != row}
    own = laws.exact(row)
    moved: list[dict[Any, Fraction]] = [{} for _ in range(n)]
    bound = in_direction(game, row, direction) if enforced else ZERO
    for b, m in given:
        if b not in player_of or m < 0:
            return "multipliers, not negative, of rows that one player brings about are needed"
        i = player_of[b]
        bound -= m * (game.exact_payoff(b, i) - game.exact_payoff(row, i))
        for sign, law in ((m, laws.exact(b)), (-m, own)):
            for z, p in law.items():
                moved[i][z] = moved[i].get(z, ZERO) + sign * p
    for z in set(own).union(*moved):
        here = own.get(z, ZERO) if enforced else ZERO
        prices = set()
        for i, weight in enumerate(direction):
            change = moved[i].get(z, ZERO)
            if weight and enforced:
                prices.add(here - change / weight)
            elif change:
                return f"player {game.players[i]!r}: the multipliers do not balance what is seen"
        if len(prices) > 1:
            return "the multipliers of different players say different things of what is seen"
        if prices and prices.pop() < 0:
            return "what is seen would have a negative price"
    return bound


def _fault(game: StochasticGame, laws: OutcomeLaws, step: HalfSpace, place: str) -> tuple[str, str] | None:
    """The place and the problem if a half-space does not hold."""
    if len(step.direction) != game.n_players:
        return f"{place}.direction", f"one number per player ({game.n_players}) is needed"
    if step.weight < 0:
        return f"{place}.weight", "it is negative"
    for name, of_rows in (("multipliers", step.multipliers), ("dropped", step.dropped)):
        rows = [row for row, _ in of_rows]
        if len(set(rows)) < len(rows) or any(not 0 <= row < game.n_rows for row in rows):
            return f"{place}.{name}", "rows of the game, each once, are needed"
    for k, (row, given) in enumerate(step.dropped):
        found = score_bound(game, laws, row, step.direction, given, enforced=False)
        if isinstance(found, str):
            return f"{place}.dropped[{k}]", found
        if found >= 0:
            return f"{place}.dropped[{k}]", f"{game.place(row)}: these multipliers leave room for it"
    gone, known = {row for row, _ in step.dropped}, dict(step.multipliers)
    for row in range(game.n_rows):
        if row not in gone:
            found = score_bound(game, laws, row, step.direction, known.get(row, ()))
            if isinstance(found, str):
                return f"{place}.multipliers", f"{game.place(row)}: {found}"
            if found > step.level:
                return f"{place}.level", f"{game.place(row)}: this may bring {shown(found)}"
    return None


def _of_rows_json(given: OfRows) -> list[list[Any]]:
    return [[row, [[b, written(m)] for b, m in found]] for row, found in given]


def _step_json(step: HalfSpace) -> dict[str, Any]:
    out: dict[str, Any] = {
        "direction": [written(x) for x in step.direction], "level": written(step.level), "weight": written(step.weight)}
    if step.multipliers:
        out["multipliers"] = _of_rows_json(step.multipliers)
    if step.dropped:
        out["dropped"] = _of_rows_json(step.dropped)
    return out


def _pair(value: Any, place: str) -> Sequence[Any]:
    if len(sequence(value, place)) != 2:
        raise CertificateError(f"{place}: 2 entries are expected; write the step again")
    return sequence(value, place)


def _read_of_rows(value: Any, place: str) -> OfRows:
    out = []
    for k, entry in enumerate(sequence(value, place)):
        row, given = _pair(entry, f"{place}[{k}]")
        pairs = []
        for j, item in enumerate(sequence(given, f"{place}[{k}][1]")):
            b, m = _pair(item, here := f"{place}[{k}][1][{j}]")
            pairs.append((integer(b, here), rational(m, here)))
        out.append((integer(row, f"{place}[{k}]"), tuple(pairs)))
    return tuple(out)


def _read_step(item: Mapping[str, Any], place: str) -> HalfSpace:
    only(item, {"direction", "level", "weight", "multipliers", "dropped"}, place)
    return HalfSpace(
        rationals(field(item, "direction", place), f"{place}.direction"),
        rational(field(item, "level", place), f"{place}.level"),
        rational(field(item, "weight", place), f"{place}.weight"),
        _read_of_rows(item.get("multipliers", []), f"{place}.multipliers"),
        _read_of_rows(item.get("dropped", []), f"{place}.dropped"))
