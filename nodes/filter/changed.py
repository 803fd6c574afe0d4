"""changed: lets an event through when one of the watched fields differs from the last value seen.

The first value of a key is only remembered, unless `first` is true. 5 and 5.0 are the same, true and 1 are not. A
missing or null field keeps its last value and is a problem on the trace; the other fields are compared all the same.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.kind import Example, Kind, KindWords, Memory, Said, phrases
from nodes.kit.params import FieldName, Identity, NodeParams, Per, Settable
from nodes.kit.problem import Problem
from nodes.kit.quick import Quiet
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope


class ChangedParams(NodeParams):
    fields: Annotated[list[FieldName], Field(min_length=1, max_length=100), Identity]
    first: Annotated[bool, Settable] = False
    per: Per = "device"


class ChangedMemory(Memory):
    said: ClassVar[Said] = {
        "en": {"values": "Values before"},
        "ja": {"values": "前回の値"},
    }  # fmt: skip
    values: tuple[Any, ...] = ()
    """The last value of each of `fields`, None where it was not seen yet."""


WORDS = {
    "ja": KindWords(
        label="変化",
        summary="項目の値が前回と変わったイベントだけを通します。",
        description=(
            "監視する項目のどれか 1 つでも前回の値と違えば通します。最初の値は覚えるだけで通しません(「最初も通す」で変"
            "更できます)。5 と 5.0 は同じ、true と 1 は違う値です。項目がないイベントでは、その項目は前回の値のままとし"
            "、問題として記録します。"
        ),
        labels={"fields": "監視する項目", "first": "最初も通す", "per": "まとめる単位"},
        params={
            "fields": "このどれかが変わったら通します。",
            "first": "オンにすると、開始後の最初の値も通します。",
            "per": "デバイスごと、全体で 1 つ、または項目や属性の値ごとに比べます。",
        },
    ),
    "en": KindWords(
        label="Changed",
        summary="Lets through only events in which a field differs from before.",
        description=(
            "An event passes when at least one of the fields differs from its last value. The first value is only "
            "remembered (see “Let the first through”). 5 and 5.0 are the same, true and 1 are not. Where a field is "
            "missing it keeps its last value, which is shown as a problem."
        ),
        labels={"fields": "Fields to watch", "first": "Let the first through", "per": "Per"},
        params={
            "fields": "Passes when one of these has changed.",
            "first": "When on, the first value after the start passes too.",
            "per": "device: each device on its own; all: all together; or a field or attribute: each of its values.",
        },
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "ロットが切り替わったら記録する", "en": "Records the change of a lot"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "ロット切り替え",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "next", "kind": "changed", "from": ["kiln"], "params": {"fields": ["lot"]}},
                {"id": "keep", "kind": "store", "from": ["next"], "params": {"fields": ["lot"]}},
            ],
            "tests": [
                {"name": "最初の値と同じ値では記録しない",
                 "given": [{"device": "kiln-1", "at": "0s", "data": {"lot": "A1"}},
                           {"device": "kiln-2", "at": "1s", "data": {"lot": "B7"}},
                           {"device": "kiln-1", "at": "2s", "data": {"lot": "A1"}},
                           {"device": "kiln-1", "at": "3s", "data": {"lot": "A2"}}],
                 "expect": [{"node": "keep", "device": "kiln-1", "at": "3s", "data": {"lot": "A2"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "扉が動くたびに知らせる", "en": "Tells whenever a door moves"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Kiln doors",
            "nodes": [
                {"id": "kiln", "kind": "devices", "params": {"type": "kiln"}},
                {"id": "moved", "kind": "changed", "from": ["kiln"], "params": {"fields": ["door"], "first": True}},
                {"id": "tell", "kind": "notify", "from": ["moved"],
                 "params": {"to": "shift-channel", "text": "{device}: door {door}"}},
            ],
            "tests": [
                {"name": "the first one counts here",
                 "given": [{"device": "kiln-1", "at": "0s", "data": {"door": "closed"}},
                           {"device": "kiln-1", "at": "1s", "data": {"door": "closed"}},
                           {"device": "kiln-1", "at": "2s", "data": {"door": "open"}}],
                 "expect": [{"node": "tell", "at": "0s", "data": {"text": "Kiln 1: door closed"}},
                            {"node": "tell", "at": "2s", "data": {"text": "Kiln 1: door open"}}]},
            ],
        },
    ),
)  # fmt: skip


class Changed(Kind):
    id = "changed"
    group = "filter"
    icon = "replace"
    Params = ChangedParams
    Memory = ChangedMemory
    memory_version = 2
    words = WORDS
    phrases = (
        *phrases("en", "edge", "change | changes value | is changed | a new value | into another | to another | into a different | to a different",
                 params={"fields": "<fields>", "per": "<per>"}),
        *phrases("ja", "edge", "変わっ | 変わる | 変わり | 変化 | 変更され | 切り替わ",
                 params={"fields": "<fields>", "per": "<per>"}),
    )  # fmt: skip
    examples = EXAMPLES

    @classmethod
    def check(cls, params: ChangedParams, scope: Scope) -> Iterator[Problem]:
        for index, name in enumerate(params.fields):
            yield from check_field(name, f"/params/fields/{index}", scope.shape)

    def on_event(self, event: Event, port: str, memory: ChangedMemory) -> Iterator[Yield]:
        changed = False
        known = list(memory.values or (None,) * len(self.params.fields))
        for at, name in enumerate(self.params.fields):
            value, before = event.data.get(name), known[at]
            if value is None:
                yield Trouble("missing_field", {"field": name})
            elif before is None or not same(before, value):
                known[at] = value
                changed = changed or before is not None or self.params.first
        memory.values = tuple(known)
        if changed:
            yield Emit("out", event)

    def quick(self) -> Quiet:
        take = self._take_one if len(self.params.fields) == 1 else self._take
        return Quiet(take, tuple(self.params.fields), port="out")

    def _take(self, memory: ChangedMemory, time: int, *values: Any) -> Any:
        known = memory.values
        if not known or None in known:
            return None
        if all(map(same, known, values)):
            return False
        memory.values = tuple(
            before if same(before, value) else value for before, value in zip(known, values, strict=True)
        )
        return ()

    def _take_one(self, memory: ChangedMemory, time: int, value: Any) -> Any:
        """The same for one field, in fewer steps."""
        if not memory.values:
            return None
        (before,) = memory.values
        if before == value and before is not None and (before.__class__ is bool) is (value.__class__ is bool):
            return False
        if before is None:
            return None
        memory.values = (value,)
        return ()


def same(a: Any, b: Any) -> bool:
    """Whether two JSON values are equal, with true different from 1."""
    if isinstance(a, bool) != isinstance(b, bool):
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)
