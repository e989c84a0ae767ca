"""The plan of `make mutants` speaks of what is there."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLAN = tomllib.loads(Path(__file__).with_name("plan.toml").read_text(encoding="utf-8"))


def test_every_mutated_file_has_tests_and_every_path_exists() -> None:
    for place, tests in PLAN["tests"].items():
        assert (ROOT / place).exists(), place
        for test in tests:
            assert (ROOT / test).exists(), test
    for folder in PLAN["folders"]:
        assert any(f"{folder}/".startswith(place) for place in PLAN["tests"]), folder


def test_every_equivalent_names_lines_that_are_there_and_says_why() -> None:
    for entry in PLAN["equivalent"]:
        lines = [line.strip() for line in (ROOT / entry["file"]).read_text(encoding="utf-8").splitlines()]
        before = entry["before"].splitlines()
        assert any(lines[k:k + len(before)] == before for k in range(len(lines))), entry
        assert entry["after"] != entry["before"] and len(entry["reason"].split()) > 3, entry
