"""The least trust at signature at which a public rule is an equilibrium, where beliefs drift.

With all priors but one player's fixed, the chances of that player's types at which the rule is an equilibrium are cut
out by linear demands (``belief_regions``), so that along a line of priors they are an interval.  Its ends are exact
where the demands are found in full; elsewhere they are enclosed between what is refused and what is accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import final

from games.certificates.typed.belief_check import deviation_place
from games.certificates.typed.learning import Belief
from games.model.typed_game import Matrix, TypedGame
from games.play.belief_regions import Region
from games.play.drifting_beliefs import Corners, DriftingBeliefs, Unstable, failing

WIDTH = Fraction(1, 10**9)
"""Brackets are no wider than this."""
TRIED = tuple(Fraction(k, 16) for k in range(16, -1, -1))
"""Chances at which a rule is judged where its ends are not known."""
Verdict = Corners | Unstable | None


@final
@dataclass(frozen=True)
class LeastTrust:
    """The priors along a line at which a rule is an equilibrium.

    ``least``, ``greatest``  each (refused, accepted): the end lies between them, the same twice if it is known exactly.
                             None where the rule is an equilibrium nowhere on the line, or it is not known where.
    ``binding``  what pays below the least, after what outcomes, or at any trust; None if nothing does.
    ``why``      why there are none.
    """

    least: tuple[Fraction, Fraction] | None
    greatest: tuple[Fraction, Fraction] | None
    binding: Unstable | None = None
    why: str = ""


def least_trust(drift: DriftingBeliefs, player: int, trusted: Sequence[int]) -> LeastTrust:
    """The least and greatest chance of a player's ``trusted`` types at which its rule is an equilibrium.

    The trusted types keep their proportions, and so do the others; of priors that give either no chance it takes the
    first type, or all of them alike.
    """
    typed, rule = drift.typed, drift.rule
    line = _Line(typed, player, tuple(trusted))
    again = None if typed.redraws is None else typed.redraws[player]
    if drift.several or again is not None:
        return _bracketed(lambda x: DriftingBeliefs(line.at(x), rule).said, [line.here, *TRIED])
    for one in drift.certain:
        if next(iter(one.slack.values())) < 0:
            why = f"{deviation_place(drift.nodes, one)} pays whatever is believed"
            return LeastTrust(None, None, Unstable(drift.way_to(one.node), one), why)
    for i, regions in drift.regions.items():
        lacking = failing(regions.by_node[0], typed.prior[i])
        if i != player and lacking is not None:
            why = f"{deviation_place(drift.nodes, lacking.temptation)} pays whatever the trust"
            return LeastTrust(None, None, lacking, why)
    regions = drift.regions[player]
    low, high, binding = line.part(regions.by_node[0])
    if low > high:
        return LeastTrust(None, None, binding, "no trust at signature is enough")

    def verdict(x: Fraction) -> Corners | Unstable | None:
        return drift.at(line.priors(x)).said

    if regions.closed and isinstance(verdict(low), tuple) and isinstance(verdict(high), tuple):
        return LeastTrust((low, low), (high, high), binding)
    return _bracketed(verdict, [line.here, low, high, *TRIED])


def least_common(drift: DriftingBeliefs, trusted: Sequence[Sequence[int]]) -> LeastTrust:
    """How much all must be trusted if all are trusted alike; ``trusted`` per player the types that count as such.

    Players that have no other types, or none of these, stay as they are.
    """
    typed = drift.typed
    lines = [_Line(typed, i, tuple(good)) for i, good in enumerate(trusted) if 0 < len(good) < len(typed.types[i])]

    def said(trust: Fraction) -> Verdict:
        priors = list(typed.prior)
        for line in lines:
            priors[line.player] = line.priors(trust)[line.player]
        return drift.at(priors).said

    return _bracketed(said, TRIED)


@final
class _Line:
    """Priors about one player along which only the chance of the trusted types changes."""

    def __init__(self, typed: TypedGame, player: int, trusted: tuple[int, ...]) -> None:
        self.typed, self.player = typed, player
        prior = typed.prior[player]
        self.ends = _part(prior, trusted), _part(prior, tuple(t for t in range(len(prior)) if t not in trusted))
        self.here = sum((prior[t] for t in trusted), Fraction(0))

    def priors(self, trust: Fraction) -> Matrix:
        """All priors, with this chance of the trusted types."""
        mixed = tuple(trust * a + (1 - trust) * b for a, b in zip(*self.ends, strict=True))
        return tuple(mixed if i == self.player else p for i, p in enumerate(self.typed.prior))

    def at(self, trust: Fraction) -> TypedGame:
        """The game with these priors."""
        return replace(self.typed, prior=self.priors(trust))

    def part(self, region: Region) -> tuple[Fraction, Fraction, Unstable | None]:
        """The part of the line inside a region, empty if the first exceeds the second, and what binds below."""
        low, high, binding = Fraction(0), Fraction(1), None
        for demand in region.demands:
            yes, no = (sum((h * b for h, b in zip(demand.normal, end, strict=True)), Fraction(0)) for end in self.ends)
            if yes >= 0 and no < 0 and no / (no - yes) > low:
                low, binding = no / (no - yes), Unstable(*demand.path())
            elif yes < 0 <= no:
                high = min(high, no / (no - yes))
            elif yes < 0 and no < 0:
                return Fraction(1), Fraction(0), Unstable(*demand.path())
        return low, high, binding


def _part(prior: Belief, types: tuple[int, ...]) -> Belief:
    """The chances of some types given that it is one of them."""
    total = sum((prior[t] for t in types), Fraction(0))
    if total:
        return tuple(prior[t] / total if t in types else Fraction(0) for t in range(len(prior)))
    if 0 in types:
        return tuple(Fraction(int(t == 0)) for t in range(len(prior)))
    return tuple(Fraction(int(t in types), len(types)) for t in range(len(prior)))


def _bracketed(verdict: Callable[[Fraction], Verdict], tried: Sequence[Fraction]) -> LeastTrust:
    """The ends between what is refused and what is accepted, from what is found at the chances tried."""
    found = {x: verdict(x) for x in sorted(set(tried))}
    accepted = [x for x, said in found.items() if isinstance(said, tuple)]
    refused = {x: said for x, said in found.items() if isinstance(said, Unstable)}
    if not accepted:
        if len(refused) == len(found):
            return LeastTrust(None, None, next(iter(refused.values())), "no trust that was tried is enough")
        return LeastTrust(None, None, why="that is not decided")
    below = [x for x in refused if x < accepted[0]]
    above = [x for x in refused if x > accepted[-1]]
    least, binding = _halved(verdict, accepted[0], max(below, default=None), refused, Fraction(0))
    greatest, _ = _halved(verdict, accepted[-1], min(above, default=None), refused, Fraction(1))
    return LeastTrust(least, greatest, binding)


def _halved(
    verdict: Callable[[Fraction], Verdict], accepted: Fraction, beyond: Fraction | None,
    refused: Mapping[Fraction, Unstable], last: Fraction,
) -> tuple[tuple[Fraction, Fraction], Unstable | None]:
    """(refused, accepted) as near to one another as verdicts carry, and what pays at the first.

    ``last``  the end of the line on that side, which is where ``accepted`` leads if nothing ``beyond`` is refused.
    """
    if beyond is None:
        return (last, accepted), None
    why = refused[beyond]
    while abs(accepted - beyond) > WIDTH:
        middle = (accepted + beyond) / 2
        said = verdict(middle)
        if isinstance(said, Unstable):
            beyond, why = middle, said
        elif said is None:
            break
        else:
            accepted = middle
    return (beyond, accepted), why
