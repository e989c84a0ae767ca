"""The handbook names everything that `check --json` prints."""

from __future__ import annotations

from pathlib import Path

from treaties.assessing.assess import assess
from treaties.findings.grid import GridCheck
from treaties.reading.treaty_file import read_treaty

ROOT = Path(__file__).parents[2]


def test_every_key_of_an_assessment_is_in_the_handbook_and_no_other() -> None:
    found = assess(read_treaty(ROOT / "treaties/cases/rival_across_the_strait.toml"), region=False, variants=False)
    told = found.to_json()
    page = (ROOT / "papers/handbook/pages/analyst.md").read_text(encoding="utf-8")
    table = page.partition("## The object of `check --json`")[2].partition("\n## ")[0]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `")]
    named = [key.strip(" `") for keys, _ in rows for key in keys.split(",")]
    assert sorted(named) == sorted(told)
    meaning = {key.strip(" `"): said for keys, said in rows for key in keys.split(",")}
    (rival,) = told["third_parties"]
    assert all(f"`{key}`" in meaning["third_parties"] for key in ("options", "deterred", "without")) and set(rival) >= {
        "options", "deterred", "without",
    }  # fmt: skip
    assert {"flipped", "unchecked", "states"} <= set(GridCheck(1, "sustainable", 1.0).to_json())
