"""Offsets in the compiled game: who is paid what, what is a breach, and what payments can hold together, by hand."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons
from games.solvers.relational_transfers.solver import RelationalTransfers
from games.solvers.verdict import Sustainable, Unsustainable, Verdict
from tests.support.small_treaties import DILEMMA, DISCOUNT, FILES, plus, row
from treaties.assessing.assess import assess
from treaties.compiling.compile import compile_treaty
from treaties.compiling.provenance import deviation_in_words, row_in_words
from treaties.effects import STATUS, YEAR, CompilationError, payment_matter
from treaties.linting.clauses import lint
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import apply_variant, with_terms

CAPPED = read_treaty(FILES / "offset_capped.toml")
BARE = read_treaty_text(DILEMMA)


def polygons(treaty: Treaty) -> Verdict:
    compiled = compile_treaty(treaty)
    return EquilibriumPolygons().solve(compiled.game).verdict(compiled.plan)


def test_a_payment_leaves_the_payer_and_reaches_the_payee() -> None:
    compiled = compile_treaty(CAPPED)
    assert compiled.game.transfers == "none"
    for amount, conduct in itertools.product((0, 1, 2, 3, 4), ("comply", "breach")):
        k = row(compiled, {STATUS: "in force"}, A={payment_matter("B"): f"pay {amount}"}, B={"trade": conduct})
        own, other = {"comply": (6, 1), "breach": (-1, 4)}[conduct]
        assert compiled.game.payoffs[k].tolist() == [own - amount, other + amount]


def test_paying_less_than_agreed_is_a_breach_and_paying_more_is_none() -> None:
    compiled = compile_treaty(CAPPED)
    complying = row(compiled, {STATUS: "in force"})
    assert compiled.compliance[compiled.game.initial] == complying
    for amount, words, lawful in [
        (0, "pays nothing to Borduria in place of the 2 points agreed under article 12", False),
        (1, "pays 1 points to Borduria in place of the 2 points agreed under article 12", False),
        (4, "pays 4 points to Borduria under article 12", True),
    ]:
        k = row(compiled, {STATUS: "in force"}, A={payment_matter("B"): f"pay {amount}"})
        said = deviation_in_words(compiled, complying, k, 0)
        assert (said.words, said.article, said.lawful) == (words, "12", lawful)
    assert row_in_words(compiled, complying, 0) == "pays 2 points to Borduria under article 12 and complies on trade"


def test_where_nothing_is_agreed_every_amount_is_lawful_and_nothing_is_expected() -> None:
    compiled = compile_treaty(read_treaty(FILES / "offset_capped_both_ways.toml"))
    complying = row(compiled, {STATUS: "in force"})
    assert compiled.compliance[compiled.game.initial] == complying
    assert compiled.game.payoffs[complying].tolist() == [6, 1]
    back = row(compiled, {STATUS: "in force"}, A={payment_matter("B"): "pay 3"}, B={payment_matter("A"): "pay 3"})
    assert compiled.game.payoffs[back].tolist() == [6, 1]
    assert not compiled.columns.any_breach()[back]


def test_an_unpaid_agreed_amount_earns_damages_and_stops_when_the_treaty_ends() -> None:
    clause = 'type = "offset"\npayer = "A"\npayee = "B"\ncap = 4\nagreed = 2'
    compiled = compile_treaty(plus(clause, 'type = "remedy"\namount = 5'))
    k = row(compiled, {STATUS: "in force"}, A={payment_matter("B"): "pay 0"})
    assert compiled.game.payoffs[k].tolist() == [6 - 5, 1 + 5]
    ended = compiled.columns.is_value(STATUS, "ended")
    assert np.all(compiled.columns.chosen["A", payment_matter("B")][ended] == -1)
    assert np.all(compiled.game.payoffs[ended] == 0)


def test_a_payment_agreed_is_due_even_to_those_who_breach_and_gates_see_that_it_was_not_made() -> None:
    staged = 'type = "staged_derisking"\nstages = [{ year = 0, exposure = 1 }, { year = 1, exposure = 0.5 }]'
    compiled = compile_treaty(plus('type = "offset"\npayer = "A"\npayee = "B"\ncap = 4\nagreed = 2', staged))
    start: dict[str, str | int] = {STATUS: "in force", "stage": 1, YEAR: 1}
    paid, unpaid = (row(compiled, start, A={payment_matter("B"): name}) for name in ("pay 2", "pay 1"))
    stage = compiled.state_columns.codes["stage"]
    assert stage[compiled.game.transition[[paid]].indices].tolist() == [1]
    assert stage[compiled.game.transition[[unpaid]].indices].tolist() == [0]


@pytest.mark.parametrize("agreed", [0, 1, 2, 3, 4])
@pytest.mark.behaviour("offset")
def test_agreed_payments_hold_exactly_where_neither_side_gains_by_one_deviation(agreed: int) -> None:
    """Static defection is the worst for both (0), so grim answers are optimal: complying must beat the best breach."""
    verdict = polygons(with_terms(CAPPED, {"offset.agreed": agreed}))
    slack = [(6 - agreed) - (1 - DISCOUNT) * 7, (1 + agreed) - (1 - DISCOUNT) * (4 + agreed)]
    if agreed == 1:
        assert min(slack) == pytest.approx(0), "on the edge, where either answer that is proved will do"
    else:
        assert isinstance(verdict, Sustainable if min(slack) > 0 else Unsustainable)
        assert verdict.margin == pytest.approx(min(slack) / (1 - DISCOUNT), abs=1e-6)


def test_a_grid_of_nothing_but_zero_is_the_treaty_without_the_clause() -> None:
    nothing = with_terms(CAPPED, {"offset.cap": 0, "offset.agreed": 0})
    assert compile_treaty(nothing).game.digest == compile_treaty(BARE).game.digest


def test_too_low_a_cap_fails_a_high_one_holds_as_unlimited_payments_do() -> None:
    unlimited = compile_treaty(BARE).with_transfers("voluntary")
    holds = RelationalTransfers().solve(unlimited.game).verdict(unlimited.plan)
    assert isinstance(holds, Sustainable)
    assert holds.margin == pytest.approx((7 - (1 - DISCOUNT) * (7 + 4)) / (1 - DISCOUNT))
    assert isinstance(polygons(BARE), Unsustainable)
    assert isinstance(polygons(with_terms(CAPPED, {"offset.cap": 0.8, "offset.agreed": 0.8})), Unsustainable)
    for cap, steps in [(1.5, 1), (4, 8), (12, 8)]:
        changed = with_terms(CAPPED, {"offset.cap": cap, "offset.steps": steps, "offset.agreed": 1.5})
        assert isinstance(polygons(changed), Sustainable)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 8), min_size=4, max_size=4), st.sampled_from([0.3, 0.45, 0.6, 0.75]), st.integers(0, 4))
@pytest.mark.law("offset")
def test_what_limited_payments_hold_unlimited_ones_hold(numbers: list[int], discount: float, agreed: int) -> None:
    """Limited payments are made with the conduct, unlimited ones before it: whatever the first support, so do these."""
    terms: dict[str, float] = {"party.A.discount": discount, "party.B.discount": discount, "offset.agreed": agreed}
    for party, reward, more in (("A", numbers[0], numbers[1]), ("B", numbers[2], numbers[3])):
        terms |= {f"matter.trade.reward.{party}": reward, f"matter.trade.temptation.{party}": reward + more + 0.25}
    limited = polygons(with_terms(CAPPED, terms))
    compiled = compile_treaty(with_terms(BARE, {k: v for k, v in terms.items() if not k.startswith("offset")}))
    free = compiled.with_transfers("voluntary")
    if isinstance(limited, Sustainable):
        assert not isinstance(RelationalTransfers().solve(free.game).verdict(free.plan), Unsustainable)
    bare = EquilibriumPolygons().solve(compiled.game).verdict(compiled.plan)
    if isinstance(bare, Sustainable):
        assert not isinstance(polygons(with_terms(CAPPED, terms | {"offset.agreed": 0})), Unsustainable)


def test_an_unlimited_offset_makes_the_game_one_with_voluntary_transfers() -> None:
    compiled = compile_treaty(read_treaty(FILES / "offset.toml"))
    assert compiled.game.transfers == "voluntary"
    without = compiled.with_transfers("none")
    assert without.game.digest == compile_treaty(BARE).game.digest
    assert without.with_transfers("voluntary").game.digest == compiled.game.digest
    assert compiled.with_transfers("voluntary") is compiled
    later = compiled.with_discount(0.7)
    assert later.game.transfers == "voluntary" and later.game.discount.tolist() == [0.7, 0.7]
    assert without.plan.game is without.game and without.with_discount(0.7).game.transfers == "none"


def test_two_clauses_that_limit_the_same_payments_are_refused() -> None:
    both = 'type = "offset"\narticle = "13"\nbetween = ["A", "B"]\ncap = 1'
    treaty = plus('type = "offset"\narticle = "12"\npayer = "A"\npayee = "B"\ncap = 4', both)
    with pytest.raises(CompilationError, match="articles 12, 13 each limit what A may pay B"):
        compile_treaty(treaty)
    assert any("two clauses limit the same payments" in str(finding) for finding in lint(treaty))


def test_naming_two_of_three_parties_is_said_to_bind_nobody() -> None:
    text = (FILES / "three_parties.toml").read_text().split("[[provision]]")[0]
    first, second, _ = (party.id for party in read_treaty_text(text).parties)
    treaty = read_treaty_text(text + f'[[provision]]\ntype = "offset"\nbetween = ["{first}", "{second}"]\n')
    compiled = compile_treaty(treaty)
    assert compiled.game.transfers == "voluntary"
    (said,) = compiled.caveats
    assert said.startswith("offset: ") and "any party could pay any other" in said


def test_the_offset_case_fails_without_payments_and_holds_with_them() -> None:
    """By hand: under notice nobody cooperates, then the treaty is over; a deviator does best to give notice at once.

    Under notice Baltica has 0.2 * 1 + 0.8 * 2 = 1.8 and Corvia 0.2 * 3 + 0.8 * 4 = 3.8.  So to breach and give notice
    is worth 0.2 * 26 + 0.8 * 1.8 = 6.64 to Baltica and 0.2 * 18 + 0.8 * 3.8 = 6.64 to Corvia, against 20 and 6.
    """
    case = read_treaty(Path(__file__).parents[3] / "treaties" / "cases" / "offset.toml")
    versions = {variant.name: apply_variant(case, variant) for variant in case.variants}
    without = assess(versions["No offset"], variants=False, region=False)
    assert without.verdict == "unsustainable" and without.margin == pytest.approx((6 - 6.64) / 0.2)
    compiled = compile_treaty(case)
    assert compiled.game.transfers == "voluntary"
    holds = RelationalTransfers().solve(compiled.game).verdict(compiled.plan)
    assert isinstance(holds, Sustainable) and holds.margin == pytest.approx((26 - 2 * 6.64) / 0.2)
    agreed = assess(versions["Offset of up to 12 a year, 6 agreed"], variants=False, region=False)
    assert agreed.verdict == "sustainable"
    assert agreed.margin == pytest.approx(min(14 - 6.64, 12 - 6.64 - 0.2 * 6) / 0.2)
    nothing = assess(versions["Offset of up to 12 a year, nothing agreed"], variants=False, region=False)
    assert nothing.verdict == "unsustainable" and nothing.margin == pytest.approx(without.margin)
