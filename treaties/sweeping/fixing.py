"""The inverse question: what is the smallest change of one term that makes full compliance hold, or breaks it?

Each term is moved by itself, all others as in the text.  Its range is scanned first; the flip nearest to the text is
then narrowed by bisection, and both its sides are proved in exact arithmetic.  Islands that are narrower than the
distance between two values tried are not excluded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from games.model.stochastic_game import GameError
from games.numerics.progress import Progress
from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.model.treaty import Treaty
from treaties.sweeping.draws import Shape
from treaties.sweeping.judging import DesignJudge
from treaties.sweeping.levers import Lever, chosen, levers
from treaties.sweeping.moves import Fixed, Moved
from treaties.sweeping.places import Moving
from treaties.sweeping.plan import sweep_plan
from treaties.sweeping.proved_search import ProvedSearch, Text, firm
from treaties.sweeping.share_fixing import fix_in_worlds
from treaties.sweeping.two_terms import pairs_of
from treaties.sweeping.workers import each_of


def fix(
    treaty: Treaty,
    *,
    terms: Sequence[str] = (),
    margin: float = 0.0,
    facts: bool = False,
    worlds: int | None = None,
    share: float = 0.9,
    seed: int = 0,
    shape: Shape = "triangular",
    spread: float | None = None,
    two: bool = False,
    budget: float | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Fixed:
    """How far each term of a treaty has to be moved for full compliance to hold; if it holds, until it breaks.

    ``terms``    paths of the terms to move; none for all that negotiators write.
    ``margin``   what compliance is to withstand, in payoff units once; above 0 answers rest on margins as they are
                 computed, and what is proved is only that compliance holds, or does not.
    ``facts``    move the numbers of the world as well.
    ``worlds``   ask that it hold in a ``share`` of so many worlds, drawn as by ``sweep`` (``seed``, ``shape``,
                 ``spread``): computed, not proved.  None: in the text's own numbers.
    ``two``      also change two terms together, where the text does not hold and neither of them alone needs less;
                 ``budget`` seconds after which no pair of them is begun any more.
    ``workers``  processes.
    Raises ``ValueError`` if a path leads to no term that can be moved, no number varies between worlds, or two terms
    together are to be moved in many worlds; ``GameError`` if the treaty is no game.
    """
    if not (math.isfinite(margin) and margin >= 0):
        raise ValueError(f"the margin wanted is an amount of 0 or more, got {margin:g}")
    judge = DesignJudge(treaty, Design(AS_IT_STANDS), {})
    if judge.problem:
        raise GameError(judge.problem)
    known, skipped = levers(treaty, facts=facts)
    wanted = chosen(treaty, tuple(terms), facts=facts) if terms else known
    if worlds is not None:
        if two:
            raise ValueError("two terms together are moved in the text's own numbers; leave out the worlds, or the two")
        plan = sweep_plan(treaty, worlds, seed=seed, shape=shape, designs=[Design(AS_IT_STANDS)], spread=spread)
        return fix_in_worlds(plan, wanted, {} if terms else skipped, share, margin, workers, progress)
    text = Text(treaty, margin, firm(judge, {}, judge.judge({}), margin))
    moved = each_of(partial(_move, text), {lever.path: lever for lever in wanted}, workers, progress)
    ranked = sorted(moved, key=lambda one: one.share)
    pairs = pairs_of(text, moved, budget, workers, progress) if two and text.verdict != "yes" else None
    return Fixed(treaty, text.outcome, text.verdict, margin, tuple(ranked), {} if terms else skipped, pairs=pairs)


def _move(text: Text, lever: Lever) -> Moved:
    return ProvedSearch(text, lever, Moving(text.treaty, (lever,)), text.outcome).moved()
