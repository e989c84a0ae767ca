"""Assessment: compile, solve, check; nothing is believed unchecked.

The headline is rung 4 of the enforcement ladder: can full compliance from signature on be the path of any
pure-action subgame-perfect equilibrium with public randomisation?  Every answer carries a certificate that exact
code re-proves without the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any, Literal, final

from treaties.amounts import money, once, per_period
from treaties.compilation import CompiledTreaty, compile_treaty
from treaties.consistency import Finding, lint
from treaties.credibility import Credibility
from treaties.effects import RENEWAL
from treaties.expressions import parse_expression
from treaties.findings import (
    Answer,
    CertificateNote,
    Departure,
    DiscountRegion,
    PartyValue,
    Rung,
    SidePayments,
    Timeline,
    VariantFinding,
    VariantPayments,
    WeakestLink,
    plain,
)
from treaties.fixes import fixes
from treaties.ladder import Ladder, implied_by_refutation
from treaties.patience import discount_region
from treaties.payment_words import payment_lines
from treaties.side_payments import compare, option_payments, to_json, top_rung
from treaties.timeline import timeline
from treaties.treaty import Treaty, Variant
from treaties.variants import apply_variant, lookup_in, with_terms

Progress = Callable[[str, float], None]

LIBRARIES = ("servanda", "numpy", "scipy", "numba", "python-flint", "pydantic", "matplotlib", "jinja2")


@final
@dataclass(frozen=True, eq=False)
class Assessment:
    """What was found about a treaty; all words and tables are written from it.

    ``verdict``     on full compliance from signature on (rung 4), with ``concept`` and ``certificate``.
    ``margin``      the largest extra one-off temptation that compliance withstands, in the payoff unit; negative if it
                    fails, None if no equilibrium of the concept exists.
    ``ladder``      the four rungs; ``first_rung`` the lowest that holds.
    ``departure``   the best plan there is instead, when full compliance fails.
    ``variants``    the options table; its first line is the file as it stands.
    ``leans_on_refused_renewal``  True if rung 4 fails once no party can refuse a renewal.
    ``transfers``     whether the verdict is on the treaty with voluntary side payments.  If so it is given at common
                      discount factors only, and the ladder has only its rung 4.
    ``side_payments`` what they would buy, None if that was not asked for.
    """

    treaty: Treaty
    compiled: CompiledTreaty
    verdict: Answer
    concept: str
    margin: float | None
    weakest_link: WeakestLink | None
    ladder: tuple[Rung, ...]
    discount_region: DiscountRegion
    values: tuple[PartyValue, ...]
    timeline: Timeline
    departure: Departure | None
    variants: tuple[VariantFinding, ...]
    certificate: CertificateNote | None
    lints: tuple[Finding, ...]
    fixes: tuple[str, ...]
    leans_on_refused_renewal: bool | None
    versions: dict[str, str]
    transfers: Literal["none", "voluntary"] = "none"
    side_payments: SidePayments | None = None

    @property
    def first_rung(self) -> int | None:
        """The lowest rung that holds, None if none does."""
        return next((rung.number for rung in self.ladder if rung.verdict == "sustainable"), None)

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-assessment/1`` object."""
        game = self.compiled.game
        note = self.certificate
        return {
            "format": "servanda-assessment/1",
            "treaty": {"title": self.treaty.title, "file": self.treaty.source_name, "sha256": self.treaty.source_hash},
            "transfers": self.transfers,
            "verdict": self.verdict,
            "concept": self.concept,
            "margin": self.margin,
            "payoff_unit": self.treaty.payoff_unit,
            "weakest_link": None if self.weakest_link is None else plain(self.weakest_link),
            "first_rung": self.first_rung,
            "ladder": [_rung_json(rung) for rung in self.ladder],
            "discount_region": plain(self.discount_region),
            "values": [plain(value) for value in self.values],
            "certificate": None if note is None else _note_json(note) | {"content": note.content},
            "leans_on_refused_renewal": self.leans_on_refused_renewal,
            "timeline": plain(self.timeline),
            "departure": None if self.departure is None else plain(self.departure),
            "variants": [plain(found) for found in self.variants],
            "fixes": list(self.fixes),
            "side_payments": None if self.side_payments is None else to_json(self.side_payments),
            "findings": [plain(found) for found in self.lints],
            "game": {"states": game.n_states, "rows": game.n_rows, "digest": game.digest},
            "versions": self.versions,
        }

    def _paid_once(self, margin: float) -> str:
        return money(margin, once(self.treaty.payoff_unit, self.treaty.period), sign=True)

    def summary(self) -> list[str]:
        """A few lines for the terminal."""
        lines = [f"{self.treaty.title}: full compliance is {self.verdict} ({self.concept})."]
        if self.margin is not None:
            lines.append(f"Margin {self._paid_once(self.margin)}, as a one-off.")
        if self.weakest_link is not None:
            lines.append(self.weakest_link.sentence)
        for rung in self.ladder:
            margin = "" if rung.margin is None else f", margin {rung.margin:+.3g}"
            lines.append(f"  rung {rung.number} {rung.name}: {rung.verdict}{margin} ({rung.detail})")
        region = ", ".join(f"[{low:.6f}, {high:.6f}]" for low, high in self.discount_region.intervals) or "none"
        lines.append(f"Common discount factors at which it holds: {region} ({self.discount_region.note}).")
        for option in self.variants[1:]:
            margin = "" if option.margin is None else f", margin {option.margin:+.3g}"
            where = f" on rung {option.first_rung}" if option.first_rung else ""
            lines.append(f"  option {option.name}: {option.verdict}{where}{margin}")
        if self.departure is not None:
            lines.append(f"Best plan instead: {self.departure.first_departure}")
        if self.certificate is not None:
            checked = "checked by exact arithmetic" if self.certificate.checked else "NOT CHECKED"
            lines.append(f"Certificate: {self.certificate.kind}, {checked}; game {self.certificate.game_digest[:12]}.")
        if self.side_payments is not None:
            names = {party.id: party.name for party in self.treaty.parties}
            flow = per_period(self.treaty.payoff_unit, self.treaty.period)
            unit = once(self.treaty.payoff_unit, self.treaty.period)
            lines += payment_lines(self.side_payments, names, unit, flow, self.treaty.period)
        return lines


def assess(
    treaty: Treaty,
    progress: Progress | None = None,
    *,
    variants: bool = True,
    region: bool = True,
    transfers: Literal["none", "voluntary"] | None = None,
    side_payments: Literal["no", "text", "options"] = "no",
) -> Assessment:
    """Assess a treaty: verdict, ladder, patience, values, timeline and options, each answer proved or undecided.

    ``variants``  also judge the file's variants;  ``region``  also find the discount factors at which it holds.
    ``transfers``  judge the treaty with or without voluntary side payments; None: as its text says.
    ``side_payments``  also say what side payments would buy, for the text alone or for the variants as well; always
                       said of a treaty judged with them.
    Raises ``CompilationError`` if the treaty cannot become a game.
    """
    said = progress or (lambda what, share: None)
    said("compiling", 0.02)
    compiled = compile_treaty(treaty)
    if (transfers or compiled.game.transfers) == "voluntary":
        return _with_payments(treaty, compiled, said, variants=variants, region=region, asked=transfers)
    compiled = compiled.with_transfers("none")
    if side_payments != "no":
        said = _first_part(said, 0.45)
    ladder = Ladder(compiled)
    said("climbing the ladder", 0.08)
    lower = [ladder.rung(number) for number in (1, 2, 3)]
    said("solving for all equilibria", 0.25)
    credible = Credibility(compiled, ladder)
    top = credible.rung(lower)
    said("telling the story", 0.4)
    values = tuple(credible.values(_no_treaty(treaty)))
    story = timeline(compiled, credible.path_slack)
    found = DiscountRegion((), 1e-6, (0.0, 0.0, 0.0), note="not asked for")
    if region:
        found = discount_region(credible.margin_at, progress=lambda what, share: said(what, 0.45 + 0.25 * share))
    options: list[VariantFinding] = []
    if variants:
        options.append(_option(treaty, "", "", (*lower, top), values))
        for k, variant in enumerate(treaty.variants):
            said("options", 0.7 + 0.28 * k / len(treaty.variants))
            options.append(_variant(treaty, variant, transfers))
    departure = credible.departure() if top.verdict == "unsustainable" else None
    pays: SidePayments | None = None
    if side_payments != "no":
        pays = compare(
            treaty,
            compiled,
            known=top,
            without=found,
            region=region,
            variants=variants and side_payments == "options",
            progress=lambda what, share: (progress or said)(what, 0.45 + 0.55 * share),
        )
    return Assessment(
        treaty=treaty,
        compiled=compiled,
        verdict=top.verdict,
        concept=top.concept,
        margin=top.margin,
        weakest_link=top.weakest_link,
        ladder=(*lower, top),
        discount_region=found,
        values=values,
        timeline=story,
        departure=departure,
        variants=tuple(options),
        certificate=top.certificate,
        lints=tuple(lint(treaty)),
        fixes=tuple(fixes(treaty, top, options, found, pays)),
        leans_on_refused_renewal=_leans_on_refusal(compiled, top),
        versions={name: version(name) for name in LIBRARIES},
        side_payments=pays,
    )


def _first_part(progress: Progress, share: float) -> Progress:
    """Progress on the first part of a longer task."""
    return lambda what, done: progress(what, share * done)


def _with_payments(
    treaty: Treaty,
    compiled: CompiledTreaty,
    said: Progress,
    *,
    variants: bool,
    region: bool,
    asked: Literal["none", "voluntary"] | None,
) -> Assessment:
    """The assessment with voluntary side payments, at the common discount factors of the comparison.

    Rungs 1 to 3 and the timeline of each party's incentives are about play without payments, and are left out.
    """
    bare = compiled.with_transfers("none")
    credible = Credibility(bare, Ladder(bare), quick=True)
    values = tuple(replace(value, worst_credible=None) for value in credible.values(_no_treaty(treaty)))
    without = discount_region(credible.margin_at, progress=_first_part(said, 0.2)) if region else None
    pays = compare(
        treaty,
        compiled,
        without=without,
        region=region,
        variants=variants,
        progress=lambda what, share: said(what, 0.2 + 0.8 * share),
    )
    top = top_rung(pays.compared, pays.refusal)
    options: list[VariantFinding] = []
    if variants:
        options.append(_option(treaty, "", "", (top,), values))
        for variant in treaty.variants:
            mine = [found for found in pays.variants if found.name == variant.name]
            options.append(_paying_variant(treaty, variant, mine, asked))
    found = pays.region or DiscountRegion((), 1e-6, (0.0, 0.0, 0.0), note="not asked for")
    lowest = min(party.discount.value for party in treaty.parties)
    return Assessment(
        treaty=treaty,
        compiled=bare.with_discount(lowest).with_transfers("voluntary"),
        verdict=top.verdict,
        concept=top.concept,
        margin=top.margin,
        weakest_link=top.weakest_link,
        ladder=(top,),
        discount_region=found,
        values=values,
        timeline=Timeline((), (), "With side payments what is at stake can be shifted to whoever is tempted, so that "
                          "no party has a line of incentives of its own."),
        departure=None,
        variants=tuple(options),
        certificate=top.certificate,
        lints=tuple(lint(treaty)),
        fixes=tuple(fixes(treaty, top, options, found)),
        leans_on_refused_renewal=None,
        versions={name: version(name) for name in LIBRARIES},
        transfers="voluntary",
        side_payments=pays,
    )


def _no_treaty(treaty: Treaty) -> Treaty:
    """The same parties, matters and world without the articles."""
    world = tuple(p for p in treaty.provisions if p.environment)
    return treaty.model_copy(update={"provisions": world, "variants": (), "exit": False})


def _paying_variant(
    treaty: Treaty,
    variant: Variant,
    found: Sequence[VariantPayments],
    asked: Literal["none", "voluntary"] | None,
) -> VariantFinding:
    """A variant at common discount factors, with payments if that was asked for or its text has them."""
    changed = apply_variant(treaty, variant)
    compiled = compile_treaty(changed)
    rung = top_rung(found, "", paying=(asked or compiled.game.transfers) == "voluntary")
    bare = compiled.with_transfers("none")
    worth = tuple(Credibility(bare, Ladder(bare), quick=True).values(None))
    return _option(changed, variant.name, _changes(variant), (rung,), worth)


def _variant(
    treaty: Treaty, variant: Variant, asked: Literal["none", "voluntary"] | None
) -> VariantFinding:
    changed = apply_variant(treaty, variant)
    compiled = compile_treaty(changed)
    if (asked or compiled.game.transfers) == "voluntary":
        return _paying_variant(treaty, variant, option_payments(compiled, variant.name), asked)
    compiled = compiled.with_transfers("none")
    ladder = Ladder(compiled)
    quick = Credibility(compiled, ladder, quick=True)
    if quick.refuted is not None:
        lower, credible = [implied_by_refutation(number) for number in (1, 2, 3)], quick
    else:
        lower, credible = [ladder.rung(number) for number in (1, 2, 3)], Credibility(compiled, ladder)
    top = credible.rung(lower)
    return _option(changed, variant.name, _changes(variant), (*lower, top), tuple(credible.values(None)))


def _changes(variant: Variant) -> str:
    """What a variant changes, in one phrase."""
    said = "; ".join(f"{path} = {_shown(value)}" for path, value in variant.set.items())
    gone = "; ".join(f"without {name}" for name in variant.remove)
    return "; ".join(part for part in (said, gone) if part)


def _option(
    treaty: Treaty, name: str, changes: str, ladder: tuple[Rung, ...], values: tuple[PartyValue, ...]
) -> VariantFinding:
    """One line of the options table."""
    top = ladder[-1]
    first = next((rung for rung in ladder if rung.verdict == "sustainable"), None)
    crossed = [
        f"{party.name}: {text}"
        for party in treaty.parties
        for text in party.red_lines
        if not parse_expression(text).holds(lookup_in(treaty))
    ]
    return VariantFinding(
        name=name,
        changes=changes,
        verdict=top.verdict,
        first_rung=None if first is None else first.number,
        first_rung_name="" if first is None else first.name,
        margin=top.margin,
        weakest_link=top.weakest_link,
        values={value.party: value.compliance for value in values},
        red_lines_crossed=tuple(crossed),
        note="" if top.verdict != "undecided" else top.detail,
    )


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _leans_on_refusal(compiled: CompiledTreaty, top: Rung) -> bool | None:
    """Whether compliance fails once no party can refuse a renewal; None if none can be refused or it fails anyway."""
    if top.verdict != "sustainable" or all(choice.matter != RENEWAL for choice in compiled.choices):
        return None
    barred = compile_treaty(with_terms(compiled.treaty, {"sunset.renewal.rule": "automatic"})).with_transfers("none")
    holds = Credibility(barred, Ladder(barred), quick=True).holds()
    return None if holds is None else not holds


def _note_json(note: CertificateNote) -> dict[str, Any]:
    return {
        "kind": note.kind,
        "checked": note.checked,
        "claim": note.claim,
        "numbers": note.numbers,
        "game_digest": note.game_digest,
    }


def _rung_json(rung: Rung) -> dict[str, Any]:
    link = rung.weakest_link
    return {
        "number": rung.number,
        "name": rung.name,
        "verdict": rung.verdict,
        "concept": rung.concept,
        "margin": rung.margin,
        "margin_everywhere": rung.margin_everywhere,
        "periods": rung.periods,
        "detail": rung.detail,
        "weakest_link": None if link is None else plain(link),
        "certificate": None if rung.certificate is None else _note_json(rung.certificate),
    }
