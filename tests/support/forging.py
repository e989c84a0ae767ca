"""Forged certificates: evidence of one game put forward about another, of which brute force knows that it is false.

A donor is a game with a certificate that is right.  A victim is a game with the same players, states and actions, other
numbers, and a plan.  The donor's evidence is made out for the victim (its digest, its plan), changed at random in up to
three places, and sealed again.  It counts as a forgery only where the claim, as it stands in the evidence, is false of
the victim by the elementary arguments of this module, which share no code with the checkers.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from games.certificates.certificate import Certificate, SolutionConcept
from games.certificates.certificate_file import read_certificate
from games.certificates.reading import CertificateError
from games.certificates.sealing import sealed
from games.model.outcome_laws import OutcomeLaws
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import Cell, StrategyAutomaton
from games.numerics.exact import LEAST_CHANCE
from tests.support import brute_force

F = Fraction
HUGE, TINY = str(10**40), "1/" + str(10**400)
Document = dict[str, Any]
DISCOUNTS = (
    "1/50", "1/10", "1/4", "3/10", "1/3", "333333333333333333333/1000000000000000000000", "2/5", "1/2", "3/4", "9/10",
)


# -- what brute force knows -----------------------------------------------------------------------------------------


class Truth:
    """What is known of one game: which plans some equilibrium follows, and which none does.

    ``hopeless``  it has no equilibrium at all.
    """

    def __init__(self, game: StochasticGame, hopeless: bool = False) -> None:
        self.game = game
        self.hopeless = hopeless
        self.payments = game.transfers == "voluntary"
        laws = OutcomeLaws(game)
        rows = [list(game.rows_of(s)) for s in range(game.n_states)]
        # Where the states are copies of one stage game, bounds on it hold in each of them.
        self.one_stage = all(
            [[game.exact_payoff(r, i) for i in range(game.n_players)] for r in own]
            == [[game.exact_payoff(r, i) for i in range(game.n_players)] for r in rows[0]] for own in rows)
        self.detected = {
            (row, other): laws.exact(row) != laws.exact(other)
            for row in range(game.n_rows) for i in range(game.n_players) for other in game.deviation_rows(row, i)}
        self.floor = [min(max(game.exact_payoff(b, i) for b in game.deviation_rows(r, i)) for r in rows[0])
                      for i in range(game.n_players)]
        self.alive = self._alive()
        small = sum(len(own) for own in rows) <= 8
        self.stationary = set(brute_force.stationary_equilibria(game)) if small else set()
        self.kept_paths = set(self.stationary)
        if game.monitoring is None and small and not self.payments:
            self.kept_paths |= {
                tuple(automaton.cells[0, s].row for s in range(game.n_states))
                for automaton in brute_force.reversion_paths(game)}
        exact = self.payments and game.monitoring is None and game.common_discount and small
        self.paid = brute_force.transfer_payoffs(game) if exact else None

    def _alive(self) -> set[int]:
        """Rows that may be played: no deviation gains more than all that can follow it takes away again."""
        game, n = self.game, self.game.n_players
        alive = set(range(game.n_rows))
        while self.one_stage and alive:
            top = [max(game.exact_payoff(r, i) for r in alive) for i in range(n)]
            joint = max(sum((game.exact_payoff(r, i) for i in range(n)), F(0)) for r in alive)
            spare = [joint - sum(self.floor) if self.payments else top[i] - self.floor[i] for i in range(n)]
            left = {r for r in alive if all(self._deterred(r, b, i, spare[i])
                                            for i in range(n) for b in game.deviation_rows(r, i))}
            if left == alive:
                break
            alive = left
        return alive

    def _deterred(self, row: int, other: int, player: int, spare: Fraction) -> bool:
        d = self.game.exact_discount(player)
        gain = self.game.exact_payoff(other, player) - self.game.exact_payoff(row, player)
        return (1 - d) * gain <= (d * spare if self.detected[row, other] else 0)

    def allowed(self, plan: Mapping[str, Any]) -> list[list[int]] | None:
        """Rows per state that a plan allows; None if it is no plan of the game."""
        try:
            mask = Plan.from_json(self.game, plan).allowed
        except GameError:
            return None
        return [[r for r in self.game.rows_of(s) if mask[r]] for s in range(self.game.n_states)]

    def kept(self, plan: Mapping[str, Any] | None) -> bool:
        """Whether some equilibrium is known that follows the plan (None: any)."""
        paths = product(*(self.allowed(plan or {}) or [[]]))
        return any(path in self.kept_paths or self._paid_for(path) for path in paths)

    def broken(self, plan: Mapping[str, Any]) -> bool:
        """Whether it is known that no equilibrium follows the plan."""
        allowed = self.allowed(plan)
        if allowed is None or self.hopeless:
            return self.hopeless
        paths = list(product(*allowed))
        if self.paid is not None and len(paths) == 1:
            return not self._paid_for(paths[0])
        return not any(r in self.alive and not self._path_broken(r, allowed) for r in allowed[self.game.initial])

    def _paid_for(self, path: tuple[int, ...]) -> bool:
        if self.paid is None:
            return False
        slack = brute_force.transfer_path_slack(self.game, self._reached(path), self.paid)
        return slack is not None and slack >= 0

    def _reached(self, path: tuple[int, ...]) -> dict[int, int]:
        """State -> row, for the states that the path comes to."""
        reached, waiting = {}, [self.game.initial]
        while waiting:
            s = waiting.pop()
            reached[s] = path[s]
            waiting += [t for t in self.game.exact_transition(path[s]) if t not in reached]
        return reached

    def _path_broken(self, row: int, allowed: list[list[int]]) -> bool:
        """One state, one row for ever, no payments: it brings less than to deviate and be held to the least."""
        game = self.game
        if self.payments or game.n_states > 1 or allowed != [[row]]:
            return False
        return any(
            game.exact_payoff(row, i) < (1 - game.exact_discount(i)) * game.exact_payoff(b, i)
            + game.exact_discount(i) * self.floor[i]
            for i in range(game.n_players) for b in game.deviation_rows(row, i))

    def no_payoff(self, payoff: tuple[Fraction, ...]) -> bool:
        """Whether a payoff, give or take what rounding may be tolerated, is known to be that of no equilibrium."""
        game, n = self.game, self.game.n_players
        if self.hopeless:
            return True
        if self.payments or not self.one_stage or len(payoff) != n:
            return False
        stage = [[game.exact_payoff(r, i) for r in sorted(self.alive)] for i in range(n)]
        slack = F(1, 10**4) * max((max(x) - min(x) for x in stage if x), default=F(1))
        return not self.alive or any(
            u > max(x) + slack or u < max(min(x), least) - slack
            for u, x, least in zip(payoff, stage, self.floor, strict=True))

    def is_equilibrium(self, automaton: StrategyAutomaton) -> bool | None:
        """Whether no deviation pays after any that was not joint, in pure automata that are whole; None of others."""
        cells, states = automaton.cells, range(self.game.n_states)
        whole = set(cells) == set(product(range(len(automaton.modes)), states))
        if not cells or not whole or self.game.monitoring is not None:
            return None
        if not all(cell.mix is None and cell.row in self.game.rows_of(s) and self._lotteries_sound(automaton, cell)
                   for (_, s), cell in cells.items()):
            return None
        seen, waiting = set(), [(m, self.game.initial) for m, p in automaton.initial if p]
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            cell = cells[key]
            for i in range(self.game.n_players):
                for row in self.game.deviation_rows(cell.row, i):
                    for s in self.game.exact_transition(row):
                        lottery = cell.continuation(s) if row == cell.row else cell.punishment(i, s)
                        waiting += [(m, s) for m, p in lottery if p]
        slack = brute_force.least_slack(self.game, replace(automaton, cells={key: cells[key] for key in seen}))
        return slack is None or slack >= 0

    def _lotteries_sound(self, automaton: StrategyAutomaton, cell: Cell) -> bool:
        lotteries = [automaton.initial, cell.then, *cell.punish, *cell.then_at.values(), *cell.punish_at.values()]
        return len(cell.punish) == self.game.n_players and all(
            sum(p for _, p in x) == 1 and all(p >= 0 and 0 <= m < len(automaton.modes) for m, p in x)
            and len({m for m, _ in x}) == len(x) for x in lotteries)


# -- which claims are false -----------------------------------------------------------------------------------------


def _plan_kept(truth: Truth, claim: Any) -> bool:
    return truth.broken(claim.plan)


def _public_automaton_fails(truth: Truth, claim: Any) -> bool:
    """That an automaton fails which plays a stationary equilibrium, one mode for each state."""
    rows = {mode.state: mode.row for mode in claim.automaton.modes}
    return len(rows) == len(claim.automaton.modes) and tuple(
        rows.get(s) for s in range(truth.game.n_states)) in truth.stationary


def _plan_excluded(truth: Truth, claim: Any) -> bool:
    return truth.kept(claim.plan)


def _automaton_holds(truth: Truth, claim: Any) -> bool:
    mixes = any(cell.mix is not None for cell in claim.automaton.cells.values())
    if mixes and claim.concept is SolutionConcept.MIXED_REVERSION:
        return False  # what is known here is known of pure actions
    return truth.broken(claim.plan) or truth.is_equilibrium(claim.automaton) is False


def _exclusion(truth: Truth, claim: Any) -> bool:
    if claim.point is None:
        return truth.kept(claim.plan)
    state, payoff = claim.point
    if claim.plan is not None or not 0 <= state < truth.game.n_states:
        return False
    worth = (brute_force.automaton_values(truth.game, brute_force.stationary(truth.game, rows))[0, state]
             for rows in truth.stationary)
    return any(tuple(values) == tuple(payoff) for values in worth)


def _negotiated(truth: Truth, claim: Any) -> bool:
    """What payments cannot hold together negotiation does not; a best profile that is static play it cannot break."""
    if claim.kept:
        return truth.broken(claim.plan)
    game, paths = truth.game, list(product(*(truth.allowed(claim.plan) or [[]])))
    joint = [sum(game.exact_payoff(r, i) for i in range(game.n_players)) for r in range(game.n_rows)]
    return game.n_states == 1 and len(paths) == 1 and paths[0] in truth.stationary and joint[paths[0][0]] == max(joint)


def _points(truth: Truth, claim: Any) -> bool:
    points = [p.payoff for s, own in claim.points.items() if s < truth.game.n_states for p in own]
    return any(map(truth.no_payoff, [*points, *([] if claim.target is None else [claim.target[1]])]))


FALSE: dict[str, Callable[[Truth, Any], bool]] = {
    "no-profitable-deviation": _automaton_holds,
    "profitable-deviation": lambda truth, claim: truth.is_equilibrium(claim.automaton) is True,
    "self-generation": _points,
    "exclusion": _exclusion,
    "transfer-plan": _plan_kept,
    "surplus-shortfall": _plan_excluded,
    "negotiated-plan": _negotiated,
    "public-self-generation": _plan_kept,
    "public-profitable-deviation": _public_automaton_fails,
    "public-exclusion": _plan_excluded,
    "public-transfer-plan": _plan_kept,
    "public-shortfall": _plan_excluded,
    "undetected-deviation": _plan_excluded,
    "maximal-score": lambda truth, claim: bool(truth.stationary) and (
        claim.plan is None or any(path in truth.stationary for path in product(*(truth.allowed(claim.plan) or [[]])))),
}
"""Per kind of certificate whether brute force knows that what it claims is false of a game."""


# -- forging --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Forgery:
    """A false claim about ``truth.game``: ``certificate``, as it is read from ``document``."""

    donor: str
    truth: Truth
    document: Document
    certificate: Certificate


def victims(game: StochasticGame, rng: np.random.Generator) -> Iterator[StochasticGame]:
    """The game itself and others of its shape: patience, temptation, players, payments and what is seen changed."""
    yield game
    for discount in DISCOUNTS:
        yield game.with_discount(discount)
    # Discounted first: what is paid for ever after the end of a game is nothing, and this does not hold of the others.
    discounted = game.with_discount("1/2")
    whole = {key: x for key, x in discounted.rationals.items() if key[0] != "payoff"}
    tempting = game.payoffs + rng.integers(0, 4, size=game.payoffs.shape)
    for payoffs in (tempting, game.payoffs[:, ::-1], -game.payoffs, game.payoffs[rng.permutation(game.n_rows)]):
        other = replace(discounted, payoffs=np.ascontiguousarray(payoffs), rationals=whole)
        for discount in ("1/20", "9/10"):
            yield other.with_discount(discount)
    yield replace(game, burning=not game.burning)
    yield replace(game, transfers="none" if game.transfers == "voluntary" else "voluntary")
    if game.monitoring is not None:
        yield replace(game, monitoring=None)
        tables = [game.monitoring.table(s) for s in range(game.n_states)]
        blind = tuple(np.tile(law[:1], (len(law), 1)) for law in tables)
        exact = {key: x for key, x in game.monitoring.rationals.items() if key[0] == "next"}
        yield replace(game, monitoring=replace(game.monitoring, law=blind, rationals=exact))


def trapped(game: StochasticGame) -> StochasticGame:
    """A game of one state and two players with a way, however unlikely, to matching pennies for ever.

    There nobody is content with what is played whatever may follow, for the pure minmax is the most there is: no pure
    equilibrium exists from any state on which pennies may follow, at any discount factor, with payments or without.
    """
    rows, seen = game.n_rows, game.monitoring
    law = np.vstack([np.tile([1.0, LEAST_CHANCE], (rows, 1)), np.tile([0.0, 1.0], (4, 1))])
    exact = {key: x for key, x in game.rationals.items() if key[0] != "transition"}
    exact |= {("transition", row, 0): 1 - F(TINY) for row in range(rows)}
    exact |= {("transition", row, 1): F(TINY) for row in range(rows)}
    return replace(
        game, states=(*game.states, "pennies"), actions=(*game.actions, (("heads", "tails"),) * 2),
        payoffs=np.vstack([game.payoffs, [[1, -1], [-1, 1], [-1, 1], [1, -1]]]), transition=csr_array(law),
        rationals=exact,
        monitoring=None if seen is None else replace(
            seen, signals=(*seen.signals, ()), law=(*seen.law, np.zeros((4, 0))), next_law=None, rationals={
                key: x for key, x in seen.rationals.items() if key[0] == "signal"}))


def plans(game: StochasticGame) -> Iterator[Mapping[str, Any] | None]:
    """One profile for ever, the same by number in every state; and no plan."""
    yield None
    for k in range(min(len(game.rows_of(s)) for s in range(game.n_states))):
        yield {name: [list(game.profile_labels(game.rows_of(s)[k]))] for s, name in enumerate(game.states)
               if name != "pennies"}


def forged(donor: str, certificate: Certificate, truth: Truth, plan: Mapping[str, Any] | None,
           rng: np.random.Generator) -> Forgery | None:
    """The certificate made out for another game and plan, changed in up to three places; None if it is no false claim.

    Raises whatever the reader raises besides ``CertificateError``.
    """
    document: Document = json.loads(json.dumps(certificate.to_json()))
    document["game_digest"] = truth.game.digest
    claim = document.get("claim", document)
    if "plan" in claim and plan is not None:
        claim["plan"] = plan
    if "point" in claim and truth.stationary:
        worth = brute_force.automaton_values(truth.game, brute_force.stationary(truth.game, min(truth.stationary)))
        claim["point"]["payoff"] = [str(x) for x in worth[0, claim["point"]["state"]]]
    document = edited(document, rng)
    if rng.integers(6) == 0 and "concept" in document:
        document["concept"] = str(rng.choice([concept.value for concept in SolutionConcept]))
    document = resealed(document)
    try:
        found = read_certificate(document)
    except CertificateError:
        return None
    return Forgery(donor, truth, document, found) if FALSE[found.kind](truth, found) else None


def edited(document: Document, rng: np.random.Generator) -> Document:
    """A document with up to three of its lists and numbers changed."""
    for _ in range(int(rng.integers(0, 4))):
        _edit(document, rng)
    return document


def resealed(document: Document) -> Document:
    """What somebody does who changes a file and knows about seals."""
    out = {key: _resealed(value) for key, value in document.items() if key != "seal"}
    return sealed(out)


def _resealed(value: Any) -> Any:
    if isinstance(value, list):
        return [_resealed(x) for x in value]
    if isinstance(value, dict):
        inner = {key: _resealed(x) for key, x in value.items() if key != "seal"}
        return sealed(inner) if "seal" in value else inner
    return value


KEPT_AS_IT_IS = ("format", "kind", "game_digest", "seal", "concept")


def _edit(document: Document, rng: np.random.Generator) -> None:
    """Change one list or one number of a document."""
    places = list(_places(document))
    if not places:
        return
    holder, key = places[int(rng.integers(len(places)))]
    old = holder[key]
    if isinstance(old, list):
        holder[key] = _list_edited(list(old), rng)
    elif isinstance(old, int):
        holder[key] = int(rng.choice([0, 1, old + 1, max(old - 1, 0), 2 * old, 7]))
    else:
        number = F(old)
        holder[key] = str(rng.choice([
            "0", str(-number), str(2 * number), str(number / 2), HUGE, "-" + HUGE, TINY, str(number + F(TINY)),
            str(number + 1), str(number - 1)]))


def _list_edited(old: list[Any], rng: np.random.Generator) -> list[Any]:
    if not old:
        return old
    k, j = (int(x) for x in rng.integers(len(old), size=2))
    way = int(rng.integers(6))
    if way == 0:
        del old[k]
    elif way == 1:
        old.insert(j, old[k])
    elif way == 2:
        old[k], old[j] = old[j], old[k]
    elif way == 3:
        old = old[::-1]
    elif way == 4:
        old = old[k:] + old[:k]
    else:
        old = old[:k]
    return copy.deepcopy(old)


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """(holder, key) of every list and every number."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        if key in KEPT_AS_IT_IS:
            continue
        if isinstance(value, list) or (isinstance(value, int) and not isinstance(value, bool)):
            yield node, key
        elif isinstance(value, str):
            try:
                F(value)
                yield node, key
            except ValueError:
                pass
        if isinstance(value, (dict, list)):
            yield from _places(value)


def doubled(game: StochasticGame) -> StochasticGame:
    """Two states that are copies of the one state of a game, and follow one another by chance whatever is done."""
    two, seen = game.n_rows * 2, game.monitoring
    exact = {key: x for key, x in game.rationals.items() if key[0] == "discount"}
    return replace(
        game, states=("s0", "s1"), actions=game.actions * 2, payoffs=np.vstack([game.payoffs] * 2), rationals=exact,
        transition=csr_array(np.tile([0.25, 0.75], (two, 1))),
        monitoring=None if seen is None else replace(seen, signals=seen.signals * 2, law=seen.law * 2, rationals={}))


def campaign(
    donors: Mapping[str, tuple[StochasticGame, Certificate]], each: int, seed: int, most_tries: int = 40
) -> tuple[Counter[str], list[Forgery]]:
    """How many forgeries of each kind were put to the checkers, and those that were accepted.

    ``each``  forgeries that are sought per donor, in at most ``most_tries`` times as many tries.
    """
    counts: Counter[str] = Counter()
    accepted = []
    for number, (name, (game, certificate)) in enumerate(sorted(donors.items())):
        rng = np.random.default_rng([seed, number])
        known = [Truth(other) for other in victims(game, rng)]
        if game.n_states == 1 and game.n_players == 2:
            known += [Truth(trapped(game.with_discount(d)), hopeless=True) for d in ("1/2", "9/10")]
        attacked = [(truth, plan) for truth in known for plan in plans(truth.game)]
        found = 0
        for _ in range(each * most_tries):
            if found == each:
                break
            truth, plan = attacked[int(rng.integers(len(attacked)))]
            one = forged(name, certificate, truth, plan, rng)
            if one is not None:
                found += 1
                counts[one.certificate.kind] += 1
                if one.certificate.check(truth.game).accepted:
                    accepted.append(one)
    return counts, accepted
