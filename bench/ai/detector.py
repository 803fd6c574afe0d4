"""The shipped detector on pictures of places, lights and faults that it never saw: `python -m bench.ai detector`."""

import io
import json
import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.ai.precision import Found, Tally, compare
from bench.ai.training.pictures import picture
from fleet.scenes.shot import CLASSES, Shot
from runtime.deploy import LocalModel
from runtime.inference.local import Local
from runtime.inference.model_folder import models_in
from runtime.inference.onnx import Sessions

MODELS = Path(__file__).resolve().parents[2] / "gallery" / "models"
MODEL = "synthetic-v1"
LIMIT = 0.4
"""The score from which an object counts; chosen on pictures of the training family."""
FIRST = 5_000_000
"""Numbers of the measured pictures begin here."""


class Detector:
    """The shipped model, asked as the worker asks it."""

    def __init__(self) -> None:
        found = models_in(MODELS)
        self.model: LocalModel = found.models[MODEL]
        self._picture = b""
        self.local = Local(Sessions(found.files.get), lambda sha256: self._picture)

    def __call__(self, shot: Shot) -> list[Found]:
        out = io.BytesIO()
        shot.image.save(out, "PNG")
        self._picture = out.getvalue()
        answer = self.local.ask(self.model, {"task": "detect", "picture": {"$picture": "0" * 64}}, 10)
        if answer.error:
            raise RuntimeError(f"{answer.error}: {answer.detail}")
        return [Found(one["class"], one["score"], tuple(one["box"]), one.get("value")) for one in answer.value["objects"]]


def measured(family: str, start: int, count: int) -> dict[str, Tally]:
    detector, tallies = Detector(), {}
    for number in range(start, start + count):
        shot = picture(family, number)  # type: ignore[arg-type]
        compare(detector(shot), shot.things, tallies)
    return tallies


if __name__ == "__main__":
    import sys
    fam, n = sys.argv[1], int(sys.argv[2])
    t = measured(fam, FIRST, n)
    for name in CLASSES:
        one = t.get(name, Tally())
        off = sorted(one.off)
        print(f"{name:24} real {one.real:5} AP {one.average():.3f}", *(f"{l}: p {one.precision(l):.3f} r {one.recall(l):.3f}" for l in (.3, .4, .5)), f"off mean {sum(off)/len(off):.3f} p90 {off[int(len(off)*.9)]:.3f}" if off else "")
