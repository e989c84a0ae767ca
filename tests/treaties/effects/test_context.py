"""What clauses announce, and how others ask for it."""

from __future__ import annotations

import itertools

import pytest

from tests.support.small_treaties import plus
from treaties.effects import ChangingGovernment, ClockYears, CompilationError, Examined, Notice, Term
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
