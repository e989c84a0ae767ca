"""Proofs with voluntary side payments under perfect monitoring."""
