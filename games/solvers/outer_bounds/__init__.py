"""Outer bounds on equilibrium payoffs, and refutations from them."""


from games.solvers.outer_bounds.refutation import refute, threat_bounds

__all__ = ["refute", "threat_bounds"]
