"""origin: a field, and of which device or type."""

from typing import Any

import msgspec
import pytest

from nodes.kit.event import Event
from nodes.kit.harness import SAMPLE, scope_of
from nodes.kit.origin import check_origin, covers, fits, shape_of
from nodes.kit.shape import FieldShape, Shape

MERGED = Shape(
    {"temperature": FieldShape("any"), "name": FieldShape("string"), "sum": FieldShape("number", "W")}, False
)
SCOPE = scope_of(registry=SAMPLE, shape=MERGED)


class From(msgspec.Struct, frozen=True):
    field: str = "temperature"
    type: str | None = None
    device: str | None = None


@pytest.mark.parametrize(
    ("origin", "met"),
    [(From(), True), (From(type="kiln"), True), (From(device="k1"), True), (From(type="kiln", device="k1"), True),
     (From(type="room"), False), (From(device="k2"), False), (From(type="room", device="k1"), False)],
)  # fmt: skip
def test_an_event_fits_where_everything_named_agrees(origin: From, met: bool) -> None:
    assert fits(origin, Event(0, 0, "k1", "kiln", {}, "c")) is met


def test_an_event_without_a_device_fits_only_what_names_none() -> None:
    event = Event(0, 0, None, None, {}, "c")
    assert fits(From(), event)
    assert not fits(From(device="k1"), event)
    assert not fits(From(type="kiln"), event)


@pytest.mark.parametrize(
    ("wide", "narrow", "met"),
    [(From(), From(), True), (From(), From(type="kiln"), True), (From(type="kiln"), From(), False),
     (From(type="kiln"), From(type="kiln", device="k1"), True), (From(device="k1"), From(device="k2"), False)],
)  # fmt: skip
def test_a_wider_origin_covers_a_narrower_one(wide: From, narrow: From, met: bool) -> None:
    assert covers(wide, narrow) is met


@pytest.mark.parametrize(
    ("origin", "shape"),
    [
        (From("sum"), FieldShape("number", "W")),
        (From("temperature"), FieldShape("any")),
        (From("temperature", type="kiln"), FieldShape("number", "°C")),
        (From("temperature", device="kiln-1"), FieldShape("number", "°C")),
        (From("temperature", type="tower"), FieldShape("any")),
        (From("other", type="nothing"), None),
    ],
)
def test_where_wires_do_not_agree_the_registered_type_says_what_a_field_is(origin: From, shape: Any) -> None:
    assert shape_of(origin, MERGED, SCOPE) == shape


@pytest.mark.parametrize(
    ("origin", "numeric", "found"),
    [
        (From("temperature"), True, []),
        (From("temprature"), False, [("unknown_field", "/at/field")]),
        (From("name"), False, []),
        (From("name"), True, [("wrong_type", "/at/field")]),
        (From("temperature", type="kiln", device="kiln-1"), True, []),
        (From("temperature", type="kiln", device="room-1"), True, [("device_of_other_type", "/at/device")]),
        (From("temperature", type="kiln", device="nobody"), True, []),
    ],
)
def test_what_cannot_come_is_a_problem_at_its_place(origin: From, numeric: bool, found: Any) -> None:
    problems = check_origin(origin, "/at", MERGED, SCOPE, numeric=numeric)
    assert [(problem.code, problem.path) for problem in problems] == found
