"""What every provision of a treaty has in common: an article, a plain name, a mechanism, and effects on the game.

A provision is a frozen description of one clause. It never computes anything about equilibrium; it says what it does to
the game in the closed vocabulary of ``treaties.effects``.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from pydantic import Field

from treaties.model.errors import Misfit, Place
from treaties.model.limits import Limited
from treaties.model.presets import Preset
from treaties.model.quantity import DesignRange
from treaties.model.references import ArticleNumber

if TYPE_CHECKING:
    from treaties.effects import ProvisionContext
    from treaties.model.matter import Matter
    from treaties.model.party import Party
    from treaties.model.remark import Remark


Group = Literal[
    "obligations", "duration and membership", "rights and votes", "information", "payments and stakes", "surroundings"
]
"""What clauses are about, for lists of them."""


class TreatyText(Protocol):
    """What a clause may read of the treaty that it stands in, to say what is odd about it there."""

    @property
    def parties(self) -> tuple[Party, ...]:
        """Who signs, and who else has choices of its own."""

    @property
    def signatories(self) -> tuple[Party, ...]:
        """Those of them that sign."""

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


class Provision(Limited, ABC):
    """One clause of a treaty. Subclasses live one per file in ``treaties/provisions`` and are found there.

    ``group``        what the clause is about, for lists of clauses.
    ``environment``  the clause describes the world around the treaty, not what its parties agreed.
    ``ending``       the clause only says when and how the treaty ends.
    ``how_often``    the term that says how often the clause looks into conduct, where one may ask how often is needed.
    ``right``        the clause gives its holder a right to stop what others want, worth something in talks.
    ``no_refusal``   the terms with which nobody could refuse a renewal; none where nobody can anyway.
    ``real_treaty``  a real treaty that has such a clause, with the article.
    ``cannot_say``   what of such clauses this one leaves out.
    ``presets``      names for this clause with some of its terms filled in, where two clauses differ only in numbers.
    ``preset_of``    the kind of clause that this is a preset of; None of a clause itself.
    ``drafted``      how a treaty would word its terms, by their names: a sentence with "{}" for the value, or one for
                     each value as files write it and "" for all others; a term that is not named has no wording.
    ``neutral_terms`` values of terms with which the clause changes nothing; none where ``no_neutral_terms`` says why.
    """

    group: ClassVar[Group] = "obligations"
    title: ClassVar[str]
    mechanism: ClassVar[str]
    reference: ClassVar[str]
    environment: ClassVar[bool] = False
    ending: ClassVar[bool] = False
    how_often: ClassVar[str | None] = None
    right: ClassVar[bool] = False
    no_refusal: ClassVar[Mapping[str, str]] = {}
    real_treaty: ClassVar[str] = ""
    cannot_say: ClassVar[str] = ""
    neutral_terms: ClassVar[Mapping[str, Any]] = {}
    no_neutral_terms: ClassVar[str] = ""
    presets: ClassVar[Mapping[str, Preset]] = {}
    preset_of: ClassVar[str | None] = None
    drafted: ClassVar[Mapping[str, str | Mapping[str, str]]] = {}

    type: str = Field(description="Kind of provision.")
    article: ArticleNumber = Field(
        default="-", description='The clause as the treaty numbers it, for example "14(2)"; "-" when it has none.'
    )
    note: str | None = Field(default=None, description="Remark for readers; changes nothing.")
    source: str | None = Field(default=None, description="Where the clause and its numbers come from.")
    design: dict[str, DesignRange] | None = Field(
        default=None, description="For each term of this clause that a design search may vary, the values to try."
    )

    def caveats(self, parties: Sequence[str]) -> Iterable[str]:
        """What a reader must know of how this clause is solved, given the ids of the treaty's parties."""
        return ()

    def in_own_words(self, names: Mapping[str, str]) -> Iterable[str]:
        """What the clause does, sentence by sentence, where its terms alone would not say it.

        ``names``  of parties, matters and events by id.
        """
        return ()

    def remarks(self, treaty: TreatyText) -> Iterable[Remark]:
        """What is legal about this clause but contradicts itself, never takes effect, or is rarely meant."""
        return ()

    def examines(self) -> Iterable[tuple[Place, str, str]]:
        """Whose conduct or duties the clause is about by name: where it says so, the party, and the matter."""
        return ()

    def of_type(self, party: str, name: str) -> Provision:
        """The clause as it is for a party that is of the type of this name: its amounts may differ, nothing else."""
        return self

    def misfit(self, parties: Sequence[str]) -> Misfit | None:
        """What makes the clause impossible in a treaty of these parties; None if nothing does."""
        return None

    def clash_with(self, other: Provision) -> str | None:
        """What this clause and another both claim, in words; None if they can stand together."""
        return None

    @classmethod
    def wording(cls, term: str, value: Any) -> str:
        """How a treaty would word a term with a value, "{}" standing for it; "" where the clause has no wording."""
        found = cls.drafted.get(term, "")
        if isinstance(found, str):
            return found
        written = f"{value:g}" if isinstance(value, int | float) else str(value)
        return found.get(written, found.get("", ""))

    @property
    def heading(self) -> str:
        """What the clause is called where clauses are listed."""
        return self.title

    @classmethod
    def example_terms(
        cls, signatories: Sequence[str], third_parties: Sequence[str], matters: Sequence[str]
    ) -> Mapping[str, Any] | None:
        """Terms of an example, as files write them; None where placeholders for the terms it needs make one."""
        return None

    @property
    def label(self) -> str:
        """How a reader finds the clause: ``article 14(2), veto``."""
        return self.type if self.article == "-" else f"article {self.article}, {self.type}"
