"""What laws and amounts of articles look at, on a table of four entries by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from treaties.effects.columns import Columns
from treaties.effects.names import RATIFICATION, STATUS, membership_variable

STATUSES = ("in force", "under notice", "ended")


def flags(text: str) -> NDArray[np.bool_]:
    """"10" marks the first of two entries."""
    return np.array([letter == "1" for letter in text])


def table(**more: object) -> Columns:
    return Columns(
        size=4,
        codes={STATUS: np.array([0, 0, 1, 2])},
        values={STATUS: STATUSES},
        chosen={("A", "tariffs"): np.array([0, 1, 1, -1]), ("B", "tariffs"): np.array([1, 1, 0, -1])},
        options={("A", "tariffs"): ("keep", "raise"), ("B", "tariffs"): ("keep", "raise")},
        in_breach={("A", "tariffs"): flags("0110"), ("B", "quotas"): flags("1000")},
        vetoed={"tariffs": flags("0100")},
        **more,  # type: ignore[arg-type]
    )


def test_options_and_values_are_found_by_their_names() -> None:
    columns = table()
    assert columns.takes("A", "tariffs", "raise").tolist() == [False, True, True, False]
    assert columns.takes("A", "tariffs", "burn").tolist() == [False] * 4
    assert columns.any_takes("tariffs", "keep").tolist() == [True, False, True, False]
    assert columns.is_value(STATUS, "ended").tolist() == [False, False, False, True]
    with pytest.raises(KeyError):
        columns.code("weather")


def test_obligations_bind_in_force_and_under_notice() -> None:
    columns = table()
    assert columns.operating.tolist() == [True, True, True, False]
    assert columns.in_force.tolist() == [True, True, False, False]


def test_before_ratification_nothing_binds() -> None:
    known = table()
    waiting = Columns(
        size=4, codes={**known.codes, RATIFICATION: np.array([1, 0, 1, 1])},
        values={**known.values, RATIFICATION: ("pending", "done")})
    assert waiting.operating.tolist() == [True, False, True, False]
    assert waiting.in_force.tolist() == [True, False, False, False]


def test_a_party_acts_where_it_has_a_choice_and_the_matter_is_not_vetoed_or_left() -> None:
    assert table().acts("A", "tariffs").tolist() == [True, False, True, False]
    assert table(absent={("A", "tariffs"): flags("1000")}).acts("A", "tariffs").tolist() == [
        False, False, True, False]


def test_a_breach_is_of_its_matter_and_known_only_where_it_is_seen_or_flagged() -> None:
    columns = table()
    assert columns.any_breach("tariffs").tolist() == [False, True, True, False]
    assert columns.any_breach().tolist() == [True, True, True, False]
    assert columns.established_breach("tariffs").tolist() == [False, True, True, False]
    hidden = table(unseen=frozenset({("A", "tariffs"), ("B", "tariffs")}))
    assert hidden.established_breach().tolist() == [True, False, False, False]
    flagged = table(unseen=frozenset({("A", "tariffs"), ("B", "tariffs")}), accused={("A", "tariffs"): flags("1001")})
    assert flagged.established_breach("tariffs").tolist() == [True, False, False, False]


def test_an_examination_flags_what_looks_like_a_breach_and_now_and_then_what_does_not() -> None:
    columns = table(seeming={("A", "tariffs"): np.array([0.0, 1.0, 0.5, 0.0])})
    assert columns.flag_chance("A", "tariffs", 0.8, 0.1) == pytest.approx([0.1, 0.8, 0.45, 0.1])


def test_the_treaty_is_over_for_all_at_its_end_and_earlier_for_who_has_left() -> None:
    known = table()
    assert known.over("A").tolist() == [False, False, False, True]
    left = Columns(
        size=4, codes={**known.codes, membership_variable("A"): np.array([0, 1, 1, 1])},
        values={**known.values, membership_variable("A"): ("member", "out")})
    assert left.over("A").tolist() == [False, True, True, True]
    assert left.over("B").tolist() == [False, False, False, True]


def test_a_matter_is_kept_where_all_who_have_not_left_comply() -> None:
    complying = {("A", "tariffs"): flags("1100"), ("B", "tariffs"): flags("1001"), ("B", "quotas"): flags("0000")}
    assert table(complies=complying).kept("tariffs").tolist() == [True, False, False, False]
    known = table(complies=complying)
    without_a = Columns(
        size=4, codes={**known.codes, membership_variable("A"): np.array([0, 0, 0, 1])},
        values={**known.values, membership_variable("A"): ("member", "out")}, complies=complying)
    assert without_a.kept("tariffs").tolist() == [True, False, False, True]
