"""Public shortfalls: even with side payments after public signals no equilibrium follows the plan, or none exists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, final

from games.certificates.certificate import Certificate, CheckReport, SolutionConcept
from games.certificates.claims import excluded, setting
from games.certificates.faults import common_fault
from games.certificates.reading import (
    CertificateError,
    field,
    integer,
    mapping,
    only,
    plan_document,
    plan_json,
    rationals,
    sequence,
    text,
)
from games.certificates.reading import concept as read_concept
from games.certificates.reading import rational as read_rational
from games.certificates.sealing import sealed
from games.certificates.signals.outcomes import ExactOutcomes, unfit_for_public_transfers
from games.certificates.signals.shortfall_steps import Multipliers, PublicStep, StepsLeft
from games.certificates.signals.transfer_plan import CONCEPTS
from games.model.plan import Plan
from games.model.stochastic_game import GameError, StochasticGame
from games.numerics.exact import written


@final
@dataclass(frozen=True, eq=False)
class PublicShortfall(Certificate):
    """Steps that lower joint payoffs and raise punishment payoffs, and drop rows that can no longer be enforced.

    ``steps``    in order; those on the path come last.
    ``plan``     None (no equilibrium exists from the initial state), or the JSON form of a plan that none follows.
    ``changed``  places in the file it was read from that do not match their seals.

    For any multipliers m >= 0 of the deviations from a row, what it brings with weights w is at most
    (1 - d)(w.g - sum m gain) + d sum_z (c_z U(z) - sum_i k_iz v_i(z)) with c_z = max(0, max_i(w_i p_z + sum m (p_z -
    p_jz))) and k_iz = c_z - w_i p_z - sum m (p_z - p_jz), both not negative.  A level is valid if no row left brings
    more, the levels before following; of the level itself as much may follow as has weights that sum to at most 1,
    which makes a contraction.  A row goes if its bound with weights 0 is negative.  Without burning, and where the plan
    leaves one profile per state of its path, joint payoffs on the path are known, and c_z needs not be positive there.
    Source: weak duality for the programs of Goldlücke and Kranz (2012).
    """

    kind: ClassVar[str] = "public-shortfall"
    source: ClassVar[str] = "Goldlücke and Kranz (2012)"
    game_digest: str
    concept: SolutionConcept
    steps: tuple[PublicStep, ...]
    plan: Mapping[str, Sequence[Sequence[str]]] | None = None
    changed: tuple[str, ...] = ()

    def check(self, game: StochasticGame) -> CheckReport:
        """Re-prove every level, and that the last step leaves no room for what is excluded."""
        what = "exists from the initial state" if self.plan is None else "follows the plan"
        claim = f"even with side payments no equilibrium {what}"
        fault = common_fault(game, self.game_digest, self.changed, self.concept, CONCEPTS[game.burning])
        if fault is not None:
            return CheckReport(False, claim, fault.place, fault.problem)
        if problem := unfit_for_public_transfers(game):
            return CheckReport(False, claim, "game", problem)
        try:
            plan = None if self.plan is None else Plan.from_json(game, self.plan)
        except GameError as error:
            return CheckReport(False, claim, "claim.plan", str(error))
        left = StepsLeft(ExactOutcomes.of(game))
        for k, step in enumerate(self.steps):
            if wrong := left.apply(step, plan, f"steps[{k}]"):
                return CheckReport(False, claim, *wrong)
        numbers = {"rows_left": float(left.alive.sum())}
        if left.live[game.initial] and not (left.on_path and not left.open[game.initial]):
            problem = "all steps hold, but they leave room for what is excluded"
            return CheckReport(False, claim, "steps", problem, numbers)
        return CheckReport(True, claim, numbers=numbers)

    def claim(self, game: StochasticGame) -> str:
        """What no equilibrium does."""
        return f"{excluded(game, self.plan, self.concept.value)} {setting(game)}"

    def to_json(self) -> dict[str, Any]:
        """The ``servanda-certificate/1`` form."""
        claim: dict[str, Any] = {"empty": True} if self.plan is None else {
            "plan": plan_document(self.plan)}
        return sealed({
            "format": "servanda-certificate/1", "kind": self.kind, "game_digest": self.game_digest,
            "concept": self.concept.value, "claim": claim, "steps": [sealed(_step_json(step)) for step in self.steps]})

    @staticmethod
    def from_json(document: Mapping[str, Any], changed: tuple[str, ...] = ()) -> PublicShortfall:
        """Read what ``to_json`` wrote; raises ``CertificateError``."""
        only(document, {"format", "kind", "game_digest", "concept", "claim", "steps"}, "")
        claim = mapping(field(document, "claim", ""), "claim")
        only(claim, {"empty", "plan"}, "claim")
        if len(claim) != 1 or ("empty" in claim and claim["empty"] is not True):
            raise CertificateError('claim: write {"empty": true} or a "plan"')
        steps = sequence(field(document, "steps", ""), "steps")
        return PublicShortfall(
            text(field(document, "game_digest", ""), "game_digest"), read_concept(document),
            tuple(_read_step(mapping(x, f"steps[{k}]"), f"steps[{k}]") for k, x in enumerate(steps)),
            plan_json(claim["plan"], "claim.plan") if "plan" in claim else None, changed)


def _given_json(given: Multipliers) -> list[list[Any]]:
    return [[b, written(m)] for b, m in given]


def _step_json(step: PublicStep) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if step.multipliers:
        out["multipliers"] = [[row, aim, _given_json(given)] for row, aim, given in step.multipliers]
    if step.dropped:
        out["dropped"] = [[row, _given_json(given)] for row, given in step.dropped]
    out |= {"states": list(step.states), "joint": [written(x) for x in step.joint]}
    if step.worst is not None:
        out["worst"] = [[written(x) for x in levels] for levels in step.worst]
    if step.settled:
        out["settled"] = True
    return out


def _read_given(value: Any, place: str) -> Multipliers:
    return tuple(
        (integer(_of(pair, 2, f"{place}[{k}]")[0], f"{place}[{k}][0]"), read_rational(pair[1], f"{place}[{k}][1]"))
        for k, pair in enumerate(sequence(value, place)))


def _of(value: Any, count: int, place: str) -> Sequence[Any]:
    if len(sequence(value, place)) != count:
        raise CertificateError(f"{place}: {count} entries are expected; write the step again")
    return sequence(value, place)


def _read_step(item: Mapping[str, Any], place: str) -> PublicStep:
    only(item, {"multipliers", "dropped", "states", "joint", "worst", "settled"}, place)
    multipliers, dropped = [], []
    for k, entry in enumerate(sequence(item.get("multipliers", []), f"{place}.multipliers")):
        here = f"{place}.multipliers[{k}]"
        row, aim, given = _of(entry, 3, here)
        multipliers.append((integer(row, here), integer(aim, here), _read_given(given, f"{here}[2]")))
    for k, entry in enumerate(sequence(item.get("dropped", []), f"{place}.dropped")):
        here = f"{place}.dropped[{k}]"
        row, given = _of(entry, 2, here)
        dropped.append((integer(row, here), _read_given(given, f"{here}[1]")))
    states = sequence(field(item, "states", place), f"{place}.states")
    worst = None
    if "worst" in item:
        worst = tuple(rationals(x, f"{place}.worst[{i}]")
                      for i, x in enumerate(sequence(item["worst"], f"{place}.worst")))
    settled = item.get("settled", False)
    if not isinstance(settled, bool):
        raise CertificateError(f"{place}.settled: write true or false")
    return PublicStep(
        tuple(multipliers), tuple(dropped), tuple(integer(s, f"{place}.states") for s in states),
        rationals(field(item, "joint", place), f"{place}.joint"), worst, settled)
