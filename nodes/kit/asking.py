"""What kinds that ask a model have in common: how a question that came to nothing is told and leaves."""

from collections.abc import Iterator

from nodes.kit.effect import Answer, Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Port
from nodes.kit.shape import FieldShape, Shape

FAILED = Port("failed", {"ja": "失敗", "en": "failed"})
UNSURE = Port("unsure", {"ja": "判断できない", "en": "unsure"})
SAID = frozenset({
    "bad_output", "missing_value", "model_changed", "model_description", "model_external", "model_failed", "model_junk",
    "model_missing", "model_operators", "model_opset", "model_pickle", "model_shape", "model_too_large", "no_pictures",
    "picture_gone", "wrong_task",
})  # fmt: skip
"""Errors of an Answer that document/words/models.py has words and a hint for; others are told as `ask_failed`."""


def failed_shape(shape: Shape) -> Shape:
    """What leaves by `failed`: the event with `reason`, a short code, and `detail` for people."""
    text = FieldShape("string")
    return shape.plus(reason=text, detail=text)


def fail(event: Event, answer: Answer) -> Iterator[Yield]:
    """The trouble with an answer that has an error, and its event on `failed`."""
    reason = answer.error or ""
    if reason in SAID:
        yield Trouble(reason, {"detail": answer.detail})
    else:
        yield Trouble("ask_failed", {"reason": reason, "detail": answer.detail or None})
    yield failed(event, reason, answer.detail)


def failed(event: Event, reason: str, detail: str) -> Emit:
    """The event on `failed`."""
    return Emit("failed", event.with_data({**event.data, "reason": reason, "detail": detail}))
