"""What stands before every request: the right host, the right origin, a key; and what every answer must say.

A page elsewhere on the web can send requests to this machine, and can make its own name lead here (DNS rebinding).
Both are told by headers that a browser sets and no page can change: ``Host``, ``Origin`` and ``Sec-Fetch-Site``.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any, final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from treaties.studio.keys import Keys

HOST = "127.0.0.1"
"""The only address that is listened to and answered for."""
MOST_BYTES = 2_000_000
"""The largest request: a treaty file is smaller."""
WHOSE = "Servanda-Studio"
"""The header that says on which file a studio is open, so that none is opened twice."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def cookie_name(port: int) -> str:
    """Cookies do not tell ports apart, so that two studios need two names."""
    return f"servanda_{port}"


def told(status: int, place: str, problem: str, remedy: str) -> Response:
    """An error as JSON: where, what is wrong, what to do."""
    return JSONResponse({"error": {"place": place, "problem": problem, "remedy": remedy}}, status)


@final
class Gate:
    """Lets requests of the studio's own pages through to an application, and refuses all others."""

    def __init__(self, app: ASGIApp, keys: Keys, port: int) -> None:
        self.app, self.keys, self.port = app, keys, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; other kinds of connection are closed."""
        if scope["type"] != "http":
            return
        request = Request(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, {**HEADERS, WHOSE: self.keys.whose})
            await send(message)

        refusal = self.refusal(request)
        await (self.app if refusal is None else refusal)(scope, receive, send_with_headers)

    def refusal(self, request: Request) -> Response | None:
        """Why a request is not let through, as an answer; None if it is."""
        here = f"{HOST}:{self.port}"
        headers = request.headers
        if headers.getlist("host") != [here]:
            return told(421, "Host", "this request is for another host", f"open http://{here}/ itself")
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{here}":
            return told(403, "Origin", "this request comes from a page of another origin", "use the studio's own page")
        if request.method not in ("GET", "HEAD") and origin is None:
            return told(403, "Origin", "a change must say which page it comes from", f"send Origin: http://{here}")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return told(403, "Sec-Fetch-Site", "this request was made by another site", "open the studio by itself")
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers or not length.isdecimal() or int(length) > MOST_BYTES:
            return told(413, "Content-Length", "too much, or of no stated length", f"send {MOST_BYTES:,} bytes at most")
        opens = request.method == "GET" and request.url.path == "/" and "token" in request.query_params
        if not opens and not self.keys.knows(request.cookies.get(cookie_name(self.port))):
            return told(
                401, "cookie", "this browser has no key to the studio",
                "open the address that servanda studio printed when it was started; it works once, so start the "
                "studio again for another",
            )
        return None


def _add_headers(message: MutableMapping[str, Any], added: Mapping[str, str]) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in added.items():
        headers[name] = value
