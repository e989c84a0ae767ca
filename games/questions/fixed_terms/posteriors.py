"""Mixed equilibria of a fixed term: who may be a conditional complier builds a reputation, the other one doubts it.

Going backward from the end, what can be had while all have kept to the plan is found by the chance (posterior) that
the informed player is of the kind that follows a rule.  The informed player's type that chooses keeps to the plan
surely, never, or with the chance that lifts the posterior to one of a few; the other mixes as it takes.  What can be
had is then a set of points and of segments along the axes, in exact numbers, and every point comes with the play that
brings it.  Every point is an equilibrium; which posteriors are tried limits only what is found.

Source: Kreps, Milgrom, Roberts and Wilson (1982); chances are lifted as in Kreps and Wilson (1982).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt
from typing import Literal, final

from games.certificates.typed.clean_path import CleanNode, CleanPath
from games.certificates.typed.settled import Unsettled
from games.questions.fixed_terms.rules import Conduct, leaving_action

ZERO, ONE = Fraction(0), Fraction(1)
FIRST_CHANCES = 24
"""So many chances are tried before the least one is narrowed down."""
FIRST_POSTERIORS = 12
"""Chances are lifted to multiples of one over this, and to what the search finds to be worth lifting them to."""
CLOSE = Fraction(1, 2**56)
HALVINGS = 14
"""After so many a plain rational is looked for."""
TINY = Fraction(1, 2**20)


@final
@dataclass(frozen=True)
class Year:
    """One period of the plan in numbers, of the informed player (``i``) and the other (``j``); totals from here on.

    ``keep``    what the period pays if both keep to the plan; ``discount`` factors of both.
    ``sucker``  of who keeps to it alone, ``tempted`` of who leaves it alone, ``both`` if both leave it.
    ``tempted_by_rule``  of the other, if the informed player follows its rule.
    """

    keep: tuple[Fraction, Fraction]
    discount: tuple[Fraction, Fraction]
    sucker: tuple[Fraction, Fraction]
    tempted: tuple[Fraction, Fraction]
    both: tuple[Fraction, Fraction]
    tempted_by_rule: Fraction

    @cached_property
    def least_ahead(self) -> Fraction:
        """What the informed player must have from the next period on to keep to the plan with one who surely does."""
        return (self.tempted[0] - self.keep[0]) / self.discount[0]

    def doubt(self, ahead: Fraction) -> Fraction:
        """The other's chance of keeping to the plan at which the informed player is indifferent; it may exceed 1."""
        costs = self.both[0] - self.sucker[0]
        gain = self.keep[0] + self.discount[0] * ahead - self.tempted[0]
        return costs / (costs + gain) if costs + gain > 0 else 2 * ONE

    def leaving(self, chance: Fraction, kept: Fraction) -> Fraction:
        """What the other has of leaving the plan; ``kept`` is the informed player's total chance of keeping to it."""
        return chance * self.tempted_by_rule + (kept - chance) * self.tempted[1] + (1 - kept) * self.both[1]

    def keeping(self, kept: Fraction, ahead: Fraction) -> Fraction:
        """What the other has of keeping to the plan."""
        return kept * (self.keep[1] + self.discount[1] * ahead) + (1 - kept) * self.sucker[1]

    def ahead_of(self, kept: Fraction, keeping: Fraction) -> Fraction:
        """What the other must have from the next period on for keeping to the plan to bring so much."""
        return ((keeping - (1 - kept) * self.sucker[1]) / kept - self.keep[1]) / self.discount[1]


How = Literal["kept", "doubted", "left", "both left", "left or doubted", "built", "built and doubted", "end"]


@final
@dataclass(frozen=True)
class Part:
    """Payoffs from ``low`` to ``high``, which differ in one coordinate at most, and how they are had.

    ``posterior``  after the plan was kept.  ``ahead`` the part that is then played for.
    """

    low: tuple[Fraction, Fraction]
    high: tuple[Fraction, Fraction]
    how: How
    posterior: Fraction = ZERO
    ahead: Part | None = None

    def inside(self, other: Part) -> bool:
        """Whether all of it lies in another part that comes about alike."""
        ends = zip(other.low, self.low, self.high, other.high, strict=True)
        return self.how == other.how and all(o <= a and b <= p for o, a, b, p in ends)


@final
class Reputation:
    """Payoffs while the plan is kept, by years left and posterior.  ``informed`` is who may follow a rule."""

    def __init__(self, path: CleanPath) -> None:
        self.path = path
        self.informed, self.kind = _the_rule(path)
        self.other = 1 - self.informed
        self.nodes = _line(path)
        self.years = [self._year(node) for node in self.nodes]
        self.posteriors = {Fraction(k, FIRST_POSTERIORS) for k in range(1, FIRST_POSTERIORS + 1)}
        self._least_chances: dict[int, Fraction | None] = {}
        self._parts: dict[tuple[int, Fraction], list[Part]] = {}

    def parts(self, left: int, chance: Fraction) -> list[Part]:
        """What can be had with so many years left at a posterior."""
        if (left, chance) not in self._parts:
            found = [self._end(chance)] if left == 0 else list(self._of_year(self.years[left - 1], left, chance))
            kept: list[Part] = []
            for part in found:
                if not any(part.inside(x) for x in kept):
                    kept = [x for x in kept if not x.inside(part)] + [part]
            self._parts[left, chance] = kept
        return self._parts[left, chance]

    def surely(self, failing: int, chance: Fraction) -> Part | None:
        """A part had by keeping to the plan surely in all years but some last ones; None if none is found."""
        parts = self.parts(failing, chance)
        for left in range(failing + 1, len(self.years) + 1):
            parts = list(_kept(self.years[left - 1], parts, chance))
        return next(iter(parts), None)

    def least_chance(self, failing: int) -> Fraction | None:
        """The least chance of the rule at which that can be had, as far as is found."""
        if failing not in self._least_chances:
            for fewer in range(1, failing):
                least = self.least_chance(fewer)
                if least is not None and least not in self.posteriors:
                    self.posteriors.add(least)
                    self._parts.clear()
            self._least_chances[failing] = self._least(failing)
        return self._least_chances[failing]

    def _least(self, failing: int) -> Fraction | None:
        even = {Fraction(k, FIRST_CHANCES) for k in range(1, FIRST_CHANCES)} | self.posteriors
        tried = sorted((even | {p * q for p in even for q in self._deterring(failing)}) - {ONE})
        found = next((k for k, p in enumerate(tried) if self.surely(failing, p) is not None), None)
        if found is None:
            return None
        low, high = tried[found - 1] if found else ZERO, tried[found]
        while high - low > CLOSE:
            for _ in range(HALVINGS):
                middle = (low + high) / 2
                low, high = (low, middle) if self.surely(failing, middle) is not None else (middle, high)
            # The least chance is one division, and mostly the plainest number that is left.
            near = high.limit_denominator(isqrt(int(1 / (high - low))))
            if low < near <= high and self.surely(failing, near) is not None and self.surely(
                    failing, near - (near - low) * TINY) is None:
                return near
        return high

    def _deterring(self, failing: int) -> set[Fraction]:
        """Total chances of compliance that give who leaves the plan just what makes it keep to it a year before."""
        if not 0 < failing < len(self.years):
            return set()
        year, before = self.years[failing - 1], self.years[failing]
        gap = year.tempted[1] - year.both[1]
        need = before.ahead_of(ONE, before.leaving(ZERO, ONE)) - year.both[1]
        return {need / gap} if gap and 0 < need / gap < 1 else set()

    def conduct(self, part: Part, chance: Fraction) -> Conduct:
        """Who keeps to the plan with which chance, year by year, to have the greatest payoffs of a part."""
        out: dict[tuple[int, int], Fraction] = {}
        target = part.high
        for left in range(len(self.years), 0, -1):
            year, state = self.years[left - 1], self.nodes[left - 1].state
            kept = ONE if part.how in ("kept", "doubted") else chance / part.posterior
            others, ahead = _play(year, part, target, kept)
            out[self.informed, state] = ONE if chance == 1 and kept == 1 and part.how in ("kept", "doubted") else (
                ZERO if part.how in ("left", "both left", "left or doubted") else (kept - chance) / (1 - chance))
            out[self.other, state] = others
            if part.ahead is None:
                break
            part, target, chance = part.ahead, ahead, part.posterior
        return out

    def _of_year(self, year: Year, left: int, chance: Fraction) -> Iterator[Part]:
        """Parts of one year: the informed player keeps to the plan surely, never, or to lift the posterior."""
        yield from _kept(year, self.parts(left - 1, chance), chance)
        yield from _doubted(year, self.parts(left - 1, chance), chance)
        yield from _left(year, self.parts(left - 1, ONE), chance)
        for posterior in self._lifted(year, left, chance):
            if chance < posterior < 1:
                yield from _built(year, self.parts(left - 1, posterior), chance, posterior)

    def _lifted(self, year: Year, left: int, chance: Fraction) -> set[Fraction]:
        """What a chance may be lifted to: besides those always tried, where the other is then just indifferent.

        What makes it indifferent changes evenly with the posterior, as does what it has in parts that come about alike.
        """
        out = {p for p in self.posteriors if p > chance}
        before: dict[tuple[How, Fraction | None], list[tuple[Fraction, Fraction]]] = {}
        for p in sorted(out):
            even = year.ahead_of(chance / p, year.leaving(chance, chance / p))
            here: dict[tuple[How, Fraction | None], list[tuple[Fraction, Fraction]]] = {}
            for part in self.parts(left - 1, p):
                # Of parts alike the same posterior comes next, or nothing is learnt.
                kind = part.how, None if part.posterior == p else part.posterior
                for end in {part.low[1], part.high[1]}:
                    here.setdefault(kind, []).append((p, end - even))
                    for one, above in before.get(kind, ()):
                        if above * (end - even) < 0:
                            out.add(one + (p - one) * above / (above - end + even))
            before = here
        return out

    def _end(self, chance: Fraction) -> Part:
        """What is settled when the plan has ended without being left."""
        node, settled = self.nodes[0], self.path.settled
        worth = [ZERO, ZERO, ZERO]
        after = settled.after(self.path.row(node), node.memories)
        for state, p in settled.exact.law(self.path.row(node)).items():
            cells = settled.worth((state, after))
            for k, cell in enumerate(self._cells()):
                worth[k] += p * cells[cell]
        point = worth[0], (1 - chance) * worth[1] + chance * worth[2]
        return Part(point, point, "end")

    def _cells(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """The informed player's type that chooses; the other one's, against it and against the rule."""
        chooses, rule = [0, 0], [0, 0]
        for kinds in (chooses, rule):
            kinds[self.other] = self.path.players_types(self.other)[0]
        chooses[self.informed] = self.path.players_types(self.informed)[0]
        rule[self.informed] = self.kind
        return (self.informed, tuple(chooses)), (self.other, tuple(chooses)), (self.other, tuple(rule))

    def _year(self, node: CleanNode) -> Year:
        path, settled, game = self.path, self.path.settled, self.path.game
        mine, yours, by_rule = self._cells()
        players = (self.informed, self.other)
        step = [(leaving_action(path, i, node.state) - path.own(node, i)) * int(game.stride[node.state, i])
                for i in players]
        row = path.row(node)

        def brings(left: tuple[int, int], cell: tuple[int, tuple[int, ...]]) -> Fraction:
            return settled.brings(row + left[0] * step[0] + left[1] * step[1], node.memories, cell)

        year = Year(
            (settled.pays(mine[0], mine[1][mine[0]], row), settled.pays(yours[0], yours[1][yours[0]], row)),
            (path.typed.exact_discount(mine[0], mine[1][mine[0]]),
             path.typed.exact_discount(yours[0], yours[1][yours[0]])),
            (brings((0, 1), mine), brings((1, 0), yours)), (brings((1, 0), mine), brings((0, 1), yours)),
            (brings((1, 1), mine), brings((1, 1), yours)), brings((0, 1), by_rule))
        if not all(d > 0 for d in year.discount):
            raise Unsettled("a player does not care for later years")
        if not (year.sucker[0] < year.both[0] < year.tempted[0]):
            raise Unsettled(f"what the informed player can do in state {game.states[node.state]!r} is no dilemma, and "
                            "mixed rules are looked for in dilemmas only")
        return year


def _kept(year: Year, ahead: list[Part], chance: Fraction) -> Iterator[Part]:
    """Both keep to the plan surely."""
    need = year.least_ahead, year.ahead_of(ONE, year.leaving(chance, ONE))
    for part in ahead:
        low = max(part.low[0], need[0]), max(part.low[1], need[1])
        if low[0] <= part.high[0] and low[1] <= part.high[1]:
            yield Part(_brought(year, low), _brought(year, part.high), "kept", chance, part)


def _brought(year: Year, ahead: tuple[Fraction, Fraction]) -> tuple[Fraction, Fraction]:
    return year.keep[0] + year.discount[0] * ahead[0], year.keep[1] + year.discount[1] * ahead[1]


def _doubted(year: Year, ahead: list[Part], chance: Fraction) -> Iterator[Part]:
    """The informed player keeps to the plan surely, the other mixes."""
    leaving = year.leaving(chance, ONE)
    even = year.ahead_of(ONE, leaving)
    for part in ahead:
        if part.low[1] <= even <= part.high[1] and part.high[0] >= year.least_ahead:
            doubt = year.doubt(part.high[0])
            least = doubt * year.tempted[0] + (1 - doubt) * year.both[0]
            most = year.keep[0] + year.discount[0] * part.high[0]
            yield Part((least, leaving), (most, leaving), "doubted", chance, part)


def _left(year: Year, ahead: list[Part], chance: Fraction) -> Iterator[Part]:
    """The informed player leaves the plan unless it follows its rule, which is then known."""
    leaving = year.leaving(chance, chance)
    even = year.ahead_of(chance, leaving)
    for part in ahead:
        if part.low[0] <= year.least_ahead and even <= part.high[1]:
            low, high = (year.keeping(chance, max(w, even)) for w in (part.low[1], part.high[1]))
            yield Part((year.tempted[0], low), (year.tempted[0], high), "left", ONE, part)
        if part.low[1] <= even:
            yield Part((year.both[0], leaving), (year.both[0], leaving), "both left", ONE, part)
        if part.low[1] <= even <= part.high[1]:
            doubt = min(ONE, year.doubt(part.low[0]))
            most = doubt * year.tempted[0] + (1 - doubt) * year.both[0]
            yield Part((year.both[0], leaving), (most, leaving), "left or doubted", ONE, part)


def _built(year: Year, ahead: list[Part], chance: Fraction, posterior: Fraction) -> Iterator[Part]:
    """The informed player keeps to the plan with the chance that lifts the posterior so far."""
    kept = chance / posterior
    leaving = year.leaving(chance, kept)
    even = year.ahead_of(kept, leaving)
    for part in ahead:
        if part.low[0] <= year.least_ahead <= part.high[0] and even <= part.high[1]:
            low, high = (year.keeping(kept, max(w, even)) for w in (part.low[1], part.high[1]))
            yield Part((year.tempted[0], low), (year.tempted[0], high), "built", posterior, part)
        least = max(part.low[0], year.least_ahead)
        if least <= part.high[0] and part.low[1] <= even <= part.high[1]:
            ends = [d * year.tempted[0] + (1 - d) * year.both[0] for d in map(year.doubt, (part.high[0], least))]
            yield Part((ends[0], leaving), (ends[1], leaving), "built and doubted", posterior, part)


def _play(
    year: Year, part: Part, target: tuple[Fraction, Fraction], kept: Fraction
) -> tuple[Fraction, tuple[Fraction, Fraction]]:
    """The other's chance of keeping to the plan, and the payoffs ahead, that bring a point of a part."""
    ahead = part.ahead
    assert ahead is not None
    share = (target[0] - year.both[0]) / (year.tempted[0] - year.both[0])
    even = year.ahead_of(kept, target[1])
    if part.how == "kept":
        return ONE, ((target[0] - year.keep[0]) / year.discount[0], (target[1] - year.keep[1]) / year.discount[1])
    if part.how == "doubted":
        most = year.keep[0] + year.discount[0] * ahead.high[0]
        return (target[0] - year.sucker[0]) / (most - year.sucker[0]), (ahead.high[0], even)
    if part.how == "left":
        return ONE, (ahead.low[0], even)
    if part.how == "both left":
        return ZERO, ahead.low
    if part.how == "left or doubted":
        return share, (ahead.low[0], even)
    if part.how == "built":
        return ONE, (year.least_ahead, even)
    gain = (year.both[0] - year.sucker[0]) * (1 - share) / share
    return share, ((gain + year.tempted[0] - year.keep[0]) / year.discount[0], even)


def _the_rule(path: CleanPath) -> tuple[int, int]:
    """Who may follow a rule, and its type; raises ``Unsettled`` unless there is one such type and one of each other."""
    typed = path.typed
    rules = [(i, t) for (i, t) in path.settled.number if typed.prior[i][t]]
    if typed.game.n_players != 2 or len(rules) != 1 or any(len(path.players_types(i)) != 1 for i in range(2)):
        raise Unsettled("mixed rules are looked for between two players, one of whom may be of one type with a rule")
    if typed.prior[rules[0][0]][rules[0][1]] in (0, 1):
        raise Unsettled("it is certain what the players are")
    return rules[0]


def _line(path: CleanPath) -> list[CleanNode]:
    """The nodes of the plan, the last first; raises ``Unsettled`` unless there is one in each period."""
    nodes = sorted(path.backward, key=path.left.__getitem__)
    if [path.left[x] for x in nodes] != list(range(1, path.periods + 1)) or not all(all(x.alive) for x in nodes):
        raise Unsettled("mixed rules are looked for where chance moves nothing and the rule keeps to the plan")
    return nodes
