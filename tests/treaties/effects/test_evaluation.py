"""Conditions and amounts over columns: what names stand for, what is refused before and while it is worked out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treaties.effects import STATUS, YEAR, YEARS_IN_FORCE, Columns, CompilationError
from treaties.effects.evaluation import Formula, check, last_years
from treaties.effects.expression_words import in_words
from treaties.effects.expressions import ExpressionError, parse

KEYS = ("A", "trade"), ("B", "trade")
ROWS = Columns(
    4,
    {
        STATUS: np.array([0, 0, 1, 2]),
        YEAR: np.array([0, 1, 0, 1]),
        YEARS_IN_FORCE: np.arange(4),
        "event contested_sale": np.array([0, 1, 0, 1]),
        "government of A": np.array([0, 0, 1, 1]),
        "stage": np.array([0, 1, 1, 0]),
        "stock know_how": np.array([0, 1, 2, 2]),
    },
    {
        STATUS: ("in force", "notice, 1 left", "ended"),
        YEAR: (1, 2),
        YEARS_IN_FORCE: (1, 2, 3, 4),
        "event contested_sale": ("no", "yes"),
        "government of A": ("friendly", "sceptic"),
        "stage": (1, 2),
        "stock know_how": (0, 0.5, 1.5),
    },
    {KEYS[0]: np.array([0, 1, 0, 1]), KEYS[1]: np.array([0, 0, 1, 2])},
    {KEYS[0]: ("comply", "breach"), KEYS[1]: ("comply", "breach", "veto")},
    in_breach={KEYS[0]: np.array([0, 1, 0, 1], dtype=bool), KEYS[1]: np.array([0, 0, 1, 0], dtype=bool)},
    complies={KEYS[0]: np.array([1, 0, 1, 0], dtype=bool), KEYS[1]: np.array([1, 1, 0, 0], dtype=bool)},
)
TERMS = {"fee": 2.0}


def of(text: str, **bounds: Any) -> Formula:
    return Formula(text, "article 9, custom: payoffs[0].amount", tuple(TERMS.items()), **bounds)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("stage >= 2", [0, 1, 1, 0]),
        ("contested_sale", [0, 1, 0, 1]),
        ("event.contested_sale and not stage == 2", [0, 0, 0, 1]),
        ("contested_sale = true or false", [0, 1, 0, 1]),
        ('status == "in force"', [1, 1, 0, 0]),
        ("status == 'notice' or status != 'notice' and status == 'ended'", [0, 0, 1, 1]),
        ('"sceptic" == government.A', [0, 0, 1, 1]),
        ("government.of.A != 'sceptic'", [1, 1, 0, 0]),
        ("year > 2", [0, 0, 1, 1]),
        ("term_year == 2", [0, 1, 0, 1]),
        ("stock.know_how * fee > 0.5", [0, 1, 1, 1]),
        ("complies.A.trade and breaches.B.trade", [0, 0, 1, 0]),
        ("breach", [0, 1, 1, 1]),
        ("breach.trade and takes.B.trade.veto", [0, 0, 0, 1]),
        ("if(contested_sale, stage == 1, stage == 2)", [0, 0, 1, 1]),
    ],
)
def test_conditions(text: str, holds: list[int]) -> None:
    check(parse(text), "condition", ROWS, TERMS)
    assert of(text).holds(ROWS).astype(int).tolist() == holds


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("fee", [2, 2, 2, 2]),
        ("-terms.fee * stock.know_how + 1", [1, 0, -2, -2]),
        ("count(complies.A.trade, complies.B.trade)", [2, 1, 1, 0]),
        ("min(year, 3) - 1", [0, 1, 2, 2]),
        ("max(stock.know_how, 1, fee / 4)", [1, 1, 1.5, 1.5]),
        ("if(stock.know_how > 0, 1 / stock.know_how, 0)", [0, 2, 2 / 3, 2 / 3]),
        ("if(stock.know_how > 0 and 1 / stock.know_how > 1, 1, 0)", [0, 1, 0, 0]),
        ("if(stock.know_how == 0 or 1 / stock.know_how > 1, 1, 0)", [1, 1, 0, 0]),
    ],
)
def test_amounts(text: str, amount: list[float]) -> None:
    check(parse(text), "number", ROWS, TERMS)
    assert of(text).amount(ROWS).tolist() == pytest.approx(amount)


@pytest.mark.parametrize(
    ("text", "wanted", "column", "problem"),
    [
        ("stgae >= 2", "condition", 1, "names 'stgae'"),
        ("stage", "condition", 1, "where a condition is needed"),
        ("fee * breaches.A.trade", "number", 7, "where a number is needed"),
        ("contested_sale > 1", "condition", 16, "compares a condition with a number"),
        ("status == 'closed'", "condition", 11, "is never 'closed'"),
        ("status > 'ended'", "condition", 8, "by == or !="),
        ("status == stage", "condition", 8, "one text in quotes"),
        ("if(stage > 1, 2)", "number", 1, "gives if()"),
        ("count(stage)", "number", 7, "where a condition is needed"),
        ("max(contested_sale, 1)", "number", 5, "where a number is needed"),
        ("has veto", "condition", 5, "only a red line may"),
        ("stage < unlimited", "condition", None, "no number here"),
        ("complies.C.trade", "condition", 1, "names 'complies.C.trade'"),
        ("takes.A.trade.veto", "condition", 1, "names 'takes.A.trade.veto'"),
        ("veto[3].uses > 1", "condition", 1, "a term of the text"),
        ("seems.A.trade > 0.5", "condition", 1, "names 'seems.A.trade'"),
    ],
)
def test_what_has_no_meaning_is_refused_with_its_column(
    text: str, wanted: str, column: int | None, problem: str
) -> None:
    with pytest.raises(ExpressionError, match=problem.replace("(", r"\(").replace(")", r"\)")) as caught:
        check(parse(text), wanted, ROWS, TERMS)  # type: ignore[arg-type]
    assert caught.value.column == column


@pytest.mark.parametrize("text", ["-" * 499 + "1", "not " * 120 + "true", "+".join("1" * 200)])
def test_what_is_nested_too_deeply_is_refused_before_it_is_worked_out(text: str) -> None:
    with pytest.raises(ExpressionError, match="more than 100 operations deep"):
        parse(text)
    parse("+".join("1" * 90))


def test_the_nearest_name_is_offered() -> None:
    with pytest.raises(ExpressionError) as caught:
        check(parse("goverment.A == 'sceptic'"), "condition", ROWS, TERMS)
    assert "did you mean 'government.A'?" in caught.value.remedy


def test_states_alone_have_no_conduct() -> None:
    states = Columns(ROWS.size, ROWS.codes, ROWS.values)
    with pytest.raises(ExpressionError, match="not settled there"):
        check(parse("breach"), "condition", states, TERMS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 / stock.know_how", r"cannot work out 1 / 0 where stock.know_how = 0 \(column 3\)"),
        ("1e300 * 1e300", "cannot work out"),
        ("1e16", "outside -1e"),
        ("fee / 0", r"cannot work out 2 / 0"),
    ],
)
def test_amounts_that_are_no_numbers_are_refused_with_the_state(text: str, said: str) -> None:
    with pytest.raises(CompilationError, match=f"article 9, custom: payoffs.0..amount: .*{said}"):
        of(text).amount(ROWS)


def test_chances_outside_0_to_1_are_refused_with_the_state_and_only_where_they_are_asked_for() -> None:
    chance = of("stock.know_how", least=0.0, most=1.0)
    with pytest.raises(CompilationError, match=r"is 1\.5 where stock\.know_how = 1\.5, outside 0 to 1"):
        chance.amount(ROWS)
    assert chance.amount(ROWS, ROWS.codes["stock know_how"] < 2)[:2].tolist() == [0, 0.5]


def test_a_value_that_a_state_does_not_have_is_refused() -> None:
    everywhere = np.ones(4, dtype=bool)
    assert of("stock.know_how + 0").code(ROWS, (0, 0.5, 1.5), everywhere).tolist() == [0, 1, 2, 2]
    with pytest.raises(CompilationError, match="none of its values; keep it between them"):
        of("stock.know_how + 1").code(ROWS, (0, 0.5, 1.5), everywhere)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("year >= 3", {"year": 2}), ("3 <= year", {"year": 2}), ("year < 3", {"year": 2}), ("year <= 3", {"year": 3}),
        ("year == 3 and term_year > 4", {"year": 3, "term_year": 4}), ("min(year, 10) * 2", {"year": 9}),
        ("stage > 3", {}),
    ],
)  # fmt: skip
def test_clocks_run_as_far_as_somebody_asks(text: str, years: dict[str, int]) -> None:
    assert last_years(parse(text)) == years


@pytest.mark.parametrize(
    "text", ["year", "year + 1 > 2", "year > term_year", "year > 2.5", "year < 61", "max(year, 3)"]
)
def test_clocks_that_would_never_stop_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="year"):
        last_years(parse(text))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4), st.integers(0, 4), st.sampled_from(["and", "or"]), st.booleans())
def test_and_or_and_not_are_those_of_python(low: int, high: int, word: str, negated: bool) -> None:
    text = f"stage >= {low} {word} {'not ' if negated else ''}year <= {high}"
    for k, holds in enumerate(of(text).holds(ROWS)):
        stage, year = ROWS.values["stage"][ROWS.codes["stage"][k]], k + 1
        second = (year <= high) is not negated
        assert holds == ((stage >= low and second) if word == "and" else (stage >= low or second))


WORDS = st.sampled_from(
    [
        "stage",
        "year",
        "fee",
        "breach",
        "contested_sale",
        "status",
        "'ended'",
        "complies.A.trade",
        "1",
        "2.5",
        "0",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        ">=",
        "==",
        "and",
        "or",
        "not",
        "if(",
        "min(",
        "count(",
        "max(",
        "has",
        "true",
        "unlimited",
        "x",
        "terms.fee",
        "government.A",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=20))
def test_whatever_is_written_is_refused_or_worked_out(text: str) -> None:
    for wanted in ("condition", "number"):
        try:
            check(parse(text), wanted, ROWS, TERMS)
            value = of(text).holds(ROWS) if wanted == "condition" else of(text).amount(ROWS)
        except (ExpressionError, CompilationError):
            continue
        assert value.shape == (ROWS.size,) and np.all(np.isfinite(value))


def test_expressions_are_told_in_words() -> None:
    names = {"A": "Arcadia", "trade": "free trade"}
    told = {
        "stage >= 2 and not contested_sale": "stage is at least 2 and not contested sale",
        "government.A == 'sceptic'": "the government of Arcadia is sceptic",
        "fee * count(breaches.A.trade)": "fee times (1 if Arcadia breaches on free trade, else 0)",
        "(fee + 1) / 2": "(fee plus 1) divided by 2",
        "min(year, 3)": "the least of the year since entry into force and 3",
    }
    assert {text: in_words(text, names) for text in told} == told
