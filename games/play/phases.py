"""How long a public automaton keeps to a plan before play departs from it, and how long it then stays away.

On the path of an automaton the mode is a Markov chain: the law of what everyone sees after the row that the mode
plays, and then the lottery over next modes.  How long play keeps to a plan is the time to absorption of that chain.

Source: Kemeny and Snell (1960), Finite Markov Chains, chapter III (fundamental matrix of an absorbing chain); phases
of cooperation and punishment: Green and Porter (1984).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.sparse.csgraph import breadth_first_order, connected_components
from scipy.sparse.linalg import splu

from games.model.outcome_laws import OutcomeLaws
from games.model.plan import Plan
from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Bools, Floats

CERTAIN = 1e-12
"""Chances below this are rounding."""


@final
@dataclass(frozen=True)
class Phases:
    """Phases in which an automaton, on its path, keeps to a plan, and phases in which it does not.

    Only states that the plan restricts count: what is played where it leaves play open neither keeps nor breaks it.

    ``begins``   whether play begins with a profile that the plan allows.
    ``keeps``    expected periods before the first that departs from the plan, in states that the plan restricts; None
                 if infinite, which it is where with some chance play keeps to the plan in such states for ever.
    ``departs``  chance that play departs from the plan at all.
    ``away``     expected periods, once it has departed, before it keeps to the plan again, in states that the plan
                 restricts; None if infinite, or if it never departs.
    ``returns``  chance that it keeps to the plan again once it has departed; None if it never departs.
    ``share``    Float per player: share of the periods in restricted states that keep to the plan, period t weighted by
                 the t-th power of the player's discount factor; None without such periods.
    """

    begins: bool
    keeps: float | None
    departs: float
    away: float | None
    returns: float | None
    share: tuple[float, ...] | None


def phases(game: StochasticGame, automaton: PublicAutomaton, plan: Plan) -> Phases:
    """Phases on the path of an automaton.  Raises ``GameError`` if the plan is for a game with other rows.

    >>> from fractions import Fraction
    >>> from games import repeated_game
    >>> from games.model.public_automaton import PublicMode
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> then = {(k, 0): ((0, Fraction(3, 4)), (1, Fraction(1, 4))) for k in range(4)}
    >>> stay = {outcome: ((1, Fraction(1)),) for outcome in then}
    >>> two = Fraction(2), Fraction(2)
    >>> modes = PublicMode(0, 0, two, then), PublicMode(0, 3, two, stay)
    >>> found = phases(dilemma, PublicAutomaton(modes, ((0, Fraction(1)),)), Plan.of_profile(dilemma, "a0,b0"))
    >>> found.keeps, found.departs, found.away
    (4.0, 1.0, None)
    """
    if len(plan.allowed) != game.n_rows:
        raise GameError(f"plan: {len(plan.allowed)} rows, the game has {game.n_rows}")
    law = mode_law(game, automaton)
    restricted = np.zeros(game.n_states, dtype=bool)
    restricted[list(plan.restricted_states)] = True
    counts = restricted[[mode.state for mode in automaton.modes]]
    keeping = plan.allowed[[mode.row for mode in automaton.modes]]
    start = np.zeros(len(keeping))
    for mode, chance in automaton.initial:
        start[mode] += float(chance)
    keeps, departs, first = _until(law, start, keeping, counts)
    away, returns = None, None
    if departs <= CERTAIN:
        departs = 0.0
    else:
        away, returns, _ = _until(law, first / departs, ~(keeping & counts), counts)
    begins = bool((keeping & counts)[start > 0].all())
    return Phases(begins, keeps, departs, away, returns, _share(law, start, keeping, counts, game.discount))


def mode_law(game: StochasticGame, automaton: PublicAutomaton) -> csr_array:
    """csr_array[modes, modes]: which mode follows which on the path."""
    laws = OutcomeLaws(game)
    at, to, chances = [], [], []
    for k, mode in enumerate(automaton.modes):
        for outcome, p in laws.law(mode.row).items():
            for after, q in mode.then[outcome]:
                at.append(k)
                to.append(after)
                chances.append(p * float(q))
    size = len(automaton.modes)
    out = csr_array((chances, (at, to)), shape=(size, size))
    out.sum_duplicates()
    return out


def _until(law: csr_array, start: Floats, inside: Bools, counts: Bools) -> tuple[float | None, float, Floats]:
    """Expected counted periods inside before the first mode outside; None if infinite.

    Also the chance of ever coming outside, and Float[modes]: the chance of doing so in each mode.
    """
    size = len(start)
    out = np.where(inside, 0.0, start)
    begun = np.flatnonzero(inside & (start > 0))
    if not len(begun):
        return 0.0, float(out.sum()), out
    # What play inside comes to before it leaves: an extra node leads to where it begins.
    steps = csr_array(law.multiply(np.where(inside, 1.0, 0.0)[:, None]))
    entry = csr_array((np.ones(len(begun)), (np.zeros(len(begun), dtype=int), begun)), shape=(1, size))
    rows, columns = steps.nonzero()
    arcs = csr_array((np.ones(len(rows) + len(begun)),
                      (np.r_[rows, np.full(len(begun), size)], np.r_[columns, entry.indices])),
                     shape=(size + 1, size + 1))
    reached = np.zeros(size, dtype=bool)
    order = breadth_first_order(arcs, size, return_predecessors=False)
    reached[order[order < size]] = True
    here = np.flatnonzero(reached & inside)
    within = csr_array(law[here][:, here])
    # Play stays for ever in classes that nothing leads out of.
    _, label = connected_components(within, connection="strong")
    leaks = 1.0 - np.asarray(within.sum(axis=1)).ravel() > CERTAIN
    links = within.tocoo()
    leaks[links.row[label[links.row] != label[links.col]]] = True
    closed = np.ones(label.max() + 1, dtype=bool)
    closed[label[leaks]] = False
    for_ever = closed[label]
    endless = bool((for_ever & counts[here]).any())
    passing = here[~for_ever]
    if not len(passing):
        return (None if endless else 0.0), float(out.sum()), out
    # Expected visits of the modes that play only passes through.
    system = (eye_array(len(passing)) - law[passing][:, passing]).T.tocsc()
    visits = np.asarray(splu(system).solve(start[passing]))
    out = out + np.where(inside, 0.0, visits @ law[passing])
    lasts = None if endless else float(visits @ counts[passing])
    return lasts, min(float(out.sum()), 1.0), out


def _share(
    law: csr_array, start: Floats, keeping: Bools, counts: Bools, discount: Floats
) -> tuple[float, ...] | None:
    found = []
    for delta in discount.tolist():
        visits = splu((eye_array(len(start)) - delta * law).T.tocsc()).solve(start)
        total = float(visits @ counts)
        if total <= 0:
            return None
        found.append(min(float(visits @ (keeping & counts)) / total, 1.0))
    return tuple(found)
