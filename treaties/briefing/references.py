"""The literature behind a briefing: of its provisions, its certificates and the methods that answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from games.replication.bibliography import bibliography
from games.solvers import discover
from games.solvers.equilibrium_polygons import EquilibriumPolygons
from games.solvers.penal_modes import PenalModes
from games.solvers.relational_transfers import RelationalTransfers
from games.solvers.repeated_negotiation import RepeatedNegotiation

if TYPE_CHECKING:
    from games.solvers.solver import Solver
    from treaties.assessing.assess import Assessment
    from treaties.findings.records import CertificateNote, Judged, Judgement

REVERSION = "Friedman (1971)"
"""For rung 3, where a breach ends cooperation for good."""
PARTICIPATION = "d'Aspremont et al. (1983); Barrett (1994)"
"""For who would sign."""
GRIDS = "Young (2010); Kushner and Dupuis (2001)"
"""For stocks on grids."""

HOLD_UP = "Klein, Crawford and Alchian (1978); Grossman and Hart (1986); Hart and Moore (1988)"
"""For what may be taken of a stake once it is sunk."""


def references_used(found: Assessment) -> tuple[str, ...]:
    """Every source behind this briefing, in order: of provisions, of certificates and of the methods that answered."""
    short = [provision.reference for provision in found.treaty.provisions]
    short += [note.source for note in _certificates(found)]
    short += [method.source for method in _methods(found)]
    if found.participation is not None:
        short.append(PARTICIPATION)
    if found.stocks:
        short.append(GRIDS)
    if found.divisions:
        short.append(HOLD_UP)
    if any(rung.number == 3 for rung in found.ladder):
        short.append(REVERSION)
    each = {reference.strip() for references in short for reference in references.split(";")}
    return tuple(sorted({_in_full(reference) for reference in each if reference}))


def _certificates(found: Assessment) -> Iterator[CertificateNote]:
    """The certificates of every answer that the briefing tells."""
    told: list[Judged | Judgement | None] = [*found.ladder]
    if found.side_payments is not None:
        told += [stance for c in found.side_payments.compared for stance in (c.without, c.paid, c.reviewed)]
        told += [stance for v in found.side_payments.variants for stance in (v.without, v.paid)]
    if found.monitoring is not None:
        told += found.monitoring.stances
    told += found.after_exit
    told_of_trust = () if found.trust is None else (pair.certificate for pair in found.trust.pairs)
    divided = (one.certificate for one in found.divisions)
    for note in (found.certificate, *(one.certificate for one in told if one is not None), *divided, *told_of_trust):
        if note is not None:
            yield note


def _methods(found: Assessment) -> Iterator[type[Solver]]:
    """The methods that answered, whether they came to a proof or not."""
    if found.monitoring is not None:
        used = {stance.solver for stance in found.monitoring.stances}
        yield from (kind for kind in discover() if kind.name in used)
        return
    compared = found.side_payments.compared if found.side_payments is not None else ()
    if found.transfers == "none" or compared:
        yield EquilibriumPolygons if len(found.treaty.parties) == 2 else PenalModes
    if compared:
        yield RelationalTransfers
    if any(comparison.reviewed is not None for comparison in compared):
        yield RepeatedNegotiation


def _in_full(short: str) -> str:
    """A reference in full if the bibliography has it: "Goldlücke and Kranz (2012), theorem 1" is goldluecke2012."""
    key = re.match(r"([^\s,]+)[^(]*\((\d{4}[a-z]?)\)", short)
    return bibliography().get(key[1].lower().replace("ü", "ue").replace("'", "") + key[2], short) if key else short
