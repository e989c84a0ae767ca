"""Proofs about play that is negotiated anew (relational negotiation equilibrium)."""
