"""Withdrawal: a party may leave after a period of notice during which its obligations bind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, final

from pydantic import Field

from treaties.provision import PartyIds, Provision

if TYPE_CHECKING:
    from treaties.effects import Effect, ProvisionContext


@final
class Withdrawal(Provision):
    """Who may give notice, and how long obligations go on after it."""

    title: ClassVar[str] = "Withdrawal with notice"
    mechanism: ClassVar[str] = (
        "Notice delays the gain from leaving and lets the others respond, but it also binds the party that has been "
        "wronged and stays to the end of it."
    )
    reference: ClassVar[str] = "Helfer (2005)"

    type: Literal["withdrawal"] = "withdrawal"
    notice_years: Annotated[int, Field(strict=True, ge=0, le=20)] = Field(
        description="Years between notice and exit, during which obligations bind (0 to 20)."
    )
    holder: PartyIds | None = Field(default=None, description="Parties that may withdraw; omitted = all.")
    plan: Literal["never"] = Field(default="never", description="Compliance expects that notice is not given.")

    def effects(self, context: ProvisionContext) -> Iterable[Effect]:
        """What the clause does to the game."""
        raise NotImplementedError
