"""Screens of games with public signals or side payments, which stand on the methods that prove what they tell."""

from games.solvers.screens.seen_payments import SeenPayments
from games.solvers.screens.signalled_payments import SignalledPayments
from games.solvers.screens.signals import SignalScreen

__all__ = ["SeenPayments", "SignalScreen", "SignalledPayments"]
