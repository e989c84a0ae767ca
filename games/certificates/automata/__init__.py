"""Proofs by a strategy automaton, or by a finite self-generating set: every one-shot deviation is tried."""

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation, ProfitableDeviation
from games.certificates.automata.self_generation import SelfGeneration

__all__ = ["NoProfitableDeviation", "ProfitableDeviation", "SelfGeneration"]
