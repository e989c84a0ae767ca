"""What every assessment promises, on every accepted treaty file and every case."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support.brute_force import minmax
from tests.support.harshest_punishments import departures_at_most, minmax_payoffs, slack_at_most
from treaties.assessing.assess import Assessment, assess
from treaties.briefing.terminal import explain, summary
from treaties.compiling.compile import compile_treaty
from treaties.compiling.typed import typed_game
from treaties.findings.amounts import capital
from treaties.reading.treaty_file import read_treaty

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/treaties/reading/accepted", "treaties/cases")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.toml"))]
NAMED = {f"{path.parent.name}/{path.stem}": path for path in FILES}

MILDER = {
    "accepted/mixed_matters", "accepted/remedy_delayed", "accepted/sources_everywhere", "accepted/three_parties",
    "cases/aurora",
}  # fmt: skip
"""Those in which the harshest punishment conceivable is not credible, so that less is withstood than it would allow."""


LONG = {
    "accepted/observed_with_noise": pytest.mark.slow, "accepted/party_types": pytest.mark.campaign,
    "cases/fcas_ngf_2017": pytest.mark.slow, "cases/inf_1987": pytest.mark.campaign,
    "cases/loi_framework_2000": pytest.mark.slow,
}  # fmt: skip
"""Assessed in ten seconds, and in a minute or more."""


@pytest.mark.parametrize("name", [pytest.param(n, marks=LONG.get(n, ())) for n in NAMED])
def test_every_treaty_gets_the_verdict_that_is_true_of_it_with_its_proof(name: str) -> None:
    found = assess(read_treaty(NAMED[name]), variants=False, region=False)
    check_the_ladder(found)
    if not found.treaty.has_types:  # punishments that hold against parties as described say nothing of types
        check_the_verdict_by_plain_arithmetic(found, name in MILDER)
    link = found.weakest_link
    assert link is not None and (found.margin is None or link.margin == pytest.approx(found.margin, rel=1e-9))
    told = (link.party_name, capital(link.party_name))  # "the United States" begins a sentence with a capital
    assert any(name in link.sentence for name in told) and link.deviation in link.sentence
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["verdict"] == found.verdict
    assert found.treaty.title in explain(found) and summary(found)


def check_the_ladder(found: Assessment) -> None:
    """Every answer has its checked proof, every undecided its reason, and no two of them contradict one another."""
    for rung in found.ladder:
        if rung.verdict == "undecided":
            assert rung.detail and rung.certificate is None
        elif rung.certificate is None:
            # What those rules support is an equilibrium, and that there is none is proved above.
            assert rung.verdict == "unsustainable" and rung.detail.startswith("follows from rung 4")
            assert found.ladder[-1].verdict == "unsustainable" and found.ladder[-1].certificate is not None
        else:
            assert rung.certificate.checked
            typed = rung.certificate.typed
            kept = (
                rung.certificate.evidence.check(found.compiled.game)
                if typed is None
                else (typed.check(typed_game(found.compiled)))
            )
            assert kept.accepted
    if any(rung.verdict == "sustainable" for rung in found.ladder[:3]):
        assert found.verdict == "sustainable"
    if found.verdict == "sustainable" and found.margin is not None:
        assert found.margin >= 0
    if found.verdict == "unsustainable":
        assert found.margin is None or found.margin < 0
        assert all(rung.verdict != "sustainable" for rung in found.ladder)


def check_the_verdict_by_plain_arithmetic(found: Assessment, milder: bool) -> None:
    """The verdict and the margin are those that minmax punishments leave, unless these are not credible (``milder``).

    Equilibria in public strategies are worth no more with noise than without it (Kandori 1992), so that where a signal
    hides conduct only one direction is known.
    """
    most = slack_at_most(found.compiled)
    if found.compiled.game.monitoring is not None:
        assert found.verdict == "unsustainable" or most >= 0
        return
    assert found.verdict == ("sustainable" if most >= 0 else "unsustainable")
    assert found.margin is not None
    if found.compiled.open_rights:
        # The margin is that of the use of rights that was found, which need not be the one that withstands most.
        assert (found.margin >= 0) == (most >= 0) and found.margin <= departures_at_most(found.compiled) + 1e-6
    elif milder:
        assert 0 <= found.margin < most - 1e-3
    else:
        assert found.margin == pytest.approx(most, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ["three_parties_table", "veto_unlimited"])
def test_two_ways_to_work_out_minmax_payoffs_agree(name: str) -> None:
    game = compile_treaty(read_treaty(NAMED[f"accepted/{name}"])).game
    slow = np.transpose([minmax(game, player, sweeps=400) for player in range(game.n_players)])
    assert np.allclose(minmax_payoffs(game), slow, rtol=0, atol=1e-8)
