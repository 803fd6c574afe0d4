"""parse_bytes: reads fields out of bytes that are written as base64 or hexadecimal, by a layout.

Each entry of `layout` reads `type` at the byte offset `at` (left out: right after the entry before it), with the bytes
in `order`. `bit` takes one bit (0 is the lowest), with `bits` so many from there up; they are bits of the number that the
bytes make. `text` and `bcd` take `length` bytes; a text ends at its first zero byte. A number is multiplied by `scale`,
then `offset` is added. Whole numbers beyond 63 bits become floats. NaN and Infinity are left out with a problem; the
other fields are sent. `out` sends the event with the fields in addition; bytes beyond the layout do not matter. `failed`
sends the event with `reason`, a problem code, when the field is missing or no text, the text is not in the encoding, has
more than 64 KiB, there are too few bytes, or a text or decimal cannot be read.
"""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from nodes.kit.bytes_layout import Encoding, Layout, Order, Part, bytes_in, check_part
from nodes.kit.dotted import check_path
from nodes.kit.effect import Emit, Trouble, Yield
from nodes.kit.event import Event
from nodes.kit.kind import OUT, Example, Kind, KindWords, Port, phrases
from nodes.kit.new_name import check_new_names
from nodes.kit.params import FieldName, NodeParams
from nodes.kit.payload import at_path, type_of
from nodes.kit.problem import Problem
from nodes.kit.scope import Scope
from nodes.kit.shape import FieldShape, Shape

_TYPES = {
    "u8": ("8 bit", "8 ビット"), "i8": ("8 bit, signed", "8 ビット符号付き"),
    "u16": ("16 bit", "16 ビット"), "i16": ("16 bit, signed", "16 ビット符号付き"),
    "u24": ("24 bit", "24 ビット"), "i24": ("24 bit, signed", "24 ビット符号付き"),
    "u32": ("32 bit", "32 ビット"), "i32": ("32 bit, signed", "32 ビット符号付き"),
    "u64": ("64 bit", "64 ビット"), "i64": ("64 bit, signed", "64 ビット符号付き"),
    "f32": ("float, 32 bit", "浮動小数点 32 ビット"), "f64": ("float, 64 bit", "浮動小数点 64 ビット"),
    "bool": ("true or false", "真偽値"), "text": ("text (UTF-8)", "文字列(UTF-8)"),
    "bcd": ("decimal digits (BCD)", "2 進化 10 進数(BCD)"),
}  # fmt: skip
WORDS = {
    "ja": KindWords(
        label="バイト列の解析",
        summary="base64 や 16 進で書かれたバイト列から値を取り出して項目にします。",
        description=(
            "「配置」の順に、型に応じたバイト数を読みます。位置を書かなければ前の項目の直後から読みます。「ビット」は 1 ビット"
            "(0 が最下位)、「ビット幅」を付けるとそこから上のビットをまとめて読みます。文字列と BCD は長さ(バイト数)が必要で、"
            "文字列は最初の 0 バイトで終わります。数値は倍率を掛けてから加算値を足します。符号なし 64 ビットの大きな値は"
            "浮動小数点数になります。NaN と無限大はその項目だけを省き、問題として記録します。余ったバイトは見ません。項目がない、文字列でない、"
            "指定の形式でない、バイト数が足りない、64 KiB を超えるなどで読めないときは、元のイベントに reason(理由)を付けて"
            "「失敗」へ送り、問題として記録します。"
        ),
        labels={
            "field": "項目", "encoding": "書き方", "encoding.base64": "base64", "encoding.hex": "16 進", "order": "バイト順",
            "order.big": "ビッグエンディアン", "order.little": "リトルエンディアン", "layout": "配置", "name": "名前",
            "type": "型", "at": "位置", "length": "長さ", "bit": "ビット", "bits": "ビット幅", "scale": "倍率",
            "offset": "加算値", "unit": "単位", **{f"layout.type.{type}": ja for type, (_, ja) in _TYPES.items()},
        },
        params={
            "field": "バイト列の文字列が入った項目。uplink.data のように中の項目も指定できます。",
            "encoding": "base64、または 16 進(空白、コロン、0x を含んでもかまいません)。",
            "order": "2 バイト以上の数値の並び。big は上位バイトが先です。",
            "layout": "先頭から順に、名前、型、必要なら位置、長さ、ビット、倍率、加算値、単位。",
        },
    ),
    "en": KindWords(
        label="Parse bytes",
        summary="Reads fields out of bytes that are written as base64 or hexadecimal.",
        description=(
            "The entries of the layout are read one after the other; one with an offset is read there. A bit is one bit (0 "
            "is the lowest), with a width so many from there up. Texts and decimals need a length in bytes, and a text "
            "ends at its first zero byte. A number is multiplied by its factor, then the offset is added. Unsigned whole "
            "numbers of 64 bits that are too large become floats. NaN and Infinity are left out and shown as a problem, "
            "and bytes beyond the layout do not matter. When the field is missing or no text, the text is not in the "
            "encoding, has more than 64 KiB or too few bytes, or a text or decimal cannot be read, the event goes to "
            "“failed” with the field “reason” and is shown as a problem."
        ),
        labels={
            "field": "Field", "encoding": "Written as", "encoding.base64": "base64", "encoding.hex": "hexadecimal",
            "order": "Byte order", "order.big": "most significant first", "order.little": "least significant first",
            "layout": "Layout", "name": "Name", "type": "Type", "at": "At byte", "length": "Length", "bit": "Bit",
            "bits": "Width in bits", "scale": "Factor", "offset": "Add", "unit": "Unit",
            **{f"layout.type.{type}": en for type, (en, _) in _TYPES.items()},
        },
        params={
            "field": "The field that holds the text; a path such as uplink.data leads inside.",
            "encoding": "base64, or hexadecimal (white space, colons and 0x may stand in between).",
            "order": "Which byte of a number comes first.",
            "layout": "Name and type of each value from the first byte on; where needed its offset, length, bits, factor, "
            "addend and unit.",
        },
    ),
}  # fmt: skip
_LORA = [
    {"name": "temperature", "type": "i16", "scale": 0.1, "unit": "°C"}, {"name": "humidity", "type": "u8", "unit": "%"},
    {"name": "battery", "type": "u16", "unit": "mV"}, {"name": "door", "type": "bool", "at": 5, "bit": 0},
    {"name": "alarms", "type": "u8", "at": 5, "bit": 4, "bits": 4},
]  # fmt: skip
_METER = [
    {"name": "voltage", "type": "u16", "scale": 0.1, "unit": "V"}, {"name": "current", "type": "f32", "unit": "A"},
    {"name": "energy", "type": "u32", "at": 8, "scale": 0.01, "unit": "kWh"}, {"name": "serial", "type": "text", "length": 6},
]  # fmt: skip
_UPLINKS = [
    ("0s", "AQkqDOQB"), ("10m", "AQsqDOAA"), ("20m", "//YqDNwh"), ("30m", "AQk="), ("40m", "*"),
]  # fmt: skip
EXAMPLES = (
    Example(
        title={"ja": "LoRaWAN の扉センサーのペイロードを読む", "en": "Reads the payload of a LoRaWAN door sensor"},
        document={
            "suiro": 1, "name": "冷凍庫の扉センサー",
            "nodes": [
                {"id": "sensor", "kind": "devices", "params": {"type": "door_sensor"}},
                {"id": "read", "kind": "parse_bytes", "from": ["sensor"],
                 "params": {"field": "data", "encoding": "base64", "layout": _LORA}},
                {"id": "keep", "kind": "store", "from": ["read"],
                 "params": {"fields": ["temperature", "humidity", "battery", "door", "alarms"]}},
                {"id": "tell", "kind": "notify", "from": ["read.failed"],
                 "params": {"to": "desk", "text": "{device}:{reason}"}},
            ],
            "tests": [
                {"name": "短いペイロードと base64 でないものは失敗に出る",
                 "given": [{"device": "d1", "at": at, "data": {"data": text, "fCnt": 7}} for at, text in _UPLINKS],
                 "expect": [{"node": "keep", "device": "d1", "at": "0s", "data": {
                                "temperature": 26.5, "humidity": 42, "battery": 3300, "door": True, "alarms": 0}},
                            {"node": "keep", "device": "d1", "at": "10m", "data": {"temperature": 26.7, "door": False}},
                            {"node": "keep", "device": "d1", "at": "20m", "data": {
                                "temperature": -1.0, "battery": 3292, "door": True, "alarms": 2}},
                            {"node": "tell", "device": "d1", "at": "30m", "data": {"text": "d1:too_short"}},
                            {"node": "tell", "device": "d1", "at": "40m", "data": {"text": "d1:bad_pattern"}}]},
            ],
        },
    ),
    Example(
        title={"ja": "電力計のレジスタをまとめて読む", "en": "Reads a dump of a power meter's registers"},
        document={
            "suiro": 1, "name": "Registers of a power meter",
            "nodes": [
                {"id": "meter", "kind": "devices", "params": {"type": "meter"}},
                {"id": "read", "kind": "parse_bytes", "from": ["meter"],
                 "params": {"field": "modbus.registers", "encoding": "hex", "layout": _METER}},
                {"id": "keep", "kind": "store", "from": ["read"], "params": {"fields": ["voltage", "energy", "serial"]}},
                {"id": "amps", "kind": "store", "from": ["read"], "params": {"fields": ["current"]}},
            ],
            "tests": [
                {"name": "a current that is no number is left out, the rest is read",
                 "given": [
                     {"device": "m1", "at": "0s", "data": {"modbus": {
                         "registers": "08FC 4149 999A 0000 0001 E240 534E 3432 0000"}}},
                     {"device": "m1", "at": "1m", "data": {"modbus": {
                         "registers": "0x08FB 0x7FC0 0x0000 0x0000 0x0001 0xE241 0x534E 0x3432 0x0000"}}}],
                 "expect": [{"node": "keep", "at": "0s", "data": {"voltage": 230, "energy": 1234.56, "serial": "SN42"}},
                            {"node": "amps", "at": "0s", "data": {"current": 12.6}},
                            {"node": "keep", "at": "1m", "data": {"voltage": 229.9, "energy": 1234.57}}]},
            ],
        },
    ),
)  # fmt: skip


class ParseBytesParams(NodeParams):
    field: Annotated[FieldName, Field(min_length=1, max_length=200)] = "value"
    encoding: Encoding = "base64"
    order: Order = "big"
    layout: Annotated[list[Part], Field(min_length=1, max_length=200)]


class ParseBytes(Kind):
    id = "parse_bytes"
    group = "transform"
    icon = "binary"
    outputs = (OUT, Port("failed", {"ja": "失敗", "en": "failed"}))
    Params = ParseBytesParams
    words = WORDS
    phrases = (
        *phrases("en", "name", "parse the bytes | decode the bytes | decode the payload | decode the uplink | "
                 "binary payload | raw payload | byte layout | hex payload | hex string | base64", params={"field": "<field>"}),
        *phrases("ja", "name", "バイト列を解 | バイト列を読 | バイト列から | バイナリ | 16進 | 16 進 | "
                 "ペイロードをデコード | ペイロードを解析 | デコード", params={"field": "<field>"}),
    )  # fmt: skip
    examples = EXAMPLES

    def __init__(self, params: ParseBytesParams, scope: Scope) -> None:
        super().__init__(params, scope)
        self.layout = Layout(params.layout, params.order)

    @classmethod
    def check(cls, params: ParseBytesParams, scope: Scope) -> Iterator[Problem]:
        yield from check_path(params.field, "/params/field", scope.shape, "string")
        for index, part in enumerate(params.layout):
            yield from check_part(part, f"/params/layout/{index}")
        yield from check_new_names((part.name, f"/params/layout/{i}/name") for i, part in enumerate(params.layout))

    @classmethod
    def shapes(cls, params: ParseBytesParams, scope: Scope) -> dict[str, Shape]:
        found = {part.name: part.shape() for part in params.layout}
        return {"out": scope.shape.plus(**found), "failed": scope.shape.plus(reason=FieldShape("string"))}

    def on_event(self, event: Event, port: str, memory: Any) -> Iterator[Yield]:
        raw = self._bytes(event.data)
        read = raw if isinstance(raw, Trouble) else self.layout.read(raw)
        if isinstance(read, Trouble):
            yield read
            yield Emit("failed", event.with_data({**event.data, "reason": read.code}))
            return
        fields, left_out = read
        yield from left_out
        yield Emit("out", event.with_data({**event.data, **fields}))

    def _bytes(self, data: dict[str, Any]) -> bytes | Trouble:
        text = at_path(data, self.params.field)
        if isinstance(text, str):
            return bytes_in(text, self.params.encoding)
        if text is None:
            return Trouble("missing_field", {"field": self.params.field})
        return Trouble("wrong_type", {"field": self.params.field, "expected": "string", "found": type_of(text)})
