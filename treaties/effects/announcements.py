"""What clauses announce about themselves to other clauses.

An announcement is a record, and whoever needs it asks for its kind (``ProvisionContext``).  A clause may bring a kind
of its own, in its own file.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from games.numerics.arrays import Floats
from treaties.effects.columns import Columns
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
class WalksOut(Announcement):
    """Some parties, None for all, can leave at once though nothing allows it; ``option`` is what the move is called."""

    parties: tuple[str, ...] | None
    option: str


@final
@dataclass(frozen=True)
class SurvivesExit(Announcement):
    """The treaty goes on among the rest when one of some parties is out."""

    parties: tuple[str, ...]


@final
@dataclass(frozen=True)
class EndsOnBreach(Announcement):
    """A known breach in a matter, None for any, ends the treaty, or the membership of who may leave it alone.

    ``where``  in which states; None: in all.
    """

    matter: str | None
    where: Condition | None = None


@final
@dataclass(frozen=True)
class ClockYears(Announcement):
    """The clause looks at the clock up to so many years after the term began."""

    years: int


@final
@dataclass(frozen=True)
class YearsInForce(Announcement):
    """The clause tells years since entry into force up to this one from all later ones.

    ``of_window``  as the first or last year in which it applies, which makes no difference where no later year comes.
    """

    years: int
    of_window: bool = False


@final
@dataclass(frozen=True)
class ChangingGovernment(Announcement):
    """The government of a party can change."""

    party: str


@final
@dataclass(frozen=True)
class RedrawsType(Announcement):
    """A new government of a party draws its type anew from the priors.

    ``seen``     whether the others see that it does, when the government changes; else they never see it.
    ``unseen``   the chances, under a friendly and under a sceptical government, that this happens in a year unseen.
    """

    party: str
    seen: bool
    unseen: tuple[float, float] = (0.0, 0.0)


@final
@dataclass(frozen=True)
class ScepticsLeft(Announcement):
    """The share of the chance of a sceptical government that is left under the treaty; parties, None for all.

    ``where``  in which states; None: in all.
    """

    parties: tuple[str, ...] | None
    share: float
    where: Condition | None = None


@final
@dataclass(frozen=True)
class RefusedRatification(Announcement):
    """The treaty may end before it was ever in force: its ratification may be refused."""


@final
@dataclass(frozen=True)
class RenewalVote(Announcement):
    """The parties vote on whether a new term begins, in some year of the term (1 = first)."""

    year: int


@final
@dataclass(frozen=True)
class Examined(Announcement):
    """Conduct in a matter is examined, and everyone learns what was found; ``audit`` if independently, by an audit.

    ``parties``  whose conduct; None: everybody's.
    ``chance``   Float[entries], how likely a party's conduct is to be examined in a year; None: whenever it acts.
    ``where``    in which states; None: in all.
    """

    matter: str
    audit: bool = False
    parties: tuple[str, ...] | None = None
    chance: Callable[[str, Columns], Floats] | None = None
    where: Condition | None = None

    def likely(self, party: str, columns: Columns) -> Floats:
        """Float[entries]: the chance that a party's conduct is examined."""
        if self.parties is not None and party not in self.parties:
            return columns.constant(0.0)
        acts = columns.operating & columns.acts(party, self.matter)
        chance = acts.astype(float) if self.chance is None else self.chance(party, columns)
        return chance if self.where is None else np.where(self.where(columns), chance, 0.0)


@final
@dataclass(frozen=True)
class AccidentsLeft(Announcement):
    """The share of accidents that somebody who sees to it leaves; parties and matters, None for all.

    ``where``  in which states; None: in all.
    """

    parties: tuple[str, ...] | None
    matters: tuple[str, ...] | None
    share: float
    where: Condition | None = None


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
class SunkStake(Announcement):
    """Parties sink money in common, which is all sunk when a state variable has its last value.

    ``amounts``  per party id what it sinks in all, in the payoff unit, as pairs.
    """

    variable: str
    amounts: tuple[tuple[str, float], ...]


@final
@dataclass(frozen=True)
class StageDue(SingleAnnouncement):
    """The next stage waits for a committee; where it may begin with the next year if the committee opens it."""

    about: ClassVar[str] = "when a stage is due"

    where: Condition


@final
@dataclass(frozen=True)
class StagesHeld(Announcement):
    """Stages wait for something besides their gate; where they wait in a year, as a condition on rows."""

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
