"""The smallest change of one term: ``check`` tells both sides of a threshold apart, and nothing more is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from games.model.stochastic_game import GameError
from tests.support.command_line import ROOT, Run, run_with
from tests.support.small_treaties import plus
from treaties import read_treaty, with_terms
from treaties.assessing.answers import Answers
from treaties.model.treaty import Treaty
from treaties.sweeping.fix_telling import summary, told
from treaties.sweeping.fixing import fix
from treaties.sweeping.levers import POINTS, chosen, levers
from treaties.sweeping.moves import Flip

CASES = ROOT / "treaties" / "cases"
ACCEPTED = ROOT / "tests" / "treaties" / "reading" / "accepted"


@pytest.fixture
def servanda(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def _checked(treaty: Treaty, path: str, value: float) -> str:
    """What ``check`` makes of the treaty with another value of a term."""
    return Answers(with_terms(treaty, {path: value})).text.verdict("none").verdict


def _agrees(treaty: Treaty, path: str) -> Flip:
    """The flip of a term nearest to the text, after ``check`` said the same on both sides of it, near and far."""
    (moved,) = fix(treaty, terms=[path], facts=True).moved
    flip = moved.flips[0]
    step = moved.lever.width / (2 * POINTS)
    value, holds = float(moved.lever.value), float(flip.holds)
    text_holds = _checked(treaty, path, value) == "sustainable"
    # From the text's own side to the next value tried beyond the flip: ``check`` knows nothing of what was found.
    ends = {float(v): verdict for v, verdict in moved.verdicts.items()} | {value: "yes" if text_holds else "no"}
    near = {v: verdict for v, verdict in ends.items() if abs(v - holds) <= 2 * step + 1e-9}
    yes = min((v for v, verdict in near.items() if verdict == "yes"), key=lambda v: abs(v - holds))
    no = min((v for v, verdict in near.items() if verdict == "no"), key=lambda v: abs(v - holds))
    assert flip.proved == (True, True)
    assert flip.fails is not None and abs(float(flip.fails) - holds) < 1e-6
    for holding, failing in ((yes, no), (holds, float(flip.fails))):
        assert _checked(treaty, path, holding) == "sustainable"
        assert _checked(treaty, path, failing) == "unsustainable"
    return flip


def test_a_public_good_of_three_holds_from_the_patience_at_which_a_breach_does_not_pay() -> None:
    flip = _agrees(read_treaty(ACCEPTED / "withdrawal_survived.toml"), "party.A.discount")
    assert flip.direction == "lower"
    assert abs(float(flip.holds) - 0.25) < 1e-6


@pytest.mark.slow
def test_what_fails_is_mended_where_check_says_so() -> None:
    treaty = with_terms(read_treaty(ACCEPTED / "remedy_at_once.toml"), {"party.A.discount": 0.5})
    found = fix(treaty, terms=["party.A.discount"], facts=True)
    assert found.verdict == "no"
    assert found.moved[0].answer == "fixes"
    flip = _agrees(treaty, "party.A.discount")
    assert flip.direction == "raise" and float(flip.holds) > 0.5


def test_damages_mend_a_treaty_from_where_check_says_so_on() -> None:
    poor = plus('type = "remedy"\narticle = "1"\namount = { value = 0.5, low = 0, high = 20 }\nupheld = 0.6')
    treaty = with_terms(poor, {"party.A.discount": 0.4, "party.B.discount": 0.4})
    flip = _agrees(treaty, "remedy.amount")
    assert flip.direction == "raise" and flip.share == (float(flip.holds) - 0.5) / 20
    assert flip.cost == {"A": 0.0, "B": 0.0}  # damages that nobody has to pay
    found = fix(treaty, terms=["remedy.amount"])
    lines = summary(found)
    assert found.text.concept and found.to_json()["concept"] == found.text.concept
    assert any(found.text.concept in line for line in lines)
    assert any(line.startswith("The smallest change: remedy.amount, now 0.5, raised to 4.68254") for line in lines)


@pytest.mark.parametrize(("value", "beyond", "text"), [
    (0.12345674, 1.0, "0.1234568"), (0.12345676, -1.0, "0.1234567"), (-2.00000004, -1.0, "-2.000001"),
    (0.25, -1.0, "0.25"), (0.25, 0.0, "0.25"), ("unlimited", 0.0, "unlimited"),
])  # fmt: skip
def test_thresholds_are_rounded_to_the_side_that_holds(value: float | str, beyond: float, text: str) -> None:
    assert told(value, beyond) == text


LONGER = [
    (CASES / "common_air.toml", "party.CAR.discount"),
    (ACCEPTED / "three_parties.toml", "party.A.discount"),
    (ACCEPTED / "remedy_at_once.toml", "party.A.discount"),
    (ACCEPTED / "no_provisions.toml", "party.A.discount"),
    (ACCEPTED / "offset_capped.toml", "party.A.discount"),
    (ACCEPTED / "turnover.toml", "party.A.discount"),
    (ACCEPTED / "mixed_matters.toml", "party.A.discount"),
    (ACCEPTED / "continuity_cost.toml", "party.A.discount"),
]


@pytest.mark.parametrize(("file", "path"), [
    pytest.param(file, path, marks=pytest.mark.campaign if k % 3 else pytest.mark.slow, id=f"{file.stem}-{path}")
    for k, (file, path) in enumerate(LONGER)
])
def test_check_tells_both_sides_of_a_threshold_apart(file: Path, path: str) -> None:
    _agrees(read_treaty(file), path)


def test_what_helps_at_no_value_tried_is_told_with_the_proofs_of_all_of_them() -> None:
    (moved,) = fix(read_treaty(CASES / "procurement.toml")).moved
    assert moved.answer == "no tried value helps"
    assert moved.lever.values == tuple(range(1, 11))
    assert set(moved.verdicts.values()) == {"no"}
    assert moved.proved == moved.tried == 9


def test_what_negotiators_write_is_moved_and_the_world_only_on_request() -> None:
    aurora = read_treaty(CASES / "aurora.toml")
    written = {lever.path: lever for lever in levers(aurora)[0]}
    assert {"remedy.amount", "sunset.term_years", "staged_derisking.stages.1.exposure"} <= set(written)
    assert not any(path.startswith(("party.", "matter.", "event.", "turnover.")) for path in written)
    world = {lever.path for lever in levers(aurora, facts=True)[0]}
    assert {"party.NOR.discount", "matter.technology.reward.SUN", "turnover.to_sceptic"} <= world
    assert written["sunset.term_years"].values == tuple(range(8, 16))
    assert written["veto.uses_per_term"].values == (0, 1, 2, 3, 4, "unlimited")
    assert written["remedy.amount"].ends == (0.0, 24.0)
    assert written["remedy.upheld"].ends == (0.5, 0.9)
    assert written["staged_derisking.stages.1.exposure"].ends == (0.0, 1.2)
    assert all(len(side) >= POINTS for side in written["remedy.amount"].sides)
    with pytest.raises(ValueError, match="--facts"):
        chosen(aurora, ("party.NOR.discount",))
    with pytest.raises(ValueError, match=r"did you mean 'remedy\.amount'"):
        chosen(aurora, ("remedy.amont",))


def test_a_chance_without_a_range_goes_from_none_to_one() -> None:
    treaty = plus('type = "remedy"\narticle = "1"\namount = 4\nupheld = 0.6')
    known = {lever.path: lever for lever in levers(treaty)[0]}
    assert known["remedy.upheld"].ends == (0.0, 1.0)
    assert known["remedy.amount"].ends == (0.0, 8.0)


def test_a_margin_asks_for_more() -> None:
    treaty = read_treaty(ACCEPTED / "withdrawal_survived.toml")
    (plain,) = fix(treaty, terms=["party.A.discount"], facts=True).moved
    (asked,) = fix(treaty, terms=["party.A.discount"], facts=True, margin=0.5).moved
    assert float(asked.flips[0].holds) > float(plain.flips[0].holds) + 1e-3
    with pytest.raises(ValueError, match="0 or more"):
        fix(treaty, margin=-1.0)


def test_the_command_tells_the_same_as_its_json_every_time(servanda: Run) -> None:
    file = ACCEPTED / "withdrawal_survived.toml"
    arguments = ("fix", file, "--facts", "--term", "party.A.discount", "--term", "withdrawal.notice_years")
    told, again = servanda(*arguments, "--json"), servanda(*arguments, "--json")
    assert told.code == 0 and told.out == again.out
    document = json.loads(told.out)
    first, second = document["levers"]
    assert (first["term"], first["direction"], first["answer"]) == ("party.A.discount", "lower", "breaks")
    fails, holds = first["certified"]
    assert holds == first["threshold"] and 0 < holds - fails < 1e-6
    assert first["cost"].keys() == {"A", "B", "C"} and 0 < first["share_of_range"] < 1
    assert second["threshold"] is None and second["tried"] == second["tried_proved"] == 2
    lines = servanda(*arguments).out
    assert "How far each term can be moved" in lines and "0.25" in lines
    assert "No tried value of this term breaks it (each proved in exact arithmetic): withdrawal.notice_years" in lines
    assert "not excluded" in lines


def test_a_wrong_path_is_told_with_a_remedy(servanda: Run) -> None:
    told = servanda("fix", CASES / "aurora.toml", "--term", "remedy.amont")
    assert told.code == 2
    assert "did you mean 'remedy.amount'" in told.err


def test_a_text_that_is_no_game_is_told_at_once() -> None:
    ratchet = 'type = "majority_ratchet"\narticle = "9"\ncommittee = "5"\nfrom_year = 1'
    for worlds in (None, 4):
        with pytest.raises(GameError, match="no joint committee has the article '5'"):
            fix(plus(ratchet), worlds=worlds, spread=0.1)


@pytest.mark.parametrize("option", [("--share", "50%"), ("--uniform",), ("--spread", "10%")])
def test_options_about_worlds_are_refused_where_none_are_asked_for(servanda: Run, option: tuple[str, ...]) -> None:
    told = servanda("fix", str(CASES / "procurement.toml"), *option)
    assert told.code == 2 and f"{option[0]} is about worlds" in told.err and "--worlds" in told.err


def test_a_budget_for_pairs_is_refused_where_none_are_asked_for(servanda: Run) -> None:
    told = servanda("fix", str(CASES / "procurement.toml"), "--budget", "10m")
    assert told.code == 2 and "add --two" in told.err
