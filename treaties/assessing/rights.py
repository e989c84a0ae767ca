"""What use is made of rights that may be used at will, and what it is worth."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from games.certificates.automata.no_profitable_deviation import NoProfitableDeviation
from games.certificates.transfers.plan import TransferPlan
from games.model.plan import Plan
from games.model.strategy_automaton import StrategyAutomaton, surely
from games.numerics.arrays import Ints
from games.play.markov_play import MarkovPlay
from treaties.assessing.answers import Version
from treaties.compiling.at_will import lawful_best_replies
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.provenance import deviation_in_words, situation
from treaties.findings.records import Transfers
from treaties.findings.rights import RightsUsed, RightUsed


def rights_used(text: Version, transfers: Transfers) -> RightsUsed | None:
    """Of a text at the first of its settings; None where the plan leaves no right to its holder.

    The use is that of the plan of payments which proves that compliance holds; without payments ``Credibility.use``
    where that holds, else what the proof plays while nobody deviates, where that is Markov play.
    """
    compiled = text.at(text.settings(transfers)[0][1], transfers)
    if not compiled.open_rights:
        return None
    signatories = {party.id for party in text.treaty.signatories}
    rows, found = played(text, compiled, transfers)
    free = compiled.game.row_start[:-1]
    play = MarkovPlay(compiled.game, np.where(rows >= 0, rows, free))
    idle = MarkovPlay(compiled.game, np.where(compiled.unused >= 0, _unused(compiled, signatories), free))
    start, ids = compiled.game.initial, compiled.game.players
    rights = tuple(right for right in _rights(compiled, rows, play.reached(start)) if right.party in signatories)
    return None if not rights else RightsUsed(
        rights,
        found,
        dict(zip(ids, play.values()[start].tolist(), strict=True)),
        dict(zip(ids, idle.values()[start].tolist(), strict=True)),
    )  # fmt: skip


def _unused(compiled: CompiledTreaty, signatories: Collection[str]) -> Ints:
    """Int[states]: full compliance in which no signatory uses a right, and third parties choose as pays them."""
    if len(signatories) == compiled.game.n_players:
        return compiled.unused
    game, fixed = compiled.game, compiled.unused
    bound = [i for i, party in enumerate(game.players) if party in signatories]
    there = fixed[game.row_state]
    same = np.all(game.own_action[:, bound] == game.own_action[there][:, bound], axis=1)
    return lawful_best_replies(Plan(game, compiled.plan.allowed & (same | (there < 0))), fixed)


def played(text: Version, compiled: CompiledTreaty, transfers: Transfers) -> tuple[Ints, bool]:
    """Int[states]: the rows that are told, -1 where anything goes, and whether an equilibrium is known to play them."""
    factors = text.settings(transfers)[0][1]
    judgement = text.judged(factors, transfers).judgement
    if transfers == "voluntary":
        note = judgement.certificate
        evidence = None if note is None else note.evidence
        if isinstance(evidence, TransferPlan):
            rows = compiled.uses[0].copy()
            for cell in evidence.cells:
                if cell.path is not None:
                    rows[cell.state] = cell.path
            return rows, True
        return compiled.uses[0], False
    credible = text.credible(factors)
    holds = compiled.seen is None and credible.margin is not None and credible.margin >= 0
    if judgement.verdict == "sustainable" and not holds and judgement.certificate is not None:
        proof = judgement.certificate.proof
        kept = _path(compiled, proof.automaton) if isinstance(proof, NoProfitableDeviation) else None
        if kept is not None:
            return kept, True
    return credible.use, judgement.verdict == "sustainable" and holds


def _path(compiled: CompiledTreaty, automaton: StrategyAutomaton) -> Ints | None:
    """Int[states]: what is played while nobody deviates, -1 where play never comes; None if that is not Markov play."""
    game = compiled.game
    mode = automaton.initial[0][0]
    rows = np.full(game.n_states, -1, dtype=np.int64)
    waiting = [game.initial]
    while waiting:
        state = waiting.pop()
        if rows[state] >= 0:
            continue
        cell = automaton.cells[mode, state]
        ahead = list(game.exact_transition(cell.row)) if cell.row >= 0 else []
        if not ahead or any(cell.continuation(after) != surely(mode) for after in ahead):
            return None
        rows[state] = cell.row
        waiting += ahead
    return rows if automaton.initial == surely(mode) else None


def _rights(
    compiled: CompiledTreaty, rows: Ints, reached: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[RightUsed]:
    """Every right that a reached situation has, in the order of parties and of the game."""
    game, allowed = compiled.game, compiled.plan.allowed
    there: dict[tuple[int, str, str], list[tuple[int, bool]]] = {}
    for state in np.flatnonzero(reached & (rows >= 0) & (compiled.unused >= 0)).tolist():
        idle = int(compiled.unused[state])
        for i in range(game.n_players):
            for row in game.deviation_rows(idle, i):
                changed = [taken for taken in compiled.columns.chosen.values() if taken[row] != taken[idle]]
                # Two rights used at once are told one by one.
                if allowed[row] and len(changed) == 1:
                    said = deviation_in_words(compiled, idle, row, i)
                    used = bool(changed[0][row] == changed[0][rows[state]])
                    there.setdefault((i, said.words, said.article), []).append((state, used))
    return [
        RightUsed(
            game.players[i],
            words,
            article,
            tuple(dict.fromkeys(situation(compiled, state) or "as at signature" for state, used in found if used)),
            len(found),
        )
        for (i, words, article), found in there.items()
    ]
