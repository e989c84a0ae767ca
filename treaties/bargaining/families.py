"""Designs that differ in numbers alone have one structure: they are compiled together, and share the screen of it."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, final

from games.model.stochastic_game import GameError
from games.solvers.penal_modes import Screen
from games.structure.numbers import Numbers
from treaties.assessing.answers import Version
from treaties.assessing.credibility import Effort
from treaties.assessing.screening import Screening
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.template import Span, Template
from treaties.effects import CompilationError
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty, Variant

ENOUGH = 3
"""So many designs of a family are compiled together; fewer are quicker one by one."""
KEPT = 4
"""Families whose template a process keeps: as a rule it judges one after the other."""

Terms = Mapping[str, Any]
_kept: OrderedDict[tuple[str, str], _Family] = OrderedDict()


def open_numbers(treaty: Treaty, space: Mapping[str, Sequence[Any]]) -> dict[str, Span]:
    """The terms of a grid that are numbers of the treaty, and between what they lie in it."""
    known = {number.path for number in treaty.numbers()}
    plain = {path: [v for v in values if isinstance(v, (int, float))] for path, values in space.items()}
    return {
        path: (float(min(values)), float(max(values)))
        for path, values in plain.items()
        if path in known and values and len(values) == len(space[path])
    }


def families(points: Sequence[Terms], spans: Mapping[str, Span]) -> list[str]:
    """Per point of a grid the name of its family; empty if that has too few designs to be compiled together.

    ``spans``  the terms that are numbers, as ``open_numbers`` tells them.
    """
    names = [repr([(path, value) for path, value in terms.items() if path not in spans]) for terms in points]
    many = Counter(names)
    return [name if spans and many[name] >= ENOUGH else "" for name in names]


def version_of(treaty: Treaty, changed: Treaty, variant: Variant, family: str, spans: Mapping[str, Span],
               effort: Effort) -> Version:
    """One design as a version of the treaty, compiled with its family if it has one.

    ``changed``  the treaty with the variant's changes.  Raises ``CompilationError`` as compiling it does.
    """
    if not family:
        return Version(changed, variant, effort)
    key = treaty.content_hash, family
    if key not in _kept:
        _kept[key] = _Family(changed, spans)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    compiled, screening = _kept[key].compiled(changed, {path: variant.set[path] for path in spans})
    return Version(changed, variant, effort, compiled, screening)


@final
class _Family:
    """The template of the designs of a family, made from one of them."""

    def __init__(self, first: Treaty, spans: Mapping[str, Span]) -> None:
        self._template: Template | None = None
        self._screen: Screen | None = None
        # Numbers of the grid may not go together: each design is then compiled alone.
        with suppress(TreatyFileError, CompilationError):
            self._template = Template.of(first, spans)

    def compiled(self, changed: Treaty, terms: Terms) -> tuple[CompiledTreaty | None, Screening | None]:
        """The game of a design, and its screen; None where it has to be made of the design's own text."""
        template = self._template
        if template is None or template.structure is None:
            return None, None
        before = template.recompiled
        try:
            compiled = template.compiled(terms)
            numbers = None if template.recompiled > before else template.with_numbers(terms)
        except (TreatyFileError, CompilationError, GameError):
            return None, None
        if _numbers(compiled.treaty) != _numbers(changed):
            return None, None
        compiled = replace(compiled, treaty=changed)
        if not isinstance(numbers, Numbers) or compiled.game.transfers != "none":
            return compiled, None
        if self._screen is None or self._screen.structure is not numbers.structure:
            self._screen = Screen(numbers.structure)
        return compiled, Screening(compiled, self._screen, numbers) if self._screen.settled else None


def _numbers(treaty: Treaty) -> dict[str, float]:
    return {number.path: number.value for number in treaty.numbers()}
