"""lookup: adds to an event the columns of the row that a registered table has for it.

The value of `field` is looked for in the table's key column. Texts are compared exactly, but without the white space around
them (`A-1` is not `a-1`); numbers by value (5 is 5.0); a text is never a number, so "5" is not 5. Found: `out`, with the
columns of `take` (left out: all but the key) as fields, which replace those of the same names; where a cell of the row is
empty, the field is removed. Not found: `missing`, unchanged, which is no problem. An event without the field, or with a
list or object in it, is a problem and goes no further. Without a registry, or without this table in it, every event goes
to `missing`. The table is the one that was registered when the flow was deployed.
"""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from pydantic import Field

from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.fields import NUMBERS, check_field
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.new_name import RESERVED
from nodes.kit.params import FieldName, NodeParams, TableId
from nodes.kit.payload import type_of
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Table, TableColumn, cell_key

MOST_TAKEN = 50
"""Columns that `take` may name: as many as a table may have."""


class LookupParams(NodeParams):
    table: TableId
    field: FieldName
    take: (
        Annotated[list[Annotated[str, Field(min_length=1, max_length=64)]], Field(min_length=1, max_length=MOST_TAKEN)]
        | None
    ) = None


WORDS = {
    "ja": KindWords(
        label="表の参照",
        summary="登録済みの表(品番表や設備台帳など)から、イベントの値に合う行の列を項目として加えます。",
        description=(
            "「照合する項目」の値を表のキー列から探します。文字列は前後の空白を除いて完全に一致するもの(大文字と小文字は区別しま"
            "す)、数値は値が等しいものです(5 と 5.0 は同じ)。文字列の「5」と数値の 5 は別の値です。見つかれば「加える列」(省略する"
            "とキー以外のすべて)を同名の項目として加え、「見つかった」から送ります。同名の項目は置き換え、セルが空ならその項目を削"
            "除します。見つからなければ、そのまま「見つからない」から送ります(問題にはなりません)。照合する項目がない、またはリス"
            "トやオブジェクトのイベントは問題として記録し、先へ送りません。登録情報や表がないときは、すべて「見つからない」から送"
            "ります。使うのはデプロイした時点の表です。"
        ),
        labels={"table": "表", "field": "照合する項目", "take": "加える列"},
        params={
            "table": "登録済みの表。",
            "field": "この項目の値を、表のキー列と照合します。",
            "take": "加える列の名前。省略すると、キー以外のすべての列を加えます。",
        },
    ),
    "en": KindWords(
        label="Look up",
        summary="Adds the columns of the row that a registered table, such as a list of parts, has for an event.",
        description=(
            "The value of the field is looked for in the table's key column. Texts must be equal without the white space "
            "around them (upper and lower case differ), numbers by value (5 is 5.0); a text is never a number. Found: the "
            "taken columns (left out: all but the key) become fields and the event goes on by “out”; fields of the same "
            "names are replaced, and removed where the row's cell is empty. Not found: the event goes on by “missing” as "
            "it is, which is no problem. An event without the field, or with a list or object in it, is a problem and "
            "goes no further. Without a registry or this table, everything goes to “missing”. The table is the one that "
            "was registered when the flow was deployed."
        ),
        labels={"table": "Table", "field": "Field to look up", "take": "Columns to add"},
        params={
            "table": "A registered table.",
            "field": "The field whose value is looked for in the table's key column.",
            "take": "The names of the columns to add. Left out: all but the key.",
        },
    ),
}
EXAMPLES: tuple[Example, ...] = (
    Example(
        title={"ja": "品番ごとの上限温度を表から引き、超えたら知らせる",
               "en": "Looks up each product's own limit and tells when it is passed"},
        registry={
            "types": [{"id": "press", "label": {"ja": "プレス機", "en": "press"}, "topic": "plant/{device}/shot",
                       "fields": [{"name": "product", "type": "string", "label": {"ja": "品番", "en": "product"}},
                                  {"name": "temperature", "unit": "°C", "label": {"ja": "金型温度", "en": "mould temperature"}}]}],
            "devices": [{"id": "press-1", "type": "press", "label": {"ja": "1号プレス", "en": "Press 1"}}],
            "destinations": [{"id": "shift-channel", "label": {"ja": "現場チャンネル", "en": "shift channel"}}],
            "tables": [{"id": "products", "label": {"ja": "品番表", "en": "products"}, "key": "code",
                        "columns": [{"name": "code", "type": "string"}, {"name": "limit", "type": "number", "unit": "°C"},
                                    {"name": "customer", "type": "string"}],
                        "rows": [["A-100", 80, "青葉工業"], ["B-200", 95, None]]}],
        },
        document={
            "suiro": 1, "name": "品番ごとの金型温度",
            "nodes": [
                {"id": "press", "kind": "devices", "params": {"type": "press"}},
                {"id": "known", "kind": "lookup", "from": ["press"], "params": {"table": "products", "field": "product"}},
                {"id": "hot", "kind": "condition", "from": ["known"], "params": {"expr": "temperature > limit"}},
                {"id": "tell", "kind": "notify", "from": ["hot.true"],
                 "params": {"to": "shift-channel", "text": "{product}:{temperature} ℃(上限 {limit} ℃)"}},
                {"id": "stranger", "kind": "notify", "from": ["known.missing"],
                 "params": {"to": "shift-channel", "text": "品番表にない品番です:{product}"}},
            ],
            "tests": [
                {"name": "同じ温度でも品番によって上限が違う",
                 "given": [{"device": "press-1", "at": "0s", "data": {"product": "A-100", "temperature": 79}},
                           {"device": "press-1", "at": "1m", "data": {"product": "A-100", "temperature": 90}},
                           {"device": "press-1", "at": "2m", "data": {"product": " B-200 ", "temperature": 90}},
                           {"device": "press-1", "at": "3m", "data": {"product": "B-200", "temperature": 96}},
                           {"device": "press-1", "at": "4m", "data": {"product": "C-300", "temperature": 20}},
                           {"device": "press-1", "at": "5m", "data": {"temperature": 99}}],
                 "expect": [{"node": "tell", "at": "1m", "data": {"text": "A-100:90 ℃(上限 80 ℃)"}},
                            {"node": "tell", "at": "3m", "data": {"text": "B-200:96 ℃(上限 95 ℃)"}},
                            {"node": "stranger", "at": "4m", "data": {"text": "品番表にない品番です:C-300"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "エラー番号の意味を表から引いて知らせる", "en": "Tells what an error number means"},
        registry={
            "types": [{"id": "robot", "topic": "plant/{device}/error", "fields": [{"name": "code", "type": "integer"}]}],
            "destinations": [{"id": "maintenance"}],
            "tables": [{"id": "errors", "label": {"ja": "エラー一覧", "en": "errors"}, "key": "number",
                        "columns": [{"name": "number", "type": "integer"}, {"name": "meaning"}, {"name": "urgent", "type": "boolean"}],
                        "rows": [[11, "axis 1 overload", True], [12, "low battery", False]]}],
        },
        document={
            "suiro": 1, "name": "Robot errors",
            "nodes": [
                {"id": "robot", "kind": "devices", "params": {"type": "robot"}},
                {"id": "known", "kind": "lookup", "from": ["robot"],
                 "params": {"table": "errors", "field": "code", "take": ["meaning"]}},
                {"id": "tell", "kind": "notify", "from": ["known"],
                 "params": {"to": "maintenance", "text": "{device}: {code} {meaning}"}},
                {"id": "keep", "kind": "store", "from": ["known.missing"], "params": {"fields": ["code"]}},
            ],
            "tests": [
                {"name": "numbers are equal by value; one that is not in the table goes its own way",
                 "given": [{"device": "r1", "at": "0s", "data": {"code": 11}},
                           {"device": "r1", "at": "1m", "data": {"code": 12.0}},
                           {"device": "r1", "at": "2m", "data": {"code": 99}}],
                 "expect": [{"node": "tell", "at": "0s", "data": {"text": "r1: 11 axis 1 overload"}},
                            {"node": "tell", "at": "1m", "data": {"text": "r1: 12 low battery"}},
                            {"node": "keep", "at": "2m", "data": {"code": 99}}]},
            ],
        },
    ),
)  # fmt: skip


class Lookup(Kind):
    id = "lookup"
    group = "transform"
    icon = "table-properties"
    outputs = (
        Port(OUT.name, {"ja": "見つかった", "en": "out"}),
        Port("missing", {"ja": "見つからない", "en": "missing"}),
    )
    Params = LookupParams
    words = WORDS
    phrases = (
        *phrases("en", "name", "look up | lookup | master table | master data | reference table | from the table | "
                 "match against", params={"table": "<table>", "field": "<field>"}),
        *phrases("ja", "name", "マスタ | マスター | 対応表 | 一覧表 | 台帳 | 表から引 | 表を参照 | 突き合わせ | 照合",
                 params={"table": "<table>", "field": "<field>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: LookupParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.table = _table(params, scope)
        taken = _taken(params, self.table) if self.table else []
        self.names = [column.name for column in taken]
        self.rows = _rows(self.table, taken) if self.table else {}

    @classmethod
    def check(cls, params: LookupParams, scope: Scope) -> Iterator[Problem]:
        yield from check_field(params.field, "/params/field", scope.shape)
        if params.take is not None and len(set(params.take)) != len(params.take):
            yield Problem("not_unique", "/params/take")
        if (table := _table(params, scope)) is None:
            return
        columns = [column.name for column in table.columns]
        for index, name in enumerate(params.take or ()):
            if name not in columns:
                yield Problem("not_allowed_value", f"/params/take/{index}", args={"value": name}, allowed=columns)
        for column in _taken(params, table):
            if column.name in RESERVED:
                yield Problem("reserved_name", "/params/take", args={"value": column.name})
        yield from _fits(params, scope, table)

    @classmethod
    def shapes(cls, params: LookupParams, scope: Scope) -> dict[str, Shape]:
        if (table := _table(params, scope)) is None:
            return {"out": msgspec.structs.replace(scope.shape, open=True), "missing": scope.shape}
        taken = {column.name: FieldShape(column.type, column.unit) for column in _taken(params, table)}
        return {"out": scope.shape.plus(**taken), "missing": scope.shape}

    def on_event(self, event: Event, port: str, memory: None) -> Iterator[Yield]:
        field = self.params.field
        value = event.data.get(field)
        if self.table is None:
            yield Emit("missing", event)
        elif value is None:
            yield Trouble("missing_field", {"field": field})
        elif isinstance(value, list | dict):
            expected = next(column.type for column in self.table.columns if column.name == self.table.key)
            yield Trouble("wrong_type", {"field": field, "expected": expected, "found": type_of(value)})
        elif (row := self.rows.get(cell_key(value))) is None:
            yield Emit("missing", event)
        else:
            yield Emit("out", event.with_data(self._with_row(event.data, row)))

    def _with_row(self, data: dict[str, Any], row: list[Any]) -> dict[str, Any]:
        data = dict(data)
        for name, cell in zip(self.names, row, strict=True):
            if cell is None:
                data.pop(name, None)
            else:
                data[name] = cell
        return data


def _table(params: LookupParams, scope: Scope) -> Table | None:
    return scope.registry.tables.get(params.table) if scope.registry is not None else None


def _taken(params: LookupParams, table: Table) -> list[TableColumn]:
    """The columns that are added: those of `take` that there are, else all but the key."""
    if params.take is None:
        return [column for column in table.columns if column.name != table.key]
    return [column for name in params.take if (column := table.column(name)) is not None]


def _rows(table: Table, taken: list[TableColumn]) -> dict[tuple[bool, Any], list[Any]]:
    """By the key of each row, its cells in the order of `taken`."""
    places = {column.name: place for place, column in enumerate(table.columns)}
    key, wanted = places[table.key], [places[column.name] for column in taken]
    return {cell_key(row[key]): [row[place] for place in wanted] for row in table.rows}


def _fits(params: LookupParams, scope: Scope, table: Table) -> Iterator[Problem]:
    """A field that can never equal a key: a number where the keys are texts."""
    field, key = scope.shape.fields.get(params.field), table.column(table.key)
    if field is None or key is None or field.type == "any" or field.type == key.type:
        return
    if not {field.type, key.type} <= set(NUMBERS):
        args = {"field": params.field, "found": field.type, "expected": key.type}
        yield Problem("wrong_type", "/params/field", args=args)
