"""Strategies that know only whether the profile asked for was played: grim, k periods, stick and carrot, penance.

In games with several states the profiles are those of the state: what one cooperates on, and what one punishes with.
Deviations are from what is asked for in the phase; one that changes nothing for anybody is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

import numpy as np

from games.model.stochastic_game import GameError, StochasticGame
from games.model.strategy_automaton import Lottery, surely
from games.numerics.exact import to_fraction
from games.play.strategies.machine import MOST_MODES, Machine, Way, insist_on_size, triggered
from games.play.strategies.profiles import Profile, agreed, is_whole, profile_rows
from games.play.strategies.strategy import Strategy

Chance = float | str | Fraction


@final
@dataclass(frozen=True)
class Trigger(Strategy):
    """Cooperate; after any deviation punish for some periods, or for good; a deviation from that begins it anew.

    ``periods``  of punishment; None: for good.
    ``forgive``  chance, drawn in public after every period of punishment, that cooperation resumes.
    """

    name: str
    cooperate: Profile | None = None
    punish: Profile | None = None
    periods: int | None = None
    forgive: Fraction = Fraction(0)

    def machine(self, game: StochasticGame) -> Machine:
        """The strategy on a game; raises ``GameError`` if it does not have the profiles."""
        keep, threat = agreed(game, self.cooperate, self.punish)
        if self.periods is None:
            back: Lottery = surely(1) if not self.forgive else ((0, self.forgive), (1, 1 - self.forgive))
            back = surely(0) if self.forgive == 1 else back
            rows = np.stack([keep, threat])
            return triggered(game, ("cooperate", "punish"), rows, (surely(0), back), (surely(1),) * 2)
        k = self.periods
        insist_on_size(game, k + 1)
        names = ("cooperate", *(f"punish, {left} left" for left in range(1, k + 1)))
        then = (surely(0), *map(surely, range(k)))
        return triggered(game, names, np.stack([keep, *[threat] * k]), then, (surely(k),) * (k + 1))


@final
@dataclass(frozen=True)
class Penance(Strategy):
    """Cooperate; whoever alone deviates cooperates for some periods while all others punish, and then all is well.

    The penitent plays its part of the cooperative profile, the others theirs of the punishment; whoever deviates from
    that does penance in turn.  When several deviate at once nobody does.
    """

    name: str
    cooperate: Profile | None = None
    punish: Profile | None = None
    periods: int = 1

    def machine(self, game: StochasticGame) -> Machine:
        """The strategy on a game; raises ``GameError`` if it does not have the profiles."""
        keep, threat = agreed(game, self.cooperate, self.punish)
        k, n = self.periods, game.n_players
        insist_on_size(game, 1 + n * k)
        names, rows, then = ["cooperate"], [keep], [0]
        for i in range(n):
            own = game.own_action[threat].copy()
            own[:, i] = game.own_action[keep, i]
            penance = game.row_start[:-1] + (own * game.stride).sum(axis=1)
            for left in range(1, k + 1):
                names.append(f"penance of {game.players[i]}, {left} left")
                rows.append(penance)
                then.append(0 if left == 1 else len(names) - 2)
        first = [1 + i * k + k - 1 for i in range(n)]
        ways: list[Way] = [(surely(m), ()) for m in range(len(names))]
        after = []
        for played, follows in zip(rows, then, strict=True):
            base = played[game.row_state]
            differs = game.own_action != game.own_action[base]
            alone = (differs.sum(axis=1) == 1) & (game.outcome_class != game.outcome_class[base])
            after.append(np.where(alone, np.array(first)[differs.argmax(axis=1)], follows))
        return Machine(game, tuple(names), np.stack(rows), np.stack(after), tuple(ways), surely(0))


@final
@dataclass(frozen=True)
class Always(Strategy):
    """The same profile in every period, whatever happens."""

    name: str
    profile: Profile

    def machine(self, game: StochasticGame) -> Machine:
        """The strategy on a game; raises ``GameError`` if it does not have the profile."""
        rows = profile_rows(game, self.profile, "always")
        lost = np.flatnonzero(rows < 0)
        if len(lost):
            raise GameError(f"always: nothing is said of state {game.states[int(lost[0])]!r}; name a profile for it")
        return triggered(game, ("always",), rows[None, :], (surely(0),), (surely(0),))


def grim(cooperate: Profile | None = None, punish: Profile | None = None) -> Trigger:
    """Cooperate until anybody deviates, then punish for good.

    ``cooperate``, ``punish``  profiles: ``"comply,comply"``, labels, numbers of actions, a mapping from states to
                               these, a ``Plan``, or an array of rows.  Left out: a stationary equilibrium to punish
                               with; and, in repeated games of two actions each, what is not played in it.
    Source: Friedman (1971).
    """
    return Trigger("grim", cooperate, punish)


def k_period(k: int, cooperate: Profile | None = None, punish: Profile | None = None) -> Trigger:
    """Cooperate; after any deviation punish for ``k`` periods, which a deviation begins anew, then cooperate again.

    Raises ``GameError`` if ``k`` is no whole number from 1.
    Source: Green and Porter (1984), whose punishments last some periods as well.
    """
    return Trigger("k_period", cooperate, punish, _periods(k, "k_period"))


def forgiving_grim(chance: Chance, cooperate: Profile | None = None, punish: Profile | None = None) -> Trigger:
    """As ``grim``, but after every period of punishment a public draw ends it with a stated chance.

    ``chance``  from 0 (grim) to 1 (one period); exact where it is text or a ``Fraction``.

    Raises ``GameError`` if it is no probability.
    """
    return Trigger("forgiving_grim", cooperate, punish, None, probability(chance, "forgiving_grim"))


def stick_and_carrot(stick: Profile | None = None, carrot: Profile | None = None) -> Trigger:
    """One period of a harsh profile after any deviation, from the stick as well, then cooperation.

    ``stick``   need be no equilibrium of the stage game; it is carried out for the sake of the carrot.
    ``carrot``  what to cooperate on.
    Source: Abreu (1986), punishments in two phases.
    """
    return Trigger("stick_and_carrot", carrot, stick, 1)


def penance(periods: int = 1, cooperate: Profile | None = None, punish: Profile | None = None) -> Penance:
    """Whoever deviates cooperates for some periods while all others punish; then everybody cooperates again.

    Raises ``GameError`` if ``periods`` is no whole number from 1.
    Source: van Damme (1989), for the dilemma of two.
    """
    return Penance("penance", cooperate, punish, _periods(periods, "penance"))


def always(profile: Profile) -> Always:
    """Play the profile in every period, whatever happens."""
    return Always("always", profile)


def probability(given: Chance, place: str) -> Fraction:
    """A chance as the rational that was written; raises ``GameError`` if it is none."""
    try:
        value = to_fraction(given)
    except (TypeError, ValueError, ArithmeticError):
        value = Fraction(-1)
    if not 0 <= value <= 1:
        raise GameError(f"{place}: the chance {given!r:.60} is no number from 0 to 1; write for instance 0.1 or '1/3'")
    return value


def _periods(given: int, place: str) -> int:
    if not is_whole(given) or not 1 <= given < MOST_MODES:
        raise GameError(f"{place}: {given!r:.60} periods; write a whole number from 1 to {MOST_MODES - 1}")
    return int(given)
