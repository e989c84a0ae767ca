"""Equilibria of one round of a game of two players with two actions each, in symbols: pure ones, and the mixed one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, final

import sympy as sp

from games.model.stochastic_game import GameError
from games.symbolic.bounds import essential, tidy
from games.symbolic.game import Expression, SymbolicGame, latex, text
from games.symbolic.signs import Signs


@final
@dataclass(frozen=True)
class StageEquilibrium:
    """An equilibrium of one round.

    ``kind``        "pure" or "mixed" (both players mix).
    ``chances``     per player, the chance of its first action.
    ``conditions``  expressions; it is an equilibrium if and only if all are at least 0 (mixed: positive).
    ``profile``     labels of a pure one; None of the mixed one.
    """

    kind: Literal["pure", "mixed"]
    chances: tuple[Expression, Expression]
    conditions: tuple[Expression, ...]
    profile: tuple[str, ...] | None

    @property
    def certain(self) -> bool:
        """Whether it is one wherever what the game assumes is true."""
        return not self.conditions

    def to_latex(self) -> str:
        """The chances and the conditions as LaTeX, without delimiters."""
        told = r"\left(" + ", ".join(map(latex, self.chances)) + r"\right)"
        sign = r"\geq 0" if self.kind == "pure" else "> 0"
        asked = ", ".join(f"{latex(c)} {sign}" for c in self.conditions)
        return told + (r"\text{ if } " + asked if asked else "")

    def _repr_latex_(self) -> str:
        return f"${self.to_latex()}$"

    def to_json(self) -> dict[str, Any]:
        """The equilibrium as a JSON object; expressions are text."""
        return {"kind": self.kind, "chances": [text(x) for x in self.chances],
                "conditions": [text(x) for x in self.conditions],
                "profile": None if self.profile is None else list(self.profile)}


def stage_equilibria(game: SymbolicGame, state: int | str = 0) -> tuple[StageEquilibrium, ...]:
    """The equilibria of one round that are possible: with their conditions, where these are not known to hold.

    Pure ones first; the mixed one where both players may be made indifferent.  What is known to fail is left out.
    Raises ``GameError`` for other than two players with two actions each.
    Source: Nash (1951).

    >>> from games.symbolic.classics import dilemma
    >>> [(e.profile, e.certain) for e in stage_equilibria(dilemma())]
    [(('D', 'D'), True)]
    """
    number = game.states.index(state) if isinstance(state, str) and state in game.states else state
    if not isinstance(number, int) or not 0 <= number < game.n_states:
        raise GameError(f"state {state!r} does not exist; states are {', '.join(game.states)}")
    if game.n_players != 2 or game.action_counts[number].tolist() != [2, 2]:
        raise GameError("stage equilibria in symbols are those of two players with two actions each")
    signs = Signs(game.assuming, {s: (sp.Integer(0), sp.Integer(1)) for s in game.unit_symbols})
    first = int(game.row_start[number])
    pay = [[game.payoffs[first + 2 * a + b] for b in range(2)] for a in range(2)]
    out = []
    for a in range(2):
        for b in range(2):
            gains = pay[a][b][0] - pay[1 - a][b][0], pay[a][b][1] - pay[a][1 - b][1]
            asked = _asked(gains, signs, strict=False)
            if asked is not None:
                chances = sp.Integer(1 - a), sp.Integer(1 - b)
                out.append(StageEquilibrium("pure", chances, asked, game.profile_labels(first + 2 * a + b)))
    mixed = _mixed(pay, signs)
    return (*out, mixed) if mixed is not None else tuple(out)


def _mixed(pay: Any, signs: Signs) -> StageEquilibrium | None:
    """Each player's chances make the other indifferent; they lie in (0, 1) if two gains have one sign."""
    chances, asked = [], []
    for i in range(2):
        other = 1 - i

        def worth(mine: int, its: int, i: int = i, other: int = other) -> Expression:
            return pay[mine][its][other] if i == 0 else pay[its][mine][other]

        # The other gains ``one`` by its first action where this player plays its first, ``two`` by its second else.
        one, two = worth(0, 0) - worth(0, 1), worth(1, 1) - worth(1, 0)
        asked.append(one * two)
        if sp.cancel(one + two) == 0:
            return None
        chances.append(tidy(two / (one + two), signs))
    conditions = _asked(tuple(asked), signs, strict=True)
    return None if conditions is None else StageEquilibrium("mixed", (chances[0], chances[1]), conditions, None)


def _asked(expressions: tuple[Expression, ...], signs: Signs, strict: bool) -> tuple[Expression, ...] | None:
    """What is not known to be at least 0 (``strict``: positive), without factors of known sign; None if one fails."""
    out = []
    for expression in expressions:
        told = essential(expression, signs)
        sign = signs.of(told)
        if sign == -1 or (strict and sign == 0):
            return None
        if sign is None and told not in out:
            out.append(told)
    return tuple(out)
