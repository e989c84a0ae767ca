"""Reviews and joint investments in the compiled game, by hand; laws and lint of these clauses and of offsets."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.one_deviation import start
from tests.support.small_treaties import FILES, drawn, plus, row
from treaties.assessing.assess import assess
from treaties.briefing.references import references_used
from treaties.briefing.sources import assumptions
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import EXIT, RENEWAL, STATUS, YEAR, CompilationError
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty, read_treaty_text

CAPPED = read_treaty(FILES / "offset_capped.toml")
INVESTMENT = read_treaty(FILES / "co_investment.toml")


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


@pytest.mark.behaviour("review")
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
@pytest.mark.behaviour("co_investment")
def test_a_breach_forfeits_what_has_been_paid_in_once(years: int, stake: float) -> None:
    compiled = compile_treaty(INVESTMENT)
    paid = "article 8: instalments paid"
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
    last: dict[str, str | int] = {STATUS: "in force", YEAR: 5, "article 8: instalments paid": 3}
    last |= {f"stake of {party} under article 8": "held" for party in "AB"}
    leaves = row(compiled, last, A={EXIT: "leave"})
    refuses = row(compiled, last, A={RENEWAL: "refuse"})
    assert compiled.game.payoffs[leaves].tolist() == [6 + 1.5 - 3, 1 + 1.5 + 3]
    assert compiled.game.payoffs[refuses].tolist() == [7.5, 2.5]


def test_without_forfeiture_there_is_no_stake_to_lose() -> None:
    compiled = compile_treaty(read_treaty(FILES / "co_investment_kept.toml"))
    assert not any(name.startswith("stake") for name in compiled.columns.codes)
    breach = row(compiled, {STATUS: "in force", "article 8: instalments paid": 1}, B={"trade": "breach"})
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


def test_shares_and_weights_have_units_of_their_own_and_clauses_their_sources_in_full() -> None:
    units = {a.unit for a in assumptions(INVESTMENT) if "shares" in a.name}
    assert units == {"share"}
    weights = read_treaty(FILES / "review_by_chance.toml")
    assert {a.unit for a in assumptions(weights) if "weights" in a.name} == {"weight in bargaining"}
    found = assess(CAPPED, variants=False, region=False)
    assert any(source.startswith("Goldlücke, S. and Kranz, S. (2012)") for source in references_used(found))


@pytest.mark.law("review")
@pytest.mark.parametrize("seed", range(3))
def test_independent_chances_of_review_combine_to_one_less_the_product_of_their_complements(seed: int) -> None:
    """In every year in force, for any number of clauses; what is paid without negotiation is not touched."""
    chances = [0.1 * (seed + 1), 0.5, 0.2]
    clauses = [f'type = "review"\narticle = "{k}"\nhazard = {chance}' for k, chance in enumerate(chances)]
    compiled, bare = compile_treaty(drawn(seed, *clauses)), compile_treaty(drawn(seed))
    assert compiled.negotiation is not None
    found = compiled.negotiation.hazard[compiled.game.initial]
    assert found == pytest.approx(1 - np.prod([1 - chance for chance in chances]), abs=1e-12)
    assert compiled.game.digest == bare.game.digest


@pytest.mark.law("co_investment")
@pytest.mark.parametrize("seed", range(4))
def test_an_investment_that_all_keep_adds_its_discounted_returns_less_its_instalments_where_the_treaty_never_ends(
    seed: int,
) -> None:
    """Three instalments of 4 in all, then 1 a year for ever, shared 3 to 1."""
    clause = (
        'type = "co_investment"\narticle = "1"\namount = 4\nover_years = 3\nreturns = 1\n'
        "shares = { A = 0.75, B = 0.25 }"
    )
    compiled, bare = compile_treaty(drawn(seed, clause)), compile_treaty(drawn(seed))
    d = np.asarray(bare.game.discount)
    whole = -4 / 3 * (1 + d + d**2) + d**3 / (1 - d)
    assert start(compiled) - start(bare) == pytest.approx(np.array([0.75, 0.25]) * whole, abs=1e-9)
