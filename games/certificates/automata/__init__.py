"""Proofs by a strategy automaton, or by a finite self-generating set: every one-shot deviation is tried."""
