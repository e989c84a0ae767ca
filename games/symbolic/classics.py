"""Games of the textbooks in symbols: the prisoners' dilemma, Cournot's and Bertrand's oligopolies."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import sympy as sp

from games.model.stochastic_game import GameError
from games.symbolic.game import Expression, SymbolicGame, read, repeated, text

MOST_FIRMS = 5
COOPERATE, DEFECT = "C", "D"


def dilemma(
    T: Expression | None = None,
    R: Expression | None = None,
    P: Expression | None = None,
    S: Expression | None = None,
    *,
    discount: Expression | None = None,
) -> SymbolicGame:
    """The repeated prisoners' dilemma, of actions C and D: temptation, reward, punishment, sucker's payoff.

    What is left out is a symbol, T > R > P > S and ``delta``.  Raises ``GameError`` if numbers are in another order.

    >>> dilemma().assuming, dilemma(T=3, R=2).assuming
    ((-R + T, -P + R, P - S), (2 - P, P - S))
    """
    names = ("T", "R", "P", "S")
    told = [sp.Symbol(name) if x is None else read(x, name) for name, x in zip(names, (T, R, P, S), strict=True)]
    assuming = []
    for k, (high, low) in enumerate(itertools.pairwise(told)):
        apart = high - low
        if apart.is_number and not apart > 0:
            raise GameError(f"{names[k]} = {high}: a dilemma needs {' > '.join(names)}, and {names[k + 1]} is {low}")
        if not apart.is_number and apart.is_positive is not True:
            assuming.append(apart)
    t, r, p, s = told
    return repeated([[[r, r], [s, t]], [[t, s], [p, p]]], discount, actions=[[COOPERATE, DEFECT]] * 2,
                    assuming=assuming)


def cournot(n: int, *, stick: Expression | None = None) -> SymbolicGame:
    """``n`` firms that choose outputs; a firm earns (a - all outputs) times its own, with ``a`` > 0 (demand less cost).

    Actions: "share" of the monopoly output, the "nash" output, the "best" reply to shares; with ``stick``, an output
    per firm, also "stick" and the "dodge" that is the best reply to it.  They are worked out from the profit, so that
    the thresholds of strategies which play them are those of the continuum of outputs.

    A stick lies below a / (n - 1), from which on the best reply is to sell nothing.

    Raises ``GameError`` for other than 2 to 5 firms, and for sticks that surely lie above.
    Source: Friedman (1971); Abreu (1986).
    """
    _insist_on_firms(n)
    a, own, other = sp.Symbol("a", positive=True), sp.Dummy("own"), sp.Dummy("other")

    def best(profit: Expression, of: Expression) -> Expression:
        return sp.factor(sp.solve(sp.diff(profit, of), of)[0])

    reply = best(own * (a - own - (n - 1) * other), own)
    share = best(n * other * (a - n * other), other)
    nash = sp.solve(reply - other, other)[0]
    outputs = {"share": share, "nash": nash, "best": reply.subs(other, share)}
    if stick is not None:
        told = read(stick, "stick")
        told = told.subs({symbol: a for symbol in told.free_symbols if symbol.name == a.name})
        if (a - (n - 1) * told).is_nonpositive:
            raise GameError(f"stick = {told}: give an output below {text(a / (n - 1))}, to which selling is a reply")
        outputs |= {"stick": told, "dodge": reply.subs(other, told)}

    def profits(labels: tuple[str, ...]) -> list[Expression]:
        sold = [outputs[label] for label in labels]
        return [sp.factor(q * (a - sum(sold))) for q in sold]

    return _oligopoly(n, tuple(outputs), profits)


def bertrand(n: int) -> SymbolicGame:
    """``n`` firms that choose prices: "share" the monopoly profit ``M`` > 0, "undercut" a little, or "cost".

    A firm that alone undercuts takes all of ``M``, which is what it can come as near to as it likes; several that do
    share it.  If any firm prices at cost nobody earns anything.

    Raises ``GameError`` for other than 2 to 5 firms.  Source: Friedman (1971).
    """
    _insist_on_firms(n)
    monopoly = sp.Symbol("M", positive=True)

    def profits(labels: tuple[str, ...]) -> list[Expression]:
        if "cost" in labels:
            return [sp.Integer(0)] * n
        low = labels.count("undercut")
        if not low:
            return [monopoly / n] * n
        return [monopoly / low if label == "undercut" else sp.Integer(0) for label in labels]

    return _oligopoly(n, ("share", "undercut", "cost"), profits)


def _insist_on_firms(n: object) -> None:
    if not isinstance(n, int) or not 2 <= n <= MOST_FIRMS:
        raise GameError(f"n = {n}: from 2 to {MOST_FIRMS} firms are worked out in symbols")


def _oligopoly(n: int, labels: tuple[str, ...], profits: Callable[[tuple[str, ...]], list[Expression]]) -> SymbolicGame:
    rows = list(itertools.product(labels, repeat=n))
    known: dict[tuple[str, ...], list[Expression]] = {}
    table = []
    for row in rows:
        kind = tuple(sorted(row))
        if kind not in known:
            known[kind] = profits(kind)
        of = dict(zip(kind, known[kind], strict=True))
        table.append(tuple(of[label] for label in row))
    return SymbolicGame(
        players=tuple(f"firm {i + 1}" for i in range(n)),
        discount=(sp.Symbol("delta"),) * n,
        states=("s0",),
        actions=((labels,) * n,),
        payoffs=tuple(table),
        transition=({0: sp.Integer(1)},) * len(rows),
    )
