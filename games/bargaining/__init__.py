"""Bargaining: who gets what when players agree on one of many feasible payoffs."""
