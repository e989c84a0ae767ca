"""Trust-building measures: what they cost, what waits for them, and what they change for good, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.one_deviation import start, worth
from tests.support.small_treaties import DILEMMA, DISCOUNT, chances_after, drawn, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.typed import typed_game
from treaties.effects import RATIFICATION, STAGE, STATUS, YEARS_IN_FORCE
from treaties.linting.clauses import lint
from treaties.model.errors import TreatyFileError
from treaties.provisions.trust_building import TrustBuilding
from treaties.reading.treaty_file import read_treaty_text

DEPOTS = {party: f"open depots of {party} under article 5" for party in "AB"}
STAGED = (
    'type = "staged_derisking"\ngate = "calendar"\n'
    "stages = [{ year = 0, exposure = 0.5 }, { year = 1, exposure = 1 }]"
)


def measures(terms: str = "", *, of: str = "AB", year: int = 0, cost: float = 0.5) -> str:
    """A clause with a measure of each party named."""
    listed = ", ".join(f'{{ party = "{party}", name = "open depots", cost = {cost}, year = {year} }}' for party in of)
    return f'type = "trust_building"\narticle = "5"\nmeasures = [{listed}]\n{terms}'


@pytest.mark.behaviour("trust_building")
def test_a_measure_is_paid_for_once_in_whatever_year_it_is_taken() -> None:
    """A complies for 6 a year, 15 in all; its measure costs 1/2, and 0.6 / 2 if it is taken a year later."""
    compiled = compile_treaty(plus(measures(of="A")))
    before = {STATUS: "in force", DEPOTS["A"]: "not taken"}
    assert start(compiled)[0] == pytest.approx(15 - 0.5, abs=1e-9)
    later = row(compiled, before, A={DEPOTS["A"]: "omit"})
    assert worth(compiled, later)[0] == pytest.approx(15 - DISCOUNT * 0.5, abs=1e-9)
    assert chances_after(compiled, later, DEPOTS["A"]) == {"not taken": 1.0}
    taken = row(compiled, before)
    assert chances_after(compiled, taken, DEPOTS["A"]) == {"taken": 1.0}
    again = row(compiled, {STATUS: "in force", DEPOTS["A"]: "taken"})
    assert compiled.game.payoffs[again].tolist() == [6, 1]


@pytest.mark.parametrize("moves", list(itertools.product(["take", "omit"], repeat=2)))
def test_the_next_stage_waits_until_every_measure_that_is_due_is_taken(moves: tuple[str, str]) -> None:
    compiled = compile_treaty(plus(STAGED, measures('opens = "stage"')))
    here: dict[str, str | int] = {STATUS: "in force", STAGE: 1, **dict.fromkeys(DEPOTS.values(), "not taken")}
    k = row(compiled, here, A={DEPOTS["A"]: moves[0]}, B={DEPOTS["B"]: moves[1]})
    assert chances_after(compiled, k, STAGE) == {2 if moves == ("take", "take") else 1: 1.0}


def test_a_measure_that_is_not_yet_due_keeps_no_stage_back_and_cannot_be_taken() -> None:
    compiled = compile_treaty(plus(STAGED, measures('opens = "stage"', of="A", year=2)))
    first = row(compiled, {STATUS: "in force", STAGE: 1, YEARS_IN_FORCE: 1})
    assert chances_after(compiled, first, STAGE) == {2: 1.0}
    assert compiled.game.payoffs[first].tolist() == [6, 1]
    due = row(compiled, {STATUS: "in force", STAGE: 2, YEARS_IN_FORCE: 3, DEPOTS["A"]: "not taken"})
    assert compiled.game.payoffs[due].tolist() == [5.5, 1]


def test_nothing_is_owed_or_earned_before_the_measures_that_entry_waits_for() -> None:
    compiled = compile_treaty(plus(measures('opens = "entry"')))
    pending = {STATUS: "in force", RATIFICATION: "pending"}
    both = dict.fromkeys(DEPOTS.values(), "not taken")
    k = row(compiled, {**pending, **both}, B={DEPOTS["B"]: "omit"})
    assert compiled.game.payoffs[k].tolist() == [-0.5, 0]
    assert chances_after(compiled, k, RATIFICATION) == {"pending": 1.0}
    assert chances_after(compiled, row(compiled, {**pending, **both}), RATIFICATION) == {"granted": 1.0}
    assert start(compiled) == pytest.approx([DISCOUNT * 15 - 0.5, DISCOUNT * 2.5 - 0.5], abs=1e-9)
    assert not compiled.plan.allowed[k] and compiled.plan.allowed[row(compiled, {**pending, **both})]


@pytest.mark.parametrize(("survives", "status"), [(False, "in force"), (True, "ended")])
def test_what_cannot_be_undone_tempts_less_from_the_next_year_on_after_the_end_as_well(
    survives: bool, status: str
) -> None:
    term = 'type = "sunset"\nterm_years = 2\nrenewal = { rule = "none" }\nsurvives = "trade"'
    compiled = compile_treaty(plus(measures("irreversible = { temptation = -3 }", of="B"), *[term] * survives))
    for value, tempted in (("not taken", 4), ("taken", 1)):
        here = {STATUS: status, DEPOTS["B"]: value}
        moves = {"trade": "breach"} | ({DEPOTS["B"]: "omit"} if value == "not taken" and not survives else {})
        assert compiled.game.payoffs[row(compiled, here, B=moves)].tolist() == [-1, tempted]
    assert compiled.game.payoffs[row(compiled, here, A={"trade": "breach"}, B=moves)].tolist() == [0, 0]


def test_a_party_of_a_type_pays_what_a_measure_costs_that_type() -> None:
    measure = '{ party = "B", name = "open depots", cost = 1, cost_if = { opportunist = 4 } }'
    (clause,) = plus(f'type = "trust_building"\nmeasures = [{measure}]').provisions
    assert isinstance(clause, TrustBuilding)
    assert clause.of_type("B", "opportunist").measures[0].cost.value == 4
    assert clause.of_type("B", "seeker") is clause.of_type("A", "opportunist") is clause


@pytest.mark.behaviour("trust_building")
def test_the_game_with_types_charges_a_measure_at_what_it_costs_each_type() -> None:
    """B is paid 1 a year where all comply; its measure costs it 1, and 9 if it is of the type."""
    measure = 'type = "trust_building"\narticle = "5"\nmeasures = [{ party = "B", name = "open depots", cost = 1, '
    kind = '[[party.type]]\nname = "opportunist"\nconduct = "strategic"\ndiscount = 0.3\nprior = 0.25\n[[matter]]'
    text = DILEMMA.replace("[[matter]]", kind, 1) + f"[[provision]]\n{measure}cost_if = {{ opportunist = 9 }} }}]\n"
    compiled = compile_treaty(read_treaty_text(text, "t.toml"))
    take = row(compiled, {STATUS: "in force", DEPOTS["B"]: "not taken"})
    omit = row(compiled, {STATUS: "in force", DEPOTS["B"]: "not taken"}, B={DEPOTS["B"]: "omit"})
    usual, other = typed_game(compiled).types[1]
    assert usual.payoffs is None and other.payoffs is not None
    assert [compiled.game.payoffs[k, 1] for k in (take, omit)] == [0, 1]
    assert [other.payoffs[k] for k in (take, omit)] == [-8, 1]


@pytest.mark.parametrize(
    ("conduct", "name", "problem"),
    [
        ('"strategic"\ndiscount = 0.3', "seeker", "B has no type 'seeker'; its types: opportunist"),
        ('"breaches"', "opportunist", "opportunist follows a rule of its own"),
    ],
)
def test_costs_of_types_that_there_are_not_or_that_do_not_choose_are_remarked_on(
    conduct: str, name: str, problem: str
) -> None:
    measure = f'{{ party = "B", name = "open depots", cost = 1, cost_if = {{ {name} = 9 }} }}'
    kind = f'[[party.type]]\nname = "opportunist"\nconduct = {conduct}\nprior = 0.25\n[[matter]]'
    text = DILEMMA.replace("[[matter]]", kind, 1) + f'[[provision]]\ntype = "trust_building"\nmeasures = [{measure}]\n'
    assert any(problem in remark.problem for remark in lint(read_treaty_text(text, "t.toml")))


@pytest.mark.law("trust_building")
@pytest.mark.parametrize("seed", range(4))
def test_measures_before_entry_delay_compliance_by_a_year_and_cost_their_price_where_outside_options_are_nothing(
    seed: int,
) -> None:
    compiled, bare = (compile_treaty(drawn(seed, *of, outside=False)) for of in ((measures('opens = "entry"'),), ()))
    expected = [d * value - 0.5 for d, value in zip(bare.game.discount, start(bare), strict=True)]
    assert start(compiled) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("clauses", "problem"),
    [
        ((measures('opens = "stage"'),), "no clause has a stage that could wait"),
        (
            (measures(year=3), 'type = "sunset"\nterm_years = 3\nrenewal = { rule = "none" }'),
            "due 3 years into a term of 3",
        ),
    ],
)
def test_a_measure_without_effect_is_remarked_on(clauses: tuple[str, ...], problem: str) -> None:
    assert any(problem in remark.problem for remark in lint(plus(*clauses)))


@pytest.mark.parametrize(
    ("clauses", "problem"),
    [
        ((measures(), measures()), "same article number"),
        ((measures('opens = "entry"'), measures('opens = "entry"').replace('"5"', '"6"')), "waits for two clauses"),
    ],
)
def test_what_two_clauses_cannot_both_claim_is_an_error(clauses: tuple[str, ...], problem: str) -> None:
    assert any(problem in remark.problem for remark in lint(plus(*clauses)) if remark.severity == "error")


@pytest.mark.parametrize(
    ("clause", "problem"),
    [
        (measures(of="AA"), "A has two measures called 'open depots'"),
        (measures('applies_to = "A"'), "every measure names its party"),
        (measures('opens = "entry"\nfrom_year = 2'), "years count from entry into force"),
    ],
)
def test_what_a_measure_cannot_be_is_refused(clause: str, problem: str) -> None:
    with pytest.raises(TreatyFileError, match=problem):
        plus(clause)
