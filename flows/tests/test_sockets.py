"""The two sockets against the real server: who gets in, what a worker is told, and what becomes of what it says."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from engine.clock import format_time
from flows import live
from flows.commands import workers
from flows.consumers import BrowserSocket
from flows.models import Firing, Membership, Notice, StoredRow, TraceProblem, Worker
from flows.tests.conftest import Api, document

NOW = int(time.time()) // 3_600 * 3_600_000 - 3_600_000
"""The hour before this one: what happened months ago is not kept (ms)."""
pytestmark = pytest.mark.django_db(transaction=True)


class Line:
    """One end of a socket that reads until it finds what it waits for."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def say(self, **message: Any) -> None:
        self.socket.send(json.dumps(message))

    def wait(self, t: str, *, seconds: float = 30.0, fits: Callable[[Any], bool] = lambda m: True) -> Any:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                message = json.loads(self.socket.recv(timeout=left))
            except TimeoutError:
                break
            if message["t"] == t and fits(message):
                return message
        raise AssertionError(f"no {t!r} within {seconds} s")

    def nothing(self, t: str, seconds: float = 0.4) -> None:
        try:
            self.wait(t, seconds=seconds)
        except AssertionError:
            return
        raise AssertionError(f"{t!r} came")


@contextmanager
def worker_line(
    server: str, token: str, flows: list[Any] | None = None, seq: int = 0, outbox: str = "o1", **more: Any
) -> Iterator[Line]:
    with connect(f"ws://{server}/ws/worker", additional_headers={"Authorization": f"Bearer {token}"}) as socket:
        line = Line(socket)
        line.say(t="hello", worker="w", id=outbox, flows=flows or [], seq=seq, **more)
        yield line


@contextmanager
def page_line(server: str, api: Api) -> Iterator[Line]:
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in api.client.cookies.items())
    with connect(f"ws://{server}/ws/live", additional_headers={"Cookie": cookie}, origin=f"http://{server}") as socket:  # type: ignore[arg-type]
        yield Line(socket)


@pytest.fixture
def running(api: Api, worker: tuple[Worker, str]) -> str:
    """A deployed flow."""
    flow = api("POST", "/api/flows", {"document": document()}).json()["id"]
    asked = api("POST", f"/api/flows/{flow}/deploy", {}).json()
    approve = [one["hash"] for one in asked["approval"]]
    assert api("POST", f"/api/flows/{flow}/deploy", {"approve": approve}).status_code == 200
    return str(flow)


def row(seq: int, flow: str, named: str, /, **data: Any) -> dict[str, Any]:
    return {"seq": seq, "at": NOW, "flow": flow, "row": named, "data": data}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
def test_a_worker_without_its_token_is_refused(server: str, worker: Any, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus):
        connect(f"ws://{server}/ws/worker", additional_headers=headers)


def test_a_page_of_a_browser_cannot_be_a_worker(server: str, worker: tuple[Worker, str]) -> None:
    headers = {"Authorization": f"Bearer {worker[1]}"}
    with pytest.raises(InvalidStatus):
        connect(f"ws://{server}/ws/worker", additional_headers=headers, origin=f"http://{server}")  # type: ignore[arg-type]


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null", None])
def test_the_live_view_is_for_our_own_pages(server: str, api: Api, origin: str | None) -> None:
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in api.client.cookies.items())
    with pytest.raises(InvalidStatus):
        connect(f"ws://{server}/ws/live", additional_headers={"Cookie": cookie}, origin=origin)  # type: ignore[arg-type]


def test_the_live_view_is_for_those_who_are_signed_in(server: str) -> None:
    with pytest.raises(InvalidStatus):
        connect(f"ws://{server}/ws/live", origin=f"http://{server}")  # type: ignore[arg-type]


def test_a_worker_is_told_what_should_run_and_what_should_not(server: str, worker: Any, running: str) -> None:
    gone = "7b1c7b6e-0000-4000-8000-000000000000"
    with worker_line(server, worker[1], flows=[{"flow": gone, "version": 1}]) as line:
        assert line.wait("broker")["url"] == ""
        assert {device["id"] for device in line.wait("watch")["registry"]["devices"]} == {"kiln-1", "tower-1"}
        deploy = line.wait("deploy")
        assert (deploy["flow"], deploy["version"], deploy["zone"], deploy["lang"]) == (running, 1, "Asia/Tokyo", "en")
        assert set(deploy["destinations"]) == {"shift"}
        assert line.wait("stop")["flow"] == gone


def test_deploy_settings_and_stop_reach_a_connected_worker(server: str, api: Api, worker: Any, running: str) -> None:
    with worker_line(server, worker[1]) as line:
        line.wait("deploy")
        api("PUT", f"/api/flows/{running}/settings", {"values": {"limit": 70}})
        assert line.wait("settings")["values"] == {"limit": 70}
        assert api("POST", f"/api/flows/{running}/deploy", {}).status_code == 200
        assert line.wait("deploy")["document"]["settings"]["limit"]["value"] == 70
        api("POST", f"/api/flows/{running}/stop")
        assert line.wait("stop")["flow"] == running


def test_rows_are_kept_once_acknowledged_after_and_shown_live(
    server: str, api: Api, member: Membership, worker: Any, running: str
) -> None:
    rows = [
        row(1, running, "notice", node="tell", to="shift", text="Kiln 1 is hot", device="kiln-1", time=NOW, key="k1", picture="ab" * 32),
        row(2, running, "firing", node="tell", kind="notify", device="kiln-1", time=NOW, data={}, key="k1"),
        row(3, running, "effect", node="tell", kind="notify", device="kiln-1", time=format_time(NOW), data={}, key="k1", sent=True),
        row(4, running, "stored", node="keep", device="kiln-1", time=NOW, fields={"temperature": 81}),
        row(5, running, "problem", node="hot", code="missing_field", args={"field": "x"}, device=None, time=NOW),
        row(6, running, "weather", node="?"),
        row(7, "7b1c7b6e-0000-4000-8000-000000000000", "notice", node="x", to="y", text="z", time=NOW),
        row(8, running, "stored", node="keep"),
    ]  # fmt: skip
    with worker_line(server, worker[1]) as line, page_line(server, api) as page:
        page.wait("hello")
        line.wait("ack")
        line.say(t="batch", rows=rows)
        assert line.wait("ack")["seq"] == 8
        notice = page.wait("notice")
        assert (notice["text"], notice["flow"], notice["flow_name"], notice["seq"]) == (
            "Kiln 1 is hot",
            running,
            "Kiln",
            1,
        )
        assert notice["picture"] == "ab" * 32
        line.say(t="batch", rows=rows)
        assert line.wait("ack")["seq"] == 8
    space = member.workspace
    counts = [table.objects.of(space).count() for table in (Notice, Firing, StoredRow, TraceProblem)]
    assert counts == [1, 1, 1, 1]
    assert Firing.objects.of(space).get().sent is True
    assert api("GET", f"/api/flows/{running}/stored?node=keep").json()["rows"][0]["fields"] == {"temperature": 81}
    assert api("GET", "/api/flows").json()[0]["last_firing"] == NOW


@pytest.mark.parametrize("failing", ["keep_rows", "worker_said_hello"])
def test_what_the_database_refuses_is_said_again_on_another_line(
    failing: str, server: str, member: Membership, worker: Any, running: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, refused = getattr(workers, failing), list[str]()

    def full(*given: Any, **more: Any) -> Any:
        if not refused:
            refused.append(failing)
            raise OperationalError("database or disk is full")
        return whole(*given, **more)

    monkeypatch.setattr(workers, failing, full)
    about = {"node": "tell", "to": "shift", "device": None, "time": NOW}
    rows = [row(seq, running, "notice", text=f"{seq}", key=f"k{seq}", **about) for seq in (1, 2)]
    with worker_line(server, worker[1]) as line, pytest.raises(ConnectionClosed):
        _say_all(line, rows)
    assert not Notice.objects.of(member.workspace).exists()
    with worker_line(server, worker[1]) as line:
        assert line.wait("ack")["seq"] == 0
        for one in rows:
            line.say(t="batch", rows=[one])
            assert line.wait("ack")["seq"] == one["seq"]
    assert Notice.objects.of(member.workspace).count() == 2


def _say_all(line: Line, rows: list[Any]) -> None:
    for one in rows:
        line.say(t="batch", rows=[one])
    line.wait("more")


def test_what_postgresql_cannot_hold_does_not_stop_what_a_worker_tells(
    server: str, member: Membership, worker: Any, running: str
) -> None:
    """A device or a model says NUL; what only looks like it stays."""
    said = {"note": "a\x00b", "\x00": ["\x00\x00", "\\u0000", "\\\x00"]}
    with worker_line(server, worker[1]) as line:
        line.wait("ack")
        line.say(t="batch", rows=[row(1, running, "stored", node="keep", device="k\x001", time=NOW, fields=said)])
        assert line.wait("ack")["seq"] == 1
    kept = StoredRow.objects.of(member.workspace).get()
    assert (kept.device, kept.fields) == ("k1", {"note": "ab", "": ["", "\\u0000", "\\"]})


def test_a_worker_with_a_new_store_counts_anew(server: str, member: Membership, worker: Any, running: str) -> None:
    for outbox, text in (("o1", "first"), ("o2", "second")):
        with worker_line(server, worker[1], seq=1, outbox=outbox) as line:
            line.wait("ack")
            line.say(t="batch", rows=[row(1, running, "notice", node="t", to="shift", text=text, time=NOW, key=text)])
            line.wait("ack", fits=lambda m: m["seq"] == 1)
    assert [n.text for n in Notice.objects.of(member.workspace)] == ["second", "first"]


def test_taps_come_only_to_pages_that_have_the_flow_open(server: str, api: Api, worker: Any, running: str) -> None:
    taps = {"flow": running, "edges": {"hot.entered": {"count": 1, "time": format_time(NOW)}}, "nodes": {}}
    with worker_line(server, worker[1]) as line, page_line(server, api) as page, page_line(server, api) as other:
        page.wait("hello")
        other.wait("hello")
        page.say(t="open", flow=running)
        assert line.wait("taps") == {"t": "taps", "flow": running, "on": True}
        line.say(t="taps", **taps)
        assert page.wait("taps")["edges"]["hot.entered"]["time"] == NOW
        other.nothing("taps")
        page.say(t="close", flow=running)
        assert line.wait("taps")["on"] is False


def test_a_page_cannot_open_a_flow_of_another_workspace(
    server: str, worker: Any, running: str, stranger: Membership, api_of: Any
) -> None:
    with worker_line(server, worker[1]) as line, page_line(server, api_of(stranger)) as page:
        line.wait("ack")
        page.wait("hello")
        page.say(t="open", flow=running)
        line.nothing("taps")


def test_last_values_are_shown_at_once_on_a_fresh_page(server: str, api: Api, worker: Any) -> None:
    with worker_line(server, worker[1]) as line:
        line.wait("ack")
        line.say(t="values", devices={"kiln-1": {"time": NOW, "data": {"temperature": 61.5}}})
        with page_line(server, api) as page:
            seen = page.wait("values")["devices"]["kiln-1"]
            assert seen == {"time": NOW, "data": {"temperature": 61.5}}


def test_what_a_page_asks_of_a_worker_comes_back_with_its_id(server: str, api: Api, worker: Any) -> None:
    with worker_line(server, worker[1]) as line, page_line(server, api) as page:
        line.wait("ack")
        page.wait("hello")
        id = api("POST", "/api/registry/browse", {"filter": "#", "seconds": 1}).json()["id"]
        assert line.wait("browse")["id"] == id
        line.say(t="seen", id=id, topics=[])
        assert page.wait("seen")["id"] == id
        tried = api("POST", "/api/devices/tower-1/command", {"command": "set_color", "values": {"color": "red"}}).json()
        assert line.wait("command")["device"] == "tower-1"
        line.say(t="done", id=tried["id"], ok=True, detail="")
        assert page.wait("done")["ok"] is True


def test_a_broken_frame_ends_nothing(server: str, worker: Any) -> None:
    with worker_line(server, worker[1]) as line:
        line.wait("ack")
        for frame in (
            '{"t": "batch", "rows": 5}',
            '{"t": "values", "devices": [1]}',
            "[]",
            '{"t": "flow", "flow": "x"}',
        ):
            line.socket.send(frame)
        line.say(t="batch", rows=[])
        line.wait("ack")


def test_nothing_is_asked_of_a_worker_that_is_not_there(api: Api, worker: Any) -> None:
    assert api("POST", "/api/registry/browse", {}).status_code == 503


def test_a_call_from_outside_reaches_the_worker(server: str, api: Api, worker: Any) -> None:
    nodes = [
        {"id": "call", "kind": "webhook_in", "params": {}},
        {"id": "tell", "kind": "notify", "from": ["call"], "params": {"to": "shift", "text": "called"}},
    ]
    flow = api("POST", "/api/flows", {"document": document(nodes=nodes)}).json()["id"]
    assert api("POST", f"/api/flows/{flow}/deploy", {}).status_code == 200
    (hook,) = api("GET", f"/api/flows/{flow}/hooks").json()
    with worker_line(server, worker[1]) as line:
        line.wait("deploy")
        path = hook["url"].removeprefix("http://testserver")
        assert api.client.post(path, '{"a": 1}', content_type="application/json").status_code == 202
        inject = line.wait("inject")
        assert (inject["flow"], inject["node"], inject["data"]) == (flow, "call", {"a": 1})


def test_pages_that_have_a_flow_open_know_of_each_other(server: str, api: Api) -> None:
    flow = api("POST", "/api/flows", {"document": document()}).json()["id"]
    with page_line(server, api) as first, page_line(server, api) as second:
        mine, other = first.wait("hello")["page"], second.wait("hello")["page"]
        first.say(t="open", flow=flow)
        assert first.wait("here")["page"] == mine
        second.say(t="open", flow=flow)
        came = first.wait("here", fits=lambda m: m["page"] == other)
        assert second.wait("here", fits=lambda m: m["page"] == mine)["name"] == came["name"] != ""
        second.say(t="close", flow=flow)
        assert first.wait("left")["page"] == other


def test_nobody_outside_a_workspace_is_told_who_looks_at_its_flows(server: str, api: Api, stranger: Membership) -> None:
    flow = api("POST", "/api/flows", {"document": document()}).json()["id"]
    with page_line(server, api) as ours, page_line(server, Api(stranger)) as theirs:
        ours.say(t="open", flow=flow)
        ours.wait("here")
        theirs.say(t="open", flow=flow)
        theirs.nothing("here")
        ours.nothing("here")


@pytest.mark.parametrize("how", ["what it says is no JSON", "what it is told does not reach it"])
def test_a_page_whose_line_breaks_in_any_way_is_there_no_longer(
    server: str, api: Api, running: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with page_line(server, api) as stays, page_line(server, api) as goes:
        other = goes.wait("hello")["page"]
        for line in (stays, goes):
            line.say(t="open", flow=running)
        stays.wait("here", fits=lambda one: one["page"] == other)
        if how == "what it says is no JSON":
            goes.socket.send("{")
        else:
            passed_on = BrowserSocket.pass_on

            async def lost(self: BrowserSocket, event: Any) -> None:
                if self.page == other:
                    raise OSError("gone")
                await passed_on(self, event)

            monkeypatch.setattr(BrowserSocket, "pass_on", lost)
            live.to_viewers(running, {"t": "anything"})
        stays.wait("left", fits=lambda one: one["page"] == other)


def test_a_worker_whose_line_breaks_over_what_it_said_is_not_connected(
    server: str, api: Api, worker: tuple[Worker, str]
) -> None:
    with page_line(server, api) as page, worker_line(server, worker[1]) as line:
        page.wait("worker", fits=lambda one: one["connected"])
        line.socket.send("{")
        page.wait("worker", fits=lambda one: not one["connected"])
