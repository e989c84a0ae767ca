"""What becomes of one design in one world: in floating point and in milliseconds where that serves, else by proof.

A design is compiled once; in each world only its numbers are worked out and the plan is screened, by the screen for
what everyone sees and for payments between the parties.  What it leaves open, and what it cannot take (conduct that
compliance leaves free, claims whose worth depends on patience where payments are judged at other discount factors than
the parties' own), goes to the methods that judge a treaty everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Literal, final

import numpy as np

from games.certificates.certificate import Certificate
from games.model.stochastic_game import GameError
from games.numerics.arrays import Floats
from games.solvers.penal_modes import PenalModes, Screen
from games.solvers.screen import PlanScreen
from games.solvers.screens import PaymentScreen, SeenPayments, SignalledPayments, SignalScreen
from games.solvers.verdict import BARELY, Sustainable, Undecided, Unsustainable, certificate_of, known_margin
from games.solvers.verdict import Verdict as Told
from games.structure.numbers import Numbers
from games.structure.public import PublicNumbers, PublicStructure
from games.structure.structure import Structure
from treaties.assessing.answers import Version
from treaties.assessing.credibility import CAREFUL, Effort
from treaties.assessing.finer_grid import finer_game
from treaties.assessing.timeline import years_shown
from treaties.bargaining.designs import Design
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.one_world import OneWorld
from treaties.compiling.template import Template
from treaties.effects import CompilationError, Enforced
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.variants import apply_variant
from treaties.reading.worlds import World
from treaties.sweeping.draws import Span, left_to_worlds

Verdict = Literal["yes", "no", "undecided", "no treaty"]
ANSWERS: dict[str, Verdict] = {"sustainable": "yes", "unsustainable": "no", "undecided": "undecided"}

EFFORT = Effort(vertices=(12, 48), attempts=4, seconds=2.0, rungs=False, finer=False)
"""How hard proofs are looked for where the screen tells nothing, and when what it told is proved."""

CLOSER = "closer look"
PATIENCE = PenalModes(search_seconds=0.15, refute_seconds=0.15, whole_sets=False)
"""How a world is looked at that the screen leaves undecided, where all conduct is seen and nobody pays: most of what
is not told so quickly stays open for minutes."""

GRID = "grid"
"""How a world is left undecided whose answer is the opposite on grids of stocks twice as fine."""

NEARLY = 1e-6
"""Margins below this share of the payoff range are proved exactly."""

AT_BOTH = ", at the lowest and the highest of the parties' discount factors as common ones"
"""With payments, which need one discount factor for all."""


@final
@dataclass(frozen=True)
class Outcome:
    """One design in one world.

    ``verdict``  whether full compliance can be sustained; "no treaty" where the numbers do not go together.
    ``margin``   of a yes what compliance withstands at least, else what it lacks at least (negative) or withstands at
                 most; None if not known.
    ``route``    what decided: of a screen "bounds", "reversion", a number, the name of the method whose floating point
                 it is, or "patience" where compliance holds at one of two discount factors and fails at the other;
                 "solver" for the other methods; "grid" where finer grids of stocks give the opposite answer.
    ``first``    the party that is hardest to deter, "" unless it is a no; ``year`` after signature in which its moment
                 comes at the earliest, from 1 on, 0 if not known.
    ``values``   per party, the average payoff per period of full compliance; empty if not known.
    ``concept``  the solution concept of the verdict; empty without a treaty.
    ``certified``  whether the verdict came with a certificate that was checked.
    ``near``     whether the margin is so small that floating point should not be trusted with the answer.
    """

    verdict: Verdict
    margin: float | None
    route: str
    first: str = ""
    year: int = 0
    values: tuple[float, ...] = ()
    near: bool = False
    concept: str = ""
    certified: bool = False

    @property
    def screened(self) -> bool:
        """It was told in floating point alone."""
        return self.verdict in ("yes", "no") and self.route not in (CLOSER, "solver")

    @property
    def bounded(self) -> bool:
        """The margin of a yes is that of what was found; more may be withstood."""
        return self.route != "solver"

    def withstands(self, margin: float) -> Verdict:
        """Whether it holds and compliance beats deviating by so much; of less than a bound that is not known."""
        if self.verdict != "yes" or not margin:
            return self.verdict
        if self.margin is None:  # of the screen: nobody can deviate
            return "yes" if self.screened else "undecided"
        return "yes" if self.margin >= margin else "undecided" if self.bounded else "no"


@final
class DesignJudge:
    """One design, compiled once, in any of its worlds; where nothing varies, in its own numbers alone.

    Where it has stocks it is compiled on grids twice as fine as well, unless that game is too large, and no answer that
    is the opposite there is given.

    ``problem``  why its terms do not go together; empty else.  ``refinement`` of its grids, as in ``compile_treaty``.
    ``finer``    whether to look at finer grids; who does not has to have the answer proved by who does.
    """

    def __init__(
        self,
        treaty: Treaty,
        design: Design,
        spans: Mapping[str, Span],
        refinement: int = 1,
        *,
        finer: bool = True,
    ) -> None:
        self.problem = ""
        self.paths: tuple[str, ...] = ()
        self._template: Template | OneWorld | None = None
        self._shared: PlanScreen[Any] | None = None
        self._finer: DesignJudge | None = None
        try:
            changed = treaty if design.variant is None else apply_variant(treaty, design.variant)
            self.paths = left_to_worlds(treaty, changed, spans)
            ranges = {path: (spans[path].low, spans[path].high) for path in self.paths}
            template = Template.of(changed, ranges, refinement) if ranges else OneWorld(changed, refinement)
            compiled = template.compiled({})
        except (TreatyFileError, CompilationError) as error:
            self.problem = str(error).splitlines()[0]
        else:
            self._template = template
            self._rows, self._years = compiled.game.n_rows, years_shown(compiled)
            # Screens know of no types.
            self._screened = not changed.has_types and _can_be_screened(compiled)
            self._plain = (
                not changed.has_types and compiled.game.monitoring is None and compiled.game.transfers == "none"
            )
            if finer and refinement == 1 and isinstance(finer_game(changed, compiled), CompiledTreaty):
                self._finer = DesignJudge(treaty, design, spans, refinement=2)

    @property
    def screened(self) -> bool:
        """Whether floating point may speak of it; other methods take seconds for each world."""
        return self._template is not None and self._screened

    @property
    def rows(self) -> int:
        """How many rows its game has, for which judging takes the longer the more there are; those of finer grids too.

        0 of what is no treaty.
        """
        if self._template is None:
            return 0
        return self._rows + (0 if self._finer is None else self._finer.rows)

    @property
    def recompiled(self) -> int:
        """In how many worlds so far the structure was another, and the treaty was compiled anew."""
        return 0 if self._template is None else self._template.recompiled

    def judge(self, world: World, *, quick: bool = False) -> Outcome:
        """What becomes of the design in a world that gives values to its ``paths``.

        ``quick``  leave undecided what the screen leaves undecided, if it can be asked.
        """
        return self._checked(self._judge(world, quick), world, quick)

    def _judge(self, world: World, quick: bool) -> Outcome:
        """The same on these grids alone."""
        if self._template is None:
            return Outcome("no treaty", None, "")
        try:
            found = self._told(world)
            if found is not None and (found.verdict != "undecided" or found.route or quick):
                return found
            if found is not None and self._plain:
                return self._closer(world, found)
            return self._solved(self._text(world, EFFORT))
        except (TreatyFileError, CompilationError):
            return Outcome("no treaty", None, "")

    def glance(self, world: World) -> Outcome:
        """What the screen alone makes of the design in a world; undecided without a concept if it cannot be asked."""
        if self._template is None:
            return Outcome("no treaty", None, "")
        try:
            found = self._told(world) or Outcome("undecided", None, "")
        except (TreatyFileError, CompilationError):
            return Outcome("no treaty", None, "")
        return self._checked(found, world, quick=True)

    def along(self, world: World) -> tuple[Outcome, Floats | None]:
        """What the screen alone makes of the design in a world, and what staying is worth minus leaving, year by year.

        Float[years, parties], the least over the situations that compliance can reach in the year: where it holds
        under the punishments that were found, else under the harshest that bounds allow, so that its least is the
        margin or, in years beyond, above it.  None where parties have no line of incentives of their own (signals,
        payments, types), or the answer does not come from incentives along compliance.
        """
        found = self.glance(world)
        return found, self._line(world, found)

    def at_once(self, world: World) -> tuple[Outcome, Floats | None]:
        """The same, on these grids alone, with a closer look that is short, and without what may take minutes.

        Where only other methods than the screen can tell, it is undecided, without values and by no route.
        """
        if self._template is None:
            return Outcome("no treaty", None, ""), None
        try:
            found = self._told(world)
            if found is None:
                return Outcome("undecided", None, ""), None
            if found.verdict == "undecided" and not found.route and self._plain:
                found = self._closer(world, found)
        except (TreatyFileError, CompilationError):
            return Outcome("no treaty", None, ""), None
        return found, self._line(world, found)

    def _line(self, world: World, found: Outcome) -> Floats | None:
        """What staying is worth minus leaving, year by year, where an answer is due to that."""
        if self._template is None or found.verdict not in ("yes", "no", "undecided") or found.route == GRID:
            return None
        screen, numbers = self._screen(world) or (None, None)
        if not isinstance(screen, Screen) or not isinstance(numbers, Numbers):
            return None
        _, slack = screen.incentives(numbers)
        if found.verdict == "no" and slack.min() >= 0:
            return None
        return screen.least_by_period(slack, self._years)

    def solve(self, world: World) -> Outcome:
        """The same by the methods that judge treaties everywhere else: slower, and with the margin as they find it."""
        return self._checked(self._solve(world), world)

    def _checked(self, found: Outcome, world: World, quick: bool = False) -> Outcome:
        """The same, and undecided where it is the opposite on finer grids."""
        if self._finer is None or found.verdict not in ("yes", "no"):
            return found
        if {found.verdict, self._finer.judge(world, quick=quick).verdict} != {"yes", "no"}:
            return found
        return replace(
            found, verdict="undecided", margin=None, route=GRID, first="", year=0, near=False, certified=False
        )

    def _solve(self, world: World) -> Outcome:
        """As ``solve``, on these grids alone."""
        if self._template is None:
            return Outcome("no treaty", None, "")
        try:
            return self._solved(self._text(world, EFFORT))
        except (TreatyFileError, CompilationError):
            return Outcome("no treaty", None, "")

    def prove(self, world: World) -> tuple[Verdict, Certificate | None]:
        """What the screen tells of a world, proved in exact arithmetic; "undecided" where no proof was found."""
        assert self._template is not None
        told = self._screen(world)
        if told is None:
            return "undecided", None
        screen, numbers = told
        compiled = self._template.compiled(world)
        found = screen.prove(numbers, compiled.game, compiled.plan)
        return _answer(found), certificate_of(found)

    def reprove(
        self, world: World, effort: Effort = CAREFUL, *, quick: bool = False
    ) -> tuple[Verdict, Certificate | None]:
        """The answer proved anew, by whatever method proves it; "undecided" where finer grids give the opposite.

        ``effort``  of other methods than the screen's;  ``quick`` without these, if the screen can be asked.
        """
        if self._template is None:
            return "no treaty", None
        try:
            found = self.prove(world)
            if found[0] == "undecided" and self._plain and not quick:
                compiled = self._template.compiled(world)
                closer = PATIENCE.solve(compiled.game).verdict(compiled.plan)
                found = _answer(closer), certificate_of(closer)
            if found[0] == "undecided" and not (quick and self._screened):
                text = self._text(world, replace(effort, finer=False))
                judgement = text.verdict(text.compiled.game.transfers)
                note = judgement.certificate
                found = ANSWERS[judgement.verdict], None if note is None else note.proof
        except (TreatyFileError, CompilationError):
            return "no treaty", None
        if self._finer is not None and {found[0], self._finer.judge(world, quick=quick).verdict} == {"yes", "no"}:
            return "undecided", None
        return found

    def _screen(self, world: World) -> tuple[PlanScreen[Any], Numbers | PublicNumbers] | None:
        """The screen of a world, made once for the structure that nearly all share, and its numbers.

        None if it cannot be asked.
        """
        assert self._template is not None
        if not self._screened:
            return None
        try:
            numbers = self._template.with_numbers(world)
        except GameError:
            # Clauses with signals that cannot be put to one entry at a time.
            return None
        screen = self._shared
        if screen is None or numbers.structure is not self._template.structure:
            screen = _screen_of(numbers.structure, self._template.compiled(world))
            if numbers.structure is self._template.structure:
                self._shared = screen
        return (screen, numbers) if screen.settled else None

    def _closer(self, world: World, told: Outcome) -> Outcome:
        """What was ``told``, or what penal codes and bounds prove in a little more time."""
        assert self._template is not None
        compiled = self._template.compiled(world)
        solution = PATIENCE.solve(compiled.game)
        found = solution.verdict(compiled.plan)
        if isinstance(found, Undecided):
            return told
        link = solution.weakest_link(compiled.plan, found) if isinstance(found, Unsustainable) else None
        return replace(
            told,
            verdict=_answer(found),
            margin=known_margin(found),
            route=CLOSER,
            certified=True,
            first="" if link is None else self._party(link.player),
        )

    def _told(self, world: World) -> Outcome | None:
        """What the screen tells; None if it cannot be asked."""
        told = self._screen(world)
        if told is None:
            return None
        screen, numbers = told
        found = screen.judge(numbers)
        return Outcome(
            found.answer,
            found.margin if isfinite(found.margin) and found.margin != BARELY else None,
            found.route,
            "" if found.breaks is None else self._party(found.breaks[1]),
            0 if found.breaks is None else found.breaks[2],
            tuple(found.values.tolist()),
            found.margin != BARELY and abs(found.margin) < NEARLY * float(np.ptp(numbers.earned)),
            screen.concept.value + (AT_BOTH if isinstance(screen, PaymentScreen) else ""),
        )

    def _party(self, number: int) -> str:
        assert self._template is not None
        return self._template.treaty.parties[number].id

    def _text(self, world: World, effort: Effort) -> Version:
        """The treaty of a world, to be judged on these grids."""
        assert self._template is not None
        game = None if self._template.refinement == 1 else self._template.compiled(world)
        return Version(self._template.at(world), None, effort, game)

    @staticmethod
    def _solved(text: Version) -> Outcome:
        """By the methods that judge treaties everywhere else, with proof."""
        pays = text.compiled.game.transfers
        judgement = text.verdict(pays)
        # The discount factors themselves, which another world has others of, are not part of the name.
        concept = text.judged(text.settings(pays)[0][1], pays).judgement.concept
        link = judgement.weakest_link
        broken = link is not None and judgement.verdict == "unsustainable"
        return Outcome(
            ANSWERS[judgement.verdict],
            judgement.margin,
            "solver",
            link.party if link is not None and broken else "",
            0,
            tuple(text.values.tolist()),
            concept=concept + ("" if pays == "none" else AT_BOTH),
            certified=judgement.certificate is not None and judgement.certificate.checked,
        )


def _answer(found: Told) -> Verdict:
    return "yes" if isinstance(found, Sustainable) else "no" if isinstance(found, Unsustainable) else "undecided"


def _can_be_screened(compiled: CompiledTreaty) -> bool:
    """Whether a screen may speak of a treaty.

    With payments compliance is judged at common discount factors; claims that count by patience are then worth
    something else than what they are worth to the parties themselves.
    """
    late = any(isinstance(effect, Enforced) and effect.delay for effect in compiled.effects)
    return compiled.game.transfers == "none" or not late


def _screen_of(structure: Structure | PublicStructure, compiled: CompiledTreaty) -> PlanScreen[Any]:
    """The screen for what is seen in the games of a structure, of which one is given, and for payments in them."""
    pays = compiled.game.transfers != "none"
    if isinstance(structure, PublicStructure):
        return (SignalledPayments if pays else SignalScreen)(structure, compiled.game)
    return SeenPayments(structure, compiled.game) if pays else Screen(structure)
