"""Assessment: compile, solve, check; nothing is believed unchecked.

The headline is rung 4 of the enforcement ladder: can full compliance from signature on be the path of any
pure-action subgame-perfect equilibrium with public randomisation?  Every answer carries a certificate that exact
code re-proves without the solver.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Literal

from games.numerics.progress import Progress
from treaties.assessing.assessment import Assessment
from treaties.assessing.credibility import Credibility, party_values
from treaties.assessing.fixes import fixes
from treaties.assessing.ladder import Ladder, implied_by_refutation
from treaties.assessing.patience import discount_region
from treaties.assessing.ratifiers import would_ratify
from treaties.assessing.side_payments import compare, option_payments, top_rung
from treaties.assessing.signal_report import CHEAP_REGION, FEASIBLE_ENTRIES, report
from treaties.assessing.signal_verdicts import Kind, entries, judge, margin_at, settings, worst_of
from treaties.assessing.timeline import timeline
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import RENEWAL
from treaties.findings.records import (
    DiscountRegion,
    PartyValue,
    Rung,
    SidePayments,
    Timeline,
    VariantFinding,
    VariantPayments,
)
from treaties.findings.signal_words import NO_REGION, TIMELINE, UNSOLVED, breaks_off
from treaties.linting.clauses import lint
from treaties.model.treaty import Treaty, Variant
from treaties.reading.expressions import parse_expression
from treaties.reading.variants import apply_variant, lookup_in, with_terms

__all__ = ["Assessment", "Progress", "assess"]


LIBRARIES = ("servanda", "numpy", "scipy", "numba", "python-flint", "pydantic", "matplotlib", "jinja2")


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
    if compiled.seen is not None:
        also = side_payments != "no"
        return _with_signals(treaty, compiled, said, variants=variants, region=region, asked=transfers, also=also)
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
        options.append(_option(compiled, "", "", (*lower, top), values))
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
        fixes=tuple(fixes(top, options, found, pays)),
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
        options.append(_option(compiled, "", "", (top,), values))
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
        fixes=tuple(fixes(top, options, found)),
        leans_on_refused_renewal=None,
        versions={name: version(name) for name in LIBRARIES},
        transfers="voluntary",
        side_payments=pays,
    )


def _with_signals(
    treaty: Treaty,
    compiled: CompiledTreaty,
    said: Progress,
    *,
    variants: bool,
    region: bool,
    asked: Literal["none", "voluntary"] | None,
    also: bool,
) -> Assessment:
    """The assessment where nobody sees everything: perfect public equilibria, with payments if asked or in the text.

    ``also``  judge it with the other kind of payments as well, if the game is not too large to be solved twice.
    """
    kind: Kind = asked or compiled.game.transfers
    found = [judge(at, label) for label, at in settings(compiled, kind)]
    top = worst_of(found)
    said("telling the story", 0.3)
    bare = compiled.with_transfers("none")
    complying = Credibility(bare, Ladder(bare)).compliance
    values = tuple(party_values(bare, complying, _no_treaty(treaty)))
    other: Kind = "none" if kind == "voluntary" else "voluntary"
    also = also and entries(compiled) <= FEASIBLE_ENTRIES
    more = [judge(at, label) for label, at in settings(compiled, other)] if also else []
    monitoring = report(
        compiled, complying, (*found, *more), lambda what, share: said(what, 0.3 + 0.3 * share), scan=region
    )
    first = settings(compiled, kind)[0][1]
    zone = DiscountRegion((), 1e-6, (0.0, 0.0, 0.0), note="not asked for")
    if region and (found[0].solution is None or entries(compiled) > CHEAP_REGION):
        zone = replace(zone, note=UNSOLVED if found[0].solution is None else NO_REGION)
    elif region:
        zone = discount_region(margin_at(first), progress=lambda what, share: said(what, 0.6 + 0.2 * share))
    options: list[VariantFinding] = []
    if variants:
        options.append(_option(compiled, "", "", (top,), values))
        for k, variant in enumerate(treaty.variants):
            said("options", 0.8 + 0.2 * k / len(treaty.variants))
            options.append(_variant(treaty, variant, asked))
    return Assessment(
        treaty=treaty,
        compiled=first,
        verdict=top.verdict,
        concept=top.concept,
        margin=top.margin,
        weakest_link=top.weakest_link,
        ladder=(top,),
        discount_region=zone,
        values=values,
        timeline=Timeline((), (), TIMELINE),
        departure=None,
        variants=tuple(options),
        certificate=top.certificate,
        lints=tuple(lint(treaty)),
        fixes=tuple(fixes(top, options, zone)),
        leans_on_refused_renewal=None,
        versions={name: version(name) for name in LIBRARIES},
        transfers=kind,
        monitoring=monitoring,
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
    return _option(compiled, variant.name, _changes(variant), (rung,), worth)


def _variant(
    treaty: Treaty, variant: Variant, asked: Literal["none", "voluntary"] | None
) -> VariantFinding:
    changed = apply_variant(treaty, variant)
    compiled = compile_treaty(changed)
    if compiled.seen is not None:
        found = [judge(at, label) for label, at in settings(compiled, asked or compiled.game.transfers)]
        top, lasts = worst_of(found), found[0].stance.cooperation
        bare = compiled.with_transfers("none")
        worth = tuple(party_values(bare, Credibility(bare, Ladder(bare)).compliance, None))
        option = _option(compiled, variant.name, _changes(variant), (top,), worth)
        told = "" if top.verdict != "unsustainable" or lasts is None else breaks_off(lasts, treaty.period)
        return replace(option, note=told) if told else option
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
    return _option(compiled, variant.name, _changes(variant), (*lower, top), tuple(credible.values(None)))


def _changes(variant: Variant) -> str:
    """What a variant changes, in one phrase."""
    said = "; ".join(f"{path} = {_shown(value)}" for path, value in variant.set.items())
    gone = "; ".join(f"without {name}" for name in variant.remove)
    return "; ".join(part for part in (said, gone) if part)


def _option(
    compiled: CompiledTreaty, name: str, changes: str, ladder: tuple[Rung, ...], values: tuple[PartyValue, ...]
) -> VariantFinding:
    """One line of the options table."""
    treaty = compiled.treaty
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
        certificate=top.certificate.kind if top.certificate is not None and top.certificate.checked else None,
        refused_at_home=tuple(party.id for party in treaty.parties if not would_ratify(compiled, party.id)),
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
