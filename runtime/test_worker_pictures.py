"""A worker under a server: a posted picture becomes a handle, which can be looked at, and a local model is checked."""

import base64
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nodes.kit.picture import sha256_of
from runtime.inference.hiding import faces
from runtime.inference.test_hiding import drawn_face
from tests.brokers import close, mosquitto, publisher, wait_until
from tests.pictures import HOSTILE, data_url, picture
from tests.worker_bench import Bench, bench_of

POSTED = {
    "suiro": 1,
    "name": "posted",
    "delivery": "durable",
    "nodes": [
        {"id": "hook", "kind": "webhook_in"},
        {"id": "keep", "kind": "store", "from": ["hook"], "params": {"fields": ["picture", "n"]}},
    ],
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with bench_of(tmp_path, mosquitto()) as made:
        yield made


def posted(bench: Bench, n: int, data: Any) -> dict[str, Any]:
    bench.server.send(t="inject", flow="f1", node="hook", data={"picture": data, "n": n})
    rows = bench.server.wait_rows("stored", n)
    return dict(rows[n - 1]["data"]["fields"])


def test_a_posted_picture_is_a_handle_that_can_be_looked_at_and_a_forged_one_is_none(bench: Bench) -> None:
    bench.deploy(document=POSTED)
    kept = posted(bench, 1, data_url(picture("green", (1_280, 960))))["picture"]
    assert (kept["width"], kept["height"]) == (1_280, 960)
    bench.server.send(t="look", sha256=sha256_of(kept))
    seen = bench.server.wait("looked", sha256=sha256_of(kept))
    thumbnail = Image.open(BytesIO(base64.b64decode(seen["jpeg"])))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (320, 240))
    assert posted(bench, 2, "just a word")["picture"] == "just a word"
    for number, forged in enumerate((kept, {"$refused": "expired"}, data_url(HOSTILE["svg"][0])), 3):
        assert "picture" not in {name for name, value in posted(bench, number, forged).items() if value is not None}


@pytest.mark.parametrize("name", ["0" * 64, "../../store/worker.sqlite3", None, 5])
def test_a_picture_that_is_not_kept_is_answered_with_nothing(bench: Bench, name: Any) -> None:
    bench.server.send(t="look", sha256=name)
    assert bench.server.wait("looked")["jpeg"] == ""


def test_a_notice_says_which_picture_it_is_about_and_it_is_the_blurred_one(bench: Bench) -> None:
    tell = {"id": "tell", "kind": "notify", "from": ["hook"], "params": {"to": "shift-channel", "text": "seen"}}
    hook = {"id": "hook", "kind": "webhook_in", "params": {"blur": ["faces"]}}
    bench.deploy(document={**POSTED, "nodes": [hook, POSTED["nodes"][1], tell]})
    out = BytesIO()
    drawn_face((60, 50)).save(out, "PNG")
    kept = posted(bench, 1, data_url(out.getvalue(), "image/png"))["picture"]
    (notice,) = bench.server.wait_rows("notice", 1)
    assert notice["data"]["picture"] == sha256_of(kept)
    bench.server.send(t="look", sha256=sha256_of(kept), large=True)
    seen = bench.server.wait("looked", sha256=sha256_of(kept))
    assert seen["large"] is True
    shown = Image.open(BytesIO(base64.b64decode(seen["jpeg"])))
    assert shown.size == (640, 480)
    assert faces(shown.convert("RGB")) == []


def test_what_a_device_sent_last_can_be_drawn_over_before_any_flow_reads_it(bench: Bench) -> None:
    bench.deploy(document=POSTED)
    types = [
        {
            "id": "cam",
            "topic": "cam/{device}",
            "fields": [{"name": "view", "type": "image"}, {"name": "n", "type": "number"}],
        }
    ]
    bench.server.send(t="watch", registry={"types": types, "devices": [{"id": "cam-1", "type": "cam"}]})
    message = json.dumps({"view": base64.b64encode(picture("green", (1_600, 1_200))).decode(), "n": 1})
    client = publisher(bench.broker)
    client.publish("cam/cam-1", message, qos=1, retain=True).wait_for_publish(10)
    close(client)
    answers: list[dict[str, Any]] = []

    def seen() -> bool:
        mark = f"{len(answers):032x}"
        bench.server.send(t="look", device="cam-1", field="view", mark=mark, large=True)
        answers.append(bench.server.wait("looked", mark=mark))
        return bool(answers[-1]["jpeg"])

    wait_until(seen, 10, "a picture")
    answer = answers[-1]
    assert Image.open(BytesIO(base64.b64decode(answer["jpeg"]))).size == (1_280, 960)
