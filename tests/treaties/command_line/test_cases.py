"""What ``servanda cases`` says of a name that it does not know."""

from __future__ import annotations

import pytest

from tests.support.command_line import run_with


def test_a_path_in_place_of_a_name_finds_the_case(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_with(capsys)("cases", "treaties/cases/npt_1968.toml")
    assert result.code == 2
    assert "did you mean 'npt_1968'?" in result.err
