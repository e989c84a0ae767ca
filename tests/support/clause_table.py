"""The table of clauses: which files and tests show each, which real treaty has it, and where it comes from.

``python -m tests.support.clause_table`` prints it.  Tests are found by their marks, ``@pytest.mark.behaviour("veto")``
and ``@pytest.mark.law("veto")``, without importing them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import final

from tests.support.provisions import ACCEPTED, examples_of
from treaties.provisions import all_provisions, all_types

TESTS = Path(__file__).resolve().parents[1]
OF_PRESETS = ("accepted", "behaviour", "real_treaty")
"""Cells that a preset fills itself; the others are those of its clause."""


@final
@dataclass(frozen=True)
class ClauseRow:
    """What shows one clause: files by their names, tests by theirs, and the words of the clause."""

    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    behaviour: tuple[str, ...]
    law: tuple[str, ...]
    real_treaty: tuple[str, ...]
    source: tuple[str, ...]

    def empty(self, *, preset: bool) -> list[str]:
        """Names of the cells that hold nothing, of those that have to be filled."""
        wanted = [field.name for field in fields(self) if not preset or field.name in OF_PRESETS]
        return [name for name in wanted if not getattr(self, name)]


def clause_table() -> dict[str, ClauseRow]:
    """A row for every clause and preset, by type."""
    return {
        kind: ClauseRow(
            _named_first(kind, [Path(treaty.source_name).stem for treaty in examples_of(kind)]),
            _named_first(kind, [path.stem for path, text in _rejected() if f"provision.{kind}." in text]),
            tuple(marked().get(("behaviour", kind), ())),
            tuple(marked().get(("law", kind), ())),
            (clause.real_treaty,) if clause.real_treaty else (),
            (clause.reference,) if clause.reference else (),
        )
        for kind, clause in all_types().items()
    }


def _named_first(kind: str, names: list[str]) -> tuple[str, ...]:
    """Files that bear the name of the clause before others."""
    return tuple(sorted(names, key=lambda name: not name.startswith(kind)))


@cache
def _rejected() -> tuple[tuple[Path, str], ...]:
    """The files that are refused, with what they expect to be told."""
    found = []
    for path in sorted((ACCEPTED.parent / "rejected").glob("*.toml")):
        lines = path.read_bytes().decode(errors="replace").splitlines()
        found.append((path, "\n".join(line for line in lines if line.startswith("# expect: "))))
    return tuple(found)


@cache
def marked() -> dict[tuple[str, str], list[str]]:
    """Names of the tests that bear a mark for a clause, by the mark's and the clause's name."""
    found: dict[tuple[str, str], list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.behaviour(" not in text and "mark.law(" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                for mark, clause in _marks(node):
                    found.setdefault((mark, clause), []).append(node.name)
    return found


def _marks(test: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    for decorator in test.decorator_list:
        if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
            name = decorator.func.attr
            if name in ("behaviour", "law"):
                yield from ((name, str(a.value)) for a in decorator.args if isinstance(a, ast.Constant))


def in_markdown() -> Iterator[str]:
    """The table as the handbook has it: the first file and test of each, for clauses and presets by their titles."""
    yield "| clause | a real treaty that has it | accepted | refused | a law of it, with its hypotheses |"
    yield "|---|---|---|---|---|"
    for kind, row in clause_table().items():
        law = row.law[0].removeprefix("test_").replace("_", " ") if row.law else ""
        files = [f"`{names[0]}`" if names else "" for names in (row.accepted, row.rejected)]
        yield f"| {all_types()[kind].title} | {' '.join(row.real_treaty)} | {' | '.join(files)} | {law} |"


if __name__ == "__main__":
    sys.stdout.write("\n".join(in_markdown()) + "\n")
    for kind, row in clause_table().items():
        if missing := row.empty(preset=kind not in all_provisions()):
            sys.stdout.write(f"{kind}: no {', '.join(missing)}\n")
