"""What is proved of all equilibria of a treaty with types, and how long one with a fixed term holds."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from games.model.plan import Plan
from games.model.typed_game import TypedGame
from games.play.trust_values import point_of, trust, trust_line
from games.questions.fixed_terms import fixed_term
from games.questions.trust_shortfall import shortfall_of
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.trust import FixedTerm, NoMeans

JUST_BELOW = 1 - Fraction(1, 10**6)
"""Of the least trust: what is refused there by every equilibrium leaves no doubt what the least trust is."""


def term_of(compiled: CompiledTreaty, typed: TypedGame) -> FixedTerm | None:
    """How many years of a term hold if no right is used at will; None if it has no end, or a breach settles nothing."""
    game, planned = compiled.game, compiled.unused
    allowed = (planned < 0)[game.row_state]
    allowed[planned[planned >= 0]] = True
    if not np.any(planned >= 0):
        return None
    found = fixed_term(typed, Plan(game, allowed))
    if isinstance(found, str):
        return None
    return FixedTerm(
        found.sure_years, found.least_conditional, found.failing_years_at_least, found.failing_years_at_most)


def no_means(compiled: CompiledTreaty, typed: TypedGame, player: int, partner: int, least: Fraction | None) -> NoMeans:
    """Of what a no to full compliance speaks that is due to one party's doubts of another: the rule, or all equilibria.

    ``least``  trust by the rule.  Where the file's is less, or none suffices, the no is that of the file; else it is
    the one just below the least trust.
    """
    line = trust_line(typed, partner)
    if least and line is not None and least <= trust(typed, partner):
        below = point_of(line, least * JUST_BELOW)
        typed = replace(typed, prior=(*typed.prior[:partner], below, *typed.prior[partner + 1:]))
    elif least is not None and least <= trust(typed, partner):
        return "rule"
    return "rule" if shortfall_of(typed, compiled.plan, player) is None else "every equilibrium"
