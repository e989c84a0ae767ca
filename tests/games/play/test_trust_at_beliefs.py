"""Least trust where beliefs drift, against the trust cases, closed forms and beliefs followed one by one."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from games.certificates.faults import Fault
from games.certificates.typed import BeliefIntervals
from games.certificates.typed.belief_ranges import within
from games.certificates.typed.evaluation import evaluate_rule
from games.files.typed_file import read_typed_game, typed_to_json
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import GameError, repeated_game, stochastic_game
from games.model.typed_game import PartyType, TypedGame, TypeRule
from games.model.typed_rule import TypedRule
from games.play import trust_values
from games.play.drifting_beliefs import DriftingBeliefs
from games.play.reached_beliefs import reached_intervals
from games.play.trust_at_beliefs import least_common, least_trust
from games.play.trust_paths import trust_path
from tests.support.hidden_types import (
    STAGE,
    cheap_first_year,
    dilemma,
    flagged,
    strikes,
    with_bad_partner,
    worth_over_years,
)

F = Fraction
STEP = F(1, 10**6)


def _accepted(typed: TypedGame, rule: TypedRule) -> bool:
    """Whether the rule is proved an equilibrium; else it is proved to be none."""
    found = DriftingBeliefs(typed, rule).certificate()
    assert found is not None
    report = found.check(typed)
    assert report.accepted, report
    return isinstance(found, BeliefIntervals)


# Case forgiving_rules_need_more_trust; three flags by the same algebra: odds fall to an eighth with every flag.
@pytest.mark.parametrize(("allowed", "least"), [(0, F(950, 6813)), (1, F(7600, 13463)), (2, F(60800, 66663))])
def test_forgiving_rules_need_more_trust(allowed: int, least: Fraction) -> None:
    typed = with_bad_partner(flagged("9/10"), F(1, 2))
    rule = strikes(typed, allowed)
    found = least_trust(DriftingBeliefs(typed, rule), 1, [0])
    assert found.least == (least, least) and found.greatest == (F(1), F(1))
    assert found.binding is not None and found.binding.path == ((1, 0),) * allowed
    assert _accepted(with_bad_partner(typed.game, least), rule)
    assert not _accepted(with_bad_partner(typed.game, least - STEP), rule)


def test_the_partner_watched_by_flags_loses_by_cheating() -> None:
    typed = with_bad_partner(flagged("9/10"), F(1, 2))
    drift = DriftingBeliefs(typed, strikes(typed, 0))
    (cheating,) = (x for x in drift.temptations if x.player == 1 and x.node == 0)
    assert cheating.slack == {(0, 0): F(107, 190)}


# Case turnover_hidden_replacement: after a clean year the government is reliable with this chance.
@pytest.mark.parametrize(("reliable", "least"), [("2/3", "2/3"), ("3/4", "7/15"), ("9/10", "13/51"), ("1", "1/6")])
def test_hidden_replacement_asks_for_trust_at_signature(reliable: str, least: str) -> None:
    r, least_of = F(reliable), F(least)
    changing = ((r, 1 - r), (F(1, 5), F(4, 5)))                        # what bad governments turn into plays no part
    typed = with_bad_partner(dilemma("3/4"), F(1, 2), changing)
    rule = strikes_of_all_seen(typed)
    assert least_trust(DriftingBeliefs(typed, rule), 1, [0]).least == (least_of, least_of)
    assert _accepted(with_bad_partner(typed.game, least_of, changing), rule)
    assert not _accepted(with_bad_partner(typed.game, least_of - STEP, changing), rule)


def test_below_two_thirds_a_year_nothing_at_signature_helps() -> None:
    r = F(2, 3) - STEP
    typed = with_bad_partner(dilemma("3/4"), F(1), ((r, 1 - r), (r, 1 - r)))
    found = least_trust(DriftingBeliefs(typed, strikes_of_all_seen(typed)), 1, [0])
    assert found.least is None and found.why == "no trust at signature is enough"
    assert not _accepted(typed, strikes_of_all_seen(typed))


def test_redrawn_every_year() -> None:
    """Case turnover_redrawn_every_year: 2/3 in every year, once and for all 1/6."""
    for r, fine in ((F(2, 3), True), (F(2, 3) - STEP, False)):
        typed = with_bad_partner(dilemma("3/4"), r, ((r, 1 - r), (r, 1 - r)))
        assert _accepted(typed, strikes_of_all_seen(typed)) is fine
    once = with_bad_partner(dilemma("3/4"), F(1, 2))
    assert least_trust(DriftingBeliefs(once, strikes_of_all_seen(once)), 1, [0]).least == (F(1, 6), F(1, 6))


@pytest.mark.parametrize(("detection", "least"), [(0.125, "7/15"), (0.5, "1/3"), (0.75, "1/5")])
def test_transparency_learns_faster(detection: float, least: str) -> None:
    typed = with_bad_partner(cheap_first_year(detection), F(1, 2))
    rule, right = strikes(typed, 0), F(least)
    assert least_trust(DriftingBeliefs(typed, rule), 1, [0]).least == (right, right)
    assert _accepted(with_bad_partner(typed.game, right), rule)
    assert not _accepted(with_bad_partner(typed.game, right - STEP), rule)


def test_below_an_eighth_even_the_normal_partner_cheats_unseen() -> None:
    typed = with_bad_partner(cheap_first_year(0.125 - 1e-6), F(1, 2))
    found = least_trust(DriftingBeliefs(typed, strikes(typed, 0)), 1, [0])
    assert found.least is None and "pays whatever is believed" in found.why


# Case learning_speed: a bad type shows itself with chance b a year.
@pytest.mark.parametrize(("shows", "years", "posterior"), [
    (0.25, 8, "65536/124585"), (0.5, 4, "16/25"), (0.9, 1, "10/19")])
def test_trust_grows_over_clean_years(shows: float, years: int, posterior: str) -> None:
    typed = with_bad_partner(flagged("9/10", shows, 0), F(1, 10))
    path = trust_path(DriftingBeliefs(typed, strikes(typed, 0)).nodes, 1, [0], years)
    assert path[years].low == path[years].high == F(posterior)
    assert path[years - 1].high < F(1, 2) <= path[years].low
    assert path[0].shows == (F(str(shows)), F(str(shows)))


def test_the_lowest_trust_after_clean_years_counts_flags_before_nothing() -> None:
    """With hidden replacement trust after clean years tends to what a new government earns."""
    typed = with_bad_partner(flagged("9/10", 0.5, 0), F(9, 10), ((F(9, 10), F(1, 10)), (F(1, 2), F(1, 2))))
    path = trust_path(DriftingBeliefs(typed, strikes(typed, 0)).nodes, 1, [0], 30)
    belief = F(9, 10)
    for after in path:
        assert after.low == after.high == belief
        belief = belief / (belief + (1 - belief) / 2)
        belief = belief * F(9, 10) + (1 - belief) / 2


def test_values_agree_with_beliefs_followed_one_by_one() -> None:
    """Seven years of every outcome against values by type: they differ by no more than what comes later can."""
    years = 7
    changing = ((F(4, 5), F(1, 5)), (F(1, 3), F(2, 3)))
    typed = with_bad_partner(flagged("1/2"), F(7, 10), changing)
    drift = DriftingBeliefs(typed, strikes(typed, 1))
    belief = typed.prior[1]
    for one in (x for x in drift.temptations if x.player == 0):
        kept, left = (worth_over_years(drift.nodes, 0, 0, years, belief, action, 1, one.node)
                      for action in (None, one.action))
        slack = sum((b * one.slack[0, t] for t, b in enumerate(belief)), F(0))
        assert abs((kept - left) / 2 - slack) <= 2 * 3 * F(1, 2) ** years


def test_where_flags_are_forgiven_for_ever_only_certainty_is_enough() -> None:
    """Flag after flag beliefs fall as low as one likes: no trust short of 1 is enough, and the end is a bracket."""
    tame = flagged("9/10")
    payoffs = tame.payoffs.copy()
    payoffs[:, 1] = [2, 2, 0, 0]                                       # B as described has nothing to gain by a breach
    typed = with_bad_partner(replace(tame, payoffs=payoffs), F(1, 2))
    forgiving = replace(strikes(typed, 0), next_mode=np.array([[0, 0, 1, 1], [1, 1, 1, 1]]))
    found = least_trust(DriftingBeliefs(typed, forgiving), 1, [0])
    assert found.least is not None and found.binding is not None
    refused, accepted = found.least
    assert refused < accepted == 1 and refused > 1 - F(2, 10**9)
    assert len(found.binding.path) > 8 and set(found.binding.path) == {(1, 0)}


def strikes_of_all_seen(typed: TypedGame) -> TypedRule:
    """Both comply until somebody breaches."""
    return replace(strikes(typed, 0), next_mode=np.array([[0, 1, 1, 1], [1, 1, 1, 1]]))


def test_a_signal_that_speaks_of_two_players_is_refused_by_name() -> None:
    somebody = np.array([[0.9, 0.1], [0.2, 0.8], [0.2, 0.8], [0.2, 0.8]])
    game = replace(dilemma("9/10"), monitoring=PublicMonitoring(signals=(("quiet", "alarm"),), law=(somebody,)))
    breaches = TypeRule(("-",), 0, np.ones((1, 1), dtype=np.int64), np.zeros((1, 2), dtype=np.int64))
    typed = TypedGame(game, ((PartyType("A"),), (PartyType("B"), PartyType("bad", breaches))),
                      ((F(1),), (F(1, 2), F(1, 2))))
    action = np.array([[0], [1]])
    rule = TypedRule(("comply", "over"), 0, ((action,), (action, None)), np.array([[0, 1], [1, 1]]))
    with pytest.raises(ValueError, match="signal 'quiet': what it says of P2 depends on what others do"):
        DriftingBeliefs(typed, rule)


def test_three_types_give_a_polygon_of_beliefs() -> None:
    """Case trust_region_three_types, all seen: 17/10 normal - 1/10 breacher - keeper ≥ 0."""
    game, none = dilemma("9/10"), np.zeros((1, 4), dtype=np.int64)
    kinds = (PartyType("B"), PartyType("breaches", TypeRule(("-",), 0, np.array([[1]]), none)),
             PartyType("keeps", TypeRule(("-",), 0, np.array([[0]]), none)))
    edge = (F(3, 10), F(19, 90), F(22, 45))
    action = np.array([[0], [1]])
    rule = TypedRule(("comply", "over"), 0, ((action,), (action, None, None)), np.array([[0, 1, 1, 1], [1, 1, 1, 1]]))
    for shift, fine in ((F(0), True), (STEP, False)):
        prior = (edge[0] - shift, edge[1], edge[2] + shift)
        typed = TypedGame(game, ((PartyType("A"),), kinds), ((F(1),), prior))
        assert _accepted(typed, rule) is fine


def test_three_types_under_noise_and_replacement() -> None:
    """The exact least trust in a partner with a third type, on either side of it."""
    game, none = flagged("9/10"), np.zeros((1, 4), dtype=np.int64)
    kinds = (PartyType("B"), PartyType("breaches", TypeRule(("-",), 0, np.array([[1]]), none), kind="breaches"),
             PartyType("keeps", TypeRule(("-",), 0, np.array([[0]]), none), kind="keeps"))
    stays = tuple(tuple(F(9, 10) * (t == u) + F(1, 10) * p for u, p in enumerate((F(7, 10), F(1, 5), F(1, 10))))
                  for t in range(3))
    typed = TypedGame(game, ((PartyType("A"),), kinds), ((F(1),), (F(3, 5), F(3, 10), F(1, 10))),
                      replacement=(None, stays))
    rule = replace(strikes(typed, 1))
    found = least_trust(DriftingBeliefs(typed, rule), 1, [0, 2])
    assert found.least is not None and found.least[0] == found.least[1]
    (least, _) = found.least
    for trust, fine in ((least, True), (least - STEP, False)):
        prior = (trust * F(6, 7), 1 - trust, trust / 7)
        assert _accepted(replace(typed, prior=(typed.prior[0], prior)), rule) is fine


def test_reached_intervals_hold_what_is_reached_and_little_more() -> None:
    changing = ((F(9, 10), F(1, 10)), (F(1, 5), F(4, 5)))
    typed = with_bad_partner(flagged("9/10"), F(3, 4), changing)
    nodes = DriftingBeliefs(typed, strikes(typed, 2)).nodes
    found = reached_intervals(nodes, 1)
    seen: list[list[Fraction]] = [[typed.prior[1][0]], *([] for _ in nodes.nodes[1:])]
    beliefs = {(0, typed.prior[1])}
    for _ in range(6):
        beliefs = {(after, nodes.posterior(k, 1, b, z)) for k, b in beliefs for z, after in nodes.after[k].items()}
        for k, b in beliefs:
            assert within(b, found[k])
            seen[k].append(b[0])
    for corners, beliefs_there in zip(found, seen, strict=True):
        assert min(c[0] for c in corners) > min(beliefs_there) - F(1, 20)
        assert max(c[0] for c in corners) < max(beliefs_there) + F(1, 20)


def test_three_players_are_bracketed_by_certificates() -> None:
    """Case three_parties_multilinear with beliefs: l² ≥ 1/2 for two unreliable partners, l ≥ 1/2 if one is sure."""
    table = np.zeros((2, 2, 2, 3))
    for a in np.ndindex(2, 2, 2):
        for i in range(3):
            share = (2 - sum(a[j] for j in range(3) if j != i)) / 2
            table[(*a, i)] = (0 + 3 * share) if a[i] else (-1 + 3 * share)
    game = repeated_game(table, discount=F(1, 2))
    bad = PartyType("bad", TypeRule(("-",), 0, np.ones((1, 1), dtype=np.int64), np.zeros((1, 8), dtype=np.int64)))
    normal = PartyType("normal")
    action = np.array([[0], [1]])
    rule = TypedRule(("comply", "over"), 0, ((action,), (action, None), (action, None)),
                     np.array([[0] + [1] * 7, [1] * 8]))

    def typed(trust: Fraction, other: Fraction) -> TypedGame:
        return TypedGame(game, ((normal,), (normal, bad), (normal, bad)),
                         ((F(1),), (trust, 1 - trust), (other, 1 - other)))

    assert _accepted(typed(F(70711, 100000), F(70711, 100000)), rule)
    assert not _accepted(typed(F(70710, 100000), F(70710, 100000)), rule)
    drift = DriftingBeliefs(typed(F(4, 5), F(4, 5)), rule)
    found = least_trust(drift, 1, [0])
    assert found.least is not None
    refused, accepted = found.least
    assert refused <= F(5, 8) <= accepted and accepted - refused <= F(1, 10**9)
    alike = least_common(drift, [[0], [0], [0]]).least
    assert alike is not None
    refused, accepted = alike
    assert 2 * refused**2 < 1 <= 2 * accepted**2 and accepted - refused <= F(1, 10**9)




def test_without_noise_it_is_the_trust_that_living_sets_give() -> None:
    """Where all is seen and types stay, beliefs are sets of living types: two ways to the same least trust."""
    draw, inside = np.random.default_rng(7), 0
    for _ in range(12):
        states = 2
        payoffs = [[[[2, 2], [-1, 3]], [[3, -1], [0, 0]]] for _ in range(states)]
        stage = np.array(payoffs, dtype=float) + draw.integers(-1, 2, (states, 2, 2, 2)) / 4
        law = draw.integers(1, 4, (states, 2, 2, states)).astype(float)
        exact = [[[[F(int(x), int(sum(row))) for x in row] for row in cells] for cells in table] for table in law]
        game = stochastic_game(list(stage), exact, discount=F(4, 5))
        rows = np.arange(4 * states)
        action = np.repeat(np.array([[0], [1]]), states, axis=1)
        moves = np.stack([np.where(rows % 4 == 0, 0, 1), np.ones(4 * states, dtype=np.int64)])
        typed = with_bad_partner(game, F(1, 2))
        rule = TypedRule(("comply", "over"), 0, ((action,), (action, None)), moves)
        found = evaluate_rule(typed, rule)
        assert not isinstance(found, Fault)
        drifting = least_trust(DriftingBeliefs(typed, rule), 1, [0])
        assert _accepted(typed, rule) is (found.paying(typed.prior) is None)
        living = trust_values.least_trust(found, 0, 1)
        if drifting.least is not None:
            assert living is None or not living.empty
            right = F(0) if living is None or living.least is None else living.least.value
            assert drifting.least == (right, right)
            inside += 0 < right < 1
    assert inside > 3


def test_replacement_may_differ_by_state_and_is_written_to_files() -> None:
    """In the first year half of the good are replaced by bad ones, later nobody is."""
    game = stochastic_game([STAGE, STAGE], [np.array([[[0, 1]] * 2] * 2)] * 2, discount=F(3, 4))
    still, moving = ((F(1), F(0)), (F(0), F(1))), ((F(1, 2), F(1, 2)), (F(0), F(1)))
    types = with_bad_partner(game, F(1, 2)).types
    typed = TypedGame(game, types, ((F(1),), (F(1, 2), F(1, 2))), replacement=(None, (moving, still)))
    again = read_typed_game(typed_to_json(typed))
    assert again.digest == typed.digest and again.replaced(1, 0) == moving and again.replaced(1, 1) == still
    action = np.array([[0, 0], [1, 1]])
    rule = TypedRule(("comply", "over"), 0, ((action,), (action, None)), np.array([[0, 1, 1, 1] * 2, [1] * 8]))
    # From year 2 on a good partner is worth 2, a bad one -1/4; year 1: b (1/2 + 3/4 V) - (1 - b)/4 ≥ 3b/4.
    found = least_trust(DriftingBeliefs(typed, rule), 1, [0])
    value = F(1, 2) * 2 - F(1, 2) * F(1, 4)
    assert found.least == (F(1, 4) / (F(1, 2) + F(3, 4) * value + F(1, 4) - F(3, 4)),) * 2
    with pytest.raises(GameError, match="replacement of 'P2': 1 matrices for 2 states"):
        TypedGame(game, types, typed.prior, replacement=(None, (moving,)))
    with pytest.raises(GameError, match="replacement of 'P2': it is empty"):
        TypedGame(game, types, typed.prior, replacement=(None, ()))
