"""The smallest change in a share of worlds: thresholds are where a sweep of the changed text passes that share."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.support.command_line import Run, run_with
from treaties import fix, read_treaty_text, sweep
from treaties.bargaining.designs import Design
from treaties.model.treaty import Treaty, Variant
from treaties.sweeping.fix_telling import summary
from treaties.sweeping.judging import DesignJudge
from treaties.sweeping.share_fixing import NARROW

WORLDS, SEED = 24, 3
TEXT = """
schema = "servanda-treaty/1"
title = "Damages (fictional)"
payoff_unit = "points per year"
period = "year"

[[party]]
id = "A"
name = "Ardenia"
discount = { value = 0.45, low = 0.3, high = 0.6 }

[[party]]
id = "B"
name = "Borduria"
discount = { value = 0.45, low = 0.3, high = 0.6 }

[[matter]]
id = "works"
reward     = { A = 4, B = 2 }
temptation = { A = 7, B = { value = 4.5, low = 4, high = 5 } }
sucker     = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }

[[provision]]
type = "remedy"
article = "1"
amount = AMOUNT
upheld = 0.6
design = { amount = [0, 20] }
"""
DRAWN = "{ value = AMOUNT, low = 0, high = 20 }"
"""An amount that worlds vary."""


@pytest.fixture
def servanda(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@cache
def _treaty(amount: float, *, drawn: bool = False) -> Treaty:
    text = TEXT.replace("AMOUNT", DRAWN) if drawn else TEXT
    return read_treaty_text(text.replace("AMOUNT", str(amount)), "damages.toml")


def _share(treaty: Treaty, path: str, value: float) -> float:
    """The share of worlds in which a sweep finds that the text with another term holds."""
    design = Design("moved", Variant(name="moved", set={path: value}))
    return float((sweep(treaty, WORLDS, seed=SEED, designs=[design]).verdict == "yes").mean())


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_the_share_of_a_sweep_passes_the_one_wanted_at_the_threshold(share: float) -> None:
    treaty = _treaty(0.5)
    found = fix(treaty, terms=["remedy.amount"], worlds=WORLDS, share=share, seed=SEED)
    (moved,) = found.moved
    flip = moved.flips[0]
    assert (found.verdict, moved.answer, flip.direction) == ("no", "fixes", "raise")
    assert flip.fails is not None and flip.likely is not None and flip.likely[0] is not None
    assert 0 < float(flip.holds) - float(flip.fails) <= NARROW * 20
    assert flip.likely[1].share[0] == _share(treaty, "remedy.amount", float(flip.holds)) >= share
    assert flip.likely[0].share[0] == _share(treaty, "remedy.amount", float(flip.fails)) < share
    # Nothing nearer was found to do, of all that was tried: what is told of them is what a sweep tells.
    for value in list(moved.verdicts)[::8]:
        assert (moved.verdicts[value] == "yes") == (_share(treaty, "remedy.amount", float(value)) >= share)
    assert all(verdict == "no" for value, verdict in moved.verdicts.items() if float(value) < float(flip.fails))


def test_more_worlds_are_asked_for_more() -> None:
    low, high = (
        fix(_treaty(0.5), terms=["remedy.amount"], worlds=WORLDS, share=share, seed=SEED).moved[0].flips[0]
        for share in (0.3, 0.9)
    )
    assert float(low.holds) < float(high.holds)


def test_what_holds_in_the_share_wanted_is_moved_until_it_does_not() -> None:
    treaty = _treaty(16)
    found = fix(treaty, terms=["remedy.upheld"], worlds=WORLDS, share=0.5, seed=SEED)
    (moved,) = found.moved
    assert found.verdict == "yes" and moved.answer == "breaks"
    flip = moved.flips[0]
    assert flip.direction == "lower" and flip.fails is not None
    assert _share(treaty, "remedy.upheld", float(flip.holds)) >= 0.5
    assert _share(treaty, "remedy.upheld", float(flip.fails)) < 0.5


def test_a_margin_asks_for_more_in_worlds_too() -> None:
    plain, asked = (
        fix(_treaty(0.5), terms=["remedy.amount"], worlds=WORLDS, share=0.5, margin=margin, seed=SEED)
        .moved[0].flips[0]
        for margin in (0.0, 0.5)
    )  # fmt: skip
    assert float(asked.holds) > float(plain.holds) + 1e-3


def test_a_term_that_worlds_vary_may_only_have_to_be_settled() -> None:
    treaty = _treaty(12, drawn=True)
    drawn = float((sweep(treaty, WORLDS, seed=SEED, designs=[Design("text")]).verdict == "yes").mean())
    settled = _share(treaty, "remedy.amount", 12)
    assert drawn < settled
    found = fix(treaty, terms=["remedy.amount"], worlds=WORLDS, share=settled, seed=SEED)
    flip = found.moved[0].flips[0]
    assert (flip.direction, flip.holds, flip.share) == ("keep", 12, 0.0)
    assert "it is enough to settle it at 12" in "\n".join(summary(found))


def test_a_term_whose_own_value_is_too_little_for_certain_is_told_apart() -> None:
    treaty = _treaty(0.5, drawn=True)  # most worlds draw more
    assert _share(treaty, "remedy.amount", 0.5) < 0.5
    found = fix(treaty, terms=["remedy.amount"], worlds=WORLDS, share=0.5, seed=SEED)
    assert found.verdict == "yes" and found.moved == ()
    assert "settled at its own value makes it hold in" in found.skipped["remedy.amount"]


def test_who_processes_changes_nothing() -> None:
    one, two = (
        fix(_treaty(0.5), worlds=20, share=0.5, workers=workers).to_json() | {"worlds": None} for workers in (1, 2)
    )
    assert one == two


def test_an_answer_that_proof_refuses_is_told_and_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    real = DesignJudge.prove

    def contrary(self: DesignJudge, world: dict[str, float]) -> tuple[str, object]:
        answer, certificate = real(self, world)
        return {"yes": "no", "no": "yes"}.get(answer, answer), certificate

    monkeypatch.setattr(DesignJudge, "prove", contrary)
    monkeypatch.setattr("treaties.sweeping.share_fixing.drawn", lambda rate, name, world: world == 0)
    found = fix(_treaty(0.5), terms=["remedy.amount"], worlds=5, share=0.5)
    assert found.worlds is not None and found.worlds.refused
    assert found.worlds.text.undecided == 1


def test_the_command_tells_shares_with_their_error(servanda: Run, tmp_path: Path) -> None:
    file = tmp_path / "damages.toml"
    file.write_text(TEXT.replace("AMOUNT", "0.5"))
    words = ("fix", file, "--worlds", WORLDS, "--seed", SEED, "--share", "50%", "--workers", "1")
    told = servanda(*words, "--json")
    assert told.code == 0, told.err
    document = json.loads(told.out)
    assert document["worlds"]["share_wanted"] == 0.5 and document["worlds"]["text"]["yes"] < 12
    first = document["levers"][0]
    assert first["term"] == "remedy.amount" and first["share"] >= 0.5 > first["share_failing"]
    assert first["share_interval"][0] <= first["share"] <= first["share_interval"][1]
    assert first["certified"] == [None, None]
    said = servanda(*words).out
    assert "of 100 worlds (" in said and "asked for are 50 of 100" in said
    assert "Shares of worlds are computed, not proved" in said
    assert np.isclose(first["threshold"], float(first["bracket"][0]), atol=1e-3)
    wrong = servanda("fix", file, "--worlds", "5", "--share", "most")
    assert wrong.code == 2 and "--share 'most': is no share" in wrong.err


def test_without_ranges_there_are_no_worlds(servanda: Run, tmp_path: Path) -> None:
    file = tmp_path / "plain.toml"
    file.write_text("\n".join(line for line in TEXT.replace("AMOUNT", "0.5").splitlines()).replace(
        "{ value = 0.45, low = 0.3, high = 0.6 }", "0.45").replace(
        "{ value = 4.5, low = 4, high = 5 }", "4.5"))  # fmt: skip
    told = servanda("fix", file, "--worlds", "5")
    assert told.code == 2 and "nothing to vary" in told.err


RATIFIED = TEXT.replace("AMOUNT", "3").replace("[0, 20]", "[2, 3, 4]") + """
[[provision]]
type = "ratification"
article = "2"
granted_per_year = { value = 0.5, low = 0.2, high = 0.9 }
refused_per_year = { value = 0.3, low = 0.1, high = 0.6 }
ratifiers = [{ party = "A", name = "Senate", gain = 9 }]
"""
"""Chances that in some worlds add up to more than 1."""


def test_worlds_in_which_it_is_no_treaty_are_left_out_by_all_alike_and_told(servanda: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(RATIFIED)
    rows = sweep(read_treaty_text(RATIFIED, "r.toml"), WORLDS, seed=SEED)
    yes, missing = int((rows.verdict == "yes").sum()), int((rows.verdict == "no treaty").sum())
    assert 0 < missing < WORLDS - yes < WORLDS
    common = (str(path), "--worlds", str(WORLDS), "--seed", str(SEED), "--workers", "1")
    out = ("--out", str(tmp_path / "r.parquet"))
    swept = json.loads(servanda("sweep", *common, *out, "--json").out)["designs"][0]
    (design, *_) = json.loads(servanda("design", *common, "--designs", "1", "--json").out)["front"]
    fixed = json.loads(servanda("fix", *common, "--term", "remedy.amount", "--json").out)["worlds"]["text"]
    for told in (swept, design, fixed):
        assert (told["yes"], told["no_treaty"]) == (yes, missing) and told["likelihood"] == yes / (WORLDS - missing)
    words = f"{missing} worlds in which its numbers do not go together are left out"
    assert words in servanda("sweep", *common, *out).out
    assert words in servanda("fix", *common, "--term", "remedy.amount").out
    assert f"{missing} of {WORLDS} are left out" in servanda("design", *common, "--designs", "1").out
