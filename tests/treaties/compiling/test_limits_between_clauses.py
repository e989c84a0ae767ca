"""Limits of one clause in what others make of it: what it announces ends with it, and is about its parties alone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.small_treaties import chances_after, row
from tests.support.what_is_heard import accused
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import NO_DUTY, STATUS, YEARS_IN_FORCE, government_variable
from treaties.reading.treaty_file import read_treaty_text

PARTY = '[[party]]\nid = "{0}"\nname = "{0}land"\ndiscount = 0.5\noutside_option = 0\n'
PAYOFFS = (
    "reward = { A = 2, B = 2 }\ntemptation = { A = 3, B = 3 }\n"
    "sucker = { A = -1, B = -1 }\npunishment = { A = 0, B = 0 }\n"
)
BURDEN = 'type = "inspection_burden"\narticle = "2"\ncost = 1\n'


def compiled(matter: str, *clauses: str) -> CompiledTreaty:
    """Two parties in one matter, given the lines that follow its payoffs, with clauses."""
    head = 'schema = "servanda-treaty/1"\ntitle = "Two"\npayoff_unit = "points per year"\n'
    text = head + "".join(map(PARTY.format, "AB")) + f'[[matter]]\nid = "trade"\n{PAYOFFS}{matter}'
    return compile_treaty(read_treaty_text(text + "".join(f"[[provision]]\n{clause}" for clause in clauses)))


@pytest.mark.parametrize(
    "clause",
    [
        'type = "audit"\narticle = "1"\nmatter = "trade"\ncoverage = 0.5\ndetection = 0.9\napplies_to = "A"\n',
        'type = "red_line"\narticle = "1"\nmatter = "trade"\nthreshold = 0.5\npenalty = 0\nparty = "A"\n',
        'type = "custom"\narticle = "1"\nname = "Watch"\n'
        'signals = [{ name = "watch", party = "A", matter = "trade", values = ["no", "yes"], chances = [0.5] }]\n',
    ],
)
def test_who_is_not_examined_bears_no_burden_of_examination(clause: str) -> None:
    """A alone is examined, with chance 1/2 by the audit and every year by the others, at a cost of 1."""
    game = compiled('observability = "private"\n', clause, BURDEN).game
    chance = 0.5 if "audit" in clause else 1.0
    assert game.payoffs[0].tolist() == [2 - chance, 2]


def test_an_audit_that_never_takes_place_is_announced_to_nobody_and_burdens_nobody() -> None:
    never = 'type = "audit"\narticle = "1"\nmatter = "trade"\ncoverage = 0\ndetection = 0.9\ntiming = "announced"\n'
    hidden = 'observability = "private"\n'
    assert compiled(hidden, never, BURDEN).game.digest == compiled(hidden).game.digest


def test_people_who_know_one_another_see_fewer_slips_of_the_parties_to_which_the_programme_applies() -> None:
    """Of A half the slips are left: flagged with chance 0.1 · 0.9 + 0.9 · 0.1; of B with 0.2 · 0.9 + 0.8 · 0.1."""
    matter = "accident = 0.2\nobservability = { detection = 0.9, false_alarm = 0.1 }\n"
    of = compiled(matter, 'type = "exchange_programme"\narticle = "1"\navoids = 0.5\ncost = 0.1\napplies_to = "A"\n')
    assert np.allclose([accused(of, 0, "A"), accused(of, 0, "B")], [0.18, 0.26], rtol=0, atol=1e-12)


def test_sceptics_are_disarmed_only_while_the_clause_that_disarms_them_applies() -> None:
    """1/5 of governments turn sceptic; 1 - 1/2 · 1/2 of that is left in the first year, all of it from the second."""
    turnover = 'type = "turnover"\narticle = "1"\nparty = "A"\nto_sceptic = 0.2\nto_friendly = 0.5\n'
    turnover += "sceptic_cost_of_complying = 0.5\n"
    access = 'type = "sme_access"\narticle = "2"\nwork = 1\nshare = 0.5\nefficiency_loss = 0.1\ndisarms = 0.5\n'
    of = compiled("", turnover, access + "until_year = 1\n")
    government = government_variable("A")
    for year, sceptic in ((1, 0.15), (2, 0.2)):
        found = chances_after(
            of, row(of, {STATUS: "in force", YEARS_IN_FORCE: year, government: "friendly"}), government
        )
        assert found["sceptic"] == pytest.approx(sceptic, abs=1e-12)


AUDIT = 'type = "audit"\narticle = "1"\nmatter = "trade"\ncoverage = 0.5\ndetection = 0.9\n'
ESCAPE = 'type = "escape_clause"\narticle = "1"\nmatter = "trade"\ncompensation = 1\n'


def test_who_owes_nothing_has_no_duties_to_suspend() -> None:
    """B owes nothing: it has no move, and what A earns cannot depend on it."""
    for holder in ("", 'holder = ["A", "B"]\n'):
        of = compiled('obliged = "A"\n', ESCAPE + holder)
        moves = {choice.names for choice in of.choices if choice.matter == "trade" and choice.party == "B"}
        assert moves == {(NO_DUTY,)}


STOCK = (
    'type = "custom"\narticle = "1"\nname = "Stock"\nstates = [{ name = "stock", values = [1, 2, 3], next = [{ to = "'
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (STOCK + 'stock + 1" }] }]\nwhile = "stock < 3"\n', STOCK + 'min(stock + 1, 3)" }] }]\n'),
        (
            'payoffs = [{ party = "A", amount = "1 / (stock - 1)" }]\nwhile = "stock > 1"\n',
            'payoffs = [{ party = "A", amount = "if(stock > 1, 1 / (stock - 1), 0)" }]\n',
        ),
        (
            'ends = [{ when = "breach", chance = "1 / stock" }]\nwhile = "stock > 1"\n',
            'ends = [{ when = "breach and stock > 1", chance = "1 / stock" }]\n',
        ),
        (
            'ends = [{ when = "breach", chance = "2 * (stock - 2)" }]\nwhile = "stock == 2"\n',
            'ends = [{ when = "breach and stock == 2", chance = 0 }]\n',
        ),
        (
            'signals = [{ name = "said", party = "A", matter = "trade", values = ["no", "x", "y"], '
            'chances = ["stock - 1", "stock - 1"] }]\nwhile = "stock == 1"\n',
            'signals = [{ name = "said", party = "A", matter = "trade", values = ["no", "x", "y"], '
            "chances = [0, 0] }]\n",
        ),
    ],
)
def test_where_a_written_clause_does_not_apply_its_expressions_are_not_worked_out(one: str, other: str) -> None:
    """What would be no amount, chance or value outside the limits of the clause is the same as if it were not asked."""
    stock = () if one.startswith(STOCK) else (STOCK + 'min(stock + 1, 3)" }] }]\n',)
    head = "" if one.startswith(STOCK) else 'type = "custom"\narticle = "2"\nname = "Other"\n'
    assert compiled("", *stock, head + one).game.digest == compiled("", *stock, head + other).game.digest


@pytest.mark.parametrize(
    ("limit", "applies"), [("until_year = 2\n", True), ("until_year = 9\n", True), ("from_year = 3\n", False)]
)
def test_limits_that_lie_beyond_the_last_year_of_the_treaty_hold_in_what_others_make_of_the_clause(
    limit: str, applies: bool
) -> None:
    """The treaty ends with year 2: the clause applies in all of it or in none of it."""
    term, audit = 'type = "sunset"\narticle = "9"\nterm_years = 2\n', AUDIT + limit
    known = 'type = "exchange_programme"\narticle = "3"\navoids = 0.5\n'
    matter = "accident = 0.2\nobservability = { detection = 0.9, false_alarm = 0.1 }\n"
    game = compiled(matter, term, audit, known + limit, BURDEN).game
    rest = (AUDIT, known) if applies else ()
    assert game.digest == compiled(matter, term, *rest, BURDEN).game.digest


def test_a_channel_without_flags_changes_nothing_where_stages_would_follow_what_it_clears() -> None:
    """Everyone sees conduct, so that nobody is ever flagged: payoffs and plan are those without the channel."""
    stages = 'type = "staged_derisking"\narticle = "2"\ngate = "compliance"\non_breach = "roll_back"\n'
    stages += "stages = [{ year = 0, exposure = 1 }, { year = 2, exposure = 0.5 }]\n"
    channel = 'type = "crisis_channel"\narticle = "1"\nmatter = "trade"\nclears = 0.9\nexcuses = 0.2\n'
    with_channel, without = compiled("", channel, stages), compiled("", stages)
    assert with_channel.game.payoffs.tolist() == without.game.payoffs.tolist()
    assert with_channel.game.transition.toarray().tolist() == without.game.transition.toarray().tolist()
    assert with_channel.compliance.tolist() == without.compliance.tolist()
