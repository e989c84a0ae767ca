"""How many states and rows: of the game, and without each variable, counted by hand on small treaties."""

from __future__ import annotations

import json

import pytest

from tests.support.command_line import ROOT, run_with
from tests.support.small_treaties import plus
from treaties.compiling import coarsening
from treaties.compiling.compile import compile_treaty
from treaties.compiling.state_count import state_count
from treaties.effects import STATUS

TERM = 'type = "sunset"\narticle = "9"\nterm_years = 3\n'


def test_a_term_of_three_years_without_renewal() -> None:
    """Three years in force, one end: four states.  In force each party complies or breaches, stays or leaves: 16 rows.

    In the last year nobody's leaving makes a difference: 4 rows.  Without the year, one state is in force and one is
    not: 16 rows and 1.  Without the status, the end (told in year 1) is the first year's: 16, 16 and 4 rows.
    """
    found = state_count(compile_treaty(plus(TERM)))
    assert (found.states, found.rows) == (4, 16 + 16 + 4 + 1)
    year, status = sorted(found.variables, key=lambda variable: variable.rows_without)
    assert (year.values, year.reached, year.articles) == (("1", "2", "3"), 3, ("9",))
    assert (year.states_without, year.rows_without) == (2, 17)
    assert (status.name, status.values) == (STATUS, ("in force", "ended"))
    assert (status.states_without, status.rows_without) == (3, 36)


def test_a_treaty_with_one_variable_is_one_state_without_it() -> None:
    found = state_count(compile_treaty(plus()))
    (status,) = found.variables
    assert (found.states, found.rows) == (2, 17) and (status.states_without, status.rows_without) == (1, 16)


def test_values_that_no_state_has_are_told() -> None:
    bound = TERM + 'renewal = { rule = "mutual", decide_by_year = 2 }\n'
    found = state_count(compile_treaty(plus(bound)))
    renewal = next(variable for variable in found.variables if variable.name == "renewal")
    assert (renewal.values, renewal.reached) == (("open", "agreed", "refused"), 3)


def test_the_command_tells_what_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with(capsys)
    path = ROOT / "tests/treaties/reading/accepted/sunset_without_renewal.toml"
    told = run("check", path, "--size")
    data = json.loads(run("check", path, "--size", "--json").out)
    assert told.code == 0 and f"{data['states']} states" in told.out and "without it" in told.out
    for variable in data["variables"]:
        assert f"without it {variable['states_without']} states and {variable['rows_without']} rows" in told.out
        assert 1 <= variable["states_without"] <= data["states"] and variable["rows_without"] <= data["rows"]


def test_of_a_large_game_it_tells_what_coarser_grids_of_stocks_would_leave(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_with(capsys)
    path = ROOT / "tests/treaties/reading/accepted/technology_transfer.toml"
    assert json.loads(run("check", path, "--size", "--json").out)["coarser"] == []
    monkeypatch.setattr(coarsening, "MANY_STATES", 1)
    (said,) = json.loads(run("check", path, "--size", "--json").out)["coarser"]
    assert "points in place of" in said and said in run("check", path, "--size").out
