"""Proofs about games with types."""

from games.certificates.typed.belief_deviation import BeliefDeviation
from games.certificates.typed.belief_intervals import BeliefIntervals
from games.certificates.typed.deviation import TypedDeviation
from games.certificates.typed.region import TrustRegion
from games.certificates.typed.rule import StatedBelief, TypedRuleEquilibrium
from games.certificates.typed.self_generation import TypedPoint, TypedSelfGeneration
from games.certificates.typed.shortfall import TrustShortfall
from games.certificates.typed.term_bound import FailingYears

__all__ = [
    "BeliefDeviation", "BeliefIntervals", "FailingYears", "StatedBelief", "TrustRegion", "TrustShortfall",
    "TypedDeviation", "TypedPoint", "TypedRuleEquilibrium", "TypedSelfGeneration",
]
