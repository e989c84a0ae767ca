r"""Games and answers as tables: data frames, LaTeX, HTML, and one line of words.

>>> from games import stage_game
>>> from games.tables import latex_of
>>> print(latex_of(stage_game([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]])))
\begin{tabular}{lcc}
\toprule
 & b0 & b1 \\
\midrule
a0 & $2, 2$ & $-1, 3$ \\
a1 & $3, -1$ & $0, 0$ \\
\bottomrule
\end{tabular}
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from games.tables.frames import frame_of
    from games.tables.latex import latex_of, tabular
    from games.tables.pages import html_of
    from games.tables.words import in_short
else:
    from games.numerics.lazy_names import lazy_names

    __getattr__, __dir__ = lazy_names(__name__, {
        "games.tables.frames": ("frame_of",),
        "games.tables.latex": ("latex_of", "tabular"),
        "games.tables.pages": ("html_of",),
        "games.tables.words": ("in_short",),
    })

__all__ = ["frame_of", "html_of", "in_short", "latex_of", "tabular"]
