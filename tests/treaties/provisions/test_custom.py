"""Custom clauses: library clauses written in a file give the same game, and dependence worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from games.solvers.penal_modes import PenalModes
from games.solvers.verdict import Sustainable
from tests.support.small_treaties import DILEMMA, FILES, chances_after, plus, row
from treaties.assessing.assess import assess
from treaties.briefing.sources import clauses
from treaties.compiling.compile import compile_treaty
from treaties.compiling.template import Template
from treaties.effects import STATUS, CompilationError
from treaties.linting.clauses import lint
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.among import NoTreatyAmong, among
from treaties.reading.treaty_file import read_treaty, read_treaty_text
from treaties.reading.variants import apply_variant, with_terms

CUSTOM = 'type = "custom"\narticle = "7"\nname = "Screening"\n'
DEPENDENCE = read_treaty(FILES / "custom_dependence.toml")
EVENT = """
[[event]]
id = "contested_sale"
enter = 0.2
stay = 0.5
cost_of_complying = { A = 1, B = 0 }
"""
TERM = 'type = "sunset"\nterm_years = 4\nrenewal = { rule = "automatic" }\n'


def digest(*written: str, events: str = "") -> str:
    blocks = "".join(f"[[provision]]\n{clause}\n" for clause in written)
    return compile_treaty(read_treaty_text(DILEMMA + events + blocks)).game.digest


# -- library clauses written in a file -------------------------------------------------------------------------------


def test_a_remedy_written_in_the_file_is_the_game_of_the_library_s() -> None:
    library = 'type = "remedy"\namount = 3\nupheld = 0.5\ndelay_years = 2\n'
    award = 'payer = "{0}", amount = "damages * count(breaches.{0}.trade)", upheld = 0.5, delay_years = 2'
    awards = ", ".join(f"{{ {award.format(party)} }}" for party in "AB")
    written = f"{CUSTOM}terms = {{ damages = 3 }}\nenforced = [{awards}]\n"
    assert digest(written) == digest(library) != digest()
    assert digest(written, TERM) == digest(library, TERM)


def test_a_schedule_by_calendar_written_in_the_file_is_the_game_of_the_library_s() -> None:
    library = (
        'type = "staged_derisking"\ngate = "calendar"\n'
        "stages = [{ year = 0, exposure = 0.4 }, { year = 2, exposure = 1 }]\n"
    )
    written = CUSTOM + (
        'states = [{ name = "stage", values = [1, 2], clock = true, next = [\n'
        '    { when = "stage == 1 and term_year >= 2 and status == \'in force\' and not breach", to = "stage + 1" },\n'
        "] }]\n"
        'scales = [{ factor = "if(stage == 1, 0.4, 1)" }]\n'
    )
    assert digest(written, TERM) == digest(library, TERM) != digest(TERM)


def test_a_veto_on_grounds_written_in_the_file_is_the_game_of_the_library_s() -> None:
    library = 'type = "veto"\nholder = "A"\nmatter = "trade"\ngrounds = "contested_sale"\n'
    veto = '{ name = "veto", suspends = true, available = "contested_sale", expected = "contested_sale" }'
    written = f'{CUSTOM}choices = [{{ party = "A", matter = "trade", options = [{veto}] }}]\n'
    assert digest(written, events=EVENT) == digest(library, events=EVENT) != digest(events=EVENT)


def test_a_change_of_government_written_in_the_file_moves_and_pays_as_the_library_s() -> None:
    """The same chances and the same payoffs, state by state; only the names of states differ."""
    library = plus(
        'type = "turnover"\nparty = "B"\nto_sceptic = 0.2\nto_friendly = 0.3\nsceptic_cost_of_complying = 0.5\n'
    )
    written = plus(
        CUSTOM + 'states = [{ name = "office", values = ["friendly", "sceptic"], lapses = false, next = [\n'
        '    { when = "office == \'friendly\'", to = "sceptic", chance = 0.2 }, { to = "friendly", chance = 0.3 },\n'
        "] }]\n"
        'payoffs = [{ party = "B", amount = -0.5, always = true, when = "office == \'sceptic\' and '
        'complies.B.trade" }]\n'
    )
    ours, theirs = compile_treaty(written).game, compile_treaty(library).game
    assert np.array_equal(ours.payoffs, theirs.payoffs)
    assert np.allclose(ours.transition.toarray(), theirs.transition.toarray(), atol=1e-15)


# -- dependence ------------------------------------------------------------------------------------------------------


def reversion(treaty: Treaty) -> tuple[float, ...]:
    """What compliance is worth more than any one breach after which nobody complies again, as a one-off, per party."""
    compiled = compile_treaty(treaty)
    game, best = compiled.game, []
    factor = game.discount[0]
    for i, party in enumerate(game.players):
        margins = []
        for k in compiled.state_columns.values["dependence"]:
            state = {STATUS: "in force", "dependence": k}
            broken = game.payoffs[row(compiled, state, **{party: {"supply": "breach"}})][i]
            alone = game.payoffs[row(compiled, state, A={"supply": "breach"}, B={"supply": "breach"})][i]
            margins.append(2 / (1 - factor) - broken - factor * alone / (1 - factor))
        best.append(min(margins))
    return tuple(best)


@pytest.mark.behaviour("custom")
def test_cooperation_raises_dependence_and_a_stop_of_supply_costs_its_holder_what_it_has_grown_to() -> None:
    """At discount 0.6 with a loss of 1 for each of at most two steps.

    Both comply: 2 each, and dependence goes 0, 1, 2, 2.  A breaches at dependence k: A wins 3, B loses 1 + k; nobody
    complies: 0 and -k.  A breach of B leaves dependence, costs B nothing at once, and wins 3.  Reversion after a breach
    of B at k is worth 2 / 0.4 - (3 + 1.5 * (-k)) = 2 + 1.5 k to it not to breach, at least 2, at k = 0.
    """
    compiled = compile_treaty(DEPENDENCE)
    assert compiled.game.n_states == 4
    for k in (0, 1, 2):
        state: dict[str, str | int] = {STATUS: "in force", "dependence": k}
        both = row(compiled, state)
        stopped = row(compiled, state, A={"supply": "breach"})
        neither = row(compiled, state, A={"supply": "breach"}, B={"supply": "breach"})
        assert compiled.game.payoffs[[both, stopped, neither]].tolist() == [[2, 2], [3, -1 - k], [0, -k]]
        assert chances_after(compiled, both, "dependence") == {min(k + 1, 2): 1.0}
        assert chances_after(compiled, stopped, "dependence") == {k: 1.0}
    assert reversion(DEPENDENCE) == pytest.approx((2.0, 2.0), abs=1e-9)
    assert assess(DEPENDENCE).ladder[2].margin == pytest.approx(2.0, abs=1e-6)


def holds(treaty: Treaty) -> bool:
    compiled = compile_treaty(treaty)
    return isinstance(PenalModes().solve(compiled.game).verdict(compiled.plan), Sustainable)


@pytest.mark.law("custom")
@pytest.mark.parametrize("seed", range(4))
def test_where_reversion_keeps_the_treaty_a_greater_loss_of_the_dependent_party_keeps_it_too(seed: int) -> None:
    """Nobody complying for ever is an equilibrium at every loss, since what B loses follows A's conduct alone, and the
    loss lowers only what B has then: the margin of B never falls and that of A stays."""
    draw = np.random.default_rng(seed)
    factor, (small, large) = round(float(draw.uniform(0.35, 0.9)), 3), np.sort(draw.uniform(0, 2, 2)).round(3).tolist()
    patient = with_terms(DEPENDENCE, {"party.A.discount": {"value": factor}, "party.B.discount": factor})
    less, more = (with_terms(patient, {"custom.terms.loss": loss}) for loss in (small, large))
    margins = reversion(less), reversion(more)
    assert margins[1][0] == pytest.approx(margins[0][0]) and margins[1][1] >= margins[0][1] - 1e-12
    assert min(margins[0]) > 0 and holds(less) and holds(more)


# -- parts, words and worlds -----------------------------------------------------------------------------------------


def test_every_part_does_what_it_says() -> None:
    """By hand: screening costs B 0.25 and A pays it 0.5; a pause is open in a shock; tension scales risk by 1.2."""
    compiled = compile_treaty(read_treaty(FILES / "custom_of_every_part.toml"))
    calm: dict[str, str | int] = {STATUS: "in force", "year in force": 2, "mood": "calm", "event shock": "no"}
    claim = 0.5 * 0.6
    skip, screen = (row(compiled, calm, B={"screening": name}) for name in ("skip", "screen"))
    assert compiled.game.payoffs[skip].tolist() == pytest.approx([2 - claim, 2 + claim])
    assert compiled.game.payoffs[screen].tolist() == pytest.approx([2 - claim - 0.5, 2 + claim + 0.5 - 0.25])
    tense = {**calm, "mood": "tense"}
    breach = row(compiled, tense, A={"trade": "breach"}, B={"screening": "skip"})
    assert compiled.game.payoffs[breach].tolist() == pytest.approx([2 + 1.2 * 2 - claim, -1.2 + claim])
    shocked = {**calm, "event shock": "yes"}
    pause = row(compiled, shocked, A={"trade": "pause"}, B={"screening": "skip"})
    assert compiled.game.payoffs[pause].tolist() == [0, 0]
    assert chances_after(compiled, pause, "mood") == pytest.approx({"calm": 0.5, "tense": 0.5})
    relief = row(compiled, {**tense, "event shock": "yes"}, A={"trade": "comply"}, B={"screening": "skip"})
    assert chances_after(compiled, relief, "mood") == pytest.approx({"calm": 0.1, "tense": 0.9})


def test_it_is_told_in_the_author_s_words_and_else_by_its_expressions() -> None:
    (told,) = clauses(DEPENDENCE)
    assert told.title == "Dependence on supply" and told.terms == (
        "The longer Arcadia supplies, the more Borduria comes to depend on it; "
        "dependence of Borduria is 0 to 2, becomes the least of (dependence plus 1) and 2 if Arcadia complies on "
        "supply and Borduria complies on supply; "
        "Borduria loses what it has come to depend on in a year in which Arcadia stops supply; loss 1"
    )
    of_every_part = (FILES / "custom_of_every_part.toml").read_text()
    every = clauses(read_treaty_text(of_every_part))[0].terms
    scaled = of_every_part.replace('1.2, 1)"', '1.2, 1)", what = "stakes"')
    stakes = clauses(read_treaty_text(scaled))
    assert "the risk on trade is scaled by 1.2" in every and "the stakes on trade are scaled by" in stakes[0].terms
    for said in (
        "Arcadia pays Borduria fee if Borduria plays screen in screening",
        "paid 1 years later with chance 0.5",
        "alarm says of Arcadia rings with chance",
    ):
        assert said in every


def test_its_terms_are_numbers_of_the_treaty_that_worlds_and_variants_change() -> None:
    assert {number.path for number in DEPENDENCE.numbers() if "custom" in number.path} == {"custom.terms.loss"}
    template = Template.of(DEPENDENCE)
    world = {"party.A.discount": 0.65, "custom.terms.loss": 1.75}
    assert template.compiled(world).game.digest == compile_treaty(template.at(world)).game.digest
    assert template.recompiled == 0
    dearer = compile_treaty(apply_variant(DEPENDENCE, DEPENDENCE.variant("Dearer dependence")))
    state: dict[str, str | int] = {STATUS: "in force", "dependence": 2}
    assert dearer.game.payoffs[row(dearer, state, A={"supply": "breach"})].tolist() == [3, -5]


def test_limits_hold_for_a_clause_of_the_file_too() -> None:
    """Dependence grows and costs in years 1 and 2 alone."""
    compiled = compile_treaty(apply_variant(DEPENDENCE, DEPENDENCE.variant("Dependence only at first")))
    later: dict[str, str | int] = {STATUS: "in force", "dependence": 2, "year in force": 3}
    stopped = row(compiled, later, A={"supply": "breach"})
    assert compiled.game.payoffs[stopped].tolist() == [3, -1]
    assert chances_after(compiled, row(compiled, later), "dependence") == {2: 1.0}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            'payoffs = [{ party = "A", amount = "1 / stock" }]',
            r"payoffs\[0\].amount: '1 / stock' cannot work out 1 / 0",
        ),
        ('payoffs = [{ party = "A", amount = "1e9 * 1e9" }]', r"is 1e\+18, outside"),
        ('scales = [{ factor = "-stock - 1" }]', r"scales\[0\].factor: .* is -1 where stock = 0, outside 0 to"),
        (
            'ends = [{ when = "true", chance = "stock + 2" }]',
            r"ends\[0\].chance: .* is 2 where stock = 0, outside 0 to 1",
        ),
        (
            'enforced = [{ payer = "A", amount = "-1 - stock" }]',
            r"enforced\[0\].amount: .* is -1 where stock = 0, outside 0",
        ),
        ('payments = [{ payer = "A", payee = "B", amount = "0 * (1 / (stock * 0))" }]', "cannot work out 1 / 0"),
    ],
)
def test_amounts_that_go_wrong_in_a_state_are_refused_with_their_place_and_the_state(part: str, said: str) -> None:
    stock = 'states = [{ name = "stock", values = [0, 1], next = [{ to = 1 }] }]\n'
    with pytest.raises(CompilationError, match=f"article 7, custom: .*{said}"):
        compile_treaty(plus(CUSTOM + stock + part))


def test_a_value_that_a_state_does_not_have_is_refused_where_it_is_reached() -> None:
    stock = 'states = [{ name = "stock", values = [0, 1], next = [{ to = "stock + 1" }] }]\n'
    with pytest.raises(CompilationError, match=r"next\[0\].to: 'stock \+ 1' is 2 where stock = 1, which is none"):
        compile_treaty(plus(CUSTOM + stock))


@pytest.mark.parametrize("name", ["trade", "stage"])
def test_a_choice_cannot_take_the_name_of_something_else(name: str) -> None:
    options = '[{ name = "yes", default = true }, { name = "no" }]'
    staged = 'type = "staged_derisking"\nstages = [{ year = 0, exposure = 0.5 }, { year = 2, exposure = 1 }]\n'
    with pytest.raises(TreatyFileError, match=rf"custom.choices\[0\].name .*'{name}' is (the matter|a state of)"):
        plus(CUSTOM + f'choices = [{{ party = "A", name = "{name}", options = {options} }}]', staged)


def test_terms_and_states_that_nothing_uses_are_remarked_on() -> None:
    clause = CUSTOM + (
        'terms = { fee = 1, idle = 2 }\nstates = [{ name = "stock", values = [0, 1] }]\n'
        'payoffs = [{ party = "A", amount = "fee" }]\n'
    )
    said = {str(finding) for finding in lint(plus(clause))}
    assert "warning: custom.terms.idle (article 7): no expression uses it; use it, or leave it out" in said
    assert any("custom.states.0.next (article 7): stock never moves" in each for each in said)
    assert not any("terms.fee" in each for each in said)


def test_among_parties_that_an_expression_does_not_leave_out_there_is_no_treaty() -> None:
    three = read_treaty(FILES / "three_parties.toml")
    names = [party.id for party in three.parties]
    matter = three.matters[0].id
    fine = f'{{ party = "{names[0]}", amount = "count(breaches.{names[2]}.{matter})" }}'
    clause = f"[[provision]]\n{CUSTOM}payoffs = [{fine}]\n"
    text = (FILES / "three_parties.toml").read_text().split("[[variant]]")[0] + "\n" + clause
    treaty = read_treaty_text(text)
    assert compile_treaty(treaty).game.n_states > 1
    with pytest.raises(NoTreatyAmong, match=r"article 7, custom: payoffs.0.amount: .*names 'breaches"):
        among(treaty, names[:2])
