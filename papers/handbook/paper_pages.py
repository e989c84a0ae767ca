"""Adds a page for every paper to the handbook, and one that lists them by theme: all from the folders of `papers/`.

Claims are shown as they are published; `servanda papers` recomputes them, and the tests do.
"""

import re
from pathlib import Path
from typing import Any

from games.replication import papers
from games.replication.bibliography import bibliography
from games.replication.claims import Claim
from games.replication.paper_file import THEMES, Paper, Symbol

FOLDER = Path(__file__).resolve().parents[1]
INDEX = "papers/index.md"
CODE = re.compile(r"(`[^`|]+`)")
MARKS = re.compile(r"[\\`*_\[\]>#|]")
ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;"})
"""Signs that a backslash before them does not make text, in Python's Markdown."""
WORDS = {"published": "printed and recomputed", "recomputed": "recomputed", "derived": "derived"}
EVIDENCE = (
    "*Printed and recomputed*: it also stands in the public source that is named. *Recomputed*: found from the model "
    "as stated, by independent code; nobody claims that the paper prints it. *Derived*: algebra from the model. All "
    "numbers are computed anew by this project's own solvers and calculations, within the tolerance given."
)


def cell(text: str) -> str:
    """Text as it stands in a cell of a table: only pairs of back quotes are marks, and nothing in it ends the cell."""
    pieces = CODE.split(" ".join(text.split()))
    return "".join(one if CODE.fullmatch(one) else MARKS.sub(r"\\\g<0>", one).translate(ENTITIES) for one in pieces)


def table(*rows: tuple[str, ...]) -> list[str]:
    """Rows of cells, the first as the head."""
    head, *body = rows
    return ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *body)] + [""]


def symbols(of: dict[str, Symbol]) -> list[str]:
    """The signs of a paper, what they mean and what this project writes."""
    rows = ((cell(sign), cell(one.means), cell(one.ours) or "—") for sign, one in of.items())
    return table(("in the paper", "meaning", "here"), *rows)


def claims(of: tuple[Claim, ...]) -> list[str]:
    """Each claim with its numbers, what stands behind them, where, and how closely they must be met."""
    rows = (
        (cell(one.says), cell(one.stated), WORDS[one.evidence], cell(one.where), f"{one.tolerance:.0e}") for one in of
    )
    return table(("claim", "value", "evidence", "where", "tolerance"), *rows)


def items(texts: tuple[str, ...]) -> list[str]:
    """A list of texts."""
    return [*(f"- {cell(text)}" for text in texts), ""]


def page(paper: Paper) -> str:
    """The page of a paper."""
    lines = [f"# {cell(paper.title)}", "", cell(bibliography()[paper.reference]), ""]
    lines += [f"Theme: [{paper.theme}](index.md#{anchor(paper.theme)}). Folder: `papers/{paper.name}/`.", ""]
    lines += ["## What is replicated", "", cell(paper.replicates), ""]
    lines += ["Recomputed, claim by claim:", "", "```console", f"$ servanda papers {paper.name}", "```", ""]
    lines += ["## Conventions", "", *items(paper.conventions)]
    lines += ["## Symbols", "", *symbols(dict(paper.symbols))] if paper.symbols else []
    lines += ["## Claims", "", EVIDENCE, "", *claims(paper.claims)]
    lines += ["## What is not replicated", "", *items(paper.not_replicated or ("Nothing is known to be left out.",))]
    return "\n".join(lines)


def index(of: tuple[Paper, ...]) -> str:
    """The page that lists the papers by theme."""
    count = sum(len(one.claims) for one in of)
    lines = [
        "# Papers that are replicated",
        "",
        f"{len(of)} publications, {count} claims, by theme; each has a page with its symbols, its numbers and what is "
        "left out. All are recomputed, in a table with every deviation, by",
        "",
        "```console",
        "$ servanda papers",
        "```",
        "",
        "(`--claims` shows every claim, `--latex` writes a part of a document). The signs of this project, and beside "
        "them those of all papers, are in `papers/notation.md`.",
        "",
    ]
    for theme in THEMES:
        rows = [
            (
                f"[{cell(bibliography()[one.reference].partition('. ' + one.title)[0])}]({one.name}.md)",
                cell(one.replicates),
                str(len(one.claims)),
            )
            for one in of
            if one.theme == theme
        ]
        if rows:
            lines += [f"## {theme[0].upper()}{theme[1:]}", "", *table(("paper", "what it says", "claims"), *rows)]
    return "\n".join(lines)


def anchor(theme: str) -> str:
    """The name of a theme's heading in links."""
    return theme.replace(" ", "-")


def pages() -> dict[str, str]:
    """All pages by their name in the handbook."""
    found = papers(FOLDER)
    return {INDEX: index(found)} | {f"papers/{one.name}.md": page(one) for one in found}


def on_files(files: Any, config: Any, **kwargs: Any) -> Any:
    """Called by mkdocs with all files of the handbook."""
    from mkdocs.structure.files import File

    for name, content in pages().items():
        files.append(File.generated(config, name, content=content))
    return files
