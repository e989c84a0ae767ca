"""Laws of layers put together."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from treaties.compiling.layers import lead_to


def test_laws_that_are_put_together_stay_as_they_were() -> None:
    """Columns that change their order are sorted: in the result, and not in what it was made of."""
    laws = csr_array((np.array([0.25, 0.75, 1.0]), np.array([0, 2, 1]), np.array([0, 2, 3])), shape=(2, 3))
    lump_of = np.array([1, 0, 0])
    for _ in range(2):
        assert lead_to(laws, lump_of, 2).toarray().tolist() == [[0.75, 0.25], [1.0, 0.0]]
    assert laws.toarray().tolist() == [[0.25, 0.0, 0.75], [0.0, 1.0, 0.0]]
