"""Voluntary side payments under public signals (Goldlücke and Kranz 2012)."""

from games.solvers.public_transfers.solver import PublicTransfers, PublicTransferSolution

__all__ = ["PublicTransferSolution", "PublicTransfers"]
