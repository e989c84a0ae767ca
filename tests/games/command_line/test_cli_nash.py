"""``servanda game nash`` and ``game convert`` from other software's files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import Run, run_with

FIELD = Path(__file__).parents[2] / "field" / "cases"
TREES = Path(__file__).parents[1] / "game_trees" / "data"
PENNIES = 'NFG 1 R "pennies" { "A" "B" } { { "H" "T" } { "H" "T" } } 1 -1 -1 1 -1 1 1 -1'


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def nash(run: Run, *arguments: object) -> dict[str, object]:
    result = run("game", "nash", *arguments, "--json")
    assert result.code == 0, result.err
    found: dict[str, object] = json.loads(result.out)
    return found


@pytest.mark.parametrize("case, equilibria", [
    ("component_2x3", [[{"T": "1"}, {"l": "1"}], [{"T": "2/3", "B": "1/3"}, {"j": "1"}],
                       [{"T": "1/3", "B": "2/3"}, {"j": "1"}]]),
    ("dilemma_fifth", [[{"D": "1"}, {"D": "1"}]]),
    ("pennies", [[{"H": "1/2", "T": "1/2"}, {"H": "1/2", "T": "1/2"}]]),
])
def test_cases_from_the_field(run: Run, case: str, equilibria: list[object]) -> None:
    found = nash(run, FIELD / f"{case}.json")
    assert found["complete"] is True
    listed = found["equilibria"]
    assert isinstance(listed, list)
    assert [each["mixtures"] for each in listed] == equilibria
    assert {each["regret"] for each in listed} == {"0"}


def test_fifteen_equilibria_and_none_degenerate(run: Run) -> None:
    found = nash(run, FIELD / "coordination_4x4.json")
    assert isinstance(found["equilibria"], list)
    assert (len(found["equilibria"]), found["complete"], found["degenerate"]) == (15, True, False)


def test_what_is_told_of_a_component(run: Run) -> None:
    said = run("game", "nash", FIELD / "component_2x3.json").out
    assert "3 Nash equilibria that are extreme points" in said
    assert "set of dimension 1 that hangs together: 2, 3" in said
    assert "(2/3 T + 1/3 B) or (1/3 T + 2/3 B) | (j)" in said
    assert "kind     degenerate" in said
    assert "weakly dominated: A B, by T" in said
    assert "the others, mixing, can hold down: A 0, B 2" in said
    dilemma = run("game", "nash", FIELD / "dilemma_fifth.json").out
    assert "1 Nash equilibrium; there are no others" in dilemma
    assert "strictly dominated: A C, by D" in dilemma
    assert "after 1 round of strict elimination: D | D" in dilemma


@pytest.mark.parametrize("name, text", [
    ("a.nfg", PENNIES),
    ("a.csv", 'A \\ B,H,T\nH,"1,-1","-1,1"\nT,"-1,1","1,-1"\n'),
])
def test_other_softwares_files(run: Run, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    found = nash(run, tmp_path / name)
    assert (found["players"], found["complete"], found["mixed_minmax"]) == (["A", "B"], True, ["0", "0"])
    assert run("game", "solve", tmp_path / name, "--discount", "0.5", "--solver", "nash_reversion").code == 0


def test_several_states_need_a_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "g.json").write_text(json.dumps({
        "format": "servanda-game/1", "players": ["A"], "discount": 0.5, "states": [
            {"name": name, "actions": [["x", "y"]], "payoffs": [[1], [k]]} for k, name in enumerate(("p", "q"))]}))
    refused = run("game", "nash", tmp_path / "g.json")
    assert refused.code == 2
    assert "name one with --state: p, q" in refused.err
    assert nash(run, tmp_path / "g.json", "--state", "q")["degenerate"] is True
    assert run("game", "nash", tmp_path / "g.json", "--state", "zz").code == 2


def test_strict_asks_for_all(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.nfg").write_text(PENNIES)
    assert run("game", "nash", tmp_path / "a.nfg", "--strict").code == 0
    big = "NFG 1 R \"\" { \"A\" \"B\" } { 9 9 } " + " ".join(str(k * k % 97) for k in range(162))
    (tmp_path / "b.nfg").write_text(big)
    assert run("game", "nash", tmp_path / "b.nfg", "--seconds", "0", "--strict").code == 3


def test_conversions_come_back_as_they_were(run: Run, tmp_path: Path) -> None:
    """A chain through every form of a game of one round."""
    (tmp_path / "a.nfg").write_text(PENNIES.replace("-1 1 -1", "-1/3 0.1 -1"))
    for source, target in (("a.nfg", "b.json"), ("b.json", "c.csv"), ("c.csv", "d.json"), ("d.json", "e.nfg"),
                           ("e.nfg", "f.json")):
        made = run("game", "convert", tmp_path / source, "--to", target[2:], "--out", tmp_path / target)
        assert made.code == 0, made.err
    assert (tmp_path / "d.json").read_text() == (tmp_path / "f.json").read_text().replace(' "name": "state s0",\n', "")
    before, after = (json.loads((tmp_path / name).read_text()) for name in ("b.json", "d.json"))
    assert {**after, "name": "pennies"} == before
    assert before["discount"] == 0


def test_trees_are_read_and_converted(run: Run, tmp_path: Path) -> None:
    efg = TREES / "stages.efg"
    assert run("game", "tree", efg).code == 0
    for source, target in ((efg, "b.json"), (tmp_path / "b.json", "c.efg"), (tmp_path / "c.efg", "d.json")):
        assert run("game", "convert", source, "--to", target[2:], "--out", tmp_path / target).code == 0
    assert (tmp_path / "b.json").read_text() == (tmp_path / "d.json").read_text()
    for form in ("nfg", "csv"):
        made = tmp_path / f"s.{form}"
        assert run("game", "convert", efg, "--to", form, "--out", made).code == 0
        assert nash(run, made)["complete"] is True
    refused = run("game", "nash", efg)
    assert refused.code == 2
    assert "is a game tree" in refused.err
