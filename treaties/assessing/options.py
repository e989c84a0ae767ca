"""The options table: the file's text and its variants, each judged as its own text or the question says."""

from __future__ import annotations

from typing import Any

from treaties.assessing.answers import Version
from treaties.assessing.ratifiers import asked_at_home, refused_at_home
from treaties.assessing.third_parties import third_parties
from treaties.assessing.trust import trust_report
from treaties.findings.cooperation import Cooperation
from treaties.findings.records import Transfers, VariantFinding
from treaties.findings.signal_words import lasting_in_short
from treaties.findings.third_party_words import in_short
from treaties.findings.trust_words import needed_in_short
from treaties.model.treaty import Variant
from treaties.reading.red_lines import crossed_red_lines


def option(version: Version, asked: Transfers | None = None) -> VariantFinding:
    """One line of the table.

    ``asked``  judge it with or without side payments; None: as its text says.
    """
    transfers = asked or version.compiled.game.transfers
    ladder = version.ladder(transfers)
    parties = version.treaty.parties
    return VariantFinding(
        name="" if version.variant is None else version.variant.name,
        changes="" if version.variant is None else changes(version.variant),
        ladder=ladder,
        values={party.id: float(value) for party, value in zip(parties, version.values, strict=True)},
        red_lines_crossed=crossed_red_lines(version.treaty),
        note="; ".join(filter(None, (_note(version, transfers), _beside(version, transfers)))),
        refused_at_home=refused_at_home(version.compiled),
        asked_at_home=asked_at_home(version.compiled),
        third_parties=tuple(party.id for party in version.treaty.third_parties),
        trust=_trust(version),
        cooperation=_cooperation(version, transfers),
    )


def _cooperation(version: Version, transfers: Transfers) -> Cooperation | None:
    """How long compliance lasts where nobody sees everything and nobody pays; None where that is not asked."""
    _, factors = version.settings(transfers)[0]
    return version.judged(factors, transfers).cooperation


def _beside(version: Version, transfers: Transfers) -> str:
    """What third parties do beside a variant; of the text itself it is told elsewhere."""
    if version.variant is None:
        return ""
    return "; ".join(in_short(one) for one in third_parties(version, transfers, None))


def _trust(version: Version) -> str:
    """How much trust a variant needs where parties have types; of the text itself it is told elsewhere."""
    if version.variant is None or not version.treaty.has_types:
        return ""
    names = version.treaty.names
    return "; ".join(needed_in_short(one, names[one.party], names[one.in_]) for one in trust_report(version).pairs)


def changes(variant: Variant) -> str:
    """What a variant changes, in one phrase."""
    said = "; ".join(_set(path, value) for path, value in variant.set.items())
    gone = "; ".join(f"without {name}" for name in variant.without)
    more = "; ".join(f"with {name}" for name in variant.added)
    return "; ".join(part for part in (said, gone, more) if part)


def _note(version: Version, transfers: Transfers) -> str:
    """Why it is not decided; where nobody sees everything, how long cooperation lasts before it is broken off."""
    judgement = version.verdict(transfers)
    if judgement.verdict == "undecided":
        return judgement.detail
    lasts = _cooperation(version, transfers)
    if version.variant is None or judgement.verdict != "unsustainable" or lasts is None:
        return ""
    return lasting_in_short(lasts, version.treaty.period)


def _set(path: str, value: Any) -> str:
    """A new value; of the types of a party their names alone, which say what it may be."""
    if path.startswith("party.") and path.endswith(".type"):
        names = [str(one.get("name", "of another type")) for one in value]
        return f"{path.split('.')[1]} may also be: {', '.join(names) or 'nothing else'}"
    return f"{path} = {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        items = [_shown(item) for item in value]
        return (" / " if any(", " in item for item in items) else ", ").join(items) or "none"
    return str(value)
