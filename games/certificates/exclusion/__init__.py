"""Proofs that no equilibrium reaches a target: steps that lower bounds on payoffs."""
