"""Published results recomputed with the project's own methods, and compared.

>>> from games.replication import papers, replicate
>>> paper = next(paper for paper in papers() if paper.name == "friedman_1971")
>>> replicate(paper, paper.claims[0]).ok
True
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.replication.claims import Claim, Replication
    from games.replication.paper_file import Paper

__all__ = ["papers", "replicate"]


def papers(folder: Path | None = None) -> tuple[Paper, ...]:
    """The papers of a folder, in alphabetical order; without a folder those of the checkout.

    Raises ``PaperError``, a ``GameError``, if there are none or a file is wrong.
    """
    from games.replication.bibliography import FOLDER
    from games.replication.paper_file import paper_folders, read_paper

    return tuple(read_paper(path) for path in paper_folders(folder or FOLDER))


def replicate(paper: Paper, claim: Claim) -> Replication:
    """Recompute one claim of a paper; raises ``GameError`` if it does not fit its game."""
    return claim.replicate(paper.folder)
