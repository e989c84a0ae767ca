"""Tiny treaties for the laws of clauses: one matter, one event at most, payoffs by hand or drawn from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import final

import numpy as np

from games.numerics.arrays import Floats
from games.solvers.equilibrium_polygons.solver import EquilibriumPolygons
from games.solvers.verdict import Sustainable, Undecided
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

NAMES = {"A": "Arcadia", "B": "Borduria", "C": "Cimmeria"}


@final
@dataclass(frozen=True)
class Event:
    """An event whose chance is the same every year, and what complying then costs each party."""

    chance: float
    cost: Mapping[str, float]


@final
@dataclass(frozen=True)
class Dilemma:
    """A treaty on ``trade``: ``payoffs`` are reward, temptation, sucker and punishment by party, per year."""

    payoffs: Mapping[str, tuple[float, float, float, float]]
    discount: float
    outside: Mapping[str, float] | None = None
    event: Event | None = None
    exit: bool = True

    @property
    def parties(self) -> tuple[str, ...]:
        """Who signs."""
        return tuple(self.payoffs)

    def at(self, discount: float) -> Dilemma:
        """The same at another discount factor."""
        return replace(self, discount=discount)

    @property
    def text(self) -> str:
        """Its file, without clauses."""
        lines = ['schema = "servanda-treaty/1"', 'title = "Dilemma"', 'payoff_unit = "points per year"']
        lines.append(f"exit = {str(self.exit).lower()}")
        for party in self.parties:
            lines += ["[[party]]", f'id = "{party}"', f'name = "{NAMES[party]}"', f"discount = {self.discount!r}"]
            lines.append(f"outside_option = {(self.outside or {}).get(party, 0.0)!r}")
        if self.event is not None:
            lines += ["[[event]]", 'id = "shock"', f"enter = {self.event.chance!r}", f"stay = {self.event.chance!r}"]
            lines.append(f"cost_of_complying = {_table({p: self.event.cost.get(p, 0.0) for p in self.parties})}")
        lines += ["[[matter]]", 'id = "trade"']
        for k, kind in enumerate(("reward", "temptation", "sucker", "punishment")):
            lines.append(f"{kind} = {_table({party: self.payoffs[party][k] for party in self.parties})}")
        return "\n".join(lines) + "\n"

    def treaty(self, *clauses: str) -> Treaty:
        """It with clauses, each given as the lines of its block."""
        return read_treaty_text(self.text + "".join(f"[[provision]]\n{clause}\n" for clause in clauses), "t.toml")

    def compiled(self, *clauses: str) -> CompiledTreaty:
        """The game of it with clauses."""
        return compile_treaty(self.treaty(*clauses))

    def holds(self, *clauses: str) -> bool:
        """Whether two parties keep it with clauses: proved, yes or no."""
        compiled = self.compiled(*clauses)
        found = EquilibriumPolygons().solve(compiled.game).verdict(compiled.plan)
        assert not isinstance(found, Undecided), found
        return isinstance(found, Sustainable)


def _table(amounts: Mapping[str, float]) -> str:
    return "{ " + ", ".join(f"{party} = {float(amount)!r}" for party, amount in amounts.items()) + " }"


def drawn(seed: int, parties: Sequence[str] = "AB", *, alike: bool = False, event: bool = False) -> Dilemma:
    """A dilemma T > R > P > S per party, drawn from a seed in quarters; ``alike``: of the same payoffs for all."""
    draw = np.random.default_rng(seed)

    def quarters(low: float, high: float) -> float:
        return float(draw.integers(int(4 * low), int(4 * high) + 1)) / 4

    payoffs: dict[str, tuple[float, float, float, float]] = {}
    for party in parties:
        punishment = quarters(-0.5, 0.5)
        reward = punishment + quarters(1, 4)
        payoffs[party] = (reward, reward + quarters(0.25, 3), punishment - quarters(0.25, 2), punishment)
    if alike:
        payoffs = dict.fromkeys(parties, payoffs[parties[0]])
    outside = {party: quarters(-0.5, 0.5) for party in parties}
    if alike:
        outside = dict.fromkeys(parties, outside[parties[0]])
    shock = Event(quarters(0.25, 0.75), {parties[0]: quarters(0.5, 4)}) if event else None
    return Dilemma(payoffs, float(draw.choice([0.25, 0.375, 0.5, 0.625, 0.75, 0.875])), outside, shock)


def values_of_compliance(compiled: CompiledTreaty) -> Floats:
    """Float[states, parties]: per-year average if everybody complies in every state whatever has happened.

    States that the plan leaves free (the treaty has ended) play their first row.
    """
    game = compiled.game
    played = np.where(compiled.compliance < 0, game.row_start[:-1], compiled.compliance)
    law = game.transition[played].toarray()
    out = np.empty((game.n_states, len(game.players)))
    for i, discount in enumerate(np.broadcast_to(np.asarray(game.discount, dtype=float), len(game.players))):
        earned = (1 - discount) * game.payoffs[played, i]
        out[:, i] = np.linalg.solve(np.eye(game.n_states) - discount * law, earned)
    return out


def worth_of(compiled: CompiledTreaty, where: int) -> Floats:
    """Float[parties]: per-year average if a row is played now and everybody complies from then on."""
    game = compiled.game
    discount = np.broadcast_to(np.asarray(game.discount, dtype=float), len(game.players))
    later = game.transition[[where]].toarray()[0] @ values_of_compliance(compiled)
    return np.asarray((1 - discount) * game.payoffs[where] + discount * later)
