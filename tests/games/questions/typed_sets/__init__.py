"""Tests of payoff sets of games with types."""
