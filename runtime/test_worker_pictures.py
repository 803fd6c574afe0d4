"""A worker under a server: a posted picture becomes a handle, which can be looked at, and a local model is checked."""

import base64
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from nodes.kit.picture import sha256_of
from tests.brokers import mosquitto
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
