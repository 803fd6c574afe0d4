"""Live values of devices, and what their pictures are while no flow reads them."""

import base64
import json
from io import BytesIO
from typing import Any

from PIL import Image

from engine.incoming import Causes, Incoming
from nodes.kit.catalog import full_catalog
from nodes.kit.picture import handle
from runtime import watching
from runtime.looking import newest
from runtime.picture_store import PictureStore
from runtime.watching import Watch

REGISTRY: dict[str, Any] = {
    "types": [{"id": "cam", "topic": "cam/{device}", "fields": [{"name": "view", "type": "image"}, {"name": "n", "type": "number"}]}],
    "devices": [{"id": "cam-1", "type": "cam"}, {"id": "cam-2", "type": "cam"}],
}  # fmt: skip


def shot(colour: str) -> str:
    out = BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


def watched(*messages: tuple[str, dict[str, Any]]) -> Watch:
    watch = Watch(REGISTRY, full_catalog(), 0)
    tell(watch, *messages)
    return watch


def tell(watch: Watch, *messages: tuple[str, dict[str, Any]]) -> None:
    assert watch.flow is not None
    for index, (topic, data) in enumerate(messages):
        watch.flow.push_all(Incoming([topic], [json.dumps(data).encode()], index, Causes("c", index)), None)


def test_a_picture_that_no_flow_reads_is_no_value_but_can_be_drawn_over() -> None:
    red, green = shot("red"), shot("green")
    watch = watched(("cam/cam-1", {"view": red, "n": 1}), ("cam/cam-1", {"view": green, "n": 2}))
    assert watch.frame()["devices"]["cam-1"]["data"] == {"n": 2}
    assert watch.picture("cam-1", "view") == green
    answer = newest(PictureStore(), {"mark": "ab" * 16}, watch.picture("cam-1", "view"))
    assert Image.open(BytesIO(base64.b64decode(answer["jpeg"]))).size == (640, 480)
    assert watch.picture("cam-2", "view") is None
    assert newest(PictureStore(), {"mark": "ab" * 16}, None)["jpeg"] == ""


def test_once_a_flow_reads_it_the_handle_takes_its_place() -> None:
    kept = handle("a" * 64, 640, 480)
    watch = watched(("cam/cam-1", {"view": shot("red")}), ("cam/cam-1", {"view": kept}))
    assert watch.picture("cam-1", "view") == kept
    assert watch.frame()["devices"]["cam-1"]["data"] == {"view": kept}


def test_pictures_that_nobody_reads_take_bounded_room(monkeypatch: Any) -> None:
    red = shot("red")
    monkeypatch.setattr(watching, "MOST_RAW", int(len(red) * 1.5))
    watch = watched(("cam/cam-1", {"view": red}), ("cam/cam-2", {"view": red}))
    assert watch.picture("cam-1", "view") is None
    assert watch.picture("cam-2", "view") == red
