"""Search for a proof that a plan is on the path of no equilibrium at stated priors, whatever kind the equilibrium is.

Who leaves the plan names what it does from then on.  Tried are the replies that are best, in floating point, against
every profile of the others' types where those among them who choose do what is worst; the proof is checked exactly.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product

import numpy as np

from games.certificates.typed.opponents import Memories, Opponents, Place, allowed_rows, profiles_of_others
from games.certificates.typed.shortfall import TrustShortfall, kept_memories, leaving_actions, unfit_for_shortfall
from games.model.plan import Plan
from games.model.typed_game import TypedGame
from games.numerics.arrays import Floats, Ints

MOST_REPLIES = 12
"""So many plans of a deviator are tried, those against profiles with few rules first."""
MOST_ROUNDS = 5000
CLOSE = 1e-12
"""Replies are taken for best when their values move by less, relative to the largest payoff."""


def shortfall_of(typed: TypedGame, plan: Plan, player: int | None = None) -> TrustShortfall | None:
    """A proof, checked, that no equilibrium keeps to a plan as long as everybody has; None if none is found.

    ``player``  who leaves the plan; None: whoever does so earliest.

    None also where the argument does not carry (``unfit_for_shortfall`` says why).  The proof names the earliest place
    on the path at which leaving pays.
    """
    if unfit_for_shortfall(typed):
        return None
    histories = _histories(typed, plan)
    found = [proof for i in range(typed.game.n_players) if player in (None, i) for kind in typed.strategic(i)
             if typed.prior[i][kind] and (proof := _shortfall(typed, plan, i, kind, histories))]
    proof = min(found, key=lambda one: len(one.history), default=None)
    return proof if proof is not None and proof.check(typed).accepted else None


def _histories(typed: TypedGame, plan: Plan) -> list[tuple[int, ...]]:
    """Histories of states that play surely may come along while all keep to the plan, one per public situation."""
    game = typed.game
    everybody = [Opponents(typed, -1, kinds) for kinds in product(*(range(len(types)) for types in typed.types))]
    first: tuple[Memories | None, ...] = tuple(one.start for one in everybody)
    seen = {(game.initial, first)}
    waiting: deque[tuple[tuple[int, ...], tuple[Memories | None, ...]]] = deque([((game.initial,), first)])
    out = []
    while waiting:
        history, memories = waiting.popleft()
        out.append(history)
        rows = allowed_rows(plan, history[-1])
        if len(rows) > 1:
            continue
        after = tuple(None if m is None or one.obeyed(rows[0], m) != rows[0] else one.after(rows[0], m)
                      for one, m in zip(everybody, memories, strict=True))
        for state in game.exact_transition(rows[0]):
            if (state, after) not in seen:
                seen.add((state, after))
                waiting.append(((*history, state), after))
    return out


def _shortfall(
    typed: TypedGame, plan: Plan, player: int, kind: int, histories: Sequence[tuple[int, ...]]
) -> TrustShortfall | None:
    """The proof with the shortest history in which this type leaves the plan."""
    profiles = [others for kinds in profiles_of_others(typed, player, kind)
                if (others := Opponents(typed, player, kinds)).chance]
    places: list[list[Place | None]] = [
        [None if (m := kept_memories(others, plan, history)) is None else (history[-1], m) for history in histories]
        for others in profiles]
    keeps = [others.most_kept(plan, {p for p in mine if p}) for others, mine in zip(profiles, places, strict=True)]
    leaves = [(k, action) for k, history in enumerate(histories)
              for action in leaving_actions(plan, player, history[-1])]
    best: tuple[int, int, Ints] | None = None
    for safe in _replies(profiles):
        gain = [Fraction(0)] * len(leaves)
        for others, mine, kept in zip(profiles, places, keeps, strict=True):
            alive = [(n, place, action) for n, (k, action) in enumerate(leaves) if (place := mine[k])]
            least = others.least_leaving(plan, [(place, action) for _, place, action in alive], safe)
            for (n, place, _), worth in zip(alive, least, strict=True):
                gain[n] += others.chance * (worth - kept[place])
        pays = next((n for n, x in enumerate(gain) if x > 0), None)
        if pays is not None and (best is None or pays < best[0]):
            best = pays, leaves[pays][1], safe
    if best is None:
        return None
    history = histories[leaves[best[0]][0]]
    return TrustShortfall(typed.digest, plan.to_json(), player, kind, history, best[1], best[2])


def _replies(profiles: Sequence[Opponents]) -> Iterator[Ints]:
    """Own actions Int[states] to follow after leaving, all different."""
    seen: set[bytes] = set()
    for others in sorted(profiles, key=lambda one: len(one.rules)):
        for reply in _best_replies(others):
            if len(seen) < MOST_REPLIES and reply.tobytes() not in seen:
                seen.add(reply.tobytes())
                yield reply


def _best_replies(others: Opponents) -> Iterator[Ints]:
    """Per memories of the rules, what is best against a profile whose types that choose do what is worst."""
    game, player = others.game, others.player
    rules = list(others.rules.items())
    memories = list(product(*(range(len(rule.memories)) for _, rule in rules)))
    own = others.typed.types[player][others.kinds[player]].payoffs
    pays: Floats = game.payoffs[:, player] if own is None else own.astype(np.float64)
    group = np.unique(np.stack([game.row_state, game.own_action[:, player]]), axis=1, return_inverse=True)[1].ravel()
    order = np.argsort(group, kind="stable")
    cuts = np.flatnonzero(np.diff(group[order], prepend=-1))
    state_cuts = np.concatenate([[0], np.cumsum(game.action_counts[:, player])[:-1]])
    open_rows = np.ones((len(memories), game.n_rows), dtype=bool)
    after = np.zeros((len(memories), game.n_rows), dtype=np.int64)
    for k, m in enumerate(memories):
        for (j, rule), x in zip(rules, m, strict=True):
            open_rows[k] &= game.own_action[:, j] == rule.action[x][game.row_state]
            after[k] = after[k] * len(rule.memories) + rule.next_memory[x]
    values: Floats = np.zeros((len(memories), game.n_states))
    brings: Floats = np.zeros((len(memories), len(cuts)))
    delta, rows = float(others.discount), np.arange(game.n_rows)
    scale = max(1.0, float(np.abs(pays).max()))
    for _ in range(MOST_ROUNDS):
        ahead = np.asarray(game.transition @ values.T)
        worth = np.where(open_rows, pays + delta * ahead[rows, after], np.inf)
        brings = np.minimum.reduceat(worth[:, order], cuts, axis=1)
        new = np.maximum.reduceat(brings, state_cuts, axis=1)
        moved = float(np.abs(new - values).max())
        values = new
        if moved <= CLOSE * scale:
            break
    for mine in brings:
        yield np.array([int(np.argmax(part)) for part in np.split(mine, state_cuts[1:])], dtype=np.int64)
