"""Machine code that most tests need, made once before processes run tests side by side: each would make all of it.

``python -m tests.support.kernels PART`` makes one part where it is not cached.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from games import read_game
from games.solvers.penal_modes import PenalModes
from games.solvers.public_polygons import PublicPolygons
from tests import oracles
from tests.support.example_certificates import examples
from tests.support.noisy_games import noisy_dilemma
from tests.support.small_treaties import FILES
from treaties.assessing.assess import assess
from treaties.reading.treaty_file import read_treaty


def _three_players() -> None:
    """Payoff sets of a game with perfect monitoring, and a treaty."""
    game = json.loads((Path(oracles.__file__).parent / "nplayer_public_goods_1.6_d0.6.json").read_text())["game"]
    PenalModes().solve(read_game(game))
    assess(read_treaty(FILES / "three_parties.toml"), variants=False, region=False)


def _two_players() -> None:
    """Payoff sets with perfect and imperfect monitoring, with and without payments."""
    examples()
    PublicPolygons().solve(replace(noisy_dilemma("9/10"), transfers="none"))


PARTS: dict[str, Callable[[], None]] = {"two_players": _two_players, "three_players": _three_players}
"""They take about as long, and compile hardly anything that the other does."""

if __name__ == "__main__":
    PARTS[sys.argv[1]]()
