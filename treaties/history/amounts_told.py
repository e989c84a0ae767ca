"""Amounts that sources give, as far as they are known: from at least to at most."""

from __future__ import annotations

from math import inf
from typing import Any, final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from treaties.model.errors import fault
from treaties.model.quantity import finite


@final
class Between(BaseModel):
    """An amount that lies between two ends; a file may write one number, or two in a list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: float = Field(default=0.0, description="At least.")
    high: float = Field(default=inf, description="At most; omitted = nobody has told.")

    @model_validator(mode="before")
    @classmethod
    def _accept_numbers(cls, data: Any) -> Any:
        if isinstance(data, list | tuple) and len(data) == 2:
            return {"low": finite(data[0]), "high": finite(data[1])}
        if isinstance(data, dict | Between):
            return data
        number = finite(data)
        return {"low": number, "high": number}

    @model_validator(mode="after")
    def _be_in_order(self) -> Between:
        if self.low > self.high:
            raise fault(f"needs low <= high, got {self.low:g} and {self.high:g}", "correct the ends")
        return self

    def __add__(self, other: Between) -> Between:
        return Between(low=self.low + other.low, high=self.high + other.high)

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.low:g}"
        return f"{self.low:g} to {self.high:g}" if self.high < inf else f"{self.low:g} or more"

    def below(self, other: Between) -> bool | None:
        """Whether it is less than another; None if that cannot be told."""
        if self.high < other.low:
            return True
        return False if self.low >= other.high else None
