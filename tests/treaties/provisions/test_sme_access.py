"""Access for small firms: fewer sceptical governments against dearer work, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import DILEMMA, chances_after, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import STATUS, YEARS_IN_FORCE, government_variable
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty_text

SCEPTICS = 'type = "turnover"\nparty = "B"\nto_sceptic = 0.5\nto_friendly = 0.5\nsceptic_cost_of_complying = 1\n'
ACCESS = 'type = "sme_access"\narticle = "16"\nwork = 2\n'


def under(*clauses: str) -> CompiledTreaty:
    """B earns 3 a year when all comply, 1 less under a sceptical government."""
    text = DILEMMA.replace("A = 6, B = 1", "A = 6, B = 3")
    return compile_treaty(read_treaty_text(text + "".join(f"[[provision]]\n{clause}\n" for clause in clauses)))


@pytest.mark.behaviour("sme_access")
def test_access_pays_by_fewer_sceptics_and_costs_by_dearer_work() -> None:
    """Under a friendly government B has F, under a sceptical one S, F - S = D; a breach wins 4 in either.

    Sceptics come with 0.5: D = 1, F = 7.5 - 0.3/0.4 = 6.75, S = 5.75.  With half the work reserved, which disarms 0.8
    at most, they come with 0.3: D = 1 + 0.6 * 0.2 D = 1/0.88, F = 7.5 - 0.45 D, S = F - D.  A tenth of the reserved
    work lost is 0.1 a year: 0.25 in all, of which a deviation pays 0.1.
    """
    d = 1 / 0.88
    without = slack_of_each(under(SCEPTICS))
    free = slack_of_each(under(SCEPTICS, ACCESS + "share = 0.5\ndisarms = 0.8"))
    dear = slack_of_each(under(SCEPTICS, ACCESS + 'party = "B"\nshare = 0.5\ndisarms = 0.8\nefficiency_loss = 0.1'))
    assert without == pytest.approx([8, 1.75], abs=1e-8)
    assert free == pytest.approx([8, 7.5 - 1.45 * d - 4], abs=1e-8)
    assert dear == pytest.approx([8, 7.5 - 1.45 * d - 4 - 0.15], abs=1e-8)
    assert dear[1] < without[1] < free[1], "either sign"


def test_sceptics_are_rarer_under_the_treaty_only_and_no_sooner_gone() -> None:
    compiled = under(
        SCEPTICS, ACCESS + "share = 0.5\ndisarms = 0.8", ACCESS.replace("16", "17") + "share = 1\ndisarms = 0.5"
    )
    government = government_variable("B")
    friendly, sceptic = (row(compiled, {STATUS: "in force", government: kind}) for kind in ("friendly", "sceptic"))
    assert chances_after(compiled, friendly, government) == pytest.approx({"friendly": 0.85, "sceptic": 0.15})
    assert chances_after(compiled, sceptic, government) == pytest.approx({"friendly": 0.5, "sceptic": 0.5})


@pytest.mark.law("sme_access")
@pytest.mark.parametrize("seed", range(6))
def test_a_larger_share_never_lowers_the_slack_in_a_dilemma_where_nothing_is_lost_and_sceptics_find_complying_dearer(
    seed: int,
) -> None:
    """Complying is worth more the rarer sceptics are; who does not comply earns the same under both governments."""
    turnover = SCEPTICS.replace("= 1\n", "= 0.7\n").replace(
        "to_friendly = 0.5", f"to_friendly = {0.2 + 0.1 * (seed % 8):.1f}"
    )
    found = [
        slack_of_each(compile_treaty(dilemma(seed, turnover, ACCESS + f"share = {share}\ndisarms = 0.9")))
        for share in (0.0, 0.3, 1.0)
    ]
    for before, after in itertools.pairwise(found):
        assert after[1] >= before[1] - 1e-8 and after[0] == pytest.approx(before[0], abs=1e-8)
    assert found[2][1] > found[0][1]


@pytest.mark.parametrize(
    ("terms", "severity", "problem"),
    [
        ("share = 0.5\ndisarms = 0.8", "warning", "nobody is disarmed"),
        ("share = 0.5\nefficiency_loss = 0.1", "note", "only costs"),
    ],
)
def test_lint_says_what_is_odd(terms: str, severity: str, problem: str) -> None:
    found = lint(plus(ACCESS + terms))
    assert any(each.severity == severity and problem in each.problem for each in found), found


def test_work_reserved_until_a_year_or_by_another_party_disarms_no_sceptic_beyond_it() -> None:
    """Sceptics come with 0.5; with half of the work reserved, which disarms 0.8 at most, with 0.5 * 0.6 = 0.3."""
    reserved = ACCESS + "share = 0.5\ndisarms = 0.8\n"
    compiled = under(SCEPTICS, reserved + "until_year = 1")
    years = []
    for year in (1, 2):
        here = row(compiled, {STATUS: "in force", YEARS_IN_FORCE: year, government_variable("B"): "friendly"})
        years.append(chances_after(compiled, here, government_variable("B"))["sceptic"])
    assert years == pytest.approx([0.3, 0.5], abs=1e-12)
    other = under(SCEPTICS, reserved + 'applies_to = ["A"]')
    here = row(other, {STATUS: "in force", government_variable("B"): "friendly"})
    assert chances_after(other, here, government_variable("B"))["sceptic"] == pytest.approx(0.5, abs=1e-12)
