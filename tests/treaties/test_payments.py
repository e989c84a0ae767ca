"""Offsets, reviews and joint investments in the compiled game: payoffs, moves and chances worked out by hand."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.solvers.equilibrium_polygons import EquilibriumPolygons
from games.solvers.relational_transfers import RelationalTransfers
from games.verdict import Sustainable, Unsustainable, Verdict
from treaties.assessment import assess
from treaties.compilation import CompiledTreaty, compile_treaty
from treaties.consistency import lint
from treaties.effects import EXIT, RENEWAL, STATUS, YEAR, CompilationError, payment_matter
from treaties.provenance import deviation_in_words, row_in_words
from treaties.sources import assumptions, references_used
from treaties.treaty import Treaty
from treaties.treaty_file import read_treaty, read_treaty_text
from treaties.variants import apply_variant, with_terms

FILES = Path(__file__).parent / "accepted"
CAPPED = read_treaty(FILES / "offset_capped.toml")
INVESTMENT = read_treaty(FILES / "co_investment.toml")
BARE = read_treaty_text(CAPPED_TEXT := (FILES / "offset_capped.toml").read_text().split("[[provision]]")[0])
SMALL = 0.6
"""Both parties' discount factor in these files."""


def plus(*clauses: str) -> Treaty:
    """The dilemma of these files with other clauses."""
    return read_treaty_text(CAPPED_TEXT + "".join(f"[[provision]]\n{clause}\n" for clause in clauses), "t.toml")


def row(compiled: CompiledTreaty, state: dict[str, str | int], **moves: dict[str, str]) -> int:
    """The one row of a state (by its values) in which the parties make the moves; the default where none is named."""
    found = np.ones(compiled.game.n_rows, dtype=bool)
    for variable, value in state.items():
        found &= compiled.columns.is_value(variable, value)
    for choice in compiled.choices:
        taken = compiled.columns.chosen[choice.party, choice.matter]
        wanted = moves.get(choice.party, {}).get(choice.matter, choice.names[choice.default])
        found &= (taken == choice.names.index(wanted)) | (taken < 0)
    (only,) = np.flatnonzero(found)
    return int(only)


def polygons(treaty: Treaty) -> Verdict:
    compiled = compile_treaty(treaty)
    return EquilibriumPolygons().solve(compiled.game).verdict(compiled.plan)


# -- offset --------------------------------------------------------------------------------------------------------


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
def test_agreed_payments_hold_exactly_where_neither_side_gains_by_one_deviation(agreed: int) -> None:
    """Static defection is the worst for both (0), so grim answers are optimal: complying must beat the best breach."""
    verdict = polygons(with_terms(CAPPED, {"offset.agreed": agreed}))
    slack = [(6 - agreed) - (1 - SMALL) * 7, (1 + agreed) - (1 - SMALL) * (4 + agreed)]
    if agreed == 1:
        assert min(slack) == pytest.approx(0), "on the edge, where either answer that is proved will do"
    else:
        assert isinstance(verdict, Sustainable if min(slack) > 0 else Unsustainable)
        assert verdict.margin == pytest.approx(min(slack) / (1 - SMALL), abs=1e-6)


def test_a_grid_of_nothing_but_zero_is_the_treaty_without_the_clause() -> None:
    nothing = with_terms(CAPPED, {"offset.cap": 0, "offset.agreed": 0})
    assert compile_treaty(nothing).game.digest == compile_treaty(BARE).game.digest


def test_too_low_a_cap_fails_a_high_one_holds_as_unlimited_payments_do() -> None:
    unlimited = compile_treaty(BARE).with_transfers("voluntary")
    holds = RelationalTransfers().solve(unlimited.game).verdict(unlimited.plan)
    assert isinstance(holds, Sustainable)
    assert holds.margin == pytest.approx((7 - (1 - SMALL) * (7 + 4)) / (1 - SMALL))
    assert isinstance(polygons(BARE), Unsustainable)
    assert isinstance(polygons(with_terms(CAPPED, {"offset.cap": 0.8, "offset.agreed": 0.8})), Unsustainable)
    for cap, steps in [(1.5, 1), (4, 8), (12, 8)]:
        changed = with_terms(CAPPED, {"offset.cap": cap, "offset.steps": steps, "offset.agreed": 1.5})
        assert isinstance(polygons(changed), Sustainable)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(1, 8), min_size=4, max_size=4), st.sampled_from([0.3, 0.45, 0.6, 0.75]), st.integers(0, 4))
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


# -- review --------------------------------------------------------------------------------------------------------


def hazards(compiled: CompiledTreaty) -> dict[int, set[float]]:
    """Year of the term (0: not in force) -> the chances of a negotiation there."""
    assert compiled.negotiation is not None
    found: dict[int, set[float]] = {}
    years = np.where(compiled.state_columns.in_force, compiled.state_columns.codes[YEAR] + 1, 0)
    for year, hazard in zip(years.tolist(), compiled.negotiation.hazard.tolist(), strict=True):
        found.setdefault(year, set()).add(hazard)
    return found


def test_chances_of_several_reviews_combine_as_independent_ones_year_by_year() -> None:
    compiled = compile_treaty(read_treaty(FILES / "review_by_calendar.toml"))
    assert hazards(compiled) == {0: {0.0}, 1: {0.0}, 2: {0.5}, 3: {1.0}, 4: {0.0}, 5: {0.0}, 6: {1.0}}
    chances = plus('type = "review"\narticle = "1"\nhazard = 0.5', 'type = "review"\narticle = "2"\nhazard = 0.2')
    rule = compile_treaty(chances).negotiation
    assert rule is not None and rule.hazard.tolist() == [0.6, 0.0] and rule.articles == ("1", "2")


def test_without_a_term_a_review_every_two_years_goes_on_for_ever() -> None:
    compiled = compile_treaty(read_treaty(FILES / "review_without_a_term.toml"))
    rule, game = compiled.negotiation, compiled.game
    assert rule is not None
    state, struck = game.initial, []
    for _ in range(6):
        struck.append(rule.hazard[state])
        (state,) = game.transition[[compiled.compliance[state]]].indices.tolist()
    assert struck == [0.0, 1.0] * 3


def test_a_listed_year_without_a_term_comes_once() -> None:
    compiled = compile_treaty(plus('type = "review"\nyears = [2]'))
    assert hazards(compiled) == {0: {0.0}, 1: {0.0}, 2: {1.0}, 3: {0.0}}


def test_bargaining_weights_are_parts_of_one_and_equal_where_none_are_named() -> None:
    named = compile_treaty(read_treaty(FILES / "review_by_chance.toml"))
    assert named.negotiation is not None and named.negotiation.weights.tolist() == [2 / 3, 1 / 3]
    assert named.game.transfers == "voluntary" and not any("review" in said for said in named.caveats)
    silent = compile_treaty(read_treaty(FILES / "review_by_calendar.toml")).negotiation
    assert silent is not None and silent.weights.tolist() == [0.5, 0.5]


def test_weights_that_disagree_are_refused_and_a_common_factor_is_no_disagreement() -> None:
    first = 'type = "review"\narticle = "5"\nhazard = 0.2\nweights = { A = 2, B = 1 }'
    agrees = first.replace('"5"', '"6"').replace("A = 2, B = 1", "A = 0.2, B = 0.1")
    differs = agrees.replace("A = 0.2", "A = 0.1")
    rule = compile_treaty(plus(first, agrees)).negotiation
    assert rule is not None and rule.weights.tolist() == [2 / 3, 1 / 3]
    assert not any("bargaining weights" in str(finding) for finding in lint(plus(first, agrees)))
    with pytest.raises(CompilationError, match="articles 5, 6 name different bargaining weights"):
        compile_treaty(plus(first, differs))
    (clash,) = [finding for finding in lint(plus(first, differs)) if "bargaining weights" in finding.problem]
    assert (clash.severity, clash.place, clash.article) == ("error", "review[6]", "6")


def test_a_treaty_without_reviews_has_no_negotiation_and_reviews_without_payments_are_never_silent() -> None:
    assert compile_treaty(CAPPED).negotiation is None
    compiled = compile_treaty(read_treaty(FILES / "review_by_calendar.toml"))
    assert compiled.caveats == (
        "articles 5, 6: without side payments no solver bargains, so a review changes no answer",
    )
    assert compiled.with_transfers("voluntary").caveats == ()
    notes = [finding for finding in lint(compiled.treaty) if "no solver bargains" in finding.problem]
    assert [finding.article for finding in notes] == ["5", "6"]


# -- co-investment -------------------------------------------------------------------------------------------------


def test_instalments_are_paid_while_building_and_returns_come_afterwards_for_ever() -> None:
    """6 in three years by halves: 1 a year each; then 3 a year by halves; a renewal starts neither again."""
    compiled = compile_treaty(INVESTMENT)
    state, earned = compiled.game.initial, []
    for _ in range(8):
        k = int(compiled.compliance[state])
        earned.append(compiled.game.payoffs[k].tolist())
        (state,) = compiled.game.transition[[k]].indices.tolist()
    assert earned == [[5.0, 0.0]] * 3 + [[7.5, 2.5]] * 5


@pytest.mark.parametrize(("years", "stake"), [(0, 1.0), (1, 2.0), (2, 3.0), (3, 3.0)])
def test_a_breach_forfeits_what_has_been_paid_in_once(years: int, stake: float) -> None:
    compiled = compile_treaty(INVESTMENT)
    paid = "instalments paid under article 8"
    held = {f"stake of {party} under article 8": "held" for party in "AB"}
    start: dict[str, str | int] = {STATUS: "in force", YEAR: years + 1, paid: years, **held}
    flow = -1.0 if years < 3 else 1.5
    breach = row(compiled, start, B={"trade": "breach"})
    assert compiled.game.payoffs[breach].tolist() == [-1 + flow + stake, 4 + flow - stake]
    (after,) = compiled.game.transition[[breach]].indices
    assert compiled.state_columns.is_value("stake of B under article 8", "forfeited")[after]
    assert compiled.state_columns.is_value("stake of A under article 8", "held")[after]
    lost: dict[str, str | int] = {**start, YEAR: years + 2, paid: min(years + 1, 3)}
    lost["stake of B under article 8"] = "forfeited"
    again = row(compiled, lost, B={"trade": "breach"}, A={"trade": "breach"})
    flow = -1.0 if years < 2 else 1.5
    owed = min(years + 2, 3)
    assert compiled.game.payoffs[again].tolist() == [flow - owed, flow + owed], "only A still has a stake to lose"


def test_leaving_forfeits_the_stake_but_refusing_renewal_does_not() -> None:
    compiled = compile_treaty(INVESTMENT)
    last: dict[str, str | int] = {STATUS: "in force", YEAR: 5, "instalments paid under article 8": 3}
    last |= {f"stake of {party} under article 8": "held" for party in "AB"}
    leaves = row(compiled, last, A={EXIT: "leave"})
    refuses = row(compiled, last, A={RENEWAL: "refuse"})
    assert compiled.game.payoffs[leaves].tolist() == [6 + 1.5 - 3, 1 + 1.5 + 3]
    assert compiled.game.payoffs[refuses].tolist() == [7.5, 2.5]


def test_without_forfeiture_there_is_no_stake_to_lose() -> None:
    compiled = compile_treaty(read_treaty(FILES / "co_investment_kept.toml"))
    assert not any(name.startswith("stake") for name in compiled.columns.codes)
    breach = row(compiled, {STATUS: "in force", "instalments paid under article 8": 1}, B={"trade": "breach"})
    assert compiled.game.payoffs[breach].tolist() == [-1 - 1.5, 4 - 0.5]


def test_the_stakes_of_three_parties_are_shared_by_the_others() -> None:
    text = (FILES / "three_parties.toml").read_text().split("[[provision]]")[0]
    ids = [party.id for party in read_treaty_text(text).parties]
    shares = ", ".join(f"{party} = {share}" for party, share in zip(ids, (0.5, 0.25, 0.25), strict=True))
    clause = f'[[provision]]\ntype = "co_investment"\namount = 8\nshares = {{ {shares} }}\nover_years = 1\n'
    with_fund, without = compile_treaty(read_treaty_text(text + clause)), compile_treaty(read_treaty_text(text))
    matter = with_fund.treaty.matters[0].id
    start: dict[str, str | int] = {STATUS: "in force", "instalments paid": 0, "event shock": "no"}
    start |= {f"stake of {party}": "held" for party in ids}
    k = row(with_fund, start, **{ids[0]: {matter: "breach"}})
    same = row(without, {STATUS: "in force", "event shock": "no"}, **{ids[0]: {matter: "breach"}})
    change = with_fund.game.payoffs[k] - without.game.payoffs[same]
    assert change.tolist() == [-4 - 4, -2 + 2, -2 + 2]


# -- all of them ---------------------------------------------------------------------------------------------------


def test_order_of_articles_cannot_matter_to_the_last_bit_for_payments_reviews_and_investments() -> None:
    treaty = plus(
        'type = "offset"\narticle = "1"\npayer = "A"\npayee = "B"\ncap = 0.7\nsteps = 7\nagreed = 0.1',
        'type = "offset"\narticle = "2"\npayer = "B"\npayee = "A"\ncap = 0.3\nsteps = 1',
        'type = "review"\narticle = "3"\nhazard = 0.1',
        'type = "review"\narticle = "4"\nhazard = 0.3\nyears = [1, 3]\nweights = { A = 0.1, B = 0.2 }',
        'type = "review"\narticle = "5"\nhazard = 0.7\nevery_years = 2',
        'type = "co_investment"\narticle = "6"\namount = 1\nshares = { A = 0.3, B = 0.7 }\nover_years = 3',
        'type = "sunset"\narticle = "7"\nterm_years = 3\nrenewal = { rule = "automatic" }',
    )
    base = compile_treaty(treaty)
    assert base.negotiation is not None
    for order in list(itertools.permutations(range(7)))[::331]:
        shuffled = treaty.model_copy(update={"provisions": tuple(treaty.provisions[k] for k in order)})
        other = compile_treaty(shuffled)
        assert other.game.digest == base.game.digest and other.caveats == base.caveats
        assert other.negotiation is not None
        assert other.negotiation.hazard.tobytes() == base.negotiation.hazard.tobytes()
        assert other.negotiation.weights.tobytes() == base.negotiation.weights.tobytes()


@pytest.mark.parametrize(
    ("clauses", "severity", "problem"),
    [
        (['type = "offset"\nbetween = ["A", "B"]\ncap = 2'], "note", "no longer a simplex"),
        (
            ['type = "offset"\nbetween = ["A", "B"]\ncap = 2', 'type = "offset"\nbetween = ["A", "B"]'],
            "warning",
            "limits nothing",
        ),
        (['type = "review"\nyears = [7]', 'type = "sunset"\nterm_years = 5'], "warning", "year 7 of a term of 5"),
        (
            [
                'type = "co_investment"\namount = 1\nshares = { A = 1, B = 0 }\nover_years = 6',
                'type = "sunset"\nterm_years = 5',
            ],
            "warning",
            "never finished",
        ),
        (
            ['type = "co_investment"\namount = 1\nshares = { A = 1, B = 0 }\nover_years = 6\nforfeitable = false'],
            "note",
            "only costs",
        ),
        (['type = "review"\nhazard = 0.1', 'type = "review"\nhazard = 0.2'], "error", "same article number"),
    ],
)
def test_lint_of_payments(clauses: list[str], severity: str, problem: str) -> None:
    found = lint(plus(*clauses))
    assert any(finding.severity == severity and problem in finding.problem for finding in found), found


def test_naming_two_of_three_parties_is_said_to_bind_nobody() -> None:
    text = (FILES / "three_parties.toml").read_text().split("[[provision]]")[0]
    first, second, _ = (party.id for party in read_treaty_text(text).parties)
    treaty = read_treaty_text(text + f'[[provision]]\ntype = "offset"\nbetween = ["{first}", "{second}"]\n')
    compiled = compile_treaty(treaty)
    assert compiled.game.transfers == "voluntary"
    (said,) = compiled.caveats
    assert said.startswith("offset: ") and "any party could pay any other" in said


def test_shares_and_weights_have_units_of_their_own_and_clauses_their_sources_in_full() -> None:
    units = {a.unit for a in assumptions(INVESTMENT) if "shares" in a.name}
    assert units == {"share"}
    weights = read_treaty(FILES / "review_by_chance.toml")
    assert {a.unit for a in assumptions(weights) if "weights" in a.name} == {"weight in bargaining"}
    found = assess(CAPPED, variants=False, region=False)
    assert any(source.startswith("Goldlücke, S. and Kranz, S. (2012)") for source in references_used(found))


# -- the case that comes with the software -------------------------------------------------------------------------


def test_the_offset_case_fails_without_payments_and_holds_with_them() -> None:
    """By hand: under notice nobody cooperates, then the treaty is over; a deviator does best to give notice at once.

    Under notice Baltica has 0.2 * 1 + 0.8 * 2 = 1.8 and Corvia 0.2 * 3 + 0.8 * 4 = 3.8.  So to breach and give notice
    is worth 0.2 * 26 + 0.8 * 1.8 = 6.64 to Baltica and 0.2 * 18 + 0.8 * 3.8 = 6.64 to Corvia, against 20 and 6.
    """
    case = read_treaty(Path(__file__).parents[2] / "treaties" / "cases" / "offset.toml")
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
