"""The example of a duty that binds the recipient alone: by hand, in other worlds, and with its proof."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from treaties import compile_treaty, read_treaty, sweep
from treaties.assessing.answers import Answers
from treaties.reading.variants import apply_variant, with_terms

CASE = read_treaty(Path(__file__).parents[3] / "treaties" / "cases" / "end_use.toml")


def test_what_holds_the_recipient_are_damages_to_who_owes_nothing() -> None:
    """Sundmark earns 8 a year, and if it diverts and leaves 6 + 7 once and 5 a year afterwards, at 0.6.

    A claim of 4 is upheld with 0.6 after a year, worth 1.44; the loser pays 1.5 of costs, 0.9 in expectation:
    20 - (13 - 1.44 - 0.9 + 7.5) to spare, and 20 - 20.5 without the article.
    """
    text = Answers(CASE).text
    found = text.verdict("none")
    assert found.verdict == "sustainable" and found.margin == pytest.approx(1.84, abs=1e-6)
    assert found.certificate is not None and found.certificate.proof is not None
    assert found.certificate.proof.check(text.compiled.game).accepted
    assert text.values == pytest.approx([7, 8])
    bare = Answers(apply_variant(CASE, CASE.variant("Nothing is awarded"))).text.verdict("none")
    assert bare.verdict == "unsustainable" and bare.margin == pytest.approx(-0.5, abs=1e-6)


def test_a_claim_that_costs_the_supplier_more_than_it_brings_holds_nobody() -> None:
    """It expects 0.6 * 0.8 of the amount, against two fifths of 1.5: below 1.25 it does not claim."""
    for amount, margin in ((1.24, -0.5), (1.26, -0.5 + 0.36 * 1.26 + 0.9)):
        found = Answers(with_terms(CASE, {"remedy.amount": amount})).text.verdict("none")
        assert found.margin == pytest.approx(margin, abs=1e-6)


def test_moves_of_who_owes_nothing_make_no_rows() -> None:
    both = compile_treaty(apply_variant(CASE, CASE.variant("Both owe the end use"))).game
    one = compile_treaty(CASE).game
    assert one.n_rows < both.n_rows and one.action_counts.sum() < both.action_counts.sum()


def test_worlds_are_answered_as_each_is_on_its_own() -> None:
    frame = sweep(CASE, worlds=4, seed=3)
    paths = [number.path for number in CASE.numbers() if number.low is not None]
    asked = 0
    for _, line in frame.iterrows():
        treaty = CASE if line["design"] == "as it stands" else apply_variant(CASE, CASE.variant(line["design"]))
        world = {path: float(line[path]) for path in paths if path in line and not np.isnan(line[path])}
        known = {path for path in world if path.split(".")[0] != "remedy" or treaty.provisions_of("remedy")}
        alone = Answers(with_terms(treaty, {path: world[path] for path in known})).text.verdict("none")
        assert {"yes": "sustainable", "no": "unsustainable"}[line["verdict"]] == alone.verdict
        asked += 1
    assert asked == 12
