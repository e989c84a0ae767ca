"""What would change the answer: which changes are told, and how."""

from __future__ import annotations

from dataclasses import replace

import pytest

from games.questions.discount_region import DiscountRegion
from tests.support import briefings as fixtures
from treaties.assessing.fixes import fixes
from treaties.findings import phrases
from treaties.findings.fix_words import fix_sentences
from treaties.findings.fixes import BreakingOptions, Fix, OptionFix, PatienceFix, PaymentFix
from treaties.findings.records import Judgement

GRID = (0.02, 0.98, 0.04)
NOT_SOUGHT = DiscountRegion((), 1e-6, (0.0, 0.0, 0.0))
NOWHERE = DiscountRegion((), 1e-6, GRID)
SOMEWHERE = DiscountRegion(((0.8651234, 0.98),), 1e-6, GRID)
HOLDS, FAILS = (
    Judgement("sustainable", fixtures.CONCEPT, 0.1034),
    Judgement("unsustainable", fixtures.CONCEPT, -0.512),
)


def test_where_it_holds_wider_margins_and_what_breaks_it_are_told() -> None:
    assert list(fixes(HOLDS, fixtures.VARIANTS, SOMEWHERE, fixtures.side_payments())) == [
        OptionFix(fixtures.VARIANTS[4], firmer=True),
        BreakingOptions(("No veto", "Unlimited veto", "No renewal")),
    ]
    firm = replace(HOLDS, margin=0.5)
    assert list(fixes(firm, fixtures.VARIANTS[:1], NOWHERE)) == []


@pytest.mark.parametrize(("region", "patience"), [
    (SOMEWHERE, [PatienceFix((0.8651234, 0.98))]), (NOWHERE, [PatienceFix(None)]), (NOT_SOUGHT, []),
])  # fmt: skip
def test_where_it_fails_options_patience_and_payments_that_mend_it_are_told(
    region: DiscountRegion, patience: list[Fix]
) -> None:
    pays = fixtures.side_payments()
    assert list(fixes(FAILS, fixtures.VARIANTS, region, pays)) == [
        OptionFix(fixtures.VARIANTS[4], firmer=False), *patience, PaymentFix(pays.compared[0])
    ]


def test_each_change_is_one_sentence_with_terms_as_the_file_or_as_a_reader_has_them() -> None:
    option, pays = fixtures.VARIANTS[4], fixtures.side_payments().compared[0]
    found: list[Fix] = [
        OptionFix(option, firmer=True),
        OptionFix(replace(option, ladder=(fixtures.rung(4, "undecided", None),)), firmer=False),
        BreakingOptions(("No veto", "No renewal")),
        PatienceFix((0.8651234, 0.98)),
        PatienceFix(None),
        PaymentFix(pays),
    ]
    said = fix_sentences(found, fixtures.treaty())
    assert said[0] == (
        "Breach ends treaty (staged_derisking.on_breach = end) makes it firmer: margin EUR +0.3 million, "
        "and it stands on rung 1 (self-executing), there with EUR +0.2 million."
    )
    assert said[1] == "Breach ends treaty (staged_derisking.on_breach = end) makes it hold."
    assert said[2] == "These changes break it: No veto, No renewal."
    assert said[3] == "It would hold if all parties discounted at a common factor from 0.8651 to 0.98."
    assert said[4].startswith("No common discount factor that was tested makes it hold")
    assert said[5] == (
        "Side payments make it hold at the lower factor (0.88): Norland would pay Sundmark EUR 4.33 million on average "
        "(2.63 to 4.82) after year 6 of a term, if there was a sceptic government of Sundmark."
    )
    page = fix_sentences(found, fixtures.treaty(), phrases.paths)
    assert page[0].startswith("Breach ends treaty (staged derisking: on breach = end) makes it firmer:")
    assert page[2:] == said[2:]
