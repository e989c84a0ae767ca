"""The server answers its own page and nobody else; what it is asked to do with the draft it does, or says why not."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.support.studio import HERE, PORT, Studio, studio
from treaties.studio.draft import Draft
from treaties.studio.gate import HOST, MOST_BYTES, cookie_name
from treaties.studio.keys import Keys
from treaties.studio.server import application, is_open, listen

SUNSET = "provision.0.term_years"


@pytest.fixture
def at(tmp_path: Path) -> Studio:
    return studio(tmp_path)


def stranger(at: Studio) -> TestClient:
    """A browser without the key."""
    return TestClient(application(at.desk, at.keys, PORT), base_url=HERE)


def test_the_token_opens_the_page_once_for_a_cookie_that_scripts_and_other_sites_never_see(at: Studio) -> None:
    token = Keys(at.file).token
    at.keys.token = token
    answer = stranger(at).get(f"/?token={token}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith(f"{cookie_name(PORT)}=")
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
    again = stranger(at).get(f"/?token={token}")
    assert again.status_code == 401 and "used before" in again.json()["error"]["problem"]
    assert at.client.get(f"/?token={token}").status_code == 200, "who has a key needs no token"


def test_without_the_cookie_nothing_is_answered_not_even_the_page(at: Studio) -> None:
    other = stranger(at)
    for path in ("/", "/studio.js", "/api/draft", "/api/verdict?revision=0"):
        answer = other.get(path)
        assert answer.status_code == 401
        assert set(answer.json()["error"]) == {"place", "problem", "remedy"}
    wrong = other.get("/?token=guessed")
    assert wrong.status_code == 401
    other.cookies.set(cookie_name(PORT), "guessed")
    assert other.get("/api/draft").status_code == 401


@pytest.mark.parametrize("host", ["evil.example", f"evil.example:{PORT}", f"{HOST}:{PORT + 1}", "localhost", HOST])
def test_another_host_is_refused_with_and_without_a_key(at: Studio, host: str) -> None:
    assert at.client.get("/api/draft", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", f"http://{HOST}:{PORT + 1}", f"https://{HOST}:{PORT}"])
def test_a_page_of_another_origin_can_neither_read_nor_change(at: Studio, origin: str) -> None:
    body = {"session": at.desk.session, "revision": 0, "op": "set", "path": SUNSET, "value": 5}
    assert at.client.get("/api/draft", headers={"Origin": origin}).status_code == 403
    assert at.client.post("/api/change", json=body, headers={"Origin": origin}).status_code == 403
    assert at.client.post("/api/change", json=body).status_code == 403, "a change without an origin"
    cross = {"Origin": HERE, "Sec-Fetch-Site": "cross-site"}
    assert at.client.post("/api/change", json=body, headers=cross).status_code == 403
    assert at.desk.draft.revision == 0


def test_every_answer_forbids_what_the_page_does_not_need(at: Studio) -> None:
    for answer in (at.client.get("/"), at.client.get("/api/draft"), stranger(at).get("/"), at.client.get("/nothing")):
        assert answer.headers["content-security-policy"].startswith("default-src 'self'; ")
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers


def test_the_page_holds_no_address_and_nothing_that_its_policy_would_stop(at: Studio) -> None:
    page = at.client.get("/").text
    assert "style=" not in page and "<style" not in page and " onclick" not in page
    for name in ("studio.js", "studio.css", "cards.js", "icon.svg"):
        text = at.client.get(f"/{name}").text
        assert text and "https://" not in text and "http://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert at.client.get("/studio.js").headers["content-type"].startswith("text/javascript")
    assert at.client.get("/../server.py").status_code == 404


@pytest.mark.parametrize(
    ("content", "kind", "status", "place"),
    [
        (b"{", "application/json", 400, "request"),
        (b"[1]", "application/json", 400, "request"),
        (b'{"session": "", "revision": "x", "op": "set"}', "application/json", 400, "revision"),
        (b'{"session": "", "revision": 0, "op": "burn"}', "application/json", 400, "op"),
        (b'{"session": "", "revision": 0, "op": "set", "more": 1}', "application/json", 400, "more"),
        (b"\xff\xfe", "application/json", 400, "request"),
        (b'{"session": "", "revision": 0, "op": "set", "value": NaN}', "application/json", 400, "request"),
        (b'{"session": "", "revision": 0, "op": "set", "value": 1e999}', "application/json", 400, "request"),
        (b'{"session": "", "revision": 0, "op": "set", "value": "\\ud800"}', "application/json", 400, "request"),
        (b"[" * 100_000, "application/json", 400, "request"),
        (b"revision=0", "application/x-www-form-urlencoded", 415, "Content-Type"),
        (b" " * (MOST_BYTES + 1), "application/json", 413, "Content-Length"),
    ],
    ids=[
        "cut off", "a list", "no number", "no such op", "unknown key", "no text", "no number at all", "infinite",
        "half a character", "too deep", "a form", "too long",
    ],
)
def test_a_bad_request_is_told_by_place_problem_and_remedy(
    at: Studio, content: bytes, kind: str, status: int, place: str
) -> None:
    answer = at.client.post("/api/change", content=content, headers={"Origin": HERE, "Content-Type": kind})
    error = answer.json()["error"]
    assert (answer.status_code, error["place"]) == (status, place)
    assert error["problem"] and error["remedy"]


def test_an_entry_of_tables_without_end_is_refused_and_the_draft_can_still_be_read(at: Studio) -> None:
    deep: Any = 1
    for _ in range(300):
        deep = [deep]
    assert at.post("change", op="set", path="provision.0.term_years", value=deep).status_code == 422
    assert at.post("change", op="set", path="provision.0.renewal", value="[" * 5000).status_code == 422
    assert at.client.get("/api/draft").status_code == 200


def test_a_fault_of_the_studio_itself_is_told_as_one_so_that_the_page_does_not_ask_for_ever(
    at: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Draft, "undo", lambda *_: 1 / 0)
    patient = TestClient(at.client.app, base_url=HERE, raise_server_exceptions=False, cookies=at.client.cookies)
    body = {"session": at.desk.session, "revision": 0}
    answer = patient.post("/api/undo", json=body, headers={"Origin": HERE})
    assert (answer.status_code, answer.json()["error"]["place"]) == (500, "/api/undo")
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_what_is_not_there_is_said(at: Studio) -> None:
    answer = at.client.get("/api/nothing")
    assert (answer.status_code, answer.json()["error"]["place"]) == (404, "/api/nothing")
    assert at.client.get("/api/change").status_code == 405
    assert at.client.get("/api/verdict?revision=one").json()["error"]["place"] == "revision"


def test_a_term_is_set_taken_back_made_again_and_saved_with_its_comment(at: Studio) -> None:
    draft = at.post("change", op="set", path=SUNSET, value=5).json()
    assert (draft["revision"], draft["saved"], draft["can_undo"]) == (1, False, True)
    assert "term_years = 5       # as in the mandate" in draft["text"]
    assert at.post("undo").json()["can_redo"]
    assert "term_years = 5" in at.post("redo").json()["text"]
    assert "term_years = 4" in at.file.read_text()
    assert at.post("save").json()["saved"]
    assert "term_years = 5       # as in the mandate" in at.file.read_text()
    assert [revision for revision, _ in at.judge.asked] == [0, 1, 2, 3], "each new text is judged, a saved one is not"


def test_a_clause_is_added_and_removed(at: Studio) -> None:
    added = at.post("change", op="add", kind="remedy").json()
    path = added["done"]["path"]
    assert path in [card["path"] for card in added["cards"]]
    removed = at.post("change", op="remove", path=path).json()
    assert path not in [card["path"] for card in removed["cards"]]


def test_a_wrong_entry_is_told_at_its_field_and_kept(at: Studio) -> None:
    answer = at.post("change", op="set", path=SUNSET, value=-3)
    assert answer.status_code == 422
    told = answer.json()
    assert told["errors"][0]["path"] == SUNSET and told["errors"][0]["problem"]
    [field] = [f for card in told["draft"]["cards"] for f in card["fields"] if f["path"] == SUNSET]
    assert (field["value"], field["entered"]) == (4, -3) and field["error"]
    assert "term_years = 4" in told["draft"]["text"]
    assert at.post("change", op="set", path="nowhere.at.all", value=1).status_code == 422


def test_two_windows_lose_nothing(at: Studio) -> None:
    first = at.post("change", op="set", path=SUNSET, value=5, revision=0)
    second = at.post("change", op="set", path="provision.1.notice_years", value=2, revision=0)
    assert (first.status_code, second.status_code) == (200, 409)
    told = second.json()
    assert told["conflict"]["since"] and told["draft"]["revision"] == 1
    assert "term_years = 5" in told["draft"]["text"]
    again = at.post("change", op="set", path="provision.1.notice_years", value=2).json()
    assert "term_years = 5" in again["text"] and "notice_years = 2" in again["text"]


def test_a_page_of_an_earlier_run_is_told_even_at_the_same_revision(at: Studio) -> None:
    assert at.post("change", op="set", path=SUNSET, value=5, session="earlier").status_code == 409
    assert at.desk.draft.revision == 0


def test_a_draft_is_sent_again_only_if_it_is_another(at: Studio) -> None:
    draft = at.client.get("/api/draft").json()
    known = f"/api/draft?session={draft['session']}&revision={draft['revision']}"
    assert at.client.get(known).status_code == 204
    at.post("change", op="set", path=SUNSET, value=5)
    assert at.client.get(known).json()["revision"] == 1


def test_a_file_that_another_program_wrote_is_not_written_over_unasked(at: Studio) -> None:
    at.post("change", op="set", path=SUNSET, value=5)
    theirs = at.file.read_text() + "# theirs\n"
    at.file.write_text(theirs)
    assert at.post("save").status_code == 409 and at.file.read_text() == theirs
    assert at.post("save", over=True).status_code == 200
    assert "term_years = 5" in at.file.read_text()


def test_a_file_that_another_program_wrote_can_be_taken_instead_if_it_is_a_treaty(at: Studio) -> None:
    at.post("change", op="set", path=SUNSET, value=5)
    theirs = at.file.read_text() + "# theirs\n"
    at.file.write_text("title = ")
    refused = at.post("take_file")
    assert refused.status_code == 422 and refused.json()["errors"]
    at.file.write_text(theirs)
    taken = at.post("take_file").json()
    assert (taken["text"], taken["saved"]) == (theirs, True) and at.file.name in taken["done"]["what"]
    assert "term_years = 5" in at.post("undo").json()["text"]


def test_verdicts_are_those_of_the_judge(at: Studio) -> None:
    found = at.client.get("/api/verdict?revision=0&wait=1").json()
    assert (found["state"], found["verdict"], found["margin"]) == ("computed", "holds", 1.5)
    assert at.client.get("/api/verdict?revision=0&proved=true").json()["state"] == "proved"


def test_what_is_compared_with_must_be_a_treaty(at: Studio) -> None:
    answer = at.post("compare", text="title = 3", title="other.toml")
    assert answer.status_code == 422 and answer.json()["errors"]
    at.file.unlink()
    assert "cannot be read" in at.post("compare").json()["errors"][0]["problem"]


def test_keys_outlive_a_killed_server_and_no_cookie_is_on_disk(at: Studio) -> None:
    cookie = at.client.cookies[cookie_name(PORT)]
    kept = json.loads(at.keys.place.read_text())
    assert kept["port"] == PORT and cookie not in at.keys.place.read_text()
    later = Keys(at.file)
    assert later.knows(cookie) and later.port == PORT and later.token != at.keys.token
    later.forget()
    assert not later.knows(cookie) and not at.keys.place.exists()
    assert not Keys(at.file).knows(cookie)


@pytest.mark.parametrize("content", ["", "[]", '{"port": "x", "cookies": []}', '{"port": 1, "cookies": [1]}', "\0"])
def test_a_damaged_file_of_keys_opens_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "t.studio.json").write_text(content)
    keys = Keys(tmp_path / "t.toml")
    assert keys.port is None and not keys.cookies


def test_a_port_is_of_this_machine_only_and_the_usual_one_if_it_is_free(tmp_path: Path) -> None:
    with listen(None, None) as first:
        host, port = first.getsockname()
        assert host == HOST
        with listen(None, port) as second:
            assert second.getsockname()[1] != port
        with pytest.raises(OSError):
            listen(port, None)
    with listen(None, port) as third:
        assert third.getsockname()[1] == port


def test_a_studio_that_is_open_already_is_recognised(at: Studio) -> None:
    assert at.client.get("/").headers["servanda-studio"] == Keys(at.file).whose
    with socket.create_server((HOST, 0)) as silent:
        at.keys.port = silent.getsockname()[1]
    assert not is_open(at.keys)
