"""A demo by its addresses and its socket, on the real server: who may, what is told, when it is over."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from flows.commands import demos
from flows.demo import running
from flows.models import Membership
from flows.tests.conftest import Api, hashed

from .demo_scenario import kilns

pytestmark = pytest.mark.django_db(transaction=True)
TOLD_WITHIN = 30.0


@pytest.fixture(autouse=True)
def gallery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A gallery of one scenario, called kilns."""
    (tmp_path / "kilns").mkdir()
    scenario = kilns(tmp_path / "kilns")
    monkeypatch.setattr(demos, "scenario_named", lambda name: scenario if name == "kilns" else None)
    yield
    running.forget_all()


@pytest.fixture
def show(api: Api) -> str:
    return str(api("POST", "/api/demos", {"scenario": "kilns"}).json()["id"])


@contextmanager
def line(server: str, api: Api, demo: str) -> Iterator[ClientConnection]:
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in api.client.cookies.items())
    headers = {"Cookie": cookie}
    with connect(f"ws://{server}/ws/demo/{demo}", additional_headers=headers, origin=f"http://{server}") as socket:  # type: ignore[arg-type]
        yield socket


def until(socket: ClientConnection, fits: Callable[[Any], bool]) -> Any:
    end = time.monotonic() + TOLD_WITHIN
    while time.monotonic() < end:
        frame = json.loads(socket.recv(timeout=TOLD_WITHIN))
        if fits(frame):
            return frame
    raise AssertionError("it never came")


def told(frame: Any, name: str) -> Any:
    """A part of a frame, which may tell everything anew."""
    return frame.get("whole", frame).get(name)


def do(api: Api, demo: str, act: str, **more: Any) -> int:
    return int(api("POST", f"/api/demos/{demo}/do", {"act": act, **more}).status_code)


def test_a_demo_is_opened_once_and_found_again(api: Api, show: str) -> None:
    assert api("POST", "/api/demos", {"scenario": "kilns"}).json()["id"] == show
    assert api("POST", "/api/demos", {"scenario": "nothing"}).status_code == 404
    told = api("GET", f"/api/demos/{show}").json()
    assert [one["key"] for one in told["switches"]] == ["1", "2"]
    assert told["switches"][1]["label"]["en"] == "noisy sensor"
    assert told["steps"][0]["notes"]["en"] == "A secret of the speaker"
    assert told["prompt"]["ja"].startswith("炉の温度が")
    assert told["registry"]["devices"][0]["id"] == "kiln-1"


def test_the_socket_tells_all_there_is_and_then_what_a_presenter_does(server: str, api: Api, show: str) -> None:
    with line(server, api, show) as socket:
        whole = json.loads(socket.recv(timeout=TOLD_WITHIN))["whole"]
        assert {node["id"] for node in whole["document"]["nodes"]} >= {"kiln", "hot", "tell"}
        assert do(api, show, "speed", number=60) == 204
        assert do(api, show, "switch", key="1") == 204
        assert until(socket, lambda frame: (told(frame, "on") or {}).get("1"))
        alert = told(until(socket, lambda frame: told(frame, "alerts")), "alerts")[0]
        assert alert["said"]["en"].startswith("2号炉")
        assert do(api, show, "reset") == 204
        assert until(socket, lambda frame: "whole" in frame)["whole"]["alerts"] == []


def test_a_sentence_is_written_and_plays(server: str, api: Api, show: str) -> None:
    with line(server, api, show) as socket:
        prompt = "When a kiln stays above 70 °C for 10 seconds, notify the shift channel once."
        answer = api("POST", f"/api/demos/{show}/sentence", {"prompt": prompt, "lang": "en"})
        assert answer.status_code == 202
        assert until(socket, lambda frame: frame["t"] == "demo_writes" and frame["stage"] == "node")["node"]["id"]
        assert until(socket, lambda frame: (told(frame, "typed") or {}).get("state") == "playing")
        record = api("GET", f"/api/demos/{show}/record").json()
        assert record["runs"][-1]["sentence"] == prompt


@pytest.mark.parametrize(("act", "more", "status"), [
    ("switch", {"key": "9"}, 422), ("tell", {"number": 7}, 422), ("approve", {"key": "x"}, 422), ("dance", {}, 422), ("speed", {"number": -1}, 422),
])  # fmt: skip
def test_what_is_not_there_is_refused_in_words(
    api: Api, show: str, act: str, more: dict[str, Any], status: int
) -> None:
    assert do(api, show, act, **more) == status


def test_a_demo_that_ended_is_gone_and_its_pages_are_told(server: str, api: Api, show: str) -> None:
    with line(server, api, show) as socket:
        until(socket, lambda frame: "whole" in frame)
        assert do(api, show, "end") == 204
        with pytest.raises(ConnectionClosed) as why:
            until(socket, lambda frame: False)
        assert why.value.rcvd is not None
        assert why.value.rcvd.code == 4403
    assert do(api, show, "pause") == 404
    with line(server, api, show) as socket, pytest.raises(ConnectionClosed):
        socket.recv(timeout=TOLD_WITHIN)


def test_another_workspace_neither_finds_nor_conducts_nor_watches_it(
    server: str, stranger: Membership, api_of: Callable[[Membership], Api], show: str
) -> None:
    other = api_of(stranger)
    for method, path in (("GET", ""), ("GET", "/record"), ("GET", "/plan"), ("GET", "/share"), ("DELETE", "/share"),
                         ("GET", f"/pictures/{'0' * 64}")):  # fmt: skip
        assert other(method, f"/api/demos/{show}{path}").status_code == 404, path
    assert do(other, show, "pause") == 404
    assert other("POST", f"/api/demos/{show}/share", {"address": "127.0.0.1"}).status_code == 404
    with line(server, other, show) as socket, pytest.raises(ConnectionClosed):
        socket.recv(timeout=TOLD_WITHIN)


def test_nobody_watches_without_signing_in_or_from_another_page(server: str, api: Api, show: str) -> None:
    with pytest.raises(InvalidStatus):
        connect(f"ws://{server}/ws/demo/{show}", origin=f"http://{server}")  # type: ignore[arg-type]
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in api.client.cookies.items())
    with pytest.raises(InvalidStatus):
        connect(f"ws://{server}/ws/demo/{show}", additional_headers={"Cookie": cookie}, origin="http://evil.example")  # type: ignore[arg-type]


def test_who_may_only_look_opens_none_and_only_owners_show_it_on_the_network(
    member: Membership, api_of: Callable[[Membership], Api], show: str
) -> None:
    apis = {}
    for role in ("viewer", "member"):
        user = User.objects.create(username=role, password=hashed("a long password"))
        apis[role] = api_of(Membership.objects.add(member.workspace, user=user, role=role, lang="en"))
    assert apis["viewer"]("POST", "/api/demos", {"scenario": "kilns"}).status_code == 403
    assert apis["member"]("POST", "/api/demos", {"scenario": "kilns"}).status_code == 200
    assert apis["viewer"]("GET", f"/api/demos/{show}/share").status_code == 403
    assert apis["member"]("POST", f"/api/demos/{show}/share", {"address": "127.0.0.1"}).status_code == 403


def test_a_workspace_has_few_demos_and_the_one_that_nobody_sees_makes_room(
    member: Membership, api_of: Callable[[Membership], Api]
) -> None:
    opened = []
    for number in range(running.MOST_OF_WORKSPACE + 1):
        user = User.objects.create(username=f"p{number}", password=hashed("a long password"))
        person = api_of(Membership.objects.add(member.workspace, user=user, role="member", lang="en"))
        opened.append(person("POST", "/api/demos", {"scenario": "kilns"}).json()["id"])
    there = [running.found(id, member.workspace_id) for id in opened]
    assert there[0] is None
    left = [one for one in there if one is not None]
    assert len(left) == running.MOST_OF_WORKSPACE
    for one in left:
        one.watched += 1
    user = User.objects.create(username="late", password=hashed("a long password"))
    late = api_of(Membership.objects.add(member.workspace, user=user, role="member", lang="en"))
    answer = late("POST", "/api/demos", {"scenario": "kilns"})
    assert (answer.status_code, answer.json()["code"]) == (409, "demos_full")


def test_a_demo_that_nobody_watches_stands_still_and_then_ends(member: Membership, show: str) -> None:
    there = running.found(show, member.workspace_id)
    assert there is not None
    at = there.demo.play.now
    there._turn(0.1, there.seen + running.STANDS_AFTER + 1)
    there._turn(0.1, there.seen + running.STANDS_AFTER + 1)
    stood = there.demo.play.now
    assert stood - at < 60_000
    there._turn(0.1, there.seen + running.ENDS_AFTER + 1)
    assert running.found(show, member.workspace_id) is None
