"""Signals in compiled treaties: what everyone sees of a period, and how likely it is, against numbers by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import treaties.compiling.compile as compilation
from games.files.game_file import read_game
from games.files.game_writing import game_to_json
from games.model.public_monitoring import PublicMonitoring
from tests.support.small_treaties import row
from treaties.compiling import size
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.effects import STAGE, STATUS, YEAR, CompilationError
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import with_terms

FILES = Path(__file__).parents[1] / "reading" / "accepted"
CASES = Path(__file__).parents[3] / "treaties" / "cases"
AUDIT = (FILES / "audit.toml").read_text()
DILEMMA = AUDIT.split("[[provision]]")[0]
CONDUCT = ("comply", "breach")


def compiled_of(name: str) -> CompiledTreaty:
    return compile_treaty(read_treaty(FILES / f"{name}.toml"))


def chances(compiled: CompiledTreaty, where: int) -> dict[str, float]:
    """What is seen after a row, with its chance."""
    monitoring, game = compiled.game.monitoring, compiled.game
    assert monitoring is not None
    state = int(game.row_state[where])
    law = monitoring.chances(state, where - int(game.row_start[state]))
    return {label: float(p) for label, p in zip(monitoring.signals[state], law, strict=True) if p}


def moves(a: str, b: str) -> dict[str, dict[str, str]]:
    return {"A": {"trade": a}, "B": {"trade": b}}


def test_where_everyone_sees_everything_the_game_has_no_signals() -> None:
    compiled = compile_treaty(read_treaty(CASES / "aurora.toml"))
    assert compiled.game.monitoring is None and compiled.seen is None


@pytest.mark.behaviour("audit")
def test_an_audit_has_three_outcomes_per_party_with_chances_by_hand() -> None:
    """Coverage 0.5, detection 0.9, false alarm 0.1: a clean party is clean with 0.45, flagged with 0.05."""
    compiled = compiled_of("audit")
    on = "audit of {} on trade under article 3: audited, {}".format
    found = chances(compiled, row(compiled, {STATUS: "in force"}, **moves("comply", "breach")))
    assert len(found) == 9 and found["nothing to report"] == pytest.approx(0.25, abs=1e-15)
    assert found[on("A", "clean")] == pytest.approx(0.45 * 0.5, abs=1e-15)
    assert found[on("B", "flagged")] == pytest.approx(0.5 * 0.45, abs=1e-15)
    assert found[f"{on('A', 'flagged')}; {on('B', 'clean')}"] == pytest.approx(0.05 * 0.05, abs=1e-15)
    assert found[f"{on('A', 'clean')}; {on('B', 'flagged')}"] == pytest.approx(0.45 * 0.45, abs=1e-15)
    both = row(compiled, {STATUS: "in force"}, **moves("comply", "comply"))
    assert compiled.game.payoffs[both].tolist() == pytest.approx([1.9, 1.9]), "an audit of 0.2 in half of the years"


def test_procedural_moves_are_seen_and_conduct_in_an_audited_matter_is_not() -> None:
    compiled = compiled_of("audit")
    game, monitoring = compiled.game, compiled.game.monitoring
    assert monitoring is not None and monitoring.next_law is None
    assert game.states == ("status=in force", "status=ended")
    assert len(monitoring.signals[0]) == 4 * 9, "stay or leave of two parties, and two audits"
    assert monitoring.signals[1] == (), "after the end nobody has anything to do"
    leaves = row(compiled, {STATUS: "in force"}, A={"exit": "leave", "trade": "breach"}, B={"trade": "comply"})
    assert all(label.startswith("A exit: leave") for label in chances(compiled, leaves))
    for law in monitoring.law:
        assert np.allclose(law.sum(axis=1), 1.0 if law.size else 0.0)


def test_equal_conduct_has_equal_chances_to_the_last_bit_when_an_audit_tells_nothing() -> None:
    compiled = compile_treaty(with_terms(read_treaty(FILES / "audit.toml"), {"audit.false_alarm": 0.9}))
    monitoring = compiled.game.monitoring
    assert monitoring is not None
    stay = [row(compiled, {STATUS: "in force"}, **moves(a, b)) for a in CONDUCT for b in CONDUCT]
    assert len({monitoring.chances(0, where).tobytes() for where in stay}) == 1


def test_flags_of_a_noisy_matter_and_accidents_in_a_public_one() -> None:
    compiled = compiled_of("observed_with_noise")
    where = row(compiled, {STATUS: "in force"}, A={"trade": "comply", "coal": "breach"},
                B={"trade": "breach", "coal": "comply"})  # fmt: skip
    found = chances(compiled, where)
    seen = sum(p for label, p in found.items() if "report on A in coal: flagged" in label)
    assert seen == pytest.approx(1.0), "a breach of a public matter is always seen"
    assert sum(p for label, p in found.items() if "report on B in coal: flagged" in label) == pytest.approx(0.05)
    assert sum(p for label, p in found.items() if "report on A in trade: flagged" in label) == pytest.approx(0.1)
    assert sum(p for label, p in found.items() if "report on B in trade: flagged" in label) == pytest.approx(0.8)


def test_a_veto_is_seen_where_conduct_is_not() -> None:
    text = DILEMMA + '[[provision]]\ntype = "veto"\nholder = "A"\nmatter = "trade"\n'
    compiled = compile_treaty(read_treaty_text(text.replace('"private"', "{ detection = 0.8, false_alarm = 0.1 }")))
    vetoed = row(compiled, {STATUS: "in force"}, A={"trade": "veto"}, B={"trade": "comply"})
    assert chances(compiled, vetoed) == {"A trade: veto": 1.0}, "no flag on conduct in a matter that is out of force"


def test_announced_audits_are_known_when_parties_act_and_open_stages() -> None:
    """By hand: in an announced year stage 2 opens with 0.9 if B complies and 0.1 if it does not; else never."""
    compiled = compiled_of("audit_announced")
    game, monitoring = compiled.game, compiled.game.monitoring
    announced = next(name for name in compiled.state_columns.codes if name.startswith("audit on trade"))
    assert monitoring is not None and monitoring.next_law is not None
    assert "announced" in announced and game.states[game.initial].endswith("=not yet")
    second = compiled.state_columns.is_value(STAGE, 2)
    for said, opens in (("no", {"comply": 0.0, "breach": 0.0}), ("yes", {"comply": 0.9, "breach": 0.1})):
        for conduct, chance in opens.items():
            place: dict[str, str | int] = {STATUS: "in force", STAGE: 1, announced: said, YEAR: 2}
            where = row(compiled, place, **moves("comply", conduct))
            law = game.transition[[where]].toarray()[0]
            assert law[second].sum() == pytest.approx(chance), (said, conduct)
            assert law[compiled.state_columns.is_value(announced, "yes")].sum() == pytest.approx(0.5)
    first = row(compiled, {STATUS: "in force", STAGE: 1, announced: "yes", YEAR: 2}, **moves("comply", "comply"))
    assert game.payoffs[first].tolist() == pytest.approx([1.9, 1.9]), "an audit of 0.2 paid in equal parts"


def test_the_law_of_the_next_state_is_that_given_the_signal_averaged_over_signals() -> None:
    compiled = compiled_of("audit_announced")
    game, monitoring = compiled.game, compiled.game.monitoring
    assert monitoring is not None and monitoring.next_law is not None
    assert np.allclose(np.asarray(monitoring.next_law.sum(axis=1)).ravel(), 1.0)
    for state in range(game.n_states):
        if not monitoring.signals[state]:
            continue
        first, stop = monitoring.pair_start[state : state + 2]
        after = monitoring.next_law[first:stop].toarray().reshape(*monitoring.law[state].shape, game.n_states)
        rows = game.rows_of(state)
        given = np.einsum("ry,rys->rs", monitoring.table(state), after)
        assert np.allclose(given, game.transition[rows.start : rows.stop].toarray(), atol=1e-12)
    again = read_game(game_to_json(game))
    assert isinstance(again.monitoring, PublicMonitoring) and np.allclose(again.payoffs, game.payoffs)
    assert again.monitoring.signals == monitoring.signals


def test_other_patience_keeps_the_signals() -> None:
    compiled = compiled_of("audit").with_discount(0.5).with_transfers("voluntary")
    monitoring = compiled_of("audit").game.monitoring
    assert monitoring is not None and compiled.game.monitoring is not None
    assert compiled.game.monitoring.digest == monitoring.digest


def test_order_of_articles_does_not_matter() -> None:
    treaty = read_treaty(FILES / "audit_announced.toml")
    turned = treaty.model_copy(update={"provisions": treaty.provisions[::-1]})
    assert compile_treaty(turned).game.digest == compile_treaty(treaty).game.digest


def test_too_many_signals_are_refused_with_the_clause_that_brings_most(monkeypatch: pytest.MonkeyPatch) -> None:
    treaty = read_treaty(FILES / "audit.toml")
    monkeypatch.setattr(size, "SIGNAL_LIMIT", 8)
    with pytest.raises(CompilationError, match=r"9 combinations of signals.*Most comes of article 3, audit"):
        compile_treaty(treaty)
    monkeypatch.setattr(size, "SIGNAL_LIMIT", 9)
    monkeypatch.setattr(size, "ENTRY_LIMIT", 100)
    with pytest.raises(CompilationError, match=r"144 entries of the table.*more than 100.*Most comes of article 3,"):
        compile_treaty(treaty)
    # 16 rows in force, each with the 9 things that the two audits may say of it.
    monkeypatch.setattr(size, "ENTRY_LIMIT", 144)
    assert compile_treaty(treaty).game.n_rows > 16


def test_two_signals_of_one_name_are_refused() -> None:
    twice = AUDIT + "[[provision]]" + AUDIT.split("[[provision]]")[1]
    with pytest.raises(CompilationError, match="two articles send the signal 'audit of A on trade under article 3'"):
        compile_treaty(read_treaty_text(twice))


def test_a_state_variable_that_would_give_hidden_conduct_away_is_refused() -> None:
    stake = (
        '[[provision]]\ntype = "co_investment"\narticle = "8"\namount = 2\nover_years = 2\n'
        "shares = { A = 0.5, B = 0.5 }\n"
    )
    with pytest.raises(CompilationError, match=r"article 8: 'stake of A under article 8' follows conduct that nobody"):
        compile_treaty(read_treaty_text(DILEMMA + stake))


def test_a_gate_of_audits_without_an_audit_is_refused() -> None:
    stages = "stages = [{ year = 0, exposure = 1.0 }, { year = 1, exposure = 0.5 }]"
    text = DILEMMA + f'[[provision]]\ntype = "staged_derisking"\ngate = "audit"\n{stages}\n'
    with pytest.raises(CompilationError, match="staged_derisking: nothing certifies conduct"):
        compile_treaty(read_treaty_text(text))


def test_a_signal_whose_chances_are_none_is_refused() -> None:
    treaty = read_treaty(FILES / "audit.toml")
    compiler = compilation.Compiler.of(treaty)
    assert compiler.observation is not None
    first, *rest = compiler.observation.signals
    wrong = replace(first, law=lambda columns: np.full((columns.size, 3), 0.5))
    broken = replace(compiler.observation, signals=(wrong, *rest))
    with pytest.raises(CompilationError, match="article 3: the chances of what 'audit of A on trade"):
        broken.law(compiled_of("audit").columns)
