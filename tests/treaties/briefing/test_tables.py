"""Tables of a briefing as CSV and LaTeX, its figures as files, and the briefing as a PDF."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from tests.support import briefings as fixtures
from tests.support.advice import advice
from treaties.briefing.briefing import Briefing
from treaties.briefing.pdf import pdf
from treaties.briefing.tables import Table, tables
from treaties.briefing.write import write_pdf, write_tables


def test_numbers_in_a_table_are_those_that_were_found_to_the_last_digit(tmp_path: Path) -> None:
    found = fixtures.holds()
    write_tables(found, tmp_path / "made" / "here", advice())
    with (tmp_path / "made" / "here" / "options.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["option"]: row for row in csv.DictReader(file)}
    assert set(rows) == {option.name or "As it stands" for option in found.variants}
    for option in found.variants:
        row = rows[option.name or "As it stands"]
        assert row["answer"] == option.verdict
        assert row["margin, EUR million"] == ("" if option.margin is None else repr(option.margin))


def test_every_figure_of_the_page_is_a_picture_by_itself(tmp_path: Path) -> None:
    written = write_tables(fixtures.holds(), tmp_path)
    drawn = [path for path in written if path.suffix == ".svg"]
    assert {"timeline.svg", "gains.svg", "patience.svg"} <= {path.name for path in drawn}
    for path in drawn:
        assert ElementTree.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"
        assert "var(" not in path.read_text(encoding="utf-8")


def test_text_from_a_file_is_escaped_in_latex_and_quoted_in_csv() -> None:
    table = Table(("R&D_1", "x"), (('a "b", c', 1.5), ("50%\nof it", None)))
    assert table.as_latex().splitlines()[2] == r"R\&D\_1 & x \\"
    assert r"50\%" in table.as_latex() and table.as_latex().splitlines()[0] == r"\begin{tabular}{lr}"
    assert list(csv.reader(table.as_csv().splitlines(keepends=True)))[1:] == [
        ['a "b", c', "1.5"], ["50%\nof it", ""],
    ]  # fmt: skip


def test_a_table_without_a_row_is_left_out() -> None:
    assert "timeline" in tables(Briefing.of(fixtures.holds()))
    assert all(table.rows for table in tables(Briefing.of(fixtures.undecided())).values())


@pytest.mark.slow
@pytest.mark.parametrize("make", [fixtures.holds, fixtures.fails, fixtures.undecided])
def test_a_pdf_has_two_pages_and_an_annex_is_tagged_and_the_same_twice(make: object, tmp_path: Path) -> None:
    assert callable(make)
    content = pdf(Briefing.of(make(), advice()))
    assert content.startswith(b"%PDF-") and b"pdfuaid:part" in content
    assert content == write_pdf(make(), tmp_path / "again.pdf", advice()).read_bytes()
    (pages,) = re.findall(rb"/Type\s*/Pages\s*/Count (\d+)", content) or re.findall(rb"/Count (\d+)", content)
    assert 3 <= int(pages) <= 4
