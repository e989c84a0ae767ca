"""Assessments made by hand, with numbers like those of the Aurora file: nothing is solved here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.automata.self_generation import SelfGeneration
from games.certificates.exclusion.exclusion import Exclusion
from games.certificates.transfers.plan import TransferPlan
from games.questions.discount_region import DiscountRegion
from treaties.findings.answer import Answer
from treaties.findings.fixes import BreakingOptions, OptionFix
from treaties.findings.records import (
    CertificateNote,
    Departure,
    Incentive,
    Judgement,
    PartyValue,
    PaymentCase,
    PaymentComparison,
    PaymentSchedule,
    PaymentYear,
    Penalty,
    Rung,
    SidePayments,
    Timeline,
    VariantFinding,
    VariantPayments,
    WeakestLink,
)
from treaties.model.red_lines import RedLine
from treaties.model.treaty import Treaty
from treaties.provisions.remedy import Remedy
from treaties.provisions.staged_derisking import StagedDerisking
from treaties.provisions.sunset import Sunset
from treaties.provisions.turnover import Turnover
from treaties.provisions.veto import Veto
from treaties.provisions.withdrawal import Withdrawal

CONCEPT = "pure-action subgame-perfect equilibrium with public randomisation"


def treaty(**changes: Any) -> Treaty:
    """A treaty like Aurora, in memory, with one number that has a range, a source and a confidence."""
    return Treaty.model_validate(
        {
            "schema": "servanda-treaty/1",
            "title": "Borealis co-production agreement (fictional)",
            "payoff_unit": "EUR million per year",
            "party": [
                {
                    "id": "NOR",
                    "name": "Norland",
                    "outside_option": 0,
                    "red_lines": ["veto.uses_per_term >= 1"],
                    "discount": {
                        "value": 0.88,
                        "low": 0.82,
                        "high": 0.95,
                        "source": "analyst judgement",
                        "confidence": "low",
                    },
                },
                {"id": "SUN", "name": "Sundmark", "discount": 0.9, "outside_option": 3},
            ],
            "event": [{"id": "security_shock", "enter": 0.15, "stay": 0.4, "cost_of_complying": {"NOR": 30, "SUN": 0}}],
            "matter": [
                {
                    "id": "technology",
                    "reward": {"NOR": 12, "SUN": 13},
                    "temptation": {"NOR": 30, "SUN": 31},
                    "sucker": {"NOR": -12, "SUN": -14},
                    "punishment": {"NOR": -2, "SUN": 1},
                }
            ],
            "provision": [
                Sunset(type="sunset", article="21", term_years=10, renewal={"rule": "mutual", "decide_by_year": 8}),
                StagedDerisking(
                    type="staged_derisking",
                    article="9",
                    gate="compliance",
                    on_breach="hold",
                    stages=[
                        {"year": 0, "exposure": 1.0},
                        {"year": 3, "exposure": 0.6},
                        {"year": 6, "exposure": 0.25},
                    ],
                ),
                Veto(
                    type="veto",
                    article="14(2)",
                    holder=["NOR"],
                    matter="technology",
                    uses_per_term=2,
                    grounds="security_shock",
                ),
                Withdrawal(type="withdrawal", article="23", notice_years=1),
                Remedy(type="remedy", article="17", amount=12, upheld=0.7, delay_years=1),
                Turnover(
                    type="turnover",
                    article="-",
                    party="SUN",
                    to_sceptic=0.2,
                    to_friendly=0.3,
                    sceptic_cost_of_complying=13.5,
                ),
            ],
            **changes,
        }
    ).came_from("borealis.toml", "5e" * 32)


def link(
    margin: float,
    *,
    party: str = "NOR",
    name: str = "Norland",
    deviation: str = "vetoes technology",
    article: str = "14(2)",
    year: int | None = 3,
    lawful: bool = True,
) -> WeakestLink:
    state = {"year of the term": str(year), "stage": "1 of 3", "security shock": "yes"} if year else {"stage": "1 of 3"}
    return WeakestLink(party, name, article, state, year, deviation, lawful, margin, f"{name} {deviation}.")


def certificate(kind: str, **numbers: float) -> CertificateNote:
    evidence: Any = {one.kind: one for one in (Exclusion, NoProfitableDeviation, SelfGeneration, TransferPlan)}[kind]
    return CertificateNote(kind, True, f"{kind} claim", numbers, "ab" * 32, evidence)


def rung(
    number: int, verdict: Answer, margin: float | None, detail: str = "", weakest: WeakestLink | None = None,
    proof: CertificateNote | None = None,
) -> Rung:
    """A rung of the ladder."""
    return Rung(number, Judgement(verdict, CONCEPT, margin, detail=detail, weakest_link=weakest, certificate=proof))


LADDER = (
    rung(1, "unsustainable", -7.21, "a breach pays on its own path"),
    rung(2, "unsustainable", -1.3, "no k up to 12 works"),
    rung(3, "undecided", None, "no Markov equilibrium in pure actions was found"),
    rung(
        4, "sustainable", 0.1034, "worst equilibrium payoffs", link(0.1034),
        certificate("self-generation", least_slack=0.00012),
    ),
)
BREACH = "breaches its obligations on technology"


def variant(
    name: str, changes: str, ladder: tuple[Rung, ...], norland: float, sundmark: float,
    crossed: tuple[RedLine, ...] = (), note: str = "",
) -> VariantFinding:
    """A line of the options table."""
    return VariantFinding(name, changes, ladder, {"NOR": norland, "SUN": sundmark}, crossed, note)


VARIANTS = (
    variant("", "", LADDER, 7.432, 8.16),
    variant(
        "No veto", "veto.uses_per_term = 0",
        (rung(4, "unsustainable", -0.512, "", link(-0.512, deviation=BREACH, article="9", lawful=False)),),
        6.9, 9.4, (RedLine("NOR", "Norland", "veto.uses_per_term >= 1"),),
    ),
    variant(
        "Unlimited veto", "veto.uses_per_term = unlimited",
        (rung(4, "unsustainable", -0.13, "",
              link(-0.13, party="SUN", name="Sundmark", deviation=BREACH, article="9", lawful=False)),),
        7.6, 7.9,
    ),
    variant(
        "No renewal", "sunset.renewal.rule = none",
        (rung(4, "unsustainable", -4.5, "", link(-4.5, deviation=BREACH, article="9", year=10, lawful=False)),),
        5.2, 6.1,
    ),
    variant(
        "Breach ends treaty", "staged_derisking.on_breach = end",
        (rung(1, "sustainable", 0.2),
         rung(4, "sustainable", 0.3, "", link(0.3), certificate("no-profitable-deviation"))),
        7.1, 8.7,
    ),
    variant(
        "Volatile Sundmark", "turnover.to_sceptic = 0.4", (rung(4, "undecided", None, "the bounds did not close"),),
        7.1, 6.3, (), "the bounds did not close",
    ),
)  # fmt: skip
MARKS = ((3, "stage 2: exposure 0.6"), (6, "stage 3: exposure 0.25"), (7, "vote on renewal"), (9, "term ends"))


def timeline(shift: float = 0.0, lost: float | None = None) -> Timeline:
    """Incentives of ten years; ``lost``  what is less in each if later years are lost, none where no term ends."""
    norland = (4.2, 2.6, 0.1034, 6.3, 7.9, 9.2, 17.4, 18.8, 20.1, 21.0)
    sundmark = (9.1, 7.2, 5.9, 12.2, 13.4, 15.0, 22.8, 24.0, 25.3, 26.1)
    incentives = tuple(
        Incentive(party, year, value + shift, {"stage": "1 of 3"}, "breaches its obligations on technology",
                  None if lost is None else value + shift + lost)
        for party, values in (("NOR", norland), ("SUN", sundmark))
        for year, value in enumerate(values)
    )
    if lost is None:
        return Timeline(incentives, MARKS, "The first term is shown.", no_last_year="No term comes to an end.")
    return Timeline(incentives, MARKS, "The first term is shown.", tuple(range(10, 0, -1)), 0, 10)


PAYING = "pure-action subgame-perfect equilibrium with voluntary transfers, money burning and public randomisation"
SCEPTIC = {"government of Sundmark": "sceptic"}


def side_payments() -> SidePayments:
    """Payments mend the text at the lower factor, are not needed at the higher, and mend one option of two."""
    case = PaymentCase(6, SCEPTIC, ("NOR",), ("SUN",), 2.626, 4.33, 4.823, 0.93)
    later = PaymentCase(8, SCEPTIC, ("NOR",), ("SUN",), 0.238, 0.35, 0.434, 0.07)
    state = {"year of the term": "4", "stage": "2 of 3"}
    penalties = (
        Penalty("NOR", 37.96, 53.21, 4, state, "breaches its obligations on technology", False),
        Penalty("SUN", 27.4, 31.25, 2, state, "breaches its obligations on technology", False),
    )
    year = PaymentYear(6, 0.33, {"NOR": 1.37, "SUN": -1.37}, {"NOR": 0.0, "SUN": -4.823}, {"NOR": 4.823, "SUN": 0.0})
    with_, before = {"NOR": 8.95, "SUN": 7.886}, {"NOR": 9.03, "SUN": 7.806}
    least = "the least payments that keep full compliance stable"
    paid = PaymentSchedule(least, (case, later), (year,), with_, before, {"NOR": -0.671, "SUN": 0.671}, penalties)
    none = PaymentSchedule(least, (), (), before, before, {"NOR": 0.0, "SUN": 0.0}, penalties)

    def judged(margin: float, concept: str = PAYING, joint: float | None = 20.096) -> Judgement:
        verdict: Answer = "sustainable" if margin >= 0 else "unsustainable"
        return Judgement(verdict, concept, margin, (joint, joint), weakest_link=link(margin))

    both = (20.096, 20.096)
    compared = (
        PaymentComparison("lowest", 0.88, judged(-4.4, CONCEPT), judged(14.58), 16.836, both, paid),
        PaymentComparison("highest", 0.9, judged(0.964, CONCEPT), judged(31.68), 16.538, both, none),
    )
    variants = (
        VariantPayments("Unlimited veto", "lowest", 0.88, judged(-5.99, CONCEPT), judged(51.8), (case,)),
        VariantPayments("Unlimited veto", "highest", 0.9, judged(-1.21, CONCEPT), judged(70.9), (later,)),
        VariantPayments("No renewal", "lowest", 0.88, judged(-37.9, CONCEPT), judged(-48.5), ()),
        VariantPayments("No renewal", "highest", 0.9, judged(-38.0, CONCEPT), judged(-48.5), ()),
    )
    grid = (0.02, 0.98, 0.04)
    return SidePayments(
        compared,
        variants,
        DiscountRegion(((0.858, 0.98),), 1e-6, grid),
        DiscountRegion(((0.897, 0.98),), 1e-6, grid),
        ("Margins with payments are of all parties together.",),
    )


def holds(**changes: Any) -> Any:
    """Just holds, on rung 4, like the base case of Aurora."""
    fields: dict[str, Any] = {
        "treaty": treaty(),
        "compiled": SimpleNamespace(game=SimpleNamespace(n_states=1284, n_rows=18231, digest="cd" * 32)),
        "verdict": "sustainable",
        "concept": CONCEPT,
        "margin": 0.1034,
        "weakest_link": link(0.1034),
        "ladder": LADDER,
        "first_rung": 4,
        "discount_region": DiscountRegion(((0.8734125, 0.995),), 1e-6, (0.01, 0.995, 0.01)),
        "values": (
            PartyValue("NOR", "Norland", 0.88, 7.432, 0.0, 1.1, -0.4),
            PartyValue("SUN", "Sundmark", 0.9, 8.16, 3.0, None, 2.2),
        ),
        "timeline": timeline(),
        "departure": None,
        "variants": VARIANTS,
        "certificate": certificate("self-generation", least_slack=0.00012),
        "lints": (
            SimpleNamespace(
                severity="warning",
                place="sunset.renewal",
                article="21",
                remedy="Consider automatic renewal.",
                problem="Both refusing a renewal is always stable, so the vote is a free threat.",
            ),
        ),
        "fixes": (OptionFix(VARIANTS[4], firmer=True), BreakingOptions(tuple(VARIANTS[k].name for k in (1, 2, 3)))),
        "leans_on_refused_renewal": True,
        "monitoring": None,
        "participation": None,
        "rights": None,
        "divisions": (),
        "third_parties": (),
        "after_exit": (),
        "stocks": (),
        "trust": None,
        "grid": None,
        "versions": {"servanda": "0.1.0", "numpy": "2.4.0"},
        "transfers": "none",
        "side_payments": side_payments(),
        "matters": 0.05,
    }
    told = {**fields, **changes}
    leans_on = next((rung for rung in told["ladder"] if rung.verdict == "sustainable"), told["ladder"][-1])
    tightest = leans_on.weakest_link if told["first_rung"] not in (None, 4) else told["weakest_link"]
    return SimpleNamespace(**{"leans_on": leans_on, "tightest": tightest, **told})


def fails(**changes: Any) -> Any:
    """Fails, with a best plan that is stable."""
    worst = link(-0.512, deviation="breaches its obligations on technology", article="9", lawful=False)
    path = tuple((year, f"year of the term {year + 1}", "Norland complies; Sundmark complies") for year in range(12))
    fields: dict[str, Any] = {
        "verdict": "unsustainable",
        "margin": -0.512,
        "weakest_link": worst,
        "first_rung": None,
        "ladder": tuple(rung(n, "unsustainable", -0.512 * (5 - n)) for n in (1, 2, 3, 4)),
        "timeline": timeline(-2.0, -22.0),
        "discount_region": DiscountRegion(((0.3, 0.5), (0.93, 0.995)), 1e-6, (0.01, 0.995, 0.01), (0.61,)),
        "departure": Departure(
            path, "Norland breaches its obligations on technology in year 3", 2.4, {"NOR": 4.0, "SUN": 5.5}
        ),
        "variants": (
            variant("", "", (rung(4, "unsustainable", -0.512, "", worst),), 7.4, 8.1),
            *VARIANTS[1:],
        ),
        "certificate": certificate("exclusion", steps=14),
        "side_payments": None,
        "lints": (),
        "fixes": (),
        "leans_on_refused_renewal": None,
    }
    return holds(**{**fields, **changes})


def undecided(**changes: Any) -> Any:
    """Neither proved nor refuted, and no variant in the file."""
    fields: dict[str, Any] = {
        "verdict": "undecided",
        "margin": None,
        "weakest_link": None,
        "first_rung": None,
        "ladder": tuple(rung(n, "undecided", None) for n in (1, 2, 3, 4)),
        "discount_region": DiscountRegion((), 1e-6, (0.01, 0.995, 0.01)),
        "timeline": Timeline((), ()),
        "variants": VARIANTS[-1:][:0],
        "fixes": (),
        "lints": (),
        "leans_on_refused_renewal": None,
        "certificate": None,
        "side_payments": SidePayments((), (), None, None, (), "players see public signals instead of actions"),
    }
    return holds(**{**fields, **changes})
