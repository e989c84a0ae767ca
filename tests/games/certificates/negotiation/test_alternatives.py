"""Partners who lose touch where both defect, and then have nothing, at d = 1/2 with surpluses shared alike, by hand.

Payoffs are those of a dilemma with T = 3, R = 2, P = 0, S = -2; only mutual defection leads out of it.  Play until the
next negotiation can always be mutual defection, by which U = v_1 = v_2 = 0.  If cooperation is what is played, then
U = 4, nobody can have more than 0 where both defect, and S = 4.  A deviation from it brings
d 3 + d (v_i + h S / 2) = 3/2 + h, of both together 3 + 2 h: it is deterred if and only if h <= 1/2.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq
from scipy.sparse import csr_array

from games.certificates.negotiation.alternatives import another_payoff
from games.certificates.transfers.worth import ExactWorth
from games.model.stochastic_game import StochasticGame

F = Fraction


@pytest.mark.parametrize(("hazard", "room"), [(F(1, 4), True), (F(1, 2), True), (F(51, 100), False), (F(1), False)])
def test_cooperation_is_another_answer_exactly_where_negotiation_is_rare(hazard: Fraction, room: bool) -> None:
    payoffs = np.array([[2.0, 2.0], [-2.0, 3.0], [3.0, -2.0], [0.0, 0.0], [0.0, 0.0]])
    law = csr_array(np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]] * 2))
    game = StochasticGame(
        ("A", "B"), np.zeros(2), ("touch", "lost"), ((("C", "D"),) * 2, (("-",),) * 2), payoffs, law,
        transfers="voluntary").with_discount("1/2")
    nothing = {1: fmpq(0)}
    problem = another_payoff(
        ExactWorth.of(game), 0, hazard, (F(1, 2), F(1, 2)), nothing, (nothing, nothing), (fmpq(0),) * 3)
    assert problem == ("state 'touch' leaves room for other payoffs" if room else None)
