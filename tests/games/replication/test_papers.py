"""Published results: files that are wrong, numbers that are wrong, and the command ``servanda papers``."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import games.replication.paper_file
from games.command_line.papers_tables import Recomputed, table_lines
from games.files.game_file import read_game
from games.model.stochastic_game import GameError, repeated_game
from games.replication import replicate
from games.replication.bibliography import FOLDER
from games.replication.calculations import calculate
from games.replication.claims import Replication, listed
from games.replication.paper_file import Paper, PaperError, paper_folders, read_paper
from games.replication.sets import corners
from games.replication.thresholds import simple_strategy_profile
from tests.support.command_line import Run, run_with

DILEMMA = {"players": ["A", "B"], "discount": 0.5, "states": [
    {"name": "stage", "actions": [["C", "D"], ["C", "D"]], "payoffs": [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]}]}
ABOUT = 'title = "T"\nreference = "friedman1971"\ntheme = "algorithms"\nreplicates = "R"\nconventions = []\n'
GAME = 'game = "dilemma.json"\n'
COMMON = GAME + 'evidence = "derived"\nwhere = "algebra"\n'
CLAIMS = {
    "threshold": 'kind = "threshold"\ntarget = "C,C"\nvalue = "{}"\ntolerance = 1e-6\n',
    "payoff_set": 'kind = "payoff_set"\ndiscount = 0.5\ntolerance = 1e-8\nmirror = true\n'
                  '[claim.vertices]\nstage = [[0, 0], ["{}", 0], [2, 2]]\n',
    "support": 'kind = "support"\ndiscount = 0.5\nstate = "stage"\ndirection = [1, 1]\nvalue = "{}"\n'
               "tolerance = 1e-8\n",
    "worst_payoff": 'kind = "worst_payoff"\ndiscount = 0.5\nstate = "stage"\nvalue = [0, "{}"]\ntolerance = 1e-8\n',
    "transfers": 'kind = "transfers"\ndiscount = 0.5\njoint = {{ stage = "{}" }}\npunishments = {{ stage = [0, 0] }}\n'
                 "tolerance = 1e-8\n",
    "negotiated": 'kind = "negotiated"\ndiscount = 0.5\nhazard = 0.2\njoint = {{ stage = 4 }}\n'
                  'negotiated = {{ stage = ["{}", 2] }}\ntolerance = 1e-8\n',
    "critical_hazard": 'kind = "critical_hazard"\ndiscount = 0.5\ntarget = "C,C"\nvalue = "{}"\nholds_there = true\n'
                       "tolerance = 1e-6\n",
    "staircase": 'kind = "staircase"\nsteps = [[0, 0, 0, 0, 0], ["1/3", 2, "{}", 0, 0]]\ntolerance = 1e-12\n',
    "liquidity": 'kind = "liquidity"\nneeds = {{ "C,C" = 2 }}\nlevels = [[2, "{}", "1/3"]]\ntolerance = 1e-9\n',
    "candidates": 'kind = "candidates"\ndiscount = 0.5\nhazard = 0.2\ndates = 3\nstate = "stage"\ntolerance = 1e-9\n'
                  'joint = {{ "C,C" = "{}", "D,D" = 2 }}\nholds = ["C,C", "D,D"]\n',
    "periods": 'kind = "periods"\ndiscount = 0.5\ntarget = "C,C"\nstates = ["stage"]\nvalue = {}\ntolerance = 0.5\n',
    "calculation": 'kind = "calculation"\ncalculation = "shapley_shubik"\n'
                   'given = {{ quota = 51, weights = [50, 49, 1] }}\nvalue = ["{}", "1/6", "1/6"]\ntolerance = 1e-12\n',
}
RIGHT = {"threshold": "1/3", "payoff_set": "8/3", "support": "4", "worst_payoff": "0", "transfers": "4", "periods": "1",
         "negotiated": "2", "critical_hazard": "1/3", "staircase": "4", "liquidity": "4", "candidates": "4",
         "calculation": "2/3"}
WRONG = {
    "threshold": "0.33334", "payoff_set": "2.6667", "support": "4.000001", "worst_payoff": "1e-6", "transfers": "4.1",
    "negotiated": "2.001", "critical_hazard": "0.33", "staircase": "4.1", "liquidity": "3.9", "candidates": "4.01",
    "periods": "0", "calculation": "0.6667",
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A paper with the dilemma and one claim of each kind."""
    out = tmp_path / "papers" / "somebody_2000"
    out.mkdir(parents=True)
    (out / "paper.toml").write_text(ABOUT)
    (out / "dilemma.json").write_text(json.dumps({"format": "servanda-game/1"} | DILEMMA))
    publish(out, RIGHT)
    return out


def publish(folder: Path, values: dict[str, str]) -> None:
    (folder / "published.toml").write_text("".join(
        f'[[claim]]\nid = "{kind}"\nsays = "{kind}"\n'
        f"{COMMON.replace(GAME, '') if kind == 'calculation' else COMMON}{CLAIMS[kind].format(value)}\n"
        for kind, value in values.items()
    ))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def outcome(paper: Paper) -> dict[str, bool]:
    return {claim.id: replicate(paper, claim).ok for claim in paper.claims}


def test_right_numbers_are_met(folder: Path) -> None:
    assert set(outcome(read_paper(folder)).values()) == {True}


@pytest.mark.parametrize("kind", CLAIMS)
def test_a_wrong_number_is_not_met(folder: Path, kind: str) -> None:
    publish(folder, RIGHT | {kind: WRONG[kind]})
    assert outcome(read_paper(folder)) == {k: k != kind for k in CLAIMS}


def test_a_calculation_that_gives_other_numbers_or_does_not_exist_is_told(folder: Path) -> None:
    change(folder / "published.toml", '["2/3", "1/6", "1/6"]', '["2/3", "1/6"]')
    found = replicate(read_paper(folder), read_paper(folder).claims[-1])
    assert not found.ok
    assert found.computed == "2/3, 1/6, 1/6"
    assert found.note == "2 numbers published, 3 computed"
    hint = "did you mean 'shapley_shubik'"
    for old, new, said in (("quota = 51", "quorum = 51", "by name"), ("shapley_shubik", "shapely_shubik", hint)):
        change(folder / "published.toml", old, new)
        with pytest.raises(PaperError, match=rf"published\.toml: calculation: calculation.*{said}"):
            replicate(read_paper(folder), read_paper(folder).claims[-1])


@pytest.mark.parametrize(("name", "given"), [
    ("barter", {"first": [[0, 1, 2]], "second": [[1, 1]]}),
    ("noisy_partnership", {"payoffs": [], "good": [1], "discount": "1/2"}),
    ("legislative", {"proposers": {}, "discount": None}),
])
def test_what_a_calculation_cannot_work_with_is_told(name: str, given: dict[str, Any]) -> None:
    with pytest.raises(GameError, match=f"calculation {name}: "):
        calculate(name, given)


def test_a_threshold_that_does_not_exist_is_not_met(folder: Path) -> None:
    change(folder / "published.toml", '"C,C"', '"C,D"')
    change(folder / "published.toml", '"1/3"', '"0.99"')
    paper = read_paper(folder)
    found = replicate(paper, paper.claims[0])
    assert not found.ok
    assert found.computed == "no threshold"
    assert found.to_json()["difference"] is None


def test_a_threshold_is_not_met_more_closely_than_it_is_looked_for(folder: Path) -> None:
    change(folder / "published.toml", "tolerance = 1e-6", "tolerance = 1e-12")
    paper = read_paper(folder)
    found = replicate(paper, paper.claims[0])
    assert not found.ok
    assert found.note == "nothing is tried between 0.333333333 and 0.333333334"


def test_what_did_not_settle_meets_nothing(folder: Path) -> None:
    claim = read_paper(folder).claims[0]
    assert Replication(claim, "1/3", "1/3", 0.0).ok
    assert not Replication(claim, "1/3", "1/3", 0.0, "the payoff sets did not settle").ok


def test_holding_at_a_threshold_is_tested_there(folder: Path) -> None:
    change(folder / "published.toml", 'value = "1/3"', 'value = "0.3333332"\nby = "reversion"\nholds_there = true')
    paper = read_paper(folder)
    found = replicate(paper, paper.claims[0])
    assert not found.ok
    assert found.note == "not proved at the threshold itself"


@pytest.mark.parametrize(("old", "new", "said"), [
    ('kind = "threshold"', 'kind = "treshold"', "treshold"),
    ('evidence = "derived"', 'evidence = "recalled"', "evidence"),
    ('where = "algebra"', 'where = ""', "where"),
    ('value = "1/3"', 'value = "a third"', "is not a number"),
    ('value = "1/3"', 'value = "1/0"', "is not a number"),
    ('value = "1/3"', 'value = true', "a number is needed"),
    ('value = "1/3"', 'value = "1e400"', "too large to be compared"),
    ('value = "1/3"', 'value = "1/3"\nby = "simple"', "punishments"),
    ('value = "1/3"', 'value = "1/3"\nslack = 3', "slack"),
    ("discount = 0.5", "discount = 1", "below 1"),
    ("tolerance = 1e-6", "tolerance = 0", "tolerance"),
    ("tolerance = 1e-6", "tolerance = inf", "finite"),
    ("tolerance = 1e-6", "tolerance = nan", "finite"),
    ('[claim.vertices]\nstage = [[0, 0], ["8/3", 0], [2, 2]]', "vertices = {}", "at least 1"),
    ('stage = [[0, 0], ["8/3", 0], [2, 2]]', "stage = []", "at least 1"),
    ('id = "support"', 'id = "threshold"', "two claims"),
    ('game = "dilemma.json"', 'game = "dilemna.json"', "dilemna.json"),
    ('game = "dilemma.json"', 'game = "../somebody_2000/dilemma.json"', "has no file"),
    ('game = "dilemma.json"', f'game = "{"a" * 300}.json"', "has no file"),
    ('game = "dilemma.json"', 'game = "a\\u0000.json"', "has no file"),
    ("[[claim]]", "[claim]", "published.toml"),
    ("[[claim]]", "[[claim", "published.toml"),
])
def test_what_is_wrong_in_a_paper_is_named(folder: Path, old: str, new: str, said: str) -> None:
    change(folder / "published.toml", old, new)
    with pytest.raises(PaperError) as error:
        read_paper(folder)
    assert "published.toml" in str(error.value)
    assert said in str(error.value)


@pytest.mark.parametrize("name", ["paper.toml", "published.toml"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(PaperError, match=name):
        read_paper(folder)


def test_a_folder_without_papers_is_refused(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(PaperError, match="--folder"):
            paper_folders(place)


def test_the_folder_of_one_paper_is_not_the_folder_of_papers(folder: Path) -> None:
    with pytest.raises(PaperError, match=r"this is one paper; name the folder that holds it, .*papers$"):
        paper_folders(folder)


def test_simple_strategy_profile_restarts_the_punishment_of_the_deviator() -> None:
    game = read_game({"format": "servanda-game/1"} | DILEMMA)
    found = simple_strategy_profile(game, ["C,C"], [["D,C", "C,C"], ["C,D", "C, C"]])
    assert [cell.row for _, cell in sorted(found.cells.items())] == [0, 2, 0, 1, 0]
    assert [cell.then[0][0] for _, cell in sorted(found.cells.items())] == [0, 2, 2, 4, 4]
    assert {cell.punish for cell in found.cells.values()} == {(((1, Fraction(1)),), ((3, Fraction(1)),))}
    with pytest.raises(GameError, match="1 punishment paths given for 2 players"):
        simple_strategy_profile(game, ["C,C"], [["D,D"]])


def test_corners_are_counted_without_slivers() -> None:
    square = np.array([[0, 0], [0.5, -1e-9], [1, 0], [1, 0.3], [1, 1], [1 - 1e-9, 1 + 1e-9], [0, 1]])
    assert corners(square, 1e-6) == 4
    assert corners(square[:1], 1e-6) == 1
    assert corners(np.array([[0.0, 0.0], [1e-9, 0.0]]), 1e-6) == 1
    assert corners(np.array([[0.0, 0.0], [1.0, 0.0]]), 1e-6) == 2
    assert corners(np.empty((0, 2)), 1e-6) == 0
    assert corners(repeated_game([[[1, 1]]], discount=0.5).payoffs, 1e-6) == 1


def test_the_command_prints_the_table(run: Run) -> None:
    result = run("papers", "abreu_1988")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "abreu_1988"
    assert "Econometrica 56(2), 383–396" in lines[1]
    assert lines[2].split() == ["claim", "value", "computed", "difference", "evidence"]
    assert [line.split()[0] for line in lines[3:8]] == ["ok"] * 5
    assert "5 of 5 claims met" in lines[-1]


def test_the_command_prints_json(run: Run) -> None:
    result = run("papers", "abreu_1988", "judd_yeltekin_conklin_2003", "--json")
    assert result.code == 0
    found = json.loads(result.out)
    assert found["format"] == "servanda-replication/1"
    assert found["ok"] is True
    assert [paper["paper"] for paper in found["papers"]] == ["abreu_1988", "judd_yeltekin_conklin_2003"]
    claim = found["papers"][0]["claims"][0]
    assert claim["published"] == "5/8"
    assert claim["kind"] == "threshold"
    assert 0 < claim["difference"] <= claim["tolerance"]


@pytest.fixture
def one_missed(tmp_path: Path) -> Path:
    """Two papers of different themes, one of whose claims is wrong."""
    for name in ("kranton_1996", "nash_1950"):
        shutil.copytree(FOLDER / name, tmp_path / name)
    change(tmp_path / "nash_1950" / "published.toml", "value = [12, 5]", "value = [13, 5]")
    return tmp_path


def test_a_claim_that_is_not_met_is_told(run: Run, one_missed: Path) -> None:
    result = run("papers", "--folder", one_missed)
    assert result.code == 1
    lines = result.out.splitlines()
    assert lines[1] == "bargaining and votes"
    assert lines[2].split()[:6] == ["nash_1950", "4/5", "1e+09", "0", "2", "3"]
    assert lines[3] == "trust and reputation"
    assert lines[4].split()[:6] == ["kranton_1996", "1/1", "0", "0", "0", "1"]
    told = "bill_and_jack: 13, 5 expected, 12, 5 found; off by 1.0e+00, 1e-09 allowed"
    assert lines[lines.index("deviations:") + 1] == f"  nash_1950, {told}"
    assert lines[lines.index("not replicated:") + 1].startswith("  kranton_1996: Bargaining between the partners")
    assert "5 of 6 claims met" in lines[-1]
    by_claim = run("papers", "--folder", one_missed, "--claims")
    assert by_claim.code == 1
    assert "NO  Gains of Bill and Jack without money" in by_claim.out
    found = json.loads(run("papers", "--folder", one_missed, "--json").out)
    assert found["ok"] is False
    assert [paper["theme"] for paper in found["papers"]] == ["trust and reputation", "bargaining and votes"]


def test_latex_is_escaped_and_the_same_each_time(run: Run, one_missed: Path) -> None:
    change(one_missed / "nash_1950" / "published.toml", "without money", "without 5 % & δ_1")
    results = [run("papers", "--folder", one_missed, "--latex") for _ in range(2)]
    assert results[0].code == 1
    assert results[0].out == results[1].out
    table = results[0].out
    assert r"\textit{bargaining and votes}" in table
    assert r"nash\_1950 & The greatest product of gains" in table
    assert r"\item nash\_1950, bill\_and\_jack: 13, 5 expected, 12, 5 found" in table
    assert r"\item kranton\_1996: Bargaining between" in table
    claims = run("papers", "nash_1950", "--folder", one_missed, "--latex").out
    assert r"NO & Gains of Bill and Jack without 5 \% \& \ensuremath{\delta}\_1 & 13, 5 & 12, 5" in claims
    for text in (table, claims):
        assert text.count(r"\toprule") == text.count(r"\bottomrule") == text.count(r"\end{longtable}") == 1
        assert text.isascii() or set("–") >= {letter for letter in text if not letter.isascii()}


@pytest.mark.parametrize(("columns", "longest"), [(None, 154), (120, 120), (40, 102)])
def test_what_a_paper_says_is_cut_to_the_terminal_and_numbers_are_not(columns: int | None, longest: int) -> None:
    paper = read_paper(FOLDER / "kranton_1996")
    results = [Recomputed(paper, (replicate(paper, paper.claims[0]),), 0.04)]
    lines = list(table_lines(results, columns))
    assert lines[2].startswith("  kranton_1996  1/1        0      0        0       1  0.0  Where a new partner")
    assert len(lines[2]) == longest
    assert lines[2].endswith("…") == (columns is not None)


def test_latex_and_json_at_once_are_refused(run: Run) -> None:
    assert run("papers", "nash_1950", "--latex", "--json").code == 2


def test_symbols_have_a_meaning_and_perhaps_a_sign_of_ours(folder: Path) -> None:
    (folder / "paper.toml").write_text(ABOUT + '[symbols]\nd = { means = "discount factor", ours = "δ" }\nx = "pie"\n')
    symbols = read_paper(folder).symbols
    assert {sign: (one.means, one.ours) for sign, one in symbols.items()} == {
        "d": ("discount factor", "δ"), "x": ("pie", "")}


@pytest.mark.parametrize(("old", "new", "said"), [
    ('theme = "algorithms"\n', "", "theme"),
    ('theme = "algorithms"', 'theme = "trade"', "foundations of repeated play"),
    ("conventions = []", 'conventions = []\nsymbols = { d = "" }', "symbols"),
])
def test_a_theme_is_of_the_list_and_a_symbol_has_a_meaning(folder: Path, old: str, new: str, said: str) -> None:
    change(folder / "paper.toml", old, new)
    with pytest.raises(PaperError, match=said):
        read_paper(folder)


def test_an_unknown_paper_is_bad_input(run: Run) -> None:
    result = run("papers", "fridman_1971")
    assert result.code == 2
    assert "did you mean 'friedman_1971'?" in result.err


def test_without_the_papers_the_command_says_so(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(games.replication.paper_file, "FOLDER", tmp_path / "site-packages" / "papers")
    result = run("papers")
    assert result.code == 2
    assert "not with the installed package" in result.err
    assert "--folder" in result.err


def test_the_command_has_help_with_an_example(run: Run) -> None:
    result = run("papers", "--help")
    assert result.code == 0
    assert "Example: servanda papers" in result.out


def test_numbers_that_repeat_are_counted_only_where_there_are_many() -> None:
    half = Fraction(1, 2)
    assert listed([half] * 3) == "1/2, 1/2, 1/2"
    assert listed([Fraction(3), *[half] * 4]) == "3, 4 × 1/2"
    assert listed([]) == "none"


def test_where_nothing_is_left_out_the_table_says_so(folder: Path) -> None:
    paper = read_paper(folder)
    lines = list(table_lines([Recomputed(paper, (replicate(paper, paper.claims[-1]),), 0.0)]))
    assert lines[-1] == "not replicated: nothing is named"


def test_a_claim_states_all_of_its_numbers(folder: Path) -> None:
    stated = {claim.id: claim.stated for claim in read_paper(folder).claims}
    assert stated["threshold"] == "1/3"
    assert stated["payoff_set"] == "stage: (0, 0), (8/3, 0), (2, 2)"
    assert stated["worst_payoff"] == "0, 0"
    assert stated["negotiated"] == "joint stage: 4; negotiated stage: 2, 2"
    assert stated["calculation"] == "2/3, 1/6, 1/6"
    nothing = {claim.id: claim.stated for claim in read_paper(FOLDER / "green_porter_1984").claims}
    assert nothing["none_3"] == "none"


@pytest.mark.parametrize(("old", "new", "said"), [
    ('needs = { "C,C" = 2 }', 'needs = { "C,C" = 3 }', ""),
    ('levels = [[2, "4", "1/3"]]', 'levels = [[2, "4", "1/2"]]', ""),
    ('steps = [[0, 0, 0, 0, 0], ["1/3", 2, "4", 0, 0]]', "steps = [[0, 0, 0, 0, 0]]", ""),
    ('holds = ["C,C", "D,D"]', 'fails = ["D,D"]', "it is the other way round with D,D"),
])
def test_every_part_of_a_claim_about_payments_counts(folder: Path, old: str, new: str, said: str) -> None:
    change(folder / "published.toml", old, new)
    paper = read_paper(folder)
    missed = [found for claim in paper.claims if not (found := replicate(paper, claim)).ok]
    assert [found.note for found in missed] == [said]


def test_claims_about_payments_that_do_not_fit_are_told(folder: Path) -> None:
    change(folder / "published.toml", '["1/3", 2, "4", 0, 0]', '["1/3", 2, "4", 0]')
    paper = read_paper(folder)
    with pytest.raises(GameError, match="a step has 5 numbers"):
        replicate(paper, next(claim for claim in paper.claims if claim.kind == "staircase"))
    change(folder / "published.toml", 'needs = { "C,C" = 2 }\nlevels = [[2, "4", "1/3"]]\n', "")
    with pytest.raises(PaperError, match="needs of profiles or levels"):
        read_paper(folder)
