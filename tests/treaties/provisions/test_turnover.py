"""Turnover: how governments follow one another, and what a sceptical one earns, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.one_deviation import start
from tests.support.small_treaties import DILEMMA, chances_after, drawn, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS, government_variable
from treaties.reading.treaty_file import read_treaty_text

TURNOVER = 'type = "turnover"\narticle = "0"\nparty = "B"\nto_sceptic = 0.2\nto_friendly = 0.7\n'
COST, REWARD = "sceptic_cost_of_complying = 0.5\n", "sceptic_reward_change = -0.25\n"
SURVIVES = 'type = "sunset"\nterm_years = 1\nrenewal = { rule = "automatic" }\nsurvives = "trade"\n'
GOVERNMENT = government_variable("B")


@pytest.mark.parametrize("starts", ["friendly", "sceptic"])
def test_governments_change_with_their_chances_whatever_is_done(starts: str) -> None:
    compiled = compile_treaty(plus(TURNOVER + COST + f'starts = "{starts}"\n'))
    assert compiled.state_columns.is_value(GOVERNMENT, starts)[compiled.game.initial]
    for government, sceptic in (("friendly", 0.2), ("sceptic", 0.3)):
        for k in range(compiled.game.n_rows):
            if compiled.columns.is_value(GOVERNMENT, government)[k]:
                found = chances_after(compiled, k, GOVERNMENT)
                assert found == pytest.approx({"friendly": 1 - sceptic, "sceptic": sceptic}, abs=1e-15)


@pytest.mark.parametrize("status", ["in force", "ended"])
@pytest.mark.parametrize("government", ["friendly", "sceptic"])
@pytest.mark.behaviour("turnover")
def test_a_sceptical_government_pays_for_complying_and_earns_less_when_all_do_also_after_the_end(
    status: str, government: str
) -> None:
    compiled = compile_treaty(plus(TURNOVER + COST + REWARD, SURVIVES))
    bare = {("comply", "comply"): [6, 1], ("comply", "breach"): [-1, 4], ("breach", "comply"): [7, -1]}
    for (a, b), (of_a, of_b) in bare.items():
        k = row(compiled, {STATUS: status, GOVERNMENT: government}, A={"trade": a}, B={"trade": b})
        change = -0.5 * (b == "comply") - 0.25 * (a == b == "comply")
        assert compiled.game.payoffs[k].tolist() == [of_a, of_b + change * (government == "sceptic")]


def test_the_costs_of_an_event_go_on_after_the_end_too() -> None:
    event = '[[event]]\nid = "shock"\nenter = 0.5\nstay = 0.5\ncost_of_complying = { A = 2, B = 3 }\n'
    compiled = compile_treaty(read_treaty_text(f"{DILEMMA}{event}[[provision]]\n{SURVIVES}"))
    for status, (shock, there) in itertools.product(("in force", "ended"), (("no", 0), ("yes", 1))):
        k = row(compiled, {STATUS: status, "event shock": shock}, B={"trade": "breach"})
        assert compiled.game.payoffs[k].tolist() == [-1 - 2 * there, 4]


def test_what_a_clause_pays_stops_with_the_treaty() -> None:
    unit = 'type = "compliance_unit"\navoids = 0.5\ncost = 0.25\nparty = "A"\n'
    compiled = compile_treaty(plus(unit, SURVIVES))
    paid = [compiled.game.payoffs[row(compiled, {STATUS: status})].tolist() for status in ("in force", "ended")]
    assert paid == [[5.75, 1], [6, 1]]


def test_a_clause_on_one_matter_leaves_the_others_alone() -> None:
    coal = (
        '[[matter]]\nid = "coal"\nreward = { A = 2, B = 2 }\ntemptation = { A = 3, B = 3 }\n'
        "sucker = { A = -1, B = -1 }\npunishment = { A = 0, B = 0 }\n"
    )
    for matters, change in (('matter = "trade"\n', -0.75), ("", -1.5)):
        text = f"{DILEMMA}{coal}[[provision]]\n{TURNOVER}{COST}{REWARD}{matters}"
        compiled = compile_treaty(read_treaty_text(text))
        k = row(compiled, {STATUS: "in force", GOVERNMENT: "sceptic"})
        assert compiled.game.payoffs[k].tolist() == [8, 3 + change]


@pytest.mark.behaviour("turnover")
def test_a_sceptical_government_in_half_of_the_years_costs_the_discounted_half_of_its_price() -> None:
    """B earns 1 a year; from the second on it pays 2 in half of the years: 2.5 - 0.6 / 0.4 * 1 = 1."""
    clause = 'type = "turnover"\nparty = "B"\nto_sceptic = 0.5\nto_friendly = 0.5\nsceptic_cost_of_complying = 2'
    assert start(compile_treaty(plus(clause))) == pytest.approx([15, 1], abs=1e-9)


@pytest.mark.law("turnover")
@pytest.mark.parametrize("chance", [0.1, 0.7])
@pytest.mark.parametrize("seed", range(3))
def test_compliance_costs_a_party_the_discounted_share_of_sceptical_years_where_governments_are_drawn_anew_each_year(
    seed: int, chance: float
) -> None:
    """To sceptic with p, back with 1 - p: every year after the first is sceptical with p, whatever came before."""
    clause = f'type = "turnover"\nparty = "A"\nto_sceptic = {chance}\nto_friendly = {1 - chance}\n'
    compiled, bare = (
        compile_treaty(drawn(seed, clause + "sceptic_cost_of_complying = 1.5")),
        compile_treaty(drawn(seed)),
    )
    delta = float(bare.game.discount[0])
    lost = [delta / (1 - delta) * chance * 1.5, 0]
    assert start(bare) - start(compiled) == pytest.approx(lost, abs=1e-9)
