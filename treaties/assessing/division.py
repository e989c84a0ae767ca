"""How the gains are divided before a stake is sunk and after it, where the parties may talk again: hold-up.

Before, a party that does not agree is left with what it has without the treaty.  Afterwards the treaty binds: all
obligations are kept, and all that a party can threaten with is to use its rights, as far as that is credible.  So the
game is cut down to what full compliance allows, rights used at will included, and solved for what negotiation brings in
it; what a right is worth in those talks is what its holder gets beyond what the text gives it.  A right that is used
for nothing else may so take part of what others have sunk, and who expects that may not sink it.

Sources: Klein, Crawford and Alchian (1978); Grossman and Hart (1986); Hart and Moore (1988) for hold-up; Goldlücke and
Kranz (2023) for negotiation that comes again, with punishment payoffs as threats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.sparse import diags_array, eye_array
from scipy.sparse.linalg import spsolve

from games.model.plan import Plan
from games.model.restricted_game import restricted_game
from games.numerics.arrays import Bools, Floats
from games.play.markov_play import MarkovPlay
from games.solvers.relational_transfers import RelationalTransfers
from games.solvers.repeated_negotiation import RepeatedNegotiation
from games.solvers.verdict import Undecided
from treaties.assessing.answers import Version
from treaties.assessing.ladder import certificate_note
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import SunkStake
from treaties.findings.rights import Division, Worth

NOT_SUNK = "full compliance never comes to a situation in which all is sunk"
NOT_PROVED = "what the talks bring could not be proved"


def divisions(versions: Sequence[Version]) -> tuple[Division, ...]:
    """Of the file's text and its variants; empty unless some of them has a stake, payments, and rights at will.

    A version without payments or without a stake has nothing to divide anew and is left out.
    """
    told = [version for version in versions if _divides(version.compiled)]
    if not any(version.compiled.open_rights for version in told):
        return ()
    return tuple(division(version) for version in told)


def _divides(compiled: CompiledTreaty) -> bool:
    """Whether parties that have sunk a stake could talk about how to go on."""
    pays = (
        compiled.game.transfers == "voluntary"
        and RelationalTransfers().accepts(compiled.with_discount(float(compiled.game.discount.min())).game) is None
    )
    return pays and bool(compiled.context.all_said(SunkStake))


def division(version: Version) -> Division:
    """Of one version in which payments are voluntary, at the lowest of the parties' discount factors."""
    factors = version.alike(version.common_factors[0][1])
    compiled = version.at(factors, "voluntary")
    game, ids = compiled.game, compiled.game.players
    judgement = version.judged(factors, "voluntary").judgement
    rule = compiled.negotiation
    # Who signs nothing does not sit at the table.
    table = np.array([party.signatory for party in version.treaty.parties])
    weights = table / table.sum() if rule is None else rule.weights
    # As written is compliance with rights used only as pays their holders by itself, without any talks.
    kept = MarkovPlay(game, np.where(compiled.unused >= 0, compiled.uses[0], game.row_start[:-1]))
    written, start = kept.values(), game.initial
    outside = np.array([party.outside_option.value for party in version.treaty.parties])
    least = Division(
        name="" if version.variant is None else version.variant.name,
        verdict=judgement.verdict,
        margin=judgement.margin,
        discount=factors[0],
        weights=_by(ids, weights),
        reviews=() if rule is None else rule.articles,
        stakes=_stakes(compiled),
        year=0,
        outside=_by(ids, outside),
        before=_by(ids, outside + weights * (written[start].sum() - outside.sum())),
        written=_by(ids, written[start]),
    )
    sunk = _sunk(compiled) & (kept.arrival(start) >= 0)
    if not sunk.any():
        return replace(least, detail=NOT_SUNK)
    period = int(kept.arrival(start)[sunk].min())
    # Of the situations in which that may be so the likeliest is told.
    chance = np.where(sunk, kept.occupation(start, period + 1)[period], -1.0)
    state = int(np.argmax(chance.round(12)))
    least = replace(least, year=period + 1, written=_by(ids, written[state]))
    if rule is None:
        return replace(least, after=least.written, expected=_by(ids, written[start]))
    return _negotiated(least, compiled, kept, rule.hazard, weights, state)


def _negotiated(
    least: Division, compiled: CompiledTreaty, kept: MarkovPlay, hazard: Floats, weights: Floats, state: int
) -> Division:
    """The same with what talks bring where they may be held, if that can be proved."""
    game, ids = compiled.game, compiled.game.players
    lawful = restricted_game(compiled.plan)
    method = RepeatedNegotiation(
        negotiation_hazard=hazard.tolist(), bargaining_weights=weights.tolist(), method="exact"
    )
    solution = method.solve(lawful)
    verdict = solution.verdict(Plan.free(lawful))
    if isinstance(verdict, Undecided):
        return replace(least, detail=verdict.reason)
    note = certificate_note(verdict.certificate, verdict.report or verdict.certificate.check(lawful))
    if not note.checked:
        return replace(least, detail=NOT_PROVED)
    after = solution.negotiated_payoffs
    return replace(
        least,
        threat=_by(ids, solution.punishment_payoffs[state]),
        after=_by(ids, after[state]),
        expected=_by(ids, _expected(kept, hazard, after)[game.initial]),
        certificate=note,
    )


def _expected(kept: MarkovPlay, hazard: Floats, after: Floats) -> Floats:
    """Float[states, parties]: what play as written is worth if talks come, as chance has it, from then on."""
    game = kept.game
    out = kept.values()
    settled = np.where(hazard[:, None] > 0, after, 0.0)
    for i in range(game.n_players):
        factor = float(game.discount[i])
        # On arrival in a state talks take the place of what was to follow, with the chance of the state.
        today = (1 - factor) * game.payoffs[kept.rows, i] + factor * (kept.law @ (hazard * settled[:, i]))
        ahead = eye_array(game.n_states) - factor * (kept.law @ diags_array(1 - hazard))
        out[:, i] = spsolve(ahead.tocsc(), today)
    return out


def _sunk(compiled: CompiledTreaty) -> Bools:
    """Bool[states]: where all that clauses ask for has been sunk and the treaty is in force."""
    columns = compiled.state_columns
    sunk = columns.in_force.copy()
    for stake in compiled.context.all_said(SunkStake):
        sunk &= columns.code(stake.variable) == len(columns.values[stake.variable]) - 1
    return sunk


def _stakes(compiled: CompiledTreaty) -> Worth:
    stakes = dict.fromkeys(compiled.game.players, 0.0)
    for stake in compiled.context.all_said(SunkStake):
        for party, amount in stake.amounts:
            stakes[party] += amount
    return stakes


def _by(ids: Sequence[str], values: Floats) -> Worth:
    return dict(zip(ids, (float(value) for value in values), strict=True))
