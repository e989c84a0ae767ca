"""Assessment: compile, solve, check; nothing is believed unchecked.

The headline is rung 4 of the enforcement ladder: can full compliance from signature on be the path of any equilibrium
of the concept that fits what is seen and paid?  Every answer carries a certificate that exact code re-proves without
the solver, and is found once: see ``answers``.
"""

from __future__ import annotations

from importlib.metadata import version as version_of
from typing import Literal

from games.numerics.progress import Progress
from games.questions.discount_region import DiscountRegion
from treaties.assessing.answers import Answers
from treaties.assessing.assessment import Assessment
from treaties.assessing.fixes import fixes
from treaties.assessing.options import option
from treaties.assessing.side_payments import compare
from treaties.assessing.signal_report import report
from treaties.assessing.story import incentives, leans_on_refusal, party_values, sought_region
from treaties.findings.records import Transfers, VariantFinding
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
    answers = Answers(treaty)
    text = answers.text
    kind = transfers or text.compiled.game.transfers
    hidden = text.compiled.seen is not None
    open_ladder = not hidden and kind == "none"
    said("climbing the ladder" if open_ladder else "judging the text", 0.04)
    ladder = text.ladder(kind)
    pays = monitoring = None
    if hidden:
        monitoring = report(answers, kind, also=side_payments != "no", scan=region, progress=_part(said, 0.2, 0.5))
    elif kind == "voluntary" or side_payments != "no":
        also = variants and (kind == "voluntary" or side_payments == "options")
        pays = compare(answers, region=region, variants=also, progress=_part(said, 0.2, 0.7))
    found = sought_region(text, kind, _part(said, 0.5, 0.7)) if region else NOT_ASKED
    options: list[VariantFinding] = []
    for k, version in enumerate((text, *answers.variants) if variants else ()):
        said("options", 0.7 + 0.28 * k / (1 + len(treaty.variants)))
        options.append(option(version, kind if version is text else transfers))
    top = ladder[-1].found
    return Assessment(
        treaty=treaty,
        compiled=text.at(text.settings(kind)[0][1], kind),
        ladder=ladder,
        discount_region=found,
        values=party_values(answers, worst=open_ladder),
        timeline=incentives(text, kind),
        departure=text.credible(text.own).departure() if open_ladder and top.verdict == "unsustainable" else None,
        variants=tuple(options),
        lints=tuple(lint(treaty)),
        fixes=tuple(fixes(top, options, found, pays if open_ladder else None)),
        leans_on_refused_renewal=leans_on_refusal(answers) if open_ladder else None,
        versions={name: version_of(name) for name in LIBRARIES},
        transfers=kind,
        side_payments=pays,
        monitoring=monitoring,
    )


def _part(progress: Progress, start: float, end: float) -> Progress:
    """Progress on a part of a longer task."""
    return lambda what, done: progress(what, start + (end - start) * done)
