"""What other processes find out about a treaty while this one judges its text: its variants, and scans of patience."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import final

from games.numerics.processes import Processes
from games.numerics.progress import Progress
from treaties.assessing.answers import Answers, Version
from treaties.assessing.options import option
from treaties.assessing.signal_size import entries
from treaties.findings.records import Transfers, VariantFinding, VariantPayments
from treaties.model.treaty import Treaty

WORTH_A_PROCESS = 5_000
"""Rows, or entries of tables of signals, of text and variants together from which on judging takes longer than starting
a process."""


@final
@dataclass(frozen=True)
class Line:
    """What is told of a variant.

    ``option``    its line in the table of options.
    ``payments``  what side payments would buy, at every common discount factor; empty if that was not asked for.
    """

    option: VariantFinding
    payments: tuple[VariantPayments, ...]


def line(version: Version, asked: Transfers | None, payments: bool) -> Line:
    """What is told of one variant.

    ``asked``  judge it with or without side payments; None: as its text says.   ``payments``  compare both as well.
    """
    told: tuple[VariantPayments, ...] = ()
    if payments:
        from treaties.assessing.side_payments import payments_of

        told = payments_of(version)
    return Line(option(version, asked), told)


def line_of(treaty: Treaty, number: int, asked: Transfers | None, payments: bool) -> Line:
    """What is told of a variant, from the file's text and the variant's number in it."""
    answers = Answers(treaty)
    return line(answers.variant(treaty.variants[number]), asked, payments)


def margins_of(treaty: Treaty, transfers: Transfers) -> dict[float, float | None]:
    """Margins in floating point at the common discount factors that a region of the text looks at."""
    return Answers(treaty).text.margins(transfers)


def helpers(text: Version, workers: int) -> Processes:
    """Processes beside this one, not more than there are questions for; none for a small treaty.

    ``workers``  processes in all, with this one.
    """
    size = max(text.compiled.game.n_rows, entries(text.compiled))
    large = size * (1 + len(text.treaty.variants)) >= WORTH_A_PROCESS
    return Processes(min(workers - 1, len(text.treaty.variants)) if large else 0, line_of)


def share_scans(text: Version, processes: Processes, kinds: Iterable[Transfers]) -> None:
    """Ask for the margins that the text's regions need."""
    for kind in kinds:
        text.share_margins(kind, processes.ask(margins_of, text.treaty, kind))


def share_lines(
    answers: Answers, processes: Processes, asked: Transfers | None, payments: bool
) -> Callable[[Progress], list[Line]]:
    """Ask for the lines of all variants; the function that is returned answers those with which nobody has begun.

    ``asked``, ``payments``  as in ``line``.
    """
    treaty = answers.treaty
    questions = [processes.ask(line_of, treaty, k, asked, payments) for k in range(len(treaty.variants))]

    def lines(progress: Progress) -> list[Line]:
        found: list[Line] = []
        # The others begin with the first, so this one takes the last: when it meets them, all else is answered.
        for done, (variant, question) in enumerate(zip(reversed(treaty.variants), reversed(questions), strict=True)):
            progress("options", done / len(questions))
            found.append(question.elsewhere() or line(answers.variant(variant), asked, payments))
        return found[::-1]

    return lines
