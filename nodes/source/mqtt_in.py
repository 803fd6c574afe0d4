"""mqtt_in: what arrives on an MQTT topic, without a registered type.

`format` json: the JSON object itself is the data; another JSON value becomes {"value": ...}. text, number: {"value":
...}; bytes: {"value": base64}; picture: {"value": handle}, where the payload is a picture file. The field `topic` is always the topic it came on. Events carry no device; their time is
the arrival. Topics of the broker (`$...`) and of Suiro (`suiro/...`) are never read, whatever the filter.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from nodes.kit.blur import BLUR_HELP, BLUR_LABELS, Blur
from nodes.kit.effect import Emit, Yield
from nodes.kit.event import Arrival, Event
from nodes.kit.kind import Example, KindWords, SourceKind, phrases
from nodes.kit.params import Mark, NodeParams
from nodes.kit.payload import Decoded, decode_bytes, decode_json, decode_number, decode_text
from nodes.kit.picture import Pictures, trouble_in
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, FieldType, Shape
from nodes.kit.topic import is_filter, is_reserved, matches

DECODERS: dict[str, Callable[[bytes], Decoded]] = {
    "json": decode_json,
    "text": decode_text,
    "number": decode_number,
    "bytes": decode_bytes,
    "picture": decode_json,
}
VALUES: dict[str, FieldType] = {"text": "string", "number": "number", "bytes": "string", "picture": "image"}


class MqttInParams(NodeParams):
    topic: Annotated[str, Field(min_length=1, max_length=1_000), Mark(format="topic")]
    format: Literal["json", "text", "number", "bytes", "picture"] = "json"
    blur: Blur = None


WORDS = {
    "ja": KindWords(
        label="MQTT 受信",
        summary="MQTT のトピックに届いたものを、そのままイベントにします。",
        description=(
            "デバイス型を登録していないトピックを読むときに使います。JSON はオブジェクトの中身がそのまま項目になり、オ"
            "ブジェクトでない JSON、文字列、数値、バイト列(base64)、画像は value という項目になります。項目 topic には届いた"
            "トピックが入ります。イベントにデバイスは付かず、時刻は受信時刻です。"
        ),
        labels={
            **BLUR_LABELS["ja"],
            "topic": "トピック",
            "format": "形式",
            "format.json": "JSON",
            "format.text": "文字列",
            "format.number": "数値",
            "format.bytes": "バイト列",
            "format.picture": "画像",
        },
        params={
            "blur": BLUR_HELP["ja"],
            "topic": "購読するトピック。+ は 1 階層、# は残り全部。$ や suiro/ で始まるトピックは読めません。",
            "format": "ペイロードの読み方。json、text(UTF-8 の文字列)、number(数値)、bytes(バイト列)、picture(画像ファイル)。",
        },
    ),
    "en": KindWords(
        label="MQTT in",
        summary="One event for each message on an MQTT topic, as it comes.",
        description=(
            "For topics without a registered type. The members of a JSON object become the fields; any other JSON "
            "value, a text, a number, bytes (as base64) or a picture becomes the field “value”. The field “topic” is the topic it "
            "came on. Events carry no device, and their time is the arrival."
        ),
        labels={
            **BLUR_LABELS["en"],
            "topic": "Topic",
            "format": "Format",
            "format.json": "JSON",
            "format.text": "text",
            "format.number": "number",
            "format.bytes": "bytes",
            "format.picture": "picture",
        },
        params={
            "blur": BLUR_HELP["en"],
            "topic": "The topic to subscribe to: + is one level, # the rest. Topics under $ or suiro/ are closed.",
            "format": "How to read the payload: json, text (UTF-8), number, bytes, or picture (a picture file).",
        },
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "ゲートの通過を知らせる", "en": "Tells when something passes the gate"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "ゲートの通過",
            "nodes": [
                {"id": "gate", "kind": "mqtt_in", "params": {"topic": "site/+/gate"}},
                {"id": "tell", "kind": "notify", "from": ["gate"],
                 "params": {"to": "shift-channel", "text": "{who} が通過しました({topic})"}},
            ],
            "tests": [
                {"name": "JSON の中身が項目になる",
                 "given": [{"topic": "site/north/gate", "at": "5s", "data": {"who": "トラック7"}},
                           {"topic": "site/north/lamp", "at": "6s", "data": {"who": "x"}}],
                 "expect": [{"node": "tell", "device": None, "at": "5s",
                             "data": {"text": "トラック7 が通過しました(site/north/gate)"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "数値だけのトピックを監視する", "en": "Watches a topic that carries a bare number"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Tank level",
            "nodes": [
                {"id": "level", "kind": "mqtt_in", "params": {"topic": "tank/level", "format": "number"}},
                {"id": "low", "kind": "threshold", "from": ["level"], "params": {"field": "value", "below": 20}},
                {"id": "tell", "kind": "notify", "from": ["low"],
                 "params": {"to": "shift-channel", "text": "Tank at {value} %"}},
            ],
            "tests": [
                {"name": "tells once below 20",
                 "given": [{"topic": "tank/level", "at": "0s", "data": 35},
                           {"topic": "tank/level", "at": "1m", "data": 19.5},
                           {"topic": "tank/level", "at": "2m", "data": 18}],
                 "expect": [{"node": "tell", "at": "1m", "data": {"text": "Tank at 19.5 %"}}]},
            ],
        },
    ),
)  # fmt: skip


class MqttIn(SourceKind):
    id = "mqtt_in"
    icon = "radio-tower"
    Params = MqttInParams
    words = WORDS
    phrases = (
        *phrases("ja", "source", "トピック"),
        *phrases("en", "source", "topic"),
    )
    examples = EXAMPLES

    @classmethod
    def check(cls, params: MqttInParams, scope: Scope) -> Iterator[Problem]:
        if not is_filter(params.topic) or is_reserved(params.topic):
            yield Problem("bad_topic", "/params/topic", args={"topic": params.topic})

    @classmethod
    def shapes(cls, params: MqttInParams, scope: Scope) -> dict[str, Shape]:
        fields = {"topic": FieldShape("string")}
        if params.format in VALUES:
            fields["value"] = FieldShape(VALUES[params.format])
        return {"out": Shape(fields, params.format == "json", "never")}

    def topics(self) -> list[str]:
        return [self.params.topic]

    def pictures(self) -> Pictures | None:
        return Pictures(raw="value", blur=tuple(self.params.blur or ())) if self.params.format == "picture" else None

    def accepts(self, arrival: Arrival) -> bool:
        if arrival.topic is None:
            return arrival.node == self.scope.node
        return matches(self.params.topic, arrival.topic) and not is_reserved(arrival.topic)

    def read(self, arrival: Arrival) -> Iterator[Yield]:
        if arrival.topic is None and arrival.payload is None:
            value: Any = arrival.data
        else:
            value, trouble = DECODERS[self.params.format](arrival.payload or b"")
            if trouble is not None:
                yield trouble
                return
        whole = self.params.format == "json" or (self.params.format == "picture" and has_value(value))
        data = dict(value) if isinstance(value, dict) and whole else {"value": value}
        if (trouble := trouble_in("value", data.get("value"))) is not None:
            yield trouble
            return
        if arrival.topic is not None:
            data["topic"] = arrival.topic
        time = arrival.arrived if arrival.time is None else arrival.time
        yield Emit("out", Event(time, arrival.arrived, None, None, data, arrival.cause))


def has_value(given: Any) -> bool:
    """Whether the worker has put a handle in the picture's place."""
    return isinstance(given, dict) and given.keys() == {"value"}
