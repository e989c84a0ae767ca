"""In how many of the worlds that its ranges allow the text holds, and each option of its file, in the same worlds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from games.numerics.progress import Progress
from treaties.bargaining.designs import AS_IT_STANDS, Design, from_variants
from treaties.model.treaty import Treaty
from treaties.reading.variants import apply_variant
from treaties.sweeping.breaking import FirstBreak, first_breaks
from treaties.sweeping.judging import DesignJudge
from treaties.sweeping.likelihood import Likelihood
from treaties.sweeping.plan import sweep_plan
from treaties.sweeping.sweep import run_sweep

MOST_SOLVED = 20
"""Worlds of a treaty in which each takes methods that need seconds (types, or a text that screens cannot judge)."""


@final
@dataclass(frozen=True)
class OptionInWorlds:
    """One option in all worlds.

    ``likelihood``      in how many worlds it holds; None if it is a treaty in none of them, or was left out.
    ``breaks``          who breaks it first where it fails; None where it fails in no world, or that is not known.
    """

    name: str
    likelihood: Likelihood | None
    breaks: FirstBreak | None = None

    @property
    def first_to_break(self) -> str | None:
        """Id of the party that is first to break it most often."""
        return None if self.breaks is None else self.breaks.party

    @property
    def first_share(self) -> float | None:
        """In which share of the failures it is."""
        return None if self.breaks is None else self.breaks.share

    @property
    def year(self) -> int | None:
        """The year after signature in which it then breaks most often, from 1 on."""
        return None if self.breaks is None else self.breaks.year

    def to_json(self) -> dict[str, Any]:
        """One entry of ``options``."""
        return {
            "name": self.name,
            **({} if self.likelihood is None else self.likelihood.to_json()),
            "first_to_break": self.first_to_break,
            "first_share": self.first_share,
            "year": self.year,
        }


@final
@dataclass(frozen=True)
class InWorlds:
    """The text (name "") and the options of its file, in the order of the options table, in the same worlds.

    ``varied``  how many numbers differ between worlds.  ``left_out`` names of options that were not judged in them.
    ``proved``, ``unproved``, ``refused``  answers of which exact arithmetic was asked, as in a sweep.
    """

    worlds: int
    seed: int
    options: tuple[OptionInWorlds, ...]
    varied: int = 0
    left_out: tuple[str, ...] = ()
    proved: int = 0
    unproved: int = 0
    refused: tuple[str, ...] = ()

    @property
    def text(self) -> OptionInWorlds:
        """The text as it stands."""
        return self.options[0]

    def to_json(self) -> dict[str, Any]:
        """The ``worlds`` of an advice."""
        return {
            "worlds": self.worlds,
            "seed": self.seed,
            "varied": self.varied,
            "left_out": list(self.left_out),
            "options": [one.to_json() for one in self.options],
            "spot_checks": {"proved": self.proved, "unproved": self.unproved, "refused": list(self.refused)},
        }


def in_worlds(
    treaty: Treaty, worlds: int, *, seed: int = 0, workers: int = 1, progress: Progress | None = None
) -> InWorlds | None:
    """The text and its options in so many worlds; None if no number of the treaty has a range.

    ``seed``  the same seed draws the same worlds as ``servanda sweep`` does;  ``workers`` processes.
    Where each world takes seconds at most ``MOST_SOLVED`` are drawn; options with types of a text
    without are left out, as they ask something else.
    """
    designs = from_variants(treaty)
    asked = [one for one in designs if one.variant is None or treaty.has_types or not _typed(treaty, one)]
    try:
        drawn = worlds if worlds <= MOST_SOLVED or _screened(treaty) else MOST_SOLVED
        plan = sweep_plan(treaty, drawn, seed=seed, designs=asked)
    except ValueError:
        return None
    swept = run_sweep(plan, workers=workers, progress=progress)
    known, broken = swept.likelihoods(), first_breaks(swept.table)
    return InWorlds(
        drawn,
        seed,
        tuple(
            OptionInWorlds("" if k == 0 else one.name, known.get(one.name), broken.get(one.name))
            for k, one in enumerate(designs)
        ),
        len(plan.spans),
        tuple(one.name for one in designs if one not in asked),
        swept.proved,
        swept.unproved,
        swept.refused,
    )


def _screened(treaty: Treaty) -> bool:
    """Whether floating point can speak of the text, in milliseconds a world."""
    return not treaty.has_types and bool(DesignJudge(treaty, Design(AS_IT_STANDS), {}).glance({}).concept)


def _typed(treaty: Treaty, design: Design) -> bool:
    """Whether a party may be of another type in an option."""
    return design.variant is not None and apply_variant(treaty, design.variant).has_types
