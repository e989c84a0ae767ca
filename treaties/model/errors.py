"""What is wrong in a treaty file, and how a validator says so.

Validators raise ``fault(problem, remedy)``; the reader of treaty files turns every fault into a `TreatyError` that also
knows the file, the line and the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from pydantic_core import PydanticCustomError

from games.numerics.visible import visible

Place = tuple[str | int, ...]
Misfit = tuple[Place, str, str]
"""Where below a block, what is wrong, and what to do."""

FAULT = "treaty_fault"


def fault(problem: str, remedy: str = "", at: Place = ()) -> PydanticCustomError:
    """An error for a validator to raise: what is wrong, what to do, and where below the model being validated."""
    return PydanticCustomError(FAULT, "{problem}", {"problem": problem, "remedy": remedy, "at": list(at)})


@final
@dataclass(frozen=True)
class TreatyError:
    """One thing wrong in one treaty file.

    ``line`` counts from 1 (None: the whole file is at fault); ``article`` is the clause as the treaty numbers it;
    ``field`` is the path as a reader would write it, for example ``provision.veto.uses_per_term``.
    """

    file: str
    line: int | None
    article: str | None
    field: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        field = f" {self.field}" if self.field else ""
        article = f" ({self.article})" if self.article else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return visible(f"{place}:{field}{article}{':' if field or article else ''} {self.problem}{remedy}")


@final
class TreatyFileError(Exception):
    """A treaty file that cannot be read; ``errors`` lists everything wrong in it, in the order of its lines."""

    def __init__(self, errors: Sequence[TreatyError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: error.line or 0))
        super().__init__("\n".join(str(error) for error in self.errors))
