"""What is known of the verdict of a draft, first computed and then proved, as a page shows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, final

from treaties.assessing.assessment import Assessment
from treaties.findings import amounts, signal_words, verdict_words
from treaties.findings.answer import Answer
from treaties.findings.phrases import NOT_DECIDED
from treaties.model.treaty import Treaty
from treaties.studio.quick import Look

State = Literal["pending", "computed", "proved", "failed"]
TOLD: dict[str, str] = {"sustainable": "holds", "unsustainable": "fails", "undecided": "undecided"}
ANSWER: dict[str, Answer] = {"yes": "sustainable", "no": "unsustainable", "undecided": "undecided"}


@final
@dataclass(frozen=True)
class PartyWorth:
    """What full compliance is worth to a party per period, and what it has without the treaty."""

    party: str
    name: str
    compliance: float | None
    outside: float


@final
@dataclass(frozen=True)
class Verdict:
    """What is known of a revision.

    ``state``     "pending" nothing yet; "computed" in floating point; "proved" by a certificate that was checked, or
                  found open after the full search for a proof; "failed" no treaty or no game, ``headline`` says why.
    ``verdict``   "holds", "fails" or "undecided"; "" while nothing is known.
    ``margin``    in ``unit``, paid once;  ``values`` in ``value_unit``, per period.
    ``at_least``  the margin is that of what was computed: more may be withstood.
    ``differs``   what was proved is not what was computed: what that had been, "" otherwise.
    ``seconds``   from the change to this answer.
    ``certificate``  its kind and the digest of the game that it speaks of; None without one.
    """

    revision: int
    state: State
    verdict: str = ""
    margin: float | None = None
    unit: str = ""
    headline: str = ""
    weakest: str = ""
    first_rung: int | None = None
    values: tuple[PartyWorth, ...] = ()
    seconds: float = 0.0
    certificate: tuple[str, str] | None = None
    differs: str = ""
    note: str = ""
    at_least: bool = False
    value_unit: str = ""

    def to_json(self) -> dict[str, Any]:
        """As ``GET /api/verdict`` tells it."""
        kind = None if self.certificate is None else dict(zip(("kind", "digest"), self.certificate, strict=True))
        return {**asdict(self), "certificate": kind}


NO_TREATY = "The text has faults: nothing is judged until they are mended"
QUICKLY = 2_000
"""Games with more moves than this are searched for minutes, and said to be."""


def failed(revision: int, why: str) -> Verdict:
    """Of a text that is no treaty, or no game."""
    return Verdict(revision, "failed", headline=amounts.capital(why))


def computed(revision: int, treaty: Treaty, look: Look) -> Verdict:
    """Of what was computed."""
    outcome = look.outcome
    answer = ANSWER[outcome.verdict]
    names = {party.id: party.name for party in treaty.parties}
    headline = {"sustainable": "It holds", "unsustainable": "It does not hold", "undecided": "Not decided"}[answer]
    worth = dict(zip(names, outcome.values, strict=False))
    return Verdict(
        revision,
        "computed",
        TOLD[answer],
        outcome.margin,
        amounts.once(treaty.payoff_unit, treaty.period),
        headline,
        _hardest(treaty, look),
        values=tuple(
            PartyWorth(party.id, party.name, worth.get(party.id), party.outside_option.value)
            for party in treaty.signatories
        ),
        note=_open_yet(treaty, look) if answer == "undecided" else "",
        at_least=answer == "sustainable" and outcome.bounded,
        value_unit=amounts.per_period(treaty.payoff_unit, treaty.period),
    )


def _hardest(treaty: Treaty, look: Look) -> str:
    """Who is the hardest to keep to it, and when; "" if that is not known at once."""
    outcome = look.outcome
    parties, year = look.tightest or ((outcome.first,), outcome.year)
    if not parties[0]:
        return ""
    names = amounts.listed([treaty.party(party).name for party in parties])
    verb = "is" if len(parties) == 1 else "are"
    moment = f", in {treaty.period} {year} after signature" if year else ""
    first = f"{moment} at the earliest" if moment and outcome.verdict == "no" else moment
    return f"{names} {verb} the hardest to keep to it{first}."


def _open_yet(treaty: Treaty, look: Look) -> str:
    """What is said where the quick look decides nothing: that the search goes on, and why it may take long."""
    said = "The quick look decides nothing; the full search goes on."
    if look.moves <= QUICKLY:
        return said
    return (
        f"{said} It may take minutes, as the game of this text has {amounts.number(look.moves)} moves; "
        "you can go on working, and the next change ends it."
    )


def proved(revision: int, found: Assessment) -> Verdict:
    """Of a full assessment."""
    treaty, link, note = found.treaty, found.weakest_link, found.certificate
    paying = found.transfers == "voluntary"
    if found.monitoring is not None:
        lasts = found.monitoring.stances[0].cooperation
        headline = signal_words.headline(found.verdict, paying, lasts, treaty.period)
    else:
        headline = verdict_words.headline(found.verdict, found.first_rung, link, paying)
    checked = note is not None and note.checked
    return Verdict(
        revision,
        "proved",
        TOLD[found.verdict],
        found.margin,
        amounts.once(treaty.payoff_unit, treaty.period),
        headline,
        "" if link is None else link.sentence,
        found.first_rung,
        tuple(PartyWorth(one.party, one.name, one.compliance, one.outside_option) for one in found.values),
        certificate=(note.kind, note.game_digest) if note is not None and checked else None,
        note=NOT_DECIDED if found.verdict == "undecided" else "",
        value_unit=amounts.per_period(treaty.payoff_unit, treaty.period),
    )


def differing(before: Verdict, after: Verdict) -> str:
    """What to say where a proof is not what was computed; "" where it is, or nothing had been computed."""
    if before.state != "computed" or before.verdict in ("undecided", after.verdict):
        return ""
    return f"It had been computed that it {before.verdict}; the proof found otherwise, and the proof counts."
