"""Charts: verdicts and margins of a text and its variants along one number, and how they are told and drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.repository.test_handbook import blocks
from tests.support.command_line import Run, run_with
from tests.support.small_treaties import FILES
from treaties.assessing.answers import Answers
from treaties.model.errors import TreatyFileError
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms
from treaties.sweeping.chart_plot import DASHES, MARKERS, plot_chart
from treaties.sweeping.chart_words import summary
from treaties.sweeping.charting import Chart, chart

TREATY = FILES / "no_exit.toml"
"""A walks out unless its name is worth 3/2; the margin is min(c - 3/2, 1)."""
COST = "no_exit.real_cost"
PROCUREMENT = Path(__file__).parents[3] / "treaties" / "cases" / "procurement.toml"
TWO_MATTERS = blocks("papers/handbook/lessons/3-when-a-sunset-does-not-unravel.md", "toml")[0][1]
"""Nothing is left to lose in its last year but how common standards go."""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


@pytest.fixture(scope="module")
def found() -> Chart:
    text = TREATY.read_text() + '\n[[variant]]\nname = "no way out"\nremove = ["no_exit"]\n'
    return chart(read_treaty_text(text), [COST], 0, 3, 7)


def test_every_version_is_judged_at_every_value(found: Chart) -> None:
    assert list(found.values) == [0, 0.5, 1, 1.5, 2, 2.5, 3]
    assert [line.name for line in found.lines] == ["as it stands", "a name that is worth less", "no way out"]
    for line in found.lines[:2]:
        assert [one.margin for one in line.found] == pytest.approx([-1.5, -1, -0.5, 0, 0.5, 1, 1], abs=1e-9)
        assert [one.verdict for one in line.found] == ["unsustainable"] * 3 + ["sustainable"] * 4
    again = Answers(with_terms(found.treaty, {COST: 2})).text.verdict("none")
    assert again.margin == found.lines[0].found[4].margin


def test_a_variant_without_the_number_is_told_to_be_the_same_whatever_it_is(found: Chart) -> None:
    shut = found.lines[2]
    assert not shut.moved and len(shut.found) == 7 and len({id(one) for one in shut.found}) == 1
    assert "No way out: kept, whatever it is (+1)." in summary(found)
    assert found.to_json()["lines"][2]["moved"] is False


def test_every_verdict_comes_with_its_concept_and_the_kind_of_its_certificate(found: Chart) -> None:
    (concept,) = found.concepts
    for line in found.to_json()["lines"]:
        assert set(line["concepts"]) == {concept}
        assert all((kind is None) == (verdict == "undecided")
                   for kind, verdict in zip(line["certificates"], line["verdicts"], strict=True))  # fmt: skip
    assert summary(found)[-1] == f"It holds where some equilibrium keeps to it ({concept})."


def test_it_is_told_in_stretches_of_values_with_one_answer(found: Chart) -> None:
    assert "As it stands: not kept from 0 to 1 (−1.5 to −0.5); kept from 1.5 to 3 (0 to +1)." in summary(found)
    alone = chart(read_treaty(TREATY), [COST], 1, 2, 2)
    assert "As it stands: not kept at 1 (−0.5); kept at 2 (+0.5)." in summary(alone)


def test_several_numbers_are_moved_together() -> None:
    treaty = read_treaty(TREATY)
    paths = ["party.A.discount", "party.B.discount"]
    both = chart(treaty, paths, 0.25, 0.75, 3)
    for k, value in enumerate(both.values):
        alone = Answers(with_terms(treaty, dict.fromkeys(paths, value))).text.verdict("none")
        assert both.lines[0].found[k].margin == alone.margin


def test_what_cannot_be_charted_is_refused(run: Run) -> None:
    treaty = read_treaty(TREATY)
    with pytest.raises(ValueError, match=r"has no number 'no_exit\.cost'"):
        chart(treaty, ["no_exit.cost"], 0, 1)
    with pytest.raises(ValueError, match="let them rise"):
        chart(treaty, [COST], 1, 1)
    with pytest.raises(ValueError, match="1 values make no line"):
        chart(treaty, [COST], 0, 1, 1)
    with pytest.raises(TreatyFileError, match="below 1"):
        chart(treaty, ["party.A.discount"], 0.5, 1, 2)
    told = run("chart", TREATY, "--of", COST, "--from", 2, "--to", 1)
    assert told.code == 2 and "let them rise" in told.err
    told = run("chart", TREATY, "--of", COST, "--from", 0, "--to", 1, "--plot", "chart.jpeg")
    assert told.code == 2 and ".svg, .png or .pdf" in told.err


def test_the_command_tells_and_draws_the_same_bytes_every_time(run: Run, tmp_path: Path) -> None:
    pictures = []
    for name in ("one.svg", "other.svg"):
        told = run("chart", TREATY, "--of", COST, "--from", 1, "--to", 2, "--points", 3, "--plot", tmp_path / name)
        assert told.code == 0 and "kept from 1.5 to 2" in told.out and "drew" in told.err
        pictures.append((tmp_path / name).read_bytes())
    assert pictures[0] == pictures[1] and b"<svg" in pictures[0]


def test_lines_can_be_told_apart_without_colours(found: Chart, tmp_path: Path) -> None:
    """As many lines as there are pairs of dashes and marks: each has its own, and the legend shows both."""
    pairs = {(DASHES[k % len(DASHES)], MARKERS[k % len(MARKERS)]) for k in range(len(DASHES) * len(MARKERS))}
    assert len(pairs) == len(DASHES) * len(MARKERS) and len(set(DASHES)) == len(DASHES)
    plot_chart(found, tmp_path / "chart.svg")
    legend = (tmp_path / "chart.svg").read_text().partition('id="legend_1"')[2]
    assert legend.count('<use xlink:href="#m') == len(found.lines) >= 2
    assert legend.count("stroke-dasharray") == len(found.lines) - 1


def test_an_undecided_point_is_not_drawn_as_one_that_is_not_kept(found: Chart, tmp_path: Path) -> None:
    first, *others = found.lines
    open_point = replace(first.found[0], verdict="undecided")
    told = replace(found, lines=(replace(first, found=(open_point, *first.found[1:])), *others))
    for drawn, place in ((found, "decided.svg"), (told, "open.svg")):
        plot_chart(drawn, tmp_path / place)
    decided, undecided = ((tmp_path / name).read_text() for name in ("decided.svg", "open.svg"))
    assert "grey: undecided" in undecided and "grey: undecided" not in decided


def test_years_of_cooperation_under_a_last_year_are_those_of_the_sums() -> None:
    # A breach of procurement wins 1 and is answered by standards that go badly, at 3 - p in each year left: one year is
    # enough for a loss of 2, 0.7 * 2 >= 1, and of 0.8 only three are, 0.8 * (0.7 + 0.49 + 0.343) >= 1 >= 0.8 * 1.19.
    treaty = read_treaty_text(TWO_MATTERS)
    paths = [f"matter.standards.punishment.{party}" for party in ("NOR", "SUN")]
    found = chart(treaty, paths, 1, 3, 6, shows="years")
    assert list(found.lines[0].lasting) == [4, 4, 3, 2, 0, 0]
    told = "As it stands: 4 years from 1 to 1.4; 3 years at 1.8; 2 years at 2.2; 0 years from 2.6 to 3."
    assert told in summary(found)
    assert found.to_json()["lines"][0]["lasting"] == [4, 4, 3, 2, 0, 0]


def test_rungs_are_told_each_with_its_own_margin(tmp_path: Path) -> None:
    treaty = with_terms(read_treaty(PROCUREMENT), {"sunset.renewal.rule": "automatic"})
    paths = ["party.NOR.discount", "party.SUN.discount"]
    found = chart(treaty, paths, 0.6, 0.8, 3, shows="rungs")
    assert [line.name for line in found.lines] == [
        "1. Self-executing", "2. Proportionate", "3. Reversion", "4. Any credible punishment",
    ]  # fmt: skip
    ladder = Answers(found.treaty).text.ladder("none")
    assert [line.found[1].margin for line in found.lines] == pytest.approx([rung.margin for rung in ladder])
    plot_chart(found, tmp_path / "rungs.svg")
    assert (tmp_path / "rungs.svg").stat().st_size > 5000
