"""Screens of games with public signals or side payments, which stand on the methods that prove what they tell."""


from games.solvers.screens.signals import SignalScreen

__all__ = ["SignalScreen"]
