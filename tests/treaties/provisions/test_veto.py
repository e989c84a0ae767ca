"""Vetoes that others may override and vetoes that lapse, in the compiled game, by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.one_deviation import start, worth
from tests.support.small_treaties import DILEMMA, FILES, chances_after, drawn, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.provenance import deviation_in_words, row_in_words
from treaties.effects import STATUS, YEAR, ballot
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms

OVERRIDE = read_treaty(FILES / "veto_with_override.toml")
VETO, USE = ballot("veto on trade"), "veto trade"
BALLOT = "override A on trade"
LEFT, RIGHT = "vetoes left to A on trade", "veto right on trade"
START: dict[str, str | int] = {STATUS: "in force", YEAR: 1, LEFT: 2, RIGHT: "alive"}


@pytest.mark.parametrize(("used", "overridden"), list(itertools.product([False, True], repeat=2)))
@pytest.mark.behaviour("veto")
def test_a_use_stands_unless_it_is_overridden_and_is_spent_either_way(used: bool, overridden: bool) -> None:
    compiled = compile_treaty(OVERRIDE)
    moves = {"A": {VETO: USE} if used else {}, "B": {BALLOT: BALLOT} if overridden else {}}
    k = row(compiled, START, **moves)
    stands = used and not overridden
    assert compiled.game.payoffs[k].tolist() == ([0, 0] if stands else [6, 1])
    assert bool(compiled.columns.vetoed["trade"][k]) is stands
    moves["B"]["trade"] = "breach"
    breach = row(compiled, START, **moves)
    assert compiled.game.payoffs[breach].tolist() == ([0, 0] if stands else [-1, 4])
    assert bool(compiled.columns.any_breach()[breach]) is not stands
    (after,) = compiled.game.transition[[k]].indices
    assert compiled.state_columns.is_value(LEFT, 1 if used else 2)[after]


def test_nobody_votes_on_overriding_what_cannot_be_used() -> None:
    compiled = compile_treaty(OVERRIDE)
    right = compiled.columns.is_value(RIGHT, "alive") & ~compiled.columns.is_value(LEFT, 0)
    usable = right & compiled.columns.operating
    assert np.array_equal(compiled.columns.chosen["B", BALLOT] >= 0, usable)
    assert np.array_equal(compiled.columns.chosen["A", VETO] >= 0, usable)


def test_the_right_lapses_after_its_year_and_a_new_term_does_not_bring_it_back() -> None:
    compiled = compile_treaty(OVERRIDE)
    state, alive = compiled.game.initial, []
    for _ in range(8):
        k = int(compiled.compliance[state])
        alive.append(int(compiled.columns.chosen["A", VETO][k]) >= 0)
        (state,) = compiled.game.transition[[k]].indices.tolist()
    assert alive == [True] * 3 + [False] * 5


@pytest.mark.parametrize(("needed", "votes", "stands"), [(1, 1, False), (2, 1, True), (2, 2, False), (None, 1, True)])
def test_so_many_votes_override(needed: int | None, votes: int, stands: bool) -> None:
    text = (FILES / "three_parties.toml").read_text().split("[[provision]]")[0]
    first, *others = (party.id for party in read_treaty_text(text).parties)
    named = ", ".join(f'"{party}"' for party in others)
    clause = f'[[provision]]\ntype = "veto"\nholder = "{first}"\nmatter = "{{}}"\noverride_by = [{named}]\n'
    clause = clause.format(read_treaty_text(text).matters[0].id)
    compiled = compile_treaty(read_treaty_text(text + clause + (f"override_votes = {needed}\n" if needed else "")))
    matter = compiled.context.matters[0]
    moves = {party: {f"override {first} on {matter}": f"override {first} on {matter}"} for party in others[:votes]}
    moves[first] = {ballot(f"veto on {matter}"): f"veto {matter}"}
    k = row(compiled, {STATUS: "in force", "event shock": "no"}, **moves)
    assert bool(compiled.columns.vetoed[matter][k]) is stands


def test_a_veto_on_grounds_is_planned_although_it_may_be_overridden() -> None:
    grounds = read_treaty(FILES / "veto_on_grounds.toml")
    holder = grounds.provisions_of("veto")[0].holder[0]  # type: ignore[attr-defined]
    (other,) = (party.id for party in grounds.parties if party.id != holder)
    compiled = compile_treaty(with_terms(grounds, {"veto.override_by": [other]}))
    plain = compile_treaty(grounds)
    vetoed, planned = (
        {c.state_columns.codes["event shock"][s] for s in np.flatnonzero(c.compliance >= 0)
         if c.columns.vetoed["trade"][c.compliance[s]]} for c in (compiled, plain)
    )  # fmt: skip
    assert vetoed == planned == {1}


def test_moves_are_lawful_and_told_in_words() -> None:
    compiled = compile_treaty(OVERRIDE)
    complying = row(compiled, START)
    for player, party, moves, words in [
        (0, "A", {VETO: USE}, "vetoes trade"),
        (1, "B", {BALLOT: BALLOT}, "votes to override a veto on trade"),
    ]:
        k = row(compiled, START, **{party: moves})
        said = deviation_in_words(compiled, complying, k, player)
        assert (said.words, said.article, said.lawful) == (words, "14", True)
    both = row(compiled, START, A={VETO: USE, "trade": "breach"})
    assert row_in_words(compiled, both, 0) == "breaches its obligations on trade and vetoes trade"


def test_an_override_that_is_always_used_leaves_the_treaty_without_the_veto() -> None:
    """Profile by profile: with B overriding, what A does about its veto changes no payoff."""
    compiled = compile_treaty(plus('type = "veto"\nholder = "A"\nmatter = "trade"\noverride_by = "B"'))
    bare = compile_treaty(plus())
    for a, b, use in itertools.product(("comply", "breach"), ("comply", "breach"), ("no veto", USE)):
        k = row(compiled, {STATUS: "in force"}, A={"trade": a, VETO: use}, B={"trade": b, BALLOT: BALLOT})
        same = row(bare, {STATUS: "in force"}, A={"trade": a}, B={"trade": b})
        assert compiled.game.payoffs[k].tolist() == bare.game.payoffs[same].tolist()


def test_a_new_term_brings_all_uses_back_and_a_use_in_its_last_year_is_not_carried_over() -> None:
    term = 'type = "sunset"\nterm_years = 3\nrenewal = { rule = "automatic" }\n'
    compiled = compile_treaty(plus('type = "veto"\nholder = "A"\nmatter = "trade"\nuses_per_term = 2\n', term))
    for year, lefts in ((1, (2,)), (2, (1, 2)), (3, (0, 1, 2))):
        for left, used in itertools.product(lefts, (False, True)):
            if used and not left:
                continue
            k = row(compiled, {STATUS: "in force", YEAR: year, LEFT: left}, A={"trade": "veto" if used else "comply"})
            assert chances_after(compiled, k, LEFT) == {2 if year == 3 else left - used: 1.0}


SHOCK = """
[[event]]
id = "shock"
enter = {enter}
stay = 0.5
cost_of_complying = {{ A = 0, B = 8 }}
"""


@pytest.mark.behaviour("veto")
def test_a_veto_in_a_shock_spares_its_holder_what_complying_would_cost() -> None:
    """From the second year a shock is there in half of the years: B has 1 without and 1 - 8 with it, or 0 by the veto.

    1 + 0.6 / 0.4 * (1 - 7) / 2 = -3.5 becomes 1 + 1.5 * (1 + 0) / 2 = 1.75; A's 15 becomes 6 + 1.5 * 3 = 10.5.
    """
    event = SHOCK.format(enter=0.5)
    right = '[[provision]]\ntype = "veto"\nholder = "B"\nmatter = "trade"\ngrounds = "shock"\n'
    without, with_it = (compile_treaty(read_treaty_text(DILEMMA + event + clause)) for clause in ("", right))
    assert start(without) == pytest.approx([15, -3.5], abs=1e-9)
    assert start(with_it) == pytest.approx([10.5, 1.75], abs=1e-9)


@pytest.mark.law("veto")
@pytest.mark.parametrize("seed", range(4))
def test_a_veto_not_meant_to_be_used_leaves_compliance_worth_what_it_was_and_a_use_pays_what_nobodys_cooperation_does(
    seed: int,
) -> None:
    """Whatever payoffs are; after an unplanned use all comply again, and it is no breach."""
    clause = 'type = "veto"\nholder = "A"\nmatter = "trade"\nplan = "never"'
    compiled, bare = compile_treaty(drawn(seed, clause)), compile_treaty(drawn(seed))
    assert start(compiled) == pytest.approx(start(bare), abs=1e-9)
    used = row(compiled, {STATUS: "in force"}, A={"trade": "veto"})
    discount = np.asarray(bare.game.discount)
    assert worth(compiled, used) == pytest.approx(discount * start(bare), abs=1e-9), "punishment pays 0 this year"
    assert not compiled.columns.any_breach()[used]
