"""Games of trust in which stakes, or the cost of a signal, are parameters, with rules that tell types apart.

After Watson (1999, 2002), Kydd (2000) and Spence (1973), in the payoffs of our own that the tests name.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from scipy.sparse import csr_array

from games.model.payoff_family import PayoffFamily
from games.model.stochastic_game import StochasticGame
from games.model.typed_game import PartyType, TypedGame
from games.model.typed_rule import TypedRule

C, B = 0, 1
"""To cooperate, and to betray."""
CC, CB, BC, BB = range(4)
"""The rows of a round."""


def _game(rounds: int, after: Sequence[Sequence[int]], discount: float) -> StochasticGame:
    """Rounds in which both move, then an end; ``after`` per round the state that follows each row."""
    rows = 4 * rounds + 1
    ahead = np.concatenate([np.ravel(after), [rounds]])
    law = csr_array((np.ones(rows), (np.arange(rows), ahead)), shape=(rows, rounds + 1))
    actions = ((("c", "b"), ("c", "b")),) * rounds + ((("rest",), ("rest",)),)
    names = (*(f"round {k}" for k in range(1, rounds + 1)), "end")
    return StochasticGame(("A", "B"), np.array([discount, discount]), names, actions, np.zeros((rows, 2)), law)


def growing_stakes(trust: Fraction, steps: int) -> tuple[PayoffFamily, TypedRule]:
    """Stakes a_0, …, a_steps, the last for good: 1 each for cooperation, -5 for who is betrayed, which ends it.

    A betrayal wins 15 for a low type and nothing for a high one.  High types cooperate, low ones betray.
    """
    rounds = steps + 1
    after = [[min(k + 1, steps), rounds, rounds, rounds] for k in range(rounds)]
    game = _game(rounds, after, 0.9)
    gains, own = np.zeros((rounds, game.n_rows, 2)), {(i, 1): np.zeros((rounds, game.n_rows)) for i in (0, 1)}
    for k in range(rounds):
        gains[k, 4 * k + CC], gains[k, 4 * k + CB], gains[k, 4 * k + BC] = (1, 1), (-5, 0), (0, -5)
        own[0, 1][k], own[1, 1][k] = gains[k, :, 0], gains[k, :, 1]
        own[0, 1][k, 4 * k + BC] = own[1, 1][k, 4 * k + CB] = 15
    types = (PartyType("high"), PartyType("low", payoffs=np.zeros(game.n_rows)))
    typed = TypedGame(game, (types, types), ((trust, 1 - trust),) * 2)
    high, low = np.zeros((1, rounds + 1), dtype=np.int64), np.ones((1, rounds + 1), dtype=np.int64)
    low[0, -1] = 0
    rule = TypedRule(("on",), 0, ((high, low),) * 2, np.zeros((1, game.n_rows), dtype=np.int64))
    return PayoffFamily(typed, tuple(f"stake {k}" for k in range(rounds)), gains, own), rule


def two_rounds(trust: Fraction) -> tuple[PayoffFamily, TypedRule]:
    """Share a of the stakes in the first round, the rest in the second; seekers cooperate first, greedy types betray.

    R = 3, P = 1, S = -2; T = 2 for a seeker, 4 for a greedy type.
    """
    game = _game(2, [[1] * 4, [2] * 4], 0.9)
    game = StochasticGame(game.players, np.ones(2), game.states, game.actions, game.payoffs, game.transition)
    tempted = {"seeker": 2, "greedy": 4}
    stake = {name: np.array([[3, 3], [-2, t], [t, -2], [1, 1]]) for name, t in tempted.items()}
    pay = {name: np.zeros((game.n_rows, 2)) for name in stake}
    gains = {name: np.zeros((1, game.n_rows, 2)) for name in stake}
    for name, of in stake.items():
        pay[name][4:8], gains[name][0, :4], gains[name][0, 4:8] = of, of, -of
    seeking = StochasticGame(game.players, game.discount, game.states, game.actions, pay["seeker"], game.transition)
    types = tuple((PartyType("seeker"), PartyType("greedy", payoffs=pay["greedy"][:, i])) for i in (0, 1))
    typed = TypedGame(seeking, types, ((trust, 1 - trust),) * 2)
    trusting, wary = 0, 1
    seeker = np.array([[C, C, 0], [B, B, 0]])
    greedy = np.array([[B, B, 0], [B, B, 0]])
    after = np.full((2, game.n_rows), wary)
    after[trusting, CC] = trusting
    rule = TypedRule(("trust", "distrust"), 0, ((seeker, greedy),) * 2, after)
    own = {(i, 1): gains["greedy"][:, :, i] for i in (0, 1)}
    return PayoffFamily(typed, ("share",), gains["seeker"], own), rule


def signal_at_signature() -> tuple[PayoffFamily, TypedRule]:
    """A pays c or does not, then R = 2, T = 3, P = 0, S = -1 for ever: patient (9/10) or impatient (1/5), at even odds.

    Only who pays is cooperated with, and only the patient pay.
    """
    law = csr_array((np.ones(6), (np.arange(6), np.ones(6, dtype=np.int64))), shape=(6, 2))
    actions = ((("pay", "do not"), ("wait",)), (("c", "b"), ("c", "b")))
    pay = np.array([[0, 0], [0, 0], [2, 2], [-1, 3], [3, -1], [0, 0]], dtype=float)
    game = StochasticGame(("A", "B"), np.array([0.9, 0.9]), ("signature", "play"), actions, pay, law)
    types = ((PartyType("patient"), PartyType("impatient", discount=0.2)), (PartyType("usual"),))
    typed = TypedGame(game, types, ((Fraction(1, 2), Fraction(1, 2)), (Fraction(1),)))
    gains = np.zeros((1, 6, 2))
    gains[0, 0, 0] = -1
    start, cooperate, never = 0, 1, 2
    patient = np.array([[0, C], [0, C], [0, B]])
    impatient = np.array([[1, B], [0, B], [0, B]])
    partner = np.array([[0, B], [0, C], [0, B]])
    after = np.full((3, 6), never)
    after[start, 0] = after[cooperate, 2] = cooperate
    rule = TypedRule(("signature", "cooperate", "never"), 0, ((patient, impatient), (partner,)), after)
    return PayoffFamily(typed, ("cost",), gains), rule
