"""What a variant says that it adds."""

from __future__ import annotations

import pytest

from treaties.model.treaty import Variant


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ({"type": "veto", "article": "7(1)"}, "veto[7(1)]"),
        ({"type": "veto", "article": "-"}, "veto"),
        ({"type": "veto"}, "veto"),
        ({"type": "custom", "article": "-", "name": "Cost of other sources"}, "Cost of other sources"),
    ],
)
def test_an_added_clause_is_named_by_its_article_if_it_has_one_and_one_of_the_files_own_by_its_name(
    block: dict[str, str], said: str
) -> None:
    assert Variant(name="Other", add={"provision": ({**block},)}).added == (said,)
