"""Voluntary side payments under public signals (Goldlücke and Kranz 2012)."""

from games.solvers.public_transfers.liquidity import PublicLiquidity
from games.solvers.public_transfers.solver import PublicTransfers, PublicTransferSolution

__all__ = ["PublicLiquidity", "PublicTransferSolution", "PublicTransfers"]
