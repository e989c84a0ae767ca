"""The bibliography of ``papers/references.bib``, read for people."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "papers"
"""Where a checkout of the project keeps its papers; an installed package does not have them."""


@cache
def bibliography() -> dict[str, str]:
    """The entries of ``papers/references.bib``, key -> reference in full; empty where the file was not installed."""
    file = FOLDER / "references.bib"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    entries = re.findall(r"^@\w+\{([^,\s]+),(.*?)\}\s*$", text, flags=re.DOTALL | re.MULTILINE)
    return {key: _entry(dict(re.findall(r"(\w+)\s*=\s*\{((?:[^{}]|\{[^{}]*\})*)\}", body))) for key, body in entries}


def _entry(fields: dict[str, str]) -> str:
    said = {name: re.sub(r"\\c S", "Ş", value) for name, value in fields.items()}
    said = {name: re.sub(r"[{}\\]", "", value).replace("--", "–") for name, value in said.items()}
    *others, last = said.get("author", "").split(" and ")
    authors = f"{', '.join(others)} and {last}" if others else last
    where = said.get("journal") or said.get("publisher") or said.get("booktitle") or ""
    issue = said.get("volume", "") + (f"({said['number']})" if "number" in said else "")
    place = ", ".join(part for part in (f"{where} {issue}".strip(), said.get("pages", "")) if part)
    return f"{authors} ({said.get('year', 'undated')}). {said.get('title', '')}. {place}."
