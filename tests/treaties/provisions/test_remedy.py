"""Remedy: damages per matter and party, how surely and how late, by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.one_deviation import start, worth
from tests.support.small_treaties import DILEMMA, drawn, plus, row
from tests.support.worlds import assert_same_numbers
from treaties.assessing.answers import Answers
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.template import Template
from treaties.effects import STATUS
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

TWO_MATTERS = (
    DILEMMA
    + """
[[matter]]
id = "coal"
reward = { A = 2, B = 2 }
temptation = { A = 3, B = 3 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }
"""
)
CLAUSE = '[[provision]]\ntype = "remedy"\narticle = "30"\n'


def of_two_matters(*terms: str) -> CompiledTreaty:
    return compile_treaty(read_treaty_text(TWO_MATTERS + "".join(CLAUSE + each for each in terms)))


def damages(compiled: CompiledTreaty, moves: dict[str, dict[str, str]]) -> list[float]:
    """What the remedies change of the payoffs of a row."""
    bare = of_two_matters()
    start: dict[str, str | int] = {STATUS: "in force"}
    with_it = compiled.game.payoffs[row(compiled, start, **moves)]
    change: list[float] = (with_it - bare.game.payoffs[row(bare, start, **moves)]).round(12).tolist()
    return change


@pytest.mark.parametrize("breached", [(), ("trade",), ("coal",), ("coal", "trade")])
def test_a_year_brings_one_claim_for_every_matter_that_is_breached(breached: tuple[str, ...]) -> None:
    compiled = of_two_matters("amount = 5\n")
    owed = 5 * len(breached)
    moves = dict.fromkeys(breached, "breach")
    assert damages(compiled, {"A": moves}) == [-owed, owed]
    assert damages(compiled, {"B": moves}) == [owed, -owed]


def test_claims_of_two_parties_offset_each_other() -> None:
    compiled = of_two_matters("amount = 5\n")
    both = {"trade": "breach", "coal": "breach"}
    assert damages(compiled, {"A": both, "B": {"coal": "breach"}}) == [-5, 5]
    assert damages(compiled, {"A": {"trade": "breach"}, "B": {"coal": "breach"}}) == [0, 0]


@pytest.mark.parametrize("matter", ["trade", "coal"])
def test_a_remedy_of_one_matter_leaves_the_other_alone(matter: str) -> None:
    compiled = of_two_matters(f'amount = 5\nmatter = "{matter}"\n')
    for breached in ("trade", "coal"):
        owed = 5 if breached == matter else 0
        assert damages(compiled, {"B": {breached: "breach"}}) == [owed, -owed]


def test_two_remedies_add_up() -> None:
    compiled = of_two_matters('amount = 5\nmatter = "trade"\n', "amount = 2\n")
    assert damages(compiled, {"B": {"trade": "breach", "coal": "breach"}}) == [9, -9]


@pytest.mark.parametrize(("upheld", "delay"), list(itertools.product([1.0, 0.25], [0, 1, 3])))
@pytest.mark.behaviour("remedy")
def test_damages_that_are_late_or_doubtful_are_worth_less_each_at_its_own_discount_factor(
    upheld: float, delay: int
) -> None:
    compiled = of_two_matters(f"amount = 5\nupheld = {upheld}\ndelay_years = {delay}\n")
    moves = {"B": {"trade": "breach"}}
    start: dict[str, str | int] = {STATUS: "in force"}
    at = compiled.with_discount([0.5, 0.9])
    paid = at.game.payoffs[row(at, start, **moves)] - [-1 + 2, 4 + 2]
    assert paid == pytest.approx([5 * upheld * 0.5**delay, -5 * upheld * 0.9**delay], abs=1e-9)


def test_nothing_is_owed_after_the_end_and_everything_during_notice() -> None:
    ending = '[[provision]]\ntype = "withdrawal"\nnotice_years = 1\n'
    term = '[[provision]]\ntype = "sunset"\nterm_years = 1\nrenewal = { rule = "automatic" }\n'
    text = TWO_MATTERS + ending + term + 'survives = ["trade", "coal"]\n'
    compiled = compile_treaty(read_treaty_text(text + CLAUSE + "amount = 5\n"))
    for status, owed in (("in force", 5), ("notice, 1 left", 5), ("ended", 0)):
        k = row(compiled, {STATUS: status}, B={"trade": "breach"})
        assert compiled.game.payoffs[k].tolist() == [-1 + 2 + owed, 4 + 2 - owed], status


# What proceedings cost, and claims that are wrong: R = 4, T = 6, S = -1, P = 0 for both, at 0.8.

EVEN = """schema = "servanda-treaty/1"
title = "Even"
payoff_unit = "points per year"

[[party]]
id = "A"
name = "Arcadia"
discount = 0.8

[[party]]
id = "B"
name = "Borduria"
discount = 0.8

[[matter]]
id = "trade"
reward = { A = 4, B = 4 }
temptation = { A = 6, B = 6 }
sucker = { A = -1, B = -1 }
punishment = { A = 0, B = 0 }
"""
NOISE = "observability = { detection = 0.8, false_alarm = 0.1 }\n"
WRONG = "upheld = 0.8\nproceedings_cost = 3\nwrongly_upheld = 0.1\n"


def even(*terms: str, noise: str = "") -> Treaty:
    return read_treaty_text(f"{EVEN}{noise}\n{CLAUSE}{''.join(terms)}")


def paid(treaty: Treaty, **moves: dict[str, str]) -> list[float]:
    compiled = compile_treaty(treaty)
    found: list[float] = compiled.game.payoffs[row(compiled, {STATUS: "in force"}, **moves)].round(12).tolist()
    return found


def margin_of(treaty: Treaty) -> float:
    found = Answers(treaty).text.verdict("none")
    assert found.margin is not None and found.certificate is not None and found.certificate.checked
    return found.margin


def test_without_costs_and_errors_the_game_is_that_of_plain_damages() -> None:
    plain = compile_treaty(even("amount = 5\nupheld = 0.8\n", noise=NOISE)).game.digest
    for nothing in ("proceedings_cost = 0\n", "proceedings_cost = { claimant = 0, respondent = 0 }\n",
                    "wrongly_upheld = 0\n", "loser_pays = true\n"):  # fmt: skip
        assert compile_treaty(even("amount = 5\nupheld = 0.8\n", nothing, noise=NOISE)).game.digest == plain


@pytest.mark.parametrize(
    ("costs", "change"),
    [
        ("proceedings_cost = 2\n", [4 - 2, -4 - 2]),
        ("proceedings_cost = { claimant = 2, respondent = 1 }\n", [4 - 2, -4 - 1]),
        ("proceedings_cost = { claimant = 2, respondent = 1 }\nloser_pays = true\n", [4 - 0.2 * 3, -4 - 0.8 * 3]),
        ("proceedings_cost = { claimant = 4.5, respondent = 1 }\n", [0, 0]),
        ("proceedings_cost = { claimant = 4.5, respondent = 1 }\nloser_pays = true\n", [4 - 0.2 * 5.5, -4 - 0.8 * 5.5]),
    ],
)
def test_each_side_pays_its_costs_and_who_would_pay_more_than_it_wins_does_not_claim(
    costs: str, change: list[float]
) -> None:
    """Of 5, upheld with 0.8, a claimant expects 4; if the loser pays, it bears a fifth of all costs."""
    got = paid(even("amount = 5\nupheld = 0.8\n", costs), B={"trade": "breach"})
    assert got == pytest.approx([-1 + change[0], 6 + change[1]], abs=1e-12)
    assert paid(even("amount = 5\nupheld = 0.8\n", costs)) == [4, 4], "where all is seen nobody claims for nothing"


def test_a_late_payment_is_worth_a_claim_to_a_patient_claimant_alone() -> None:
    """4 in two years is worth 2.56 at 0.8 and 1.0 at 0.5: only the first pays a cost of 2."""
    treaty = even("amount = 5\nupheld = 0.8\ndelay_years = 2\nproceedings_cost = 2\n")
    at = compile_treaty(treaty).with_discount([0.5, 0.8])
    by_b, by_a = (at.game.payoffs[row(at, {STATUS: "in force"}, **{who: {"trade": "breach"}})] for who in "BA")
    assert by_b.tolist() == [-1, 6], "A does not claim"
    assert by_a == pytest.approx([6 - 4 * 0.25 - 2, -1 + 2.56 - 2], abs=1e-12)


def test_several_claimants_share_amount_and_cost_and_claim_each_for_itself() -> None:
    three = EVEN.replace("[[matter]]", '[[party]]\nid = "C"\nname = "Cordova"\ndiscount = 0.8\n\n[[matter]]')
    for kind, value in (("reward", 4), ("temptation", 6), ("sucker", -1), ("punishment", 0)):
        three = three.replace(f"{kind} = {{ A = {value},", f"{kind} = {{ C = {value}, A = {value},")
    treaty = read_treaty_text(f"{three}\n{CLAUSE}amount = 6\nproceedings_cost = {{ claimant = 2, respondent = 1 }}\n")
    assert paid(treaty, C={"trade": "breach"}) == [1.5 + 3 - 1, 1.5 + 3 - 1, 6 - 6 - 1]


@pytest.mark.behaviour("remedy")
@pytest.mark.parametrize(
    ("amount", "worth", "margin"), [(10, 4.0, 9.0), (25, 4.0, 16.0), (40, 3.4, 13.6), (1000, 3.4, 13.6)]
)
def test_with_noise_a_thousand_is_dearer_than_ten_on_the_path_and_the_margin_rises_and_falls(
    amount: float, worth: float, margin: float
) -> None:
    """A false flag (0.1) brings a claim once 0.1 of the amount is worth its cost of 3: from 30 on.

    Then both pay 3 as claimant and 3 as respondent with a chance of 0.1 each: 4 - 0.6 a year although nobody did wrong.
    A breach wins 2 and costs 0.8 of the amount and 3: 9 to spare at 10.  From 19 on leaving after this year is nearest,
    which gives up everything later: 4 * 0.8 / 0.2 = 16, and 3.4 * 0.8 / 0.2 = 13.6 once claims are dear.
    """
    treaty = even(f"amount = {amount}\n", WRONG, noise=NOISE)
    assert Answers(treaty).text.values == pytest.approx([worth, worth])
    assert margin_of(treaty) == pytest.approx(margin, abs=1e-3)


@pytest.mark.law("remedy")
@pytest.mark.parametrize("seed", range(5))
def test_a_larger_amount_never_raises_the_joint_value_of_compliance_where_claims_may_be_wrong_and_everybody_complies(
    seed: int,
) -> None:
    """What one pays in damages another gets; costs are only ever added, as more claims become worth them (Png 1986)."""
    rng = np.random.default_rng(seed)
    cost, wrong, alarm = rng.uniform(0.5, 3), rng.uniform(0.05, 0.5), rng.uniform(0.05, 0.3)
    noise = f'observability = {{ A = {{ detection = 0.9, false_alarm = {alarm} }}, B = "public" }}\n'
    loser = "true" if seed % 2 else "false"
    terms = f"upheld = 0.8\nproceedings_cost = {cost}\nwrongly_upheld = {wrong}\nloser_pays = {loser}\n"
    joint = [
        sum(Answers(even(f"amount = {amount}\n", terms, noise=noise)).text.values)
        for amount in (0, 2, 8, 30, 120, 1000)
    ]
    assert all(later <= earlier + 1e-9 for earlier, later in itertools.pairwise(joint))
    assert joint[0] == pytest.approx(8) and joint[-1] == pytest.approx(8 - alarm * 2 * cost)


def test_wrong_claims_follow_what_every_examination_flags_and_clears_in_every_world() -> None:
    """An audit in half of all years flags the innocent with 0.2, of which 0.6 are cleared: 0.5 * 0.2 * 0.4."""
    audit = '[[provision]]\ntype = "audit"\narticle = "7"\nmatter = "trade"\nparty = "A"\ncoverage = 0.5\n' \
        "detection = 0.9\nfalse_alarm = { value = 0.2, low = 0.1, high = 0.4 }\n"  # fmt: skip
    channel = '[[provision]]\ntype = "crisis_channel"\narticle = "8"\nmatter = "trade"\nclears = 0.6\n'
    terms = "upheld = 0.8\nproceedings_cost = { claimant = 1, respondent = 2 }\nwrongly_upheld = 0.25\n"
    treaty = even("amount = 10\n", terms, audit, channel, noise='observability = { A = "private", B = "public" }\n')
    chance = 0.5 * 0.2 * 0.4
    assert paid(treaty) == pytest.approx([4 - chance * (2.5 + 2), 4 + chance * (2.5 - 1)], abs=1e-12)
    template = Template.of(treaty)
    for alarm in (0.1, 0.3):
        world = {"audit.false_alarm": alarm}
        numbers = template.with_numbers(world)
        assert_same_numbers(numbers, compile_treaty(template.at(world)))
    assert template.recompiled == 0


@pytest.mark.law("remedy")
@pytest.mark.parametrize(("seed", "amount"), [(10, 5), (10, 500), (11, 500), (12, 50)])
def test_no_amount_lifts_the_margin_above_what_leaving_gives_up_where_a_party_may_leave_at_once(
    seed: int, amount: float
) -> None:
    rng = np.random.default_rng(seed)
    cost, wrong = rng.integers(0, 30) / 10, rng.integers(0, 4) / 10
    terms = f"upheld = 0.8\nproceedings_cost = {cost}\nwrongly_upheld = {wrong}\n"
    treaty = even(f"amount = {amount}\n", terms, noise=NOISE)
    bound = min(Answers(treaty).text.values) * 0.8 / 0.2
    assert margin_of(treaty) <= bound + 1e-3


@pytest.mark.behaviour("remedy")
@pytest.mark.parametrize("amount", [0.0, 2.0, 3.0, 4.0])
def test_the_text_alone_deters_exactly_from_damages_of_three_on(amount: float) -> None:
    """B wins 4 by a breach where it earns 1, and nothing else answers it: damages d leave it 3 - d, and A -7 + d."""
    compiled = compile_treaty(plus(f'type = "remedy"\namount = {amount}'))
    breach = row(compiled, {STATUS: "in force"}, B={"trade": "breach"})
    assert worth(compiled, breach) - start(compiled) == pytest.approx([-7 + amount, 3 - amount], abs=1e-9)


@pytest.mark.law("remedy")
@pytest.mark.parametrize("seed", range(4))
def test_damages_paid_at_once_lower_what_a_lone_breach_wins_by_their_expected_amount_and_go_to_the_other(
    seed: int,
) -> None:
    """Where two parties owe and one breaches, whatever their payoffs; compliance is worth what it was."""
    bare = compile_treaty(drawn(seed))
    compiled = compile_treaty(drawn(seed, 'type = "remedy"\namount = 1.5\nupheld = 0.5'))
    assert start(compiled) == pytest.approx(start(bare), abs=1e-9)
    for k, party in enumerate("AB"):
        moves = {party: {"trade": "breach"}}
        gained = worth(compiled, row(compiled, {STATUS: "in force"}, **moves)) - worth(
            bare, row(bare, {STATUS: "in force"}, **moves)
        )
        assert gained == pytest.approx([-0.75, 0.75] if k == 0 else [0.75, -0.75], abs=1e-9)
