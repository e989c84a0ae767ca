"""The part of a briefing on trust: how much a treaty needs, how it grows, and what a first breach destroys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from treaties.briefing.parts import TrustCurve, TrustPanel
from treaties.findings.amounts import capital
from treaties.findings.trust_words import common_sentence, of_pair, per_cent, term_sentences

if TYPE_CHECKING:
    from treaties.assessing.assess import Assessment
    from treaties.findings.trust import Trust


def trust_panel(found: Assessment) -> TrustPanel | None:
    """The panel; None where no party has types."""
    if found.trust is None:
        return None
    treaty = found.treaty
    names = treaty.names
    said = tuple(
        (_between(pair, names), tuple(of_pair(pair, names[pair.party], names[pair.in_])))
        for pair in found.trust.pairs
    )
    curves = tuple(_curve(pair, _between(pair, names)) for pair in found.trust.pairs)
    drawn = tuple(curve for curve in curves if any(need is not None for *_, need in curve.years))
    alt = " ".join(_alt(curve, treaty.period) for curve in drawn)
    rest = [*term_sentences(found.trust, treaty), common_sentence(found.trust)]
    return TrustPanel(said, " ".join(one for one in rest if one), drawn, treaty.period, alt)


def _between(pair: Trust, names: Mapping[str, str]) -> str:
    return capital(f"{names[pair.party]} in {names[pair.in_]}")


def _curve(pair: Trust, name: str) -> TrustCurve:
    years = tuple((one.year, one.posterior, *(one.by_range or (None, None)), one.needed) for one in pair.path)
    return TrustCurve(name, years)


def _alt(curve: TrustCurve, period: str) -> str:
    told = "; ".join(
        f"{period} {year}: {per_cent(trust)}" + ("" if need is None else f", needed {per_cent(need)}")
        for year, trust, _, _, need in curve.years
    )
    return f"Trust of {curve.name} if nobody breaches, by {period}: {told}."
