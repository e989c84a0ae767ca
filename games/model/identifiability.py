"""What signals tell of who did what: full rank conditions, and deviations that nobody sees or that look the same.

For a profile a, Pi_i has the laws of the signals after every action of player i, the others playing a.  It has
individual full rank if no mixture of i's actions looks like another; a pair i, j has pairwise full rank if Pi_i and
Pi_j stacked have rank |A_i| + |A_j| - 1, and is pairwise identifiable if their rank is rank Pi_i + rank Pi_j - 1.
Ranks are exact.
Source: Fudenberg, Levine and Maskin (1994), conditions 5.1 to 6.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import chain, combinations
from typing import Any, Literal, final

import numpy as np
from flint import fmpq, fmpq_mat

from games.model.outcome_laws import OutcomeLaws
from games.model.stochastic_game import StochasticGame

Kind = Literal["unseen", "own look-alikes", "look-alikes", "same direction", "opposite", "mixtures look alike"]
Change = tuple[Fraction, ...]

SEEN = 1e-7
"""Mixtures that change the signals' law by less, of changes of largest entry one, are left out."""


@final
@dataclass(frozen=True)
class Finding:
    """Something that what everyone sees does not tell, at one profile.

    ``kind``        "unseen": a deviation leaves the law of the signals as it is.  "own look-alikes": two deviations of
                    one player have one law.  "look-alikes": so have deviations of two players.  "same direction": they
                    change the law in proportion.  "opposite": in inverse proportion.  "mixtures look alike": some
                    mixtures of two players' deviations change it in proportion.
    ``row``         the profile; ``players`` whose deviations these are; ``deviations`` per entry of ``players`` the row
                    that the deviation brings about, none for mixtures.
    """

    kind: Kind
    row: int
    players: tuple[int, ...]
    deviations: tuple[int, ...] = ()

    def words(self, game: StochasticGame) -> str:
        """In a sentence, with the names of players and actions."""
        names = [game.players[i] for i in self.players]
        acts = [
            f"{name} playing {game.profile_labels(b)[i]} instead of {game.profile_labels(self.row)[i]}"
            for i, name, b in zip(self.players, names, self.deviations, strict=False)
        ]
        if self.kind == "unseen":
            return f"nobody sees {acts[0]}"
        if self.kind == "own look-alikes":
            labels = [game.profile_labels(b)[self.players[0]] for b in self.deviations]
            return f"{names[0]} playing {labels[0]} and {names[0]} playing {labels[1]} look the same to everyone"
        if self.kind == "look-alikes":
            return f"{acts[0]} and {acts[1]} look the same to everyone"
        if self.kind == "same direction":
            return f"{acts[0]} and {acts[1]} differ in how much they show, not in what: nothing tells whose it was"
        if self.kind == "opposite":
            return f"what speaks for {acts[0]} speaks against {acts[1]}"
        return f"some mixture of deviations by {names[0]} and one by {names[1]} look the same to everyone"


@final
@dataclass(frozen=True)
class ProfileIdentifiability:
    """Rank conditions at one profile.

    ``individual``    per player, whether it has individual full rank.
    ``pairwise``      pairs of players with pairwise full rank; ``identifiable`` pairs that are pairwise identifiable.
    ``findings``      what is not told.
    """

    row: int
    individual: tuple[bool, ...]
    pairwise: tuple[tuple[int, int], ...]
    identifiable: tuple[tuple[int, int], ...]
    findings: tuple[Finding, ...]

    def full(self) -> bool:
        """Whether every player and pair has full rank."""
        n = len(self.individual)
        return all(self.individual) and len(self.pairwise) == n * (n - 1) // 2

    def to_json(self, game: StochasticGame) -> dict[str, Any]:
        """Its entry of the ``identifiability`` of ``servanda-solution/1``: names and action labels."""
        return {
            "profile": list(game.profile_labels(self.row)),
            "individual_full_rank": [game.players[i] for i, full in enumerate(self.individual) if full],
            "pairwise_full_rank": [[game.players[i] for i in pair] for pair in self.pairwise],
            "pairwise_identifiable": [[game.players[i] for i in pair] for pair in self.identifiable],
            "findings": [
                {
                    "kind": f.kind,
                    "players": [game.players[i] for i in f.players],
                    "deviations": [game.profile_labels(b)[i] for i, b in zip(f.players, f.deviations, strict=False)],
                    "words": f.words(game),
                }
                for f in self.findings
            ],
        }


def identifiability(game: StochasticGame, rows: Sequence[int] | None = None) -> tuple[ProfileIdentifiability, ...]:
    """Rank conditions and findings at the rows given, or at all.

    With several states the next state is part of what everyone sees.
    """
    reader = _Reader(game)
    return tuple(reader.profile(row) for row in (range(game.n_rows) if rows is None else rows))


def unseen(game: StochasticGame, rows: Sequence[int]) -> tuple[Finding, ...]:
    """The findings of kind "unseen" at some rows, without rank conditions."""
    laws = OutcomeLaws(game)
    return tuple(
        Finding("unseen", row, (i,), (b,))
        for row in rows for i in range(game.n_players) for b in game.deviation_rows(row, i)
        if b != row and laws.exact(b) == laws.exact(row))


@final
class _Reader:
    """The exact laws of a game, row by row."""

    def __init__(self, game: StochasticGame) -> None:
        self.game, self.laws = game, OutcomeLaws(game)

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        return tuple(combinations(range(self.game.n_players), 2))

    def profile(self, row: int) -> ProfileIdentifiability:
        game, state = self.game, int(self.game.row_state[row])
        seen = game.monitoring
        if seen is None or not seen.signals[state]:
            # Everyone sees the profile.
            return ProfileIdentifiability(row, (True,) * game.n_players, self.pairs, self.pairs, ())
        groups = [[b for b in game.deviation_rows(row, i) if b != row] for i in range(game.n_players)]
        outcomes = sorted(set().union(*(self.laws.exact(b) for b in (row, *chain(*groups)))))
        own = self.laws.exact(row)
        change: dict[int, Change] = {
            b: tuple(self.laws.exact(b).get(z, Fraction(0)) - own.get(z, Fraction(0)) for z in outcomes)
            for group in groups for b in group}
        # Rows of Pi_i span what a's law and i's changes span; the laws sum to one, the changes to zero.
        ranks = [_rank([change[b] for b in group]) for group in groups]
        individual = tuple(rank == len(group) for rank, group in zip(ranks, groups, strict=True))
        together = {(i, j): _rank([change[b] for b in groups[i] + groups[j]]) for i, j in self.pairs}
        full = {(i, j): together[i, j] == len(groups[i]) + len(groups[j]) for i, j in self.pairs}
        told = {(i, j): together[i, j] == ranks[i] + ranks[j] for i, j in self.pairs}
        findings = self._alone(row, groups, change)
        for i, j in self.pairs:
            if not told[i, j]:
                findings += _alike(row, i, j, groups[i], groups[j], change)
        return ProfileIdentifiability(
            row, individual, tuple(p for p in self.pairs if full[p]), tuple(p for p in self.pairs if told[p]),
            tuple(findings))

    def _alone(self, row: int, groups: list[list[int]], change: dict[int, Change]) -> list[Finding]:
        out = []
        for i, group in enumerate(groups):
            out += [Finding("unseen", row, (i,), (b,)) for b in group if not any(change[b])]
            shown = [b for b in group if any(change[b])]
            out += [Finding("own look-alikes", row, (i, i), (b, c))
                    for b, c in combinations(shown, 2) if change[b] == change[c]]
        return out


def _rank(rows: list[Change]) -> int:
    """The exact rank of some rows."""
    return int(fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows]).rank()) if rows else 0


def _alike(
    row: int, i: int, j: int, mine: list[int], others: list[int], change: dict[int, Change]
) -> list[Finding]:
    """Deviations of two players that the signals do not tell apart."""
    out = []
    mine, others = ([b for b in group if any(change[b])] for group in (mine, others))
    for b in mine:
        for c in others:
            if change[b] == change[c]:
                out.append(Finding("look-alikes", row, (i, j), (b, c)))
            elif ratio := _ratio(change[b], change[c]):
                out.append(Finding("same direction" if ratio > 0 else "opposite", row, (i, j), (b, c)))
    clear = all(finding.kind == "opposite" for finding in out)
    if clear and mine and others and _cones_meet([change[b] for b in mine], [change[c] for c in others]):
        out.append(Finding("mixtures look alike", row, (i, j)))
    return out


def _ratio(a: Change, b: Change) -> Fraction | None:
    """What b must be multiplied by to give a, neither of them zero; None if nothing does."""
    k = next(k for k, x in enumerate(b) if x)
    ratio = a[k] / b[k]
    return ratio if all(x == ratio * y for x, y in zip(a, b, strict=True)) else None


def _cones_meet(first: list[Change], second: list[Change]) -> bool:
    """Whether mixtures of two sets of changes are in proportion, and not all zero; numerically."""
    # A fifth of a second to import, for nothing where everyone sees everything.
    from scipy.optimize import linprog

    if _rank(second) == len(second) and _rank(first) < len(first):
        first, second = second, first
    table = np.array([[float(x) for x in one] for one in first] + [[-float(x) for x in one] for one in second])
    table = table / np.abs(table).max(axis=1, keepdims=True)
    count = len(first)
    sums = np.zeros((1, len(table)))
    sums[0, :count] = 1
    if _rank(first) == len(first):
        # No mixture of the first leaves everything as it is.
        found = linprog(
            np.zeros(len(table)), A_eq=np.vstack([table.T, sums]), b_eq=np.append(np.zeros(table.shape[1]), 1.0),
            method="highs-ds")
        return bool(found.status == 0)
    for y in range(table.shape[1]):
        for sign in (1, -1):
            found = linprog(
                -sign * np.append(table[:count, y], np.zeros(len(second))), A_eq=np.vstack([table.T, sums]),
                b_eq=np.append(np.zeros(table.shape[1]), 1.0), method="highs-ds")
            if found.fun is None:
                return False
            if -found.fun > SEEN:
                return True
    return False
