"""Random coalitional games for hypothesis: small worths, so that ties and degenerate cases are common."""

from __future__ import annotations

from hypothesis import strategies as st


@st.composite
def coalitional_games(draw: st.DrawFn, most: int = 4, largest: int = 6) -> tuple[int, list[int]]:
    """Players and a table of worths."""
    n = draw(st.integers(1, most))
    return n, [0, *draw(st.lists(st.integers(-2, largest), min_size=2**n - 1, max_size=2**n - 1))]


@st.composite
def convex_games(draw: st.DrawFn, most: int = 5) -> tuple[int, list[int]]:
    """Convex games: weights of the coalitions that a coalition holds, at least 0 from two players on (Shapley 1971)."""
    n = draw(st.integers(1, most))
    dividends = [
        draw(st.integers(0, 5) if k.bit_count() > 1 else st.integers(-5, 5)) if k else 0 for k in range(2**n)
    ]
    return n, [sum(dividends[part] for part in range(2**n) if part & k == part) for k in range(2**n)]
