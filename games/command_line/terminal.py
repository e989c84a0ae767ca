"""What all commands share: exit codes, output, progress.  Imports nothing slow."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, NoReturn

from games.numerics.remarks import Remark
from games.numerics.visible import visible, visible_json, visible_lines

REFUSED = 1
BAD_INPUT = 2
UNDECIDED = 3
INTERNAL = 70
INTERRUPTED = 130



class BadInput(Exception):
    """Something the user gave cannot be used; the message says what and what to do."""


def say(text: str = "", *, bold: bool = False, colour: str | None = None) -> None:
    """A line for the reader on standard output; styled only on a terminal that wants it.

    What it holds may come from a file: characters that act on a terminal are shown as marks, line ends too.
    """
    text = visible(text)
    if (bold or colour) and sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        import typer

        text = typer.style(text, bold=bold, fg=colour)
    print(text)


def say_lines(lines: Iterable[str]) -> None:
    """Lines for the reader, one by one."""
    for line in lines:
        say(line)


def tell(text: str) -> None:
    """A few lines about the run, on standard error; characters that act on a terminal are shown as marks."""
    print(visible_lines(text), file=sys.stderr)


def say_json(data: Any) -> None:
    """One JSON object on standard output, and nothing else."""
    print(visible_json(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)))


def fail(message: str) -> NoReturn:
    """End with exit code 2."""
    raise BadInput(message)


@contextmanager
def remarks_told() -> Iterator[None]:
    """Remarks on what was read otherwise than it was written, as lines on standard error."""
    usual = warnings.showwarning

    def show(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        if issubclass(category, Remark):
            tell(f"remark: {message}")
        else:
            usual(message, category, filename, lineno, file, line)

    with warnings.catch_warnings():
        warnings.simplefilter("default", Remark)
        warnings.showwarning = show
        yield


def numbers(text: str, option: str) -> list[str]:
    """The numbers of an option such as ``0.9`` or ``0.9,0.8``, as they were written."""
    parts = [part.strip() for part in text.split(",")]
    if not all(parts):
        fail(f"{option} {text!r}: write one number, or one for each separated by commas")
    return parts


def factors(text: str, count: int, whose: str) -> list[Fraction]:
    """The discount factors that ``--discount`` gives, once for all or one for each of ``count`` ``whose``, exactly."""
    from games.numerics.exact import to_fraction

    given = numbers(text, "--discount")
    if len(given) not in (1, count):
        fail(f"--discount {text!r}: {len(given)} numbers for {count} {whose}; give one, or one for each")
    out = []
    for part in given:
        try:
            out.append(to_fraction(part))
        except (ValueError, ZeroDivisionError):
            fail(f"--discount {text!r}: {part!r} is not a number; write for instance 0.9 or 1/3")
        if not 0 <= out[-1] < 1:
            fail(f"--discount {text!r}: {part!r} is not in [0, 1); write a point in decimals, or fractions: 0.9, 1/3")
    return out * count if len(out) == 1 else out


def told(number: float | None) -> str:
    """A number for the reader."""
    return "none" if number is None else f"{number:.6g}"


def told_factor(discount: float) -> str:
    """A discount factor for the reader: like other numbers, but none is told as one, which no factor is.

    >>> told_factor(0.9), told_factor(0.99999999)
    ('0.9', '0.99999999')
    """
    return repr(discount) if told(discount) == "1" else told(discount)


VERDICT_COLOUR = {"sustainable": "green", "unsustainable": "red", "undecided": "yellow"}
