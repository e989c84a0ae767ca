"""Proofs about games in extensive form."""
