"""What types do in compiled treaties: their moves, what they tell apart, and what strategic ones earn."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from games.certificates.typed.evaluation import RuleEvaluation, evaluate_rule
from games.model.typed_rule import UNSAID
from games.play.rules_of_play import RuleOfPlay
from games.play.typed_rules import REVEALED, harsher_when_revealed, rule_with_types
from treaties.assessing.ladder import Ladder
from treaties.compiling.compile import compile_treaty
from treaties.compiling.compiled_treaty import CompiledTreaty
from treaties.compiling.typed import typed_game
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import apply_variant, with_terms

CASES = Path(__file__).parents[3] / "treaties/cases"
EVERY = Path(__file__).parents[1] / "reading/accepted/party_types.toml"


def moves(compiled: CompiledTreaty, party: int, name: str, memory: int = 0) -> list[str]:
    """What a type does, state by state, as the game calls it."""
    typed = typed_game(compiled)
    rule = next(one.rule for one in typed.types[party] if one.name == name)
    assert rule is not None
    game = compiled.game
    return [game.actions[s][party][a] for s, a in enumerate(rule.action[memory].tolist())]


def aurora(types: str) -> Treaty:
    text = (CASES / "aurora.toml").read_text(encoding="utf-8")
    at = text.index("\n[[", text.index('id = "NOR"'))
    treaty = read_treaty_text(f"{text[:at]}\n{types}{text[at:]}")
    return apply_variant(treaty, treaty.variant("Breach ends treaty"))


BREACHER = '[[party.type]]\nname = "b"\nconduct = "breaches"\nprior = 0.2\n'
KEEPER = '[[party.type]]\nname = "k"\nconduct = "keeps"\nprior = 0.2\n'


def test_types_that_follow_a_rule_leave_the_game_as_it_is() -> None:
    text = read_treaty(CASES / "aurora.toml")
    bare = compile_treaty(apply_variant(text, text.variant("Breach ends treaty")))
    assert compile_treaty(aurora(BREACHER + KEEPER)).game.digest == bare.game.digest


def test_who_keeps_its_word_does_what_the_plan_says_and_who_breaches_is_in_breach() -> None:
    compiled = compile_treaty(aurora(BREACHER + KEEPER))
    game, typed = compiled.game, typed_game(compiled)
    planned = np.maximum(compiled.unused, game.row_start[:-1])
    own = game.own_action[planned, 0]
    _, breaches, keeps = (one.rule for one in typed.types[0])
    assert keeps is not None and breaches is not None
    bound = compiled.unused >= 0
    assert np.array_equal(keeps.action[0][bound], own[bound])
    rows = planned + (breaches.action[0] - own) * game.stride[:, 0]
    # Where the matter is in force and Norland owes something it is in breach of it, and no procedure changes.
    can = np.array([np.any(compiled.columns.in_breach["NOR", "technology"][list(game.deviation_rows(int(row), 0))])
                    for row in planned])  # fmt: skip
    assert can.any() and np.array_equal(compiled.columns.in_breach["NOR", "technology"][rows], can & bound)
    for choice in compiled.choices:
        if choice.procedural and choice.party == "NOR":
            taken = compiled.columns.chosen[choice.party, choice.matter]
            assert np.array_equal(taken[rows][bound], taken[planned][bound])


def test_types_act_when_the_file_says() -> None:
    sceptics = '  [[party.type]]\n  name = "sceptics"\n  conduct = "breaches"\n  when = "sceptic"\n  prior = 0.1\n'
    text = EVERY.read_text(encoding="utf-8").replace("[[event]]", f"{sceptics}\n[[event]]", 1)
    compiled = compile_treaty(read_treaty_text(text))
    states = compiled.state_columns
    acts = {
        "sceptics": states.is_value("government of B", "sceptic"),
        "in a crisis": states.is_value("event crisis", "yes"),
        "late": states.code("year in force") == 3,
        "loyal": np.zeros(states.size, dtype=bool),
    }
    for name, where in acts.items():
        does = np.array(["breach" in move for move in moves(compiled, 1, name)])
        assert np.array_equal(does, where & states.operating), name
    assert any("leave" in move for move in moves(compiled, 0, "waits"))
    clean, breached = (moves(compiled, 0, "conditional", memory) for memory in (0, 1))
    bound = np.flatnonzero(states.operating)
    assert all("breach" not in clean[s] and "breach" in breached[s] for s in bound)


def test_a_new_government_draws_its_type_anew_where_it_changes() -> None:
    compiled = compile_treaty(read_treaty(EVERY))
    redraws = typed_game(compiled).redraws
    assert redraws is not None and redraws[0] is None and redraws[1] is not None
    government = compiled.state_columns.code("government of B")
    for before, after in np.argwhere(redraws[1].toarray()):
        assert government[before] != government[after]
    assert redraws[1].nnz


def test_a_strategic_type_earns_what_a_party_with_its_numbers_earns() -> None:
    treaty = read_treaty(EVERY)
    compiled = compile_treaty(treaty)
    mine = next(one for one in typed_game(compiled).types[0] if one.name == "impatient")
    other = compile_treaty(with_terms(treaty, {"matter.trade.temptation.A": 4.0}))
    assert other.game.states == compiled.game.states and other.game.actions == compiled.game.actions
    assert mine.payoffs is not None and mine.discount == 0.5
    assert np.array_equal(mine.payoffs, other.game.payoffs[:, 0])


def renewed(types: str = BREACHER) -> CompiledTreaty:
    text = (CASES / "procurement.toml").read_text(encoding="utf-8")
    treaty = read_treaty_text(text.replace("[[matter]]", f"{types}\n[[matter]]", 1))
    return compile_treaty(apply_variant(treaty, treaty.variant("Automatic renewal")))


def test_every_departure_of_any_number_is_answered_as_one_departure_is() -> None:
    compiled = renewed()
    rule = Ladder(compiled).grim()[0]
    assert isinstance(rule, RuleOfPlay)
    typed = typed_game(compiled)
    game, laid = typed.game, rule_with_types(typed, rule)
    for row in range(game.n_rows):
        played = int(rule.rows[0][game.row_state[row]])
        alone = int((game.own_action[row] != game.own_action[played]).sum())
        same = bool(game.same_outcome(np.array([row]), np.array([played]))[0])
        assert laid.next_mode[0, row] == (0 if not alone or same else 1)
    assert np.all(laid.next_mode[1] == 1)


def test_after_a_breach_of_a_bad_type_play_never_comes_back_and_after_another_it_does() -> None:
    compiled = renewed()
    ladder, typed = Ladder(compiled), typed_game(compiled)
    rule = ladder.proportionate(2)[0]
    assert isinstance(rule, RuleOfPlay)
    laid = harsher_when_revealed(typed, rule, ladder.reversions[0])
    assert laid is not None
    last = laid.modes.index(REVEALED)
    assert set(laid.next_mode[last].tolist()) == {last}
    start, game = typed.game.initial, typed.game
    played, breacher = int(rule.rows[0][start]), typed.types[1][1].rule
    assert breacher is not None
    bad = played + (int(breacher.action[0, start]) - int(game.own_action[played, 1])) * int(game.stride[start, 1])
    own = next(row for row in game.deviation_rows(played, 0) if row != played)
    assert laid.next_mode[0, bad] == last
    # Norland has no bad type: its breach is answered by two years, and then all is as before.
    first = laid.next_mode[0, own]
    assert first not in (0, last, UNSAID) and "2 left" in laid.modes[first]
    found = evaluate_rule(typed, laid)
    assert isinstance(found, RuleEvaluation)  # nothing that play or deviations reach is left unsaid
