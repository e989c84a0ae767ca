"""Red lines: conditions on the text that a party will not sign against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True)
class RedLine:
    """A condition (``text``) that a party, by id and name, insists on.

    >>> str(RedLine("NOR", "Norland", "veto.uses_per_term >= 1"))
    'Norland: veto.uses_per_term >= 1'
    """

    party: str
    name: str
    text: str

    def __str__(self) -> str:
        return f"{self.name}: {self.text}"
