"""Published results as data: what the folders of ``papers/`` say, read and checked.

One folder per paper, named after its authors and year: ``paper.toml`` (what is replicated, under which conventions),
``published.toml`` (the claims: which number, where it comes from, how closely it must be met) and the games as
``servanda-game/1`` files.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, final, get_args

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from games.files.reading import UnreadableFile, read_bytes
from games.model.stochastic_game import GameError
from games.replication.bibliography import FOLDER
from games.replication.calculated import CalculationClaim
from games.replication.claims import Claim, GameClaim, Record, Replication
from games.replication.liquidity import CandidatesClaim, LiquidityClaim, StaircaseClaim
from games.replication.sets import LimitSetClaim, MaximalScoreClaim, PayoffSetClaim, SupportClaim, WorstPayoffClaim
from games.replication.thresholds import CriticalHazardClaim, PeriodsClaim, ThresholdClaim
from games.replication.transfers import NegotiatedClaim, TransfersClaim


@final
class PaperError(GameError):
    """A folder of papers, or a file in one, that cannot be used; the message names file, field, problem and remedy."""


AnyClaim = Annotated[
    ThresholdClaim | PayoffSetClaim | SupportClaim | WorstPayoffClaim | PeriodsClaim | TransfersClaim
    | MaximalScoreClaim | LimitSetClaim | NegotiatedClaim | CriticalHazardClaim | StaircaseClaim | LiquidityClaim
    | CandidatesClaim | CalculationClaim,
    Field(discriminator="kind"),
]
Content = TypeVar("Content", bound=BaseModel)

CLAIM_KINDS: tuple[type[Claim], ...] = get_args(get_args(AnyClaim)[0])
"""All kinds of claims, each recomputed by its ``replicate``."""


Theme = Literal[
    "foundations of repeated play",
    "monitoring and information",
    "transfers and relational contracts",
    "bargaining and votes",
    "coalitions and participation",
    "trade and flexibility",
    "conflict and commitment",
    "trust and reputation",
    "inspection and verification",
    "algorithms",
]
THEMES: tuple[str, ...] = get_args(Theme)
"""What papers are about, in the order in which tables and pages list them."""


@final
class Symbol(Record):
    """What a sign of a paper stands for, and which sign or name of ``papers/notation.md`` says the same.

    ``ours``  empty if the project has no sign for it.
    """

    means: str = Field(min_length=1)
    ours: str = ""


def _symbol(given: Any) -> Any:
    """A text alone is the meaning."""
    return {"means": given} if isinstance(given, str) else given


@final
class _PaperFile(Record):
    """``paper.toml``."""

    title: str = Field(min_length=1)
    reference: str = Field(min_length=1)
    theme: Theme
    replicates: str = Field(min_length=1)
    conventions: tuple[str, ...]
    not_replicated: tuple[str, ...] = ()
    symbols: dict[str, Annotated[Symbol, BeforeValidator(_symbol)]] = Field(default_factory=dict)


@final
class _PublishedFile(Record):
    """``published.toml``."""

    claim: tuple[AnyClaim, ...] = Field(min_length=1)


@final
@dataclass(frozen=True)
class Paper:
    """A paper and what is replicated of it.

    ``reference``       key in ``papers/references.bib``.
    ``theme``           one of ``THEMES``.
    ``conventions``     what must be fixed for the numbers to match.
    ``not_replicated``  what is left out, and why.
    ``symbols``         the paper's own signs, as its readers know them.
    """

    folder: Path
    title: str
    reference: str
    theme: str
    replicates: str
    conventions: tuple[str, ...]
    not_replicated: tuple[str, ...]
    symbols: Mapping[str, Symbol]
    claims: tuple[Claim, ...]

    @property
    def name(self) -> str:
        """The folder's name, such as ``friedman_1971``."""
        return self.folder.name


def papers(folder: Path | None = None) -> tuple[Paper, ...]:
    """The papers of a folder, in alphabetical order; without a folder those of the checkout.

    Raises ``PaperError``, a ``GameError``, if there are none or a file is wrong.
    """
    return tuple(read_paper(path) for path in paper_folders(folder or FOLDER))


def replicate(paper: Paper, claim: Claim) -> Replication:
    """Recompute one claim of a paper; raises ``PaperError``, which names it, if it does not fit its game."""
    try:
        return claim.replicate(paper.folder)
    except GameError as error:
        raise PaperError(f"{paper.folder / 'published.toml'}: {claim.id}: {error}") from error


def paper_folders(folder: Path) -> tuple[Path, ...]:
    """The folders that have a ``paper.toml``, in alphabetical order; raises ``PaperError`` if there are none."""
    there = os.path.isdir(folder)  # unlike Path.is_dir, also of a name that is too long
    found = tuple(sorted(path.parent for path in folder.glob("*/paper.toml"))) if there else ()
    if not found and there and os.path.isfile(folder / "paper.toml"):
        raise _fault(folder, "", "this is one paper", f"name the folder that holds it, {folder.resolve().parent}")
    if not found:
        problem = "there are no papers here" if there else "this folder does not exist"
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
        if not isinstance(claim, GameClaim):
            continue
        if Path(claim.game).name != claim.game or not os.path.isfile(folder / claim.game):
            raise _fault(folder / "published.toml", claim.id, f"the folder has no file {claim.game!r}", "add the game")
    return Paper(folder, **{name: getattr(about, name) for name in _PaperFile.model_fields}, claims=published.claim)


def _read(path: Path, content: type[Content]) -> Content:
    try:
        data = tomllib.loads(read_bytes(path).decode("utf-8"))
    except UnreadableFile as error:
        raise _fault(path, "", error.problem, "every paper needs this file") from None
    except RecursionError:
        raise _fault(path, "", "is nested too deeply", "write the file with fewer brackets") from None
    except ValueError as error:  # not TOML, or not UTF-8
        raise _fault(path, "", str(error), "correct the file") from None
    try:
        return content.model_validate(data)
    except ValidationError as error:
        said = (f"{path}: {'.'.join(str(step) for step in one['loc'])}: {one['msg']}" for one in error.errors())
        raise PaperError("\n".join(said)) from None


def _fault(path: Path, field: str, problem: str, remedy: str) -> PaperError:
    return PaperError(f"{path}:{f' {field}:' if field else ''} {problem}; {remedy}")
