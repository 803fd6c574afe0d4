"""What `detect` costs a picture, beside onnxruntime called by hand on the same JPEG.

By hand: the JPEG decoded, turned into numbers, one session with the worker's threads. Ours: the node asks, the question goes
through the worker's queue to the model, the picture is fitted, the outputs are checked and made into objects, the node checks
and counts them. Both take turns of twenty pictures, since other processes disturb; the ratio is the median over the turns."""

import io
import os
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
from PIL import Image

from bench.ai.detector import MODEL, MODELS
from bench.ai.training.pictures import picture
from nodes.ai.detect import Detect
from nodes.kit.effect import Answer, Ask
from nodes.kit.event import Event
from nodes.kit.harness import scope_of
from nodes.kit.picture import handle
from runtime.addresses import Egress
from runtime.deploy import Deploy
from runtime.inference.asks import Asks
from runtime.inference.local import Local
from runtime.inference.model_folder import models_in
from runtime.inference.onnx import THREADS, Sessions

TURNS, AT_ONCE = 15, 20


def page() -> str:
    """The table."""
    shots = [_jpeg(number) for number in range(7_000_000, 7_000_000 + AT_ONCE)]
    plain, ours = _by_hand(), _asked(shots)
    for one in (plain, ours):
        one(shots[0])
    walls: dict[str, list[float]] = {"plain": [], "ours": []}
    works: dict[str, list[float]] = {"plain": [], "ours": []}
    for turn in range(TURNS):
        for name, one in [("plain", plain), ("ours", ours)][:: 1 if turn % 2 else -1]:
            wall, work = time.perf_counter(), time.process_time()
            for shot in shots:
                one(shot)
            walls[name].append((time.perf_counter() - wall) / len(shots))
            works[name].append((time.process_time() - work) / len(shots))
    rows = ["| | pictures/s | ms a picture | ms of processor |", "|---|--:|--:|--:|"]
    for name, label in (("plain", "onnxruntime by hand"), ("ours", "`detect`")):
        wall, work = statistics.median(walls[name]), statistics.median(works[name])
        rows.append(f"| {label} | {1 / wall:.0f} | {wall * 1000:.1f} | {work * 1000:.1f} |")
    extra = _ratio(walls), _ratio(works)
    rows += ["", f"Overhead of `detect`: {extra[0]:+.0%} time, {extra[1]:+.0%} processor time (medians of {TURNS} turns of {AT_ONCE} "
             f"pictures of 320 x 240 on {os.cpu_count()} processors that had a load of {os.getloadavg()[0]:.0f})."]  # fmt: skip
    return "\n".join(rows)


def _ratio(seconds: dict[str, list[float]]) -> float:
    return statistics.median(a / b for a, b in zip(seconds["ours"], seconds["plain"], strict=True)) - 1


def _jpeg(number: int) -> bytes:
    out = io.BytesIO()
    picture("plant", number).image.save(out, "JPEG", quality=85)
    return out.getvalue()


def _by_hand() -> Callable[[bytes], Any]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # as the worker, or it only burns more
    session = onnxruntime.InferenceSession(str(MODELS / MODEL / "model.onnx"), options)

    def run(data: bytes) -> Any:
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=np.float32)
        return session.run(None, {"image": np.ascontiguousarray((pixels / 255).transpose(2, 0, 1)[None])})

    return run


def _asked(shots: list[bytes]) -> Callable[[bytes], Any]:
    found = models_in(MODELS)
    kept = {f"{place:064x}": data for place, data in enumerate(shots)}
    names = {data: name for name, data in kept.items()}
    asks = Asks(Egress(), Egress(), Local(Sessions(found.files.get), kept.get), models=found.models)
    deploy = Deploy(flow="bench", document={})
    node = Detect(Detect.Params.model_validate({"image": "picture", "model": MODEL}), scope_of())
    memory = Detect.Memory()

    def run(data: bytes) -> Any:
        event = Event(0, 0, "cam", "camera", {"picture": handle(names[data], 320, 240)}, "c")
        (ask,) = [made for made in node.on_event(event, "in", memory) if isinstance(made, Ask)]
        answered, answers = threading.Event(), []

        def done(answer: Answer) -> None:
            answers.append(answer)
            answered.set()

        asks.ask(ask.request, deploy, ask.timeout / 1000, done)
        answered.wait()
        return list(node.on_answer(answers[0], event, memory))

    return run
