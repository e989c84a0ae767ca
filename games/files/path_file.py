"""Path files: which action profiles a plan allows in which states, as JSON (``servanda-path/1``)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from games.files.json_input import parse_json
from games.files.reading import path_of
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame

FORMAT = "servanda-path/1"


def read_path(source: str | Path | Mapping[str, Any], game: StochasticGame) -> Plan:
    """Read ``{"format": "servanda-path/1", "allowed": {state: [[label, ...], ...]}}``; states left out stay free.

    Raises ``GameError`` when the file cannot be read, or names what the game does not have.
    """
    if not isinstance(source, Mapping):
        try:
            return read_path(_object(parse_json(path_of(source))), game)
        except GameError as error:
            raise GameError(f"{source}: {error}") from None
    for key in source:
        if key not in ("format", "allowed"):
            raise GameError(f"unknown key {key!r}; legal keys are format, allowed")
    for key in getattr(source, "repeated", ()):
        raise GameError(f"key {key!r} is given more than once; keep one")
    if source.get("format") != FORMAT:
        raise GameError(f'format: a path file begins with "format": "{FORMAT}"')
    allowed = _object(source.get("allowed"))
    for key in getattr(allowed, "repeated", ()):
        raise GameError(f"allowed: state {key!r} is given more than once; list its profiles together")
    for state, profiles in allowed.items():
        shaped = isinstance(profiles, list) and profiles and all(
            isinstance(p, list) and all(isinstance(label, str) for label in p) for p in profiles
        )
        if not shaped:
            raise GameError(f"allowed, state {state!r}: a list of profiles is needed, each a list of action labels")
    return Plan.from_json(game, allowed)


def path_to_json(plan: Plan) -> dict[str, Any]:
    """What ``read_path`` reads."""
    return {"format": FORMAT, "allowed": plan.to_json()}


def _object(data: Any) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise GameError("allowed: an object {state: [[label, ...], ...]} is needed")
    return data
