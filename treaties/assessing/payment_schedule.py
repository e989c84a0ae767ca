"""Who would have to pay whom, how much and when: the payments of a proved plan, in the treaty's own years."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve

from games.certificates.transfers.payments import Payment, payments
from games.certificates.transfers.plan import TransferPlan
from games.numerics.arrays import Floats, Ints
from games.play.markov_play import MarkovPlay
from games.solvers.relational_transfers import least_payments
from treaties.assessing.timeline import years_shown
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import deviation_in_words, state_in_words, term_year, world_in_words
from treaties.findings.records import PaymentCase, PaymentSchedule, PaymentYear, Penalty

NOTICEABLE = 1e-4
"""Payments below this share of the largest payoff are rounding, and what exact arithmetic needs to spare."""

LEAST = (
    "the least payments that keep full compliance stable: of smallest expected present value, nothing at signature, "
    "nothing to spare; parties may agree on more"
)
EQUAL = "one schedule of many: what deterrence leaves over is shared equally; too little is left to find the least"


def schedule(compiled: CompiledTreaty, plan: TransferPlan) -> PaymentSchedule:
    """The payments on the path of an accepted transfer plan of a treaty compiled with side payments."""
    found = least_payments(plan, compiled.game)
    selection = LEAST
    if found is None:
        found = tuple(p for p in payments(plan, compiled.game) if p.punished is None)
        selection = EQUAL
    return _Schedule(compiled, plan, found).told(selection)


@final
@dataclass(frozen=True, eq=False)
class _Schedule:
    """Payments along the path, as arcs between its states."""

    compiled: CompiledTreaty
    plan: TransferPlan
    found: tuple[Payment, ...]

    @cached_property
    def factor(self) -> float:
        return float(self.compiled.game.discount[0])

    @cached_property
    def play(self) -> MarkovPlay:
        """The path as Markov play; what is played off the path does not matter here."""
        rows = self.compiled.game.row_start[:-1].copy()
        for cell in self.plan.cells:
            if cell.path is not None:
                rows[cell.state] = cell.path
        return MarkovPlay(self.compiled.game, rows)

    @cached_property
    def after(self) -> Ints:
        """Int[arcs]: the row played before each payment."""
        return np.array([p.after for p in self.found], dtype=np.int64)

    @cached_property
    def origin(self) -> Ints:
        """Int[arcs]: the state in which it was played."""
        return np.asarray(self.compiled.game.row_state[self.after], dtype=np.int64)

    @cached_property
    def chance(self) -> Floats:
        """Float[arcs]: the chance of the state that follows."""
        law = csr_array(self.compiled.game.transition[self.after])
        return np.asarray(law[np.arange(len(self.found)), np.array([p.state for p in self.found])]).ravel()

    @cached_property
    def net(self) -> Floats:
        """Float[arcs, parties]: net payments, what is not noticeable left out."""
        net = np.array([[float(x) for x in p.net] for p in self.found])
        least = NOTICEABLE * float(np.abs(self.compiled.game.payoffs).max())
        return np.where(np.abs(net) > least, net, 0.0)

    @cached_property
    def worth(self) -> Floats:
        """Float[rows of the path as states, parties]: expected worth from the next period on, before paying."""
        out = np.zeros((self.compiled.game.n_states, self.compiled.game.n_players))
        before = np.array([[float(x) for x in p.worth] for p in self.found])
        np.add.at(out, self.origin, self.chance[:, None] * before)
        return out

    def told(self, selection: str) -> PaymentSchedule:
        game, ids = self.compiled.game, [party.id for party in self.compiled.treaty.parties]
        start = game.initial
        before = self.play.values()[start]
        row = int(self.play.rows[start])
        values = (1 - self.factor) * game.payoffs[row] + self.factor * self.worth[start]
        if not self.net.any():
            values = before
        shift = (values - before) / (1 - self.factor)
        return PaymentSchedule(
            selection=selection,
            cases=tuple(self.cases()),
            years=tuple(self.years()),
            values=dict(zip(ids, values.tolist(), strict=True)),
            before=dict(zip(ids, before.tolist(), strict=True)),
            at_signature=dict(zip(ids, shift.tolist(), strict=True)),
            penalties=tuple(self.penalties()),
        )

    def cases(self) -> list[PaymentCase]:
        """Payments by year of the term, events, governments, payers and receivers; the weightiest first."""
        compiled = self.compiled
        ids = [party.id for party in compiled.treaty.parties]
        law = self.play.law
        start = np.zeros(compiled.game.n_states)
        start[compiled.game.initial] = 1.0
        visits = spsolve((eye_array(len(start)) - self.factor * law.T).tocsc(), start)
        weight = visits[self.origin] * self.chance
        amounts: dict[tuple[int | None, tuple[tuple[str, str], ...], tuple[str, ...], tuple[str, ...]], list[int]]
        amounts = defaultdict(list)
        paid = np.maximum(self.net, 0.0).sum(axis=1)
        for arc in np.flatnonzero(paid > 0).tolist():
            state = int(self.origin[arc])
            words = tuple(world_in_words(compiled, state).items())
            payers = tuple(p for p, x in zip(ids, self.net[arc], strict=True) if x > 0)
            receivers = tuple(p for p, x in zip(ids, self.net[arc], strict=True) if x < 0)
            amounts[term_year(compiled, state), words, payers, receivers].append(arc)
        total = float(weight @ paid) or 1.0
        out = [
            PaymentCase(
                year=year,
                situation=dict(words),
                payers=payers,
                receivers=receivers,
                low=float(paid[arcs].min()),
                mean=float(weight[arcs] @ paid[arcs] / weight[arcs].sum()),
                high=float(paid[arcs].max()),
                share=float(weight[arcs] @ paid[arcs]) / total,
            )
            for (year, words, payers, receivers), arcs in amounts.items()
        ]
        return sorted(out, key=lambda case: (-round(case.share, 9), case.year or 0, tuple(case.situation.items())))

    def years(self) -> list[PaymentYear]:
        """Payments at the start of every period shown, from the second on."""
        compiled = self.compiled
        ids = [party.id for party in compiled.treaty.parties]
        years = years_shown(compiled)
        presence = self.play.occupation(compiled.game.initial, years)
        out = []
        for year in range(1, years):
            odds = presence[year - 1][self.origin] * self.chance
            here = self.net[odds > 0]
            out.append(
                PaymentYear(
                    year=year,
                    chance=float(odds[np.any(self.net != 0, axis=1)].sum()),
                    expected=dict(zip(ids, (odds @ self.net).tolist(), strict=True)),
                    low=dict(zip(ids, here.min(axis=0).tolist(), strict=True)),
                    high=dict(zip(ids, here.max(axis=0).tolist(), strict=True)),
                )
            )
        return out

    def penalties(self) -> list[Penalty]:
        """Per party, the temptation on the path that takes most to deter."""
        compiled, game = self.compiled, self.compiled.game
        if self.factor == 0:
            return []
        worst = np.zeros((game.n_states, game.n_players))
        for cell in self.plan.cells:
            worst[cell.state] = [float(v) for v in cell.worst]
        out = []
        for i, party in enumerate(compiled.treaty.parties):
            best: tuple[float, int, int] | None = None
            for cell in self.plan.cells:
                if cell.path is None:
                    continue
                for other in game.deviation_rows(cell.path, i):
                    if game.outcome_class[other] != game.outcome_class[cell.path]:
                        gain = float(game.payoffs[other, i] - game.payoffs[cell.path, i])
                        if gain > 0 and (best is None or gain > best[0] + 1e-9):
                            best = (gain, cell.path, int(other))
            if best is None:
                continue
            gain, row, other = best
            state = int(game.row_state[row])
            lost = float(self.worth[state, i]) - float((game.transition[[other]] @ worst[:, i])[0])
            said = deviation_in_words(compiled, row, other, i)
            out.append(
                Penalty(
                    party=party.id,
                    least=gain / self.factor,
                    most=lost / (1 - self.factor),
                    year=term_year(compiled, state),
                    state=state_in_words(compiled, state),
                    deviation=said.words,
                    lawful=said.lawful,
                )
            )
        return out
