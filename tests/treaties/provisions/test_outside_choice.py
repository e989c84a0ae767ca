"""A firm that signs nothing and may invest, and a rival that may arm, by hand on treaties of one dilemma."""

from __future__ import annotations

import numpy as np
import pytest

from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.assessing.credibility import Effort
from treaties.assessing.third_parties import third_parties
from treaties.bargaining.bargain import bargain_over
from treaties.bargaining.designs import from_variants, judge
from treaties.compiling.compile import compile_treaty
from treaties.compiling.template import Template
from treaties.effects import EXIT
from treaties.findings.third_parties import ThirdParty
from treaties.findings.third_party_words import third_party_sentences
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.worlds import with_values

TINY = """
schema = "servanda-treaty/1"
title = "A third party"
payoff_unit = "points per year"
[[party]]
id = "A"
name = "Arcadia"
discount = 0.8
[[party]]
id = "F"
name = "Forge Works"
discount = 0.5
outside_option = 2
signatory = false
[[party]]
id = "B"
name = "Borduria"
discount = 0.8
[[matter]]
id = "trade"
reward = {{ A = 3, B = 3 }}
temptation = {{ A = 4, B = 4 }}
sucker = {{ A = -1, B = -1 }}
punishment = {{ A = 0, B = 0 }}
[[provision]]
type = "outside_choice"
party = "F"
[[provision.options]]
name = "wait"
words = "waits"
[[provision.options]]
name = "invest"
words = "invests"
lasting = {lasting}
pays = [{{ party = "F", once = {cost}, kept = {kept}, broken = {broken} }}, {{ party = "A", kept = {gain} }}]
[[variant]]
name = "Counted on"
set = {{ "outside_choice.expected" = "invest" }}
"""


def tiny(cost: float = -3, kept: float = 4, broken: float = -1, gain: float = 1, *, lasting: bool = True) -> Treaty:
    """Arcadia and Borduria keep trade open; Forge Works may sink ``cost`` and then earns by whether they do."""
    told = TINY.format(cost=cost, kept=kept, broken=broken, gain=gain, lasting=str(lasting).lower())
    return read_treaty_text(told, "t.toml")


def firm(treaty: Treaty) -> ThirdParty:
    """What it does."""
    answers = Answers(treaty)
    (found,) = third_parties(answers.text, "none", answers.without_articles)
    return found


@pytest.mark.behaviour("outside_choice")
def test_a_firm_invests_where_what_it_earns_while_the_treaty_is_kept_is_worth_its_stake() -> None:
    """With factor 1/2 a plant is worth 1/2 * -3 + 1/2 * 4 = 1/2 a year beside the 2 that it has anyway; for 5, -1/2.

    Arcadia has 3, and 1 more in all years but the first: 1/5 * 3 + 4/5 * 4 = 19/5.
    """
    invests = firm(tiny())
    assert [(one.option, one.year, one.when) for one in invests.options] == [("invests", 1, ("as at signature",))]
    assert invests.found and invests.value == pytest.approx(2.5, abs=1e-9) and invests.deterred == ()
    assert Answers(tiny()).text.values == pytest.approx([19 / 5, 2.5, 3], abs=1e-9)
    waits = firm(tiny(cost=-5))
    assert waits.found and waits.takes == () and waits.deterred == ("invests",)
    assert waits.value == pytest.approx(2, abs=1e-9)


LEAVES = """
[[provision]]
type = "withdrawal"
notice_years = 1
"""


def test_what_it_does_is_that_of_the_proof_where_no_penal_code_was_found() -> None:
    """Reverting for good proves that this holds, and in that play the firm invests."""
    text = TINY.format(cost=0, kept=3, broken=-4, gain=0, lasting="false").replace("discount = 0.5", "discount = 0.9")
    for before, after in (("A = 3, B = 3", "A = 3, B = 1"), ("A = 4, B = 4", "A = 6, B = 2"),
                          ("A = -1, B = -1", "A = 0, B = -2"), ("discount = 0.8", "discount = 0.7")):  # fmt: skip
        text = text.replace(before, after, 1)
    treaty = read_treaty_text(text.replace("[[variant]]", LEAVES + "[[variant]]"), "t.toml")
    answers = Answers(treaty, Effort(seconds=0.1))
    (found,) = third_parties(answers.text, "none", None)
    judgement = answers.text.verdict("none")
    assert judgement.verdict == "sustainable" and judgement.certificate is not None
    assert judgement.certificate.kind == "no-profitable-deviation"
    assert found.found and [one.option for one in found.takes] == ["invests"]


@pytest.mark.behaviour("outside_choice")
def test_a_rival_is_deterred_by_a_treaty_that_is_kept_and_arms_without_one() -> None:
    """Arming costs 2 in years in which the treaty is kept and brings 3 in others."""
    rival = firm(tiny(cost=0, kept=-2, broken=3, gain=0, lasting=False))
    assert rival.deterred == ("invests",) and rival.without == ("invests",)


def test_a_choice_that_is_nobodys_obligation_is_no_departure_whose_margin_is_told() -> None:
    """Waiting for ever would cost Forge Works 1/2 a year, once 1, but compliance does not ask it to invest.

    Borduria has 3 a year and nothing after a breach that wins 4 once: (3 - 1/5 * 4) / (1/5) = 11.  Arcadia has more.
    """
    found = Answers(tiny()).text.verdict("none")
    assert found.verdict == "sustainable" and found.margin == pytest.approx(11, abs=1e-9)
    assert found.weakest_link is not None and found.weakest_link.party == "B"


def test_a_treaty_that_counts_on_an_investment_fails_where_it_does_not_pay() -> None:
    """The verdict includes that the firm's choice is stable: waiting for ever is worth 1/2 a year more, once 1."""
    dear = tiny(cost=-5)
    answers = Answers(dear)
    assert answers.text.verdict("none").verdict == "sustainable"
    counted = answers.variant(dear.variant("Counted on")).verdict("none")
    assert counted.verdict == "unsustainable" and counted.margin == pytest.approx(-1, abs=1e-9)
    assert counted.weakest_link is not None and counted.weakest_link.lawful and counted.weakest_link.party == "F"
    cheap = tiny()
    assert Answers(cheap).variant(cheap.variant("Counted on")).verdict("none").verdict == "sustainable"


def test_it_owes_nothing_votes_on_nothing_and_cannot_leave() -> None:
    compiled = compile_treaty(tiny())
    assert compiled.context.parties == ("A", "B") and compiled.context.third_parties == ("F",)
    assert {choice.party for choice in compiled.choices if choice.matter in ("trade", EXIT)} == {"A", "B"}
    assert all(party != "F" for party, _ in compiled.columns.in_breach)
    first = [row for row in compiled.game.rows_of(compiled.game.initial) if compiled.plan.allowed[row]]
    payoffs = compiled.game.payoffs[first]
    assert sorted(payoffs.tolist()) == [[3, -1, 3], [3, 2, 3]]


def test_it_does_not_sit_at_the_table() -> None:
    treaty = tiny()
    outcomes = [judge(treaty, design) for design in from_variants(treaty)]
    found = bargain_over(treaty, outcomes, size=len(outcomes))
    assert list(found.batna) == [0, 0] and all(len(one.values) == 2 for one in found.outcomes)


def test_it_is_told_on_the_terminal_in_the_data_and_in_the_options() -> None:
    found = assess(tiny(), region=False)
    said = list(third_party_sentences(found.third_parties, found.treaty))
    assert said == [
        "Forge Works invests, at the earliest in year 1; that is worth 2.5 points per year to it.",
        "Without the treaty, if nobody cooperates, Forge Works never invests.",
    ]
    deterred = assess(tiny(cost=-5), region=False)
    (first, _) = third_party_sentences(deterred.third_parties, deterred.treaty)
    assert first == "Forge Works is deterred: it never invests, but waits; that is worth 2 points per year to it."
    assert found.to_json()["third_parties"][0]["deterred"] == []
    assert found.variants[1].note == "Forge Works invests"


@pytest.mark.law("outside_choice")
@pytest.mark.parametrize("seed", range(5))
def test_a_firm_that_invests_does_so_as_well_for_a_smaller_stake_if_nothing_else_changes(seed: int) -> None:
    draw = np.random.default_rng(seed)
    kept = round(float(draw.uniform(0, 6)), 2)
    stakes = sorted(round(float(stake), 2) for stake in draw.uniform(-8, 0, 3))
    invests = [bool(firm(tiny(cost=stake, kept=kept)).takes) for stake in stakes]
    assert invests == sorted(invests)
    # With factor 1/2 it does where what comes every year is worth more than the stake.
    assert invests == [kept > -stake for stake in stakes]


@pytest.mark.law("outside_choice")
def test_whoever_signs_is_kept_apart_whatever_the_order_of_parties_in_the_file() -> None:
    text = tiny().model_copy(update={"parties": tuple(sorted(tiny().parties, key=lambda party: party.id))})
    assert [party.id for party in text.signatories] == ["A", "B"]
    assert Answers(text).text.verdict("none").margin == pytest.approx(Answers(tiny()).text.verdict("none").margin)


CAPPED = """
[[provision]]
type = "offset"
payer = "A"
payee = "B"
cap = { value = 4, low = 2, high = 6 }
steps = 2
agreed = 0
"""


def test_worlds_in_which_moves_have_other_names_are_judged_beside_a_third_party() -> None:
    """Payments are named by their amounts, which differ from world to world; that of the firm's choice does not."""
    text = TINY.format(cost=-3, kept=4, broken=-1, gain=1, lasting="false")
    treaty = read_treaty_text(text.replace("[[variant]]", CAPPED + "[[variant]]"), "t.toml")
    template = Template.of(treaty)
    world = {"offset.cap": 3.0}
    compiled, again = template.compiled(world), compile_treaty(with_values(treaty, world))
    assert compiled.game.actions == again.game.actions
    assert np.array_equal(compiled.game.payoffs, again.game.payoffs)
