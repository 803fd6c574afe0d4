"""rename: gives fields other names, and keeps or drops fields.

First `drop` removes fields, or `keep` removes all that are neither named in it nor renamed; both mean names as the event
brings them. Then each of `fields` moves what stands under `from` (a path such as payload.t leads inside) to `to`, all at
once, so that two names can be swapped. What is moved replaces a field of that name. A missing field stays missing, and
is no problem; null is a value.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, model_validator

from nodes.kit.dotted import check_path, field_at, taken_out
from nodes.kit.effect import Emit, Yield
from nodes.kit.event import Event
from nodes.kit.fields import check_field
from nodes.kit.kind import Example, Kind, KindWords, phrases
from nodes.kit.new_name import NewName, check_new_names
from nodes.kit.params import FieldName, NodeParams, refused
from nodes.kit.payload import at_path
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

WORDS = {
    "ja": KindWords(
        label="項目名の変更",
        summary="項目の名前を変え、要らない項目を除きます。",
        description=(
            "まず「除く項目」を取り除くか、「残す項目」と名前を変える項目だけを残します(どちらも届いたときの名前で指定します)。"
            "次に、名前の変更をすべて同時に行います(2 つの名前の入れ替えもできます)。変更後の名前の項目がすでにあれば"
            "置き換えます。元の名前には payload.t のように中の項目も指定でき、その値を外に取り出せます。単位と型は変わりません。"
            "イベントにない項目はないままで、問題にはしません。"
        ),
        labels={"fields": "名前の変更", "from": "元の名前", "to": "新しい名前", "keep": "残す項目", "drop": "除く項目"},
        params={
            "fields": "元の名前と新しい名前の組。",
            "keep": "これらと、名前を変える項目だけを残します。「除く項目」とは同時に使えません。",
            "drop": "これらの項目を除きます。",
        },
    ),
    "en": KindWords(
        label="Rename",
        summary="Gives fields other names and removes fields that are not wanted.",
        description=(
            "First the fields to drop are removed, or all that are neither to be kept nor renamed; both lists mean names "
            "as the event brings them. Then all renamings are done at once, so that two names can be swapped. A renamed "
            "field replaces one that has its new name. The old name may be a path such as payload.t, which takes the value "
            "out to the top. Types and units stay. A field that an event does not have stays missing and is no problem."
        ),
        labels={"fields": "Renamings", "from": "Old name", "to": "New name", "keep": "Keep", "drop": "Drop"},
        params={
            "fields": "Old and new name of each field to rename.",
            "keep": "Only these and the renamed fields stay. Not together with “Drop”.",
            "drop": "These fields are removed.",
        },
    ),
}
EXAMPLES = (
    Example(
        title={"ja": "機器の略号を分かる名前に変える", "en": "Gives the short names of a device a meaning"},
        document={
            "suiro": 1, "name": "略号の読み替え",
            "nodes": [
                {"id": "probe", "kind": "devices", "params": {"type": "probe"}},
                {"id": "named", "kind": "rename", "from": ["probe"],
                 "params": {"fields": [{"from": "t1", "to": "入口温度"}, {"from": "t2", "to": "出口温度"}],
                            "drop": ["rssi"]}},
                {"id": "keep", "kind": "store", "from": ["named"], "params": {"fields": ["入口温度", "出口温度"]}},
                {"id": "radio", "kind": "condition", "from": ["named"], "params": {"expr": "has(rssi)"}},
                {"id": "wrong", "kind": "notify", "from": ["radio.true"], "params": {"to": "desk", "text": "{rssi}"}},
            ],
            "tests": [
                {"name": "名前が変わり、rssi はなくなる。ない項目はないまま",
                 "given": [{"device": "p1", "every": "1m", "until": "4m",
                            "data": {"t1": {"from": 20, "to": 24}, "t2": 60, "rssi": -70}},
                           {"device": "p1", "at": "5m", "data": {"t2": 61, "rssi": -71}}],
                 "expect": [*({"node": "keep", "device": "p1", "at": f"{n}m", "data": {"入口温度": 20 + n, "出口温度": 60}}
                              for n in range(5)),
                            {"node": "keep", "device": "p1", "at": "5m", "data": {"出口温度": 61}}]},
            ],
        },
    ),
    Example(
        title={"ja": "入れ子の JSON から要る項目だけを取り出す", "en": "Takes what is needed out of nested JSON"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Uplinks made flat",
            "nodes": [
                {"id": "uplink", "kind": "mqtt_in", "params": {"topic": "application/+/up"}},
                {"id": "flat", "kind": "rename", "from": ["uplink"],
                 "params": {"fields": [{"from": "deviceInfo.devEui", "to": "eui"}, {"from": "object.temp", "to": "temperature"}],
                            "keep": ["topic"]}},
                {"id": "send", "kind": "webhook_out", "from": ["flat"], "params": {"to": "mes"}},
            ],
            "tests": [
                {"name": "nothing else is passed on",
                 "given": [{"topic": "application/7/up", "at": "1s",
                            "data": {"deviceInfo": {"devEui": "24e1", "tags": {}}, "object": {"temp": 21.5}, "fCnt": 9}}],
                 "expect": [{"node": "send", "at": "1s", "data": {"body": {"data": {
                     "topic": "application/7/up", "eui": "24e1", "temperature": 21.5}}}}]},
            ],
        },
    ),
)  # fmt: skip


class Renaming(BaseModel):
    """A field's old and new name."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    old: Annotated[FieldName, Field(alias="from", min_length=1, max_length=200)]
    to: NewName


Names = Annotated[list[FieldName], Field(min_length=1, max_length=100)]


class RenameParams(NodeParams):
    fields: Annotated[list[Renaming], Field(max_length=100)] = []
    keep: Names | None = None
    drop: Names | None = None

    @model_validator(mode="after")
    def something_is_to_be_done(self) -> Self:
        if self.keep is not None and self.drop is not None:
            raise refused("choose_one", names=["keep", "drop"], given=["keep", "drop"])
        if not (self.fields or self.keep or self.drop):
            raise refused("missing_key", key="fields")
        return self

    def stays(self, name: str) -> bool:
        """Whether a field keeps its place under the name that it came with."""
        if any(name == renaming.old for renaming in self.fields) or name in (self.drop or ()):
            return False
        return self.keep is None or name in self.keep


class Rename(Kind):
    id = "rename"
    group = "transform"
    icon = "tag"
    Params = RenameParams
    words = WORDS
    phrases = (
        *phrases("en", "name", "rename | rename the field | give the field another name | change the field name | "
                 "change the name of the field"),
        *phrases("en", "treat", "keep only the fields | pass on only the fields | only with the fields",
                 params={"keep": "<fields>"}),
        *phrases("en", "treat", "drop the field | remove the field | strip the field | leave out the field | "
                 "without the field", params={"drop": "<fields>"}),
        *phrases("ja", "name", "名前を変え | 名前を変更 | 項目名を変 | 名称を変 | 改名 | リネーム | 読み替え"),
        *phrases("ja", "treat", "だけを残 | の項目だけ残 | だけに絞", params={"keep": "<fields>"}),
        *phrases("ja", "treat", "項目を削除 | 項目を除 | 項目を取り除 | 項目を落と", params={"drop": "<fields>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: RenameParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.gone = {renaming.old for renaming in params.fields}.union(params.drop or ())
        self.kept = None if params.keep is None else frozenset(params.keep)

    @classmethod
    def check(cls, params: RenameParams, scope: Scope) -> Iterator[Problem]:
        old: set[str] = set()
        for index, renaming in enumerate(params.fields):
            path = f"/params/fields/{index}"
            yield from check_path(renaming.old, f"{path}/from", scope.shape)
            if renaming.old in old:
                yield Problem("not_unique", f"{path}/from")
            known = renaming.to in scope.shape.fields or renaming.to in (params.keep or ())
            if known and params.stays(renaming.to):
                yield Problem("not_unique", f"{path}/to")
            old.add(renaming.old)
        yield from check_new_names((r.to, f"/params/fields/{index}/to") for index, r in enumerate(params.fields))
        for word, names in (("keep", params.keep or []), ("drop", params.drop or [])):
            for index, name in enumerate(names):
                yield from check_field(name, f"/params/{word}/{index}", scope.shape)
                if word == "drop" and name in old:
                    yield Problem("not_unique", f"/params/drop/{index}")

    @classmethod
    def shapes(cls, params: RenameParams, scope: Scope) -> dict[str, Shape]:
        unknown = FieldShape("any")
        fields = {name: known for name, known in scope.shape.fields.items() if params.stays(name)}
        fields |= {name: fields.get(name, unknown) for name in params.keep or () if params.stays(name)}
        fields |= {renaming.to: field_at(renaming.old, scope.shape) or unknown for renaming in params.fields}
        closed = params.keep is not None
        return {"out": msgspec.structs.replace(scope.shape, fields=fields, open=scope.shape.open and not closed)}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        moved: dict[str, Any] = {}
        rest = event.data
        for renaming in self.params.fields:
            old = renaming.old
            value = at_path(event.data, old)
            if value is not None or old in event.data:
                moved[renaming.to] = value
                if old not in event.data:
                    rest = taken_out(rest, old)
        kept = {name: rest[name] for name in rest if name not in self.gone and (self.kept is None or name in self.kept)}
        yield Emit("out", event.with_data({**kept, **moved}))
