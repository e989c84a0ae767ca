"""A briefing as one HTML page: styles and figures inside, no outside address, made to print on A4.

The only script moves the sliders of a page that has them; the page says so to the browser, which runs no other.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from games.numerics.visible import visible_lines
from treaties.briefing import figures
from treaties.briefing.briefing import Briefing
from treaties.briefing.drawings import drawings
from treaties.briefing.stacking import labelled
from treaties.findings import amounts, phrases
from treaties.findings import verdict_words as words


@cache
def environment() -> Environment:
    """Templates with the filters that pages use."""
    environment = Environment(
        loader=PackageLoader("treaties.briefing", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        {
            "number": amounts.number,
            "signed": amounts.signed,
            "money": amounts.money,
            "factor": amounts.factor,
            "mark": words.MARKS.__getitem__,
            "verdict": words.VERDICTS.__getitem__,
            "answer": words.ANSWERS.__getitem__,
            "plain": phrases.without_scheme,
        }
    )
    return environment


def filled(template: str, **content: Any) -> str:
    """A template with its content, which is text: markup is escaped, characters that act are shown as marks."""
    return visible_lines(environment().get_template(template).render(content))


def _policy(script: str) -> str:
    """What a browser may do with the page: show it, run this script if there is one, and ask nobody for anything."""
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    run = f"'sha256-{digest}'" if script else "'none'"
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src {run}; base-uri 'none'; form-action 'none'"


def _data(content: Any) -> str:
    """Data for a script, as text that can end no element; characters that act are shown as marks, as on the page."""

    def shown(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shown(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [shown(item) for item in value]
        return visible_lines(value) if isinstance(value, str) else value

    return json.dumps(shown(content), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def page(briefing: Briefing) -> str:
    """The whole page as text; the same briefing gives the same bytes."""
    moving = briefing.sliders is not None and briefing.sliders.points
    script = environment().get_template("sliders.js").render() if moving else ""
    text = filled(
        "briefing.html.j2",
        b=briefing,
        policy=Markup(_policy(script)),
        slider_script=Markup(script),
        slider_points=Markup(_data(briefing.sliders.to_script()) if briefing.sliders is not None else ""),
        party_colours=[figures.style(k)[0] for k in range(6)],
        **{name: Markup(svg) for name, svg in drawings(briefing).items()},
    )
    text = labelled(text)
    # Keep what belongs together on one line: "Article 9", "EUR 0.1 million".
    text = re.sub(r"\b(Articles?) (?=\d)", "\\1\N{NO-BREAK SPACE}", text)
    return re.sub(r"\b([A-Z]{3}) ([+−]?[\d.,]+) (?=[a-z])", "\\1\N{NO-BREAK SPACE}\\2\N{NO-BREAK SPACE}", text)
