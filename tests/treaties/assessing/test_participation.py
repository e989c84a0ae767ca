"""Who would sign: three parties and a public good by hand, many by brute force, and what is not decided.

Each gives at a cost and all gain from every gift: with benefits b_i per gift and costs c_i, b_i < c_i, party i has
R = 3 b - c, T = 2 b, S = b - c and P = 0.  Where k give, payoffs are b k - c for who gives and b k else, whoever has
signed; giving up for good is an equilibrium and the worst there is, so that a group of m keeps its treaty if and only
if b m - c >= (1 - d) b (m - 1) for each of its members.
"""

from __future__ import annotations

import itertools
import json
import random
from dataclasses import replace

import pytest

from tests.support.small_treaties import FILES
from treaties.assessing.answers import Answers, Version
from treaties.assessing.participation import who_would_sign
from treaties.findings.participation import Participation
from treaties.findings.participation_words import participation_lines
from treaties.findings.records import Judgement, Transfers
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

IDS = ("A", "B", "C")
TABLE = (FILES / "three_parties_table.toml").read_text()


def gifts(
    entry: str,
    discount: float | list[float] = 0.9,
    benefit: tuple[float, ...] = (2, 2, 2),
    cost: tuple[float, ...] = (3, 3, 3),
    more: str = "",
    order: tuple[str, ...] = IDS,
    excludable: bool = False,
) -> Treaty:
    """The treaty of the docstring; ``order`` of the parties in the file."""
    factors = discount if isinstance(discount, list) else [discount] * 3
    of = {name: k for k, name in enumerate(IDS)}
    parties = "".join(
        f'[[party]]\nid = "{name}"\nname = "State {name}"\ndiscount = {factors[of[name]]}\n' for name in order
    )
    rows = {
        "reward": [3 * b - c for b, c in zip(benefit, cost, strict=True)],
        "temptation": [2 * b for b in benefit],
        "sucker": [b - c for b, c in zip(benefit, cost, strict=True)],
        "punishment": [0.0] * 3,
    }
    matter = "".join(
        f"{kind} = {{ {', '.join(f'{name} = {numbers[of[name]]}' for name in order)} }}\n"
        for kind, numbers in rows.items()
    )
    return read_treaty_text(
        f'schema = "servanda-treaty/1"\ntitle = "gifts"\npayoff_unit = "points per year"\nentry_into_force = {entry}\n'
        f'{parties}[[matter]]\nid = "gifts"\nexcludable = {str(excludable).lower()}\n{matter}{more}'
    )


def signing(treaty: Treaty, transfers: Transfers = "none") -> Participation:
    found = who_would_sign(Answers(treaty), transfers)
    assert found is not None
    return found


def stable(found: Participation) -> set[str]:
    return {"".join(sorted(group.members)) for group in found.equilibria}


def test_patient_parties_ride_free_on_two_and_need_a_threshold_of_all_to_sign_all() -> None:
    """Two keep it at 0.9 and have 1 each, the third 4, more than 3 among all."""
    two = signing(gifts("{ parties = 2 }"))
    assert stable(two) == {"AB", "AC", "BC"} and not two.open
    values = {"".join(group.members): group.values for group in two.coalitions}
    assert values["AB"] == pytest.approx({"A": 1, "B": 1, "C": 4})
    assert values["ABC"] == pytest.approx({"A": 3, "B": 3, "C": 3})
    grand = next(group for group in two.coalitions if len(group.members) == 3)
    assert (grand.leaving, grand.joining, grand.pivotal) == (IDS, (), ())
    assert all(group.pivotal == group.members for group in two.coalitions if len(group.members) == 2)
    assert two.needed == () and {two.signs(party) for party in IDS} == {"sometimes"}
    (higher,) = two.raised
    assert (higher.parties, higher.equilibria, higher.open) == (3, (IDS,), False)
    every = signing(gifts("{ parties = 3 }"))
    assert every.raised == ()
    assert stable(every) == {"ABC"} and every.needed == IDS and every.signs("A") == "always"


def test_parties_too_impatient_for_two_sign_together() -> None:
    """Two would keep it from d = 1/2 on, three from 1/4 on: below 1/2 who stays out leaves nothing behind."""
    for discount, verdicts, equilibria in [
        (0.51, ["sustainable"] * 4, {"AB", "AC", "BC"}),
        (0.49, ["sustainable", *["unsustainable"] * 3], {"ABC"}),
        (0.26, ["sustainable", *["unsustainable"] * 3], {"ABC"}),
        (0.24, ["unsustainable"] * 4, set()),
    ]:
        found = signing(gifts("{ parties = 2 }", discount))
        assert [group.verdict for group in found.coalitions] == verdicts, discount
        assert all(group.proved_by for group in found.coalitions)
        assert stable(found) == equilibria, discount
    assert len(found.idle) == 4 and not found.open, "a treaty that nobody would keep costs nobody anything"


def test_of_an_excludable_good_nobody_stays_out() -> None:
    """Members have among themselves what all have: 3 each, and who stays out nothing."""
    found = signing(gifts("{ parties = 2 }", excludable=True))
    assert stable(found) == {"ABC"}
    assert {round(v, 9) for g in found.coalitions for v in (g.values or {}).values()} == {0.0, 3.0}


def test_a_share_of_weight_decides_who_is_needed_and_is_met_exactly() -> None:
    weights = "weights = { A = 0.7, B = 0.2, C = 0.1 }"
    found = signing(gifts(f"{{ share = 0.8, {weights} }}"))
    assert {"".join(group.members) for group in found.coalitions} == {"ABC", "AC", "AB"}
    assert found.needed == ("A",) and found.power == pytest.approx({"A": 2 / 3, "B": 1 / 6, "C": 1 / 6})
    assert next(g.share for g in found.coalitions if g.members == ("A", "C")) == pytest.approx(0.8)
    assert stable(found) == {"AB", "AC"} and found.signs("A") == "always" and found.signs("B") == "sometimes"
    equal = signing(gifts("{ share = 0.6 }"))
    assert {len(group.members) for group in equal.coalitions} == {2, 3} and equal.weights is None
    assert any("No weights are given" in line for line in participation_lines(equal, gifts("{ share = 0.6 }")))


@pytest.mark.parametrize("seed", range(12))
def test_equilibria_are_those_of_brute_force_whatever_the_order_of_the_parties(seed: int) -> None:
    rng = random.Random(seed)
    benefit = tuple(rng.choice([1.0, 2.0, 3.0]) for _ in IDS)
    cost = tuple(b + rng.choice([0.5, 1.0, 2.5]) for b in benefit)
    factors = [rng.choice([0.3, 0.6, 0.9]) for _ in IDS]
    threshold = rng.choice([2, 3])
    order = rng.choice(list(itertools.permutations(IDS)))
    found = signing(gifts(f"{{ parties = {threshold} }}", factors, benefit, cost, order=order))

    def kept(group: frozenset[int]) -> bool:
        m = len(group)
        return all(benefit[i] * m - cost[i] >= (1 - factors[i]) * benefit[i] * (m - 1) - 1e-12 for i in group)

    def payoff(i: int, group: frozenset[int]) -> float:
        if len(group) < threshold or not kept(group):
            return 0.0
        return benefit[i] * len(group) - (cost[i] if i in group else 0.0)

    groups = [frozenset(g) for size in (2, 3) if size >= threshold for g in itertools.combinations(range(3), size)]
    wanted = {g for g in groups if all(payoff(i, g) >= payoff(i, g ^ {i}) - 1e-9 for i in range(3))}
    assert stable(found) == {"".join(sorted(IDS[i] for i in g)) for g in wanted if kept(g)} and not found.open
    assert len(found.equilibria) + len(found.idle) == len(wanted)
    assert len(found.coalitions) == len(groups)
    for one in found.coalitions:
        group = frozenset(IDS.index(name) for name in one.members)
        assert (one.verdict == "sustainable") is kept(group)
        assert one.values == pytest.approx({name: payoff(i, group) for i, name in enumerate(IDS)}, abs=1e-9)


def test_with_side_payments_a_group_is_judged_with_side_payments() -> None:
    """Among unequal members payments help: B alone would not keep it with A, but A can pay it to."""
    treaty = gifts("{ parties = 2 }", 0.45, (4.0, 2.0, 2.0), (4.5, 3.0, 3.0))
    without = {g.members: g.verdict for g in signing(treaty).coalitions}
    paid = {g.members: g.verdict for g in signing(treaty, "voluntary").coalitions}
    assert without["A", "B"] == "unsustainable" and paid["A", "B"] == "sustainable"


def test_an_undecided_group_is_told_as_undecided_and_is_no_no(monkeypatch: pytest.MonkeyPatch) -> None:
    """All three have 3; who leaves has 4 if the two that are left keep it, and 0 if not: that is what is not known."""
    honest = Version.verdict

    def verdict(self: Version, transfers: Transfers) -> Judgement:
        found = honest(self, transfers)
        return found if len(self.treaty.parties) == 3 else replace(found, verdict="undecided", detail="too hard")

    monkeypatch.setattr(Version, "verdict", verdict)
    treaty = gifts("{ parties = 2 }")
    found = signing(treaty)
    assert not found.equilibria and {"".join(group.members) for group in found.open} == {"ABC", "AB", "AC", "BC"}
    assert [group.values for group in found.coalitions if group.verdict == "undecided"] == [None] * 3
    assert {found.signs(party) for party in IDS} == {"open"}
    assert [(one.equilibria, one.open) for one in found.raised] == [((IDS,), False)], "no two of them matter then"
    said = "\n".join(participation_lines(found, treaty))
    assert "Who would sign is not decided" in said and "too hard" in said
    assert stable(signing(gifts("{ parties = 3 }"))) == {"ABC"}, "here two of them cannot bring it into force"


def test_a_text_that_makes_no_treaty_among_some_leaves_it_open() -> None:
    text = TABLE.replace("[[party]]", "entry_into_force = { parties = 2 }\n\n[[party]]", 1)
    found = signing(read_treaty_text(text))
    assert {group.detail for group in found.coalitions if len(group.members) == 2} == {
        "matter 'fish' has an explicit table, which does not say what it is worth among some parties; give reward, "
        "temptation, sucker and punishment"
    }
    assert all(group.stable is None for group in found.coalitions)


def test_a_treaty_that_does_not_say_how_many_must_sign_is_not_asked() -> None:
    assert who_would_sign(Answers(read_treaty_text((FILES / "three_parties.toml").read_text())), "none") is None


def test_the_record_is_json() -> None:
    told = json.loads(json.dumps(signing(gifts("{ parties = 2, share = 0.5 }")).to_json(), allow_nan=False))
    assert told["equilibria"] == [["A", "B"], ["A", "C"], ["B", "C"]] and told["undecided"] == []
    assert told["entry_into_force"] == {"parties": 2, "share": 0.5, "weights": None}
    assert {"members", "verdict", "values", "pivotal", "stable", "leaving", "joining"} <= set(told["coalitions"][0])


def test_of_many_parties_alike_a_treaty_is_judged_once_and_told_in_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five with b = 2 and c = 3: a group of m keeps it if 2 m - 3 >= (1 - d) 2 (m - 1), from m = 3 on at d = 0.35."""
    judged = []
    honest = Version.verdict

    def verdict(self: Version, transfers: Transfers) -> Judgement:
        judged.append(len(self.treaty.parties))
        return honest(self, transfers)

    monkeypatch.setattr(Version, "verdict", verdict)
    ids = [f"P{k}" for k in range(5)]
    rows = {"reward": 7, "temptation": 8, "sucker": -1, "punishment": 0}
    treaty = read_treaty_text(
        'schema = "servanda-treaty/1"\ntitle = "five"\npayoff_unit = "points"\nentry_into_force = { parties = 2 }\n'
        + "".join(f'[[party]]\nid = "{name}"\nname = "{name}"\ndiscount = 0.35\n' for name in ids)
        + '[[matter]]\nid = "gifts"\nexcludable = false\n'
        + "".join(f"{kind} = {{ {', '.join(f'{n} = {v}' for n in ids)} }}\n" for kind, v in rows.items())
    )
    found = signing(treaty)
    assert judged == [5, 4, 3, 2] and len(found.coalitions) == 26
    assert {len(group.members) for group in found.equilibria} == {3} and len(found.equilibria) == 10
    assert [(one.parties, len(one.equilibria)) for one in found.raised] == [(3, 10), (4, 5), (5, 1)]
    lines = list(participation_lines(found, treaty))
    assert lines[-1] == "These are 12 of 26 groups that would bring it into force."
    assert sum(line.endswith("stable") and not line.startswith("    ") for line in lines) == 10
