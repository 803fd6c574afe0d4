"""What all action kinds share: the outcome of an action leaves by `sent` or `failed`."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from nodes.kit.effect import Answer, Emit, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Kind, Port
from nodes.kit.params import NodeParams
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

WhenFull = Literal["block", "drop_oldest", "latest"]
"""What an action does when so many wait for its destination that there is no room (docs/adr/0021)."""
WHEN_FULL_LABELS = {
    "en": {
        "when_full": "When too many wait",
        "when_full.block": "wait, drop nothing",
        "when_full.drop_oldest": "drop the oldest",
        "when_full.latest": "keep the latest of each device",
    },
    "ja": {
        "when_full": "送信待ちがいっぱいのとき",
        "when_full.block": "待つ(捨てない)",
        "when_full.drop_oldest": "古いものから捨てる",
        "when_full.latest": "デバイスごとに最新を残す",
    },
}
WHEN_FULL_HELP = {
    "en": "What happens when the destination takes less than comes. Waiting is done on the disk; what is dropped is "
    "counted. Left out: durable flows wait, fast ones keep the latest of each device.",
    "ja": "送り先の処理が追いつかないときの動作。待つ分はディスクに置かれ、捨てた分は数えられます。"
    "省略すると、確実に届けるフローは待ち、高速のフローはデバイスごとに最新を残します。",
}
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
