"""store: keeps fields of an event, for charts and records."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from nodes.kit.effect import Act, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.params import FieldName, NodeParams


class StoreParams(NodeParams):
    fields: Annotated[list[FieldName], Field(min_length=1, max_length=100)]


class Store(Kind):
    id = "store"
    group = "action"
    icon = "database"
    outputs = ()
    Params = StoreParams

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        kept = {name: event.data[name] for name in self.params.fields if name in event.data}
        for name in self.params.fields:
            if name not in kept:
                yield Trouble("missing_field", {"field": name})
        if kept:
            yield Act(event.device, kept)

    words = {
        "en": KindWords(
            label="Store",
            summary="Keeps values for charts and records.",
            description="A field that an event does not have is left out and shown as a problem; the others are kept.",
            labels={"fields": "Fields"},
            params={"fields": "The fields to keep, one row per event."},
        ),
        "ja": KindWords(
            label="記録",
            summary="グラフや記録のために値を保存します。",
            description="イベントにない項目は省いて問題として示し、残りの項目は保存します。",
            labels={"fields": "項目"},
            params={"fields": "保存する項目。イベントごとに 1 行になります。"},
        ),
    }
    phrases = (
        *phrases("en", "record", "record | store | log | save | keep a record | keep track of | chart | archive | "
                 "write down", params={"fields": "<fields>"}),
        *phrases("ja", "record", "記録 | 保存 | ログ | 蓄積 | 残し | 残す | 書き込 | グラフ",
                 params={"fields": "<fields>"}),
    )  # fmt: skip
    examples = (
        Example(
            title={"en": "Keep every reading of a meter", "ja": "メーターの値をすべて残す"},
            document={
                "suiro": 1,
                "name": "Meter",
                "nodes": [
                    {"id": "meter", "kind": "devices", "params": {"type": "meter"}},
                    {"id": "keep", "kind": "store", "from": ["meter"], "params": {"fields": ["power"]}},
                ],
                "tests": [
                    {
                        "name": "one row per reading, with the field alone",
                        "given": [{"device": "m1", "every": "30s", "until": "1m", "data": {"power": 3.5, "phase": 1}}],
                        "expect": [{"node": "keep", "device": "m1", "count": 3, "data": {"power": 3.5}}],
                    }
                ],
            },
        ),
        Example(
            title={"en": "A record of what was over the limit", "ja": "上限を超えたときだけ残す"},
            document={
                "suiro": 1,
                "name": "Peaks",
                "nodes": [
                    {"id": "meter", "kind": "devices", "params": {"type": "meter"}},
                    {"id": "high", "kind": "condition", "from": ["meter"], "params": {"expr": "power > 5.0"}},
                    {"id": "keep", "kind": "store", "from": ["high.true"], "params": {"fields": ["power"]}},
                ],
                "tests": [
                    {
                        "name": "only the peak is kept",
                        "given": [
                            {"device": "m1", "at": "0s", "data": {"power": 4.0}},
                            {"device": "m1", "at": "10s", "data": {"power": 6.5}},
                        ],
                        "expect": [{"node": "keep", "device": "m1", "at": "10s", "data": {"power": 6.5}}],
                    }
                ],
            },
        ),
    )
