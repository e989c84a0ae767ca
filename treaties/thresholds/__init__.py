"""Thresholds of treaties as formulas: from which value of a number on full compliance is kept, and why."""
