"""Every design of a page judged in advance: with proof where that can be afforded, else as it is computed.

A proof of rung 1, 2 or 3 tells that rung's own margin and weakest link, and its strategies are those that are played:
all figures of a design are from one rung.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import final

from games.certificates.automata import NoProfitableDeviation
from games.certificates.certificate_file import certificate_text
from games.certificates.signals import PublicSelfGeneration
from games.model.public_automaton import PublicAutomaton
from games.model.strategy_automaton import StrategyAutomaton
from games.numerics.progress import Progress
from treaties.assessing.answers import Version
from treaties.assessing.credibility import Effort
from treaties.assessing.signal_verdicts import best_complying
from treaties.assessing.story import incentives
from treaties.assessing.timeline import years_shown
from treaties.bargaining.designs import Design
from treaties.bargaining.families import version_of
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import CompilationError
from treaties.findings.answer import Answer
from treaties.findings.cooperation import Cooperation
from treaties.findings.records import Judgement, Timeline, WeakestLink, first_standing
from treaties.model.errors import TreatyFileError
from treaties.playing.automaton import Lived, lived
from treaties.playing.designs import Grid
from treaties.playing.strategies import ByConduct, BySignals
from treaties.reading.red_lines import crossed_red_lines
from treaties.reading.variants import apply_variant
from treaties.sweeping.judging import Outcome as Computed
from treaties.sweeping.workers import each_of

EFFORT = Effort(vertices=(12, 48), attempts=4, seconds=2.0)
"""How hard proofs are looked for."""
MOST_YEARS = 12
"""Years that are lived through at most."""
AFFORDABLE = 1_000_000
"""Rows of games that are proved: rows of the text's game times designs.  More take longer than a teacher waits."""
DEARER_WITH_SIGNALS = 1500
"""How many times as long a row takes where conduct is not seen by all."""
LEAST_PROVED = 25
"""Designs that are proved however large they are."""
AT_ONCE = 8
"""Designs of one structure that are proved in one go: more would keep one process busy and the others idle."""

Line = tuple[float | None, ...]
Plan = int
CERTIFICATE, BEST_INSTEAD, NO_PLAY = 0, 1, 2
"""What is played: strategies that a certificate proves, the best stable plan there is instead, or nothing."""


@final
@dataclass(frozen=True)
class DesignFound:
    """What was found out about one design.

    ``verdict``  None if its terms do not go together, and ``problem`` says why.
    ``rung``     the lowest that holds, 0 if none does or it is not known;  ``length`` of a suspension, in periods.
    ``margin``, ``link``  of that rung, or of rung 4 where none holds.
    ``tempted_year``  the first year after signature, from 1 on, of the weakest link; 0 if not known.
    ``values``   per party under full compliance.  ``crossed``: ids of parties a red line of which it crosses.
    ``digest``   SHA-256 of the certificate's file; empty without a certificate that was checked.
    ``cooperation``  where nobody sees everything and compliance is not kept for ever: how long the best equilibrium
                 found keeps to it; it is what is lived through.
    ``kept``, ``lost``  per party, margin of staying year by year if later years are kept, or are lost already.
    """

    verdict: Answer | None
    problem: str = ""
    proved: bool = False
    rung: int = 0
    length: int = 0
    margin: float | None = None
    values: tuple[float, ...] = ()
    link: WeakestLink | None = None
    tempted: str = ""
    tempted_year: int = 0
    crossed: tuple[str, ...] = ()
    digest: str = ""
    cooperation: Cooperation | None = None
    kept: Mapping[str, Line] = field(default_factory=dict)
    lost: Mapping[str, Line] = field(default_factory=dict)
    lived: Lived | None = None
    plan: Plan = NO_PLAY


def judge_designs(
    grid: Grid, computed: Sequence[Computed], *, proofs: int, workers: int = 1,
    progress: Progress | None = None,
) -> list[DesignFound]:
    """What is found out about every design, in their order.

    ``computed``  what the kernel says of each; told where no proof is looked for.
    ``proofs``    how many designs are proved at most.
    """
    chosen = set(proved_designs(grid, proofs))
    parts = _parts(grid, sorted(chosen), workers)
    names = {f"proving designs, part {k + 1} of {len(parts)}": part for k, part in enumerate(parts)}
    proved: dict[int, DesignFound] = {}
    for some in each_of(partial(_prove_part, grid), names, workers, progress):
        proved |= some
    return [proved.get(k) or _as_computed(grid, k, computed[k]) for k in range(len(grid))]


def affordable(compiled: CompiledTreaty) -> int:
    """How many designs of a compiled treaty can be proved in the time that a teacher waits."""
    rows = compiled.game.n_rows * (1 if compiled.seen is None else DEARER_WITH_SIGNALS)
    return max(LEAST_PROVED, AFFORDABLE // rows)


def proved_designs(grid: Grid, most: int) -> list[int]:
    """The designs that are proved: the text, those one change away from it, then others spread over the grid."""
    near = [grid.text, *(k for axis in range(len(grid.axes)) for k in grid.along(grid.text, axis))]
    step = max(1, len(grid) // max(most, 1))
    spread = [(grid.text + k * step + k * step // len(grid)) % len(grid) for k in range(len(grid))]
    return list(dict.fromkeys([*near, *spread]))[:most]


def _parts(grid: Grid, chosen: Sequence[int], workers: int) -> list[list[int]]:
    """Designs in parts, those of a family together, compiled together; none so large that it takes long."""
    families: dict[str, list[int]] = {}
    for k in chosen:
        families.setdefault(grid.designs[k].family, []).append(k)
    return [part[k : k + AT_ONCE] for part in families.values() for k in range(0, len(part), AT_ONCE)]


def _prove_part(grid: Grid, numbers: Sequence[int]) -> dict[int, DesignFound]:
    return {k: prove(grid, grid.designs[k]) for k in numbers}


def prove(grid: Grid, design: Design) -> DesignFound:
    """Compile, solve and prove one design, with all that is lived through."""
    assert design.variant is not None
    try:
        changed = apply_variant(grid.treaty, design.variant)
        version = version_of(grid.treaty, changed, design.variant, design.family, design.spans, EFFORT)
        transfers = version.compiled.game.transfers
        ladder = version.ladder(transfers)
    except (TreatyFileError, CompilationError) as error:
        return DesignFound(None, _problem(error))
    top, first = ladder[-1].found, first_standing(ladder)
    told = top if first is None else first.found
    note = told.certificate
    checked = note is not None and note.checked
    timeline = incentives(version, transfers)
    kept, lost = _lines(timeline)
    play, plan, cooperation = _play(version, told)
    link = told.weakest_link
    return DesignFound(
        verdict=top.verdict,
        proved=checked,
        rung=0 if first is None else first.number,
        length=0 if first is None else first.periods or 0,
        margin=told.margin,
        values=tuple(float(value) for value in version.values),
        link=link,
        tempted="" if link is None else link.party,
        tempted_year=0 if link is None else _first_year(link, timeline),
        crossed=tuple(dict.fromkeys(line.party for line in crossed_red_lines(changed))),
        digest=hashlib.sha256(certificate_text(note.proof).encode()).hexdigest()
        if note is not None and checked and note.proof is not None else "",
        cooperation=cooperation,
        kept=kept,
        lost=lost,
        lived=play,
        plan=plan,
    )  # fmt: skip


def _problem(error: TreatyFileError | CompilationError) -> str:
    """Why terms do not go together, without the place in the file: a draft has none."""
    return error.errors[0].problem if isinstance(error, TreatyFileError) else str(error).splitlines()[0]


def _play(version: Version, told: Judgement) -> tuple[Lived | None, Plan, Cooperation | None]:
    """What the other side plays: by the certificate of what holds, else by the best stable plan there is instead."""
    compiled = version.compiled
    if compiled.game.transfers != "none" or version.treaty.has_types:
        return None, NO_PLAY, None
    years = min(years_shown(compiled), MOST_YEARS)
    proof = None if told.certificate is None else told.certificate.proof
    if told.verdict == "sustainable" and isinstance(proof, NoProfitableDeviation):
        start = compiled.game.initial
        at = proof.values(compiled.game)
        worth = [
            sum(float(chance) * float(at[mode, start][i]) for mode, chance in proof.automaton.initial)
            for i in range(compiled.game.n_players)
        ]
        return *_by_conduct(compiled, proof.automaton, years, worth, CERTIFICATE), None
    if told.verdict == "sustainable" and isinstance(proof, PublicSelfGeneration):
        return _by_signals(compiled, proof.automaton, years), CERTIFICATE, None
    if compiled.seen is not None:
        automaton, lasts = _best_on_signals(version)
        if automaton is None:
            return None, NO_PLAY, None
        return _by_signals(compiled, automaton, years), BEST_INSTEAD, lasts if told.verdict == "unsustainable" else None
    best = version.credible(version.own).best_plan
    if best is None:
        return None, NO_PLAY, None
    return *_by_conduct(compiled, best[0], years, best[1].tolist(), BEST_INSTEAD), None


def _by_conduct(
    compiled: CompiledTreaty, automaton: StrategyAutomaton, years: int, worth: Sequence[float], plan: Plan
) -> tuple[Lived | None, Plan]:
    """A play where everybody sees conduct; none where moves are mixed."""
    if any(cell.mix is not None for cell in automaton.cells.values()):
        return None, NO_PLAY
    return lived(ByConduct(compiled, automaton), years, [float(value) for value in worth]), plan


def _by_signals(compiled: CompiledTreaty, automaton: PublicAutomaton, years: int) -> Lived:
    """A play where everybody sees signals, worth what the modes say that it is."""
    payoffs = [sum(float(p) * float(automaton.modes[mode].payoffs[i]) for mode, p in automaton.initial)
               for i in range(compiled.game.n_players)]  # fmt: skip
    return lived(BySignals(compiled, automaton), years, payoffs)


def _best_on_signals(version: Version) -> tuple[PublicAutomaton | None, Cooperation | None]:
    """The best equilibrium found that begins with compliance, with how long it keeps to it, else the best alone.

    In floating point.
    """
    solution = version.judged(version.own, "none").solution
    if solution is None:
        return None, None
    _, best = best_complying(version.compiled, solution, prove=False)
    return best if best is not None else (solution.best_automaton(prove=False), None)


def _lines(timeline: Timeline) -> tuple[dict[str, Line], dict[str, Line]]:
    """Per party, the margins of the years to live through: if later years are kept, and if they are lost."""
    kept: dict[str, list[float | None]] = {}
    lost: dict[str, list[float | None]] = {}
    for one in timeline.incentives:
        if one.year < MOST_YEARS:
            kept.setdefault(one.party, [None] * MOST_YEARS)[one.year] = one.stay_minus_leave
            lost.setdefault(one.party, [None] * MOST_YEARS)[one.year] = one.if_later_lost
    return _ended(kept), _ended(lost)


def _ended(lines: Mapping[str, Sequence[float | None]]) -> dict[str, Line]:
    """Lines without the years after their last; none where nothing is known."""
    found = {}
    for party, line in lines.items():
        known = [year for year, value in enumerate(line) if value is not None]
        if known:
            found[party] = tuple(line[: known[-1] + 1])
    return found


def _first_year(link: WeakestLink, timeline: Timeline) -> int:
    """The first year after signature in which the moment of a weakest link comes, 0 if that is not known.

    Within the first term a year of the term is the year after signature; without a clock it is the first of the years
    in which the party's incentive is least.
    """
    if link.year is not None:
        return link.year
    own = [one for one in timeline.incentives if one.party == link.party]
    least = min((one.stay_minus_leave for one in own), default=0.0)
    return next((one.year + 1 for one in own if one.stay_minus_leave <= least + abs(least) * 1e-9), 0)


def _as_computed(grid: Grid, number: int, computed: Computed) -> DesignFound:
    """A design of which the kernel alone says something: no rung, no strategies."""
    answers: dict[str, Answer] = {"yes": "sustainable", "no": "unsustainable", "undecided": "undecided"}
    variant = grid.designs[number].variant
    assert variant is not None
    try:
        crossed = crossed_red_lines(apply_variant(grid.treaty, variant))
    except TreatyFileError as error:
        return DesignFound(None, _problem(error))
    if computed.verdict == "no treaty":
        return DesignFound(None, "its terms do not go together")
    return DesignFound(
        verdict=answers[computed.verdict],
        margin=computed.margin,
        values=computed.values,
        tempted=computed.first,
        tempted_year=computed.year,
        crossed=tuple(dict.fromkeys(line.party for line in crossed)),
    )

