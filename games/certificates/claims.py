"""What the claims of certificates have in common, in words: what a plan asks for, and the game they speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from games.certificates.exact_game import ExactGame
from games.model.clock import Clock, with_clock
from games.model.plan import Plan
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import written

MOST_NAMED = 12
"""So many states with the same demand are named; the rest are counted."""

PlanJson = Mapping[str, Sequence[Sequence[str]]]


def plan_in_words(game: StochasticGame, plan: PlanJson, clock: Clock | None = None) -> str:
    """What a plan (its JSON form) asks for, state by state, and how much it leaves open.

    ``clock``  whose hands the plan's states tell, if it varies over time.
    """
    game = game if clock is None else with_clock(game, clock)
    asked = Plan.from_json(game, plan)
    if not _asks(game, asked):
        return "every profile is allowed in every state that play can come to"
    reached = ExactGame.of(game).reached
    alike: dict[str, list[str]] = {}
    for s in asked.restricted_states:
        if s in reached:
            rows = game.rows_of(s)
            allowed = [f"({', '.join(game.profile_labels(r))})" for r in rows if asked.allowed[r]]
            only = f"only {allowed[0]}" if len(allowed) == 1 else f"only {len(allowed)} of {len(rows)} profiles, "
            alike.setdefault(only + ("" if len(allowed) == 1 else " or ".join(allowed)), []).append(game.states[s])
    free = len(reached) - sum(map(len, alike.values()))
    parts = [f"{said} in {_named(states)}" for said, states in alike.items()]
    if free:
        parts.append(f"{free} more state{'s' * (free != 1)} that play can come to left free")
    return "; ".join(parts)


def kept_plan(game: StochasticGame, plan: PlanJson, clock: Clock | None = None) -> str:
    """Of strategies that are proved to be an equilibrium: what they keep to, or that nothing is claimed of it."""
    game = game if clock is None else with_clock(game, clock)
    if _asks(game, Plan.from_json(game, plan)):
        return f"Play keeps to the plan: {plan_in_words(game, plan)}."
    return (f"It is an empty claim about what is played: {plan_in_words(game, plan)}, so that no more is claimed "
            "than that some equilibrium exists.")


def excluded(game: StochasticGame, plan: PlanJson | None, concept: str, clock: Clock | None = None) -> str:
    """Of a refutation: what no equilibrium does."""
    game = game if clock is None else with_clock(game, clock)
    start = f"from state {game.states[game.initial]!r}"
    if plan is None or not _asks(game, Plan.from_json(game, plan)):
        return f"No equilibrium exists {start} at all. Equilibrium: {concept}."
    return f"No equilibrium {start} keeps to the plan: {plan_in_words(game, plan)}. Equilibrium: {concept}."


def setting(game: StochasticGame, patience: bool = True) -> str:
    """Discount factors, payments and what is seen.  ``patience``  False: whatever the common discount factor is."""
    factors = [written(game.exact_discount(i)) for i in range(game.n_players)]
    if not patience:
        said = "at every common discount factor"
    elif len(set(factors)) == 1:
        said = f"discount factor {factors[0]}"
    else:
        said = "discount factors " + ", ".join(f"{d} of {who}" for who, d in zip(game.players, factors, strict=True))
    pay = "no side payments" if game.transfers == "none" else (
        "voluntary side payments, " + ("money may be burnt" if game.burning else "no money is burnt"))
    seen = "everyone sees what is done" if game.monitoring is None else "players see public signals"
    return f"Game: {', '.join(game.players)}; {said}; {pay}; {seen}."


def vector(numbers: Sequence[Fraction]) -> str:
    """Exact numbers in brackets."""
    return f"({', '.join(map(written, numbers))})"


def _asks(game: StochasticGame, plan: Plan) -> bool:
    """Whether a plan forbids anything where play can come to."""
    return bool(ExactGame.of(game).reached.intersection(plan.restricted_states))


def _named(states: Sequence[str]) -> str:
    said = ", ".join(repr(s) for s in states[:MOST_NAMED])
    return said + (f" and {len(states) - MOST_NAMED} more states" if len(states) > MOST_NAMED else "")
