"""Public automata with few modes, for any number of players who see public signals and cannot pay one another."""

from games.solvers.public_automata.solver import PublicAutomata, PublicAutomataSolution

__all__ = ["PublicAutomata", "PublicAutomataSolution"]
