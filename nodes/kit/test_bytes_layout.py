"""bytes_layout: every type against values worked out by hand, and every way in which bytes do not fit."""

import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.bytes_layout import Encoding, Layout, Order, Part, bytes_in, check_part, places
from nodes.kit.effect import Trouble


def part(type: str, **more: Any) -> Part:
    return Part.model_validate({"name": "x", "type": type, **more})


def value(raw: str, type: str, order: Order = "big", **more: Any) -> Any:
    found = Layout([part(type, **more)], order).read(bytes.fromhex(raw))
    return found if isinstance(found, Trouble) else found[0].get("x", found[1])


@pytest.mark.parametrize(
    ("raw", "type", "big", "little"),
    [
        ("ff", "u8", 255, 255), ("ff", "i8", -1, -1), ("80", "i8", -128, -128), ("0109", "u16", 265, 2305),
        ("fffe", "i16", -2, -257), ("010203", "u24", 66051, 197121), ("fffffe", "i24", -2, -65537),
        ("00000100", "u32", 256, 65536), ("80000000", "i32", -(2**31), 128), ("ffffffff", "i32", -1, -1),
        ("8000000000000000", "i64", -(2**63), 128), ("0000000000000001", "u64", 1, 2**56),
        ("41ac0000", "f32", 21.5, struct.unpack("<f", bytes.fromhex("41ac0000"))[0]),
        ("4035800000000000", "f64", 21.5, struct.unpack("<d", bytes.fromhex("4035800000000000"))[0]),
        ("00", "bool", False, False), ("02", "bool", True, True),
    ],
)  # fmt: skip
def test_every_type_has_its_value_in_both_orders(raw: str, type: str, big: float, little: float) -> None:
    assert (value(raw, type), value(raw, type).__class__) == (big, big.__class__)
    assert value(raw, type, "little") == pytest.approx(little)


def test_what_no_signed_64_bits_hold_becomes_a_float() -> None:
    assert value("7fffffffffffffff", "u64") == 2**63 - 1
    found = value("8000000000000000", "u64")
    assert (found, found.__class__) == (2.0**63, float)


@pytest.mark.parametrize(
    ("raw", "more", "expected"),
    [
        ("05", {"bit": 0}, 1), ("05", {"bit": 1}, 0), ("80", {"bit": 7}, 1), ("f5", {"bits": 4}, 5),
        ("f5", {"bit": 4, "bits": 4}, 15), ("b6", {"bit": 1, "bits": 3}, 3),
    ],
)  # fmt: skip
def test_bits_are_counted_from_the_lowest(raw: str, more: Any, expected: int) -> None:
    assert value(raw, "u8", **more) == expected


def test_bits_of_a_signed_type_are_signed_and_a_single_bit_is_not() -> None:
    assert value("0f", "i8", bits=4) == -1
    assert value("07", "i8", bits=4) == 7
    assert value("03", "i8", bits=2) == -1
    assert value("80", "i8", bit=7) == 1
    assert value("0fff", "i16", bits=12) == -1


def test_bits_lie_in_the_number_that_the_order_of_bytes_gives() -> None:
    assert value("0100", "u16", bit=8) == 1
    assert value("0100", "u16", "little", bit=8) == 0
    assert value("04", "bool", bit=2) is True
    assert value("04", "bool", bit=3) is False


@pytest.mark.parametrize(
    ("raw", "order", "more", "expected"),
    [
        ("0109", "big", {"scale": 0.1}, 26.5), ("0003", "big", {"scale": 0.1}, 0.3), ("fff6", "big", {"scale": 0.1}, -1),
        ("0010", "big", {"offset": -40}, -24), ("0010", "big", {"scale": 0.5, "offset": -40}, -32),
        ("ffff", "big", {"scale": 1e300}, None),
    ],
)  # fmt: skip
def test_a_number_is_scaled_then_shifted(raw: str, order: Order, more: Any, expected: float | None) -> None:
    found = value(raw, "i16", order, **more)
    assert found == expected if expected is not None else found == -1e300


def test_bcd_is_two_digits_a_byte() -> None:
    assert value("012345", "bcd", length=3) == 12345
    assert value("452301", "bcd", "little", length=3) == 12345
    assert value("0150", "bcd", length=2, scale=0.1) == 15.0
    assert value("012a", "bcd", length=2) == Trouble("bad_pattern", {"value": "012a", "pattern": "BCD"})


def test_a_text_ends_before_its_first_zero_byte() -> None:
    assert value("414200", "text", length=3) == "AB"
    assert value("e7828900", "text", length=4) == "炉"
    assert value("4100ff", "text", length=3) == "A"
    assert value("ff41", "text", length=2) == Trouble("not_utf8", {"position": 0})


@pytest.mark.parametrize("raw", ["7fc00000", "7f800000", "ff800000"])
def test_nan_and_infinity_are_left_out_with_a_trouble(raw: str) -> None:
    assert value(raw, "f32") == [Trouble("not_finite", {"field": "x"})]
    assert value("7ff8000000000000", "f64") == [Trouble("not_finite", {"field": "x"})]


def test_the_other_fields_of_bytes_with_a_nan_are_read() -> None:
    layout = Layout([part("f32"), Part(name="y", type="u8")], "big")
    assert layout.read(bytes.fromhex("7fc0000007")) == ({"y": 7}, [Trouble("not_finite", {"field": "x"})])


def test_a_scaled_number_that_becomes_infinite_is_left_out() -> None:
    assert value("7fefffffffffffff", "f64", scale=1e10) == [Trouble("not_finite", {"field": "x"})]


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_float_of_32_bits_has_the_shortest_digits_that_mean_it(number: float) -> None:
    found = value(struct.pack(">f", number).hex(), "f32")
    assert struct.pack(">f", found) == struct.pack(">f", number)
    assert value(struct.pack(">f", 23.4).hex(), "f32") == 23.4


def test_parts_follow_each_other_unless_they_say_where_they_are() -> None:
    parts = [part("u8"), part("u24"), part("text", length=5), part("u8", at=2), part("f32")]
    assert places(parts) == [0, 1, 4, 2, 3]
    assert Layout(parts, "big").length == 9


def test_too_few_bytes_are_refused_and_more_are_not_looked_at() -> None:
    layout = Layout([part("u16"), part("u8", at=4)], "big")
    assert layout.read(b"\0" * 4) == Trouble("too_short", {"min": 5, "count": 4})
    assert layout.read(b"\0" * 5) == ({"x": 0}, [])
    assert layout.read(b"\0" * 500) == ({"x": 0}, [])


@pytest.mark.parametrize(
    ("text", "encoding", "data"),
    [
        ("0109", "hex", "0109"), ("01 09", "hex", "0109"), ("01:09", "hex", "0109"), ("0x01 0x09", "hex", "0109"),
        ("0X0109\r\n", "hex", "0109"), ("aBcD", "hex", "abcd"), ("", "hex", ""), ("AQk=", "base64", "0109"),
        ("AQk", "base64", "0109"), ("__79", "base64", "fffefd"), ("//79", "base64", "fffefd"), ("AQ\nk=", "base64", "0109"),
    ],
)  # fmt: skip
def test_bytes_are_read_as_they_are_written(text: str, encoding: Encoding, data: str) -> None:
    assert bytes_in(text, encoding) == bytes.fromhex(data)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("010", "hex"),
        ("zz", "hex"),
        ("１２", "hex"),
        ("00x1", "hex"),
        ("A", "base64"),
        ("A*k=", "base64"),
        ("AQkq*AQkq", "base64"),
        ("炉", "base64"),
    ],
)
def test_what_is_no_such_text_is_a_trouble(text: str, encoding: Encoding) -> None:
    assert bytes_in(text, encoding) == Trouble("bad_pattern", {"value": text, "pattern": encoding})


def test_too_many_bytes_are_refused() -> None:
    assert len(bytes_in("00" * 65_536, "hex")) == 65_536  # type: ignore[arg-type]
    assert bytes_in("00" * 65_537, "hex") == Trouble("too_large", {"size": 65_537, "limit": 65_536})
    assert bytes_in(" " * 524_288, "hex") == b""
    assert bytes_in(" " * 600_000, "hex") == Trouble("too_large", {"size": 600_000, "limit": 524_288})


@given(st.binary(max_size=40), st.sampled_from(["base64", "hex"]))
def test_what_is_written_comes_back(data: bytes, encoding: Encoding) -> None:
    import base64

    text = data.hex(" ") if encoding == "hex" else base64.b64encode(data).decode()
    assert bytes_in(text, encoding) == data


@pytest.mark.parametrize(
    ("made", "codes"),
    [
        (part("u16", bit=15), []), (part("u16", bit=16), ["out_of_range"]), (part("u8", bit=4, bits=4), []),
        (part("u8", bit=5, bits=4), ["out_of_range"]), (part("u8", bits=9), ["out_of_range"]),
        (part("bool", bit=8), ["out_of_range"]), (part("bool", bits=1), ["unknown_key"]), (part("f32", bit=1), ["unknown_key"]),
        (part("text"), ["missing_key"]), (part("bcd"), ["missing_key"]), (part("bcd", length=9), []),
        (part("bcd", length=10), ["out_of_range"]), (part("u8", length=1), ["unknown_key"]),
        (part("text", length=2, scale=2), ["unknown_key"]), (part("bool", unit="V", offset=1), ["unknown_key"] * 2),
        (part("f32", scale=2, offset=1, unit="V"), []),
    ],
)  # fmt: skip
def test_keys_that_a_type_needs_or_does_not_know_are_problems(made: Part, codes: list[str]) -> None:
    assert [problem.code for problem in check_part(made, "/p")] == codes


def test_what_is_out_of_range_is_told_with_its_limits() -> None:
    parts = part("u16", bit=16), part("u16", bit=12, bits=5), part("bcd", length=10)
    told = [(found.path, found.args) for made in parts for found in check_part(made, "/p")]
    assert told == [
        ("/p/bit", {"value": 16, "min": 0, "max": 15}),
        ("/p/bits", {"value": 5, "min": 1, "max": 4}),
        ("/p/length", {"value": 10, "min": 1, "max": 9}),
    ]


@pytest.mark.parametrize(
    ("made", "type"),
    [
        (part("u8"), "integer"), (part("u8", scale=0.1), "number"), (part("u8", offset=1), "number"), (part("f32"), "number"),
        (part("u64"), "number"), (part("i64"), "integer"), (part("bcd", length=2), "integer"), (part("bool"), "boolean"),
        (part("text", length=2), "string"),
    ],
)  # fmt: skip
def test_a_part_knows_the_type_and_unit_of_its_field(made: Part, type: str) -> None:
    assert made.shape().type == type
    assert part("u8", unit="mV").shape().unit == "mV"
