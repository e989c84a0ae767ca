"""What every provision of a treaty has in common: an article, a plain name, a mechanism, and effects on the game.

A provision is a frozen description of one clause. It never computes anything about equilibrium; it says what it does to
the game in the closed vocabulary of ``treaties.effects``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from treaties.model.errors import Place
from treaties.model.quantity import DesignRange
from treaties.model.references import ArticleNumber

if TYPE_CHECKING:
    from treaties.effects import Announcement, Effect, ProvisionContext
    from treaties.model.matter import Matter
    from treaties.model.party import Party
    from treaties.model.remark import Remark


Misfit = tuple[Place, str, str]
"""Where below a clause, what is wrong, and what to do."""


class TreatyText(Protocol):
    """What a clause may read of the treaty that it stands in, to say what is odd about it there."""

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who signs."""

    @property
    def matters(self) -> tuple[Matter, ...]:
        """The subjects of cooperation."""

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """The clauses, in any order."""

    @property
    def exit(self) -> bool:
        """Whether a party can leave except as a provision allows."""

    @property
    def context(self) -> ProvisionContext:
        """What provisions announce to one another."""

    def matter(self, matter_id: str) -> Matter:
        """The matter with this id; raises ``KeyError``."""


class Provision(BaseModel, ABC):
    """One clause of a treaty. Subclasses live one per file in ``treaties/provisions`` and are found there.

    ``environment``  the clause describes the world around the treaty, not what its parties agreed.
    ``ending``       the clause only says when and how the treaty ends.
    ``how_often``    the term that says how often the clause looks into conduct, where one may ask how often is needed.
    ``right``        the clause gives its holder a right to stop what others want, worth something in talks.
    ``no_refusal``   the terms with which nobody could refuse a renewal; none where nobody can anyway.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: ClassVar[str]
    mechanism: ClassVar[str]
    reference: ClassVar[str]
    environment: ClassVar[bool] = False
    ending: ClassVar[bool] = False
    how_often: ClassVar[str | None] = None
    right: ClassVar[bool] = False
    no_refusal: ClassVar[Mapping[str, str]] = {}

    type: str = Field(description="Kind of provision.")
    article: ArticleNumber = Field(
        default="-", description='The clause as the treaty numbers it, for example "14(2)"; "-" when it has none.'
    )
    note: str | None = Field(default=None, description="Remark for readers; changes nothing.")
    source: str | None = Field(default=None, description="Where the clause and its numbers come from.")
    design: dict[str, DesignRange] | None = Field(
        default=None, description="For each term of this clause that a design search may vary, the values to try."
    )

    @abstractmethod
    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What this clause does to the game, in the closed vocabulary of effects."""

    def announces(self) -> Iterable[Announcement]:
        """Facts about this clause that other clauses may need (the length of a term, the period of notice)."""
        return ()

    def caveats(self, parties: Sequence[str]) -> Iterable[str]:
        """What a reader must know of how this clause is solved, given the ids of the treaty's parties."""
        return ()

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is legal about this clause but contradicts itself, never takes effect, or is rarely meant."""
        return ()

    def misfit(self, parties: Sequence[str]) -> Misfit | None:
        """What makes the clause impossible in a treaty of these parties; None if nothing does."""
        return None

    def clash_with(self, other: Provision) -> str | None:
        """What this clause and another both claim, in words; None if they can stand together."""
        return None

    @property
    def label(self) -> str:
        """How a reader finds the clause: ``article 14(2), veto``."""
        return self.type if self.article == "-" else f"article {self.article}, {self.type}"
