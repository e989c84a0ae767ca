"""What a page can do with the draft: read it, change it, ask for its verdict, compare it.  One at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from secrets import token_hex
from typing import Any, Literal, Protocol, final

from games.model.stochastic_game import GameError
from treaties.model.errors import TreatyFileError
from treaties.model.treaty import Treaty
from treaties.reading.treaty_file import read_treaty_text
from treaties.studio.comparing import compare
from treaties.studio.draft import Conflict, Draft, FieldError, Refused
from treaties.studio.forms import draft_json
from treaties.studio.verdict import Verdict

Answer = tuple[int, dict[str, Any]]
"""A status of HTTP and the JSON object that goes with it."""

CHANGED, CONFLICT, REFUSED = 200, 409, 422
UNWRITABLE = "let the folder be written to, or work on a copy of the file in another one"


class Judge(Protocol):
    """What judges drafts, as ``JudgeService`` does."""

    def submit(self, revision: int, treaty: Treaty | None) -> None:
        """Begin to judge a revision."""

    def verdict(self, revision: int, wait: float = 0.0, *, proved: bool = False) -> Verdict:
        """What is known of a revision, after ``wait`` seconds at most."""


@final
class Desk:
    """A draft and who judges it, for all windows that are open on it.

    ``session``  names this run of the studio: a page that outlives a run must not take its revision for the next one's.
    """

    def __init__(self, draft: Draft, judge: Judge) -> None:
        self.draft, self.judge = draft, judge
        self.session = token_hex(8)
        judge.submit(draft.revision, draft.treaty)

    def is_at(self, session: str, revision: int) -> bool:
        """Whether this is the newest revision of this run."""
        return session == self.session and revision == self.draft.revision

    def read(self) -> dict[str, Any]:
        """The draft with its cards."""
        with self.draft.lock:
            return draft_json(self.draft) | {"session": self.session}

    def change(
        self,
        session: str,
        revision: int,
        op: Literal["set", "add", "add entry", "remove"],
        path: str = "",
        value: Any = None,
        kind: str = "",
        with_references: bool = False,
    ) -> Answer:
        """Set the term at ``path``, add a clause of a ``kind`` or an entry of the list at ``path``, or remove one."""
        draft = self.draft
        if op == "set":
            return self._done(session, lambda: draft.set(path, value, revision))
        if op == "add":
            return self._done(session, lambda: {"path": draft.add(kind, revision)})
        if op == "add entry":
            return self._done(session, lambda: {"path": draft.add_entry(path, revision)})
        return self._done(
            session, lambda: {"with": list(draft.remove(path, revision, with_references=with_references))}
        )

    def undo(self, session: str, revision: int) -> Answer:
        """Take back the last change."""
        return self._done(session, lambda: {"what": self.draft.undo(revision)})

    def redo(self, session: str, revision: int) -> Answer:
        """Make the change again that was taken back last."""
        return self._done(session, lambda: {"what": self.draft.redo(revision)})

    def save(self, session: str, revision: int, over: bool = False) -> Answer:
        """Write the draft to its file; ``over`` what another program has written there meanwhile."""
        return self._done(session, lambda: self.draft.save(revision, over=over))

    def take_file(self, session: str, revision: int) -> Answer:
        """Go on with what another program has written to the file."""
        return self._done(session, lambda: {"what": self.draft.take_file(revision)})

    def verdict(self, revision: int, wait: float, proved: bool) -> dict[str, Any]:
        """What is known of a revision after ``wait`` seconds at most."""
        return self.judge.verdict(revision, wait, proved=proved).to_json()

    def compare(self, text: str | None, title: str) -> Answer:
        """The draft beside another text; None stands for the file as it is on disk."""
        with self.draft.lock:
            here, file = self.draft.treaty, self.draft.file
        try:
            there = read_treaty_text(file.read_text(encoding="utf-8") if text is None else text, title)
        except TreatyFileError as error:
            return REFUSED, {"errors": _faults(error)}
        except (OSError, UnicodeDecodeError):
            fault = FieldError("", f"{file} cannot be read", "save the draft first")
            return REFUSED, {"errors": [asdict(fault)]}
        if here is None:
            fault = FieldError("", "the draft has faults and cannot be compared", "mend the fields marked wrong")
            return REFUSED, {"errors": [asdict(fault)]}
        return CHANGED, compare(there, here, titles=(title, "This draft")).to_json()

    def _done(self, session: str, act: Callable[[], dict[str, Any] | None]) -> Answer:
        """Change the draft, have it judged, and tell what it is now, or why it was not changed."""
        with self.draft.lock:
            before = self.draft.revision
            more: dict[str, Any]
            try:
                if session != self.session:
                    raise Conflict("the studio was started again after the page was read")
                status, more = CHANGED, {"done": act() or {}}
            except Conflict as error:
                status, more = CONFLICT, {"conflict": {"problem": error.problem, "since": list(error.since)}}
            except Refused as error:
                faults = [asdict(fault) for fault in error.errors]
                status, more = REFUSED, {"errors": faults, "needed_by": list(error.needed_by)}
            except TreatyFileError as error:
                status, more = REFUSED, {"errors": _faults(error)}
            except GameError as error:
                status, more = REFUSED, {"errors": [asdict(FieldError("", str(error), UNWRITABLE))]}
            if self.draft.revision != before:
                self.judge.submit(self.draft.revision, self.draft.treaty)
            draft = self.read()
        return status, draft | more if status == CHANGED else {**more, "draft": draft}


def _faults(error: TreatyFileError) -> list[dict[str, Any]]:
    """What is wrong in a file, for the page."""
    return [asdict(FieldError(fault.field, fault.problem, fault.remedy)) for fault in error.errors]
