"""Phrases of a treaty as readers should see them: articles, paths and conditions, situations, times and patience."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from treaties.findings.amounts import capital, listed, number, percent
from treaties.findings.answer import Answer

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
    >>> [article(name) for name in ("Art. III bis", "Arts 13-14", "2024 amendment Art. 5", "EDIP")]
    ['Article III bis', 'Articles 13-14', '2024 amendment Article 5', 'EDIP']
    """
    name = re.sub(r"\bArt(s?)\.? ", r"Article\1 ", name.strip())
    if name in ("", "-", "–", "—"):
        return ""
    if "Article" in name or not re.match(r"\d|[IVXLC]+\b|.{1,3}$", name):
        return capital(name)
    return f"Article{'s' if re.search(r'(, ?|-|–| and )[0-9IVX]', name) else ''} {name}"


def under(name: str) -> str:
    """An article in brackets behind what is said of it; empty if the file gives none.

    >>> under("9"), under("14, 31"), under("-")
    (' (Article 9)', ' (Articles 14, 31)', '')
    """
    cited = article(name)
    return f" ({cited})" if cited else ""


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


def when(year: int | None, period: str, years: Sequence[int] = ()) -> str:
    """A year of the term, the first being year 1; empty where no clock runs.  ``years``  all for which the same holds.

    >>> when(3, "year"), when(None, "year"), when(2, "year", (2, 3))
    ('in year 3 of the term', '', 'in years 2 and 3 of the term alike')
    """
    if len(years) > 1:
        return f"in {years_listed(years, period)} of the term alike"
    return "" if year is None else f"in {period} {year} of the term"


def years_listed(years: Sequence[int], period: str) -> str:
    """Some years, in order, runs of them told as such.

    >>> years_listed([2, 3, 4, 7], "year"), years_listed([2], "year"), years_listed([2, 3], "year")
    ('years 2 to 4 and 7', 'year 2', 'years 2 and 3')
    """
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    parts = []
    for run in runs:
        parts += [f"{number(run[0])} to {number(run[-1])}"] if len(run) > 2 else [number(year) for year in run]
    return f"{period}{'s' if len(years) > 1 else ''} {listed(parts)}"


def alike_sentences(years: Sequence[int], parties: Sequence[str], period: str) -> list[str]:
    """That other years and parties are in the same position as those named.

    >>> alike_sentences((2, 3), ("Sundmark",), "year"), alike_sentences((2,), (), "year")
    (['In this years 2 and 3 of the term are alike.', 'Sundmark is in the same position.'], [])
    """
    out = [f"In this {years_listed(years, period)} of the term are alike."] if len(years) > 1 else []
    if parties:
        out.append(f"{listed(parties)} {'is' if len(parties) == 1 else 'are'} in the same position.")
    return out


def patience(discount: float, period: str) -> str:
    """What a discount factor means.

    >>> patience(0.88, "year")
    'a gain one year from now counts 88% of the same gain today'
    """
    return f"a gain one {period} from now counts {percent(discount)} of the same gain today"


def paths(text: str) -> str:
    """Paths and conditions of the file as a reader would say them.

    >>> paths("veto.uses_per_term >= 1"), paths("party.FRA.outside_option = 6")
    ('veto: uses per term ≥ 1', 'party: FRA outside option = 6')
    """
    text = re.sub(
        r"\b([a-z_]+(?:\[[^\]]*\])?)\.([A-Za-z_]\w*(?:\.\w+)*)", lambda m: f"{m[1]}: {m[2].replace('.', ' ')}", text
    )
    return text.replace("_", " ").replace(">=", "≥").replace("<=", "≤")


def without_scheme(source: str) -> str:
    """A source as text: an address is printed, never linked.

    >>> without_scheme("see https://example.org/a")
    'see example.org/a'
    """
    return re.sub(r"\b[a-z]+://", "", source)
