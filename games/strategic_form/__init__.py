"""Games of one round: all equilibria where that can be, connected sets of them, dominance, minmax payoffs; all exact.

``answer`` gives everything that ``servanda game nash`` tells; ``dominated``, ``eliminate``, ``pure_minmax``,
``mixed_minmax`` and ``regret`` give its parts.  ``StageGame.mixed_equilibria`` has the equilibria of two players.

>>> from games import from_bimatrix, repeated_game
>>> from games.strategic_form import answer
>>> found = answer(repeated_game(from_bimatrix([[0, 1, 1], [0, 0, 0]], [[2, 0, 3], [2, 3, 0]]), 0.5))
>>> len(found.equilibria), found.complete, [part.dimension for part in found.components]
(3, True, [0, 1])
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.model.minmax import mixed_minmax, pure_minmax
    from games.strategic_form.answers import StageAnswer, StageEquilibrium, answer
    from games.strategic_form.components import Component
    from games.strategic_form.dominance import Dominated, Elimination, dominated, eliminate
    from games.strategic_form.many_players import regret
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.strategic_form.answers": ("StageAnswer", "StageEquilibrium", "answer"),
        "games.strategic_form.components": ("Component",),
        "games.strategic_form.dominance": ("Dominated", "Elimination", "dominated", "eliminate"),
        "games.strategic_form.many_players": ("regret",),
        "games.model.minmax": ("mixed_minmax", "pure_minmax"),
    })

__all__ = [
    "answer", "StageAnswer", "StageEquilibrium", "Component",
    "dominated", "eliminate", "Dominated", "Elimination", "pure_minmax", "mixed_minmax", "regret",
]
