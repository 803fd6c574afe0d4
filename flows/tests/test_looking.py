"""Pictures over the web: posted to a hook, and looked at, small, by members of the workspace whose worker keeps them."""

import base64
import threading
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from flows.models import Membership
from flows.tests.conftest import Api, document
from flows.tests.test_sockets import worker_line
from runtime.looking import look, newest
from runtime.picture_store import PictureStore
from runtime.pictures import clean
from tests.pictures import HOSTILE, picture

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits for its worker however busy the machine is."""
    monkeypatch.setattr("flows.looking.PATIENCE", 30.0)


def looked_at(api: Api, sha256: str, line: Any, answer: dict[str, Any]) -> Any:
    """The page's answer, while the worker at `line` answers the question for it."""
    found: list[Any] = []
    page = threading.Thread(target=lambda: found.append(api.client.get(f"/pictures/{sha256}")))
    page.start()
    assert line.wait("look")["sha256"] == sha256
    line.say(**answer)
    page.join(60)
    return found[0]


def test_a_member_sees_a_kept_picture_small_and_a_stranger_does_not(
    server: str, api: Api, worker: Any, stranger: Membership
) -> None:
    store = PictureStore()
    kept = clean(picture("green", (1_200, 900)), widest=1_920)
    store.put(kept)
    with worker_line(server, worker[1]) as line:
        line.wait("ack")
        seen = looked_at(api, kept.sha256, line, look(store, {"sha256": kept.sha256}))
        assert seen.status_code == 200
        assert seen["Content-Type"] == "image/jpeg"
        assert Image.open(BytesIO(seen.content)).size == (320, 240)
        assert api.client.get(f"/pictures/{kept.sha256}").content == seen.content  # asked for once
        line.nothing("look")
        assert Api(stranger).client.get(f"/pictures/{kept.sha256}").status_code == 404
        line.nothing("look")


@pytest.mark.parametrize(
    "jpeg",
    [
        "",
        "not base64!",
        base64.b64encode(b"<html><script>alert(1)</script>").decode(),
        base64.b64encode(b"\xff\xd8\xff" + b"x" * 70_000).decode(),
        5,
    ],
)
def test_only_a_small_jpeg_of_a_worker_is_shown(
    server: str, api: Api, worker: Any, jpeg: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.looking.PATIENCE", 0.5)
    sha256 = "ab" * 32
    with worker_line(server, worker[1]) as line:
        line.wait("ack")
        answer = {"t": "looked", "sha256": sha256, "jpeg": jpeg}
        assert looked_at(api, sha256, line, answer).status_code == 404


@pytest.mark.parametrize("name", ["x", "..", "AB" * 32, "a" * 63, "a" * 65])
def test_what_is_no_name_of_a_picture_asks_nobody(api: Api, name: str) -> None:
    assert api.client.get(f"/pictures/{name}").status_code == 404


def test_a_posted_picture_reaches_the_worker_clean_and_a_hostile_one_does_not(
    server: str, api: Api, worker: Any
) -> None:
    nodes = [
        {"id": "call", "kind": "webhook_in", "params": {}},
        {"id": "tell", "kind": "notify", "from": ["call"], "params": {"to": "shift", "text": "seen"}},
    ]
    flow = api("POST", "/api/flows", {"document": document(nodes=nodes)}).json()["id"]
    assert api("POST", f"/api/flows/{flow}/deploy", {}).status_code == 200
    (hook,) = api("GET", f"/api/flows/{flow}/hooks").json()
    path = hook["url"].removeprefix("http://testserver")
    with worker_line(server, worker[1]) as line:
        line.wait("deploy")
        for data, code in HOSTILE.values():
            refused = api.client.post(path, data, content_type="image/png")
            assert (refused.status_code, refused.json()["code"]) == (400, code)
        exif = Image.Exif()
        exif[0x010E] = "secret place"
        sent = picture("red", (4_000, 3_000), exif=exif)
        assert b"secret place" in sent
        assert api.client.post(path, sent, content_type="image/jpeg").status_code == 202
        data = line.wait("inject")["data"]
    head, _, body = data["picture"].partition(";base64,")
    assert head == "data:image/jpeg"
    made = base64.b64decode(body)
    assert b"secret place" not in made
    assert Image.open(BytesIO(made)).size == (1_600, 1_200)


def test_somebody_who_draws_sees_a_kept_picture_large_and_the_newest_of_a_device(
    server: str, api: Api, worker: Any, stranger: Membership
) -> None:
    store = PictureStore()
    kept = clean(picture("green", (1_600, 1_200)), widest=1_920)
    store.put(kept)
    raw = base64.b64encode(picture("red", (1_600, 1_200))).decode()
    with worker_line(server, worker[1]) as line:
        line.wait("ack")
        for path, answer in (
            (f"/pictures/{kept.sha256}?large=1", lambda order: look(store, order)),
            ("/pictures/cam-1/frame", lambda order: newest(store, order, raw)),
        ):
            seen = asked(api, path, line, answer)
            assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")
            assert Image.open(BytesIO(seen.content)).size == (1_280, 960)
        assert len(list(store._kept)) == 1  # what no flow reads is not kept
        assert Api(stranger).client.get("/pictures/cam-1/frame").status_code == 404
        line.nothing("look")


def asked(api: Api, path: str, line: Any, answer: Any) -> Any:
    found: list[Any] = []
    page = threading.Thread(target=lambda: found.append(api.client.get(path)))
    page.start()
    line.say(**answer(line.wait("look")))
    page.join(60)
    return found[0]
