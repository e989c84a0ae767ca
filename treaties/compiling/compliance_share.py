"""How far towards everybody's compliance a party's payoffs are, by the rule of the matter.

Shares are of the others that take part.  Who owes nothing counts as one who complies in what the obliged earn; what it
earns itself depends on the obliged alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from treaties.compiling.conduct import does_comply
from treaties.effects import Bools, Columns, Floats, membership_variable
from treaties.model.matter import Matter
from treaties.model.partial_compliance import PAIRS, WEAKEST, weight_of
from treaties.model.treaty import Treaty


def share_paid(treaty: Treaty, matter: Matter, party: str, columns: Columns) -> Floats:
    """Float[rows], from 0 (as if none of the others complied) to 1 (as if all did); 0 where none takes part.

    To a public good those who are obliged and never signed could contribute as well, and do not.
    """
    owes = matter.owes(party)
    others = [p.id for p in treaty.signatories if p.id != party and (owes or matter.owes(p.id))]
    if not others:
        return columns.constant(0.0)
    idle = 0 if matter.excludable else sum(p.id != party and matter.owes(p.id) for p in treaty.outsiders)
    complying = [does_comply(matter, p, columns) for p in others]
    if matter.pays == PAIRS and matter.pairs:
        weights = [weight_of(matter.pairs, party, other) for other in others]
        return _weighed(weights, complying, _taking_part(matter, others, columns))
    free_to_go = any(not matter.owes(p) and membership_variable(p) in columns.codes for p in others)
    if not free_to_go and not any(of == matter.id for _, of in columns.absent):
        return _by_rule(matter, np.asarray(np.sum(complying, axis=0) / (len(others) + idle)))
    present = _taking_part(matter, others, columns)
    counted = np.sum([c & here for c, here in zip(complying, present, strict=True)], axis=0)
    return _by_rule(matter, np.asarray(counted / np.maximum(np.sum(present, axis=0) + idle, 1)))


def _taking_part(matter: Matter, others: Sequence[str], columns: Columns) -> list[Bools]:
    return [~_away(matter, other, columns) for other in others]


def _away(matter: Matter, party: str, columns: Columns) -> Bools:
    """Where a party takes no part; of a public good, too, where one that owes nothing has left: it is as never signed.

    Who owes something to a public good and has left counts as one that could contribute and does not.
    """
    away = columns.absent.get((party, matter.id), np.zeros(columns.size, dtype=bool))
    return away if matter.owes(party) else away | columns.departed(party)


def _weighed(weights: Sequence[float], complying: Sequence[Bools], present: Sequence[Bools]) -> Floats:
    """The share of the others that comply, each with its weight; 0 where none with any weight takes part."""
    counted, whole = (
        np.sum([weight * here for weight, here in zip(weights, of, strict=True)], axis=0)
        for of in ([c & here for c, here in zip(complying, present, strict=True)], present)
    )
    return np.asarray(np.where(whole > 0.0, counted / np.where(whole > 0.0, whole, 1.0), 0.0))


def _by_rule(matter: Matter, share: Floats) -> Floats:
    """A share of others as it is paid; between two entries of a table, where fewer take part, on the line between."""
    if matter.pays == WEAKEST:
        return np.equal(share, 1.0).astype(float)
    if isinstance(matter.pays, str):
        return share
    shares = [entry.value for entry in matter.pays]
    return np.asarray(np.interp(share, np.arange(len(shares)) / (len(shares) - 1), shares))
