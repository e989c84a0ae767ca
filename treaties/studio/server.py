"""The studio's server: its page and what the page asks, for this machine only."""

from __future__ import annotations

import http.client
import json
import socket
from abc import ABC
from collections.abc import Callable
from importlib.resources import files
from typing import Annotated, Any, Literal, TypeVar, final

import uvicorn
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from treaties.studio.desk import Desk
from treaties.studio.gate import HOST, WHOSE, Gate, cookie_name, told
from treaties.studio.keys import Keys

LONGEST_WAIT = 5.0
"""Seconds that a question for a verdict may be kept open."""
KINDS = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
"""What each file of the page is, by the end of its name."""
PAGE = "studio.html"


class _Asked(BaseModel, ABC):
    """What a request may hold, and nothing else."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Step(_Asked, ABC):
    """A change names the run of the studio and the revision that the page shows."""

    session: str
    revision: int


@final
class Change(_Step):
    """One change to the draft."""

    op: Literal["set", "add", "add entry", "remove"]
    path: str = ""
    value: Any = None
    kind: str = ""
    with_references: bool = False


@final
class Step(_Step):
    """Undo, redo, take the file."""


@final
class Save(_Step):
    """Write the file; ``over`` what another program has written there."""

    over: bool = False


@final
class Known(_Asked):
    """What the page shows already."""

    model_config = ConfigDict(extra="forbid", strict=False)

    session: str = ""
    revision: int | None = None


@final
class Compare(_Asked):
    """The draft beside another text; without one beside the file."""

    text: str | None = None
    title: str = "The file"


@final
class Verdict(_Asked):
    """The verdict of a revision, after some seconds at most; ``proved``: wait for the proof."""

    model_config = ConfigDict(extra="forbid", strict=False)

    revision: int
    wait: Annotated[float, Field(ge=0.0, le=60.0)] = 0.0
    proved: bool = False


_Body = TypeVar("_Body", bound=_Asked)


class _BadRequest(Exception):
    """What cannot be understood, as the answer that says so."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def application(desk: Desk, keys: Keys, port: int) -> ASGIApp:
    """The server as an ASGI application, with its gate in front; ``port`` is the one it is reached at."""

    async def page(request: Request) -> Response:
        token = request.query_params.get("token")
        if token is None:
            return _file(PAGE)
        answer = RedirectResponse("/", 303)
        if keys.knows(request.cookies.get(cookie_name(port))):
            return answer
        cookie = keys.admit(token)
        if cookie is None:
            return told(
                401, "token", "this address was used before, or is not of this studio",
                "start servanda studio again and open the address that it prints",
            )
        answer.set_cookie(cookie_name(port), cookie, httponly=True, samesite="strict", path="/")
        return answer

    async def draft(request: Request) -> Response:
        known = _read(Known, lambda: dict(request.query_params))
        if known.revision is not None and desk.is_at(known.session, known.revision):
            return Response(status_code=204)
        return JSONResponse(await run_in_threadpool(desk.read))

    async def change(request: Request) -> Response:
        return await _answered(desk.change, await _body(request, Change))

    async def undo(request: Request) -> Response:
        return await _answered(desk.undo, await _body(request, Step))

    async def redo(request: Request) -> Response:
        return await _answered(desk.redo, await _body(request, Step))

    async def save(request: Request) -> Response:
        return await _answered(desk.save, await _body(request, Save))

    async def take_file(request: Request) -> Response:
        return await _answered(desk.take_file, await _body(request, Step))

    async def verdict(request: Request) -> Response:
        asked = _read(Verdict, lambda: dict(request.query_params))
        wait = min(asked.wait, LONGEST_WAIT)
        return JSONResponse(await run_in_threadpool(desk.verdict, asked.revision, wait, asked.proved))

    async def compare(request: Request) -> Response:
        return await _answered(desk.compare, await _body(request, Compare))

    routes = [
        Route("/", page),
        Route("/api/draft", draft),
        Route("/api/change", change, methods=["POST"]),
        Route("/api/undo", undo, methods=["POST"]),
        Route("/api/redo", redo, methods=["POST"]),
        Route("/api/save", save, methods=["POST"]),
        Route("/api/take_file", take_file, methods=["POST"]),
        Route("/api/verdict", verdict),
        Route("/api/compare", compare, methods=["POST"]),
        *(Route(f"/{name}", _serving(name)) for name in _names() if name != PAGE),
    ]
    app = Starlette(routes=routes, exception_handlers=HANDLERS)
    return Gate(app, keys, port)


def listen(port: int | None, usual: int | None) -> socket.socket:
    """A socket of this machine only: at ``port`` if it is given, else at the ``usual`` one or at any that is free.

    Raises ``OSError`` if the port that is asked for is taken.
    """
    for wanted in (port,) if port is not None else (usual or 0, 0):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # A port whose last studio was killed is free for the next one at once.
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, wanted))
            listening.listen()
        except OSError:
            listening.close()
            if port is not None or not wanted:
                raise
            continue
        return listening
    raise AssertionError("the system gives a free port or says why not")


def is_open(keys: Keys) -> bool:
    """Whether a studio is open already on the file of these keys, at the port that is remembered."""
    if keys.port is None:
        return False
    asking = http.client.HTTPConnection(HOST, keys.port, timeout=2.0)
    try:
        asking.request("GET", "/")
        return asking.getresponse().getheader(WHOSE) == keys.whose
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asking.close()


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answer until the process is told to end (Ctrl-C): raises ``KeyboardInterrupt`` then."""
    uvicorn.Server(configured(app)).run(sockets=[listening])


def configured(app: ASGIApp) -> uvicorn.Config:
    """How the server runs: quietly, trusting no proxy, and not waiting for windows that are still open when it ends."""
    return uvicorn.Config(
        app, log_level="error", access_log=False, lifespan="off", ws="none", server_header=False, proxy_headers=False,
        timeout_graceful_shutdown=1,
    )


async def _answered(act: Callable[..., tuple[int, dict[str, Any]]], asked: _Asked) -> Response:
    status, content = await run_in_threadpool(act, **asked.model_dump())
    return JSONResponse(content, status)


async def _body(request: Request, kind: type[_Body]) -> _Body:
    """The request's JSON object; raises ``_BadRequest``."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise _BadRequest(told(415, "Content-Type", "this is not JSON", "send application/json"))
    content = await request.body()
    return _read(kind, lambda: _parsed(content))


def _parsed(content: bytes) -> Any:
    """JSON of which every value can be told again; raises ``ValueError``."""
    try:
        found = json.loads(content)
        json.dumps(found, allow_nan=False, ensure_ascii=False).encode()  # neither infinite nor half a character
    except RecursionError:
        raise ValueError("it is too deep") from None
    return found


def _read(kind: type[_Body], content: Callable[[], Any]) -> _Body:
    try:
        return kind.model_validate(content())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "request"
        fields = ", ".join(kind.model_fields)
        raise _BadRequest(told(400, place, first["msg"], f"send an object with {fields}")) from None
    except ValueError as error:
        raise _BadRequest(told(400, "request", f"this is not JSON: {error}", "send a JSON object")) from None


async def _no_such(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return told(error.status_code, request.url.path, error.detail, "reload the page")


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, _BadRequest)
    return error.answer


async def _broken(request: Request, _error: Exception) -> Response:
    """What a page is told where the studio itself is at fault: with no answer at all it would ask again for ever."""
    problem = "the studio failed at this; nothing was changed, and what was entered before is kept"
    return told(500, request.url.path, problem, "enter something else, or edit the file by hand, and report the error")


HANDLERS = {HTTPException: _no_such, _BadRequest: _refused, Exception: _broken}


def _names() -> list[str]:
    return sorted(
        entry.name for entry in files("treaties.studio").joinpath("templates").iterdir()
        if entry.name.rpartition(".")[2] in KINDS
    )


def _serving(name: str) -> Callable[[Request], Any]:
    async def serving(_request: Request) -> Response:
        return _file(name)

    return serving


def _file(name: str) -> Response:
    """A file of the page; read each time, as it is small and the reader is on the same machine."""
    content = files("treaties.studio").joinpath("templates", name).read_bytes()
    return Response(content, media_type=KINDS[name.rpartition(".")[2]])
