"""Proofs where actions are seen through public signals."""

from games.certificates.signals.exclusion import PublicExclusion
from games.certificates.signals.maximal_score import MaximalScore
from games.certificates.signals.profitable_deviation import PublicProfitableDeviation
from games.certificates.signals.self_generation import PublicSelfGeneration
from games.certificates.signals.shortfall import PublicShortfall
from games.certificates.signals.transfer_plan import PublicTransferPlan
from games.certificates.signals.undetected_deviation import UndetectedDeviation

__all__ = [
    "MaximalScore", "PublicExclusion", "PublicProfitableDeviation", "PublicSelfGeneration", "PublicShortfall",
    "PublicTransferPlan", "UndetectedDeviation",
]
