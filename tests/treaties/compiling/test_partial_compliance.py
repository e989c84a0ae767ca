"""What parties earn in a matter of three and more when some comply and some do not, against a direct formula."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from tests.support.small_treaties import row
from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import STATUS
from treaties.model.treaty import Treaty
from treaties.reading.among import among
from treaties.reading.treaty_file import read_treaty_text

IDS = "ABCD"
KINDS = ("reward", "temptation", "sucker", "punishment")
RULES = ('"share of the others that comply"', '"weakest link"', '"each pair"', "[0, 0.2, 1]")
PAIRS = '\npairs = [{ first = "B", second = "A", weight = 3 }, { first = "C", second = "B", weight = 0.5 }]'
Paid = dict[str, dict[str, float]]


def a_dilemma(seed: int, parties: str) -> Paid:
    """Payoffs with temptation > reward > punishment > sucker for every party."""
    rng = np.random.default_rng(seed)
    ranked = {p: np.cumsum(rng.integers(1, 8, 4)) / 4.0 - 3 for p in parties}
    order = ("sucker", "punishment", "reward", "temptation")
    return {kind: {p: float(ranked[p][order.index(kind)]) for p in parties} for kind in KINDS}


def text(paid: Paid, rule: str, *, discount: float = 0.6, more: str = "") -> str:
    parties = "".join(f'[[party]]\nid = "{p}"\nname = "{p}"\ndiscount = {discount}\n\n' for p in paid["reward"])
    numbers = "\n".join(
        f"{kind} = {{ {', '.join(f'{p} = {value!r}' for p, value in each.items())} }}" for kind, each in paid.items()
    )
    return f'schema = "servanda-treaty/1"\ntitle = "t"\npayoff_unit = "points per year"\nexit = false\n\n{parties}' \
        f'[[matter]]\nid = "trade"\n{numbers}\npays = {rule}{more}\n'  # fmt: skip


def treaty(paid: Paid, rule: str, **changes: object) -> Treaty:
    return read_treaty_text(text(paid, rule, **changes))  # type: ignore[arg-type]


def digest(paid: Paid, rule: str, **changes: object) -> str:
    return compile_treaty(treaty(paid, rule, **changes)).game.digest


def earned(compiled: CompiledTreaty, complies: dict[str, bool]) -> list[float]:
    moves = {p: {"trade": "comply" if yes else "breach"} for p, yes in complies.items()}
    out: list[float] = compiled.game.payoffs[row(compiled, {STATUS: "in force"}, **moves)].tolist()
    return out


def by_hand(rule: str, paid: Paid, complies: dict[str, bool], me: str) -> float:
    """Payoffs one other at a time: what that one's conduct pays, or the step that the number of them makes."""
    own = {kind: paid[kind][me] for kind in KINDS}
    good, bad = (own["reward"], own["sucker"]) if complies[me] else (own["temptation"], own["punishment"])
    others = [p for p in complies if p != me]
    number = sum(complies[p] for p in others)
    if rule == RULES[1]:
        return good if number == len(others) else bad
    if rule == RULES[3]:
        return (bad, 0.8 * bad + 0.2 * good, good)[number]
    weights = dict.fromkeys(others, 1.0)
    if rule.endswith("]"):
        weights |= {p: 3.0 for p in others if {p, me} == {"A", "B"}} | {p: 0.5 for p in others if {p, me} == {"B", "C"}}
    return sum(weights[p] * (good if complies[p] else bad) for p in others) / sum(weights.values())


@pytest.mark.parametrize("rule", [*RULES, f"{RULES[2]}{PAIRS}"])
@pytest.mark.parametrize("seed", range(3))
def test_payoffs_of_three_are_those_of_the_formula_in_every_profile(rule: str, seed: int) -> None:
    paid = a_dilemma(seed, "ABC")
    compiled = compile_treaty(treaty(paid, rule))
    for conduct in itertools.product([True, False], repeat=3):
        complies = dict(zip("ABC", conduct, strict=True))
        assert earned(compiled, complies) == pytest.approx([by_hand(rule, paid, complies, p) for p in "ABC"], abs=1e-11)


def test_pairs_that_count_alike_pay_the_share_and_two_rules_are_tables() -> None:
    three, four = a_dilemma(7, "ABC"), a_dilemma(7, "ABCD")
    assert digest(three, RULES[0]) == digest(three, RULES[2]) == digest(three, "[0, 0.5, 1]")
    assert digest(three, RULES[1]) == digest(three, "[0, 0, 1]") != digest(three, RULES[0])
    assert digest(four, RULES[1]) == digest(four, "[0, 0, 0, 1]")
    assert digest(three, RULES[2], more=PAIRS) != digest(three, RULES[2])
    same = PAIRS.replace("weight = 3", "weight = 1").replace("weight = 0.5", "weight = 1")
    assert digest(three, RULES[2], more=same) == digest(three, RULES[2])


def test_of_two_parties_every_rule_says_the_same() -> None:
    two = a_dilemma(3, "AB")
    assert len({digest(two, rule) for rule in (*RULES[:3], "[0, 1]")}) == 1


def test_where_fewer_take_part_a_table_is_read_between_its_entries() -> None:
    """Of four parties one never signed: 1 of 2 others is half of the way from none to three, between 0.1 and 0.7."""
    paid = a_dilemma(5, "ABCD")
    three = compile_treaty(among(treaty(paid, "[0, 0.1, 0.7, 1]"), "ABC"))
    got = earned(three, {"A": True, "B": True, "C": False})
    for me, share in (("A", 0.4), ("B", 0.4)):
        wanted = paid["sucker"][me] + share * (paid["reward"][me] - paid["sucker"][me])
        assert got["ABC".index(me)] == pytest.approx(wanted, abs=1e-11)
    assert got[2] == pytest.approx(paid["temptation"]["C"])


def test_a_public_good_of_the_weakest_link_is_worth_nothing_while_one_stays_away() -> None:
    paid = a_dilemma(2, "ABC")
    two = compile_treaty(among(treaty(paid, RULES[1], more="\nexcludable = false"), "AB"))
    assert earned(two, {"A": True, "B": True}) == [paid["sucker"]["A"], paid["sucker"]["B"]]
    share = compile_treaty(among(treaty(paid, RULES[0], more="\nexcludable = false"), "AB"))
    half = [paid["sucker"][p] + 0.5 * (paid["reward"][p] - paid["sucker"][p]) for p in "AB"]
    assert earned(share, {"A": True, "B": True}) == pytest.approx(half)


def margins(paid: Paid, rules: Sequence[str]) -> list[float | None]:
    out = []
    for rule in rules:
        found = Answers(treaty(paid, rule)).text.verdict("none")
        assert found.certificate is not None and found.certificate.checked and found.verdict != "undecided"
        out.append(found.margin)
    return out


@pytest.mark.parametrize("seed", range(4))
def test_every_rule_leaves_the_same_margin_where_everybody_faces_a_dilemma_and_nobody_can_leave(seed: int) -> None:
    """What all do, what a lone breach wins, and what nobody can be denied are at both ends of the way.

    With temptation > reward > punishment > sucker breaching is best whatever the others do, so that a party can be held
    to its punishment and no less, and reverting to it is an equilibrium: nothing in between is ever on either path.
    """
    paid = a_dilemma(seed, "ABC")
    found = margins(paid, RULES)
    assert all(margin == pytest.approx(found[0], abs=1e-6) for margin in found)
    worst = min(paid["reward"][p] / 0.4 - paid["temptation"][p] - 0.6 / 0.4 * paid["punishment"][p] for p in "ABC")
    assert found[0] == pytest.approx(worst, abs=1e-6)


def test_the_rule_decides_what_two_can_keep_up_without_the_third() -> None:
    """C never complies (no future); with 2, 3, -1 and 0 two others earn 0.5 in proportion and -1 by the weakest link.

    At 0.9 two of three keep on giving in proportion (0.5 against 1.5 once, then 0); by the weakest link they never do.
    """
    paid: Paid = {"reward": dict.fromkeys("ABC", 2.0), "temptation": dict.fromkeys("ABC", 3.0),
                  "sucker": dict.fromkeys("ABC", -1.0), "punishment": dict.fromkeys("ABC", 0.0)}  # fmt: skip
    lone = text(paid, "{rule}", discount=0.9).replace('name = "C"\ndiscount = 0.9', 'name = "C"\ndiscount = 0')
    worth = {}
    for rule in RULES[:2]:
        found = assess(read_treaty_text(lone.replace("{rule}", rule)), variants=False, region=False)
        assert found.verdict == "unsustainable"
        assert found.departure is not None
        worth[rule] = found.departure.values
    assert [worth[RULES[0]][p] for p in "AB"] == pytest.approx([0.5, 0.5]), "C free rides"
    assert [worth[RULES[1]][p] for p in "AB"] == pytest.approx([0, 0])
