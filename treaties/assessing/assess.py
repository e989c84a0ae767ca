"""Assessment: compile, solve, check; nothing is believed unchecked.

The headline is rung 4 of the enforcement ladder: can full compliance from signature on be the path of any equilibrium
of the concept that fits what is seen and paid?  Every answer carries a certificate that exact code re-proves without
the solver, and is found once: see ``answers``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version as version_of
from typing import Literal

import numpy as np

from games.numerics.processes import Processes
from games.numerics.progress import Progress, part
from games.questions.discount_region import DiscountRegion
from treaties.assessing.after_exit import after_exit
from treaties.assessing.answers import Answers, Version
from treaties.assessing.assessment import Assessment
from treaties.assessing.fixes import fixes
from treaties.assessing.options import option
from treaties.assessing.participation import who_would_sign
from treaties.assessing.rights import rights_used
from treaties.assessing.sharing import helpers, share_lines, share_scans
from treaties.assessing.stock_paths import stock_paths, stocks_in
from treaties.assessing.story import incentives, leans_on_refusal, party_values, sought_region
from treaties.assessing.third_parties import third_parties
from treaties.effects import CompilationError
from treaties.findings.records import Transfers, VariantFinding, comparable
from treaties.findings.rights import Division
from treaties.findings.trust import TrustReport
from treaties.findings.verdict_words import EVEN_SHARE
from treaties.linting.clauses import lint
from treaties.model.treaty import Treaty

__all__ = ["Assessment", "Progress", "assess"]

LIBRARIES = ("servanda", "numpy", "scipy", "numba", "python-flint", "pydantic", "matplotlib", "jinja2")
NOT_ASKED = DiscountRegion((), 1e-6, (0.0, 0.0, 0.0), note="not asked for")


def assess(
    treaty: Treaty,
    progress: Progress | None = None,
    *,
    variants: bool = True,
    region: bool = True,
    transfers: Transfers | None = None,
    side_payments: Literal["no", "text", "options"] = "no",
    workers: int = 1,
) -> Assessment:
    """Assess a treaty: verdict, ladder, patience, values, timeline and options, each answer proved or undecided.

    ``variants``  also judge the file's variants;  ``region``  also find the discount factors at which it holds.
    ``transfers``  judge the treaty with or without voluntary side payments; None: as its text says.
    ``side_payments``  also say what side payments would buy, for the text alone or for the variants as well; always
                       said of a treaty judged with them.
    ``workers``  processes to use, with this one, where there are variants of a large treaty to judge; what is found is
                 the same.  They start afresh: a script that asks for some needs ``if __name__ == "__main__"``.
    Raises ``CompilationError`` if the treaty cannot become a game.
    """
    said = progress or (lambda what, share: None)
    said("compiling", 0.02)
    answers = Answers(treaty)
    with helpers(answers.text, workers if variants else 1) as processes:
        return _assess(answers, said, processes, variants, region, transfers, side_payments)


def _assess(
    answers: Answers,
    said: Progress,
    processes: Processes,
    variants: bool,
    region: bool,
    transfers: Transfers | None,
    side_payments: Literal["no", "text", "options"],
) -> Assessment:
    text, treaty = answers.text, answers.treaty
    kind = transfers or text.compiled.game.transfers
    hidden = text.compiled.seen is not None
    typed = treaty.has_types
    if typed and transfers == "voluntary":
        raise CompilationError(
            "parties have types, and side payments are not judged with them: a payment would tell something of the "
            "type of who makes it; judge the treaty without payments, or leave [[party.type]] out"
        )
    open_ladder = not hidden and kind == "none" and not typed
    paying = not hidden and not typed and (kind == "voluntary" or side_payments != "no")
    told = paying and _refusal(text) is None
    if region and not hidden and not typed:
        share_scans(text, processes, ("voluntary", "none") if told else (kind,))
    lines = None
    if variants:
        payments = told and (kind == "voluntary" or side_payments == "options")
        lines = share_lines(answers, processes, transfers, payments)
    said("climbing the ladder" if open_ladder else "judging the text", 0.04)
    ladder = text.ladder(kind)
    pays, monitoring = None, None
    if paying:
        from treaties.assessing.side_payments import compare

        pays = compare(text, region=region, progress=part(said, 0.2, 0.6))
    if hidden and not typed:
        from treaties.assessing.signal_report import report

        monitoring = report(answers, kind, also=side_payments != "no", scan=region, progress=part(said, 0.2, 0.5))
    found = sought_region(text, kind, part(said, 0.5, 0.6)) if region else NOT_ASKED
    signing, rest = who_would_sign(answers, kind, part(said, 0.6, 0.7)), after_exit(text, kind)
    top = ladder[-1].found
    values, line_of_incentives = party_values(answers, worst=open_ladder), incentives(text, kind)
    departure = text.credible(text.own).departure() if open_ladder and top.verdict == "unsustainable" else None
    leans = leans_on_refusal(answers) if open_ladder else None
    options: list[VariantFinding] = []
    if lines is not None:
        options.append(option(text, kind))
        answered = lines(part(said, 0.7, 0.98))
        options += [one.option for one in answered]
        if pays is not None:
            pays = replace(pays, variants=tuple(buys for one in answered for buys in one.payments))
    return Assessment(
        treaty=treaty,
        compiled=text.at(text.settings(kind)[0][1], kind),
        ladder=ladder,
        discount_region=found,
        values=values,
        timeline=line_of_incentives,
        departure=departure,
        variants=tuple(options),
        lints=tuple(lint(treaty)),
        fixes=tuple(fixes(top, comparable(options, typed), found, pays if open_ladder else None)),
        leans_on_refused_renewal=leans,
        versions={name: version_of(name) for name in LIBRARIES},
        transfers=kind,
        side_payments=pays,
        monitoring=monitoring,
        participation=signing,
        after_exit=rest,
        stocks=stock_paths(text.compiled, text.credible(text.own).compliance) if stocks_in(text.compiled) else (),
        rights=rights_used(text, kind),
        trust=_trust(text) if typed else None,
        matters=EVEN_SHARE * float(np.ptp(text.compiled.game.payoffs)),
        third_parties=third_parties(text, kind, answers.without_articles),
        divisions=() if kind == "none" else _divisions((text, *(answers.variants if variants else ()))),
    )


def _trust(text: Version) -> TrustReport | None:
    from treaties.assessing.trust import trust_report

    return trust_report(text)


def _refusal(text: Version) -> str | None:
    """Why payments are not judged; None if they are."""
    from treaties.assessing.side_payments import refusal

    return refusal(text)


def _divisions(texts: Sequence[Version]) -> tuple[Division, ...]:
    """How the parties would divide what each text brings; what judges payments is loaded for no other text."""
    from treaties.assessing.division import divisions

    return divisions(texts)

