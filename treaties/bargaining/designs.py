"""What becomes of each design of a treaty: would it be kept, and what is it worth to whom.

A design is the treaty with other values of the terms that its file opens to a search, or one of its variants.  Each
is compiled, solved and proved like the treaty itself; the ladder and the scan of discount factors are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from math import gcd, prod
from typing import Any, final

from games.model.stochastic_game import GameError
from treaties.assessing import with_signals
from treaties.assessing.answers import Version
from treaties.assessing.credibility import SET_VERTICES, Effort
from treaties.assessing.options import option
from treaties.assessing.signal_size import CHEAP_ENTRIES, entries
from treaties.assessing.signal_verdicts import quick_best
from treaties.bargaining.evidence import packed, unpacked
from treaties.bargaining.families import families, open_numbers, version_of
from treaties.compiling.template import Span
from treaties.effects import CompilationError
from treaties.findings.records import Judgement, Rung, VariantFinding, plain
from treaties.model.errors import TreatyFileError
from treaties.model.red_lines import RedLine
from treaties.model.treaty import Treaty, Variant
from treaties.reading.red_lines import crossed_red_lines
from treaties.reading.variants import apply_variant, design_space, opened_terms

AS_IT_STANDS = "as it stands"
GOLDEN = 0.6180339887498949
"""A stride of this share of a grid goes round it so that any first part of the way is spread evenly (Weyl 1916)."""

EFFORT = Effort(vertices=(12, SET_VERTICES), attempts=4, seconds=2.0, rungs=False)
"""How hard proofs are looked for: designs that resist are as a rule too close to call."""
NO_TREATY = "no treaty"
UNSEEN = "whether a design is kept for ever is judged only where conduct is seen by all; here parties see signals"


@final
@dataclass(frozen=True)
class Design:
    """One version of a treaty: a name for the reader, and what it changes (None: nothing).

    ``family``  designs with the same name of a family differ in numbers alone, which lie between ``spans``; empty of
                those that are compiled alone.
    """

    name: str
    variant: Variant | None = None
    family: str = field(default="", repr=False, compare=False)
    spans: Mapping[str, Span] = field(default_factory=dict, repr=False, compare=False)


@final
@dataclass(frozen=True)
class DesignOutcome:
    """What was found out about one design.

    ``finding``   the version of the treaty as judged; None if the terms do not go together.
    ``problem``   why they do not; empty else.
    ``evidence``  the certificate from which another run can tell the same, packed; empty where it has to judge anew.
    ``reproved``  whether it was told from such a certificate.
    """

    design: Design
    finding: VariantFinding | None
    problem: str = ""
    evidence: str = field(default="", repr=False, compare=False)
    reproved: bool = field(default=False, compare=False)

    @property
    def verdict(self) -> str:
        """Whether full compliance is sustainable; "no treaty" if the terms do not go together."""
        return NO_TREATY if self.finding is None else self.finding.verdict

    @property
    def margin(self) -> float | None:
        """As in a briefing; None if not known."""
        return None if self.finding is None else self.finding.margin

    @property
    def values(self) -> tuple[float, ...]:
        """Per signatory, the average payoff per period under full compliance, from signature on; empty if not known."""
        return () if self.finding is None else self.finding.values_at_the_table

    @property
    def certificate(self) -> str | None:
        """Kind of the checked certificate behind the verdict; None if there is none."""
        return None if self.finding is None else self.finding.judgement.proved_by

    @property
    def crossed(self) -> tuple[RedLine, ...]:
        """Every red line that the design crosses."""
        return () if self.finding is None else self.finding.red_lines_crossed

    @property
    def refusing(self) -> tuple[str, ...]:
        """Parties whose own ratifiers would refuse it."""
        return () if self.finding is None else self.finding.refused_at_home

    @property
    def detail(self) -> str:
        """What was found, or why nothing was."""
        return self.problem if self.finding is None else self.finding.detail

    @property
    def kept(self) -> bool:
        """It is proved that all can be kept to it."""
        return self.verdict == "sustainable" and self.certificate is not None

    def to_json(self) -> dict[str, Any]:
        """One entry of ``designs`` in ``servanda-bargain/1``."""
        return {
            "name": self.design.name,
            "set": {} if self.design.variant is None else dict(self.design.variant.set),
            "remove": [] if self.design.variant is None else list(self.design.variant.without),
            "add": [] if self.design.variant is None else list(self.design.variant.added),
            "verdict": self.verdict,
            "margin": self.margin,
            "values": {} if self.finding is None else self.finding.values,
            "certificate": None if self.certificate is None else {"kind": self.certificate, "checked": True},
            "red_lines_crossed": [[line.party, line.text] for line in self.crossed],
            "refused_at_home": list(self.refusing),
            "detail": self.detail,
            "cooperation": None
            if self.finding is None or self.finding.cooperation is None
            else plain(self.finding.cooperation),
        }


def from_variants(treaty: Treaty) -> list[Design]:
    """The treaty as it stands and each of its variants."""
    return [Design(AS_IT_STANDS), *(Design(variant.name, variant) for variant in treaty.variants)]


def grid_size(treaty: Treaty) -> int:
    """How many designs the file's ``design`` entries open; 1 if it has none."""
    return prod(len(values) for values in design_space(treaty).values())


def from_grid(treaty: Treaty, most: int, *, spread: bool = False) -> list[Design]:
    """The treaty as it stands, then designs of the grid that its ``design`` entries span, ``most`` in all at most.

    A grid that is larger is walked with a stride prime to its size, near the golden section of it, so that the designs
    are spread over the whole grid and the same file gives the same designs.

    ``spread``  walk a smaller grid so as well: then any first part of the designs is spread over the grid.
    """
    space = design_space(treaty)
    size = grid_size(treaty)
    stride = max(1, round(GOLDEN * size)) if spread or size > most else 1
    while gcd(stride, size) != 1:
        stride += 1
    here = opened_terms(treaty)
    points = (_point(space, (k * stride) % size) for k in range(size))
    others = list(islice((terms for terms in points if terms != here), max(most - 1, 0) if space else 0))
    spans = open_numbers(treaty, space)
    return [
        Design(AS_IT_STANDS),
        *(Design(", ".join(f"{path} = {value}" for path, value in terms.items()),
                 Variant(name=str(k + 1), set=terms), family, spans)
          for k, (terms, family) in enumerate(zip(others, families(others, spans), strict=True))),
    ]  # fmt: skip


def _point(space: Mapping[str, Sequence[Any]], number: int) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    for path in reversed(list(space)):
        number, k = divmod(number, len(space[path]))
        terms[path] = space[path][k]
    return {path: terms[path] for path in space}


def judge(treaty: Treaty, design: Design, evidence: str = "") -> DesignOutcome:
    """Compile, solve and prove one design; of its certificate what came of the check is kept.

    ``evidence``  what an earlier run kept: nothing of it is believed.  If its certificate passes the check on this
    design's game nothing needs to be solved; else the design is judged as if there were none.
    """
    try:
        version = _version(treaty, design)
        hidden = version.compiled.seen is not None
    except (TreatyFileError, CompilationError) as error:
        return DesignOutcome(design, None, str(error).splitlines()[0])
    if hidden:
        return DesignOutcome(design, _unseen(version, design.name))
    known = unpacked(evidence)
    reproved = known is not None and version.reprove(known)
    # What side payments would buy is another question: here values are those that the text itself brings.
    finding = option(version, "none")
    kept = evidence if reproved else _evidence(version, finding.judgement)
    return DesignOutcome(design, as_told(finding), evidence=kept, reproved=reproved)


def _unseen(version: Version, name: str) -> VariantFinding:
    """A design in which not all see everything: undecided, with how long cooperation lasts if that is quickly found."""
    unknown = Judgement("undecided", with_signals.CONCEPTS["none"].value, None, detail=UNSEEN)
    lasts = None
    if entries(version.compiled) <= CHEAP_ENTRIES:
        with suppress(GameError):
            _, lasts = quick_best(version.at(version.own, "none"))
    values = {party.id: float(v) for party, v in zip(version.treaty.parties, version.values, strict=True)}
    return VariantFinding(name, "", (Rung(4, unknown),), values, crossed_red_lines(version.treaty), cooperation=lasts)


def _version(treaty: Treaty, design: Design) -> Version:
    if design.variant is None:
        return Version(treaty, None, EFFORT)
    changed = apply_variant(treaty, design.variant)
    return version_of(treaty, changed, design.variant, design.family, design.spans, EFFORT)


def _evidence(version: Version, judgement: Judgement) -> str:
    """The packed certificate if another run would tell the same judgement from it; else empty."""
    if version.treaty.has_types:  # its certificate speaks of another game, and what it proves is found as quickly
        return ""
    note, credible = judgement.certificate, version.credible(version.own)
    if note is None or not note.checked or credible.margin is None:
        return ""
    same = (credible.margin, credible.link) == (judgement.margin, judgement.weakest_link)
    return packed(note.evidence) if same else ""


def as_told(finding: VariantFinding) -> VariantFinding:
    """A finding as it is told of a design.

    Of certificates what came of their check, which alone is small enough for thousands of designs; and the claim that
    was proved, not the way to it, which another run need not go.
    """
    ladder = []
    for rung in finding.ladder:
        note = rung.certificate
        found = rung.found if note is None else replace(
            rung.found, certificate=replace(note, proof=None, typed=None), detail=note.claim)
        ladder.append(replace(rung, found=found))
    return replace(finding, ladder=tuple(ladder))
