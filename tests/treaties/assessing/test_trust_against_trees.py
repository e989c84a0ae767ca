"""Rules of the ladder of small treaties with types are judged as their trees are, in which chance draws the types."""

from __future__ import annotations

import random

import pytest

from tests.support.treaty_trees import TreatyTree
from treaties.assessing.answers import Answers
from treaties.assessing.typed_ladder import TypedLadder
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

CLAUSES = (
    '[[provision]]\ntype = "turnover"\nparty = "B"\nto_sceptic = 0.25\nto_friendly = 0.5\n'
    'sceptic_reward_change = -0.5\nredraws_type = "seen"\n',
    '[[provision]]\ntype = "turnover"\nparty = "B"\nto_sceptic = 0.25\nto_friendly = 0.5\n'
    "sceptic_cost_of_complying = 0.25\n",
    '[[provision]]\ntype = "staged_derisking"\narticle = "4"\nscales = "risk"\ngate = "calendar"\n'
    'on_breach = "nothing"\n'
    "stages = [{ year = 0, exposure = 0.25 }, { year = 1, exposure = 1.0 }]\n",
    '[[provision]]\ntype = "trust_building"\narticle = "5"\nopens = "nothing"\nirreversible = { temptation = -0.5 }\n'
    'measures = [{ party = "B", year = 0, name = "opening", cost = 0.5 }]\n',
    '[[provision]]\ntype = "withdrawal"\narticle = "2"\nnotice_years = 1\n',
    '[[event]]\nid = "crisis"\nenter = 0.25\nstay = 0.5\ncost_of_complying = { A = 0, B = 0.5 }\n',
)
MOST_HISTORIES = 1500


def text(seed: int) -> str:
    """Two or three years of a dilemma, with a clause or two, and types of one party or both."""
    draw = random.Random(seed)
    # Of the first two, which are both about the government of B, one at most.
    able = [CLAUSES[draw.randint(0, 1)], *CLAUSES[2:]]
    clauses = draw.sample(able, draw.choice([0, 0, 1, 1, 2]))
    said = "".join(clauses)
    lines = ['schema = "servanda-treaty/1"', 'title = "a few years"', 'payoff_unit = "points"']
    lines += [] if "withdrawal" in said else ["exit = false"]
    for who in "AB":
        lines += ["[[party]]", f'id = "{who}"', f'name = "{who}"', f"discount = {draw.choice([0.5, 0.75, 0.9])}"]
        lines.append(f"outside_option = {draw.choice([0, 0, -1])}")
        for number in range(draw.choice([0, 1, 1] if who == "A" else [1, 1, 2])):
            lines += _type(draw, who, number, said)
    temptation, sucker, punishment = draw.choice([1.75, 2.25, 3]), draw.choice([-2, -1, -0.5]), draw.choice([0, 0, 1])
    lines += ["[[matter]]", 'id = "trade"']
    lines += [f"{name} = {{ A = {value}, B = {value} }}" for name, value in (
        ("reward", 2), ("temptation", temptation), ("sucker", sucker), ("punishment", punishment))]
    lines += ["[[provision]]", 'type = "sunset"', 'article = "12"', f"term_years = {draw.choice([2, 3, 3])}",
              'renewal = { rule = "none" }']
    return "\n".join(lines) + "\n" + said


def _type(draw: random.Random, who: str, number: int, clauses: str) -> list[str]:
    conduct = draw.choice(["breaches", "breaches", "conditional", "conditional", "keeps", "strategic"])
    more = []
    if conduct == "breaches":
        when = ["when = \"full_exposure\"", f"from_year = {draw.randint(1, 3)}", "leaves = true"]
        when += ['when = "sceptic"'] if "turnover" in clauses and who == "B" else []
        when += ['when = "event:crisis"'] if "crisis" in clauses else []
        more = draw.sample(when, 1)
    if conduct == "strategic":
        more = [draw.choice(["discount = 0.25", "temptation = 2.75", "temptation = 5"])]
    return ["[[party.type]]", f'name = "t{number}"', f'conduct = "{conduct}"',
            f"prior = {draw.randint(1, 9) / 20}", *more]  # fmt: skip


def agree(treaty: Treaty) -> list[bool]:
    """The verdicts on the rules of the ladder; none where the tree is too large."""
    version = Answers(treaty).text
    ladder = version.trusting(version.own, "none")
    assert isinstance(ladder, TypedLadder) and ladder.why_not is None
    out = []
    for number in (1, 2, 3):
        for standing in ladder.standings(number)[:2]:
            tree = TreatyTree(standing.found.typed, standing.rule)
            if tree.histories(5) > MOST_HISTORIES:
                return []
            accepted = tree.report().accepted
            assert accepted == (standing.paying is None), (number, tree.report())
            out.append(accepted)
    return out


def judged(seeds: range) -> list[list[bool]]:
    """Those of the treaties of these seeds that can be read and are small enough."""
    found = []
    for seed in seeds:
        try:
            treaty = read_treaty_text(text(seed))
        except TreatyFileError as error:
            assert "is the party as described" in str(error)
            continue
        found.append(agree(treaty))
    return [one for one in found if one]


def test_a_few_treaties() -> None:
    assert {one for verdicts in judged(range(20)) for one in verdicts} == {False, True}


@pytest.mark.parametrize("start", [
    pytest.param(start, marks=pytest.mark.campaign if start % 80 else pytest.mark.slow) for start in range(0, 400, 40)
])
def test_random_treaties(start: int) -> None:
    assert len(judged(range(start, start + 20))) >= 6
