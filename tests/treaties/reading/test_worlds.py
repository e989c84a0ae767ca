"""A treaty in other worlds: what is set, what stays, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treaties.compiling.compile import compile_treaty
from treaties.model.errors import TreatyFileError
from treaties.reading.treaty_file import read_treaty
from treaties.reading.variants import with_terms
from treaties.reading.worlds import Worlds, ranged, with_values

ACCEPTED = Path(__file__).parent / "accepted"
AURORA = read_treaty(Path(__file__).parents[3] / "treaties" / "cases" / "aurora.toml")
RANGES = {number.path: (number.low, number.high) for number in ranged(AURORA)}


def refused(treaty_of: str, world: dict[str, float]) -> str:
    with pytest.raises(TreatyFileError) as caught:
        with_values(read_treaty(ACCEPTED / f"{treaty_of}.toml"), world)
    return str(caught.value)


@settings(max_examples=15)
@given(st.fixed_dictionaries({path: st.floats(*ends) for path, ends in RANGES.items()}))
def test_the_numbers_of_a_world_are_those_it_gives_and_their_ranges_stay(world: dict[str, float]) -> None:
    found = {number.path: number for number in with_values(AURORA, world).numbers()}
    for number in AURORA.numbers():
        there = found[number.path]
        assert there.value == world.get(number.path, number.value)
        assert (there.low, there.high, there.source) == (number.low, number.high, number.source)


def test_a_world_is_the_game_of_a_variant_that_sets_the_same_terms() -> None:
    world = {"remedy.amount": 9.25, "event.security_shock.stay": 0.25, "party.SUN.discount": 0.83}
    there = compile_treaty(with_values(AURORA, world)).game
    assert there.digest == compile_treaty(with_terms(AURORA, world)).game.digest
    assert there.digest != compile_treaty(AURORA).game.digest


@pytest.mark.parametrize("path", sorted(ACCEPTED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_number_of_a_treaty_can_be_set_to_what_it_is(path: Path) -> None:
    treaty = read_treaty(path)
    world = {number.path: number.value for number in treaty.numbers()}
    again = with_values(treaty, world)
    assert [(n.path, n.value) for n in again.numbers()] == list(world.items())
    assert again.content_hash == treaty.content_hash


def test_what_a_world_leaves_alone_is_the_same_object() -> None:
    there = with_values(AURORA, {"remedy.amount": 10.0, "party.NOR.discount": 0.85})
    changed = [old is not new for old, new in zip(AURORA.provisions, there.provisions, strict=True)]
    assert [p.type for p, here in zip(AURORA.provisions, changed, strict=True) if here] == ["remedy"]
    assert there.parties[0] is not AURORA.parties[0]
    assert there.parties[1] is AURORA.parties[1]
    assert there.events is AURORA.events
    assert there.matters is AURORA.matters


def test_two_worlds_have_two_hashes_and_one_world_has_one_in_whatever_order_it_is_told() -> None:
    one = with_values(AURORA, {"remedy.amount": 10.0, "remedy.upheld": 0.6})
    other = with_values(AURORA, {"remedy.upheld": 0.6, "remedy.amount": 10.0})
    assert one.source_hash == other.source_hash
    assert len({AURORA.source_hash, one.source_hash, with_values(AURORA, {"remedy.amount": 10.5}).source_hash}) == 3
    assert with_values(AURORA, {}).source_hash == AURORA.source_hash


def test_a_value_outside_its_range_is_refused() -> None:
    with pytest.raises(TreatyFileError, match=r"world.remedy.amount: 17 lies outside its range, 8 to 16; stay within"):
        with_values(AURORA, {"remedy.amount": 17.0})


def test_a_path_that_leads_to_no_number_is_refused_with_the_nearest_that_does() -> None:
    with pytest.raises(TreatyFileError, match=r"is no number .* did you mean 'remedy.amount'"):
        with_values(AURORA, {"remedy.amounts": 10.0})
    with pytest.raises(TreatyFileError, match="is no number of the treaty"):
        with_values(AURORA, {"sunset.term_years": 5})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, 1e16])
def test_what_is_no_amount_is_refused(value: float) -> None:
    assert "needs a" in refused("remedy_delayed", {"remedy.amount": value})


def test_values_that_do_not_go_together_are_refused() -> None:
    assert "the shares add up to" in refused("co_investment", {"co_investment.shares.A": 0.9})
    assert "a breach would be cleared more often" in refused("crisis_channel", {"crisis_channel.excuses": 0.99})
    assert "a discount factor of at least 0 and below 1" in refused("audit", {"party.A.discount": 1.0})


def test_worlds_of_some_numbers_set_no_others_and_stay_between_their_ends() -> None:
    worlds = Worlds.of(AURORA).only({"remedy.amount": (9.0, 10.0)})
    assert worlds.at({"remedy.amount": 9.5}).source_hash == with_values(AURORA, {"remedy.amount": 9.5}).source_hash
    with pytest.raises(TreatyFileError, match=r"10\.5 lies outside its range, 9 to 10"):
        worlds.at({"remedy.amount": 10.5})
    with pytest.raises(TreatyFileError, match="no number of the treaty that a world may set"):
        worlds.at({"remedy.upheld": 0.6})
