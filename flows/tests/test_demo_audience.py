"""The second door of a demo: what it shows, to whom, and that there is nothing else behind it."""

import http.client
import json
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from flows.demo import audience, networks, running, sharing
from flows.demo.audience import CSP, ROUTES, for_audience
from flows.demo.running import Running
from flows.demo.session import Demo

from .demo_scenario import kilns

BUILT = {
    "src/audience/main.tsx": {"file": "assets/page-1.js", "css": ["assets/page-1.css"], "imports": ["_more.js"]},
    "_more.js": {"file": "assets/more-1.js"},
    "src/main.tsx": {"file": "assets/editor-1.js"},
}
PLAN = b"\x89PNG\r\n\x1a\n a plan"


@pytest.fixture
def built(tmp_path: Path) -> Iterator[None]:
    """What a build leaves, with scripts that do nothing."""
    folder = tmp_path / "editor"
    (folder / ".vite").mkdir(parents=True)
    (folder / "assets").mkdir()
    for part in BUILT.values():
        for name in (part["file"], *part.get("css", [])):
            (folder / str(name)).write_text(f"/* {name} */")
    (folder / ".vite" / "manifest.json").write_text(json.dumps(BUILT))
    with override_settings(EDITOR_MANIFEST=folder / ".vite" / "manifest.json"):
        yield


@pytest.fixture
def show(tmp_path: Path, built: None) -> Iterator[Running]:
    """A demo that is turned by hand."""
    (tmp_path / "kilns").mkdir()
    (tmp_path / "kilns" / "plan.png").write_bytes(PLAN)
    scenario = kilns(tmp_path / "kilns", show={"plan": "plan.png", "places": {"kiln-2": [0.5, 0.5]}})
    show = Running(Demo(scenario, uuid.uuid4(), 1))
    yield show
    sharing.revoke(show)


@pytest.fixture
def share(show: Running) -> sharing.Share:
    return sharing.shared(show, "127.0.0.1")


def parts(share: sharing.Share) -> tuple[str, int, str]:
    found = re.fullmatch(r"http://([\d.]+):(\d+)(/[\w-]+/)", share.url)
    assert found
    return found[1], int(found[2]), found[3]


def asked(share: sharing.Share, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    host, port, _ = parts(share)
    line = http.client.HTTPConnection(host, port, timeout=10)
    line.request(method, path, headers=headers)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def open_door(share: sharing.Share) -> bool:
    """Whether this link still leads anywhere: whoever has got its port since shows nothing under its token."""
    _, _, token = parts(share)
    try:
        return asked(share, token)[0] != 404
    except (OSError, http.client.HTTPException):
        return False


class Stream:
    """What comes on the stream, event by event."""

    def __init__(self, share: sharing.Share) -> None:
        host, port, token = parts(share)
        self.line = http.client.HTTPConnection(host, port, timeout=10)
        self.line.request("GET", f"{token}stream")
        self.answer = self.line.getresponse()
        self.status = self.answer.status

    def next(self) -> Any:
        """None at the end."""
        kind = "message"
        while line := self.answer.readline():
            text = line.decode().rstrip("\n")
            if text.startswith("event: "):
                kind = text[7:]
            elif text.startswith("data: "):
                return kind if kind != "message" else json.loads(text[6:])
        return None

    def close(self) -> None:
        self.line.close()


def test_nothing_listens_before_somebody_asks_for_it(show: Running) -> None:
    assert sharing.share_of(show) is None
    assert show.looks == {}


def test_every_address_there_is_answers_and_no_other(share: sharing.Share) -> None:
    _, _, token = parts(share)
    places = {"/{token}/": token, "/{token}/plan": f"{token}plan", "/assets/{file}": "/assets/page-1.js"}
    known = {route: asked(share, path) for route, path in places.items()}
    assert [answer[0] for answer in known.values()] == [200, 200, 200]
    assert known["/{token}/plan"][2] == PLAN
    assert asked(share, f"{token}pictures/{'0' * 64}")[0] == 404
    assert set(ROUTES) == {*places, "/{token}/stream", "/{token}/pictures/{sha256}"}
    nearly = f"{token[:-2]}{'y' if token[-2] == 'x' else 'x'}/"
    others = ["/", "/flows/", "/api/me", "/api/demos", "/signin/", "/static/suiro/page.js", "/assets/", "/assets/editor-1.js",
              "/assets/../manage.py", "/assets/%2e%2e%2fmanage.py", "/assets/page-1.js/x", "//", "/healthz", "/metrics",
              token.rstrip("/"), f"{token}notes", f"{token}stream/x", f"{token}pictures/", nearly, "/x/stream",
              f"/{'0' * 32}/", f"{token}../", f"{token}plan/../../x", "/admin/", "/ws/live"]  # fmt: skip
    assert {path: asked(share, path)[0] for path in others} == dict.fromkeys(others, 404)
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert asked(share, token, method)[0] in (405, 400), method
    assert asked(share, token, "HEAD")[2] == b""


def test_the_page_has_no_session_and_no_script_of_its_own(share: sharing.Share) -> None:
    _, _, token = parts(share)
    status, headers, body = asked(share, token, Cookie="suiro=1")
    page = body.decode()
    assert status == 200
    assert headers["content-security-policy"] == CSP
    assert "unsafe" not in CSP
    assert not {"set-cookie", "server", "access-control-allow-origin"} & set(headers)
    assert headers["referrer-policy"] == "no-referrer"
    assert re.findall(r"<script[^>]*>", page) == ['<script type="module" src="/assets/page-1.js">']
    assert "A secret of the speaker" not in page
    assert "ひみつ" not in page


def test_the_audience_sees_what_happens_and_never_what_the_presenter_has(show: Running, share: sharing.Share) -> None:
    show.demo.turn(0.1)
    stream = Stream(share)
    first = stream.next()["whole"]
    assert set(first) >= {"now", "readings", "points"}
    show.demo.tell(1)
    said: list[Any] = []
    for _ in range(60):
        frame = show.demo.turn(0.1)
        assert frame is not None
        share.audience.tell(frame)
    while not any(event.get("alerts") for event in said):
        said.append(stream.next())
    assert said[0]["step"] == 1
    text = json.dumps([first, *said], ensure_ascii=False)
    assert "信号灯1" in text
    for secret in ("A secret", "ひみつ", "typed", "edges", "document", "on_time", '"key"', '"on"', "speed", "shared"):
        assert secret not in text, secret
    stream.close()


def test_a_revoked_link_ends_what_is_open_and_shows_nothing_any_more(show: Running, share: sharing.Share) -> None:
    _, _, token = parts(share)
    streams = [Stream(share) for _ in range(3)]
    for stream in streams:
        assert "whole" in stream.next()
    assert show.demo.shared
    began = time.monotonic()
    sharing.revoke(show)
    assert [stream.next() for stream in streams] == ["over"] * 3
    assert [stream.next() for stream in streams] == [None] * 3
    assert time.monotonic() - began < 15, "before the next sign of life"
    assert not open_door(share)
    assert share._socket.fileno() == -1
    assert not show.demo.shared
    assert show.looks == {}
    again = sharing.shared(show, "127.0.0.1")
    assert again.url.rsplit("/", 2)[1] != share.url.rsplit("/", 2)[1]
    assert asked(again, token)[0] == 404


def test_a_name_that_points_here_is_no_way_in(share: sharing.Share) -> None:
    _, _, token = parts(share)
    for host in ("evil.example", "localhost", "127.0.0.1", ""):
        assert asked(share, token, Host=host)[0] in (400, 404), host


def test_viewers_and_requests_are_bounded(share: sharing.Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audience, "MOST_VIEWERS", 2)
    monkeypatch.setattr(audience, "EVERY_SECOND", 0)  # else a slow machine asks no sooner than it may
    streams = [Stream(share) for _ in range(3)]
    assert [stream.status for stream in streams] == [200, 200, 503]
    assert share.told()["viewers"] == 2
    for stream in streams:
        stream.close()
    _, _, token = parts(share)
    answers = [asked(share, token)[0] for _ in range(audience.AT_ONCE + 20)]
    assert answers.count(429) > 0
    assert set(answers) == {200, 429}


def test_a_viewer_that_falls_behind_begins_anew(show: Running) -> None:
    import asyncio

    shown = audience.Shown(b"", {}, show.demo.whole, lambda sha256: None, lambda: None)
    door = audience.Audience("t", [], shown)

    async def behind() -> list[bytes | None]:
        queue: asyncio.Queue[bytes | None] = asyncio.Queue()
        door._viewers.add(queue)
        for number in range(audience.MOST_WAITING + 1):
            door._pass_on(b"%d" % number)
        return [queue.get_nowait() for _ in range(queue.qsize())]

    [only] = asyncio.run(behind())
    assert only is not None
    assert b'"whole"' in only


def test_only_addresses_of_this_machine_can_be_chosen(show: Running) -> None:
    found = networks.addresses()
    assert found[-1] == {"interface": "lo", "address": "127.0.0.1"}
    for wrong in ("0.0.0.0", "8.8.8.8", "", "localhost"):
        with pytest.raises(sharing.NoSuchAddress):
            sharing.shared(show, wrong)
    assert show.looks == {}


def test_the_code_to_scan_is_the_link(share: sharing.Share) -> None:
    told = share.told()
    assert told["size"] > 20
    assert re.fullmatch(r"(M\d+ \d+h1v1h-1z)+", told["qr"])
    import segno

    dark = sum(sum(row) for row in segno.make(share.url, error="m", micro=False).matrix)
    assert told["qr"].count("M") == dark


def test_what_ends_the_demo_ends_the_share(show: Running, share: sharing.Share) -> None:
    assert open_door(share)
    running._running[show.demo.id] = show
    running.forget(show.demo.id)
    assert not open_door(share)
    assert share._socket.fileno() == -1
    assert sharing.share_of(show) is None


def test_what_is_not_listed_does_not_go_out() -> None:
    alert = {"id": 1, "at": 2, "said": {}, "key": "k", "node": "n", "invented": 1}
    assert for_audience({"now": 1, "invented": 2, "alerts": [alert]}) == {
        "now": 1,
        "alerts": [{"id": 1, "at": 2, "said": {}}],
    }
