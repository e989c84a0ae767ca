"""A briefing as a PDF, set by typst: the words and figures of the page, two sheets and an annex, tagged for readers."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from games.model.stochastic_game import GameError
from treaties.briefing.briefing import Briefing
from treaties.briefing.drawings import alone, drawings
from treaties.briefing.parts import Option, OptionGroup
from treaties.findings import verdict_words as words
from treaties.findings.amounts import number, signed

TEMPLATE = "briefing.typ"
STANDARD: Final = "ua-1"
"""PDF/UA-1: headings, tables and figures are marked as what they are."""


def pdf(briefing: Briefing) -> bytes:
    """The same briefing gives the same bytes.  Raises ``GameError`` if typst is not installed."""
    try:
        import typst
    except ImportError:
        raise GameError("a PDF needs typst; install servanda[pdf]") from None
    content = told(briefing) | {
        "figures": {name: alone(svg) for name, svg in drawings(briefing).items() if svg},
        "alts": {"timeline": briefing.timeline.alt, "gains": briefing.gains.alt, "patience": briefing.patience.alt},
    }
    template = files("treaties.briefing").joinpath("templates", TEMPLATE).read_bytes()
    inputs = {"briefing": json.dumps(content, ensure_ascii=False)}
    return bytes(typst.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=STANDARD))


def told(briefing: Briefing) -> dict[str, Any]:
    """What the template lays out: the briefing, with the numbers of its tables as its page tells them."""
    b = briefing
    return b.to_json() | {
        "tables": {
            "options": [_options(b, group) for group in b.option_groups],
            "ladder": [
                (f"{step.number}. {step.name}", words.VERDICTS[step.verdict], _signed(step.margin, step.no_margin),
                 f"{step.gloss} {step.outcome}".strip())
                for step in b.ladder
            ],
            "gains": [
                (gain.name, *map(_number, (gain.compliance, gain.outside_option, gain.no_treaty)))
                for gain in b.gains.rows
            ],
            "numbers": [
                (one.group, one.name, _number(one.value), _range(one.low, one.high), one.unit,
                 ", ".join(filter(None, (one.source, one.confidence))))
                for one in b.assumptions
            ],
        }
    }  # fmt: skip


def _options(b: Briefing, group: OptionGroup) -> dict[str, Any]:
    """The table of one kind of options; columns that say nothing of any of them are left out."""
    measured = f"{group.measured}, {b.unit_once}" if group.measured else "Lasts until a break"
    columns: list[tuple[str, list[str]]] = [
        ("", [place or "–" for place, _ in group.rows]),
        ("Option", [one.name for _, one in group.rows]),
        ("Answer", [_answer(group, one) for _, one in group.rows]),
        ("Of 100 worlds", [one.worlds for _, one in group.rows]),
        (measured, [_signed(one.margin) if group.measured else one.lasts or "–" for _, one in group.rows]),
        ("Time in compliance", ["" if group.measured else one.share for _, one in group.rows]),
        ("Tightest for", [one.tightest for _, one in group.rows]),
        *(
            (f"{party}, if all comply", [_number(one.values[k]) for _, one in group.rows])
            for k, party in enumerate(b.parties)
        ),
        ("Crosses", ["; ".join((*one.red_lines, *(f"{name}: refused at home" for name in one.refused)))
                     for _, one in group.rows]),
    ]  # fmt: skip
    kept = [(head, cells) for head, cells in columns if any(cells)]
    rows = list(zip(*(cells for _, cells in kept), strict=True))
    return {"title": group.title, "order": group.order, "heads": [head for head, _ in kept], "rows": rows}


def _answer(group: OptionGroup, one: Option) -> str:
    breaks = not group.measured and one.verdict == "unsustainable" and one.share
    return "with breaks" if breaks else words.ANSWERS[one.verdict]


def _number(value: float | None) -> str:
    return "not known" if value is None else number(value)


def _signed(value: float | None, absent: str = "not known") -> str:
    return absent if value is None else signed(value)


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{number(low)} to {number(high)}"
