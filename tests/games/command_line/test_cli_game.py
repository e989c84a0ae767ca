"""The ``servanda game`` commands as a user meets them: output, files, exit codes; never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from games import read_certificate, read_game, repeated_game, write_game
from games.files.path_file import path_to_json
from games.model.plan import Plan
from tests.support.command_line import BAD_FILES, ROOT, Run, run_with

SOLUTION_SCHEMA = json.loads((ROOT / "games" / "files" / "servanda-solution.schema.json").read_text())
DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
LABELS = [["comply", "breach"], ["comply", "breach"]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.fixture
def dilemma(tmp_path: Path) -> Path:
    return write_game(repeated_game(DILEMMA, discount=0.5, actions=LABELS, name="dilemma"), tmp_path / "dilemma.json")


# -- solve ---------------------------------------------------------------------------------------------------------


def test_solve_prints_the_payoff_set(run: Run, dilemma: Path) -> None:
    result = run("game", "solve", dilemma)
    assert result.code == 0
    assert "dilemma" in result.out
    assert "(2, 2)" in result.out
    assert "converged" in result.out
    assert result.err == ""


def test_a_probability_that_rounding_left_below_zero_is_told_on_standard_error(run: Run, tmp_path: Path) -> None:
    state = {"name": "s", "actions": [["a"]], "payoffs": [[1]], "transitions": [{"s": 1, "t": -1e-17}]}
    other = state | {"name": "t", "transitions": [{"t": 1}]}
    content = {"format": "servanda-game/1", "players": ["A"], "discount": 0.5, "states": [state, other]}
    (tmp_path / "rounded.json").write_text(json.dumps(content))
    result = run("game", "convert", tmp_path / "rounded.json", "--to", "quantecon")
    assert result.code == 0 and json.loads(result.out)["for"] == "quantecon"
    assert result.err.splitlines() == [
        "remark: state 's', profile (a), transitions, state 't': the probability -1e-17 is zero but for rounding and "
        "is read as 0"]


def test_solve_tells_ranges_of_three_players(run: Run, tmp_path: Path) -> None:
    goods = [[[[1.6 / 3 * (x + y + z) + 1 - own for own in (x, y, z)] for z in (1, 0)] for y in (1, 0)] for x in (1, 0)]
    file = write_game(repeated_game(goods, discount=0.6, players=["North", "South", "West"]), tmp_path / "goods.json")
    result = run("game", "solve", file, "--target", "a0,b0,c0")
    assert result.code == 0
    assert "North: least 1, greatest 1.93833" in result.out and "together: greatest 4.8" in result.out
    assert "others lie within" in result.out and len(result.out.splitlines()) < 20
    told = json.loads(run("game", "solve", file, "--target", "a0,b0,c0", "--json").out)
    jsonschema.validate(told, SOLUTION_SCHEMA)
    support = told["states"]["s0"]["support"]
    assert support["gap"] < 1e-6 and len(support["vertices"]) > 3 and len(support["facets"]) > 3
    # What is proved to hold lies inside what is told of the same answer.
    assert told["verdict"]["verdict"] == "sustainable"
    for direction, inner in zip(support["directions"], support["inner"], strict=True):
        assert inner >= 1.6 * sum(direction) - 1e-9


def test_solve_says_that_three_players_have_no_equilibrium(run: Run, tmp_path: Path) -> None:
    oracle = json.loads((ROOT / "tests" / "oracles" / "nplayer_random_2x2x2_1_d0.5.json").read_text())
    (tmp_path / "none.json").write_text(json.dumps(oracle["game"]))
    result = run("game", "solve", tmp_path / "none.json")
    assert result.code == 0
    assert "no equilibrium of this concept exists from the initial state" in result.out
    assert "equilibrium payoffs: none" in result.out


def test_solve_json_is_one_pure_object(run: Run, dilemma: Path) -> None:
    result = run("game", "solve", dilemma, "--json", "--target", "breach,breach")
    data = json.loads(result.out)
    assert not list(jsonschema.Draft202012Validator(SOLUTION_SCHEMA).iter_errors(data))
    assert data["format"] == "servanda-solution/1"
    assert data["solver"] == "equilibrium_polygons"
    vertices = np.array(data["states"]["s0"]["vertices"])
    assert np.abs(vertices - [2, 2]).sum(axis=1).min() < 1e-9
    edges = np.roll(vertices, -1, axis=0) - vertices
    turns = edges[:, 0] * np.roll(edges, -1, axis=0)[:, 1] - edges[:, 1] * np.roll(edges, -1, axis=0)[:, 0]
    assert np.all(turns > 0), "vertices are counter-clockwise"
    assert data["empty"] is False
    assert data["verdict"]["verdict"] == "sustainable"
    assert data["verdict"]["certificate"]["checked"] is True


def test_no_equilibrium_is_an_answer(run: Run, tmp_path: Path) -> None:
    path = write_game(repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], discount=0.5), tmp_path / "pennies.json")
    result = run("game", "solve", path, "--json")
    assert result.code == 0
    data = json.loads(result.out)
    assert data["empty"] is True
    assert data["states"]["s0"]["vertices"] == []
    assert "no equilibrium" in run("game", "solve", path).out


@pytest.mark.parametrize(
    ("discount", "word"), [("0.34", "sustainable"), ("1/3", "sustainable"), ("0.33", "unsustainable")])
def test_target_verdicts_at_the_threshold_of_the_dilemma(run: Run, dilemma: Path, discount: str, word: str) -> None:
    result = run("game", "solve", dilemma, "--discount", discount, "--target", "comply,comply", "--json")
    assert result.code == 0
    assert json.loads(result.out)["verdict"]["verdict"] == word


def test_discount_factors_per_player(run: Run, dilemma: Path) -> None:
    data = json.loads(run("game", "solve", dilemma, "--discount", "0.5,0.9", "--json").out)
    assert data["discount"] == [0.5, 0.9]
    # Unequal patience reaches joint payoffs outside the hull of the stage payoffs.
    assert np.array(data["states"]["s0"]["vertices"]).sum(axis=1).max() == pytest.approx(4.3656, abs=1e-4)


def test_a_path_file_is_a_target(run: Run, dilemma: Path, tmp_path: Path) -> None:
    game = read_game(dilemma)
    path = tmp_path / "path.json"
    path.write_text(json.dumps(path_to_json(Plan.of_profile(game, "comply,comply"))))
    result = run("game", "solve", dilemma, "--target", path, "--json")
    assert json.loads(result.out)["verdict"]["verdict"] == "sustainable"


def test_undecided_exits_with_three_only_when_asked(run: Run, dilemma: Path) -> None:
    arguments = (
        "game", "solve", dilemma, "--discount", "0.2", "--target", "comply,comply", "--solver", "nash_reversion")
    result = run(*arguments)
    assert result.code == 0
    assert "undecided" in result.out
    assert "reason" in result.out
    assert run(*arguments, "--strict").code == 3


def test_a_certificate_is_not_written_when_undecided(run: Run, dilemma: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.json"
    result = run(
        "game", "solve", dilemma, "--discount", "0.2", "--target", "comply,comply", "--solver", "nash_reversion",
        "--certificate", out, "--json")
    assert json.loads(result.out)["certificate"] is None
    assert not out.exists()
    assert "no certificate" in result.err


@pytest.mark.parametrize("name", ["picture.svg", "picture.png", "picture.pdf"])
def test_plots_are_written(run: Run, dilemma: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    assert run("game", "solve", dilemma, "--plot", out).code == 0
    assert out.stat().st_size > 2000


def test_diagrams_are_written(run: Run, dilemma: Path, tmp_path: Path) -> None:
    for suffix, expected in ((".svg", "<svg"), (".dot", "digraph"), (".txt", "nobody deviates")):
        out = tmp_path / f"automaton{suffix}"
        result = run(
            "game", "solve", dilemma, "--target", "comply,comply", "--solver", "nash_reversion", "--diagram", out)
        assert result.code == 0
        assert expected in out.read_text()
        assert "comply" in out.read_text()
    assert "://" not in (tmp_path / "automaton.svg").read_text().replace("http://www.w3.org/2000/svg", "")


# -- margin, weakest link and region ---------------------------------------------------------------------------------


def checked(text: str) -> Any:
    """One JSON object that its schema accepts, and nothing else."""
    data = json.loads(text)
    assert [error.message for error in jsonschema.Draft202012Validator(SOLUTION_SCHEMA).iter_errors(data)] == []
    return data


def test_region_margin_and_weakest_link(run: Run, dilemma: Path) -> None:
    result = run("game", "solve", dilemma, "--target", "comply,comply", "--region", "--json")
    assert result.code == 0
    data = checked(result.out)
    assert data["verdict"]["margin"] == pytest.approx(1.0)
    assert data["verdict"]["weakest_link"] == {
        "state": "s0", "player": "P1", "played": ["comply", "comply"], "deviation": "breach",
        "margin": data["verdict"]["margin"]}
    region = data["region"]
    assert region["intervals"] == [[pytest.approx(1 / 3, abs=1e-6), 0.99]]
    assert region["edges"][0]["proved"] is True
    assert region["edges"][0]["fails_at"] < 1 / 3 < region["edges"][0]["holds_at"]
    assert region["grid"] == {"lowest": 0.01, "highest": 0.99, "step": 0.02}
    said = run("game", "solve", dilemma, "--target", "comply,comply", "--region", "--scan", "0.1,0.9,0.1").out
    assert "0.33333" in said
    assert "both sides proved" in said
    assert "in steps of 0.1" in said
    assert "P1 could play breach instead of comply,comply" in said


def test_a_region_can_be_empty_or_undecided(run: Run, tmp_path: Path, dilemma: Path) -> None:
    pennies = write_game(repeated_game([[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]], discount=0.5), tmp_path / "p.json")
    arguments = ("game", "solve", pennies, "--target", "a0,b0", "--region", "--scan", "0.1,0.9,0.2")
    data = checked(run(*arguments, "--json").out)
    assert data["region"]["intervals"] == data["region"]["edges"] == []
    assert data["verdict"]["weakest_link"] is None
    assert "none of those tried" in run(*arguments).out
    data = checked(run(
        "game", "solve", dilemma, "--target", "comply,comply", "--region", "--scan", "0.1,0.9,0.2", "--solver",
        "nash_reversion", "--discount", "0.2", "--json").out)
    assert data["verdict"]["verdict"] == "undecided"
    assert data["region"]["undecided"] == [0.1, 0.3]
    assert data["region"]["edges"][0]["proved"] is False
    assert data["region"]["edges"][0]["discount"] == pytest.approx(1 / 3, abs=1e-6)


ORACLES = ROOT / "tests" / "oracles"


@pytest.mark.parametrize("name", [
    "set_as2014_d0.3", "set_as_twostate_d0.7_p0.3_o5", "set_cournot_n5_d0.8", "set_pd_9_1_10_3_d0.75",
    "set_pd_twostate_d0.6667", "set_rand_n3_s0_d0.3", "set_rand_n4_s0_d0.3", "set_rand_n8_s0_d0.5", "set_sg_bos_d0.3",
    "set_risksharing_e5_c5_d0.8_p0.5C", "set_rand_n10_s0_d0.3", "set_rand_n12_s0_d0.3",
])
@pytest.mark.parametrize("target", [False, True])
def test_solutions_of_reference_games_fit_their_schema(run: Run, tmp_path: Path, name: str, target: bool) -> None:
    given = json.loads((ORACLES / f"{name}.json").read_text())
    file = tmp_path / "game.json"
    file.write_text(json.dumps(given["game"]))
    first = read_game(file)
    more = ("--target", ",".join(first.profile_labels(0)), "--certificate", tmp_path / "c.json") if target else ()
    result = run("game", "solve", file, "--json", *more)
    assert result.code == 0
    data = checked(result.out)
    expected = given["expected"][0]
    assert data["empty"] is expected["empty"]
    assert set(data["states"]) == set(first.states)
    for state in first.states if expected["empty"] else ():
        assert data["states"][state]["vertices"] == []
        assert data["states"][state]["worst_payoffs"] is None
    if target:
        assert {"margin", "weakest_link"} <= set(data["verdict"]) or data["verdict"]["verdict"] == "undecided"
        assert (data["certificate"] is None) == (data["verdict"]["verdict"] == "undecided")


# -- certify -------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(run: Run, dilemma: Path, tmp_path: Path) -> Path:
    out = tmp_path / "certificate.json"
    result = run("game", "solve", dilemma, "--target", "comply,comply", "--certificate", out)
    assert f"wrote {out}" in result.err
    return out


def test_certify_accepts_what_solve_wrote(run: Run, dilemma: Path, certificate: Path) -> None:
    result = run("game", "certify", dilemma, "--certificate", certificate)
    assert result.code == 0
    assert result.out.startswith("accepted")
    data = json.loads(run("game", "certify", dilemma, "--certificate", certificate, "--json").out)
    assert data["accepted"] is True
    assert data["game_digest"] == read_game(dilemma).digest


def test_certify_says_the_whole_claim_and_answers_what_is_expected(
    run: Run, dilemma: Path, certificate: Path, tmp_path: Path
) -> None:
    told = run("game", "certify", dilemma, "--certificate", certificate).out
    for part in ("pure-action subgame-perfect equilibrium", "only (comply, comply)", "discount factor 0.5",
                 "no side payments", "not who wrote the file"):
        assert part in told
    yes = run("game", "certify", dilemma, "--certificate", certificate, "--expect", "comply,comply")
    assert yes.code == 0 and "proves what is expected: comply,comply" in yes.out
    path = tmp_path / "path.json"
    state = read_game(dilemma).states[0]
    path.write_text(json.dumps({"format": "servanda-path/1", "allowed": {state: [["breach", "breach"]]}}))
    for expected in ("breach,breach", path):
        no = run("game", "certify", dilemma, "--certificate", certificate, "--expect", expected, "--json")
        found = json.loads(no.out)
        assert no.code == 1 and found["accepted"] and not found["expected"]["proved"]
        assert "which the plan forbids" in found["expected"]["problem"]
    assert run("game", "certify", dilemma, "--certificate", certificate, "--expect", "nonsense").code == 2
    out = tmp_path / "no.json"
    run("game", "solve", dilemma, "--target", "comply,comply", "--discount", "0.2", "--certificate", out)
    refuted = run(
        "game", "certify", dilemma, "--certificate", out, "--discount", "0.2", "--expect", "comply,comply")
    assert refuted.code == 1 and "accepted" in refuted.out and "does not prove what is expected" in refuted.out


def test_certify_refuses_another_game(run: Run, dilemma: Path, certificate: Path) -> None:
    result = run("game", "certify", dilemma, "--certificate", certificate, "--discount", "0.2")
    assert result.code == 1
    assert result.out.startswith("refused")
    assert "another game" in result.out


def test_solving_at_another_discount_certifies_at_that_discount(run: Run, dilemma: Path, tmp_path: Path) -> None:
    out = tmp_path / "c.json"
    run("game", "solve", dilemma, "--target", "comply,comply", "--discount", "1/3", "--certificate", out)
    assert run("game", "certify", dilemma, "--certificate", out, "--discount", "1/3").code == 0
    assert run("game", "certify", dilemma, "--certificate", out).code == 1


def numbers_in(node: Any, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Places of all numbers, and of texts that hold numbers, in a JSON object."""
    if isinstance(node, dict):
        return [p for key, value in node.items() for p in numbers_in(value, (*place, key))]
    if isinstance(node, list):
        return [p for k, value in enumerate(node) for p in numbers_in(value, (*place, k))]
    is_number = isinstance(node, int | float) and not isinstance(node, bool)
    return [place] if is_number or (isinstance(node, str) and node[:1] in "0123456789-" and "seal" not in place) else []


@pytest.mark.parametrize("discount", ["0.5", "0.2"], ids=["sustainable", "unsustainable"])
def test_changing_any_number_of_a_certificate_is_refused_with_its_place(
    run: Run, dilemma: Path, tmp_path: Path, discount: str
) -> None:
    out = tmp_path / "c.json"
    run("game", "solve", dilemma, "--target", "comply,comply", "--discount", discount, "--certificate", out)
    original = json.loads(out.read_text())
    places = numbers_in(original)
    assert len(places) > 3
    for place in places:
        data = json.loads(out.read_text())
        node: Any = data
        for step in place[:-1]:
            node = node[step]
        old = node[place[-1]]
        node[place[-1]] = old + 1 if not isinstance(old, str) else ("1" if old[0] != "1" else "2") + old[1:]
        tampered = tmp_path / "tampered.json"
        tampered.write_text(json.dumps(data))
        result = run("game", "certify", dilemma, "--certificate", tampered, "--discount", discount)
        assert result.code in (1, 2), place
        where = next(str(step) for step in reversed(place) if isinstance(step, str))
        assert where in result.out + result.err or str(place[0]) in result.out + result.err, (place, result)


def test_certify_imports_no_solver(dilemma: Path, certificate: Path) -> None:
    code = (
        "import sys\n"
        "from treaties.command_line.main import main\n"
        "try:\n"
        f"    main(['game', 'certify', {str(dilemma)!r}, '--certificate', {str(certificate)!r}])\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
        "banned = ('games.solvers.', 'games.questions', 'nashpy', 'numba', 'quantecon')\n"
        "names_only = 'games.solvers.discovery'\n"  # for the help: it lists folders and imports no method
        "print('LOADED', [m for m in sys.modules if m.startswith(banned) and m != names_only])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0] == "accepted", done.stderr
    assert done.stdout.splitlines()[-1] == "LOADED []"


def test_certificates_are_read_back(certificate: Path, dilemma: Path) -> None:
    assert read_certificate(certificate).check(read_game(dilemma)).accepted


# -- convert -------------------------------------------------------------------------------------------------------


def test_convert_to_standard_output_and_to_files(run: Run, dilemma: Path, tmp_path: Path) -> None:
    result = run("game", "convert", dilemma, "--to", "nfg")
    assert result.out.startswith("NFG 1 R")
    assert result.out.endswith("2 2 3 -1 -1 3 0 0\n")
    for to in ("nfg", "nashpy", "quantecon"):
        out = tmp_path / f"out.{to}"
        assert run("game", "convert", dilemma, "--to", to, "--out", out).code == 0
        assert out.stat().st_size > 50


def test_several_states_make_a_folder_of_gambit_files(run: Run, tmp_path: Path) -> None:
    stage = {"actions": [["x"], ["y", "z"]], "payoffs": [[[0, 1], [2, 3]]]}
    path = tmp_path / "two.json"
    path.write_text(json.dumps({
        "format": "servanda-game/1", "players": ["A", "B"], "discount": 0.5,
        "states": [{"name": "at peace"} | stage, {"name": "../war"} | stage],
    }))
    refused = run("game", "convert", path, "--to", "nfg")
    assert refused.code == 2
    assert "--out" in refused.err
    assert run("game", "convert", path, "--to", "nfg", "--out", tmp_path / "games").code == 0
    assert sorted(p.name for p in (tmp_path / "games").iterdir()) == ["1-at-peace.nfg", "2----war.nfg"]
    assert "state at peace" in run("game", "convert", path, "--to", "nfg", "--state", "at peace").out
    assert run("game", "convert", path, "--to", "nfg", "--state", "peace").code == 2


# -- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["solve", "certify", "convert"])
@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_end_with_two_and_a_message(run: Run, tmp_path: Path, command: str, name: str, dilemma: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(BAD_FILES[name])
    needed: dict[str, list[object]] = {"certify": ["--certificate", dilemma], "convert": ["--to", "nfg"]}
    more = needed.get(command, [])
    result = run("game", command, path, *more)
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("servanda: ")
    assert "bad.json" in result.err
    assert len(result.err) < 2000


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_certificates_end_with_two_and_a_message(run: Run, tmp_path: Path, name: str, dilemma: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(BAD_FILES[name])
    result = run("game", "certify", dilemma, "--certificate", path)
    assert result.code == 2
    assert result.err.startswith("servanda: ")


def test_folders_and_missing_files(run: Run, tmp_path: Path, dilemma: Path) -> None:
    for place in (tmp_path, tmp_path / "none.json", tmp_path / "no" / "folder.json"):
        assert run("game", "solve", place).code == 2
        assert run("game", "certify", dilemma, "--certificate", place).code == 2
        assert run("game", "certify", place, "--certificate", dilemma).code == 2
    nowhere = tmp_path / "no" / "such.svg"
    assert run("game", "solve", dilemma, "--target", "comply,comply", "--certificate", nowhere).code == 2
    assert run("game", "solve", dilemma, "--plot", nowhere).code == 2
    assert run("game", "convert", dilemma, "--to", "nfg", "--out", nowhere).code == 2


@pytest.mark.parametrize(("arguments", "expected"), [
    (["--discount", "one"], "not a number"),
    (["--discount", "1"], "not in [0, 1)"),
    (["--discount", "0.5,0.5,0.5"], "3 numbers for 2 players"),
    (["--discount", ""], "--discount"),
    (["--discount", "1/0"], "--discount"),
    (["--discount", "nan"], "--discount"),
    (["--target", "comply"], "1 action named, the game has 2 players; write one action for each"),
    (["--target", "comply,fly"], "no state has this profile"),
    (["--target", "missing.json"], "cannot be read"),
    (["--transfers", "voluntary", "--discount", "0.5,0.6"], "no solver applies"),
    (["--transfers", "sometimes"], "--transfers"),
    (["--solver", "nash_reversio"], "did you mean 'nash_reversion'"),
    (["--certificate", "c.json"], "needs --target"),
    (["--diagram", "c.svg"], "needs --target"),
    (["--region"], "needs --target"),
    (["--state", "s0"], "needs --plot"),
    (["--scan", "0.1,0.9,0.1"], "needs --region"),
    (["--target", "comply,comply", "--region", "--scan", "0.1,0.9"], "--scan"),
    (["--target", "comply,comply", "--region", "--scan", "low,high,step"], "--scan"),
    (["--target", "comply,comply", "--region", "--scan", "0.9,0.1,0.1"], "0 <= lowest < highest < 1"),
    (["--target", "comply,comply", "--region", "--scan", "nan,0.9,0.1"], "0 <= lowest < highest < 1"),
    (["--plot", "p.svg", "--disagreement", "peace"], "--disagreement"),
    (["--target", "comply,comply", "--diagram", "c.gif"], ".svg, .dot or .txt"),
    (["--plot", "p.gif"], ".svg, .png or .pdf"),
    (["--colour"], "No such option"),
])
def test_bad_options_end_with_two_and_a_remedy(run: Run, dilemma: Path, arguments: list[str], expected: str) -> None:
    result = run("game", "solve", dilemma, *arguments)
    assert result.code == 2
    assert expected in result.err
    assert result.out == ""
