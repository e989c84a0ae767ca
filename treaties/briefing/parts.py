"""The parts of a briefing: plain records, one per panel of the page; years count from 1."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import final

from treaties.findings.records import Answer


@final
@dataclass(frozen=True)
class Step:
    """One rung of the enforcement ladder; ``first`` marks the lowest rung that the treaty stands on."""

    number: int
    name: str
    verdict: Answer
    margin: float | None
    no_margin: str
    gloss: str
    outcome: str
    first: bool


@final
@dataclass(frozen=True)
class Group:
    """One group that would bring a treaty into force.

    ``share``  of all weight, "" where none is asked for; ``values`` per party, in their order; ``stable`` in words.
    """

    members: str
    share: str
    verdict: Answer
    values: tuple[float | None, ...]
    stable: str
    note: str


@final
@dataclass(frozen=True)
class MembersPanel:
    """Who would sign (``rule``, ``said``, ``groups``), and what is left when a party leaves (``exits``)."""

    rule: str
    said: tuple[str, ...]
    groups: tuple[Group, ...]
    exits: tuple[str, ...]


@final
@dataclass(frozen=True)
class Point:
    """Staying minus leaving of one party in one year, as a sum paid once."""

    party: str
    year: int
    value: float
    situation: str
    deviation: str


@final
@dataclass(frozen=True)
class TimelinePanel:
    """Timeline of incentives: ``parties`` (id, name), ``marks`` (year, label), ``alt`` the figure in words."""

    points: tuple[Point, ...]
    parties: tuple[tuple[str, str], ...]
    marks: tuple[tuple[int, str], ...]
    unit: str
    period: str
    note: str
    alt: str

    @property
    def table(self) -> tuple[tuple[int, tuple[float | None, ...]], ...]:
        """Each year with the value of every party, in their order."""
        found = {(point.party, point.year): point.value for point in self.points}
        years = sorted({point.year for point in self.points})
        return tuple((year, tuple(found.get((party, year)) for party, _ in self.parties)) for year in years)


@final
@dataclass(frozen=True)
class Option:
    """One line of the options table; ``values`` per party, in the order of the parties, average per period."""

    name: str
    changes: str
    verdict: Answer
    rung: str
    margin: float | None
    breaks: str
    values: tuple[float | None, ...]
    red_lines: tuple[str, ...]
    note: str


@final
@dataclass(frozen=True)
class Gain:
    """What one party gets under full compliance, and what it would get otherwise; average per period."""

    party: str
    name: str
    compliance: float
    outside_option: float
    no_treaty: float | None
    worst_credible: float | None
    over_outside: float
    over_no_treaty: float | None


@final
@dataclass(frozen=True)
class Gains:
    """Gains of every party, in ``unit``."""

    rows: tuple[Gain, ...]
    unit: str
    alt: str


@final
@dataclass(frozen=True)
class Patience:
    """Common discount factors at which the treaty holds; ``parties`` are (id, name, own factor)."""

    intervals: tuple[tuple[float, float], ...]
    grid: tuple[float, float, float]
    undecided: tuple[float, ...]
    parties: tuple[tuple[str, str, float], ...]
    period: str
    text: str
    glosses: tuple[str, ...]
    alt: str
    basis: str


@final
@dataclass(frozen=True)
class PaymentRow:
    """One option at one discount factor: ``without`` and ``paid`` are (verdict, margin); ``payment`` in words.

    ``joint``  the greatest joint payoff of a stable plan without and with payments; ``compliance`` that of full
               compliance; None for options.
    """

    option: str
    label: str
    discount: float
    without: tuple[Answer, float | None]
    paid: tuple[Answer, float | None]
    payment: str
    joint: tuple[float | None, float | None] = (None, None)
    compliance: float | None = None


@final
@dataclass(frozen=True)
class PaymentsPanel:
    """What side payments would buy: ``rows`` of the text as it stands, ``options`` of it and of the file's options.

    ``said``  sentences for the page; ``details`` sentences for the annex; ``alt`` the figure in words.
    """

    rows: tuple[PaymentRow, ...]
    options: tuple[PaymentRow, ...]
    said: tuple[str, ...]
    details: tuple[str, ...]
    unit: str
    flow: str
    alt: str
    refusal: str

    @property
    def by_option(self) -> tuple[tuple[str, tuple[PaymentRow, ...]], ...]:
        """The options in order, each with its rows, lowest factor first."""
        return tuple((name, tuple(rows)) for name, rows in groupby(self.options, key=lambda row: row.option))


@final
@dataclass(frozen=True)
class Break:
    """What breaks first, in full."""

    who: str
    when: str
    article: str
    situation: str
    step: str
    lawful: bool
    margin: float


@final
@dataclass(frozen=True)
class BestPlan:
    """The most cooperative stable plan when full compliance fails; ``values`` are (party, average per period)."""

    first_departure: str
    expected: str
    path: tuple[tuple[str, str, str], ...]
    values: tuple[tuple[str, float], ...]


@final
@dataclass(frozen=True)
class Fault:
    """A consistency finding about the file."""

    severity: str
    place: str
    article: str
    problem: str
    remedy: str


@final
@dataclass(frozen=True)
class Proof:
    """The certificate behind the answer and what the exact checker said; ``accepted`` also where nothing is claimed."""

    kind: str
    name: str
    plain: str
    claim: str
    accepted: bool
    check: str
    digest: str
