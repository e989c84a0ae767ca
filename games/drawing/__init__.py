"""Pictures of games: payoff sets, staircases of discount factors, automata, paths of play, game trees.

>>> from games.drawing import automaton_text
>>> from games import repeated_game, solve
>>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
>>> print(automaton_text(dilemma, solve(dilemma, solver="nash_reversion").automaton("a1,b1")).splitlines()[0])
starts: 'keep to the plan'
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.drawing.automata import automaton_dot, automaton_svg, automaton_text
    from games.drawing.payoff_sets import plot_payoff_sets
    from games.drawing.pictures import picture_of
    from games.drawing.simulation import plot_simulation
    from games.drawing.staircase import plot_staircase
    from games.drawing.trees import plot_tree, tree_svg, tree_tikz
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.drawing.automata": ("automaton_dot", "automaton_svg", "automaton_text"),
        "games.drawing.payoff_sets": ("plot_payoff_sets",),
        "games.drawing.pictures": ("picture_of",),
        "games.drawing.simulation": ("plot_simulation",),
        "games.drawing.staircase": ("plot_staircase",),
        "games.drawing.trees": ("plot_tree", "tree_svg", "tree_tikz"),
    })

__all__ = [
    "automaton_dot", "automaton_svg", "automaton_text", "picture_of", "plot_payoff_sets", "plot_simulation",
    "plot_staircase", "plot_tree", "tree_svg", "tree_tikz",
]
