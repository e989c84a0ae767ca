"""A kind of provision is one file: put where provisions are looked for, it is read, solved, told and checked."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import treaties.provisions
from tests.support.command_line import run_with
from tests.support.provisions import (
    check_it_changes_the_game,
    check_it_describes_itself,
    check_its_effects_and_remarks,
    check_the_schema_knows_it,
)
from tests.support.small_treaties import plus, row
from treaties.assessing.assess import assess
from treaties.briefing.sources import assumptions, clauses
from treaties.compiling.compile import compile_treaty
from treaties.compiling.provenance import deviation_in_words
from treaties.effects import STATUS
from treaties.linting.clauses import lint
from treaties.provisions import all_provisions
from treaties.reading.schema import treaty_schema
from treaties.reading.variants import with_terms

ROOT = Path(__file__).parents[2]
BOUNTY = '''
"""Bounty: a third side pays a party for every year in which it keeps its obligations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal, final

import numpy as np
from pydantic import Field

from treaties.effects import Choice, Columns, Effect, Floats, Option, PayoffTerm, ProvisionContext
from treaties.model.provision import Provision
from treaties.model.references import MatterId, PartyId
from treaties.model.quantity import NonNegativeAmount
from treaties.model.remark import Remark
from treaties.model.treaty import Treaty


@final
class Bounty(Provision):
    """Who is paid for keeping which matter; the party may refuse the money."""

    title: ClassVar[str] = "Bounty from outside"
    mechanism: ClassVar[str] = "Money for compliance makes a breach cost what is then not paid."
    reference: ClassVar[str] = "Nobody (1900)"

    type: Literal["bounty"] = "bounty"
    party: PartyId = Field(description="The party that is paid.")
    matter: MatterId = Field(description="The matter that it has to keep.")
    amount: NonNegativeAmount = Field(description="What it is paid per year of compliance, in the payoff unit.")

    def remarks(self, treaty: Treaty) -> Iterable[Remark]:
        if not self.amount.value:
            yield Remark("warning", "amount", "a bounty of nothing", "pay something")

    def clash_with(self, other: Provision) -> str | None:
        same = isinstance(other, Bounty) and self.party == other.party
        return f"two bounties for {self.party}" if same else None

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        options = (
            Option("take", default=True, article=self.article),
            Option("refuse", article=self.article, words=f"refuses the bounty on {{{self.matter}}}"),
        )
        yield Choice(self.party, "bounty", options, procedural=True)
        yield PayoffTerm(self.party, self._paid, self.article)

    def _paid(self, columns: Columns) -> Floats:
        earned = columns.complies[self.party, self.matter] & columns.takes(self.party, "bounty", "take")
        return np.where(earned, self.amount.value, 0.0)
'''
CLAUSE = 'type = "bounty"\narticle = "5"\nparty = "B"\nmatter = "trade"\namount = '


@pytest.fixture(autouse=True)
def _found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "bounty.py").write_text(BOUNTY)
    monkeypatch.setattr(treaties.provisions, "__path__", [*treaties.provisions.__path__, str(tmp_path)])
    yield
    sys.modules.pop("treaties.provisions.bounty", None)
    vars(treaties.provisions).pop("bounty", None)


def test_it_keeps_the_contract_of_every_provision() -> None:
    assert "bounty" in all_provisions() and len(all_provisions()) > 1
    bounty = all_provisions()["bounty"]
    check_it_describes_itself("bounty", bounty)
    check_the_schema_knows_it("bounty", bounty, treaty_schema())
    check_its_effects_and_remarks(plus(CLAUSE + "0"))
    check_it_changes_the_game("bounty", [plus(CLAUSE + "1")])


def test_what_changes_no_game_does_not_keep_it() -> None:
    idle = 'type = "compliance_unit"\navoids = 0.5\n'
    with pytest.raises(AssertionError, match="no accepted file shows"):
        check_it_changes_the_game("compliance_unit", [plus(idle)])


def test_it_is_solved_and_proved() -> None:
    """Party B earns 1 a year where a breach pays 4 once: 1 < 0.4 * 4 without a bounty, 2 > 0.4 * 4 with one of 1."""
    bare, paid = (assess(plus(*clause), variants=False, region=False) for clause in ([], [CLAUSE + "1"]))
    assert (bare.verdict, paid.verdict) == ("unsustainable", "sustainable")
    for found in (bare, paid):
        certificate = next(rung.certificate for rung in found.ladder if rung.verdict == found.verdict)
        assert certificate is not None and certificate.evidence.check(found.compiled.game).accepted


def test_it_is_told_in_words_with_its_article() -> None:
    treaty = plus(CLAUSE + "1")
    compiled = compile_treaty(treaty)
    complying, refusing = (
        row(compiled, {STATUS: "in force"}, **moves) for moves in ({}, {"B": {"bounty": "refuse"}})
    )
    assert np.array_equal(compiled.game.payoffs[[complying, refusing]], [[6, 2], [6, 1]])
    said = deviation_in_words(compiled, complying, refusing, 1)
    assert (said.words, said.article, said.lawful) == ("refuses the bounty on trade", "5", True)
    (clause,) = clauses(treaty)
    assert clause.title == "Bounty from outside" and "amount 1" in clause.terms and "Borduria" in clause.terms
    assert any("bounty" in number.group and number.value == 1 for number in assumptions(treaty))


def test_lint_paths_and_the_schema_know_it(capsys: pytest.CaptureFixture[str]) -> None:
    said = {str(finding) for finding in lint(plus(CLAUSE + "0"))} - {str(finding) for finding in lint(plus())}
    assert said == {"warning: bounty.amount (article 5): a bounty of nothing; pay something"}
    twice = [finding for finding in lint(plus(CLAUSE + "1", CLAUSE + "2")) if finding.severity == "error"]
    assert [finding.problem for finding in twice] == ["two bounties for B"]
    raised = with_terms(plus(CLAUSE + "1"), {"bounty.amount": 3})
    assert "bounty.amount" in {number.path for number in raised.numbers() if number.value == 3}
    assert "Bounty from outside" in run_with(capsys)("schema").out


def test_the_clause_of_the_handbook_is_found_and_does_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "papers/handbook/pages/add-a-clause.md").read_text(encoding="utf-8")
    files = dict(re.findall(r'^```python title="(\w+\.py)"\n(.*?)^```$', page, flags=re.MULTILINE | re.DOTALL))
    shutil.copytree(ROOT / "treaties/cases", tmp_path / "treaties/cases")
    (tmp_path / "good_name.py").write_text(files["good_name.py"])
    monkeypatch.chdir(tmp_path)
    exec(compile(files["try_it.py"], "try_it.py", "exec"), {})
    (shown,) = re.findall(r"^```text\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    assert capsys.readouterr().out == shown
    check_it_describes_itself("good_name", all_provisions()["good_name"])
    sys.modules.pop("treaties.provisions.good_name", None)
    vars(treaties.provisions).pop("good_name", None)
