"""Games that are large because of a stock: what coarser grids would leave, counted by making them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.small_treaties import plus
from treaties.assessing.assess import assess
from treaties.briefing.terminal import explain
from treaties.compiling import coarsening
from treaties.compiling.base_game import base_effects
from treaties.compiling.compile import Compiler, compile_treaty
from treaties.effects import Columns, CompilationError, Floats, Grid, Stock
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

AURORA = Path(__file__).parents[3] / "treaties/cases/aurora.toml"
FIVE_MORE = """
[[provision]]
type = "technology_transfer"
article = "31"
supplier = "NOR"
recipient = "SUN"
matter = "technology"
per_year = 0.25
surplus = 2
alone = 1
points = 3

[[provision]]
type = "local_content"
article = "32"
producer = "NOR"
buyer = "SUN"
matter = "technology"
per_year = 0.2
milestones = [{ by_year = 3, level = 0.4 }, { by_year = 6, level = 0.8 }]
penalty = 4
unit_cost = 1
protection = 1
points = 3

[[provision]]
type = "review"
article = "33"
hazard = 0.1

[[provision]]
type = "offset"
article = "34"
payer = "SUN"
payee = "NOR"
cap = 2
steps = 1

[[provision]]
type = "co_investment"
article = "35"
amount = 4
shares = { NOR = 0.5, SUN = 0.5 }
over_years = 3
returns = 1
forfeitable = false
"""


def treaty(points: int, content: int) -> Treaty:
    learned = 'supplier = "A"\nrecipient = "B"\nper_year = 0.3\nsurplus = 3\nalone = 1\nfades = 0.2'
    placed = 'producer = "B"\nbuyer = "A"\nper_year = 0.2\nprotection = 1'
    return plus(
        f'type = "technology_transfer"\nmatter = "trade"\n{learned}\npoints = {points}',
        f'type = "local_content"\nmatter = "trade"\n{placed}\npoints = {content}',
    )


def told(points: int, content: int) -> str:
    game = compile_treaty(treaty(points, content)).game
    return f"would leave {game.n_states:,} states and {game.n_rows:,} rows"


def test_what_is_too_large_says_what_each_coarser_grid_would_leave() -> None:
    whole = compile_treaty(treaty(9, 5)).game
    with pytest.raises(CompilationError, match="more than ") as refused:
        compile_treaty(treaty(9, 5), row_limit=whole.n_rows - 1)
    said = str(refused.value)
    assert f"A grid of 5 points in place of 9 for know-how of B on trade {told(5, 5)}" in said
    assert f"A grid of 3 points in place of 5 for local content of A in trade {told(9, 3)}" in said
    assert f"All of these together {told(5, 3)}" in said
    with pytest.raises(CompilationError, match=r"A grid of 5 points .* would leave too much as well"):
        compile_treaty(treaty(9, 5), row_limit=20)


def test_a_large_game_that_can_be_made_says_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coarsening, "MANY_STATES", 20)
    found = assess(treaty(5, 3), region=False, variants=False)
    size = explain(found)[-1]
    assert f"A grid of 3 points in place of 5 for know-how of B on trade {told(3, 3)}." in size
    assert f"A grid of 2 points in place of 3 for local content of A in trade {told(5, 2)}." in size
    assert found.to_json()["game"]["coarser"] == coarsening.coarser_sentences(found.compiled)


def test_a_game_of_few_states_says_nothing() -> None:
    assert coarsening.coarser_sentences(compile_treaty(treaty(3, 3))) == []


def test_aurora_with_five_more_clauses_of_which_two_have_stocks_stays_under_five_thousand_states() -> None:
    text, _, _ = AURORA.read_text(encoding="utf-8").partition("[[variant]]")
    game = compile_treaty(read_treaty_text(text + FIVE_MORE)).game
    assert 500 < game.n_states < coarsening.MANY_STATES


def test_a_stock_that_nothing_reads_adds_no_state() -> None:
    def gain(rows: Columns) -> Floats:
        return np.where(rows.complies["A", "trade"], 0.3, -0.2)

    bare = plus()
    idle = Stock("idle", Grid(0.0, 1.0, 5), gain, decay=0.1, survives=True)
    effects = (*base_effects(bare, bare.context), *idle.effects(bare.context, "-"))
    assert Compiler(bare, bare.context, (effects,)).run().game.digest == compile_treaty(bare).game.digest
