"""What becomes of each design of a treaty: would it be kept, and what is it worth to whom.

A design is the treaty with other values of the terms that its file opens to a search, or one of its variants.  Each
is compiled, solved and proved like the treaty itself; the ladder and the scan of discount factors are left out.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from math import gcd, prod
from typing import Any, final

from games.solvers.outer_bounds import threat_bounds
from treaties.assessing.credibility import SET_VERTICES, Credibility
from treaties.assessing.ladder import Ladder
from treaties.assessing.ratifiers import would_ratify
from treaties.compiling.compile import compile_treaty
from treaties.effects import CompilationError
from treaties.findings.records import Rung
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty, Variant
from treaties.reading.expressions import parse_expression
from treaties.reading.variants import apply_variant, design_space, lookup_in

AS_IT_STANDS = "as it stands"
GOLDEN = 0.6180339887498949
"""A stride of this share of a grid goes round it so that any first part of the way is spread evenly (Weyl 1916)."""

VERTICES = (12, SET_VERTICES)
"""Kept per payoff set at the first and at the second attempt to prove that a design holds."""
ATTEMPTS = 4
"""Made each time, from sets of so many vertices: designs that resist are as a rule too close to call."""
REFUTE_SECONDS = 2.0
EFFORT = (VERTICES, ATTEMPTS, REFUTE_SECONDS)
"""How hard proofs are looked for: outcomes found with another effort are other outcomes."""
NO_TREATY = "no treaty"
UNSEEN = "designs are judged only where conduct is seen by all; here the parties see signals"
UNPROVED = "the margin says that it cannot be kept, but no proof of that was found in the time a design is given"


@final
@dataclass(frozen=True)
class Design:
    """One version of a treaty: a name for the reader, and what it changes (None: nothing)."""

    name: str
    variant: Variant | None = None


@final
@dataclass(frozen=True)
class DesignOutcome:
    """What was found out about one design.

    ``verdict``      whether full compliance is sustainable; "no treaty" if the terms do not go together.
    ``margin``       as in a briefing; None if not known.
    ``values``       per party, average discounted payoff per period under full compliance, from signature on.
    ``certificate``  kind of the certificate behind the verdict; None if there is none.  Only checked ones count.
    ``crossed``      (party id, its red line) for every red line that the design crosses.
    ``refusing``     parties whose own ratifiers would refuse it.
    ``detail``       what was found, or why nothing was.
    """

    design: Design
    verdict: str
    margin: float | None
    values: tuple[float, ...]
    certificate: str | None
    crossed: tuple[tuple[str, str], ...]
    refusing: tuple[str, ...]
    detail: str
    seconds: float

    @property
    def kept(self) -> bool:
        """It is proved that all can be kept to it."""
        return self.verdict == "sustainable" and self.certificate is not None

    def to_json(self, parties: Sequence[str]) -> dict[str, Any]:
        """One entry of ``designs`` in ``servanda-bargain/1``."""
        return {
            "name": self.design.name,
            "set": {} if self.design.variant is None else dict(self.design.variant.set),
            "remove": [] if self.design.variant is None else list(self.design.variant.remove),
            "verdict": self.verdict,
            "margin": self.margin,
            "values": dict(zip(parties, self.values, strict=False)),
            "certificate": None if self.certificate is None else {"kind": self.certificate, "checked": True},
            "red_lines_crossed": [list(pair) for pair in self.crossed],
            "refused_at_home": list(self.refusing),
            "detail": self.detail,
        }


def from_variants(treaty: Treaty) -> list[Design]:
    """The treaty as it stands and each of its variants."""
    return [Design(AS_IT_STANDS), *(Design(variant.name, variant) for variant in treaty.variants)]


def grid_size(treaty: Treaty) -> int:
    """How many designs the file's ``design`` entries open; 1 if it has none."""
    return prod(len(values) for values in design_space(treaty).values())


def from_grid(treaty: Treaty, most: int) -> list[Design]:
    """The treaty as it stands, then designs of the grid that its ``design`` entries span, ``most`` in all at most.

    A grid that is larger is walked with a stride prime to its size, near the golden section of it, so that the designs
    are spread over the whole grid and the same file gives the same designs.
    """
    space = design_space(treaty)
    size = grid_size(treaty)
    stride = max(1, round(GOLDEN * size)) if size > most else 1
    while gcd(stride, size) != 1:
        stride += 1
    here = {path: _plain(lookup_in(treaty)(path)) for path in space}
    points = (_point(space, (k * stride) % size) for k in range(size))
    others = (
        Design(", ".join(f"{path} = {value}" for path, value in terms.items()), Variant(name=str(k + 1), set=terms))
        for k, terms in enumerate(terms for terms in points if terms != here)
    )
    return [Design(AS_IT_STANDS), *islice(others, max(most - 1, 0) if space else 0)]


def _point(space: Mapping[str, Sequence[Any]], number: int) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    for path in reversed(list(space)):
        number, k = divmod(number, len(space[path]))
        terms[path] = space[path][k]
    return {path: terms[path] for path in space}


def _plain(value: Any) -> Any:
    """A term as a design gives it: the number of a quantity, "unlimited" for a right without a limit."""
    value = getattr(value, "value", value)
    return "unlimited" if value is None else value


def judge(treaty: Treaty, design: Design) -> DesignOutcome:
    """Compile, solve and prove one design."""
    began = time.perf_counter()

    try:
        changed = treaty if design.variant is None else apply_variant(treaty, design.variant)
        # What side payments would buy is another question: here values are those that the text itself brings.
        compiled = compile_treaty(changed).with_transfers("none")
    except (TreatyFileError, CompilationError) as error:
        return DesignOutcome(design, NO_TREATY, None, (), None, (), (), str(error).splitlines()[0], 0.0)
    if compiled.game.monitoring is not None:
        return DesignOutcome(design, "undecided", None, (), None, (), (), UNSEEN, time.perf_counter() - began)
    ladder = Ladder(compiled)
    found = Credibility(
        compiled, None, quick=True, bounds=threat_bounds(compiled.game), refute_seconds=REFUTE_SECONDS
    )
    if not found.settled:
        found = replace(found, ladder=ladder)
    values = tuple(found.compliance.values()[compiled.game.initial].tolist())
    rung = found.refuted or Rung(4, "", "undecided", found.margin, UNPROVED, "")
    if found.margin is None or found.margin >= 0:
        # Reversion for good is the shortest proof, where it is one.
        reverting = ladder.reverting()
        rung = rung if reverting is None else found.rung([reverting])
        for vertices in VERTICES:
            if rung.verdict == "undecided":
                rung = replace(found, quick=False, vertices=vertices, attempts=ATTEMPTS).rung([])
    crossed = tuple(
        (party.id, line)
        for party in changed.parties
        for line in party.red_lines
        if not parse_expression(line).holds(lookup_in(changed))
    )
    refusing = tuple(party.id for party in changed.parties if not would_ratify(compiled, party.id))
    certificate = rung.certificate.kind if rung.certificate is not None and rung.certificate.checked else None
    return DesignOutcome(
        design, rung.verdict, rung.margin, values, certificate, crossed, refusing, rung.detail,
        time.perf_counter() - began,
    )  # fmt: skip


_treaty: Treaty | None = None


def _begin(treaty: Treaty) -> None:
    global _treaty
    _treaty = treaty
    # A proof is many small objects and few cycles: looking for those after every 700 objects is a tenth of the time.
    gc.set_threshold(100_000, 20, 20)


def _judge(design: Design) -> DesignOutcome:
    assert _treaty is not None
    return judge(_treaty, design)


def judge_all(treaty: Treaty, designs: Sequence[Design], workers: int) -> Iterator[DesignOutcome]:
    """Outcomes in the order of the designs, worked out in so many processes (1: in this one)."""
    if workers <= 1 or len(designs) < 4:
        yield from (judge(treaty, design) for design in designs)
        return
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(treaty,)) as pool:
        try:
            yield from pool.map(_judge, designs, chunksize=1)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
