"""What every claim of a paper promises: a number with where it is printed, and how it is computed anew.

A claim is met when the difference is within its tolerance.  There is a file for every few kinds of claims.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, groupby
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, final

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from games.files.game_file import read_game
from games.model.stochastic_game import StochasticGame
from games.numerics.exact import to_fraction, written
from games.solvers.solution import Solution

MOST_IN_FRACTIONS = 1000
"""Numbers with larger denominators are written as decimals."""
LONGEST_NUMBER = 16
"""Numbers in a list that take more characters are rounded when they are shown."""
LARGEST = 10**300
"""Numbers beyond it are none of floating point."""
MOST_ALIKE = 3
"""Numbers that are repeated more often stand once, with their count: 2 × 1/2 would read as a product."""


def _exact(given: Any) -> Fraction:
    if isinstance(given, bool) or not isinstance(given, (int, float, str, Fraction)):
        raise ValueError("a number is needed, or text such as '1/3'")
    try:
        number = to_fraction(given)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(f"{given!r} is not a number; write for instance 0.9 or '1/3'") from None
    if abs(number) > LARGEST:
        raise ValueError(f"{given!r} is too large to be compared; choose a unit in which it is below 1e300")
    return number


def _below_one(number: Fraction) -> Fraction:
    if not 0 <= number < 1:
        raise ValueError(f"a discount factor is at least 0 and below 1; {number} given")
    return number


class Record(BaseModel, ABC):
    """Settings that all records of a paper share."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


Number = Annotated[Fraction, BeforeValidator(_exact)]
"""The rational that a number or a text such as "1/3" names."""
Discount = Annotated[Fraction, BeforeValidator(_exact), AfterValidator(_below_one)]
"""A rational in [0, 1)."""
Pair = tuple[Number, Number]
Profile = str
"""An action profile as its labels, for instance "C,D"."""


@final
@dataclass(frozen=True)
class Replication:
    """A claim and what the solvers found.

    ``difference``  in the unit of the claim; infinite if nothing to compare with was found.
    ``note``        what went wrong, if anything did.
    """

    claim: Claim
    published: str
    computed: str
    difference: float
    note: str = ""

    @property
    def ok(self) -> bool:
        """The difference is within the claim's tolerance, and nothing went wrong."""
        return self.difference <= self.claim.tolerance and not self.note

    def to_json(self) -> dict[str, Any]:
        """Its part of the ``servanda-replication/1`` object."""
        claim = self.claim
        return {
            "claim": claim.id,
            "says": claim.says,
            "kind": claim.kind,
            "evidence": claim.evidence,
            "where": claim.where,
            "published": self.published,
            "computed": self.computed,
            "difference": self.difference if np.isfinite(self.difference) else None,
            "tolerance": claim.tolerance,
            "ok": self.ok,
        } | ({"note": self.note} if self.note else {})


class Claim(Record, ABC):
    """One number, or set of numbers, to be met.

    ``id``         unique in its paper.
    ``says``       the claim in a few words.
    ``kind``       which kind of claim it is.
    ``game``       the file of the game it speaks of; none for a calculation.
    ``evidence``   "published": it also stands in a public source named under ``where``; "recomputed": found from the
                   model by independent code; "derived": algebra from the model.
    ``where``      where it is printed, or how it is known.
    ``tolerance``  the largest difference allowed, in the unit of the number.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    says: str = Field(min_length=1, max_length=100)
    kind: str
    game: str
    evidence: Literal["published", "recomputed", "derived"]
    where: str = Field(min_length=1)
    tolerance: float = Field(gt=0, allow_inf_nan=False)

    to_meet: ClassVar[tuple[str, ...]] = ("value",)
    """Which of its fields hold the numbers to be met."""

    @property
    def stated(self) -> str:
        """All the numbers to be met, by state where they are; "none" if it is that nothing is found."""
        parts = [(name, told) for name in self.to_meet if (told := _told(getattr(self, name)))]
        said = (told if name in ("value", "vertices") else f"{name} {told}" for name, told in parts)
        return "; ".join(said) or "none"

    @abstractmethod
    def replicate(self, folder: Path) -> Replication:
        """Recompute it; ``folder`` has the paper's games.  Raises ``GameError`` if it does not fit its game."""


class GameClaim(Claim, ABC):
    """A claim about the game of a file."""

    def replicate(self, folder: Path) -> Replication:
        """As in ``Claim``."""
        return self.recompute(read_game(folder / self.game))

    @abstractmethod
    def recompute(self, game: StochasticGame) -> Replication:
        """Recompute it on its game; raises ``GameError`` if it does not fit it."""


def _told(numbers: Any) -> str:
    """Numbers, lists of them and numbers by state, as they are written in a paper's file."""
    if isinstance(numbers, Mapping):
        return "; ".join(f"{state}: {_told(of_state)}" for state, of_state in numbers.items())
    if isinstance(numbers, tuple):
        if not numbers:
            return ""
        return listed(numbers) if all(isinstance(x, Fraction) for x in numbers) else ", ".join(map(_point, numbers))
    return fraction(Fraction(numbers))


def _point(numbers: Sequence[Fraction]) -> str:
    return f"({', '.join(map(fraction, numbers))})"


def listed(numbers: Sequence[Fraction]) -> str:
    """Numbers in order, those that often repeat once with their count; "none" if there are none."""
    runs = [(fraction(number), number, len(list(same))) for number, same in groupby(numbers)]
    shown = ((text if len(text) <= LONGEST_NUMBER else f"{float(x):.9g}", count) for text, x, count in runs)
    written_out = ([f"{count} × {text}"] if count > MOST_ALIKE else [text] * count for text, count in shown)
    return ", ".join(chain.from_iterable(written_out)) or "none"


def fraction(number: Fraction) -> str:
    """As a fraction where one of small numbers says it best, else as a decimal."""
    return str(number) if number.denominator <= MOST_IN_FRACTIONS else written(number)


def unsettled(solution: Solution) -> str:
    """A note where payoff sets are only bounds."""
    return "" if solution.status == "converged" else "the payoff sets did not settle"
