"""Concessions in stages, when whoever walks away keeps what it has been given (Compte and Jehiel 2004).

Two parties owe each other concessions that cannot be taken back.  They move in turns, and whoever is to move can end
the relation instead: it keeps what the other has conceded, a court or an arbitrator awards it part of what is still
open, and it bears its cost of the breakdown.  So every concession makes the other's way out better.  A schedule holds
if in every turn the mover prefers going on: backward induction in a game of two moves per turn.

What is found is the schedule of fewest stages.  Let a party still owe C, and the other D, and let it get the part a of
C + D by walking away, at a cost of c: it goes on if D >= a (C + D) - c.  Nothing else bounds what it may owe, so the
bounds follow from each other from the last stage backwards.  With equal parts a and costs c, what a mover may owe k
stages before the end is c (q**k - 1) / (1 - 2 a) with q = (1 - a) / a, and 2 c k if a = 1/2: then steps are 4 c at
most, and a pie of 1 shared evenly takes about 1 / (4 c) of them.  However concessions are chosen, an equilibrium in
which all are made needs at least so many stages, since walking away is open to every mover in every such game.

For a treaty: the less a breakdown costs and the more of what is open can be had by walking away (the harder the deal
is to enforce), the smaller the steps must be and the more of them are needed.  With discounting stages cost time, and
below some cost of a breakdown no schedule is left: a deal that is harder to enforce is harder to make.

The two features (a concession improves the other's outside option; opting out is inefficient) and the conclusion are
those of Compte and Jehiel, Review of Economic Studies 71 (2004); the linear outside option and its algebra are a
reduced form of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

from games.bargaining.rational_input import Number, Numbers, rational, rationals
from games.model.stochastic_game import GameError

Pair = tuple[Fraction, Fraction]
MOST_STAGES = 2000


@final
@dataclass(frozen=True)
class GradualConcessions:
    """A schedule of fewest stages, or that there is none.

    ``owed``      what each party is to concede in all.
    ``claims``    part of what is still open that each gets by walking away, and ``costs`` of a breakdown to each.
    ``discount``  factor per stage, common to both.
    ``openers``   who may move first.
    ``opener``    who does, and ``steps`` what is conceded in each stage, in turns; None: no schedule holds.
    """

    owed: Pair
    claims: Pair
    costs: Pair
    discount: Fraction
    openers: tuple[int, ...]
    opener: int | None
    steps: tuple[Fraction, ...] | None

    @property
    def stages(self) -> int | None:
        """How many concessions it takes; None: no schedule holds."""
        return None if self.steps is None else len(self.steps)

    @property
    def values(self) -> Pair | None:
        """What the schedule is worth to each at the beginning; None: no schedule holds."""
        if self.steps is None:
            return None
        late = self.discount ** max(0, len(self.steps) - 1)
        return late * self.owed[1], late * self.owed[0]

    def check(self) -> bool:
        """Whether the schedule holds by backward induction, and no schedule of fewer stages, or none at all, can."""
        if self.steps is None or self.opener is None:
            return all(_fewest(self, first) is None for first in self.openers)
        paid = [Fraction(0), Fraction(0)]
        for k, step in enumerate(self.steps):
            mover = (self.opener + k) % 2
            left = self.discount ** (len(self.steps) - 1 - k)
            still_open = sum(self.owed) - sum(paid)
            away = paid[1 - mover] + self.claims[mover] * still_open - self.costs[mover]
            if step < 0 or left * self.owed[1 - mover] < away:
                return False
            paid[mover] += step
        counts = [_fewest(self, first) for first in self.openers]
        return (
            tuple(paid) == self.owed and self.opener in self.openers
            and min(len(one) for one in counts if one is not None) == len(self.steps)
        )


def gradual_concessions(
    owed: Numbers,
    claims: Numbers,
    costs: Numbers,
    *,
    discount: Number = 1,
    opener: int | None = None,
) -> GradualConcessions:
    """The schedule of alternating concessions with fewest stages that nobody walks away from.

    ``owed``      what each of two parties concedes in all, which the other gets once all is conceded.
    ``claims``    part of what is still open that a party gets by walking away; together at most 1.
    ``costs``     what a breakdown costs a party, at least 0, in the unit of ``owed``.
    ``discount``  factor per stage, in (0, 1].
    ``opener``    who moves first; None: whoever makes it shorter.

    Raises ``GameError`` for numbers that do not fit, or if more than 2000 stages would be needed.

    >>> found = gradual_concessions(["1/2", "1/2"], ["1/2", "1/2"], ["1/20", "1/20"])
    >>> [str(step) for step in found.steps]
    ['1/10', '1/5', '1/5', '1/5', '1/5', '1/10']
    >>> gradual_concessions([1, 1], ["1/2", "1/2"], [0, 0]).steps is None
    True
    """
    both, parts, lost = (
        rationals(owed, "what is owed", 2, 0), rationals(claims, "parts won by walking away", 2, 0, 1),
        rationals(costs, "costs of a breakdown", 2, 0))
    factor = rational(discount, "discount", 0, 1)
    if factor == 0:
        raise GameError("bargaining: a discount of 0; it must be above 0")
    if sum(parts) > 1:
        raise GameError(f"bargaining: walking away wins {sum(parts)} of what is open, both parties together; "
                        "that must be at most 1")
    if opener not in (None, 0, 1):
        raise GameError(f"bargaining: the opener is {opener!r}; it must be 0, 1 or None")
    openers = (0, 1) if opener is None else (opener,)
    asked = GradualConcessions(_pair(both), _pair(parts), _pair(lost), factor, openers, None, None)
    schedules = [(first, steps) for first in openers if (steps := _fewest(asked, first)) is not None]
    if not schedules:
        return asked
    best, steps = min(schedules, key=lambda one: len(one[1]))
    return GradualConcessions(asked.owed, asked.claims, asked.costs, factor, openers, best, steps)


def _pair(row: tuple[Fraction, ...]) -> Pair:
    return row[0], row[1]


def _fewest(game: GradualConcessions, opener: int) -> tuple[Fraction, ...] | None:
    """Steps of the shortest schedule that this party can open; None if there is none."""
    found = [steps for last in (0, 1) if (steps := _backwards(game, opener, last)) is not None]
    return min(found, key=len, default=None)


def _backwards(game: GradualConcessions, opener: int, last: int) -> tuple[Fraction, ...] | None:
    """Steps of the shortest schedule with this first and this last mover.

    The most that movers may still owe, from the last stage on, bounds what any schedule may leave open, and is itself
    a schedule as long as it grows.  Once it falls for a party it never recovers: the bound on the other falls with it,
    and discounting only lowers bounds farther from the end.
    """
    if not any(game.owed):
        return ()
    may_owe = [Fraction(0), Fraction(0)]                      # of each party, at its latest turn so far
    steps: list[Fraction] = []
    left = Fraction(1)
    for stage in range(MOST_STAGES):
        mover = (last + stage) % 2
        other = 1 - mover
        room = game.owed[mover]
        if game.claims[mover]:
            delay = (1 - left) * game.owed[other]
            bound = ((1 - game.claims[mover]) * may_owe[other] + game.costs[mover] - delay) / game.claims[mover]
            room = min(room, bound)
        elif may_owe[other] + game.costs[mover] < (1 - left) * game.owed[other]:
            return None
        if room < may_owe[mover]:
            return None
        steps.append(room - may_owe[mover])
        may_owe[mover] = room
        left *= game.discount
        if tuple(may_owe) == game.owed and mover == opener:
            return tuple(reversed(steps))
        if stage and steps[-1] == steps[-2] == 0:
            return None                                       # nothing moves any more; more stages add delay only
    raise GameError(f"bargaining: more than {MOST_STAGES} stages would be needed; costs of a breakdown are too small "
                    "against what is owed")
