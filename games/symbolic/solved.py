"""Thresholds in symbols: where a strategy is an equilibrium, solved for one symbol of the game.

Source: the one-shot deviation principle (Abreu 1988; Mailath and Samuelson 2006, proposition 2.4.1).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, final

import numpy as np
import sympy as sp

from games.model.stochastic_game import GameError
from games.symbolic.bounds import Bound, bound_of, essential
from games.symbolic.deviations import Constraint, constraints_of
from games.symbolic.evaluation import slacks_at
from games.symbolic.game import Expression, SymbolicGame, latex, read, text
from games.symbolic.machine import Laid, laid_out
from games.symbolic.numbers import Floats, at_numbers
from games.symbolic.signs import Signs, Span

MOST_COMPARED = 16
"""Bounds that are compared with one another to see which never bind."""
FINE = Fraction(1, 10**15)
NEAR = 1e-6
"""How near to a bound, as a share of 1 + its size, no answer is compared in floating point."""


@final
@dataclass(frozen=True)
class Region:
    """The values of the symbol at which a strategy is an equilibrium, other symbols being numbers.

    ``intervals``  (low, high) pairs; ends are roots to 15 digits or ends of the interval asked about.
    """

    intervals: tuple[tuple[float, float], ...]


@final
@dataclass(frozen=True)
class Verification:
    """What came of comparing formulas with slacks worked out in floating point at random numbers.

    ``points``         worlds tried;  ``near`` of which so many lay too near to a bound to tell.
    ``disagreements``  worlds in which formula and slacks give opposite answers.
    ``residual``       the largest slack at its own bound, as a share of the largest payoff of the world.
    """

    points: int
    near: int
    disagreements: int
    residual: float

    @property
    def agrees(self) -> bool:
        """No world contradicts the formulas."""
        return self.disagreements == 0 and self.residual < NEAR


@final
@dataclass(frozen=True, eq=False)
class Threshold:
    """Where a strategy is an equilibrium, in one symbol.

    ``symbol``, ``span``  what was solved for, and between what it lies.
    ``bounds``     what constraints ask that may bind; those that ask the same are one.
    ``dominated``  bounds that another one implies everywhere;  ``always`` constraints that hold everywhere.
    ``laid``       the strategy laid over the game;  ``signs`` what is known of the symbols.

    Stands for its ``formula`` in sympy's expressions.
    """

    game: SymbolicGame
    symbol: Expression
    span: Span
    bounds: tuple[Bound, ...]
    dominated: tuple[Bound, ...]
    always: tuple[Constraint, ...]
    laid: Laid = field(repr=False)
    signs: Signs = field(repr=False)

    @property
    def failing(self) -> tuple[Bound, ...]:
        """Constraints that fail wherever the symbol lies: then there is no threshold."""
        return self._of("never")

    @property
    def conditions(self) -> tuple[Expression, ...]:
        """What must be at least 0 whatever the symbol is."""
        return tuple(bound.polynomial for bound in self._of("condition"))

    @property
    def holds_everywhere(self) -> bool:
        """No constraint can fail."""
        return not self.bounds

    @property
    def formula(self) -> Expression | None:
        """The threshold: the greatest least value, or else the least greatest one; None without a closed form.

        A ``Piecewise`` where it depends on other symbols which constraint binds.  Where there are bounds of both kinds
        (``why`` says so) it is the lower end of what is left.
        """
        if self.failing or self._of("several"):
            return None
        for kind in ("least", "greatest"):
            if found := self._of(kind):
                return self._combined(found)
        return None

    def binds(self, bound: Bound) -> Expression | None:
        """Where this bound is the one that decides among those of its kind; None if that has no closed form."""
        others = [other for other in self._of(bound.kind) if other is not bound]
        if not others:
            return sp.true
        if bound.value is None or any(other.value is None for other in others):
            return None
        sign = 1 if bound.kind == "least" else -1
        parts = []
        for other in others:
            apart = essential(sign * (bound.value - other.value), self.signs)
            parts.append(sp.Ge(apart, 0))
        return sp.And(*parts)

    @property
    def why(self) -> str:
        """The answer in a sentence."""
        if self.failing:
            return f"there is none: {self.failing[0].constraints[0].told(self.game)}, and it pays at every value"
        if self.holds_everywhere:
            return "no deviation pays at any value"
        if self._of("several"):
            return "constraints change sign more than once, or in either direction; ask with numbers (at)"
        both = self._of("least") and self._of("greatest")
        if self.formula is None and not both:
            return "the threshold is a root of a polynomial without a simple closed form"
        if both:
            return "holds between the greatest least value and the least greatest one, where that leaves anything"
        return "holds from the threshold on" if self._of("least") else "holds up to the threshold"

    def at(self, values: Mapping[Expression | str, Any] | None = None) -> Region:
        """Where the strategy is an equilibrium when the other symbols have these values, by exact isolation of roots.

        ``values``  by symbol or name.  Raises ``GameError`` if one is missing or no rational number, or if they
                    contradict what the game assumes.
        """
        told = self._values(values or {})
        low, high = self.span
        polynomials, roots = [], []
        for bound in self.bounds:
            polynomial = sp.Poly(bound.polynomial.subs(told), self.symbol, domain=sp.QQ)
            if polynomial.is_ground:
                if polynomial.LC() < 0:
                    return Region(())
                continue
            polynomials.append(polynomial)
            ends = {"inf": None if low == -sp.oo else low, "sup": None if high == sp.oo else high}
            roots += [(a + b) / 2 for (a, b), _ in polynomial.intervals(eps=FINE, **ends) if low < (a + b) / 2 < high]
        cuts = [low, *sorted(set(roots)), high]
        found: list[tuple[float, float]] = []
        for left, right in itertools.pairwise(cuts):
            middle = _between(left, right)
            if all(polynomial.eval(middle) >= 0 for polynomial in polynomials):
                if found and found[-1][1] == float(left):
                    found[-1] = found[-1][0], float(right)
                else:
                    found.append((float(left), float(right)))
            inside = right != high and (not found or found[-1][1] < float(right))
            if inside and all(polynomial.eval(right) >= 0 for polynomial in polynomials):
                # A single point at which two bounds meet; seen where it is rational.
                found.append((float(right), float(right)))
        return Region(tuple(found))

    def allows(self, values: Mapping[Expression | str, Any]) -> bool:
        """Whether these values of the other symbols are such as the game assumes; raises ``GameError`` as ``at``."""
        return self.game.contradiction(self._read(values), self.signs.assuming) is None

    def verify(self, n: int = 1000, seed: int = 0) -> Verification:
        """Compare the bounds with slacks in floating point in ``n`` random worlds in which all assumptions hold.

        The slacks come from numbers alone: nothing that solved the system in symbols has a part in them.
        """
        generator = np.random.default_rng(seed)
        others = [s for s in self.game.symbols if s != self.symbol]
        values = self.signs.sample([*others, self.symbol], n, generator)
        constraints = [*(c for bound in (*self.bounds, *self.dominated) for c in bound.constraints), *self.always]
        if not constraints:
            return Verification(n, 0, 0, 0.0)
        scale = self._scale(values, n)
        least = slacks_at(self.game, self.laid, constraints, values).min(axis=0) / scale
        x = values[self.symbol]
        holds, near, residual = np.ones(n, dtype=bool), np.zeros(n, dtype=bool), 0.0
        for bound in (*self.bounds, *self.dominated):
            if bound.kind in ("least", "greatest"):
                edge = self._edge(bound, values, n)
                real = np.isfinite(edge)
                holds &= np.where(real, (x >= edge) if bound.kind == "least" else (x <= edge), False)
                near |= real & (np.abs(x - edge) < NEAR * (1 + np.abs(edge)))
                residual = max(residual, self._residual(bound, values, edge, scale))
            else:
                told = at_numbers(bound.polynomial, values, n)
                holds &= told >= 0
        near |= np.abs(least) < NEAR
        wrong = (holds != (least >= 0)) & ~near
        return Verification(n, int(near.sum()), int(wrong.sum()), residual)

    def _edge(self, bound: Bound, values: Mapping[Expression, Floats], n: int) -> Floats:
        """Float[n]: a bound's value in every world; infinite where its constraints fail in the whole interval."""
        if bound.value is not None:
            return at_numbers(bound.value, values, n)
        coefficients = sp.Poly(bound.polynomial, self.symbol).all_coeffs()
        table = np.array([at_numbers(c, values, n) for c in coefficients])
        out = np.empty(n)
        low, high = float(self.span[0]), float(self.span[1])
        up = bound.kind == "least"
        for world in range(n):
            roots = np.roots(table[:, world])
            inside = [z.real for z in roots if abs(z.imag) < 1e-9 * (1 + abs(z)) and low < z.real < high]
            good = np.polyval(table[:, world], 0.5 * (low + high) if np.isfinite(high - low) else low + 1.0) >= 0
            out[world] = inside[0] if inside else (low if good == up else high)
        return out

    def _residual(self, bound: Bound, values: Mapping[Expression, Floats], edge: Floats, scale: Floats) -> float:
        """The largest slack, as a share, of the bound's constraints at the bound itself, where it lies inside."""
        inside = np.isfinite(edge) & (edge > float(self.span[0])) & (edge < min(float(self.span[1]), 1e300))
        if not np.any(inside):
            return 0.0
        there = {symbol: told[inside] for symbol, told in values.items()} | {self.symbol: edge[inside]}
        slacks = slacks_at(self.game, self.laid, bound.constraints, there)
        # Slacks are per 1 - discount factor: near a factor of 1 the sums that they are made of grow without bound.
        patience = np.min([1 - at_numbers(d, there, int(inside.sum())) for d in self.game.discount], axis=0)
        return float(np.max(np.abs(slacks) * patience / scale[inside]))

    def _scale(self, values: Mapping[Expression, Floats], n: int) -> Floats:
        """Float[n]: the largest payoff at what is played and at deviations, and at least 1e-9."""
        rows = {row for played in self.laid.rows for i in range(self.game.n_players)
                for row in self.game.deviation_rows(played, i)}
        told = [np.abs(at_numbers(x, values, n)) for row in sorted(rows) for x in self.game.payoffs[row]]
        return np.asarray(np.maximum(np.max(told, axis=0), 1e-9))

    def _combined(self, bounds: Sequence[Bound]) -> Expression | None:
        if any(bound.value is None for bound in bounds):
            return None
        if len(bounds) == 1:
            return bounds[0].value
        pieces = [(bound.value, self.binds(bound)) for bound in bounds]
        pieces[-1] = (pieces[-1][0], sp.true)
        return sp.Piecewise(*pieces)

    def _of(self, kind: str) -> tuple[Bound, ...]:
        return tuple(bound for bound in self.bounds if bound.kind == kind)

    def _values(self, values: Mapping[Expression | str, Any]) -> dict[Expression, Expression]:
        told = self._read(values)
        problem = self.game.contradiction(told, self.signs.assuming)
        if problem is not None:
            raise GameError(problem)
        return told

    def _read(self, values: Mapping[Expression | str, Any]) -> dict[Expression, Expression]:
        by_name = {str(symbol): value for symbol, value in values.items()}
        needed = sorted({str(s) for bound in self.bounds for s in bound.polynomial.free_symbols} - {str(self.symbol)})
        missing = [name for name in needed if name not in by_name]
        if missing:
            raise GameError(f"values: {missing[0]} is missing; give {', '.join(needed)}")
        told = {s: read(by_name[str(s)], str(s)) for s in self.game.symbols if str(s) in by_name and s != self.symbol}
        odd = [s for s, value in told.items() if not value.is_rational]
        if odd:
            raise GameError(f"values: {odd[0]} = {told[odd[0]]} is no rational number; write one, such as 3/4")
        return told

    def to_json(self) -> dict[str, Any]:
        """The answer as one JSON object; expressions are text."""
        formula = self.formula
        return {
            "symbol": str(self.symbol), "between": [str(end) for end in self.span],
            "formula": None if formula is None else text(formula),
            "why": self.why,
            "bounds": [self._bound_json(bound) for bound in self.bounds],
            "implied": [self._bound_json(bound) for bound in self.dominated],
            "always": [c.told(self.game) for c in self.always],
        }

    def _bound_json(self, bound: Bound) -> dict[str, Any]:
        where = self.binds(bound) if bound in self.bounds and bound.kind in ("least", "greatest") else None
        return {
            "kind": bound.kind,
            "value": None if bound.value is None else text(bound.value),
            "polynomial": text(bound.polynomial),
            "exists_where_positive": None if bound.reached is None else text(bound.reached),
            "binds_where": None if where is None else text(where),
            "deviations": [c.told(self.game) for c in bound.constraints],
        }

    def to_latex(self) -> str:
        """The answer as LaTeX, without delimiters."""
        symbol = latex(self.symbol)
        if self.failing:
            return r"\text{none}"
        formula = self.formula
        if formula is not None:
            sign = r"\geq" if self._of("least") else r"\leq"
            return f"{symbol} {sign} {latex(formula)}"
        kept = self._of("least") or self._of("greatest") or self._of("several")
        if not kept:
            return r"\text{all } " + symbol
        asked = [latex(sp.collect(sp.expand(bound.polynomial), self.symbol)) for bound in kept]
        return r",\quad ".join(polynomial + r" \geq 0" for polynomial in asked)

    def _repr_latex_(self) -> str:
        return f"${self.to_latex()}$"

    def _sympy_(self) -> Expression:
        formula = self.formula
        if formula is None:
            raise sp.SympifyError(f"there is no formula: {self.why}")
        return formula

    def __str__(self) -> str:
        formula = self.formula
        return self.why if formula is None else text(formula)


def threshold(
    game: SymbolicGame,
    strategy: Any,
    of: Expression | str,
    between: tuple[Expression, Expression] | None = None,
    *,
    shares: Sequence[Expression | str] = (),
) -> Threshold:
    """Where a strategy is an equilibrium of a game, solved for one symbol.

    ``strategy``  see ``games.symbolic.machine``.
    ``of``        a symbol of the game, or its name.
    ``between``   where it lies, ends excluded; None: (0, 1) for what discount factors and chances consist of, else
                  anywhere (above 0 if the symbol is positive).  What the game assumes of the symbol itself is not used.
    ``shares``    further symbols of the game that lie in (0, 1).

    Raises ``GameError`` if the symbol is none of the game's, or the strategy does not fit.

    >>> from games.symbolic.classics import dilemma
    >>> from games.symbolic.machine import Machine
    >>> once = Machine({"keep": ("C", "C"), "break": ("D", "D")},
    ...                lambda mode, state, seen: "keep" if mode == "keep" and seen == ("C", "C") else "break")
    >>> print(threshold(dilemma(), once, "delta"))
    (T - R)/(T - P)
    """
    named = {str(s): s for s in game.symbols}
    if str(of) not in named:
        raise GameError(f"of: the game has no symbol {str(of)!r}; its symbols are {', '.join(named) or 'none'}")
    symbol = named[str(of)]
    span = _span(game, symbol, between)
    unit = game.unit_symbols | {named[str(share)] for share in shares if str(share) in named}
    signs = Signs([x for x in game.assuming if symbol not in x.free_symbols],
                  {s: (sp.Integer(0), sp.Integer(1)) for s in unit} | {symbol: span})
    laid = laid_out(game, strategy)
    grouped: dict[tuple[str, Expression], Bound] = {}
    always: list[Constraint] = []
    for constraint in constraints_of(game, laid):
        bound = bound_of(constraint, symbol, span, signs)
        if bound.kind == "always":
            always.append(constraint)
            continue
        key = bound.kind, bound.polynomial
        known = grouped.get(key)
        if known is not None:
            bound = replace(known, constraints=(*known.constraints, constraint))
        grouped[key] = bound
    bounds, dominated = _undominated(list(grouped.values()), signs)
    return Threshold(game, symbol, span, bounds, dominated, tuple(always), laid, signs)


def critical_discount(game: SymbolicGame, strategy: Any) -> Threshold:
    """The common discount factor from which on a strategy is an equilibrium.

    Raises ``GameError`` if discount factors are not one symbol, the same for all.
    """
    factors = set(game.discount)
    if len(factors) != 1 or not game.discount[0].is_Symbol:
        raise GameError(f"discount: {', '.join(map(str, game.discount))} is not one symbol, the same for all; ask for "
                        "threshold(game, strategy, of=...)")
    return threshold(game, strategy, game.discount[0])


def _span(game: SymbolicGame, symbol: Expression, between: tuple[Expression, Expression] | None) -> Span:
    if between is None:
        if symbol in game.unit_symbols:
            return sp.Integer(0), sp.Integer(1)
        return (sp.Integer(0) if symbol.is_positive else -sp.oo), sp.oo
    if len(between) != 2:
        raise GameError(f"between: {len(between)} numbers given; write two, for instance (0, 1)")
    low, high = (sp.sympify(end) if end in (sp.oo, -sp.oo) else read(end, "between") for end in between)
    if not low.is_extended_real or not high.is_extended_real or not low < high:
        raise GameError(f"between: {low} and {high} are no ends of an interval; write the lower first, for instance "
                        "(0, 1)")
    if symbol in game.discount and not (low >= 0 and high <= 1):
        raise GameError(f"between: {low} and {high}: discount factors lie between 0 and 1")
    return low, high


def _undominated(bounds: list[Bound], signs: Signs) -> tuple[tuple[Bound, ...], tuple[Bound, ...]]:
    """The bounds that may bind, and those that another one implies everywhere."""
    if any(bound.kind == "never" for bound in bounds):
        kept = [bound for bound in bounds if bound.kind == "never"]
        return tuple(kept), tuple(bound for bound in bounds if bound.kind != "never")
    if len(bounds) > MOST_COMPARED:
        return tuple(bounds), ()
    kept = list(bounds)
    for bound in bounds:
        if any(other is not bound and _implies(other, bound, signs) for other in kept):
            kept.remove(bound)
    return tuple(kept), tuple(bound for bound in bounds if bound not in kept)


def _implies(one: Bound, other: Bound, signs: Signs) -> bool:
    """Whether wherever the constraints of ``one`` hold those of ``other`` do."""
    if one.kind == other.kind and one.kind in ("least", "greatest"):
        sign = 1 if one.kind == "least" else -1
        if one.value is not None and other.value is not None and signs.of(sign * (one.value - other.value)) == 1:
            return True
    return any((signs.of(d.slack - c.slack) or -1) > 0 for c in one.constraints[:1] for d in other.constraints[:1])


def _between(left: Expression, right: Expression) -> Expression:
    if left == -sp.oo and right == sp.oo:
        return sp.Integer(0)
    if left == -sp.oo:
        return right - 1
    return left + 1 if right == sp.oo else (left + right) / 2
