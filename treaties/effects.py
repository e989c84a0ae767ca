"""The closed vocabulary of what an article can do to a game.

A provision returns effects; compilation merges them, and the order of articles cannot matter.  Amounts and laws are
functions of ``Columns``: they receive whole columns of the compiled table and return whole columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

IN_FORCE = 0
STATUS = "status"
YEAR = "term year"
RENEWAL = "renewal"
STAGE = "stage"
EXIT = "exit"
RATIFICATION = "ratification"
"""State variables and procedures that more than one article speaks of."""


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


@final
@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of the compiled table, one entry per state or per (state, action profile).

    ``codes``    state variable -> Int[entries], index into ``values[variable]``.
    ``values``   state variable -> its values, in order.
    ``chosen``   (party, matter) -> Int[entries], index into ``options[party, matter]``; -1 where there is no choice.
                 Empty when the entries are states.
    ``in_breach``, ``complies``, ``vetoed``, ``absent``  conduct, filled in by compilation for rows: by (party, matter),
    ``vetoed`` by matter (out of force in that period); ``absent`` only where a party may take no part in a matter.
    """

    size: int
    codes: Mapping[str, Ints]
    values: Mapping[str, tuple[str | int | float, ...]]
    chosen: Mapping[tuple[str, str], Ints] = field(default_factory=dict)
    options: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    in_breach: Mapping[tuple[str, str], Bools] = field(default_factory=dict)
    complies: Mapping[tuple[str, str], Bools] = field(default_factory=dict)
    vetoed: Mapping[str, Bools] = field(default_factory=dict)
    absent: Mapping[tuple[str, str], Bools] = field(default_factory=dict)

    def code(self, variable: str) -> Ints:
        """Codes of a state variable; raises ``KeyError`` if no effect declared it."""
        return self.codes[variable]

    def is_value(self, variable: str, value: str | int | float) -> Bools:
        """Where a state variable has the value."""
        return np.equal(self.codes[variable], self.values[variable].index(value))

    def takes(self, party: str, matter: str, option: str) -> Bools:
        """Where a party takes an option; nowhere if it never has it."""
        known = self.options.get((party, matter), ())
        if option not in known:
            return np.zeros(self.size, dtype=bool)
        return np.equal(self.chosen[party, matter], known.index(option))

    def constant(self, value: float) -> Floats:
        """A column that is the same everywhere."""
        return np.full(self.size, value)

    def any_takes(self, matter: str, option: str) -> Bools:
        """Where at least one party takes an option."""
        out = np.zeros(self.size, dtype=bool)
        for party, of in self.options:
            if of == matter:
                out |= self.takes(party, matter, option)
        return out

    def any_breach(self, matter: str | None = None) -> Bools:
        """Where at least one party is in breach (of one matter, or of any)."""
        out = np.zeros(self.size, dtype=bool)
        for (_, of), breach in self.in_breach.items():
            if matter in (None, of):
                out |= breach
        return out

    @property
    def operating(self) -> Bools:
        """Where the treaty's obligations bind: in force or under notice."""
        return self._ratified(self.codes[STATUS] < len(self.values[STATUS]) - 1)

    @property
    def in_force(self) -> Bools:
        """Where the treaty is in force and nobody has given notice."""
        return self._ratified(np.equal(self.codes[STATUS], IN_FORCE))

    def _ratified(self, where: Bools) -> Bools:
        """Where a condition holds of a treaty that needs no ratification, or has it."""
        return where & np.equal(self.codes[RATIFICATION], 1) if RATIFICATION in self.codes else where


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
    """

    name: str
    values: tuple[str | int | float, ...]
    initial: int = 0
    of_treaty: bool = True
    clock: bool = False
    rank: tuple[int, int] = (50, 0)
    party: str | None = None
    usual: str | int | float | None = None


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
    """

    name: str
    compliant: bool = True
    default: bool = False
    expected: Condition | None = None
    available: Condition | None = None
    suspends: bool = False
    article: str = "-"
    words: str | None = None


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
class Transition:
    """The law of a state variable.  Each has one owner, but for ``status``, where the most terminal proposal wins."""

    variable: str
    law: Callable[[Columns], Law]
    article: str = "-"


@final
@dataclass(frozen=True, eq=False)
class Enforced:
    """A payment that a court or escrow makes whatever the parties want.

    ``amount``  face value per entry; paid after ``delay`` periods with chance ``upheld``, valued at the payer's and
    at each payee's own discount factor, shared equally among ``payees``.
    """

    payer: str
    payees: tuple[str, ...]
    amount: Amount
    delay: int = 0
    upheld: float = 1.0
    article: str = "-"


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

    def last_year(self, columns: Columns) -> Bools:
        """Where the treaty is in force in the last year of a term."""
        if self.term_years is None:
            return np.zeros(columns.size, dtype=bool)
        return columns.in_force & np.equal(columns.code(YEAR), self.term_years - 1)


Effect = StateVariable | Choice | PayoffTerm | Scale | Suspension | Transition | Enforced | Transfers | Negotiation
