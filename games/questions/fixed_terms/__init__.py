"""Treaties that surely end: how many years hold, in the best rule of play found and in every equilibrium."""

from games.questions.fixed_terms.term import FixedTerm, fixed_term

__all__ = ["FixedTerm", "fixed_term"]
