"""Thresholds in symbols against the solvers of numbers, and what they say where there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.model.public_automaton import PublicAutomaton, PublicMode
from games.model.stochastic_game import GameError, StochasticGame, repeated_game
from games.play.rules_of_play import reversion, suspension
from games.questions.discount_region import discount_region
from games.symbolic import (
    Machine,
    SymbolicGame,
    cournot,
    critical_discount,
    dilemma,
    repeated,
    stage_equilibria,
    threshold,
)
from tests.support import symbolic_shapes as shapes
from tests.support.symbolic_shapes import P, R, S, T, grim

NUMBERS = {"T": 3, "R": 2, "P": 0, "S": -1}
NUMERIC = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], 0.5, actions=[["C", "D"]] * 2)


def test_reversion_is_where_the_solvers_find_the_edge() -> None:
    """Friedman (1971): in this dilemma the one-period equilibrium is the harshest punishment."""
    ((low, _),) = critical_discount(dilemma(), grim()).at(NUMBERS).intervals
    assert discount_region(NUMERIC, "C,C", step=0.1, prove=False).intervals[0][0] == pytest.approx(low, abs=2e-6)


@pytest.mark.parametrize("periods", [1, 2])
def test_automata_of_numbers_are_read_row_by_row_and_certificates_agree(periods: int) -> None:
    rule = suspension(NUMERIC, np.array([0]), np.array([3]), periods)
    found = critical_discount(dilemma(), rule.automaton())
    assert found.formula == critical_discount(dilemma(), shapes.suspension(periods)).formula
    ((low, _),) = found.at(NUMBERS).intervals
    for step in (-1e-6, 1e-6):
        game = NUMERIC.with_discount(low + step)
        assert NoProfitableDeviation.of(game, rule.automaton()).check(game).accepted == (step > 0)


@dataclass(frozen=True)
class Shape:
    """What has a method that makes an automaton of a game."""

    machine: Machine

    def automaton(self, game: StochasticGame) -> Machine:
        assert game.actions[0] == (("C", "D"),) * 2 and game.payoffs[2, 0] > game.payoffs[0, 0] > game.payoffs[3, 0]
        return self.machine


def test_every_way_to_give_a_strategy_gives_the_same() -> None:
    automaton = reversion(NUMERIC, np.array([0]), np.array([3])).automaton()
    zero = (Fraction(0),) * 2
    one = Fraction(1)
    public = PublicAutomaton((
        PublicMode(0, 0, zero, {(k, 0): ((0 if k == 0 else 1, one),) for k in range(4)}),
        PublicMode(0, 3, zero, {(k, 0): ((1, one),) for k in range(4)})), ((0, one),))
    ways = automaton, public, lambda game: automaton, Shape(grim()), grim()
    assert [critical_discount(dilemma(), way).formula for way in ways] == [(T - R) / (T - P)] * 5


def test_each_player_has_a_factor_of_its_own() -> None:
    one, two = sp.symbols("d1 d2")
    game = replace(dilemma(), discount=(one, two))
    first = threshold(game, grim(), one)
    assert first.verify(300).agrees
    assert {(b.kind, b.value) for b in first.bounds} == {("least", (T - R) / (T - P)), ("condition", None)}
    with pytest.raises(GameError, match="is not one symbol"):
        critical_discount(game, grim())


@pytest.mark.parametrize("symbol", ["T", "R", "P"])
def test_a_payoff_is_a_threshold_as_well(symbol: str) -> None:
    found = threshold(dilemma(), grim(), symbol)
    assert found.verify(300).agrees
    patient = {"delta": Fraction(1, 2), **NUMBERS}
    (inside,) = found.at({k: v for k, v in patient.items() if k != symbol}).intervals
    assert inside[0] <= NUMBERS[symbol] <= inside[1]


def test_a_check_can_fail() -> None:
    found = critical_discount(dilemma(), grim())
    (bound,) = found.bounds
    wrong = replace(found, bounds=(replace(bound, value=(T - R) / (T - S)),))
    check = wrong.verify(300)
    assert not check.agrees and check.disagreements and check.residual > 1e-3


def test_where_each_constraint_binds() -> None:
    """Two players who differ: the formula says whose constraint decides."""
    t1, t2 = sp.symbols("t1 t2")
    game = repeated([[[2, 2], [-1, t2]], [[t1, -1], [0, 0]]], actions=[["C", "D"]] * 2, assuming=[t1 - 2, t2 - 2])
    found = critical_discount(game, grim())
    assert isinstance(found.formula, sp.Piecewise) and found.verify(300).agrees
    for one, two in ((3, 5), (5, 3)):
        assert found.formula.subs({t1: one, t2: two}) == sp.Rational(3, 5)
        for bound in found.bounds:
            where = found.binds(bound)
            assert where is not None and bound.value is not None
            assert bool(where.subs({t1: one, t2: two})) == (bound.value.subs({t1: one, t2: two}) == sp.Rational(3, 5))


def test_latex_json_and_text() -> None:
    found = critical_discount(dilemma(), grim())
    assert found.to_latex() == r"\delta \geq \frac{T - R}{T - P}" and found._repr_latex_() == f"${found.to_latex()}$"
    assert str(found) == found.to_json()["formula"] == "(T - R)/(T - P)"
    root = critical_discount(dilemma(), shapes.suspension(3))
    assert root.formula is None and "root of a polynomial" in str(root) and r"\geq 0" in root.to_latex()
    with pytest.raises(sp.SympifyError):
        sp.sympify(root, strict=True)


def _refusals() -> list[tuple[str, object]]:
    return [
        ("has no symbol 'x'", lambda: threshold(dilemma(), grim(), "x")),
        ("strategy: RuleOfPlay is no automaton", lambda: threshold(
            dilemma(), reversion(NUMERIC, np.array([0]), np.array([3])), "delta")),
        ("strategy: int is no automaton", lambda: threshold(dilemma(), 3, "delta")),
        ("has no action 'E'", lambda: threshold(dilemma(), grim(("E", "C")), "delta")),
        ("is no mode", lambda: threshold(dilemma(), Machine({"m": ("C", "C")}, lambda *seen: "n"), "delta")),
        ("between: 1 and 0", lambda: threshold(dilemma(), grim(), "delta", (1, 0))),
        ("each must say something of its own", lambda: threshold(
            replace(dilemma(), assuming=(T - R, R - P, T - P)), grim(), "delta")),
        ("values: P is missing", lambda: critical_discount(dilemma(), grim()).at({"T": 3, "R": 2})),
        ("a dilemma needs T > R > P > S", lambda: dilemma(T=1, R=2)),
        ("payoffs: 'x y' is no number", lambda: repeated([[["x y", 1]]])),
        ("rational numbers", lambda: critical_discount(repeated(
            [[[R, R], [S, sp.sqrt(T)]], [[sp.sqrt(T), S], [P, P]]], actions=[["C", "D"]] * 2), grim())),
        ("sum to", lambda: replace(dilemma(), transition=({0: sp.Rational(1, 2)},) * 4)),
        ("would be -1", lambda: dilemma().with_values({"T": 1, "R": 2})),
        ("R - P is assumed to be positive, and would be -1/2", lambda: critical_discount(dilemma(), grim()).at(
            {"T": 3, "R": 2, "P": "5/2"})),
        ("delta = 2 is no chance", lambda: threshold(dilemma(), grim(), "T").at({"R": 2, "P": 0, "delta": 2})),
        ("discount factor would be 1", lambda: threshold(dilemma(), grim(), "T").at({"R": 2, "P": 0, "delta": 1})),
        ("b = -1 is assumed to be positive", lambda: gifts().with_values({sp.Symbol("b", positive=True): -1})),
        ("discount: 2 is not in", lambda: dilemma(discount=2)),
        ("probability is -1", lambda: replace(dilemma(), states=("s", "t"), actions=dilemma().actions * 2, payoffs=(
            dilemma().payoffs * 2), transition=({0: sp.Integer(-1), 1: sp.Integer(2)},) * 8)),
        ("T: I is no number", lambda: dilemma(T=sp.I)),
        ("T: inf is no number", lambda: dilemma(T=float("inf"))),
        ("n = 2.0", lambda: cournot(2.0)),  # type: ignore[arg-type]
        ("below a", lambda: cournot(2, stick="3*a")),
        ("different ones are called 'R'", lambda: dilemma(R=sp.Symbol("R", positive=True), T=R + 1)),
        ("between: 1 numbers given", lambda: threshold(dilemma(), grim(), "delta", (0,))),  # type: ignore[arg-type]
        ("between: -1 and 2", lambda: threshold(dilemma(), grim(), "delta", (-1, 2))),
    ]


@pytest.mark.parametrize(("said", "call"), _refusals(), ids=[said for said, _ in _refusals()])
def test_what_makes_no_sense_is_told(said: str, call: object) -> None:
    assert callable(call)
    with pytest.raises(GameError, match=said):
        call()


def gifts() -> SymbolicGame:
    """Each can give b > 0 at a cost of c."""
    b, c = sp.Symbol("b", positive=True), sp.Symbol("c")
    return repeated([[[b - c, b - c], [-c, b]], [[b, -c], [0, 0]]])


def test_every_name_in_text_is_a_symbol() -> None:
    """sympy by itself has a use for S, E, I, N and Q."""
    assert dilemma("T", "R", "P", "S").payoffs == dilemma().payoffs
    assert repeated([[["E + 2*I", "N/Q"]]], 0).symbols == sp.symbols("E I N Q")
    assert repeated([[["sqrt(x)", np.float64(0.1)]]]).payoffs == ((sp.sqrt(sp.Symbol("x")), sp.Rational(1, 10)),)


def test_a_stick_in_text_speaks_of_the_same_market() -> None:
    assert {str(x) for x in cournot(2, stick="5*a/12").symbols} == {"a", "delta"}


def test_numbers_may_take_the_place_of_symbols() -> None:
    game: SymbolicGame = dilemma().with_values({"T": 3, "R": "2"})
    assert critical_discount(game, grim()).formula == 1 / (3 - P)
    assert len(stage_equilibria(game)) == 1
