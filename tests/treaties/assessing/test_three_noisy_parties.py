"""Three parties with one matter that nobody sees, and audits of it: every rung judged and proved, both ways.

Whoever breaches alone wins 2, and all have 3, 3 and 2 from compliance, 0 without it.  An audit catches a breach with a
chance of ``caught`` and the innocent with ``mistaken``.
"""

from __future__ import annotations

import pytest

from games.certificates.signals import PublicProfitableDeviation, PublicSelfGeneration
from treaties.assessing.answers import Answers, Version
from treaties.assessing.signal_verdicts import best_equilibrium, quick_best
from treaties.findings.records import Rung
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

PARTY = '[[party]]\nid = "{0}"\nname = "{0}land"\ndiscount = {1}\n'


def trio(caught: float, mistaken: float, discounts: tuple[float, ...] = (0.9, 0.85, 0.92)) -> Treaty:
    """The treaty; its audits cost nothing."""
    return read_treaty_text(
        'schema = "servanda-treaty/1"\ntitle = "Trio"\npayoff_unit = "points per year"\n'
        + "".join(PARTY.format(name, d) for name, d in zip("ABC", discounts, strict=True))
        + '[[matter]]\nid = "arms"\nreward = { A = 3, B = 3, C = 2 }\ntemptation = { A = 5, B = 5, C = 4 }\n'
        "sucker = { A = -1, B = -1, C = -2 }\npunishment = { A = 0, B = 0, C = 0 }\n"
        'observability = "private"\n[[provision]]\ntype = "audit"\narticle = "7"\nmatter = "arms"\n'
        f"detection = {caught}\nfalse_alarm = {mistaken}\ncoverage = 1\ncost = 0\n", "t.toml")


def ladder(text: Version) -> tuple[Rung, ...]:
    """The rungs, every certificate of which is checked here again."""
    rungs = text.ladder("none")
    game = text.at(text.own, "none").game
    for rung in rungs:
        note = rung.certificate
        if note is not None:
            assert note.proof is not None and note.proof.check(game).accepted
    return rungs


def test_where_flags_prove_a_breach_every_rung_is_judged() -> None:
    """Reversion with C: 2 d / (1 - d) caught less 2; with B the least, 3 * 0.48 * 0.85 / 0.15 - 2 = 6.16."""
    rungs = ladder(Answers(trio(0.48, 0.0)).text)
    assert [rung.verdict for rung in rungs] == ["unsustainable", "sustainable", "sustainable", "sustainable"]
    assert all(rung.certificate is not None for rung in rungs)
    first, second, third, last = (rung.certificate.proof for rung in rungs if rung.certificate is not None)
    assert isinstance(first, PublicProfitableDeviation)
    assert all(isinstance(proof, PublicSelfGeneration) for proof in (second, third, last))
    assert rungs[0].margin == pytest.approx(-2.0) and rungs[1].periods == 3
    assert rungs[2].margin == pytest.approx(3 * 0.48 * 0.85 / 0.15 - 2) == pytest.approx(6.16)
    assert rungs[3].margin == pytest.approx(6.16, abs=1e-6)


def test_where_a_flag_may_be_a_mistake_compliance_for_ever_fails_and_cooperation_lasts_a_while() -> None:
    text = Answers(trio(0.48, 0.04)).text
    rungs = ladder(text)
    assert {rung.verdict for rung in rungs} == {"unsustainable"} and rungs[3].margin == pytest.approx(-2.0)
    found = text.judged(text.own, "none")
    assert found.solution is not None and found.solution.solver == "public_automata"
    assert found.cooperation is not None and found.cooperation.proved
    assert found.cooperation.keeps is not None and found.cooperation.keeps > 20
    assert found.cooperation.joint > 5


def test_patience_decides_where_flags_prove_a_breach() -> None:
    """2 (1 - d) <= 2 d caught for C: from d = 1 / (1 + caught) on."""
    for common, verdict in ((0.66, "unsustainable"), (0.67, "sustainable")):
        text = Answers(trio(0.5, 0.0, (0.9, 0.9, common))).text
        told = text.judged(text.own, "none").judgement
        assert told.verdict == verdict and told.certificate is not None and told.certificate.checked


def test_the_order_of_the_parties_does_not_matter() -> None:
    one, other = (Answers(trio(0.48, 0.0, order)).text for order in ((0.9, 0.85, 0.92), (0.85, 0.9, 0.92)))
    first, second = (text.judged(text.own, "none").judgement for text in (one, other))
    assert first.verdict == second.verdict and first.margin == pytest.approx(second.margin, abs=1e-5)


def test_without_proofs_the_same_cooperation_is_found() -> None:
    text = Answers(trio(0.48, 0.0)).text
    at = text.at(text.own, "none")
    joint, cooperation = quick_best(at)
    assert joint == pytest.approx(8.0) and cooperation is not None and not cooperation.proved
    found = text.judged(text.own, "none")
    assert found.solution is not None
    proved = best_equilibrium(at, found.solution, True)
    assert proved[0] == pytest.approx(8.0) and proved[1] is not None and proved[1].proved
