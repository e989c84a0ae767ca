"""Cases of beliefs that signals or unseen changes move."""

from __future__ import annotations

from functools import partial
from typing import Any

from games.play.drifting_beliefs import DriftingBeliefs
from tests.support.brute_typed import Brute
from tests.support.trust_families.verdicts import (
    F,
    Numbers,
    assert_proved_at_beliefs,
    assert_threshold,
    breacher,
    family,
)
from tests.support.trust_games.dilemma import NORMAL, Typed
from tests.support.trust_games.drifting import flagged, replaced, transparent, watched
from tests.support.trust_games.endless import repeated


@family("transparency")
def _transparency(inputs: Numbers, expect: Numbers) -> None:
    for seen, least in zip(map(F, inputs["detection"]), expect["least_trust"], strict=True):
        assert_threshold(partial(transparent, inputs, detection=seen), least, judged=assert_proved_at_beliefs)
    least = expect["least_detection_for_the_normal_partner"]
    assert_threshold(lambda seen: transparent(inputs, F(99, 100), seen), least, judged=assert_proved_at_beliefs)


@family("turnover_redrawn")
def _redrawn(inputs: Numbers, expect: Numbers) -> None:
    assert_threshold(lambda chance: replaced(inputs, chance, chance), expect["least_reliability_each_year"],
                     judged=assert_proved_at_beliefs)
    once = expect["least_reliability_once"]
    assert_threshold(lambda chance: repeated(inputs, [NORMAL, breacher(chance)]), once)


@family("turnover_hidden")
def _hidden(inputs: Numbers, expect: Numbers) -> None:
    for row in expect["rows"]:
        reliable = F(row["reliable_after_a_clean_year"])
        assert_threshold(
            partial(replaced, inputs, reliable=reliable), row["least_trust"], judged=assert_proved_at_beliefs)


@family("forgiving_rules")
def _forgiving(inputs: Numbers, expect: Numbers) -> None:
    for flags, name in ((1, "one_flag"), (2, "two_flags")):
        assert_threshold(partial(flagged, inputs, flags=flags), expect[name],
                         judged=partial(assert_proved_at_beliefs, finite=False))
    nodes = DriftingBeliefs(*_parts(flagged(inputs, F(1, 2), 1)))
    own = [one for one in nodes.temptations if one.player == 1 and nodes.nodes.nodes[one.node][0] == 0]
    assert [set(one.slack.values()) for one in own] == [{F(expect["partner_slack_one_flag"])}]


def _parts(case: Typed) -> tuple[Any, Any]:
    return case.game, case.rule


@family("learning_speed")
def _learning(inputs: Numbers, expect: Numbers) -> None:
    prior, target = F(inputs["prior"]), F(inputs["target"])
    for row in expect["rows"]:
        years, clean = row["years"], {}
        case = watched(prior, F(row["b"]), years + 1)
        slow = Brute(case.game, case.rule)
        for year in range(years + 1):
            (clean[year], _), = slow.posteriors(0, year, 1)
        assert clean[years] == F(row["posterior"])
        assert [year for year, belief in clean.items() if belief >= target] == [years]
