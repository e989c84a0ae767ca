"""One computation, one record: whatever tells a fact about a treaty tells the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.tellings import check, check_words
from treaties.assessing.assess import Assessment, assess
from treaties.compiling.compile import compile_treaty
from treaties.findings.records import Transfers
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty, read_treaty_text

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "treaties" / "cases").glob("*.toml"))
ACCEPTED = sorted((ROOT / "tests" / "treaties" / "reading" / "accepted").glob("*.toml"))
LONG = ("party_types",)
"""Files that are assessed in minutes; what has types is told in cases as well."""
HEAVY = ("inf_1987", "jcpoa_2015", "loi_framework_2000")
"""Cases that are assessed in half a minute or more; others have what is in them."""
QUICK = ("procurement", "offset")
"""Cases that are assessed within seconds."""
PAID = (*QUICK, "aurora", "end_use", "rival_across_the_strait", "vehicle_offsets")
"""Cases that are assessed as if payments had no limit as well."""


@pytest.mark.parametrize("path", [path for path in CASES if path.stem in QUICK], ids=lambda path: path.stem)
def test_all_that_is_told_of_a_case_agrees(path: Path) -> None:
    check(assess(read_treaty(path), side_payments="options"))


def assessed(treaty: Treaty, transfers: Transfers | None = None) -> Assessment:
    """The whole assessment, but for the scan of discount factors where signals hide conduct: it takes minutes."""
    hidden = compile_treaty(treaty).seen is not None
    return assess(treaty, side_payments="options", transfers=transfers, region=not hidden)


@pytest.mark.parametrize("path", [
    pytest.param(path, marks=pytest.mark.campaign if path.stem in HEAVY else pytest.mark.slow, id=path.stem)
    for path in CASES if path.stem != "aurora"
])
def test_all_that_is_told_of_every_case_agrees(path: Path) -> None:
    """Of Aurora, where it is assessed in any case: ``tests/treaties/briefing/test_aurora.py``."""
    found = assessed(read_treaty(path))
    check(found)
    check_words(found)


@pytest.mark.parametrize("path", [
    pytest.param(path, marks=pytest.mark.slow if path.stem in QUICK else pytest.mark.campaign, id=path.stem)
    for path in CASES if path.stem in PAID
])
def test_all_that_is_told_of_a_case_with_payments_agrees(path: Path) -> None:
    check(assessed(read_treaty(path), "voluntary"))


@pytest.mark.parametrize("path", [
    pytest.param(path, marks=pytest.mark.campaign if k % 3 else pytest.mark.slow, id=path.stem)
    for k, path in enumerate(path for path in ACCEPTED if path.stem not in LONG)
])
def test_all_that_is_told_of_every_small_file_agrees(path: Path) -> None:
    check(assess(read_treaty(path), side_payments="text", region=False))


# -- random treaties ------------------------------------------------------------------------------------------------

PARTY = '[[party]]\nid = "{id}"\nname = "{name}"\ndiscount = {discount}\noutside_option = {outside}\n{lines}'
CLAUSES = (
    '[[provision]]\ntype = "sunset"\narticle = "9"\nterm_years = {years}\nrenewal = {{ rule = "{rule}" }}\n',
    '[[provision]]\ntype = "remedy"\narticle = "7"\namount = {amount}\n',
    '[[provision]]\ntype = "withdrawal"\narticle = "8"\nnotice_years = {years}\n',
)
PAYING = (
    '[[provision]]\ntype = "co_investment"\narticle = "5"\namount = 2\nshares = {{ A = 0.5, B = 0.5 }}\n'
    "over_years = 2\nreturns = 1\n"
)
AUDIT = (
    '[[provision]]\ntype = "audit"\narticle = "3"\nmatter = "trade"\ncoverage = {coverage}\n'
    "detection = 0.9\nfalse_alarm = 0.1\n"
)


def small_treaty(seed: int) -> Treaty:
    """Two parties, one matter, a clause or two and two variants; every third with payments, every third with audits."""
    draw = random.Random(seed)
    common = draw.choice((True, False))
    patience = [draw.choice((0.3, 0.45, 0.6, 0.75, 0.9)) for _ in range(2)]
    gain = [draw.choice((1, 2, 4)) for _ in range(2)]
    kind = ("plain", "payments", "signals")[seed % 3]
    text = 'schema = "servanda-treaty/1"\ntitle = "Drawn by lot"\npayoff_unit = "points per year"\n'
    for k, (id_, name) in enumerate((("A", "Arcadia"), ("B", "Borduria"))):
        lines = 'red_lines = ["party.A.discount <= 0.8"]\n' if k and draw.random() < 0.5 else ""
        text += PARTY.format(
            id=id_, name=name, discount=patience[0 if common else k], outside=draw.choice((0, -1)), lines=lines
        )
    text += '[[matter]]\nid = "trade"\n'
    if kind == "signals":
        text += "observability = { detection = 0.8, false_alarm = 0.1 }\n"
    for field, values in (
        ("reward", (3, draw.choice((1, 3)))), ("temptation", (3 + gain[0], 3 + gain[1])), ("sucker", (-1, -1)),
        ("punishment", (0, 0)),
    ):  # fmt: skip
        text += f"{field} = {{ A = {values[0]}, B = {values[1]} }}\n"
    clause = draw.choice(CLAUSES) if kind != "signals" else AUDIT
    text += clause.format(
        years=draw.choice((1, 2, 3)),
        rule=draw.choice(("none", "automatic", "mutual")),
        amount=draw.choice((0.5, 1, 3)),
        coverage=draw.choice((0.3, 0.8)),
    )  # fmt: skip
    if kind == "payments":
        text += PAYING.format()
    for name, path, value in (
        ("More patience", "party.A.discount", 0.85), ("Less to gain", "matter.trade.temptation.A", 3.5)
    ):  # fmt: skip
        text += f'[[variant]]\nname = "{name}"\nset = {{ "{path}" = {value} }}\n'
    return read_treaty_text(text, f"seed_{seed}.toml")


@pytest.mark.parametrize("seed", [*range(5), pytest.param(5, marks=pytest.mark.campaign)])
def test_all_that_is_told_of_small_treaties_agrees(seed: int) -> None:
    check(assessed(small_treaty(seed)))


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(6, 9))
def test_all_that_is_told_of_many_small_treaties_agrees(seed: int) -> None:
    treaty = small_treaty(seed)
    check(assessed(treaty))
    check(assess(treaty, side_payments="text", transfers="none" if seed % 2 else "voluntary", region=False))
