"""Schedules of payments: every phase of play is checked by one-shot deviations, exactly, from the schedule alone."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from games import StochasticGame, repeated_game, solve
from games.certificates.transfers.schedule import DuePayment, Phase, TransferSchedule
from games.solvers.relational_transfers.solver import TransferSolution
from tests.support.command_line import run_with
from tests.support.example_certificates import DILEMMA, PENNIES
from tests.support.random_games import random_game

PAPERS = Path(__file__).parents[4] / "papers"


def schedule_of(game: StochasticGame, target: object = None) -> TransferSchedule | None:
    solution = solve(game)
    assert isinstance(solution, TransferSolution)
    return solution.schedule(target or {})  # type: ignore[arg-type]


Played = list[tuple[Phase, int | None, int]]


def faults(game: StochasticGame, found: TransferSchedule) -> list[str]:
    """Every one-shot deviation that pays, and every broken promise; all numbers come from the schedule."""
    d, n, out = game.exact_discount(0), game.n_players, []
    worth = {(p.phase, p.punished, p.after, p.state): p.worth for p in found.due}

    def after(phase: Phase, punished: int | None, row: int, player: int) -> F:
        """Complying with a row: the payoff and what was promised for the next period."""
        return (1 - d) * game.exact_payoff(row, player) + d * sum(
            (q * worth[phase, punished, row, s][player] for s, q in game.exact_transition(row).items()), F(0))

    def onwards(state: int) -> Phase:
        return "restored" if state in found.restored else "path"

    # What a player who is punished has: it complies with its punishment and pays its fine later.
    held = [{s: after("punishment", i, row, i) for s, row in found.punish[i].items()} for i in range(n)]

    def best(row: int, player: int) -> F:
        return max((1 - d) * game.exact_payoff(b, player) + d * sum(
            (q * held[player][s] for s, q in game.exact_transition(b).items()), F(0))
            for b in game.deviation_rows(row, player))

    played: Played = [("path", None, row) for row in found.path.values()]
    played += [("restored", None, row) for row in found.restored.values()]
    played += [("punishment", i, row) for i in range(n) for row in found.punish[i].values()]
    for phase, punished, row in played:
        for i in range(n):
            if after(phase, punished, row, i) < best(row, i):
                out.append(f"{phase} {punished} {game.place(row)}: player {i} deviates")
    for p in found.due:
        now: Phase = "path" if p.phase in ("start", "path") else onwards(p.state)
        row = (found.path if now == "path" else found.restored)[p.state]
        for i in range(n):
            if p.worth[i] != after(now, None, row, i) - (1 - d) * p.net[i]:
                out.append(f"{p}: player {i} is promised something else")
            if p.worth[i] < held[i][p.state]:
                out.append(f"{p}: player {i} would rather be punished")
        if p.burnt:
            out.append(f"{p}: money is burnt")
        paid = [F(0)] * n
        for payer, receiver, amount in p.transfers:
            assert amount > 0
            paid[payer] += amount
            paid[receiver] -= amount
        if tuple(paid) != p.net:
            out.append(f"{p}: transfers are not the net payments")
    return out


@pytest.mark.parametrize("seed", range(24))
def test_schedules_of_random_games_are_equilibria_without_burning(seed: int) -> None:
    rng = np.random.default_rng(seed)
    players, states = ((2, 1), (2, 3), (3, 2), (4, 1))[seed % 4]
    game = replace(random_game(rng, players, states, 2, integers=seed % 5 == 0, reach=2), transfers="voluntary")
    found = schedule_of(game)
    if found is not None:
        assert faults(game, found) == []
        assert {p.phase for p in found.due} >= {"start", "path", "punishment"}


def test_most_random_games_have_schedules_and_some_have_a_path_of_their_own() -> None:
    own = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        game = replace(random_game(rng, 2, 2, 2, reach=2), transfers="voluntary")
        for row in game.rows_of(0):
            found = schedule_of(game, {"s0": [list(game.profile_labels(row))]})
            if found is not None and set(found.path) <= set(found.restored):
                own += 1
                assert faults(game, found) == []
                assert found.path[0] == row
    assert own >= 10


def test_the_checker_of_this_file_sees_forged_schedules() -> None:
    game = repeated_game(DILEMMA, "1/2", transfers="voluntary")
    found = schedule_of(game, "a0,b0")
    assert found is not None and faults(game, found) == []
    late = next(k for k, p in enumerate(found.due) if p.phase == "punishment")
    for other in (
        replace(found.due[late], net=(F(0), F(0))),
        replace(found.due[late], worth=tuple(w + F(1, 10**20) for w in found.due[late].worth)),
    ):
        due = (*found.due[:late], other, *found.due[late + 1:])
        assert faults(game, replace(found, due=due))


def test_a_deviator_pays_a_fine_that_takes_all_it_could_gain() -> None:
    # Held to 0 while the pair earns 4: after one period of mutual defection the deviator pays 2 + 2 = 4.
    found = schedule_of(repeated_game(DILEMMA, "1/2", transfers="voluntary"), "a0,b0")
    assert found is not None
    fines = [p for p in found.due if p.phase == "punishment"]
    assert [(p.punished, p.net) for p in fines] == [(0, (F(4), F(-4))), (1, (F(-4), F(4)))]
    assert [p.worth for p in fines] == [(F(0), F(4)), (F(4), F(0))]


def test_net_payments_are_matched_in_order() -> None:
    due = DuePayment("path", 0, None, 0, (F(3), F(-1), F(-1), F(1)), (F(0),) * 4)
    assert due.transfers == ((0, 1, F(1)), (0, 2, F(1))) and due.burnt == F(2)


def test_there_is_nothing_to_pay_where_nothing_holds() -> None:
    assert schedule_of(repeated_game(DILEMMA, "0.2", transfers="voluntary"), "a0,b0") is None
    assert schedule_of(repeated_game(PENNIES, "0.2", transfers="voluntary")) is None


def test_the_command_prints_payments_and_slacks(capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(capsys)
    options = (PAPERS / "goldluecke_kranz_2012" / "simple_cournot.json", "--target", "L,L", "--payments", "--slacks")
    first, second = (run("game", "solve", *options, "--json").out for _ in range(2))
    told = json.loads(first)
    assert {k: v for k, v in told.items() if k != "seconds"} == {
        k: v for k, v in json.loads(second).items() if k != "seconds"}
    assert told["payments"]["punishments"]["A"] == {"stage": ["M", "H"]}
    fine = next(p for p in told["payments"]["due"] if p["punished"] == "A")
    assert fine["transfers"] == [{"from": "A", "to": "B", "amount": "12"}] and fine["burnt"] == "0"
    assert told["slacks"][0] == {
        "state": "stage", "profile": ["L", "L"], "at_stake": 20, "slack": 10, "playable": True, "deviations": [
            {"player": "A", "deviation": "M", "gain": 5}, {"player": "B", "deviation": "M", "gain": 5}]}
    assert len(told["slacks"]) == 9 and not told["slacks"][8]["playable"]
    shown = run("game", "solve", *options).out
    assert "after (M, H), played to punish A: A pays B 12" in shown
    assert "(H, H): -10, not played in any equilibrium; A L +15, B L +15" in shown
    refused = run("game", "solve", *options, "--transfers", "none")
    assert refused.code == 2 and "--transfers voluntary" in refused.err
