"""Outer bounds on equilibrium payoffs, and refutations from them."""


from games.solvers.outer_bounds.refutation import refutation, refute, threat_bounds

__all__ = ["refutation", "refute", "threat_bounds"]
