"""What an assessment finds, in the treaty's words: plain records that the briefing and the command line read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, final

from games.certificates.certificate import Certificate
from games.questions.discount_region import DiscountRegion
from treaties.findings.answer import Answer
from treaties.findings.cooperation import Cooperation
from treaties.findings.grid import GridCheck
from treaties.model.red_lines import RedLine

if TYPE_CHECKING:
    from games.certificates.typed.certificate import TypedCertificate

Bounds = tuple[float | None, float | None]
Transfers = Literal["none", "voluntary"]

RUNG_NAMES = {1: "self-executing", 2: "proportionate", 3: "reversion", 4: "any credible punishment"}


@final
@dataclass(frozen=True)
class WeakestLink:
    """The on-path deviation that comes nearest to paying (or pays most).

    ``margin``    value of complying minus value of deviating, over (1 - discount factor), in the payoff unit.
    ``state``     the situation, variable by variable, in words ("term year" -> "8").
    ``article``   the article(s) that the deviation concerns, "-" if none.
    ``sentence``  one sentence that an adviser can read out.
    ``years``     all years of the term in which a step of the party comes as near; ``alike`` names of the other parties
                  that have such a step.
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
    years: tuple[int, ...] = ()
    alike: tuple[str, ...] = ()


@final
@dataclass(frozen=True)
class CertificateNote:
    """A certificate and what the independent exact checker said of it.

    ``proof``  the certificate itself; None where only what came of its check was kept.
    ``typed``  the same of a certificate that speaks of a game with types.
    """

    kind: str
    checked: bool
    claim: str
    numbers: dict[str, float]
    game_digest: str
    proof: Certificate | None = field(repr=False, compare=False)
    typed: TypedCertificate | None = field(default=None, repr=False, compare=False)

    @property
    def evidence(self) -> Certificate:
        """The certificate itself; raises ``ValueError`` where it was not kept, or speaks of a game with types."""
        if self.proof is None:
            raise ValueError(f"of this {self.kind} certificate only what came of its check was kept")
        return self.proof

    @property
    def source(self) -> str:
        """Where what it proves is from; empty where the certificate was not kept."""
        kept = self.typed or self.proof
        return "" if kept is None else kept.source

    @property
    def content(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` object, ``servanda-typed-certificate/1`` of a game with types."""
        return self.evidence.to_json() if self.typed is None else self.typed.to_json()

    def to_json(self) -> dict[str, Any]:
        """The note without the certificate."""
        return {
            "kind": self.kind,
            "checked": self.checked,
            "claim": self.claim,
            "numbers": self.numbers,
            "game_digest": self.game_digest,
        }


@final
@dataclass(frozen=True)
class Judgement:
    """Whether full compliance from signature on can be sustained, at one text, discount factors and kind of payments.

    Every verdict that is told anywhere is one of these, made once.

    ``margin``  without payments one party's, at the tightest moment.  With payments what is left for all parties
                together, at the tightest moment, once every party's temptation is paid for; the extra one-off
                temptation that still could be.  None if no equilibrium exists, or it is not known.
    ``joint``   (least, most) that the greatest joint payoff of any equilibrium can be, average per period from
                signature on; an end that was not sought or is not known is None.
    ``certificate``  one that was checked; None if undecided, or if it follows from another judgement.
    ``discount``, ``transfers``  where it was made: a factor per party (empty: at several), the kind of side payments.
    ``grid``    where there are stocks: the answers on their grids and on finer ones, of which this one is made.
    """

    verdict: Answer
    concept: str
    margin: float | None
    joint: Bounds = (None, None)
    detail: str = ""
    weakest_link: WeakestLink | None = None
    certificate: CertificateNote | None = None
    discount: tuple[float, ...] = ()
    transfers: Transfers = "none"
    grid: GridCheck | None = None

    @property
    def proved_by(self) -> str | None:
        """Kind of the checked certificate; None without one."""
        return self.certificate.kind if self.certificate is not None and self.certificate.checked else None

    def to_json(self) -> dict[str, Any]:
        """The judgement with its certificate in full."""
        note = self.certificate
        return {
            "verdict": self.verdict,
            "concept": self.concept,
            "margin": self.margin,
            "best_joint_payoff": list(self.joint),
            "detail": self.detail,
            "weakest_link": None if self.weakest_link is None else plain(self.weakest_link),
            "certificate": None if note is None else note.to_json() | {"content": note.content},
            "grid": None if self.grid is None else self.grid.to_json(),
        }


class Judged(ABC):
    """What is told with one judgement, and reads as it."""

    @property
    @abstractmethod
    def judgement(self) -> Judgement:
        """The judgement itself."""

    @property
    def verdict(self) -> Answer:
        """On full compliance from signature on."""
        return self.judgement.verdict

    @property
    def concept(self) -> str:
        """The notion of equilibrium of the verdict."""
        return self.judgement.concept

    @property
    def margin(self) -> float | None:
        """As in ``Judgement``, in the payoff unit."""
        return self.judgement.margin

    @property
    def detail(self) -> str:
        """Why it holds, fails or is not decided."""
        return self.judgement.detail

    @property
    def weakest_link(self) -> WeakestLink | None:
        """The deviation that decides the margin."""
        return self.judgement.weakest_link

    @property
    def certificate(self) -> CertificateNote | None:
        """The certificate behind the verdict."""
        return self.judgement.certificate

    @property
    def grid(self) -> GridCheck | None:
        """The answers on the grids of stocks and on finer ones; None without stocks."""
        return self.judgement.grid


@final
@dataclass(frozen=True)
class Rung(Judged):
    """One rung of the enforcement ladder.

    ``number``   1 self-executing, 2 proportionate, 3 reversion, 4 any credible punishment.
    ``found``    the judgement; its margin is that on the path, under the worst punishment the rung allows.
    ``margin_everywhere``  rungs 1-3: the smallest over all modes and states of the rule of play.
    ``periods``  rung 2: the least number of suspension periods that works.
    """

    number: int
    found: Judgement
    margin_everywhere: float | None = None
    periods: int | None = None

    @property
    def judgement(self) -> Judgement:
        """As found."""
        return self.found

    @property
    def name(self) -> str:
        """What the rung is called."""
        return RUNG_NAMES[self.number]

    def to_json(self) -> dict[str, Any]:
        """One entry of ``ladder`` in ``servanda-assessment/1``; the certificate is named, not written out."""
        link, note = self.weakest_link, self.certificate
        return {
            "number": self.number,
            "name": self.name,
            "verdict": self.verdict,
            "concept": self.concept,
            "margin": self.margin,
            "margin_everywhere": self.margin_everywhere,
            "periods": self.periods,
            "detail": self.detail,
            "weakest_link": None if link is None else plain(link),
            "certificate": None if note is None else note.to_json(),
        }


def first_standing(ladder: Sequence[Rung]) -> Rung | None:
    """The lowest rung that holds, None if none does."""
    return next((rung for rung in ladder if rung.verdict == "sustainable"), None)


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
    ``if_later_lost``     the same given that all later years of the term are lost already; None where no clock runs.
    """

    party: str
    year: int
    stay_minus_leave: float
    state: dict[str, str]
    deviation: str
    if_later_lost: float | None = None


@final
@dataclass(frozen=True)
class Timeline:
    """Incentives along compliance.  ``marks``: (year, label) of ends of terms, stages, votes; ``note``: what it is.

    ``unravels``     years of the term, last first, that fall one after the other: given that the later ones are lost, a
                     step away pays in each.
    ``keeps_until``  the latest year of the term to which compliance can be kept when all later ones are lost, 0 for
                     none; None where no term ends or that is not known.
    ``term``         years of the term that is taken apart; None where there is no such line, and ``no_last_year`` why.
    """

    incentives: tuple[Incentive, ...]
    marks: tuple[tuple[int, str], ...]
    note: str = ""
    unravels: tuple[int, ...] = ()
    keeps_until: int | None = None
    term: int | None = None
    no_last_year: str = ""


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
class VariantFinding(Judged):
    """One version of a treaty: the file's text (name ""), one of its variants, or a design.

    ``changes``          what it changes in the text, in one phrase.
    ``ladder``           the rungs that were judged, the last of which is the verdict.
    ``values``           per party id, average discounted payoff per period under full compliance, from signature on.
    ``red_lines_crossed``  every red line of a party that it crosses.
    ``refused_at_home``  ids of the parties whose own ratifiers would refuse it;  ``asked_at_home`` of those that have
                         ratifiers whose consent they need.
    ``note``             what a reader of a table must know besides the verdict.
    ``third_parties``    ids of the parties that sign nothing, and so do not sit at the table in talks.
    ``trust``            how much trust it needs, where parties have types.
    ``cooperation``      where nobody sees everything and nobody pays: how long compliance lasts in the best equilibrium
                         found that begins with it; None elsewhere, or if none was found.
    """

    name: str
    changes: str
    ladder: tuple[Rung, ...]
    values: dict[str, float]
    red_lines_crossed: tuple[RedLine, ...]
    note: str = ""
    refused_at_home: tuple[str, ...] = ()
    asked_at_home: tuple[str, ...] = ()
    third_parties: tuple[str, ...] = ()
    trust: str = ""
    cooperation: Cooperation | None = None

    @property
    def values_at_the_table(self) -> tuple[float, ...]:
        """The values of those that sign, in the file's order."""
        return tuple(value for party, value in self.values.items() if party not in self.third_parties)

    @property
    def judgement(self) -> Judgement:
        """That of the highest rung."""
        return self.ladder[-1].found

    @property
    def first_rung(self) -> int | None:
        """Number of the lowest rung that holds; None if none does."""
        first = first_standing(self.ladder)
        return None if first is None else first.number

    @property
    def first_rung_name(self) -> str:
        """Its name; empty if none does."""
        first = first_standing(self.ladder)
        return "" if first is None else first.name

    def to_json(self) -> dict[str, Any]:
        """One entry of ``variants`` in ``servanda-assessment/1``."""
        return {
            "name": self.name,
            "changes": self.changes,
            "verdict": self.verdict,
            "first_rung": self.first_rung,
            "first_rung_name": self.first_rung_name,
            "margin": self.margin,
            "weakest_link": None if self.weakest_link is None else plain(self.weakest_link),
            "values": self.values,
            "red_lines_crossed": [str(line) for line in self.red_lines_crossed],
            "note": self.note,
            "cooperation": None if self.cooperation is None else plain(self.cooperation),
            **({"trust": self.trust} if self.trust else {}),
            "certificate": self.judgement.proved_by,
            "refused_at_home": list(self.refused_at_home),
            "grid": None if self.grid is None else self.grid.to_json(),
        }


def comparable(options: Sequence[VariantFinding], types: bool) -> list[VariantFinding]:
    """The options that ask what the text asks: where its parties have no types, not those in which they have.

    ``types``  whether parties have types in the text; options with types mend and break nothing in one without.
    """
    return [one for one in options if types or not one.trust]


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
    ``joint_without``  what the greatest joint payoff of an equilibrium without payments can be.
    ``reviewed``    with payments and the text's reviews, when everything may be bargained over anew; None without any.
    """

    label: str
    discount: float
    without: Judgement
    paid: Judgement
    compliance: float
    joint_without: Bounds
    schedule: PaymentSchedule | None
    reviewed: Judgement | None = None

    @property
    def joint_gain(self) -> Bounds:
        """What payments add to the greatest joint payoff of any equilibrium."""
        return difference(self.paid.joint, self.joint_without)

    def to_json(self) -> dict[str, Any]:
        """One entry of ``compared`` in ``servanda-assessment/1``."""
        return {
            "label": self.label,
            "discount": self.discount,
            "compliance_joint_payoff": self.compliance,
            "joint_gain": list(self.joint_gain),
            "without": self.without.to_json() | {"best_joint_payoff": list(self.joint_without)},
            "with": self.paid.to_json(),
            "with_and_reviewed": None if self.reviewed is None else self.reviewed.to_json(),
            "schedule": None if self.schedule is None else plain(self.schedule),
        }


@final
@dataclass(frozen=True)
class VariantPayments:
    """A variant at one common discount factor without and with side payments; ``cases`` as in ``PaymentSchedule``."""

    name: str
    label: str
    discount: float
    without: Judgement
    paid: Judgement
    cases: tuple[PaymentCase, ...]

    def to_json(self) -> dict[str, Any]:
        """One entry of the ``variants`` of ``side_payments`` in ``servanda-assessment/1``."""
        return {
            "name": self.name,
            "label": self.label,
            "discount": self.discount,
            "without": self.without.to_json(),
            "with": self.paid.to_json(),
            "cases": [plain(case) for case in self.cases],
        }


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

    def to_json(self) -> dict[str, Any]:
        """The ``side_payments`` object of ``servanda-assessment/1``."""
        return {
            "refusal": self.refusal,
            "notes": list(self.notes),
            "compared": [comparison.to_json() for comparison in self.compared],
            "variants": [variant.to_json() for variant in self.variants],
            "discount_region": None if self.region is None else region_json(self.region),
            "discount_region_without": None if self.region_without is None else region_json(self.region_without),
        }


def difference(most: Bounds, less: Bounds) -> Bounds:
    """Bounds on one number less another that is no greater; an end that rounding puts below zero is zero."""
    (low, high), (least, best) = most, less
    return (
        None if low is None or best is None else max(low - best, 0.0),
        None if high is None or least is None else max(high - least, 0.0),
    )


def region_json(found: DiscountRegion) -> dict[str, Any]:
    """The ``discount_region`` of ``servanda-assessment/1``: proofs are at the file's own factors, not at edges."""
    told = plain(found)
    del told["edges"]
    return dict(told)


def plain(record: Any) -> Any:
    """A finding as JSON-ready data: tuples become lists, records become objects."""
    return asdict(record)
