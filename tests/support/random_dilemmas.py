"""Random treaties of two parties and one dilemma, for laws that hold in all of them."""

from __future__ import annotations

import numpy as np

from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text


def dilemma(seed: int, *clauses: str, leave: bool = True, event: bool = False) -> Treaty:
    """Parties A and B with patience, outside options and a dilemma on ``trade`` drawn from a seed, under some clauses.

    Alone in breach pays most, then that all comply, then that nobody does; alone in compliance pays least.
    ``leave``  whether a party can leave at will; ``event`` adds a `shock` in which complying costs A more.
    """
    draw = np.random.default_rng(seed)
    amounts = dict(zip("AB", draw.uniform([0.3, 1, 0.5, 0.5, -2], [0.9, 6, 4, 3, 0.5], (2, 5)).round(2), strict=True))
    lines = ['schema = "servanda-treaty/1"', f'title = "Dilemma {seed}"', 'payoff_unit = "points per year"']
    lines.append(f"exit = {str(leave).lower()}")
    for party, (discount, *_, outside) in amounts.items():
        lines += [
            "[[party]]",
            f'id = "{party}"',
            f'name = "{party}"',
            f"discount = {discount}",
            f"outside_option = {outside}",
        ]
    if event:
        enter, stay, cost = draw.uniform([0.1, 0.1, 0.2], [0.6, 0.8, 1.5]).round(2)
        lines += ["[[event]]", 'id = "shock"', f"enter = {enter}", f"stay = {stay}"]
        lines.append(f"cost_of_complying = {{ A = {cost}, B = 0 }}")
    lines += ["[[matter]]", 'id = "trade"']
    for name, of in (
        ("reward", lambda r, more, less: r),
        ("temptation", lambda r, more, less: r + more),
        ("sucker", lambda r, more, less: -less),
        ("punishment", lambda r, more, less: 0.0),
    ):
        told = ", ".join(f"{p} = {of(*amounts[p][1:4]):.2f}" for p in amounts)
        lines.append(f"{name} = {{ {told} }}")
    text = "\n".join(lines) + "\n"
    return read_treaty_text(text + "".join(f"[[provision]]\n{clause}\n" for clause in clauses), "t.toml")
