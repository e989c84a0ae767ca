"""Whether anybody reads standard output or error makes no difference to the answer's exit status."""

from __future__ import annotations

import errno
import io
import subprocess
import sys
from pathlib import Path

import pytest

from games.command_line.streams import lasting_streams
from tests.support.command_line import ROOT

COMMAND = f"{sys.executable} -m treaties.command_line.main"
SAYS_MUCH = "import sys\nfrom games.command_line.streams import lasting_streams\nwith lasting_streams():\n"


def shell(command: str) -> tuple[int, str, str]:
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "ending",
    ["| (exec <&-)", ">&-", "2>&-", ">&- 2>&-"],
    ids=["reader gone", "output closed", "error closed", "both closed"],
)
def test_the_status_of_an_answer_and_of_a_refusal_is_that_of_the_answer(tmp_path: Path, ending: str) -> None:
    told = tmp_path / "statuses"
    for arguments in ("--version", f"game solve {tmp_path / 'none.json'}"):
        shell(f"{COMMAND} {arguments} {ending}; echo ${{PIPESTATUS[0]}} >> {told}")
    assert told.read_text(encoding="utf-8").split() == ["0", "2"]


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_much_text_to_nobody_raises_nothing_and_the_status_stays(stream: str) -> None:
    loop = f"    for _ in range(20000): print('x' * 100, file=sys.{stream})\n    sys.exit(3)"
    redirect = {"stdout": "| (exec <&-)", "stderr": "2> >(exec <&-)"}[stream]
    status, _, said = shell(f"{sys.executable} -c \"{SAYS_MUCH}{loop}\" {redirect}; exit ${{PIPESTATUS[0]}}")
    assert status == 3 and "Traceback" not in said


class Full(io.StringIO):
    """A stream on a full disk."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = io.StringIO()
    monkeypatch.setattr(sys, "stdout", Full())
    monkeypatch.setattr(sys, "stderr", said)
    with lasting_streams():
        print("one")
        print("two")
    assert said.getvalue() == "servanda: standard output cannot be written: No space left on device\n"
    monkeypatch.setattr(sys, "stderr", Full())
    with lasting_streams():
        print("three")
        print("four", file=sys.stderr)


def test_streams_are_given_back(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout, sys.stderr
    with pytest.raises(SystemExit), lasting_streams():
        print("said")
        print("told", file=sys.stderr)
        raise SystemExit(3)
    assert (sys.stdout, sys.stderr) == before
    assert capsys.readouterr() == ("said\n", "told\n")
