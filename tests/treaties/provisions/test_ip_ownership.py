"""IP ownership: what joint results are worth under the treaty and after it, by hand."""

from __future__ import annotations

import itertools

import pytest

from tests.support.harshest_punishments import slack_of_each
from tests.support.random_dilemmas import dilemma
from tests.support.small_treaties import FILES, plus, row
from treaties.compiling.compile import compile_treaty
from treaties.effects import STATUS, membership_variable
from treaties.linting.clauses import lint
from treaties.reading.treaty_file import read_treaty_text

RESULTS = 'type = "ip_ownership"\narticle = "9"\nmatter = "trade"\nshares = { A = 0.5, B = 0.5 }\n'
BUILT = "years of joint work in the foreground of trade"


@pytest.mark.behaviour("ip_ownership")
@pytest.mark.parametrize(("right", "buyer"), [(1, -2.25), (0, -1.05)])
def test_a_right_to_use_all_of_it_afterwards_makes_breaking_with_the_treaty_worth_more(
    right: int, buyer: float
) -> None:
    """Each earns 0.5 a year from results under the treaty, so that complying is worth 1.5/0.4 = 3.75 to B.

    With a full right B breaches and leaves: 4.5, then 1 a year, 0.6/0.4 = 1.5; 3.75 - 6 = -2.25.  Without one it
    breaches and stays, and A leaves: 4.5 + 0.6 * 0.5 = 4.8, as this year's results are still shared; 3.75 - 4.8.
    A has a full right: 6.5/0.4 = 16.25, less 7.5 + 1.5.
    """
    use = f"foreground = 1\nuse_after = {{ A = 1, B = {right} }}"
    assert slack_of_each(compile_treaty(plus(RESULTS + use))) == pytest.approx([7.25, buyer], abs=1e-8)


def test_results_are_made_by_years_of_joint_work_and_outlast_the_treaty() -> None:
    terms = "foreground = 2\nuse_after = { A = 1, B = 0.5 }\nyears_to_build = 2\nbackground = { A = 0, B = 0.4 }"
    compiled = compile_treaty(plus(RESULTS + terms))
    state, earned = compiled.game.initial, []
    for _ in range(4):
        k = int(compiled.compliance[state])
        earned.append(compiled.game.payoffs[k].round(9).tolist())
        (state,) = compiled.game.transition[[k]].indices.tolist()
    assert earned == [[6, 1.4], [6.5, 1.9], [7, 2.4], [7, 2.4]]
    idle = row(compiled, {STATUS: "in force", BUILT: 1}, A={"trade": "breach"})
    (after,) = compiled.game.transition[[idle]].indices
    assert compiled.state_columns.is_value(BUILT, 1)[after], "a year of breach makes nothing"
    left = row(compiled, {STATUS: "ended", BUILT: 1})
    assert compiled.game.payoffs[left] == pytest.approx([1, 0.5 * (1 + 0.4)]), "half of it was made"
    assert compiled.game.payoffs[row(compiled, {STATUS: "ended", BUILT: 0})] == pytest.approx([0, 0.2])


def test_who_leaves_alone_lives_on_its_use_rights_while_the_others_share_on() -> None:
    text = (FILES / "withdrawal_survived.toml").read_text()
    ids = [party.id for party in read_treaty_text(text).parties]
    matter = read_treaty_text(text).matters[0].id
    shares = ", ".join(f"{party} = {1 / len(ids)}" for party in ids)
    rights = ", ".join(f"{party} = 0.5" for party in ids)
    clause = f'[[provision]]\ntype = "ip_ownership"\nmatter = "{matter}"\nforeground = {len(ids)}\n'
    both = [compile_treaty(read_treaty_text(t)) for t in
            (text, f"{text}\n{clause}shares = {{ {shares} }}\nuse_after = {{ {rights} }}\n")]  # fmt: skip
    (gone,) = [party for party in ids if membership_variable(party) in both[0].state_columns.codes][:1]
    changes = []
    for compiled in both:
        columns = compiled.state_columns
        out = columns.departed(gone) & columns.in_force
        state = int(out.argmax())
        changes.append(compiled.game.payoffs[int(compiled.compliance[state])])
    change = dict(zip(ids, (changes[1] - changes[0]).round(9).tolist(), strict=True))
    assert change == {party: len(ids) * 0.5 if party == gone else 1 for party in ids}


@pytest.mark.law("ip_ownership")
@pytest.mark.parametrize("seed", range(6))
def test_a_wider_use_right_never_raises_its_holders_slack_nor_moves_others_where_compliance_does_not_end_the_treaty(
    seed: int,
) -> None:
    """The holder earns no less after the end and the same before; nobody else earns anything else."""
    found = []
    for right in (0.0, 0.4, 1.0):
        terms = f"foreground = 1.5\nuse_after = {{ A = 0.3, B = {right} }}\nyears_to_build = {seed % 3}"
        found.append(slack_of_each(compile_treaty(dilemma(seed, RESULTS + terms))))
    for before, after in itertools.pairwise(found):
        assert after[0] == pytest.approx(before[0], abs=1e-8) and after[1] <= before[1] + 1e-8
    assert found[2][1] < found[0][1] - 1e-3


@pytest.mark.parametrize(
    ("terms", "severity", "problem"),
    [
        ("foreground = 1\nuse_after = { A = 1, B = 0.5 }", "note", "A earns more from the foreground after the end"),
    ],
)
def test_lint_says_what_is_odd(terms: str, severity: str, problem: str) -> None:
    found = lint(plus(RESULTS + terms))
    assert any(each.severity == severity and problem in each.problem for each in found), found


def test_two_that_claim_the_same_are_refused() -> None:
    clause = RESULTS + "foreground = 1\nuse_after = { A = 1, B = 0.5 }"
    found = lint(plus(clause, clause.replace('"9"', '"10"')))
    assert [each.problem for each in found if each.severity == "error"] == ["two clauses divide what is made in trade"]
