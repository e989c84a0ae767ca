"""What flags, audits and unseen changes of government do to trust, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from treaties.findings.trust import Trust

PASS = {0: "at the first flag", 1: "at the second flag", 2: "at the third flag"}


def drift_sentences(pair: Trust, other: str) -> Iterator[str]:
    """How soon a type that breaches shows itself, and what forgiving flags costs; nothing where all is seen."""
    shows = [year.shows for year in pair.path if year.shows is not None]
    if shows and 0 < min(shows) < 1:
        ends = sorted({_share(min(shows)), _share(max(shows))}, key=float)
        chances = " to ".join(f"{end} %" for end in ends)
        yield f"A type of {other} that breaches shows itself in {chances} of years only."
    told = [one for one in pair.ended_by_flags if one.flags in PASS]
    if not told:
        return
    if pair.flags is not None:
        yield "No rule that forgives every flag that may be a mistake is enough."
    enough = [
        f"{_share(float(one.least))} % if cooperation ends {PASS[one.flags]}" for one in told if one.least is not None
    ]
    if enough:
        yield f"Forgiving costs trust: {', '.join(enough)}."


def _share(chance: float) -> str:
    """A chance in per cent."""
    return f"{100 * chance:.3g}"
