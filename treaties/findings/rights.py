"""Rights that are used at will, and what they are worth in talks: records."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, final

from treaties.findings.answer import Answer
from treaties.findings.records import CertificateNote

SMALL = 1e-9
"""Of the amounts told: what is smaller is none."""

Worth = dict[str, float]
"""Per party id, an average per period in the payoff unit."""


@final
@dataclass(frozen=True)
class RightUsed:
    """One right of one party in the play that is told.

    ``party``    id of the holder.  ``right`` its use as a verb phrase: "vetoes trade".  ``article`` that gives it.
    ``when``     the situations in which it is used; empty if it never is.
    ``of``       in how many situations it could be used, of those that this play reaches.
    """

    party: str
    right: str
    article: str
    when: tuple[str, ...]
    of: int


@final
@dataclass(frozen=True)
class RightsUsed:
    """What use is made of rights that may be used at will.

    ``rights``   one by one.
    ``found``    whether the use is that of the equilibrium that was found; else it is what pays the holders if all
                 others go on complying, which need not be stable.
    ``values``   per party under that play;  ``unused`` the same if no such right were ever used and all complied.
    """

    rights: tuple[RightUsed, ...]
    found: bool
    values: Worth
    unused: Worth

    @property
    def gains(self) -> Worth:
        """What each party has more, or less, because of them."""
        return {party: value - self.unused[party] for party, value in self.values.items()}

    def to_json(self) -> dict[str, Any]:
        """``rights`` in ``servanda-assessment/1``."""
        return {
            "used": [asdict(right) for right in self.rights],
            "of_the_equilibrium": self.found,
            "values": self.values,
            "values_if_never_used": self.unused,
        }


@final
@dataclass(frozen=True)
class Division:
    """How what there is to share is divided before a stake is sunk, and after, in one version of the text.

    ``name``       of the option; empty for the file's own text.
    ``verdict``, ``margin``  of full compliance in this version, with side payments.
    ``discount``   one factor for all, at which it is worked out.
    ``weights``    of the parties in the talks, with sum 1.   ``reviews`` the articles that let them talk again.
    ``stakes``     what each sinks in all, a sum; empty where no clause has a stake.
    ``year``       after signature in which nothing is left to sink, from 1 on.
    ``outside``    what each has without the treaty: its threat before.
    ``before``     what talks at signature bring, from signature on.
    ``written``    what the text brings from ``year`` on if all keep it and nothing is negotiated anew.
    ``threat``     from then on, what the others can be held to by rights alone, all obligations being kept; None where
                   nobody can talk again.
    ``after``      what talks bring then; as written where nobody can talk again.
    ``expected``   what each can expect at signature of the text as written if it is negotiated anew where it may be.
    ``certificate``  that these are equilibrium payoffs of the game that is left if nobody breaches, checked; it says
                   nothing of the treaty's own game, of which ``verdict`` tells.  None without one.
    ``detail``     why there is no answer; then ``threat``, ``after`` and ``expected`` are None.
    """

    name: str
    verdict: Answer
    margin: float | None
    discount: float
    weights: Worth
    reviews: tuple[str, ...]
    stakes: Worth
    year: int
    outside: Worth
    before: Worth
    written: Worth
    threat: Worth | None = None
    after: Worth | None = None
    expected: Worth | None = None
    certificate: CertificateNote | None = None
    detail: str = ""

    @property
    def taken(self) -> Worth | None:
        """What each takes after from what the text gives the others, per period; negative for who loses."""
        if self.after is None:
            return None
        tie = SMALL * max([1.0, *map(abs, self.written.values())])
        taken = {party: self.after[party] - value for party, value in self.written.items()}
        return {party: value if abs(value) > tie else 0.0 for party, value in taken.items()}

    @property
    def deterred(self) -> tuple[str, ...]:
        """Parties that have a stake to sink and, expecting the talks, would be better off without the treaty."""
        expected = self.expected or {}
        tie = SMALL * max([1.0, *map(abs, expected.values())])
        return tuple(
            party
            for party, value in expected.items()
            if self.stakes.get(party, 0.0) > 0 and value < self.outside[party] - tie
        )

    def to_json(self) -> dict[str, Any]:
        """One entry of ``divisions`` in ``servanda-assessment/1``."""
        return {
            **{k: v for k, v in asdict(self).items() if k != "certificate"},
            "taken": self.taken,
            "deterred": list(self.deterred),
            "certificate": None if self.certificate is None else self.certificate.to_json(),
        }
