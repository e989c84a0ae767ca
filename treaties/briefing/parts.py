"""The parts of a briefing: plain records, one per panel of the page; years count from 1."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import final

from treaties.findings.answer import Answer


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
    """Staying minus leaving of one party in one year, as a sum paid once; ``lost`` if later years are lost already."""

    party: str
    year: int
    value: float
    situation: str
    deviation: str
    lost: float | None = None


@final
@dataclass(frozen=True)
class TimelinePanel:
    """Timeline of incentives: ``parties`` (id, name), ``marks`` (year, label), ``alt`` the figure in words.

    ``unravelling``  what falls first, and what then, in sentences.
    """

    points: tuple[Point, ...]
    parties: tuple[tuple[str, str], ...]
    marks: tuple[tuple[int, str], ...]
    unit: str
    period: str
    note: str
    alt: str
    unravelling: tuple[str, ...] = ()

    @property
    def table(self) -> tuple[tuple[int, tuple[float | None, ...]], ...]:
        """Each year with the value of every party, in their order; then, if there is one, with later years lost."""
        found = {(point.party, point.year): (point.value, point.lost) for point in self.points}
        lines = range(2 if self.lost_years else 1)
        return tuple(
            (year, tuple(found.get((party, year), (None, None))[k] for k in lines for party, _ in self.parties))
            for year in sorted({point.year for point in self.points})
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """What the values of a year in ``table`` are, in order."""
        names = tuple(name for _, name in self.parties)
        return names + tuple(f"{name}, later {self.period}s lost" for name in names) if self.lost_years else names

    @property
    def lost_years(self) -> bool:
        """Whether there is a second line, of what keeping is worth if later years are lost."""
        return any(point.lost is not None for point in self.points)


@final
@dataclass(frozen=True)
class Option:
    """One line of the options table; ``values`` per party, in the order of the parties, average per period.

    ``kept_by``   the mildest answer to a breach with which it holds, in plain words; ``rung`` the same by number.
    ``worlds``    in how many of 100 worlds it holds, in words; empty where that was not asked.
    ``lasts``, ``share``  with noisy signals and no payments: years of cooperation before a break, and the share of time
                  in compliance, in words; empty elsewhere.
    ``refused``   names of the parties whose own ratifiers would refuse it.
    ``open``      why it is not decided; empty where it is.
    ``tightest``  for whom it is tightest and when, without the step, which ``breaks`` tells in full.
    """

    name: str
    changes: str
    verdict: Answer
    rung: str
    margin: float | None
    breaks: str
    values: tuple[float | None, ...]
    red_lines: tuple[str, ...]
    note: str
    kept_by: str = ""
    worlds: str = ""
    lasts: str = ""
    share: str = ""
    refused: tuple[str, ...] = ()
    open: str = ""
    tightest: str = ""


@final
@dataclass(frozen=True)
class OptionGroup:
    """Options that are judged alike, so that their numbers may stand in one column, the best first.

    ``title``     what they share, if there is more than one group;  ``rows`` (place, "" where it has none; option).
    ``measured``  what the column of margins means; empty where years of cooperation stand instead.
    ``order``     what they are ranked by, in a sentence.
    """

    title: str
    measured: str
    order: str
    rows: tuple[tuple[str, Option], ...]


@final
@dataclass(frozen=True)
class Reply:
    """One question of a reader and what is answered: the first sentence alone is an answer."""

    question: str
    said: tuple[str, ...]


@final
@dataclass(frozen=True)
class PartyReply:
    """Whether one party would sign, be allowed to ratify, and keep it: (answer or "", in words) each."""

    name: str
    signs: tuple[Answer | None, str]
    ratifies: tuple[Answer | None, str]
    keeps: tuple[Answer | None, str]


@final
@dataclass(frozen=True)
class FirstPage:
    """What the first page answers beside the heading, in a reader's order; ``parties`` who would sign, ratify, keep.

    ``no_treaty``  what "staying out" and "no treaty" mean here.
    """

    replies: tuple[Reply, ...]
    parties: tuple[PartyReply, ...]
    signing: str
    no_treaty: str


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
class DivisionRow:
    """How one option divides the gains: ``before``, ``written`` and ``after`` per party, in the panel's ``unit``.

    ``held_up``  what parties take from others by their rights once the stake is sunk; None if that is not known.
    """

    option: str
    verdict: Answer
    margin: float | None
    before: tuple[float, ...]
    written: tuple[float, ...]
    after: tuple[float, ...]
    held_up: float | None
    note: str


@final
@dataclass(frozen=True)
class RightsPanel:
    """Rights that may be used at will: what use is made of them (``used``), and what they take in talks (``said``)."""

    used: tuple[str, ...]
    said: tuple[str, ...]
    rows: tuple[DivisionRow, ...]
    unit: str
    unit_once: str
    alt: str


@final
@dataclass(frozen=True)
class TrustCurve:
    """How trust of one party in another goes: year, trust, its ends by the file's ranges, and what the year needs."""

    name: str
    years: tuple[tuple[int, float, float | None, float | None, float | None], ...]


@final
@dataclass(frozen=True)
class TrustPanel:
    """How much trust is needed: what is said of each pair of parties, and of all (``common``)."""

    said: tuple[tuple[str, tuple[str, ...]], ...]
    common: str
    curves: tuple[TrustCurve, ...]
    period: str
    alt: str


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


@final
@dataclass(frozen=True)
class StocksPanel:
    """What builds up or wears off, its grids, and the answer on finer ones; ``rows`` are (period, expected levels)."""

    said: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[tuple[int, tuple[float | None, ...]], ...]
