"""Every published result is met: papers are found by folder, claims by file, and all of them recomputed."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.files.game_file import read_game
from games.model.plan import Plan
from games.questions.solve import solve
from games.replication import papers, replicate
from games.replication.bibliography import FOLDER, bibliography
from games.replication.claims import Claim
from games.replication.paper_file import CLAIM_KINDS, Paper
from games.replication.thresholds import PeriodsClaim, ThresholdClaim, simple_strategy_profile
from games.solvers.verdict import Sustainable, Unsustainable

PAPERS = papers()
CLAIMS = [pytest.param(paper, claim, id=f"{paper.name}-{claim.id}") for paper in PAPERS for claim in paper.claims]
THRESHOLDS = [
    pytest.param(paper, claim, id=f"{paper.name}-{claim.id}")
    for paper in PAPERS for claim in paper.claims if isinstance(claim, ThresholdClaim)
]
each_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)


def test_papers_are_found() -> None:
    assert {
        "abreu_1986", "abreu_1988", "abreu_brooks_sannikov_2020", "abreu_sannikov_2014", "benoit_krishna_1985",
        "friedman_1971", "goldluecke_kranz_2012", "goldluecke_kranz_2018", "judd_yeltekin_conklin_2003",
    } <= {paper.name for paper in PAPERS}


@pytest.mark.parametrize(("paper", "claim"), CLAIMS)
def test_claim_is_met(paper: Paper, claim: Claim) -> None:
    found = replicate(paper, claim)
    assert found.ok, f"{found.published} expected, {found.computed} found, off by {found.difference:.3g}; {found.note}"
    assert found.note == ""


@pytest.mark.parametrize(("paper", "claim"), THRESHOLDS)
def test_both_sides_of_every_threshold_are_proved(paper: Paper, claim: ThresholdClaim) -> None:
    game = read_game(paper.folder / claim.game)
    step = Fraction(claim.tolerance)
    above, below = game.with_discount(claim.value + step), game.with_discount(claim.value - step)
    if claim.by == "simple":
        for side, holds in ((above, True), (below, False)):
            automaton = simple_strategy_profile(side, [claim.target], claim.punishments)
            evidence = NoProfitableDeviation.of(side, automaton, Plan.of_profile(side, claim.target))
            assert evidence.check(side).accepted == holds
        return
    solver = "nash_reversion" if claim.by == "reversion" else None
    held, broken = solve(above, solver=solver).verdict(claim.target), solve(below, solver=solver).verdict(claim.target)
    assert isinstance(held, Sustainable)
    assert held.certificate.check(above).accepted
    assert not held.certificate.check(below).accepted
    if claim.by == "any":                                                    # reversion refutes nothing
        assert isinstance(broken, Unsustainable)
        assert broken.certificate.check(below).accepted
        assert not broken.certificate.check(above).accepted
    else:
        assert not isinstance(broken, Sustainable)


@each_paper
def test_paper_has_its_reference(paper: Paper) -> None:
    authors_year = re.fullmatch(r"([a-z]+)(?:_[a-z]+)*_(\d{4})", paper.name)
    assert authors_year, "a folder is named after authors and year, such as friedman_1971"
    key = f"{authors_year[1]}{authors_year[2]}[a-z]*"                  # a word after it tells those of one year apart
    assert re.fullmatch(key, paper.reference)
    assert paper.title in bibliography()[paper.reference]


@each_paper
def test_every_game_of_a_paper_is_used(paper: Paper) -> None:
    files = {path.name for path in paper.folder.iterdir()}
    assert files == {"paper.toml", "published.toml"} | {claim.game for claim in paper.claims if claim.game}


@each_paper
def test_tolerances_are_tight(paper: Paper) -> None:
    for claim in paper.claims:
        assert claim.tolerance <= (0.5 if isinstance(claim, PeriodsClaim) else 1e-5), claim.id


def test_nothing_else_lies_among_the_papers() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_file()} == {"notation.md", "references.bib"}
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders - {paper.name for paper in PAPERS} <= {"handbook"}, "a folder of a paper has a paper.toml"


@pytest.mark.parametrize("kind", CLAIM_KINDS)
def test_every_kind_of_claim_is_used(kind: type[Claim]) -> None:
    assert any(isinstance(claim, kind) for paper in PAPERS for claim in paper.claims)
