"""What every piece of evidence about a game tree promises."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from games.certificates.certificate import CheckReport
from games.game_trees.tree import ExtensiveGame


class TreeCertificate(ABC):
    """Re-checkable evidence about one game in extensive form.

    ``check`` never raises for a wrong claim, it reports; it refuses a game whose digest is not ``game_digest``.
    """

    kind: ClassVar[str]
    """The kind's name in files; a class that the front door of this folder hands on is found by it."""
    game_digest: str

    @abstractmethod
    def check(self, game: ExtensiveGame) -> CheckReport:
        """Re-prove the claim in exact rational arithmetic."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """The ``servanda-tree-certificate/1`` form."""

    @staticmethod
    @abstractmethod
    def from_json(document: Mapping[str, Any]) -> TreeCertificate:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
