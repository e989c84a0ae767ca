"""All that is told of a game of one round: its equilibria and whether these are all, dominance, minmax payoffs.

Sources: Nash (1951); Wilson (1971), regular games have an odd number of equilibria; and those of the parts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any, final

import numpy as np

from games.model.minmax import mixed_minmax, pure_minmax
from games.model.mixed_equilibria import Mixture
from games.model.stage_game import StageGame, stage_game_of
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import written
from games.numerics.vertices import Unfinished
from games.strategic_form.components import Component, Product, components, subset_dimension
from games.strategic_form.dominance import LARGEST, Dominated, Elimination, dominated, eliminate, reduced, widened
from games.strategic_form.many_players import Mixtures, all_by_gambit, one_mixed, sure

FORMAT = "servanda-nash/1"

LONGEST_DENOMINATOR = 10**12
PURE_ONLY = "all equilibria in pure actions are listed; mixed ones may be missing"


@final
@dataclass(frozen=True)
class StageEquilibrium:
    """An equilibrium of one round: a mixture for each player, and what is exact about it.

    ``mixtures``  per player, the probability of each action.
    ``payoffs``   expected, per player.
    ``regret``    the most that anybody could gain by another action: 0 unless a numerical method found it.
    ``strict``    whether everybody would lose by any other action.
    """

    mixtures: Mixtures
    payoffs: tuple[Fraction, ...]
    regret: Fraction
    strict: bool

    @property
    def pure(self) -> bool:
        """Whether nobody mixes."""
        return all(max(own) == 1 for own in self.mixtures)


@final
@dataclass(frozen=True)
class StageAnswer:
    """What is told of one state's game of one round.

    ``equilibria``  of one and two players all extreme ones, if ``complete``; of more all in pure actions, and what else
                    was found; those in pure actions first.
    ``complete``    whether all equilibria are among them, or mixtures of them as ``components`` tells.
    ``components``  connected sets of equilibria; empty unless complete, and where more than two players choose.
    ``degenerate``  whether some mixture has more best replies than it uses actions; None where it is not known.
    ``strictly``, ``weakly``  dominated actions; ``weakly`` has strictly dominated ones as well; None if time ran out.
    ``elimination``  of strictly dominated actions, again and again; None if time ran out.
    ``pure_minmax``, ``mixed_minmax``  what the others can hold each player to; mixing, they may choose together.
    ``notes``       what was not found, and what else is to be known, in words.
    """

    game: StochasticGame
    state: int
    equilibria: tuple[StageEquilibrium, ...]
    complete: bool
    components: tuple[Component, ...]
    degenerate: bool | None
    strictly: tuple[Dominated, ...] | None
    weakly: tuple[Dominated, ...] | None
    elimination: Elimination | None
    pure_minmax: tuple[Fraction, ...]
    mixed_minmax: tuple[Fraction | None, ...]
    notes: tuple[str, ...]

    @cached_property
    def actions(self) -> tuple[tuple[str, ...], ...]:
        """Labels of actions, per player."""
        return self.game.actions[self.state]

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-nash/1`` object: numbers as exact text, mixtures by the names of actions that are used."""
        players = self.game.players
        return {
            "format": FORMAT,
            "name": self.game.name,
            "players": list(players),
            "state": self.game.states[self.state],
            "actions": [list(own) for own in self.actions],
            "complete": self.complete,
            "degenerate": self.degenerate,
            "equilibria": [
                {
                    "mixtures": [self.law(own, i) for i, own in enumerate(each.mixtures)],
                    "payoffs": [written(x) for x in each.payoffs],
                    "pure": each.pure,
                    "strict": each.strict,
                    "regret": written(each.regret),
                }
                for each in self.equilibria
            ],
            "components": [
                {
                    "dimension": part.dimension,
                    "equilibria": list(part.equilibria),
                    "subsets": [
                        {"dimension": subset_dimension(subset),
                         "mixtures": [[self.law(x, i) for x in own] for i, own in enumerate(subset)]}
                        for subset in part.subsets
                    ],
                }
                for part in self.components
            ],
            "strictly_dominated": self._dominated(self.strictly),
            "weakly_dominated": self._dominated(self.weakly),
            "elimination": None if self.elimination is None else {
                "rounds": [self._dominated(each) for each in self.elimination.rounds],
                "left": [[self.actions[i][k] for k in own] for i, own in enumerate(self.elimination.left)],
            },
            "pure_minmax": [written(x) for x in self.pure_minmax],
            "mixed_minmax": [None if x is None else written(x) for x in self.mixed_minmax],
            "notes": list(self.notes),
        }

    def law(self, mixture: Mixture, player: int) -> dict[str, str]:
        """The actions that a player uses, with their probabilities."""
        return {label: _chance(p) for label, p in zip(self.actions[player], mixture, strict=True) if p}

    def _dominated(self, found: Sequence[Dominated] | None) -> list[dict[str, Any]] | None:
        return None if found is None else [
            {"player": self.game.players[d.player], "action": self.actions[d.player][d.action],
             "by": self.law(d.by, d.player)}
            for d in found
        ]


def _chance(probability: Fraction) -> str:
    """A probability as a fraction; as a decimal where a numerical method found it, and no short fraction is it."""
    return str(probability) if probability.denominator < LONGEST_DENOMINATOR else written(probability)


def answer(game: StochasticGame, state: int | str = 0, seconds: float = 5.0) -> StageAnswer:
    """The equilibria of one state's game of one round, dominance and minmax payoffs.

    ``seconds``  about how long each of the enumeration and the search for dominated actions may take.

    Raises ``GameError`` if there is no such state.

    >>> from games import repeated_game
    >>> found = answer(repeated_game([[[3, 1], [0, 0]], [[0, 0], [1, 3]]], 0.5))
    >>> found.complete, [[str(x) for x in each.payoffs] for each in found.equilibria]
    (True, [['3', '1'], ['1', '3'], ['3/4', '3/4']])
    """
    at = game.state_index(state)
    stage = stage_game_of(game, at)
    strictly, weakly, elimination = _dominance(stage, seconds)
    equilibria, complete, parts, degenerate, notes = _equilibria(stage, elimination, seconds)
    if elimination is None:
        notes.append(f"dominated actions were looked for longer than {seconds:g} s, and are not told")
    elif prod(stage.counts) > LARGEST:
        notes.append("the game is too large for dominance by mixtures: what pure actions dominate is told")
    lowest = tuple(mixed_minmax(stage, i) for i in range(stage.n_players))
    if None in lowest:
        notes.append("the game is too large for mixed minmax payoffs")
    return StageAnswer(
        game, at, tuple(_found(stage, each) for each in equilibria), complete, parts, degenerate, strictly, weakly,
        elimination, tuple(pure_minmax(stage, i) for i in range(stage.n_players)), lowest, tuple(notes))


def _dominance(
    stage: StageGame, seconds: float
) -> tuple[tuple[Dominated, ...] | None, tuple[Dominated, ...] | None, Elimination | None]:
    """Strictly and weakly dominated actions, and what elimination leaves; None for all of them if time runs out."""
    deadline = time.monotonic() + seconds
    try:
        return (
            dominated(stage, strict=True, deadline=deadline), dominated(stage, strict=False, deadline=deadline),
            eliminate(stage, strict=True, deadline=deadline),
        )
    except Unfinished:
        return None, None, None


Found = tuple[list[Mixtures], bool, tuple[Component, ...], bool | None, list[str]]


def _equilibria(stage: StageGame, elimination: Elimination | None, seconds: float) -> Found:
    """Equilibria, whether these are all, their components, degeneracy, notes."""
    choosing = [i for i, count in enumerate(stage.counts) if count > 1]
    if len(choosing) <= 2:
        return _of_two(stage, choosing, seconds)
    left = elimination.left if elimination else tuple(tuple(range(count)) for count in stage.counts)
    if sum(len(own) > 1 for own in left) <= 2:
        # Strict dominance removes no equilibrium, and who has one action left has no choice any more.
        found, complete, parts, _, notes = _of_two(
            reduced(stage, left), [i for i, own in enumerate(left) if len(own) > 1], seconds)

        def wider(subset: Product) -> Product:
            return tuple(
                tuple(widened(mixture, own, count) for mixture in mixtures)
                for mixtures, own, count in zip(subset, left, stage.counts, strict=True))

        return _each(found, wider), complete, tuple(part.within(wider) for part in parts), None, notes
    pure = [sure(stage, profile) for profile in stage.pure_equilibria()]
    everything = all_by_gambit(stage)
    if everything is not None:
        merged = list(dict.fromkeys([*pure, *everything]))
        # An odd number is no proof: two may be missing.
        note = "mixed ones were found by Gambit, whose search is numerical: that none is missing is not proved"
        if len(merged) % 2 == 0:
            note = (f"Gambit's search gives {len(merged)}, and regular games have an odd number of equilibria (Wilson "
                    "1971): some may be missing, or there are whole sets of them")
        return merged, False, (), None, [note]
    notes = [PURE_ONLY]
    one = one_mixed(stage)
    if one is None:
        notes.append("the search for a mixed one did not converge")
    return list(dict.fromkeys([*pure, *([] if one is None else [one])])), False, (), None, notes


def _of_two(stage: StageGame, choosing: list[int], seconds: float) -> Found:
    """The same where at most two players have a choice: exact, and complete if time allows."""
    pair = sorted([*choosing, *(i for i in range(stage.n_players) if i not in choosing)][:2])
    rest = tuple(i for i in range(stage.n_players) if i not in pair)
    order = (*pair, *rest, stage.n_players)
    table = stage.exact_payoffs.transpose(order).reshape(*(stage.counts[i] for i in pair), -1, stage.n_players)
    # A single player plays against one who has nothing to choose.
    table = table[..., 0, pair] if len(pair) == 2 else np.stack([table[..., 0, 0]] * 2, axis=-1)[:, None, :]
    found = StageGame(
        table.astype(np.float64), {index: table.item(index) for index in np.ndindex(*table.shape)}
    ).mixed_equilibria(seconds)

    def wider(subset: Product) -> Product:
        share = dict(zip(pair, subset, strict=False))
        return tuple(share.get(i, ((Fraction(1),),)) for i in range(stage.n_players))

    parts = components(found.profiles, found.components) if found.complete else ()
    wide = _each(found.profiles, wider)
    return wide, found.complete, tuple(part.within(wider) for part in parts), found.degenerate, list(found.notes)


def _each(profiles: Sequence[Mixtures], wider: Callable[[Product], Product]) -> list[Mixtures]:
    """Profiles in a larger game."""
    return [tuple(mixture for mixture, in wider(tuple((own,) for own in profile))) for profile in profiles]


def _found(stage: StageGame, mixtures: Mixtures) -> StageEquilibrium:
    payoffs, most, strict = [], Fraction(0), True
    for player, own in enumerate(mixtures):
        values = stage.action_values(mixtures, player)
        payoffs.append(sum((p * v for p, v in zip(own, values, strict=True)), Fraction(0)))
        most = max(most, max(values) - payoffs[-1])
        strict = strict and max(own) == 1 and values.count(max(values)) == 1
    return StageEquilibrium(mixtures, tuple(payoffs), most, strict)
