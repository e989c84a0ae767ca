"""Proofs where actions are seen through public signals."""
