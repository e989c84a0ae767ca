"""What parties that sign nothing do beside the treaty: records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, final


@final
@dataclass(frozen=True)
class Taken:
    """One option of a third party in the play that is told, the one for want of another left out.

    ``option``  as a verb phrase: "invests".  ``year`` in which it is taken at the earliest, from 1 on; None if never.
    ``when``    the situations in which it is taken.
    """

    option: str
    year: int | None
    when: tuple[str, ...]


@final
@dataclass(frozen=True)
class ThirdParty:
    """What one third party does while the signatories keep the treaty, and what it would do without one.

    ``options``   all that it may do but the first, which is what it does else (``idle``).
    ``found``     whether an equilibrium is known in which it does so; else it is what pays it as long as the treaty is
                  kept, or what the text expects.
    ``value``     what it has on average per period;  ``outside`` its outside option.
    ``without``   options that it takes in an equilibrium without the treaty in which nobody cooperates, that of least
                  joint payoff; None where none is known.
    """

    party: str
    name: str
    idle: str
    options: tuple[Taken, ...]
    found: bool
    value: float
    outside: float
    without: tuple[str, ...] | None

    @property
    def takes(self) -> tuple[Taken, ...]:
        """What it does."""
        return tuple(option for option in self.options if option.year is not None)

    @property
    def deterred(self) -> tuple[str, ...]:
        """What it never does."""
        return tuple(option.option for option in self.options if option.year is None)

    def to_json(self) -> dict[str, Any]:
        """One entry of ``third_parties`` in ``servanda-assessment/1``."""
        return asdict(self) | {"deterred": list(self.deterred)}
