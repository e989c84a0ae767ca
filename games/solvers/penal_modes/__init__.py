"""Optimal penal codes of few modes: verdicts on plans of games with any number of players."""

from games.solvers.penal_modes.screening import Held, Screen
from games.solvers.penal_modes.solver import PenalModes, PenalModesSolution
from games.solvers.screen import Screened

__all__ = ["Held", "PenalModes", "PenalModesSolution", "Screen", "Screened"]
