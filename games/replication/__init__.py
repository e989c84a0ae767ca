"""Published results recomputed with the project's own methods, and compared.

>>> from games.replication import papers, replicate
>>> paper = next(paper for paper in papers() if paper.name == "friedman_1971")
>>> replicate(paper, paper.claims[0]).ok
True
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.replication.paper_file import papers, replicate
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {"games.replication.paper_file": ("papers", "replicate")})

__all__ = ["papers", "replicate"]
