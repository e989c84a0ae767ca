"""What an assessment finds, in the treaty's words: plain records that the briefing and the command line read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, final

from games.certificates.certificate import Certificate

Answer = Literal["sustainable", "unsustainable", "undecided"]


@final
@dataclass(frozen=True)
class WeakestLink:
    """The on-path deviation that comes nearest to paying (or pays most).

    ``margin``    value of complying minus value of deviating, over (1 - discount factor), in the payoff unit.
    ``state``     the situation, variable by variable, in words ("term year" -> "8").
    ``article``   the article(s) that the deviation concerns, "-" if none.
    ``sentence``  one sentence that an adviser can read out.
    """

    party: str
    party_name: str
    article: str
    state: dict[str, str]
    year: int | None
    deviation: str
    lawful: bool
    margin: float
    sentence: str


@final
@dataclass(frozen=True)
class CertificateNote:
    """A certificate and what the independent exact checker said of it.

    ``evidence``  the certificate itself.
    """

    kind: str
    checked: bool
    claim: str
    numbers: dict[str, float]
    game_digest: str
    evidence: Certificate = field(repr=False, compare=False)

    @property
    def content(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` object."""
        return self.evidence.to_json()


@final
@dataclass(frozen=True)
class Rung:
    """One rung of the enforcement ladder.

    ``number``   1 self-executing, 2 proportionate, 3 reversion, 4 any credible punishment.
    ``margin``   on the path, payoff units, under the worst punishment the rung allows; None if no equilibrium exists.
    ``margin_everywhere``  rungs 1-3: the smallest over all modes and states of the rule of play.
    ``periods``  rung 2: the least number of suspension periods that works.
    """

    number: int
    name: str
    verdict: Answer
    margin: float | None
    detail: str
    concept: str
    margin_everywhere: float | None = None
    periods: int | None = None
    weakest_link: WeakestLink | None = None
    certificate: CertificateNote | None = None


@final
@dataclass(frozen=True)
class DiscountRegion:
    """The set of common discount factors at which full compliance holds (rung 4).

    ``intervals``  closed intervals [low, high]; each edge located to within ``tolerance``.
    ``grid``       (lowest, highest, step) of the scan; islands narrower than the step are not excluded.
    ``undecided``  grid points at which neither answer could be reached.
    """

    intervals: tuple[tuple[float, float], ...]
    tolerance: float
    grid: tuple[float, float, float]
    undecided: tuple[float, ...] = ()
    note: str = ""


@final
@dataclass(frozen=True)
class PartyValue:
    """What a party gets, average per period in the payoff unit, from signature on.

    ``compliance``  under full compliance; ``outside_option`` from the file; ``no_treaty`` from the same matters without
    the treaty when nobody cooperates (the Markov equilibrium of least joint payoff; None if none was found);
    ``worst_credible`` its worst equilibrium payoff under the treaty.
    """

    party: str
    name: str
    discount: float
    compliance: float
    outside_option: float
    no_treaty: float | None
    worst_credible: float | None


@final
@dataclass(frozen=True)
class Incentive:
    """One point of the timeline: the least incentive of a party over the situations that compliance can reach then.

    ``year``         periods since signature, 0 for the first.
    ``stay_minus_leave``  value of complying minus the best deviation, over (1 - discount factor), payoff unit.
    """

    party: str
    year: int
    stay_minus_leave: float
    state: dict[str, str]
    deviation: str


@final
@dataclass(frozen=True)
class Timeline:
    """Incentives along compliance.  ``marks``: (year, label) of ends of terms, stages, votes; ``note``: what it is."""

    incentives: tuple[Incentive, ...]
    marks: tuple[tuple[int, str], ...]
    note: str = ""


@final
@dataclass(frozen=True)
class Departure:
    """The most cooperative equilibrium when full compliance fails.

    ``path``            one line per period along the likeliest history: (year, situation, what each party does).
    ``first_departure`` sentence naming party, period and act; ``expected_years`` of full compliance before it.
    ``values``          average payoffs per party id in that equilibrium.
    """

    path: tuple[tuple[int, str, str], ...]
    first_departure: str
    expected_years: float
    values: dict[str, float]


@final
@dataclass(frozen=True)
class VariantFinding:
    """One line of the options table: the file's text (name "") or one of its variants.

    ``certificate``      kind of the checked certificate behind the verdict; None if there is none.
    ``refused_at_home``  ids of the parties whose own ratifiers would refuse it.
    """

    name: str
    changes: str
    verdict: Answer
    first_rung: int | None
    first_rung_name: str
    margin: float | None
    weakest_link: WeakestLink | None
    values: dict[str, float]
    red_lines_crossed: tuple[str, ...]
    note: str = ""
    certificate: str | None = None
    refused_at_home: tuple[str, ...] = ()


@final
@dataclass(frozen=True)
class Stance:
    """Full compliance at one common discount factor, either with or without voluntary side payments.

    ``margin``  without payments one party's, at the tightest moment.  With payments what is left for all parties
                together, at the tightest moment, once every party's temptation is paid for; the extra one-off
                temptation that still could be.  None if no equilibrium exists.
    ``joint``   (least, most) that the greatest joint payoff of any equilibrium can be, average per period from
                signature on; an end that is not known is None.
    """

    verdict: Answer
    concept: str
    margin: float | None
    joint: tuple[float | None, float | None]
    detail: str = ""
    weakest_link: WeakestLink | None = None
    certificate: CertificateNote | None = None


@final
@dataclass(frozen=True)
class PaymentCase:
    """Payments of one kind: what is paid at the start of a period for having complied in the one before.

    ``year``       of the term in which all complied; None where no clock runs.
    ``situation``  events and governments of that period, variable by variable.
    ``payers``, ``receivers``  party ids.  ``low``, ``high``: the least and the most that the payers pay in such a case,
    ``mean`` what they pay on average.
    ``share``      of all payments, in expected present value.
    """

    year: int | None
    situation: dict[str, str]
    payers: tuple[str, ...]
    receivers: tuple[str, ...]
    low: float
    mean: float
    high: float
    share: float


@final
@dataclass(frozen=True)
class PaymentYear:
    """Payments at the start of one period (``year`` counts periods since signature, 0 for the first).

    ``chance``    that anything is paid.  ``expected``  per party id, net: positive pays, negative receives.
    ``low``, ``high``  the ends of that net payment over what can happen.
    """

    year: int
    chance: float
    expected: dict[str, float]
    low: dict[str, float]
    high: dict[str, float]


@final
@dataclass(frozen=True)
class Penalty:
    """What a departure from compliance must cost a party so that it does not pay, in the most tempting situation.

    ``least``  by how much it must be worse off a period later, as a sum paid then; lost side payments count.
    ``most``   by how much credible answers can make it worse off.
    """

    party: str
    least: float
    most: float
    year: int | None
    state: dict[str, str]
    deviation: str
    lawful: bool


@final
@dataclass(frozen=True)
class PaymentSchedule:
    """Who pays whom, when, so that full compliance is an equilibrium.  Not unique: ``selection`` says which it is.

    ``cases``      kinds of payments, those of greatest expected present value first; empty if none is needed.
    ``years``      period by period.
    ``values``     per party id, average per period from signature on, payments included; ``before`` without them.
    ``at_signature``  per party id, the sum paid once at signature that would undo the shift of values: positive pays.
    """

    selection: str
    cases: tuple[PaymentCase, ...]
    years: tuple[PaymentYear, ...]
    values: dict[str, float]
    before: dict[str, float]
    at_signature: dict[str, float]
    penalties: tuple[Penalty, ...]


@final
@dataclass(frozen=True)
class PaymentComparison:
    """The same treaty at one common discount factor without and with voluntary side payments.

    ``label``       "lowest" or "highest" of the parties' factors, or "common".
    ``compliance``  joint payoff under full compliance, average per period.
    ``joint_gain``  (least, most) that payments add to the greatest joint payoff of any equilibrium.
    ``reviewed``    with payments and the text's reviews, when everything may be bargained over anew; None without any.
    """

    label: str
    discount: float
    without: Stance
    paid: Stance
    compliance: float
    joint_gain: tuple[float | None, float | None]
    schedule: PaymentSchedule | None
    reviewed: Stance | None = None


@final
@dataclass(frozen=True)
class VariantPayments:
    """A variant at one common discount factor without and with side payments; ``cases`` as in ``PaymentSchedule``."""

    name: str
    label: str
    discount: float
    without: Stance
    paid: Stance
    cases: tuple[PaymentCase, ...]


@final
@dataclass(frozen=True)
class SidePayments:
    """What side payments would buy.  ``refusal`` says why that cannot be told; the rest is empty then."""

    compared: tuple[PaymentComparison, ...]
    variants: tuple[VariantPayments, ...]
    region: DiscountRegion | None
    region_without: DiscountRegion | None
    notes: tuple[str, ...]
    refusal: str = ""


def plain(record: Any) -> Any:
    """A finding as JSON-ready data: tuples become lists, records become objects."""
    return asdict(record)
