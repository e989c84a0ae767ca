"""Cases of reputation, reassurance and starting small."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial
from math import isclose
from typing import Any

from games.play.trust_values import least_trust
from games.replication.calculations import calculate
from tests.support.trust_families.verdicts import (
    BEYOND,
    F,
    Numbers,
    assert_least,
    assert_proved,
    assert_threshold,
    assert_worth,
    evaluation,
    family,
    two,
)
from tests.support.trust_games.chain_store import chain_store
from tests.support.trust_games.dilemma import NORMAL, Typed
from tests.support.trust_games.endless import signalled, staged
from tests.support.trust_games.reassurance import reassured, starting_small


@family("chain_store")
def _chain_store(inputs: Numbers, expect: Numbers) -> None:
    for entrants, worth in zip(inputs["entrants"], expect["value_weak"], strict=True):
        case = chain_store(inputs, entrants)
        assert_proved(case, True)
        assert_worth(case, 0, 0, worth)
    given = {"prior": inputs["prior_strong"], "gains": [inputs["b"]]}
    assert calculate("first_entry", given) == (expect["first_entry_when_left"],)
    prior = F(inputs["prior_strong"])
    for said in expect["fight_probability_weak"]:
        for chance, left, before, after in _fights_said(said, prior):
            fights, _, belief = calculate("fights", {"b": inputs["b"], "belief": before, "left": left})
            assert fights == chance
            assert after in (None, belief)


def _fights_said(said: str, prior: Fraction) -> list[tuple[Fraction, int, Fraction, Fraction | None]]:
    """Chance, entrants left, beliefs before and after, from words such as "1/3 at 2 left (1/4 -> 1/2)"."""
    found = []
    for part in said.split(";"):
        numbers = [F(x) for x in re.findall(r"\d+(?:/\d+)?", part)]
        chance, left, *beliefs = numbers
        found.append((chance, int(left), beliefs[0] if beliefs else prior, beliefs[1] if len(beliefs) > 1 else None))
    return found


@family("kydd_trust_threshold")
def _kydd(inputs: Numbers, expect: Numbers) -> None:
    assert_threshold(lambda trust: reassured(inputs, trust, [F(1)]), expect["least_trust"])


@family("kydd_two_rounds")
def _reassurance(inputs: Numbers, expect: Numbers) -> None:
    def make(first: Fraction, trust: Fraction) -> Typed:
        return reassured(inputs, trust, [first, 1 - first])

    assert_threshold(partial(make, F(expect["share_at_least_trust"])), expect["least_trust"])
    for name, ends in expect.items():
        if name.startswith("at_trust_"):
            trust = F(*map(int, name.split("_")[-2:]))
            assert_threshold(partial(make, trust=trust), ends["share_min"])
            assert_threshold(partial(make, trust=trust), ends["share_max"], BEYOND)


@family("costly_signal")
def _signal(inputs: Numbers, expect: Numbers) -> None:
    def make(cost: Fraction) -> Typed:
        return signalled(inputs, F(inputs["prior_patient"]), cost)

    assert_threshold(make, expect["least_cost"])
    assert_threshold(make, expect["greatest_cost"], BEYOND)


@family("watson_starting_small")
def _starting_small(inputs: Numbers, expect: Numbers) -> None:
    numbers = _of_ramp(inputs)
    total = 1 / (1 - F(inputs["discount"]))

    def make(trust: Fraction, steps: int) -> Typed:
        return starting_small(inputs, trust, calculate("stakes", {"numbers": numbers, "trust": trust, "steps": steps}))

    for row in [{"steps": 0, "least": expect["least_trust_at_once"]}, *expect["least_trust"]]:
        assert_threshold(partial(make, steps=row["steps"]), row["least"])
        assert_worth(make(F(row["least"]), row["steps"]), 0, 0, "0")
    for row in expect["values"]:
        case = make(F(row["p"]), row["steps"])
        assert calculate("starting_small", {"numbers": numbers, "trust": row["p"], "steps": row["steps"]})[0] == F(
            row["first_stake"])
        assert_worth(case, 0, 0, row["value_high"], total)
        assert_worth(case, 0, 1, row["value_low"], total)
    for name, stakes in expect.items():
        if name.startswith("ramp_p_"):
            above, below, steps = re.fullmatch(r"ramp_p_(\d+)_(\d+)_T(\d+)", name).groups()  # type: ignore[union-attr]
            given = {"numbers": numbers, "trust": f"{above}/{below}", "steps": int(steps)}
            assert calculate("stakes", given) == tuple(map(F, stakes))


@family("watson_best_ramp")
def _best_ramp(inputs: Numbers, expect: Numbers) -> None:
    for row in expect["rows"]:
        given = {"numbers": _of_ramp(inputs), "trust": row["p"], "longest": inputs["horizon"]}
        value, steps = calculate("best_ramp", given)
        assert isclose(value, row["value"], abs_tol=1e-6)
        assert steps == row["steps"]


def _of_ramp(inputs: Numbers) -> list[Any]:
    return [inputs[name] for name in ("low_gain", "flow", "victim_loss", "discount")]


@family("staging")
def _staging(inputs: Numbers, expect: Numbers) -> None:
    first = F(inputs["first_year_exposure"])

    def make(trust: Fraction, exposures: list[Fraction]) -> Typed:
        return staged(inputs, exposures, [NORMAL, two(inputs["type"], 1 - trust)])

    assert_threshold(lambda trust: make(trust, [first, F(1)]), expect["least_trust"])
    assert_least(least_trust(evaluation(make(F(1, 2), [first, F(1)])), 0, 1), expect["least_trust"])
    if "at_once" in expect:
        assert_threshold(lambda trust: make(trust, [F(1)]), expect["at_once"])
