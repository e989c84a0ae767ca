"""What clauses announce about themselves to other clauses.

An announcement is a record, and whoever needs it asks for its kind (``ProvisionContext``).  A clause may bring a kind
of its own, in its own file.
"""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import ClassVar, final

from treaties.effects.laws import Condition


class Announcement(ABC):  # noqa: B024 (a mark for types)
    """Something that a clause says of itself; any number of clauses may say something of the kind."""


class SingleAnnouncement(Announcement, ABC):
    """Something that one clause at most may say; ``about`` names it where two do."""

    about: ClassVar[str]


@final
@dataclass(frozen=True)
class Term(SingleAnnouncement):
    """The treaty has a term: its length, whether a new one may follow, and the matters that go on after the end."""

    about: ClassVar[str] = "the length of a term"

    years: int
    renewable: bool
    survives: tuple[str, ...]


@final
@dataclass(frozen=True)
class Notice(SingleAnnouncement):
    """Leaving takes so many years' notice."""

    about: ClassVar[str] = "the period of notice"

    years: int


@final
@dataclass(frozen=True)
class SurvivesExit(Announcement):
    """The treaty goes on among the rest when one of some parties is out."""

    parties: tuple[str, ...]


@final
@dataclass(frozen=True)
class EndsOnBreach(Announcement):
    """A known breach in a matter, None for any, ends the treaty, or the membership of who may leave it alone."""

    matter: str | None


@final
@dataclass(frozen=True)
class ClockYears(Announcement):
    """The clause looks at the clock up to so many years after the term began."""

    years: int


@final
@dataclass(frozen=True)
class ChangingGovernment(Announcement):
    """The government of a party can change."""

    party: str


@final
@dataclass(frozen=True)
class Examined(Announcement):
    """Conduct in a matter is examined, and everyone learns what was found; ``audit`` if independently, by an audit."""

    matter: str
    audit: bool = False


@final
@dataclass(frozen=True)
class AccidentsLeft(Announcement):
    """The share of accidents that somebody who sees to it leaves; parties and matters, None for all."""

    parties: tuple[str, ...] | None
    matters: tuple[str, ...] | None
    share: float


@final
@dataclass(frozen=True)
class PaymentLimit(Announcement):
    """An article limits what one party may pay another in a year."""

    payer: str
    payee: str
    article: str


@final
@dataclass(frozen=True)
class UnlimitedPayments(Announcement):
    """The parties may pay one another as much as they like."""


@final
@dataclass(frozen=True)
class StageDue(SingleAnnouncement):
    """The next stage waits for a committee; where it may begin with the next year if the committee opens it."""

    about: ClassVar[str] = "when a stage is due"

    where: Condition


@final
@dataclass(frozen=True)
class StageVote(SingleAnnouncement):
    """A committee opens stages; where its votes open the next."""

    about: ClassVar[str] = "which committee decides on stages"

    carried: Condition


@final
@dataclass(frozen=True)
class MajorityLater(Announcement):
    """The committee of an article may go over to majority."""

    committee: str
