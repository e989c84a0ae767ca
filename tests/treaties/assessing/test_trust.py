"""How much trust treaties need: closed forms, the laws of the verdict with types, and what is told."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import pytest

from treaties.assessing.answers import Answers
from treaties.assessing.assess import Assessment, assess
from treaties.assessing.trust import trust_report
from treaties.effects import CompilationError
from treaties.findings.trust import Trust, TrustReport
from treaties.findings.trust_words import trust_lines
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.variants import apply_variant, with_terms

CASES = Path(__file__).parents[3] / "treaties/cases"
PD = "reward = {{ {0} }}\ntemptation = {{ {1} }}\nsucker = {{ {2} }}\npunishment = {{ {3} }}\n"


def typed(**said: object) -> str:
    """One type of a party as a file writes it."""
    lines = ["  [[party.type]]"]
    for name, value in said.items():
        lines.append(f"  {name} = " + (f'"{value}"' if isinstance(value, str) and value[:1] != "{" else str(value)))
    return "\n".join(lines) + "\n"


def breacher(prior: object, **more: object) -> str:
    return typed(name="breacher", conduct="breaches", prior=prior, **more)


def relation(types: dict[str, str], discount: float = 0.9, parties: str = "AB", more: str = "") -> Treaty:
    """The dilemma (2, 3, 0, -1) for ever, which nobody can leave."""
    text = 'schema = "servanda-treaty/1"\ntitle = "dilemma"\npayoff_unit = "points per year"\nexit = false\n'
    for who in parties:
        text += f'[[party]]\nid = "{who}"\nname = "{who}land"\ndiscount = {discount}\n{types.get(who, "")}'
    numbers = [", ".join(f"{who} = {x}" for who in parties) for x in (2, 3, -1, 0)]
    return read_treaty_text(text + '[[matter]]\nid = "trade"\n' + PD.format(*numbers) + more)


def renewed(types: dict[str, str]) -> Treaty:
    """The procurement treaty, renewed automatically."""
    text = (CASES / "procurement.toml").read_text(encoding="utf-8")
    for who, said in types.items():
        at = text.index("\n[", text.index(f'id = "{who}"'))
        text = f"{text[:at]}\n{said}{text[at:]}"
    treaty = read_treaty_text(text)
    return apply_variant(treaty, treaty.variant("Automatic renewal"))


def told(treaty: Treaty) -> Assessment:
    return assess(treaty, variants=False)


def report(treaty: Treaty) -> TrustReport:
    return trust_report(Answers(treaty).text)


def only_pair(treaty: Treaty) -> Trust:
    (pair,) = report(treaty).pairs
    return pair


def verdict(treaty: Treaty) -> str:
    return Answers(treaty).text.verdict("none").verdict


# -- thresholds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("discount", "least"), [(0.5, Fraction(1, 2)), (0.9, Fraction(1, 18))])
def test_least_trust_against_a_breacher_is_that_of_the_closed_form(discount: float, least: Fraction) -> None:
    """λ* = (1 - d)(P - S) / ((1 - d)(P - S) + (R - P) - (1 - d)(T - P))."""
    pair = only_pair(relation({"B": breacher(0.1)}, discount))
    assert (pair.party, pair.in_, pair.least, pair.rule) == ("A", "B", least, 3)
    assert pair.binding is not None and pair.binding.year == 1 and "breaches" in pair.binding.deviation
    assert pair.certificate is not None and pair.certificate.checked


def test_too_reliable_a_partner_invites_exploitation() -> None:
    """17/10 normal - 1/10 breacher - 1 keeper >= 0 at d = 9/10: without breachers at most 17/27 of keepers."""
    pair = only_pair(relation({"B": typed(name="loyal", conduct="keeps", prior=0.3)}))
    assert pair.greatest == Fraction(17, 27)
    both = only_pair(relation({"B": breacher(0.2) + typed(name="loyal", conduct="keeps", prior=0.3)}))
    share = Fraction(3, 8)  # of keepers among those who do not breach
    assert both.least == Fraction(1, 10) / (Fraction(1, 10) + Fraction(17, 10) * (1 - share) - share)


def test_automatic_renewal_needs_three_in_fourteen_and_not_a_millionth_less() -> None:
    assert only_pair(renewed({"SUN": breacher(0.3)})).least == Fraction(3, 14)
    assert verdict(renewed({"SUN": breacher(0.785714)})) == "sustainable"
    assert verdict(renewed({"SUN": breacher(0.785715)})) == "unsustainable"


def test_aurora_whose_breach_ends_it_needs_22_per_cent_of_norland() -> None:
    text = (CASES / "aurora.toml").read_text(encoding="utf-8")
    at = text.index("\n[[", text.index('id = "NOR"'))
    treaty = read_treaty_text(f"{text[:at]}\n{breacher(0.3)}{text[at:]}")
    found = told(apply_variant(treaty, treaty.variant("Breach ends treaty")))
    assert found.verdict == "sustainable" and found.trust is not None
    (pair,) = found.trust.pairs
    assert pair.party == "SUN" and float(pair.least or 0) == pytest.approx(0.22342, abs=5e-6)
    assert pair.certificate is not None and pair.certificate.checked


def test_three_parties_each_trusted_alike_need_one_over_root_two() -> None:
    treaty = relation({who: breacher(0.2) for who in "ABC"}, 0.5, "ABC")
    found = report(treaty)
    assert found.least_common is not None and len(found.pairs) == 6
    low, high = found.least_common.low, found.least_common.high
    assert low**2 < Fraction(1, 2) <= high**2 and high - low <= Fraction(1, 10**9)
    # Of one other trusted with 4/5, the third needs (1/2) / (4/5).
    assert {pair.least for pair in found.pairs} == {Fraction(5, 8)}


@pytest.mark.parametrize(("when", "least"), [("always", Fraction(1, 8)), ("full_exposure", Fraction(1, 2))])
def test_stages_screen_only_types_that_act_early(when: str, least: Fraction) -> None:
    stages = (
        '[[provision]]\ntype = "staged_derisking"\narticle = "4"\nscales = "risk"\ngate = "calendar"\n'
        'on_breach = "nothing"\nstages = [{ year = 0, exposure = 0.25 }, { year = 1, exposure = 1.0 }]\n'
    )
    assert only_pair(relation({"B": breacher(0.05, when=when)}, 0.5, more=stages)).least == least


def test_of_too_many_keepers_it_is_told_how_many_are_not_too_many() -> None:
    found = told(relation({"B": typed(name="loyal", conduct="keeps", prior=0.7)}))
    assert found.verdict == "unsustainable" and found.trust is not None
    (pair,) = found.trust.pairs
    assert pair.least is None and pair.greatest == Fraction(17, 27)
    assert any("at most 63 % for types of Bland" in line for line in trust_lines(found.trust, found.treaty))


def test_what_fails_is_told_of_the_type_that_fails_it() -> None:
    found = told(relation({"B": typed(name="hasty", conduct="strategic", prior=0.2, discount=0.2)}))
    assert found.verdict == "unsustainable" and found.judgement.weakest_link is not None
    assert found.judgement.weakest_link.sentence.startswith("Bland (if it is of the type hasty) gains most")


def test_a_rule_that_fails_after_a_breach_only_says_so() -> None:
    rung = told(relation({"B": breacher(0.2, from_year=3)})).ladder[1]
    assert rung.verdict == "unsustainable" and rung.margin is not None and rung.margin < 0
    assert rung.found.weakest_link is not None and rung.found.weakest_link.margin == rung.margin
    assert "a deviation pays once somebody has deviated" in rung.detail


# -- laws ------------------------------------------------------------------------------------------------------------


def test_without_types_nothing_is_told_of_trust() -> None:
    found = told(relation({}))
    assert found.trust is None and not {"trust", "least_common"} & set(found.to_json())


def test_a_type_without_a_chance_changes_nothing_on_the_path() -> None:
    without = told(renewed({})).ladder[2]
    never = told(renewed({"SUN": breacher(0)}))
    assert never.verdict == "sustainable" and never.ladder[2].margin == pytest.approx(without.margin)
    least = never.trust.pairs[0].least if never.trust is not None else None
    assert least == only_pair(renewed({"SUN": breacher(1e-12)})).least == only_pair(renewed({"SUN": breacher(1)})).least
    assert never.first_rung == 2 and never.trust is not None and never.trust.pairs[0].path[0].posterior == 1.0


@pytest.mark.parametrize("prior", [0.01, 0.5, 0.99])
def test_a_conditional_type_never_lowers_the_verdict(prior: float) -> None:
    conditional = typed(name="conditional", conduct="conditional", prior=prior)
    assert verdict(relation({"B": conditional})) == "sustainable"
    assert verdict(renewed({"SUN": conditional, "NOR": conditional})) == "sustainable"


def test_names_and_order_of_parties_do_not_matter() -> None:
    one = only_pair(relation({"A": breacher(0.3)}))
    other = only_pair(relation({"B": breacher(0.3)}))
    assert (one.least, one.rule, one.path) == (other.least, other.rule, other.path)


def test_the_order_of_articles_does_not_matter() -> None:
    clauses = [
        '[[provision]]\ntype = "sunset"\narticle = "1"\nterm_years = 3\nrenewal = { rule = "automatic" }\n',
        '[[provision]]\ntype = "turnover"\nparty = "B"\nto_sceptic = 0.2\nto_friendly = 0.3\n'
        "sceptic_cost_of_complying = 0.1\n",
        '[[provision]]\ntype = "withdrawal"\narticle = "2"\nnotice_years = 1\n',
    ]
    types = {"B": breacher(0.2, when="sceptic")}
    found = []
    for order in itertools.permutations(clauses):
        (pair,) = report(relation(types, more="".join(order))).pairs
        found.append(pair.to_json())
    assert all(one == found[0] for one in found[1:])


# -- what is told ----------------------------------------------------------------------------------------------------


def test_a_type_that_waits_is_found_out_when_it_acts() -> None:
    pair = only_pair(relation({"B": breacher(0.2, from_year=3)}))
    assert [(year.posterior, round(year.chance_of_compliance, 12)) for year in pair.path] == [
        (0.8, 1.0), (0.8, 1.0), (0.8, 0.8), (1.0, 1.0),
    ]  # fmt: skip
    assert pair.after_breach is not None and pair.after_breach.posterior == 0.0
    assert not pair.after_breach.still_at_risk


def test_ranges_of_priors_are_told_as_whole_part_and_none() -> None:
    def of(value: float, low: float, high: float) -> str | None:
        return only_pair(relation({"B": breacher(f"{{ value = {value}, low = {low}, high = {high} }}")}, 0.5)).range

    assert of(0.2, 0.1, 0.5) == "whole"
    assert of(0.2, 0.1, 0.6) == "part"
    assert of(0.7, 0.6, 0.8) == "none"


def test_rung_two_ends_cooperation_for_good_once_a_bad_type_is_shown_and_says_so() -> None:
    rung = told(renewed({"SUN": breacher(0.2)})).ladder[1]
    assert rung.verdict == "sustainable" and rung.periods == 1
    assert "a breach that shows a bad type ends cooperation for good" in rung.detail


def test_every_answer_comes_with_a_checked_certificate() -> None:
    for prior in (0.2, 0.9):
        found = told(renewed({"SUN": breacher(prior)}))
        assert all(rung.certificate is not None and rung.certificate.checked for rung in found.ladder)


def test_side_payments_are_refused_with_the_reason() -> None:
    with pytest.raises(CompilationError, match="payment would tell something of the type"):
        assess(relation({"B": breacher(0.2)}), transfers="voluntary")


def test_priors_are_numbers_like_any_other() -> None:
    treaty = relation({"B": breacher("{ value = 0.2, low = 0.1, high = 0.3 }")})
    assert [number.path for number in treaty.numbers() if number.path.endswith("prior")] == ["party.B.type.0.prior"]
    assert verdict(with_terms(treaty, {"party.B.type.0.prior": 0.95})) == "unsustainable"


def test_where_new_governments_are_of_new_types_more_trust_is_needed_than_once_and_for_all() -> None:
    def least(redraws: str) -> Fraction:
        turnover = (
            '[[provision]]\ntype = "turnover"\nparty = "B"\nto_sceptic = 0.5\nto_friendly = 0.5\n'
            f'sceptic_reward_change = -0.01\nredraws_type = "{redraws}"\n'
        )
        treaty = relation({"B": breacher(0.1)}, 0.75, more=turnover)
        found = only_pair(treaty).least
        assert found is not None
        for trust, holds in ((found, True), (found - Fraction(1, 10**6), False)):
            at = with_terms(treaty, {"party.B.type.0.prior": float(1 - trust)})
            assert (verdict(at) == "sustainable") is holds or abs(trust - found) < Fraction(1, 10**9)
        return found

    assert least("none") == pytest.approx(1 / 6, abs=0.02)
    assert least("seen") > least("none") + Fraction(1, 10)


@pytest.mark.slow
def test_what_only_harsher_answers_hold_without_types_stays_undecided() -> None:
    text = (CASES / "aurora.toml").read_text(encoding="utf-8")
    at = text.index("\n[[", text.index('id = "NOR"'))
    found = Answers(read_treaty_text(f"{text[:at]}\n{breacher(0.01)}{text[at:]}")).text.verdict("none")
    assert found.verdict == "undecided" and "harsher answers" in found.detail
