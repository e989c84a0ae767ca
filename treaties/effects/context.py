"""What a provision may know of the rest of the treaty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, final

import numpy as np

from games.numerics.arrays import Bools
from treaties.effects.announcements import Announcement, Notice, SingleAnnouncement, SurvivesExit, Term, WalksOut
from treaties.effects.columns import Columns
from treaties.effects.errors import CompilationError
from treaties.effects.names import EXIT, YEAR

Said = TypeVar("Said", bound=Announcement)
Settled = TypeVar("Settled", bound=SingleAnnouncement)


def last_year_of(announced: Iterable[Announcement]) -> int | None:
    """The last year that a treaty can be in force of which this is announced; None where there is none."""
    terms = [said for said in announced if isinstance(said, Term)]
    return min((term.years for term in terms if not term.renewable), default=None)


@final
@dataclass(frozen=True, eq=False)
class ProvisionContext:
    """What a provision may know of the rest of the treaty.

    ``parties``    those that sign; ``third_parties`` those that do not.
    ``announced``  what provisions announce about themselves (``Provision.announces``), in canonical order.
    ``exit``       a party can leave although no clause says how.
    ``shared``     the matters that are public goods: who is no member gains from them all the same.
    ``owing``      by matter, the parties that owe something in it; every party in a matter that is left out.
    ``refinement`` into how many steps each step of a stock's grid is divided; 1: the grid is that of the text.
    ``halved``     the stocks whose grids are half as fine, by name of the state variable.
    ``unseen``     (party, matter) of conduct that nobody sees itself.
    """

    parties: tuple[str, ...]
    matters: tuple[str, ...]
    events: tuple[str, ...]
    announced: tuple[Announcement, ...]
    exit: bool
    shared: tuple[str, ...] = ()
    owing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refinement: int = 1
    halved: tuple[str, ...] = ()
    third_parties: tuple[str, ...] = ()
    unseen: tuple[tuple[str, str], ...] = ()

    def obliged(self, matter: str) -> tuple[str, ...]:
        """The parties that owe something in a matter, in order."""
        return self.owing.get(matter, self.parties)

    def hides(self, matter: str) -> bool:
        """Whether nobody sees the conduct of some party in a matter, but at most signals of it."""
        return any(of == matter for _, of in self.unseen)

    def all_said(self, kind: type[Said]) -> tuple[Said, ...]:
        """Everything announced of a kind, in an order that does not depend on the order of articles."""
        return tuple(said for said in self.announced if isinstance(said, kind))

    def said(self, kind: type[Settled]) -> Settled | None:
        """The one thing announced of a kind, None if nothing was; ``CompilationError`` if several provisions did."""
        found = self.all_said(kind)
        if len(found) > 1:
            raise CompilationError(f"{len(found)} provisions each set {kind.about}; keep one of them")
        return found[0] if found else None

    @property
    def term_years(self) -> int | None:
        """Length of a term, None if the treaty is of unlimited duration."""
        term = self.said(Term)
        return None if term is None else term.years

    @property
    def shortest_term(self) -> int | None:
        """Length of the shortest term that a clause sets, however many do; None without any."""
        return min((term.years for term in self.all_said(Term)), default=None)

    @property
    def last_year_in_force(self) -> int | None:
        """The last year that a treaty without renewal can be in force; None where there is none."""
        return last_year_of(self.announced)

    @property
    def notice_years(self) -> int:
        """Years between notice and exit; 0 without a withdrawal clause."""
        notice = self.said(Notice)
        return 0 if notice is None else notice.years

    @property
    def survived(self) -> tuple[str, ...]:
        """Parties that may be out while the treaty goes on; none of two parties, as one alone is no treaty."""
        named = {party for said in self.all_said(SurvivesExit) for party in said.parties}
        return tuple(party for party in self.parties if party in named) if len(self.parties) > 2 else ()

    @property
    def can_leave(self) -> bool:
        """Whether a party can leave at all, by a clause or without one."""
        return self.exit or bool(self.all_said(Notice))

    @property
    def has_way_out(self) -> bool:
        """Whether a party can leave, by right or not."""
        return self.can_leave or bool(self.all_said(WalksOut))

    @property
    def exit_option(self) -> str:
        """What leaving is called."""
        return "leave" if self.said(Notice) is None else "give notice"

    @property
    def exit_words(self) -> str:
        """Leaving as a verb phrase."""
        return "walks out (no article forbids it)" if self.said(Notice) is None else "gives notice of withdrawal"

    def leaves(self, party: str, columns: Columns) -> Bools:
        """Where a party gives notice or leaves, whether anything allows it or not."""
        out = columns.takes(party, EXIT, self.exit_option)
        for said in self.all_said(WalksOut):
            out = out | columns.takes(party, EXIT, said.option)
        return out

    def last_year(self, columns: Columns) -> Bools:
        """Where the treaty is in force in the last year of a term."""
        if self.term_years is None:
            return np.zeros(columns.size, dtype=bool)
        return columns.in_force & np.equal(columns.code(YEAR), self.term_years - 1)
