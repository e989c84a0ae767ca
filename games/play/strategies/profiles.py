"""What strategies cooperate on and punish with: profiles by name, number or plan, as one row per state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import Any

import numpy as np

from games.model.clock import TimedPlan
from games.model.horizon import Restated, with_discounting
from games.model.plan import Plan
from games.model.stage_game import stage_game_of
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Ints
from games.play.markov_equilibria import markov_equilibria

Profile = str | Sequence[str] | Sequence[int] | Mapping[Any, Any] | Plan | TimedPlan | Ints
"""A profile: ``"comply,comply"``, labels, numbers of actions (from 0), a mapping from states to any of these, a
``Plan`` with one profile in each state that it restricts, or an array Int[states] of rows (-1: free).  A ``TimedPlan``
is refused with what to do."""


def agreed(game: StochasticGame, cooperate: Profile | None, punish: Profile | None) -> tuple[Ints, Ints]:
    """Int[states] twice: the rows to cooperate on, and those to punish with.

    ``cooperate``  states that it leaves free follow the punishment.  Left out, in a repeated game in which everybody
                   has two actions: what is not played in the punishment, if that is better for all.
    ``punish``     as ``cooperate``; left out, a stationary equilibrium in pure actions: of a repeated game the one of
                   least joint payoff, of others one found from the harsh side.

    Raises ``GameError`` if a profile does not exist, or none can be left out.
    """
    threat = _default_threat(game) if punish is None else profile_rows(game, punish, "punish")
    lost = np.flatnonzero(threat < 0)
    if len(lost):
        where = game.states[int(lost[0])]
        raise GameError(f"punish: nothing is said of state {where!r}; name a profile for each state")
    if cooperate is None:
        return _default_cooperation(game, threat), threat
    rows = profile_rows(game, cooperate, "cooperate")
    return np.where(rows >= 0, rows, threat), threat


def profile_rows(game: StochasticGame, given: Profile, what: str) -> Ints:
    """Int[states]: the row of a profile in each state; -1 where it says nothing and there is a choice.

    ``what``  is being read, for messages.  Raises ``GameError`` if the game does not have the profile.
    """
    only = np.where(np.diff(game.row_start) == 1, game.row_start[:-1], -1)
    if isinstance(given, TimedPlan):
        raise GameError(f"{what}: the plan varies over time, and a strategy takes one profile for each state; name it, "
                        "or judge the strategy on plan.plan.game, whose states tell the time, with plan.plan")
    if isinstance(given, Plan):
        rows = _of_plan(game, given, what)
    elif isinstance(given, np.ndarray):
        rows = _of_array(game, given, what)
    elif isinstance(given, Mapping):
        rows = np.full(game.n_states, -1, dtype=np.int64)
        for name, profile in given.items():
            state = game.state_index(name)
            rows[state] = _in_state(game, state, profile, what)
    elif not isinstance(given, str) and _are_numbers(given):
        rows = np.array([_in_state(game, s, given, what) if only[s] < 0 else -1 for s in range(game.n_states)])
    elif isinstance(given, str) or _are_labels(given):
        try:
            labels = given if isinstance(given, str) else list(map(str, given))
            rows = _of_plan(game, Plan.of_profile(game, labels), what)
        except GameError as error:
            raise GameError(f"{what}: {error}") from None
    else:
        raise GameError(f"{what}: {given!r:.60} is no profile; write labels (\"comply,comply\"), numbers of actions "
                        "(0, 0), or an object of these by state")
    return np.where(rows >= 0, rows, only)


def _of_plan(game: StochasticGame, plan: Plan, what: str) -> Ints:
    if len(plan.allowed) != game.n_rows:
        raise GameError(
            f"{what}: a plan of {len(plan.allowed)} rows, the game has {game.n_rows}; make it for this game")
    rows = np.full(game.n_states, -1, dtype=np.int64)
    for s in plan.restricted_states:
        here = game.rows_of(s)
        allowed = here.start + np.flatnonzero(plan.allowed[here.start:here.stop])
        if len(allowed) > 1:
            raise GameError(f"{what}: the plan allows {len(allowed)} profiles in state {game.states[s]!r}; a strategy "
                            "needs one")
        rows[s] = allowed[0]
    return rows


def _of_array(game: StochasticGame, given: np.ndarray[Any, Any], what: str) -> Ints:
    if given.shape != (game.n_states,) or given.dtype.kind not in "iu":
        raise GameError(f"{what}: an array of {game.n_states} whole numbers is needed, one row per state (-1: free)")
    rows = given.astype(np.int64)
    wrong = np.flatnonzero((rows >= 0) & ((rows < game.row_start[:-1]) | (rows >= game.row_start[1:])))
    if len(wrong):
        s = int(wrong[0])
        raise GameError(f"{what}: row {rows[s]} is no profile of state {game.states[s]!r}; its rows are "
                        f"{game.row_start[s]} to {game.row_start[s + 1] - 1}")
    return rows


def _in_state(game: StochasticGame, state: int, given: Any, what: str) -> int:
    """The row of a profile in one state."""
    place = f"{what}, state {game.states[state]!r}"
    if isinstance(given, str):
        given = [part.strip() for part in given.split(",")]
    if _are_numbers(given):
        counts = game.action_counts[state].tolist()
        if len(given) != game.n_players:
            raise GameError(f"{place}: {len(given)} actions named for {game.n_players} players; name one for each")
        for i, (a, count) in enumerate(zip(given, counts, strict=True)):
            if not 0 <= a < count:
                raise GameError(
                    f"{place}: player {game.players[i]!r} has no action number {a}; it has 0 to {count - 1}")
        return int(game.row_start[state] + sum(int(a) * int(k) for a, k in zip(given, game.stride[state], strict=True)))
    if not _are_labels(given):
        raise GameError(f"{place}: {given!r:.60} is no profile; write one label, or number, for each player")
    try:
        return game.row_of_labels(state, given)
    except GameError as error:
        raise GameError(f"{what}: {error}") from None


def is_whole(given: Any) -> bool:
    """Whether something is a whole number, of Python's or another library's; True and False are none."""
    return isinstance(given, Integral) and not isinstance(given, bool)


def _are_numbers(given: Any) -> bool:
    return isinstance(given, Sequence) and len(given) > 0 and all(map(is_whole, given))


def _are_labels(given: Any) -> bool:
    return isinstance(given, Sequence) and len(given) > 0 and all(isinstance(label, str) for label in given)


def _default_threat(game: StochasticGame) -> Ints:
    if game.n_states > 1:
        form = with_discounting(game) if game.undiscounted else None
        game = form.game if isinstance(form, Restated) else game  # it has the same equilibria
        found = markov_equilibria(game, starts=("harsh",)) or markov_equilibria(game)
        if not found:
            raise GameError(
                "punish: no stationary equilibrium in pure actions was found; name a profile for each state")
        return found[0]
    equilibria = stage_game_of(game, 0).pure_equilibria()
    if not equilibria:
        raise GameError("punish: the stage game has no equilibrium in pure actions; name a profile")
    rows = [int(np.ravel_multi_index(profile, tuple(game.action_counts[0]))) for profile in equilibria]
    return np.array([min(rows, key=lambda row: float(game.payoffs[row].sum()))])


def _default_cooperation(game: StochasticGame, threat: Ints) -> Ints:
    if game.n_states > 1 or np.any(game.action_counts != 2):
        raise GameError("cooperate: name a profile; it can be left out only in repeated games in which every player "
                        "has two actions")
    own = 1 - game.own_action[threat[0]]
    row = int((own * game.stride[0]).sum())
    if not np.all(game.payoffs[row] > game.payoffs[threat[0]]):
        raise GameError(f"cooperate: name a profile; {game.place(row)}, where nobody plays what punishes, is not "
                        "better for everybody")
    return np.array([row])
