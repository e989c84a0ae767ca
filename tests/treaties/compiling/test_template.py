"""A treaty compiled once: in every world the same game as if it were compiled there, to the last bit."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from games.model.row_quotient import row_quotient
from games.structure.structure import Structure
from tests.support.small_treaties import plus
from tests.support.worlds import ACCEPTED, CASES, FIELD, assert_same_game, assert_same_numbers, drawn, spread
from treaties.compiling.compile import compile_treaty
from treaties.compiling.template import Template
from treaties.effects import CompilationError
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty
from treaties.reading.worlds import World, Worlds, ranged


@cache
def treaty_of(path: Path) -> Treaty:
    return read_treaty(path)


@cache
def template_of(path: Path) -> Template:
    return Template.of(treaty_of(path))


@cache
def wide_template_of(path: Path) -> Template:
    """All numbers vary that can do so one by one."""
    treaty, spans = treaty_of(path), {}
    worlds = Worlds.of(treaty)
    for number, ends in spread(treaty).items():
        try:
            for end in ends:
                worlds.at({number: end})
        except TreatyFileError:
            continue
        spans[number] = ends
    return Template.of(treaty, spans)


def aurora() -> Path:
    return next(path for path in CASES if path.stem == "aurora")


def same(template: Template, world: World) -> None:
    """Both ways of the template agree with compilation, or all three refuse."""
    treaty = template.at(world)
    try:
        fresh = compile_treaty(treaty)
    except CompilationError:
        for way in (template.compiled, template.with_numbers):
            with pytest.raises(CompilationError):
                way(world)
        return
    assert_same_game(template.compiled(world), fresh)
    numbers = template.with_numbers(world)
    assert_same_numbers(numbers, fresh)


LIGHT = [path for path in FIELD if path.stem.startswith("two")]


@pytest.mark.parametrize("path", [*CASES, *LIGHT], ids=lambda path: path.stem)
def test_a_world_within_the_ranges_is_the_game_compiled_there(path: Path) -> None:
    template, rng = template_of(path), np.random.default_rng(len(path.stem))
    before = template.recompiled
    same(template, {path: float(rng.uniform(*ends)) for path, ends in template.spans.items()})
    assert template.recompiled == before


@pytest.mark.parametrize("path", [*ACCEPTED, *CASES], ids=lambda path: path.stem)
def test_a_world_of_all_numbers_is_the_game_compiled_there(path: Path) -> None:
    template, rng = wide_template_of(path), np.random.default_rng(len(path.stem))
    for _ in range(2):
        try:
            template.at(world := drawn(template.spans, rng))
        except TreatyFileError:
            continue
        same(template, world)


@pytest.mark.parametrize(
    "worlds", [pytest.param(3, marks=pytest.mark.slow), pytest.param(6, marks=pytest.mark.campaign)]
)
@pytest.mark.parametrize("path", [*ACCEPTED, *CASES, *FIELD], ids=lambda path: path.stem)
def test_many_worlds_of_all_numbers_are_the_games_compiled_there(path: Path, worlds: int) -> None:
    template, rng = wide_template_of(path), np.random.default_rng(1)
    for k in range(worlds):
        world = drawn(template.spans, rng)
        if k % 3 == 0:
            world = {number: value for number, value in world.items() if rng.random() < 0.5}
        try:
            template.at(world)
        except TreatyFileError:
            continue
        same(template, world)


@settings(max_examples=4)
@given(st.data())
def test_the_text_and_the_ends_of_ranges_are_worlds_like_others(data: st.DataObject) -> None:
    template = template_of(aurora())
    text = {number.path: number.value for number in ranged(treaty_of(aurora()))}
    same(
        template,
        {path: data.draw(st.sampled_from([low, text[path], high])) for path, (low, high) in template.spans.items()},
    )


def test_no_world_within_the_ranges_of_the_cases_is_compiled_anew() -> None:
    for path in CASES:
        template, rng = Template.of(treaty_of(path)), np.random.default_rng(2)
        structure = template.structure
        for _ in range(20):
            world = {path: float(rng.uniform(*ends)) for path, ends in template.spans.items()}
            assert template.with_numbers(world).structure is structure
        assert template.recompiled == 0


def test_classes_of_rows_are_those_of_the_lossless_quotient() -> None:
    for path in (aurora(), LIGHT[0]):
        template, rng = template_of(path), np.random.default_rng(3)
        world = {path: float(rng.uniform(*ends)) for path, ends in template.spans.items()}
        structure, quotient = template.structure, row_quotient(template.compiled(world).game)
        assert isinstance(structure, Structure)
        assert np.array_equal(structure.quotient.class_of, quotient.class_of)
        assert np.array_equal(structure.twin, quotient.twin)
        assert np.array_equal(
            structure.set_start[structure.options + 1] - structure.set_start[structure.options],
            quotient.set_start[quotient.options + 1] - quotient.set_start[quotient.options],
        )


# -- worlds with another structure -------------------------------------------------------------------------------

REMEDY = 'type = "remedy"\narticle = "1"\namount = { value = 2, low = 0, high = 4 }'
CONTINUITY = """type = "withdrawal"
article = "1"
notice_years = 1
[[provision]]
type = "turnover"
party = "A"
to_sceptic = { value = 0.2, low = 0.0, high = 1.0 }
to_friendly = 0.3
sceptic_cost_of_complying = { value = 1, low = 0, high = 2 }"""
COMMITTEE = """type = "joint_committee"
article = "1"
decides = "release"
matter = "trade"
rule = "quota"
quota = { value = 3, low = 1, high = 5 }
members = [{ party = "A", weight = 2 }, { party = "B", weight = 2 }]"""
CAP = 'type = "offset"\narticle = "1"\npayer = "B"\npayee = "A"\ncap = { value = 2, low = 0, high = 4 }\nsteps = 2'


def anew(template: Template, world: World) -> int:
    """How often a template compiles anew for the numbers and the game of a world, which are right either way."""
    before = template.recompiled
    same(template, world)
    return template.recompiled - before


def test_an_amount_of_none_leaves_a_clause_without_effects() -> None:
    template = Template.of(plus(CONTINUITY))
    assert anew(template, {"turnover.sceptic_cost_of_complying": 1.5}) == 0
    assert anew(template, {"turnover.sceptic_cost_of_complying": 0.0}) == 2
    assert anew(template, {"turnover.sceptic_cost_of_complying": 0.5}) == 0


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_a_chance_of_none_leaves_states_out(chance: float) -> None:
    template = Template.of(plus(CONTINUITY))
    assert anew(template, {"turnover.to_sceptic": 0.9}) == 0
    assert anew(template, {"turnover.to_sceptic": chance}) == 2


def test_amounts_that_happen_to_be_equal_make_moves_alike_in_the_game_but_not_in_the_structure() -> None:
    template = Template.of(plus(REMEDY))
    assert anew(template, {"remedy.amount": 0.0}) == 1


def test_who_has_the_votes_decides_on_the_structure() -> None:
    template = Template.of(plus(COMMITTEE))
    found = {quota: anew(template, {"joint_committee.quota": quota}) for quota in (1.0, 1.5, 2.0, 2.5, 3.5, 4.0)}
    # One vote of two carries the motion up to two, both are needed up to four.
    assert {found[1.0], found[1.5], found[2.0]} in ({0}, {2})
    assert {found[2.5], found[3.5], found[4.0]} in ({0}, {2})
    assert found[1.0] != found[4.0]


def test_options_that_are_named_after_amounts_are_the_same_options() -> None:
    template = Template.of(plus(CAP))
    assert [anew(template, {"offset.cap": cap}) for cap in (1.0, 3.0, 3.9)] == [0, 0, 0]
    assert anew(template, {"offset.cap": 0.0}) == 2


def test_a_world_sets_no_number_that_the_template_holds_fast() -> None:
    template = Template.of(plus(CONTINUITY), {"turnover.to_sceptic": (0.1, 0.3)})
    for world in ({"turnover.sceptic_cost_of_complying": 1.5}, {"turnover.to_sceptic": 0.4}):
        with pytest.raises(TreatyFileError):
            template.with_numbers(world)
    with pytest.raises(TreatyFileError, match="is no number"):
        Template.of(plus(CONTINUITY), {"turnover.starts": (0.0, 1.0)})


def test_a_treaty_without_ranges_is_one_world() -> None:
    treaty = plus('type = "veto"\narticle = "1"\nholder = ["A"]\nmatter = "trade"\nuses_per_term = "unlimited"')
    template = Template.of(treaty)
    assert template.spans == {}
    assert anew(template, {}) == 0
    assert template.at({}).source_hash == treaty.source_hash


def test_a_treaty_that_is_no_game_is_none_in_any_world() -> None:
    stages = "stages = [{ year = 0, exposure = 1.0 }, { year = 1, exposure = { value = 0.5, low = 0.2, high = 0.6 } }]"
    template = Template.of(plus(f'type = "staged_derisking"\narticle = "1"\ngate = "audit"\n{stages}'))
    assert template.structure is None
    same(template, {"staged_derisking.stages.1.exposure": 0.3})
