"""A worker under a server that gives it documents with vectors: it fetches them, and finds what is said in other words, also after a
restart without its server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.library.index import build
from runtime.library.passages import Section, passages_of
from runtime.library.vectors import Vectors, packed, said
from tests.brokers import mosquitto, wait_until
from tests.model_server import ModelServer, embedding
from tests.worker_bench import Bench, bench_of

SYNONYMS = (("coat", "paint"), ("casing", "housing"))
JUDGES = {"found": True, "answer": "With enamel.", "citations": [{"passage": 1, "quote": "heat resistant enamel"}]}
FLOW: dict[str, Any] = {
    "suiro": 1,
    "name": "manual",
    "delivery": "durable",
    "nodes": [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {"id": "ask", "kind": "ask_documents", "from": ["kiln"], "params": {"question": "paint housing"}},
        {"id": "keep", "kind": "store", "from": ["ask.out"], "params": {"fields": ["source"]}},
        {"id": "lost", "kind": "store", "from": ["ask.not_found", "ask.failed"], "params": {"fields": ["found"]}},
    ],
}


@pytest.fixture
def near() -> Iterator[ModelServer]:
    with ModelServer(synonyms=SYNONYMS, answer=lambda body: JUDGES) as server:
        yield server


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("SUIRO_EGRESS_ALLOW", "127.0.0.0/8")
    with bench_of(tmp_path, mosquitto()) as made:
        yield made


def told(bench: Bench) -> dict[str, Any]:
    """What the flow keeps of one reading."""
    before = len(bench.server.rows_of("stored"))
    bench.publish(80)
    return dict(bench.server.wait_rows("stored", before + 1)[-1]["data"]["fields"])


def test_vectors_find_other_words_after_a_restart_too_and_words_alone_do_where_their_model_is_away(
    bench: Bench, near: ModelServer, tmp_path: Path
) -> None:
    passages = passages_of("f", "Furnace", [Section("7 Shell", "Coat the casing with heat resistant enamel.")])
    place = tmp_path / "documents"
    sha256 = build(passages, place, Vectors("e-1", lambda one: packed(embedding(said(one), near.synonyms))))
    bench.server.files[sha256] = place.read_bytes()
    bench.server.send(t="documents", sha256=sha256, size=place.stat().st_size)
    kept = bench.folder / "store" / "documents" / f"{sha256}.sqlite"
    wait_until(kept.exists, 10)
    model = {"base_url": near.url, "key": "k", "trusted": False}
    given = {"models": {"default": {**model, "model": "m"}}, "embedding": {**model, "model": "e-1", "ref": "near"}}
    bench.deploy(document=FLOW, **given)
    assert told(bench) == {"source": "Furnace, 7 Shell"}
    bench.stop()
    bench.server.files.clear()
    bench.start()
    bench.subscribed()
    assert told(bench) == {"source": "Furnace, 7 Shell"}
    near.mode = "broken"
    assert told(bench) == {"found": False}
