"""Known theory comes out of treaties: one test per theorem, its hypotheses in the name."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from games import Plan, StochasticGame, Sustainable, Unsustainable, repeated_game, solve
from games.questions.scan import scan
from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons
from games.solvers.outer_bounds.refutation import threat_bounds
from treaties.assessing import seen_by_all
from treaties.assessing.assess import Assessment, assess
from treaties.compiling.compile import compile_treaty
from treaties.effects import YEAR
from treaties.reading.treaty_file import read_treaty_text

DILEMMA = """
schema = "servanda-treaty/1"
title = "A dilemma"
payoff_unit = "units per year"
{top}
[[party]]
id = "A"
name = "Alpha"
discount = {discount}
outside_option = 0
[[party]]
id = "B"
name = "Beta"
discount = {discount}
outside_option = 0
[[matter]]
id = "m"
reward = {{ A = 2, B = 2 }}
temptation = {{ A = {temptation}, B = {temptation} }}
sucker = {{ A = -1, B = -1 }}
punishment = {{ A = 0, B = 0 }}
{rest}
"""


def dilemma(rest: str = "", *, discount: float = 0.9, temptation: float = 3, top: str = "") -> str:
    return DILEMMA.format(rest=rest, discount=discount, temptation=temptation, top=top)


def assessed(text: str, *, region: bool = False) -> Assessment:
    return assess(read_treaty_text(text, "test.toml"), variants=False, region=region)


def lower_edge(text: str, low: float, high: float) -> float:
    """The least common discount factor at which compliance holds, between two that are given."""
    compiled = compile_treaty(read_treaty_text(text, "test.toml"))
    found = scan(
        lambda discount: seen_by_all.margin(compiled.with_discount(discount)),
        lowest=low, highest=high, step=high - low, tolerance=1e-6,
    )
    assert len(found.intervals) == 1 and found.intervals[0][1] == high
    return found.intervals[0][0]


def test_dilemma_threshold_is_t_minus_r_over_t_minus_p_when_play_never_ends() -> None:
    assert lower_edge(dilemma(), 0.2, 0.6) == pytest.approx(1 / 3, abs=1e-6)
    assert lower_edge(dilemma(temptation=4), 0.2, 0.8) == pytest.approx(2 / 4, abs=1e-6)


@pytest.mark.parametrize("years", [1, 3, 7])
def test_fixed_term_unravels_when_matters_close_and_the_stage_game_has_one_equilibrium(years: int) -> None:
    found = assessed(dilemma(f'[[provision]]\ntype = "sunset"\nterm_years = {years}', discount=0.99))
    assert found.verdict == "unsustainable"
    assert found.certificate is not None and found.certificate.kind == "exclusion" and found.certificate.checked
    assert [rung.verdict for rung in found.ladder] == ["unsustainable"] * 4


def test_fixed_term_holds_when_an_enforced_remedy_takes_away_the_gain_of_a_breach() -> None:
    sunset = '[[provision]]\ntype = "sunset"\nterm_years = 4\n'
    remedy = '[[provision]]\ntype = "remedy"\namount = 1.5\n'
    found = assessed(dilemma(sunset + remedy))
    assert found.verdict == "sustainable" and found.first_rung == 1


def test_automatic_renewal_restores_what_a_fixed_term_loses_above_the_stated_threshold() -> None:
    renewing = '[[provision]]\ntype = "sunset"\nterm_years = 5\nrenewal = { rule = "automatic" }'
    assert lower_edge(dilemma(renewing), 0.2, 0.6) == pytest.approx(1 / 3, abs=1e-6)
    assert assessed(dilemma(renewing, discount=0.4)).verdict == "sustainable"
    assert assessed(dilemma(renewing, discount=0.3)).verdict == "unsustainable"


@pytest.mark.parametrize("chance", [0.5, 0.8])
def test_annual_exogenous_history_independent_renewal_turns_the_threshold_into_its_ratio_to_the_chance(
    chance: float,
) -> None:
    rest = f'[[provision]]\ntype = "sunset"\nterm_years = 1\nrenewal = {{ rule = "chance", probability = {chance} }}'
    assert lower_edge(dilemma(rest), 0.3, 0.95) == pytest.approx(1 / 3 / chance, abs=1e-6)


@pytest.mark.parametrize("notice", [0, 1, 4])
def test_pure_notice_clause_leaves_the_dilemma_threshold_where_it_is(notice: int) -> None:
    rest = f'[[provision]]\ntype = "withdrawal"\nnotice_years = {notice}'
    assert lower_edge(dilemma(rest), 0.2, 0.6) == pytest.approx(1 / 3, abs=1e-6)


def free_offender(length: int, discount: str) -> StochasticGame:
    """After a breach the victim only complies for ``length`` periods, the first among them; the offender is free."""
    reward, temptation, sucker, punishment = 2.0, 3.0, -1.0, 0.0
    stage = {
        ("c", "c"): (reward, reward),
        ("c", "d"): (sucker, temptation),
        ("d", "c"): (temptation, sucker),
        ("d", "d"): (punishment, punishment),
    }
    states = ["open"] + [f"victim {v} bound, {k} left" for v in "AB" for k in range(length - 1, 0, -1)]
    actions: list[tuple[tuple[str, ...], ...]] = []
    payoffs: list[tuple[float, float]] = []
    rows: list[int] = []
    cols: list[int] = []
    for name in states:
        mine = (("c",) if "victim A" in name else ("c", "d"), ("c",) if "victim B" in name else ("c", "d"))
        actions.append(mine)
        for a in mine[0]:
            for b in mine[1]:
                if name == "open":
                    hit = {("d", "c"): "B", ("c", "d"): "A"}.get((a, b))
                    after = f"victim {hit} bound, {length - 1} left" if hit and length > 1 else "open"
                else:
                    left = int(name.split(", ")[1].split()[0])
                    after = "open" if left == 1 else name.replace(f"{left} left", f"{left - 1} left")
                rows.append(len(payoffs))
                cols.append(states.index(after))
                payoffs.append(stage[a, b])
    law = csr_array((np.ones(len(rows)), (rows, cols)), shape=(len(rows), len(states)))
    return StochasticGame(("A", "B"), np.zeros(2), tuple(states), tuple(actions), np.array(payoffs), law).with_discount(
        discount
    )


@pytest.mark.parametrize("length", [1, 2, 3])
def test_threshold_is_the_root_of_order_l_when_the_victim_can_only_comply_for_l_periods_and_the_offender_is_free(
    length: int,
) -> None:
    threshold = (1 / 3) ** (1 / length)
    for shift, kind in ((1e-6, Sustainable), (-1e-6, Unsustainable)):
        game = free_offender(length, repr(threshold + shift))
        allowed = np.ones(game.n_rows, dtype=bool)
        allowed[1:4] = False
        assert isinstance(solve(game).verdict(Plan(game, allowed)), kind)


BENOIT_KRISHNA = """
schema = "servanda-treaty/1"
title = "Two fallbacks"
payoff_unit = "units per year"
exit = false
[[party]]
id = "A"
name = "Alpha"
discount = 0.9
[[party]]
id = "B"
name = "Beta"
discount = 0.9
[[matter]]
id = "m"
options = ["C", "D", "E"]
compliant = ["C"]
[matter.table]
A = [[4, -10, -10], [{c}, {d}, -10], [-10, -10, 3]]
B = [[4, {c}, -10], [-10, {d}, -10], [-10, -10, 3]]
[[provision]]
type = "sunset"
term_years = 8
"""


@pytest.mark.parametrize(("tau", "gamma", "stops"), [(3, 2, 2), (5, 2, 4)])
def test_cooperation_stops_k_years_before_expiry_when_the_stage_game_has_two_equilibria_and_matters_close(
    tau: float, gamma: float, stops: int
) -> None:
    text = BENOIT_KRISHNA.format(c=4 + tau, d=3 - gamma)
    compiled = compile_treaty(read_treaty_text(text, "test.toml"))
    game, years = compiled.game, compiled.state_columns.codes[YEAR]
    operating = compiled.state_columns.operating
    solution = EquilibriumPolygons().solve(game)
    for last, kind in ((8 - stops, Sustainable), (8 - stops + 1, Unsustainable)):
        asked = (operating & (years < last))[game.row_state]
        assert isinstance(solution.verdict(Plan(game, compiled.plan.allowed | ~asked)), kind)
    assert assessed(text).verdict == "unsustainable"


def test_joint_payoff_leaves_the_hull_of_stage_payoffs_when_discount_factors_differ() -> None:
    game = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=[0.5, 0.9])
    vertices = solve(game).payoff_set("s0").vertices
    assert vertices.sum(axis=1).max() == pytest.approx(4.3656, abs=5e-5)


def test_no_party_can_be_held_below_the_least_of_its_stage_minmax_payoffs() -> None:
    rest = '[[provision]]\ntype = "remedy"\namount = 1\ndelay_years = 1'
    for discount in (0.2, 0.5, 0.8):
        game = compile_treaty(read_treaty_text(dilemma(rest, discount=discount), "test.toml")).game
        assert np.all(game.tables.always_had <= threat_bounds(game).min(axis=0) + 1e-12)
