"""Continuity: what keeps a new government in, by hand; conditions of several clauses on one move all have to hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.one_deviation import start, worth
from tests.support.small_treaties import chances_after, drawn, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import EXIT, STATUS, government_variable
from treaties.reading.variants import with_terms

TURNOVER = 'type = "turnover"\nparty = "B"\nto_sceptic = 0.2\nto_friendly = 0.7\nsceptic_cost_of_complying = 0.5\n'
NOTICE = 'type = "withdrawal"\nnotice_years = 1\n'
CONTINUITY = 'type = "continuity"\narticle = "23"\n'
GOVERNMENT, COOLING = government_variable("B"), "cooling-off of B"


def may_leave(compiled: CompiledTreaty, party: str) -> set[tuple[str, ...]]:
    """The situations in which a party can give notice or leave, by status, government and years of cooling-off."""
    columns = compiled.columns
    there = columns.takes(party, EXIT, compiled.context.exit_option)
    names = [name for name in (STATUS, GOVERNMENT, COOLING) if name in columns.codes]
    return {
        tuple(str(columns.values[name][int(columns.codes[name][k])]) for name in names) for k in np.flatnonzero(there)
    }


BOUND = CONTINUITY + "cooling_off_years = 2"


@pytest.mark.parametrize("clauses", list(itertools.permutations([TURNOVER, NOTICE, BOUND])))
def test_notice_needs_the_treaty_in_force_and_the_cooling_off_over_in_whatever_order_the_clauses_stand(
    clauses: tuple[str, ...],
) -> None:
    compiled = compile_treaty(plus(*clauses))
    friendly = {("in force", "friendly", left) for left in "012"}
    assert may_leave(compiled, "B") == friendly | {("in force", "sceptic", "0")}
    assert may_leave(compiled, "A") == friendly | {("in force", "sceptic", left) for left in "012"}


@pytest.mark.parametrize("clauses", list(itertools.permutations([TURNOVER, CONTINUITY + "cooling_off_years = 1"])))
def test_so_does_the_exit_that_every_party_has(clauses: tuple[str, ...]) -> None:
    compiled = compile_treaty(plus(*clauses))
    friendly = {("in force", "friendly", left) for left in "01"}
    assert may_leave(compiled, "B") == friendly | {("in force", "sceptic", "0")}


def test_the_cooling_off_runs_from_the_first_year_of_a_sceptical_government() -> None:
    compiled = compile_treaty(plus(TURNOVER, NOTICE, CONTINUITY + "cooling_off_years = 2"))
    for government, left, after in (("friendly", 2, 2), ("sceptic", 2, 1), ("sceptic", 1, 0), ("sceptic", 0, 0)):
        k = row(compiled, {STATUS: "in force", GOVERNMENT: government, COOLING: left})
        assert chances_after(compiled, k, COOLING) == {after: 1.0}


@pytest.mark.parametrize(("applies_to", "charged"), [("sceptic", {"sceptic"}), ("any", {"friendly", "sceptic"})])
@pytest.mark.behaviour("continuity")
def test_leaving_costs_once_and_only_the_governments_named(applies_to: str, charged: set[str]) -> None:
    compiled = compile_treaty(plus(TURNOVER, NOTICE, CONTINUITY + f'exit_cost = 1.5\napplies_to = "{applies_to}"\n'))
    for government in ("friendly", "sceptic"):
        start: dict[str, str | int] = {STATUS: "in force", GOVERNMENT: government}
        burden = 0.5 * (government == "sceptic")
        staying, leaving = row(compiled, start), row(compiled, start, B={EXIT: "give notice"})
        assert compiled.game.payoffs[staying].tolist() == [6, 1 - burden]
        assert compiled.game.payoffs[leaving].tolist() == [6, 1 - burden - 1.5 * (government in charged)]
        other = row(compiled, start, A={EXIT: "give notice"})
        assert compiled.game.payoffs[other].tolist() == [6, 1 - burden], "nobody else is charged"
        noticed = row(compiled, {**start, STATUS: "notice, 1 left"})
        assert compiled.game.payoffs[noticed].tolist() == [6, 1 - burden]


def test_a_party_that_is_named_is_bound_though_its_government_never_changes() -> None:
    compiled = compile_treaty(plus(NOTICE, CONTINUITY + 'party = "A"\nexit_cost = 1.5\napplies_to = "any"\n'))
    leaving = row(compiled, {STATUS: "in force"}, A={EXIT: "give notice"}, B={EXIT: "give notice"})
    assert compiled.game.payoffs[leaving].tolist() == [6 - 1.5, 1]


@pytest.mark.behaviour("continuity")
@pytest.mark.parametrize("cost", [0.0, 3.0, 4.5])
def test_an_exit_cost_of_four_and_a_half_leaves_nothing_to_win_by_leaving(cost: float) -> None:
    """B earns 1 inside and 4 outside: leaving wins 0.6 * 3 / 0.4 = 4.5 less the cost, paid once."""
    treaty = plus(f'type = "continuity"\nparty = "B"\nexit_cost = {cost}\napplies_to = "any"')
    compiled = compile_treaty(with_terms(treaty, {"party.B.outside_option": 4}))
    leaves = row(compiled, {STATUS: "in force"}, B={EXIT: "leave"})
    assert worth(compiled, leaves)[1] - start(compiled)[1] == pytest.approx(4.5 - cost, abs=1e-9)


@pytest.mark.law("continuity")
@pytest.mark.parametrize("seed", range(4))
def test_an_exit_cost_of_any_government_lowers_what_leaving_is_worth_by_itself_and_changes_nothing_for_those_who_stay(
    seed: int,
) -> None:
    """Whatever payoffs are; the party named pays, and only if it leaves."""
    clause = 'type = "continuity"\nparty = "B"\nexit_cost = 1.25\napplies_to = "any"'
    compiled, bare = compile_treaty(drawn(seed, clause)), compile_treaty(drawn(seed))
    assert start(compiled) == pytest.approx(start(bare), abs=1e-9)
    for party, lost in (("A", [0, 0]), ("B", [0, 1.25])):
        leaves = {party: {EXIT: "leave"}}
        with_it, without = (worth(c, row(c, {STATUS: "in force"}, **leaves)) for c in (compiled, bare))
        assert without - with_it == pytest.approx(lost, abs=1e-9)


def test_walking_out_where_no_text_allows_it_is_charged_as_leaving_is() -> None:
    bound = CONTINUITY + 'party = "B"\nexit_cost = 1.5\napplies_to = "any"\n'
    closed = plus('type = "no_exit"\nreal_cost = 0.5\n', bound)
    compiled = compile_treaty(closed.model_copy(update={"exit": False}))
    walks_out = row(compiled, {STATUS: "in force"}, B={EXIT: "walk out"})
    assert compiled.game.payoffs[walks_out].tolist() == [6, 1 - 0.5 - 1.5]
