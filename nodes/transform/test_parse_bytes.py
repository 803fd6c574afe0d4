"""parse_bytes: what is sent and what fails. Types, bits and encodings are tested in nodes/kit/test_bytes_layout.py."""

from typing import Any

import pytest

from nodes.kit.effect import Emit, Trouble
from nodes.kit.harness import Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.transform.parse_bytes import ParseBytes

LAYOUT = [{"name": "t", "type": "i16", "scale": 0.1, "unit": "°C"}, {"name": "h", "type": "u8"}]


def parser(*layout: dict[str, Any], **params: Any) -> Harness:
    return Harness(ParseBytes, {"encoding": "hex", "layout": list(layout) or LAYOUT, **params})


def fed(value: Any, *layout: dict[str, Any], **params: Any) -> Harness:
    node = parser(*layout, **params)
    node.feed("0s", {"value": value})
    return node


def reason(value: Any, *layout: dict[str, Any], **params: Any) -> str:
    node = fed(value, *layout, **params)
    ((port, _, data),) = node.sent
    assert port == "failed"
    assert data == {"value": value, "reason": data["reason"]}
    assert node.troubles() == [data["reason"]]
    return str(data["reason"])


def test_the_fields_are_added_to_the_event() -> None:
    node = parser()
    node.feed("0s", {"value": "01 09 2a", "h": "old", "port": 2})
    assert node.sent == [("out", 0, {"value": "01 09 2a", "t": 26.5, "h": 42, "port": 2})]


def test_base64_and_the_most_significant_byte_first_are_the_default() -> None:
    node = Harness(ParseBytes, {"layout": LAYOUT})
    node.feed("0s", {"value": "AQkq"})
    assert node.sent[0][2]["t"] == 26.5


def test_the_other_order_turns_the_bytes_of_each_number() -> None:
    assert fed("09012a", order="little").sent[0][2] == {"value": "09012a", "t": 26.5, "h": 42}


def test_the_text_may_lie_inside_of_a_field() -> None:
    node = parser(field="uplink.data")
    node.feed("0s", {"uplink": {"data": "01092a"}})
    assert node.sent[0][2] == {"uplink": {"data": "01092a"}, "t": 26.5, "h": 42}


def test_bytes_beyond_the_layout_do_not_matter() -> None:
    assert fed("01092affff").ports() == [("out", 0)]


def test_nan_is_left_out_with_a_problem_and_the_rest_is_sent() -> None:
    node = fed("7fc0000007", {"name": "f", "type": "f32"}, {"name": "n", "type": "u8"})
    assert node.yields[0] == Trouble("not_finite", {"field": "f"})
    assert node.sent == [("out", 0, {"value": "7fc0000007", "n": 7})]
    assert isinstance(node.yields[-1], Emit)


def test_too_few_bytes_fail() -> None:
    assert fed("0109").yields[0] == Trouble("too_short", {"min": 3, "count": 2})
    assert reason("0109") == "too_short"
    assert reason("") == "too_short"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("01092", "bad_pattern"), ("xyz", "bad_pattern"), (None, "missing_field"), (5, "wrong_type"), (True, "wrong_type"),
        ([1, 9, 42], "wrong_type"), ({"a": 1}, "wrong_type"), ("00" * 65_537, "too_large"), ("\ud800", "bad_pattern"),
    ],
)  # fmt: skip
def test_what_holds_no_bytes_fails(value: Any, code: str) -> None:
    assert reason(value) == code
    assert code == "too_large" or reason(value, encoding="base64") in (code, "too_short")


def test_an_event_without_the_field_fails() -> None:
    node = parser()
    node.feed("0s", {"other": 1})
    assert node.sent == [("failed", 0, {"other": 1, "reason": "missing_field"})]


def test_a_text_or_decimal_that_cannot_be_read_fails_as_a_whole() -> None:
    assert reason("07ff", {"name": "n", "type": "u8"}, {"name": "s", "type": "text", "length": 1}) == "not_utf8"
    assert reason("071a", {"name": "n", "type": "u8"}, {"name": "d", "type": "bcd", "length": 1}) == "bad_pattern"


def test_another_factor_counts_from_the_next_event() -> None:
    node = parser()
    node.change({"encoding": "hex", "layout": [{"name": "t", "type": "i16", "scale": 0.01, "offset": -1}]}, "0s")
    node.feed("1s", {"value": "0109"})
    assert node.sent[0][2]["t"] == 1.65


KNOWN = scope_of(shape=Shape({"value": FieldShape("string"), "n": FieldShape("number")}, False))


def test_the_shapes_have_types_and_units_and_the_reason() -> None:
    shapes = Harness(ParseBytes, {"layout": LAYOUT}, KNOWN).shapes()
    assert shapes["out"].fields == {
        **KNOWN.shape.fields, "t": FieldShape("number", "°C"), "h": FieldShape("integer"),
    }  # fmt: skip
    assert shapes["failed"].fields == {**KNOWN.shape.fields, "reason": FieldShape("string")}


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"layout": LAYOUT}, []),
        ({"layout": LAYOUT, "field": "n"}, [("wrong_type", "/params/field")]),
        ({"layout": LAYOUT, "field": "lost"}, [("unknown_field", "/params/field")]),
        ({"layout": [*LAYOUT, {"name": "t", "type": "u8"}]}, [("not_unique", "/params/layout/2/name")]),
        ({"layout": [{"name": "settings", "type": "u8"}]}, [("reserved_name", "/params/layout/0/name")]),
        ({"layout": [{"name": "s", "type": "text"}]}, [("missing_key", "/params/layout/0")]),
        ({"layout": [{"name": "b", "type": "u8", "bit": 8}]}, [("out_of_range", "/params/layout/0/bit")]),
        ({"layout": [{"name": "b", "type": "u8", "bits": 9}]}, [("out_of_range", "/params/layout/0/bits")]),
    ],
)
def test_what_cannot_work_is_a_problem_with_its_place(params: Any, found: list[tuple[str, str]]) -> None:
    assert [(problem.code, problem.path) for problem in Harness(ParseBytes, params, KNOWN).problems()] == found


@pytest.mark.parametrize(
    "part",
    [
        {"type": "u8"}, {"name": "a"}, {"name": "a", "type": "u9"}, {"name": "a b", "type": "u8"},
        {"name": "a", "type": "u8", "at": -1}, {"name": "a", "type": "u8", "at": 65_536}, {"name": "a", "type": "u8", "bit": 64},
        {"name": "a", "type": "u8", "bits": 0}, {"name": "a", "type": "text", "length": 0}, {"name": "a", "type": "u8", "x": 1},
        {"name": "a", "type": "u8", "scale": float("nan")}, {"name": "a", "type": "u8", "offset": float("inf")},
    ],
)  # fmt: skip
def test_parts_that_say_nothing_are_refused(part: Any) -> None:
    with pytest.raises(ValueError):
        parser(part)


def test_one_to_two_hundred_parts_are_taken() -> None:
    with pytest.raises(ValueError):
        Harness(ParseBytes, {"layout": []})
    with pytest.raises(ValueError):
        Harness(ParseBytes, {"layout": [{"name": f"a{n}", "type": "u8"} for n in range(201)]})
    node = fed("07" * 200, *({"name": f"a{n}", "type": "u8"} for n in range(200)))
    assert node.sent[0][2]["a199"] == 7
