"""Texts of tiny random treaties: two parties, dilemmas in which mutual breach is the only equilibrium of a year."""

from __future__ import annotations

import numpy as np

from treaties.assessing.answers import Answers
from treaties.findings.records import Judgement
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text

SEEDS = range(8)
"""Enough of them that a law which is wrong is found out."""


def dilemma(rng: np.random.Generator, matter: str = "trade") -> str:
    """A block of a matter with T > R > P > S for both parties, in steps of a tenth."""
    rows: dict[str, list[float]] = {"reward": [], "temptation": [], "sucker": [], "punishment": []}
    for _ in range(2):
        punishment = rng.integers(-10, 11)
        reward = punishment + rng.integers(1, 31)
        rows["punishment"].append(punishment / 10)
        rows["reward"].append(reward / 10)
        rows["temptation"].append((reward + rng.integers(1, 31)) / 10)
        rows["sucker"].append((punishment - rng.integers(1, 21)) / 10)
    lines = "".join(f"{name} = {{ A = {a:g}, B = {b:g} }}\n" for name, (a, b) in rows.items())
    return f'[[matter]]\nid = "{matter}"\n{lines}'


def head(rng: np.random.Generator, *, can_leave: bool = False, outside: tuple[float, float] = (0.0, 0.0)) -> str:
    """The head of a treaty of two parties with random discount factors."""
    parties = "".join(
        f'[[party]]\nid = "{name}"\nname = "{name}"\ndiscount = {rng.integers(4, 19) / 20:g}\n'
        f"outside_option = {option:g}\n"
        for name, option in zip("AB", outside, strict=True)
    )
    exit_ = f"exit = {str(can_leave).lower()}"
    text = f'schema = "servanda-treaty/1"\ntitle = "t"\npayoff_unit = "points per year"\n{exit_}\n'
    return text + parties


def treaty(text: str, *clauses: str) -> Treaty:
    """The treaty of a text with clauses, each given as the lines of its block."""
    return read_treaty_text(text + "".join(f"[[provision]]\n{clause}\n" for clause in clauses), "t.toml")


def judged(text: Treaty) -> Judgement:
    """What is found of full compliance under any credible punishment, without side payments."""
    return Answers(text).text.verdict("none")


def margin(text: Treaty) -> float:
    """The margin of that."""
    found = judged(text).margin
    assert found is not None
    return found
