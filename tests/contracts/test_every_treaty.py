"""What every assessment promises, on every accepted treaty file and every case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from treaties.assessing.assess import assess
from treaties.briefing.terminal import explain, summary
from treaties.reading.treaty_file import read_treaty

ROOT = Path(__file__).parents[2]
FOLDERS = ("tests/treaties/reading/accepted", "treaties/cases")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.toml"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_treaty_gets_a_verdict_that_was_proved_or_an_undecided_with_its_reason(path: Path) -> None:
    found = assess(read_treaty(path), variants=False, region=False)
    for rung in found.ladder:
        if rung.verdict == "undecided":
            assert rung.detail and rung.certificate is None
        else:
            assert rung.certificate is not None and rung.certificate.checked
            assert rung.certificate.evidence.check(found.compiled.game).accepted
    if any(rung.verdict == "sustainable" for rung in found.ladder[:3]):
        assert found.verdict == "sustainable"
    if found.verdict == "sustainable" and found.margin is not None:
        assert found.margin >= 0
    if found.verdict == "unsustainable":
        assert found.margin is None or found.margin < 0
        assert all(rung.verdict != "sustainable" for rung in found.ladder)
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["verdict"] == found.verdict
    assert found.treaty.title in explain(found) and summary(found)
