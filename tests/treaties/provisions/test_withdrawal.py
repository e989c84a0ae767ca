"""Withdrawal: who may give notice, and what binds until it has run out, by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from games.play.markov_play import MarkovPlay
from tests.support.one_deviation import start, worth
from tests.support.small_treaties import FILES, chances_after, drawn, plus, row
from treaties.assessing.after_exit import first_state
from treaties.assessing.answers import Answers
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.template import Template
from treaties.effects import EXIT, STATUS, YEAR, ballot, membership_variable
from treaties.reading.among import among
from treaties.reading.treaty_file import read_treaty_text
from treaties.reading.variants import with_terms

NOTICE = 'type = "withdrawal"\narticle = "22"\nnotice_years = 2\n'


@pytest.mark.parametrize(
    ("holder", "parties"), [("", {"A", "B"}), ('holder = "A"', {"A"}), ('holder = "B"', {"B"}),
                            ('holder = ["A", "B"]', {"A", "B"})]
)  # fmt: skip
def test_only_holders_can_give_notice(holder: str, parties: set[str]) -> None:
    compiled = compile_treaty(plus(NOTICE + holder))
    assert {choice.party for choice in compiled.choices if choice.matter == EXIT} == parties
    for party in parties:
        k = row(compiled, {STATUS: "in force"}, **{party: {EXIT: "give notice"}})
        assert chances_after(compiled, k, STATUS) == {"notice, 2 left": 1.0}
    assert "leave" not in {name for choice in compiled.choices for name in choice.names}


def test_notice_runs_out_whatever_is_done_and_can_be_given_but_once() -> None:
    compiled = compile_treaty(plus(NOTICE))
    for status, after in (("notice, 2 left", "notice, 1 left"), ("notice, 1 left", "ended"), ("ended", "ended")):
        (state,) = [s for s, name in enumerate(compiled.game.states) if name == f"status={status}"]
        for k in compiled.game.rows_of(state):
            assert chances_after(compiled, k, STATUS) == {after: 1.0}
            assert not compiled.columns.any_takes(EXIT, "give notice")[k]


def test_obligations_bind_during_notice_and_the_clock_stands_still() -> None:
    voting = 'type = "reversed_veto"\nmembers = [{ party = "A" }]\nyears = [3]'
    compiled = compile_treaty(plus(NOTICE, 'type = "sunset"\nterm_years = 3\nrenewal = { rule = "automatic" }', voting))
    start: dict[str, str | int] = {STATUS: "notice, 2 left", YEAR: 3, "continuation": "continues"}
    breach = row(compiled, start, B={"trade": "breach"})
    assert compiled.columns.in_breach["B", "trade"][breach]
    assert compiled.game.payoffs[breach].tolist() == [-1, 4]
    assert chances_after(compiled, breach, YEAR) == {3: 1.0}
    assert compiled.game.payoffs[row(compiled, start)].tolist() == [6, 1]


def test_without_notice_the_treaty_ends_with_the_year() -> None:
    compiled = compile_treaty(plus(NOTICE.replace("= 2", "= 0")))
    k = row(compiled, {STATUS: "in force"}, A={EXIT: "give notice"})
    assert chances_after(compiled, k, STATUS) == {"ended": 1.0}
    assert compiled.game.payoffs[k].tolist() == [6, 1]
    assert chances_after(compiled, row(compiled, {STATUS: "in force"}), STATUS) == {"in force": 1.0}


def test_full_compliance_gives_no_notice() -> None:
    compiled = compile_treaty(plus(NOTICE))
    assert int(compiled.compliance[compiled.game.initial]) == row(compiled, {STATUS: "in force"})


# A treaty that goes on without some: gifts among three (R = 3, T = 4, S = -1, P = 0 for all, linear in who gives).

GIFTS = (FILES / "withdrawal_survived.toml").read_text().split("[[provision]]")[0]
CLUB = GIFTS.replace("excludable = false", "excludable = true").replace(
    'name = "Cimmeria"', 'name = "Cimmeria"\noutside_option = 0.5'
)
LEAVES = '[[provision]]\ntype = "withdrawal"\narticle = "21"\nnotice_years = 1\nsurvives_exit_of = '
OF_A, OF_C = membership_variable("A"), membership_variable("C")


def three(survives: str, more: str = "", text: str = GIFTS) -> CompiledTreaty:
    return compile_treaty(read_treaty_text(f"{text}\n{LEAVES}{survives}\n{more}"))


def test_a_treaty_that_survives_nobodys_exit_is_the_one_that_does_not_say_so() -> None:
    silent = compile_treaty(read_treaty_text(f"{GIFTS}\n{LEAVES.rpartition('survives')[0]}"))
    assert three("[]").game.digest == silent.game.digest
    assert three('["A"]').game.digest != silent.game.digest


def test_notice_runs_out_for_one_party_while_the_treaty_stays_in_force() -> None:
    compiled = three('"A"')
    here = {STATUS: "in force", OF_A: "member"}
    notice = row(compiled, here, A={EXIT: "give notice"})
    assert compiled.game.payoffs[notice].tolist() == [3, 3, 3]
    assert chances_after(compiled, notice, OF_A) == {"notice, 1 left": 1.0}
    assert chances_after(compiled, notice, STATUS) == {"in force": 1.0}
    bound = row(compiled, {**here, OF_A: "notice, 1 left"}, A={"abatement": "breach"})
    assert compiled.columns.in_breach["A", "abatement"][bound], "its obligations bind until it is out"
    rows = compiled.game.rows_of(int(compiled.game.row_state[bound]))
    assert not compiled.columns.takes("A", EXIT, "give notice")[list(rows)].any()
    assert chances_after(compiled, bound, OF_A) == {"out": 1.0}
    (out,) = (s for s in range(compiled.game.n_states) if compiled.state_columns.departed("A")[s]
              and compiled.state_columns.in_force[s])  # fmt: skip
    assert compiled.game.actions[out][0] == ("-",), "one move, so that the rest is as small as it can be"
    for k in compiled.game.rows_of(out):
        assert chances_after(compiled, k, OF_A) in ({"out": 1.0}, {"member": 1.0})  # what ends is forgotten


def test_of_a_public_good_who_has_left_gains_and_the_rest_pay_for_it() -> None:
    compiled = three('"A"')
    out: dict[str, str | int] = {STATUS: "in force", OF_A: "out"}
    for moves, payoffs in [
        ({}, [4, 1, 1]),
        ({"B": {"abatement": "breach"}}, [2, 2, -1]),
        ({"B": {"abatement": "breach"}, "C": {"abatement": "breach"}}, [0, 0, 0]),
    ]:
        assert compiled.game.payoffs[row(compiled, out, **moves)].tolist() == payoffs, moves
    assert not compiled.columns.in_breach["A", "abatement"][row(compiled, out)]


def test_from_a_club_who_has_left_has_its_outside_option_and_the_rest_cooperate_among_themselves() -> None:
    compiled = three('"C"', text=CLUB)
    out: dict[str, str | int] = {STATUS: "in force", OF_C: "out"}
    assert compiled.game.payoffs[row(compiled, out)].tolist() == [3, 3, 0.5]
    assert compiled.game.payoffs[row(compiled, out, A={"abatement": "breach"})].tolist() == [4, -1, 0.5]


def test_the_exit_of_a_party_that_it_does_not_survive_ends_it_for_all() -> None:
    compiled = three('"A"')
    notice = row(compiled, {STATUS: "in force", OF_A: "out"}, B={EXIT: "give notice"})
    assert chances_after(compiled, notice, STATUS) == {"notice, 1 left": 1.0}
    last = row(compiled, {STATUS: "notice, 1 left", OF_A: "out"})
    assert compiled.game.payoffs[last].tolist() == [4, 1, 1]
    assert chances_after(compiled, last, STATUS) == {"ended": 1.0}
    assert chances_after(compiled, last, OF_A) == {"member": 1.0}


def test_with_one_member_left_it_ends() -> None:
    compiled = three('["A", "C"]')
    both = {STATUS: "in force", OF_A: "notice, 1 left", OF_C: "notice, 1 left"}
    assert chances_after(compiled, row(compiled, both), STATUS) == {"ended": 1.0}
    one_more = row(compiled, {STATUS: "in force", OF_A: "out", OF_C: "notice, 1 left"})
    assert chances_after(compiled, one_more, STATUS) == {"ended": 1.0}
    assert compiled.game.payoffs[one_more].tolist() == [4, 1, 1]


def test_a_breach_that_would_end_the_treaty_ends_the_membership_of_who_may_leave_it_alone() -> None:
    stages = (
        '[[provision]]\ntype = "staged_derisking"\narticle = "9"\ngate = "calendar"\non_breach = "end"\n'
        "stages = [{ year = 0, exposure = 1 }]\n"
    )
    compiled = three('"A"', stages)
    here = {STATUS: "in force", OF_A: "member"}
    first = row(compiled, here, A={"abatement": "breach"})
    assert chances_after(compiled, first, OF_A) == {"out": 1.0}
    assert chances_after(compiled, first, STATUS) == {"in force": 1.0}
    second = row(compiled, here, B={"abatement": "breach"})
    assert chances_after(compiled, second, STATUS) == {"ended": 1.0}
    assert chances_after(compiled, row(compiled, here), OF_A) == {"member": 1.0}


def test_who_has_left_has_no_rights_and_no_claims() -> None:
    clauses = (
        '[[provision]]\ntype = "veto"\narticle = "7"\nholder = ["A", "B"]\nmatter = "abatement"\n'
        '[[provision]]\ntype = "remedy"\narticle = "11"\namount = 6\n'
        '[[provision]]\ntype = "sunset"\nterm_years = 2\nrenewal = { rule = "mutual" }\n'
    )
    compiled = three('"A"', clauses)
    out = compiled.columns.departed("A")
    assert out.any()
    for (party, matter), taken in compiled.columns.chosen.items():
        assert party != "A" or (taken[out] == -1).all(), matter
    member = row(compiled, {STATUS: "in force", YEAR: 1, OF_A: "member"}, B={"abatement": "breach"})
    without = row(compiled, {STATUS: "in force", YEAR: 1, OF_A: "out"}, B={"abatement": "breach"})
    assert compiled.game.payoffs[member].tolist() == [1 + 3, 4 - 6, 1 + 3]
    assert compiled.game.payoffs[without].tolist() == [2, 2 - 6, -1 + 6]
    last: dict[str, str | int] = {STATUS: "in force", YEAR: 2, OF_A: "out"}
    assert chances_after(compiled, row(compiled, last), STATUS) == {"in force": 1.0}, "the votes of the rest renew it"
    assert chances_after(compiled, row(compiled, last, B={"renewal": "refuse"}), STATUS) == {"ended": 1.0}


@pytest.mark.parametrize("text", [GIFTS, CLUB])
@pytest.mark.parametrize("left", ["A", "C"])
def test_what_is_left_is_the_treaty_among_the_rest(text: str, left: str) -> None:
    """Payoffs, moves and values of the rest are those of the same text read without the party."""
    clauses = (
        '[[provision]]\ntype = "veto"\narticle = "7"\nholder = ["A", "B"]\nmatter = "abatement"\n'
        '[[provision]]\ntype = "remedy"\narticle = "11"\namount = 1.5\nupheld = 0.5\n'
    )
    compiled = three(f'"{left}"', clauses, text)
    state = first_state(compiled, (left,))
    assert state is not None
    alone = compile_treaty(among(compiled.treaty, [p for p in "ABC" if p != left]))
    rest = [k for k, party in enumerate("ABC") if party != left]
    game, small = compiled.game, alone.game
    assert [game.actions[state][k] for k in rest] == list(small.actions[small.initial])
    assert np.array_equal(game.payoffs[game.rows_of(state)][:, rest], small.payoffs[small.rows_of(small.initial)])
    large, little = (
        MarkovPlay(c.game, np.maximum(c.compliance, c.game.row_start[:-1])).values() for c in (compiled, alone)
    )
    assert large[state, rest] == pytest.approx(little[small.initial])


def test_two_parties_that_may_leave_cannot_be_told_apart_by_their_order() -> None:
    one, other = three('["A", "C"]'), three('["C", "A"]')
    assert one.game.digest == other.game.digest


def test_without_notice_a_party_is_out_with_the_year() -> None:
    compiled = compile_treaty(read_treaty_text(f'{GIFTS}\n{LEAVES.replace("= 1", "= 0")}"A"\n'))
    here = row(compiled, {STATUS: "in force", OF_A: "member"}, A={EXIT: "give notice"})
    assert compiled.columns.values[OF_A] == ("member", "out")
    assert chances_after(compiled, here, OF_A) == {"out": 1.0}


def test_a_flag_that_is_not_cleared_puts_a_party_out_where_nobody_sees_conduct() -> None:
    private = GIFTS.replace("excludable = false", "observability = { detection = 0.75, false_alarm = 0.25 }")
    stages = (
        '[[provision]]\ntype = "staged_derisking"\narticle = "9"\ngate = "calendar"\non_breach = "end"\n'
        "stages = [{ year = 0, exposure = 1 }]\n"
    )
    compiled = three('"A"', stages, private)
    here = {STATUS: "in force", OF_A: "member"}
    # The treaty ends with a flag on B or C, 1 - .75 .75; only else it counts that A is flagged.
    kept = chances_after(compiled, row(compiled, here), OF_A)
    assert kept == pytest.approx({"member": 1 - 0.25 * 0.5625, "out": 0.25 * 0.5625})
    broken = chances_after(compiled, row(compiled, here, A={"abatement": "breach"}), OF_A)
    assert broken == pytest.approx({"member": 1 - 0.75 * 0.5625, "out": 0.75 * 0.5625})
    out = {STATUS: "in force", OF_A: "out"}
    assert chances_after(compiled, row(compiled, out), STATUS) == pytest.approx({"in force": 0.5625, "ended": 0.4375})


def test_order_of_articles_cannot_matter_to_the_last_bit_where_a_treaty_survives_an_exit() -> None:
    clauses = [
        f'{LEAVES}["A", "C"]\n',
        '[[provision]]\ntype = "staged_derisking"\narticle = "9"\ngate = "mutual"\non_breach = "end"\n'
        "stages = [{ year = 0, exposure = 1 }, { year = 1, exposure = 0.3 }]\n",
        '[[provision]]\ntype = "remedy"\narticle = "11"\namount = 0.7\nupheld = 0.3\ndelay_years = 2\n',
        '[[provision]]\ntype = "consent_rule"\narticle = "12"\nmatter = "abatement"\nitems = 2\nlisted = 1\n',
    ]
    base = compile_treaty(read_treaty_text("\n".join([GIFTS, *clauses])))
    for order in list(itertools.permutations(clauses))[5::6]:
        assert compile_treaty(read_treaty_text("\n".join([GIFTS, *order]))).game.digest == base.game.digest


def test_of_a_list_to_which_all_must_add_the_rest_decide() -> None:
    compiled = three('"A"', '[[provision]]\ntype = "consent_rule"\nmatter = "abatement"\nitems = 2\nlisted = 1\n')
    listed, propose = "items listed for abatement", {ballot("items listed for abatement"): "add to abatement"}
    out: dict[str, str | int] = {STATUS: "in force", OF_A: "out", listed: 1}
    assert chances_after(compiled, row(compiled, out, B=propose, C=propose), listed) == {2: 1.0}
    assert chances_after(compiled, row(compiled, out, B=propose), listed) == {1: 1.0}
    both = row(compiled, {**out, OF_A: "member"}, B=propose, C=propose)
    assert chances_after(compiled, both, listed) == {1: 1.0}, "a member that does not propose holds it up"


def test_the_numbers_of_other_worlds_are_those_of_compilation_where_a_party_may_be_out() -> None:
    """Damages are shared among the members that are left, in every world as in the one that was compiled."""
    ranged = '[[provision]]\ntype = "remedy"\narticle = "11"\namount = { value = 2, low = 1, high = 3 }\n'
    template = Template.of(three('["A", "C"]', ranged).treaty)
    assert template.structure is not None
    for amount in (1.25, 2.7):
        there = template.compiled({"remedy.amount": amount})
        assert there.game.digest == three('["A", "C"]', ranged.replace("value = 2", f"value = {amount}")).game.digest
    assert template.recompiled == 0


# The sign of notice is open: R = 2, T = 3 (of B in the second treaty 6), S = -1, P = 0, discount factor 1/2.


PAIR = (FILES / "no_exit.toml").read_text().split("[[provision]]")[0].replace("exit = false\n", "")


@pytest.mark.parametrize(("years", "kept"), [(0, False), (1, False), (2, True)])
def test_short_notice_breaks_a_treaty_that_a_party_would_sooner_be_out_of(years: int, kept: bool) -> None:
    """Outside A has 2.5 a year: breach, notice, n years of mutual breach, exit: 3 + 2.5 / 2^n against 2 / (1 - 1/2)."""
    found = Answers(read_treaty_text(f'{PAIR}[[provision]]\ntype = "withdrawal"\nnotice_years = {years}')).text.verdict(
        "none"
    )
    assert found.margin == pytest.approx(4 - 3 - 2.5 / 2**years, abs=1e-9)
    assert (found.verdict == "sustainable") == kept


@pytest.mark.parametrize(("years", "kept"), [(0, True), (1, False), (2, False)])
def test_short_notice_supports_a_treaty_in_which_leaving_is_what_answers_a_breach(years: int, kept: bool) -> None:
    """Outside A has 1 a year and B -5: a breach of B wins 6, A gives notice the year after: 6 - 5 / 2^(n + 1) > 4."""
    text = PAIR.replace("outside_option = 2.5", "outside_option = 1").replace(
        "temptation = { A = 3, B = 3 }", "temptation = { A = 3, B = 6 }"
    )
    text = text.replace('name = "Borduria"\n', 'name = "Borduria"\noutside_option = -5\n')
    clause = f'[[provision]]\ntype = "withdrawal"\nnotice_years = {years}\nholder = "A"'
    assert (Answers(read_treaty_text(text + clause)).text.verdict("none").verdict == "sustainable") == kept


LEAVING = 'type = "withdrawal"\nnotice_years = {}'


@pytest.mark.behaviour("withdrawal")
@pytest.mark.parametrize(("years", "gain"), [(0, 3.0), (1, 1.8), (2, 1.08)])
def test_notice_delays_what_leaving_wins(years: int, gain: float) -> None:
    """B earns 1 a year inside and 3 outside: it wins 2 a year, 2 / 0.4 * 0.6 = 3 without notice, 0.6 of that a year."""
    treaty = with_terms(plus(LEAVING.format(years)), {"party.B.outside_option": 3})
    compiled = compile_treaty(treaty)
    leaves = row(compiled, {STATUS: "in force"}, B={EXIT: "give notice"})
    assert worth(compiled, leaves)[1] - start(compiled)[1] == pytest.approx(gain, abs=1e-9)


@pytest.mark.law("withdrawal")
@pytest.mark.parametrize("seed", range(4))
def test_each_year_of_notice_discounts_what_leaving_wins_or_loses_once_more_where_all_comply_in_it(seed: int) -> None:
    """Whatever payoffs are, as long as years are alike; it can be a gain or a loss."""
    found = []
    for years in (0, 1, 2):
        compiled = compile_treaty(drawn(seed, LEAVING.format(years)))
        leaves = row(compiled, {STATUS: "in force"}, A={EXIT: "give notice"})
        found.append(worth(compiled, leaves) - start(compiled))
    discount = np.asarray(compiled.game.discount)
    assert found[1] == pytest.approx(found[0] * discount, abs=1e-9)
    assert found[2] == pytest.approx(found[1] * discount, abs=1e-9)
