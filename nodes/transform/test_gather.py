"""gather: when a key is complete, when its time is over, and what is sent then."""

from typing import Any

import pytest

from nodes.kit.effect import Cancel, Emit, Forget, Timer, Trouble
from nodes.kit.harness import SAMPLE, Harness, ms, scope_of
from nodes.kit.shape import FieldShape, Shape
from nodes.kit.things import Device, Registry
from nodes.transform.gather import MOST, Gather


def gather(**params: Any) -> Harness:
    return Harness(Gather, {"timeout": "1m", **params})


def part(index: int, count: int = 3, **more: Any) -> dict[str, Any]:
    return {"v": index * 10, "index": index, "count": count, "batch": "b1", **more}


def result(node: Harness) -> dict[str, Any]:
    ((_, _, data),) = node.sent
    return data


def test_it_is_complete_when_as_many_have_come_as_the_events_say() -> None:
    node = gather(fields=["v"])
    for index in range(3):
        assert node.sent == []
        node.feed(f"{index}s", part(index))
    assert node.sent == [
        ("out", 2, {"items": [{"v": 0}, {"v": 10}, {"v": 20}], "count": 3, "missing": 0, "batch": "b1"}),
    ]  # fmt: skip
    assert isinstance(node.yields[-1], Forget)


def test_a_number_that_is_given_wins_over_that_of_the_events() -> None:
    node = gather(count=2, fields=["v"])
    node.feed("0s", {"v": 1})
    node.feed("1s", {"v": 2, "count": 99})
    assert result(node) == {"items": [{"v": 1}, {"v": 2}], "count": 2, "missing": 0}


def test_one_of_one_is_complete_at_once() -> None:
    node = gather(fields=["v"])
    node.feed("0s", part(0, 1))
    assert (node.ports(), result(node)["count"]) == ([("out", 0)], 1)


def test_without_fields_everything_is_kept_and_a_field_that_is_missing_is_left_out() -> None:
    node = gather(count=1)
    node.feed("0s", {"v": 1, "deep": {"x": [1]}})
    assert result(node)["items"] == [{"v": 1, "deep": {"x": [1]}}]
    node = gather(count=1, fields=["v", "w"])
    node.feed("0s", {"v": None})
    assert result(node)["items"] == [{"v": None}]


def test_items_are_in_the_order_in_which_they_came() -> None:
    node = gather(fields=["index"])
    for at, index in (("0s", 2), ("1s", 0), ("2s", 1)):
        node.feed(at, part(index))
    assert [item["index"] for item in result(node)["items"]] == [2, 0, 1]


def test_when_the_time_is_over_what_there_is_goes_to_partial() -> None:
    node = gather(fields=["v"])
    node.feed("10s", part(0))
    node.feed("40s", part(1))
    node.advance("1m9.999s")
    assert node.sent == []
    node.advance("1m10s")
    assert node.sent == [("partial", 70, {"items": [{"v": 0}, {"v": 10}], "count": 2, "missing": 1, "batch": "b1"})]
    assert isinstance(node.yields[-1], Forget)


def test_an_event_at_exactly_the_end_of_the_time_still_counts() -> None:
    node = gather(count=2)
    node.feed("0s", part(0))
    node.feed("1m", part(1))
    assert node.ports() == [("out", 60)]


def test_an_event_just_after_the_end_comes_too_late() -> None:
    node = gather(count=2)
    node.feed("0s", part(0))
    node.feed("1m0.001s", part(1))
    assert node.ports()[0] == ("partial", 60)


def test_the_time_counts_from_the_first_event_only() -> None:
    node = gather()
    node.feed("0s", part(0, 10))
    node.feed("50s", part(1, 10))
    assert [made.due for made in node.yields if isinstance(made, Timer)] == [ms("1m")]


def test_late_events_count_and_the_newest_time_is_sent() -> None:
    node = gather()
    node.feed("20s", part(0))
    node.feed("30s", part(1))
    node.feed("10s", part(2))
    assert [(port, at) for port, at, _ in node.sent] == [("out", 30)]
    assert len(result(node)["items"]) == 3


@pytest.mark.parametrize(
    ("count", "code"),
    [
        (None, "missing_field"), ("3", "wrong_type"), (True, "wrong_type"), ([3], "wrong_type"), (0, "out_of_range"),
        (-1, "out_of_range"), (2.5, "out_of_range"), (MOST + 1, "out_of_range"), (1e300, "out_of_range"),
    ],
)  # fmt: skip
def test_an_event_without_a_usable_count_is_not_collected(count: Any, code: str) -> None:
    node = gather()
    node.feed("0s", {"v": 1, "batch": "b1", "count": count})
    if code == "out_of_range":
        assert node.yields == [Trouble(code, {"value": count, "min": 1, "max": 1_000})]
    assert (node.troubles(), node.timers, len(node.yields)) == ([code], {}, 1)


def test_a_whole_number_written_with_a_point_is_a_count() -> None:
    node = gather()
    node.feed("0s", {"count": 1.0})
    assert node.ports() == [("out", 0)]


def test_a_thousand_are_gathered() -> None:
    node = gather()
    for index in range(MOST):
        node.feed("0s", {"count": MOST, "index": index})
    assert (node.ports(), result(node)["count"]) == ([("out", 0)], 1_000)


def test_the_value_of_the_field_that_groups_is_sent_and_no_other() -> None:
    for per, more in (("lot", {"lot": "A1"}), ("device", {}), ("all", {}), ("device.hall", {}), ("count", {})):
        node = gather(count=1, per=per)
        node.feed("0s", {"lot": "A1", "v": 1, "count": 77})
        assert {name: value for name, value in result(node).items() if name != "items"} == {
            "count": 1, "missing": 0, **more,
        }  # fmt: skip


def test_another_time_out_moves_the_end_of_what_is_running() -> None:
    node = gather()
    node.feed("10s", part(0))
    node.change({"timeout": "2m"}, "30s")
    node.advance("2m9s")
    assert node.sent == []
    node.advance("2m10s")
    assert node.ports() == [("partial", 130)]


def test_a_time_out_that_is_past_already_is_over_at_once() -> None:
    node = gather()
    node.feed("0s", part(0))
    node.change({"timeout": "5s"}, "30s")
    assert node.timers == {"timeout": ms("5s")}


def test_a_smaller_number_that_is_reached_already_completes_at_once() -> None:
    node = gather(count=5, fields=["v"])
    node.feed("0s", part(0))
    node.feed("1s", part(1))
    node.change({"timeout": "1m", "count": 2, "fields": ["v"]}, "10s")
    assert node.timers == {"timeout": ms("10s")}
    node.advance("10s")
    assert node.sent == [("out", 10, {"items": [{"v": 0}, {"v": 10}], "count": 2, "missing": 0, "batch": "b1"})]


def test_a_larger_number_waits_for_more_within_the_same_time() -> None:
    node = gather(count=2)
    node.feed("0s", part(0))
    node.change({"timeout": "1m", "count": 3}, "10s")
    assert node.timers == {"timeout": ms("1m")}
    node.advance("1m")
    assert result(node)["missing"] == 2


def test_settings_change_nothing_where_nothing_is_collected() -> None:
    node = gather()
    node.change({"timeout": "2m"}, "30s")
    assert node.yields == []


def test_nothing_but_what_is_needed_is_yielded() -> None:
    node = gather(count=2)
    node.feed("0s", part(0))
    node.feed("1s", part(1))
    assert [type(made) for made in node.yields] == [Timer, Emit, Forget]
    assert not any(isinstance(made, Cancel | Trouble) for made in node.yields)


KNOWN = Shape(
    {"v": FieldShape("number"), "count": FieldShape("integer"), "batch": FieldShape("string")}, False, "always"
)


def codes(known: dict[str, str], /, **params: Any) -> list[tuple[str, str]]:
    shape = Shape({name: FieldShape(type) for name, type in known.items()}, False)  # type: ignore[arg-type]
    node = Harness(Gather, {"timeout": "1m", **params}, scope_of(shape=shape, registry=SAMPLE))
    return [(problem.code, problem.path) for problem in node.problems()]


def test_unknown_fields_are_problems() -> None:
    assert codes({"v": "number"}, count=3, per="all", fields=["v", "w"]) == [("unknown_field", "/params/fields/1")]


def test_without_a_number_the_events_must_have_one() -> None:
    assert codes({"count": "integer"}, per="all") == []
    assert codes({"count": "any"}, per="all") == []
    assert codes({"count": "string"}, per="all") == [("wrong_type", "/params")]
    assert codes({"v": "number"}, per="all") == [("missing_key", "/params")]
    assert codes({"v": "number"}, per="all", count=3) == []


def test_without_a_word_on_what_belongs_together_there_must_be_a_batch() -> None:
    assert codes({"v": "number"}, count=3) == [("bad_per", "/params")]
    assert codes({"batch": "string"}, count=3) == []
    assert Harness(Gather, {"timeout": "1m"}).codes() == []


def test_the_batch_may_be_an_attribute_of_a_device() -> None:
    device = Device(id="d", type="kiln", attributes={"batch": 7})
    scope = scope_of(shape=Shape({"v": FieldShape("number")}, False), registry=Registry(devices={"d": device}))
    assert Harness(Gather, {"timeout": "1m", "count": 2}, scope).codes() == []


def test_the_shape_is_what_is_sent_on_both_outputs() -> None:
    shapes = Harness(Gather, {"timeout": "1m", "per": "batch"}, scope_of(shape=KNOWN)).shapes()
    assert shapes["out"] == shapes["partial"]
    assert shapes["out"].fields == {
        "items": FieldShape("any"), "count": FieldShape("integer"), "missing": FieldShape("integer"),
        "batch": FieldShape("string"),
    }  # fmt: skip
    assert shapes["out"].open is False


@pytest.mark.parametrize(("per", "more"), [("lot", {"lot"}), ("device", set()), ("all", set()), ("device.hall", set())])
def test_where_no_field_is_known_the_one_that_groups_may_be_there(per: str, more: set[str]) -> None:
    shape = Harness(Gather, {"timeout": "1m", "per": per}, scope_of()).shapes()["out"]
    assert set(shape.fields) == {"items", "count", "missing", *more}


@pytest.mark.parametrize(
    "params", [{}, {"timeout": "0s"}, {"timeout": "1m", "count": 0}, {"timeout": "1m", "count": 1_001}]
)
def test_params_out_of_range_are_refused(params: Any) -> None:
    with pytest.raises(ValueError):
        Harness(Gather, params)
