"""Bytes into fields by a layout: which type stands at which offset, and what its number means.

Integers of 8 to 64 bits, floats, single bits and groups of bits, texts, and binary-coded decimals.
"""

import base64
import binascii
import math
import re
import struct
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from nodes.kit.effect import Trouble
from nodes.kit.new_name import NewName
from nodes.kit.params import Settable
from nodes.kit.problem import Problem
from nodes.kit.shape import FieldShape

PartType = Literal[
    "u8", "i8", "u16", "i16", "u24", "i24", "u32", "i32", "u64", "i64", "f32", "f64", "bool", "text", "bcd"
]  # fmt: skip
Encoding = Literal["base64", "hex"]
Order = Literal["big", "little"]
LARGEST = 65_536
"""Bytes that are read."""
MOST_DIGITS = 9
"""Bytes of a binary-coded decimal: 18 digits are what 64 bits hold."""
_BIGGEST = 2**63
_FLOATS = {("f32", "big"): ">f", ("f32", "little"): "<f", ("f64", "big"): ">d", ("f64", "little"): "<d"}
_BETWEEN = re.compile(r"(?<![0-9A-Fa-f])0[xX]|[\s:]+")


class Part(BaseModel):
    """One field of the layout."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    name: NewName
    type: PartType
    at: Annotated[int, Field(ge=0, lt=LARGEST)] | None = None
    length: Annotated[int, Field(ge=1, le=LARGEST)] | None = None
    bit: Annotated[int, Field(ge=0, le=63)] | None = None
    bits: Annotated[int, Field(ge=1, le=64)] | None = None
    scale: Annotated[float, Settable] = 1.0
    offset: Annotated[float, Settable] = 0.0
    unit: Annotated[str, Field(min_length=1, max_length=40)] | None = None

    @property
    def whole(self) -> bool:
        """Whether the bytes are those of an integer."""
        return self.type[0] in "ui"

    @property
    def scaled(self) -> bool:
        return self.scale != 1 or self.offset != 0

    @property
    def size(self) -> int:
        """Bytes that it takes."""
        if self.type in ("text", "bcd"):
            return self.length or 0
        return 1 if self.type == "bool" else int(self.type[1:]) // 8

    def shape(self) -> FieldShape:
        if self.type in ("bool", "text"):
            return FieldShape("boolean" if self.type == "bool" else "string")
        exact = not self.scaled and self.type[0] != "f" and self.type != "u64"
        return FieldShape("integer" if exact else "number", self.unit)


def places(parts: list[Part]) -> list[int]:
    """Where each part begins: where it says, else right after the one before."""
    found: list[int] = []
    end = 0
    for part in parts:
        found.append(end if part.at is None else part.at)
        end = found[-1] + part.size
    return found


def check_part(part: Part, path: str) -> list[Problem]:
    """Problems of one part: keys that its type needs or does not know, and bits that it does not have."""
    found = []
    sized = part.type in ("text", "bcd")
    if sized and part.length is None:
        found.append(Problem("missing_key", path, args={"key": "length"}))
    if part.type == "bcd" and (part.length or 0) > MOST_DIGITS:
        found.append(_out_of_range(part.length, 1, MOST_DIGITS, f"{path}/length"))
    strange = {"length": part.length is not None and not sized,
               "bit": part.bit is not None and not (part.whole or part.type == "bool"),
               "bits": part.bits is not None and not part.whole,
               "scale": part.scale != 1 and part.type in ("bool", "text"),
               "offset": part.offset != 0 and part.type in ("bool", "text"),
               "unit": part.unit is not None and part.type in ("bool", "text")}  # fmt: skip
    found += [Problem("unknown_key", path, args={"key": key}) for key, odd in strange.items() if odd]
    width = part.size * 8
    if not found and (part.bit or 0) >= width:
        found.append(_out_of_range(part.bit, 0, width - 1, f"{path}/bit"))
    elif not found and (part.bit or 0) + (part.bits or 1) > width:
        found.append(_out_of_range(part.bits, 1, width - (part.bit or 0), f"{path}/bits"))
    return found


def bytes_in(text: str, encoding: Encoding) -> bytes | Trouble:
    """The bytes that a text writes. Base64 may be the URL-safe one and lack its padding; hexadecimal may have white
    space, colons and 0x in between."""
    if len(text) > 8 * LARGEST:
        return Trouble("too_large", {"size": len(text), "limit": 8 * LARGEST})
    try:
        data = _from_hex(text) if encoding == "hex" else _from_base64(text)
    except (ValueError, binascii.Error):
        return Trouble("bad_pattern", {"value": text[:200], "pattern": encoding})
    return data if len(data) <= LARGEST else Trouble("too_large", {"size": len(data), "limit": LARGEST})


def _from_hex(text: str) -> bytes:
    return bytes.fromhex(_BETWEEN.sub("", text))


def _from_base64(text: str) -> bytes:
    plain = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)


class Layout:
    """Parts at their places, ready to read."""

    def __init__(self, parts: list[Part], order: Order) -> None:
        self.parts = list(zip(parts, places(parts), strict=True))
        self.order: Order = order
        self.length = max(at + part.size for part, at in self.parts)

    def read(self, data: bytes) -> tuple[dict[str, Any], list[Trouble]] | Trouble:
        """The fields in `data`, with the troubles of those that are left out (NaN, Infinity); or the trouble that
        makes all of it unreadable. Bytes beyond the layout are not looked at."""
        if len(data) < self.length:
            return Trouble("too_short", {"min": self.length, "count": len(data)})
        fields: dict[str, Any] = {}
        left_out = []
        for part, at in self.parts:
            value = self._value(part, data[at : at + part.size])
            if not isinstance(value, Trouble):
                fields[part.name] = value
            elif value.code == "not_finite":
                left_out.append(value)
            else:
                return value
        return fields, left_out

    def _value(self, part: Part, raw: bytes) -> Any:
        if part.type == "text":
            return _text(raw)
        if part.type == "bool":
            return raw[0] != 0 if part.bit is None else bool(raw[0] >> part.bit & 1)
        if part.type == "bcd":
            value: Any = _decimal(raw if self.order == "big" else raw[::-1])
        elif part.whole:
            value = _integer(part, int.from_bytes(raw, self.order))
        else:
            value = _float(part.type, raw, self.order)
        return value if isinstance(value, Trouble) else _meant(part, value)


def _text(raw: bytes) -> str | Trouble:
    """UTF-8, up to the first zero byte."""
    try:
        return raw.split(b"\0", 1)[0].decode("utf-8")
    except UnicodeDecodeError as failure:
        return Trouble("not_utf8", {"position": failure.start})


def _decimal(raw: bytes) -> int | Trouble:
    digits = raw.hex()
    return int(digits) if digits.isdigit() else Trouble("bad_pattern", {"value": digits, "pattern": "BCD"})


def _integer(part: Part, raw: int) -> int | float:
    """The bits of the part, as two's complement where its type is signed; beyond 64 bits with sign, a float."""
    lowest = part.bit or 0
    width = part.bits or (1 if part.bit is not None else part.size * 8)
    value = raw >> lowest & (1 << width) - 1
    if part.type[0] == "i" and width > 1 and value >> (width - 1):
        value -= 1 << width
    return value if value < _BIGGEST else float(value)


def _float(type: str, raw: bytes, order: Order) -> float:
    """A float of 32 bits gets the shortest digits that mean it: 23.4, not 23.399999618530273."""
    form = _FLOATS[type, order]
    value: float = struct.unpack(form, raw)[0]
    if type == "f32" and math.isfinite(value):
        for digits in (6, 7, 8):
            short = float(f"{value:.{digits}g}")
            if abs(short) <= 3.4e38 and struct.pack(form, short) == raw:
                return short
    return value


def _meant(part: Part, value: float) -> float | Trouble:
    """The number with its scale and offset, without the dust of binary fractions."""
    if part.scaled:
        value = float(f"{value * part.scale + part.offset:.15g}")
    return value if math.isfinite(value) else Trouble("not_finite", {"field": part.name})


def _out_of_range(value: int | None, low: int, high: int, path: str) -> Problem:
    return Problem("out_of_range", path, args={"value": value, "min": low, "max": high})
