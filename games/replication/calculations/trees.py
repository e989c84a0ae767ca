"""Calculations about games in extensive form that published results name; see `games.replication.calculations`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from games.model.stochastic_game import GameError

Numbers = Sequence[Fraction]


def _kuhn_poker() -> Numbers:
    """The value, and how often the second player bets with the worst card and calls with the middle one."""
    from games.extensive_form import named, solve_zero_sum
    from games.extensive_form.classics import kuhn_poker

    solution = solve_zero_sum(kuhn_poker())
    second = named(kuhn_poker(), solution.profile)["B"]
    return [*_exact(solution.value), second["J, check"]["bet"], second["Q, bet"]["call"]]


def _inspection_game(periods: int, inspections: int) -> Numbers:
    """The value to the inspector, and how likely it inspects on the first day."""
    from games.extensive_form import named, solve_zero_sum
    from games.extensive_form.classics import inspection_game

    game = inspection_game(periods, inspections)
    solution = solve_zero_sum(game)
    first = named(game, solution.profile)["Inspector"]["day "]
    return [*_exact(solution.value), first.get("inspect", Fraction(0))]


def _inspections_over_time(periods: int, inspections: int, caught: Any, fine: Any, announce: bool = False) -> Numbers:
    """Payoffs of inspector and inspectee, and how likely the first period is inspected."""
    from games.extensive_form.inspection import inspections_over_time

    found = inspections_over_time(periods, inspections, caught=caught, fine=fine, announce=announce)
    return [found.inspector, found.inspectee, found.chance]


def _inspection(announce: bool = False, **payoffs: Any) -> Numbers:
    """One period: chances of inspection and of violation, payoffs of inspector and inspectee."""
    from games.extensive_form.inspection import announced, inspection_tables, secret

    found = (announced if announce else secret)(*inspection_tables(**payoffs))
    return [found.chance, found.violation, found.inspector, found.inspectee]


def _exact(value: Fraction | None) -> Numbers:
    """A value that is only enclosed is no number."""
    return [] if value is None else [value]


def _selten_horse(beliefs: bool) -> Numbers:
    """Payoffs of each pure equilibrium, player by player; with ``beliefs``, of those that some beliefs justify."""
    from games.extensive_form import expected_payoffs, pure_bayesian_equilibria, pure_equilibria
    from games.extensive_form.classics import selten_horse

    game = selten_horse()
    found = pure_bayesian_equilibria(game) if beliefs else pure_equilibria(game)
    return [x for payoffs in sorted(expected_payoffs(game, one.profile) for one in found) for x in payoffs]


def _chain_store(entrants: int) -> Numbers:
    """Payoffs of the chain and of each entrant, in the only subgame-perfect equilibrium."""
    from games.extensive_form import backward_induction
    from games.extensive_form.classics import chain_store

    found = backward_induction(chain_store(entrants))
    if found.all_payoffs != (found.payoffs,):
        raise GameError(f"chain_store: {entrants} entrants leave more than one equilibrium")
    return found.payoffs


CALCULATIONS: dict[str, Callable[..., Numbers]] = {
    "kuhn_poker": _kuhn_poker,
    "inspection_game": _inspection_game,
    "inspections_over_time": _inspections_over_time,
    "inspection": _inspection,
    "selten_horse": _selten_horse,
    "chain_store": _chain_store,
}
