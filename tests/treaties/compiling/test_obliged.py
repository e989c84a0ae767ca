"""Who owes what in a matter: whoever owes nothing has nothing to decide and is never in breach, by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.support.small_treaties import FILES, row
from treaties.assessing.answers import Answers
from treaties.assessing.assess import assess
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.payoffs import spillover
from treaties.effects import NO_DUTY, OUT, STATUS, Enforced, membership_variable
from treaties.linting import clauses as linting
from treaties.model.treaty import Treaty
from treaties.reading.among import among
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import apply_variant, with_terms

END_USE = (FILES / "obliged.toml").read_text()
BARE = END_USE.split("[[event]]")[0] + "[[matter]]" + END_USE.split("[[matter]]")[1].split("[[provision]]")[0]
"""A alone is obliged: 4 if it complies, 6 if it does not, 1 while the matter is out of force; B has 3, -1 and 0."""
VETO = "[[provision]]" + END_USE.split("[[provision]]")[1].split("[[variant]]")[0]
SURVIVES = {True: '["end_use"]', False: "[]"}
START: dict[str, str | int | float] = {STATUS: "in force"}
THREE = """schema = "servanda-treaty/1"
title = "Three"
payoff_unit = "points per year"
exit = false

[[party]]
id = "A"
name = "Arcadia"
discount = 0.6

[[party]]
id = "B"
name = "Borduria"
discount = 0.6

[[party]]
id = "C"
name = "Cordova"
discount = 0.6

[[matter]]
id = "trade"
obliged = ["A", "B"]
reward = { A = 4, B = 5, C = 8 }
temptation = { A = 6, B = 9 }
sucker = { A = -1, B = -2, C = 2 }
punishment = { A = 0, B = 1 }
"""


def at_home(text: str) -> Treaty:
    """A text from which nobody may leave."""
    return read_treaty_text(text.replace("\n[[party]]", "\nexit = false\n\n[[party]]", 1))


def earned(compiled: CompiledTreaty, **moves: dict[str, str]) -> list[float]:
    out: list[float] = compiled.game.payoffs[row(compiled, START, **moves)].tolist()
    return out


def test_reward_and_sucker_are_what_the_conduct_of_the_obliged_is_worth_to_who_owes_nothing() -> None:
    compiled = compile_treaty(at_home(BARE + VETO))
    assert earned(compiled) == [4, 3] and earned(compiled, A={"end_use": "breach"}) == [6, -1]
    for conduct in ("comply", "breach"):
        vetoed = {"A": {"end_use": conduct}, "B": {"end_use": "veto"}}
        assert earned(compiled, **vetoed) == [1, 0], "out of force nobody's cooperation pays"


def test_who_owes_nothing_has_one_move_and_the_game_is_smaller() -> None:
    one = compile_treaty(at_home(BARE))
    both = compile_treaty(apply_variant(at_home(END_USE), at_home(END_USE).variant("Both are obliged")))
    assert one.game.n_rows == 2 and one.game.action_counts.tolist() == [[2, 1]]
    assert one.game.actions[0][1] == ("-",), "nothing is told of who has nothing to decide"
    assert both.game.action_counts[both.game.initial].tolist() == [2, 3]


def test_nobody_answers_a_breach_where_the_other_side_owes_nothing_and_has_no_right() -> None:
    """A wins 6 - 4 in this and in every later year, as nothing follows: (4 - 6) / 0.4 in all."""
    found = Answers(at_home(BARE)).text.verdict("none")
    assert found.verdict == "unsustainable" and found.margin == pytest.approx(-5)


def test_a_right_of_who_owes_nothing_is_what_holds_the_obliged() -> None:
    """Stopping deliveries for good leaves A 1 a year: 4 / 0.4 against 6 + 1 * 0.6 / 0.4, 2.5 to spare."""
    treaty = at_home(BARE + VETO)
    found = assess(treaty, variants=False, region=False)
    assert found.verdict == "sustainable" and found.margin == pytest.approx(2.5, abs=1e-6)
    assert found.certificate is not None and found.certificate.checked
    assert [value.compliance for value in found.values] == pytest.approx([4, 3])


def test_obliging_everybody_is_saying_nothing_in_any_order() -> None:
    text = (
        THREE.replace('obliged = ["A", "B"]\n', "")
        .replace("B = 9 }", "B = 9, C = 9 }")
        .replace("B = 1 }", "B = 1, C = 1 }")
    )
    said = {names: text.replace('id = "trade"\n', f'id = "trade"\nobliged = {names}\n', 1)
            for names in ('["A", "B", "C"]', '["C", "A", "B"]')}  # fmt: skip
    digests = {compile_treaty(read_treaty_text(each)).game.digest for each in (text, *said.values())}
    assert len(set(said.values())) == 2 and len(digests) == 1


@pytest.mark.parametrize("conduct", list(itertools.product(["comply", "breach"], repeat=2)))
def test_who_owes_nothing_counts_as_complying_and_earns_from_the_obliged_alone(conduct: tuple[str, str]) -> None:
    compiled = compile_treaty(read_treaty_text(THREE))
    a, b = (move == "comply" for move in conduct)
    got = earned(compiled, A={"trade": conduct[0]}, B={"trade": conduct[1]})
    share = {"A": (b + 1) / 2, "B": (a + 1) / 2, "C": (a + b) / 2}
    paid = {"A": (4, 6, -1, 0), "B": (5, 9, -2, 1)}
    wanted = [
        sucker + share[who] * (reward - sucker) if complies else punishment + share[who] * (temptation - punishment)
        for who, complies in (("A", a), ("B", b))
        for reward, temptation, sucker, punishment in (paid[who],)
    ]
    assert got == pytest.approx([*wanted, 2 + share["C"] * (8 - 2)], abs=1e-12)


def test_without_anybody_who_is_obliged_the_matter_is_out_of_force() -> None:
    """C has no punishment of its own: what it earns without anybody's cooperation is its sucker's payoff."""
    two = among(read_treaty_text(THREE), ["A", "C"])
    assert compile_treaty(two).game.n_rows == 2
    nobody = among(read_treaty_text(THREE.replace('["A", "B"]', '"B"')), ["A", "C"])
    compiled = compile_treaty(nobody)
    assert compiled.game.n_rows == 1 and compiled.game.payoffs.tolist() == [[0, 2]]
    with_number = THREE.replace('["A", "B"]', '"B"').replace("punishment = { A = 0, B = 1 }",
                                                             "punishment = { A = 0, B = 1, C = 0.5 }")  # fmt: skip
    compiled = compile_treaty(among(read_treaty_text(with_number), ["A", "C"]))
    assert compiled.game.payoffs.tolist() == [[0, 0.5]]


def test_when_the_only_one_obliged_leaves_the_matter_is_out_of_force_for_the_rest() -> None:
    text = THREE.replace("exit = false\n", "").replace('["A", "B"]', '"B"') + (
        '[[provision]]\ntype = "withdrawal"\narticle = "21"\nnotice_years = 0\nsurvives_exit_of = ["A", "B"]\n'
    )
    compiled = compile_treaty(read_treaty_text(text))
    without_a = row(compiled, {"membership of A": "out", "membership of B": "member"})
    assert compiled.game.payoffs[without_a].tolist() == [0, 5, 8], "two are left, and one of them is obliged"
    without_b = row(compiled, {"membership of B": "out", "membership of A": "member"})
    assert compiled.game.payoffs[without_b].tolist() == [0, 0, 2]
    assert compiled.columns.vetoed["trade"][without_b] and not compiled.columns.vetoed["trade"][without_a]


@pytest.mark.parametrize("survives", [True, False])
def test_after_the_end_who_owes_nothing_earns_what_survives_and_its_outside_option_for_what_is_closed(
    survives: bool,
) -> None:
    coal = '\n[[matter]]\nid = "coal"\nobliged = "B"\nreward = { A = 2, B = 1 }\ntemptation = { B = 2 }\n' \
        "sucker = { A = 0, B = 0 }\npunishment = { B = 0 }\n"  # fmt: skip
    term = f'[[provision]]\ntype = "sunset"\narticle = "9"\nterm_years = 1\nsurvives = {SURVIVES[survives]}\n'
    text = BARE.replace('name = "Borduria"', 'name = "Borduria"\noutside_option = 10')
    compiled = compile_treaty(at_home(text + coal + term))
    ended: dict[str, str | int | float] = {STATUS: "ended"}
    for conduct, a, b in (("comply", 4, 3), ("breach", 6, -1)) if survives else ():
        k = row(compiled, ended, A={"end_use": conduct})
        assert compiled.game.payoffs[k].tolist() == [a, b + 5], "half of Borduria's outside option for coal"
    if not survives:
        assert compiled.game.payoffs[row(compiled, ended)].tolist() == [0, 10]
    assert compiled.game.payoffs[row(compiled, {STATUS: "in force"})].tolist() == [4 + 2, 3 + 1]


def test_who_owes_nothing_and_stays_away_gains_from_a_public_good_what_the_obliged_do_for_it() -> None:
    """C has 8 when A and B comply and 2 when neither does: 6 more than nothing when both do, 3 when one does."""
    text = read_treaty_text(THREE + "excludable = false\n")
    two = among(text, "AB")
    compiled = compile_treaty(two)
    gained = spillover(two, [], text.party("C"), text.matter("trade"), compiled.columns)
    assert [gained[row(compiled, START, **moves)] for moves in ({}, {"A": {"trade": "breach"}})] == [6, 3]
    assert earned(compiled) == [4, 5], "it owes nothing, so that it is not missed"


def test_who_owes_nothing_and_has_left_a_public_good_is_to_the_others_as_one_that_never_signed() -> None:
    """Both comply: 4 and 5.  One breaches: 6 and -2, or -1 and 9; neither complies: 0 and 1."""
    leave = (
        '[[provision]]\ntype = "withdrawal"\narticle = "1"\nholder = "C"\nsurvives_exit_of = "C"\nnotice_years = 0\n'
    )
    compiled = compile_treaty(read_treaty_text(THREE + "excludable = false\n" + leave))
    without = compile_treaty(among(read_treaty_text(THREE + "excludable = false\n"), ("A", "B")))
    out = {STATUS: "in force", membership_variable("C"): OUT}
    for (a, b), earned in {
        ("comply", "comply"): (4, 5),
        ("breach", "comply"): (6, -2),
        ("comply", "breach"): (-1, 9),
        ("breach", "breach"): (0, 1),
    }.items():
        moves = {"A": {"trade": a}, "B": {"trade": b}}
        assert compiled.game.payoffs[row(compiled, out, **moves)][:2].tolist() == list(earned)
        assert without.game.payoffs[row(without, START, **moves)].tolist() == list(earned)


def test_costs_of_complying_fall_on_the_obliged_alone_and_damages_on_everybody_wronged() -> None:
    costly = '\n[[event]]\nid = "shock"\nstarts = true\nenter = 1\nstay = 1\n' \
        "cost_of_complying = { A = 1, B = 1, C = 1 }\n"  # fmt: skip
    sceptic = '\n[[provision]]\ntype = "turnover"\nparty = "C"\nstarts = "sceptic"\nto_sceptic = 1\nto_friendly = 0\n' \
        "sceptic_cost_of_complying = 3\nsceptic_reward_change = -0.5\n"  # fmt: skip
    remedy = '\n[[provision]]\ntype = "remedy"\narticle = "9"\namount = 6\n'
    compiled = compile_treaty(read_treaty_text(THREE + costly + sceptic + remedy))
    state: dict[str, str | int | float] = {"event shock": "yes", "government of C": "sceptic"}
    assert compiled.game.payoffs[row(compiled, state)].tolist() == [3, 4, 7.5]
    breached = compiled.game.payoffs[row(compiled, state, A={"trade": "breach"})]
    assert breached.tolist() == [6 - 6, -2 + 0.5 * 7 - 1 + 3, 5 + 3]
    assert {effect.payer for effect in compiled.effects if isinstance(effect, Enforced)} == {"A", "B"}


@pytest.mark.parametrize(
    "clause",
    [
        'type = "audit"\ncoverage = 0.5\ndetection = 0.9',
        'type = "transparency"\nprecision = 0.9',
        'type = "data_exchange"\nverifiable_share = 0.9',
    ],
)
def test_examinations_look_at_the_obliged_alone_and_so_do_yearly_flags(clause: str) -> None:
    noisy = THREE + "observability = { detection = 0.8, false_alarm = 0.1 }\n"
    seen = compile_treaty(read_treaty_text(f'{noisy}[[provision]]\n{clause}\nmatter = "trade"\n')).seen
    assert seen is not None
    assert [signal.party for signal in seen.observation.signals] == ["A", "A", "B", "B"]
    assert seen.observation.unseen == {("A", "trade"), ("B", "trade")}


def test_an_end_use_check_of_the_recipient_follows_a_supplier_that_owes_nothing() -> None:
    check = '[[provision]]\ntype = "end_use_monitoring"\narticle = "5"\nmatter = "end_use"\nrecipient = "A"\n' \
        'supplier = "B"\ndetection = 0.9\nfalse_alarm = 0.1\ncost = 0.25\n'  # fmt: skip
    compiled = compile_treaty(at_home(BARE + 'observability = "private"\n' + VETO + check))
    assert earned(compiled) == [4, 2.75], "what is supplied is checked"
    assert earned(compiled, B={"end_use": "veto"}) == [1, 0], "what is not supplied is not"


def test_a_table_is_nested_over_the_obliged_in_the_order_of_the_parties() -> None:
    treaty = read_treaty(FILES / "obliged_table.toml")
    compiled = compile_treaty(treaty)
    options = ("none", "some", "all")
    for (i, a), (j, c) in itertools.product(enumerate(options), repeat=2):
        got = earned(compiled, A={"transfers": a}, C={"transfers": c})
        assert got == [np.array(treaty.matter("transfers").table_of(party))[i, j] for party in "ABC"]
    assert compiled.columns.options["B", "transfers"] == (NO_DUTY,)


def test_lint_asks_of_who_owes_nothing_only_whether_it_gains() -> None:
    quiet = [str(found) for found in linting.lint(read_treaty_text(THREE))]
    assert not any("Cordova" in found for found in quiet)
    (said,) = [f for f in linting.lint(with_terms(read_treaty_text(THREE), {"matter.trade.reward.C": 2}))
               if "Cordova" in f.problem and "owes nothing" in f.problem]  # fmt: skip
    assert said.place == "matter.trade.reward.C" and said.severity == "warning"


@pytest.mark.parametrize("seed", range(6))
def test_what_the_obliged_earn_does_not_depend_on_the_numbers_of_who_owes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    treaty = read_treaty_text(THREE)
    for name in ("A", "B"):
        punishment, reward = sorted(rng.uniform(-3, 3, 2))
        treaty = with_terms(treaty, {
            f"matter.trade.reward.{name}": float(reward), f"matter.trade.punishment.{name}": float(punishment),
            f"matter.trade.temptation.{name}": float(reward + rng.uniform(0, 3)),
            f"matter.trade.sucker.{name}": float(punishment - rng.uniform(0, 3)),
        })  # fmt: skip
    other = with_terms(treaty, {"matter.trade.reward.C": float(rng.uniform(2, 9))})
    one, two = (Answers(text).text.verdict("none") for text in (treaty, other))
    assert one.verdict == two.verdict != "undecided" and one.margin == pytest.approx(two.margin, abs=1e-6)
