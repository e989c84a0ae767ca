"""Files of games with types: ``servanda-typed-game/1``, a ``servanda-game/1`` game with what its players may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import numpy as np
from scipy.sparse import csr_array

from games.files.game_file import read_game
from games.files.game_writing import game_to_json
from games.files.json_input import parse_json
from games.files.reading import path_of
from games.files.runs import runs_of, table_of
from games.files.writing import write_text
from games.model.stochastic_game import LARGEST, GameError, StochasticGame
from games.model.typed_game import Kind, Matrix, PartyType, TypedGame, TypeRule
from games.numerics.exact import to_fraction, written

FORMAT = "servanda-typed-game/1"
KEYS = ("format", "game", "types", "prior", "redraws", "replacement")
TYPE_KEYS = ("name", "kind", "rule", "payoffs", "discount")
RULE_KEYS = ("memories", "start", "action", "next_memory")


def typed_to_json(typed: TypedGame) -> dict[str, Any]:
    """The ``servanda-typed-game/1`` object of a game; reading it back gives a game with the same digest."""
    out: dict[str, Any] = {
        "format": FORMAT,
        "game": game_to_json(typed.game),
        "types": [[_type_json(one) for one in types] for types in typed.types],
        "prior": [[written(p) for p in prior] for prior in typed.prior],
    }
    if typed.redraws is not None:
        out["redraws"] = [None if m is None else np.argwhere(m.toarray()).tolist() for m in typed.redraws]
    if typed.replacement is not None:
        out["replacement"] = [_nested_json(m) for m in typed.replacement]
    return out


def _type_json(one: PartyType) -> dict[str, Any]:
    out: dict[str, Any] = {"name": one.name, "kind": one.kind}
    if one.rule is not None:
        out["rule"] = {
            "memories": list(one.rule.memories), "start": one.rule.start, "action": runs_of(one.rule.action),
            "next_memory": runs_of(one.rule.next_memory)}
    if one.payoffs is not None:
        out["payoffs"] = [written(to_fraction(x)) for x in one.payoffs.tolist()]
    if one.discount is not None:
        out["discount"] = written(to_fraction(one.discount))
    return out


def write_typed_game(typed: TypedGame, path: str | Path) -> Path:
    """Write a game with types (all of it or nothing); raises ``GameError`` if the place cannot be written."""
    return write_text(path, json.dumps(typed_to_json(typed), ensure_ascii=False) + "\n")


def is_typed_game(path: str | Path) -> bool:
    """Whether a file says that it is a game with types; what cannot be read is none."""
    if Path(path).suffix.lower() != ".json":
        return False
    try:
        return _says_so(parse_json(path_of(path)))
    except GameError:
        return False


def _says_so(data: Any) -> bool:
    return isinstance(data, Mapping) and data.get("format") == FORMAT


def read_typed_game(source: str | Path | Mapping[str, Any]) -> TypedGame:
    """Read a game with types from a file or from its JSON object; raises ``GameError`` naming place and problem."""
    if not isinstance(source, Mapping):
        try:
            return read_typed_game(_object(parse_json(path_of(source)), "file"))
        except GameError as error:
            raise GameError(f"{source}: {error}") from None
    if not _says_so(source):
        raise GameError(f'format: a game with types begins with "format": "{FORMAT}"')
    _only(source, KEYS, "")
    game = read_game(_object(source.get("game"), "game"))
    types = tuple(
        tuple(_type(one, game, f"types[{i}][{t}]") for t, one in enumerate(_list(types, f"types[{i}]")))
        for i, types in enumerate(_list(source.get("types"), "types")))
    redraws, unseen = source.get("redraws"), source.get("replacement")
    return TypedGame(
        game, types, _matrix(source.get("prior"), "prior"),
        None if redraws is None else tuple(
            None if m is None else _pairs(m, game, f"redraws[{i}]") for i, m in enumerate(_list(redraws, "redraws"))),
        None if unseen is None else tuple(
            None if m is None else _replacement(m, f"replacement[{i}]")
            for i, m in enumerate(_list(unseen, "replacement"))))


def _type(given: Any, game: StochasticGame, place: str) -> PartyType:
    item = _object(given, place)
    _only(item, TYPE_KEYS, place)
    name, kind = item.get("name"), item.get("kind", "strategic")
    if not isinstance(name, str) or kind not in get_args(Kind):
        raise GameError(f"{place}: a name and a kind, one of {', '.join(get_args(Kind))}, are needed")
    rule, payoffs, discount = item.get("rule"), item.get("payoffs"), item.get("discount")
    own = None
    if payoffs is not None:
        exact = [_number(x, f"{place}.payoffs[{k}]") for k, x in enumerate(_list(payoffs, f"{place}.payoffs"))]
        named = all(abs(x) <= LARGEST and to_fraction(float(x)) == x for x in exact)
        own = np.array([float(x) for x in exact]) if named else np.array(exact, dtype=object)
    return PartyType(
        name, None if rule is None else _rule(rule, f"{place}.rule"), own,
        None if discount is None else _number(discount, f"{place}.discount"), kind)


def _rule(given: Any, place: str) -> TypeRule:
    item = _object(given, place)
    _only(item, RULE_KEYS, place)
    memories = _list(item.get("memories"), f"{place}.memories")
    if not memories or not all(isinstance(x, str) for x in memories):
        raise GameError(f"{place}.memories: names are needed, at least one")
    start = _number(item.get("start", 0), f"{place}.start")
    if start.denominator != 1:
        raise GameError(f"{place}.start: the number of a memory is needed, from 0")
    return TypeRule(
        tuple(memories), int(start), table_of(item.get("action"), f"{place}.action"),
        table_of(item.get("next_memory"), f"{place}.next_memory"))


def _pairs(given: Any, game: StochasticGame, place: str) -> csr_array:
    pairs = []
    for k, pair in enumerate(_list(given, place)):
        ends = [_number(x, f"{place}[{k}]") for x in _list(pair, f"{place}[{k}]")]
        if len(ends) != 2 or not all(x.denominator == 1 and 0 <= x < game.n_states for x in ends):
            raise GameError(f"{place}[{k}]: the numbers of two states are needed, from 0")
        pairs.append([int(x) for x in ends])
    ends_of = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return csr_array((np.ones(len(pairs)), (ends_of[:, 0], ends_of[:, 1])), shape=(game.n_states, game.n_states))


def _matrix(given: Any, place: str) -> Matrix:
    return tuple(tuple(_number(x, f"{place}[{i}][{k}]") for k, x in enumerate(_list(row, f"{place}[{i}]")))
                 for i, row in enumerate(_list(given, place)))


def _replacement(given: Any, place: str) -> Any:
    """A matrix, or one for each state."""
    rows = _list(given, place)
    first = _list(rows[0], f"{place}[0]") if rows else []
    if not first or not isinstance(first[0], list):
        return _matrix(rows, place)
    return tuple(_matrix(matrix, f"{place}[{s}]") for s, matrix in enumerate(rows))


def _nested_json(given: Any) -> Any:
    """What ``_replacement`` reads; None stays."""
    return [_nested_json(x) for x in given] if isinstance(given, tuple) else given if given is None else written(given)


def _number(given: Any, place: str) -> Fraction:
    try:
        return to_fraction(given)
    except (TypeError, ValueError, ArithmeticError):
        raise GameError(f'{place}: {given!r:.60} is no number; write 0.25 or "1/4"') from None


def _list(given: Any, place: str) -> list[Any]:
    if not isinstance(given, list):
        raise GameError(f"{place}: a list is needed; write [...]")
    return given


def _object(given: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise GameError(f"{place}: an object is needed; write {{...}}")
    return given


def _only(item: Mapping[str, Any], known: tuple[str, ...], place: str) -> None:
    for key in item:
        if key not in known:
            raise GameError(f"{place + ': ' if place else ''}unknown key {key!r}; legal keys are {', '.join(known)}")
    for key in getattr(item, "repeated", ()):
        raise GameError(f"{place + ': ' if place else ''}key {key!r} is given more than once; keep one")
