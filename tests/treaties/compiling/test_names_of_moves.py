"""Names of moves: no two moves of a party in a state have one name, whatever clauses call their options."""

from __future__ import annotations

from tests.support.small_treaties import plus
from treaties.compiling.compile import compile_treaty

STAGES = """type = "staged_derisking"
article = "1"
gate = "mutual"
stages = [{ year = 0, exposure = 1 }, { year = 1, exposure = 0.5 }]"""
CERTIFICATE = 'type = "certification"\narticle = "2"\nparty = "A"\ncost = 1\ntrade_cost_outside = 0.5'


def test_two_clauses_that_both_let_a_party_wait_give_it_moves_that_are_told_apart() -> None:
    compiled = compile_treaty(plus(STAGES, CERTIFICATE))
    waiting = [{name for name in moves if name.endswith("wait")} for moves, _ in compiled.game.actions]
    assert max(map(len, waiting)) > 1
