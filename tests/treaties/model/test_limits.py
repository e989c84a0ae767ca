"""Limits of clauses in treaties: what they leave of a clause, which clock they need, and what is odd about them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.small_treaties import FILES, plus, row
from treaties.assessing.assess import assess
from treaties.briefing.sources import clauses
from treaties.briefing.terminal import summary
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.template import Template
from treaties.effects import STATUS, YEAR, YEARS_IN_FORCE, CompilationError
from treaties.linting.clauses import lint
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Variant
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import apply_variant, with_terms

REMEDY = 'type = "remedy"\narticle = "9"\namount = 3\n'
STAGES = 'type = "staged_derisking"\nstages = [{ year = 0, exposure = 0.5 }, { year = 2, exposure = 1 }]\n'
BREACH = {"A": {"trade": "breach"}}


def term(years: int, renewal: str = "none") -> str:
    return f'type = "sunset"\nterm_years = {years}\nrenewal = {{ rule = "{renewal}" }}\n'


def paid(compiled: CompiledTreaty, year: int, **moves: dict[str, str]) -> list[float]:
    """What is paid in a year since entry into force."""
    found: list[float] = compiled.game.payoffs[
        row(compiled, {STATUS: "in force", YEARS_IN_FORCE: year}, **moves)
    ].tolist()
    return found


def test_damages_from_year_2_to_3_by_hand() -> None:
    """A breach wins A 7 and costs B 1; damages of 3 change that to 4 and 2, in years 2 and 3 alone."""
    compiled = compile_treaty(plus(REMEDY + "from_year = 2\nuntil_year = 3\n"))
    assert [paid(compiled, year, **BREACH) for year in (1, 2, 3, 4)] == [[7, -1], [4, 2], [4, 2], [7, -1]]
    assert compiled.game.n_states == 5, "years 1 to 3, all later ones, and the end"


def test_damages_that_one_party_owes() -> None:
    compiled = compile_treaty(plus(REMEDY + 'applies_to = "A"\n'))
    owed = [row(compiled, {STATUS: "in force"}, **{party: {"trade": "breach"}}) for party in "AB"]
    assert compiled.game.payoffs[owed].tolist() == [[4, 2], [-1, 4]]


def test_a_veto_that_lapses_with_its_window_and_an_exit_that_opens_with_it() -> None:
    veto = 'type = "veto"\narticle = "8"\nholder = "B"\nmatter = "trade"\nuntil_year = 1\n'
    leave = 'type = "withdrawal"\nnotice_years = 0\nfrom_year = 2\n'
    compiled = compile_treaty(plus(veto, leave))
    moves = dict(zip(compiled.game.states, compiled.game.actions, strict=True))
    first, later = (moves[f"status=in force, year in force={year}"] for year in (1, 2))
    assert [*first[0]] == ["comply", "breach"] and [*first[1]] == ["comply", "breach", "veto"]
    assert [*later[1]] == ["comply", "comply + give notice", "breach", "breach + give notice"]


def test_a_clause_while_a_stage_lasts() -> None:
    """In stage 1 exposure is half: a breach wins A 6 + (7 - 6) / 2 = 6.5, costs B 0 - (0 + 1) / 2; no damages yet."""
    compiled = compile_treaty(plus(REMEDY + 'while = "stage >= 2"\n', STAGES))
    start: dict[str, str | int] = {STATUS: "in force", "stage": 1, YEAR: 1}
    assert compiled.game.payoffs[row(compiled, start, **BREACH)].tolist() == [6.5, -0.5]
    later: dict[str, str | int] = {STATUS: "in force", "stage": 2}
    assert compiled.game.payoffs[row(compiled, later, **BREACH)].tolist() == [4, 2]


def test_a_stage_outside_the_window_of_its_clause_does_not_move_and_scales_nothing() -> None:
    compiled = compile_treaty(plus(STAGES + "until_year = 1\n"))
    assert set(compiled.state_columns.codes["stage"].tolist()) == {0}
    assert paid(compiled, 1, **BREACH)[0] == 6.5 and paid(compiled, 2, **BREACH)[0] == 7


def test_a_window_of_all_years_and_a_clock_that_nothing_reads_leave_the_game_as_it_is() -> None:
    assert digest(REMEDY + "from_year = 1\n") == digest(REMEDY)
    assert digest(REMEDY + "until_year = 4\n", term(4)) == digest(REMEDY, term(4))
    assert digest(REMEDY + 'while = "year >= 1 or not stage > 5"\n', STAGES) == digest(REMEDY, STAGES)
    assert digest(REMEDY + "from_year = 5\n", term(4)) != digest(REMEDY, term(4))


def digest(*clauses_: str) -> str:
    return compile_treaty(plus(*clauses_)).game.digest


@pytest.mark.parametrize("seed", range(6))
def test_two_clauses_that_share_out_all_years_are_the_one_without_limits_where_they_say_the_same(seed: int) -> None:
    """A clause until year k beside the same from year k + 1 on pays in every year what it pays without limits."""
    draw = np.random.default_rng(seed)
    year, amount = int(draw.integers(1, 6)), round(float(draw.uniform(0, 5)), 3)
    terms = f'type = "remedy"\namount = {amount}\nupheld = {round(float(draw.uniform(0, 1)), 3)}\n'
    halves = (f'{terms}article = "9"\nuntil_year = {year}\n', f'{terms}article = "10"\nfrom_year = {year + 1}\n')
    both, one = compile_treaty(plus(*halves)), compile_treaty(plus(terms))
    assert both.game.n_states == one.game.n_states + year
    expected = np.concatenate([*[one.game.payoffs[:-1]] * (year + 1), one.game.payoffs[-1:]])
    assert np.array_equal(both.game.payoffs, expected)


@pytest.mark.parametrize(
    ("renewal", "states"),
    [("none", 5), ("automatic", 4)],
)
def test_the_clock_of_years_in_force_moves_with_the_term_and_does_not_multiply_states(
    renewal: str, states: int
) -> None:
    """Without renewal 4 years and the end; with it, where no year of a term differs, years 1, 2, later and the end."""
    compiled = compile_treaty(plus(REMEDY + "until_year = 2\n", term(4, renewal)))
    assert compiled.game.n_states == states
    assert compile_treaty(plus(REMEDY, term(4))).game.n_states == 5


def test_notice_freezes_the_clock_and_it_stands_at_the_end() -> None:
    compiled = compile_treaty(plus(REMEDY + "until_year = 2\n", 'type = "withdrawal"\nnotice_years = 1\n'))
    gone = row(compiled, {STATUS: "in force", YEARS_IN_FORCE: 1}, A={"exit": "give notice"})
    (after,) = compiled.game.transition[[gone]].indices
    assert compiled.game.states[after] == "status=notice, 1 left, year in force=2"
    (ended,) = set(compiled.game.transition[[int(compiled.game.row_start[after])]].indices)
    assert compiled.game.states[ended] == "status=ended"


@pytest.mark.parametrize(
    ("terms", "beside", "said"),
    [
        ("from_year = 5\n", term(4), "warning: remedy.from_year (article 9): begins in year 5, but the treaty ends"),
        ("until_year = 4\n", term(4), "note: remedy.until_year (article 9): ends with year 4, no earlier than"),
        ('while = "stage >= 3"\n', STAGES, "warning: remedy.while (article 9): 'stage >= 3' can never hold"),
        ('while = "stage >= 1"\n', STAGES, "note: remedy.while (article 9): 'stage >= 1' always holds"),
        ('while = "year > 4"\n', term(4), "warning: remedy.while (article 9): 'year > 4' can never hold"),
    ],
)
def test_windows_that_never_open_or_limit_nothing_are_remarked_on(terms: str, beside: str, said: str) -> None:
    assert [found for found in map(str, lint(plus(REMEDY + terms, beside))) if found.startswith(said)]
    assert not [found for found in map(str, lint(plus(REMEDY, beside))) if found.startswith(said)]


def test_limits_are_told_in_words_once() -> None:
    treaty = read_treaty(FILES / "limits_of_every_kind.toml")
    assert treaty.limits_told == (
        "article 9, remedy, years 2 to 3 only, for Arcadia only",
        "article 8, veto, while contested sale and the year since entry into force is at most 2",
        "article 28, withdrawal, from year 3 on",
    )
    assert clauses(treaty)[0].terms == "amount 2; upheld 1; delay years 0; years 2 to 3 only, for Arcadia only"


def test_check_and_its_json_tell_them() -> None:
    found = assess(plus(REMEDY + "until_year = 3\n"), region=False)
    said = "article 9, remedy, years 1 to 3 only"
    assert f"Limited: {said}." in summary(found) and found.to_json()["limits"] == [said]


def test_variants_and_worlds_change_limited_clauses() -> None:
    treaty = read_treaty(FILES / "limits_of_every_kind.toml")
    longer = apply_variant(treaty, treaty.variant("Damages for longer"))
    assert longer.provisions_of("remedy")[0].limits["until_year"] == 4
    unlimited = apply_variant(treaty, treaty.variant("Damages for good"))
    assert "until_year" not in unlimited.provisions_of("remedy")[0].limits
    template = Template.of(treaty)
    world = {"party.A.discount": 0.55, "remedy.amount": 2.5}
    assert template.compiled(world).game.digest == compile_treaty(template.at(world)).game.digest
    with pytest.raises(TreatyFileError, match="before from_year"):
        with_terms(treaty, {"remedy.until_year": 1})


def test_a_clause_s_own_terms_of_these_names_keep_their_meaning() -> None:
    """`continuity.applies_to` names governments and `majority_ratchet.from_year` years of the term."""
    own = plus('type = "continuity"\nexit_cost = 1\napplies_to = "any"\nparty = "A"\n')
    assert own.provisions[0].limits == {}
    limited = plus('type = "continuity"\nexit_cost = 1\napplies_to = "any"\nparty = "A"\nuntil_year = 1\n')
    compiled = compile_treaty(limited)
    leave = {"A": {"exit": "leave"}}
    assert [paid(compiled, year, **leave)[0] for year in (1, 2)] == [6 - 1, 6]


def test_a_condition_whose_stage_a_variant_removes_is_refused_by_compilation() -> None:
    treaty = plus(REMEDY + 'while = "stage >= 2"\n', STAGES)
    bare = apply_variant(treaty, Variant(name="no stages", remove=("staged_derisking",)))
    with pytest.raises(CompilationError, match=r"article 9, remedy: while: .* names 'stage'"):
        compile_treaty(bare)
