"""Payloads: every bad one is told apart, none raises, the good ones give typed fields."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.kit.payload import decode_bytes, decode_json, decode_number, decode_text, fields_of, time_in, typed_value
from nodes.kit.things import DeviceType, TimePath, TypeField

KILN = DeviceType(
    id="kiln",
    fields=[
        TypeField(name="temperature", path="t.temp", unit="°C"),
        TypeField(name="door", type="boolean"),
        TypeField(name="count", type="integer"),
        TypeField(name="where", type="location"),
    ],
)


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"{", "not_json"), (b"", "not_json"), (b'{"a":1}x', "not_json"), (b'{"a":"\xff"}', "not_utf8"),
        (b'{"a":NaN}', "not_finite"), (b'{"a":1e999}', "not_finite"), (b'{"a":-Infinity}', "not_finite"),
        (b'{"a":[-1' + b"0" * 309 + b"]}", "not_finite"),
        (b'{"a":[' + b"9" * 309 + b"]}", "not_finite"), (b'{"a":' + b"9" * 5_000 + b"}", "not_finite"),
        (b"[" * 100_000, "too_deep"), (b"[" * 65 + b"]" * 65, "too_deep"), (b'"' + b"x" * 2**20 + b'"', "too_large"),
        (b"\xff\xfe{\x00}\x00", "not_utf8"),
    ],
)  # fmt: skip
def test_a_bad_payload_is_named(payload: bytes, code: str) -> None:
    value, trouble = decode_json(payload)
    assert value is None
    assert trouble is not None
    assert trouble.code == code


def test_a_syntax_fault_has_line_and_column() -> None:
    _, trouble = decode_json(b'{"a": 1,\n "b": x}')
    assert trouble is not None
    assert trouble.args == {"line": 2, "column": 7}


def test_brackets_inside_a_text_are_not_depth_and_64_levels_are_read() -> None:
    assert decode_json(json.dumps({"a": "[" * 1000 + '\\"{{'}).encode())[1] is None
    assert decode_json(b"[" * 64 + b"]" * 64)[1] is None


def test_a_byte_order_mark_is_read_over_and_a_huge_whole_number_becomes_a_float() -> None:
    assert decode_json(b'\xef\xbb\xbf{"a": 1}')[0] == {"a": 1}
    assert decode_json(b'{"a": [123456789012345678901234567890]}')[0] == {"a": [1.2345678901234568e29]}


@given(st.binary(max_size=200))
def test_no_payload_makes_a_decoder_raise(payload: bytes) -> None:
    for decode in (decode_json, decode_text, decode_number, decode_bytes):
        value, trouble = decode(payload)
        assert (trouble is None) or value is None


@pytest.mark.parametrize(("payload", "value"), [(b" 21.5\n", 21.5), (b"7", 7), (b"-3e2", -300.0)])
def test_a_number_payload_is_a_number(payload: bytes, value: float) -> None:
    assert decode_number(payload) == (value, None)


@pytest.mark.parametrize("payload", [b"", b"on", b"nan", b"inf", b"1_000", b"0x1f", b"1 2"])
def test_a_number_payload_that_is_none_is_a_trouble(payload: bytes) -> None:
    assert decode_number(payload)[1] is not None


def test_fields_are_found_at_their_paths_and_a_wrong_one_is_left_out_alone() -> None:
    payload = {"t": {"temp": 81.5}, "door": "open", "count": 5.0, "where": {"lat": 35, "lon": 139, "alt": 3}, "x": 1}
    data, troubles = fields_of(KILN, payload)
    assert data == {"temperature": 81.5, "count": 5, "where": {"lat": 35, "lon": 139}}
    assert [(t.code, t.args["field"], t.args["expected"], t.args["found"]) for t in troubles] == [
        ("wrong_type", "door", "boolean", "string")
    ]


def test_missing_and_null_fields_are_left_out_silently() -> None:
    assert fields_of(KILN, {"t": None, "door": None}) == ({}, [])
    assert fields_of(KILN, {"t": [1]}) == ({}, [])


def test_a_path_indexes_lists_and_a_key_with_dots_wins() -> None:
    type = DeviceType(id="x", fields=[TypeField(name="a", path="v.1"), TypeField(name="b", path="p.q")])
    assert fields_of(type, {"v": [1, 2], "p.q": 5, "p": {"q": 6}})[0] == {"a": 2, "b": 5}


def test_a_type_without_fields_gives_the_whole_payload() -> None:
    assert fields_of(DeviceType(id="x"), {"a": 1}) == ({"a": 1}, [])


@pytest.mark.parametrize(
    ("type", "value"),
    [("number", True), ("number", "5"), ("number", float("inf")), ("integer", 5.5), ("boolean", 1), ("string", 5),
     ("location", {"lat": 91, "lon": 0}), ("location", {"lat": 1}), ("location", [1, 2]), ("image", 5),
     ("number", 10**400)],
)  # fmt: skip
def test_values_of_another_type_are_refused(type: str, value: Any) -> None:
    assert typed_value(type, value) is None


@pytest.mark.parametrize(
    ("format", "value", "ms"),
    [
        ("ms", 1_767_538_861_000, 1_767_538_861_000), ("s", 1_767_538_861, 1_767_538_861_000),
        ("s", 1_767_538_861.25, 1_767_538_861_250), ("s", "1767538861", 1_767_538_861_000),
        ("rfc3339", "2026-01-05T00:01:01+09:00", 1_767_538_861_000),
        ("rfc3339", "2026-01-04T15:01:01Z", 1_767_538_861_000),
    ],
)  # fmt: skip
def test_a_payload_tells_its_time(format: Any, value: Any, ms: int) -> None:
    assert time_in({"h": {"ts": value}}, TimePath(path="h.ts", format=format)) == (ms, None)


@pytest.mark.parametrize(
    ("format", "value"),
    [("ms", 0), ("ms", -5), ("s", 1_767_538_861_000), ("s", None), ("ms", True), ("rfc3339", "yesterday"),
     ("ms", 1e300), ("rfc3339", "2026-01-05T00:01:01"), ("rfc3339", "2026-13-45T99:00:00Z"), ("ms", "x"),
     ("s", float("1e308"))],
)  # fmt: skip
def test_an_absurd_time_is_a_trouble(format: Any, value: Any) -> None:
    time, trouble = time_in({"ts": value}, TimePath(path="ts", format=format))
    assert time is None
    assert trouble is not None
    assert trouble.code == "bad_time"


def test_a_text_that_never_ends_is_looked_through_once() -> None:
    assert decode_json(b"[" * 70 + b'"' + b'\\"' * 500_000)[1] is not None


@pytest.mark.parametrize(
    ("format", "value", "written"),
    [("s", 1_767_538_861_000, "ms"), ("s", "1767538861000", "ms"), ("ms", 1_767_538_861, "s"), ("ms", 1_767_538_861.5, "s"),
     ("rfc3339", 1_767_538_861, "s"), ("rfc3339", 1_767_538_861_000, "ms"), ("ms", "2026-01-05T00:01:01Z", "rfc3339"),
     ("ms", 5, None), ("ms", True, None), ("s", -1, None), ("rfc3339", "yesterday", None)],
)  # fmt: skip
def test_a_time_in_another_format_than_registered_is_named(format: Any, value: Any, written: str | None) -> None:
    time, trouble = time_in({"ts": value}, TimePath(path="ts", format=format))
    assert time is None
    assert trouble is not None
    assert (trouble.args["format"], trouble.args["written"]) == (format, written)
