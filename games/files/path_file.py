"""Path files: which action profiles a plan allows in which states, and when, as JSON (``servanda-path/1``)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from games.files.json_input import parse_json
from games.files.reading import path_of
from games.model.clock import Asked, TimedPlan, timed_plan
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame

FORMAT = "servanda-path/1"
KEYS = ("format", "allowed", "periods", "pattern")


def read_path(source: str | Path | Mapping[str, Any], game: StochasticGame) -> Plan | TimedPlan:
    """Read ``{"format": "servanda-path/1", "allowed": {state: [[label, ...], ...]}}``; states left out stay free.

    In place of "allowed" a plan that varies over time has "periods", one entry after another, or "pattern", entries
    that come again and again, or both, first the periods; without a pattern all is free after the periods.  An entry
    is a profile, [label, ...], to be played in every state that has it, or an object as "allowed" is.

    Raises ``GameError`` when the file cannot be read, or names what the game does not have.
    """
    if not isinstance(source, Mapping):
        try:
            return read_path(_object(parse_json(path_of(source))), game)
        except GameError as error:
            raise GameError(f"{source}: {error}") from None
    for key in source:
        if key not in KEYS:
            raise GameError(f"unknown key {key!r}; legal keys are {', '.join(KEYS)}")
    for key in getattr(source, "repeated", ()):
        raise GameError(f"key {key!r} is given more than once; keep one")
    if source.get("format") != FORMAT:
        raise GameError(f'format: a path file begins with "format": "{FORMAT}"')
    timed = [key for key in ("periods", "pattern") if key in source]
    if timed and "allowed" in source:
        raise GameError(f"allowed: {timed[0]!r} says what is allowed and when; leave one of the two out")
    if timed:
        return timed_plan(game, **{key: _entries(source[key], key) for key in timed})
    return Plan.from_json(game, _allowed(source.get("allowed"), "allowed"))


def _entries(given: Any, place: str) -> list[Asked]:
    """What is asked period by period: profiles as lists of labels, or objects of states."""
    if not isinstance(given, list) or not given:
        raise GameError(f"{place}: a list of profiles is needed, one for each period, each a list of action labels")
    out: list[Asked] = []
    for k, entry in enumerate(given):
        if isinstance(entry, Mapping):
            out.append(_allowed(entry, f"{place}, entry {k + 1}"))
        elif isinstance(entry, list) and entry and all(isinstance(label, str) for label in entry):
            out.append(entry)
        else:
            raise GameError(f"{place}, entry {k + 1}: a list of action labels is needed, one for each player, or an "
                            "object {state: [[label, ...], ...]}")
    return out


def _allowed(given: Any, place: str) -> Mapping[str, Any]:
    """Profiles allowed per state, of the right shape."""
    allowed = _object(given, place)
    for key in getattr(allowed, "repeated", ()):
        raise GameError(f"{place}: state {key!r} is given more than once; list its profiles together")
    for state, profiles in allowed.items():
        shaped = isinstance(profiles, list) and profiles and all(
            isinstance(p, list) and all(isinstance(label, str) for label in p) for p in profiles
        )
        if not shaped:
            raise GameError(f"{place}, state {state!r}: a list of profiles is needed, each a list of action labels")
    return allowed


def path_to_json(plan: Plan | TimedPlan) -> dict[str, Any]:
    """What ``read_path`` reads."""
    said = {"allowed": plan.to_json()} if isinstance(plan, Plan) else plan.to_json()
    return {"format": FORMAT} | said


def _object(data: Any, place: str = "allowed") -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise GameError(f"{place}: an object {{state: [[label, ...], ...]}} is needed")
    return data
