"""Games of the size of treaties: a term of years with audits of both parties and two public indicators."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest
from scipy.sparse import csr_array

from games import Plan, StochasticGame, Sustainable, Unsustainable
from games.certificates.certificate_file import certificate_text, read_certificate
from games.model.public_monitoring import PublicMonitoring
from games.solvers.public_transfers.solver import PublicTransfers, PublicTransferSolution
from games.solvers.verdict import certificate_of

BREACH = (0.0, 0.5, 1.0, 1.0)
"""Of complying, complying by half, breaching, leaving."""


def treaty(
    years: int, shocks: int, standings: int, *, discount: float, renewing: bool = False, actions: int = 4,
    detection: float = 0.6, false_alarm: float = 0.1,
) -> StochasticGame:
    """States (year, security, standing) and an end that is reached by leaving or when the term is over.

    Two audits and two indicators make 16 signals; breaches lower the standing of the agreement.
    """
    number = {key: s for s, key in enumerate(product(range(years), range(shocks), range(standings)))}
    end = len(number)
    corners = np.array([[[18, 22], [-12, 33]], [[30, -15], [0, 3]]], dtype=float)
    labels = ("comply", "half", "breach", "leave")[:actions]
    payoffs, laws, signals = [], [], []
    for (year, shock, standing) in number:
        told = []
        for a, b in product(range(actions), repeat=2):
            pa, pb = BREACH[a], BREACH[b]
            mix = np.outer([1 - pa, pa], [1 - pb, pb])
            payoffs.append((mix[:, :, None] * corners).sum(axis=(0, 1)) - [5 * shock * (1 - pa), 0] - standing)
            alarms = [false_alarm + (detection - false_alarm) * x for x in (pa, pb)]
            chances = [*alarms, 0.1 + 0.15 * (pa + pb), 0.2 + 0.2 * max(pa, pb)]
            told.append([float(np.prod([p if up else 1 - p for p, up in zip(chances, ups, strict=True)]))
                         for ups in product((True, False), repeat=4)])
            law = np.zeros(end + 1)
            if a == 3 or b == 3 or (year == years - 1 and not renewing):
                law[end] = 1
            elif year == years - 1:
                law[[number[0, z, 0] for z in range(shocks)]] = 0.95 / shocks
                law[end] = 0.05
            else:
                worse = 0.1 + 0.15 * (pa + pb)
                for z in range(shocks):
                    chance = 0.7 if z == shock else 0.3 / (shocks - 1)
                    law[number[year + 1, z, min(standing + 1, standings - 1)]] += chance * worse
                    law[number[year + 1, z, standing]] += chance * (1 - worse)
            laws.append(law)
        signals.append(np.round(told, 12))
    payoffs += [np.array(g) for g in ([0.0, 3], [0.0, 2], [-1.0, 3], [-1.0, 2])]
    laws += [np.eye(end + 1)[end]] * 4
    names = (*(f"y{y}z{z}s{s}" for y, z, s in number), "end")
    return StochasticGame(
        ("A", "B"), np.full(2, discount), names, ((labels, labels),) * end + ((("-", "x"), ("-", "x")),),
        np.array(payoffs), csr_array(np.array(laws)), transfers="voluntary", name="treaty",
        monitoring=PublicMonitoring(
            (tuple(f"y{k}" for k in range(16)),) * end + ((),), (*signals, np.zeros((0, 0)))))


def _answered(game: StochasticGame, holds: bool) -> PublicTransferSolution:
    solution = PublicTransfers().solve(game)
    assert solution.status == "converged"
    assert solution.error_bound is not None and solution.error_bound < 1e-7
    verdict = solution.verdict(Plan.of_profile(game, "comply,comply"))
    assert isinstance(verdict, Sustainable if holds else Unsustainable)
    evidence = certificate_of(verdict)
    assert evidence is not None
    assert read_certificate(json.loads(certificate_text(evidence))).check(game).accepted
    return solution


def test_a_short_treaty_unravels_and_one_that_renews_itself_holds() -> None:
    ending = _answered(treaty(4, 2, 2, discount=0.9, actions=2), False)
    renewing = _answered(treaty(4, 2, 2, discount=0.9, actions=2, renewing=True), True)
    assert np.all(renewing.joint_payoff[:-1] > ending.joint_payoff[:-1])
    # After the end nothing but the stage equilibrium is left.
    assert ending.joint_payoff[-1] == pytest.approx(3, abs=1e-9)
    assert ending.punishment_payoffs[-1] == pytest.approx([0, 3], abs=1e-9)


def test_better_audits_never_hurt_where_they_cost_nothing() -> None:
    before = None
    for detection in (0.1, 0.3, 0.6, 0.9):
        game = treaty(3, 2, 1, discount=0.8, actions=2, renewing=True, detection=detection)
        solution = PublicTransfers(settle=False).solve(game)
        if before is not None:
            assert np.all(solution.joint_payoff >= before.joint_payoff - 1e-9)
            assert np.all(solution.punishment_payoffs <= before.punishment_payoffs + 1e-9)
        before = solution


@pytest.mark.parametrize("years, discount, renewing, holds", [
    pytest.param(5, 0.9, False, False, marks=pytest.mark.campaign),
    pytest.param(5, 0.97, False, False, marks=pytest.mark.slow),
    pytest.param(5, 0.7, True, False, marks=pytest.mark.slow),
    pytest.param(12, 0.9, True, True, marks=pytest.mark.campaign)])
def test_years_with_audits_are_decided_and_proved(years: int, discount: float, renewing: bool, holds: bool) -> None:
    """81 or 193 states, 16 profiles and 16 signals in each: solving, the verdict and its proof."""
    game = treaty(years, 4, 4, discount=discount, renewing=renewing)
    solution = PublicTransfers().solve(game)
    verdict = solution.verdict(Plan.of_profile(game, "comply,comply"))
    assert game.n_states == 16 * years + 1
    assert isinstance(verdict, Sustainable if holds else Unsustainable)
