"""What moving terms of a treaty does: records that every telling reads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, final

from treaties.findings.grid_words import held_finer
from treaties.model.treaty import Treaty
from treaties.sweeping.draws import Draws
from treaties.sweeping.flip_search import Direction
from treaties.sweeping.judging import Outcome, Verdict
from treaties.sweeping.levers import Lever, Term
from treaties.sweeping.likelihood import Likelihood

Values = tuple[Term, Term]
Answer = Literal["fixes", "breaks", "no tried value helps", "no tried value breaks it", "undecided"]


@final
@dataclass(frozen=True)
class Flip:
    """Where a term's change flips the answer, on one side of the text's value.

    ``holds``      the last value found to hold, ``fails`` the first to fail; None if none was found (what lies there
                   is undecided).  ``proved``  whether each of them was proved in exact arithmetic.
    ``cost``       per party, by how much its average payoff per period under full compliance at ``holds`` is above
                   that of the text; empty if not known.
    ``share``      of the range that the change takes which flips the answer: to ``holds`` if the text does not hold,
                   else to ``fails``.
    ``likely``     in many worlds, in how many of them it holds at ``fails`` and at ``holds``; else None.
    """

    direction: Direction
    holds: Term
    fails: Term | None
    proved: tuple[bool, bool]
    share: float
    cost: Mapping[str, float]
    likely: tuple[Likelihood | None, Likelihood] | None = None

    def to_json(self) -> dict[str, Any]:
        """One side of a lever."""
        fails_proved, holds_proved = self.proved
        told: dict[str, Any] = {
            "direction": self.direction,
            "threshold": self.holds,
            "bracket": [self.fails, self.holds],
            "certified": [self.fails if fails_proved else None, self.holds if holds_proved else None],
            "share_of_range": self.share,
            "cost": dict(self.cost),
        }
        if self.likely is not None:
            failing, holding = self.likely
            told |= {
                "share": holding.share[0],
                "share_interval": list(holding.interval),
                "share_undecided": holding.undecided / holding.worlds,
                "share_failing": None if failing is None else failing.share[0],
            }
        return told


@final
@dataclass(frozen=True)
class Moved:
    """What moving one term does.

    ``flips``      the flip nearest to the text on either side, the nearer first.
    ``verdicts``   of the values tried, by value.
    ``proved``     how many of these verdicts were proved, where there is no flip and they are told.
    """

    lever: Lever
    answer: Answer
    flips: tuple[Flip, ...]
    verdicts: Mapping[Term, Verdict]
    proved: int = 0

    @property
    def tried(self) -> int:
        """How many values other than the text's were judged."""
        return len(self.verdicts)

    @property
    def undecided(self) -> tuple[Term, ...]:
        """Values tried whose verdict is not known."""
        return tuple(value for value, verdict in self.verdicts.items() if verdict == "undecided")

    @property
    def share(self) -> float:
        """Share of the range that the nearest flip is away; infinite without one."""
        return self.flips[0].share if self.flips else math.inf

    def to_json(self) -> dict[str, Any]:
        """One entry of ``levers``."""
        nothing = {"threshold": None, "direction": None, "bracket": None, "certified": None, "share_of_range": None}
        below, above = self.lever.sides
        return {
            "term": self.lever.path,
            "article": self.lever.article,
            "value": self.lever.value,
            "answer": self.answer,
            **(self.flips[0].to_json() if self.flips else {**nothing, "cost": {}}),
            "range": list(self.lever.ends),
            "range_from": self.lever.whence,
            "points": [len(below), len(above)],
            "tried": self.tried,
            "tried_proved": self.proved,
            "undecided": list(self.undecided),
            "sides": [flip.to_json() for flip in self.flips],
        }


@final
@dataclass(frozen=True)
class Together:
    """What moving two terms together does.

    ``holds``    values of both with which it holds, ``fails`` those next to them, on the way from the text, with which
                 it does not; None where none was found.  ``proved`` whether each of them was proved.
    ``share``    of their ranges that both changes take, added up; infinite where none was found to help.
    ``tried``    pairs of values that were judged, ``undecided`` those of them of which it is not known.
    ``cost``     as of a single term.
    """

    levers: tuple[Lever, Lever]
    holds: Values | None = None
    fails: Values | None = None
    proved: tuple[bool, bool] = (False, False)
    share: float = math.inf
    cost: Mapping[str, float] = field(default_factory=dict)
    tried: int = 0
    undecided: int = 0

    @property
    def paths(self) -> tuple[str, str]:
        """Of both terms."""
        return self.levers[0].path, self.levers[1].path

    def to_json(self) -> dict[str, Any]:
        """One entry of ``pairs``."""
        fails_proved, holds_proved = self.proved
        fails, holds = (None if values is None else list(values) for values in (self.fails, self.holds))
        return {
            "terms": list(self.paths),
            "values": [lever.value for lever in self.levers],
            "threshold": holds,
            "bracket": [fails, holds],
            "certified": [fails if fails_proved else None, holds if holds_proved else None],
            "share_of_range": None if math.isinf(self.share) else self.share,
            "cost": dict(self.cost),
            "tried": self.tried,
            "undecided": self.undecided,
        }


@final
@dataclass(frozen=True)
class Pairs:
    """What moving two terms together does.

    ``found``  pairs that were tried, the smallest change first, of ``count`` that there are.
    """

    found: tuple[Together, ...]
    count: int

    @property
    def helping(self) -> tuple[Together, ...]:
        """Those of which together less is needed than of either term alone."""
        return tuple(one for one in self.found if one.holds is not None)


@final
@dataclass(frozen=True)
class InWorlds:
    """That a share of worlds is asked for, and what was done.

    ``share``  of the worlds in which compliance is to hold;  ``text`` in how many it does as it stands.
    ``proved``, ``unproved``, ``refused``  answers of which exact arithmetic was asked, as in a sweep.
    ``no_treaty``  worlds in which the numbers of the text do not go together, which are not counted.
    """

    draws: Draws
    varied: int
    share: float
    text: Likelihood
    seconds_cpu: float
    proved: int
    unproved: int
    refused: tuple[str, ...]
    no_treaty: int = 0

    def to_json(self) -> dict[str, Any]:
        """The ``worlds`` of a document."""
        return {
            "worlds": self.draws.worlds,
            "seed": self.draws.seed,
            "varied": self.varied,
            "share_wanted": self.share,
            "text": self.text.to_json() | {"no_treaty": self.no_treaty},
            "seconds_cpu": self.seconds_cpu,
            "spot_checks": {"proved": self.proved, "unproved": self.unproved, "refused": list(self.refused)},
        }


@final
@dataclass(frozen=True)
class Fixed:
    """What was found out about a treaty.

    ``text``     what becomes of it as it stands.  ``margin``  what it is to withstand; 0 if holding is enough.
    ``moved``    the terms by how small a change flips the answer, those without a flip last.
    ``skipped``  why other terms were not moved, by path.
    ``worlds``   that all this is asked in a share of many worlds; None in the text's own numbers alone.
    ``pairs``    what two terms do together; None if that was not asked, or the text holds.
    """

    treaty: Treaty
    text: Outcome
    verdict: Verdict
    margin: float
    moved: tuple[Moved, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)
    worlds: InWorlds | None = None
    pairs: Pairs | None = None

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-fix/1`` document."""
        return {
            "format": "servanda-fix/1",
            "treaty": self.treaty.title,
            "file": self.treaty.source_name,
            "sha256": self.treaty.source_hash,
            "verdict": self.verdict,
            "concept": self.text.concept,
            "margin_wanted": self.margin,
            "margin": self.text.margin,
            "values": by_party(self.treaty, self.text.values),
            "ranked_by": "share_of_range",
            "levers": [moved.to_json() for moved in self.moved],
            "skipped": [{"term": path, "why": why} for path, why in self.skipped.items()],
            "notes": held_finer(self.treaty),
            **({} if self.worlds is None else {"worlds": self.worlds.to_json()}),
            **self._pairs(),
        }

    def _pairs(self) -> dict[str, Any]:
        if self.pairs is None:
            return {}
        return {
            "pairs": [one.to_json() for one in self.pairs.helping],
            "pairs_tried": len(self.pairs.found),
            "pairs_all": self.pairs.count,
        }


def by_party(treaty: Treaty, values: Sequence[float]) -> dict[str, float]:
    """Amounts by party; empty if they are not known."""
    return {party.id: value for party, value in zip(treaty.parties, values, strict=True)} if values else {}


def change(now: float, before: float) -> float:
    """By how much a value changed, without what rounding makes of no change."""
    return 0.0 if math.isclose(now, before, rel_tol=1e-9, abs_tol=1e-9) else now - before
