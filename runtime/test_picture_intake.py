"""Pictures in messages: handles for the flows, acknowledged when they are safe, and nothing else held up."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nodes.kit.picture import Pictures, sha256_of
from runtime import picture_intake
from runtime.deploy import Deploy
from runtime.mailbox import Batch
from runtime.picture_intake import PictureIntake, developed
from runtime.picture_store import PictureStore
from runtime.pictures import clean
from runtime.senders.outcome import SENT
from runtime.test_host import NOW, Rig
from tests.brokers import wait_until
from tests.pictures import HOSTILE, base64_of, data_url, picture

FIELD = Pictures(("shot",), None)
BARE = Pictures(("shot",), "shot")
LOOSE = Pictures(("picture",), "picture", loose=True)
REGISTRY = {
    "types": [
        {"id": "camera", "topic": "cam/{device}/shot", "fields": [{"name": "shot", "type": "image"}, {"name": "n", "type": "integer"}]},
        {"id": "still", "topic": "still/{device}", "fields": [{"name": "shot", "path": "a.b", "type": "image"}]},
        {"id": "kiln", "topic": "kiln/{device}", "fields": [{"name": "temperature"}]},
    ]
}  # fmt: skip


def seen(payload: bytes, where: Pictures, store: PictureStore | None = None) -> Any:
    return json.loads(developed(payload, where, store or PictureStore()))


def test_base64_and_data_urls_in_a_declared_place_become_handles() -> None:
    store = PictureStore()
    for text in (base64_of(picture()), data_url(picture())):
        made = seen(json.dumps({"shot": text, "n": 3}).encode(), FIELD, store)
        assert made["n"] == 3
        assert (made["shot"]["width"], made["shot"]["height"]) == (64, 48)
        kept = store.get(sha256_of(made["shot"]) or "")
        assert kept is not None
        assert kept.startswith(b"\xff\xd8\xff")


def test_a_bare_picture_becomes_an_object_with_a_handle() -> None:
    assert sha256_of(seen(picture(format="PNG"), Pictures(raw="a.b"))["a"]["b"]) is not None
    assert sha256_of(seen(json.dumps({"shot": base64_of(picture())}).encode(), BARE)["shot"]) is not None


def test_a_deep_place_is_found_and_others_stay_as_they_are() -> None:
    payload = {"a": [{"b": base64_of(picture())}], "a.b": 5, "big": 2**70, "other": data_url(picture())}
    made = seen(json.dumps(payload).encode(), Pictures(("a.0.b",)))
    assert sha256_of(made["a"][0]["b"]) is not None
    assert (made["a.b"], made["other"], made["big"]) == (5, payload["other"], float(2**70))


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_used_says_why_and_is_not_kept(what: str) -> None:
    data, code = HOSTILE[what]
    store = PictureStore()
    assert seen(json.dumps({"shot": base64_of(data), "n": 1}).encode(), FIELD, store)["shot"]["$refused"] == code
    assert seen(data, BARE, store)["shot"]["$refused"] == code
    assert store.size == 0


@pytest.mark.parametrize(
    "forged",
    [
        {"$picture": "0" * 64},
        {"$file": "/etc/passwd"},
        {"$refused": "x"},
        [1],
        5,
        True,
        "not base64!",
        "data:image/png;base64",
        "",
    ],
)
def test_a_handle_comes_from_us_alone(forged: Any) -> None:
    assert seen(json.dumps({"shot": forged}).encode(), FIELD)["shot"] == {"$refused": "picture_format"}
    loose = seen(json.dumps({"picture": forged}).encode(), LOOSE)["picture"]
    ours = (isinstance(forged, dict) and "$file" not in forged) or forged == "data:image/png;base64"
    assert loose == ({"$refused": "picture_format"} if ours else forged)


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[1]", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"n": 1}', b'{"shot": null}']
)
def test_what_carries_no_picture_stays_for_its_source_to_judge(payload: bytes) -> None:
    assert developed(payload, FIELD, PictureStore()) == payload


def test_no_room_is_a_reason_too() -> None:
    made = seen(json.dumps({"shot": base64_of(picture())}).encode(), FIELD, PictureStore(most=10))
    assert made["shot"] == {"$refused": "picture_not_kept"}


class CameraRig(Rig):
    """A rig whose pictures are looked at, kept in `folder` or in memory."""

    def __init__(self, folder: Path | None) -> None:
        super().__init__(folder)
        self.pictures = PictureStore(folder / "pictures" if folder else None)
        self.acked: list[str] = []
        self.host.intake.pictures = PictureIntake(self.pictures, lambda: None, self.host.clock.now)

    def deploy(self, delivery: str) -> None:
        nodes: list[Any] = []
        for type in ("camera", "still", "kiln"):
            nodes.append({"id": type, "kind": "devices", "params": {"type": type}})
        fields = {"camera": ["shot", "n"], "still": ["shot"], "kiln": ["temperature"]}
        for type, kept in fields.items():
            nodes.append({"id": f"keep_{type}", "kind": "store", "from": [type], "params": {"fields": kept}})
        document = {"suiro": 1, "name": "cameras", "delivery": delivery, "nodes": nodes}
        self.host.deploy(Deploy(flow="f", document=document, registry=REGISTRY))

    def put(self, name: str, *messages: tuple[str, bytes], mids: list[int] | None = None, again: bool = False) -> None:
        topics, payloads = [topic for topic, _ in messages], [payload for _, payload in messages]
        numbers = mids or [0] * len(messages)
        self.mailbox.offer(
            Batch(topics, payloads, NOW, lambda: self.acked.append(name), 1, numbers, [again] * len(messages)), 0
        )

    def develop(self) -> None:
        """Until all pictures are looked at, then a round."""
        intake = self.host.intake.pictures
        assert intake
        wait_until(lambda: not intake._waiting, 10, "pictures")
        self.round()

    @property
    def stored(self) -> list[tuple[str, Any]]:
        return [(effect.node, effect.data.get("fields", effect.data)) for effect in self.sink.sent]


@pytest.fixture(params=["durable", "fast"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CameraRig]:
    rig = CameraRig(tmp_path if request.param == "durable" else None)
    rig.deploy(request.param)
    yield rig
    rig.pull_the_plug()


def shot(number: int, data: bytes | None = None) -> bytes:
    return json.dumps({"shot": base64_of(data or picture((number, 0, 0))), "n": number}).encode()


def test_the_flow_gets_a_handle_and_the_message_is_acknowledged_after_that(rig: CameraRig) -> None:
    rig.put("a", ("cam/c1/shot", shot(1)))
    rig.round()
    assert rig.stored == []
    assert rig.acked == []
    rig.develop()
    ((node, data),) = rig.stored
    assert node == "keep_camera"
    assert data["n"] == 1
    assert rig.pictures.get(sha256_of(data["shot"]) or "") is not None
    assert rig.acked == ["a"]


def test_other_devices_do_not_wait_for_a_picture_and_acknowledgements_keep_their_order(
    rig: CameraRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    real = picture_intake.clean
    monkeypatch.setattr(picture_intake, "clean", lambda data, widest: (gate.wait(60), real(data, widest=widest))[1])
    rig.put("a", ("kiln/k1", b'{"temperature": 1}'), ("cam/c1/shot", shot(1)), ("kiln/k2", b'{"temperature": 2}'))
    rig.put("b", ("kiln/k1", b'{"temperature": 3}'))
    rig.round()
    assert [data["temperature"] for _, data in rig.stored] == [1, 2, 3]
    assert rig.acked == []
    gate.set()
    rig.develop()
    assert rig.acked == ["a", "b"]
    assert [node for node, _ in rig.stored].count("keep_camera") == 1


def test_the_messages_of_a_topic_keep_their_order_with_and_without_pictures(rig: CameraRig) -> None:
    rig.put("a", *[("cam/c1/shot", shot(n) if n % 2 else json.dumps({"n": n}).encode()) for n in range(8)])
    rig.round()
    rig.develop()
    assert [data["n"] for _, data in rig.stored] == list(range(8))


def test_a_bare_picture_fills_the_only_field_wherever_it_stands(rig: CameraRig) -> None:
    rig.put("a", ("still/s1", picture(format="PNG")))
    rig.round()
    rig.develop()
    assert sha256_of(rig.stored[0][1]["shot"]) is not None


@pytest.mark.parametrize("what", HOSTILE)
def test_a_picture_that_cannot_be_used_is_a_problem_on_the_trace_and_the_rest_goes_on(
    rig: CameraRig, what: str
) -> None:
    data, code = HOSTILE[what]
    rig.put("a", ("cam/c1/shot", shot(7, data)), ("cam/c2/shot", shot(8)))
    rig.round()
    rig.develop()
    assert {data["n"]: "shot" in data for _, data in rig.stored} == {7: False, 8: True}
    traces = rig.host.flows["f"].new_troubles()
    assert code in {trace.code for trace in traces if trace.args.get("field") == "shot"}
    assert rig.acked == ["a"]


def test_a_message_that_is_sent_again_while_its_picture_is_looked_at_counts_once(
    rig: CameraRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    real = picture_intake.clean
    monkeypatch.setattr(picture_intake, "clean", lambda data, widest: (gate.wait(60), real(data, widest=widest))[1])
    rig.put("a", ("cam/c1/shot", shot(1)), mids=[5])
    rig.round()
    rig.put("again", ("cam/c1/shot", shot(1)), mids=[5], again=True)
    rig.round()
    gate.set()
    rig.develop()
    rig.put("once more", ("cam/c1/shot", shot(1)), mids=[5], again=True)
    rig.round()
    rig.develop()
    assert len(rig.stored) == 1
    assert rig.acked == ["a", "again", "once more"]


def test_so_many_bytes_that_nothing_more_is_taken_in(rig: CameraRig, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    monkeypatch.setattr(picture_intake, "MOST_WAITING", 100)
    monkeypatch.setattr(picture_intake, "clean", lambda data, widest: gate.wait(60))
    rig.put("a", ("cam/c1/shot", shot(1)))
    rig.round()
    assert rig.host._holds_back
    gate.set()
    rig.develop()
    assert not rig.host._holds_back


def test_after_a_crash_the_handle_still_means_its_picture(tmp_path: Path) -> None:
    rig = CameraRig(tmp_path)
    rig.deploy("durable")
    rig.put("a", ("cam/c1/shot", shot(1)))
    rig.round()
    rig.host.intake.pictures.stop()  # type: ignore[union-attr]
    wait_until(lambda: rig.host.intake.ready, 10)
    rig.sink.outcome = None  # what is stored does not come to its end before the plug is pulled
    rig.round()
    rig.pull_the_plug()
    again = CameraRig(tmp_path)
    again.host.recover()
    again.round()
    ((_, data),) = again.stored
    assert again.pictures.get(sha256_of(data["shot"]) or "") is not None
    again.pull_the_plug()


def test_what_a_flow_has_yet_to_send_is_not_thinned(tmp_path: Path) -> None:
    rig = CameraRig(tmp_path)
    rig.deploy("durable")
    rig.sink.outcome = None
    rig.put("a", ("cam/c1/shot", shot(1)))
    rig.round()
    rig.develop()
    needed = sha256_of(rig.stored[0][1]["shot"]) or ""
    rig.sink.outcome = SENT
    for number in range(2, 8):
        rig.put("b", ("cam/c1/shot", shot(number)))
        rig.round()
        rig.develop()
    rig.round()  # writes that they were sent
    rig.pictures.most = 1
    rig.round()
    kept = [rig.pictures.get(sha256_of(data["shot"]) or "") is not None for _, data in rig.stored]
    assert kept == [True, False, False, False, False, False, False]
    assert rig.pictures.get(needed) is not None
    rig.pull_the_plug()


def test_what_a_flow_remembers_is_not_thinned(rig: CameraRig) -> None:
    held = {"id": "held", "kind": "delay", "from": ["camera"], "params": {"for": "1h"}}
    nodes = [{"id": "camera", "kind": "devices", "params": {"type": "camera"}}, held]
    rig.host.deploy(Deploy(flow="f", document={"suiro": 1, "name": "c", "nodes": nodes}, registry=REGISTRY, version=2))
    rig.put("a", ("cam/c1/shot", shot(1)))
    rig.round()
    rig.develop()
    flow = rig.host.flows["f"]
    (needed,) = set(rig.host.intake._meant(flow))
    rig.pictures.put(clean(picture("blue"), widest=100))
    rig.pictures.most = 1
    rig.round()
    assert rig.pictures.size == len(rig.pictures.get(needed) or b"")


def test_the_thread_that_brings_messages_leaves_those_to_the_host_where_a_flow_wants_pictures(tmp_path: Path) -> None:
    rig = CameraRig(None)
    hot = Batch(["plant/kiln-1/telemetry"], [b'{"ts":1,"t":{"temp":85}}'], NOW, lambda: None, 1)
    rig.round()
    assert rig.host._at_once([], hot) is not None, "nobody wants any"
    rig.deploy("fast")
    rig.round()
    assert rig.host._at_once([], hot) is None
