"""Which clauses the answer rests on, in sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from treaties.advising.reasons import Reasons, Without
from treaties.findings.amounts import listed, money, once, percent, sentence
from treaties.findings.phrases import article
from treaties.findings.signal_words import span_of
from treaties.model.treaty import Treaty

HOW = "Each clause is left out in turn, all others as they are, and the rest judged as options are."
NOTHING = (
    "each changes nothing here: without it verdict, margin, mildest rung and what compliance is worth are the same"
)
NOTHING_NOISY = (
    "each changes nothing here: without it verdict, margin, what compliance is worth and the years of cooperation "
    "before a break are the same"
)


def reason_lines(found: Reasons, treaty: Treaty) -> list[str]:
    """What becomes of the answer without each clause, for a terminal or a page; empty of a text without clauses."""
    if not found.removed:
        return []
    return [*_because(found, treaty), *_idle(found, treaty), *_others(found, treaty), *_open(found, treaty)]


def because(found: Reasons, treaty: Treaty) -> str:
    """Why the answer is what it is: the clauses that decide it, in one sentence; empty where no single clause does."""
    named = [clause_words(one, treaty) for one in found.decisive]
    if not named:
        return ""
    holds = found.text.verdict == "sustainable"
    one = "it" if len(named) == 1 else "any one of them"
    said = f"It {'holds' if holds else 'fails'} because of {listed(named)}"
    return f"{said}: without {one} it would {'fail' if holds else 'hold'}."


def clause_words(one: Without, treaty: Treaty) -> str:
    """A clause by its article and what it is: "Article 9 (sunset and renewal)"."""
    clause = next(clause for clause in treaty.provisions if treaty.path_of(clause) == one.path)
    name, cited = clause.heading[:1].lower() + clause.heading[1:], article(one.article)
    return f"{cited} ({name})" if cited else name


def _because(found: Reasons, treaty: Treaty) -> Iterator[str]:
    told = because(found, treaty)
    if told:
        yield told
    elif found.text.verdict == "sustainable" and not found.undecided:
        yield "No clause decides it alone: it holds without any one of them."
    elif found.text.verdict == "unsustainable" and not found.undecided:
        yield "No clause decides it alone: it fails without any one of them as well."


def _idle(found: Reasons, treaty: Treaty) -> Iterator[str]:
    if found.idle:
        named = listed([clause_words(one, treaty) for one in found.idle])
        said = NOTHING_NOISY if found.noisy else NOTHING
        yield sentence(f"{named}: {said if len(found.idle) > 1 else said.removeprefix('each ')}")


def _others(found: Reasons, treaty: Treaty) -> Iterator[str]:
    """Clauses that change something, but not the verdict."""
    rest = [one for one in found.removed if one.verdict == found.text.verdict and not one.idle and not one.decides]
    unit = once(treaty.payoff_unit, treaty.period)
    if found.text.verdict == "undecided" or not rest:
        return
    told = [f"without {clause_words(one, treaty)} {_change(one, found, unit, treaty.period)}" for one in rest]
    yield sentence(f"The verdict stays, but {'; '.join(told)}")


def _change(one: Without, found: Reasons, unit: str, period: str) -> str:
    """What is different without a clause."""
    text = found.text
    if found.noisy and (one.keeps, one.share) != (text.keeps, text.share):
        return f"there is {_lasts(one, period)}, with it {_lasts(text, period)}"
    if one.margin is not None and text.margin is not None:
        without, here = money(one.margin, unit, sign=True), money(text.margin, unit, sign=True)
        if without != here:
            return f"the margin is {without}, with it {here}"
    if one.first_rung != text.first_rung:
        return f"it stands {_rung(one)}, with it {_rung(text)}"
    return "margin or worth of compliance change by little"


def _lasts(one: Without, period: str) -> str:
    if one.keeps is None:
        return "no cooperation was found"
    lasts = "cooperation without a break" if math.isinf(one.keeps) else f"{span_of(one.keeps, period)} of cooperation"
    return lasts if one.share is None else f"{lasts} ({percent(one.share)} of the time)"


def _rung(one: Without) -> str:
    return "on no rung" if one.first_rung is None else f"on rung {one.first_rung}"


def _open(found: Reasons, treaty: Treaty) -> Iterator[str]:
    if found.undecided:
        yield sentence(f"Whether it holds without {_either(found.undecided, treaty)} is not decided")
    if found.bound:
        told = f"Cannot be left out alone: {_either(found.bound, treaty)}, as other clauses need it"
        yield sentence(told)


def _either(clauses: Sequence[Without], treaty: Treaty) -> str:
    return listed([clause_words(one, treaty) for one in clauses], "or")
