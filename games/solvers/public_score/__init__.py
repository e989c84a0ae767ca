"""Limits of equilibrium payoffs of patient players under public signals (Fudenberg and Levine 1994)."""

from games.solvers.public_score.solver import PublicScore, PublicScoreSolution

__all__ = ["PublicScore", "PublicScoreSolution"]
