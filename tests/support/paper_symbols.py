"""The table of the papers' own symbols in ``papers/notation.md``, written from the ``symbols`` of their folders.

Renew it after a change to a paper's symbols: python -m tests.support.paper_symbols
"""

from __future__ import annotations

from pathlib import Path

from games.replication import papers

PAGE = Path(__file__).resolve().parents[2] / "papers/notation.md"
BEGIN = "<!-- written by tests/support/paper_symbols.py from the symbols of every paper.toml -->\n"


def symbols_of_papers() -> str:
    """Every sign of every paper with its meaning and what this project writes, papers in order of their names."""
    lines = ["| paper | symbol | meaning | here |", "|---|---|---|---|"]
    for paper in papers(PAGE.parent):
        for sign, symbol in paper.symbols.items():
            cells = (f"`{paper.name}`", sign, symbol.means, symbol.ours or "—")
            lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    written = PAGE.read_text(encoding="utf-8").partition(BEGIN)[0]
    PAGE.write_text(written + BEGIN + "\n" + symbols_of_papers(), encoding="utf-8")
