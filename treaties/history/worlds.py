"""What the model says of a case over its whole range: in how many worlds it is kept, and who breaks it first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, final

from games.numerics.progress import Progress
from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.model.treaty import Treaty
from treaties.sweeping.breaking import FirstBreak, first_breaks
from treaties.sweeping.plan import SweepPlan, sweep_plan
from treaties.sweeping.sample import Sample
from treaties.sweeping.sweep import run_sweep

Says = Literal["kept", "ended", "open"]


@final
@dataclass(frozen=True)
class Kept:
    """Worlds in which full compliance can be sustained, in which it cannot, and of which it is not known.

    ``no_treaty``  worlds left out because their numbers do not go together.
    """

    yes: int
    no: int
    undecided: int
    no_treaty: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(
            self.yes + other.yes,
            self.no + other.no,
            self.undecided + other.undecided,
            self.no_treaty + other.no_treaty,
        )

    @property
    def share(self) -> float | None:
        """Of the worlds that were decided, those in which it is kept; None if none was decided."""
        decided = self.yes + self.no
        return self.yes / decided if decided else None

    @property
    def bounds(self) -> tuple[float, float]:
        """The share of all worlds, at least, and at most if it were kept in all that are undecided."""
        every = self.yes + self.no + self.undecided
        return (self.yes / every, (self.yes + self.undecided) / every) if every else (0.0, 1.0)

    @property
    def says(self) -> Says:
        """Kept if it is in more than half of the worlds that were decided; open where none was."""
        if self.share is None:
            return "open"
        return "kept" if self.share > 0.5 else "ended"

    def to_json(self) -> dict[str, Any]:
        """Counts, share and what they say."""
        return {
            "kept": self.yes,
            "not_kept": self.no,
            "undecided": self.undecided,
            "no_treaty": self.no_treaty,
            "share": self.share,
            "says": self.says,
        }


@final
@dataclass(frozen=True)
class Judged:
    """The text of a case and the variants that its predictions compare, in the same worlds.

    ``samples``  by variant, "" for the text;  ``first`` who breaks the text first, where it fails.
    ``proved``   answers that were proved in exact arithmetic, ``refused`` those that it proved wrong, in words.
    """

    kept: Kept
    first: FirstBreak | None
    samples: Mapping[str, Sample]
    proved: int
    refused: tuple[str, ...]


def case_plan(treaty: Treaty, worlds: int, seed: int, compared: Sequence[str]) -> SweepPlan:
    """What is judged of a case: its text and the variants that are ``compared``, in worlds drawn from its ranges.

    Raises ``ValueError`` if none of its numbers has a range.
    """
    named = {variant.name: variant for variant in treaty.variants}
    designs = [Design(AS_IT_STANDS)]
    designs += [Design(name, named[name]) for name in dict.fromkeys(compared) if name]
    return sweep_plan(treaty, worlds, seed=seed, designs=designs)


def judged(treaty: Treaty, worlds: int, seed: int, compared: Sequence[str], progress: Progress | None = None) -> Judged:
    """A case in its worlds, judged and in part proved as ``servanda sweep`` does."""
    swept = run_sweep(case_plan(treaty, worlds, seed, compared), progress=progress)
    samples = {"" if sample.name == AS_IT_STANDS else sample.name: sample for sample in swept.samples}
    text = samples[""]
    kept = Kept(int(text.yes.sum()), int(text.no.sum()), text.undecided, text.no_treaty)
    return Judged(kept, first_breaks(swept.table).get(AS_IT_STANDS), samples, swept.proved, swept.refused)
