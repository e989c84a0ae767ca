"""What clauses announce, and how others ask for it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.small_treaties import plus
from treaties.compiling.compile import compile_treaty
from treaties.effects import EXIT, ChangingGovernment, ClockYears, CompilationError, Examined, Notice, Term
from treaties.model.voting import Committee

TERM = 'type = "sunset"\nterm_years = 3\nrenewal = { rule = "automatic" }\nsurvives = "trade"\n'
NOTICE = 'type = "withdrawal"\nnotice_years = 2\n'
VETO = 'type = "veto"\nholder = "A"\nmatter = "trade"\nexpires_year = 2\n'


def test_an_announcement_is_asked_for_by_its_kind() -> None:
    context = plus(TERM, NOTICE, VETO).context
    assert context.said(Term) == Term(3, renewable=True, survives=("trade",))
    assert context.said(Notice) == Notice(2)
    assert context.all_said(ClockYears) == (ClockYears(2),)
    for kind in (Examined, Committee, ChangingGovernment):
        assert context.all_said(kind) == ()
    assert (context.term_years, context.shortest_term, context.notice_years) == (3, 3, 2)
    assert context.exit_option == "give notice"
    bare = plus().context
    assert bare.said(Term) is None and bare.term_years is None and bare.shortest_term is None
    assert bare.notice_years == 0 and bare.exit_option == "leave"


def test_the_order_of_clauses_cannot_matter() -> None:
    found = {plus(*order).context.announced for order in itertools.permutations([TERM, NOTICE, VETO])}
    assert len(found) == 1


def test_what_two_clauses_settle_is_refused_only_where_one_answer_is_needed() -> None:
    context = plus(TERM, TERM.replace("3", "5")).context
    assert context.shortest_term == 3
    with pytest.raises(CompilationError, match="2 provisions each set the length of a term; keep one of them"):
        _ = context.term_years


def test_examinations_tell_whom_they_are_likely_to_strike_and_where() -> None:
    compiled = compile_treaty(plus('type = "exit"\nreal_cost = 1'))
    columns = compiled.columns
    in_force = columns.operating
    assert in_force.any() and not in_force.all()
    every_year = Examined("trade")
    assert np.array_equal(every_year.likely("A", columns), in_force.astype(float))
    assert not Examined("trade", parties=("B",)).likely("A", columns).any()
    half = Examined("trade", chance=lambda party, at: at.constant(0.5 if party == "A" else 0.25))
    assert half.likely("A", columns).tolist() == [0.5] * columns.size
    never = Examined("trade", where=lambda at: np.zeros(at.size, dtype=bool))
    assert not never.likely("A", columns).any()


def test_leaving_is_seen_by_whatever_way_a_party_goes() -> None:
    ways = ('type = "withdrawal"\nnotice_years = 1', 'type = "no_exit"\nreal_cost = 1\nparty = "A"')
    compiled = compile_treaty(plus(*ways))
    context, columns = compiled.context, compiled.columns
    for party, moves in (("A", ("give notice", "walk out")), ("B", ("give notice",))):
        taken = np.any([columns.takes(party, EXIT, move) for move in moves], axis=0)
        assert taken.any() and np.array_equal(context.leaves(party, columns), taken)
    assert compiled.context.unseen == ()
