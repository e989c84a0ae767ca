"""Payoff points from public rules of play: what each mode brings in every public state, where no deviation pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

from games.certificates.typed.public_states import PublicState, PublicStates, unfit_for_public_states
from games.certificates.typed.self_generation import PointValues, TypedPoint
from games.model.stochastic_game import GameError
from games.model.strategy_automaton import surely
from games.model.typed_game import TypedGame
from games.model.typed_rule import UNSAID, TypedRule

MOST_PUBLIC_STATES = 60
"""Games with more are refused."""
Cell = tuple[int, PublicState]


def public_states_of(typed: TypedGame) -> tuple[PublicStates, list[PublicState]]:
    """The public states that plans and outcomes lead to, in an order: what living sets become comes before them.

    They lose types, or what no living type would do leaves the type that chooses, which has number 0.

    Raises ``GameError`` where living types do not say what is believed, or there are more than 60.
    """
    if unfit := unfit_for_public_states(typed):
        raise GameError(f"payoff sets with types: {unfit}")
    public = PublicStates(typed)
    found = public.reached(MOST_PUBLIC_STATES)
    if found is None:
        raise GameError(f"payoff sets with types: more than {MOST_PUBLIC_STATES} public states (state, memories, "
                        "living types); they carry for small games only")
    return public, sorted(found, key=lambda place: (sum(map(len, place.living)), place.living, place))


def rule_points(typed: TypedGame, rules: Sequence[TypedRule]) -> dict[tuple[int, int, PublicState], TypedPoint]:
    """The largest families of points that generate themselves with the continuations of rules; without mixing.

    By the rule's number, mode and public state; points are numbered in this order.  A rule need be no equilibrium:
    where it is one from some mode and public state on, that is a point.  Raises ``GameError`` as ``public_states_of``
    and where a rule is none for this game.
    """
    public, places = public_states_of(typed)
    points: dict[tuple[int, int, PublicState], TypedPoint] = {}
    for r, rule in enumerate(rules):
        rule.insist_on(typed)
        points |= {(r, *cell): p for cell, p in _points(public, places, rule, len(points)).items()}
    return points


def _points(
    public: PublicStates, places: Sequence[PublicState], rule: TypedRule, first: int
) -> dict[Cell, TypedPoint]:
    """Those of one rule; they are numbered from ``first`` on."""
    cells: dict[Cell, Mapping[tuple[int, int], Cell]] = {
        (mode, place): then for mode in range(len(rule.modes)) for place in places
        if (then := _continuations(public, rule, mode, place)) is not None}
    while cells := _closed(cells):
        number = {cell: k for k, cell in enumerate(cells)}
        found = [TypedPoint(cell[1], (), _plan(rule, *cell), {key: surely(number[x]) for key, x in then.items()})
                 for cell, then in cells.items()]
        payoffs = _payoffs(public, found)
        values = PointValues(public, payoffs)
        bad = {cell for cell, point in zip(cells, found, strict=True)
               if (slack := values.slack(point)) is not None and slack[0] < 0}
        if not bad:
            return {cell: TypedPoint(p.place, payoff, p.plan, {
                        key: surely(first + over[0][0]) for key, over in p.then.items()})
                    for cell, p, payoff in zip(cells, found, payoffs, strict=True)}
        cells = {cell: then for cell, then in cells.items() if cell not in bad}
    return {}


def _plan(rule: TypedRule, mode: int, place: PublicState) -> tuple[int, ...]:
    return tuple(UNSAID if tables[0] is None else int(tables[0][mode, place.state]) for tables in rule.action)


def _continuations(
    public: PublicStates, rule: TypedRule, mode: int, place: PublicState
) -> dict[tuple[int, int], Cell] | None:
    """What follows every outcome and next state; None where the rule mixes or says nothing."""
    plan = _plan(rule, mode, place)
    if UNSAID in plan or any((i, 0, mode, place.state) in rule.mix for i in range(len(plan))):
        return None
    out: dict[tuple[int, int], Cell] = {}
    for row in public.typed.game.rows_of(place.state):
        after = int(rule.next_mode[mode, row])
        for state, follows in public.after(place, plan, row).items():
            then = after if rule.arrival is None or after == UNSAID else int(rule.arrival[after, state])
            if then == UNSAID:
                return None
            out[row, state] = (then, follows)
    return out


def _closed(cells: Mapping[Cell, Mapping[tuple[int, int], Cell]]) -> dict[Cell, Mapping[tuple[int, int], Cell]]:
    """The largest part in which everything that follows is in it too."""
    left = dict(cells)
    while gone := [cell for cell, then in left.items() if any(x not in left for x in then.values())]:
        for cell in gone:
            del left[cell]
    return left


def _payoffs(public: PublicStates, points: Sequence[TypedPoint]) -> list[tuple[Fraction, ...]]:
    """What points bring whose continuations are among them, exactly."""
    size, exact, columns = len(points), public.exact, []
    for i in range(public.typed.game.n_players):
        keep = exact.discount[i]
        matrix, right = fmpq_mat(size, size), fmpq_mat(size, 1)
        for k, point in enumerate(points):
            row_of = {k: Fraction(1)}
            now = Fraction(0)
            for row, chance in public.faced(point.place, point.plan, i, point.plan[i]).items():
                now += chance * (1 - keep) * exact.payoff(row, i)
                for state, p in exact.law(row).items():
                    for then, w in point.then[row, state]:
                        row_of[then] = row_of.get(then, Fraction(0)) - chance * keep * p * w
            for j, entry in row_of.items():
                matrix[k, j] = fmpq(entry.numerator, entry.denominator)
            right[k, 0] = fmpq(now.numerator, now.denominator)
        solved = matrix.solve(right)
        columns.append([Fraction(int(solved[k, 0].p), int(solved[k, 0].q)) for k in range(size)])
    return list(zip(*columns, strict=True))
