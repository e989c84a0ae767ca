"""What becomes of a design in a world: which answers are certified, and what a margin that is a bound can tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from games.solvers.penal_modes import Screen
from treaties import read_treaty
from treaties.bargaining.designs import Design
from treaties.sweeping.judging import CLOSER, DesignJudge, Outcome
from treaties.sweeping.plan import sweep_plan

EXPORT = Path(__file__).with_name("consent_to_exports.toml")


@pytest.mark.parametrize("route", ["bounds", "reversion", "1", CLOSER])
def test_a_bound_below_the_margin_wanted_is_no_no(route: str) -> None:
    found = Outcome("yes", 2.0, route)
    assert found.withstands(0.0) == found.withstands(2.0) == "yes"
    assert found.withstands(2.5) == "undecided"
    assert Outcome("yes", 2.0, "solver").withstands(2.5) == "no"


def test_what_fails_or_is_open_stays_so_whatever_the_margin() -> None:
    for verdict in ("no", "undecided", "no treaty"):
        assert Outcome(verdict, 3.0, "bounds").withstands(1.0) == verdict
    assert Outcome("yes", None, "bounds").withstands(1.0) == "yes"  # nobody can deviate
    assert Outcome("yes", None, "solver").withstands(1.0) == Outcome("yes", None, CLOSER).withstands(1.0) == "undecided"


def test_what_the_screen_leaves_open_is_looked_at_closer_and_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    treaty = read_treaty(EXPORT)
    plan = sweep_plan(treaty, 4, seed=1, designs=[Design("text")])
    judge = DesignJudge(treaty, plan.designs[0], plan.spans)
    columns = plan.draws.columns(plan.spans)
    world = {path: float(columns[path][0]) for path in judge.paths}
    told = judge.judge(world)
    assert told.verdict == "yes" and told.screened and not told.certified
    screen = Screen._look

    def blind(self: Screen, *args: object, **more: object) -> object:
        found, _ = screen(self, *args, **more)  # type: ignore[arg-type]
        return found._replace(answer="undecided", route="", breaks=None), None

    monkeypatch.setattr(Screen, "_look", blind)
    assert judge.judge(world, quick=True).verdict == "undecided"
    closer = judge.judge(world)
    assert (closer.verdict, closer.route, closer.certified, closer.screened) == ("yes", CLOSER, True, False)
    assert closer.concept == told.concept and closer.values == told.values
    verdict, certificate = judge.reprove(world)
    assert verdict == "yes" and certificate is not None
    assert judge.reprove(world, quick=True) == ("undecided", None)
    solved = judge.solve(world)
    assert (solved.verdict, solved.route, solved.certified) == ("yes", "solver", True)
