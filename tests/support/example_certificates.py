"""Games and certificates that tests share: at least one of every kind, small enough to check by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
from scipy.sparse import csr_array

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation, ProfitableDeviation
from games.certificates.automata.self_generation import Point, SelfGeneration
from games.certificates.certificate import Certificate, SolutionConcept
from games.certificates.exclusion.exclusion import DropStep, Exclusion
from games.certificates.exclusion.outer_sets import Bound
from games.certificates.signals import PublicProfitableDeviation, PublicSelfGeneration
from games.model.clock import timed_plan
from games.model.plan import Plan
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import StochasticGame, repeated_game
from games.model.strategy_automaton import Cell, StrategyAutomaton, surely
from games.questions.solve import solve
from games.solvers import PublicAutomata, UndetectedDeviations
from games.solvers.outer_bounds.refutation import refute
from games.solvers.solution import Target
from games.solvers.verdict import certificate_of
from tests.support.noisy_games import noisy_dilemma
from tests.support.public_evidence import excluded, for_ever, grim_in_public, noisy, until_a_bad_signal

F = Fraction
PURE = SolutionConcept.PURE_SUBGAME_PERFECT
DILEMMA = [[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]
PENNIES = [[[1, -1], [-1, 1]], [[-1, 1], [1, -1]]]


def dilemma(discount: float | str | Fraction) -> StochasticGame:
    """The prisoners' dilemma R=2, T=3, P=0, S=-1: cooperation needs a discount factor of 1/3."""
    return repeated_game(DILEMMA, discount, actions=[["C", "D"]] * 2, name="dilemma")


def grim(game: StochasticGame) -> StrategyAutomaton:
    """Row 0 of every state until somebody deviates alone, then the last row of every state for ever."""
    n = game.n_players
    cells = {(0, s): Cell(game.rows_of(s)[0], surely(0), (surely(1),) * n) for s in range(game.n_states)}
    cells |= {(1, s): Cell(game.rows_of(s)[-1], surely(1), (surely(1),) * n) for s in range(game.n_states)}
    return StrategyAutomaton(("comply", "grim"), cells, surely(0))


def two_state_dilemma(discount: float | str) -> StochasticGame:
    """Abreu, Brooks and Sannikov (2020): CC can be kept in both states from (sqrt(97) - 7)/8 on."""
    base = np.array([[2.0, 2.0], [-1.0, 3.0], [3.0, -1.0], [0.0, 0.0]])
    law = np.zeros((8, 2))
    rationals = {}
    for s in (0, 1):
        for r in range(4):
            row = 4 * s + r
            if r in (1, 2):
                law[row] = 1 / 2
            else:
                law[row, s], law[row, 1 - s] = 1 / 3, 2 / 3
                rationals[("transition", row, s)] = F(1, 3)
                rationals[("transition", row, 1 - s)] = F(2, 3)
    return StochasticGame(
        ("A", "B"), np.zeros(2), ("low", "high"), ((("C", "D"), ("C", "D")),) * 2, np.vstack([base, base + 2]),
        csr_array(law), rationals=rationals, name="two-state dilemma",
    ).with_discount(discount)


def forgiving() -> tuple[StochasticGame, StrategyAutomaton]:
    """An automaton with lotteries and with exceptions by next state, on the two-state dilemma."""
    game = two_state_dilemma(0.9)
    back, out = surely(0), surely(1)
    cells = {
        (0, s): Cell(4 * s, back, (out, out), punish_at={(0, 1): ((0, F(1, 10)), (1, F(9, 10)))}) for s in (0, 1)
    } | {
        (1, s): Cell(4 * s + 3, out, (out, out), then_at={0: ((0, F(1, 4)), (1, F(3, 4)))}) for s in (0, 1)
    }
    return game, StrategyAutomaton(("comply", "suspended"), cells, back)


def self_generation() -> tuple[StochasticGame, SelfGeneration]:
    """The dilemma at 1/2: (0,0), (2,2) and (8/3,0), the last with an incentive that binds exactly."""
    game = dilemma("1/2")
    points = (
        Point((F(0), F(0)), 3, {0: surely(0)}),
        Point((F(2), F(2)), 0, {0: surely(1)}),
        Point((F(8, 3), F(0)), 2, {0: ((1, F(1, 2)), (2, F(1, 2)))}),
    )
    target = (0, (F(4, 3), F(0)), ((0, F(1, 2)), (2, F(1, 2))))
    return game, SelfGeneration(game.digest, PURE, {0: points}, F(1, 10**9), target)


def farkas() -> tuple[StochasticGame, Exclusion]:
    """Matching pennies has no pure equilibrium: proved by explicit multipliers instead of the derived drop.

    One player always prefers to switch: at discount 0.1 that player would need a continuation of 18 and more, while
    no payoff exceeds 1.
    """
    game = repeated_game(PENNIES, "0.1")
    bounds = tuple(Bound({i: F(1)}, {i: F(1)}, rows) for i, rows in ((0, (1, 2)), (1, (0, 3))))
    return game, Exclusion(game.digest, PURE, (), (DropStep((), bounds),), 0)


def transfer_examples() -> dict[str, tuple[StochasticGame, Certificate]]:
    """With side payments: a plan that holds, one that does not, a game without equilibrium."""
    out = {}
    for name, payoffs, discount, target in (
        ("transfer plan", DILEMMA, "1/2", "a0,b0"), ("shortfall of a plan", DILEMMA, "0.3", "a0,b0"),
        ("shortfall of all", PENNIES, "0.9", "a0,b0"),
    ):
        game = repeated_game(payoffs, discount, transfers="voluntary")
        evidence = certificate_of(solve(game).verdict(target))
        assert evidence is not None
        out[name] = game, evidence
    return out


def public_transfer_examples() -> dict[str, tuple[StochasticGame, Certificate]]:
    """With side payments after public signals: plans that hold and fail, with burning and without."""
    pennies = replace(
        repeated_game(PENNIES, "0.9", transfers="voluntary"),
        monitoring=PublicMonitoring((("like", "unlike"),), (np.array([[0.8, 0.2], [0.3, 0.7]] * 2),)))
    games = {
        "public plan": noisy_dilemma("4/5"),
        "public shortfall of a plan": noisy_dilemma("3/4"),
        "public shortfall of all": pennies,
        "balanced plan": noisy_dilemma("9/10", burning=False),
        "balanced shortfall of a plan": noisy_dilemma("4/5", burning=False),
    }
    out = {}
    for name, game in games.items():
        evidence = certificate_of(solve(game).verdict("a0,b0" if game is pennies else "C,C"))
        assert evidence is not None
        out[name] = game, evidence
    return out


def public_examples() -> dict[str, tuple[StochasticGame, Certificate]]:
    """After public signals, without side payments: automata that are equilibria, a plan and all play excluded."""
    out: dict[str, tuple[StochasticGame, Certificate]] = {}
    game = noisy("19/20")
    out["public automaton"] = game, PublicSelfGeneration.of(game, until_a_bad_signal(game, F(3, 4)), margin=F(2, 25))
    game = dilemma("1/2")
    out["public grim"] = game, PublicSelfGeneration.of(game, grim_in_public(game), Plan.of_profile(game, "C,C"))
    noise, pennies = noisy("9/10"), repeated_game(PENNIES, "0.1")
    for name, game, plan in (
        ("excluded in public", noise, Plan.of_profile(noise, "C,C")), ("no public equilibrium", pennies, None),
    ):
        found = excluded(game, plan)
        assert found is not None
        out[name] = game, found
    return out | unpaid_examples()


def unpaid_examples() -> dict[str, tuple[StochasticGame, Certificate]]:
    """After public signals, without side payments: a rule that fails, and plans that fail by what others prove.

    Too impatient even if everyone saw everything; too little seen, though they could pay; and signals that compliance
    may bring about are answered by compliance alone, in a state that the path only passes through.
    """
    out: dict[str, tuple[StochasticGame, Certificate]] = {}
    game = noisy("9/10")
    out["public breach"] = game, PublicProfitableDeviation.of(game, for_ever(game, 0), 0, 0, 2)
    for name, game in (
        ("excluded though seen by all", noisy("3/10")), ("shortfall without payments", noisy("3/4")),
        ("unenforceable in public", noisy("9/10")), ("unenforceable for three", three_with_a_report()),
    ):
        solution = PublicAutomata().solve(game)
        plan = Plan.of_profile(game, "C,C" if game.n_players == 2 else "work,work,work")
        refutations = solution.refutations
        found = (
            refutations.from_full_observation(plan, 10.0) if "seen by all" in name
            else refutations.from_payments(plan) if "payments" in name
            else refutations.from_path(plan, refutations.path(plan)))
        assert found is not None, name
        out[name] = game, found.certificate
    return out


def three_with_a_report(discount: str = "9/10") -> StochasticGame:
    """Three players, "on" until it ends by chance: whoever shirks saves 1 and costs the others 2 each.

    Reports, which change nothing, are bad with 1/10 if all work, and with 1/4 more for everyone who shirks.
    """
    rows = list(np.ndindex(2, 2, 2))
    payoffs = np.array([[a[i] - 2.0 * (sum(a) - a[i]) + 2.0 for i in range(3)] for a in rows])
    bad = np.array([0.1 + 0.25 * sum(a) for a in rows]).round(12)
    law = np.column_stack([(1 - bad).round(12), bad])
    return StochasticGame(
        ("A", "B", "C"), np.zeros(3), ("on", "over"), ((("work", "shirk"),) * 3, (("rest",),) * 3),
        np.vstack([payoffs, np.zeros((1, 3))]), csr_array(np.vstack([np.tile([0.9, 0.1], (8, 1)), [[0.0, 1.0]]])),
        monitoring=PublicMonitoring((("good", "bad"), ()), (law, np.zeros((1, 0)))), name="three with a report",
    ).with_discount(discount)


def in_the_dark() -> StochasticGame:
    """Three players, "calm" for a while and then "dark": there it shows whether C works, not whether A or B does.

    Shirking saves a player 1 and costs the others 2 each; in the calm state everybody's shows.
    """
    rows = list(np.ndindex(2, 2, 2))
    payoffs = np.array([[a[i] - 2.0 * (sum(a) - a[i]) for i in range(3)] for a in rows])
    shows = np.array(rows) @ [0.2, 0.3, 0.1]
    calm = np.column_stack([0.9 - shows, 0.1 + shows]).round(12)
    dark = np.array([[0.8, 0.2] if a[2] == 0 else [0.3, 0.7] for a in rows])
    law = np.array([[0.75, 0.25]] * 8 + [[0.0, 1.0]] * 8)
    return StochasticGame(
        ("A", "B", "C"), np.zeros(3), ("calm", "dark"), ((("work", "shirk"),) * 3,) * 2, np.vstack([payoffs] * 2),
        csr_array(law), monitoring=PublicMonitoring((("good", "bad"),) * 2, (calm, dark)), name="in the dark",
    ).with_discount(["9/10", "4/5", "2/3"])


def undetected_examples() -> dict[str, tuple[StochasticGame, Certificate]]:
    """A plan that comes to where nothing shows, with payments and without, and a game without equilibrium."""
    dark = in_the_dark()
    blind = replace(
        repeated_game(PENNIES, "0.9"), monitoring=PublicMonitoring((("hum",),), (np.ones((4, 1)),)))
    out = {}
    for name, game in (
        ("undetected in the dark", dark), ("undetected though paid", replace(dark, transfers="voluntary")),
        ("nothing to be seen", blind),
    ):
        asked: Target = {} if game is blind else "work,work,work"
        evidence = certificate_of(UndetectedDeviations().solve(game).verdict(asked))
        assert evidence is not None
        out[name] = game, evidence
    return out


def partnership(signals: bool = True) -> StochasticGame:
    """The dilemma without side payments: everyone sees whether the work came out well, with 9/10, 1/2 and 1/5."""
    game = dilemma("9/10")
    law = np.array([[0.9, 0.1], [0.5, 0.5], [0.5, 0.5], [0.2, 0.8]])
    return replace(game, monitoring=PublicMonitoring((("well", "ill"),), (law,))) if signals else game


def score_examples() -> dict[str, tuple[StochasticGame, Certificate]]:
    """At no discount factor: a plan, all plans with signals and with none, and profiles that nothing enforces."""
    unseen = replace(
        repeated_game([[[1, 0], [0, 1]], [[2, 1], [1, 0]]], "1/2"),
        monitoring=PublicMonitoring((("left", "right"),), (np.array([[0.7, 0.3], [0.3, 0.7]] * 2),)))
    pennies = repeated_game(PENNIES, "9/10")
    games: dict[str, tuple[StochasticGame, str | dict[str, list[list[str]]]]] = {
        "score of a plan": (partnership(), "C,C"),
        "scores of all": (pennies, "a0,b0"),
        "score with unseen deviations": (unseen, "a0,b0"),
        "scores of a mixture": (partnership(), {"s0": [["C", "C"], ["C", "D"]]}),
    }
    out: dict[str, tuple[StochasticGame, Certificate]] = {}
    for name, (game, target) in games.items():
        evidence = certificate_of(solve(game, solver="public_score").verdict(target))
        assert evidence is not None, name
        out[name] = game, evidence
    return out


def negotiation_examples() -> dict[str, tuple[StochasticGame, Certificate]]:
    """Negotiated anew now and then: cooperation that survives it, and a plan that does not."""
    out = {}
    for name, hazard in (("negotiated plan", "1/5"), ("plan lost to negotiation", "9/10")):
        game = repeated_game(DILEMMA, "1/2", transfers="voluntary")
        solution = solve(game, concept="rne", negotiation_hazard=hazard, bargaining_weights=["1/3", "2/3"])
        evidence = certificate_of(solution.verdict("a0,b0"))
        assert evidence is not None
        out[name] = game, evidence
    return out


def restated_examples() -> dict[str, tuple[StochasticGame, Certificate]]:
    """Of plans that vary over time, and of a game without discounting, both ways."""
    out: dict[str, tuple[StochasticGame, Certificate]] = {}
    for name, factor in (("alternating", "0.6"), ("impatient alternating", "0.3")):
        game = dilemma(factor)
        proof = certificate_of(solve(game).verdict(timed_plan(game, pattern=["C,D", "D,C"])))
        assert proof is not None
        out[name] = game, proof
    two = [[[1, 1], [5, 0], [0, 0]], [[0, 5], [4, 4], [0, 0]], [[0, 0], [0, 0], [3, 3]]]
    game = repeated_game(two, 1, periods=2, actions=[["L", "M", "R"]] * 2)
    for name, plan in (("without discounting", {"period 1": [["M", "M"]]}), ("last round", {"period 2": [["M", "M"]]})):
        proof = certificate_of(solve(game).verdict(plan))
        assert proof is not None
        out[name] = game, proof
    return out


@cache
def examples() -> dict[str, tuple[StochasticGame, Certificate]]:
    """Games with accepted certificates, by name; found once, for all tests."""
    out: dict[str, tuple[StochasticGame, Certificate]] = {}
    game = dilemma("1/2")
    out["grim"] = game, NoProfitableDeviation.of(
        game, grim(game), Plan.of_profile(game, "C,C"), F(1, 2), (F(2), F(2)))
    game, automaton = forgiving()
    out["forgiving"] = game, NoProfitableDeviation.of(game, automaton, Plan.of_profile(game, "C,C"))
    game = repeated_game(PENNIES, "9/10")
    half = ((F(1, 2), F(1, 2)),) * 2
    mixed = StrategyAutomaton(("mix",), {(0, 0): Cell(-1, surely(0), (surely(0),) * 2, mix=half)}, surely(0))
    out["pennies"] = game, NoProfitableDeviation.of(game, mixed)
    game = dilemma("0.3")
    link = NoProfitableDeviation.of(game, grim(game)).weakest_link(game)
    assert link is not None
    out["impatient"] = game, ProfitableDeviation.of(game, grim(game), link)
    out["generated"] = self_generation()
    game = dilemma("0.33")
    found = refute(game, Plan.of_profile(game, "C,C"))
    assert found is not None
    out["excluded plan"] = game, found
    game = dilemma("0.5")
    found = refute(game, point=(0, ["2.9", "0"]))
    assert found is not None
    out["excluded point"] = game, found
    game = repeated_game(PENNIES, "0.9")
    found = refute(game)
    assert found is not None
    out["no equilibrium"] = game, found
    out["farkas"] = farkas()
    out |= restated_examples()
    out |= transfer_examples()
    out |= negotiation_examples()
    out |= public_transfer_examples()
    out |= public_examples()
    out |= score_examples()
    out |= undetected_examples()
    return out
