"""Transparency, end-use monitoring, exchange of data, crisis channels, compliance units: chances by hand, and lint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.small_treaties import row
from tests.treaties.compiling.test_signals import DILEMMA, chances, compiled_of, moves
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import STATUS
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms

FILES = Path(__file__).parents[1] / "reading" / "accepted"
IN_FORCE: dict[str, str | int] = {STATUS: "in force"}


def chance_of(compiled: CompiledTreaty, where: int, *said: str) -> float:
    """Chance that all of some things are said after a row."""
    return sum(p for label, p in chances(compiled, where).items() if all(part in label for part in said))


def accused(compiled: CompiledTreaty, where: int, party: str) -> float:
    """Chance that the signals after a row accuse a party and do not clear it."""
    seen, monitoring = compiled.seen, compiled.game.monitoring
    assert seen is not None and monitoring is not None
    state = int(compiled.game.row_state[where])
    law = monitoring.chances(state, where - int(compiled.game.row_start[state]))
    return float(law[seen.observation.accused[party, "trade"][seen.said[state]]].sum())


@pytest.mark.behaviour("transparency")
def test_what_is_published_is_right_with_the_precision() -> None:
    compiled = compiled_of("transparency")
    where = row(compiled, IN_FORCE, **moves("comply", "breach"))
    assert chance_of(compiled, where, "by A on trade under article 6: published, as agreed") == pytest.approx(0.8)
    assert chance_of(compiled, where, "by B on trade under article 6: published, not as agreed") == pytest.approx(0.8)
    assert chance_of(compiled, where, "A on trade under article 6: published, not as",
                     "B on trade under article 6: published, as") == pytest.approx(0.04)  # fmt: skip
    assert compiled.game.payoffs[where].tolist() == pytest.approx([-1.1, 2.9])


def test_precision_one_is_as_good_as_seeing() -> None:
    compiled = compile_treaty(with_terms(read_treaty(FILES / "transparency.toml"), {"transparency.precision": 1}))
    for a in ("comply", "breach"):
        for b in ("comply", "breach"):
            where = row(compiled, IN_FORCE, **moves(a, b))
            assert list(chances(compiled, where).values()) == [1.0]
            assert accused(compiled, where, "A") == (a == "breach")


@pytest.mark.behaviour("end_use_monitoring")
def test_end_use_is_checked_only_where_there_was_a_delivery() -> None:
    """By hand: 0.6 of deliveries are checked; a check flags diversion with 0.9 and proper use with 0.05."""
    compiled = compiled_of("end_use_monitoring")
    delivered = row(compiled, IN_FORCE, **moves("comply", "breach"))
    assert accused(compiled, delivered, "B") == pytest.approx(0.54)
    assert accused(compiled, row(compiled, IN_FORCE, **moves("comply", "comply")), "B") == pytest.approx(0.03)
    withheld = row(compiled, IN_FORCE, **moves("breach", "breach"))
    assert accused(compiled, withheld, "B") == 0.0 and chances(compiled, withheld) == {"nothing to report": 1.0}
    assert compiled.game.payoffs[delivered].tolist() == pytest.approx([-1 - 0.6 * 0.3, 3.0])
    assert compiled.game.payoffs[withheld].tolist() == [0.0, 0.0]


@pytest.mark.behaviour("data_exchange")
def test_data_are_exchanged_every_second_year_and_show_what_can_be_verified() -> None:
    """By hand: a breach is inconsistent with 0.75 + 0.25 * 0.04 = 0.76, honest data with 0.04."""
    compiled = compiled_of("data_exchange")
    clock = "year of the exchange of data on trade under article 5"
    first = row(compiled, IN_FORCE | {clock: 1}, **moves("comply", "breach"))
    second = row(compiled, IN_FORCE | {clock: 2}, **moves("comply", "breach"))
    assert chances(compiled, first) == {"nothing to report": 1.0}
    assert accused(compiled, second, "B") == pytest.approx(0.76)
    assert accused(compiled, second, "A") == pytest.approx(0.04)
    sunset = '[[provision]]\ntype = "sunset"\nterm_years = 4\nrenewal = { rule = "automatic" }\n'
    exchange = "[[provision]]" + (FILES / "data_exchange.toml").read_text().split("[[provision]]")[1]
    assert clock not in compile_treaty(read_treaty_text(DILEMMA + sunset + exchange)).state_columns.codes


@pytest.mark.behaviour("crisis_channel")
def test_clarification_takes_back_flags_and_is_held_only_after_one() -> None:
    """By hand: an innocent is flagged with 0.1 and not cleared with 0.1; a breach flagged with 0.8, kept with 0.8."""
    compiled = compiled_of("crisis_channel")
    where = row(compiled, IN_FORCE, **moves("comply", "breach"))
    assert accused(compiled, where, "A") == pytest.approx(0.01)
    assert accused(compiled, where, "B") == pytest.approx(0.64)
    assert chance_of(compiled, where, "report on A in trade: flagged", "by A on trade under article 8: cleared"
                     ) == pytest.approx(0.09)  # fmt: skip
    unflagged = [p for label, p in chances(compiled, where).items()
                 if "clarification by A" in label and "report on A in trade: flagged" not in label]  # fmt: skip
    assert unflagged == []
    seen = compiled.seen
    assert seen is not None and np.all(
        ~(seen.observation.accused["A", "trade"] & seen.observation.certified["A", "trade"])
    )


@pytest.mark.behaviour("compliance_unit")
def test_a_compliance_unit_makes_slips_rarer_while_the_treaty_operates() -> None:
    """By hand: accidents of 0.2, of which A's unit avoids three quarters; a breach is always seen."""
    compiled = compiled_of("compliance_unit")
    where = row(compiled, IN_FORCE, **moves("comply", "comply"))
    assert accused(compiled, where, "A") == pytest.approx(0.05)
    assert accused(compiled, where, "B") == pytest.approx(0.2)
    assert compiled.game.payoffs[where].tolist() == pytest.approx([1.9, 2.0])
    breach = row(compiled, IN_FORCE, **moves("breach", "comply"))
    assert accused(compiled, breach, "A") == 1.0
    twice = '[[provision]]\ntype = "compliance_unit"\narticle = "9"\navoids = 0.5\n'
    both = compile_treaty(read_treaty_text((FILES / "compliance_unit.toml").read_text() + twice))
    assert accused(both, row(both, IN_FORCE, **moves("comply", "comply")), "A") == pytest.approx(0.025)


def test_an_accident_looks_like_a_breach_to_an_audit_as_well() -> None:
    """By hand: an audit with coverage 0.5 flags a slip with 0.9: 0.5 * (0.2 * 0.9 + 0.8 * 0.1) = 0.13."""
    text = (FILES / "audit.toml").read_text().replace('observability = "private"', 'observability = "private"\n'
                                                      "accident = 0.2")  # fmt: skip
    compiled = compile_treaty(read_treaty_text(text))
    where = row(compiled, IN_FORCE, **moves("comply", "comply"))
    assert accused(compiled, where, "A") == pytest.approx(0.13)


LINT = [
    ("audit", {"audit.detection": 0.1}, "audit.detection (article 3): flags compliance as often as a breach"),
    ("audit", {"audit.coverage": 0}, "audit.coverage (article 3): never takes place"),
    ("audit", {"matter.trade.observability": "public"}, "audit.matter (article 3): everyone sees conduct on trade"),
    ("transparency", {"transparency.precision": 0.5}, "transparency.precision (article 6): what is published is right"),
    ("data_exchange", {"data_exchange.verifiable_share": 0}, "(article 5): nothing can be verified"),
    ("crisis_channel", {"crisis_channel.excuses": 0.9}, "crisis_channel.excuses (article 8): clears a breach as often"),
    ("crisis_channel", {"matter.trade.observability": "private"}, "(article 8): nobody is ever flagged on trade"),
    ("crisis_channel", {"matter.trade.observability": "private"}, "matter.trade.observability: nobody ever learns"),
    ("compliance_unit", {"matter.trade.accident": 0}, "(article 2): no matter that it sees to has accidents"),
    ("audit_announced", {}, "staged_derisking.gate (article 4): nobody sees conduct on trade: a flag"),
]


@pytest.mark.parametrize(("name", "terms", "said"), LINT)
def test_lint_says_what_tells_nothing(name: str, terms: dict[str, object], said: str) -> None:
    plain = read_treaty(FILES / f"{name}.toml")
    treaty = with_terms(plain, terms) if terms else plain
    found = [str(finding) for finding in lint(treaty)]
    assert [finding for finding in found if said in finding], found
    if terms:
        quiet = [str(finding) for finding in lint(plain)]
        assert not [finding for finding in quiet if said in finding]


def test_lint_says_that_a_tribunal_finds_out_by_itself() -> None:
    text = DILEMMA + '[[provision]]\ntype = "remedy"\narticle = "9"\namount = 1\n'
    found = [str(finding) for finding in lint(read_treaty_text(text))]
    said = "remedy.upheld (article 9): damages follow a breach on trade although nobody sees it"
    assert any(said in finding for finding in found)
