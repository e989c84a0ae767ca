"""Proofs about games in extensive form."""

from games.certificates.trees.backward_induction import EquilibriumProfile
from games.certificates.trees.bayesian_assessment import BayesianAssessment
from games.certificates.trees.sequential_assessment import SequentialAssessment
from games.certificates.trees.zero_sum_value import ZeroSumValue

__all__ = ["BayesianAssessment", "EquilibriumProfile", "SequentialAssessment", "ZeroSumValue"]
