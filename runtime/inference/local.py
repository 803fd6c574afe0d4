"""Asks of models that run in the worker: what goes in, what comes out, and why not.

A request names `task`, and `picture` (a handle) or `values` (numbers by name). By task, the answer's value is:
classify {"label", "score", "scores": {label: 0 to 1}}, score {"value", "values": {output: number}},
detect {"objects": [{"class", "score", "box", "value"?}]} (objects.py).
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from nodes.kit.effect import Answer
from runtime.deploy import LocalModel
from runtime.inference.kept import PictureOf, Unusable, picture_bytes
from runtime.inference.model_file import BadModel
from runtime.inference.objects import detect
from runtime.inference.onnx import RunFailed, Sessions
from runtime.inference.tensors import HasInputs, Seen, check_columns, columns, seen

MOST_SCORES = 20
"""Labels that an answer lists, the likeliest first."""


class Local:
    """All local models of a process. Never raises: what goes wrong is the answer's `error`, one of those of BadModel,
    RunFailed and Unusable, or bad_output."""

    def __init__(self, sessions: Sessions, picture_of: PictureOf = lambda sha256: None) -> None:
        self.sessions, self.picture_of = sessions, picture_of

    def ask(self, model: LocalModel, request: Mapping[str, Any], timeout: float) -> Answer:
        """What `model` says, within `timeout` seconds once it is loaded."""
        try:
            if request.get("task") != model.task:
                raise Unusable("wrong_task", f"it can {model.task}, and was asked to {request.get('task')}")
            return Answer(value=self._asked(model, request, timeout))
        except (BadModel, RunFailed, Unusable) as wrong:
            return Answer(error=wrong.reason, detail=wrong.detail)

    def check(self, model: LocalModel) -> BadModel | None:
        """Load it, and say why it cannot be used as it is described."""
        try:
            described(model, self.sessions.of(model.sha256))
        except BadModel as bad:
            return bad
        return None

    def _asked(self, model: LocalModel, request: Mapping[str, Any], timeout: float) -> Any:
        session = self.sessions.of(model.sha256)
        described(model, session)
        if model.picture is None:
            values = request.get("values")
            feeds = columns(values if isinstance(values, dict) else {}, model, session)
            return TASKS[model.task](model, session.run(feeds, timeout), None)
        look = seen(picture_bytes(request.get("picture"), self.picture_of), model.picture, session.inputs[0])
        return TASKS[model.task](model, session.run({session.inputs[0].name: look.tensor}, timeout), look)


def described(model: LocalModel, session: HasInputs) -> None:
    """Raises BadModel where file and description do not go together."""
    if (model.picture is None) == (not model.inputs):
        raise BadModel("model_shape", "exactly one of `picture` and `inputs` is described")
    if model.task not in TASKS:
        raise BadModel("model_shape", f"nothing here can {model.task}")
    if model.task == "detect" and model.picture is None:
        raise BadModel("model_shape", "objects are found in pictures: `picture` is described")
    if model.picture is None:
        check_columns(model, session)
        return
    wanted, place = model.picture, session.inputs[0]
    size = (wanted.height, wanted.width)
    shape = (1, *((None, *size) if wanted.layout == "nchw" else (*size, None)))
    fits = all(have in (None, want) or want is None for have, want in zip(place.shape, shape, strict=False))
    if len(session.inputs) != 1 or len(place.shape) != 4 or not fits:
        raise BadModel("model_shape", f"its input takes {place.shape}; {shape} is described")


def classify(model: LocalModel, outputs: Mapping[str, Any], look: Seen | None) -> dict[str, Any]:
    """The likeliest label. The scores are the last output that has one for each label (scikit-learn's exports give the
    label first); with `output` "logits" they go through a softmax."""
    scores = _scores(model, outputs)
    if model.output == "logits":
        top = max(scores)
        raised = [math.exp(score - top) for score in scores]
        scores = [one / sum(raised) for one in raised]
    if not all(math.isfinite(score) and -1e-3 <= score <= 1.001 for score in scores):
        raise RunFailed("bad_output", "its scores are not between 0 and 1")
    within = [min(1.0, max(0.0, score)) for score in scores]  # a forest's sum of floats may lie a hair beyond
    rows = sorted(zip(model.labels, within, strict=True), key=lambda row: -row[1])
    return {"label": rows[0][0], "score": rows[0][1], "scores": dict(rows[:MOST_SCORES])}


def _scores(model: LocalModel, outputs: Mapping[str, Any]) -> list[float]:
    for value in reversed(list(outputs.values())):
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):  # scikit-learn's ZipMap
            found = [value[0].get(label, value[0].get(place)) for place, label in enumerate(model.labels)]
            scores = [float(score) for score in found if score is not None]
            if len(value[0]) == len(found) == len(scores):
                return scores
        elif getattr(value, "size", 0) == len(model.labels) and value.dtype.kind == "f":
            return [float(score) for score in value.reshape(-1)]
    raise RunFailed("bad_output", f"no output has {len(model.labels)} scores, one for each label")


def score(model: LocalModel, outputs: Mapping[str, Any], look: Seen | None) -> dict[str, Any]:
    """Each output that is one number; `value` is the first."""
    values = {
        name: float(value.reshape(-1)[0])
        for name, value in outputs.items()
        if getattr(value, "size", 0) == 1 and value.dtype.kind in "fiub"
    }
    if not values or not all(math.isfinite(value) for value in values.values()):
        raise RunFailed("bad_output", "no output is one finite number")
    return {"value": next(iter(values.values())), "values": values}


TASKS: dict[str, Callable[[LocalModel, Mapping[str, Any], Seen | None], Any]] = {
    "classify": classify,
    "detect": detect,
    "score": score,
}
"""By task, the answer's value from the outputs; raises RunFailed where they are not what the task wants."""
