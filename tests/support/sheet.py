"""The fact sheet of real treaties (its prose left out), and what in a case file goes beyond it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from treaties.model.facts import Article, Dated, Facts

SHEET: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "treaties/history/sheet.json").read_text(encoding="utf-8")
)
STRENGTH = ["verified", "weak", "recalled"]
CALLED = {"and", "art", "article", "articles", "arts", "ops", "para", "paragraphs", "paras", "resolution", "unscr"}
"""What an article may be called, or not called, beside its number."""
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"\d+(?:[,.]\d+)*")
LEFT_OUT = {
    "fr_de_export_2019": {"carve_out_list.excluded"},
    "uk_us_mda_1958": {"sunset.renewals", "sunset_removed.term_years"},
    "npt_1968": {"sunset_with_conference.rule"},
    "montreal_1987": {"staged_schedule.article5_steps", "staged_schedule.developed_zero"},
}
"""Parameters that cases say in words: they are no single value, or one that the sheet itself marks as recalled."""


def strays(stem: str, facts: Facts) -> list[str]:
    """What the facts of a case say and the sheet does not, or more weakly; what the sheet says and they leave out."""
    case = SHEET["cases"].get(stem)
    if case is None:
        return [f"the sheet has no treaty {stem}"]
    looks = (_heading, _articles, _dates, _typed, _written)
    found = [*(line for look in looks for line in look(facts, case)), *_sources(facts)]
    return [line for line in found if line not in {_dropped(name) for name in LEFT_OUT.get(stem, ())}]


def _heading(facts: Facts, case: dict[str, Any]) -> Iterator[str]:
    for name in ("instrument", "outcome_kind", "lasting_rank"):
        if getattr(facts, name) != case[name]:
            yield f"{name} is {getattr(facts, name)!r}, the sheet has {case[name]!r}"


def _articles(facts: Facts, case: dict[str, Any]) -> Iterator[str]:
    told = Counter((article.kind, _place(article.article)) for article in facts.articles)
    known = Counter((entry["kind"], _place(entry["article"])) for entry in case["articles"])
    yield from (f"the sheet has no {kind} in {where!r}" for kind, where in (told - known).elements())
    yield from (f"{kind} in {where!r} is left out" for kind, where in (known - told).elements())
    for article in facts.articles:
        place = article.kind, _place(article.article)
        same = [entry for entry in case["articles"] if (entry["kind"], _place(entry["article"])) == place]
        if same:
            yield from min((list(_article(article, entry)) for entry in same), key=len)


def _place(article: str) -> str:
    """An article as numbers and words, whether or not it is called one: "Arts 1-2" is "1-2"."""
    words = re.findall(r"[\w()]+", article.lower())
    return " ".join(word for word in words if word not in CALLED)


def _article(article: Article, entry: dict[str, Any]) -> Iterator[str]:
    for key, value in article.parameters.items():
        if key not in entry["params"]:
            yield f"{article.kind}.{key} is no parameter of the sheet"
        elif json.dumps(_plain(value), sort_keys=True) != json.dumps(entry["params"][key], sort_keys=True):
            yield f"{article.kind}.{key} is {value!r}, the sheet has {entry['params'][key]!r}"
    yield from (_dropped(f"{article.kind}.{key}") for key in entry["params"].keys() - article.parameters.keys())
    yield from _tag(article.kind, article, entry["evidence"])
    if sorted(article.sources) != sorted(entry["sources"]):
        yield f"{article.kind} cites {article.sources}, the sheet {entry['sources']}"


def _dropped(name: str) -> str:
    return f"{name} is left out"


def _tag(what: str, item: Article | Dated, known: str) -> Iterator[str]:
    if STRENGTH.index(item.evidence) < STRENGTH.index(known):
        yield f"{what} is {item.evidence}, the sheet has it {known}"


def _dates(facts: Facts, case: dict[str, Any]) -> Iterator[str]:
    events = {event["date"]: event for event in case["events"]}
    for when in events.keys() - {event.date for event in facts.dates}:
        yield f"the event of {when} is left out"
    counts = Counter(event.date for event in facts.dates)
    yield from (f"{when} is told {count} times" for when, count in counts.items() if count > 1)
    for told in facts.dates:
        if told.date in events:
            entry = events[told.date]
            yield from _tag(told.date, told, entry["evidence"])
            if sorted(told.sources) != sorted(entry["sources"]):
                yield f"{told.date} cites {told.sources}, the sheet {entry['sources']}"
            if told.contested != entry["contested"]:
                yield f"{told.date}: contested is {told.contested}, the sheet has {entry['contested']}"
        elif told.date in case["other_dates"]:
            yield from _tag(told.date, told, case["other_dates"][told.date])
        elif known := [case["other_dates"].get(end) for end in told.date.split(" to ")]:
            if None in known:
                yield f"the sheet has no date {told.date}"
            for tag in filter(None, known):
                yield from _tag(told.date, told, tag)


def _sources(facts: Facts) -> Iterator[str]:
    for key, told in facts.sources.items():
        known = SHEET["sources"].get(key)
        if known is None:
            yield f"the sheet has no source {key}"
        elif not told.startswith(known):
            yield f"source {key} is {told.split(' ')[0]}, the sheet has {known}"


def _typed(facts: Facts, case: dict[str, Any]) -> Iterator[str]:
    """Numbers and days that a prediction types itself, where it does not own up to recalling them."""
    days = {*case["dates"], *(event.date for event in facts.dates)}
    for one in facts.predictions:
        if one.terms.get("evidence") == "recalled":
            continue
        for value in _leaves(one.terms):
            if isinstance(value, int | float) and not isinstance(value, bool) and value not in case["numbers"]:
                yield f"prediction {one.terms['title']!r} types {value}, which the sheet does not have"
            if isinstance(value, str) and DATE.fullmatch(value) and value not in days:
                yield f"prediction {one.terms['title']!r} types {value}, which the sheet does not have"


def _written(facts: Facts, case: dict[str, Any]) -> Iterator[str]:
    """Numbers in sentences, digits only: each stands somewhere in what the sheet says of the treaty."""
    dates = " ".join([*case["dates"], *(event["date"] for event in case["events"]), *case["other_dates"]])
    known = {*map(float, case["numbers"]), *map(float, re.findall(r"\d+", dates))}
    sentences = [article.fact for article in facts.articles] + [event.event for event in facts.dates]
    for told in (*sentences, facts.outcome or ""):
        for number in NUMBER.findall(told):
            if float(number.replace(",", "")) not in known:
                yield f"{told[:40]!r} tells of {number}, which the sheet does not have"


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _leaves(item)
    else:
        yield value


def _plain(value: Any) -> Any:
    """A value of TOML as JSON has it."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
