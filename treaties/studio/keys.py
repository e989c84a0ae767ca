"""Who may use the studio: a token in the address that opens it, once, then a cookie that only its pages send.

Only hashes of cookies are kept on disk, beside the draft (``aurora.studio.json`` beside ``aurora.toml``) and only while
there is a draft: a page whose server was killed goes on with the next one, and who reads the file can open nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from pathlib import Path
from typing import final

from games.files.writing import write_text

BYTES = 32
"""Bytes of chance in a token and in a cookie: nobody guesses them."""
MOST_COOKIES = 8
"""Browsers that are remembered; the oldest is forgotten first."""


@final
class Keys:
    """The token and the cookies of one treaty file.

    ``port``   the one that its studio had last, None if none is known; a page can go on where it is the same.
    ``whose``  says which file it is, to those who know the file.
    """

    def __init__(self, treaty: Path) -> None:
        self.place = treaty.with_name(f"{treaty.stem}.studio.json")
        self.whose = _hash(str(treaty.resolve()))[:16]
        self.token: str | None = secrets.token_urlsafe(BYTES)
        self.port, self.cookies = _remembered(self.place)

    def admit(self, token: str) -> str | None:
        """A new cookie in exchange for the token, which is spent by it; None if it is not the token."""
        if self.token is None or not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        self.token = None
        cookie = secrets.token_urlsafe(BYTES)
        self.cookies = [*self.cookies, _hash(cookie)][-MOST_COOKIES:]
        self.remember()
        return cookie

    def knows(self, cookie: str | None) -> bool:
        """Whether this is one of the cookies that were given."""
        if cookie is None:
            return False
        hashed = _hash(cookie)
        return any([hmac.compare_digest(hashed, known) for known in self.cookies])

    def remember(self) -> None:
        """Write port and hashes beside the draft."""
        write_text(self.place, json.dumps({"port": self.port, "cookies": self.cookies}) + "\n")

    def forget(self) -> None:
        """Leave nothing behind: every page needs a new token."""
        self.cookies = []
        self.place.unlink(missing_ok=True)


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _remembered(place: Path) -> tuple[int | None, list[str]]:
    """Port and hashes of an earlier studio; nothing if there was none, or if the file is not one of ours."""
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
        port, cookies = found["port"], found["cookies"]
    except (OSError, ValueError, KeyError, TypeError):
        return None, []
    fits = isinstance(port, int) and isinstance(cookies, list) and all(isinstance(cookie, str) for cookie in cookies)
    return (port, cookies[-MOST_COOKIES:]) if fits else (None, [])
