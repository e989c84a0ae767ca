"""Which clauses the answer rests on: each is left out in turn, and the rest of the text judged as options are.

What describes the world around the treaty (governments, shocks) is no clause that negotiators could leave out, and
stays.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, final

import numpy as np

from games.model.stochastic_game import GameError
from games.numerics.progress import Progress
from treaties.assessing.answers import Version
from treaties.assessing.assessment import Assessment
from treaties.assessing.credibility import CAREFUL
from treaties.assessing.options import option
from treaties.assessing.signal_size import CHEAP_ENTRIES, entries
from treaties.assessing.signal_verdicts import quick_best
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import CompilationError
from treaties.findings.answer import Answer
from treaties.findings.cooperation import Cooperation
from treaties.findings.records import Transfers, VariantFinding
from treaties.model.errors import TreatyFileError
from treaties.model.provision import Provision
from treaties.model.treaty import Treaty, Variant
from treaties.reading.variants import apply_variant

HASTY = replace(CAREFUL, seconds=2.0, narrow=False)
"""How hard proofs are looked for where nobody sees everything: with all of them a clause may take minutes."""
SAME = 1e-6
"""Amounts that were computed apart and differ by no more, as a share of them or absolutely, are the same."""


@final
@dataclass(frozen=True)
class Without:
    """The text without one of its clauses.

    ``path``       of the clause, as ``remove`` of a variant names it;  ``label`` how a reader finds it.
    ``verdict``    of what is left; None where the rest cannot stand without the clause, and ``problem`` says why.
    ``margin``, ``first_rung``  as in an ``Assessment``;  ``values`` per party id under full compliance.
    ``cooperation``  with noisy signals and no payments, how long compliance lasts, without a clause in floating point;
                     None if no equilibrium was found that begins with it, or everyone sees everything.
    ``decides``    the verdict is the opposite without it.
    ``idle``       nothing changes without it: neither verdict nor margin, rung, values or years of cooperation.
    """

    path: str
    article: str
    label: str
    verdict: Answer | None
    margin: float | None = None
    first_rung: int | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    cooperation: Cooperation | None = None
    decides: bool = False
    idle: bool = False
    problem: str = ""

    @property
    def keeps(self) -> float | None:
        """Expected periods of compliance before a break, infinite if none comes; None if not asked, or none begins."""
        if self.cooperation is None:
            return None
        return math.inf if self.cooperation.keeps is None else self.cooperation.keeps

    @property
    def share(self) -> float | None:
        """With noisy signals, share of the time that is spent in compliance; None as for ``keeps``."""
        return None if self.cooperation is None else self.cooperation.share

    def to_json(self) -> dict[str, Any]:
        """One entry of ``removed``; no number says of ``keeps`` that no break comes."""
        keeps = self.keeps
        return {
            "clause": self.path,
            "article": self.article,
            "label": self.label,
            "verdict": self.verdict,
            "margin": self.margin,
            "first_rung": self.first_rung,
            "values": dict(self.values),
            "cooperates": self.cooperation is not None,
            "keeps": None if keeps is None or math.isinf(keeps) else keeps,
            "share": self.share,
            "decides": self.decides,
            "idle": self.idle,
            "problem": self.problem,
        }


@final
@dataclass(frozen=True)
class Reasons:
    """Every clause left out in turn, in the order of the file.

    ``text``   the text as it stands, in the same terms.
    ``noisy``  nobody sees everything and nobody pays: years of cooperation are compared as well.
    """

    text: Without
    removed: tuple[Without, ...]
    noisy: bool = False

    @property
    def decisive(self) -> tuple[Without, ...]:
        """Clauses without which the verdict is the opposite."""
        return tuple(one for one in self.removed if one.decides)

    @property
    def idle(self) -> tuple[Without, ...]:
        """Clauses that change nothing."""
        return tuple(one for one in self.removed if one.idle)

    @property
    def bound(self) -> tuple[Without, ...]:
        """Clauses that cannot be left out by themselves."""
        return tuple(one for one in self.removed if one.verdict is None)

    @property
    def undecided(self) -> tuple[Without, ...]:
        """Clauses without which the answer is not known."""
        return tuple(one for one in self.removed if one.verdict == "undecided")

    def to_json(self) -> dict[str, Any]:
        """The ``reasons`` of an advice."""
        return {
            "text": self.text.to_json(),
            "removed": [one.to_json() for one in self.removed],
            "noisy": self.noisy,
        }


def reasons(treaty: Treaty, found: Assessment, progress: Progress | None = None) -> Reasons:
    """What becomes of the answer without each clause.

    ``found``  the assessment of the treaty, whose verdict stays what it is: a text that is asked about there (an option
               of the file that leaves out the same clause) is not asked about again.
    """
    said = progress or (lambda what, share: None)
    asker = _Asker(treaty, found)
    clauses = [clause for clause in treaty.provisions if not clause.environment]
    removed = []
    for done, clause in enumerate(clauses):
        said(f"without {clause.label}", done / len(clauses))
        removed.append(asker.without(clause))
    return Reasons(asker.text, tuple(removed), asker.noisy)


@final
class _Asker:
    """Asks about a treaty without its clauses what was asked about itself."""

    def __init__(self, treaty: Treaty, found: Assessment) -> None:
        self.treaty, self.found = treaty, found
        compiled = compile_treaty(treaty)
        # What was asked: payments as each text says, or of one kind whatever it says.
        self.asked: Transfers | None = None if compiled.game.transfers == found.transfers else found.transfers
        self.noisy = compiled.seen is not None and found.transfers == "none" and not treaty.has_types
        self.compiled = compiled
        self.text = Without(
            "", "-", "the text", found.verdict, found.margin, found.first_rung,
            {value.party: value.compliance for value in found.values}, self._of_text(),
        )  # fmt: skip
        self._again: Without | None = None
        self._options = {apply_variant(treaty, one).content_hash: one.name for one in treaty.variants}

    def without(self, clause: Provision) -> Without:
        """The text without a clause."""
        path = self.treaty.path_of(clause)
        named = Without(path, clause.article, clause.label, None)
        variant = Variant(name=f"without {path}", remove=(path,))
        try:
            changed = apply_variant(self.treaty, variant)
            version = self._version(changed, variant)
            if _same_game(version.compiled, self.compiled):
                return replace(self.text, path=path, article=clause.article, label=clause.label, idle=True)
            found = self._told(named, version)
        except (TreatyFileError, CompilationError, GameError) as error:
            return replace(named, problem=str(error).splitlines()[0])
        decides = {found.verdict, self.text.verdict} == {"sustainable", "unsustainable"}
        return replace(found, decides=decides, idle=not decides and self._idle(found))

    def _told(self, named: Without, version: Version) -> Without:
        known = self._options.get(version.treaty.content_hash)
        at_hand = next((one for one in self.found.variants if known is not None and one.name == known), None)
        if at_hand is not None:
            return _as(named, at_hand, at_hand.cooperation if self.noisy else None)
        found = _as(named, option(version, self.asked), self._lasts(version))
        again = self._text_as_option() if self.noisy else None
        if again is not None and _equal(found.keeps, again.keeps) and _equal(found.share, again.share):
            # The text's own was found more closely, which makes no difference between the two.
            return replace(found, cooperation=self.text.cooperation)
        return found

    def _version(self, treaty: Treaty, variant: Variant, game: CompiledTreaty | None = None) -> Version:
        """A text to be judged; in haste where nobody sees everything."""
        if self.compiled.seen is not None:
            hasty = Version(treaty, variant, HASTY, game)
            if hasty.compiled.seen is not None:
                return hasty
        return Version(treaty, variant, CAREFUL, game)

    def _lasts(self, version: Version) -> Cooperation | None:
        """How long compliance lasts, in floating point, where that is compared."""
        if self.noisy and version.compiled.seen is not None and entries(version.compiled) <= CHEAP_ENTRIES:
            with suppress(GameError):
                return quick_best(version.at(version.own, "none"))[1]
        return None

    def _idle(self, found: Without) -> bool:
        """Whether nothing is changed; nothing is said of what is undecided."""
        if found.verdict == "undecided" or found.verdict != self.text.verdict:
            return False
        return _alike(found, self.text) or _alike(found, self._text_as_option())

    def _text_as_option(self) -> Without:
        """The text judged once more as closely as options are, whose margins are found by shorter ways."""
        if self._again is None:
            variant = Variant(name="as it stands", set={"exit": self.treaty.exit})
            again = self._version(self.treaty, variant, self.compiled)
            self._again = _as(self.text, option(again, self.asked), self._lasts(again))
        return self._again

    def _of_text(self) -> Cooperation | None:
        if not self.noisy or self.found.monitoring is None:
            return None
        own = (one for one in self.found.monitoring.stances if one.transfers == "none")
        return next((one.cooperation for one in own if one.discount == tuple(self.compiled.game.discount)), None)


def _as(named: Without, finding: VariantFinding, lasts: Cooperation | None) -> Without:
    return replace(
        named,
        verdict=finding.verdict,
        margin=finding.margin,
        first_rung=finding.first_rung,
        values=finding.values,
        cooperation=lasts,
    )


def _alike(one: Without, other: Without) -> bool:
    """Whether two texts of the same verdict are told alike in all that is compared."""
    pairs = [(one.margin, other.margin), (one.keeps, other.keeps), (one.share, other.share)]
    pairs += [(value, other.values.get(party)) for party, value in one.values.items()]
    return one.first_rung == other.first_rung and all(_equal(a, b) for a, b in pairs)


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=SAME, abs_tol=SAME)


def _same_game(one: CompiledTreaty, other: CompiledTreaty) -> bool:
    """Whether two texts are one game with one plan."""
    if (one.seen is None) != (other.seen is None) or one.game.digest != other.game.digest:
        return False
    return np.array_equal(one.compliance, other.compliance) and np.array_equal(one.unused, other.unused)
