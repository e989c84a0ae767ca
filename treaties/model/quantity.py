"""Numbers with a range, a unit and a source, and the ranges over which a design search may move them.

Every amount, probability and discount factor of a treaty is a `Quantity`. A file may write a plain number, or
``{ value = 0.9, low = 0.82, high = 0.95, unit = "per year", source = "...", confidence = "low" }``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal, final

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from treaties.model.errors import Place, fault

Confidence = Literal["high", "medium", "low"]


LARGEST = 1e15
"""Larger amounts are refused: beside them a difference of one unit is lost in floating point."""


def in_words(value: object) -> str:
    """What a value read from a file is, in plain words: ``text 'abc'``, ``the number 3`` …"""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f"text {value!r}" if len(value) <= 60 else f"text {value[:57]!r}…"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list"
    return f"a {type(value).__name__}"


def finite(value: object) -> float:
    """``value`` as a finite float; raises a fault for anything that is not a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise fault(f"needs a number, got {in_words(value)}", "write a number, or { value = …, low = …, high = … }")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise fault("needs a finite number, got one that is infinite or undefined", "write an ordinary number")
    if abs(number) > LARGEST:
        raise fault(f"needs a number of at most {LARGEST:g}, got {number:g}", "count in a larger unit")
    return number


@final
class Quantity(BaseModel):
    """A number, the range it may lie in, and where it comes from. ``low <= value <= high`` always holds.

    Raises a fault when it is not a number, is not finite, or lies outside its own range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float = Field(description="The number used in the base case.")
    low: float | None = Field(default=None, description="Least plausible value, same unit.")
    high: float | None = Field(default=None, description="Greatest plausible value, same unit.")
    unit: str | None = Field(default=None, description="Unit, when it differs from the treaty's payoff unit.")
    source: str | None = Field(default=None, description="Where the number comes from.")
    confidence: Confidence | None = Field(default=None, description="How far the source can be trusted.")

    @model_validator(mode="before")
    @classmethod
    def _accept_plain_numbers(cls, data: Any) -> Any:
        if isinstance(data, (dict, Quantity)):
            if isinstance(data, dict):
                for key in ("value", "low", "high"):
                    if data.get(key) is not None:
                        try:
                            finite(data[key])
                        except PydanticCustomError as error:
                            problem = (error.context or {})["problem"]
                            raise fault(f"{key} {problem}", "write a finite number", at=(key,)) from None
            return data
        return {"value": finite(data)}

    @model_validator(mode="after")
    def _lie_in_its_own_range(self) -> Quantity:
        low, high = self.lowest, self.highest
        if not low <= self.value <= high:
            raise fault(
                f"needs low <= value <= high, got {low:g} <= {self.value:g} <= {high:g}",
                "correct the value or its range",
            )
        return self

    @property
    def lowest(self) -> float:
        """``low``, or the value itself when no range is given."""
        return self.value if self.low is None else self.low

    @property
    def highest(self) -> float:
        """``high``, or the value itself when no range is given."""
        return self.value if self.high is None else self.high

    def __float__(self) -> float:
        return self.value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        table = handler.resolve_ref_schema(handler(schema))
        described: JsonSchemaValue = {key: table.pop(key) for key in ("title", "description") if key in table}
        return {**described, "anyOf": [{"type": "number"}, table]}


@final
@dataclass(frozen=True)
class Within:
    """Annotation: a `Quantity` and its range must lie in [minimum, maximum] (``open_above`` excludes the maximum)."""

    minimum: float = -math.inf
    maximum: float = math.inf
    open_above: bool = False
    name: str = "a number"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, quantity: Quantity) -> Quantity:
        for key, number in (("value", quantity.value), ("low", quantity.lowest), ("high", quantity.highest)):
            below_top = number < self.maximum if self.open_above else number <= self.maximum
            if not (self.minimum <= number and below_top):
                place: Place = () if key == "value" else (key,)
                raise fault(f"needs {self.name} {self.interval}, got {number:g}", "correct the number", at=place)
        return quantity

    @property
    def interval(self) -> str:
        """The allowed range in words."""
        if math.isinf(self.maximum):
            return f"of {self.minimum:g} or more"
        if self.open_above:
            return f"of at least {self.minimum:g} and below {self.maximum:g}"
        return f"between {self.minimum:g} and {self.maximum:g}"


Amount = Quantity
Number = Annotated[Quantity, Within(name="a number")]
"""Of things that are no money: units of a measure, factors, days."""
NonNegativeNumber = Annotated[Quantity, Within(0, name="a number")]
NonNegativeAmount = Annotated[Quantity, Within(0, name="an amount")]
Probability = Annotated[Quantity, Within(0, 1, name="a probability")]
DiscountFactor = Annotated[Quantity, Within(0, 1, open_above=True, name="a discount factor")]
Exposure = Annotated[Quantity, Within(0, 2, name="an exposure")]


def check_detection(detection: Quantity, false_alarm: Quantity, place: str = "detection") -> None:
    """Raise a fault where compliance would be flagged more often than a breach."""
    if false_alarm.value > detection.value:
        raise fault(
            f"compliance would be flagged more often ({false_alarm.value:g}) than a breach ({detection.value:g})",
            "let detection be at least false_alarm",
            at=(place,),
        )


@final
class DesignRange(BaseModel):
    """The values a design search may give one term of a clause: a list, or ``{ min = 5, max = 15, step = 1 }``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    choices: tuple[Any, ...] | None = Field(default=None, description="The values to try, listed.")
    min: float | None = Field(default=None, description="First value to try.")
    max: float | None = Field(default=None, description="No value above this is tried.")
    step: float | None = Field(default=None, description="Distance between values; must be positive.")

    @model_validator(mode="before")
    @classmethod
    def _accept_lists(cls, data: Any) -> Any:
        if isinstance(data, (list, tuple)):
            return {"choices": tuple(data)}
        if not isinstance(data, (dict, DesignRange)):
            raise fault(f"needs a list of values or {{ min, max, step }}, got {in_words(data)}")
        if isinstance(data, dict):
            for key in ("min", "max", "step"):
                if key in data:
                    finite(data[key])
        return data

    @model_validator(mode="after")
    def _have_values(self) -> DesignRange:
        if self.choices is not None:
            if not self.choices:
                raise fault("lists no value to try", "list at least one value, or give min, max and step")
            if (self.min, self.max, self.step) != (None, None, None):
                raise fault("gives both choices and a range", "keep choices, or min, max and step")
        else:
            if self.min is None or self.max is None or self.step is None:
                raise fault("needs min, max and step", "give all three, or a list of values")
            if self.step <= 0 or self.min > self.max:
                raise fault("needs min <= max and a positive step", "correct min, max or step")
            if (self.max - self.min) / self.step > 10_000:
                raise fault("asks for more than 10,000 values", "widen the step")
        return self

    @property
    def values(self) -> tuple[Any, ...]:
        """Every value to try; whole numbers come back as ``int``."""
        if self.choices is not None:
            return self.choices
        assert self.min is not None and self.max is not None and self.step is not None
        count = math.floor((self.max - self.min) / self.step + 1e-9) + 1
        numbers = [self.min + k * self.step for k in range(count)]
        return tuple(int(x) if x.is_integer() else round(x, 12) for x in numbers)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        table = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [{"type": "array", "minItems": 1}, table]}
