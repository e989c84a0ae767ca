"""What a strategy is worth in every mode and state, which deviation is best there, and whether it is an equilibrium.

Everything is computed in exact rationals by the code that checks certificates (``games.certificates``): a strategy
profile is subgame perfect exactly if no one-shot deviation pays after any history (Blackwell 1965; Mailath and
Samuelson 2006, proposition 2.2.1).  The answer is proved either way; only where values are enclosed and not known
exactly, and a slack is zero within the enclosure, is it left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, final

import numpy as np

from games.certificates.automata.check import Evaluation, WeakestLink, examine
from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation, ProfitableDeviation
from games.certificates.automata.values import GRID
from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.signals import PublicProfitableDeviation, PublicSelfGeneration
from games.certificates.signals.automaton_check import PublicEvaluation, PublicSlack, evaluate_public
from games.certificates.signals.weights import OutcomeWeights
from games.model.plan import Plan
from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import GameError, StochasticGame, insist_on_game
from games.model.strategy_automaton import Cell, StrategyAutomaton
from games.numerics.exact import nearest_float, written
from games.numerics.shown import Shown
from games.play.strategies.strategy import Played, Strategy, machine_of


@final
@dataclass(frozen=True)
class BestDeviation:
    """The best deviation of a player for one period in a mode and state.

    ``row``     the row that it brings about, ``action`` the label of what the player does.
    ``slack``   value of complying less value of deviating, over (1 - discount factor): the extra one-off temptation, in
                payoff units, that complying withstands; negative if the deviation pays.  Without discounting it is the
                sum of payoffs by which complying is better.  Exact, or a lower bound where values are enclosed
                (``Judged.radius``).
    """

    row: int
    action: str
    slack: Fraction

    @property
    def pays(self) -> bool:
        """Whether it is worth more than complying."""
        return self.slack < 0


@final
@dataclass(frozen=True)
class Situation:
    """One mode of the automaton in one state of the game.

    ``mode``, ``state``  names; ``profile`` what is played, as labels (mixtures where actions are mixed).
    ``on_path``          whether play comes there when nobody deviates.
    ``values``           average discounted payoffs from here on, one per player; of players who do not discount,
                         averages over the periods that are left at most.
    ``best``             per player the best deviation; None for who has no other action that changes anything.
    """

    mode: str
    state: str
    profile: tuple[str, ...]
    on_path: bool
    values: tuple[Fraction, ...]
    best: tuple[BestDeviation | None, ...]


@final
@dataclass(frozen=True, eq=False, repr=False)
class Judged(Shown):
    """A strategy judged on a game.

    ``name``         of the strategy; empty for an automaton.
    ``automaton``    that was judged.
    ``values``       average discounted payoffs from the start, one per player.
    ``situations``   every mode and state that play or deviations lead to.
    ``equilibrium``  whether no deviation pays in any of them: a subgame-perfect equilibrium, or with signals a perfect
                     public one.  None if it could not be proved either way, and then ``why``.
    ``concept``      the notion of equilibrium.
    ``certificate``  the proof, with what its independent exact check said (``report``); None if there is none.
    ``radius``       how far true values may lie from the stated ones, in payoff units; 0 where they are exact.
    """

    game: StochasticGame
    name: str
    automaton: StrategyAutomaton | PublicAutomaton
    values: tuple[Fraction, ...]
    situations: tuple[Situation, ...]
    equilibrium: bool | None
    concept: SolutionConcept
    certificate: Certificate | None
    report: CheckReport | None
    radius: float = 0.0
    why: str = ""

    @property
    def margin(self) -> float | None:
        """The least slack on the path, in payoff units; None if nobody can deviate there."""
        return self._least(x for x in self.situations if x.on_path)

    @property
    def least_slack(self) -> float | None:
        """The least slack in any situation, in payoff units; None if nobody can ever deviate."""
        return self._least(self.situations)

    @property
    def profitable(self) -> tuple[tuple[Situation, int, BestDeviation], ...]:
        """The deviations that pay, (situation, player, deviation), the most tempting first."""
        found = [(x, i, d) for x in self.situations for i, d in enumerate(x.best) if d is not None and d.pays]
        return tuple(sorted(found, key=lambda entry: entry[2].slack))

    def _least(self, where: Iterable[Situation]) -> float | None:
        least = min((d.slack for x in where for d in x.best if d is not None), default=None)
        return None if least is None else nearest_float(least)

    def to_json(self) -> dict[str, Any]:
        """What ``servanda game strategy --json`` prints (``servanda-strategy-judged/1``)."""
        game = self.game
        return {
            "format": "servanda-strategy-judged/1",
            "strategy": self.name or "automaton",
            "game": game.name,
            "digest": game.digest,
            "discount": [float(d) for d in game.discount],
            "concept": self.concept.value,
            "equilibrium": self.equilibrium,
            "why": self.why,
            "margin": self.margin,
            "least_slack": self.least_slack,
            "values": _numbers(game, self.values),
            "radius": self.radius,
            "situations": [
                {
                    "mode": x.mode,
                    "state": x.state,
                    "profile": list(x.profile),
                    "on_path": x.on_path,
                    "values": _numbers(game, x.values),
                    "best_deviations": {
                        who: None if d is None else {
                            "action": d.action, "slack": nearest_float(d.slack), "exact_slack": written(d.slack),
                            "pays": d.pays}
                        for who, d in zip(game.players, x.best, strict=True)},
                }
                for x in self.situations
            ],
            "certificate": None if self.certificate is None else {"kind": self.certificate.kind, "checked": True},
        }


def evaluate(game: StochasticGame, strategy: Played | PublicAutomaton) -> Judged:
    """Judge a strategy on a game: what it is worth, which deviations are best, whether it is an equilibrium.

    ``strategy``  a strategy or the name of one, an automaton, or a list with one of these for each player.

    A deviation that changes nothing for anybody, today or tomorrow, is none, unless it is answered.
    That it is no equilibrium is an answer, with the deviations that pay (``Judged.profitable``), not an error.  Raises
    ``GameError`` if the strategy does not fit the game, or players can pay one another.

    >>> from games import repeated_game
    >>> from games.play.strategies import grim, tit_for_tat
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5)
    >>> judged = evaluate(dilemma, grim())
    >>> judged.equilibrium, judged.margin, judged.certificate.check(dilemma).accepted
    (True, 1.0, True)
    >>> judged = evaluate(dilemma, tit_for_tat())
    >>> judged.equilibrium, [(x.mode, i, str(d.slack)) for x, i, d in judged.profitable][0]
    (False, ('P2 defected', 0, '-2/3'))
    """
    insist_on_game(game)
    if game.transfers != "none":
        raise GameError("players can pay one another in this game, and strategies say nothing of payments; "
                        "judge it with transfers=\"none\" (--transfers none)")
    name = strategy.name if isinstance(strategy, Strategy) else strategy if isinstance(strategy, str) else ""
    names: tuple[str, ...] = ()
    if not isinstance(strategy, StrategyAutomaton | PublicAutomaton):
        machine = machine_of(game, strategy)
        strategy = machine.automaton()
        if isinstance(strategy, PublicAutomaton):
            names = tuple(machine.names[m] for m, _ in np.argwhere(machine.reach).tolist())
    if isinstance(strategy, StrategyAutomaton):
        return _by_deviator(game, name, strategy)
    return _by_signal(game, name, strategy, names or tuple(f"mode {k}" for k in range(len(strategy.modes))))


# -- automata that answer who deviated -------------------------------------------------------------------------------


def _by_deviator(game: StochasticGame, name: str, automaton: StrategyAutomaton) -> Judged:
    found = examine(game, automaton)
    if not isinstance(found, Evaluation):
        raise GameError(f"strategy: {found.place}: {found.problem}")
    s = found.slacks
    fails = np.array([x < 0 for x in s.high.tolist()], dtype=bool)
    certificate: Certificate | None = None
    if s.proved.all():
        certificate = NoProfitableDeviation.of(game, automaton, _path(game, found))
    elif fails.any():
        k = s.least(fails)
        assert k is not None
        mode, state = found.chain.nodes[int(s.node[k])]
        link = WeakestLink(mode, state, int(s.player[k]), int(s.row[k]), float(s.units[k]))
        certificate = ProfitableDeviation.of(game, automaton, link)
    situations = []
    best = _best(found)
    for k, (mode, state) in enumerate(found.chain.nodes):
        if found.reached[k]:
            values = _worth(found, k)
            profile = _profile(game, state, found.chain.cells[k])
            situations.append(Situation(
                automaton.modes[mode], game.states[state], profile, bool(found.on_path[k]), values,
                tuple(_deviation(found, best.get((k, i))) for i in range(game.n_players))))
    mixed = any(cell.mix is not None for cell in automaton.cells.values())
    concept = SolutionConcept.MIXED_REVERSION if mixed else SolutionConcept.PURE_SUBGAME_PERFECT
    start = {mode: _worth(found, found.chain.number[mode, game.initial]) for mode, _ in automaton.initial}
    most = 1.0 if found.share is None else max(float(x) for row in found.share for x in row)
    judged = Judged(game, name, automaton, _expected(automaton, start), tuple(situations), None, concept, None, None,
                    s.values.radius * most)
    return _settled(judged, certificate)


def _worth(found: Evaluation, node: int) -> tuple[Fraction, ...]:
    """What a mode and state are worth to each player, from below, told of the game as it was given."""
    values = tuple(low for low, _ in found.slacks.values.enclosed(node))
    if found.share is None:
        return values
    return tuple(x * part for x, part in zip(values, found.share[found.chain.nodes[node][1]], strict=True))


def _best(found: Evaluation) -> dict[tuple[int, int], int]:
    """(node, player) -> the position of the deviation of least slack."""
    s, out = found.slacks, dict[tuple[int, int], int]()
    low = s.low.tolist()
    for k, key in enumerate(zip(s.node.tolist(), s.player.tolist(), strict=True)):
        if key not in out or low[k] < low[out[key]]:
            out[key] = k
    return out


def _deviation(found: Evaluation, k: int | None) -> BestDeviation | None:
    if k is None:
        return None
    s, game = found.slacks, found.chain.exact.game
    i, row, node = int(s.player[k]), int(s.row[k]), int(s.node[k])
    own = s.values.exact[node]
    brings = s.values.exact_outcome(found.chain.deviations.terms, int(s.item[k]), i)
    exact = own is not None and brings is not None
    slack = _rational(own[i] - brings) if exact and own is not None else Fraction(int(s.low[k]), GRID)
    unit = found.chain.exact.unit(found.chain.nodes[node][1], i)
    return BestDeviation(row, game.profile_labels(row)[i], slack / unit)


def _path(game: StochasticGame, found: Evaluation) -> Plan | None:
    """The plan that allows what the path plays, in the states that it comes to; None where actions are mixed."""
    allowed = np.ones(game.n_rows, dtype=bool)
    nodes = np.flatnonzero(found.on_path).tolist()
    if any(found.chain.cells[k].mix is not None for k in nodes):
        return None
    for k in nodes:
        here = game.rows_of(found.chain.nodes[k][1])
        allowed[here.start:here.stop] = False
    allowed[[found.chain.cells[k].row for k in nodes]] = True
    return Plan(game, allowed)


def _profile(game: StochasticGame, state: int, cell: Cell) -> tuple[str, ...]:
    if cell.mix is None:
        return game.profile_labels(cell.row)
    return tuple(" + ".join(f"{p} {label}" for p, label in zip(mixture, game.actions[state][i], strict=True) if p)
                 for i, mixture in enumerate(cell.mix))


# -- automata that answer what everyone sees -------------------------------------------------------------------------


def _by_signal(game: StochasticGame, name: str, automaton: PublicAutomaton, names: tuple[str, ...]) -> Judged:
    if game.undiscounted:
        raise GameError("strategy: what follows depends on how somebody deviates, or on signals, and without "
                        "discounting only strategies are judged that ask who deviated; take discount factors below 1")
    found = evaluate_public(OutcomeWeights(game), automaton)
    if not isinstance(found, PublicEvaluation):
        raise GameError(f"strategy: {found.place}: {found.problem}")
    best: dict[tuple[int, int], PublicSlack] = {}
    for x in found.slacks:
        if (x.mode, x.player) not in best or x.low < best[x.mode, x.player].low:
            best[x.mode, x.player] = x
    certificate: Certificate | None = None
    if all(x.low >= 0 for x in found.slacks):
        rows = np.ones(game.n_rows, dtype=bool)
        modes = [automaton.modes[k] for k in sorted(found.on_path)]
        for mode in modes:
            here = game.rows_of(mode.state)
            rows[here.start:here.stop] = False
        rows[[mode.row for mode in modes]] = True
        certificate = PublicSelfGeneration.of(game, automaton, Plan(game, rows))
    else:
        for x in sorted(best.values(), key=lambda slack: slack.units):
            if x.high < 0:
                certificate = PublicProfitableDeviation.of(game, automaton, x.mode, x.player, x.row)
                if certificate.check(game).accepted:
                    break
    situations = tuple(
        Situation(
            names[k], game.states[mode.state], game.profile_labels(mode.row), k in found.on_path, mode.payoffs,
            tuple(_seen_deviation(game, best.get((k, i))) for i in range(game.n_players)))
        for k, mode in enumerate(automaton.modes))
    radius = max(nearest_float(_rational(r)) for r in found.radius)
    start = {mode: automaton.modes[mode].payoffs for mode, _ in automaton.initial}
    judged = Judged(game, name, automaton, _expected(automaton, start), situations, None, SolutionConcept.PURE_PUBLIC,
                    None, None, radius)
    return _settled(judged, certificate)


def _seen_deviation(game: StochasticGame, x: PublicSlack | None) -> BestDeviation | None:
    return None if x is None else BestDeviation(
        x.row, game.profile_labels(x.row)[x.player], _rational(x.units))


def _expected(
    automaton: StrategyAutomaton | PublicAutomaton, values: Mapping[int, Sequence[Fraction]]
) -> tuple[Fraction, ...]:
    """What the start is worth to each player."""
    parts = [[p * v for v in values[mode]] for mode, p in automaton.initial]
    return tuple(sum(column, Fraction(0)) for column in zip(*parts, strict=True))


def _settled(judged: Judged, certificate: Certificate | None) -> Judged:
    """The answer that a certificate proves, once its own check has accepted it."""
    if certificate is None:
        return replace(judged, why="a slack is zero within what is known of the values")
    report = certificate.check(judged.game)
    if not report.accepted:
        why = f"the exact check refused the proof: {report.place}: {report.problem}"
        return replace(judged, report=report, why=why)
    holds = isinstance(certificate, NoProfitableDeviation | PublicSelfGeneration)
    return replace(judged, equilibrium=holds, certificate=certificate, report=report)


def _rational(number: Any) -> Fraction:
    return Fraction(int(number.p), int(number.q))


def _numbers(game: StochasticGame, values: Sequence[Fraction]) -> dict[str, dict[str, float | str]]:
    """Numbers by player for JSON, as floats and exactly."""
    return {who: {"about": nearest_float(v), "exact": written(v)} for who, v in zip(game.players, values, strict=True)}
