"""Two drafts side by side: what differs, by the names that variants use, and both verdicts."""

from __future__ import annotations

from tests.support.studio_files import REMARKED
from treaties.reading.treaty_file import read_treaty_text
from treaties.studio.comparing import Change, changes, compare

HERE = read_treaty_text(REMARKED, "here.toml")


def test_every_term_that_differs_is_named() -> None:
    other = (
        REMARKED.replace("value = 1.5, low = 1", "value = 1.75, low = 1")
        .replace("decide_by_year = 5", "decide_by_year = 4")
        .replace("reward = { A = 3", "reward = { A = 4")
        .replace('payoff_unit = "points per year"', 'payoff_unit = "points per year"\nexit = false')
        .replace("# paid late", "# paid")
    )

    assert changes(HERE, read_treaty_text(other, "there.toml")) == (
        Change("exit", "exit", None, "no"),
        Change("matter.trade.reward.A", "Trade: reward, Arcadia", "3", "4"),
        Change("remedy.amount", "Article 7, Remedy (damages): amount", "1.5 (1 to 2)", "1.75 (1 to 2)"),
        Change("sunset.renewal.decide_by_year", "Article 21, Sunset and renewal: renewal, decide by year", "5", "4"),
    )


def test_a_clause_that_only_one_has_is_told_as_a_whole() -> None:
    more = '[[provision]]\ntype = "withdrawal"\narticle = "30"\nnotice_years = 1\n'
    [change] = changes(HERE, read_treaty_text(REMARKED + more, "there.toml"))

    assert (change.path, change.left) == ("withdrawal", None)
    assert change.right is not None and change.right.startswith("A party may withdraw by notice")


def test_the_same_text_differs_in_nothing_but_its_remarks() -> None:
    assert changes(HERE, read_treaty_text(REMARKED.replace("#", "# more:"), "there.toml")) == ()


def test_both_verdicts_and_what_each_party_has() -> None:
    tempting = REMARKED.replace("temptation = { A = 5, B = 5 }", "temptation = { A = 50, B = 5 }")
    other = read_treaty_text(tempting, "there.toml")
    told = compare(HERE, other, titles=("before", "")).to_json()

    assert (told["left"]["title"], told["right"]["title"]) == ("before", "Remarked")
    assert (told["left"]["verdict"], told["right"]["verdict"]) == ("holds", "fails")
    assert [value["party"] for value in told["left"]["values"]] == ["A", "B"]
    assert [change["path"] for change in told["changes"]] == ["matter.trade.temptation.A"]
