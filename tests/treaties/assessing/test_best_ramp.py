"""The best stages of treaties with types: published recursions, closed forms, and what a check says of them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from treaties import assess
from treaties.assessing.answers import Answers
from treaties.assessing.best_ramp import NoRamp, best_ramp
from treaties.assessing.credibility import CAREFUL
from treaties.assessing.measure_costs import measure_costs
from treaties.assessing.trust import trust_report
from treaties.findings.ramp_words import ramp_summary
from treaties.findings.ramps import Ramp
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.variants import with_terms

HEAD = """schema = "servanda-treaty/1"
title = "Starting small"
payoff_unit = "points per year"
exit = false
"""
PARTY = '[[party]]\nid = "{0}"\nname = "{0}land"\ndiscount = {1}\n'
TYPE = '[[party.type]]\nname = "opportunist"\n{}\nprior = {}\n'
MATTER = """[[matter]]
id = "trade"
reward = {{ A = {0}, B = {0} }}
temptation = {{ A = {1}, B = {1} }}
sucker = {{ A = {2}, B = {2} }}
punishment = {{ A = 0, B = 0 }}
"""
STAGED = '[[provision]]\ntype = "staged_derisking"\n{}\nstages = [{}]\n'


def stages(*exposures: float) -> str:
    return ", ".join(f"{{ year = {k}, exposure = {e} }}" for k, e in enumerate(exposures))


def dilemma(kind: str, prior: float, clause: str = "", *exposures: float) -> Treaty:
    """R = 2, T = 3, P = 0, S = -1 at the discount factor 1/2, and B may be of a type."""
    text = HEAD + PARTY.format("A", 0.5) + PARTY.format("B", 0.5) + TYPE.format(kind, prior) + MATTER.format(2, 3, -1)
    return read_treaty_text(text + (STAGED.format(clause, stages(*exposures)) if exposures else ""), "t.toml")


def starting_small(prior: float) -> Treaty:
    """The case watson_starting_small as a treaty: either may be tempted by 15 times the stakes."""
    kind = TYPE.format('conduct = "strategic"\ntemptation = 15', prior)
    parties = "".join(PARTY.format(name, 0.9) + kind for name in "AB")
    clause = STAGED.format('scales = "stakes"\non_breach = "end"', stages(0.25, 0.5, 0.75, 1))
    return read_treaty_text(HEAD + parties + MATTER.format(1, 1, -5) + clause, "t.toml")


ALWAYS, FULL = 'conduct = "breaches"', 'conduct = "breaches"\nwhen = "full_exposure"'


@pytest.mark.parametrize(("kind", "least"), [(ALWAYS, Fraction(1, 8)), (FULL, Fraction(1, 2))])
def test_stages_screen_who_breaches_at_once_and_not_who_waits(kind: str, least: Fraction) -> None:
    """The cases staging_breaches_at_once and staging_does_not_screen_who_waits: 1/2 at once against either."""
    (pair,) = trust_report(Answers(dilemma(kind, 0.4, 'on_breach = "end"', 0.25, 1)).text).pairs
    assert pair.staging is not None and pair.least == least
    assert (pair.staging.least_at_once, pair.staging.least_as_written) == (Fraction(1, 2), least)


def test_where_a_breach_holds_the_stage_who_waits_for_full_exposure_can_be_exploited_for_ever() -> None:
    """A breaches in year 1 and gains 9/4 a year from who keeps waiting: 12/19, more than the 1/2 needed at once."""
    (pair,) = trust_report(Answers(dilemma(FULL, 0.4, "", 0.25, 1)).text).pairs
    assert pair.staging is not None
    assert (pair.staging.least_at_once, pair.staging.least_as_written) == (Fraction(1, 2), Fraction(12, 19))


def test_nothing_is_told_of_stages_where_there_are_none() -> None:
    (pair,) = trust_report(Answers(dilemma(ALWAYS, 0.4)).text).pairs
    assert pair.staging is None and pair.least == Fraction(1, 2)


@pytest.mark.parametrize(("prior", "first"), [(0.6, 0.8), (0.95, 0.1), (0.4, 1.0)])
def test_the_first_exposure_is_twice_the_trust_in_who_may_breach_at_once(prior: float, first: float) -> None:
    """Least trust e / 2 for a first year at exposure e; the check finds the treaty kept there, and not beyond."""
    treaty = dilemma(ALWAYS, prior, "", 0.25, 1)
    ramp = best_ramp(treaty, CAREFUL)
    assert [stage.exposure for stage in ramp.stages] == [first, 1.0]
    assert ramp.aim == "exposure" and ramp.certificate is not None and ramp.certificate.checked
    if first < 1:
        assert [limit.deviation for limit in ramp.limits] == ["breaches its obligations on trade"]
    for more, verdict in ((0.0, "sustainable"), (1e-3, "unsustainable")) if first == 0.8 else ():
        there = with_terms(treaty, {"staged_derisking.stages.0.exposure": first + more})
        assert assess(there, region=False).verdict == verdict


def test_the_best_stakes_of_a_treaty_are_those_of_the_published_recursion() -> None:
    """Watson: 19683/29792, 729/784, 27/28, 1 at even odds; to four decimals, and worth 3.1326 (1 - 9/10) to either."""
    ramp = best_ramp(starting_small(0.5), CAREFUL)
    expected = [19683 / 29792, 729 / 784, 27 / 28, 1.0]
    assert [stage.exposure for stage in ramp.stages] == pytest.approx(expected, abs=3e-4)
    assert list(ramp.values.values()) == pytest.approx([0.31326] * 2, abs=2e-4)
    assert ramp.aim == "value" and ramp.shown == ("opportunist of Aland", "opportunist of Bland")
    assert {limit.kind for limit in ramp.limits} == {"opportunist"}
    assert ramp.as_written is None and ramp.certificate is not None and ramp.certificate.checked


def test_more_stages_are_worth_no_less_and_as_many_as_pay_are_used() -> None:
    """The case watson_best_ramp: at even odds four stages below the last are best."""
    ramp = best_ramp(starting_small(0.5), CAREFUL, steps=6)
    assert sum(stage.exposure < 1 for stage in ramp.stages) == 4
    assert list(ramp.values.values()) == pytest.approx([0.313789] * 2, abs=2e-4)


def test_without_enough_trust_no_stages_will_do() -> None:
    """The case staging_does_not_screen_who_waits once more: at trust 2/5 full exposure needs 1/2."""
    ramp = best_ramp(dilemma(FULL, 0.6, "", 0.25, 1), CAREFUL)
    assert ramp.stages == () and "at no exposures" in ramp.why
    assert ramp_summary(ramp, dilemma(FULL, 0.6, "", 0.25, 1))[-1] == f"No ramp: {ramp.why}."


@pytest.mark.parametrize(
    ("treaty", "problem"),
    [
        (dilemma(ALWAYS, 0.4), "no staged_derisking clause"),
        (dilemma(ALWAYS, 0.4, "", 1), "a single stage"),
        (read_treaty_text(HEAD + PARTY.format("A", 0.5) + PARTY.format("B", 0.5) + MATTER.format(2, 3, -1), "t.toml"),
         "no party has types"),
    ],
)  # fmt: skip
def test_what_has_no_ramp_is_refused_with_a_remedy(treaty: Treaty, problem: str) -> None:
    with pytest.raises(NoRamp, match=f"{problem}.*; (give|add)"):
        best_ramp(treaty, CAREFUL)


def test_a_ramp_is_told_in_words_and_as_json() -> None:
    treaty = starting_small(0.5)
    ramp = best_ramp(treaty, CAREFUL)
    told = "\n".join(ramp_summary(ramp, treaty))
    for part in ("Aland with 50% and Bland with 50%", "66.1%", "96.4%", "breach at once and so show themselves",
                 "Bland, if it is of the type opportunist, just does not gain if it complies on trade",
                 "no equilibrium", "proved in exact arithmetic"):  # fmt: skip
        assert part in told
    document = ramp.to_json()
    assert set(document) == {"format", *Ramp.__dataclass_fields__}
    assert document["stages"][0] == {"year": 0, "exposure": ramp.stages[0].exposure, "written": 0.25}


def test_exposures_that_fall_are_the_greatest_that_trust_allows() -> None:
    """At trust 2/5 a year at full exposure is too much, whatever follows it; later stages are known to be safe."""
    ramp = best_ramp(dilemma(ALWAYS, 0.6, "", 0.5, 0.25, 0.125), CAREFUL)
    exposures = [stage.exposure for stage in ramp.stages]
    assert exposures == sorted(exposures, reverse=True) and exposures[-1] == 0.125
    assert exposures[0] == 0.5


SIGNAL = '[[provision]]\ntype = "trust_building"\nmeasures = [{{ party = "A", name = "open depots", cost = {} }}]\n'


@pytest.mark.parametrize("opens", ["entry", "nothing"])
def test_a_measure_tells_types_apart_between_two_costs(opens: str) -> None:
    """The case costly_signal_at_signature before entry: from 3/5, which the impatient gains later, to 18.

    Where nothing waits for it the impatient breaches in the first year, too, and all the measure has to do is done.
    """
    impatient = TYPE.format('conduct = "strategic"\ndiscount = 0.2', 0.5)
    text = HEAD + PARTY.format("A", 0.9) + impatient + PARTY.format("B", 0.9) + MATTER.format(2, 3, -1)
    treaty = read_treaty_text(text + SIGNAL.format(1) + f'opens = "{opens}"\n', "t.toml")
    (found,) = measure_costs(treaty, CAREFUL)
    if opens == "entry":
        assert (found.least, found.greatest) == pytest.approx((0.6, 18.0), abs=1e-6)
        assert found.shown == ("opportunist of Aland",)
    else:
        assert found.least == pytest.approx(0.0, abs=1e-9)


def test_measures_are_not_asked_about_where_no_type_chooses() -> None:
    text = HEAD + PARTY.format("A", 0.9) + TYPE.format(ALWAYS, 0.5) + PARTY.format("B", 0.9) + MATTER.format(2, 3, -1)
    assert measure_costs(read_treaty_text(text + SIGNAL.format(1), "t.toml"), CAREFUL) == ()


@pytest.mark.parametrize("prior", [0.65, 0.93])
def test_starting_small_does_not_help_against_a_risk_that_new_governments_bring_back(prior: float) -> None:
    """Trust of 7 % allows a first year at 7 % x (7/5) / (3/10); drawn anew in later years, it is too little."""
    turnover = '[[provision]]\ntype = "turnover"\nparty = "B"\nto_sceptic = 0.2\nto_friendly = 0.2\n'
    turnover += 'sceptic_cost_of_complying = 0.01\nredraws_type = "seen"\n'
    text = HEAD + PARTY.format("A", 0.7) + PARTY.format("B", 0.7) + TYPE.format(ALWAYS, prior) + MATTER.format(2, 3, -1)
    text += STAGED.format('on_breach = "end"', stages(0.25, 0.5))
    once, again = (best_ramp(read_treaty_text(text + more, "t.toml"), CAREFUL) for more in ("", turnover))
    first = min((1 - prior) * 1.4 / 0.3, 0.5)
    assert once.stages[0].exposure == pytest.approx(first, abs=1e-4)
    if prior == 0.93:
        assert again.stages == ()
    else:
        assert again.stages[0].exposure == 0.5 and again.certificate is not None and again.certificate.checked
