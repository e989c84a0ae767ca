"""What is told of a text beside its verdict, also where penal codes of three parties are not found."""

from __future__ import annotations

import pytest

from games.certificates.automata import NoProfitableDeviation
from games.model.plan import Plan
from games.questions.discount_region import DiscountRegion
from games.solvers.penal_modes import PenalModesSolution
from tests.support.command_line import ROOT
from treaties.assessing.answers import Answers
from treaties.assessing.fixes import fixes
from treaties.assessing.story import NOT_FOUND_OUT, incentives, party_values
from treaties.findings.fixes import PatienceFix
from treaties.findings.records import Judgement
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import with_terms

ACCEPTED = ROOT / "tests" / "treaties" / "reading" / "accepted"


@pytest.fixture
def three() -> Treaty:
    return read_treaty(ACCEPTED / "three_parties.toml")


def test_the_harshest_treatment_of_three_parties_is_one_that_an_equilibrium_gives(three: Treaty) -> None:
    credible = Answers(three).text.credible(tuple(party.discount.value for party in three.parties))
    game = credible.compiled.game
    code = credible.modes.held(credible.compiled.plan)
    assert code is not None and (credible.harshest >= credible.threats[game.initial] - 1e-9).all()
    told = [value.worst_credible for value in party_values(Answers(three), worst=True)]
    assert told == pytest.approx(credible.harshest.tolist())


def test_what_a_plan_that_fails_leaves_three_parties_is_what_some_other_play_gives(three: Treaty) -> None:
    impatient = with_terms(three, {f"party.{party.id}.discount": 0.7 for party in three.parties})
    credible = Answers(impatient).text.credible((0.7,) * 3)
    game = credible.compiled.game
    assert credible.modes.held(credible.compiled.plan) is None
    best = credible.modes.best_play()
    assert best is not None
    proof = NoProfitableDeviation.of(game, best[0], Plan.free(game))
    assert proof.check(game).accepted
    least = [min(v[i] for (_, state), v in proof.values(game).items() if state == game.initial) for i in range(3)]
    assert credible.harshest == pytest.approx(least, abs=1e-6)


def test_where_no_penal_code_is_found_that_is_told_and_not_that_the_plan_leaves_play_open(
    three: Treaty, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PenalModesSolution, "held", lambda *_: None)
    answers = Answers(three)
    told = incentives(answers.text, "none")
    assert told.incentives == () and told.note == NOT_FOUND_OUT
    assert [value.worst_credible for value in party_values(answers, worst=True)] == [None] * 3


def test_a_factor_that_holds_alone_is_not_what_one_is_told_to_aim_for() -> None:
    top = Judgement("undecided", "", None)
    for intervals, aim in ((((0.8, 0.8), (0.84, 0.9)), (0.84, 0.9)), (((0.8, 0.8),), (0.8, 0.8))):
        region = DiscountRegion(intervals=intervals, tolerance=1e-6, grid=(0.02, 0.98, 0.04))
        assert list(fixes(top, (), region)) == [PatienceFix(aim)]
