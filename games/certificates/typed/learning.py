"""What public outcomes say of each player's conduct, and Bayes' rule with types that change unseen.

Posteriors stay independent across players only if every outcome factors: its chance, given a profile of actions, is a
product of something that depends on the one player's action and something that depends on the others'.  A flag on one
party does, and so do several flags drawn independently; a flag that tells only that somebody breached does not.

Sources: Bayes' rule; Mailath and Samuelson (2001) for types that are replaced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import final

from games.certificates.faults import Fault
from games.model.outcome_laws import Outcome, OutcomeLaws
from games.model.typed_game import Matrix, TypedGame

Belief = tuple[Fraction, ...]
"""Chances of a player's types, in order."""
Hint = tuple[Fraction, ...]
"""Per own action of a player, how likely it makes an outcome, up to a factor that all actions share."""


@final
class Learning:
    """The outcomes of a typed game; those of a state are worked out when they are asked for."""

    def __init__(self, typed: TypedGame) -> None:
        self.typed, self.laws = typed, OutcomeLaws(typed.game)
        self._hints: dict[int, Mapping[Outcome, tuple[Hint, ...]] | Fault] = {}

    def hints(self, state: int) -> Mapping[Outcome, tuple[Hint, ...]] | Fault:
        """Per outcome that some profile makes possible, what it says of every player with more than one type.

        The hint of a player with one type is empty.  A ``Fault`` names the outcome that speaks of several players at
        once.
        """
        if state not in self._hints:
            self._hints[state] = self._hints_in(state)
        return self._hints[state]

    def _hints_in(self, state: int) -> Mapping[Outcome, tuple[Hint, ...]] | Fault:
        game, rows = self.typed.game, self.typed.game.rows_of(state)
        if game.monitoring is None or not game.monitoring.signals[state]:
            return self._seen_in(state, rows)
        chances: dict[Outcome, dict[int, Fraction]] = {}
        for row in rows:
            for outcome, p in self.laws.exact(row).items():
                chances.setdefault(outcome, {})[row] = p
        out: dict[Outcome, tuple[Hint, ...]] = {}
        for outcome, by_row in sorted(chances.items()):
            pivot = min(by_row)
            hints: list[Hint] = []
            for i, types in enumerate(self.typed.types):
                if len(types) == 1:
                    hints.append(())
                    continue
                own = tuple(by_row.get(r, Fraction(0)) for r in game.deviation_rows(pivot, i))
                if not self._factors(by_row, rows, pivot, i, own):
                    label = self.laws.signal_label(state, outcome[0])
                    return Fault(
                        f"state {game.states[state]!r}, signal {label!r}",
                        f"what it says of {game.players[i]} depends on what others do, so that beliefs about several "
                        "players would hang together; signals that speak of one player each are needed")
                hints.append(own)
            out[outcome] = tuple(hints)
        return out

    def _seen_in(self, state: int, rows: range) -> Mapping[Outcome, tuple[Hint, ...]]:
        """The same where everyone sees the profile: every outcome tells all own actions."""
        game = self.typed.game
        tells: list[list[Hint]] = []
        for i, count in enumerate(game.action_counts[state].tolist()):
            several = len(self.typed.types[i]) > 1
            tells.append([tuple(Fraction(int(a == b)) for b in range(count)) if several else () for a in range(count)])
        out: dict[Outcome, tuple[Hint, ...]] = {}
        for row in rows:
            seen = tuple(own[a] for own, a in zip(tells, game.own_action[row].tolist(), strict=True))
            out |= dict.fromkeys(self.laws.exact(row), seen)
        return out

    def _factors(
        self, by_row: Mapping[int, Fraction], rows: range, pivot: int, player: int, own: Hint
    ) -> bool:
        """Whether the chances of an outcome are a product of the player's part, ``own``, and the others'."""
        game = self.typed.game
        step, none = int(game.stride[game.row_state[pivot], player]), Fraction(0)
        start = int(game.own_action[pivot, player])
        for row in rows:
            action = int(game.own_action[row, player])
            like = by_row.get(row + (start - action) * step, none)     # the player as at the pivot, the others as here
            if by_row.get(row, none) * by_row[pivot] != own[action] * like:
                return False
        return True


def changes(typed: TypedGame, player: int, state: int, after: int) -> Matrix | None:
    """How a player's type changes, unseen or by being drawn anew, when play moves from a state to the next; or None."""
    again = None if typed.redraws is None else typed.redraws[player]
    if again is not None and again[state, after]:
        return (typed.prior[player],) * len(typed.types[player])
    return typed.replaced(player, state)


def moved(belief: Sequence[Fraction], matrix: Matrix | None) -> Belief:
    """A belief after types have changed."""
    if matrix is None:
        return tuple(belief)
    return tuple(sum((b * row[t] for b, row in zip(belief, matrix, strict=True)), Fraction(0))
                 for t in range(len(belief)))


def learnt(belief: Belief, likelihood: Belief) -> Belief | None:
    """Bayes' rule; None where no type that is believed possible would bring the outcome about.

    >>> learnt((Fraction(1, 2), Fraction(1, 2)), (Fraction(9, 10), Fraction(1, 5)))
    (Fraction(9, 11), Fraction(2, 11))
    """
    joint = [b * p for b, p in zip(belief, likelihood, strict=True)]
    total = sum(joint, Fraction(0))
    return tuple(x / total for x in joint) if total else None
