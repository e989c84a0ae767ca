"""Points of games with types that generate themselves: accepted where they do, refused wherever they were forged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from games.certificates.reading import CertificateError
from games.certificates.sealing import sealed
from games.certificates.typed import TypedPoint, TypedRuleEquilibrium, TypedSelfGeneration
from games.certificates.typed.files import read_typed_certificate, write_typed_certificate
from games.certificates.typed.public_states import Actions, PublicState, PublicStates, unfit_for_public_states
from games.model.typed_game import PartyType, TypedGame
from games.model.typed_rule import TypedRule
from games.questions.typed_sets import rule_points
from tests.support.random_typed import endless, improved
from tests.support.typed_games import BAD, CONDITIONAL, DESCRIBED, KEEPER, dilemma

F = Fraction
CALM, BROKEN = 0, 1


def proof(typed: TypedGame, rule: TypedRule) -> TypedSelfGeneration:
    """All points of a rule, and as target what it brings from the start."""
    found = rule_points(typed, [rule])
    first = list(found).index((0, rule.start, PublicStates(typed).first))
    points = tuple(found.values())
    return TypedSelfGeneration(typed.digest, points, (points[first].payoff, ((first, F(1)),)))


def example() -> tuple[TypedGame, TypedSelfGeneration]:
    """A partner that may breach always, may be conditional, and may be as described."""
    typed, rule = dilemma("9/10", {}, {BAD: F(1, 4), CONDITIONAL: F(1, 4)})
    return typed, proof(typed, rule)


def test_what_is_written_is_read_back_and_accepted(tmp_path: Any) -> None:
    typed, stated = example()
    again = read_typed_certificate(write_typed_certificate(stated, tmp_path / "proof.json"))
    assert again.to_json() == stated.to_json()
    report = again.check(typed)
    assert report.accepted and report.numbers["points"] == len(stated.points)
    said = again.claim(typed)
    assert "(1.475, 2) from the start" in said and "(comply, comply) in the first period" in said


def test_at_the_least_trust_and_not_below() -> None:
    for trust, holds in ((F(1, 2), True), (F(1, 2) - F(1, 10**6), False)):
        typed, rule = dilemma("1/2", {}, {BAD: 1 - trust})
        assert ((0, CALM, PublicStates(typed).first) in rule_points(typed, [rule])) is holds
    typed, rule = dilemma("1/2", {}, {BAD: F(1, 2)})
    stated = proof(typed, rule)
    other, _ = dilemma("1/2", {}, {BAD: F(1, 2) + F(1, 10**6)})
    report = TypedSelfGeneration(other.digest, stated.points).check(other)
    assert not report.accepted and "payoff" in report.place
    assert stated.check(other).place == "typed_digest"


def test_rules_and_points_agree_on_random_games() -> None:
    verdicts = []
    for seed in range(24):
        case = endless(seed)
        if unfit_for_public_states(case.game) is not None:
            continue
        for rounds in (0, 6):
            case = improved(case, rounds)
            first = (0, case.rule.start, PublicStates(case.game).first)
            held = TypedRuleEquilibrium.of(case.game, case.rule).check(case.game).accepted
            assert (first in rule_points(case.game, [case.rule])) is held, seed
            if held:
                assert proof(case.game, case.rule).check(case.game).accepted, seed
            verdicts.append(held)
    assert verdicts.count(True) >= 5 and verdicts.count(False) >= 10


def _forged(change: Callable[[list[TypedPoint], int], None]) -> Any:
    """The report on the example after a change of the target's point (its number is told)."""
    typed, stated = example()
    points = list(stated.points)
    assert stated.target is not None
    change(points, stated.target[1][0][0])
    return replace(stated, points=tuple(points)).check(typed)


def _set(**what: Any) -> Callable[[list[TypedPoint], int], None]:
    def change(points: list[TypedPoint], k: int) -> None:
        points[k] = replace(points[k], **what)
    return change


def _place(**what: Any) -> Callable[[list[TypedPoint], int], None]:
    def change(points: list[TypedPoint], k: int) -> None:
        points[k] = replace(points[k], place=points[k].place._replace(**what))
    return change


def _then(over: Any, row: int = 1) -> Callable[[list[TypedPoint], int], None]:
    def change(points: list[TypedPoint], k: int) -> None:
        then = {key: x for key, x in points[k].then.items() if key[0] != row}
        points[k] = replace(points[k], then=then if over is None else then | {(row, 0): over})
    return change


@pytest.mark.parametrize(("change", "place"), [
    (_set(payoff=(F(2), F(2))), "payoff[0]"),
    (_set(payoff=(F(59, 40),)), "payoff"),
    (_set(plan=(0, 1)), "then"),
    (_set(plan=(0, 2)), "plan"),
    (_set(plan=(0,)), "plan"),
    (_then(None), "then"),
    (_then(((0, F(1, 2)),)), "then"),
    (_then(((0, F(3, 2)), (1, F(-1, 2)))), "then"),
    (_then(((99, F(1)),)), "then"),
    (_then(((-1, F(1)),)), "then"),
    (_place(living=((0,), (0, 1))), "then"),
    (_place(living=((0,), (2, 0))), "living"),
    (_place(living=((0,), ())), "living"),
    (_place(living=((0,),)), "living"),
    (_place(living=((0,), (0, 3))), "living"),
    (_place(memories=((0,), (0, 0, 2))), "memories"),
    (_place(memories=((0,), (0, 0, -1))), "memories"),
    (_place(memories=((0,), (0,))), "memories"),
    (_place(memories=((0,), (0, 0, 1))), "then"),
    (_place(state=1), "state"),
])
def test_a_forged_point_is_refused_with_its_place(
    change: Callable[[list[TypedPoint], int], None], place: str
) -> None:
    report = _forged(change)
    assert not report.accepted and report.place.startswith("points[") and place in report.place


def test_a_forged_target_is_refused() -> None:
    typed, stated = example()
    assert stated.target is not None
    payoff, over = stated.target
    elsewhere = next(k for k, p in enumerate(stated.points) if p.place != stated.points[over[0][0]].place)
    for target, place in (
        (((F(2), F(2)), over), "payoff"), ((payoff[:1], over), "payoff"), ((payoff, ()), "lottery"),
        ((payoff, ((99, F(1)),)), "lottery"), ((stated.points[elsewhere].payoff, ((elsewhere, F(1)),)), "lottery"),
    ):
        report = replace(stated, target=target).check(typed)
        assert (report.accepted, report.place) == (False, f"claim.target.{place}")
    assert not replace(stated, points=()).check(typed).accepted


def test_a_changed_file_is_refused_and_a_malformed_one_not_read() -> None:
    typed, stated = example()
    document = stated.to_json()
    changed = deepcopy(document)
    changed["points"][0]["payoff"][0] = "5"
    report = read_typed_certificate(changed).check(typed)
    assert not report.accepted and report.place.startswith("points[0]") and "seal" in report.problem
    for field, wrong in (("then", [[0, 0]]), ("living", [0]), ("plan", ["a"]), ("memories", None), ("state", "x")):
        bad = deepcopy(document)
        bad["points"][0][field] = wrong
        with pytest.raises(CertificateError, match=r"points\[0\]"):
            read_typed_certificate(sealed(bad))


def test_a_type_that_is_thought_not_to_exist_must_play_a_best_reply() -> None:
    """Who is taken for a breacher and chooses would comply while the other breaches: that costs it 1 now."""
    typed, rule = dilemma("9/10", {}, {BAD: F(1, 4)})
    stated = proof(typed, rule)
    k, point = next((k, p) for k, p in enumerate(stated.points) if p.place.living == ((0,), (1,)) and p.plan == (1, 1))
    broken = next(n for n, p in enumerate(stated.points) if p.place.living == ((0,), (0,)) and p.plan == (1, 1))
    # A breach still shows the rule, compliance now the type that was to comply.
    assert PublicStates(typed).after(point.place, (1, 0), 2)[0].living == ((0,), (0,))
    meek = replace(point, plan=(1, 0), payoff=(F(0), F(-1, 10)),
                   then={key: ((broken if key[0] in (0, 2) else k, F(1)),) for key in point.then})
    report = replace(stated, points=tuple(meek if p is point else p for p in stated.points)).check(typed)
    assert not report.accepted and "of 'P2', deviation to breach" in report.place


def test_deviations_are_looked_up_under_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the partner as described breaches in the first year, a keeper complies, and cooperation follows.

    Compliance then shows a keeper, with whom nobody needs to comply.  Looked up as if compliance had been the plan, the
    partner might be either, and the points would generate themselves.
    """
    typed, _ = dilemma("1/2", {}, {KEEPER: F(1, 4)})
    first, second = np.array([[0], [0], [1]]), np.array([[1], [0], [1]])
    planted = TypedRule(("first", "calm", "broken"), 0, ((first,), (second, None)),
                        np.array([[1, 1, 2, 2], [1, 2, 2, 2], [2, 2, 2, 2]]))
    right = PublicStates.after

    def as_if_it_were_the_plan(
        self: PublicStates, place: PublicState, plan: Actions, row: int
    ) -> Mapping[int, PublicState]:
        return right(self, place, tuple(map(int, self.typed.game.own_action[row])), row)

    start = (0, 0, PublicStates(typed).first)
    assert start not in rule_points(typed, [planted])
    with monkeypatch.context() as wrongly:
        wrongly.setattr(PublicStates, "after", as_if_it_were_the_plan)
        forged = proof(typed, planted)
        assert forged.check(typed).accepted
    report = forged.check(typed)
    assert not report.accepted and "under the plan this leads to" in report.problem


def test_games_that_it_does_not_carry_to_are_refused_with_the_reason() -> None:
    typed, rule = dilemma("9/10", {}, {BAD: F(1, 4)})
    points = proof(typed, rule).points
    other = PartyType("patient", discount=F(1, 2))
    several = TypedGame(typed.game, (typed.types[0], (DESCRIBED, other)), typed.prior)
    changing = replace(typed, replacement=(None, ((F(1), F(0)), (F(1, 2), F(1, 2)))))
    for game, why in ((several, "more than one type that chooses"), (changing, "types change")):
        report = TypedSelfGeneration(game.digest, points).check(game)
        assert (report.accepted, report.place) == (False, "game") and why in report.problem


def test_what_is_known_in_words_and_in_chances() -> None:
    public = PublicStates(dilemma("9/10", {}, {BAD: F(1, 4)})[0])
    assert public.words(public.first) == "state 's0', 'P2' may be 'as described' or 'breaches always'"
    assert public.chances(public.first, (0, 0), 1) == {0: F(3, 4), 1: F(1, 4)}
