"""End-use monitoring: a check on the recipient, against an audit of it."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import drawn, row
from tests.support.what_is_heard import accused
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS

NUMBERS = "detection = 0.9\nfalse_alarm = 0.2\ncoverage = 0.6\n"


@pytest.mark.law("end_use_monitoring")
@pytest.mark.parametrize("conduct", ["comply", "breach"])
@pytest.mark.parametrize("seed", range(2))
def test_a_check_accuses_the_recipient_as_an_audit_of_it_would_where_the_supplier_delivers(
    seed: int, conduct: str
) -> None:
    """With the same chances; nobody accuses the supplier."""
    check = 'type = "end_use_monitoring"\nrecipient = "B"\nsupplier = "A"\nmatter = "trade"\n'
    audit = 'type = "audit"\nparty = "B"\nmatter = "trade"\n'
    found = [compile_treaty(drawn(seed, clause + NUMBERS, hidden=True)) for clause in (check, audit)]
    rows = [row(compiled, {STATUS: "in force"}, B={"trade": conduct}) for compiled in found]
    checked, audited = (accused(compiled, k, "B") for compiled, k in zip(found, rows, strict=True))
    assert checked == pytest.approx(audited, abs=1e-12)
    assert checked == pytest.approx(0.6 * (0.9 if conduct == "breach" else 0.2), abs=1e-12)
    seen = found[0].seen
    assert seen is not None and set(seen.observation.accused) == {("B", "trade")}
