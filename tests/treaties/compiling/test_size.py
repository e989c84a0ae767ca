"""Treaties that are too large: the count, what makes it so, and what to leave out, all counted."""

from __future__ import annotations

import re

import pytest

from treaties.compiling import size
from treaties.compiling.compile import Compiler, compile_treaty
from treaties.effects import CompilationError
from treaties.reading.treaty_file import read_treaty_text

HEAD = 'schema = "servanda-treaty/1"\ntitle = "Large"\npayoff_unit = "EUR"\nperiod = "year"\n'


def text(parties: int = 2, matters: int = 1, events: int = 0, *, exit: bool = True, clauses: str = "") -> str:
    names = [f"P{k}" for k in range(parties)]
    out = HEAD + ("" if exit else "exit = false\n")
    out += "".join(f'[[party]]\nid = "{name}"\nname = "{name}"\ndiscount = 0.9\n' for name in names)
    for k in range(matters):
        out += f'[[matter]]\nid = "m{k}"\n'
        for kind, value in {"reward": 2, "temptation": 3, "sucker": -1, "punishment": 0}.items():
            out += f"{kind} = {{ {', '.join(f'{name} = {value}' for name in names)} }}\n"
    for k in range(events):
        out += f'[[event]]\nid = "e{k}"\ntitle = "e"\nenter = 0.1\nstay = 0.5\n'
        out += "cost_of_complying = { P0 = 1, P1 = 0 }\n"
    return out + clauses


def refused(treaty: str) -> str:
    with pytest.raises(CompilationError) as told:
        compile_treaty(read_treaty_text(treaty))
    return str(told.value)


def test_matters_are_left_out_one_by_one_until_it_fits() -> None:
    said = refused(text(matters=12, exit=False))
    assert "16,777,216 rows" in said and "in the first 1 states, more than 2,000,000" in said
    assert "Most comes of matter 'm0': without it 4,194,304 would be left" in said
    assert "and 1,048,576 without matter 'm1' as well" in said
    fits = text(matters=2, exit=False)
    assert compile_treaty(read_treaty_text(fits)).game.n_rows == 16


def test_parties_and_the_right_to_leave_are_counted_too() -> None:
    said = refused(text(parties=40))
    assert "about 10^24 rows" in said
    assert "Most comes of the right of every party to leave (exit = false): without it 1,099,511,627,776" in said
    assert re.search(r"1,048,576 without party 'P2', party 'P3', party 'P4' and 17 more as well", said)


def test_the_clause_that_brings_the_options_is_named() -> None:
    veto = '[[provision]]\ntype = "veto"\narticle = "9"\nholder = ["P0", "P1"]\nmatter = "m0"\n'
    said = refused(text(matters=10, clauses=veto, exit=False))
    # Two of ten matters have to go: with the veto, 3 · 3 profiles in the first matter and 2 · 2 in each other one.
    assert "2,359,296 rows" in said and "Most comes of matter 'm0': without it 262,144 would be left" in said


def test_chances_are_counted_before_they_are_put_together() -> None:
    said = refused(text(events=30))
    assert "ways in which chance may move the state, more than 20,000,000" in said
    assert "4,294,967,296 ways" in said
    assert "Most comes of the right of every party to leave" in said
    assert re.search(r"\d without event 'e0', event 'e1', event 'e2' and \d+ more as well", said)


def test_too_many_states_to_number_name_the_event_that_doubles_them() -> None:
    said = refused(text(events=62))
    assert "combinations of state variables" in said and "event 'e0'" in said


def test_what_no_part_alone_makes_large_is_said_so() -> None:
    with pytest.raises(CompilationError, match="No clause, matter, event or party alone makes it so large"):
        compile_treaty(read_treaty_text(text(exit=False)), row_limit=3)


def test_many_states_are_counted_again_only_as_often_as_time_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "EFFORT", 1)
    said = refused(text(matters=12, exit=False))
    assert "without it 4,194,304 would be left, which is still too many" in said


def test_rows_are_counted_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    sunset = '[[provision]]\ntype = "sunset"\narticle = "1"\nterm_years = 9\nrenewal = { rule = "mutual" }\n'
    treaty = read_treaty_text(text(matters=5, events=1, clauses=sunset))
    monkeypatch.setattr(Compiler, "frame", None)
    with pytest.raises(CompilationError, match=r"[\d,]+ rows .* in the first \d+ states, more than 6,000"):
        compile_treaty(treaty, row_limit=6_000)


def test_the_limit_is_on_rows_of_which_none_are_alike() -> None:
    """Whoever refuses renewal in the last year ends the treaty, whether it leaves as well or not."""
    sunset = '[[provision]]\ntype = "sunset"\narticle = "1"\nterm_years = 3\nrenewal = { rule = "mutual" }\n'
    treaty = read_treaty_text(text(matters=2, events=1, clauses=sunset))
    compiled = compile_treaty(treaty)
    rows = compiled.game.n_rows
    # In the last year, of 4 · 2 · 2 moves of each party 4 · 3 are left: in two states (the event is on or off).
    assert compiled.profiles - rows == 2 * (16**2 - 8**2)
    assert compile_treaty(treaty, row_limit=rows).game.digest == compiled.game.digest
    with pytest.raises(CompilationError, match=rf"{rows:,} rows .* without it [\d,]+ would be left"):
        compile_treaty(treaty, row_limit=rows - 1)
