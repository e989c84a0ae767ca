"""The closed vocabulary of what an article can do to a game.

A provision returns effects; compilation merges them, and the order of articles cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, final

from games.numerics.arrays import Floats
from treaties.effects.columns import Columns
from treaties.effects.grids import Grid
from treaties.effects.laws import Amount, Condition, Law


@final
@dataclass(frozen=True, eq=False)
class StateVariable:
    """A factor of the state space.

    ``of_treaty``  True for clocks, stages and rights, which lapse when the treaty ends; False for the world around it.
    ``clock``      True for what notice freezes: years, votes taken, stages.
    ``rank``       place in the canonical order of variables (ties by name): the order of articles cannot matter.
    ``party``      the party whose variable it is, if any.
    ``usual``      the value that goes without saying when a situation is told.
    ``words``      what readers see in its place, ids of matters and parties in braces; None: its name.
    ``citing``     what follows the words as it is written, braces or not: " under article 9".
    ``counted``    values are told out of all that there are: "2 of 3".
    ``grid``       the grid that its values are the points of, where they stand for whatever lies between them.
    """

    name: str
    values: tuple[str | int | float, ...]
    initial: int = 0
    of_treaty: bool = True
    clock: bool = False
    rank: tuple[int, int] = (50, 0)
    party: str | None = None
    usual: str | int | float | None = None
    words: str | None = None
    citing: str = ""
    counted: bool = False
    grid: Grid | None = None


@final
@dataclass(frozen=True, eq=False)
class Option:
    """One option of a choice.

    ``compliant``  taking it is no breach (a permitted veto or exit never is).
    ``default``    the plan takes it where no other option is ``expected``.
    ``expected``   where the plan takes it although it is not the default.
    ``at_will``    the plan leaves it to its holder to take it or not, as pays, wherever it exists.
    ``available``  where it exists (conditions of several provisions on one option all have to hold).
    ``suspends``   takes the matter out of force in that period.
    ``within``     where the clause applies that gives it; None: everywhere.  Elsewhere it is as if not given by it.
    ``restricts``  the option is another clause's, and this one only says where it is not there.
    ``releases``   lawful although it is no compliance: the party is released from what it owes in that period, while
    the matter stays in force and pays as it does when that party is in breach.  Everyone sees it.
    ``article``    the article that gives it.
    ``words``      taking it as a verb phrase, ids of matters and parties in braces; None: told by its name.
    ``citing``     what follows the words as it is written, braces or not.
    ``on``         the matter that the verb phrase is about, which then follows it: "complies" on trade.
    """

    name: str
    compliant: bool = True
    default: bool = False
    expected: Condition | None = None
    available: Condition | None = None
    suspends: bool = False
    at_will: bool = False
    releases: bool = False
    article: str = "-"
    words: str | None = None
    citing: str = ""
    on: str | None = None
    restricts: bool = False
    within: Condition | None = None


@final
@dataclass(frozen=True, eq=False)
class Choice:
    """A decision of a party in a matter (or in a procedure); several choices on one matter merge their options."""

    party: str
    matter: str
    options: tuple[Option, ...]
    procedural: bool = False


@final
@dataclass(frozen=True, eq=False)
class PayoffTerm:
    """An amount added to what the party earns that period, while the treaty operates unless ``always``."""

    party: str
    amount: Amount
    article: str = "-"
    always: bool = False


@final
@dataclass(frozen=True, eq=False)
class Scale:
    """Exposure of a matter (None: all): ``risk`` scales T - R and P - S, ``stakes`` all around the outside option."""

    matter: str | None
    factor: Amount
    what: Literal["risk", "stakes"] = "risk"
    article: str = "-"


@final
@dataclass(frozen=True, eq=False)
class Suspension:
    """A matter is out of force in that period where a condition on state and moves holds, while the treaty operates.

    For everybody, as after a veto; or for one ``party`` alone, which then takes no part: it earns what nobody's
    cooperation pays, owes nothing, and the others cooperate without it (fewer than two parties do not: the matter is
    then out of force).  ``where`` may look at states and moves, not at conduct, which it decides.
    """

    matter: str
    where: Condition
    party: str | None = None
    article: str = "-"


@final
@dataclass(frozen=True, eq=False)
class Signal:
    """A public signal: drawn when all have acted, seen by everyone, independent of the others given state and conduct.

    ``values``  what it can say; the first where there is nothing to say.
    ``law``     Float[entries, values], a distribution per entry.
    ``party``, ``matter``  whose conduct it speaks of.
    ``flags``, ``clean``, ``clears``  values that accuse the party; that certify its conduct; that take back what other
    signals of the period accuse it of.
    ``after_flag``  drawn only where another signal accuses the party; elsewhere it has its first value.
    ``words``   what readers see in place of its name, ids of matters and parties in braces; None: its name.
    ``citing``  what follows the words as it is written, braces or not.
    """

    name: str
    values: tuple[str, ...]
    law: Callable[[Columns], Floats]
    party: str
    matter: str
    flags: tuple[str, ...] = ()
    clean: tuple[str, ...] = ()
    clears: tuple[str, ...] = ()
    after_flag: bool = False
    article: str = "-"
    words: str | None = None
    citing: str = ""


@final
@dataclass(frozen=True, eq=False)
class Transition:
    """The law of a state variable.  Each has one owner, but for ``status``, where the most terminal proposal wins.

    ``sees_signals``  the law looks at what signals say of the period; its entries are then rows together with signals.
    """

    variable: str
    law: Callable[[Columns], Law]
    article: str = "-"
    sees_signals: bool = False


@final
@dataclass(frozen=True, eq=False)
class Enforced:
    """A payment that a court or escrow makes whatever the parties want.

    ``amount``  face value per entry; paid after ``delay`` periods with chance ``upheld``, valued at the payer's and
    at each payee's own discount factor, shared equally among ``payees``.
    ``matter``  the matter whose breach it answers; None: any.
    ``on_suspicion``  the amount looks at ``Columns.suspected``.
    ``claimant_cost``, ``respondent_cost``  what proceedings are expected to cost each side at once, per unit of the
    amount.  Where they cost the claimant more than it expects to be paid, at its own discount factor, it does not
    claim: nothing is paid and nothing spent.  A claim that costs something has one payee, who decides on it.
    """

    payer: str
    payees: tuple[str, ...]
    amount: Amount
    delay: int = 0
    upheld: float = 1.0
    article: str = "-"
    matter: str | None = None
    on_suspicion: bool = False
    claimant_cost: float = 0.0
    respondent_cost: float = 0.0

    def __post_init__(self) -> None:
        if (self.claimant_cost or self.respondent_cost) and len(self.payees) != 1:
            raise ValueError("a claim that costs something has one payee")


@final
@dataclass(frozen=True, eq=False)
class Transfers:
    """Voluntary side payments are possible: in every period any party may pay any other any amount, before acting.

    A limited payment is no effect of this kind: it is a ``Choice`` with a ``PayoffTerm`` on both sides.
    """

    kind: Literal["voluntary"] = "voluntary"
    article: str = "-"


UNUSED_NEGOTIATION = "without side payments no solver bargains, so a review changes no answer"


@final
@dataclass(frozen=True, eq=False)
class Negotiation:
    """Play is negotiated anew at the beginning of a period with a chance that the state may change.

    ``hazard``   the chance, from 0 to 1, as a column expression over states; counts while the treaty operates.
    ``weights``  bargaining weight per party, not negative, not all 0; None where the clause names none.
    """

    hazard: Amount
    weights: Mapping[str, float] | None = None
    article: str = "-"


Effect = (
    StateVariable | Choice | PayoffTerm | Scale | Suspension | Signal | Transition | Enforced | Transfers | Negotiation
)
