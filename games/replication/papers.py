"""Published results as data: what the folders of ``papers/`` say, read and checked.

One folder per paper, named after its authors and year: ``paper.toml`` (what is replicated, under which conventions),
``published.toml`` (the claims: which number, where it comes from, how closely it must be met) and the games as
``servanda-game/1`` files.  Recomputing the claims is for `games.replication.claims`.
"""

from __future__ import annotations

import tomllib
from abc import ABC
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar, final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from games.model.stochastic_game import GameError
from games.numerics.exact import to_fraction

if TYPE_CHECKING:
    from games.model.stochastic_game import StochasticGame

FOLDER = Path(__file__).parents[2] / "papers"
"""Where a checkout of the project keeps its papers; an installed package does not have them."""


@final
class PaperError(GameError):
    """A folder of papers, or a file in one, that cannot be used; the message names file, field, problem and remedy."""


def _exact(given: Any) -> Fraction:
    if isinstance(given, bool) or not isinstance(given, (int, float, str, Fraction)):
        raise ValueError("a number is needed, or text such as '1/3'")
    try:
        return to_fraction(given)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(f"{given!r} is not a number; write for instance 0.9 or '1/3'") from None


def _below_one(number: Fraction) -> Fraction:
    if not 0 <= number < 1:
        raise ValueError(f"a discount factor is at least 0 and below 1; {number} given")
    return number


class _Record(BaseModel, ABC):
    """Settings that all records of a paper share."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


Number = Annotated[Fraction, BeforeValidator(_exact)]
"""The rational that a number or a text such as "1/3" names."""
Discount = Annotated[Fraction, BeforeValidator(_exact), AfterValidator(_below_one)]
"""A rational in [0, 1)."""
Pair = tuple[Number, Number]
Profile = str
"""An action profile as its labels, for instance "C,D"."""


class Claim(_Record, ABC):
    """One number, or set of numbers, to be met.

    ``id``         unique in its paper.
    ``says``       the claim in a few words.
    ``game``       the file of the game it speaks of; none for a calculation.
    ``evidence``   "published": it also stands in a public source named under ``where``; "recomputed": found from the
                   model by independent code; "derived": algebra from the model.
    ``where``      where it is printed, or how it is known.
    ``tolerance``  the largest difference allowed, in the unit of the number.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    says: str = Field(min_length=1, max_length=100)
    game: str
    evidence: Literal["published", "recomputed", "derived"]
    where: str = Field(min_length=1)
    tolerance: float = Field(gt=0)


@final
class ThresholdClaim(Claim):
    """The least discount factor at which a profile, played for ever, is the path of an equilibrium.

    ``by``  what deters: "any" credible punishment, "reversion" to a stationary equilibrium, or the "simple" strategy
    profile (Abreu 1988) whose ``punishments``, one per player, are lists of profiles, the last of them for ever.
    ``holds_there``  the profile is sustained at the threshold itself, which must then be given exactly.
    """

    kind: Literal["threshold"]
    target: Profile
    value: Number
    by: Literal["any", "reversion", "simple"] = "any"
    punishments: tuple[tuple[Profile, ...], ...] = ()
    holds_there: bool = False

    @model_validator(mode="after")
    def _punishments_fit(self) -> Self:
        if (self.by == "simple") != bool(self.punishments):
            raise ValueError('punishments are needed for by = "simple", and for nothing else')
        return self


@final
class PayoffSetClaim(Claim):
    """Equilibrium payoffs from each state, as the hull of the points given; compared by Hausdorff distance.

    ``mirror``  add to every point the one with the payoffs exchanged.
    """

    kind: Literal["payoff_set"]
    discount: Discount
    vertices: dict[str, tuple[Pair, ...]]
    mirror: bool = False


@final
class SupportClaim(Claim):
    """The largest value of a weighted sum of the players' payoffs over the equilibria from a state."""

    kind: Literal["support"]
    discount: Discount
    state: str
    direction: Pair
    value: Number


@final
class WorstPayoffClaim(Claim):
    """The lowest equilibrium payoff of each player from a state: the harshest punishment that is credible."""

    kind: Literal["worst_payoff"]
    discount: Discount
    state: str
    value: Pair


@final
class PeriodsClaim(Claim):
    """In how many of the ``states``, from the first on, an equilibrium path can play the profile."""

    kind: Literal["periods"]
    discount: Discount
    target: Profile
    states: tuple[str, ...] = Field(min_length=1)
    value: int = Field(ge=0)


@final
class CalculationClaim(Claim):
    """Numbers that a named calculation of `games.replication.calculations` gives; there is no game file.

    ``given``  its arguments by name.
    ``value``  one number, or several in order.
    """

    kind: Literal["calculation"]
    game: Literal[""] = ""
    calculation: str
    given: dict[str, Any]
    value: Number | tuple[Number, ...]

    @property
    def numbers(self) -> tuple[Fraction, ...]:
        """What it must give, in order."""
        return (self.value,) if isinstance(self.value, Fraction) else self.value


@final
class TransfersClaim(Claim):
    """With voluntary transfers: the greatest joint payoff, and each player's least payoff, of equilibria from states.

    ``joint``  by state; ``punishments`` by state, one per player.  The game's file may leave transfers out.
    """

    kind: Literal["transfers"]
    discount: Discount
    joint: dict[str, Number] = Field(min_length=1)
    punishments: dict[str, tuple[Number, ...]] = Field(default_factory=dict)


@final
class MaximalScoreClaim(Claim):
    """The most that a weighted sum of payoffs can be in any perfect public equilibrium of patient players."""

    kind: Literal["maximal_score"]
    direction: tuple[Number, ...]
    value: Number


@final
class LimitSetClaim(Claim):
    """Perfect public equilibrium payoffs as the discount factor goes to one, as the hull of points.

    ``mirror``  add to every point the one with the payoffs exchanged.
    """

    kind: Literal["limit_set"]
    vertices: dict[str, tuple[Pair, ...]]
    mirror: bool = False


@final
class NegotiatedClaim(Claim):
    """With voluntary transfers and agreements that may be negotiated anew: what is negotiated in states.

    ``hazard``  the chance of negotiation per period; ``dates`` how often it can strike, None for the default method.
    ``joint``   by state, ``negotiated`` by state, one per player; one of them at least.
    """

    kind: Literal["negotiated"]
    discount: Discount
    hazard: Number
    dates: int | None = Field(default=None, ge=1)
    joint: dict[str, Number] = Field(default_factory=dict)
    negotiated: dict[str, tuple[Number, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _something_is_claimed(self) -> Self:
        if not self.joint and not self.negotiated:
            raise ValueError("joint or negotiated payoffs are needed")
        return self


@final
class CriticalHazardClaim(Claim):
    """The greatest chance of negotiation per period at which a relational negotiation equilibrium keeps to a profile.

    ``holds_there``  it keeps to it at that chance itself, which must then be given exactly.
    """

    kind: Literal["critical_hazard"]
    discount: Discount
    target: Profile
    value: Number
    holds_there: bool = False


AnyClaim = Annotated[
    ThresholdClaim | PayoffSetClaim | SupportClaim | WorstPayoffClaim | PeriodsClaim | TransfersClaim
    | MaximalScoreClaim | LimitSetClaim | NegotiatedClaim | CriticalHazardClaim | CalculationClaim,
    Field(discriminator="kind"),
]
Content = TypeVar("Content", bound=BaseModel)

CLAIM_KINDS: tuple[type[Claim], ...] = (
    ThresholdClaim,
    PayoffSetClaim,
    SupportClaim,
    WorstPayoffClaim,
    PeriodsClaim,
    TransfersClaim,
    MaximalScoreClaim,
    LimitSetClaim,
    NegotiatedClaim,
    CriticalHazardClaim,
    CalculationClaim,
)


@final
class _PaperFile(_Record):
    """``paper.toml``."""

    title: str = Field(min_length=1)
    reference: str = Field(min_length=1)
    replicates: str = Field(min_length=1)
    conventions: tuple[str, ...]
    not_replicated: tuple[str, ...] = ()


@final
class _PublishedFile(_Record):
    """``published.toml``."""

    claim: tuple[AnyClaim, ...] = Field(min_length=1)


@final
@dataclass(frozen=True)
class Paper:
    """A paper and what is replicated of it.

    ``reference``       key in ``papers/references.bib``.
    ``conventions``     what must be fixed for the numbers to match.
    ``not_replicated``  what is left out, and why.
    """

    folder: Path
    title: str
    reference: str
    replicates: str
    conventions: tuple[str, ...]
    not_replicated: tuple[str, ...]
    claims: tuple[Claim, ...]

    @property
    def name(self) -> str:
        """The folder's name, such as ``friedman_1971``."""
        return self.folder.name

    def game(self, claim: Claim) -> StochasticGame:
        """The game that a claim speaks of; raises ``GameError`` if its file is missing or is no game."""
        from games.files.game_file import read_game

        return read_game(self.folder / claim.game)


def paper_folders(folder: Path = FOLDER) -> tuple[Path, ...]:
    """The folders that have a ``paper.toml``, in alphabetical order; raises ``PaperError`` if there are none."""
    found = tuple(sorted(path.parent for path in folder.glob("*/paper.toml")))
    if not found:
        problem = "there are no papers here" if folder.is_dir() else "this folder does not exist"
        remedy = "published results come with the project's source, not with the installed package; run from a checkout"
        raise _fault(folder, "", problem, f"{remedy}, or name its papers folder with --folder")
    return found


def read_paper(folder: Path) -> Paper:
    """Read one paper's folder; raises ``PaperError`` with everything that is wrong in it."""
    about = _read(folder / "paper.toml", _PaperFile)
    published = _read(folder / "published.toml", _PublishedFile)
    ids = [claim.id for claim in published.claim]
    for claim in published.claim:
        if ids.count(claim.id) > 1:
            raise _fault(folder / "published.toml", claim.id, "two claims have this id", "give each an id of its own")
        if isinstance(claim, CalculationClaim):
            continue
        if Path(claim.game).name != claim.game or not (folder / claim.game).is_file():
            raise _fault(folder / "published.toml", claim.id, f"the folder has no file {claim.game!r}", "add the game")
    return Paper(
        folder, about.title, about.reference, about.replicates, about.conventions, about.not_replicated, published.claim
    )


def _read(path: Path, content: type[Content]) -> Content:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _fault(path, "", f"cannot be read: {error.strerror or error}", "every paper needs this file") from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise _fault(path, "", str(error), "correct the file") from None
    try:
        return content.model_validate(data)
    except ValidationError as error:
        said = (f"{path}: {'.'.join(str(step) for step in one['loc'])}: {one['msg']}" for one in error.errors())
        raise PaperError("\n".join(said)) from None


def _fault(path: Path, field: str, problem: str, remedy: str) -> PaperError:
    return PaperError(f"{path}:{f' {field}:' if field else ''} {problem}; {remedy}")
