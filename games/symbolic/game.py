"""Games whose payoffs, chances and discount factors are symbols: laid out like ``StochasticGame``, row by row."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, final

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy.printing.latex import LatexPrinter, greek_letters_set
from sympy.printing.str import StrPrinter

from games.model.row_tables import Layout
from games.model.stochastic_game import GameError

Expression = Any
"""A sympy expression, or what sympy can read as one: a number, a ``Fraction``, a symbol."""
Law = Mapping[int, Expression]
"""Chances of the next states, by number."""
_NAMES = re.compile(r"\b(?!(?:oo|nan|zoo)\b)[A-Za-z_]\w*\b(?!\s*\()")
"""Names in an expression that call no function."""


@final
@dataclass(frozen=True, eq=False)
class SymbolicGame:
    """A stochastic game in symbols; a repeated game is the one-state case.

    ``players``     names.
    ``discount``    one expression per player.
    ``states``      names;  ``actions[state][player]`` labels.
    ``payoffs``     ``payoffs[row][player]``, payoff per period; rows as in ``StochasticGame``: states in order,
                    profiles in C order.
    ``transition``  ``transition[row]``: chances of the next states.
    ``assuming``    expressions that are positive; linear in the symbols, each a condition of its own.
    ``initial``     the state in which play begins.

    Payoffs of play are average discounted.  Raises ``GameError`` when this describes no game.
    Source: Shapley (1953).
    """

    players: tuple[str, ...]
    discount: tuple[Expression, ...]
    states: tuple[str, ...]
    actions: tuple[tuple[tuple[str, ...], ...], ...]
    payoffs: tuple[tuple[Expression, ...], ...]
    transition: tuple[Law, ...]
    assuming: tuple[Expression, ...] = ()
    initial: int = 0

    def __post_init__(self) -> None:
        for what, names in (("players", self.players), ("states", self.states)):
            twice = sorted({x for x in names if names.count(x) > 1})
            if twice or not names:
                problem = f"{twice[0]!r} appears twice; give every one a name of its own" if twice else "none is given"
                raise GameError(f"{what}: {problem}")
        if len(self.discount) != self.n_players:
            raise GameError(f"discount: {len(self.discount)} given, one per player ({self.n_players}) is needed")
        if len(self.actions) != self.n_states or any(len(per_player) != self.n_players for per_player in self.actions):
            raise GameError("actions: labels are needed for every state and, in it, for every player")
        if len(self.payoffs) != self.n_rows or any(len(row) != self.n_players for row in self.payoffs):
            raise GameError(f"payoffs: {len(self.payoffs)} rows given; {self.n_rows} are needed, with a number for "
                            "each player")
        if len(self.transition) != self.n_rows:
            raise GameError(f"transition: {len(self.transition)} rows given; {self.n_rows} are needed")
        for number in self.discount:
            if number.is_number and not 0 <= number < 1:
                raise GameError(f"discount: {number} is not in [0, 1)")
        for row, law in enumerate(self.transition):
            unknown = [s for s in law if not 0 <= s < self.n_states]
            if unknown:
                raise GameError(f"{self.place(row)}: there is no state number {unknown[0]}")
            total = sp.cancel(sum(law.values(), sp.Integer(0)))
            if total != 1:
                raise GameError(f"{self.place(row)}: transition probabilities sum to {total}, not 1")
            below = [p for p in law.values() if p.is_number and p < 0]
            if below:
                raise GameError(f"{self.place(row)}: a transition probability is {below[0]}; none may be negative")
        if not 0 <= self.initial < self.n_states:
            raise GameError(f"initial: state {self.initial} does not exist")
        called = [str(symbol) for symbol in self.symbols]
        if len(set(called)) < len(called):
            raise GameError(f"symbols: two different ones are called {max(called, key=called.count)!r}; make one with "
                            "sympy and use it everywhere")

    @property
    def n_players(self) -> int:
        """Number of players."""
        return len(self.players)

    @property
    def n_states(self) -> int:
        """Number of states."""
        return len(self.states)

    @property
    def n_rows(self) -> int:
        """Number of (state, action profile) pairs."""
        return int(self.row_start[-1])

    @cached_property
    def layout(self) -> Layout:
        """Where the rows are."""
        return Layout(self.actions)

    @property
    def row_start(self) -> NDArray[np.int64]:
        """Int[states + 1]: first row of each state."""
        return self.layout.row_start

    @property
    def row_state(self) -> NDArray[np.int64]:
        """Int[rows]: the state that each row belongs to."""
        return self.layout.row_state

    @property
    def action_counts(self) -> NDArray[np.int64]:
        """Int[states, players]: how many actions each player has in each state."""
        return self.layout.counts

    @property
    def stride(self) -> NDArray[np.int64]:
        """Int[states, players]: how far apart two rows are that differ by one in a player's action."""
        return self.layout.stride

    @property
    def own_action(self) -> NDArray[np.int64]:
        """Int[rows, players]: the action index that each player takes in each row."""
        return self.layout.own_action

    def deviation_rows(self, row: int, player: int) -> range:
        """All rows that a player can bring about alone from ``row``, ``row`` itself included, in action order."""
        state = int(self.row_state[row])
        step = int(self.stride[state, player])
        first = row - int(self.own_action[row, player]) * step
        return range(first, first + step * int(self.action_counts[state, player]), step)

    def profile_labels(self, row: int) -> tuple[str, ...]:
        """Action labels of a row, one per player."""
        state = int(self.row_state[row])
        return tuple(self.actions[state][i][int(a)] for i, a in enumerate(self.own_action[row]))

    def row_of_labels(self, state: int, labels: Sequence[str]) -> int:
        """Row of a profile given by its action labels; raises ``GameError`` naming the unknown one."""
        if len(labels) != self.n_players:
            raise GameError(f"state {self.states[state]!r}: {len(labels)} actions named for {self.n_players} players")
        row = int(self.row_start[state])
        for i, label in enumerate(labels):
            known = self.actions[state][i]
            if label not in known:
                raise GameError(f"state {self.states[state]!r}: player {self.players[i]!r} has no action {label!r}; "
                                f"actions are {', '.join(known)}")
            row += known.index(label) * int(self.stride[state, i])
        return row

    def place(self, row: int) -> str:
        """A row in words, for messages."""
        return f"state {self.states[int(self.row_state[row])]!r}, profile ({', '.join(self.profile_labels(row))})"

    @cached_property
    def symbols(self) -> tuple[Expression, ...]:
        """Every symbol of the game, by name."""
        told = [*self.discount, *itertools.chain.from_iterable(self.payoffs),
                *(p for law in self.transition for p in law.values())]
        return tuple(sorted(set().union(*(x.free_symbols for x in told)), key=str))

    @cached_property
    def unit_symbols(self) -> frozenset[Expression]:
        """Symbols that discount factors and chances consist of: each lies in (0, 1)."""
        shares = [*self.discount, *(p for law in self.transition for p in law.values())]
        return frozenset(set().union(*(x.free_symbols for x in shares)))

    def same_outcome(self, one: int, other: int) -> bool:
        """Whether two rows give the same payoffs and the same law, identically."""
        return self.payoffs[one] == self.payoffs[other] and self.transition[one] == self.transition[other]

    def with_values(self, values: Mapping[Expression, Expression]) -> SymbolicGame:
        """The game with some symbols replaced by numbers or expressions; conditions that become numbers are left out.

        Raises ``GameError`` if an assumption fails there.
        """
        told = {sp.sympify(symbol): read(value, str(symbol)) for symbol, value in values.items()}
        problem = self.contradiction(told, self.assuming)
        if problem is not None:
            raise GameError(problem)

        def put(expression: Expression) -> Expression:
            return expression.subs(told, simultaneous=True)

        assuming = [put(x) for x in self.assuming]
        return replace(
            self,
            discount=tuple(map(put, self.discount)),
            payoffs=tuple(tuple(map(put, row)) for row in self.payoffs),
            transition=tuple({s: put(p) for s, p in law.items()} for law in self.transition),
            assuming=tuple(x for x in assuming if not x.is_number),
        )

    def contradiction(
        self, values: Mapping[Expression, Expression], assuming: Sequence[Expression]
    ) -> str | None:
        """What values of some symbols contradict, in words, with the remedy; None if nothing.

        ``assuming``  the expressions that are to be positive.  Chances lie in [0, 1], discount factors in [0, 1).
        """
        for symbol, value in values.items():
            if value.is_number and symbol in self.unit_symbols and not 0 <= value <= 1:
                return f"values: {symbol} = {value} is no chance; give a number between 0 and 1"
            if value.is_number and symbol.is_positive and not value > 0:
                return f"values: {symbol} = {value} is assumed to be positive; give a number above 0"
        for factor in set(self.discount):
            told = factor.subs(values, simultaneous=True)
            if told.is_number and not 0 <= told < 1:
                return f"values: the discount factor would be {told}, which is not in [0, 1)"
        for expression in assuming:
            told = expression.subs(values, simultaneous=True)
            if told.is_number and not told > 0:
                return (f"values: {text(expression)} is assumed to be positive, and would be {told}; give values for "
                        "which it is")
        return None


def read(value: Expression, place: str) -> Expression:
    """An expression as sympy has it; floats are the decimals they show, and ``Fraction`` stays exact.

    In text every name is a symbol, also those that sympy has a use for, such as S.  Raises ``GameError`` naming the
    place.

    >>> read("T - S", "payoffs").free_symbols == set(sp.symbols("T S"))
    True
    """
    names = {name: sp.Symbol(name) for name in _NAMES.findall(value)} if isinstance(value, str) else {}
    try:
        told = sp.sympify(repr(float(value)) if isinstance(value, float) else value, names, rational=True)
    except (sp.SympifyError, TypeError, SyntaxError, ValueError):
        raise GameError(f"{place}: {value!r} is no number and no expression; give a number or a sympy expression"
                        ) from None
    finite = not isinstance(value, float) or math.isfinite(value)
    if not finite or not isinstance(told, sp.Expr) or told.has(sp.nan, sp.zoo, sp.oo) or told.is_real is False:
        raise GameError(f"{place}: {value!r} is no number and no expression; give a number or a sympy expression")
    return told


def text(expression: Expression) -> str:
    """An expression for the reader: ``T - R``, where sympy itself writes ``-R + T``."""
    return str(_Text().doprint(expression))


def latex(expression: Expression) -> str:
    """The same as LaTeX, without delimiters."""
    return str(_Latex().doprint(expression))


def _positive_first(expression: Expression, order: str | None) -> list[Expression]:
    """The terms of a sum, those with a plus before those with a minus."""
    return sorted(expression.as_ordered_terms(order=order), key=lambda term: bool(term.could_extract_minus_sign()))


@final
class _Text(StrPrinter):  # type: ignore[misc]
    """Text for readers."""

    def _as_ordered_terms(self, expression: Expression, order: str | None = None) -> list[Expression]:
        return _positive_first(expression, order)


@final
class _Latex(LatexPrinter):  # type: ignore[misc]
    """LaTeX for readers; words are upright."""

    def _print_Symbol(self, symbol: Expression, style: str = "plain") -> str:
        name = str(symbol)
        word = name.split("_")[0].rstrip("0123456789")
        if len(word) > 1 and word.lower() not in greek_letters_set:
            return r"\mathrm{" + name.replace("_", r"\_") + "}"
        told: str = super()._print_Symbol(symbol, style)
        return told

    def _as_ordered_terms(self, expression: Expression, order: str | None = None) -> list[Expression]:
        return _positive_first(expression, order)


def repeated(
    payoffs: Sequence[Any],
    discount: Expression | Sequence[Expression] | None = None,
    *,
    actions: Sequence[Sequence[str]] | None = None,
    players: Sequence[str] | None = None,
    assuming: Sequence[Expression] = (),
) -> SymbolicGame:
    """The infinitely repeated game of one stage game in symbols.

    ``payoffs``   nested lists: ``payoffs[a1]...[an][i]`` is what player i earns per period.
    ``discount``  one expression for all or one per player; None: the symbol ``delta`` for all.
    ``assuming``  expressions that are positive, each linear, such as ``T - R``.

    Raises ``GameError`` if the shape does not fit.

    >>> import sympy as sp
    >>> b, c = sp.symbols("b c")                                   # each can give b at a cost of c
    >>> gifts = repeated([[[b - c, b - c], [-c, b]], [[b, -c], [0, 0]]], assuming=[b - c, c])
    >>> gifts.n_rows, gifts.symbols
    (4, (b, c, delta))
    """
    return stochastic([payoffs], [_staying(payoffs)], discount, states=["s0"],
                      actions=None if actions is None else [actions], players=players, assuming=assuming)


def stochastic(
    payoffs: Sequence[Sequence[Any]],
    transitions: Sequence[Sequence[Any]],
    discount: Expression | Sequence[Expression] | None = None,
    *,
    states: Sequence[str],
    actions: Sequence[Sequence[Sequence[str]]] | None = None,
    players: Sequence[str] | None = None,
    assuming: Sequence[Expression] = (),
) -> SymbolicGame:
    """A stochastic game in symbols, from nested lists, one of each kind per state.

    ``payoffs``      ``payoffs[s][a1]...[an][i]``: what player i earns in a period.
    ``transitions``  ``transitions[s][a1]...[an]``: the chance of each next state, by its name; what is left out is 0.
    ``discount``     one expression for all or one per player; None: the symbol ``delta`` for all.
    ``actions``      ``actions[state][player]`` labels; a0, a1, ... and b0, b1, ... where left out.

    Play begins in the first state.  Raises ``GameError``, naming the state, if this is no game.
    """
    if not len(payoffs) == len(transitions) == len(states):
        raise GameError(f"states: {len(states)} named, payoffs given for {len(payoffs)} and transitions for "
                        f"{len(transitions)}; give each once per state")
    number = {name: s for s, name in enumerate(states)}
    n = len(_first_leaf(payoffs[0], "payoffs"))
    table: list[tuple[Expression, ...]] = []
    laws: list[Law] = []
    labels = []
    for s, (stage, law) in enumerate(zip(payoffs, transitions, strict=True)):
        place = f"state {states[s]!r}"
        counts = _counts(stage, n, place)
        labels.append(tuple(map(tuple, actions[s])) if actions is not None else tuple(
            tuple(f"{'abcdefgh'[i % 8]}{k}" for k in range(count)) for i, count in enumerate(counts)))
        if tuple(map(len, labels[-1])) != counts:
            raise GameError(f"{place}, actions: {[len(x) for x in labels[-1]]} labels given, the payoffs have "
                            f"{list(counts)}")
        for index in itertools.product(*map(range, counts)):
            leaf, after = _at(stage, index, f"{place}, payoffs"), _at(law, index, f"{place}, transitions")
            if len(leaf) != n:
                raise GameError(f"{place}, payoffs: {len(leaf)} numbers at {index}, one per player ({n}) is needed")
            unknown = [name for name in after if name not in number]
            if unknown:
                raise GameError(f"{place}, transitions: there is no state {unknown[0]!r}; states are "
                                f"{', '.join(states)}")
            table.append(tuple(read(x, f"{place}, payoffs") for x in leaf))
            laws.append({number[name]: read(p, f"{place}, transitions") for name, p in after.items()})
    given = sp.Symbol("delta") if discount is None else discount
    factors = list(given) if isinstance(given, (list, tuple)) else [given] * n
    return SymbolicGame(
        players=tuple(players) if players is not None else tuple(f"P{i + 1}" for i in range(n)),
        discount=tuple(read(x, "discount") for x in factors),
        states=tuple(states),
        actions=tuple(labels),
        payoffs=tuple(table),
        transition=tuple(laws),
        assuming=tuple(read(x, "assuming") for x in assuming),
    )


def _staying(payoffs: Sequence[Any]) -> Any:
    """For every profile of a stage game the law that stays where it is."""
    if _is_list(payoffs) and payoffs and _is_list(payoffs[0]):
        return [_staying(below) for below in payoffs]
    return {"s0": 1}


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _first_leaf(payoffs: Any, place: str) -> Sequence[Any]:
    while _is_list(payoffs) and payoffs and _is_list(payoffs[0]):
        payoffs = payoffs[0]
    if not _is_list(payoffs) or not payoffs:
        raise GameError(f"{place}: lists in lists are wanted, the innermost with a number for each player")
    leaf: Sequence[Any] = payoffs
    return leaf


def _counts(stage: Any, n: int, place: str) -> tuple[int, ...]:
    def sizes() -> Iterator[int]:
        below = stage
        for _ in range(n):
            if not _is_list(below) or not below:
                raise GameError(f"{place}, payoffs: {n} players need lists {n + 1} deep")
            yield len(below)
            below = below[0]

    return tuple(sizes())


def _at(nested: Any, index: tuple[int, ...], place: str) -> Any:
    for k in index:
        if not _is_list(nested) or k >= len(nested):
            raise GameError(f"{place}: nothing is given at {index}; give every profile an entry")
        nested = nested[k]
    return nested
