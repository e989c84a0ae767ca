"""Tables of signals are the same however they are held."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array, issparse

from games.files.game_file import read_game
from games.files.game_writing import game_to_json
from games.model import public_monitoring as module
from games.model.outcome_laws import OutcomeLaws
from games.model.public_monitoring import PublicMonitoring, packed
from games.model.stochastic_game import GameError, StochasticGame, repeated_game
from games.numerics.remarks import Remark

LAW = np.array([[0.5, 0.5, 0.0, 0.0], [0.25, 0.75, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.125, 0.875]])


def held(law: np.ndarray | csr_array) -> StochasticGame:
    game = repeated_game([[[2, 2], [0, 3]], [[3, 0], [1, 1]]], "0.5")
    return replace(game, monitoring=PublicMonitoring((("a", "b", "c", "d"),), (law,)))


@pytest.mark.parametrize("large", [1, 100])
def test_digest_and_laws_do_not_depend_on_how_tables_are_held(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", large)
    entries, sparse = held(LAW), held(csr_array(LAW))
    assert entries.digest == sparse.digest != held(LAW[::-1].copy()).digest
    assert entries.monitoring is not None and sparse.monitoring is not None
    assert entries.monitoring.pair_start.tolist() == sparse.monitoring.pair_start.tolist() == [0, 16]
    for row in range(4):
        assert OutcomeLaws(entries).exact(row) == OutcomeLaws(sparse).exact(row)
        assert OutcomeLaws(entries).law(row) == OutcomeLaws(sparse).law(row)
        assert sparse.monitoring.chances(0, row).tolist() == LAW[row].tolist()
    assert sparse.monitoring.table(0).tolist() == LAW.tolist()
    assert issparse(packed(LAW)) == issparse(packed(csr_array(LAW))) == (large == 1)
    again = read_game(game_to_json(sparse))
    assert again.digest == entries.digest


def test_a_negative_chance_in_a_sparse_table_is_refused_with_its_place() -> None:
    wrong = LAW.copy()
    wrong[3, 2], wrong[3, 3] = -0.5, 1.5
    with pytest.raises(GameError, match=r"profile \(a1, b1\), signal 'c': a probability is negative"):
        held(csr_array(wrong))
    close = LAW.copy()
    close[3, 2] = -1e-15
    with pytest.warns(Remark, match="signal 'c'"):
        assert held(csr_array(close)).monitoring is not None
