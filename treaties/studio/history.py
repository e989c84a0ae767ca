"""The way from the text that was opened to the text as it is: every change as what it cut out and what it put there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final


@final
@dataclass(frozen=True)
class Step:
    """One change: from ``at`` on, in characters, ``old`` became ``new``; ``what`` it was, in words for the author."""

    what: str
    at: int
    old: str
    new: str

    @staticmethod
    def between(before: str, after: str, what: str) -> Step:
        """The smallest change of one piece that makes one text of another.

        >>> Step.between("a = 1", "a = 12", "a")
        Step(what='a', at=5, old='', new='2')
        """
        at = _alike(before, after)
        most = min(len(before), len(after)) - at
        same = min(_alike(before[::-1], after[::-1]), most)
        return Step(what, at, before[at : len(before) - same], after[at : len(after) - same])

    def made(self, text: str) -> str:
        """The text after the change."""
        return text[: self.at] + self.new + text[self.at + len(self.old) :]

    def taken_back(self, text: str) -> str:
        """The text before the change."""
        return text[: self.at] + self.old + text[self.at + len(self.new) :]

    def to_json(self) -> dict[str, Any]:
        """The step as a journal keeps it."""
        return {"what": self.what, "at": self.at, "old": self.old, "new": self.new}


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@final
class History:
    """A text, the steps that led to it from ``base``, and those that were taken back.

    ``at``     how many steps are made.
    ``saved``  after how many steps the text was that the file on disk has; None if those steps are no more.
    """

    def __init__(self, base: str, steps: tuple[Step, ...] = (), at: int = 0, saved: int | None = 0) -> None:
        self.base, self.steps, self.at, self.saved = base, list(steps), at, saved
        self.text = self.text_after(at)

    def text_after(self, count: int) -> str:
        """The text after so many steps."""
        text = self.base
        for step in self.steps[:count]:
            text = step.made(text)
        return text

    def go_on(self, text: str, what: str) -> None:
        """Make a change; what was taken back before can no longer be made again."""
        if self.saved is not None and self.saved > self.at:
            self.saved = None
        self.steps[self.at :] = [Step.between(self.text, text, what)]
        self.at += 1
        self.text = text

    def back(self) -> str:
        """Take the last change back and say what it was; raises ``IndexError`` if there is none."""
        if not self.at:
            raise IndexError("nothing to take back")
        self.at -= 1
        self.text = self.steps[self.at].taken_back(self.text)
        return self.steps[self.at].what

    def again(self) -> str:
        """Make the change again that was taken back last; raises ``IndexError`` if there is none."""
        if self.at == len(self.steps):
            raise IndexError("nothing to make again")
        step = self.steps[self.at]
        self.text = step.made(self.text)
        self.at += 1
        return step.what

    def to_json(self) -> dict[str, Any]:
        """The history as a journal keeps it."""
        return {"base": self.base, "steps": [step.to_json() for step in self.steps], "at": self.at, "saved": self.saved}

    @staticmethod
    def of_json(kept: Mapping[str, Any]) -> History:
        """The history that a journal kept; raises ``ValueError`` if that is none."""
        try:
            steps = tuple(Step(str(s["what"]), int(s["at"]), str(s["old"]), str(s["new"])) for s in kept["steps"])
            saved = None if kept["saved"] is None else int(kept["saved"])
            at = int(kept["at"])
            if not 0 <= at <= len(steps) or not 0 <= (saved or 0) <= len(steps):
                raise ValueError("counts steps that are not there")
            return History(str(kept["base"]), steps, at, saved)
        except (KeyError, TypeError) as error:
            raise ValueError(f"is no history ({error})") from None
