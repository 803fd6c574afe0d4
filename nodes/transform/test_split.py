"""split: one event per element, and what they have in common."""

from typing import Any

import msgspec
import pytest

from nodes.kit.effect import Emit, Trouble
from nodes.kit.event import Event
from nodes.kit.harness import SAMPLE, Harness, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.transform.split import MOST, Split


def split(data: dict[str, Any], **params: Any) -> Harness:
    node = Harness(Split, {"field": "list", **params}, scope_of(registry=SAMPLE))
    node.feed("1s", data)
    return node


def sent(node: Harness, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(data.get(name) for name in names) for _, _, data in node.sent]


def events(node: Harness) -> list[Event]:
    return [made.event for made in node.yields if isinstance(made, Emit)]


def test_keys_of_an_object_become_fields_and_the_list_is_gone() -> None:
    node = split({"list": [{"a": 1}, {"a": 2, "b": 3}], "site": "north"})
    assert [{k: v for k, v in data.items() if k != "batch"} for _, _, data in node.sent] == [
        {"site": "north", "a": 1, "index": 0, "count": 2},
        {"site": "north", "a": 2, "b": 3, "index": 1, "count": 2},
    ]
    assert node.ports() == [("out", 1), ("out", 1)]


def test_any_other_element_goes_into_the_item_field() -> None:
    node = split({"list": [5, "x", True, None, [1], 2.5]})
    assert sent(node, "item", "index") == [(5, 0), ("x", 1), (True, 2), (None, 3), ([1], 4), (2.5, 5)]
    assert sent(split({"list": [5]}, name="level"), "level", "item") == [(5, None)]


def test_an_element_wins_over_fields_of_the_event_and_loses_against_what_is_added() -> None:
    node = split({"list": [{"site": "south", "count": 7, "index": 7, "batch": 7}], "site": "north", "count": 9})
    ((site, index, count, batch),) = sent(node, "site", "index", "count", "batch")
    assert (site, index, count) == ("south", 0, 1)
    assert isinstance(batch, str)


def test_an_element_may_bring_a_field_with_the_name_of_the_list() -> None:
    assert sent(split({"list": [{"list": 3}]}), "list") == [(3,)]


def test_the_event_itself_is_left_as_it_was() -> None:
    data = {"list": [{"a": 1}], "deep": {"x": 1}}
    split(data)
    assert data == {"list": [{"a": 1}], "deep": {"x": 1}}


def test_an_empty_list_sends_nothing_and_is_no_problem() -> None:
    node = split({"list": []})
    assert node.yields == []


def test_a_list_inside_of_a_field_is_found_and_taken_out_there() -> None:
    node = split({"report": {"list": [1, 2], "id": 7}}, field="report.list")
    assert sent(node, "item", "report") == [(1, {"id": 7}), (2, {"id": 7})]


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        ({}, Trouble("missing_field", {"field": "list"})),
        ({"list": None}, Trouble("missing_field", {"field": "list"})),
        ({"list": "ab"}, Trouble("wrong_type", {"field": "list", "expected": "array", "found": "string"})),
        ({"list": {"a": 1}}, Trouble("wrong_type", {"field": "list", "expected": "array", "found": "object"})),
        ({"list": True}, Trouble("wrong_type", {"field": "list", "expected": "array", "found": "boolean"})),
        ({"list": 3}, Trouble("wrong_type", {"field": "list", "expected": "array", "found": "number"})),
    ],
)
def test_what_is_no_list_goes_no_further(data: dict[str, Any], trouble: Trouble) -> None:
    assert split(data).yields == [trouble]


def test_a_thousand_elements_are_sent_and_those_beyond_are_a_problem() -> None:
    assert (len(split({"list": [0] * MOST}).sent), MOST) == (1_000, 1_000)
    assert split({"list": [0] * MOST}).troubles() == []
    node = split({"list": [0] * (MOST + 1)})
    assert len(node.sent) == MOST
    assert node.yields[0] == Trouble("too_long", {"max": MOST, "count": MOST + 1})
    assert sent(node, "count")[0] == (MOST,)


def test_a_batch_is_shared_by_one_list_and_by_no_other() -> None:
    node = Harness(Split, {"field": "list"})
    node.feed("1s", {"list": [1, 2]})
    node.feed("2s", {"list": [1, 2]})
    first, second, third, fourth = sent(node, "batch")
    assert first == second
    assert third == fourth
    assert first != third


def test_two_events_of_one_cause_are_two_batches() -> None:
    node = Harness(Split, {"field": "list"})
    node.feed("1s", {"list": [1], "index": 0})
    node.feed("1s", {"list": [1], "index": 1})
    node.feed("1s", {"list": [1], "index": 1}, device="d2")
    assert len(set(sent(node, "batch"))) == 3
    assert {event.cause for event in events(node)} == {events(node)[0].cause}


def test_the_same_event_has_the_same_batch_in_a_replay_and_another_at_another_node() -> None:
    data = {"list": [1]}
    assert sent(split(data), "batch") == sent(split(data), "batch")
    other = Harness(Split, {"field": "list"}, msgspec.structs.replace(scope_of(registry=SAMPLE), node="m"))
    other.feed("1s", data)
    assert sent(other, "batch") != sent(split(data), "batch")


def test_the_device_stays_unless_the_elements_name_it() -> None:
    assert [(event.device, event.type) for event in events(split({"list": [1]}))] == [("d1", "kiln")]


def test_an_element_names_its_device_which_has_the_type_it_is_registered_as() -> None:
    node = split({"list": [{"id": "room-1", "v": 1}, {"id": "new_9", "v": 2}, {"id": 17, "v": 3}]}, device="id")
    assert [(event.device, event.type, event.data["v"]) for event in events(node)] == [
        ("room-1", "room", 1), ("new_9", None, 2), ("17", None, 3),
    ]  # fmt: skip
    assert sent(node, "id") == [("room-1",), ("new_9",), (17,)]


def test_without_a_registry_the_type_is_not_known() -> None:
    node = Harness(Split, {"field": "list", "device": "id"})
    node.feed("0s", {"list": [{"id": "kiln-1"}]})
    assert [(event.device, event.type) for event in events(node)] == [("kiln-1", None)]


def test_plain_elements_can_be_the_devices_themselves() -> None:
    node = split({"list": ["kiln-1", "kiln-2"]}, device="item")
    assert [(event.device, event.type) for event in events(node)] == [("kiln-1", "kiln"), ("kiln-2", "kiln")]


def test_the_device_may_stand_inside_of_the_element() -> None:
    node = split({"list": [{"tag": {"id": "kiln-2"}}]}, device="tag.id")
    assert [event.device for event in events(node)] == ["kiln-2"]


@pytest.mark.parametrize("bad", ["a b", "", "x" * 65, "炉", "a/b", 1.5, True, ["a"], {"a": 1}, "a\n"])
def test_an_element_with_an_impossible_device_is_left_out_and_not_counted(bad: Any) -> None:
    node = split({"list": [{"id": bad}, {"id": "x" * 64}]}, device="id")
    assert node.troubles() == ["bad_device_id"]
    assert sent(node, "index", "count") == [(1, 1)]


def test_the_trouble_with_a_device_shows_it() -> None:
    told = [
        getattr(made, "args", None)
        for made in split({"list": [{"id": "a b"}, {"id": 1.5}, {"id": ["a"]}]}, device="id").yields
    ]
    assert told == [{"value": "a b"}, {"value": 1.5}, {"value": "array"}]


def test_an_element_without_a_device_is_left_out() -> None:
    node = split({"list": [{"v": 1}, {"id": None}, 5]}, device="id")
    assert node.yields == [Trouble("missing_field", {"field": "id"})] * 3


CLOSED = Shape({"list": FieldShape("any"), "t": FieldShape("number", "°C"), "deep": FieldShape("any")}, False, "always")


def test_the_list_leaves_the_shape_and_whatever_an_element_holds_may_be_there() -> None:
    shape = Harness(Split, {"field": "list"}, scope_of(shape=CLOSED)).shapes()["out"]
    assert shape.fields == {
        "t": FieldShape("number", "°C"), "deep": FieldShape("any"), "item": FieldShape("any"),
        "index": FieldShape("integer"), "count": FieldShape("integer"), "batch": FieldShape("string"),
    }  # fmt: skip
    assert (shape.open, shape.device) == (True, "always")
    assert "deep" in Harness(Split, {"field": "deep.list"}, scope_of(shape=CLOSED)).shapes()["out"].fields


def test_with_a_device_key_every_event_has_a_device_of_a_type_not_known() -> None:
    before = msgspec.structs.replace(CLOSED, device="never", types=("hub",), devices=("hub-1",))
    shape = Harness(Split, {"field": "list", "device": "id"}, scope_of(shape=before)).shapes()["out"]
    assert (shape.device, shape.types, shape.devices, shape.open) == ("always", (), None, True)
    assert shape.fields["id"] == FieldShape("any")


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({"field": "list"}, []), ({"field": "deep.list"}, []), ({"field": "lost"}, ["unknown_field"]),
        ({"field": "t"}, ["wrong_type"]), ({"field": "list", "name": "time"}, ["reserved_name"]),
        ({"field": "list", "name": "index"}, ["reserved_name"]), ({"field": "list", "name": "batch"}, ["reserved_name"]),
    ],
)  # fmt: skip
def test_what_cannot_work_is_a_problem(params: Any, codes: list[str]) -> None:
    assert Harness(Split, params, scope_of(shape=CLOSED)).codes() == codes


@pytest.mark.parametrize("params", [{}, {"field": ""}, {"field": "a", "name": "a b"}, {"field": "a", "device": ""}])
def test_params_that_say_nothing_are_refused(params: Any) -> None:
    with pytest.raises(ValueError):
        Harness(Split, params)
