"""A campaign over random two-player games: nothing that must hold of every equilibrium is ever broken.

One to three states, one to three actions, ties, laws of the next state with zeros, common and unequal discount factors,
with and without side payments.  Every verdict is checked anew, and its sign is that of the margin told without proof.

``python -m tests.support.invariant_campaign 20000 FILE`` runs it in chunks of 500 games and prints the figures; what is
done is kept in the file, so that it goes on where it was broken off.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from games import Plan, StochasticGame, Sustainable, Undecided, solve
from games.numerics.polygons import excess
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.solution import Solution
from games.solvers.verdict import certificate_of
from tests.support.random_games import random_game

CHUNK = 500
REFUTE_SECONDS = 3.0


def campaign(count: int, seed: int = 0) -> Counter[str]:
    """Put ``count`` random games to every invariant; how many answers there were of each sort."""
    rng = np.random.default_rng(seed)
    seen: Counter[str] = Counter()
    for k in range(count):
        sort, game = _game(rng, k)
        paying = game.transfers == "voluntary"
        solution = solve(game) if paying else solve(game, refute_seconds=REFUTE_SECONDS)
        seen[f"{sort}: games"] += 1
        seen[f"{sort}: sets {solution.status}"] += 1
        _look_at_sets(solution)
        rows = np.zeros(game.n_rows, dtype=bool)
        rows[[int(rng.choice(game.rows_of(s))) for s in range(game.n_states)]] = True
        for asked, plan in (("one profile per state", Plan(game, rows)), ("anything", Plan.free(game))):
            seen[f"{sort}: {asked}: {_judge(solution, plan)}"] += 1
    return seen


def _game(rng: np.random.Generator, k: int) -> tuple[str, StochasticGame]:
    """The sort of a game, and one of it."""
    unequal, paying = k % 3 == 0, k % 3 > 0 and k % 4 == 1
    states = int(rng.integers(1, 4))
    game = random_game(
        rng, 2, states, (1, 3), integers=k % 4 < 2, reach=int(rng.integers(1, 4)),
        discount=rng.uniform(0.05, 0.95, 2).round(2).tolist() if unequal else None)
    if not paying:
        return "unequal factors" if unequal else "one factor", game
    return "side payments", replace(game, transfers="voluntary", burning=bool(k % 8 == 1))


def _look_at_sets(solution: Solution) -> None:
    """The invariants, written out once more in the plainest way."""
    game, close = solution.game, 1e-6 * (float(np.ptp(solution.game.payoffs)) or 1.0)
    assert not solution.fault, solution.fault
    for found in solution.payoff_sets:
        assert isinstance(found, EquilibriumPayoffSet)
        if found.empty:
            assert not len(found.inner)
            continue
        assert excess(found.inner, len(found.inner), found.outer, len(found.outer)) <= close
        assert (found.outer.min(axis=0) >= game.payoffs.min(axis=0) - close).all()
        if game.transfers == "none":
            assert (found.outer.max(axis=0) <= game.payoffs.max(axis=0) + close).all()
        if game.common_discount:
            assert found.outer.sum(axis=1).max() <= game.payoffs.sum(axis=1).max() + close
    if game.transfers == "voluntary":
        joint, worst = solution.joint_payoff, solution.punishment_payoffs
        live = np.isfinite(joint)
        assert (joint[live] >= worst[live].sum(axis=1) - close).all()


def _judge(solution: Solution, plan: Plan) -> str:
    """The verdict in a word; its certificate passes again, and margins have its sign."""
    verdict, margin = solution.verdict(plan), solution.margin(plan)
    if isinstance(verdict, Undecided):
        return "undecided"
    evidence = certificate_of(verdict)
    assert evidence is not None and evidence.check(solution.game).accepted
    holds = isinstance(verdict, Sustainable)
    assert margin is not None and (margin >= 0) == holds, (margin, verdict)
    assert verdict.margin is None or (verdict.margin >= 0) == holds
    assert not (holds and solution.empty)
    return "sustainable" if holds else "unsustainable"


def _main(count: int, record: Path) -> None:
    done = json.loads(record.read_text()) if record.exists() else {}
    for seed in range(-(-count // CHUNK)):
        if str(seed) not in done:
            began = time.process_time()
            done[str(seed)] = {**campaign(CHUNK, seed), "seconds": time.process_time() - began}
            record.write_text(json.dumps(done))
    total: Counter[str] = Counter()
    for chunk in done.values():
        total.update(chunk)
    for what, number in sorted(total.items()):
        print(f"{what:<60}{number:>12.6g}")


if __name__ == "__main__":
    _main(int(sys.argv[1]), Path(sys.argv[2]))
