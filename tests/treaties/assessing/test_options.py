"""What options change, in words, and which of them make a treaty firmer."""

from __future__ import annotations

from games.questions.discount_region import DiscountRegion
from treaties.assessing.fixes import fixes
from treaties.assessing.options import changes
from treaties.findings.records import Judgement, Rung, VariantFinding
from treaties.model.treaty import Variant

REGION = DiscountRegion((), 1e-6, (0.0, 0.0, 0.0))


def test_an_empty_list_is_told_as_none() -> None:
    variant = Variant(name="Exit ends it", set={"withdrawal.survives_exit_of": [], "veto.holder": ["A", "B"]})
    assert changes(variant) == "withdrawal.survives_exit_of = none; veto.holder = A, B"


def test_true_and_false_are_told_as_yes_and_no() -> None:
    assert changes(Variant(name="Bound", set={"exit": False, "co_investment.forfeitable": True})) == (
        "exit = no; co_investment.forfeitable = yes")  # fmt: skip


def test_types_of_a_party_are_told_by_name() -> None:
    types = [{"name": name, "conduct": conduct, "prior": 0.2}
             for name, conduct in (("opportunist", "breaches"), ("loyal", "keeps"))]  # fmt: skip
    assert changes(Variant(name="Who is it?", set={"party.NOR.type": types})) == "NOR may also be: opportunist, loyal"
    assert changes(Variant(name="Itself", set={"party.NOR.type": []})) == "NOR may also be: nothing else"


def test_what_rounding_makes_of_a_margin_is_not_firmer() -> None:
    def option(name: str, margin: float) -> VariantFinding:
        return VariantFinding(name, "", (Rung(4, Judgement("sustainable", "", margin)),), {}, ())

    found = fixes(Judgement("sustainable", "", 11.0), [option("", 11.0), option("same", 11.0 + 1e-7),
                                                       option("better", 11.5)], REGION)
    assert [fix.option.name for fix in found if hasattr(fix, "option")] == ["better"]
