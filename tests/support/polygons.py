"""Convex polygons of every shape that kernels must cope with, and their supports, which tell two of them apart."""

from __future__ import annotations

import numpy as np

from games.numerics.arrays import Floats
from games.numerics.polygons import hull_of

SHAPES = {
    "point": [[0.2, 0.3]],
    "level segment": [[0.0, 0.0], [1.0, 0.0]],
    "upright segment": [[0.5, 0.0], [0.5, 1.0]],
    "falling segment": [[1.0, 0.0], [0.0, 1.0]],
    "triangle": [[0.0, 0.0], [1.0, 0.0], [0.3, 0.8]],
    "square": [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]],
    "octagon": [[np.cos(t), np.sin(t)] for t in np.arange(8) * np.pi / 4],
}


def directions(count: int = 180) -> Floats:
    angle = np.arange(count) * 2 * np.pi / count
    return np.column_stack([np.cos(angle), np.sin(angle)])


def supports(polygon: Floats) -> Floats:
    return np.asarray((polygon @ directions().T).max(axis=0))


def polygon(name: str) -> Floats:
    return hull_of(np.array(SHAPES[name]))
