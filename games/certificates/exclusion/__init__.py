"""Proofs that no equilibrium reaches a target: steps that lower bounds on payoffs."""

from games.certificates.exclusion.exclusion import Exclusion

__all__ = ["Exclusion"]
