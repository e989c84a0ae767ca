"""What is asked of a treaty and its variants: every question is answered once, and all that is told reads the answers.

A question names a version of the text, the discount factors and the kind of side payments.  The answer is one
``Judgement``; which methods find it depends on what everyone sees and whether parties may pay one another.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, final

import numpy as np

from games.certificates.automata import NoProfitableDeviation
from games.certificates.certificate import Certificate
from games.numerics.arrays import Floats, Ints
from games.numerics.processes import Question
from games.numerics.progress import Progress
from games.play.markov_equilibria import markov_equilibria
from games.play.markov_play import MarkovPlay
from games.questions.discount_region import TOLERANCE, DiscountRegion
from games.questions.scan import scan
from treaties.assessing import seen_by_all
from treaties.assessing.credibility import CAREFUL, Credibility, Effort
from treaties.assessing.finer_grid import checked, checked_rung, finer_game
from treaties.assessing.found import Found
from treaties.assessing.ladder import Ladder, implied_by_refutation
from treaties.assessing.screening import Screening
from treaties.assessing.signal_size import CHEAP_ENTRIES, entries
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.findings.records import Judgement, Rung, Transfers, first_standing
from treaties.model.meanings import expression_faults
from treaties.model.treaty import Treaty, Variant
from treaties.reading.variants import apply_variant

if TYPE_CHECKING:
    from treaties.assessing.drifting_ladder import DriftingLadder
    from treaties.assessing.typed_ladder import TypedLadder

Factors = tuple[float, ...]

NO_REGION_WITH_TYPES = "not sought where parties have types: how much trust is needed is told instead"
LOWEST, HIGHEST, STEP = 0.02, 0.98, 0.04
KEPT_ROWS = 2_000_000
"""Games at other discount factors are kept as long as they have no more rows together than this."""


@final
class Answers:
    """The answers about one treaty: its text, its variants, and the same parties without it.

    ``effort``  how hard proofs are looked for.

    Raises ``CompilationError``, when first asked, if a version cannot become a game.
    """

    def __init__(self, treaty: Treaty, effort: Effort = CAREFUL) -> None:
        self.treaty = treaty
        self.text = Version(treaty, None, effort)
        self._variants: dict[str, Version] = {}

    def variant(self, variant: Variant) -> Version:
        """One of the file's variants."""
        if variant.name not in self._variants:
            self._variants[variant.name] = Version(apply_variant(self.treaty, variant), variant, self.text.effort)
        return self._variants[variant.name]

    @property
    def variants(self) -> tuple[Version, ...]:
        """All of the file's variants."""
        return tuple(self.variant(variant) for variant in self.treaty.variants)

    @property
    def uncooperative(self) -> Floats | None:
        """Float[parties]: payoffs without the articles if nobody cooperates; None if no such equilibrium is found."""
        if self.without_articles is None:
            return None
        game, rows = self.without_articles[0].game, self.without_articles[1]
        return np.asarray(MarkovPlay(game, rows).values()[game.initial])

    @cached_property
    def without_articles(self) -> tuple[CompiledTreaty, Ints] | None:
        """The game without the articles, and Int[states] the rows of play in it if nobody cooperates.

        That of least joint payoff among the Markov equilibria of the same parties, matters and world; None if no such
        equilibrium is found, or if what describes the world looks at something that articles bring.
        """
        world = tuple(p for p in self.treaty.provisions if p.environment)
        bare = self.treaty.model_copy(update={"provisions": world, "variants": (), "exit": False})
        if any(expression_faults(bare)):
            return None
        compiled = compile_treaty(bare)
        game = compiled.game
        found = markov_equilibria(game)
        least = min(found, key=lambda rows: MarkovPlay(game, rows).values()[game.initial].sum(), default=None)
        return None if least is None else (compiled, least)


@final
class Version:
    """One text of a treaty, compiled once; ``variant`` is what it changes in the file's text, None for that itself.

    ``game``  its game, if it is at hand, or if it is to be judged from another state on; ``screening`` of that game.
    """

    def __init__(
        self,
        treaty: Treaty,
        variant: Variant | None,
        effort: Effort,
        game: CompiledTreaty | None = None,
        screening: Screening | None = None,
    ) -> None:
        self.treaty = treaty
        self.variant = variant
        self.effort = effort
        self._game, self._screening = game, screening
        self._own: dict[Transfers, CompiledTreaty] = {}
        self._games: OrderedDict[tuple[Factors, Transfers], CompiledTreaty] = OrderedDict()
        self._credible: dict[Factors, Credibility] = {}
        self._milder: dict[Factors, tuple[Rung, ...]] = {}
        self._found: dict[tuple[Factors, Transfers], Found] = {}
        self._margins: dict[tuple[float, Transfers], float | None] = {}
        self._asked: dict[Transfers, Question[dict[float, float | None]]] = {}
        self._regions: dict[Transfers, DiscountRegion] = {}
        self._trusting: dict[tuple[Factors, Transfers], TypedLadder | DriftingLadder] = {}

    @cached_property
    def compiled(self) -> CompiledTreaty:
        """The game at the parties' own discount factors, with side payments as the text says."""
        return self._game or compile_treaty(self.treaty)

    @cached_property
    def finer(self) -> Version | str | None:
        """The same text with its stocks on grids twice as fine; why they are not looked at; None where none are.

        Sweeps compile the designs that they judge on finer grids themselves.
        """
        if not self.effort.finer or self.compiled.context.refinement > 1 or self._game is not None:
            return None
        game = finer_game(self.treaty, self.compiled)
        if not isinstance(game, CompiledTreaty):
            return game
        return Version(self.treaty, self.variant, self.effort, game)

    @property
    def own(self) -> Factors:
        """The parties' own discount factors."""
        return tuple(party.discount.value for party in self.treaty.parties)

    @property
    def common_factors(self) -> list[tuple[str, float]]:
        """Discount factors for all at which payments are judged, with their labels."""
        own = sorted(set(self.own))
        return [("common", own[0])] if len(own) == 1 else [("lowest", own[0]), ("highest", own[-1])]

    def alike(self, discount: float) -> Factors:
        """One discount factor for all parties."""
        return (discount,) * len(self.treaty.parties)

    def settings(self, transfers: Transfers) -> list[tuple[str, Factors]]:
        """The discount factors of the verdict, with their labels: with payments common ones, without the parties' own.

        The theory of voluntary payments needs one factor for all.
        """
        if transfers == "none":
            return [("own", self.own)]
        return [(label, self.alike(discount)) for label, discount in self.common_factors]

    def at(self, factors: Factors, transfers: Transfers) -> CompiledTreaty:
        """The game at some discount factors, with or without side payments."""
        if factors == self.own:
            if transfers not in self._own:
                self._own[transfers] = self.compiled.with_transfers(transfers)
            return self._own[transfers]
        key = factors, transfers
        if key not in self._games:
            other = self._games.get((factors, "none" if transfers == "voluntary" else "voluntary"))
            at = self.compiled.with_discount(factors) if other is None else other
            self._games[key] = at.with_transfers(transfers)
            while len(self._games) * self.compiled.game.n_rows > KEPT_ROWS and len(self._games) > 1:
                self._games.popitem(last=False)
        return self._games[key]

    def judged(self, factors: Factors, transfers: Transfers) -> Found:
        """Whether full compliance can be sustained, with its proof; held against that on finer grids of stocks."""
        key = factors, transfers
        if key not in self._found:
            self._found[key] = self._checked(self._judged(factors, transfers), factors, transfers)
        return self._found[key]

    def _checked(self, found: Found, factors: Factors, transfers: Transfers) -> Found:
        """An answer held against that on finer grids; as it is where there are no stocks."""
        finer, states = self.finer, self.compiled.game.n_states
        if finer is None:
            return found
        if isinstance(finer, str):
            return replace(found, judgement=checked(found.judgement, states, None, None, finer))
        its = finer.judged(factors, transfers).judgement
        return replace(found, judgement=checked(found.judgement, states, its, finer.compiled.game.n_states, ""))

    def _judged(self, factors: Factors, transfers: Transfers) -> Found:
        """The answer on the grids of the text."""
        at = self.at(factors, transfers)
        if self.treaty.has_types:
            return Found(self._trusted(factors, transfers), at)
        if at.seen is not None:
            from treaties.assessing import with_signals

            found = with_signals.judge(at, self.effort.with_signals, narrow=self.effort.narrow)
            if found.judgement.verdict == "undecided" and transfers == "none":
                standing = first_standing(self._standing(factors))
                if standing is not None:
                    return with_signals.held_by(standing, found)
            return found
        if transfers == "voluntary":
            from treaties.assessing import with_payments

            return with_payments.judge(at)
        told = factors == self.own and self.effort.rungs
        return seen_by_all.judge(self.credible(factors), lambda: self._standing(factors), told=told)

    def reprove(self, certificate: Certificate) -> bool:
        """Answer, at the parties' own factors without side payments, from a certificate that is at hand.

        Only where everyone sees everything.  False if its check does not prove an answer; then one has to be found.
        """
        if self.treaty.has_types:
            return False
        judgement = self.credible(self.own).reproved(certificate)
        if judgement is not None:
            found = Found(judgement, self.at(self.own, "none"))
            self._found[(self.own, "none")] = self._checked(found, self.own, "none")
        return judgement is not None

    def verdict(self, transfers: Transfers) -> Judgement:
        """The answer on this version: what holds, or fails, at every discount factor of its settings."""
        return over_factors(
            [(label, self.judged(factors, transfers).judgement) for label, factors in self.settings(transfers)]
        )

    def ladder(self, transfers: Transfers) -> tuple[Rung, ...]:
        """All rungs at the parties' own factors where nobody pays; else rung 4 alone.

        Of a variant that rung 4 refutes, or a text with many signals, the milder rungs are not tried: they follow, as
        do those that were tried and stayed undecided.
        Where proofs are not looked for rung by rung, rung 4 alone is told.  Each is checked on finer grids of stocks.
        """
        rungs = self._ladder(transfers)
        if not isinstance(self.finer, Version):
            return rungs
        milder = zip(rungs[:-1], self.finer.ladder(transfers)[:-1], strict=True)
        return (*(checked_rung(rung, its) for rung, its in milder), rungs[-1])

    def _ladder(self, transfers: Transfers) -> tuple[Rung, ...]:
        """The same, all but the last on the grids of the text."""
        top = self.verdict(transfers)
        last = Rung(4, top)
        if self.treaty.has_types:
            _, factors = self.settings(transfers)[0]
            return (*self.trusting(factors, transfers).rungs, last)
        if transfers == "voluntary" or not self.effort.rungs:
            return (last,)
        if top.verdict != "unsustainable":
            return (*self.milder(self.own), last)
        follow = [implied_by_refutation(number, top) for number in (1, 2, 3)]
        if self.variant is not None or entries(self.compiled) > CHEAP_ENTRIES:
            return (*follow, last)
        tried = zip(self.milder(self.own), follow, strict=True)
        return (*(so if rung.verdict == "undecided" else rung for rung, so in tried), last)

    def _trusted(self, factors: Factors, transfers: Transfers) -> Judgement:
        """The answer with types; open where rung 4 alone may hold without them, as it is not judged with them."""
        typed = self.trusting(factors, transfers)
        if typed.judgement.verdict != "unsustainable" or typed.stands_without_types:
            return typed.judgement
        if typed.compiled.seen is None:
            refuted = self.credible(factors).screened == "no"
        else:
            from treaties.assessing import with_signals

            found = with_signals.judge(typed.compiled, self.effort.with_signals, narrow=self.effort.narrow)
            refuted = found.judgement.verdict == "unsustainable"
        return typed.judgement if refuted else typed.open_beyond()

    def trusting(self, factors: Factors, transfers: Transfers) -> TypedLadder | DriftingLadder:
        """The ladder with types, at some discount factors of the parties as described."""
        # Treaties without types need none of it.
        from treaties.assessing.drifting_ladder import DriftingLadder
        from treaties.assessing.typed_ladder import TypedLadder
        from treaties.compiling.typed import beliefs_drift

        key = factors, transfers
        if key not in self._trusting:
            at = self.at(factors, transfers)
            self._trusting[key] = DriftingLadder(at) if beliefs_drift(at) else TypedLadder(at)
        return self._trusting[key]

    def milder(self, factors: Factors) -> tuple[Rung, ...]:
        """Rungs 1 to 3."""
        if factors not in self._milder:
            ladder = self.credible(factors).ladder
            self._milder[factors] = tuple(ladder.rung(number) for number in (1, 2, 3))
        return self._milder[factors]

    def _standing(self, factors: Factors) -> Sequence[Rung]:
        """Rungs that may prove that compliance holds: all milder ones where they are told, or nothing else proves it.

        Elsewhere reversion for good alone: it is the shortest proof, where it is one.
        """
        if (factors == self.own and self.effort.rungs) or len(self.treaty.parties) > 2:
            return self.milder(factors)
        reverting = self.credible(factors).ladder.reverting()
        return [] if reverting is None else [reverting]

    def credible(self, factors: Factors) -> Credibility:
        """All equilibria without side payments where everyone sees everything.

        Of the file's own text in full, as its values and incentives are told; else as closely as a verdict needs.
        """
        if factors not in self._credible:
            at = self.at(factors, "none")
            quick = self.variant is not None or factors != self.own
            like = self._screening if factors == self.own else self.credible(self.own).screening
            self._credible[factors] = Credibility(at, Ladder(at), quick=quick, effort=self.effort, like=like)
        return self._credible[factors]

    @cached_property
    def values(self) -> Floats:
        """Float[parties]: average payoffs under full compliance from signature on, at the parties' own factors.

        Where compliance leaves play open after the end and the parties do not simply go on, those of the play by which
        compliance was proved, if it was.
        """
        credible = self.credible(self.own)
        if not credible.settled and not credible.goes_on:
            note = self.judged(self.own, "none").judgement.certificate
            if note is not None and isinstance(note.proof, NoProfitableDeviation):
                paid = note.proof.values(credible.compiled.game)
                start = self.compiled.game.initial
                drawn = [float(chance) * paid[mode, start] for mode, chance in note.proof.automaton.initial]
                return np.asarray(np.sum(drawn, axis=0))
        return np.asarray(credible.compliance.values()[self.compiled.game.initial])

    def region(self, transfers: Transfers, progress: Progress | None = None) -> DiscountRegion:
        """The common discount factors at which compliance holds: a scan, and a root search at every edge.

        Stability is not assumed monotone in patience.  Islands narrower than the step of the scan are not excluded.
        The parties' own factors are tried as well; where they were judged, the judgement counts.
        """
        if self.treaty.has_types:
            return DiscountRegion((), TOLERANCE, (0.0, 0.0, 0.0), note=NO_REGION_WITH_TYPES)
        if transfers in self._regions:
            return self._regions[transfers]
        if transfers in self._asked:
            known = self._asked.pop(transfers).elsewhere() or {}
            self._margins |= {(discount, transfers): margin for discount, margin in known.items()}
        own = [discount for _, discount in self.common_factors]
        seen = scan(
            lambda discount: self._scanned(discount, transfers),
            lowest=LOWEST,
            highest=HIGHEST,
            step=STEP,
            tolerance=TOLERANCE,
            also=own,
            progress=progress,
        )
        open_ = {d for d in own if (self.alike(d), transfers) in self._found
                 and self.judged(self.alike(d), transfers).judgement.verdict == "undecided"}  # fmt: skip
        self._regions[transfers] = DiscountRegion(
            intervals=seen.intervals,
            tolerance=TOLERANCE,
            grid=seen.grid,
            undecided=tuple(sorted({*seen.undecided, *open_})),
            note=f"scanned from {LOWEST:g} to {HIGHEST:g} in steps of {STEP:g}; narrower islands are not excluded; "
            "edges are computed in floating point, only the file's own discount factors are proved"
            + ("" if self.finer is None else "; stocks stand on the grids of the text"),
        )
        return self._regions[transfers]

    def margins(self, transfers: Transfers) -> dict[float, float | None]:
        """Margins in floating point at the common factors that a region looks at, where none of them is judged."""
        self.region(transfers)
        return {discount: margin for (discount, kind), margin in self._margins.items() if kind == transfers}

    def share_margins(self, transfers: Transfers, asked: Question[dict[float, float | None]]) -> None:
        """Let another process find ``margins`` of this text; ``region`` takes them over as far as they are known."""
        self._asked[transfers] = asked

    def _scanned(self, discount: float, transfers: Transfers) -> float | None:
        """A margin at a common factor: of the sign that was proved where that is known, else in floating point."""
        known = self._found.get((self.alike(discount), transfers))
        if known is not None and known.judgement.verdict != "undecided":
            payoffs = known.compiled.game.payoffs
            margin, spread = known.judgement.margin, float(payoffs.max() - payoffs.min()) or 1.0
            if known.judgement.verdict == "sustainable":
                return spread if margin is None else max(margin, 0.0)
            return -spread if margin is None or margin >= 0 else margin
        if (discount, transfers) not in self._margins:
            self._margins[discount, transfers] = self._margin(self.at(self.alike(discount), transfers), transfers)
        return self._margins[discount, transfers]

    def _margin(self, at: CompiledTreaty, transfers: Transfers) -> float | None:
        if at.seen is not None:
            from treaties.assessing import with_signals

            return with_signals.margin(at)
        if transfers == "voluntary":
            from treaties.assessing import with_payments

            return with_payments.margin(at)
        return seen_by_all.margin(at, self.credible(self.own))


def over_factors(found: Sequence[tuple[str, Judgement]]) -> Judgement:
    """One answer from judgements at several discount factors: what holds, or fails, at every one; else undecided."""
    least = min((one for _, one in found), key=lambda one: float("inf") if one.margin is None else one.margin)
    if len(found) == 1:
        return least
    at = " and ".join(f"{one.discount[0]:g} ({label})" for label, one in found)
    turning = next((one.grid for _, one in found if one.grid is not None and one.grid.flipped), least.grid)
    concept = f"{least.concept}, at the common discount factors {at}"
    told = replace(least, concept=concept, discount=(), grid=turning)
    if len({one.verdict for _, one in found}) == 1:
        return told
    detail = "it depends on the discount factor: " + "; ".join(
        f"{one.verdict} at {one.discount[0]:g}, the {label}" for label, one in found
    )
    return replace(told, verdict="undecided", margin=None, detail=detail, certificate=None)
