"""What kinds that ask a model have in common: the question, and what comes of an answer."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from nodes.kit.answer_fields import LONGEST_TEXT, AnswerField, answer_schema, as_declared, mistake
from nodes.kit.answer_fields import UNSURE as SAYS_UNSURE
from nodes.kit.effect import Answer, Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Port
from nodes.kit.picture import is_handle
from nodes.kit.shape import FieldShape, Shape

FAILED = Port("failed", {"ja": "失敗", "en": "failed"})
UNSURE = Port("unsure", {"ja": "判断できない", "en": "unsure"})
DATA_LIMIT = 20_000
"""Characters of event data that are shown to a model."""
MOST_PICTURES = 4
"""Pictures that one question shows."""
SAID = frozenset({
    "bad_output", "camera_away", "missing_value", "model_changed", "model_description", "model_external", "model_failed", "model_junk",
    "model_missing", "model_operators", "model_opset", "model_pickle", "model_shape", "model_too_large", "no_camera",
    "no_pictures", "over_budget", "picture_format", "picture_gone", "picture_moves", "picture_not_blurred", "picture_not_kept",
    "picture_too_heavy",
    "picture_too_large", "picture_unreadable", "wrong_task",
})  # fmt: skip
"""Errors of an Answer that document/words has words and a hint for; others are told as `ask_failed`."""


def question(model: str | None, prompt: str, event: Event, fields: Sequence[AnswerField]) -> dict[str, Any]:
    """The request of an Ask for declared fields: `model`, `prompt`, `data`, `schema`, and `fields`, by which an answer is
    looked at before it comes back, so that it can be asked for once more."""
    return {
        "model": model,
        "prompt": prompt,
        "data": shown(event),
        "schema": answer_schema(fields),
        "fields": [field.model_dump(exclude_defaults=True) for field in fields],
    }


def answered(answer: Answer, fields: Sequence[AnswerField], event: Event) -> dict[str, Any] | Iterable[Yield]:
    """The declared fields of a sound answer, else what the node yields instead."""
    if answer.error is not None:
        return fail(event, answer)
    if isinstance(answer.value, dict) and answer.value.get(SAYS_UNSURE) is True:
        return [Emit("unsure", event)]
    wrong = mistake(answer.value, fields)
    if wrong is not None:
        return list(unfit(event, wrong))
    return as_declared(answer.value, fields)


def failed_shape(shape: Shape) -> Shape:
    """What leaves by `failed`: the event with `reason`, a short code, and `detail` for people."""
    text = FieldShape("string")
    return shape.plus(reason=text, detail=text)


def fail(event: Event, answer: Answer) -> Iterator[Yield]:
    """The trouble with an answer that has an error, and its event on `failed`."""
    reason = answer.error or ""
    if reason in SAID:
        limits = answer.value if isinstance(answer.value, dict) else {}
        yield Trouble(reason, {"detail": answer.detail, **limits})
    else:
        yield Trouble("ask_failed", {"reason": reason, "detail": answer.detail or None})
    yield failed(event, reason, answer.detail)


def unfit(event: Event, wrong: str) -> Iterator[Yield]:
    """The trouble with an answer that is not as it has to be, and its event on `failed`."""
    yield Trouble("bad_answer", {"detail": wrong})
    yield failed(event, "bad_answer", wrong)


def failed(event: Event, reason: str, detail: str) -> Emit:
    """The event on `failed`."""
    return Emit("failed", event.with_data({**event.data, "reason": reason, "detail": detail}))


def pictures_in(event: Event) -> list[dict[str, Any]]:
    """The handles of the event's own pictures."""
    return [value for value in event.data.values() if is_handle(value)][:MOST_PICTURES]


def shown(event: Event) -> str:
    """The event as the model reads it: JSON, cut to a bounded length. A picture it sees beside that."""
    data = {name: "(a picture)" if is_handle(value) else value for name, value in event.data.items()}
    return json.dumps({"device": event.device, "data": data}, ensure_ascii=False, default=str)[:DATA_LIMIT]


def quoted(value: Any) -> str:
    """A value inside a prompt."""
    return "(a picture)" if is_handle(value) else json.dumps(value, ensure_ascii=False, default=str)[:LONGEST_TEXT]
