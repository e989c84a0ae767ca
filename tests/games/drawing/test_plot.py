"""Pictures of payoff sets: what is in them, that they come out the same twice, and what they refuse."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array

from games import GameError, Plan, StochasticGame, read_game, repeated_game, solve, write_game
from games.drawing import payoff_sets as plotting
from games.drawing.payoff_sets import plot_payoff_sets
from games.files.path_file import path_to_json
from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons
from games.solvers.penal_modes import PenalModes
from tests.support.command_line import Run, run_with
from tests.support.example_certificates import two_state_dilemma

DILEMMA = repeated_game(
    [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], 0.5, actions=[["comply", "breach"]] * 2, players=["Norland", "Sundmark"],
    name="dilemma")
BATTLE = repeated_game([[[0, 0], [3, 1]], [[1, 3], [0, 0]]], 0.3)
PENNIES = repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], 0.5)
UNEVEN = repeated_game(
    [[[16, 9], [3, 13], [0, 3]], [[21, 1], [10, 4], [-1, 0]], [[9, 0], [5, -4], [-5, -15]]], 0.3)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


class Drawn:
    """What went into the last picture: axes with their artists, and the legend's words."""

    def __init__(self) -> None:
        self.figure: Any = None

    @property
    def legend(self) -> list[str]:
        return [text.get_text() for text in self.figure.legends[0].get_texts()]

    @property
    def titles(self) -> list[str]:
        return [axes.get_title(loc="left") for axes in self.figure.axes]

    def points(self, label: str, panel: int = 0) -> Any:
        """Float[k, 2]: what is drawn under a label."""
        lines = [line for line in self.figure.axes[panel].lines if line.get_label() == label]
        return np.vstack([line.get_xydata() for line in lines])

    def labels(self, panel: int = 0) -> dict[str, Any]:
        return {text.get_text(): np.array(text.xy) for text in self.figure.axes[panel].texts}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    from matplotlib.figure import Figure

    kept = Drawn()
    saved = Figure.savefig

    def keep(self: Any, *arguments: Any, **options: Any) -> None:
        kept.figure = self
        saved(self, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", keep)
    return kept


def clock(years: int) -> StochasticGame:
    law = np.zeros((4 * years, years))
    law[np.arange(4 * years), (np.arange(4 * years) // 4 + 1) % years] = 1
    payoffs = np.tile([[2.0, 2], [-1, 3], [3, -1], [0, 0]], (years, 1))
    return StochasticGame(
        ("A", "B"), np.zeros(2), tuple(f"year {t}" for t in range(years)), ((("C", "D"),) * 2,) * years, payoffs,
        csr_array(law), initial=years - 1).with_discount(0.6)


# -- what is drawn ---------------------------------------------------------------------------------------------------


def test_everything_that_belongs_to_a_dilemma_is_drawn(drawn: Drawn, tmp_path: Path) -> None:
    solution = solve(DILEMMA)
    plan = Plan.of_profile(DILEMMA, "comply,comply")
    plot_payoff_sets(solution, tmp_path / "p.svg", plan=plan, verdict=solution.verdict(plan))
    assert drawn.titles == ["s0"]
    axes = drawn.figure.axes[0]
    assert axes.get_xlabel().startswith("Norland")
    assert axes.get_ylabel().startswith("Sundmark")
    assert sorted(drawn.points("stage payoffs of action profiles").tolist()) == [[-1, 3], [0, 0], [2, 2], [3, -1]]
    hull = drawn.points("equilibrium payoffs (outer and inner bounds agree)")
    assert np.abs(hull - [0, 8 / 3]).sum(axis=1).min() < 1e-8
    assert drawn.points("stage Nash equilibrium, pure").tolist() == [[0, 0]]
    assert drawn.points("disagreement: worst payoffs")[0] == pytest.approx([0, 0], abs=1e-8)
    for name in ("Nash bargaining", "Kalai-Smorodinsky", "egalitarian", "utilitarian"):
        assert drawn.points(name)[0] == pytest.approx([2, 2], abs=1e-7)
    assert drawn.points("target (sustainable)")[0] == pytest.approx([2, 2])
    assert drawn.labels()["path"] == pytest.approx([2, 2])
    assert any(name.startswith("punish") for name in drawn.labels())
    assert {"worst payoffs = pure minmax", "mode of the certificate"} <= set(drawn.legend)
    assert len(drawn.legend) == len(set(drawn.legend))


def test_bargaining_solutions_differ_where_the_game_is_uneven(drawn: Drawn, tmp_path: Path) -> None:
    plot_payoff_sets(solve(UNEVEN), tmp_path / "p.svg")
    worst = drawn.points("disagreement: worst payoffs")[0]
    gains = drawn.points("egalitarian")[0] - worst
    assert gains[0] == pytest.approx(gains[1])
    assert drawn.points("Nash bargaining")[0][0] > drawn.points("egalitarian")[0][0] + 1
    assert {"pure minmax", "worst payoffs"} <= set(drawn.legend)


def test_bargaining_can_start_from_the_nash_payoff(drawn: Drawn, tmp_path: Path) -> None:
    plot_payoff_sets(solve(UNEVEN), tmp_path / "p.svg", disagreement="nash")
    nash = drawn.points("disagreement: least Markov equilibrium")[0]
    assert nash == pytest.approx(drawn.points("stage Nash equilibrium, pure")[0])
    assert np.all(drawn.points("Kalai-Smorodinsky")[0] >= nash)


def test_mixed_nash_points_of_repeated_games(drawn: Drawn, tmp_path: Path) -> None:
    plot_payoff_sets(solve(BATTLE), tmp_path / "p.svg")
    assert drawn.points("stage Nash equilibrium, mixed").tolist() == [[0.75, 0.75]]
    assert len(drawn.points("stage Nash equilibrium, pure")) == 2


def test_whole_sets_of_stage_equilibria_are_segments_and_boxes(drawn: Drawn, tmp_path: Path) -> None:
    """Against b0 player 1 does not mind what it plays; the other has from 2 to 3."""
    plot_payoff_sets(solve(repeated_game([[[1, 3], [0, 2]], [[1, 2], [0, 0]]], 0.3)), tmp_path / "p.svg")
    assert np.unique(drawn.points("stage Nash equilibria, whole sets"), axis=0).tolist() == [[1, 2], [1, 3]]
    plot_payoff_sets(solve(repeated_game([[[3, 5], [1, 5]], [[3, 2], [1, 2]]], 0.3)), tmp_path / "q.svg")
    corners = [[1, 2], [1, 5], [3, 2], [3, 5]]
    assert np.unique(drawn.points("stage Nash equilibria, whole sets"), axis=0).tolist() == corners


def test_a_set_of_mixed_equilibria_of_one_payoff_is_a_point(drawn: Drawn, tmp_path: Path) -> None:
    game = repeated_game([[[0, 2], [1, 0], [1, 3]], [[0, 2], [0, 3], [0, 0]]], 0.5)
    plot_payoff_sets(solve(game), tmp_path / "p.svg")
    assert np.unique(drawn.points("stage Nash equilibrium, mixed"), axis=0).tolist() == [[0, 2]]
    assert "stage Nash equilibria, whole sets" not in drawn.legend


def test_no_equilibrium_is_said(drawn: Drawn, tmp_path: Path) -> None:
    plot_payoff_sets(solve(PENNIES), tmp_path / "p.svg")
    assert drawn.titles == ["s0: no equilibrium"]
    assert "Nash bargaining" not in drawn.legend
    assert drawn.points("stage Nash equilibrium, mixed").tolist() == [[0, 0]]


def test_outer_and_inner_sets_are_told_apart_when_undecided(drawn: Drawn, tmp_path: Path) -> None:
    solution = EquilibriumPolygons(max_sweeps=2).solve(UNEVEN)
    assert solution.status == "undecided"
    plot_payoff_sets(solution, tmp_path / "p.svg")
    assert "equilibrium payoffs lie within" in drawn.legend
    assert "equilibrium payoffs (outer and inner bounds agree)" not in drawn.legend


def test_an_unsustainable_target_is_drawn_outside(drawn: Drawn, tmp_path: Path) -> None:
    solution = solve(DILEMMA.with_discount(0.2))
    plan = Plan.of_profile(solution.game, "comply,comply")
    plot_payoff_sets(solution, tmp_path / "p.svg", plan=plan, verdict=solution.verdict(plan))
    assert drawn.points("target (unsustainable)")[0] == pytest.approx([2, 2])
    assert "mode of the certificate" not in drawn.legend
    assert "the target is unsustainable" in drawn.figure.get_suptitle()


def test_modes_are_drawn_at_their_values_in_every_state(drawn: Drawn, tmp_path: Path) -> None:
    solution = solve(two_state_dilemma(0.7))
    plan = Plan.from_json(solution.game, {"low": [["C", "C"]]})
    verdict = solution.verdict(plan)
    plot_payoff_sets(solution, tmp_path / "p.svg", plan=plan, verdict=verdict)
    for panel in (0, 1):
        modes = drawn.points("mode of the certificate", panel)
        assert len(modes) >= 2
        found = solution.payoff_set(panel)
        assert all(found.contains(mode) != "no" for mode in modes)
    assert drawn.points("target (sustainable)", 0)[0] == pytest.approx([2.756757, 2.756757], abs=1e-5)


def test_many_states_are_thinned_out_with_a_note_and_can_be_picked(drawn: Drawn, tmp_path: Path) -> None:
    game = clock(30)
    solution = solve(game)
    plot_payoff_sets(solution, tmp_path / "p.svg")
    assert drawn.titles == [*(f"year {t}" for t in range(plotting.MOST_PANELS - 1)), "year 29"]
    assert "9 of 30 states are drawn" in drawn.figure.get_suptitle()
    plot_payoff_sets(solution, tmp_path / "p.svg", states=["year 17", "year 4"])
    assert drawn.titles == ["year 17", "year 4"]


# -- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_pictures_come_out_the_same_twice(suffix: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        plot_payoff_sets(solve(BATTLE), tmp_path / f"{name}.{suffix}")
    assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix}").read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"one.{suffix}", f"two.{suffix}"]


def test_svg_tells_neither_date_nor_software(tmp_path: Path) -> None:
    plot_payoff_sets(solve(DILEMMA), tmp_path / "p.svg")
    text = (tmp_path / "p.svg").read_text()
    assert not re.search(r"dc:date|Matplotlib v", text)
    assert "<svg" in text


def test_names_are_not_read_as_mathematics(tmp_path: Path) -> None:
    game = repeated_game(
        [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], 0.5, players=["$x_1$", "Ünion & <Co>"], name="$\\frac{")
    plot_payoff_sets(solve(game), tmp_path / "p.svg")
    assert (tmp_path / "p.svg").stat().st_size > 5000


@pytest.mark.parametrize("scale", [1e-9, 1e9])
def test_tiny_and_huge_payoffs_are_drawn(drawn: Drawn, tmp_path: Path, scale: float) -> None:
    payoffs = np.array([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]) * scale + 5 * scale
    plot_payoff_sets(solve(repeated_game(payoffs, 0.5)), tmp_path / "p.png")
    assert drawn.points("Nash bargaining")[0] / scale == pytest.approx([7, 7])


def test_four_players_are_refused(tmp_path: Path, run: Run) -> None:
    game = repeated_game(np.zeros((2, 2, 2, 2, 4)), 0.5)
    with pytest.raises(GameError, match="two players, or of each pair of three"):
        plot_payoff_sets(solve(game, "nash_reversion"), tmp_path / "p.svg")
    result = run("game", "solve", write_game(game, tmp_path / "four.json"), "--plot", tmp_path / "p.svg")
    assert (result.code, result.out) == (2, "")
    assert "two players, or of each pair of three" in result.err and "--json" in result.err


# -- three players ---------------------------------------------------------------------------------------------------

PUBLIC_GOODS = repeated_game(
    [[[[1.6 / 3 * (x + y + z) + 1 - own for own in (x, y, z)] for z in (1, 0)] for y in (1, 0)] for x in (1, 0)], 0.6,
    actions=[["give", "keep"]] * 3, players=["North", "South", "West"], name="public goods")


def test_three_players_are_drawn_pair_by_pair(drawn: Drawn, tmp_path: Path) -> None:
    solution = solve(PUBLIC_GOODS)
    plan = Plan.of_profile(PUBLIC_GOODS, "give,give,give")
    plot_payoff_sets(solution, tmp_path / "p.svg", plan=plan, verdict=solution.verdict(plan))
    axes = [("North", "South"), ("North", "West"), ("South", "West")]
    found = solution.support_bounds()
    for panel, (across, up) in enumerate(axes):
        drawing = drawn.figure.axes[panel]
        assert drawing.get_xlabel().startswith(across) and drawing.get_ylabel().startswith(up)
        hull = drawn.points("equilibrium payoffs (outer and inner bounds agree)", panel)
        pair = [PUBLIC_GOODS.players.index(name) for name in (across, up)]
        for angle in np.arange(8) * np.pi / 4:
            direction = np.zeros(3)
            direction[pair] = np.cos(angle), np.sin(angle)
            inside, outside = found.support(direction)
            assert inside - 1e-6 <= (hull @ direction[pair]).max() <= outside + 1e-6
        assert drawn.points("target (sustainable)", panel)[0] == pytest.approx([1.6, 1.6])
        assert drawn.points("stage Nash equilibrium, pure", panel).tolist() == [[1, 1]]


def test_bounds_without_equilibria_inside_are_drawn_as_such(drawn: Drawn, tmp_path: Path) -> None:
    plot_payoff_sets(PenalModes().quick().solve(PUBLIC_GOODS), tmp_path / "p.png")
    assert "equilibrium payoffs lie within" in drawn.legend
    assert "equilibrium payoffs known (inner bound)" not in drawn.legend


def test_three_players_who_all_have_the_same_are_drawn(drawn: Drawn, tmp_path: Path, run: Run) -> None:
    game = repeated_game(np.ones((2, 2, 2, 3)), 0.5)
    result = run("game", "solve", write_game(game, tmp_path / "three.json"), "--plot", tmp_path / "p.svg")
    assert result.code == 0 and "P1: least 1, greatest 1" in result.out and "together: greatest 3" in result.out
    assert len(drawn.figure.axes) == 3


# -- the command -----------------------------------------------------------------------------------------------------


def test_the_command_draws_states_by_name_with_a_target(run: Run, tmp_path: Path, drawn: Drawn) -> None:
    game = two_state_dilemma(0.7)
    file = write_game(game, tmp_path / "g.json")
    path = tmp_path / "path.json"
    path.write_text(json.dumps(path_to_json(Plan.of_profile(read_game(file), "C,C"))))
    out = tmp_path / "p.svg"
    result = run("game", "solve", file, "--target", path, "--plot", out, "--state", "high", "--disagreement", "nash")
    assert result.code == 0
    assert drawn.titles == ["high"]
    assert "target (sustainable)" in drawn.legend
    refused = run("game", "solve", file, "--plot", out, "--state", "hihg")
    assert (refused.code, refused.out) == (2, "")
    assert "states are low, high" in refused.err
