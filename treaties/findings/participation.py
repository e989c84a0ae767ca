"""Who would sign a treaty that needs so many signatures, and what is left of it when a party leaves: records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, final

from treaties.findings.answer import Answer
from treaties.findings.records import Judged, Judgement, plain

Signs = Literal["always", "sometimes", "never", "open"]


@final
@dataclass(frozen=True)
class Coalition:
    """What happens when exactly some parties sign, enough of them to bring the treaty into force.

    ``members``   ids in the file's order.  ``share``: of all weight; None where no share is asked for.
    ``verdict``   whether the treaty among them would be kept, judged as the treaty of all is; ``margin``, ``detail``
                  and ``proved_by`` are those of that judgement.
    ``lapsed``    clauses that are about nobody who signed.
    ``values``    per party id, signed or not, average per period; None where it is not decided whether it is kept.
    ``pivotal``   members without any of whom it would not enter into force.
    ``stable``    whether nobody gains by deciding otherwise about signing; None if that is open.
    ``leaving``   members that gain by not signing; ``joining`` others that gain by signing.
    """

    members: tuple[str, ...]
    share: float | None
    verdict: Answer
    margin: float | None
    detail: str
    proved_by: str | None
    lapsed: tuple[str, ...]
    values: dict[str, float] | None
    pivotal: tuple[str, ...]
    stable: bool | None
    leaving: tuple[str, ...]
    joining: tuple[str, ...]


@final
@dataclass(frozen=True)
class Threshold:
    """What would come of asking for ``parties`` signatures: equilibria, and whether others are open."""

    parties: int
    equilibria: tuple[tuple[str, ...], ...]
    open: bool


@final
@dataclass(frozen=True)
class Participation:
    """Who would sign: every group that would bring the treaty into force, and which of them are equilibria.

    An equilibrium may be one of which it is not decided whether it keeps the treaty, if it is one in either case.

    ``parties``, ``share``, ``weights``  what entry into force needs; ``weights`` None where each party counts the same.
    ``everybody``  ids of all parties.
    ``raised``     what would come of asking for more signatures.
    ``power``      Shapley-Shubik index of each party in bringing it into force; ``needed``: without any of these it
                   cannot enter into force.
    ``spills``     ids of the public goods from which others gain as well.
    """

    everybody: tuple[str, ...]
    parties: int
    share: float | None
    weights: dict[str, float] | None
    coalitions: tuple[Coalition, ...]
    raised: tuple[Threshold, ...]
    power: dict[str, float]
    needed: tuple[str, ...]
    spills: tuple[str, ...]

    @property
    def equilibria(self) -> tuple[Coalition, ...]:
        """Stable groups that bring it into force, but for those that would not keep it."""
        return tuple(found for found in self.coalitions if found.stable and found.verdict != "unsustainable")

    @property
    def idle(self) -> tuple[Coalition, ...]:
        """Groups that are stable only because nothing comes of a treaty that they would not keep."""
        return tuple(found for found in self.coalitions if found.stable and found.verdict == "unsustainable")

    @property
    def open(self) -> tuple[Coalition, ...]:
        """Groups of which it is not decided whether they are equilibria."""
        return tuple(found for found in self.coalitions if found.stable is None)

    def signs(self, party: str) -> Signs:
        """Whether a party signs in the equilibria that bring it into force."""
        mine = {party in found.members for found in self.equilibria}
        if len(mine) == 2:
            return "sometimes"
        if {party in found.members for found in self.open} - mine or not mine:
            return "open" if self.open else "never"
        return "always" if mine == {True} else "never"

    def to_json(self) -> dict[str, Any]:
        """``participation`` in ``servanda-assessment/1``."""
        return {
            "entry_into_force": {"parties": self.parties, "share": self.share, "weights": self.weights},
            "equilibria": [list(found.members) for found in self.equilibria],
            "idle": [list(found.members) for found in self.idle],
            "undecided": [list(found.members) for found in self.open],
            "signs": {party: self.signs(party) for party in self.everybody},
            "raised": [asdict(threshold) for threshold in self.raised],
            "needed": list(self.needed),
            "power": self.power,
            "coalitions": [asdict(found) for found in self.coalitions],
        }


@final
@dataclass(frozen=True)
class AfterExit(Judged):
    """The treaty among the rest once some parties have left, on its own from there on.

    ``left``     ids of who is out; ``state`` the first situation in which they can be, in words.
    ``found``    whether the rest keep it from then on.
    ``values``   per party id, who left included, average per period from then on, if they do.
    """

    left: tuple[str, ...]
    state: str
    found: Judgement
    values: dict[str, float]

    @property
    def judgement(self) -> Judgement:
        """As found."""
        return self.found

    def to_json(self) -> dict[str, Any]:
        """One entry of ``after_exit`` in ``servanda-assessment/1``."""
        return {
            "left": list(self.left),
            "state": self.state,
            "verdict": self.verdict,
            "margin": self.margin,
            "detail": self.detail,
            "weakest_link": None if self.weakest_link is None else plain(self.weakest_link),
            "certificate": self.judgement.proved_by,
            "values": self.values,
        }
