"""Stocks, their grids, and the answers on two grids, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from treaties.effects import CompilationError, Grid, StateVariable
from treaties.findings.amounts import capital, money, number
from treaties.findings.answer import Answer
from treaties.findings.grid import GridCheck, StockPath
from treaties.model.treaty import Treaty

ROUNDED = {
    "chance": "what lies between two points goes to one of them by chance, so that it is right on average",
    "down": "what lies between two points goes to the lower one, so that it is never told too high",
}
HOLDS: dict[Answer, str] = {
    "sustainable": "full compliance holds",
    "unsustainable": "full compliance does not hold",
    "undecided": "it is not decided whether full compliance holds",
}
LIMITS = (
    "Only verdicts were held against the finer grid: values, patience, schedules of payments and what is left after an "
    "exit are told on that of the text."
)

UNCHECKED = (
    "Stocks stand on the grids of the text: nothing here was held against finer ones, as `servanda brief` holds its "
    "verdict."
)


HELD_FINER = (
    "Stocks stand on the grids of the text: a yes or no that is the opposite on grids twice as fine counts as "
    "undecided, where that game is small enough to be asked; margins and values are those on the grids of the text."
)


def held_finer(*treaties: Treaty) -> list[str]:
    """What is said where answers are held against finer grids one by one; nothing of treaties without stocks."""
    return [HELD_FINER] if any(map(_has_stocks, treaties)) else []


def unchecked(*treaties: Treaty) -> list[str]:
    """What is said where answers are not held against finer grids; nothing of treaties without stocks."""
    return [UNCHECKED] if any(map(_has_stocks, treaties)) else []


def _has_stocks(treaty: Treaty) -> bool:
    context = treaty.context
    try:
        effects = [effect for clause in treaty.provisions for effect in clause.effects(context)]
    except CompilationError:
        # Articles that conflict make no game of which anything could be told.
        return False
    return any(isinstance(effect, StateVariable) and effect.grid is not None for effect in effects)


def grid_sentences(stocks: Sequence[StockPath], check: GridCheck | None, unit: str) -> Iterator[str]:
    """Every stock with its grid, the answers on both grids, and what was not asked; ``unit`` of a sum paid once."""
    for stock in stocks:
        yield f"{capital(stock.name)} stands on {_grid(stock.grid)}; {ROUNDED[stock.grid.rounding]}."
    if check is not None:
        yield check_sentence(check, unit)
        yield LIMITS


def path_sentences(stocks: Iterable[StockPath], period: str) -> Iterator[str]:
    """How every stock goes if all comply."""
    for stock in stocks:
        if said := _path(stock.levels, period):
            yield f"If all comply, {stock.name} is expected to be {said}."


def check_sentence(check: GridCheck, unit: str) -> str:
    """The answers on both grids in one sentence, or why there is only one."""
    here = f"On the grid of the text {HOLDS[check.verdict]}{_margin(check.margin, unit)}"
    if check.finer_verdict is None:
        return f"{here}; it was not checked on a finer grid: {check.unchecked}."
    finer = (
        f"{here}; on one twice as fine ({check.finer_states:,} states in place of {check.states:,}) "
        f"{HOLDS[check.finer_verdict]}{_margin(check.finer_margin, unit)}"
    )
    return f"{finer}: the answer turns on the grid, so it is not decided." if check.flipped else f"{finer}."


def _margin(margin: float | None, unit: str) -> str:
    return "" if margin is None else f" (margin {money(margin, unit, sign=True)})"


def _grid(grid: Grid) -> str:
    return f"a grid of {grid.points} points from {number(grid.bottom)} to {number(grid.top)}"


def _path(levels: Sequence[float | None], period: str) -> str:
    """The expected path, as "0 in year 1, 0.3 in year 2"; periods in which it stays are told once."""
    told, before = [], None
    for k, level in enumerate(levels):
        if level is None:
            break
        if before is None or number(level) != before:
            told.append(f"{number(level)} in {period} {k + 1}")
        before = number(level)
    return ", ".join(told)


def stock_table(stocks: Iterable[StockPath]) -> tuple[tuple[int, tuple[float | None, ...]], ...]:
    """Periods from 1 on, each with the expected levels of all stocks; ends where none of them counts any more."""
    columns = [stock.levels for stock in stocks]
    rows = [(k + 1, levels) for k, levels in enumerate(zip(*columns, strict=True))]
    while rows and all(level is None for level in rows[-1][1]):
        rows.pop()
    return tuple(rows)
