"""``servanda studio``: its page is served, its end is clean, and what it lacks is said."""

from __future__ import annotations

import socket
import urllib.request
from pathlib import Path

import pytest

from tests.support.command_line import Run, run_with
from tests.support.studio import knowing, running, small_file
from treaties.command_line import studio
from treaties.studio.gate import HOST


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return run_with(capsys)


def test_help_has_an_example(run: Run) -> None:
    assert "Example: servanda studio" in run("studio", "--help").out


def test_without_the_extra_it_says_what_to_install(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studio, "find_spec", lambda name: None if name == "uvicorn" else object())
    result = run("studio", small_file(tmp_path), "--no-open")
    assert result.code == 2
    assert "uvicorn must be installed" in result.err and "install servanda[studio]" in result.err


def test_a_port_that_is_taken_is_said(run: Run, tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        result = run("studio", small_file(tmp_path), "--no-open", "--port", port)
    assert result.code == 2
    assert f"--port {port}: cannot be used" in result.err and "give another" in result.err


def test_a_file_that_is_not_there_is_bad_input(run: Run, tmp_path: Path) -> None:
    result = run("studio", tmp_path / "none.toml", "--no-open")
    assert result.code == 2 and "none.toml" in result.err
    assert not list(tmp_path.iterdir()), "nothing is left behind"


@pytest.mark.slow
def test_ctrl_c_ends_it_cleanly_and_leaves_nothing_where_all_is_saved(tmp_path: Path) -> None:
    file = small_file(tmp_path)
    with running("-m", "treaties.command_line.main", "studio", file, "--no-open") as started:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with browser.open(started.address) as answer:
            assert answer.status == 200 and b"Servanda studio" in answer.read()
        code, said = started.interrupt()
    assert code == 0
    assert "Traceback" not in said and f"Everything is saved in {file}" in said
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.slow
def test_a_second_studio_on_the_same_file_is_refused(run: Run, tmp_path: Path) -> None:
    file = small_file(tmp_path)
    with running(*knowing(file)):
        result = run("studio", file, "--no-open")
    assert result.code == 2 and "a studio is open on it" in result.err
