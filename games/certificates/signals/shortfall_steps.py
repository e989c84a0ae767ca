"""Steps of a public shortfall: what each claims, and what is left after it has been re-proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np
from flint import fmpq
from scipy.sparse import csr_array

from games.certificates.signals.outcomes import ExactOutcomes
from games.certificates.transfers.worth import rational
from games.model.plan import Plan

Multipliers = tuple[tuple[int, Fraction], ...]
"""(row that a single player's deviation brings about, multiplier) pairs."""



@final
@dataclass(frozen=True)
class PublicStep:
    """One step that lowers bounds.

    ``multipliers``  (row, aim, multipliers): to be used from now on.  Aim 0 is the joint payoff, aim i + 1 the
                     punishment of player i.  What is given for no row yet is no deviations.
    ``dropped``      (row, multipliers) that show that the row cannot be enforced at the levels before.
    ``states``       whose levels it sets: ``joint`` at least what all can have together, ``worst`` per player at most
                     what it can be held to.  No ``worst``: the step looks at the plan's path only.
    ``settled``      without burning: the plan settles the path, so that ``joint`` is exactly what it brings, and from
                     now on the price c_z of an outcome on it may be negative.
    """

    multipliers: tuple[tuple[int, int, Multipliers], ...]
    dropped: tuple[tuple[int, Multipliers], ...]
    states: tuple[int, ...]
    joint: tuple[Fraction, ...]
    worst: tuple[tuple[Fraction, ...], ...] | None = None
    settled: bool = False


Terms = tuple[Any, dict[int, Any], list[dict[int, Any]]]
"""A constant, what U counts for by next state, and what v counts for by player and next state."""


@final
class StepsLeft:
    """What the steps so far have left: rows, states, levels, and rows of the path."""

    def __init__(self, outcomes: ExactOutcomes) -> None:
        self.outcomes, self.game = outcomes, outcomes.game
        game, n = self.game, self.game.n_players
        self.alive = np.ones(game.n_rows, dtype=bool)
        self.live = np.ones(game.n_states, dtype=bool)
        self.open = self.live
        self.on_path = False
        self.settled: set[int] = set()
        self.terms: dict[tuple[int, int], Terms] = {}
        payoffs = [[outcomes.payoff(row, i) for i in range(n)] for row in range(game.n_rows)]
        self.joint = [max(sum(g, fmpq(0)) for g in payoffs)] * game.n_states
        self.worst = [[min(g[i] for g in payoffs) for i in range(n)] for _ in range(game.n_states)]
        ahead = [(row, s) for row in range(game.n_rows) for s in {z[1] for z in outcomes.law(row)}]
        self.leads = csr_array(
            (np.ones(len(ahead), dtype=np.int64), tuple(np.array(ahead).T)), shape=(game.n_rows, game.n_states))
        self.weights = [[fmpq(1)] * n, *([fmpq(-int(i == j)) for j in range(n)] for i in range(n))]

    def apply(self, step: PublicStep, plan: Plan | None, place: str) -> tuple[str, str] | None:
        """Check one step and do what it does; the place and the problem if it does not hold."""
        if wrong := self._malformed(step, plan, place):
            return wrong
        if step.worst is None and not self.on_path:
            assert plan is not None
            self.on_path = True
            self.alive = self.alive & plan.allowed
            self._close()
        if step.settled:
            return self._settle(step, place)
        zero = [fmpq(0)] * self.game.n_players
        for k, (row, given) in enumerate(step.dropped):
            terms = self._terms(row, zero, given)
            if isinstance(terms, str):
                return f"{place}.dropped[{k}]", terms
            if self._value(terms) >= 0:
                return f"{place}.dropped[{k}]", f"{self.game.place(row)}: these multipliers leave room for it"
            self.alive[row] = False
        for k, (row, aim, given) in enumerate(step.multipliers):
            terms = self._terms(row, self.weights[aim], given)
            if isinstance(terms, str):
                return f"{place}.multipliers[{k}]", terms
            self.terms[row, aim] = terms
        self._close()
        if wrong := self._levels(step, place):
            return wrong
        self._close()
        return None

    def _settle(self, step: PublicStep, place: str) -> tuple[str, str] | None:
        """Take joint payoffs of a path that the plan settles, if they are exact."""
        game, outcomes = self.game, self.outcomes
        if game.burning:
            return f"{place}.settled", "money can be burnt, so that the path may bring less than its payoffs"
        joint = {s: rational(x) for s, x in zip(step.states, step.joint, strict=True)}
        for k, s in enumerate(step.states):
            rows = [row for row in game.rows_of(s) if self.alive[row]]
            if len(rows) != 1:
                return f"{place}.states[{k}]", f"{len(rows)} profiles are left in state {game.states[s]!r}, not one"
            law = outcomes.law(rows[0])
            if any(z[1] not in joint for z in law):
                return f"{place}.states[{k}]", f"{game.place(rows[0])}: the path leaves the states of this step"
            brings = (1 - outcomes.factor) * sum((outcomes.payoff(rows[0], i) for i in range(game.n_players)), fmpq(0))
            brings += outcomes.factor * sum((p * joint[z[1]] for z, p in law.items()), fmpq(0))
            if joint[s] != brings:
                return f"{place}.joint[{k}]", "it is not what the path brings"
            self.settled.add(rows[0])
        for s, x in joint.items():
            self.joint[s] = x
        return None

    def _malformed(self, step: PublicStep, plan: Plan | None, place: str) -> tuple[str, str] | None:
        game = self.game
        if step.worst is None and plan is None:
            return place, "the path is looked at without a plan"
        if step.settled and (step.worst is not None or step.dropped or step.multipliers):
            return place, "a step that settles the path states its joint payoffs and nothing else"
        if step.worst is not None and self.on_path:
            return f"{place}.worst", "punishments cannot be computed from the rows of a path"
        if len(set(step.states)) < len(step.states) or any(not 0 <= s < game.n_states for s in step.states):
            return f"{place}.states", "states of the game, each once, are needed"
        if len(step.joint) != len(step.states):
            return f"{place}.joint", "one number per state is needed"
        if step.worst is not None and (
            len(step.worst) != game.n_players or any(len(levels) != len(step.states) for levels in step.worst)
        ):
            return f"{place}.worst", f"one list per player ({game.n_players}) of one number per state is needed"
        named = {"multipliers": [m[0] for m in step.multipliers], "dropped": [d[0] for d in step.dropped]}
        for name, rows in named.items():
            for k, row in enumerate(rows):
                if not 0 <= row < game.n_rows:
                    return f"{place}.{name}[{k}]", f"the game has no row {row}"
        for k, (_, aim, _) in enumerate(step.multipliers):
            if not 0 <= aim <= game.n_players:
                return f"{place}.multipliers[{k}]", f"aims are 0 to {game.n_players}"
        return None

    def _terms(self, row: int, weight: list[Any], given: Multipliers) -> Terms | str:
        """What the multipliers make of a row; a problem in words if they are not multipliers."""
        game, outcomes = self.game, self.outcomes
        n = game.n_players
        player_of = {b: i for i in range(n) for b in game.deviation_rows(row, i) if b != row}
        own = outcomes.law(row)
        constant = sum((w * outcomes.payoff(row, i) for i, w in enumerate(weight)), fmpq(0))
        table: list[dict[Any, Any]] = [{z: w * p for z, p in own.items()} for w in weight]
        for b, number in given:
            if b not in player_of or number < 0:
                return "multipliers, not negative, of rows that one player brings about are needed"
            i, m = player_of[b], rational(number)
            constant -= m * (outcomes.payoff(b, i) - outcomes.payoff(row, i))
            for z, p in own.items():
                table[i][z] += m * p
            for z, p in outcomes.law(b).items():
                table[i][z] = table[i].get(z, fmpq(0)) - m * p
        up: dict[int, Any] = {}
        down: list[dict[int, Any]] = [{} for _ in range(n)]
        for z in set().union(*table):
            price = max(t.get(z, fmpq(0)) for t in table)
            if row not in self.settled or z not in own:
                price = max(price, fmpq(0))
            if price:
                up[z[1]] = up.get(z[1], fmpq(0)) + price
            for i in range(n):
                if rest := price - table[i].get(z, fmpq(0)):
                    down[i][z[1]] = down[i].get(z[1], fmpq(0)) + rest
        return (1 - outcomes.factor) * constant, up, down

    def _value(self, terms: Terms) -> Any:
        constant, up, down = terms
        later = sum((c * self.joint[s] for s, c in up.items()), fmpq(0))
        for i, counts in enumerate(down):
            later -= sum((c * self.worst[s][i] for s, c in counts.items()), fmpq(0))
        return constant + self.outcomes.factor * later

    def _levels(self, step: PublicStep, place: str) -> tuple[str, str] | None:
        """Check the levels of a step against those before, and take them.

        A row that is settled may count a next state's joint payoff negatively, so that levels which follow themselves
        would make no contraction; there is nothing to lower there, either.
        """
        joint = {s: rational(x) for s, x in zip(step.states, step.joint, strict=True)}
        worst = [{s: rational(x) for s, x in zip(step.states, levels, strict=True)} for levels in step.worst or ()]
        aims = [(0, joint, self.joint, f"{place}.joint")]
        aims += [(i + 1, {s: -x for s, x in levels.items()}, [-w[i] for w in self.worst], f"{place}.worst[{i}]")
                 for i, levels in enumerate(worst)]
        for aim, new, old, where in aims:
            change = {s: x - old[s] for s, x in new.items()}
            for s, fall in change.items():
                if fall == 0:
                    continue
                if aim == 0 and any(int(self.game.row_state[row]) == s for row in self.settled):
                    return where, (f"what the settled path brings in state {self.game.states[s]!r} is known exactly; "
                                   "it stays as it is")
                for row in self.game.rows_of(s):
                    if self.alive[row] and self._brings(row, aim, change) > new[s]:
                        who = "" if aim == 0 else f"player {self.game.players[aim - 1]!r} "
                        what = "this may bring more" if aim == 0 else "may be held to less"
                        return where, f"{self.game.place(row)}: {who}{what}"
        for s, x in joint.items():
            self.joint[s] = x
        for i, levels in enumerate(worst):
            for s, x in levels.items():
                self.worst[s][i] = x
        return None

    def _brings(self, row: int, aim: int, change: Mapping[int, Any]) -> Any:
        """Bound of a row at the levels before, but for the part of the aim's own levels that makes a contraction."""
        if (row, aim) not in self.terms:
            terms = self._terms(row, self.weights[aim], ())
            assert not isinstance(terms, str)
            self.terms[row, aim] = terms
        terms = self.terms[row, aim]
        own = terms[1] if aim == 0 else terms[2][aim - 1]
        moved = sum((c * change[s] for s, c in own.items() if s in change), fmpq(0))
        return self._value(terms) + self.outcomes.factor * moved / max(fmpq(1), sum(own.values(), fmpq(0)))

    def _close(self) -> None:
        """Give up states without a row, and whatever leads there: any row for play, the row itself for a path."""
        game, law = self.game, self.leads
        played = np.logical_or.reduceat(self.alive, game.row_start[:-1])
        if not self.on_path:
            short = [sum(w, fmpq(0)) > u for u, w in zip(self.joint, self.worst, strict=True)]
            played &= ~np.array(short, dtype=bool)
        while True:
            astray = law @ (~played).astype(np.int64) > 0
            if self.on_path:
                self.alive = self.alive & ~astray
            else:
                self.alive = self.alive & ~np.logical_or.reduceat(astray, game.row_start[:-1])[game.row_state]
            now = np.logical_or.reduceat(self.alive, game.row_start[:-1]) & played
            if (now == played).all():
                break
            played = now
        self.open = played
        if not self.on_path:
            self.live = played
