"""Payoff sets of games with any number of players, held between two polytopes per state.

From outside: half-spaces that every equilibrium payoff satisfies.  From inside: points that generate one another, of
which the exact check accepts every one.  The facets of the inner hull become directions on both sides, again and again,
until the two meet or no direction is left that could help.

Source: Judd, Yeltekin and Conklin (2003) for inner and outer bounds by many directions; Kamenev (1992) for taking the
facets of the inner hull as the next directions.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, final

import numpy as np

from games.certificates.automata.check import examine
from games.certificates.automata.self_generation import Point, SelfGeneration
from games.certificates.certificate import SolutionConcept
from games.certificates.faults import Fault
from games.model.stochastic_game import StochasticGame
from games.model.strategy_automaton import Lottery
from games.numerics.arrays import Floats
from games.numerics.polytopes import facets, gaps
from games.numerics.progress import Progress
from games.solvers.outer_bounds import OuterLevels, outer_levels
from games.solvers.payoff_set import SupportBounds
from games.solvers.penal_modes.arrays import PenalGame
from games.solvers.penal_modes.bounds import Box
from games.solvers.penal_modes.growth import Pool
from games.solvers.penal_modes.modes import all_round, few_modes, twice_as_many
from games.solvers.penal_modes.play import Table, lotteries
from games.solvers.penal_modes.points import SETTLED
from games.solvers.penal_modes.search import Points

MOST_DIRECTIONS = (0, 0, 100, 250, 400)
MOST_ROWS_TIMES_DIRECTIONS = 40_000
"""By the number of players, and of rows: games with more rows have fewer directions, and those that cannot have the
cube the axes and the joint payoff only."""

CONVERGED = 1e-6
"""Of the payoff range: sets whose two sides are no further apart are known."""

ROUNDS, PLAIN_ROUNDS = 8, 3
CLOSE = 1e-8
"""Of the payoff range: directions in which the two sides are this close are settled."""

SPARE = 1e-9
"""Of the payoff range: by so much the outer bounds are raised, more than rounding takes from them."""

RANDOM = 40
FROM_CORNERS = 12
"""Of corners of the outer bounds of a state, the ways to the inner hull are directions too."""

SLACK = 1e-9
"""Asked of every incentive, of the payoff range, in one period."""

BEGINNINGS = (1e-4, 1e-2, 1e-1)
"""Asked at the beginning as well, of fewer points: some sets are found so that are missed otherwise."""

SWEEPS, LONG_SWEEPS = (30, 80), (50,)
CYCLES, MOST_POINTS = 4, 2000

PRECISE, PLACES = 1e-11, 9
"""Of outer levels, in payoffs scaled to a range of one; and of their directions."""

EXACT_ROUNDS = 25
GRID = 2**46
SHORT, NEAR = 20_000, 1e-11
"""Chances in lotteries are fractions of so short a denominator where they are so near to one, else of the grid."""


@final
@dataclass(frozen=True, eq=False)
class PayoffSets:
    """What is known of the payoff sets of all states.

    ``sets``    one per state;  ``proofs`` that their inner points are payoffs of equilibria.
    ``rounds``  how often both sides were bounded.
    """

    sets: tuple[SupportBounds, ...]
    proofs: tuple[SelfGeneration, ...]
    rounds: int


def most_directions(game: StochasticGame) -> int:
    """In how many directions the sets of a game of this size can be bounded; 0 if in too few to be worth it."""
    n = game.n_players
    if n >= len(MOST_DIRECTIONS):
        return 0
    most = min(MOST_DIRECTIONS[n], MOST_ROWS_TIMES_DIRECTIONS // game.n_rows)
    return most if most >= 3**n - 1 else 0


def axis_sets(arrays: PenalGame, box: Box) -> PayoffSets:
    """What bounds along the axes say of every state, from outside only."""
    n = arrays.game.n_players
    directions = np.vstack([np.eye(n), -np.eye(n)])
    outer = np.concatenate([arrays.unscaled(box.most), -arrays.unscaled(box.least)], axis=1)
    outer[box.empty] = -np.inf
    return PayoffSets(tuple(SupportBounds(directions, x, np.full(2 * n, -np.inf)) for x in outer), (), 0)


def solved_sets(arrays: PenalGame, box: Box, seconds: float, progress: Progress | None = None) -> PayoffSets:
    """Both sides where the game is small enough, else bounds from outside on each payoff and on the joint one."""
    game = arrays.game
    if box.empty[game.initial]:
        return axis_sets(arrays, box)
    if most_directions(game):
        return payoff_sets(arrays, box, seconds, progress)
    outer = outer_levels(game, np.ones((1, game.n_players)), seconds=seconds)
    sets = _between(game, outer, [np.empty((0, game.n_players))] * game.n_states)
    return PayoffSets(tuple(replace(found, points=None) for found in sets), (), 1)


def widest_gap(game: StochasticGame, sets: Sequence[SupportBounds]) -> tuple[Literal["converged", "undecided"], float]:
    """Whether both sides of all states meet, and how far apart they are at most; infinite if that is not known."""
    gap = max(np.inf if found.empty else found.gap for found in sets)
    return "converged" if gap <= CONVERGED * (float(np.ptp(game.payoffs)) or 1.0) else "undecided", gap


def payoff_sets(arrays: PenalGame, box: Box, seconds: float, progress: Progress | None = None) -> PayoffSets:
    """Both polytopes of every state, refined in so many directions as ``most_directions`` allows.

    ``box``      bounds along the axes, not empty at the initial state;
    ``seconds``  after which no further directions are tried.
    """
    game = arrays.game
    most = most_directions(game)
    together = arrays.scale / arrays.scale.max()
    family = _with(_families(game.n_players)[-1], np.array([together, -together]))
    nothing = [np.empty((0, game.n_players))] * game.n_states
    pool: Pool | None = None
    tied: Pool | None = None
    thorough, until = False, np.inf
    for round_ in range(1, ROUNDS + 1):
        if progress is not None:
            progress("payoff sets", 0.1 + 0.8 * (round_ - 1) / ROUNDS)
        outer = outer_levels(game, _in_payoffs(family, arrays), tolerance=PRECISE, seconds=seconds)
        sets = _between(game, outer, nothing)
        if outer.empty[game.initial]:
            return PayoffSets(sets, (), round_)
        pool = inner_points(arrays, sets, box, family, SLACK, pool, until)
        if thorough and pool is not None and time.monotonic() < until:
            tied = inner_points(arrays, sets, box, family, 0.0, pool, until)
        found = tied or pool
        if found is not None and found.kept.any():
            sets = _between(game, outer, [arrays.unscaled(found.values[k, s]) for s, k in enumerate(found.kept.T)])
        further = _further(game, sets, most - len(family), seed=round_)
        grown = _with(family, further * arrays.scale)
        if not len(further) or (thorough and len(grown) == len(family)) or time.monotonic() > until:
            break
        if round_ == 1:
            # What is compiled first is not counted.
            until = time.monotonic() + seconds
        thorough = round_ >= PLAIN_ROUNDS or len(grown) == len(family)
        family = grown
    # Exact ties may cost points that stand without them, so both are proved.
    proofs = tuple(proof for known in (pool, tied) if known is not None and (proof := _proved(known)) is not None)
    points = [np.array([[float(x) for x in p.payoff] for proof in proofs for p in proof.points.get(s, ())])
              .reshape(-1, game.n_players) for s in range(game.n_states)]
    return PayoffSets(_between(game, outer, points), proofs, round_)


def _families(players: int) -> tuple[Floats, ...]:
    """Float[modes, players] each, every one begun by the one before."""
    twice = twice_as_many(players)
    return few_modes(players), twice, _with(twice, all_round(players, 0))


def _with(family: Floats, further: Floats) -> Floats:
    """The family and those further directions (none zero, greatest entry then 1) that are not among it."""
    known = {tuple(direction) for direction in family.round(9).tolist()}
    kept = [family]
    for direction in further / np.abs(further).max(axis=1, keepdims=True):
        key = tuple(direction.round(9).tolist())
        if key not in known:
            known.add(key)
            kept.append(direction[None])
    return np.vstack(kept)


def _in_payoffs(family: Floats, arrays: PenalGame) -> Floats:
    """The directions of a family but for the axes, as payoffs are counted, with short entries."""
    others = family[(family != 0).sum(axis=1) > 1] / arrays.scale
    return np.asarray((others / np.abs(others).max(axis=1, keepdims=True)).round(PLACES))


def _between(game: StochasticGame, outer: OuterLevels, points: Sequence[Floats]) -> tuple[SupportBounds, ...]:
    """The sets of all states, the outer bounds a little raised."""
    level = outer.level + SPARE * (np.abs(outer.directions) @ np.ptp(game.payoffs, axis=0))[:, None]
    level[:, outer.empty] = -np.inf
    return tuple(SupportBounds.around(points[s], outer.directions, level[:, s]) for s in range(game.n_states))


def _further(game: StochasticGame, sets: Sequence[SupportBounds], room: int, seed: int) -> Floats:
    """Float[k, players]: facets of the inner hulls that the outer bounds stay away from, the widest apart first.

    And the ways from corners of the outer bounds to the inner hulls.
    Where no equilibrium is known directions at random do instead.
    """
    n, width = game.n_players, float(np.ptp(game.payoffs))
    normals, apart = [np.empty((0, n))], [np.empty(0)]
    for found in sets:
        if found.empty:
            continue
        assert found.points is not None
        if not len(found.points):
            normals.append(np.random.default_rng(seed).normal(size=(RANDOM, n)))
            apart.append(np.full(RANDOM, np.inf))
            continue
        normal, level = facets(found.points)
        corners = found.outer_corners
        normals.append(normal)
        apart.append(np.full(len(level), np.inf) if corners is None else (corners @ normal.T).max(axis=0) - level)
        if corners is not None:
            ways = gaps(corners, found.points, FROM_CORNERS)
            size = np.linalg.norm(ways, axis=1)
            normals.append(ways[size > CLOSE * width] / size[size > CLOSE * width, None])
            apart.append(size[size > CLOSE * width])
    joined, gap = np.concatenate(normals), np.concatenate(apart)
    order = np.argsort(-gap, kind="stable")
    return joined[order[gap[order] > CLOSE * width][:max(room, 0)]]


def inner_points(
    arrays: PenalGame, sets: Sequence[SupportBounds], box: Box, family: Floats, slack: float,
    pool: Pool | None, until: float,
) -> Pool | None:
    """A pool of points far out in the directions of a family; None, or with nothing kept, where none was found.

    ``slack``  asked of every incentive; none lets exact ties in.  ``pool``: what is known already.
    """
    start = _start(arrays, sets, box, family)
    ways = [(family, slack, start)]
    if pool is None:
        ways += [(few, more, start[:len(few)]) for few in _families(len(family[0])) for more in BEGINNINGS]
    else:
        pool = replace(pool, slack=slack, family=family)
    for directions, asked, begin in ways:
        for table in _swept(arrays, box, directions, begin, asked, SWEEPS):
            pool = Pool.of(arrays, slack, family, table) if pool is None else pool.joined(table)
        if time.monotonic() > until:
            break
    if pool is None:
        return None
    for _ in range(CYCLES):
        pool, all_found = pool.grown()
        if all_found or time.monotonic() > until or int(pool.kept.sum(axis=0).max()) > MOST_POINTS:
            break
        for table in _swept(arrays, box, family, pool.best, slack, LONG_SWEEPS):
            pool = pool.joined(table)
    return pool


def _start(arrays: PenalGame, sets: Sequence[SupportBounds], box: Box, family: Floats) -> Floats:
    """Float[modes, states, players]: the corners of the outer bounds furthest out in every direction, scaled."""
    out = np.where(family[:, None, :] < 0, box.least[None], box.most[None])
    for s, found in enumerate(sets):
        corners = found.outer_corners
        if corners is not None and len(corners):
            scaled = arrays.scaled(corners)
            out[:, s] = scaled[(scaled @ family.T).argmax(axis=0)]
    return out


def _swept(
    arrays: PenalGame, box: Box, family: Floats, start: Floats, slack: float, looks: tuple[int, ...]
) -> Iterator[Table]:
    """Automata that the points of a family describe, after some sweeps and when they settle or after some more."""
    points = Points(arrays, family, (box.least, box.most), slack, box.alive)
    points.points[:] = start
    points.threat[:] = start.min(axis=0)
    for look in looks:
        points.advance(look)
        if points.whole:
            yield points.table()
        if points.moved <= SETTLED:
            return


def _proved(pool: Pool) -> SelfGeneration | None:
    """The points of a pool that the exact check accepts; those that it does not are left out, with what needs them."""
    game = pool.arrays.game
    for _ in range(EXACT_ROUNDS):
        if not pool.kept[:, game.initial].any():
            return None
        proof = _self_generation(pool)
        if proof.check(game).accepted:
            return proof
        found = examine(game, proof.automaton(game), all_cells=True)
        if isinstance(found, Fault):
            return None
        refused = np.unique(found.slacks.node[~found.slacks.proved])
        if not len(refused):
            return None
        kept = pool.kept.copy()
        for k in refused.tolist():
            kept[found.chain.nodes[k]] = False
        pool = Pool.of(pool.arrays, pool.slack, pool.family, pool.table, kept)
    return None


def _self_generation(pool: Pool) -> SelfGeneration:
    """The points of a pool with their payoffs as computed and chances that sum to 1 exactly."""
    arrays, table = pool.arrays, pool.table
    game, classes = arrays.game, arrays.classes
    payoffs = arrays.unscaled(pool.values)

    def point(m: int, s: int) -> Point:
        played = int(table.row[m, s])
        law = classes.law[played]
        after = classes.law_state[classes.law_start[law]:classes.law_start[law + 1]].tolist()
        mixed = lotteries(table, m, s, after, _rational)
        then: dict[int, Lottery] = {q: tuple(sorted(mix.items())) for q, mix in mixed.items()}
        return Point(tuple(Fraction(float(u)) for u in payoffs[m, s]), int(arrays.quotient.row[played]), then)

    count = pool.kept.sum(axis=0).tolist()
    points = {s: tuple(point(m, s) for m in range(k)) for s, k in enumerate(count) if k}
    near = Fraction(float(np.ptp(game.payoffs)) or 1.0) / 10**8
    return SelfGeneration(game.digest, SolutionConcept.PURE_SUBGAME_PERFECT, points, near)


def _rational(chance: float) -> Fraction:
    """A short fraction if the chance is one but for rounding, as ties ask for; else one on the grid."""
    short = Fraction(chance).limit_denominator(SHORT)
    return short if abs(float(short) - chance) <= NEAR else Fraction(round(chance * GRID), GRID)
