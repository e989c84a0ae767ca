"""The effects of a treaty in another world, and which of its functions can say anything else there."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from types import FunctionType, MethodType
from typing import Any, final

from treaties.compiling.base_game import base_effects, brought_by
from treaties.effects import (
    Choice,
    Effect,
    Enforced,
    Negotiation,
    Option,
    PayoffTerm,
    ProvisionContext,
    Scale,
    Signal,
    StateVariable,
    Suspension,
    Transfers,
    Transition,
)
from treaties.model.treaty import Treaty

FUNCTIONS: Mapping[type[Any], str] = {
    PayoffTerm: "amount", Scale: "factor", Suspension: "where", Signal: "law", Transition: "law", Enforced: "amount",
    Negotiation: "hazard",
}  # fmt: skip
"""The function that each kind of effect is about."""
AMOUNTS = frozenset({"upheld", "weights", "claimant_cost", "respondent_cost"})
"""Fields of effects that are numbers of the treaty."""
CONDITIONS = ("expected", "available")
"""Functions of options."""


_AROUND = tuple(name for name in Treaty.model_fields if name != "provisions")
"""What the game before any article may be made of."""


@final
class Restructured(Exception):
    """In this world the treaty's game has another structure."""


@final
@dataclass(frozen=True, eq=False)
class Told:
    """What a treaty does to the game.

    ``brought``  the effects of the game before any article, then those of each provision.
    """

    treaty: Treaty
    context: ProvisionContext
    brought: tuple[tuple[Effect, ...], ...]

    @staticmethod
    def of(treaty: Treaty, refinement: int = 1) -> Told:
        """All effects of a treaty, ``refinement`` as in ``compile_treaty``; raises ``CompilationError``."""
        context = replace(treaty.context, refinement=refinement)
        return Told(treaty, context, brought_by(treaty, context))

    def again(self, treaty: Treaty) -> Told:
        """The effects in another world of the treaty; those of clauses that it leaves alone are the same.

        Raises ``CompilationError``.
        """
        changed = [
            k
            for k, (old, new) in enumerate(zip(self.treaty.provisions, treaty.provisions, strict=True))
            if old is not new
        ]
        last = self.context.last_year_in_force
        if any(
            tuple(self.treaty.provisions[k].tells(last)) != tuple(treaty.provisions[k].tells(last)) for k in changed
        ):
            return Told.of(treaty, self.context.refinement)
        brought = list(self.brought)
        if any(getattr(self.treaty, name) is not getattr(treaty, name) for name in _AROUND):
            brought[0] = tuple(base_effects(treaty, self.context))
        for k in changed:
            brought[k + 1] = tuple(treaty.provisions[k].brings(self.context))
        return Told(treaty, self.context, tuple(brought))

    @property
    def effects(self) -> tuple[Effect, ...]:
        """All effects, those of the game before any article first."""
        return tuple(effect for found in self.brought for effect in found)

    def insist_on_structure(self, other: Told) -> bool:
        """Raise ``Restructured`` unless another world's effects differ in functions, numbers and names of options only.

        Returns whether some option has another name.
        """
        renamed = False
        for mine, its in zip(self.brought, other.brought, strict=True):
            if mine is its:
                continue
            if len(mine) != len(its):
                raise Restructured
            for a, b in zip(mine, its, strict=True):
                if type(a) is not type(b) or _STATED[type(a)](a) != _STATED[type(b)](b):
                    raise Restructured
                if isinstance(a, Choice) and isinstance(b, Choice):
                    renamed |= any(x.name != y.name for x, y in zip(a.options, b.options, strict=True))
        if self.context is not other.context and _announced(self.context) != _announced(other.context):
            raise Restructured
        return renamed


def _announced(context: ProvisionContext) -> list[str]:
    """What provisions announce, numbers and functions apart."""
    return [type(said).__name__ for said in context.announced]


def _stated_option(option: Option) -> tuple[Any, ...]:
    return (*_OPTION(option), option.expected is None, option.available is None)


def _stated_choice(choice: Choice) -> tuple[Any, ...]:
    return (choice.party, choice.matter, choice.procedural, tuple(map(_stated_option, choice.options)))


def _fields_of(kind: type[Any]) -> Callable[[Any], Any]:
    left_out = {FUNCTIONS.get(kind), *AMOUNTS, *CONDITIONS}
    return operator.attrgetter(*(field.name for field in fields(kind) if field.name not in left_out))


_OPTION = operator.attrgetter("compliant", "default", "suspends", "releases", "article", "on")
_STATED: dict[type[Any], Callable[[Any], Any]] = {
    **{kind: _fields_of(kind) for kind in (*FUNCTIONS, StateVariable, Transfers)}, Choice: _stated_choice,
}  # fmt: skip
"""Per kind of effect, what its text settles: everything but functions and numbers."""


def same_function(one: object, other: object) -> bool:
    """Whether two functions are made of the same code and of the same objects or equal words and numbers.

    They then say the same of the same columns.
    """
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, partial) and isinstance(other, partial):
        return (
            not one.keywords
            and not other.keywords
            and len(one.args) == len(other.args)
            and all(map(same_function, (one.func, *one.args), (other.func, *other.args)))
        )
    if isinstance(one, MethodType) and isinstance(other, MethodType):
        return one.__self__ is other.__self__ and one.__func__ is other.__func__
    if isinstance(one, FunctionType) and isinstance(other, FunctionType):
        mine, its = one.__closure__ or (), other.__closure__ or ()
        return (
            one.__code__ is other.__code__
            and len(mine) == len(its)
            and same_function(one.__defaults__, other.__defaults__)
            and one.__kwdefaults__ is other.__kwdefaults__
            and all(same_function(a.cell_contents, b.cell_contents) for a, b in zip(mine, its, strict=True))
        )
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(same_function, one, other))
    return isinstance(one, (str, int, float)) and one == other
