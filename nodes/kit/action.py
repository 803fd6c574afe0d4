"""What all action kinds share: the outcome of an action leaves by `sent` or `failed`."""

from collections.abc import Iterator
from typing import Any, ClassVar

from nodes.kit.effect import Answer, Emit, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Kind, Port
from nodes.kit.params import NodeParams
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

SENT = Port("sent", {"ja": "送信できた", "en": "sent"})
FAILED = Port("failed", {"ja": "送信できなかった", "en": "failed"})


class ActionKind(Kind):
    """A kind whose `Act` may be answered: the event goes on by `sent`, or by `failed` with `reason` (a short code) and
    `detail` (for people) added to its data."""

    group: ClassVar[str] = "action"
    outputs: ClassVar[tuple[Port, ...]] = (SENT, FAILED)

    @classmethod
    def shapes(cls, params: NodeParams, scope: Scope) -> dict[str, Shape]:
        text = FieldShape("string")
        return {"sent": scope.shape, "failed": scope.shape.plus(reason=text, detail=text)}

    def on_answer(self, answer: Answer, event: Event, memory: Any) -> Iterator[Yield]:
        if answer.error is None:
            yield Emit("sent", event)
        else:
            why = {"reason": answer.error, "detail": answer.detail}
            yield Emit("failed", event.with_data({**event.data, **why}))
