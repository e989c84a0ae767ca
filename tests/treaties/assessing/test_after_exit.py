"""The treaty among the rest, judged on its own: both sides of thresholds known by hand, and against the bare text."""

from __future__ import annotations

import json

import pytest

from tests.support.small_treaties import FILES
from treaties.assessing.after_exit import after_exit
from treaties.assessing.answers import Version
from treaties.assessing.assess import assess
from treaties.assessing.credibility import CAREFUL
from treaties.briefing.terminal import explain, summary
from treaties.briefing.write import render
from treaties.findings.participation import AfterExit
from treaties.findings.participation_words import after_exit_sentences
from treaties.model.treaty import Treaty
from treaties.reading.among import among
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms

GIFTS = read_treaty(FILES / "withdrawal_survived.toml")
ENTRY = (FILES / "entry_into_force.toml").read_text()


def at(discount: float, treaty: Treaty = GIFTS, **terms: object) -> Treaty:
    """The treaty with one discount factor for all, and other terms of its withdrawal clause."""
    factors = {f"party.{party}.discount": discount for party in "ABC"}
    return with_terms(treaty, {**factors, **{f"withdrawal.{name}": value for name, value in terms.items()}})


def found(treaty: Treaty) -> dict[str, AfterExit]:
    return {"".join(one.left): one for one in after_exit(Version(treaty, None, CAREFUL), "none")}


def test_two_keep_on_giving_from_one_half_on() -> None:
    """1 each for ever against 2 once and nothing afterwards."""
    for discount, verdict in [(0.49, "unsustainable"), (0.51, "sustainable")]:
        told = found(at(discount))
        assert {left: one.verdict for left, one in told.items()} == {"A": verdict, "C": verdict}
        for one in told.values():
            assert one.certificate is not None and one.certificate.checked
            assert one.margin is not None and (one.margin >= 0) is (verdict == "sustainable")
        assert told["A"].values == pytest.approx({"A": 4, "B": 1, "C": 1})
        assert told["A"].state == "membership of Arcadia out"


@pytest.mark.parametrize("discount", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("left", ["A", "C"])
def test_the_verdict_is_that_of_the_text_read_without_who_left(discount: float, left: str) -> None:
    treaty = at(discount)
    alone = Version(among(treaty, [party for party in "ABC" if party != left]), None, CAREFUL).verdict("none")
    one = found(treaty)[left]
    assert one.verdict == alone.verdict != "undecided"
    assert one.margin == pytest.approx(alone.margin, rel=1e-5, abs=1e-5)


def test_what_is_left_after_several_exits_is_judged_down_to_two_members() -> None:
    more = "".join(f'[[party]]\nid = "{name}"\nname = "{name}"\ndiscount = 0.9\n\n' for name in ("D",))
    text = (FILES / "withdrawal_survived.toml").read_text().replace("[[matter]]", f"{more}[[matter]]")
    for kind, amount in (("reward", 3), ("temptation", 4), ("sucker", -1), ("punishment", 0)):
        text = text.replace(f"{kind} = {{ A = {amount}", f"{kind} = {{ D = {amount}, A = {amount}")
    four = found(read_treaty_text(text))
    assert set(four) == {"A", "C", "AC"}
    # With a third, or two thirds, of the others giving: -1 + 4 / 3 and -1 + 8 / 3, in place of 3.
    assert four["AC"].values == pytest.approx({"A": 8 / 3, "C": 8 / 3, "B": 1 / 3, "D": 1 / 3})
    assert four["A"].values == pytest.approx({"A": 4, "B": 5 / 3, "C": 5 / 3, "D": 5 / 3})


def test_a_treaty_that_survives_nobodys_exit_has_no_rest() -> None:
    assert found(at(0.9, survives_exit_of=[])) == {}
    assert found(among(GIFTS, "AC")) == {}


def test_who_may_not_leave_and_is_not_put_out_leaves_no_rest() -> None:
    assert set(found(at(0.9, holder=["B", "C"]))) == {"C"}


def test_it_is_told_in_the_terminal_in_json_and_on_the_page() -> None:
    text = ENTRY + '\n[[provision]]\ntype = "withdrawal"\nnotice_years = 0\nsurvives_exit_of = "C"\n'
    assessed = assess(read_treaty_text(text), region=False)
    told = json.loads(json.dumps(assessed.to_json(), allow_nan=False))
    assert [one["left"] for one in told["after_exit"]] == [["C"]]
    assert told["after_exit"][0]["certificate"] == "no-profitable-deviation"
    assert told["participation"]["equilibria"] == [["A", "B"], ["A", "C"], ["B", "C"]]
    (said,) = after_exit_sentences(assessed.after_exit, assessed.treaty)
    assert said.startswith("When Cimmeria has left, the treaty among Arcadia and Borduria would be kept")
    for lines in (summary(assessed), explain(assessed)):
        assert said in lines and any(line.startswith("Who would sign") for line in lines)
    page = render(assessed)
    assert said in page and "Who would sign" in page and "Arcadia and Borduria" in page and "80%" in page


def test_a_treaty_enforces_itself_whatever_the_rest_would_do_without_a_party() -> None:
    """Damages of 2 deter a breach among three, which wins 1, not one among two of three, which wins 2 + 1."""
    text = (FILES / "withdrawal_survived.toml").read_text().replace("discount = 0.9", "discount = 0.5")
    text = text.replace("sucker = { A = -1, B = -1, C = -1 }", "sucker = { A = -5, B = -5, C = -5 }")
    treaty = read_treaty_text(text + '\n[[provision]]\ntype = "remedy"\narticle = "11"\namount = 2\n')
    (first, *_) = Version(treaty, None, CAREFUL).ladder("none")
    assert first.number == 1 and first.verdict == "sustainable"
    assert {one.verdict for one in found(treaty).values()} == {"unsustainable"}
