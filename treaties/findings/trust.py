"""How much trust a treaty needs, how it grows, and what a first breach destroys: plain records.

Trust of one party in another is the chance that the other is of no type that breaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, final

from treaties.findings.records import CertificateNote

NoMeans = Literal["rule", "pure", "every equilibrium"]
Range = Literal["whole", "part", "none"]


def exactly(number: Fraction | None) -> dict[str, str | float] | None:
    """A number as files tell it: exact and in floating point."""
    return None if number is None else {"exact": str(number), "value": float(number)}


@final
@dataclass(frozen=True)
class TypeTold:
    """A type as the file has it; ``low`` and ``high`` None where it names no range."""

    name: str
    conduct: str
    prior: float
    low: float | None
    high: float | None
    source: str | None


@final
@dataclass(frozen=True)
class Binding:
    """Where the least trust is needed.

    ``year``       since signature, 1 in the first, in which play comes there first; None if it never does.
    ``state``      the situation, variable by variable, in words.
    ``deviation``  what would pay with less, as a verb phrase.
    """

    year: int | None
    state: dict[str, str]
    deviation: str


@final
@dataclass(frozen=True)
class TrustInYear:
    """A year if nobody has been seen to breach before it.

    ``posterior``  trust at its beginning;  ``chance_of_compliance`` of the other party in it.
    ``highest``    where what is seen may differ from clean year to clean year, the highest trust at its beginning;
                   ``posterior`` is then the lowest.
    ``shows``      the chance that a type that breaches shows itself in it, where conduct is not seen by all; a year in
                   which nothing is likelier from such a type is clean.
    ``needed``     the least trust at its beginning with which no departure in it pays; None where that is not told.
    ``by_range``   trust at its beginning at the ends of the file's ranges; None where there are none.
    """

    year: int
    posterior: float
    chance_of_compliance: float
    highest: float | None = None
    shows: float | None = None
    needed: float | None = None
    by_range: tuple[float, float] | None = None


@final
@dataclass(frozen=True)
class FlagsAllowed:
    """The least trust at which a rule is an equilibrium that ends cooperation after so many flags have passed."""

    flags: int
    least: Fraction | None


@final
@dataclass(frozen=True)
class AfterBreach:
    """What follows a breach of the other party in the first year, or what looks most like one.

    ``posterior``      trust after it;  ``play`` what the rule then plays, in words.
    ``still_at_risk``  whether the party is then ever again to comply with a partner that may not.
    """

    posterior: float
    play: str
    still_at_risk: bool


@final
@dataclass(frozen=True)
class Staging:
    """What stages do to the least trust.

    ``least_at_once``    with full exposure from the first year on;  ``least_as_written`` with the text's stages.
    ``best_ramp``        the exposures, stage by stage, that are best at the file's priors (see ``ramps``); empty where
                         none was sought, or there are none.
    """

    least_at_once: Fraction | None
    least_as_written: Fraction | None
    best_ramp: tuple[float, ...] = ()


@final
@dataclass(frozen=True)
class FixedTerm:
    """A term after which nothing follows.

    ``sure_years``         the first years in which all comply for certain as long as all have, at the file's priors, in
                           the best equilibrium found; None if none is found.
    ``least_conditional``  the least chance of a conditional partner at which these are kept.
    ``failing_years_at_least``, ``failing_years_at_most``  how many last years fail in the best equilibrium found, and
                           how many can at most in any; None where that is not known.
    """

    sure_years: int | None
    least_conditional: Fraction | None
    failing_years_at_least: int | None
    failing_years_at_most: int | None


@final
@dataclass(frozen=True, eq=False)
class Trust:
    """What one party has to know of another that has types.

    ``party``, ``in_``  who has to trust, and whom.
    ``types``     those of ``in_``;  ``prior`` the trust that the file gives it.
    ``least``     the least trust at which full compliance is an equilibrium by the rule; None where none suffices.
    ``greatest``  the most for types that keep their word whatever comes, for a party with such a type; else None.
    ``why``       why a number is missing; empty else.
    ``binding``   where the least trust is needed; None where any suffices, or none.
    ``rule``      the rung of the ladder whose rule it is.
    ``no_means``  of what a no speaks: that rule, rules in pure actions, or every equilibrium.
    ``range``     for how much of the priors' ranges it is found to hold; "none" where it is not found to anywhere, None
                  where nothing was judged.
    ``path``      trust over the years;  ``after_breach`` what a first breach shows; None if a breach is impossible.
    ``certificate``  of the priors at which the rule is an equilibrium.
    ``ended_by_flags``  where signals may be mistakes, how much trust rules need that do not forgive all of them.
    ``flags``     how many flags the rule lets pass that all else is told of; None: all that may be mistakes.
    """

    party: str
    in_: str
    types: tuple[TypeTold, ...]
    prior: float
    least: Fraction | None
    greatest: Fraction | None
    why: str
    binding: Binding | None
    rule: int | None
    no_means: NoMeans
    range: Range | None
    path: tuple[TrustInYear, ...]
    after_breach: AfterBreach | None
    staging: Staging | None = None
    term: FixedTerm | None = None
    certificate: CertificateNote | None = None
    ended_by_flags: tuple[FlagsAllowed, ...] = ()
    flags: int | None = None

    def to_json(self) -> dict[str, Any]:
        """The object in ``check --json``."""
        return {
            "party": self.party,
            "in": self.in_,
            "types": [vars(one) for one in self.types],
            "prior": self.prior,
            "least": exactly(self.least),
            "greatest": exactly(self.greatest),
            "why": self.why,
            "binding": None if self.binding is None else vars(self.binding),
            "rule": self.rule,
            "no_means": self.no_means,
            "range": self.range,
            "path": [vars(year) for year in self.path],
            "after_breach": None if self.after_breach is None else vars(self.after_breach),
            "staging": None if self.staging is None else {
                "least_at_once": exactly(self.staging.least_at_once),
                "least_as_written": exactly(self.staging.least_as_written),
                "best_ramp": list(self.staging.best_ramp),
            },
            "term": None if self.term is None else {
                "sure_years": self.term.sure_years,
                "least_conditional": exactly(self.term.least_conditional),
                "failing_years_at_least": self.term.failing_years_at_least,
                "failing_years_at_most": self.term.failing_years_at_most,
            },
            "certificate": None if self.certificate is None else (
                self.certificate.to_json() | {"content": self.certificate.content}),
            "ended_by_flags": [{"flags": one.flags, "least": exactly(one.least)} for one in self.ended_by_flags],
            "flags": self.flags,
        }  # fmt: skip


@final
@dataclass(frozen=True)
class Bracket:
    """A number between two rationals: at ``low`` it is too little, unless it is ``high``; at ``high`` it is enough."""

    low: Fraction
    high: Fraction

    def to_json(self) -> dict[str, Any]:
        """Both ends."""
        return {"low": exactly(self.low), "high": exactly(self.high)}


@final
@dataclass(frozen=True, eq=False)
class TrustReport:
    """All that is told of trust in a treaty with types.

    ``pairs``         one per ordered pair of a party and another that has types.
    ``least_common``  three parties and more: the least trust that suffices if all have it in all; None where none does.
    ``why``           why nothing is told; empty else.
    """

    pairs: tuple[Trust, ...]
    least_common: Bracket | None = None
    why: str = ""

    def to_json(self) -> dict[str, Any]:
        """The fields of ``check --json`` that a treaty with types has besides."""
        common = None if self.least_common is None else self.least_common.to_json()
        return {"trust": [pair.to_json() for pair in self.pairs], "least_common": common}
