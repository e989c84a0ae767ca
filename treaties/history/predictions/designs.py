"""Two designs in the same worlds: where one is kept the other should be kept as well.

Worlds in which either is undecided are counted apart, and never as a no; where no world tells two designs apart, what
happens cannot be told.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import ClassVar, Literal, final

from pydantic import Field

from treaties.history.lookup import Lookup
from treaties.history.moments import Verdict
from treaties.history.prediction import Group, Prediction, Told
from treaties.sweeping.comparing import paired
from treaties.sweeping.sample import Sample


class _Compared(Prediction, ABC):
    """A design that should be kept wherever another is; "" stands for the text."""

    more: str = Field(description="The variant that should be kept in no fewer worlds.")
    fewer: str = Field(description="The variant it is held against.")
    claim: Literal["every world", "share"] = Field(
        default="every world", description="Whether no world may contradict, or only the shares may not."
    )

    @property
    def designs(self) -> tuple[str, ...]:
        """Both."""
        return self.more, self.fewer

    def told(self, facts: Lookup, worlds: Mapping[str, Sample] | None) -> Told:
        """How many worlds keep one and not the other."""
        more, fewer = (f"“{name}”" if name else "the text" for name in (self.more, self.fewer))
        where = "in every world" if self.claim == "every world" else "in no smaller share of worlds"
        foretold = f"where {fewer} is kept, {more} is kept as well, {where}"
        if worlds is None:
            return Told(foretold, "no worlds were judged", "open")
        found = paired(worlds[self.fewer], worlds[self.more])
        happened = (
            f"of {found.worlds} worlds decided for both, {found.gained} keep {more} alone and "
            f"{found.lost} keep {fewer} alone"
        )
        happened += f"; {found.left_out} undecided" if found.left_out else ""
        verdict: Verdict = "agrees"
        if not found.gained and not found.lost:
            happened, verdict = f"{happened}: no world tells them apart", "open"
        elif found.lost if self.claim == "every world" else found.lost > found.gained:
            verdict = "differs"
        return Told(foretold, happened, verdict)


@final
class Comparison(_Compared):
    """A comparison that should come out so at any payoffs."""

    kind: Literal["comparison"] = "comparison"
    group: ClassVar[Group] = "comparative"


@final
class StylisedComparison(_Compared):
    """A comparison that depends on the stylised payoffs of the case."""

    kind: Literal["stylised_comparison"] = "stylised_comparison"
    group: ClassVar[Group] = "stylised"
