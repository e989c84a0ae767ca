"""What patient players can have: payoffs that are feasible and give everybody more than the minmax payoff.

Sources: Fudenberg and Maskin (1986) for two players, and for more where the set has full dimension; Abreu, Dutta and
Smith (1994) where no two players have equivalent payoffs.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal, final

import numpy as np

from games.model.minmax import Minmax, minmax_payoffs
from games.model.stage_game import StageGame, stage_game_of
from games.model.stochastic_game import GameError, StochasticGame, insist_on_game
from games.numerics.arrays import Floats
from games.numerics.exact_polygons import Point, exact_hull, exact_part
from games.numerics.polytopes import corners, extreme, facets, greatest
from games.numerics.shown import Shown

Punishments = Literal["mixed", "pure"]
MOST_PLAYERS = 4
"""Of sets whose corners are told."""
NEAR = 1e-9
"""Of payoffs, relative to their range: what rounding may do to a set of three and more players."""


@final
@dataclass(frozen=True, eq=False, repr=False)
class FolkTheoremSet(Shown):
    """The payoffs that equilibria of a repeated game come near to as players become patient.

    ``players``     names.
    ``punishments`` whether minmax payoffs are those against "mixed" or against "pure" actions.
    ``minmax``      per player.
    ``feasible``    Float[k, n]: corners of the hull of stage payoffs; counter-clockwise of two players.
    ``vertices``    Float[m, n]: corners of the feasible payoffs that give everybody the minmax payoff or more; of
                    three and more players, of payoffs that surely do: minmax payoffs are known between bounds.
    ``exact``       the vertices in rationals, of two players; None of more.
    ``outer``       Float[m, n]: corners of payoffs that may do; the vertices where minmax payoffs are known.
    ``dimension``   of the set, from 0; -1 where it is empty.
    ``equivalent``  pairs of players one of whom has a positive multiple of the other's payoffs, plus a constant.
    ``hypotheses``  what the theorem asks for and whether the game has it, one sentence each.
    ``holds``       whether the game has all of it, so that every payoff vector of the set that gives everybody more
                    than the minmax payoff is one of a subgame-perfect equilibrium, if all are patient enough.
    """

    players: tuple[str, ...]
    punishments: Punishments
    minmax: tuple[Minmax, ...]
    feasible: Floats
    vertices: Floats
    exact: tuple[Point, ...] | None
    outer: Floats
    dimension: int
    equivalent: tuple[tuple[int, int], ...]
    hypotheses: tuple[str, ...]
    holds: bool


def minmax(game: StochasticGame | StageGame) -> tuple[Minmax, ...]:
    """The minmax payoffs of a repeated game or of one round of it, per player, in pure and in mixed actions.

    Exact for two players; bounds for more.  Raises ``GameError`` for games with several states.

    >>> from games import repeated_game
    >>> pennies = repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], discount=0.9)
    >>> [(str(m.pure), str(m.high)) for m in minmax(pennies)]
    [('1', '0'), ('1', '0')]
    """
    return minmax_payoffs(_one_round(game))


def folk_theorem_set(game: StochasticGame | StageGame, punishments: Punishments = "mixed") -> FolkTheoremSet:
    """What equilibria of the repeated game can give as discount factors go to one, and whether the theorem applies.

    ``punishments``  "mixed": deviators are held to their minmax payoffs by actions drawn by chance that only the one
                     who draws sees; "pure": by pure actions, as in the equilibria that ``solve`` looks for.

    All discount alike, everybody sees what was done, and nobody pays.  Raises ``GameError`` for games with several
    states, public signals or payments, and for more than four players.

    >>> from games import repeated_game
    >>> found = folk_theorem_set(repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5))
    >>> [[str(x) for x in corner] for corner in found.exact], found.holds
    ([['0', '0'], ['8/3', '0'], ['2', '2'], ['0', '8/3']], True)
    """
    if punishments not in ("mixed", "pure"):
        raise GameError(f"punishments: {punishments!r} is none; write 'mixed' or 'pure'")
    stage = _one_round(game)
    n = stage.n_players
    if n > MOST_PLAYERS:
        raise GameError(f"the set is told of up to {MOST_PLAYERS} players, and this game has {n}; minmax(game) has "
                        "everybody's minmax payoff")
    names = game.players if isinstance(game, StochasticGame) else tuple(f"P{i + 1}" for i in range(n))
    found = minmax_payoffs(stage)
    surely = [m.pure if punishments == "pure" else m.high for m in found]
    perhaps = [m.pure if punishments == "pure" else m.low for m in found]
    profiles = list(np.ndindex(*stage.counts))
    exact: tuple[Point, ...] | None = None
    if n == 2:
        hull = exact_hull((stage.exact(p, 0), stage.exact(p, 1)) for p in profiles)
        exact = tuple(exact_part(exact_part(hull, 0, surely[0]), 1, surely[1]))
        feasible, inner = _floats(hull), _floats(exact)
        outer = inner
    else:
        points = stage.payoffs.reshape(-1, n)
        feasible = points[extreme(points)]
        inner, outer = (_part(feasible, np.array([float(x) for x in least])) for least in (surely, perhaps))
    dimension = _dimension(inner, float(np.ptp(stage.payoffs)) or 1.0)
    alike = tuple((i, j) for i, j in combinations(range(n), 2) if _equivalent(stage, i, j))
    hypotheses, holds = _hypotheses(names, inner, [float(x) for x in surely], dimension, alike, punishments)
    return FolkTheoremSet(names, punishments, found, feasible, inner, exact, outer, dimension, alike, hypotheses, holds)


def _one_round(game: StochasticGame | StageGame) -> StageGame:
    """The stage game that is repeated; raises ``GameError`` where there is not one that everybody sees played."""
    if isinstance(game, StageGame):
        return game
    insist_on_game(game)
    if game.n_states != 1:
        raise GameError(f"the game has {game.n_states} states, and minmax payoffs are told of a stage game that is "
                        "repeated for ever; make it with repeated_game, without periods")
    if game.monitoring is not None:
        raise GameError("players see public signals, and what is told is of games in which everyone sees what was "
                        "done; solver public_score bounds the payoffs of patient players here")
    if game.transfers != "none":
        raise GameError("side payments are possible, and what is told is of games without them")
    return stage_game_of(game, 0)


def _floats(points: list[Point] | tuple[Point, ...]) -> Floats:
    return np.array([[float(x), float(y)] for x, y in points]).reshape(-1, 2)


def _part(feasible: Floats, least: Floats) -> Floats:
    """Corners of the hull of points that give everybody so much at least; up to rounding."""
    n = feasible.shape[1]
    normals, levels = facets(feasible)
    normals, levels = np.vstack([normals, -np.eye(n)]), np.append(levels, -least)
    spread = float(np.ptp(feasible)) or 1.0
    if not np.isfinite(greatest(normals, levels + NEAR * spread, np.zeros(n))):
        return np.empty((0, n))
    found = corners(normals, levels)
    if found is None:
        # A flat set: what its corners are worth in the directions of the faces and sums of players.
        seen = [_highest(normals, levels + NEAR * spread, d) for d in np.vstack([np.eye(n), -np.eye(n), normals])]
        found = np.array(seen)
    # Corners that only rounding tells apart are one.
    digits = int(np.floor(-np.log10(100 * NEAR * spread)))
    return np.unique(found[extreme(found)].round(digits) + 0.0, axis=0)


def _highest(normals: Floats, levels: Floats, direction: Floats) -> Floats:
    from scipy.optimize import linprog

    return np.asarray(linprog(-direction, A_ub=normals, b_ub=levels, bounds=(None, None), method="highs").x)


def _dimension(points: Floats, spread: float) -> int:
    if not len(points):
        return -1
    return int((np.linalg.svd(points - points[0], compute_uv=False) > 1e-7 * spread).sum())


def _equivalent(stage: StageGame, i: int, j: int) -> bool:
    """Whether player j's payoffs are a positive multiple of player i's, plus a constant, exactly."""
    pairs = [(stage.exact(p, i), stage.exact(p, j)) for p in np.ndindex(*stage.counts)]
    low, high = min(pairs), max(pairs)
    if low[0] == high[0]:
        return all(v == low[1] for _, v in pairs)
    slope: Fraction = (high[1] - low[1]) / (high[0] - low[0])
    return slope > 0 and all(v == low[1] + slope * (u - low[0]) for u, v in pairs)


def _hypotheses(
    names: tuple[str, ...], inner: Floats, least: list[float], dimension: int, alike: tuple[tuple[int, int], ...],
    punishments: Punishments,
) -> tuple[tuple[str, ...], bool]:
    """What the theorems ask for, in words, and whether the game has it."""
    n = len(names)
    middle = inner.mean(axis=0) if len(inner) else np.array(least)
    more = bool((middle > np.array(least) + NEAR * (1 + np.abs(middle))).all())
    said = [
        "All players share one discount factor, which goes to one; everyone sees what was done; a public draw of "
        "chance is seen before each round.",
        "Deviators are held to their minmax payoffs by " + (
            "pure actions." if punishments == "pure" else
            "mixed actions, of which others see what was drawn and not with what chances (the theorem holds all the "
            "same)."
        ),
        "Some feasible payoffs give everybody more than the minmax payoff: " + ("yes." if more else "no."),
    ]
    if n <= 2:
        return (*said, "With two players no more is needed (Fudenberg and Maskin 1986, theorem 1)."), more
    full, apart = dimension == n, not alike
    said.append(f"The set has full dimension ({n}): {'yes' if full else f'no, it has dimension {max(dimension, 0)}'}"
                " (Fudenberg and Maskin 1986, theorem 2).")
    pairs = "; ".join(f"{names[i]} and {names[j]}" for i, j in alike)
    said.append("No two players have equivalent payoffs, which is enough: "
                f"{'yes' if apart else f'no, {pairs} do'} (Abreu, Dutta and Smith 1994).")
    return tuple(said), more and (full or apart)
