"""Proofs with voluntary side payments under perfect monitoring."""

from games.certificates.transfers.plan import TransferPlan
from games.certificates.transfers.shortfall import SurplusShortfall

__all__ = ["SurplusShortfall", "TransferPlan"]
