"""One incentive constraint solved for one symbol: a bound, with the polynomial whose root it is.

A slack is a quotient of polynomials.  Factors whose sign is known are left out; what remains is a polynomial in the
symbol that has to be at least 0.  Descartes' rule of signs, over all parameters at once, says whether it changes sign
at most once in the interval (in the symbol itself, or after the interval was mapped to the positive numbers).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, final

import sympy as sp

from games.symbolic.deviations import Constraint
from games.symbolic.game import Expression
from games.symbolic.signs import Signs, Span, quotient, stretched

Kind = Literal["least", "greatest", "always", "never", "condition", "several"]
MOST_UNKNOWN = 6
"""Coefficients of unknown sign whose signs are tried in all combinations."""


@final
@dataclass(frozen=True)
class Bound:
    """What constraints ask of a symbol: they hold if and only if ``polynomial`` is at least 0.

    ``kind``         "least": from a value on; "greatest": up to one; "always" and "never" in the whole interval;
                     "condition": on other symbols alone; "several": the polynomial may change its sign more than once,
                     or in either direction (of a linear one ``value`` is the root all the same).
    ``value``        the bound in closed form; None where there is none: then it is the only root of ``polynomial`` in
                     the interval ("least", "greatest"), or its roots.
    ``reached``      None, or an expression that is positive exactly where the value lies short of the end of the
                     interval towards which the constraints hold; where it is not, they fail in all of it.
    ``constraints``  the constraints that ask the same.
    """

    kind: Kind
    polynomial: Expression
    value: Expression | None
    reached: Expression | None
    constraints: tuple[Constraint, ...]


def bound_of(constraint: Constraint, symbol: Expression, span: Span, signs: Signs) -> Bound:
    """What one constraint asks of the symbol between the ends of ``span``."""
    polynomial = essential(constraint.slack, signs)
    sign = signs.of(polynomial)
    only = (constraint,)
    if sign is not None:
        return Bound("always" if sign >= 0 else "never", polynomial, None, None, only)
    if symbol not in polynomial.free_symbols:
        return Bound("condition", polynomial, None, None, only)
    told = sp.Poly(polynomial, symbol)
    kind = _kind(told, symbol, span, signs)
    value = _closed(told, kind, span, signs)
    reached = None
    if kind in ("least", "greatest"):
        end = span[1] if kind == "least" else span[0]
        there = told.eval(end) if end.is_finite else told.LC() * (-1 if end == -sp.oo and told.degree() % 2 else 1)
        reached = None if signs.of(there) == 1 else essential(there, signs)
    return Bound(kind, polynomial, value, reached, only)


def essential(expression: Expression, signs: Signs) -> Expression:
    """A polynomial of the same sign everywhere, without the factors whose sign is known: 1 or -1 if all are."""
    above, below = quotient(expression)
    if above == 0:
        return sp.Integer(0)
    sign, kept = 1, []
    for part in (above, below):
        number, factors = sp.factor_list(part)
        sign *= int(sp.sign(number))
        for factor, power in factors:
            known = signs.of(factor)
            if known is not None:
                sign *= known**power
            elif power % 2:
                kept.append(factor)
    return sp.Mul(sign, *kept) if len(kept) != 1 else sp.expand(sign * kept[0])


def tidy(expression: Expression, signs: Signs) -> Expression:
    """The expression factored, each factor turned so that it is positive where its sign is known."""
    above, below = quotient(expression)
    parts: list[Expression] = []
    loose: list[int] = []
    negative = False
    for part, exponent in ((above, 1), (below, -1)):
        number, factors = sp.factor_list(part)
        number = number**exponent
        for factor, power in factors:
            turned = signs.of(factor) == -1 or (signs.of(factor) is None and _mostly_negative(factor))
            if signs.of(factor) is None and power % 2:
                loose.append(len(parts))
            parts.append((sp.expand(-factor) if turned else factor) ** (exponent * power))
            number *= (-1) ** power if turned else 1
        parts.append(number)
        negative ^= bool(number < 0)
    if negative and loose:
        # A minus in front is better put into a factor whose sign nobody knows.
        base, power = parts[loose[0]].as_base_exp()
        parts[loose[0]] = sp.expand(-base) ** power
        parts.append(sp.Integer(-1))
    return sp.Mul(*parts)


def _mostly_negative(factor: Expression) -> bool:
    terms = sp.Add.make_args(sp.expand(factor))
    return 2 * sum(bool(term.could_extract_minus_sign()) for term in terms) > len(terms)


def _kind(told: sp.Poly, symbol: Expression, span: Span, signs: Signs) -> Kind:
    for coefficients in _orders(told, symbol, span):
        directions = _directions([_weak_sign(c, signs) for c in coefficients])
        if directions == {1}:
            return "least"
        if directions == {-1}:
            return "greatest"
    if told.degree() == 1 and (leading := _weak_sign(told.LC(), signs)) is not None:
        return "least" if leading > 0 else "greatest"
    return "several"


def _weak_sign(expression: Expression, signs: Signs) -> int | None:
    """The sign of an expression that may be 0 as well at some points, as a square may."""
    sign = signs.of(expression)
    if sign is None:
        rest = essential(expression, signs)
        sign = int(rest) if rest.is_Integer and rest in (1, -1) else None
    return sign


def _orders(told: sp.Poly, symbol: Expression, span: Span) -> Iterator[Sequence[Expression]]:
    """Coefficients, constant first, in variables that are positive in the interval and grow with the symbol."""
    low, high = span
    if low == 0:
        yield told.all_coeffs()[::-1]
    if low.is_finite:
        t = sp.Dummy("t", positive=True)
        mapped = sp.fraction(sp.together(told.as_expr().subs(symbol, stretched(t, low, high))))[0]
        yield sp.Poly(mapped, t).all_coeffs()[::-1]


def _directions(signs: Sequence[int | None]) -> set[int]:
    """In which directions a polynomial may change its sign, by Descartes' rule; {1, -1} also stands for more changes.

    >>> _directions([-1, None, 1]), _directions([1, None, 1]), _directions([None, -1])
    ({1}, {1, -1}, {-1})
    """
    unknown = [k for k, sign in enumerate(signs) if sign is None]
    if len(unknown) > MOST_UNKNOWN:
        return {1, -1}
    found: set[int] = set()
    for choice in itertools.product((-1, 0, 1), repeat=len(unknown)):
        told = dict(zip(unknown, choice, strict=True))
        kept = [s for s in (told.get(k, sign) for k, sign in enumerate(signs)) if s]
        changes = [after for before, after in itertools.pairwise(kept) if before != after]
        found |= set(changes) if len(changes) < 2 else {1, -1}
    return found


def _closed(told: sp.Poly, kind: Kind, span: Span, signs: Signs) -> Expression | None:
    """The root at which the sign changes; None where there is no simple closed form."""
    if kind == "several" and told.degree() > 1:
        return None
    *_, constant = coefficients = told.all_coeffs()
    leading, degree = coefficients[0], told.degree()
    if degree == 1:
        return tidy(-constant / leading, signs)
    if not any(coefficients[1:-1]) and span[0].is_nonnegative:
        return tidy(-constant / leading, signs) ** sp.Rational(1, degree)
    if degree == 2:
        middle = coefficients[1]
        root = sp.sqrt(sp.factor(middle**2 - 4 * leading * constant)) * (1 if kind == "least" else -1)
        if signs.of(leading) is None and signs.of(constant) not in (None, 0):
            return 2 * constant / (-middle - root)
        return (-middle + root) / (2 * leading)
    return None
