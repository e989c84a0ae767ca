"""More audits: one treaty that they make worth keeping, and one that their false alarms break, by hand."""

from __future__ import annotations

import pytest

from tests.support.random_pairs import judged
from tests.support.small_treaties import FILES
from treaties.reading.treaty_file import read_treaty_text

TEXT = (FILES / "inspection_burden.toml").read_text().split("[[provision]]")[0]
"""R = 2, T = 3, S = -1, P = 0, discount factor 1/2 for both; nobody sees conduct."""
ALARMED = (
    TEXT.replace("[[party]]", "exit = false\n[[party]]", 1)
    .replace("discount = 0.5", "discount = 0.8")
    .replace("temptation = { A = 3, B = 3 }", "temptation = { A = 2.52, B = 2.52 }")
)
ENDS = (
    '[[provision]]\ntype = "staged_derisking"\ngate = "calendar"\non_breach = "end"\n'
    "stages = [{ year = 0, exposure = 1 }]\n"
)


def audits(coverage: float, false_alarm: float) -> str:
    return (
        f'[[provision]]\ntype = "audit"\nmatter = "arms"\ndetection = 1\nfalse_alarm = {false_alarm}\n'
        f"coverage = {coverage}\n"
    )


@pytest.mark.parametrize(("coverage", "kept"), [(0.25, False), (0.45, False), (0.55, True), (0.95, True)])
def test_without_false_alarms_more_audits_deter_more(coverage: float, kept: bool) -> None:
    """A breach wins 1 and loses 2 a year for good with chance a: 2 a >= 1."""
    found = judged(read_treaty_text(TEXT + audits(coverage, 0)))
    assert found.margin == pytest.approx(2 * coverage - 1, abs=1e-6) and (found.verdict == "sustainable") == kept


@pytest.mark.parametrize(("coverage", "kept"), [(0.25, False), (0.5, True), (1, False)])
def test_where_a_flag_ends_the_treaty_more_audits_first_deter_and_then_leave_too_little_to_lose(
    coverage: float, kept: bool
) -> None:
    """Audits flag compliance half the time: it goes on with chance s = (1 - a/2)^2 and is worth 2 / (1 - 0.8 s).

    A breach wins 0.52 and lowers that chance to (1 - a) (1 - a/2): by (1 - a/2) a/2.
    """
    worth = 2 / (1 - 0.8 * (1 - coverage / 2) ** 2)
    slack = 0.8 * worth * (1 - coverage / 2) * coverage / 2 - 0.52
    assert (slack >= 0) == kept
    found = judged(read_treaty_text(ALARMED + audits(coverage, 0.5) + ENDS))
    assert found.margin == pytest.approx(slack, abs=1e-6) and (found.verdict == "sustainable") == kept
