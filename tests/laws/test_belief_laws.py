"""Laws of beliefs that drift, on random games with flags, memories and types that change unseen."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from games.certificates.typed import BeliefIntervals
from games.certificates.typed.belief_ranges import slack_at
from games.model.public_monitoring import PublicMonitoring
from games.model.stochastic_game import repeated_game
from games.model.typed_game import Matrix, PartyType, TypedGame, TypeRule
from games.model.typed_rule import TypedRule
from games.play.drifting_beliefs import DriftingBeliefs
from games.play.trust_at_beliefs import least_trust

F = Fraction


def _chances(draw: np.random.Generator, count: int) -> tuple[Fraction, ...]:
    whole = [int(x) for x in draw.integers(1, 6, count)]
    return tuple(F(x, sum(whole)) for x in whole)


def _drawn(seed: int) -> tuple[TypedGame, TypedRule]:
    """A dilemma in which each player sends a flag; either may be bad, or bad now and then, and change unseen."""
    draw = np.random.default_rng(seed)
    stage = np.array([[[2, 2], [-1, 3]], [[3, -1], [0, 0]]]) + draw.integers(-1, 2, (2, 2, 2)) / 8
    flags = [sorted((draw.integers(0, 4) / 10, draw.integers(4, 10) / 10)) for _ in range(2)]
    law = np.array([[np.round((fa if ya else 1 - fa) * (fb if yb else 1 - fb), 12)
                     for ya in (0, 1) for yb in (0, 1)]
                    for a in (0, 1) for b in (0, 1) for fa, fb in [(flags[0][a], flags[1][b])]])
    game = replace(repeated_game(stage, discount=F(int(draw.integers(6, 10)), 10)),
                   monitoring=PublicMonitoring(signals=(("quiet", "B", "A", "A and B"),), law=(law,)))
    always = TypeRule(("-",), 0, np.array([[1]]), np.zeros((1, 4), dtype=np.int64))
    grudging = TypeRule(("calm", "cross"), 0, np.array([[0], [1]]), np.array([[0, 1, 1, 1], [1, 1, 1, 1]]))
    types = tuple(
        (PartyType("as described"), PartyType("bad", always, kind="breaches"),
         *([PartyType("grudging", grudging, kind="conditional")] if seed % 2 else ())) for _ in range(2))
    prior = tuple(_chances(draw, len(types[0])) for _ in range(2))
    matrices: list[Matrix | None] = [None, None]
    if seed % 3:
        stay = F(int(draw.integers(6, 10)), 10)
        fresh = prior[0]
        matrices[0] = tuple(tuple(stay * (t == u) + (1 - stay) * p for u, p in enumerate(fresh))
                            for t in range(len(fresh)))
    allowed = int(draw.integers(0, 2))
    modes = allowed + 2
    next_mode = np.array([[min(m + (y > 0), modes - 1) for y in range(4)] for m in range(modes)])
    action = np.array([[0]] * (modes - 1) + [[1]])
    rule = TypedRule(tuple(map(str, range(modes))), 0, tuple(
        (action, *[None] * (len(kinds) - 1)) for kinds in types), next_mode)
    return TypedGame(game, types, prior, replacement=tuple(matrices)), rule


@pytest.mark.parametrize("seed", range(12))
def test_verdicts_agree_with_beliefs_followed_outcome_by_outcome(seed: int) -> None:
    """A yes: nothing pays at any belief of the first years. A no: it is proved by the outcomes that lead there."""
    typed, rule = _drawn(seed)
    drift = DriftingBeliefs(typed, rule)
    evidence = drift.certificate()
    assert evidence is not None and evidence.check(typed).accepted
    if not isinstance(evidence, BeliefIntervals):
        return
    beliefs = {(0, typed.prior)}
    for _ in range(5):
        for k, at in beliefs:
            for one in drift.temptations:
                assert one.node != k or slack_at(one, dict(enumerate(at))) >= 0
        beliefs = {
            (after, tuple(drift.nodes.posterior(k, i, b, z) for i, b in enumerate(at)))
            for k, at in beliefs for z, after in drift.nodes.after[k].items()}


def test_both_verdicts_are_drawn() -> None:
    """The games above are of either kind."""
    found = {isinstance(DriftingBeliefs(*_drawn(seed)).said, tuple) for seed in range(12)}
    assert found == {True, False}


def test_trust_found_is_accepted_and_less_is_refused() -> None:
    """Ends of the interval of priors, whatever the other player may be."""
    told = 0
    for seed in range(12):
        typed, rule = _drawn(seed)
        drift = DriftingBeliefs(typed, rule)
        good = [t for t, one in enumerate(typed.types[1]) if one.kind != "breaches"]
        found = least_trust(drift, 1, good)
        if found.least is None or found.least[1] in (0, 1):
            continue
        told += 1
        refused, accepted = found.least
        rest = sum((typed.prior[1][t] for t in good), F(0))
        for trust, fine in ((accepted, True), (refused - F(1, 10**6), False)):
            prior = tuple(p * trust / rest if t in good else p * (1 - trust) / (1 - rest)
                          for t, p in enumerate(typed.prior[1]))
            evidence = DriftingBeliefs(replace(typed, prior=(typed.prior[0], prior)), rule).certificate()
            assert evidence is not None
            assert isinstance(evidence, BeliefIntervals) is fine
    assert told > 2
