"""How a file ends its lines, and whether it begins with a byte order mark: taken off to work, put back to save."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

BYTE_ORDER_MARK = "\ufeff"


@final
@dataclass(frozen=True)
class LineEnds:
    """What is taken off: a mark at the beginning, carriage returns before every line feed."""

    mark: bool
    returns: bool

    @staticmethod
    def of(text: str) -> LineEnds:
        r"""What a text has; carriage returns only if every line ends in one, else its text is left as it is.

        >>> LineEnds.of("a = 1\r\nb = 2\r\n")
        LineEnds(mark=False, returns=True)
        """
        feeds = text.count("\n")
        return LineEnds(text.startswith(BYTE_ORDER_MARK), 0 < feeds == text.count("\r\n"))

    def taken_off(self, text: str) -> str:
        """The text to work on."""
        text = text.removeprefix(BYTE_ORDER_MARK) if self.mark else text
        return text.replace("\r\n", "\n") if self.returns else text

    def put_back(self, text: str) -> str:
        """The text to save."""
        text = text.replace("\n", "\r\n") if self.returns else text
        return BYTE_ORDER_MARK + text if self.mark else text
