"""Clawback: what is taken back or frozen after the end, lawful or not, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import DILEMMA, FILES, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import STATUS, membership_variable
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty_text

TAKEN = 'type = "clawback"\narticle = "17"\nrecipient = "B"\nowner = "A"\nworth = 5\nrecovery = 0.8\n'


def tempted_to_leave(*clauses: str) -> CompiledTreaty:
    """Borduria earns 1 a year under the treaty and 2 outside it, part of which it owes to what it was given."""
    text = DILEMMA.replace('name = "Borduria"', 'name = "Borduria"\noutside_option = 2')
    return compile_treaty(read_treaty_text(text + "".join(f"[[provision]]\n{clause}\n" for clause in clauses)))


@pytest.mark.behaviour("clawback")
@pytest.mark.parametrize(
    ("terms", "slack"),
    [
        ("", [8.0, 0.3]),
        ("duration_years = 2", [8.0, -0.996]),
        ('mode = "return"', [2.0, 0.3]),
    ],
)
def test_what_is_taken_back_holds_the_recipient_and_its_return_tempts_the_owner(terms: str, slack: list[float]) -> None:
    """Complying is worth 2.5 to B.  Outside it has 2 a year, so that to breach and leave wins 4 + 3: it loses -4.5.

    A clawback of 0.8 * 5 = 4 a year leaves it -2, -5 in all: if it breaches A leaves, 4 + 0.6 * 0.6 * -5 = 2.2.  For
    two years only it has -2 - 1.2 + 0.36 * 5 = -1.4 outside: 4 - 0.36 * 1.4 = 3.496.  If A gets the 4, 10 in all, it
    breaches and leaves: 15 - 7 - 6.
    """
    assert slack_of_each(tempted_to_leave()) == pytest.approx([8.0, -4.5], abs=1e-8)
    assert slack_of_each(tempted_to_leave(TAKEN + terms)) == pytest.approx(slack, abs=1e-8)


def test_it_is_owed_from_the_first_year_outside_for_as_long_as_it_lasts_and_never_under_the_treaty() -> None:
    compiled = tempted_to_leave(TAKEN + 'duration_years = 2\nmode = "return"')
    passed = "years for which B has been without what it got under article 17"
    assert compiled.game.payoffs[row(compiled, {STATUS: "in force"})].tolist() == [6, 1]
    for years, earned in ((0, [4, -2]), (1, [4, -2]), (2, [0, 2])):
        assert compiled.game.payoffs[row(compiled, {STATUS: "ended", passed: years})].tolist() == earned


def test_nothing_is_taken_back_under_a_treaty_whose_ratification_was_refused() -> None:
    """Refused, the treaty leaves B its 2 a year; once it was in force B loses 4 of them."""
    waits = 'type = "ratification"\nratifiers = [{ party = "B", name = "house" }]\n'
    waits += "granted_per_year = 0.4\nrefused_per_year = 0.5\n"
    compiled = tempted_to_leave(TAKEN, waits)
    given = "what B has got under article 17"
    refused, over = ({STATUS: "ended", given: what} for what in ("nothing", "all"))
    assert compiled.game.payoffs[row(compiled, refused)].tolist() == [0, 2]
    assert compiled.game.payoffs[row(compiled, over)].tolist() == [0, -2]


@pytest.mark.law("clawback")
@pytest.mark.parametrize("seed", range(6))
def test_freezing_more_or_longer_never_lowers_the_slack_of_anyone_where_compliance_does_not_end_the_treaty(
    seed: int,
) -> None:
    """The recipient earns no more after the end and the same before it; the owner earns what it did."""
    bare = TAKEN.replace("recovery = 0.8\n", "").replace("worth = 5", "worth = 1.5")
    steps = ("recovery = 0", "recovery = 0.5\nduration_years = 1", "recovery = 0.5\nduration_years = 3", "recovery = 1")
    found = [slack_of_each(compile_treaty(dilemma(seed, bare + terms))) for terms in steps]
    for before, after in itertools.pairwise(found):
        assert after[1] >= before[1] - 1e-8 and after[0] == pytest.approx(before[0], abs=1e-8)
    assert found[3][1] > found[0][1] + 1e-3


def test_lint_says_when_nothing_is_ever_taken_back_and_when_two_share_an_article() -> None:
    idle = TAKEN.replace("recovery = 0.8", "recovery = 0")
    assert any("nothing is ever taken back" in each.problem for each in lint(plus(idle)))
    found = lint(plus(TAKEN, TAKEN))
    assert ["same article number" in each.problem for each in found if each.severity == "error"] == [True]


def test_who_leaves_a_treaty_that_goes_on_owes_what_it_got_as_well() -> None:
    text = (FILES / "withdrawal_survived.toml").read_text()
    compiled = compile_treaty(read_treaty_text(text))
    ids = [party.id for party in compiled.treaty.parties]
    (gone,) = [party for party in ids if membership_variable(party) in compiled.state_columns.codes][:1]
    owner = next(party for party in ids if party != gone)
    terms = 'type = "clawback"\nworth = 5\nrecovery = 0.8\nmode = "return"\n'
    clause = f'{terms}recipient = "{gone}"\nowner = "{owner}"\n'
    owing = compile_treaty(read_treaty_text(f"{text}\n[[provision]]\n{clause}"))
    changes = []
    for each in (compiled, owing):
        out = each.state_columns.departed(gone) & each.state_columns.in_force
        changes.append(each.game.payoffs[int(each.compliance[int(out.argmax())])])
    change = dict(zip(ids, (changes[1] - changes[0]).round(9).tolist(), strict=True))
    assert change == {party: {gone: -4.0, owner: 4.0}.get(party, 0.0) for party in ids}
