"""From an equilibrium of a repeated game for one discount factor to one for any greater factor, with the same payoffs.

Before every move a public draw lets play stay in its mode with the chance (d' - d) / (d' (1 - d)); else the automaton
moves as it would have.  The draw does not depend on what was done, so the weight of tomorrow against today is what it
was for the factor d: every mode is worth the same, and every deviation brings the same share of what it brought.

Source: Abreu, Pearce and Stacchetti (1990), theorem 6 (monotonicity in the discount factor, with public randomisation).
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from games.model.strategy_automaton import Lottery, StrategyAutomaton


def for_more_patient(automaton: StrategyAutomaton, before: Fraction, after: Fraction) -> StrategyAutomaton:
    """The automaton that does for the factor ``after`` what the given one does for ``before``, which is less.

    Of a game with one state, whose players share the factor; its cells have no rule for single next states.
    """
    stay = (after - before) / (after * (1 - before))

    def slowed(mode: int, lottery: Lottery) -> Lottery:
        mix = {mode: stay}
        for k, p in lottery:
            mix[k] = mix.get(k, Fraction(0)) + (1 - stay) * p
        return tuple(sorted(mix.items()))

    cells = {
        (mode, state): replace(cell, then=slowed(mode, cell.then),
                               punish=tuple(slowed(mode, lottery) for lottery in cell.punish))
        for (mode, state), cell in automaton.cells.items()
    }
    return replace(automaton, cells=cells)
