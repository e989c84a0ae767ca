"""Proofs about play that is negotiated anew (relational negotiation equilibrium)."""

from games.certificates.negotiation.plan import NegotiatedPlan

__all__ = ["NegotiatedPlan"]
