"""Numbers, amounts and lists as text: three significant digits, the unit every time, + and − printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

MINUS = "\N{MINUS SIGN}"
MANY = 1e15
"""From here on numbers are told by a power of ten: nobody counts more than five groups of zeros."""


def number(value: float) -> str:
    """Three significant digits, a true minus sign, thousands set apart.

    >>> number(12345.6), number(-0.5), number(0.1), number(3.0), number(2e-7), number(1e-13), number(-2e20)
    ('12,300', '−0.5', '0.1', '3', '0.0000002', '1e−13', '−2e20')
    """
    if value != value or value in (float("inf"), float("-inf")):
        return "unbounded" if value > 0 else f"{MINUS}unbounded" if value < 0 else "unknown"
    if value == 0:
        return "0"
    rounded = float(f"{value:.3g}")
    digits = f"{abs(rounded):,.12f}".rstrip("0").rstrip(".")
    if digits == "0" or abs(rounded) >= MANY:
        digits = f"{abs(rounded):.3g}".replace("-", MINUS).replace("+", "")
    return f"{MINUS}{digits}" if rounded < 0 else digits


def signed(value: float) -> str:
    """A number with its sign printed.

    >>> signed(0.1), signed(-4.5), signed(0)
    ('+0.1', '−4.5', '0')
    """
    return f"+{number(value)}" if value > 0 else number(value)


def less(value: float, other: float) -> float:
    """One amount less another; nothing where only rounding is left.

    >>> less(0.3, 0.1 + 0.2), less(3.0, 1.0)
    (0.0, 2.0)
    """
    left = value - other
    return 0.0 if abs(left) <= 1e-12 * max(abs(value), abs(other)) else left


def with_unit(text: str, unit: str) -> str:
    """A printed number in its unit; a currency code goes in front.

    >>> with_unit("+0.1", "EUR million per year"), with_unit("3", "points per year")
    ('EUR +0.1 million per year', '3 points per year')
    """
    currency = re.fullmatch(r"([A-Z]{3}|[€£$¥]) ?(.*)", unit)
    if currency is None:
        return f"{text} {unit}".rstrip()
    code, rest = currency.groups()
    return f"{code} {text} {rest}".rstrip()


def once(unit: str, period: str) -> str:
    """The unit of a sum paid once, from the unit of a flow.

    >>> once("EUR million per year (stylised)", "year"), once("points", "year")
    ('EUR million (stylised)', 'points')
    """
    return re.sub(rf"\s*(per|a|/|each)\s*{re.escape(period)}\b", "", unit, count=1).strip()


def per_period(unit: str, period: str) -> str:
    """The unit of a flow, whether or not the file spelt the period out.

    >>> per_period("EUR million", "year"), per_period("EUR million per year", "year")
    ('EUR million per year', 'EUR million per year')
    """
    return unit if once(unit, period) != unit else f"{unit} per {period}"


def money(value: float, unit: str, *, sign: bool = False) -> str:
    """An amount in its unit.

    >>> money(0.1, "EUR million"), money(-2.25, "EUR million", sign=True)
    ('EUR 0.1 million', 'EUR −2.25 million')
    """
    return with_unit(signed(value) if sign else number(value), unit)


def percent(share: float) -> str:
    """A share as a percentage.

    >>> percent(0.88), percent(0.0123)
    ('88%', '1.23%')
    """
    return f"{number(100 * share)}%"


def factor(discount: float) -> str:
    """A discount factor: three digits, more where it is close to one, which none of them is.

    >>> factor(0.88), factor(0.8651234), factor(0.99987), factor(0.9999999)
    ('0.88', '0.865', '0.9999', '0.9999999')
    """
    if not 0 < discount < 1:
        return number(discount)
    digits = 3 if discount < 0.995 else 4
    while digits < 17 and float(f"{discount:.{digits}f}") == 1:
        digits += 1
    return f"{discount:.{digits}f}".rstrip("0").rstrip(".")


def listed(items: Sequence[str], last: str = "and") -> str:
    """Items as a phrase.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def capital(text: str) -> str:
    """The same text with its first letter capital."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """The text as one sentence: a capital first, a full stop last."""
    text = capital(text.strip())
    return text if not text or text[-1] in ".!?" else f"{text}."


def span(count: float, period: str) -> str:
    """A length of time.

    >>> span(1, "year"), span(2.5, "year")
    ('1 year', '2.5 years')
    """
    return f"{number(count)} {period}{'' if count == 1 else 's'}"
