"""A threshold for the reader at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from games.symbolic import Bound, Threshold
from games.symbolic.game import text
from treaties.findings.amounts import number
from treaties.findings.grid_words import unchecked
from treaties.thresholds.finding import CONCEPT, RUNGS, TreatyThreshold

_ANSWERS = {1: "nobody does more than the text provides", 2: "a breach is answered by suspension, then forgiven",
            3: "a breach ends cooperation for good"}
MOST_TOLD = 4
"""Deviations of one bound that are written out."""
_SIGNS = {"least": "≥", "greatest": "≤"}


def summary(told: TreatyThreshold) -> Iterator[str]:
    """The formula, where each constraint binds, and what the exact check said."""
    yield f"{told.treaty.title}: {told.asked}"
    yield f"rule of play: {RUNGS[told.rung]}; {_ANSWERS[told.rung]}"
    yield f"asked to be a {CONCEPT.value}"
    found = told.found
    if found is None:
        yield told.why
        return
    for symbol in told.symbols:
        values = ", ".join(number(v) for v in dict.fromkeys(symbol.values))
        yield f"  {symbol.name}: {', '.join(symbol.paths)}; in the text {values}"
    if found.game.assuming:
        yield f"  assumed, as in the text: {', '.join(f'{text(x)} > 0' for x in found.game.assuming)}"
    yield from _formula(told, found)
    for bound in found.bounds:
        yield from _bound(told, found, bound)
    if found.dominated and not found.failing:
        many = len(found.dominated)
        yield f"  {many} other bound{' is' if many == 1 else 's are'} implied by these everywhere"
    yield from _region(told)
    proved = [check for check in told.checks if check.proved is not None]
    if told.agrees is None:
        yield "not checked: at none of the points was anything proved in exact arithmetic; do not rely on the formula"
    elif told.agrees:
        yield (f"checked by substitution: the exact check of the rule agrees at {len(proved)} of {len(told.checks)} "
               "points of the compiled game")
    else:
        wrong = next(check for check in proved if check.proved != check.predicted)
        yield f"not confirmed: at {wrong.values} the exact check says the opposite; do not rely on the formula"
    if told.verdicts:
        said = ", ".join(f"at {value:.6g} {verdict}" for value, verdict in told.verdicts)
        yield f"the treaty itself, under the harshest credible answer to a breach: {said}"
    else:
        yield "a harsher answer to a breach than this rule's may keep the treaty elsewhere (servanda check)"
    yield from unchecked(told.treaty)


def _formula(told: TreatyThreshold, found: Threshold) -> Iterator[str]:
    name = told.symbols[0].name
    formula = found.formula
    if formula is not None and formula.is_Piecewise:
        yield f"threshold: {name} between the bounds below, whichever of them bind"
    elif formula is not None:
        sign = "≥" if any(b.kind == "least" for b in found.bounds) else "≤"
        shown = text(formula)
        about = f" = {float(formula):.6g}" if formula.is_number and not formula.is_Integer else ""
        yield f"threshold: {name} {sign} {shown}{about if about != f' = {shown}' else ''}"
    yield "there is none" if found.failing else found.why


def _bound(told: TreatyThreshold, found: Threshold, bound: Bound) -> Iterator[str]:
    name = told.symbols[0].name
    if bound.kind == "never":
        yield f"  at every value it pays that {_some(told.deviations(bound), '; and that ')}"
        return
    if bound.kind == "condition":
        asked = f"{text(bound.polynomial)} ≥ 0, whatever {name} is"
    elif bound.value is not None and bound.kind in _SIGNS:
        asked = f"{name} {_SIGNS[bound.kind]} {text(bound.value)}"
    elif bound.kind in _SIGNS:
        asked = f"{name} {_SIGNS[bound.kind]} the only root in the range of {text(bound.polynomial)} = 0"
    else:
        asked = f"{text(bound.polynomial)} ≥ 0"
    where = found.binds(bound) if bound.kind in _SIGNS else None
    binds = "" if where is None or where == True else f", which binds where {text(where)}"  # noqa: E712
    yield f"  {asked}{binds}"
    yield f"    deters: {_some(told.deviations(bound), '; ')}"


def _some(deviations: tuple[str, ...], between: str) -> str:
    """The first of some deviations, and how many there are more."""
    more = len(deviations) - MOST_TOLD
    return between.join(deviations[:MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")


def _region(told: TreatyThreshold) -> Iterator[str]:
    first = told.symbols[0]
    if told.region is None:
        return
    at = " with the other symbols as in the text" if len(told.symbols) > 1 else ""
    between = f"of {number(first.low)} to {number(first.high)}"
    if not told.region.intervals:
        yield f"{between} it holds nowhere{at}"
        return
    parts = " and ".join(f"{low:.6g} to {high:.6g}" for low, high in told.region.intervals)
    yield f"{between} it holds from {parts}{at}"
