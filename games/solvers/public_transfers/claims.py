"""Payoffs that a certificate can claim: rounded inward where something is left to share, exact where nothing is.

Where a state's joint payoff is just what all punishments sum to, as after a treaty's end, rounding inward would leave
less than nothing; there the payoffs of what is played are solved for in rationals.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, log10
from typing import Any, final

from flint import fmpq, fmpq_mat

from games.certificates.signals.outcomes import ExactOutcomes
from games.certificates.signals.transfer_plan import PublicCell, SharedPlay
from games.certificates.transfers.worth import rational
from games.numerics.arrays import Floats
from games.solvers.public_transfers.bounds import Aim
from games.solvers.public_transfers.outcomes import PublicOutcomes, state_components
from games.solvers.relational_transfers import TransferGame

INWARD = 2e-14
"""Payoffs that are claimed are moved inward by this, relative to the largest payoff over (1 - discount)."""

EXACT_UNKNOWNS = 150
EXACT_BITS = 20_000
"""Longer rationals are rounded all the same."""


def rounded(value: float, places: int, up: bool) -> Fraction:
    """The nearest decimal of so many places that is not less (``up``) or not more."""
    turn, unit = (ceil if up else floor), 10**places
    return Fraction(turn(Fraction(value) * unit), unit)


def places_finer_than(amount: float) -> int:
    """Decimal places that are finer than an amount by three digits."""
    return max(0, ceil(-log10(amount)) + 3)


@final
class PublicClaims:
    """Claims for the states that ``plays`` (by state and aim) cover.

    ``spare``  where more than so many roundings are left to share, payoffs are rounded.
    """

    def __init__(
        self, laid: TransferGame, outcomes: PublicOutcomes, plays: dict[tuple[int, Aim], SharedPlay], spare: float
    ) -> None:
        self.laid, self.game, self.plays = laid, laid.game, plays
        self.exact = ExactOutcomes.of(laid.game)
        known = {s for s, _ in plays}
        # Downstream first, so that what follows is claimed already.
        groups = ([s for s in c.states.tolist() if s in known] for c in state_components(outcomes))
        self.order = [here for here in groups if here]
        self.off = INWARD * laid.scale / (1 - laid.factor)
        self.spare = spare * self.off
        self.places = places_finer_than(self.off * (1 - laid.factor))
        self.joint: dict[int, Fraction] = {}
        self.worst: dict[int, tuple[Fraction, ...]] = {}
        self.path: dict[int, SharedPlay] = {}
        self.path_joint: dict[int, Fraction] = {}

    def settle(self, joint: Floats, worst: Floats) -> None:
        """Claim joint and punishment payoffs near to those given."""
        n = self.game.n_players
        left = joint - worst.sum(axis=1)
        for here in self.order:
            solved = None
            if left[here].min() <= self.spare and len(here) * (n + 1) <= EXACT_UNKNOWNS:
                solved = self._solve(here)
            # Without burning nothing may be rounded off what all have together, which is what they are paid in sum.
            balanced = None
            if solved is None and not self.game.burning and len(here) <= EXACT_UNKNOWNS:
                balanced = self._solve_joint(here, {s: self.plays[s, 0] for s in here}, self.joint)
            for k, s in enumerate(here):
                if solved is None:
                    inward = rounded(joint[s] - self.off, self.places, False)
                    self.joint[s] = inward if balanced is None else balanced[k]
                    self.worst[s] = tuple(rounded(v + self.off, self.places, True) for v in worst[s].tolist())
                else:
                    values = solved[k * (n + 1):(k + 1) * (n + 1)]
                    self.joint[s], self.worst[s] = values[0], tuple(values[1:])

    def settle_path(self, plays: dict[int, SharedPlay], joint: Floats) -> None:
        """Claim joint payoffs of the path near to those given."""
        self.path = plays
        for component in self.order:
            here = [s for s in component if s in plays]
            if not here:
                continue
            exact = not self.game.burning or min(joint[s] - float(sum(self.worst[s])) for s in here) <= self.spare
            solved = None
            if exact and len(here) <= EXACT_UNKNOWNS:
                solved = self._solve_joint(here, plays, self.path_joint)
            for k, s in enumerate(here):
                self.path_joint[s] = rounded(joint[s] - self.off, self.places, False) if solved is None else solved[k]

    def cells(self) -> tuple[PublicCell, ...]:
        """What the certificate says of every state."""
        n = self.game.n_players
        return tuple(
            PublicCell(
                s, self.plays[s, 0], self.joint[s], tuple(self.plays[s, i + 1] for i in range(n)), self.worst[s],
                self.path.get(s), self.path_joint.get(s))
            for s in sorted(self.joint))

    def _solve(self, here: list[int]) -> list[Fraction] | None:
        """Exact payoffs, joint then per player, of the states of a component; None if they are too long."""
        n, number = self.game.n_players, {s: k for k, s in enumerate(here)}
        size = len(here) * (n + 1)
        matrix = [[fmpq(int(a == b)) for b in range(size)] for a in range(size)]
        right = [[fmpq(0)] for _ in range(size)]
        for s in here:
            for aim in range(n + 1):
                at = number[s] * (n + 1) + aim
                play = self.plays[s, aim]
                players = range(n) if aim == 0 else (aim - 1,)
                right[at][0] += self._now(play, players)
                for t, (law, share) in self._expected(play, players).items():
                    for unknown in range(n + 1):
                        weight = share if unknown == 0 else (law if unknown - 1 in players else fmpq(0)) - share
                        if t in number:
                            matrix[at][number[t] * (n + 1) + unknown] -= self.exact.factor * weight
                        else:
                            known = self.joint[t] if unknown == 0 else self.worst[t][unknown - 1]
                            right[at][0] += self.exact.factor * weight * rational(known)
        return _solved(matrix, right)

    def _solve_joint(
        self, here: list[int], plays: dict[int, SharedPlay], after: dict[int, Fraction]
    ) -> list[Fraction] | None:
        """Exact joint payoffs of the states of a component, refusals bringing what is claimed already."""
        number, players = {s: k for k, s in enumerate(here)}, range(self.game.n_players)
        matrix = [[fmpq(int(a == b)) for b in range(len(here))] for a in range(len(here))]
        right = [[fmpq(0)] for _ in here]
        for s, at in number.items():
            play = plays[s]
            right[at][0] += self._now(play, players)
            for t, (law, share) in self._expected(play, players).items():
                if law != share:
                    right[at][0] += self.exact.factor * (law - share) * rational(sum(self.worst[t], Fraction(0)))
                if t in number:
                    matrix[at][number[t]] -= self.exact.factor * share
                else:
                    right[at][0] += self.exact.factor * share * rational(after[t])
        return _solved(matrix, right)

    def _now(self, play: SharedPlay, players: Any) -> Any:
        """What the players have together in this period."""
        return (1 - self.exact.factor) * sum((self.exact.payoff(play.row, i) for i in players), fmpq(0))

    def _expected(self, play: SharedPlay, players: Any) -> dict[int, tuple[Any, Any]]:
        """Per next state, its probability and how much of its surplus the players expect together."""
        shares = {z: rational(sum((given[i] for i in players), Fraction(0))) for zs, given in play.shares for z in zs}
        out: dict[int, tuple[Any, Any]] = {}
        for z, p in self.exact.law(play.row).items():
            law, share = out.get(z[1], (fmpq(0), fmpq(0)))
            out[z[1]] = law + p, share + p * shares.get(z, fmpq(0))
        return out


def _solved(matrix: list[list[Any]], right: list[list[Any]]) -> list[Fraction] | None:
    try:
        found = fmpq_mat(matrix).solve(fmpq_mat(right))
    except ZeroDivisionError:
        return None
    values = [Fraction(int(found[k, 0].p), int(found[k, 0].q)) for k in range(len(right))]
    return None if any(x.denominator.bit_length() > EXACT_BITS for x in values) else values
