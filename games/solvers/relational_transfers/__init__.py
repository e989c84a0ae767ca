"""Voluntary side payments where everything is seen (Goldlücke and Kranz 2018)."""

from games.solvers.relational_transfers.elimination import (
    KNIFE_EDGE,
    Elimination,
    Round,
    TransferGame,
    eliminate,
    first_best,
)
from games.solvers.relational_transfers.payments import least_payments
from games.solvers.relational_transfers.proofs import EXACT_BITS, EXACT_UNKNOWNS, path_states, punishment_rows, reached
from games.solvers.relational_transfers.solver import RelationalTransfers, TransferSolution
from games.solvers.relational_transfers.staircase import TransferStaircase

__all__ = [
    "EXACT_BITS", "EXACT_UNKNOWNS", "Elimination", "KNIFE_EDGE", "RelationalTransfers",
    "Round", "TransferGame", "TransferSolution", "TransferStaircase", "eliminate", "first_best", "least_payments",
    "path_states", "punishment_rows", "reached",
]
