"""What is seen of each party on its own: the same for all is today's form, and each is hidden for itself."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.small_treaties import DILEMMA, FILES
from treaties.assessing.assess import assess
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.linting.clauses import lint
from treaties.model.treaty import Treaty
from treaties.reading.among import among
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import apply_variant
from treaties.reading.worlds import with_values

FLAG = "{ detection = 0.8, false_alarm = 0.1 }"
TWO = DILEMMA.replace("\n[[party]]", "\nexit = false\n\n[[party]]", 1)


def seen(observability: str, more: str = "") -> Treaty:
    return read_treaty_text(f"{TWO}observability = {observability}\n{more}")


def compiled(observability: str, more: str = "") -> CompiledTreaty:
    return compile_treaty(seen(observability, more))


@pytest.mark.parametrize(
    ("alike", "each"),
    [
        ('"public"', '{ A = "public", B = "public" }'),
        ('"private"', '{ A = "private", B = "private" }'),
        (FLAG, f"{{ A = {FLAG}, B = {FLAG} }}"),
    ],
)
def test_the_same_of_each_is_the_same_of_all(alike: str, each: str) -> None:
    assert compiled(alike).game.digest == compiled(each).game.digest


def test_accidents_of_each_are_those_of_all_where_they_are_equal() -> None:
    assert compiled('"public"', "accident = 0.1").game.digest == \
        compiled('"public"', "accident = { A = 0.1, B = 0.1 }").game.digest  # fmt: skip
    one = compiled('"public"', "accident = { A = 0.1, B = 0 }").seen
    assert one is not None and one.observation.unseen == {("A", "trade")}


def test_everyone_sees_one_party_and_only_a_flag_on_the_other() -> None:
    """By hand: what is seen is A's move and the flag on B, drawn with 0.8 after a breach and 0.1 after compliance."""
    game = compiled(f'{{ A = "public", B = {FLAG} }}')
    assert game.seen is not None and game.game.monitoring is not None
    observation = game.seen.observation
    assert observation.unseen == {("B", "trade")}
    assert [signal.party for signal in observation.signals] == ["B"]
    start = game.game.initial
    rows = np.flatnonzero(np.equal(game.game.row_state, start))
    for k, row in enumerate(rows.tolist()):
        law = game.game.monitoring.chances(start, k)
        breach = {p: bool(game.columns.in_breach[p, "trade"][row]) for p in "AB"}
        moves = [game.seen.seen[start][m] for m in game.seen.moves[start][law > 0]]
        # What is seen of A is what it does; of B it is always the same.
        assert {tuple(of) for of in moves} == {(int(game.columns.chosen["A", "trade"][row]), -2)}
        flagged = observation.accused["B", "trade"][game.seen.said[start]]
        assert float(law[flagged].sum()) == pytest.approx(0.8 if breach["B"] else 0.1)


def test_a_party_that_everyone_sees_can_be_answered_and_one_in_the_dark_cannot() -> None:
    """A wins 1 a year against 6 for ever and is deterred; B wins 4 - 1 unseen and nothing can follow."""
    dark_a, dark_b = (assess(seen(said), variants=False, region=False)
                      for said in ('{ A = "private", B = "public" }', '{ A = "public", B = "private" }'))  # fmt: skip
    assert dark_a.verdict == dark_b.verdict == "unsustainable"
    assert dark_a.weakest_link is not None and dark_b.weakest_link is not None
    assert (dark_a.weakest_link.party, dark_b.weakest_link.party) == ("A", "B")


def test_variants_worlds_and_fewer_signatories_keep_each_partys_own() -> None:
    treaty = read_treaty(FILES / "observed_by_party.toml")
    public = apply_variant(treaty, treaty.variant("C is public too"))
    found = compile_treaty(public).seen
    assert found is not None and found.observation.unseen == {("B", "trade")}
    path = "matter.trade.observability.B.detection"
    other = with_values(treaty, {path: 0.75}).matter("trade")
    assert other.flag("B") == (0.75, 0.1) and other.flag("A") is None and not other.hides("A")
    two = among(treaty, "AC").matter("trade")
    assert (two.hides("A"), two.hides("C"), two.flag("C")) == (False, True, None)


def test_lint_names_whose_conduct_stays_in_the_dark() -> None:
    said = [f.problem for f in lint(seen('{ A = "public", B = "private" }')) if f.place == "matter.trade.observability"]
    assert said == ["nobody ever learns anything of conduct of Borduria in it: no later loss can follow a breach"]
