"""Inspections that are kept secret or announced: two-by-two games, exactly, and their recursion over periods.

In a period the inspector inspects or waits, the inspectee violates or complies.  Kept secret, the two choose at once
and both draw lots; announced (inspector leadership), the inspector commits to a chance of inspection, which the
inspectee knows before it chooses, and which makes compliance a best reply.

Sources: Dresher (1962); Maschler (1966), A price leadership method for solving the inspector's non-constant-sum game;
Avenhaus, von Stengel and Zamir (2002), Inspection games.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

Table = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
"""One player's payoffs, [inspect, wait][violate, comply]."""


@final
@dataclass(frozen=True)
class Inspection:
    """What comes of one period, or of several from the first on.

    ``chance``      of an inspection in the (first) period; ``violation`` chance of a violation in it.
    ``inspector``   expected payoff; so ``inspectee``.
    """

    chance: Fraction
    violation: Fraction
    inspector: Fraction
    inspectee: Fraction


def secret(inspector: Table, inspectee: Table) -> Inspection:
    """The mixed equilibrium of a period in which both choose at once.

    Raises ``GameError`` unless best replies go round: inspect against violations only, violate without inspection only.
    """
    (caught, needless), (missed, quiet) = inspector
    (fined, tried), (gained, calm) = inspectee
    if not (caught > missed and quiet > needless and tried > fined and gained > calm):
        raise GameError("the inspector must want to inspect violations only, and the inspectee to violate only where "
                        "nobody inspects; otherwise nobody needs to draw lots")
    chance = (gained - calm) / (gained - calm + tried - fined)
    violation = (quiet - needless) / (quiet - needless + caught - missed)
    return Inspection(
        chance, violation, violation * missed + (1 - violation) * quiet, chance * tried + (1 - chance) * calm)


def announced(inspector: Table, inspectee: Table) -> Inspection:
    """The best chance of inspection to commit to; an inspectee that is indifferent does what the inspector likes.

    The inspector's payoff is linear in the chance wherever the best reply stays the same, so that the best chance is 0,
    1 or the one that makes the inspectee indifferent.
    """
    chances = {Fraction(0), Fraction(1)}
    tempted = inspectee[1][0] - inspectee[1][1]
    deterred = inspectee[0][1] - inspectee[0][0]
    if tempted + deterred != 0 and 0 <= (even := tempted / (tempted + deterred)) <= 1:
        chances.add(even)
    found = []
    for chance in sorted(chances):
        lead, follow = ([chance * table[0][k] + (1 - chance) * table[1][k] for k in range(2)]
                        for table in (inspector, inspectee))
        reply = max((k for k in range(2) if follow[k] == max(follow)), key=lambda k: (lead[k], k))
        found.append(Inspection(chance, Fraction(1 - reply), lead[reply], follow[reply]))
    return max(found, key=lambda one: (one.inspector, -one.chance))


def inspections_over_time(
    periods: int, inspections: int, *, caught: Any = 1, fine: Any = 1, announce: bool = False
) -> Inspection:
    """At most one violation in so many periods, with so many inspections; both see past inspections.

    A violation that is caught is worth ``caught`` to the inspector (below 0 where even that is a loss) and ``-fine``
    to the inspectee; one that is not -1 and 1; compliance throughout 0 and 0.  ``announce``  the inspector commits, in
    every period.  Raises ``GameError`` unless -1 < ``caught``, 0 < ``fine``, and numbers make sense.

    >>> print(inspections_over_time(5, 2).inspector)
    -3/8
    >>> print(inspections_over_time(3, 1, caught="-1/2").inspector)
    -4/5
    >>> print(inspections_over_time(3, 1, caught="-1/2", announce=True).inspector)
    -1/2
    """
    won, lost = to_fraction(caught), to_fraction(fine)
    if periods < 0 or inspections < 0 or won <= -1 or lost <= 0:
        raise GameError(f"{periods} periods, {inspections} inspections, caught {won}, fine {lost}: numbers must not be "
                        "negative, caught above -1 and the fine above 0")
    nothing, one = Fraction(0), Fraction(1)
    # Row m of the table: what m inspections are worth in the periods that are left.
    now = [Inspection(nothing, nothing, nothing, nothing)] * (inspections + 1)
    for left in range(1, periods + 1):
        before, now = now, []
        for budget in range(inspections + 1):
            if budget >= left:
                now.append(Inspection(one, nothing, nothing, nothing))
            elif budget == 0:
                now.append(Inspection(nothing, one, -one, one))
            else:
                used, kept = before[budget - 1], before[budget]
                tables: tuple[Table, Table] = (
                    ((won, used.inspector), (-one, kept.inspector)), ((-lost, used.inspectee), (one, kept.inspectee)))
                now.append((announced if announce else secret)(*tables))
    return now[inspections]


def inspection_tables(
    *, cost: Any, caught: Any, fine: Any, gain: Any, detection: Any = 1, false_alarm: Any = 0, accusation: Any = 0,
    apology: Any = 0,
) -> tuple[Table, Table]:
    """Payoffs of one period in which an inspection costs and can err.

    A violation that is not detected is worth -1 to the inspector and ``gain`` to the inspectee; one that is detected
    ``caught`` and ``-fine``.  Inspecting compliance costs the inspector ``cost``; with chance ``false_alarm`` it ends
    in an unjust ``accusation``, which costs the inspectee so much, and the inspector an ``apology``.
    The chance ``detection`` is that of an inspected violation.  Raises ``GameError`` if a chance is none.
    """
    seen, unjust = to_fraction(detection), to_fraction(false_alarm)
    if not 0 <= seen <= 1 or not 0 <= unjust <= 1:
        raise GameError(f"detection {seen}, false alarm {unjust}: chances are between 0 and 1")
    won, lost, won_by = to_fraction(caught), to_fraction(fine), to_fraction(gain)
    zero, one = Fraction(0), Fraction(1)
    inspector = (
        (seen * won - (1 - seen), -to_fraction(cost) - unjust * to_fraction(apology)), (-one, zero))
    inspectee = (((1 - seen) * won_by - seen * lost, -unjust * to_fraction(accusation)), (won_by, zero))
    return inspector, inspectee
