"""Lint of committees, votes, lists, ratification and accession; their sources and their numbers in briefings."""

from __future__ import annotations

import pytest

from games.replication.bibliography import bibliography
from tests.support.small_treaties import DILEMMA, FILES, plus
from treaties.briefing.sources import assumptions, clauses
from treaties.linting.clauses import lint
from treaties.provisions import all_provisions
from treaties.reading.treaty_file import read_treaty, read_treaty_text

COMMITTEE = 'type = "joint_committee"\narticle = "6"\nmembers = [{ party = "A" }, { party = "B" }]\n'
RELEASE = COMMITTEE + 'matter = "trade"'
STAGES = 'type = "staged_derisking"\nstages = [{ year = 0, exposure = 0.5 }, { year = 1, exposure = 1 }]\n'
ONE_STAGE = 'type = "staged_derisking"\nstages = [{ year = 0, exposure = 1 }]\n'
TERM = 'type = "sunset"\nterm_years = 3\nrenewal = { rule = "none" }'
RATCHET = 'type = "majority_ratchet"\narticle = "7"\ncommittee = "6"\n'
SNAPBACK = 'type = "reversed_veto"\narticle = "11"\nmembers = [{ party = "A" }]\n'
LIST = 'type = "consent_rule"\nmatter = "trade"\nitems = 2\n'
JOIN = 'type = "accession"\nparty = "B"\nsteps = [{ year = 4, matters = "trade" }]'
SENATE = 'type = "ratification"\nratifiers = [{ party = "A", name = "Senate", share = 1, cost = 7 }]'


@pytest.mark.parametrize(
    ("written", "severity", "place", "problem"),
    [
        ([RELEASE, RELEASE], "error", "joint_committee[#2]", "two committees release trade"),
        ([COMMITTEE + 'decides = "stages"', STAGES], "error", "joint_committee.decides", "no stages wait"),
        ([STAGES + 'gate = "committee"'], "error", "staged_derisking.gate", "no committee opens"),
        ([RELEASE + '\nchair = "A"'], "note", "joint_committee.chair", "no ties"),
        (
            [RELEASE.replace('"B" }', '"B", weight = 0 }') + '\nrule = "quota"\nquota = 1'],
            "warning",
            "joint_committee.members.1",
            "the vote of B never decides anything",
        ),
        (
            [RELEASE.replace('"B" }', '"B", veto = true }')],
            "note",
            "joint_committee.members.1.veto",
            "holds a veto anyway",
        ),
        ([RELEASE + "\nquota = 2"], "note", "joint_committee.quota", "no meaning under the rule 'unanimity'"),
        ([RATCHET], "error", "majority_ratchet.committee", "no joint committee has the article '6'"),
        ([RATCHET, RELEASE], "warning", "majority_ratchet.committee", "a majority of them is unanimity"),
        ([RATCHET, RELEASE + '\nrule = "majority"'], "error", "majority_ratchet.committee", "needs no unanimity"),
        ([RATCHET + "from_year = 3", RELEASE, TERM], "warning", "majority_ratchet.from_year", "never reached"),
        ([RATCHET, RATCHET, RELEASE], "error", "majority_ratchet[#2]", "two clauses change how the committee"),
        ([SNAPBACK + "years = [2, 4]", TERM], "warning", "reversed_veto.years", "year 4 of a term of 3"),
        ([SNAPBACK + "expires_year = 4", TERM], "warning", "reversed_veto.expires_year", "lapses after year 4"),
        ([SNAPBACK, SNAPBACK], "error", "reversed_veto[#2]", "the same article number"),
        ([LIST, LIST], "error", "consent_rule[#2]", "two lists belong to trade"),
        ([LIST + "listed = 0"], "warning", "consent_rule.listed", "the plan keeps it so"),
        ([JOIN, TERM], "warning", "accession.steps.0.year", "begins 4 years into a term of 3"),
        ([JOIN, JOIN], "error", "accession[#2]", "two clauses let B join"),
        ([SENATE], "warning", "ratification.ratifiers.0", "Senate loses by every year"),
        ([SENATE, SENATE], "error", "ratification[#2]", "how the treaty is ratified"),
        (
            ['type = "veto"\nholder = "A"\nmatter = "trade"\noverride_votes = 1'],
            "note",
            "veto.override_votes",
            "without override_by",
        ),
        ([ONE_STAGE], "note", "staged_derisking.stages", "one stage of exposure 1 is no schedule"),
        ([TERM.replace('"none"', '"chance", probability = 1')], "note", "sunset.renewal.probability", "is no chance"),
        ([TERM.replace('"none"', '"none", decide_by_year = 2')], "note", "sunset.renewal.decide_by_year",
         "which takes no vote"),
        (['type = "continuity"'], "warning", "continuity", "neither charges nor delays"),
    ],
)
def test_lint(written: list[str], severity: str, place: str, problem: str) -> None:
    found = [(finding.severity, finding.place) for finding in lint(plus(*written)) if problem in finding.problem]
    assert found == [(severity, place)]


def test_unequal_votes_make_the_step_to_majority_a_real_one() -> None:
    unequal = RELEASE.replace('"B" }', '"B", weight = 2 }')
    assert [f.problem for f in lint(plus(RATCHET, unequal)) if f.place == "majority_ratchet.committee"] == []


@pytest.mark.parametrize("clause", ['type = "veto"\nholder = "A"\nmatter = "trade"\n', SNAPBACK])
def test_an_event_that_costs_nobody_anything_still_matters_as_the_grounds_of_a_clause(clause: str) -> None:
    event = '[[event]]\nid = "shock"\nenter = 0.1\nstay = 0.5\ncost_of_complying = { A = 0, B = 0 }\n'
    idle, named = (
        [str(f) for f in lint(read_treaty_text(f"{DILEMMA}{event}[[provision]]\n{clause}{grounds}"))]
        for grounds in ("", 'grounds = "shock"')
    )
    assert any("grounds for nothing" in said for said in idle)
    assert not any("grounds for nothing" in said for said in named)


@pytest.mark.parametrize("name", ["joint_committee_release", "majority_ratchet", "jcpoa_2231"])
def test_sound_clauses_are_left_alone(name: str) -> None:
    kinds = ("joint_committee", "majority_ratchet", "reversed_veto", "staged_derisking")
    assert [f for f in lint(read_treaty(FILES / f"{name}.toml")) if f.place.split(".")[0] in kinds] == []


@pytest.mark.parametrize("clause", [
    'type = "consent_rule"\nitems = 2\n', 'type = "staged_derisking"\nstages = [{ year = 0, exposure = 1 }]\n'])
def test_what_scales_the_risk_of_a_table_is_an_error(clause: str) -> None:
    text = (FILES / "explicit_table.toml").read_text()
    treaty = read_treaty(FILES / "explicit_table.toml")
    matter = treaty.matters[0].id
    found = lint(read_treaty_text(f'{text}\n[[provision]]\n{clause}matter = "{matter}"\nscales = "risk"\n'))
    assert [f.severity for f in found if f.place.endswith(".scales") and "no temptation" in f.problem] == ["error"]


def test_votes_have_a_unit_of_their_own_and_members_are_told_by_name() -> None:
    treaty = read_treaty(FILES / "joint_committee_release.toml")
    told = {a.name: [str(a.value), a.unit, a.source] for a in assumptions(treaty) if a.group.startswith("Article 6")}
    assert told["quota"] == ["3.0", "votes", "article 6(2)"]
    assert told["neutral, yes"] == ["0.75", "chance", ""]
    (clause,) = clauses(treaty)
    assert "Arcadia" in clause.terms and "rule quota" in clause.terms


def test_papers_behind_the_clauses_are_in_the_bibliography() -> None:
    for kind, keys in {
        "joint_committee": ("winter1996", "baron1989"),
        "consent_rule": ("tsebelis2002",),
        "ratification": ("putnam1988", "iida1993"),
        "accession": ("buchanan1965", "schneider2012"),
    }.items():
        assert all(key in bibliography() for key in keys)
        assert all(key[-4:] in all_provisions()[kind].reference for key in keys)
