"""Clauses that do with their numbers what no clause of the project does: no world is taken for another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

import numpy as np
import pytest
from pydantic import Field

from games.model.stochastic_game import GameError
from tests.support.small_treaties import plus
from tests.support.worlds import assert_same_game, assert_same_numbers
from treaties.compiling.compile import compile_treaty
from treaties.compiling.template import Template
from treaties.effects import (
    Announcement,
    Bools,
    Choice,
    ClockYears,
    Columns,
    Effect,
    Floats,
    Law,
    Option,
    PayoffTerm,
    ProvisionContext,
    StateVariable,
    Transition,
)
from treaties.model.provision import Provision
from treaties.model.quantity import Quantity
from treaties.model.treaty import Treaty


class Odd(Provision):
    """A clause of one number."""

    title: ClassVar[str] = "odd"
    mechanism: ClassVar[str] = "odd"
    reference: ClassVar[str] = "none"

    type: str = "odd"
    x: Quantity = Field(description="Its number.")

    def announces(self) -> Iterable[Announcement]:
        """How far it looks at the clock, if that is what it is about."""
        if self.note == "how many years":
            yield ClockYears(int(self.x.value / 1.4))

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """One of the effects below."""
        yield from EFFECTS[self.note or ""](self, context.parties[0], self.x.value)


def breach(party: str, columns: Columns) -> Bools:
    return columns.in_breach[party, "trade"]


def fine(clause: Odd, party: str, columns: Columns) -> Floats:
    return np.where(breach(party, columns), -clause.x.value, 0.0)


def above_two(clause: Odd, party: str, columns: Columns) -> Floats:
    return np.where(breach(party, columns), -max(clause.x.value - 2.0, 0.0), 0.0)


def held(party: str, amount: float, columns: Columns) -> Floats:
    return np.where(breach(party, columns), -amount, 0.0)


def at_most_one(party: str, most: float) -> Callable[[Columns], Floats]:
    return lambda columns: held(party, most, columns)


def free(columns: Columns) -> Floats:
    return columns.constant(0.25)


def dear(columns: Columns) -> Floats:
    return columns.constant(2.25)


def of_the_other(clause: Odd, party: str, columns: Columns) -> Floats:
    """Looks at the other party's conduct only if the number is large."""
    other = next(of for of, matter in columns.options if of != party and matter == "trade")
    return fine(clause, party if clause.x.value < 2.0 else other, columns)


def on_average(clause: Odd, party: str, columns: Columns) -> Floats:
    return np.asarray(clause.x.value * (breach(party, columns) - breach(party, columns).mean()))


def may(clause: Odd, columns: Columns) -> Bools:
    return columns.operating & (clause.x.value > 2.0)


def where(clause: Odd, name: str, columns: Columns) -> Law:
    return Law.surely(np.where(columns.any_breach(), int(clause.x.value > 2.0), columns.code(name)))


def perhaps(clause: Odd, name: str, columns: Columns) -> Law:
    chance = np.where(columns.any_breach(), min(clause.x.value / 2.0, 1.0), 0.0)
    codes = np.tile(np.array([0, 1]), (columns.size, 1))
    return Law(codes, np.stack([1.0 - chance, chance], axis=1))


def tenths(clause: Odd, name: str, columns: Columns) -> Law:
    """Three ways to one end, which add up to what rounding makes of them."""
    code = columns.code(name)
    chance = np.where(columns.any_breach(), clause.x.value / 12.0, 0.25)
    codes = np.stack([code, 1 - code, 1 - code, 1 - code], axis=1)
    return Law(codes, np.stack([1.0 - chance - chance - chance, chance, chance, chance], axis=1))


def too_likely(clause: Odd, name: str, columns: Columns) -> Law:
    codes = np.tile(np.array([0, 1]), (columns.size, 1))
    chance = np.where(columns.any_breach(), clause.x.value / 4.0, 0.0)
    return Law(codes, np.stack([np.where(chance > 0.7, 0.5, 1.0 - chance), chance], axis=1))


def moving(law: Callable[..., Law], clause: Odd, party: str, x: float) -> Iterable[Effect]:
    yield StateVariable("mood", ("calm", "wary"))
    yield Transition("mood", partial(law, clause, "mood"))
    yield PayoffTerm(party, lambda columns: np.where(columns.code("mood") == 1, 1.0, 0.0))


def counting(clause: Odd, party: str, x: float) -> Iterable[Effect]:
    yield StateVariable("count", tuple(range(int(x) + 2)))
    yield Transition("count", lambda columns: Law.surely(np.minimum(columns.code("count") + 1, int(x) + 1)))


EFFECTS: dict[str, Callable[[Odd, str, float], Iterable[Effect]]] = {
    "an amount": lambda clause, party, x: [PayoffTerm(party, partial(fine, clause, party))],
    "an amount above a threshold": lambda clause, party, x: [PayoffTerm(party, partial(above_two, clause, party))],
    "a number in a closure": lambda clause, party, x: [PayoffTerm(party, partial(held, party, min(x, 1.0)))],
    "a number in a lambda": lambda clause, party, x: [PayoffTerm(party, at_most_one(party, min(x, 1.0)))],
    "one of two functions": lambda clause, party, x: [PayoffTerm(party, free if x < 0.5 else dear)],
    "an amount of whom": lambda clause, party, x: [PayoffTerm(party, partial(of_the_other, clause, party))],
    "an amount of all rows": lambda clause, party, x: [PayoffTerm(party, partial(on_average, clause, party))],
    "no effect below": lambda clause, party, x: [PayoffTerm(party, partial(fine, clause, party))] if x > 2.0 else [],
    "an option": lambda clause, party, x: [
        Choice(party, "extra", (Option("no", default=True), Option("yes", available=partial(may, clause)))),
        PayoffTerm(party, lambda columns: np.where(columns.takes(party, "extra", "yes"), 0.5, 0.0))],
    "where it leads": partial(moving, where),
    "whether it may": partial(moving, perhaps),
    "sums of chances": partial(moving, tenths),
    "chances of more than 1": partial(moving, too_likely),
    "how many states": counting,
    "how many years": lambda clause, party, x: [PayoffTerm(party, partial(fine, clause, party))],
}  # fmt: skip


def treaty_with(kind: str) -> Treaty:
    text = plus('type = "withdrawal"\narticle = "1"\nnotice_years = 1')
    odd = Odd(note=kind, x=Quantity(value=1.5, low=0.0, high=4.0))
    return text.model_copy(update={"provisions": (*text.provisions, odd)})


@pytest.mark.parametrize("kind", EFFECTS)
def test_every_world_is_the_game_compiled_there(kind: str) -> None:
    template = Template.of(treaty_with(kind))
    for x in (0.0, 0.3, 1.5, 2.0, 2.5, 4.0):
        try:
            fresh = compile_treaty(template.at({"odd.x": x}))
        except GameError:
            assert kind == "chances of more than 1"
            for way in (template.compiled, template.with_numbers):
                with pytest.raises(GameError, match=r"transition probabilities sum to 1\.5"):
                    way({"odd.x": x})
            continue
        assert_same_game(template.compiled({"odd.x": x}), fresh)
        assert_same_numbers(template.with_numbers({"odd.x": x}), fresh)


def anew(kind: str, *worlds: float) -> int:
    """How many of some worlds have their numbers compiled anew."""
    template = Template.of(treaty_with(kind))
    for x in worlds:
        template.with_numbers({"odd.x": x})
    return template.recompiled


def test_only_worlds_of_another_structure_are_compiled_anew() -> None:
    assert anew("an amount", 0.5, 1.0, 2.5, 3.5) == 0
    assert anew("an amount of all rows", 0.5, 1.0, 2.5, 3.5) == 4
    for kind in ("where it leads", "no effect below", "an option", "an amount of whom"):
        assert anew(kind, 0.5, 1.5) + anew(kind, 2.5, 3.5) == 2, kind
    assert anew("whether it may", 0.5, 1.5, 1.9) + anew("whether it may", 2.5, 3.0, 3.5) == 3
