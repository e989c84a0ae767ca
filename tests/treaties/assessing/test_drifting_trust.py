"""How much trust treaties need where conduct is flagged or governments are replaced unseen, and how it grows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from games.certificates.typed import BeliefIntervals
from games.model.outcome_laws import OutcomeLaws
from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.assessing.trust import trust_report
from treaties.compiling.compile import compile_treaty
from treaties.compiling.typed import typed_game
from treaties.findings.trust import Trust
from treaties.findings.trust_words import trust_lines
from treaties.reading.treaty_file import read_treaty_text

F = Fraction
TEXT = """
schema = "servanda-treaty/1"
title = "t"
payoff_unit = "EUR"
[[party]]
id = "A"
name = "A"
discount = {discount}
{of_a}
[[party]]
id = "B"
name = "B"
discount = {discount}
{of_b}
[[matter]]
id = "trade"
reward = {{ A = 2, B = 2 }}
temptation = {{ A = 3, B = 3 }}
sucker = {{ A = -1, B = -1 }}
punishment = {{ A = 0, B = 0 }}
{matter}
{clauses}
"""
BAD = (
    '[[party.type]]\nname = "bad"\nconduct = "breaches"\n'
    'prior = {{ value = {}, low = {}, high = {}, source = "drawn" }}\n')
TURNOVER = '[[provision]]\ntype = "turnover"\nparty = "B"\nto_sceptic = {}\nto_friendly = {}\nredraws_type = "unseen"\n'
FLAG = "{ detection = 0.8, false_alarm = 0.1 }"


def _text(discount: float, matter: str = "", clauses: str = "", of_b: str = BAD.format(0.5, 0.4, 0.6),
          of_a: str = "") -> str:
    return TEXT.format(discount=discount, matter=matter, clauses=clauses, of_a=of_a, of_b=of_b)


def _told(text: str) -> tuple[list[str], Trust, dict[str, Any]]:
    """The verdicts of rungs 1 to 3, the first pair, and that pair as a file has it."""
    version = Answers(read_treaty_text(text, "t.toml")).text
    pair = trust_report(version).pairs[0]
    return [rung.verdict for rung in version.trusting(version.own, "none").rungs], pair, pair.to_json()


@pytest.mark.parametrize(("chance", "least"), [(0.5, F(7, 15)), (0.2, F(13, 51)), (0.8, None)])
def test_governments_replaced_unseen(chance: float, least: Fraction | None) -> None:
    """Case turnover_hidden_replacement: reliable after a clean year with 3/4, 9/10, and 3/5 which is too little."""
    said, pair, written = _told(_text(0.75, clauses=TURNOVER.format(chance, chance)))
    assert pair.least == least
    if least is None:
        assert "would gain whatever the trust at signature if it breaches" in pair.why
        assert said == ["unsustainable"] * 3
    else:
        assert said[2] == "sustainable" and pair.rule == 3
        assert pair.certificate is not None and pair.certificate.checked
        assert pair.certificate.kind == BeliefIntervals.kind
        assert pair.binding is not None and pair.binding.year == 1
        reliable = 1 - chance / 2
        assert [year.posterior for year in pair.path] == [0.5, pytest.approx(reliable)]
        assert written["path"][1]["chance_of_compliance"] == pytest.approx(reliable)


def test_the_range_of_the_file_is_told() -> None:
    """New governments draw from the file's chances; at signature the partner may be bad with 40 to 60 in a hundred."""
    clauses = TURNOVER.format(0.5, 0.5)
    for low, high, told in ((0.4, 0.6, "part"), (0.45, 0.53, "whole")):
        pair = _told(_text(0.75, clauses=clauses, of_b=BAD.format(0.5, low, high)))[1]
        assert pair.range == told


def test_chances_that_differ_between_governments_are_kept_apart() -> None:
    typed = typed_game(compile_treaty(read_treaty_text(_text(0.75, clauses=TURNOVER.format(0.1, 0.4)), "t.toml")))
    matrices = [typed.replaced(1, s) for s in range(typed.game.n_states)]
    leaving = {1 - matrix[0][0] for matrix in matrices if matrix is not None}
    assert leaving == {F(1, 20), F(1, 5)}
    assert typed.replaced(0, 0) is None


def test_flags_that_may_be_mistakes() -> None:
    """Case forgiving_rules_need_more_trust, from a treaty file."""
    matter = f'observability = {{ A = "public", B = {FLAG} }}'
    verdicts, pair, written = _told(_text(0.9, matter))
    assert [(one.flags, one.least) for one in pair.ended_by_flags] == [
        (0, F(950, 6813)), (1, F(7600, 13463)), (2, F(60800, 66663))]
    assert pair.least == F(950, 6813) and pair.flags == 0 and pair.range == "whole"
    assert pair.certificate is not None and pair.certificate.checked
    # Compliance does not go on after mistaken flags: no rule that forgives them deters B.
    assert verdicts == ["unsustainable"] * 3
    assert [year.posterior for year in pair.path][:3] == pytest.approx([1 / 2, 9 / 11, 81 / 85])
    assert {year.shows for year in pair.path} == {0.8}
    assert pair.after_breach is not None and pair.after_breach.posterior == pytest.approx(1 / 9)
    assert written["ended_by_flags"][0]["least"]["exact"] == "950/6813"


def test_a_bad_type_that_shows_itself_in_one_year_of_four_only() -> None:
    """Case learning_speed: eight clean years from a tenth to a half; without false alarms a flag is a proof."""
    flag = "{ detection = 0.25, false_alarm = 0.0 }"
    pair = _told(_text(0.9, f'observability = {{ A = "public", B = {flag} }}', of_b=BAD.format(0.9, 0.9, 0.9)))[1]
    assert {year.shows for year in pair.path} == {0.25}
    assert pair.path[7].posterior < 1 / 2 <= pair.path[8].posterior == pytest.approx(65536 / 124585)


def test_two_parties_that_are_flagged() -> None:
    """What two flags say together is exactly the product of what each says, so that beliefs stay apart."""
    bad = BAD.format(0.2, 0.2, 0.2)
    text = _text(0.9, f"observability = {{ A = {FLAG}, B = {FLAG} }}", of_a=bad, of_b=bad)
    typed = typed_game(compile_treaty(read_treaty_text(text, "t.toml")))
    laws = OutcomeLaws(typed.game)
    chances = {p for row in range(typed.game.n_rows) for p in laws.exact(row).values()}
    assert {F(81, 100), F(9, 100), F(1, 100), F(18, 100), F(8, 100), F(72, 100)} <= chances
    one, other = trust_report(Answers(read_treaty_text(text, "t.toml")).text).pairs
    assert one.ended_by_flags == other.ended_by_flags and one.ended_by_flags[0].least is not None
    # Ended by the first flag on either; V = 1/5 + 9/10 · 81/100 V among reliable parties, and the like.
    delta, clean, caught = F(9, 10), F(9, 10), F(1, 5)
    good = F(1, 5) / (1 - delta * clean * clean)
    bad_value = F(-1, 10) / (1 - delta * clean * caught)
    keep, leave = (good, bad_value), (F(3, 10) + delta * caught * clean * good, delta * caught * caught * bad_value)
    gain, loss = keep[0] - leave[0], keep[1] - leave[1]
    assert one.ended_by_flags[0].least == -loss / (gain - loss)


def test_audits_with_types_are_judged() -> None:
    """Certified either way, and the trust path says how soon an audit shows a bad type."""
    clause = '[[provision]]\ntype = "audit"\nmatter = "trade"\narticle = "7"\n'
    clause += "detection = 0.9\nfalse_alarm = 0.0\ncoverage = 0.5\n"
    verdicts, pair, _ = _told(_text(0.9, 'observability = "private"', clause, of_b=BAD.format(0.1, 0.05, 0.2)))
    assert verdicts[2] == "sustainable" and pair.rule == 3 and pair.flags is None
    assert pair.certificate is not None and pair.certificate.checked
    # A flag is a proof: with the chance 9/20 a year a bad type ends it.
    delta, caught = F(9, 10), F(9, 20)
    good, bad = F(2), F(-1, 10) / (1 - delta * (1 - caught))
    gain = good - F(3, 10) - delta * (1 - caught) * good
    # A deviates once, and is caught with the same chance.
    loss = bad - delta * (1 - caught) ** 2 * bad
    assert pair.least == -loss / (gain - loss)
    assert {year.shows for year in pair.path} == {0.45}


def test_the_verdict_is_that_of_the_ladder() -> None:
    """A check says what the rungs say, in the words of their certificates."""
    found = assess(read_treaty_text(_text(0.75, clauses=TURNOVER.format(0.5, 0.5)), "t.toml"), region=False)
    assert found.verdict == "sustainable" and found.first_rung == 3
    assert found.trust is not None and found.trust.pairs[0].least == F(7, 15)


def test_what_flags_do_is_told_in_sentences() -> None:
    """That a bad type shows itself in some years only, and what forgiving costs."""
    version = Answers(read_treaty_text(_text(0.9, f'observability = {{ A = "public", B = {FLAG} }}'), "t.toml")).text
    (told,) = trust_lines(trust_report(version), version.treaty)
    assert "A type of B that breaches shows itself in 80 % of years only." in told
    assert "13.9 % if cooperation ends at the first flag, 56.5 % if cooperation ends at the second flag" in told
