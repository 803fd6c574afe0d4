"""A worker under a server that gives it models: fetched by hash, loaded before they answer, tried by some devices, gone back."""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from onnx import ModelProto

from runtime.inference import shelf as shelf_module
from runtime.inference.fetch import PART
from tests import onnx_models
from tests.brokers import mosquitto, wait_until
from tests.conformance.documents import REGISTRY
from tests.worker_bench import Bench, bench_of

FLOW = {
    "suiro": 1,
    "name": "wear",
    "delivery": "durable",
    "nodes": [
        {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
        {
            "id": "wear",
            "kind": "score",
            "from": ["kiln"],
            "params": {
                "model": "wear",
                "inputs": [{"input": "heat", "field": "temperature"}],
                "results": [{"name": "worn"}],
            },
        },
        {"id": "keep", "kind": "store", "from": ["wear"], "params": {"fields": ["worn", "model_version"]}},
        {"id": "lost", "kind": "store", "from": ["wear.failed"], "params": {"fields": ["reason"]}},
    ],
}
TIMES = {"1": 1.0, "2": 2.0, "3": 3.0}
"""By version, what it multiplies with."""


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(shelf_module, "SOONEST", 0.05)
    monkeypatch.setattr(shelf_module, "LATEST", 0.1)
    with bench_of(tmp_path, mosquitto()) as made:
        yield made


def edition(
    bench: Bench, version: str, model: ModelProto | bytes | None = None, *, served: bool = True
) -> dict[str, Any]:
    """A version, whose file the server has."""
    made = model if model is not None else onnx_models.weighted([TIMES[version]])
    data = made if isinstance(made, bytes) else made.SerializeToString()
    sha256 = hashlib.sha256(data).hexdigest()
    if served:
        bench.server.files[sha256] = data
    local = {"sha256": sha256, "task": "score", "inputs": ["heat"]}
    return {"version": version, "size": len(data), "model": local, "edges": [100.0, 200.0]}


def give(bench: Bench, current: dict[str, Any], **more: Any) -> None:
    bench.server.send(t="models", models=[{"id": "wear", "current": current, **more}])


def deploy(bench: Bench) -> dict[str, Any]:
    models = [{"id": "wear", "task": "score", "inputs": ["heat"]}]
    bench.deploy(document=FLOW, registry={**REGISTRY, "models": models})
    return bench.server.wait("flow", flow="f1")


def told(bench: Bench, temperature: float, device: str = "kiln-1") -> dict[str, Any]:
    """What the flow keeps of a reading."""
    before = len(bench.server.rows_of("stored"))
    bench.publish(temperature, device)
    return dict(bench.server.wait_rows("stored", before + 1)[-1]["data"]["fields"])


def serves(bench: Bench, version: str | None, **more: Any) -> dict[str, Any]:
    """Until the worker says so of itself."""

    def found() -> list[dict[str, Any]]:
        standing = [one for frame in bench.server.of("status")[-1:] for one in frame.get("models", ())]
        return [one for one in standing if {"version": version, **more}.items() <= one.items()]

    wait_until(found, 10, f"{version} {more}: {bench.server.of('status')[-1:]}")
    return found()[0]


def files(bench: Bench) -> set[str]:
    return {file.name.removesuffix(".onnx") for file in (bench.folder / "store" / "models").iterdir()}


def test_a_model_is_fetched_and_answers_with_its_version_and_a_flow_that_is_deployed_waits_for_it(bench: Bench) -> None:
    first = edition(bench, "1")
    give(bench, first)
    assert deploy(bench)["problems"] == []
    assert told(bench, 80) == {"worn": 80.0, "model_version": "1"}
    assert files(bench) == {first["model"]["sha256"]}
    serves(bench, "1", state="ready", wanted="1")


def test_the_version_before_answers_until_the_new_one_is_loaded_and_its_file_goes_when_nobody_wants_it(
    bench: Bench,
) -> None:
    first, second = edition(bench, "1"), edition(bench, "2", served=False)
    give(bench, first)
    deploy(bench)
    give(bench, second)
    serves(bench, "1", state="failed", wanted="2")
    assert told(bench, 80)["model_version"] == "1"
    edition(bench, "2")  # now the server has it
    give(bench, second, spare=first)
    serves(bench, "2", state="ready")
    assert told(bench, 80) == {"worn": 160.0, "model_version": "2"}
    assert files(bench) == {one["model"]["sha256"] for one in (first, second)}
    give(bench, second)
    wait_until(lambda: files(bench) == {second["model"]["sha256"]}, 10)


def test_named_devices_try_a_new_version_while_the_others_keep_theirs_and_going_back_is_one_order(bench: Bench) -> None:
    first, second = edition(bench, "1"), edition(bench, "2")
    give(bench, first, trial=second, devices=["kiln-2"])
    deploy(bench)
    serves(bench, "1", trial="2", state="ready")
    assert [told(bench, 50, device)["model_version"] for device in ("kiln-1", "kiln-2")] == ["1", "2"]
    give(bench, second, spare=first)
    serves(bench, "2", state="ready")
    assert told(bench, 50)["worn"] == 100.0
    give(bench, first, spare=second)
    serves(bench, "1", state="ready")
    assert told(bench, 50)["worn"] == 50.0


@pytest.mark.parametrize("name", ["opset", "pickle", "other inputs", "cut off"])
def test_a_version_that_cannot_be_used_here_is_said_and_the_one_before_stays(bench: Bench, name: str) -> None:
    first = edition(bench, "1")
    give(bench, first)
    deploy(bench)
    bad = {
        "opset": onnx_models.weighted([1.0], opset=99),
        "pickle": onnx_models.PICKLE,
        "other inputs": onnx_models.weighted([1.0, 2.0]),
        "cut off": onnx_models.weighted([1.0]).SerializeToString()[:-20],
    }[name]
    give(bench, edition(bench, "9", bad))
    detail = serves(bench, "1", state="failed", wanted="9")["detail"]
    assert detail
    assert told(bench, 80)["model_version"] == "1"


def test_what_comes_is_not_believed_but_by_its_hash(bench: Bench) -> None:
    first = edition(bench, "1", served=False)
    bench.server.files[first["model"]["sha256"]] = b"x" * first["size"]
    give(bench, first)
    assert "not the file" in serves(bench, None, state="failed")["detail"]
    assert files(bench) == set()


def test_a_flow_runs_and_fails_on_its_port_until_the_model_is_there_and_then_has_no_problem_any_more(
    bench: Bench,
) -> None:
    first = edition(bench, "1", served=False)
    give(bench, first)
    serves(bench, None, state="failed")
    (problem,) = deploy(bench)["problems"]
    assert (problem["code"], problem["path"]) == ("model_missing", "/nodes/1/params/model")
    assert told(bench, 80) == {"reason": "model_missing"}
    edition(bench, "1")
    give(bench, {**first, "edges": [1.0]})
    wait_until(lambda: bench.server.of("flow", flow="f1")[-1]["problems"] == [], 10)
    assert told(bench, 80)["worn"] == 80.0


def test_after_a_restart_the_model_answers_from_the_disk_without_its_server(bench: Bench) -> None:
    first = edition(bench, "1")
    give(bench, first)
    deploy(bench)
    told(bench, 80)
    bench.stop()
    asked = len(bench.server.asked)
    bench.start()
    bench.subscribed()
    serves(bench, "1", state="ready")
    assert told(bench, 90)["worn"] == 90.0
    assert len(bench.server.asked) == asked


def test_a_large_file_comes_in_parts_and_what_came_before_the_line_broke_is_not_asked_for_again(bench: Bench) -> None:
    big = onnx_models.weighted([1.0] + [0.0] * (PART // 2))  # two parts and some more
    data = big.SerializeToString()
    sha256 = hashlib.sha256(data).hexdigest()
    place = bench.folder / "store" / "models"
    place.mkdir(parents=True)
    (place / f"{sha256}.part").write_bytes(data[: PART + 100])
    one = edition(bench, "1", big)
    one["model"]["inputs"] = [f"x{n}" for n in range(1_000)]  # it does not fit its description: fetched all the same
    give(bench, one)
    serves(bench, None, state="failed")
    assert [number for name, number in bench.server.asked if name == sha256] == [1, 2]
    assert files(bench) == {sha256}
    assert (place / f"{sha256}.onnx").read_bytes() == data


def test_what_the_answers_are_like_goes_up_by_version_and_day(bench: Bench) -> None:
    first = edition(bench, "1")
    give(bench, first)
    deploy(bench)
    for temperature in (50, 150, 150, 250):
        told(bench, temperature)
    assert bench.worker is not None
    bench.worker.models._tallies_at = 0.0
    told(bench, 20)
    data = [row["data"] for row in bench.server.wait_rows("tally", 1)]
    total = [sum(counts) for counts in zip(*(one["bins"] for one in data), strict=True)]
    assert total[1:] == [2, 1]
    assert {(one["model"], one["version"]) for one in data} == {("wear", "1")}
    json.dumps(data)
    assert data[0]["day"] == time.strftime("%Y-%m-%d", time.gmtime())


def test_orders_that_are_no_models_are_left_out_and_end_nothing(bench: Bench) -> None:
    for models in (
        None,
        5,
        [5, {}, {"id": "wear"}, {"id": "wear", "current": {"version": "1", "size": -1, "model": {}}}],
    ):
        bench.server.send(t="models", models=models)
    give(bench, edition(bench, "1"))
    serves(bench, "1", state="ready")
