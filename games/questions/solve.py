"""Which solver to use for a game, and why, in words."""

from __future__ import annotations

import difflib
from dataclasses import fields, replace
from typing import Any, Literal

from games.model.stochastic_game import GameError, StochasticGame, insist_on_game
from games.numerics.progress import Progress
from games.solvers import discover
from games.solvers.solution import Solution
from games.solvers.solver import Solver

Concept = Literal["spe", "rne"]


def choose_solver(game: StochasticGame, concept: Concept | None = None, **options: Any) -> tuple[Solver, str]:
    """The first solver, in the order of preference, that accepts the game, and the reason in words.

    ``concept``  "spe" for equilibria in which agreements stand, "rne" for relational negotiation equilibria.
    ``options``  fields of the solver.  Raises ``GameError`` with every solver's refusal if none accepts.
    """
    insist_on_game(game)
    if concept not in (None, "spe", "rne"):
        raise GameError(f"concept {concept!r} does not exist; concepts are spe, rne")
    refusals: list[str] = []
    passed_over: list[str] = []
    for kind in discover():
        if concept not in (None, kind.concept):
            continue
        refusal = f"used by name only: {kind.by_name_only}" if kind.by_name_only else kind().accepts(game)
        if refusal is None:
            why = f"exact for {kind.exact_for}"
            if passed_over:
                why += f"; not used: {'; '.join(passed_over)}"
            return configure(kind, options), why
        refusals.append(f"{kind.name} ({refusal})")
        if kind.undiscounted == game.undiscounted:  # methods for the other kind of games are not worth a word
            passed_over.append(refusals[-1])
    raise GameError("no solver applies to this game: " + "; ".join(refusals))


def solve(
    game: StochasticGame,
    solver: str | Solver | type[Solver] | None = None,
    *,
    concept: Concept | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> Solution:
    """Solve a game with the solver named, or with the one that ``choose_solver`` picks.

    ``concept``   "spe", or "rne" for relational negotiation equilibria (options ``negotiation_hazard``,
                  ``bargaining_weights``, ``method``, ``dates``); None leaves it to the solver.
    ``progress``  called now and then with a word and the share of the work done.
    ``options``   fields of the solver.

    Raises ``GameError`` if the solver or an option does not exist, or if the solver does not apply to the game.

    >>> from games import repeated_game
    >>> solution = solve(repeated_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]], discount=0.5), solver="nash_reversion")
    >>> type(solution.verdict("a0,b0")).__name__
    'Sustainable'
    """
    chosen, why = chosen_solver(game, solver, concept, **options)
    if concept not in (None, chosen.concept):
        raise GameError(f"concept {concept!r}: solver {chosen.name} solves for {chosen.concept!r}; leave one out")
    return replace(chosen.solve(game, progress), why=why)


def chosen_solver(
    game: StochasticGame,
    solver: str | Solver | type[Solver] | None,
    concept: Concept | None = None,
    **options: Any,
) -> tuple[Solver, str]:
    """The solver that is named or given, else the one that ``choose_solver`` picks, and why in words.

    Raises ``GameError`` if there is no such solver or option, or if none was named and none accepts the game.
    """
    insist_on_game(game)
    if solver is None:
        return choose_solver(game, concept, **options)
    if isinstance(solver, Solver):
        return configure(type(solver), _set_fields(solver) | options), "given by the caller"
    kind: Any = solver_named(solver) if isinstance(solver, str) else solver
    if not isinstance(kind, type) or not issubclass(kind, Solver):
        raise GameError(f"solver {kind!r:.60} is none; name one, or give one of games.solvers")
    return configure(kind, options), "asked for by name"


def solver_named(name: str) -> type[Solver]:
    """A solver class by its name; raises ``GameError`` with the nearest legal name."""
    known = {kind.name: kind for kind in discover()}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"solvers are {', '.join(known)}"
        raise GameError(f"solver {name!r} does not exist; {hint}")
    return known[name]


def configure(kind: type[Solver], options: dict[str, Any]) -> Solver:
    """A solver with some of its fields set; raises ``GameError`` with the nearest legal name of an unknown option."""
    legal = _options(kind)
    for key in options:
        if key not in legal:
            near = difflib.get_close_matches(key, legal, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"options are {', '.join(legal) or 'none'}"
            raise GameError(f"solver {kind.name} has no option {key!r}; {hint}")
    return kind(**options)


def _options(kind: Any) -> list[str]:
    """The names of a solver's options, which are its fields."""
    return [f.name for f in fields(kind)]


def _set_fields(solver: Solver) -> dict[str, Any]:
    return {key: getattr(solver, key) for key in _options(solver)}
