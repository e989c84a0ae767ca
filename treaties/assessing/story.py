"""What is told of the text beside its verdict: values, incentives, patience, what it leans on."""

from __future__ import annotations

import numpy as np

from games.numerics.progress import Progress
from games.questions.discount_region import DiscountRegion
from treaties.assessing.answers import Answers, Version
from treaties.assessing.signal_size import CHEAP_REGION, CHEAP_ROWS, entries
from treaties.assessing.timeline import timeline
from treaties.effects import RENEWAL
from treaties.findings.records import PartyValue, Timeline, Transfers
from treaties.findings.signal_words import NO_REGION, TIMELINE, UNSOLVED
from treaties.model.treaty import Variant
from treaties.reading.variants import apply_variant

NOTHING = 1e-6
"""Of the range of payoffs: what a search for the harshest answers may leave of a value that is none."""
SHIFTED = (
    "With side payments what is at stake can be shifted to whoever is tempted, so that no party has a line of "
    "incentives of its own."
)
TYPED = "Incentives depend on what is believed of the others: how much trust each year needs is told instead."
LEFT_OPEN = "The plan leaves some play open, so incentives have no single line."
NO_EQUILIBRIUM = "In some situation no equilibrium in pure actions exists, so that there is nothing to compare with."
NOT_FOUND_OUT = (
    "How harsh the answers to a breach can credibly be was not found out, so that what keeping the treaty is worth "
    "cannot be told."
)


def party_values(answers: Answers, *, worst: bool) -> tuple[PartyValue, ...]:
    """What each party gets under compliance, outside, and without the treaty.

    ``worst``  also in its worst equilibrium, where everyone sees everything and nobody pays.
    """
    text, without = answers.text, answers.uncooperative
    least = np.full(len(text.treaty.parties), np.nan)
    if worst:
        least = text.credible(text.own).harshest
        # Found by a search that stops short of the last digits: what is left of nothing is nothing.
        least = np.where(np.abs(least) <= NOTHING * float(np.ptp(text.compiled.game.payoffs)), 0.0, least)
    return tuple(
        PartyValue(
            party=party.id,
            name=party.name,
            discount=party.discount.value,
            compliance=float(text.values[i]),
            outside_option=party.outside_option.value,
            no_treaty=None if without is None else float(without[i]),
            worst_credible=float(least[i]) if np.isfinite(least[i]) else None,
        )
        for i, party in enumerate(text.treaty.parties)
    )


def incentives(text: Version, transfers: Transfers) -> Timeline:
    """Each party's incentives along compliance, where it has a line of its own."""
    if text.treaty.has_types:
        return Timeline((), (), TYPED)
    if text.compiled.seen is not None:
        return Timeline((), (), TIMELINE)
    if transfers == "voluntary":
        return Timeline((), (), SHIFTED)
    credible = text.credible(text.own)
    if credible.path_slack is not None:
        return timeline(credible, credible.path_slack)
    if not credible.settled:
        return Timeline((), (), LEFT_OPEN)
    return Timeline((), (), NOT_FOUND_OUT if np.all(np.isfinite(credible.threats)) else NO_EQUILIBRIUM)


def sought_region(text: Version, transfers: Transfers, progress: Progress) -> DiscountRegion:
    """The common discount factors at which it holds; where nobody sees everything, if the game is not too large."""
    if text.compiled.seen is not None and not text.treaty.has_types:
        _, factors = text.settings(transfers)[0]
        found = text.judged(factors, transfers)
        unsolved = found.solution is None and found.judgement.verdict == "undecided"
        large = entries(text.compiled) > CHEAP_REGION or text.compiled.game.n_rows > CHEAP_ROWS
        if unsolved or large:
            return DiscountRegion((), 1e-6, (0.0, 0.0, 0.0), note=UNSOLVED if unsolved else NO_REGION)
    return text.region(transfers, progress)


def leans_on_refusal(answers: Answers) -> bool | None:
    """Whether compliance fails once no party can refuse a renewal; None if none can be refused or it fails anyway."""
    text = answers.text
    holds = text.judged(text.own, "none").judgement.verdict == "sustainable"
    if not holds or all(choice.matter != RENEWAL for choice in text.compiled.choices):
        return None
    terms = {f"{text.treaty.path_of(clause)}.{term}": value
             for clause in text.treaty.provisions for term, value in clause.no_refusal.items()}  # fmt: skip
    variant = Variant(name="no renewal can be refused", set=terms)
    barred = Version(apply_variant(text.treaty, variant), variant, text.effort)
    still = barred.credible(text.own).holds()
    return None if still is None else not still
