"""A kind of certificate is found in the folder of its family: nothing else has to change."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from games import certificates
from games.certificates.certificate_file import certificate_text, kinds, read_certificate
from games.certificates.reading import CertificateError
from tests.support.example_certificates import dilemma

FAMILY = '''
"""Proofs of what everybody sees."""

from games.certificates.oaths.one_player import OnePlayer
'''

KIND = '''
from dataclasses import dataclass

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.faults import common_fault
from games.certificates.sealing import sealed


@dataclass(frozen=True)
class OnePlayer(Certificate):
    kind = "one-player"
    game_digest: str
    concept = SolutionConcept.PURE_SUBGAME_PERFECT
    changed: tuple = ()

    def check(self, game):
        fault = common_fault(game, self.game_digest, self.changed, self.concept, self.concept)
        if fault is not None:
            return CheckReport(False, "one player", fault.place, fault.problem)
        return CheckReport(game.n_players == 1, "one player", "game", "there are others")

    def claim(self, game):
        return "the game has one player"

    def to_json(self):
        return sealed({"format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest})

    @staticmethod
    def from_json(document, changed=()):
        return OnePlayer(document["game_digest"], changed)
'''


@pytest.fixture
def oaths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "oaths"
    folder.mkdir()
    (folder / "__init__.py").write_text(FAMILY)
    (folder / "one_player.py").write_text(KIND)
    monkeypatch.setattr(certificates, "__path__", [*certificates.__path__, str(tmp_path)])
    kinds.cache_clear()
    yield
    kinds.cache_clear()
    for name in [name for name in sys.modules if name.startswith("games.certificates.oaths")]:
        del sys.modules[name]
    vars(certificates).pop("oaths", None)


def test_a_kind_in_a_folder_of_its_own_is_read_and_checked(oaths: None) -> None:
    game = dilemma("1/2")
    made = kinds()["one-player"].from_json({"game_digest": game.digest})
    again = read_certificate(made.to_json())
    assert certificate_text(again) == certificate_text(made)
    assert again.check(game).problem == "there are others"
    assert read_certificate({**made.to_json(), "game_digest": "0"}).check(game).place == "game_digest"


def test_it_is_gone_with_its_folder() -> None:
    with pytest.raises(CertificateError, match="kind: 'one-player' is unknown; known kinds are exclusion, "):
        read_certificate({"format": "servanda-certificate/1", "kind": "one-player"})
