"""One equilibrium of a large two-player game: guessed in floating point, derived anew and verified in rationals.

Sources: Lemke and Howson (1964), by nashpy's tableaux; von Neumann (1928) and linear programming for constant sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from games.model.mixed_equilibria import Mixture, Profile, Table, is_equilibrium, one_equilibrium, transposed

NEAR = 1e-9
"""Payoffs (scaled to an interval of length 1) this close are tried as ties; exact arithmetic then decides."""
PIVOTS_PER_LABEL = 5
"""nashpy's path is left after that many: rounding can make it go round in circles."""
PATHS = 8
"""Labels that nashpy's paths drop, one after another, until one of them ends in an equilibrium."""

Floats = NDArray[np.float64]
Guess = tuple[Floats, Floats] | None


def first_equilibrium(first: Table, second: Table) -> Profile:
    """One equilibrium of the game with these payoffs of the two players: a quick guess that holds, or an exact path.

    >>> table = [[Fraction(2), Fraction(0)], [Fraction(0), Fraction(1)]]
    >>> [[str(p) for p in mixture] for mixture in first_equilibrium(table, [[-x for x in row] for row in table])]
    [['1/3', '2/3'], ['1/3', '2/3']]
    """
    scaled = _scaled(first), _scaled(second)
    constant = len({a + b for rows in zip(first, second, strict=True) for a, b in zip(*rows, strict=True)}) == 1
    for found in _guesses(*scaled, constant):
        profile = None if found is None else _exact_profile(first, second, scaled, found)
        if profile is not None:
            return profile
    return one_equilibrium(first, second)


def _guesses(first: Floats, second: Floats, constant: bool) -> Iterator[Guess]:
    """Equilibria in floating point, each looked for when it is asked for."""
    if constant:
        yield _optimal_plans(first)
    for label in range(min(PATHS, sum(first.shape))):
        yield _nashpy_path(first, second, label)


def _scaled(table: Table) -> Floats:
    """Payoffs moved to [1, 2]: tolerances are absolute, and best-reply polytopes need positive payoffs."""
    low, high = min(map(min, table)), max(map(max, table))
    span = high - low or Fraction(1)
    return np.array([[1 + float((x - low) / span) for x in row] for row in table])


def _nashpy_path(first: Floats, second: Floats, label: int) -> Guess:
    """The end of the path of Lemke and Howson that drops a label; None if rounding lost the way.

    nashpy's own loop has no end where rounding makes the path a circle; its tableaux are used with a limit.
    """
    from nashpy.linalg import create_col_tableau, create_row_tableau

    column, row = create_col_tableau(first, True), create_row_tableau(second, True)
    tableaux = (row, column) if label in row.non_basic_variables else (column, row)
    # What overflows all the same is refused below.
    with np.errstate(all="ignore"):
        try:
            for step in range(PIVOTS_PER_LABEL * sum(first.shape)):
                label = tableaux[step % 2].pivot_and_drop_label(label)
                # Pivots multiply rows by one another; scaled they do not overflow, and no ratio changes.
                cells = tableaux[step % 2]._tableau
                cells /= np.abs(cells).max(axis=1, keepdims=True)
                if column.non_basic_variables | row.non_basic_variables == column.labels:
                    break
            guess = row.to_strategy(column.non_basic_variables), column.to_strategy(row.non_basic_variables)
        except (ValueError, LookupError):
            return None
    fits = all(x.shape == (n,) and np.isfinite(x).all() for x, n in zip(guess, first.shape, strict=True))
    return guess if fits else None


def _optimal_plans(first: Floats) -> Guess:
    """What each player secures most with, where payoffs always add up to the same."""
    from scipy.optimize import linprog

    n1, n2 = first.shape
    found = linprog(
        np.r_[np.zeros(n1), -1.0],
        A_ub=np.hstack([-first.T, np.ones((n2, 1))]),
        b_ub=np.zeros(n2),
        A_eq=np.r_[np.ones(n1), 0.0][None],
        b_eq=np.ones(1),
        bounds=[(0, None)] * n1 + [(None, None)],
        method="highs-ds",
    )
    return (np.asarray(found.x)[:n1], -np.asarray(found.ineqlin.marginals)) if found.status == 0 else None


def _exact_profile(first: Table, second: Table, scaled: tuple[Floats, Floats], guess: tuple[Floats, Floats]
                   ) -> Profile | None:
    """The exact equilibrium with the supports of a floating-point one; None if there is none."""
    x, y = guess
    exact_y = _indifferent(first, y, scaled[0] @ y, x)
    exact_x = _indifferent(transposed(second), x, scaled[1].T @ x, y)
    if exact_x is None or exact_y is None:
        return None
    profile = exact_x, exact_y
    return profile if is_equilibrium(first, second, profile) else None


def _indifferent(table: Table, against: Floats, values: Floats, own: Floats) -> Mixture | None:
    """The mixture of the columns' player that leaves the rows' player indifferent among its best replies.

    First among all near-best replies (a vertex of the best-reply polytope), then among the actions it uses.
    """
    support = np.flatnonzero(against > NEAR).tolist()
    for tied in (np.flatnonzero(values >= values.max() - NEAR).tolist(), np.flatnonzero(own > NEAR).tolist()):
        if not tied:
            continue
        rows = [[table[i][k] - table[tied[0]][k] for k in support] + [Fraction(0)] for i in tied[1:]]
        solved = _unique_solution([*rows, [Fraction(1)] * (len(support) + 1)])
        if solved is not None:
            share = dict(zip(support, solved, strict=True))
            return tuple(share.get(k, Fraction(0)) for k in range(len(against)))
    return None


def _unique_solution(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """The solution of a linear system [coefficients | right-hand side]; None if there is not exactly one."""
    unknowns = len(rows[0]) - 1
    reduced, rank = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows]).rref()
    if rank != unknowns or any(reduced[k, k] != 1 for k in range(rank)):
        return None
    column = [reduced[k, unknowns] for k in range(unknowns)]
    return [Fraction(int(x.p), int(x.q)) for x in column]
