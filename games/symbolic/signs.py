"""The sign of an expression wherever some expressions are positive and some symbols lie in intervals.

Symbols are written in terms of positive ones: T > R > P becomes R = P + u, T = P + u + v, and a symbol x in (0, 1)
becomes t/(1 + t).  A polynomial in positive symbols whose coefficients all have one sign has that sign.  What is found
is proved; that nothing is found proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, final

import numpy as np
import sympy as sp

from games.model.stochastic_game import GameError
from games.symbolic.game import Expression

Span = tuple[Expression, Expression]
"""Between what a symbol lies, ends excluded; they may be infinite."""


@final
class Signs:
    """What is known of symbols, and what signs follow.

    ``spans``  between what each symbol lies that is not free.
    Raises ``GameError`` if the expressions assumed to be positive are not linear, or not independent.
    """

    def __init__(self, assuming: Sequence[Expression], spans: Mapping[Expression, Span]) -> None:
        self.spans = dict(spans)
        self.assuming = tuple(assuming)
        self.positive = [sp.Dummy(f"u{k}", positive=True) for k in range(len(assuming))]
        solved = self._solved()
        self._inner = {symbol: sp.Dummy(f"t_{symbol}", positive=True) for symbol in spans}
        self.put: dict[Expression, Expression] = dict(solved)
        for symbol, (low, high) in spans.items():
            self.put[symbol] = stretched(self._inner[symbol], low, high)
        self._known: dict[Expression, int | None] = {}

    def _solved(self) -> dict[Expression, Expression]:
        """Some symbols in terms of the others and of the positive ones."""
        symbols = sorted(set().union(*(x.free_symbols for x in self.assuming)) if self.assuming else set(), key=str)
        for x in self.assuming:
            if not x.free_symbols:
                raise GameError(f"assuming {x}: it has no symbol")
            if not sp.Poly(x, *symbols).is_linear or x.free_symbols & set(self.spans):
                raise GameError(f"assuming {x}: write expressions that are linear in payoffs, such as T - R")
        if not self.assuming:
            return {}
        found = sp.solve([x - u for x, u in zip(self.assuming, self.positive, strict=True)], symbols, dict=True)
        if not found or len(found[0]) != len(self.assuming):
            raise GameError(f"assuming {', '.join(map(str, self.assuming))}: each must say something of its own; "
                            "leave out what follows from the others")
        return dict(found[0])

    def of(self, expression: Expression) -> int | None:
        """1, -1 or 0 if the sign is that everywhere; None if it is not known."""
        if expression not in self._known:
            signs = tuple(map(self._of_polynomial, quotient(expression)))
            self._known[expression] = None if None in signs else signs[0] * signs[1]  # type: ignore[operator]
        return self._known[expression]

    def _of_polynomial(self, polynomial: Expression) -> int | None:
        """The sign of a polynomial, from that of its coefficients once it is written in positive symbols."""
        symbols = sorted(polynomial.free_symbols, key=str)
        if not symbols:
            return int(sp.sign(polynomial)) if polynomial.is_real else None
        images = [quotient(self.put.get(symbol, symbol)) for symbol in symbols]
        gens = sorted(set().union(*(part.free_symbols for image in images for part in image)), key=str)
        try:
            told = sp.Poly(polynomial, *symbols, domain=sp.QQ)
        except sp.PolynomialError:
            return None
        ring = sp.QQ[gens] if gens else None
        if ring is None:
            return None
        above, below = ([ring.from_sympy(image[k]) for image in images] for k in range(2))
        degrees = told.degree_list()
        written = ring.zero
        for powers, coefficient in told.rep.to_dict().items():
            term = ring.convert(coefficient)
            for power, degree, up, down in zip(powers, degrees, above, below, strict=True):
                # What a symbol is divided by is positive, so that it may be multiplied out.
                term *= up**power * down ** (degree - power)
            written += term
        if not written:
            return 0
        signs, strict = set(), False
        for powers, coefficient in written.terms():
            loose = [power for power, symbol in zip(powers, gens, strict=True) if power and not symbol.is_positive]
            if any(power % 2 for power in loose):
                return None
            strict = strict or not loose
            signs.add(1 if coefficient > 0 else -1)
        return signs.pop() if len(signs) == 1 and strict else None

    def sample(self, symbols: Sequence[Expression], n: int, generator: np.random.Generator) -> dict[Expression, Any]:
        """Float[n] for each symbol: values at which everything assumed is true."""
        drawn: dict[Expression, Any] = {u: generator.exponential(1.0, n) + 0.01 for u in self.positive}
        drawn |= {t: np.exp(generator.normal(0.0, 1.5, n)) for t in self._inner.values()}
        free = set(symbols).union(*(x.free_symbols for x in self.put.values())) - set(self.put) - set(drawn)
        for symbol in sorted(free, key=str):
            values = generator.normal(0.0, 1.0, n)
            drawn[symbol] = np.abs(values) + 0.01 if symbol.is_positive else values
        out = {}
        for symbol in symbols:
            told = self.put.get(symbol, symbol)
            args = sorted(told.free_symbols, key=str)
            out[symbol] = sp.lambdify(args, told, "numpy")(*(drawn[a] for a in args)) * np.ones(n)
        return out


def quotient(expression: Expression) -> tuple[Expression, Expression]:
    """Numerator and denominator, both polynomials where the expression is a rational function."""
    above, below = sp.fraction(expression)
    if above.is_polynomial() and below.is_polynomial():
        return above, below
    told: tuple[Expression, Expression] = sp.fraction(sp.together(expression))
    return told


def stretched(t: Expression, low: Expression, high: Expression) -> Expression:
    """A symbol in an interval as a function of a positive one."""
    if sp.oo not in (high, -low):
        return (low + high * t) / (1 + t)
    if high != sp.oo:
        return high - t
    return low + t if low != -sp.oo else t - 1 / t
