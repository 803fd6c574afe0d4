"""webhook_in: the JSON bodies that other systems post to this flow's hook.

A JSON object is the data; any other JSON value becomes {"value": ...}. A picture, posted as a file or as a data URL in the
field `picture`, becomes that field. Events carry no device; their time is the
arrival.
"""

from collections.abc import Iterator
from typing import Any

from nodes.kit.blur import BLUR_HELP, BLUR_LABELS, Blur
from nodes.kit.effect import Emit, Yield
from nodes.kit.event import Arrival, Event
from nodes.kit.kind import Example, KindWords, SourceKind, phrases
from nodes.kit.params import NodeParams
from nodes.kit.payload import decode_json
from nodes.kit.picture import Pictures, trouble_in
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import Shape

PICTURE = "picture"
"""The field of a posted picture."""


class WebhookInParams(NodeParams):
    blur: Blur = None


WORDS = {
    "ja": KindWords(
        label="Webhook 受信",
        summary="ほかのシステムが HTTP で送ってきた JSON をイベントにします。",
        description=(
            "デプロイすると、このノード専用の受信用アドレスが画面に表示されます。JSON のオブジェクトは中身がそのまま項"
            "目になり、それ以外の JSON は value という項目になります。画像ファイルを送ると picture という項目になります。イベントにデバイスは付かず、時刻は受信時刻です。"
        ),
        labels=BLUR_LABELS["ja"],
        params={"blur": BLUR_HELP["ja"]},
    ),
    "en": KindWords(
        label="Webhook in",
        summary="One event for each JSON body that another system posts.",
        description=(
            "Once deployed, the product shows this node's own address for posting. The members of a JSON object become "
            "the fields; any other JSON value becomes the field “value”, and a posted picture file the field “picture”. Events carry no device, and their time is the "
            "arrival."
        ),
        labels=BLUR_LABELS["en"],
        params={"blur": BLUR_HELP["en"]},
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "生産管理からの急ぎの依頼を伝える", "en": "Passes on an urgent order"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "急ぎの依頼",
            "nodes": [
                {"id": "order", "kind": "webhook_in"},
                {"id": "urgent", "kind": "condition", "from": ["order"], "params": {"expr": "priority == 'high'"}},
                {"id": "tell", "kind": "notify", "from": ["urgent.true"],
                 "params": {"to": "shift-channel", "text": "急ぎ:{item}({amount} 個)"}},
            ],
            "tests": [
                {"name": "急ぎだけを知らせる",
                 "given": [{"node": "order", "at": "1s", "data": {"priority": "high", "item": "A-3", "amount": 20}},
                           {"node": "order", "at": "2s", "data": {"priority": "low", "item": "B-1", "amount": 5}}],
                 "expect": [{"node": "tell", "at": "1s", "data": {"text": "急ぎ:A-3(20 個)"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "届いた値を記録する", "en": "Stores what is posted"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Posted counts",
            "nodes": [
                {"id": "posted", "kind": "webhook_in"},
                {"id": "keep", "kind": "store", "from": ["posted"], "params": {"fields": ["value"]}},
            ],
            "tests": [
                {"name": "a bare number is the value",
                 "given": [{"node": "posted", "at": "1s", "data": 42}],
                 "expect": [{"node": "keep", "device": None, "at": "1s", "data": {"value": 42}}]},
            ],
        },
    ),
)  # fmt: skip


class WebhookIn(SourceKind):
    id = "webhook_in"
    icon = "webhook"
    Params = WebhookInParams
    words = WORDS
    phrases = (
        *phrases("ja", "source", "Webhookを受け|Webhookが届|HTTPで届"),
        *phrases("en", "source", "webhook arrives|posted to the webhook|http request comes"),
    )
    examples = EXAMPLES

    @classmethod
    def shapes(cls, params: WebhookInParams, scope: Scope) -> dict[str, Shape]:
        return {"out": Shape({}, True, "never")}

    def pictures(self) -> Pictures | None:
        return Pictures((PICTURE,), PICTURE, loose=True, blur=tuple(self.params.blur or ()))

    def read(self, arrival: Arrival) -> Iterator[Yield]:
        value: Any = arrival.data
        if arrival.payload is not None:
            value, trouble = decode_json(arrival.payload)
            if trouble is not None:
                yield trouble
                return
        data = value if isinstance(value, dict) else {"value": value}
        if (trouble := trouble_in(PICTURE, data.get(PICTURE))) is not None:
            yield trouble
            data = {name: kept for name, kept in data.items() if name != PICTURE}
        time = arrival.arrived if arrival.time is None else arrival.time
        yield Emit("out", Event(time, arrival.arrived, None, None, data, arrival.cause))
