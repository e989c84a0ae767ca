"""A treaty along each of its terms: what becomes of it with another value, judged in floating point and once.

What is told of a value in the end is proved by whoever tells it.  How much is tried depends on the size of the game and
not on a clock, so that the same treaty is told the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import final

from treaties.assessing.assessment import Assessment
from treaties.bargaining.designs import AS_IT_STANDS, Design
from treaties.compiling.compile import compile_treaty
from treaties.model.red_lines import RedLine
from treaties.model.treaty import Treaty
from treaties.reading.red_lines import crossed_red_lines
from treaties.reading.variants import with_terms
from treaties.sweeping.judging import ANSWERS, CLOSER, DesignJudge, Outcome, Verdict
from treaties.sweeping.levers import Lever, Term, levers, size
from treaties.sweeping.moves import Flip
from treaties.sweeping.places import Moving
from treaties.sweeping.proved_search import ProvedSearch, Text
from treaties.sweeping.two_terms import coarse

ROWS = 800_000
"""Rows of all games together that are made while changes are tried: some 10 to 20 s of processor time."""
MAKING = 3_000
"""What making a game takes besides its rows, in rows."""
FEWEST = 30
"""So many games are made however large they are."""
FRAME = 3.0
"""Making the game of a term that is an amount or a chance, for all its values, takes as long as so many games."""
POINT = 0.1
"""As long as making so many games takes the judging of one of these values."""
SOLVED = 10.0
"""As long as making so many games takes judging one that screens cannot tell."""
MOST_SOLVED, FEWEST_SOLVED, SOLVED_ROWS = 48, 12, 2_000
"""Between so many of these are judged at most, fewer of larger games: as many as have so many rows together.  Each may
take seconds however small its game is."""


@final
class Line:
    """One term, and what becomes of the treaty along it.

    ``slow``   judging takes seconds: a flip is told between two of the values tried, and not narrowed.
    ``noisy``  nobody sees everything: what the screen leaves open stays open, as a closer look takes seconds.
    """

    def __init__(self, text: Text, lever: Lever, *, slow: bool = False, noisy: bool = False) -> None:
        self.lever, self.slow, self.noisy = lever, slow, noisy
        self.found: dict[Term, Outcome] = {lever.value: text.outcome}
        self._text = text
        self._moving = Moving(text.treaty, (lever,))

    def judged(self, value: Term) -> Outcome:
        """What becomes of the treaty with this value, as the screen tells it where there is one."""
        if value not in self.found:
            # A game made for one value alone is not kept: there are many, and each takes memory.
            moving = self._moving if self.lever.kind == "number" else Moving(self._text.treaty, (self.lever,))
            judge, world = moving.at(value)
            self.found[value] = judge.judge(world, quick=True)
        return self.found[value]

    def flip(self, value: Term) -> Flip | None:
        """The flip on the way from the text's value to another one that has the other verdict.

        It is narrowed, if that takes no seconds for each step, and both its sides are proved where they can be; None if
        a closer look finds none.
        """
        lever = self.lever
        if lever.kind == "number":
            ends = sorted((size(lever.value), size(value)))
            way = {one for one in self.found if ends[0] <= size(one) <= ends[1]}
        else:
            first, last = sorted((lever.values.index(lever.value), lever.values.index(value)))
            way = set(lever.values[first : last + 1])
        values = tuple(sorted(way | {lever.value, value}, key=size))
        part = replace(lever, values=values, kind="listed" if self.slow else lever.kind)
        search = ProvedSearch(self._text, part, self._moving, self._text.outcome)
        # What the screen leaves open is looked at more closely, unless that takes seconds.
        told = ("yes", "no", "no treaty", *(("undecided",) if self.slow or self.noisy else ()))
        search.found |= {at: one for at, one in self.found.items() if one.verdict in told}
        search.found[lever.value] = self._text.outcome
        flips = search.flips()
        if not flips:
            return None
        flip = flips[0]
        there = flip.fails if self._text.verdict == "yes" and flip.fails is not None else flip.holds
        return replace(flip, share=lever.share(there))


@final
class Scan:
    """A treaty along each of the terms that negotiators write.

    ``refusal``  why it cannot be asked; empty if it can.
    ``spent``    how many rows of games were made so far, ``solved`` how often something was judged that takes seconds;
                 nothing more is tried where ``left`` is false.
    """

    def __init__(self, treaty: Treaty, found: Assessment) -> None:
        self.treaty = treaty
        compiled = compile_treaty(treaty)
        here = DesignJudge(treaty, Design(AS_IT_STANDS), {})
        # Those of finer grids too, which are made for each value as well.
        self.rows = here.rows + MAKING
        self.refusal = ""
        if compiled.game.transfers != found.transfers:
            self.refusal = "changes are tried with side payments as the text says, and it was judged otherwise"
        told = here.judge({}, quick=True)
        # Its verdict is the assessment's; only what compliance is worth is read as it is of every other value.
        outcome = replace(told, verdict=ANSWERS[found.verdict], margin=found.margin)
        self.text = Text(treaty, 0.0, outcome)
        self.slow = told.route in ("solver", CLOSER)
        noisy = compiled.seen is not None
        self.lines = tuple(Line(self.text, lever, slow=self.slow, noisy=noisy) for lever in levers(treaty)[0])
        self.spent, self.solved = 0.0, 0
        self.most = float(max(ROWS, FEWEST * self.rows))
        self.most_solved = max(FEWEST_SOLVED, min(MOST_SOLVED, SOLVED_ROWS // compiled.game.n_rows))

    def crossed(self, terms: Mapping[str, Term]) -> tuple[RedLine, ...]:
        """Red lines that the treaty crosses with other values of its terms, and not as it stands."""
        if not any(party.red_lines for party in self.treaty.parties):
            return ()
        before = crossed_red_lines(self.treaty)
        return tuple(line for line in crossed_red_lines(with_terms(self.treaty, terms)) if line not in before)

    @property
    def wanted(self) -> Verdict:
        """The opposite of the text's answer; of one that is undecided that it holds."""
        return "no" if self.text.verdict == "yes" else "yes"

    @property
    def left(self) -> bool:
        """Whether more may be tried."""
        return self.spent < self.most and self.solved < self.most_solved

    def nearest(self) -> list[tuple[Line, Term]]:
        """All values to be tried of all terms, the nearest to the text first; only a few of each where it is slow."""
        every = [
            (line, value)
            for line in self.lines
            for value in (coarse(line.lever) if self.slow else (*line.lever.sides[0], *line.lever.sides[1]))
        ]
        return sorted(every, key=lambda one: one[0].lever.share(one[1]))

    @property
    def why_short(self) -> str:
        """Why nothing more is tried, in words that a note begins with."""
        return "each trial takes long" if self.solved >= self.most_solved else "the game is large"

    def spend(self, games: float) -> None:
        """Count that so many games were made, and the last of them judged."""
        self.spent += (games + SOLVED * self.slow) * self.rows
        self.solved += self.slow

    def judged(self, line: Line, value: Term) -> Outcome:
        """As ``Line.judged``, counted."""
        if value not in line.found:
            frame = FRAME if len(line.found) == 1 else POINT
            self.spend(frame if line.lever.kind == "number" else 1.0)
        return line.judged(value)
