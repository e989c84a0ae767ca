"""Play that is negotiated anew from time to time (Goldlücke and Kranz 2023)."""

from games.solvers.repeated_negotiation.solver import NegotiationSolution, RepeatedNegotiation

__all__ = ["NegotiationSolution", "RepeatedNegotiation"]
