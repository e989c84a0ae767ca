"""A method put where solvers are found is found, solves, proves, and is offered, with no other change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import games.solvers
from games import GameError, Sustainable, Undecided, repeated_game, solve, write_game
from games.questions.discount_region import discount_region
from games.solvers.solver import Solver
from tests.contracts import test_every_solver as contract
from tests.support.command_line import ROOT, run_with

DOOR = '''"""Equilibria of the stage game, played for ever."""

from games.solvers.stage_equilibria.solver import StageEquilibria

__all__ = ["StageEquilibria"]
'''
METHOD = '''"""Equilibria of the stage game, played for ever whatever happens (Nash 1951)."""

from dataclasses import dataclass
from typing import final

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.certificate import SolutionConcept
from games.model.stage_game import stage_game_of
from games.model.strategy_automaton import Cell, StrategyAutomaton, surely
from games.numerics.polygons import hausdorff, hull_of
from games.solvers.payoff_set import EquilibriumPayoffSet
from games.solvers.solution import Solution, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, only_if_proved

CONCEPT = SolutionConcept.PURE_SUBGAME_PERFECT


@final
@dataclass(frozen=True, eq=False)
class StageSolution(Solution):
    """Equilibria of the stage game."""

    def verdict(self, target):
        """Sustainable if some equilibrium of the stage game is allowed."""
        plan, game = plan_of(self.game, target), self.game
        for profile in stage_game_of(game, 0).pure_equilibria():
            row = int(np.dot(profile, game.stride[0]))
            if plan.allowed[row]:
                cell = Cell(row, surely(0), (surely(0),) * game.n_players)
                automaton = StrategyAutomaton(("for ever",), {(0, 0): cell}, surely(0))
                return only_if_proved(game, Sustainable(CONCEPT, NoProfitableDeviation.of(game, automaton, plan), 0.0))
        return Undecided(CONCEPT, "no equilibrium of the stage game keeps to it")


@final
@dataclass(frozen=True)
class StageEquilibria(Solver):
    """Equilibria of the stage game, for ever."""

    name = "stage_equilibria"
    exact_for = "sustainable answers in repeated games of two players"
    cost = "one pass over the profiles"
    source = "Nash (1951)"
    preference = 99

    def accepts(self, game):
        """Two players, one state, everything is seen, no transfers."""
        if game.n_players != 2 or game.n_states != 1 or game.monitoring is not None or game.transfers != "none":
            return "it takes plain repeated games of two players"
        return None

    def solve(self, game, progress=None):
        """Find them."""
        self.insist(game)
        outer = hull_of(game.payoffs)
        rows = [int(np.dot(profile, game.stride[0])) for profile in stage_game_of(game, 0).pure_equilibria()]
        inner = hull_of(game.payoffs[rows]) if rows else np.empty((0, 2))
        gap = hausdorff(outer, inner) if rows else np.inf
        return StageSolution(
            solver=self.name, why="asked for by name", concept=CONCEPT, game=game, status="undecided",
            payoff_sets=(EquilibriumPayoffSet(outer, inner, gap),), iterations=1, error_bound=None, seconds=0.0)
'''
DILEMMA = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], 0.5, actions=[["C", "D"], ["C", "D"]])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of solvers beside the project's own, with one method in it."""
    folder = tmp_path / "more_solvers" / "stage_equilibria"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(DOOR)
    (folder / "solver.py").write_text(METHOD)
    monkeypatch.setattr(games.solvers, "__path__", [*games.solvers.__path__, str(folder.parent)])
    yield folder.parent
    for name in [name for name in sys.modules if name.startswith("games.solvers.stage_equilibria")]:
        del sys.modules[name]
    vars(games.solvers).pop("stage_equilibria", None)


@pytest.fixture
def kind(place: Path) -> type[Solver]:
    return next(kind for kind in games.solvers.discover() if kind.name == "stage_equilibria")


def test_it_is_found_by_name_and_by_class(kind: type[Solver]) -> None:
    assert "stage_equilibria" in games.solvers.solver_names()
    assert games.solvers.StageEquilibria is kind  # type: ignore[attr-defined]
    for given in ("stage_equilibria", kind, kind()):
        assert solve(DILEMMA, solver=given).solver == "stage_equilibria"


def test_it_is_gone_when_its_folder_is() -> None:
    assert "stage_equilibria" not in games.solvers.solver_names()
    with pytest.raises(GameError, match="does not exist"):
        solve(DILEMMA, solver="stage_equilibria")


@pytest.mark.parametrize("check", [name for name in vars(contract.TestEverySolver) if name.startswith("test_")])
def test_it_keeps_what_every_solver_must_keep(kind: type[Solver], check: str) -> None:
    getattr(contract.TestEverySolver(), check)(kind)


def test_what_it_does_not_say_is_told_by_default(kind: type[Solver]) -> None:
    solution = solve(DILEMMA, solver=kind)
    assert isinstance(solution.verdict("D,D"), Sustainable) and isinstance(solution.verdict("C,C"), Undecided)
    assert solution.margin("D,D") == 0.0 and solution.margin("C,C") is None
    link = solution.weakest_link("D,D")
    assert link is not None and link.margin == 1.0
    assert solution.joint_bounds() == (0.0, 4.0)
    region = discount_region(DILEMMA, "D,D", step=0.5, solver="stage_equilibria")
    assert region.intervals == ((0.01, 0.99),)
    assert discount_region(DILEMMA, "C,C", step=0.5, solver="stage_equilibria").intervals == ()
    with pytest.raises(GameError, match="stage_equilibria"):
        solution.schedule("D,D")


def test_the_command_offers_it_solves_with_it_and_certifies(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, game, proof, picture = run_with(capsys), tmp_path / "g.json", tmp_path / "c.json", tmp_path / "a.svg"
    write_game(DILEMMA, game)
    told = run("game", "solve", game, "--solver", "stage_equilibria", "--target", "D,D", "--certificate", proof,
               "--diagram", picture, "--json")
    assert told.code == 0, told.err
    assert json.loads(told.out)["verdict"]["verdict"] == "sustainable"
    assert "for ever" in picture.read_text()
    assert run("game", "certify", game, "--certificate", proof).code == 0
    wrong = run("game", "solve", game, "--solver", "stage_equilibrium")
    assert wrong.code == 2 and "did you mean 'stage_equilibria'?" in wrong.err
    unknown = run("game", "solve", game, "--solver", "zzz")
    assert unknown.code == 2 and "stage_equilibria" in unknown.err


def test_the_help_names_it(place: Path) -> None:
    program = (
        f"import games.solvers; games.solvers.__path__.append({str(place)!r})\n"
        "from treaties.command_line.main import main; main(['game', 'solve', '--help'])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=os.environ | {"COLUMNS": "250", "NO_COLOR": "1"},
        capture_output=True, text=True, check=True)
    assert "stage_equilibria" in told.stdout and "nash_reversion" in told.stdout
