"""Cases that claims of papers reproduce."""

from __future__ import annotations

import re
from math import isclose

from games.replication.calculations import calculate
from tests.support.trust_families.verdicts import F, Numbers, family


@family("fudenberg_levine")
def _reputation_bound(_: Numbers, expect: Numbers) -> None:
    game = expect["product_choice"]
    high, low = re.fullmatch(r"\(H,h\)=(\S+),\(H,l\)=(\S+)", game["payoffs"]).groups()  # type: ignore[union-attr]
    given = {"discount": game["discount"], "least": low, "commitment": high}
    for row in expect["rows"]:
        assert calculate("reputation_bound", given | {"prior": row["prior"], "eta": row["eta"]})[0] == row["k"]
    found = calculate("reputation_bound", given | {"prior": game["prior"], "eta": game["eta"]})
    assert found[1] == F(game["least_payoff"])


@family("kranton")
def _probation(inputs: Numbers, expect: Numbers) -> None:
    assert calculate("probation", {"matches": inputs["T_R_discount"]}) == tuple(expect["least_n"])


@family("ghosh_ray")
def _starting_over(inputs: Numbers, expect: Numbers) -> None:
    given = {"dilemma": [inputs[x] for x in "RTPS"], "discount": inputs["discount"]}
    found = calculate("greatest_share", given | {"stakes": inputs["stakes"]})
    assert found == tuple(F(expect["greatest_share_good"][stake]) for stake in inputs["stakes"])


@family("mailath_samuelson")
def _replacement(inputs: Numbers, expect: Numbers) -> None:
    given = {"discount": inputs["discount"], "error": inputs["error"], "competent": inputs["new_competent"]}
    for row in expect["rows"]:
        found, = calculate("replacement", given | {"replaced": row["replacement"]})
        assert isclose(found, row["greatest_cost"], abs_tol=1e-6)
