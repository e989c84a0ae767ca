"""Worlds of treaties for tests, and what must hold of the numbers of a world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from games.numerics.arrays import Floats
from games.structure.numbers import Numbers
from games.structure.public import PublicNumbers
from games.structure.structure import Laws
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.template import span_of
from treaties.model.treaty import Treaty
from treaties.reading.worlds import World

ROOT = Path(__file__).parents[2]
ACCEPTED = sorted((ROOT / "tests" / "treaties" / "reading" / "accepted").glob("*.toml"))
CASES = sorted((ROOT / "treaties" / "cases").glob("*.toml"))
FIELD = [
    ROOT / "tests" / "field" / "cases" / f"{name}.toml"
    for name in ("three_fighter_small", "three_submarine", "two_codevelopment", "two_offset_deal")
]


def spread(treaty: Treaty) -> dict[str, tuple[float, float]]:
    """Every number of a treaty with its range, or a fifth of what it is to both sides."""
    out = {}
    for number in treaty.numbers():
        if number.low is not None or number.high is not None:
            low, high = span_of(number)
        elif 0.0 < number.value < 1.0:
            low, high = 0.8 * number.value, number.value + 0.2 * (1.0 - number.value)
        else:
            low, high = sorted((0.8 * number.value, 1.2 * number.value))
        out[number.path] = (low, high)
    return out


def drawn(spans: dict[str, tuple[float, float]], rng: np.random.Generator) -> World:
    """A world inside its ranges but for a number in ten, which is at an end."""
    return {
        path: float(ends[rng.integers(2)]) if rng.random() < 0.1 else float(rng.uniform(*ends))
        for path, ends in spans.items()
    }


def assert_same_game(one: CompiledTreaty, other: CompiledTreaty) -> None:
    """Two compiled treaties are the same to the last bit, and tell the same of themselves."""
    assert one.game.digest == other.game.digest
    assert one.treaty.source_hash == other.treaty.source_hash
    assert np.array_equal(one.plan.allowed, other.plan.allowed)
    for name in ("compliance", "paid_row"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert (one.profiles, one.told) == (other.profiles, other.told)
    assert [choice.names for choice in one.choices] == [choice.names for choice in other.choices]
    for mine, its in zip(one.merged, other.merged, strict=True):
        assert all(map(np.array_equal, (mine.at, *mine.whole.first), (its.at, *its.whole.first)))
    assert (one.negotiation is None) == (other.negotiation is None)
    if one.negotiation is not None and other.negotiation is not None:
        assert np.array_equal(one.negotiation.hazard, other.negotiation.hazard)
        assert np.array_equal(one.negotiation.weights, other.negotiation.weights)
    for (party, matter), taken in other.columns.chosen.items():
        assert np.array_equal(one.columns.chosen[party, matter], taken)


def assert_same_numbers(numbers: Numbers | PublicNumbers, compiled: CompiledTreaty) -> None:
    """Numbers are those of a compiled treaty to the last bit, row by row."""
    game = compiled.game
    assert np.array_equal(numbers.discount, game.discount)
    assert numbers.structure.initial == game.initial
    if isinstance(numbers, Numbers):
        s = numbers.structure
        class_of = s.quotient.class_of
        assert np.array_equal(numbers.payoff[class_of], game.payoffs)
        law = csr_array((numbers.chance, s.law_state, s.law_start), shape=(len(s.law_start) - 1, game.n_states))
        assert_same_laws(law[s.law[class_of]], game.transition)
        assert np.array_equal(s.plan >= 0, compiled.compliance >= 0)
        fixed = s.plan >= 0
        assert np.array_equal(s.row[s.plan[fixed]], compiled.compliance[fixed])
        assert np.array_equal(np.searchsorted(s.start, s.plan[fixed], side="right") - 1, np.flatnonzero(fixed))
        return
    structure = numbers.structure
    assert np.array_equal(numbers.payoff, game.payoffs)
    assert_same_laws(law_of(structure.motion, numbers.chances, game.n_states), game.transition)
    assert np.array_equal(structure.plan, compiled.compliance)
    assert_same_signals(numbers, compiled)


def law_of(laws: Laws, chances: Floats, width: int) -> csr_array:
    """csr_array[rows, width]."""
    table = csr_array((chances[laws.chance], laws.state, laws.start), shape=(len(laws.start) - 1, width))
    return csr_array(table[laws.of_row])


def assert_same_laws(one: csr_array, other: csr_array) -> None:
    """The same entries, to the last bit."""
    for name in ("indptr", "indices", "data"):
        assert np.array_equal(getattr(one, name), getattr(other, name))


def assert_same_signals(numbers: PublicNumbers, compiled: CompiledTreaty) -> None:
    """The signals of a game are what is seen of the moves together with what is heard."""
    structure, game = numbers.structure, compiled.game
    assert game.monitoring is not None
    heard = law_of(structure.heard, numbers.said, structure.combinations).toarray()
    joint = (
        None
        if structure.joint is None or numbers.joint is None
        else law_of(structure.joint, numbers.joint, structure.combinations * game.n_states)
    )
    after = game.monitoring.next_law
    assert (joint is None) == (after is None)
    for s in range(game.n_states):
        rows, table = np.array(game.rows_of(s)), game.monitoring.table(s)
        if not table.shape[1]:
            continue
        kept = np.flatnonzero(heard[rows].any(axis=0))
        wanted = np.zeros_like(table)
        at = structure.seen[rows][:, None] * len(kept) + np.arange(len(kept))
        np.put_along_axis(wanted, at, heard[rows][:, kept], axis=1)
        assert np.array_equal(wanted, table)
        if joint is not None and after is not None:
            first = int(game.monitoring.pair_start[s])
            together = joint[rows].toarray().reshape(len(rows), structure.combinations, -1)
            for r in range(len(rows)):
                given = after[first + r * table.shape[1] + at[r]].toarray()
                assert np.allclose(given * wanted[r, at[r]][:, None], together[r, kept], rtol=0, atol=1e-15)
