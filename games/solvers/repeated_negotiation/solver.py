"""Relational negotiation equilibria: side payments, and agreements that are negotiated anew now and then.

With some chance, on arrival in a state, what was agreed before is void and the players bargain about how to go on, each
threatening with its punishment payoff.  A high chance makes promises of future surplus worthless, so that cooperation
which needs them unravels: the hold-up problem is the extreme in which every period is negotiated anew.
Source: Goldlücke and Kranz (2023), Reconciling relational contracting and hold-up.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, final, get_args

import numpy as np

from games.certificates.certificate import SolutionConcept
from games.certificates.transfers.worth import unfit_for_transfers
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.arrays import Floats
from games.numerics.progress import Progress
from games.solvers.payoff_set import payoffs_with_transfers
from games.solvers.relational_transfers import TransferGame
from games.solvers.repeated_negotiation.fixed_points import FixedPoint, NoFixedPoint, fixed_point, is_directional
from games.solvers.repeated_negotiation.proofs import path_shortfall, prove_negotiated
from games.solvers.repeated_negotiation.recursion import (
    Edge,
    Failure,
    Played,
    after_the_cap,
    after_the_last_date,
    walk_back,
)
from games.solvers.repeated_negotiation.terms import Hazard, NegotiationTerms, Weights
from games.solvers.solution import Bounds, Solution, Target, plan_of
from games.solvers.solver import Solver
from games.solvers.verdict import Sustainable, Undecided, Unsustainable, Verdict, finite

Method = Literal["auto", "exact", "truncated", "capped"]
DATES = 1000
"""Negotiation dates if none are asked for."""

MOST_TOLD = 3
"""Failures and knife edges among the remarks."""


@final
@dataclass(frozen=True, eq=False)
class NegotiationSolution(Solution):
    """Joint, punishment and negotiated payoffs of every state.

    ``terms``     hazard and bargaining weights.   ``method`` what was solved; ``dates`` how many, None if stationary.
    ``played``    payoffs and play: with dates, those of the first.
    ``failures``  states without a pure equilibrium, with the date; ``edges`` profiles that rounding could decide.
    ``point``     the stationary equilibrium, if that was asked for.
    ``missing``   why there is no stationary equilibrium, or none was found.
    """

    terms: NegotiationTerms
    method: Literal["exact", "truncated", "capped"]
    dates: int | None
    played: Played | None
    failures: tuple[Failure, ...]
    edges: tuple[Edge, ...]
    missing: NoFixedPoint | None
    point: FixedPoint | None
    laid: TransferGame

    @property
    def empty(self) -> bool:
        """No pure equilibrium of this kind exists from the initial state."""
        if self.status != "converged":
            return False
        return self.played is None or not self.played.standing.live[self.game.initial]

    @property
    def joint_payoff(self) -> Floats:
        """Float[states]: U, what all players together have; NaN where no equilibrium is known."""
        if self.played is None:
            return np.full(self.game.n_states, np.nan)
        return np.where(self.played.standing.live, self.played.standing.joint, np.nan)

    @property
    def punishment_payoffs(self) -> Floats:
        """Float[states, players]: v, what each player threatens with; NaN where no equilibrium is known."""
        if self.played is None:
            return np.full((self.game.n_states, self.game.n_players), np.nan)
        return np.where(self.played.standing.live[:, None], self.played.standing.worst, np.nan)

    @property
    def negotiated_payoffs(self) -> Floats:
        """Float[states, players]: r, what negotiation brings; NaN where no equilibrium is known."""
        surplus = np.zeros(self.game.n_states) if self.played is None else self.played.standing.surplus
        return self.terms.negotiated(self.punishment_payoffs, surplus)

    def verdict(self, target: Target) -> Verdict:
        """Whether play keeps to the target in a stationary equilibrium; certificates are checked before they return.

        Sustainable: there is one whose path, which negotiation never has reason to leave, keeps to the target.
        Unsustainable: there is only one vector of equilibrium payoffs, and no path to it keeps to the target.  The
        margin is the least slack on the path, or what the best profile of the target lacks: joint payoff, or
        incentives.  Equilibria with finitely many dates play by date, so that nothing is decided about them.
        """
        plan = plan_of(self.game, target)
        concept = SolutionConcept.RELATIONAL_NEGOTIATION
        if self.played is None or not self.played.standing.live[self.game.initial]:
            return Undecided(concept, f"no pure equilibrium to speak of: {self._failing()}")
        if self.point is None:
            return Undecided(concept, f"play depends on the date, {self.dates} of them; the method 'exact' looks for "
                                      "stationary equilibria, which can be proved")
        evidence = prove_negotiated(self.laid, self.terms, self.point, plan)
        margin = path_shortfall(self.laid, self.terms, self.point, plan)
        bounds = {} if margin is None else {"computed_margin": margin}
        if evidence is None:
            return Undecided(concept, "the equilibrium could not be proved exactly, or the game leaves room for others",
                             bounds)
        if evidence.kept:
            return Sustainable(concept, evidence, None if margin is None else max(margin, 0.0))
        return Unsustainable(concept, evidence, margin if margin is not None and margin < 0 else None)

    def joint_bounds(self, state: str | int | None = None) -> Bounds:
        """As in ``Solution``: one number, if the equilibrium is known to be one."""
        most = float(self.joint_payoff[self.game.initial if state is None else self._state(state)])
        if not np.isfinite(most):
            return None, None
        return (most if self.status == "converged" else None), most

    def remarks(self) -> tuple[tuple[str, str], ...]:
        """The terms and the method; where there is no equilibrium, and what rounding could decide."""
        game, chance = self.game, self.terms.chance.tolist()
        anew = f"{chance[0]:.6g}" if len(set(chance)) == 1 else ", ".join(
            f"{h:.6g} in {name}" for name, h in zip(game.states, chance, strict=True) if h)
        shares = ", ".join(f"{w:.6g}" for w in self.terms.power.tolist())
        said = [("hazard", f"negotiated anew with probability {anew}; what agreement adds is shared {shares}"),
                ("method", self.method + (f", {self.dates} dates" if self.dates else ""))]
        if self.missing is not None:
            said.append(("note", self.missing.reason))
        said += [
            ("fails", f"at date {f.date} in state {game.states[f.state]}: ({', '.join(game.profile_labels(f.row))}) "
                      f"comes nearest and lacks {-f.slack:.6g}")
            for f in [f for f in self.failures if f.row >= 0][:MOST_TOLD]]
        said += [
            ("edge", f"at date {e.date} in state {game.states[int(game.row_state[e.row])]}: whether "
                     f"({', '.join(game.profile_labels(e.row))}) can be played is a matter of rounding")
            for e in self.edges[:MOST_TOLD]]
        return tuple(said)

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-solution/1`` object."""
        game, hazard = self.game, self.terms.chance.tolist()
        out = super().to_json() | {
            "negotiation_hazard": hazard[0] if len(set(hazard)) == 1 else dict(zip(game.states, hazard, strict=True)),
            "bargaining_weights": self.terms.power.tolist(),
            "method": self.method,
            "dates": self.dates,
        }
        if self.failures:
            out["failures"] = [self._failure_json(f) for f in self.failures if f.row >= 0]
        if self.edges:
            out["knife_edges"] = [
                {"date": e.date, "state": game.states[int(game.row_state[e.row])],
                 "profile": list(game.profile_labels(e.row)), "slack": e.slack} for e in self.edges]
        if self.missing is not None:
            out["missing"] = self.missing.reason
        return out

    def state_json(self, state: int) -> dict[str, Any]:
        """Payoffs of one state with the profiles that bring them; null where no equilibrium is known."""
        played, game = self.played, self.game
        if played is None or not played.standing.live[state]:
            return {"joint_payoff": None, "punishment_payoffs": None, "negotiated_payoffs": None,
                    "equilibrium_actions": None, "punishment_actions": None}
        return {
            "joint_payoff": finite(float(played.standing.joint[state])),
            "punishment_payoffs": [finite(float(v)) for v in played.standing.worst[state]],
            "negotiated_payoffs": [finite(float(r)) for r in self.negotiated_payoffs[state]],
            "equilibrium_actions": list(game.profile_labels(int(played.rows[state]))),
            "punishment_actions": [list(game.profile_labels(int(r))) for r in played.punish[state]],
        }

    def _failing(self) -> str:
        if self.missing is not None:
            return self.missing.reason
        first = next((f for f in self.failures if f.row >= 0), None)
        if first is None:
            return "the game has no pure equilibrium with voluntary transfers"
        return (f"at date {first.date} of {self.dates} no profile can be played in state "
                f"{self.game.states[first.state]!r}; {self.game.place(first.row)} comes nearest and lacks "
                f"{-first.slack:.6g}")

    def _failure_json(self, failure: Failure) -> dict[str, Any]:
        return {"state": self.game.states[failure.state], "date": failure.date,
                "profile": list(self.game.profile_labels(failure.row)), "slack": finite(failure.slack)}


@final
@dataclass(frozen=True)
class RepeatedNegotiation(Solver):
    """Backward recursion over negotiation dates, or stationary equilibria.

    ``negotiation_hazard``  the chance that negotiation strikes on arrival in a state: one number, one per state, or a
                            mapping from names of states, 0 for those left out.
    ``bargaining_weights``  one per player, not negative, divided by their sum; None means equal.  What agreement adds
                            to the punishment payoffs is shared in this proportion (weighted Nash bargaining).
    ``method``              "exact": stationary equilibria, state by state where the game never comes back to a state
                            it has left, component by component otherwise; "truncated": negotiation at ``dates`` dates,
                            then any equilibrium of the game may go on; "capped": from the last date on the state stays
                            what it is for ever; "auto": exact for games that never come back, if that succeeds and no
                            dates are given, otherwise truncated.
    ``dates``               number of dates, 1000 if None; with one date, negotiation strikes only at the start.
    """

    name = "repeated_negotiation"
    concept: ClassVar[Literal["spe", "rne"]] = "rne"
    exact_for = (
        "relational negotiation equilibria in pure actions of games with voluntary side payments and money burning, "
        "any number of players, perfect monitoring and one discount factor"
    )
    cost = "per date a product of the transition matrix with as many columns as players and two more"
    source = "Goldlücke and Kranz (2023), Reconciling Relational Contracting and Hold-up"
    preference = 95

    negotiation_hazard: Hazard = 0
    bargaining_weights: Weights | None = None
    method: Method = "auto"
    dates: int | None = None

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise GameError(f"method {self.method!r} does not exist; methods are {', '.join(get_args(Method))}")
        if self.dates is not None and self.dates < 1:
            raise GameError(f"dates: {self.dates!r} given; give a whole number from 1 on")
        if self.method == "exact" and self.dates is not None:
            raise GameError("dates: the method 'exact' knows none; leave them out, or choose 'truncated' or 'capped'")

    def accepts(self, game: StochasticGame) -> str | None:
        """Voluntary transfers with burning, perfect monitoring, a common discount factor."""
        return unfit_for_transfers(game)

    def solve(self, game: StochasticGame, progress: Progress | None = None) -> NegotiationSolution:
        """Solve for U, v and r.

        Raises ``GameError`` if ``accepts`` refuses the game or the hazard or weights do not fit it.
        """
        self.insist(game)
        terms = NegotiationTerms.of(game, self.negotiation_hazard, self.bargaining_weights)
        began = time.perf_counter()
        laid = TransferGame(game)
        missing: NoFixedPoint | None = None
        directional = is_directional(laid)
        if self.method == "exact" or (self.method == "auto" and self.dates is None and directional):
            start = None if directional else self._dated(laid, terms, "truncated", progress)[0]
            found = fixed_point(laid, terms, None if start is None else start.standing, progress)
            if isinstance(found, FixedPoint) or self.method == "exact":
                missing = None if isinstance(found, FixedPoint) else found
                point = found if isinstance(found, FixedPoint) else None
                return self._solution(laid, terms, "exact", point and point.played, (), (), missing, began, point)
            missing = found
        method: Literal["truncated", "capped"] = "capped" if self.method == "capped" else "truncated"
        played, failures, edges = self._dated(laid, terms, method, progress)
        return self._solution(laid, terms, method, played, failures, edges, missing, began, None)

    def _dated(
        self, laid: TransferGame, terms: NegotiationTerms, method: Literal["truncated", "capped"],
        progress: Progress | None,
    ) -> tuple[Played | None, tuple[Failure, ...], tuple[Edge, ...]]:
        last = after_the_cap(laid, terms) if method == "capped" else after_the_last_date(laid)
        if last is None:
            return None, (), ()
        found = walk_back(laid, terms, last, self.dates or DATES, progress)
        return found.first, found.failures, found.edges

    def _solution(
        self, laid: TransferGame, terms: NegotiationTerms, method: Literal["exact", "truncated", "capped"],
        played: Played | None, failures: tuple[Failure, ...], edges: tuple[Edge, ...], missing: NoFixedPoint | None,
        began: float, point: FixedPoint | None,
    ) -> NegotiationSolution:
        game = laid.game
        live = np.zeros(game.n_states, dtype=bool) if played is None else played.standing.live
        joint = np.zeros(game.n_states) if played is None else played.standing.joint
        worst = np.zeros((game.n_states, game.n_players)) if played is None else played.standing.worst
        if method == "exact":
            decided = (missing is not None and missing.none) if point is None else prove_negotiated(
                laid, terms, point, Plan.free(game)) is not None
        else:
            decided = played is not None and not edges
        return NegotiationSolution(
            solver=self.name,
            why="asked for by name",
            concept=SolutionConcept.RELATIONAL_NEGOTIATION,
            game=game,
            status="converged" if decided else "undecided",
            payoff_sets=tuple(
                payoffs_with_transfers(float(joint[s]), worst[s], bool(live[s])) for s in range(game.n_states)),
            iterations=0 if method == "exact" else self.dates or DATES,
            error_bound=1e-12 * laid.scale / (1 - laid.factor) if decided else None,
            seconds=time.perf_counter() - began,
            terms=terms, method=method, dates=None if method == "exact" else self.dates or DATES,
            played=played, failures=failures, edges=edges, missing=missing, laid=laid, point=point,
        )
