"""What comes of nobody seeing everything: mistakes and what they cost, flags on the innocent, how much to audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from games.model.identifiability import unseen
from games.numerics.progress import Progress
from games.play.markov_play import MarkovPlay
from treaties.assessing.answers import Answers, Version
from treaties.assessing.signal_size import CHEAP_ENTRIES, entries
from treaties.assessing.signal_verdicts import margin_and_joint, quick_best
from treaties.assessing.with_signals import stance
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.observation import hidden_parties
from treaties.compiling.provenance import named
from treaties.effects import Floats, Ints
from treaties.findings.records import Transfers
from treaties.findings.signals import CoveragePoint, CoverageScan, MonitoringReport, SignalNote
from treaties.model.treaty import Treaty
from treaties.reading.variants import with_terms

STEP, COARSE_STEP, TOLERANCE = 0.05, 0.25, 0.001
FEASIBLE_ENTRIES = 300_000
"""Tables of signals by rows with more entries are not scanned; those with more than ``CHEAP_ENTRIES`` on the coarse
grid, or, without side payments, not at all."""
CERTAIN = 1e-12
"""Chances below this are rounding."""
PAYS = 1e-9
"""Gains in joint payoff below this, relative to the payoff range, do not count."""

FINES = (
    "With side payments a party that is flagged pays, and the best equilibrium goes on as before: cooperation never "
    "stops for a phase of punishment, because punishments are payments.  A fine is due at the earliest when somebody "
    "is flagged."
)
FOR_EVER = (
    "Full compliance means that all go on complying after everything that compliance itself may bring about, flags on "
    "the innocent included.  Where a flag can always be a mistake, nobody can then be punished for one without side "
    "payments, so that a treaty at its best punishes now and then and returns."
)


def report(
    answers: Answers, kind: Transfers, *, also: bool, scan: bool, progress: Progress
) -> MonitoringReport:
    """The report on a treaty with signals, judged with or without side payments.

    ``also``  judge it with the other kind of payments as well, if the game is not too large to be solved twice.
    ``scan``  also look for the coverage of audits that is needed and the one that still pays.
    """
    text = answers.text
    compiled, complying = text.compiled, text.credible(text.own).compliance
    found = [(label, text.judged(factors, kind)) for label, factors in text.settings(kind)]
    if also and entries(compiled) <= FEASIBLE_ENTRIES:
        other: Transfers = "none" if kind == "voluntary" else "voluntary"
        found += [(label, text.judged(factors, other)) for label, factors in text.settings(other)]
    stances = tuple(stance(one, label) for label, one in found)
    notes = []
    if kind == "voluntary":
        notes.append(FINES)
    if any(one.transfers == "none" and one.solver for one in stances):
        notes.append(FOR_EVER)
    notes += unseen_words(compiled, complying.rows)
    coverage = None
    if scan and any(clause.how_often for clause in compiled.treaty.provisions):
        large = entries(compiled) > (FEASIBLE_ENTRIES if kind == "voluntary" else CHEAP_ENTRIES)
        if large or not stances[0].solver:
            why = "the game is too large" if large else "no method solves the game"
            notes.append(f"How much to audit was not sought: {why}.")
        else:
            coverage = coverage_scan(text, kind, progress)
    after, chance = until_flag(compiled, complying.rows)
    return MonitoringReport(
        signals=tuple(_signal_notes(compiled)),
        unseen=tuple(matter.id for matter in compiled.treaty.matters if hidden_parties(compiled.treaty, matter)),
        compliance=float(complying.values()[compiled.game.initial].sum()),
        stances=stances,
        flagged_after=after,
        flag_chance=chance,
        coverage=coverage,
        notes=tuple(notes),
    )


def unseen_words(compiled: CompiledTreaty, rows: Ints) -> list[str]:
    """What a party may do instead of complying without anyone seeing anything of it, in all situations or in some.

    ``rows``  Int[states]: full compliance.  Nothing is said of large games.
    """
    game = compiled.game
    if entries(compiled) > CHEAP_ENTRIES:
        return []
    path = rows[MarkovPlay(game, rows).reached(game.initial)].tolist()
    hidden = Counter((f.players[0], game.profile_labels(f.deviations[0])[f.players[0]]) for f in unseen(game, path))
    possible = Counter(
        (i, game.actions[int(game.row_state[row])][i][int(game.own_action[b, i])])
        for row in path for i in range(game.n_players) for b in game.deviation_rows(row, i) if b != row)
    names = [party.name for party in compiled.treaty.parties]
    out = []
    for who, label in sorted(hidden):
        count, of = hidden[who, label], possible[who, label]
        where = "ever" if count == of else f"in {count} of the {of} situations on the path of compliance"
        out.append(f"Nothing that is seen {where} tells “{label}” by {names[who]} from compliance.")
    return out


def _signal_notes(compiled: CompiledTreaty) -> list[SignalNote]:
    """Every signal, with what it makes of one who complies and of one who alone breaches, in the first year."""
    assert compiled.seen is not None
    game, columns = compiled.game, compiled.columns
    here = np.equal(game.row_state, game.initial)
    out = []
    for signal in compiled.seen.observation.signals:
        law = signal.law(columns)
        acts, complies = columns.acts(signal.party, signal.matter), columns.complies[signal.party, signal.matter]
        chances = [
            _greatest(law[here & acts & conduct], [signal.values.index(value) for value in said])
            for said in (signal.flags, signal.clears)
            for conduct in (complies, ~complies)
        ]
        name = signal.name if signal.words is None else named(compiled, signal.words) + signal.citing
        out.append(SignalNote(name, signal.article, signal.party, signal.matter, signal.values, *chances))
    return out


def _greatest(law: Floats, values: list[int]) -> float:
    """Greatest chance over some rows that one of some values is said; 0 without rows."""
    return float(law[:, values].sum(axis=1).max()) if len(law) else 0.0


def until_flag(compiled: CompiledTreaty, rows: Ints) -> tuple[float | None, float]:
    """Expected periods of compliance before the first in which some party is flagged and not cleared, and its chance.

    ``rows``  Int[states]: full compliance.  Periods are counted with the one in which the flag is raised; None where it
    is not sure to come, because the treaty may end first or nothing ever flags.
    """
    game = compiled.game
    parties = [party.id for party in compiled.treaty.parties]
    quiet_law = np.array([_quiet(compiled, int(row), parties) for row in rows])
    here = np.flatnonzero(MarkovPlay(game, rows).reached(game.initial))
    survival, flagged = quiet_law[np.ix_(here, here)], 1.0 - quiet_law[here].sum(axis=1)
    flagged[flagged < CERTAIN] = 0.0
    can = _can_reach(csr_array(np.where(survival > 0, 1.0, 0.0)), flagged > 0)
    start = int(np.searchsorted(here, game.initial))
    if not can[start]:
        return None, 0.0
    leaving = np.eye(int(can.sum())) - survival[np.ix_(can, can)]
    place = int(can[:start].sum())
    if not can.all():
        return None, float(np.linalg.solve(leaving, flagged[can])[place])
    return float(np.linalg.solve(leaving, np.ones(len(leaving)))[place]), 1.0


def _can_reach(law: csr_array, target: np.ndarray) -> np.ndarray:
    """Bool[states]: from which states some state of ``target`` can be reached."""
    can = target.astype(float)
    while True:
        wider = ((law @ can) + can > 0).astype(float)
        if (wider == can).all():
            return np.asarray(can > 0)
        can = wider


def _quiet(compiled: CompiledTreaty, row: int, parties: Sequence[str]) -> np.ndarray:
    """Float[states]: chance that nobody is accused after a row and that the next state is this one."""
    game, seen, monitoring = compiled.game, compiled.seen, compiled.game.monitoring
    assert seen is not None and monitoring is not None
    state = int(game.row_state[row])
    ahead = game.transition[[row]].toarray()[0]
    if not monitoring.signals[state] or not seen.observation.accused:
        return np.asarray(ahead)
    accused = np.any(list(seen.observation.accused.values()), axis=0)[seen.said[state]]
    local = row - int(game.row_start[state])
    law = np.where(accused, 0.0, monitoring.chances(state, local))
    if monitoring.next_law is None:
        return np.asarray(law.sum() * ahead)
    first = int(monitoring.pair_start[state]) + local * len(law)
    return np.asarray(law @ monitoring.next_law[first : first + len(law)].toarray())


def coverage_scan(text: Version, kind: Transfers, progress: Progress) -> CoverageScan:
    """Solve the treaty with all audits at every coverage of a grid from 0 to 1."""
    treaty, compiled = text.treaty, text.compiled
    step = STEP if entries(compiled) <= CHEAP_ENTRIES else COARSE_STEP
    grid = [round(k * step, 12) for k in range(round(1 / step) + 1)]
    label, factors = text.settings(kind)[0]
    points = []
    for k, share in enumerate(grid):
        progress("how much to audit", k / (len(grid) + 8))
        points.append(_point(treaty, kind, share))
    first = next((k for k, point in enumerate(points) if point.holds), None)
    needed, tolerance = None, 0.0
    if first is not None:
        needed, tolerance = points[first].coverage, step
        if first == 0:
            tolerance = 0.0
        elif step == STEP:
            needed, tolerance = _refined(treaty, kind, points[first - 1].coverage, needed)
    known = [point for point in points if point.joint is not None]
    pays = None
    if known:
        spread = float(np.ptp(compiled.game.payoffs)) or 1.0
        most = max(point.joint or 0.0 for point in known if point.joint is not None)
        pays = next(point.coverage for point in known if (point.joint or 0.0) >= most - PAYS * spread)
    return CoverageScan(tuple(points), needed, pays, step, tolerance, label, factors, kind)


def _point(treaty: Treaty, kind: Transfers, share: float) -> CoveragePoint:
    paths = {f"{treaty.path_of(p)}.{p.how_often}": share for p in treaty.provisions if p.how_often}
    audited = Answers(with_terms(treaty, paths)).text
    at = audited.at(audited.settings(kind)[0][1], kind)
    if kind == "voluntary":
        return CoveragePoint(share, *margin_and_joint(at))
    joint, cooperation = quick_best(at)
    lasts = None if cooperation is None else cooperation.share
    return CoveragePoint(share, None, joint, cooperation is not None, lasts)


def _refined(treaty: Treaty, kind: Transfers, fails: float, holds: float) -> tuple[float, float]:
    """The least coverage between two points at which compliance was seen to hold, and the distance to where not."""
    while holds - fails > TOLERANCE:
        middle = (fails + holds) / 2
        if _point(treaty, kind, middle).holds:
            holds = middle
        else:
            fails = middle
    return holds, holds - fails
