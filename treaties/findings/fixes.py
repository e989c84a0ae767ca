"""What would change the answer, of what was tested: one record for each change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from treaties.findings.records import PaymentComparison, VariantFinding


@final
@dataclass(frozen=True)
class OptionFix:
    """An option of the file that makes full compliance hold; ``firmer`` if it holds already, with less to spare."""

    option: VariantFinding
    firmer: bool


@final
@dataclass(frozen=True)
class BreakingOptions:
    """Options of the file, by name, with which full compliance no longer holds."""

    names: tuple[str, ...]


@final
@dataclass(frozen=True)
class PatienceFix:
    """Common discount factors (low, high) at which full compliance would hold; None: at none that was tested."""

    interval: tuple[float, float] | None


@final
@dataclass(frozen=True)
class PaymentFix:
    """Side payments at one common discount factor that make full compliance hold."""

    found: PaymentComparison


Fix = OptionFix | BreakingOptions | PatienceFix | PaymentFix
