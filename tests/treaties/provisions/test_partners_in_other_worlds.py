"""The clauses on partners in other worlds and among fewer parties: the games are those of the text written so."""

from __future__ import annotations

import pytest

from tests.support.small_treaties import FILES
from treaties.compiling.compile import compile_treaty
from treaties.compiling.template import Template
from treaties.reading.among import among
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms

ASSESSED = 'type = "impact_assessment"\nmatter = "abatement"\nprecision = 0.8\nyear = 1\n'
WORLDS = {
    "exit": {"exit.legal_cost": 1.3, "exit.enforced": 0.7, "exit.real_cost": 2.2},
    "no_exit": {"no_exit.real_cost": 0.7},
    "inspection_burden": {"inspection_burden.cost": 0.3, "inspection_burden.leak_risk": 0.4, "audit.coverage": 0.35},
    "exchange_programme": {"exchange_programme.growth": 0.7, "exchange_programme.avoids": 0.2},
    "shared_knowledge": {"shared_knowledge.size": 1.1, "shared_knowledge.depreciation": 0.6},
    "stakeholder_representation": {"stakeholder_representation.audience_cost": 0.4},
    "stakeholder_representation_unseen": {"stakeholder_representation.audience_cost": 0.4},
    "impact_assessment": {"impact_assessment.spread.A": 2.5, "impact_assessment.likely": 0.3},
}


@pytest.mark.parametrize("name", WORLDS)
def test_the_game_of_another_world_is_that_of_the_text_with_its_numbers(name: str) -> None:
    treaty, world = read_treaty(FILES / f"{name}.toml"), WORLDS[name]
    here = {number.path: number.value for number in treaty.numbers()}
    ranges = {
        path: {"value": here[path], "low": min(here[path], there), "high": max(here[path], there)}
        for path, there in world.items()
    }
    template = Template.of(with_terms(treaty, ranges))
    assert template.compiled(world).game.digest == compile_treaty(with_terms(treaty, world)).game.digest
    assert template.structure is not None and template.recompiled == 0


@pytest.mark.parametrize(
    ("clause", "alone"),
    [
        ('type = "no_exit"\nreal_cost = 1\nparty = ["A", "C"]', 'type = "no_exit"\nreal_cost = 1\nparty = "A"'),
        ('type = "exit"\nreal_cost = 1\nparty = "C"', ""),
        (
            'type = "stakeholder_representation"\naudience_cost = 1\nparty = ["A", "C"]',
            'type = "stakeholder_representation"\naudience_cost = 1\nparty = "A"',
        ),
        (
            ASSESSED + "spread = { A = 1, B = 2, C = 3 }",
            ASSESSED + "spread = { A = 1, B = 2 }",
        ),
    ],
)
def test_among_fewer_parties_it_is_the_clause_without_the_one_that_is_missing(clause: str, alone: str) -> None:
    text = (FILES / "withdrawal_survived.toml").read_text().split("[[provision]]")[0]
    block = "[[provision]]\n{}\n"
    three = among(read_treaty_text(text + block.format(clause)), ["A", "B"])
    bare = among(read_treaty_text(text), ["A", "B"])
    two = bare
    if alone:
        whole = read_treaty_text(text.partition('[[party]]\nid = "C"')[0] + _pair() + block.format(alone))
        two = bare.model_copy(update={"provisions": whole.provisions})
    assert compile_treaty(three).game.digest == compile_treaty(two).game.digest


def _pair() -> str:
    """The matter among two, to write their clauses in."""
    amounts = {"reward": 3, "temptation": 4, "sucker": -1, "punishment": 0}
    return '[[matter]]\nid = "abatement"\n' + "".join(
        f"{name} = {{ A = {amount}, B = {amount} }}\n" for name, amount in amounts.items()
    )
