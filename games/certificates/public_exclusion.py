"""Public exclusion: after public signals and without payments no equilibrium follows the plan, or none exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Literal, final

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.plan import Plan
from games.stochastic_game import StochasticGame

Family = Literal["all", "path"]
"""All equilibrium payoffs of a state, or those of equilibria whose play keeps to the plan."""

Vector = tuple[int, int]


@final
@dataclass(frozen=True)
class RowBound:
    """How a row's payoffs are bounded, or that it cannot be enforced at all.

    ``row``          the profile.
    ``multipliers``  (player, row that its deviation brings about, number >= 0) triples; none is a bound as well.
    ``never``        the multipliers show that nothing that may follow deters these deviations.
    """

    row: int
    multipliers: tuple[tuple[int, int, Fraction], ...] = ()
    never: bool = False


@final
@dataclass(frozen=True)
class Cut:
    """One step: lower a level of one state, or show that nothing can be played there.

    ``family``     "all" equilibrium payoffs, or those of the plan's "path".
    ``state``      the state; ``direction`` the number of the direction whose level is lowered, None: the set is empty.
    ``rows``       what is known of the state's rows.  A row not listed must be impossible already, or have been
                   listed in an earlier cut of the same state and direction, whose multipliers are then used again.
    """

    family: Family
    state: int
    direction: int | None
    rows: tuple[RowBound, ...]


@final
@dataclass(frozen=True, eq=False)
class PublicExclusion(Certificate):
    """Cuts that shrink polygons around the payoffs of perfect public equilibria until nothing is left.

    ``directions``  normals (l1, l2), integers, counter-clockwise, each less than half a turn from the next.
    ``cuts``        in order.
    ``plan``        the JSON form of the plan that no equilibrium follows; empty: no equilibrium exists at all.
    ``changed``     places in the file it was read from that do not match their seals.
    """

    kind: ClassVar[str] = "public-exclusion"
    game_digest: str
    concept: SolutionConcept
    directions: tuple[Vector, ...]
    cuts: tuple[Cut, ...]
    plan: Mapping[str, Sequence[Sequence[str]]]
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(
        game: StochasticGame, directions: Sequence[Vector], cuts: Sequence[Cut], plan: Plan | None = None
    ) -> PublicExclusion:
        """The certificate for a game; without a plan, that no equilibrium exists."""
        return PublicExclusion(
            game.digest, SolutionConcept.PURE_PUBLIC, tuple(directions), tuple(cuts),
            plan.to_json() if plan is not None else {})

    def check(self, game: StochasticGame) -> CheckReport:
        """Compute every level anew, and whether the cuts leave room for what is excluded."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        raise NotImplementedError
