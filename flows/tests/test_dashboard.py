"""The dashboard of a flow: arranged, shared by links that can be revoked, and what may be seen through them."""

import base64
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from flows import commands
from flows.dashboard import board_of, seen
from flows.models import DashboardLink, Firing, Flow, Membership, Worker
from flows.recent import Recent
from flows.tests.conftest import Api, document
from flows.tests.test_sockets import NOW, Line, worker_line
from flows.thumbnails import keep_thumbnail, thumbnail_of

TEMPERATURE = "value:kiln.out:temperature"


@pytest.fixture
def flow(api: Api) -> str:
    return str(api("POST", "/api/flows", {"document": document()}).json()["id"])


def shared(api: Api, flow: str, **wish: Any) -> tuple[str, str]:
    """A new link's id and its path."""
    link = api("POST", f"/api/flows/{flow}/dashboard/links", wish).json()
    return link["id"], link["url"].split("testserver")[1]


def test_the_dashboard_of_a_flow_that_was_never_deployed_is_that_of_its_draft(api: Api, flow: str) -> None:
    board = api("GET", f"/api/flows/{flow}/dashboard").json()
    assert [tile["id"] for tile in board["tiles"]] == [
        "state:hot",
        TEMPERATURE,
        "chart:kiln.out:temperature",
        "alerts",
    ]
    assert board["version"] is None
    assert api("GET", f"/flows/{flow}/dashboard/").status_code == 200


def test_an_arrangement_is_kept_for_all_and_can_be_undone(api: Api, flow: str) -> None:
    path = f"/api/flows/{flow}/dashboard"
    wish = {"order": ["alerts", TEMPERATURE], "hidden": ["state:hot"], "wide": ["alerts"], "small": []}
    assert api("PUT", path, wish).status_code == 204
    assert api("GET", path).json()["arrangement"] == wish
    assert api("PUT", path, {**wish, "hidden": []}).status_code == 204
    assert api("GET", path).json()["arrangement"]["hidden"] == []
    assert api("DELETE", path).status_code == 204
    assert api("GET", path).json()["arrangement"] is None


def test_alerts_say_what_a_command_is_called_and_only_failures_were_not_sent(
    api: Api, member: Membership, flow: str
) -> None:
    fired = {
        "flow_id": flow,
        "node": "red",
        "device": "tower-1",
        "time": timezone.now(),
        "data": {"command": "set_color"},
    }
    for outcome in ("replaced", "expired"):
        Firing.objects.add(member.workspace, key=outcome, sent=False, outcome=outcome, **fired)
    found = api("GET", f"/api/flows/{flow}/dashboard").json()["alerts"]
    assert {(alert["text"], alert["sent"]) for alert in found} == {("set colour", None), ("set colour", False)}


def test_a_link_shows_the_dashboard_without_signing_in_and_nothing_else(api: Api, flow: str) -> None:
    _, path = shared(api, flow)
    guest = Client()
    page = guest.get(path)
    assert page.status_code == 200
    assert "noindex" in page["X-Robots-Tag"]
    assert (page["Referrer-Policy"], "no-store" in page["Cache-Control"]) == ("no-referrer", True)
    assert "/signout/" not in page.content.decode()
    assert guest.get(f"{path}data").json()["name"] == "Kiln"
    for other in ("/flows/", f"/flows/{flow}/", f"/flows/{flow}/dashboard/", f"/api/flows/{flow}/dashboard"):
        assert guest.get(other).status_code in (302, 401)
    assert guest.post(path).status_code == 405
    assert guest.put(f"{path}data", "{}", content_type="application/json").status_code == 405


def test_only_the_hash_of_a_link_is_kept_and_its_secret_is_told_once(api: Api, flow: str) -> None:
    link, path = shared(api, flow, label="Hall A")
    token = path.strip("/").split("/")[-1]
    assert len(token) >= 40
    row = DashboardLink.everywhere.get(pk=link)
    assert token not in str(row.__dict__)
    listed = api("GET", f"/api/flows/{flow}/dashboard/links")
    assert [one["label"] for one in listed.json()] == ["Hall A"]
    assert token not in listed.content.decode()


def test_a_link_ends_when_it_is_revoked_when_its_time_is_over_and_with_its_flow(api: Api, flow: str) -> None:
    link, path = shared(api, flow)
    assert api("DELETE", f"/api/flows/{flow}/dashboard/links/{link}").status_code == 204
    assert Client().get(path).status_code == 404
    assert Client().get(f"{path}data").status_code == 404
    late, path = shared(api, flow, days=1)
    assert Client().get(path).status_code == 200
    DashboardLink.everywhere.filter(pk=late).update(expires=timezone.now() - timedelta(seconds=1))
    assert Client().get(path).status_code == 404
    _, path = shared(api, flow)
    assert api("DELETE", f"/api/flows/{flow}").status_code == 204
    assert Client().get(path).status_code == 404
    assert Client().get("/shared/wrong/").status_code == 404


def test_a_stranger_can_neither_list_make_nor_revoke_links(
    api: Api, api_of: Any, stranger: Membership, flow: str
) -> None:
    link, path = shared(api, flow)
    theirs = api_of(stranger)
    for method, where in (("GET", ""), ("POST", ""), ("DELETE", f"/{link}")):
        assert theirs(method, f"/api/flows/{flow}/dashboard/links{where}", {}).status_code == 404
    own = theirs("POST", "/api/flows", {"document": document()}).json()["id"]
    assert theirs("DELETE", f"/api/flows/{own}/dashboard/links/{link}").status_code == 404
    assert Client().get(path).status_code == 200


def test_a_flow_has_so_many_links_and_no_more(api: Api, flow: str) -> None:
    for _ in range(commands.dashboards.MOST_LINKS):
        shared(api, flow)
    refused = api("POST", f"/api/flows/{flow}/dashboard/links", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many")
    assert api("POST", f"/api/flows/{flow}/dashboard/links", {"days": 0}).status_code == 422


def test_through_a_dashboard_only_its_own_devices_fields_and_states_are_seen(member: Membership) -> None:
    flow = commands.new_flow(member, document=document())
    board = board_of(flow, "en")
    data = {"temperature": 71, "secret": "x"}
    values = {"kiln-1": {"time": 1, "data": data}, "tower-1": {"time": 1, "data": data}}
    assert seen(board, {"t": "values", "devices": values}) == {
        "t": "values",
        "devices": {"kiln-1": {"time": 1, "data": {"temperature": 71}}},
    }
    taps = {
        "t": "taps",
        "flow": str(flow.id),
        "edges": {
            "kiln.out": {"time": 1, "device": "kiln-1", "data": data, "count": 1},
            "tell.sent": {"time": 1, "device": "kiln-1", "data": data},
        },
        "nodes": {"hot": {"problems": 1, "last": {"data": "x"}, "standings": []}, "tell": {"problems": 1}},
    }
    assert seen(board, taps) == {
        "t": "taps",
        "edges": {"kiln.out": {"time": 1, "device": "kiln-1", "data": {"temperature": 71}}},
        "nodes": {"hot": {"standings": []}},
    }
    others = [
        {**taps, "flow": "another"},
        {"t": "notice", "text": "x"},
        {"t": "approval", "flow": str(flow.id)},
        {"t": "letters", "count": 1},
        {"t": "worker", "id": "another"},
        {"t": "done", "id": "x"},
    ]
    assert [seen(board, message) for message in others] == [None] * len(others)


def test_of_ten_seconds_the_lowest_and_the_highest_are_kept_for_an_hour() -> None:
    recent = Recent()
    for second, value in ((0, 5), (1, 90), (2, 1), (3, 7), (12, 8), (4000, 9)):
        recent.heard("w", {"k": {"time": NOW // 10_000 * 10_000 + second * 1000, "data": {"t": value, "on": True}}})
        if second == 12:
            assert [v for _, v in recent.points("w", "k", "t", NOW)] == [90, 1, 8]
    assert [v for _, v in recent.points("w", "k", "t", NOW + 4_000_000)] == [9]
    assert recent.points("other", "k", "t", NOW) == []
    assert recent.points("w", "k", "on", NOW) == []


# --- live ------------------------------------------------------------------------------------------------------------


def shared_line(server: str, path: str, origin: str = "") -> ClientConnection:
    return connect(f"ws://{server}/ws{path.rstrip('/')}", origin=origin or f"http://{server}")  # type: ignore[arg-type]


def until_the_end(socket: ClientConnection) -> None:
    while True:
        socket.recv(timeout=30)


@pytest.mark.django_db(transaction=True)
def test_who_looks_by_a_link_sees_live_what_the_dashboard_shows_until_it_is_revoked(
    server: str, api: Api, worker: tuple[Worker, str], flow: str
) -> None:
    link, path = shared(api, flow)
    with worker_line(server, worker[1]) as up, shared_line(server, path) as socket:
        guest = Line(socket)
        assert up.wait("taps") == {"t": "taps", "flow": flow, "on": True}
        up.say(t="values", devices={"tower-1": {"time": NOW, "data": {"color": "red"}}})
        up.say(t="values", devices={"kiln-1": {"time": NOW, "data": {"temperature": 71, "secret": "x"}}})
        assert guest.wait("values")["devices"] == {"kiln-1": {"time": NOW, "data": {"temperature": 71}}}
        guest.say(t="open", flow=flow)
        socket.send("no json")
        up.say(
            t="taps",
            flow=flow,
            edges={},
            nodes={"hot": {"standings": [{"word": "entered", "count": 1, "keys": ["kiln-1"]}]}},
        )
        assert guest.wait("taps")["nodes"]["hot"]["standings"][0]["word"] == "entered"
        assert api("DELETE", f"/api/flows/{flow}/dashboard/links/{link}").status_code == 204
        with pytest.raises(ConnectionClosed) as closed:
            until_the_end(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4403
        assert up.wait("taps", fits=lambda m: m["on"] is False)
        with pytest.raises(InvalidStatus):
            shared_line(server, path)


@pytest.mark.django_db(transaction=True)
def test_a_shared_view_is_for_our_own_pages_and_right_links_and_ends_with_its_flow(
    server: str, api: Api, flow: str
) -> None:
    _, path = shared(api, flow)
    with pytest.raises(InvalidStatus):
        shared_line(server, path, origin="http://evil.example")
    with pytest.raises(InvalidStatus):
        shared_line(server, "/shared/" + "x" * 43)
    with shared_line(server, path) as socket:
        assert api("DELETE", f"/api/flows/{flow}").status_code == 204
        with pytest.raises(ConnectionClosed):
            until_the_end(socket)
    assert Flow.everywhere.filter(pk=flow).exists()


# --- pictures -------------------------------------------------------------------------------------------------------

CAMERA = {"types": [{"id": "camera", "topic": "cam/{device}/frame", "fields": [{"name": "frame", "type": "image"}]}],
          "devices": [{"id": "cam-1", "type": "camera"}, {"id": "cam-2", "type": "camera"}]}  # fmt: skip
WATCHED = {"suiro": 1, "name": "Gate", "nodes": [
    {"id": "cams", "kind": "devices", "params": {"type": "camera", "only": ["cam-1"]}},
    {"id": "keep", "kind": "store", "from": ["cams"], "params": {"fields": ["frame"]}}]}  # fmt: skip


def sent(colour: str, device: str = "cam-1", **more: Any) -> dict[str, Any]:
    small = BytesIO()
    Image.new("RGB", (320, 240), colour).save(small, "JPEG")
    return {"t": "picture", "device": device, "field": "frame", "time": "2026-01-05T00:00:00.000Z",
            "data": base64.b64encode(small.getvalue()).decode(), **more}  # fmt: skip


def test_the_last_picture_of_a_camera_is_shown_to_members_and_by_a_link_as_far_as_its_dashboard_shows_it(
    api: Api, member: Membership
) -> None:
    commands.load_things(member.workspace, CAMERA)
    flow = str(api("POST", "/api/flows", {"document": WATCHED}).json()["id"])
    path = f"/api/flows/{flow}/dashboard"
    _, link = shared(api, flow)
    board = api("GET", path).json()
    assert [tile["id"] for tile in board["tiles"] if tile["kind"] == "picture"] == ["picture:cams.out:frame"]
    assert board["pictures"] == {}
    for colour, device in (("red", "cam-1"), ("blue", "cam-1"), ("red", "cam-2")):
        told = keep_thumbnail(member.workspace.pk, sent(colour, device))
        assert told is not None
        assert (told["device"], told["field"], told["time"]) == (device, "frame", 1_767_571_200_000)
    for client, data in ((api.client, api("GET", path).json()), (Client(), Client().get(f"{link}data").json())):
        assert set(data["pictures"]) == {"cam-1"}
        served = client.get(f"{data['pictures_at']}cam-1/frame")
        assert (served.status_code, served["Content-Type"]) == (200, "image/jpeg")
        red, _, blue = Image.open(BytesIO(served.content)).getpixel((9, 9))  # type: ignore[misc]
        assert blue > red
    guest = Client()
    assert guest.get(f"{link}pictures/cam-2/frame").status_code == 404
    assert guest.get("/api/pictures/cam-1/frame").status_code == 401
    board_now = board_of(Flow.objects.of(member.workspace).get(pk=flow), "en")
    assert seen(board_now, {"t": "picture", "device": "cam-2", "field": "frame", "time": 1, "mark": "x"}) is None
    assert seen(board_now, {"t": "picture", "device": "cam-1", "field": "frame", "time": 1, "mark": "x", "more": 1}) == {
        "t": "picture", "device": "cam-1", "field": "frame", "time": 1, "mark": "x"}  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"device": "nobody"}, {"device": None}, {"field": 7}, {"data": "no base64!"}, {"data": "PHN2Zz4="}, {"time": "soon"},
     {"data": "A" * 100_000}],
)  # fmt: skip
def test_what_a_worker_sends_as_a_picture_is_looked_at(member: Membership, wrong: dict[str, Any]) -> None:
    commands.load_things(member.workspace, CAMERA)
    assert keep_thumbnail(member.workspace.pk, {**sent("red"), **wrong}) is None
    assert thumbnail_of(member.workspace.pk, "cam-1", "frame") is None


def test_a_picture_of_another_workspace_is_not_there(api: Api, member: Membership, stranger: Membership) -> None:
    for one in (member, stranger):
        commands.load_things(one.workspace, CAMERA)
    assert keep_thumbnail(stranger.workspace.pk, sent("red")) is not None
    assert api("GET", "/api/pictures/cam-1/frame").status_code == 404
