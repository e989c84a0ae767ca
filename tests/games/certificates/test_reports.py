"""What a report says of evidence that is accepted: the claim in words, and numbers that can be worked out by hand."""

from __future__ import annotations

import pytest

from tests.support.example_certificates import examples

KEPT = "with side payments the plan is the path of an equilibrium"
UNKEPT = "even with side payments no equilibrium follows the plan"
NEVER_PATIENT = "at no common discount factor a perfect public equilibrium"

REPORTS: dict[str, tuple[str, dict[str, float]]] = {
    # Grim trigger in the dilemma at 1/2: 2 against 3 once and 0 for ever; on the path (2 - 3/2) / (1/2) and no less.
    "grim": ("the automaton is an equilibrium that follows the plan",
             {"least_slack": 1, "margin": 1, "enclosure_radius": 0, "cells": 2}),
    "forgiving": ("the automaton is an equilibrium that follows the plan",
                  {"least_slack": 2.028934368384, "margin": 6.704093154552, "enclosure_radius": 0, "cells": 4}),
    "pennies": ("the automaton is an equilibrium", {"enclosure_radius": 0, "cells": 1}),
    # Grim trigger at 3/10: complying is worth 2 / (7/10) periods' payoffs, deviating 3.
    "impatient": ("this rule of play is not an equilibrium", {"slack": -1 / 7, "enclosure_radius": 0}),
    "generated": ("every point is an equilibrium payoff of its state",
                  {"least_slack": 0, "radius": 0, "enclosure_radius": 0, "points": 3}),
    "excluded plan": ("no equilibrium that follows the plan exists from the initial state",
                      {"rows_left": 0, "empty_states": 1}),
    "excluded point": ("no equilibrium gives this payoff", {"rows_left": 4, "empty_states": 0}),
    "no equilibrium": ("no equilibrium exists from the initial state", {"rows_left": 0, "empty_states": 1}),
    "farkas": ("no equilibrium exists from the initial state", {"rows_left": 0, "empty_states": 1}),
    # The two have 4 together; each could have 3/2, half of 3 now and nothing later.
    "transfer plan": (KEPT, {"least_slack": 1}),
    "shortfall of a plan": (UNKEPT, {"rows_left": 0}),
    "shortfall of all": ("even with side payments no equilibrium exists from the initial state", {"rows_left": 0}),
    "negotiated plan": ("a relational negotiation equilibrium keeps to the plan",
                        {"joint_payoff": 4, "surplus": 10 / 3}),
    "plan lost to negotiation": ("no relational negotiation equilibrium keeps to the plan",
                                 {"joint_payoff": 0, "surplus": 0}),
    "public plan": (KEPT, {"least_slack": 0}),
    "public shortfall of a plan": (UNKEPT, {"rows_left": 0}),
    "public shortfall of all": (
        "even with side payments no equilibrium exists from the initial state", {"rows_left": 0}),
    "balanced plan": (KEPT, {"least_slack": 0}),
    "balanced shortfall of a plan": (UNKEPT, {"rows_left": 0}),
    "public automaton": ("the automaton is an equilibrium",
                         {"least_slack": 0.080568720379, "margin": 0.080568720379, "enclosure_radius": 0, "cells": 2}),
    "public grim": ("the automaton is an equilibrium that follows the plan",
                    {"least_slack": 1, "margin": 1, "enclosure_radius": 0, "cells": 2}),
    "excluded in public": ("no equilibrium follows the plan", {"rows_left_all": 4, "rows_left_path": 0}),
    "no public equilibrium": ("no equilibrium exists from the initial state",
                              {"rows_left_all": 0, "rows_left_path": 0}),
    # C,C for ever is worth 1 whatever is seen, and D brings 2 at once.
    "public breach": ("this rule of play is not an equilibrium", {"slack": -1, "enclosure_radius": 0}),
    "excluded though seen by all": (
        "no equilibrium that follows the plan exists from the initial state", {"rows_left": 0, "empty_states": 1}),
    "shortfall without payments": (UNKEPT, {"rows_left": 0}),
    "unenforceable in public": (
        "no equilibrium that follows the plan exists from the initial state", {"rows_left": 0, "empty_states": 1}),
    "unenforceable for three": (
        "no equilibrium that follows the plan exists from the initial state", {"rows_left": 1, "empty_states": 1}),
    "score of a plan": (f"{NEVER_PATIENT} follows the plan", {"excess": 1 / 11}),
    "scores of all": (f"{NEVER_PATIENT} exists", {"excess": 1 / 2}),
    "score with unseen deviations": (f"{NEVER_PATIENT} follows the plan", {"excess": 1}),
    "scores of a mixture": (f"{NEVER_PATIENT} follows the plan", {"excess": 3 / 79}),
    "undetected in the dark": ("no equilibrium follows the plan", {"least_gain": 1, "steps": 2}),
    "undetected though paid": (UNKEPT, {"least_gain": 1, "steps": 2}),
    # Taking turns at 6/10, and at 3/10, where it is worth less than to defect.
    "alternating": ("the automaton is an equilibrium that follows the plan",
                    {"least_slack": 0.000999986837, "margin": 1, "enclosure_radius": 0, "cells": 12}),
    "impatient alternating": ("no equilibrium that follows the plan exists from the initial state",
                              {"rows_left": 0, "empty_states": 2}),
    # Two rounds, both counted: M, M is worth 4, a deviation 5, and then 1 in place of 3.
    "without discounting": ("the automaton is an equilibrium that follows the plan",
                            {"least_slack": 1, "margin": 1, "enclosure_radius": 0, "cells": 5}),
    "last round": ("no equilibrium that follows the plan exists from the initial state",
                   {"rows_left": 1, "empty_states": 2}),
    "nothing to be seen": ("no equilibrium exists from the initial state", {"least_gain": 2, "steps": 4}),
}


@pytest.mark.parametrize("name", list(examples()))
def test_the_report_says_what_was_proved(name: str) -> None:
    game, certificate = examples()[name]
    report = certificate.check(game)
    claim, numbers = REPORTS[name]
    assert (report.accepted, report.claim, report.place, report.problem) == (True, claim, "", "")
    assert report.numbers == pytest.approx(numbers, abs=1e-9)
