"""parse_text: reads fields out of a text, by a pattern with holes or by columns.

`pattern` is text with holes: `{name}` or `{name:number|integer|boolean|string}`. What stands around them must be there
literally, except that any white space stands for any other; `{{` is a brace. A hole without a type ends where what
follows it first stands, and takes the rest at the end of the pattern. `columns` names the values of one line of CSV
(quotes as in CSV); an empty one gives no field. `strict`: the whole text must fit, and there must be as many values as
columns, on one line; otherwise the pattern may stand anywhere, and what is missing or too much does not matter. `out`
sends the event with the fields in addition. `failed` sends the event with `reason`, a problem code, when the field is
missing or no text, the text does not fit, has more than 64 KiB, or a value is not of its type.
"""

import csv
import io
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.dotted import check_path
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.new_name import NewName, check_new_names
from nodes.kit.params import FieldName, NodeParams, Settable
from nodes.kit.payload import at_path, type_of
from nodes.kit.problem import Problem
from nodes.kit.sample import REGISTRY
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.text_pattern import MOST_HOLES, BadPattern, TextPattern
from nodes.kit.written import WrittenType, read_written

LONGEST = 65_536
"""Bytes of UTF-8 that a text may have."""

WORDS = {
    "ja": KindWords(
        label="テキストの解析",
        summary="文字列から値を取り出して項目にします。",
        description=(
            "「パターン」では、取り出す場所を {名前} または {名前:number} のように書きます(型は number、integer、boolean、string)。"
            "その他の文字はそのとおりに一致する必要がありますが、空白の種類と数は問いません。波括弧そのものは {{ と書きます。"
            "型のない場所は、次の文字が最初に現れるところまで、末尾なら残り全部を取ります。「列」では、CSV の 1 行を区切り文字で"
            "分け、順に名前を付けます(引用符も使えます。空の列は項目を作りません)。「全体の一致」がオンなら全体が一致し、列の数も"
            "合う必要があります。オフなら途中の一致でもよく、列の過不足も許します。読めないときは、元のイベントに reason(理由)を"
            "付けて「失敗」へ送り、問題として記録します。文字列は 64 KiB まで、名前は 200 個までです。"
        ),
        labels={
            "field": "項目",
            "pattern": "パターン",
            "columns": "列",
            "separator": "区切り文字",
            "strict": "全体の一致",
            "name": "名前",
            "type": "型",
            "columns.type.number": "数値",
            "columns.type.integer": "整数",
            "columns.type.boolean": "真偽値",
            "columns.type.string": "文字列",
        },
        params={
            "field": "文字列の入った項目。payload.text のように中の項目も指定できます。",
            "pattern": "例:温度={temperature:number} 湿度={humidity:number}",
            "columns": "CSV の列の名前と型(左から順に)。",
            "separator": "列を分ける 1 文字。タブは \\t です。",
            "strict": "オフにすると、一部だけの一致や列の過不足を許します。",
        },
    ),
    "en": KindWords(
        label="Parse text",
        summary="Reads fields out of a text.",
        description=(
            "In a pattern, {name} or {name:number} stands for a value (types: number, integer, boolean, string). All "
            "other characters must be there as they are, except that any white space stands for any other; {{ is a brace "
            "itself. A value without a type ends where what follows it first stands; at the end of the pattern it takes the "
            "rest. Columns name the values of one line of CSV from left to right; quotes work as in CSV, and an empty "
            "value gives no field. When the whole must match, so must the number of columns; otherwise a pattern may stand "
            "anywhere in the text, and missing or further columns do not matter. What cannot be read goes to “failed” with "
            "the field “reason” and is shown as a problem. A text may have 64 KiB, and there may be 200 names."
        ),
        labels={
            "field": "Field",
            "pattern": "Pattern",
            "columns": "Columns",
            "separator": "Separator",
            "strict": "Whole text must match",
            "name": "Name",
            "type": "Type",
            "columns.type.number": "number",
            "columns.type.integer": "whole number",
            "columns.type.boolean": "true or false",
            "columns.type.string": "text",
        },
        params={
            "field": "The field that holds the text; a path such as payload.text leads inside.",
            "pattern": "For example T={temperature:number} H={humidity:number}",
            "columns": "Name and type of each column of CSV, from left to right.",
            "separator": "The one character between columns; \\t is a tab.",
            "strict": "When off, a match inside the text is enough, and columns may be missing or too many.",
        },
    ),
}
_SCALE = [
    ("0s", "ST,GS,+0012.50kg"), ("10s", "ST,NT, +0012.75 kg"), ("20s", "US,GS,+0013.1kg"), ("30s", "OL,GS,+------kg"),
    ("40s", "ST,GS,-0000.25kg"),
]  # fmt: skip
EXAMPLES = (
    Example(
        title={"ja": "はかりの出力から重さを取り出す", "en": "Takes the weight out of what a scale sends"},
        document={
            "suiro": 1, "name": "はかりの読み取り",
            "nodes": [
                {"id": "scale", "kind": "devices", "params": {"type": "scale"}},
                {"id": "read", "kind": "parse_text", "from": ["scale"],
                 "params": {"field": "line", "pattern": "{state},{mode},{weight:number}kg"}},
                {"id": "keep", "kind": "store", "from": ["read"], "params": {"fields": ["state", "weight"]}},
                {"id": "tell", "kind": "notify", "from": ["read.failed"],
                 "params": {"to": "desk", "text": "{device}を読めません:{line}"}},
            ],
            "tests": [
                {"name": "過負荷の行は失敗に出る",
                 "given": [{"device": "s1", "at": at, "data": {"line": line}} for at, line in _SCALE],
                 "expect": [*({"node": "keep", "device": "s1", "at": at, "within": "0s",
                               "data": {"state": state, "weight": weight}} for at, state, weight in
                              (("0s", "ST", 12.5), ("10s", "ST", 12.75), ("20s", "US", 13.1), ("40s", "ST", -0.25))),
                            {"node": "tell", "device": "s1", "at": "30s",
                             "data": {"text": "s1を読めません:OL,GS,+------kg"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "CSV で届く気象データを読む", "en": "Reads weather data that comes as CSV"},
        registry=REGISTRY,
        document={
            "suiro": 1, "name": "Weather lines",
            "nodes": [
                {"id": "line", "kind": "mqtt_in", "params": {"topic": "weather/+", "format": "text"}},
                {"id": "read", "kind": "parse_text", "from": ["line"],
                 "params": {"separator": ";", "columns": [{"name": "station"}, {"name": "temperature", "type": "number"},
                                                          {"name": "rain", "type": "boolean"}]}},
                {"id": "keep", "kind": "store", "from": ["read"], "params": {"fields": ["station", "temperature", "rain"]}},
                {"id": "bad", "kind": "store", "from": ["read.failed"], "params": {"fields": ["value", "reason"]}},
            ],
            "tests": [
                {"name": "an empty value gives no field, a missing one fails",
                 "given": [{"topic": "weather/1", "at": "0s", "data": "\"Hill; north\";-2.5;on"},
                           {"topic": "weather/1", "at": "1s", "data": "Quay;;off\r\n"},
                           {"topic": "weather/1", "at": "2s", "data": "Quay;4"},
                           {"topic": "weather/1", "at": "3s", "data": "Quay;cold;off"}],
                 "expect": [{"node": "keep", "at": "0s", "within": "0s",
                             "data": {"station": "Hill; north", "temperature": -2.5, "rain": True}},
                            {"node": "keep", "at": "1s", "within": "0s", "data": {"station": "Quay", "rain": False}},
                            {"node": "bad", "at": "2s", "within": "0s", "data": {"value": "Quay;4", "reason": "too_short"}},
                            {"node": "bad", "at": "3s", "within": "0s", "data": {"reason": "wrong_type"}}]},
            ],
        },
    ),
)  # fmt: skip


class Column(BaseModel):
    """One column of CSV."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: NewName
    type: WrittenType = "string"


class ParseTextParams(NodeParams):
    field: Annotated[FieldName, Field(min_length=1, max_length=200)] = "value"
    pattern: Annotated[str, Field(min_length=1, max_length=10_000)] | None = None
    columns: Annotated[list[Column], Field(min_length=1, max_length=MOST_HOLES)] | None = None
    separator: Annotated[str, Field(pattern=r'^[^"\r\n]$')] = ","
    strict: Annotated[bool, Settable] = True

    exactly_one = ("pattern", "columns")

    def names(self) -> list[tuple[str, WrittenType]]:
        """The fields that are read. Raises BadPattern."""
        if self.columns is not None:
            return [(column.name, column.type) for column in self.columns]
        return [(hole.name, hole.type) for hole in TextPattern(self.pattern or "").holes]


class ParseText(Kind):
    id = "parse_text"
    group = "transform"
    icon = "scan-text"
    outputs = (OUT, Port("failed", {"ja": "失敗", "en": "failed"}))
    Params = ParseTextParams
    words = WORDS
    phrases = (
        *phrases("en", "name", "parse the text | parse the string | parse the line | parse the message | "
                 "extract from the text | read out of the text | comma-separated | comma separated | csv line | as csv",
                 params={"field": "<field>"}),
        *phrases("ja", "name", "文字列を解析 | テキストを解析 | 文字列から取り出 | テキストから取り出 | 文字列を分解 | "
                 "カンマ区切り | CSVを読 | CSV を読 | CSVを分 | CSV を分", params={"field": "<field>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: ParseTextParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.names = params.names()
        self.pattern = TextPattern(params.pattern) if params.pattern is not None else None

    @classmethod
    def check(cls, params: ParseTextParams, scope: Scope) -> Iterator[Problem]:
        yield from check_path(params.field, "/params/field", scope.shape, "string")
        try:
            names = params.names()
        except BadPattern as failure:
            yield Problem(failure.code, "/params/pattern", args=failure.details)
            return
        place = "/params/pattern" if params.columns is None else "/params/columns/{}/name"
        yield from check_new_names((name, place.format(index)) for index, (name, _) in enumerate(names))

    @classmethod
    def shapes(cls, params: ParseTextParams, scope: Scope) -> dict[str, Shape]:
        found = {name: FieldShape(type) for name, type in params.names()}
        return {"out": scope.shape.plus(**found), "failed": scope.shape.plus(reason=FieldShape("string"))}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        text = _text_in(event.data, self.params.field)
        found = text if isinstance(text, Trouble) else self._read(text)
        if isinstance(found, Trouble):
            yield found
            yield Emit("failed", event.with_data({**event.data, "reason": found.code}))
        else:
            yield Emit("out", event.with_data({**event.data, **found}))

    def _read(self, text: str) -> dict[str, Any] | Trouble:
        if self.pattern is None:
            written = self._columns(text)
        else:
            read = self.pattern.read(text, whole=self.params.strict)
            pattern = {"value": text[:200], "pattern": self.params.pattern}
            written = Trouble("bad_pattern", pattern) if read is None else read
        if isinstance(written, Trouble):
            return written
        values = {}
        for name, type in self.names:
            if name in written:
                values[name] = read_written(type, written[name], name)
                if isinstance(values[name], Trouble):
                    return values[name]
        return values

    def _columns(self, text: str) -> dict[str, str] | Trouble:
        """The values of the first line, by column; empty ones are left out."""
        lines = csv.reader(
            io.StringIO(text, newline=""), delimiter=self.params.separator, skipinitialspace=True, strict=True
        )
        try:
            rows = [row for row in lines if row]
        except csv.Error as failure:
            return Trouble("bad_value", {"detail": str(failure)})
        row, strict = rows[0] if rows else [], self.params.strict
        if strict and (len(rows) > 1 or len(row) > len(self.names)):
            return Trouble("too_long", {"max": len(self.names), "count": sum(map(len, rows))})
        if strict and len(row) < len(self.names):
            return Trouble("too_short", {"min": len(self.names), "count": len(row)})
        cells = zip(self.names, row, strict=False)
        return {name: cell.strip() for (name, _), cell in cells if cell.strip()}


def _text_in(data: dict[str, Any], field: str) -> str | Trouble:
    """The text that `data` holds, as long as it may be."""
    text = at_path(data, field)
    if text is None:
        return Trouble("missing_field", {"field": field})
    if not isinstance(text, str):
        return Trouble("wrong_type", {"field": field, "expected": "string", "found": type_of(text)})
    size = len(text.encode("utf-8", "surrogatepass"))
    return text if size <= LONGEST else Trouble("too_large", {"size": size, "limit": LONGEST})
