"""One equilibrium of any two-player tree with perfect recall, perfect where play never comes, by Lemke's path.

Every sequence of length k has at least the weight eps^k.  For all small eps > 0 at once, a path of complementary bases
leads from the best replies to a fixed prior, which lose weight on the way, to an equilibrium of the perturbed game.
The perturbation is in the right-hand sides only, which are polynomials in eps; the sign of one is that of its first
coefficient that is not 0.  What its weights come to as eps goes to 0 is a quasi-perfect, hence sequential, hence
subgame-perfect equilibrium, and the beliefs are limits by construction.

That the path ends: at every information set some weight has to go somewhere, so that values are bounded and no ray
leads away; where the prior has all its weight, the best reply is the only solution, because replies that tie against
the prior do so against everything (which is tested; else another prior is taken), and then the order of rows decides.

Sources: Lemke (1965); Koller, Megiddo and von Stengel (1996) for the complementarity problem of sequences; von Stengel,
van den Elzen and Talman (2002) for the path that starts at a prior; Miltersen and Sorensen (2010) for the
perturbation; van Damme (1984) for quasi-perfect equilibria, which are sequential.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any, final

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from games.certificates.trees.sequential_assessment import SequentialAssessment
from games.extensive_form.sequences import Move, Sequences
from games.game_trees.recall import last_own_moves, require_perfect_recall
from games.game_trees.strategies import Mixture, Profile, expected_payoffs
from games.game_trees.tree import Chance, ExtensiveGame
from games.model.stochastic_game import GameError

MOST_SEQUENCES = 600
"""Sequences of both players together; larger games are refused."""
PRIMES = (3, 5, 11, 31, 101, 307, 1009, 10007)

Polynomial = tuple[Fraction, ...]
"""Coefficients of eps^0, eps^1, ..."""
Row = dict[int, Fraction]


@final
@dataclass(frozen=True)
class SequentialEquilibrium:
    """A sequential equilibrium of a two-player game.

    ``profile``      per information set, the probability of each action.
    ``payoffs``      what each player gets.
    ``beliefs``      per information set, the probability of being at each of its nodes.
    ``steps``        pivots on the path that led there.
    ``certificate``  for the exact check, which knows no path.
    """

    profile: Profile
    payoffs: tuple[Fraction, ...]
    beliefs: tuple[Mixture, ...]
    steps: int
    certificate: SequentialAssessment


def sequential_equilibrium(game: ExtensiveGame, most: int = MOST_SEQUENCES) -> SequentialEquilibrium:
    """A sequential equilibrium of a two-player game with perfect recall, in exact rationals.

    Raises ``GameError`` if there are not two players, somebody forgets, or there are more than ``most`` sequences.

    >>> from games.extensive_form.classics import kuhn_poker
    >>> [str(x) for x in sequential_equilibrium(kuhn_poker()).payoffs]
    ['-1/18', '1/18']
    """
    if game.n_players != 2:
        raise GameError(f"{game.n_players} players: the sequence form is for two; use pure_equilibria")
    require_perfect_recall(game, what="the sequence form")
    players = Sequences.of(game, 0), Sequences.of(game, 1)
    count = sum(len(player.moves) for player in players)
    if count > most:
        raise GameError(f"{count} sequences, more than {most}: the game is too large for exact pivots; make it smaller")
    path = next(path for prior in _priors(players) if (path := _Path.start(players, prior)) is not None)
    steps = path.follow()
    weights = tuple({move: path.weight(i, move) for move in player.moves} for i, player in enumerate(players))
    return _limit(game, players, weights, steps)


def _limit(
    game: ExtensiveGame,
    players: tuple[Sequences, Sequences],
    weights: tuple[dict[tuple[int, int], Polynomial], ...],
    steps: int,
) -> SequentialEquilibrium:
    """What polynomial weights come to as eps goes to 0: behaviour, orders of its mistakes, and beliefs."""
    laws: dict[int, Mixture] = {}
    ranks: dict[int, tuple[int, ...]] = {}
    leading: list[dict[Move, tuple[int, Fraction]]] = []
    for player, own in zip(players, weights, strict=True):
        first: dict[Move, tuple[int, Fraction]] = {None: (0, Fraction(1))}
        first |= {move: next((k, x) for k, x in enumerate(weight) if x) for move, weight in own.items()}
        for h, last in player.before.items():
            order, total = first[last]
            here = [first[move] for move in player.actions(h)]
            laws[h] = tuple(x / total if k == order else Fraction(0) for k, x in here)
            ranks[h] = tuple(k - order for k, _ in here)
        leading.append(first)
    known = range(len(game.information_sets))
    profile = tuple(laws[h] for h in known)
    beliefs = _beliefs(game, leading)
    certificate = SequentialAssessment(game.digest, profile, beliefs, tuple(ranks[h] for h in known))
    return SequentialEquilibrium(profile, expected_payoffs(game, profile), beliefs, steps, certificate)


def _beliefs(game: ExtensiveGame, leading: list[dict[Move, tuple[int, Fraction]]]) -> tuple[Mixture, ...]:
    """Bayes' rule for the first coefficients that are not 0."""
    moves = last_own_moves(game)
    chance = [Fraction(1)] * len(game.nodes)
    for k in range(1, len(game.nodes)):
        parent = game.nodes[game.parents[k]]
        chance[k] = chance[game.parents[k]]
        if isinstance(parent, Chance):
            chance[k] *= parent.probabilities[parent.children.index(k)]
    out = []
    for nodes in game.members:
        terms = [tuple(leading[i][moves[k][i]] for i in (0, 1)) for k in nodes]
        orders = [one[0] + two[0] for one, two in terms]
        possible = [order for order, k in zip(orders, nodes, strict=True) if chance[k]]
        least = min(possible, default=0)
        shares = [chance[k] * one[1] * two[1] if order == least or not possible else Fraction(0)
                  for k, order, (one, two) in zip(nodes, orders, terms, strict=True)]
        total = sum(shares, Fraction(0))
        # A set that chance never leads to is out of everybody's reach: any belief will do.
        out.append(tuple(x / total for x in shares) if total else (Fraction(1, len(nodes)),) * len(nodes))
    return tuple(out)


def _priors(players: tuple[Sequences, Sequences]) -> Iterator[tuple[dict[Move, Fraction], dict[Move, Fraction]]]:
    """Plans that use every action, one after another; ties against all of them are ties against everything."""
    trial = 0
    while True:
        prime, factor = PRIMES[trial % len(PRIMES)], 7 + 2 * trial
        seed, plans = 1 + trial, []
        for player in players:
            plan: dict[Move, Fraction] = {None: Fraction(1)}
            for h, last in player.before.items():
                draws = []
                for _ in player.actions(h):
                    seed = (seed * factor + 3) % prime
                    draws.append(1 + seed)
                plan |= {move: plan[last] * Fraction(x, sum(draws))
                         for move, x in zip(player.actions(h), draws, strict=True)}
            plans.append(plan)
        yield plans[0], plans[1]
        trial += 1


@final
class _Path:
    """The tableau of complementary bases in integers, each row over a denominator of its own, in lowest terms.

    Columns: per player the weight of each sequence above its least one, then each sequence's loss against the best
    reply; how far the path is, ``time``; what is left of the prior, ``prior``; then the right-hand sides, one for each
    power of eps.
    """

    def __init__(self, cells: NDArray[Any], basis: list[int], layout: _Layout) -> None:
        self.cells, self.basis, self.layout = cells, basis, layout
        # Lexicographic order: right-hand sides by powers, then the columns of the first basis, losses before weights.
        self.order = [*range(layout.columns, layout.columns + layout.powers), *basis]

    @staticmethod
    def start(
        players: tuple[Sequences, Sequences], prior: tuple[dict[Move, Fraction], dict[Move, Fraction]]
    ) -> _Path | None:
        """The path at the best replies to a prior; None if some replies tie there and not everywhere."""
        layout = _Layout(players)
        rows: list[Row] = []
        basis: list[int] = []
        flows: list[tuple[Row, int]] = []
        for i in (0, 1):
            player, pay = players[i], layout.payoffs(i, prior[1 - i])
            worth: dict[int, Row] = {}
            for h in reversed(tuple(player.before)):
                offers = [_sum(pay[move], *(worth[g] for g in player.following[move])) for move in player.actions(h)]
                # At the start the prior has the weight 1, and every other column is 0.
                values = [offer.get(layout.prior, Fraction(0)) + offer.get(layout.columns, Fraction(0))
                          for offer in offers]
                best = values.index(max(values))
                moves = player.actions(h)
                worth[h] = _sum({layout.loss(i, moves[best]): Fraction(1)}, offers[best])
                for move, offer in zip(moves, offers, strict=True):
                    if move != moves[best]:
                        below = {k: -x for k, x in worth[h].items()}
                        rows.append(_sum({layout.loss(i, move): Fraction(1)}, offer, below))
                        basis.append(layout.loss(i, move))
                flows.append((layout.flow(i, h), layout.weight(i, moves[best])))
        losses = len(rows)
        rows += [row for row, _ in flows]
        basis += [column for _, column in flows]
        rows.append({layout.time: Fraction(1), layout.prior: Fraction(1), layout.columns: Fraction(-1),
                     layout.columns + 1: Fraction(layout.widest)})
        basis.append(layout.prior)
        return _Path._solved(rows, basis, losses, layout)

    @staticmethod
    def _solved(rows: list[Row], basis: list[int], losses: int, layout: _Layout) -> _Path | None:
        """The rows solved for the basis, as integers."""
        size = layout.columns + layout.powers
        table = fmpq_mat(len(rows), size)
        for i, row in enumerate(rows):
            for k, x in row.items():
                # Constants go to the right-hand side.
                y = x if k < layout.columns else -x
                table[i, k] = fmpq(y.numerator, y.denominator)
        square = fmpq_mat([[table[i, k] for k in basis] for i in range(len(rows))])
        solved = square.solve(table)
        cells = np.zeros((len(rows), size), dtype=object)
        moving = [*layout.weights, layout.time, *range(layout.columns + 1, size)]
        for i in range(len(rows)):
            if i < losses and solved[i, layout.columns] == 0 and any(solved[i, k] != 0 for k in moving):
                return None
            entries = [solved[i, k] for k in range(size)]
            scale = lcm(*(int(x.q) for x in entries))
            cells[i] = [int(x.p) * (scale // int(x.q)) for x in entries]
        return _Path(cells, list(basis), layout)

    def follow(self) -> int:
        """Walk to the end, where nothing is left of the prior; the number of steps."""
        entering, steps = self.layout.time, 0
        while True:
            left = self._enter(entering)
            steps += 1
            if left == self.layout.prior:
                return steps
            entering = self.layout.partner(left)

    def _enter(self, column: int) -> int:
        """Bring a column into the basis; the column that leaves it."""
        cells = self.cells
        row = self._leaving(column)
        left, pivot, kept = self.basis[row], cells[row, column], cells[row]
        for i in np.flatnonzero(cells[:, column]):
            if i != row:
                common = gcd(pivot, cells[i, column])
                changed = cells[i] * (pivot // common) - kept * (cells[i, column] // common)
                cells[i] = changed // gcd(*changed)
        self.basis[row] = column
        return left

    def _leaving(self, column: int) -> int:
        cells = self.cells
        rows = [i for i, x in enumerate(cells[:, column]) if x > 0]
        for k in self.order:
            if len(rows) == 1:
                break
            ratios = [Fraction(cells[i, k], cells[i, column]) for i in rows]
            least = min(ratios)
            rows = [i for i, ratio in zip(rows, ratios, strict=True) if ratio == least]
        return rows[0]

    def weight(self, player: int, move: tuple[int, int]) -> Polynomial:
        """What a sequence weighs, as a polynomial."""
        layout, column = self.layout, self.layout.weight(player, move)
        out = [Fraction(0)] * layout.powers
        if column in self.basis:
            row = self.cells[self.basis.index(column)]
            out = [Fraction(x, row[column]) for x in row[layout.columns:]]
        out[layout.players[player].length[move]] += 1
        return tuple(out)


@final
class _Layout:
    """Where the columns of a path are, and its equations, in which constants have columns of their own."""

    def __init__(self, players: tuple[Sequences, Sequences]) -> None:
        self.players = players
        places = [(i, move) for i in (0, 1) for move in players[i].moves]
        self.place = {place: k for k, place in enumerate(places)}
        count = len(places)
        self.weights = range(count)
        self.time, self.prior, self.columns = 2 * count, 2 * count + 1, 2 * count + 2
        self.powers = 2 + max((n for player in players for n in player.length.values()), default=0)
        first = [len(player.actions(h)) for player in players for h in player.following[None]]
        self.widest = max(first, default=0)

    def weight(self, player: int, move: tuple[int, int]) -> int:
        """The column of a sequence's weight above its least one."""
        return self.place[player, move]

    def loss(self, player: int, move: tuple[int, int]) -> int:
        """The column of what a sequence loses."""
        return len(self.place) + self.place[player, move]

    def partner(self, column: int) -> int:
        """The other of a sequence's two columns, only one of which may be positive."""
        count = len(self.place)
        return column + count if column < count else column - count

    def payoffs(self, player: int, prior: dict[Move, Fraction]) -> dict[Move, Row]:
        """What each own sequence is worth against the other's weights, least weights and prior."""
        other = self.players[1 - player]
        out: dict[Move, Row] = {}
        for mine, against in self.players[player].payoffs.items():
            row: Row = {}
            for theirs, x in against.items():
                if theirs is None:
                    row = _sum(row, {self.columns: x})
                else:
                    row = _sum(row, {self.weight(1 - player, theirs): x, self.prior: x * prior[theirs],
                                     self.columns + other.length[theirs]: x})
            out[mine] = row
        return out

    def flow(self, player: int, h: int) -> Row:
        """The weights at an information set add up to what arrives there."""
        own = self.players[player]
        last, moves = own.before[h], own.actions(h)
        row: Row = {self.weight(player, move): Fraction(1) for move in moves}
        row[self.columns + own.length[last] + 1] = Fraction(len(moves))
        if last is None:
            return _sum(row, {self.prior: Fraction(1), self.columns: Fraction(-1)})
        return _sum(row, {self.weight(player, last): Fraction(-1), self.columns + own.length[last]: Fraction(-1)})


def _sum(*rows: Row) -> Row:
    out: Row = {}
    for row in rows:
        for k, x in row.items():
            out[k] = out.get(k, Fraction(0)) + x
    return out
