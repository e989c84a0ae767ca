"""Machine code that is cached is used without making ready to compile."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.command_line import ROOT

CALL = """
import sys
import numpy as np
from games.numerics.polygons import convex_hull
points = np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 0.5], [0.0, 2.0]])
print(convex_hull(points, 4, np.empty((5, 2))), "numba.typed.typedlist" in sys.modules)
"""


def test_cached_machine_code_runs_without_the_compiler() -> None:
    told = [
        subprocess.run([sys.executable, "-c", CALL], env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=ROOT, check=True,
                       capture_output=True, text=True).stdout.split()
        for _ in range(2)
    ]  # fmt: skip
    assert told[1] == [told[0][0], "False"]
