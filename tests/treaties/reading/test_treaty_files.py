"""Treaty files: what is accepted, what is refused and in which words, variants, red lines, lint, schema."""

from __future__ import annotations

import datetime
import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treaties.linting.clauses import lint
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.expressions import ExpressionError, parse_expression
from treaties.reading.paths import PathError, value_at
from treaties.reading.schema import treaty_schema
from treaties.reading.toml_lines import line_numbers
from treaties.reading.treaty_file import LARGEST, read_treaty, read_treaty_text
from treaties.reading.variants import apply_variant, design_space, document_of, lookup_in, with_terms

HERE = Path(__file__).parent
ACCEPTED = sorted((HERE / "accepted").glob("*.toml"))
REJECTED = sorted((HERE / "rejected").glob("*.toml"))
CASES = sorted((HERE.parents[2] / "treaties" / "cases").glob("*.toml"))
STAGED = """
[[provision]]
type = "staged_derisking"
stages = [{ year = 0, exposure = 1 }, { year = 2, exposure = 0.5 }]
"""
TURNOVER = """
[[provision]]
type = "turnover"
party = "A"
to_sceptic = 0.1
to_friendly = 0.1
"""
BASE = (HERE / "accepted" / "veto_on_grounds.toml").read_text()


def _name(path: Path) -> str:
    return path.stem


def _case(name: str) -> Treaty:
    return read_treaty(next(path for path in CASES if path.stem == name))


def _errors(text: str) -> list[str]:
    with pytest.raises(TreatyFileError) as caught:
        read_treaty_text(text, "t.toml")
    return [str(error) for error in caught.value.errors]


@pytest.mark.parametrize("path", [*ACCEPTED, *CASES], ids=_name)
def test_accepted(path: Path) -> None:
    treaty = read_treaty(path)
    assert treaty.source_hash == hashlib.sha256(path.read_bytes()).hexdigest()
    assert treaty.source_name == str(path)
    assert not [finding for finding in lint(treaty) if finding.severity == "error"]
    again = Treaty.model_validate(treaty.model_dump(by_alias=True) | {"provision": treaty.provisions})
    assert again.content_hash == treaty.content_hash
    for number in treaty.numbers():
        if ".table." not in number.path:
            assert value_at(treaty, number.path) == number.value, number.path
    for variant in treaty.variants:
        changed = apply_variant(treaty, variant)
        assert changed.content_hash != treaty.content_hash
        assert changed.source_hash != treaty.source_hash


@cache
def validator() -> Any:
    return jsonschema.Draft202012Validator(treaty_schema())


@pytest.mark.parametrize("path", [*ACCEPTED, *CASES], ids=_name)
def test_accepted_files_agree_with_the_schema(path: Path) -> None:
    data = json.loads(json.dumps(tomllib.loads(path.read_text()), default=str))
    validator().validate(data)


@pytest.mark.parametrize("path", REJECTED, ids=_name)
def test_rejected(path: Path) -> None:
    """Every error, its line and its words are those that the file's last comments announce."""
    text = path.read_bytes().decode("utf-8", errors="replace")
    expected = [line.removeprefix("# expect: ") for line in text.splitlines() if line.startswith("# expect: ")]
    assert expected, "a rejected file ends with comments that give the expected messages"
    with pytest.raises(TreatyFileError) as caught:
        read_treaty(path)
    found = [str(error).removeprefix(str(path)).removeprefix(":").strip() for error in caught.value.errors]
    assert found == expected
    for error in caught.value.errors:
        assert error.file == str(path)
        assert "Traceback" not in str(error) and "pydantic" not in str(error) and "Input should" not in str(error)


def test_there_are_enough_rejected_files() -> None:
    assert len(REJECTED) >= 40


def test_errors_come_with_line_article_field_problem_and_remedy() -> None:
    with pytest.raises(TreatyFileError) as caught:
        read_treaty_text(BASE.replace("uses_per_term", "uses_per_terms"), "t.toml")
    (error,) = caught.value.errors
    assert (error.line, error.article, error.field) == (35, "article 7, veto", "provision.veto.uses_per_terms")
    assert str(error).startswith(
        "t.toml:35: provision.veto.uses_per_terms (article 7, veto): unknown field; did you mean 'uses_per_term'? "
    )


def test_missing_empty_huge_and_odd_files(tmp_path: Path) -> None:
    for content, problem in [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"#" * (LARGEST + 1), "is larger than 5 MB"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"a = " + b"[" * 100_000, "nested too deeply"),
        (b"a = " + b"1" * 10_000, "not valid TOML"),
        (b"a = \x00", "not valid TOML"),
    ]:
        path = tmp_path / "odd.toml"
        path.write_bytes(content)
        with pytest.raises(TreatyFileError, match=problem):
            read_treaty(path)
    with pytest.raises(TreatyFileError, match="there is no such file"):
        read_treaty(tmp_path / "none.toml")
    with pytest.raises(TreatyFileError, match="is a folder"):
        read_treaty(tmp_path)


def test_line_ends_and_byte_order_mark_do_not_matter() -> None:
    treaty = read_treaty_text(BASE)
    assert read_treaty_text("\ufeff" + BASE.replace("\n", "\r\n")).content_hash == treaty.content_hash


def test_one_mistake_does_not_hide_another() -> None:
    text = BASE.replace("discount = 0.9", "discount = 2").replace('matter = "trade"', 'matter = "tirade"')
    text = text.replace("term_years = 6", 'term_years = "six"').replace(
        "sucker = { A = -1, B = -1 }", "sucker = { A = -1 }"
    )
    found = _errors(text)
    assert len(found) == 4
    assert [int(error.split(":")[1]) for error in found] == sorted(int(error.split(":")[1]) for error in found)


@pytest.mark.parametrize(
    "name", ["party", "event", "matter", "provision", "variant", "facts", "stylised", "exit", "title"]
)
@pytest.mark.parametrize(
    "value", ["1", "true", '"x"', "[]", "[[]]", "{}", "{ a = [1, { b = 2 }] }", "[1, {}]", "1979-05-27"]
)
def test_any_value_for_any_block_is_answered_in_words(name: str, value: str) -> None:
    head = "\n".join(line for line in BASE.splitlines()[1:4] if not line.startswith(name))
    try:
        read_treaty_text(f"{name} = {value}\n{head}\n")
    except TreatyFileError as error:
        assert error.errors


_VALUES = st.sampled_from(
    ["1", "-1", "0.5", "nan", "-inf", "true", '""', '"A"', '"trade"', "[]", '["A"]', "[1]", "{}", "{ value = 1 }",
     "{ A = 1 }", "{ rule = 1 }", "[{ year = 0 }]", "1e400", "999999999999999999999", "07:32:00", "'unlimited'",
     "{ min = 1, max = 2, step = 0 }", "{ value = { value = 1 } }", '{ "veto" = 1 }', '{ "veto.matter" = {} }']
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_change_of_a_value_ends_in_a_traceback(data: st.DataObject) -> None:
    """Every line of a good file, given any other value, is read or refused in words."""
    source = data.draw(st.sampled_from(["veto_on_grounds", "variants_of_every_kind", "designs", "facts_and_stylised"]))
    lines = (HERE / "accepted" / f"{source}.toml").read_text().splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        k = data.draw(st.sampled_from([k for k, line in enumerate(lines) if " = " in line]))
        lines[k] = f"{lines[k].split(' = ')[0]} = {data.draw(_VALUES)}"
    try:
        treaty = read_treaty_text("\n".join(lines))
    except TreatyFileError as error:
        assert all(each.problem for each in error.errors)
    else:
        lint(treaty)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="veto.uses_per_term [14(2)]<>=!\"'and or not has 0123+-*/", max_size=60))
def test_no_condition_ends_in_a_traceback(text: str) -> None:
    treaty = read_treaty_text(BASE)
    try:
        parse_expression(text).holds(lookup_in(treaty))
    except (ExpressionError, PathError) as error:
        assert error.problem


def test_lines_of_every_key_are_right() -> None:
    """The scanner agrees with ``tomllib`` on what there is, and every key stands on the line it names."""
    for path in [*ACCEPTED, *CASES]:
        text = path.read_text()
        written = text.splitlines()
        found = line_numbers(text)
        for place in _places(tomllib.loads(text), ()):
            assert place in found, (path.name, place)
            if isinstance(place[-1], str):
                assert place[-1] in written[found[place] - 1], (path.name, place)


def _places(value: Any, place: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    places = [(*place, key) for key, _ in items]
    return places + [inner for key, item in items for inner in _places(item, (*place, key))]


def test_lines_survive_every_kind_of_string() -> None:
    text = "a = \"\"\"x\n# no comment\n\"\"\"\"\n'b.c'.d = '''\n]\n'''\n"
    text += '[e]\n"f\\u0041" = {g = [1, # two\n {h = "}"}]}\ni = 2\n'
    tomllib.loads(text)
    lines = line_numbers(text)
    assert lines["a",] == 1 and lines["b.c", "d"] == 4 and lines["e", "fA", "g", 1, "h"] == 9 and lines["e", "i"] == 10


def test_aurora_says_what_its_source_says() -> None:
    """The numbers of the case are those of the issue: the story told about it depends on them."""
    treaty = _case("aurora")
    numbers = {number.path: number.value for number in treaty.numbers()}
    assert numbers["matter.technology.temptation.SUN"] == 31 and numbers["event.security_shock.enter"] == 0.15
    assert numbers["turnover.sceptic_cost_of_complying"] == 13.5 and numbers["remedy.amount"] == 12
    assert {variant.name for variant in treaty.variants} >= {"No veto", "Unlimited veto", "No renewal"}
    assert all(number.source for number in treaty.numbers() if number.path.startswith("matter."))


def test_the_real_case_keeps_facts_and_payoffs_apart() -> None:
    treaty = _case("fr_de_export_2019")
    assert treaty.facts is not None and treaty.stylised is not None
    assert treaty.facts.articles[0].parameters["response_days"] == 60
    assert {article.evidence for article in treaty.facts.articles} <= {"verified", "weak", "recalled"}
    assert "not data" in treaty.stylised.label
    open_veto = apply_variant(treaty, treaty.variant("Open veto (Eurofighter practice)"))
    assert value_at(open_veto, "veto.grounds") is None


def test_a_real_case_of_trust_keeps_facts_chances_and_payoffs_apart() -> None:
    treaty = _case("jcpoa_2015")
    assert treaty.facts is not None and treaty.stylised is not None and "not data" in treaty.stylised.label
    assert {source for article in treaty.facts.articles for source in article.sources} <= set(treaty.facts.sources)
    parameters = {article.kind: article.parameters for article in treaty.facts.articles}
    assert parameters["dispute_ladder"]["total_min_days"] == 65 and parameters["trigger_expiry"]["years"] == 10
    assert all("judgement" in (one.prior.source or "") for party in treaty.parties for one in party.type)
    again = apply_variant(treaty, treaty.variant("A new government may be of another kind"))
    assert value_at(again, "turnover.redraws_type") == "seen" and value_at(treaty, "turnover.redraws_type") == "none"


def test_a_variant_can_say_what_a_party_may_be(tmp_path: Path) -> None:
    treaty = _case("aurora")
    asked = apply_variant(treaty, treaty.variant("Can Norland be trusted?"))
    assert [one.name for one in asked.party("NOR").type] == ["opportunist"] and not treaty.has_types
    assert {n.path for n in asked.numbers()} - {n.path for n in treaty.numbers()} == {"party.NOR.type.0.prior"}
    path = tmp_path / "bad.toml"
    text = next(case for case in CASES if case.stem == "aurora").read_text(encoding="utf-8")
    path.write_text(text.replace('conduct = "breaches"', 'conduct = "breeches"'), encoding="utf-8")
    with pytest.raises(TreatyFileError, match=r"no treaty: party\.NOR\.type\.0\.conduct cannot be 'breeches'"):
        read_treaty(path)


def test_variants_change_what_they_name_and_nothing_else() -> None:
    treaty = _case("aurora")
    slow = apply_variant(treaty, treaty.variant("Slow de-risking"))
    assert [stage.year for stage in slow.provisions_of("staged_derisking")[0].stages] == [0, 5, 9]  # type: ignore[attr-defined]
    before, after = document_of(treaty), document_of(slow)
    for document in (before, after):
        document.pop("variant", None)
        del document["provision"][1]["stages"]
    assert before == after
    assert slow.variant_name == "Slow de-risking" and treaty.variant_name is None
    unlimited = apply_variant(treaty, treaty.variant("Unlimited veto"))
    assert value_at(unlimited, "veto.uses_per_term") == float("inf")


def test_terms_by_path() -> None:
    treaty = _case("aurora")
    changed = with_terms(treaty, {"party.NOR.discount": 0.5, "sunset.renewal.rule": "any", "remedy.delay_years": 3})
    assert value_at(changed, "party.NOR.discount") == 0.5
    assert changed.party("NOR").discount.source is None, "a new number does not keep the old one's source"
    assert value_at(changed, "sunset.renewal.decide_by_year") == 8
    with pytest.raises(TreatyFileError, match="'notice' is no field"):
        with_terms(treaty, {"withdrawal.notice": 1})
    with pytest.raises(TreatyFileError, match="whole number"):
        with_terms(treaty, {"withdrawal.notice_years": 1.5})


@pytest.mark.parametrize("terms", [{"veto": {}}, {"title": 10**5000}, {"veto": {"uses_per_term": {}}}])
def test_terms_that_hold_nothing_or_too_much_are_refused(terms: dict[str, Any]) -> None:
    treaty = _case("aurora")
    assert with_terms(treaty, {}) is treaty
    with pytest.raises(TreatyFileError, match="no term a value"):
        with_terms(treaty, terms)


def test_design_space_lists_the_values_of_every_open_term() -> None:
    assert design_space(_case("aurora"))["veto.uses_per_term"] == (0, 1, 2, 3, 4, "unlimited")
    assert design_space(_case("aurora"))["sunset.term_years"] == tuple(range(8, 16))


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("veto.uses_per_term >= 1", True),
        ("veto.uses_per_term >= unlimited", False),
        ("veto[14(2)].uses_per_term = 2 and not veto.uses_per_term != 2", True),
        ("veto.grounds = 'security_shock'", True),
        ("veto.grounds != 'security_shock' or has remedy", True),
        ("has veto[14(2)] and has sunset", True),
        ("veto.expires_year < 3", False),
        ("not veto.expires_year < 3", True),
        ("(party.NOR.discount + party.SUN.discount) / 2 >= 0.89", True),
        ("1 + 2 * 3 = 7 and 7 - 2 - 1 = 4 and -1 < 0", True),
        ("staged_derisking.stages.2.exposure = 0.25", True),
        ("exit = true", True),
        ("sunset.renewal.rule = 3", False),
        ("false = exit or (has veto)", True),
    ],
)
def test_conditions(condition: str, answer: bool) -> None:
    assert parse_expression(condition).holds(lookup_in(_case("aurora"))) is answer


def test_conditions_name_the_column_of_a_mistake() -> None:
    for text, column in [("veto. > 1", 5), ("1 > > 2", 5), ("has", 4), ("a = 1 b = 2", 7), ("a ~ 2", 3), ("(a = 1", 7)]:
        with pytest.raises(ExpressionError) as caught:
            parse_expression(text)
        assert caught.value.column == column, text
    with pytest.raises(ExpressionError, match="longer than"):
        parse_expression("(" * 600)


def test_conditions_are_never_run_as_code(tmp_path: Path) -> None:
    target = tmp_path / "made"
    for text in [f"__import__('pathlib').Path('{target}').touch()", f"open('{target}', 'w') = 1", "().__class__ = 1"]:
        with pytest.raises((ExpressionError, PathError)):
            parse_expression(text).holds(lookup_in(read_treaty_text(BASE)))
    assert not target.exists()


@pytest.mark.parametrize(
    ("old", "new", "severity", "problem"),
    [
        ("", '\n[[provision]]\ntype = "sunset"\narticle = "30"\nterm_years = 3\n', "error", "two terms"),
        ("", '\n[[provision]]\ntype = "veto"\narticle = "8"\nholder = "A"\nmatter = "trade"\n', "error", "same holder"),
        (
            "",
            STAGED.replace("year = 2", "year = 6"),
            "warning",
            "stage 2 begins 6 years into a term of 6: it is never reached",
        ),
        (
            "",
            '\n[[provision]]\ntype = "staged_derisking"\nstages = [{ year = 0, exposure = 1 }]\n',
            "note",
            "no schedule",
        ),
        (
            "discount = 0.9\n",
            'discount = 0.9\nred_lines = ["veto.uses_per_term >= 3"]\n',
            "error",
            "red line of Arcadia",
        ),
        ("discount = 0.9\n", "discount = 0\n", "note", "gives the future no weight"),
        ("uses_per_term = 2", "uses_per_term = 9", "warning", "9 uses in a term of 6 years are no limit"),
        ("uses_per_term = 2", "uses_per_term = 0", "note", "can never be used"),
        ("uses_per_term = 2", "expires_year = 9", "warning", "lapses after year 9"),
        ('uses_per_term = 2\ngrounds = "shock"', 'plan = "always"', "warning", "blocks trade in every year"),
        ("reward = { A = 3, B = 3 }", "reward = { A = 6, B = 3 }", "warning", "Arcadia wins nothing by a breach"),
        ("reward = { A = 3, B = 3 }", "reward = { A = 0, B = 3 }", "warning", "gains nothing from cooperation"),
        ("sucker = { A = -1, B = -1 }", "sucker = { A = 1, B = -1 }", "note", "does better complying alone"),
        ("temptation = { A = 5, B = 5 }", "temptation = { A = 9, B = 5 }", "note", "taking turns in breach"),
        ("outside_option = 1", "outside_option = 3", "warning", "no reason to take part"),
        ("enter = 0.1", "enter = 0", "warning", "the event never happens"),
        ("stay = 0.5", "stay = 1", "warning", "the event never ends"),
        ("", '\n[[provision]]\ntype = "withdrawal"\nnotice_years = 6\n', "warning", "as long as the term of 6"),
        ("", '\n[[provision]]\ntype = "continuity"\nexit_cost = 2\n', "warning", "the clause binds nobody"),
        ("", '\n[[provision]]\ntype = "remedy"\namount = 50\n', "note", "expected damages exceed"),
        (
            "",
            TURNOVER.replace("to_friendly = 0.1", "to_friendly = 0\nsceptic_reward_change = -1"),
            "warning",
            "once sceptical, the government of A stays so for ever",
        ),
        (
            "",
            TURNOVER,
            "warning",
            "earns what a friendly one does",
        ),
        ('rule = "mutual"', 'rule = "automatic"', "note", "takes no vote"),
        ('rule = "mutual"', 'rule = "chance", probability = 1', "note", 'rule = "automatic"'),
        (
            "term_years = 6",
            "term_years = 6\ndesign = { term_years = [4, 7] }",
            "note",
            "these values give no treaty: 4",
        ),
    ],
)
def test_lint(old: str, new: str, severity: str, problem: str) -> None:
    text = BASE + new if not old else BASE.replace(old, new, 1)
    assert text != BASE
    before = {str(finding) for finding in lint(read_treaty_text(BASE))}
    found = [finding for finding in lint(read_treaty_text(text)) if str(finding) not in before]
    assert any(f.severity == severity and problem in str(f) for f in found), [str(f) for f in found]
    assert all(finding.place for finding in found)


def test_lint_leaves_room_for_parties_that_nothing_tempts_where_others_are_tempted() -> None:
    text = (HERE / "accepted" / "three_parties.toml").read_text()
    (line,) = [line for line in text.splitlines() if line.startswith("temptation")]
    severities = {}
    for tempted in ("none", "some"):
        amounts = "A = 0, B = 0, C = 0" if tempted == "none" else "A = 0, B = 0, C = 99"
        changed = read_treaty_text(text.replace(line, f"temptation = {{ {amounts} }}"))
        severities[tempted] = {f.severity for f in lint(changed) if "wins nothing by a breach" in f.problem}
    assert severities == {"none": {"warning"}, "some": {"note"}}


def test_lint_says_when_a_treaty_only_coordinates() -> None:
    text = (HERE / "accepted" / "sunset_without_renewal.toml").read_text()
    text = text.replace("term_years = 6", 'term_years = 6\nsurvives = ["trade"]')
    assert any("only helps to coordinate" in finding.problem for finding in lint(read_treaty_text(text)))


def test_lint_refuses_risk_scales_on_a_table() -> None:
    text = (HERE / "accepted" / "explicit_table.toml").read_text()
    found = lint(read_treaty_text(text + STAGED))
    assert any(finding.severity == "error" and "no temptation to scale" in finding.problem for finding in found)


def test_cases_have_no_errors_or_warnings() -> None:
    for path in CASES:
        assert not [finding for finding in lint(read_treaty(path)) if finding.severity != "note"], path.name


def test_schema_is_a_schema_and_knows_every_field() -> None:
    schema = treaty_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema == json.loads(json.dumps(schema)) == treaty_schema()
    assert set(schema["properties"]) == {field.alias or name for name, field in Treaty.model_fields.items()}
    validator = jsonschema.Draft202012Validator(schema)
    good = tomllib.loads(BASE)
    assert validator.is_valid(good)
    for path, value in [(("title",), 3), (("party", 0, "discount"), "x"), (("provision", 0, "holders"), ["A"])]:
        bad = json.loads(json.dumps(good))
        target = bad
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value
        assert not validator.is_valid(bad), path


def test_dates_in_facts_are_kept_as_text() -> None:
    treaty = _case("fr_de_export_2019")
    assert treaty.facts is not None
    assert datetime.date.fromisoformat(treaty.facts.dates[1].date) == datetime.date(2019, 10, 23)
