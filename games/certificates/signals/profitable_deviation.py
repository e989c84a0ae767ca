"""Public profitable deviations: a public automaton is no equilibrium of a game with public signals and no payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, final

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import setting
from games.certificates.faults import Fault, common_fault
from games.certificates.reading import concept as read_concept
from games.certificates.reading import field, integer, mapping, only, text
from games.certificates.sealing import sealed
from games.certificates.signals.automaton_check import evaluate_public, public_place
from games.certificates.signals.automaton_json import public_automaton_json, read_public_automaton
from games.certificates.signals.weights import OutcomeWeights
from games.certificates.transfers.worth import about
from games.model.public_automaton import PublicAutomaton
from games.model.stochastic_game import StochasticGame


@final
@dataclass(frozen=True, eq=False)
class PublicProfitableDeviation(Certificate):
    """The automaton is no perfect public equilibrium: in a mode that some public history leads to, a deviation pays.

    ``mode``     where; ``player`` who; ``row`` the row that the deviation brings about.
    ``changed``  places in the file it was read from that do not match their seals.

    The history is one of play or of deviations of one player at a time.  The slack, as in ``PublicSelfGeneration``, is
    negative whatever the true payoffs are within their enclosures.
    Source: one-shot deviations: Mailath and Samuelson (2006), 7.2.
    """

    kind: ClassVar[str] = "public-profitable-deviation"
    source: ClassVar[str] = "Mailath and Samuelson (2006), section 7.2"
    game_digest: str
    concept: SolutionConcept
    automaton: PublicAutomaton
    mode: int
    player: int
    row: int
    changed: tuple[str, ...] = ()

    @staticmethod
    def of(
        game: StochasticGame, automaton: PublicAutomaton, mode: int, player: int, row: int
    ) -> PublicProfitableDeviation:
        """The certificate for a game."""
        return PublicProfitableDeviation(game.digest, SolutionConcept.PURE_PUBLIC, automaton, mode, player, row)

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove that the mode is reached and that the deviation pays there."""
        claim = "this rule of play is not an equilibrium"
        fault = common_fault(game, self.game_digest, self.changed, self.concept, SolutionConcept.PURE_PUBLIC)
        if fault is None and game.transfers != "none":
            problem = "players can pay one another in this game, and the automaton says nothing of payments"
            fault = Fault("game", problem)
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        weights = OutcomeWeights(game)
        found = evaluate_public(weights, self.automaton)
        if isinstance(found, Fault):
            return CheckReport(False, claim, found.place, found.problem)
        if self.mode not in self._reached(weights):
            return CheckReport(False, claim, "claim.mode", f"no public history leads to mode {self.mode}")
        slack = next((x for x in found.slacks
                      if (x.mode, x.player, x.row) == (self.mode, self.player, self.row)), None)
        if slack is None:
            return CheckReport(False, claim, "claim", f"row {self.row} is no deviation of player {self.player} there")
        numbers = {"slack": about(slack.units), "enclosure_radius": max(map(about, found.radius))}
        if slack.high >= 0:
            return CheckReport(False, claim, public_place(game, self.automaton, slack),
                               "that the deviation pays is not proved", numbers)
        return CheckReport(True, claim, numbers=numbers)

    def _reached(self, weights: OutcomeWeights) -> set[int]:
        """Modes that play, or deviations of one player at a time, lead to."""
        modes = self.automaton.modes
        seen = {m for m, _ in self.automaton.initial}
        waiting = list(seen)
        while waiting:
            mode = modes[waiting.pop()]
            new = {m for z in weights.possible(mode.row) for m, _ in mode.then[z]} - seen
            seen |= new
            waiting += new
        return seen

    def claim(self, game: StochasticGame) -> str:
        """Which deviation pays; nothing is said of other strategies."""
        state = game.states[int(game.row_state[self.row])]
        return (f"The public automaton in the file is no equilibrium from state {game.states[game.initial]!r}: in its "
                f"mode number {self.mode}, in state {state!r}, player {game.players[self.player]!r} gains by bringing "
                f"about ({', '.join(game.profile_labels(self.row))}). Equilibrium: {self.concept.value}. Of other "
                f"strategies nothing is claimed. {setting(game)}")

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value, "claim": {"mode": self.mode, "player": self.player, "row": self.row},
            **public_automaton_json(self.automaton)})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> PublicProfitableDeviation:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "start", "cells"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"mode", "player", "row"}, "claim")
        mode, player, row = (integer(field(claim, k, "claim"), f"claim.{k}") for k in ("mode", "player", "row"))
        return PublicProfitableDeviation(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            read_public_automaton(document), mode, player, row, changed)
