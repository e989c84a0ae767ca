"""The closed vocabulary of what an article can do to a game.

A provision returns effects; compilation merges them, and the order of articles cannot matter.  Amounts and laws are
functions of ``Columns``: they receive whole columns of the compiled table and return whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, final

import numpy as np

from treaties.effects.columns import (
    EXIT,
    IN_FORCE,
    RATIFICATION,
    RENEWAL,
    STAGE,
    STATUS,
    YEAR,
    YEAR_IN_WORDS,
    Bools,
    Columns,
    Floats,
    Ints,
)

__all__ = [
    "Amount", "Bools", "Choice", "Columns", "CompilationError", "Condition", "EXIT", "Effect", "Enforced", "Floats",
    "IN_FORCE", "Ints", "Law", "Negotiation", "Option", "PayoffTerm", "ProvisionContext", "RATIFICATION", "RENEWAL",
    "STAGE", "STATUS", "Scale", "Signal", "StateVariable", "Suspension", "Transfers", "Transition", "YEAR",
    "YEAR_IN_WORDS", "amount_paid", "ballot", "event_variable", "government_variable", "payee_of", "payment_matter",
    "payment_option", "ratchet_variable",
]  # fmt: skip
"""Columns are part of the vocabulary; they have a file of their own for their length."""


class CompilationError(ValueError):
    """The treaty is well formed but cannot become a game; the message names articles, problem and remedy."""


def event_variable(event: str) -> str:
    """Name of the state variable of an event."""
    return f"event {event}"


_PAYMENT, _PAY = "payment to ", "pay "


def payment_matter(payee: str) -> str:
    """Name of the choice of how much to pay another party in a year."""
    return _PAYMENT + payee


def payee_of(matter: str) -> str | None:
    """The party that ``payment_matter`` names; None for any other matter."""
    return matter.removeprefix(_PAYMENT) if matter.startswith(_PAYMENT) else None


def payment_option(amount: float) -> str:
    """Name of the option to pay an amount."""
    return f"{_PAY}{amount:.10g}"


def amount_paid(option: str) -> float:
    """The amount that ``payment_option`` names."""
    return float(option.removeprefix(_PAY))


def ballot(subject: str) -> str:
    """Name of the choice by which a party votes on something."""
    return f"vote on {subject}"


def ratchet_variable(article: str) -> str:
    """Name of the state variable that says by which rule the committee of an article decides."""
    return f"decisions under article {article}"


def government_variable(party: str) -> str:
    """Name of the state variable of a party's government."""
    return f"government of {party}"


Condition = Callable[[Columns], Bools]
Amount = Callable[[Columns], Floats]


@final
@dataclass(frozen=True, eq=False)
class Law:
    """The distribution of a variable's next code: ``codes`` Int[entries, k], ``probability`` Float[entries, k]."""

    codes: Ints
    probability: Floats

    @staticmethod
    def surely(codes: Ints) -> Law:
        """The law without chance."""
        return Law(codes[:, None], np.ones((len(codes), 1)))


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
    ``counted``    values are told out of all that there are: "2 of 3".
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
    counted: bool = False


@final
@dataclass(frozen=True, eq=False)
class Option:
    """One option of a choice.

    ``compliant``  taking it is no breach (a permitted veto or exit never is).
    ``default``    the plan takes it where no other option is ``expected``.
    ``expected``   where the plan takes it although it is not the default.
    ``available``  where it exists (conditions of several provisions on one option all have to hold).
    ``suspends``   takes the matter out of force in that period.
    ``article``    the article that gives it.
    ``words``      taking it as a verb phrase, ids of matters and parties in braces; None: told by its name.
    ``on``         the matter that the verb phrase is about, which then follows it: "complies" on trade.
    """

    name: str
    compliant: bool = True
    default: bool = False
    expected: Condition | None = None
    available: Condition | None = None
    suspends: bool = False
    article: str = "-"
    words: str | None = None
    on: str | None = None


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
    """

    payer: str
    payees: tuple[str, ...]
    amount: Amount
    delay: int = 0
    upheld: float = 1.0
    article: str = "-"
    matter: str | None = None


@final
@dataclass(frozen=True, eq=False)
class Transfers:
    """Voluntary side payments are possible: in every period any party may pay any other any amount, before acting.

    A limited payment is no effect of this kind: it is a ``Choice`` with a ``PayoffTerm`` on both sides.
    """

    kind: Literal["voluntary"] = "voluntary"
    article: str = "-"


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


@final
@dataclass(frozen=True, eq=False)
class ProvisionContext:
    """What a provision may know of the rest of the treaty.

    ``announced``  what provisions announce about themselves (``Provision.announces``), by key, in canonical order.
    """

    parties: tuple[str, ...]
    matters: tuple[str, ...]
    events: tuple[str, ...]
    announced: Mapping[str, tuple[object, ...]]

    def announcement(self, key: str) -> object | None:
        """The one thing announced under a key, None if nothing was; ``CompilationError`` if provisions disagree."""
        found = self.announced.get(key, ())
        if len(found) > 1:
            raise CompilationError(f"{len(found)} provisions each set {key!r}; keep one of them")
        return found[0] if found else None

    @property
    def term_years(self) -> int | None:
        """Length of a term, None if the treaty is of unlimited duration."""
        years = self.announcement("term_years")
        return int(years) if isinstance(years, int) else None

    @property
    def notice_years(self) -> int:
        """Years between notice and exit; 0 without a withdrawal clause."""
        years = self.announcement("notice_years")
        return int(years) if isinstance(years, int) else 0

    @property
    def exit_option(self) -> str:
        """What leaving is called."""
        return "leave" if self.announcement("notice_years") is None else "give notice"

    @property
    def exit_words(self) -> str:
        """Leaving as a verb phrase."""
        return "leaves the treaty" if self.announcement("notice_years") is None else "gives notice of withdrawal"

    def last_year(self, columns: Columns) -> Bools:
        """Where the treaty is in force in the last year of a term."""
        if self.term_years is None:
            return np.zeros(columns.size, dtype=bool)
        return columns.in_force & np.equal(columns.code(YEAR), self.term_years - 1)


Effect = (
    StateVariable | Choice | PayoffTerm | Scale | Suspension | Signal | Transition | Enforced | Transfers | Negotiation
)
