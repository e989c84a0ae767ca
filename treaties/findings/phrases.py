"""Phrases of a treaty as readers should see them: articles, paths and conditions, situations, times and patience."""

from __future__ import annotations

import re
from collections.abc import Mapping

from treaties.findings.amounts import capital, percent
from treaties.findings.records import Answer

HOLDS: dict[Answer, str] = {"sustainable": "holds", "unsustainable": "fails", "undecided": "is not decided"}
"""An answer as the verb of a sentence on full compliance."""
NOT_DECIDED = (
    "Not decided: the calculation proved neither that the treaty holds nor that it fails, "
    "so nothing here should be read as a yes or a no."
)


def article(name: str) -> str:
    """How an article is cited; empty if the file gives none.

    >>> [article(name) for name in ("9", "Article 9", "9, 21", "3, annex", "letter of 2021", "-")]
    ['Article 9', 'Article 9', 'Articles 9, 21', 'Article 3, annex', 'Letter of 2021', '']
    """
    name = name.strip()
    if name in ("", "-", "–", "—"):
        return ""
    if not re.match(r"\d|[IVXLC]+\b|.{1,4}$", name):
        return capital(name)
    return f"Article{'s' if re.search(r'(, ?|-|–| and )[0-9IVX]', name) else ''} {name}"


def situation(state: Mapping[str, str]) -> str:
    """A situation, variable by variable.

    >>> situation({"year of the term": "8", "security shock": "yes", "government of Sundmark": "sceptic"})
    'year of the term 8, security shock, government of Sundmark: sceptic'
    """
    return ", ".join(
        name
        if value == "yes"
        else f"{name} {value}"
        if re.match(r"\d", value) and len(name) < 20
        else f"{name}: {value}"
        for name, value in state.items()
    )


def when(year: int | None, period: str) -> str:
    """A year of the term, the first being year 1; empty where no clock runs.

    >>> when(3, "year"), when(None, "year")
    ('in year 3 of the term', '')
    """
    return "" if year is None else f"in {period} {year} of the term"


def patience(discount: float, period: str) -> str:
    """What a discount factor means.

    >>> patience(0.88, "year")
    'a gain one year from now counts 88% of the same gain today'
    """
    return f"a gain one {period} from now counts {percent(discount)} of the same gain today"


def paths(text: str) -> str:
    """Paths and conditions of the file as a reader would say them.

    >>> paths("veto.uses_per_term >= 1"), paths("Norland: sunset.renewal.rule = none")
    ('veto: uses per term ≥ 1', 'Norland: sunset: renewal rule = none')
    """
    text = re.sub(
        r"\b([a-z_]+(?:\[[^\]]*\])?)\.([a-z_]+(?:\.[a-z_0-9]+)*)", lambda m: f"{m[1]}: {m[2].replace('.', ' ')}", text
    )
    return text.replace("_", " ").replace(">=", "≥").replace("<=", "≤")


def without_scheme(source: str) -> str:
    """A source as text: an address is printed, never linked.

    >>> without_scheme("see https://example.org/a")
    'see example.org/a'
    """
    return re.sub(r"\b[a-z]+://", "", source)
