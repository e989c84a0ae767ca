"""Repeated games with voluntary transfers at all discount factors at once: a staircase of exact thresholds.

With perfect monitoring a profile ``a`` needs the liquidity L(a), the sum of the players' gains from their best replies.
Liquidity L admits the profiles that need no more of it; these have the greatest joint payoff U(L) and hold player i to
v_i(L), the least of its best-reply payoffs.  What is at stake covers L if L <= d / (1 - d) (U(L) - V(L)), V the sum of
the v_i: from the discount factor L / (L + U - V) on.  The greatest liquidity that is covered decides all.

Source: Goldlücke and Kranz (2012), section on perfect monitoring.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, final

import numpy as np

from games.certificates.exact_game import ExactGame
from games.certificates.transfers.worth import unfit_for_transfers
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import Integers, written


@final
@dataclass(frozen=True)
class Step:
    """What equilibria can do at the discount factors from ``start`` to the next step, ``start`` included.

    ``liquidity``   the least liquidity that brings these payoffs.
    ``joint``       U, the greatest joint payoff, and ``path`` a row that brings it, of these one that needs least.
    ``worst``       per player v_i, and ``punish`` the rows that hold it to that, of these ones that need least.
    """

    start: Fraction
    liquidity: Fraction
    joint: Fraction
    path: int
    worst: tuple[Fraction, ...]
    punish: tuple[int, ...]

    @property
    def at_stake(self) -> Fraction:
        """U less the sum of v, per period."""
        return self.joint - sum(self.worst, Fraction(0))


@final
@dataclass(frozen=True)
class ProfileThreshold:
    """From which discount factors on a profile can be played.

    ``needs``      L(a), the sum of the gains from deviating.
    ``sometimes``  from here on some equilibrium plays it on its path, at least once.
    ``always``     from here on some equilibrium plays it for ever.  None: at no discount factor below 1.
    """

    row: int
    needs: Fraction
    sometimes: Fraction | None
    always: Fraction | None


@final
@dataclass(frozen=True)
class TransferStaircase:
    """Equilibria with side payments of a repeated game at every common discount factor in [0, 1).

    ``steps``     in increasing order; below the first no pure equilibrium exists (it starts at 0 if the stage game has
                  a pure Nash equilibrium).  ``profiles`` one per row, in the game's order of rows.
    """

    part: ClassVar[str] = "staircase"

    game: StochasticGame
    steps: tuple[Step, ...]
    profiles: tuple[ProfileThreshold, ...]

    def at(self, discount: Fraction) -> Step | None:
        """The step that a discount factor in [0, 1) is on; None if no pure equilibrium exists there."""
        k = bisect_right([step.start for step in self.steps], discount)
        return self.steps[k - 1] if k else None

    def to_json(self) -> dict[str, Any]:
        """The ``staircase`` of ``servanda-solution/1``; numbers are exact rationals."""
        game = self.game
        ends = [*(written(step.start) for step in self.steps[1:]), "1"]
        return {
            "steps": [
                {
                    "from": written(step.start),
                    "below": end,
                    "liquidity": written(step.liquidity),
                    "joint_payoff": written(step.joint),
                    "punishment_payoffs": [written(v) for v in step.worst],
                    "equilibrium_actions": list(game.profile_labels(step.path)),
                    "punishment_actions": [list(game.profile_labels(row)) for row in step.punish],
                }
                for step, end in zip(self.steps, ends, strict=True)
            ],
            "profiles": [
                {
                    "profile": list(game.profile_labels(p.row)),
                    "needs": written(p.needs),
                    "sometimes_from": None if p.sometimes is None else written(p.sometimes),
                    "always_from": None if p.always is None else written(p.always),
                }
                for p in self.profiles
            ],
        }


def transfer_staircase(game: StochasticGame) -> TransferStaircase:
    """Every threshold in the discount factor of a repeated game with voluntary transfers, exactly.

    The game's own discount factors do not matter.  Raises ``GameError`` if it has several states, no voluntary
    transfers or imperfect monitoring.

    >>> from games import repeated_game
    >>> dilemma = repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5, transfers="voluntary")
    >>> [(str(step.start), str(step.joint)) for step in transfer_staircase(dilemma).steps]
    [('0', '0'), ('1/3', '4')]
    """
    if game.n_states != 1:
        raise GameError(f"the staircase is that of a repeated game, of one state; this game has {game.n_states}")
    if reason := unfit_for_transfers(game.with_discount(Fraction(1, 2)), needs_burning=False):
        raise GameError(f"there is no staircase: {reason}")
    tables = ExactGame.of(game).tables
    best = np.column_stack([_best_replies(game, tables.payoff[:, i], i) for i in range(game.n_players)])
    total: Integers = tables.payoff.sum(axis=1)
    needs: Integers = best.sum(axis=1) - total
    order = np.argsort(needs, kind="stable")
    # Per length of the sorted list: the greatest total and the least best replies so far.
    joint = np.maximum.accumulate(total[order])
    worst = np.minimum.accumulate(best[order], axis=0)
    unit = tables.payoff_unit
    covered = _covered(needs[order], joint - worst.sum(axis=1))
    steps: list[Step] = []
    seen: Any = None
    for start, k in covered:
        stake = joint[k], worst[k].tolist()
        if stake == seen:
            continue
        seen = stake
        enough = int(np.argmax((joint == joint[k]) & (worst == worst[k]).all(axis=1)))
        path = int(order[np.argmax(total[order] == joint[k])])
        punish = tuple(int(order[np.argmax(best[order, i] == worst[k, i])]) for i in range(game.n_players))
        steps.append(Step(start, Fraction(needs[order[enough]], unit), Fraction(joint[k], unit), path,
                          tuple(Fraction(v, unit) for v in worst[k]), punish))
    ends = [*(step.start for step in steps[1:]), Fraction(1)]
    punished = [sum(step.worst, Fraction(0)) for step in steps]
    profiles = []
    for row in range(game.n_rows):
        need, brings = Fraction(needs[row], unit), Fraction(total[row], unit)
        # Once it can be played for ever it stays so: what is at stake and the weight of it only grow.
        k = bisect_left(range(len(steps)), True, key=lambda k: _threshold(need, brings - punished[k]) < ends[k])
        always = max(_threshold(need, brings - punished[k]), steps[k].start) if k < len(steps) else None
        k = bisect_left(covered, True, key=lambda item: needs[order[item[1]]] >= needs[row])
        profiles.append(ProfileThreshold(row, need, covered[k][0] if k < len(covered) else None, always))
    return TransferStaircase(game, tuple(steps), tuple(profiles))


def _covered(needs: Integers, stake: Integers) -> list[tuple[Fraction, int]]:
    """(discount factor, last profile): from each factor on, up to the next, profiles up to that can be played.

    ``needs`` Integers[k] in increasing order; ``stake`` Integers[k]: U - V if profiles up to k are played.
    """
    out: list[tuple[Fraction, int]] = []
    for k in range(len(needs) - 1, -1, -1):
        if k + 1 < len(needs) and needs[k] == needs[k + 1]:
            continue
        start = _threshold(Fraction(needs[k]), Fraction(stake[k]))
        if start < (out[-1][0] if out else 1):
            out.append((start, k))
    return out[::-1]


def _best_replies(game: StochasticGame, payoff: Integers, player: int) -> Integers:
    """Integers[rows]: what a player has by its best reply to the others' part of each row."""
    shape = tuple(game.action_counts[0].tolist())
    cube = payoff.reshape(shape)
    out: Integers = np.broadcast_to(cube.max(axis=player, keepdims=True), shape).ravel()
    return out


def _threshold(needs: Fraction, stake: Fraction) -> Fraction:
    """From which discount factor on the stake of every later period covers the need; 1 if from none below 1."""
    if needs == 0:
        return Fraction(0 if stake >= 0 else 1)
    return needs / (needs + stake) if stake > 0 else Fraction(1)
