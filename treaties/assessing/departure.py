"""What happens instead when full compliance fails: the path of the most cooperative equilibrium."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from games.model.strategy_automaton import StrategyAutomaton
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import deviation_in_words, row_in_words, situation
from treaties.findings.amounts import percent
from treaties.findings.records import Departure

HORIZON = 200
"""Periods over which the time until the first departure is followed."""
SHOWN = 12
"""Periods of the likeliest history that are told."""

SURE = 0.995
"""A departure with a greater chance is told without it."""

_Place = tuple[int, int]


def first_departure(compiled: CompiledTreaty, automaton: StrategyAutomaton, values: np.ndarray) -> Departure:
    """The likeliest history of an equilibrium, who first departs from compliance, and how long compliance lasts.

    ``values``  Float[parties], the equilibrium's average payoffs at signature.
    """
    parties = compiled.treaty.parties
    start: dict[_Place, float] = {(mode, compiled.game.initial): float(p) for mode, p in automaton.initial}
    path, sentence = [], ""
    place = max(start, key=lambda k: (start[k], -k[0], -k[1]))
    for year in range(SHOWN):
        row = _row(automaton, place)
        doing = "; ".join(f"{p.name} {row_in_words(compiled, row, i)}" for i, p in enumerate(parties))
        path.append((year, situation(compiled, place[1]), doing))
        after = _step(compiled, automaton, {place: 1.0})
        place = max(after, key=lambda k: (after[k], -k[0], -k[1]))
    complying = dict(start)
    expected, likeliest = 0.0, (0.0, 0, (0, 0))
    for year in range(HORIZON):
        here = {k: p for k, p in complying.items() if _complies(compiled, automaton, k)}
        for k, p in complying.items():
            if k not in here and p > likeliest[0] + 1e-12:
                likeliest = (p, year, k)
        expected += sum(here.values())
        complying = _step(compiled, automaton, here)
        if sum(complying.values()) < 1e-9:
            break
    if likeliest[0] > 0:
        chance, year, place = likeliest
        row = _row(automaton, place)
        played = int(compiled.unused[place[1]])
        who = [i for i in range(len(parties)) if _differs(compiled, row, played, i)]
        acts = "; ".join(
            f"{parties[i].name} {deviation_in_words(compiled, played, _alone(compiled, played, row, i), i).words}"
            for i in who
        )
        where = situation(compiled, place[1]) or "as at signature"
        odds = "" if chance > SURE else f", with a chance of {percent(chance)}"
        sentence = f"Most likely in year {year + 1}{odds} (situation: {where}): {acts}."
    return Departure(
        path=tuple(path),
        first_departure=sentence or f"No departure within {HORIZON} years.",
        expected_years=expected,
        values={p.id: float(values[i]) for i, p in enumerate(parties)},
    )


def _row(automaton: StrategyAutomaton, place: _Place) -> int:
    return automaton.cells[place].row


def _complies(compiled: CompiledTreaty, automaton: StrategyAutomaton, place: _Place) -> bool:
    """Whether play there is what compliance asks; anything goes where the plan leaves the state free."""
    return bool(compiled.plan.allowed[_row(automaton, place)])


def _step(compiled: CompiledTreaty, automaton: StrategyAutomaton, places: dict[_Place, float]) -> dict[_Place, float]:
    """Where play is one period later."""
    law = compiled.game.transition
    after: dict[_Place, float] = defaultdict(float)
    for place, chance in places.items():
        cell = automaton.cells[place]
        for k in range(int(law.indptr[cell.row]), int(law.indptr[cell.row + 1])):
            state = int(law.indices[k])
            for mode, share in cell.continuation(state):
                after[mode, state] += chance * float(law.data[k]) * float(share)
    return dict(after)


def _differs(compiled: CompiledTreaty, row: int, played: int, player: int) -> bool:
    own = compiled.game.own_action
    return bool(own[row, player] != own[played, player])


def _alone(compiled: CompiledTreaty, played: int, row: int, player: int) -> int:
    """The row in which ``player`` alone does what it does in ``row``."""
    game = compiled.game
    state = int(game.row_state[played])
    change = int(game.own_action[row, player] - game.own_action[played, player])
    return played + change * int(game.stride[state, player])
