"""Worlds drawn from the ranges of a treaty's numbers.

Each quantity's column comes from a stream of its own, keyed by its path and the seed: a clause that is added brings new
columns and leaves all others as they were, so that designs are compared in the same worlds.  Quantities are drawn
independently of one another.

Sources: McKay, Beckman and Conover (1979) for Latin hypercubes; Sobol (1967) and Owen (1995) for scrambled nets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, final

import numpy as np

from games.numerics.arrays import Floats
from treaties.model.treaty import Treaty

Sampling = Literal["latin", "sobol", "independent"]
Shape = Literal["triangular", "uniform"]

SCRAMBLES = 8
"""Independent scrambles of a net: their spread is its sampling error."""

NET_DIMENSIONS = 512
"""Dimensions of a net; each path has one of its own whatever other paths there are."""
BLOCK = 1024


@final
@dataclass(frozen=True)
class Span:
    """A quantity that varies: its path, its value in the text, and the ends of its range."""

    path: str
    value: float
    low: float
    high: float

    def at(self, shares: Floats, shape: Shape) -> Floats:
        """Values at some shares of the distribution: triangular about a value within the range, else uniform."""
        width = self.high - self.low
        if shape == "triangular" and self.low < self.value < self.high:
            from scipy.stats import triang  # here, because it takes long to load and most commands draw nothing

            shares = triang.ppf(shares, (self.value - self.low) / width)
        return np.clip(self.low + width * shares, self.low, self.high)


def left_to_worlds(text: Treaty, design: Treaty, spans: Mapping[str, Span]) -> tuple[str, ...]:
    """The quantities that vary in a design: those that it has and leaves as the text has them.

    What a design gives a value of its own has this value in every world.
    """
    kept = {(n.path, n.value, n.low, n.high) for n in text.numbers()}
    kept &= {(n.path, n.value, n.low, n.high) for n in design.numbers()}
    paths = {path for path, *_ in kept}
    return tuple(path for path in spans if path in paths)


@final
@dataclass(frozen=True)
class Draws:
    """How worlds are drawn.

    ``worlds``  how many; with nets a multiple of the number of scrambles.
    """

    worlds: int
    seed: int
    sampling: Sampling = "latin"
    shape: Shape = "triangular"

    def __post_init__(self) -> None:
        if self.worlds < 1:
            raise ValueError(f"needs at least one world, got {self.worlds}; ask for 1000, say")
        if self.sampling == "sobol" and self.worlds % SCRAMBLES:
            raise ValueError(
                f"nets are scrambled {SCRAMBLES} times, and {self.worlds} worlds cannot be shared out among them; "
                f"ask for {max(self.worlds // SCRAMBLES, 1) * SCRAMBLES}"
            )

    def columns(self, spans: Mapping[str, Span]) -> dict[str, Floats]:
        """Float[worlds] by path."""
        shares = self._net(spans) if self.sampling == "sobol" else {path: self._column(path) for path in spans}
        return {path: span.at(shares[path], self.shape) for path, span in spans.items()}

    def _column(self, path: str) -> Floats:
        stream = np.random.default_rng(_number(path, self.seed))
        if self.sampling == "latin":
            from scipy.stats import qmc

            return np.asarray(qmc.LatinHypercube(d=1, rng=stream).random(self.worlds)[:, 0])
        return stream.random(self.worlds)

    def _net(self, paths: Mapping[str, Span]) -> dict[str, Floats]:
        from scipy.stats import qmc

        place = _places(paths)
        columns = list(place.values())
        blocks = []
        for scramble in range(SCRAMBLES):
            net = qmc.Sobol(d=NET_DIMENSIONS, rng=np.random.default_rng([self.seed, scramble]))
            left = self.worlds // SCRAMBLES
            while left:
                some = min(left, BLOCK)
                # Whole blocks, of which the last may be cut: nets are balanced over powers of two.
                blocks.append(net.random(BLOCK)[:some, columns])
                left -= some
        table = np.concatenate(blocks)
        return {path: table[:, k] for k, path in enumerate(place)}


def _places(paths: Mapping[str, Span]) -> dict[str, int]:
    """A dimension for each path: the one that its name stands for, or the next that is free."""
    taken: dict[int, str] = {}
    for path in sorted(paths):
        k = _number(path) % NET_DIMENSIONS
        while k in taken:
            k = (k + 1) % NET_DIMENSIONS
        taken[k] = path
    return {path: k for k, path in taken.items()}


def _number(*key: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:16], "big")
