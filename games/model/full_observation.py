"""A game with public signals as it would be if everyone saw everything: what its equilibria have to do with this one's.

Theorem.  Let G have public signals, with law P(y | s, a), and next states with law Q(s' | s, a, y).  Let G* be G with
perfect monitoring, whose next states have the marginal law sum_y P(y | s, a) Q(s' | s, a, y), and with public
randomisation after the next state is known.  Every perfect public equilibrium of G in pure actions with public
randomisation gives rise to a subgame-perfect equilibrium of G* in pure actions with public randomisation, with the same
payoffs after every history and the same law of states and profiles on its path.

Proof.  In G*, once a profile b has been played in s and s' has come, let the public randomisation draw a signal from
its law given (s, b, s'), that is P(y | s, b) Q(s' | s, b, y) divided by the sum over y, and let all play what the
public strategy of G says after the signals drawn so far.  After every profile, those of deviators included, signal and
next state together then have the law that they have in G.  The strategies depend on nothing else, so that from every
history on, following them and deviating from them for one period bring what they bring in G; where no one-shot
deviation pays in G none pays in G*, and in discounted games that is all that subgame perfection asks.

What is needed: pure actions, so that a deviation settles the profile that the randomisation conditions on (a player who
mixes in G is indifferent with what all know in common, and the profile is not known); public randomisation (it
has to do what the signals do in G); strategies that depend on public histories only.  Discount
factors may differ, signals may have any law, and the next state may depend on them.  The converse fails.

Source: Kandori (1992), The Use of Information in Repeated Games with Imperfect Monitoring, whose argument this is, with
states and with next states that depend on signals.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy.sparse import csr_array

from games.model.outcome_laws import OutcomeLaws
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import chance, to_fraction


def seen_by_all(game: StochasticGame) -> StochasticGame:
    """The game with perfect monitoring in which next states have the law that every profile gives them, exactly.

    >>> from games import repeated_game
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> seen_by_all(dilemma).digest == dilemma.digest
    True
    """
    seen = game.monitoring
    if seen is None or seen.next_law is None:
        return replace(game, monitoring=None)
    laws = OutcomeLaws(game)
    marginals: list[dict[int, Fraction]] = []
    for row in range(game.n_rows):
        law: dict[int, Fraction] = {}
        for (_, state), p in laws.exact(row).items():
            law[state] = law.get(state, Fraction(0)) + p
        marginals.append(law)
    if all(law == game.exact_transition(row) for row, law in enumerate(marginals)):
        return replace(game, monitoring=None)
    cells = [(row, state, p) for row, law in enumerate(marginals) for state, p in sorted(law.items())]
    rows, states, _ = (np.array(column) for column in zip(*cells, strict=True))
    transition = csr_array(
        (np.array([chance(p) for *_, p in cells]), (rows.astype(np.int64), states.astype(np.int64))),
        shape=game.transition.shape)
    rationals = {key: value for key, value in game.rationals.items() if key[0] != "transition"}
    rationals |= {("transition", row, state): p for row, state, p in cells if to_fraction(chance(p)) != p}
    return replace(game, monitoring=None, transition=transition, rationals=rationals)
