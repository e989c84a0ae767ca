"""Pictures of games: automata, payoff sets, staircases."""
